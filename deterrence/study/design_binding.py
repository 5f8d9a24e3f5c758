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
REACH, DIGITS = 1e-5, 9  # of the range: where incentives beside a border are looked up
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
        if kink and _kinked(fall[[one, two]], wide[[one, two]]):
            if seen.plays[1 + one] != seen.plays[1 + two]:
                add(rows[two], rows[one], name)
    return list(found.values())


def _kinked(fall: Floats, wide: Floats) -> bool:
    """Whether the value falls to both sides in proportion to the step, not to its square."""
    return bool((fall > 0.1 * AWAY / INWARD * wide).all())


def _border(
    view: View, rule: str, peak: Peak, here: Floats, there: Floats, name: str
) -> Binding:
    land, stakes = view.landscape, _stakes_of(view, rule, peak)
    before, after = (land.names(with_stakes(x[None], stakes)[0]) for x in (here, there))
    ended = [play for play in before if play not in after]
    begun = [play for play in after if play not in before]
    incentive = _incentive(view, peak, stakes, ended or begun)
    parts = [f"{told(play)!r} ends" for play in ended]
    parts += [f"{told(play)!r} begins" for play in begun]
    text = f"a border of regimes along {name}: beyond it {'; '.join(parts) or 'plays change'}"
    if incentive:
        text = f"{text}; there {incentive}"
    words = tuple(map(told, ended)), tuple(map(told, begun))
    return Binding("border", text, name, *words, incentive)


def _stakes_of(view: View, rule: str, peak: Peak) -> Floats:
    if len(view.stakes) == 1:
        return view.stakes
    return view.least(rule, peak.inner)[None]


def _incentive(view: View, peak: Peak, stakes: Floats, plays: list[PlayName]) -> str:
    """What gives way at the border: looked up beside it, where a play that changes exists."""
    space, land = view.space, view.landscape
    random = np.random.default_rng(0)
    steps = random.uniform(-1, 1, (200, len(peak.inner))) * REACH * (space.high - space.low)
    rows = with_stakes(np.clip(peak.inner + steps, space.low, space.high), stakes)
    rows = np.round(rows, DIGITS)
    for play in plays:
        there = np.flatnonzero(land.exists(rows, play))
        if 0 < len(there) < len(rows):
            solution = solve(land.game.at(land.atlas.numbers.point(rows[there[0]])))
            if text := scarce(solution, play):
                return text
    return ""


def _requirements(view: View, rule: str, peak: Peak) -> list[Binding]:
    """Requirements that hold with equality."""
    found = []
    row = with_stakes(peak.inner[None], _stakes_of(view, rule, peak))[0]
    plays = view.landscape.names(row)
    for need in view.landscape.goal.requirements:
        excesses = [
            need.excess(outcome.get(need.outcome, 0.0)) for ends in plays.values() for outcome in ends
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

