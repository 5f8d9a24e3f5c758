"""What keeps an optimum from going further: bounds, borders of regimes, requirements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.concepts import solve
from deterrence.study.charts import PlayName
from deterrence.study.design_record import Binding
from deterrence.study.design_search import Peak, View, neighbours
from deterrence.study.design_space import with_stakes
from deterrence.study.mapping import told
from deterrence.study.slack import scarce

__all__ = ["bindings", "flat_axes", "kind_of"]

Floats = NDArray[np.float64]
AWAY = 1e-7  # of the range: beyond a border, if the point is on one
INWARD = 1e-4  # of the range: how far a bound is left to see whether it binds
SLOPE = 1e-8  # falls less than this, relative to one or the value, are none
REACH = 1e-5  # of the range: where incentives beside a border are looked up
LINES, HALVINGS, DIGITS = 100, 12, 10
MET = 1e-6  # a requirement that holds by less than this binds


def bindings(view: View, rule: str, peak: Peak) -> tuple[Binding, ...]:
    """Everything that binds at an optimum.

    Parameters
    ----------
    view : View
    rule : {"best", "worst"}
    peak : Peak
    """
    found = [*_bounds(view, rule, peak), *_borders(view, rule, peak)]
    found += _requirements(view, rule, peak)
    return tuple(found)


def kind_of(found: tuple[Binding, ...]) -> str:
    """A border before a requirement before a corner before the interior."""
    kinds = {one.kind for one in found}
    for kind, word in (("border", "border"), ("requirement", "requirement"), ("bound", "corner")):
        if kind in kinds:
            return word
    return "interior"


def flat_axes(view: View, rule: str, peak: Peak) -> tuple[str, ...]:
    """Instruments along which the value stays the same nearby."""
    axes, rows = list(view.space.over), neighbours(view.space, peak.near, INWARD)
    values = view.value(rule, np.vstack([peak.near, rows]))
    if not np.isfinite(values[0]):  # a play that complete solutions find there and nowhere else
        return ()
    same = np.abs(values[1:] - values[0]) <= SLOPE * max(1.0, abs(values[0]))
    return tuple(n for k, n in enumerate(axes) if same[k] and same[k + len(axes)])


def _bounds(view: View, rule: str, peak: Peak) -> list[Binding]:
    """Bounds towards which the value rises to the end."""
    space, value = view.space, peak.value
    found = []
    for k, name in enumerate(space.over):
        for side, bound, sign in (("lower", space.low[k], 1), ("upper", space.high[k], -1)):
            span = space.high[k] - space.low[k]
            if abs(peak.inner[k] - bound) > 1e-9 * span:
                continue
            inward = peak.inner.copy()
            inward[k] += sign * INWARD * span
            fall = value - view.value(rule, inward[None])[0]
            if fall > SLOPE * max(1.0, abs(value)):
                text = f"{name} is at its {side} bound {bound:g}"
                found.append(Binding("bound", text, name))
    return found


def _borders(view: View, rule: str, peak: Peak) -> list[Binding]:
    """Borders at which the value stops rising, each once for the plays that change there."""
    space, names = view.space, list(view.space.over)
    spare = SLOPE * max(1.0, abs(peak.value))
    rows, far = (neighbours(space, peak.inner, share) for share in (AWAY, INWARD))
    seen = view.see(np.vstack([peak.inner, rows]))
    fall, wide = peak.value - seen.values[rule][1:], peak.value - view.value(rule, far)
    with np.errstate(invalid="ignore"):
        at_once = (fall > spare) & ((fall > 0.05 * np.abs(wide)) | np.isinf(fall))
    found: dict[object, Binding] = {}

    def add(here: Floats, there: Floats, name: str) -> None:
        one = _border(view, rule, peak, here, there, name)
        found.setdefault((one.ended, one.begun), one)

    for n in np.flatnonzero(at_once & (seen.plays[1:] != seen.plays[0])).tolist():
        add(peak.inner, rows[n], names[n % len(names)])
    for k, name in enumerate(names):
        one, two = k, k + len(names)
        rising = min(wide[one], wide[two]) > 1e-5 * max(1.0, abs(peak.value)) * INWARD
        kink = rising and not (at_once[one] or at_once[two])
        kink = kink and _kinked(fall[[one, two]], wide[[one, two]])
        if kink and seen.plays[1 + one] != seen.plays[1 + two]:
            add(rows[two], rows[one], name)
    return list(found.values())


def _kinked(fall: Floats, wide: Floats) -> bool:
    """Whether the value falls to both sides in proportion to the step, not to its square."""
    return bool((fall > 0.1 * AWAY / INWARD * wide).all())


def _border(view: View, rule: str, peak: Peak, here: Floats, there: Floats, name: str) -> Binding:
    land, stakes = view.landscape, _stakes_of(view, rule, peak)
    before, after = (land.names(with_stakes(x[None], stakes)[0]) for x in (here, there))
    ended = [play for play in before if play not in after]
    begun = [play for play in after if play not in before]
    incentive = _incentive(view, here, there, stakes, ended, begun)
    k = list(view.space.over).index(name)
    side = "higher" if there[k] > here[k] else "lower"
    text = f"a border of regimes towards {side} {name}: {_contrast(ended, begun, list(after))}"
    if incentive:
        text = f"{text}; there {incentive}"
    words = tuple(map(told, ended)), tuple(map(told, begun))
    return Binding("border", text, name, *words, incentive)


def _contrast(ended: list[PlayName], begun: list[PlayName], after: list[PlayName]) -> str:
    """What changes beyond a border: the first choice that differs from the play most alike."""
    if not ended and not begun:
        return "beyond it the plays at other stakes change"
    if not ended:
        return f"beyond it {'; '.join(repr(told(play)) for play in begun)} begins"
    parts = []
    for play in ended:
        like = max(begun or after, key=lambda other: len(set(other) & set(play)), default=())
        others = {(player, knows): actions for player, knows, actions in like}
        verb = "begins" if begun else "goes on"
        changes = (
            f"beyond it the play with {told(((player, knows, actions),))!r} ends, and one with "
            f"{' or '.join(others[player, knows])!r} {verb}"
            for player, knows, actions in play
            if others.get((player, knows), actions) != actions
        )
        parts.append(next(changes, f"beyond it {told(play)!r} ends"))
    return "; ".join(dict.fromkeys(parts))


def _stakes_of(view: View, rule: str, peak: Peak) -> Floats:
    if len(view.stakes) == 1:
        return view.stakes
    return view.least(rule, peak.inner)[None]


def _incentive(
    view: View,
    here: Floats,
    there: Floats,
    stakes: Floats,
    ended: list[PlayName],
    begun: list[PlayName],
) -> str:
    """What gives way at the border: looked up just beside it, where a play that changes exists."""
    for play in ended or begun:
        towards = (there - here) if ended else (here - there)
        row = _last(view, play, here, towards / np.abs(towards).max(), stakes)
        if row is not None:
            point = view.landscape.atlas.numbers.point(row)
            if text := scarce(solve(view.landscape.game.at(point)), play):
                return text
    return ""


def _last(view: View, play: PlayName, here: Floats, way: Floats, stakes: Floats) -> Floats | None:
    """The last point with a play on a short line across a border; the line misses corners."""
    space, land = view.space, view.landscape
    span = space.high - space.low
    random = np.random.default_rng(0)
    shifts = random.uniform(-1, 1, (LINES, len(here))) * REACH * span
    starts = np.clip(here + shifts, space.low, space.high)
    ends = np.clip(starts + 3 * REACH * span * way, space.low, space.high)
    rows = [with_stakes(part, stakes) for part in (starts, ends)]
    crossing = land.exists(rows[0], play) & ~land.exists(rows[1], play)
    if not crossing.any():
        return None
    n = int(np.argmax(crossing))
    inside, outside = rows[0][n], rows[1][n]
    for _ in range(HALVINGS):
        middle = np.round((inside + outside) / 2, DIGITS)
        if land.exists(middle[None], play)[0]:
            inside = middle
        else:
            outside = middle
    return np.asarray(np.round(inside, DIGITS))


def _requirements(view: View, rule: str, peak: Peak) -> list[Binding]:
    """Requirements that hold with equality."""
    found = []
    row = with_stakes(peak.inner[None], _stakes_of(view, rule, peak))[0]
    plays = view.landscape.names(row)
    for need in view.landscape.goal.requirements:
        excesses = [
            need.excess(outcome.get(need.outcome, 0.0))
            for ends in plays.values()
            for outcome in ends
        ]
        if any(abs(excess) <= MET for excess in excesses) and _matters(view, rule, peak):
            found.append(Binding("requirement", f"the requirement {need} holds with equality"))
    return found


def _matters(view: View, rule: str, peak: Peak) -> bool:
    """Whether a step in some direction breaks a requirement without a change of plays."""
    rows = neighbours(view.space, peak.inner, AWAY)
    seen = view.see(np.vstack([peak.inner, rows]))
    broken = seen.values[rule][1:] == -np.inf
    return bool((broken & (seen.plays[1:] == seen.plays[0])).any())
