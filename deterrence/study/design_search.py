"""The search for the best instruments by one rule: on a grid, then regime by regime around it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.study.design_space import Space, with_stakes
from deterrence.study.landscape import Landscape, Seen
from deterrence.study.zooming import FINE, ROUGH, climb

__all__ = ["Peak", "View", "beside", "neighbours", "peak_of"]

Floats = NDArray[np.float64]
MOST_STARTS = 8  # regimes whose best grid point is climbed from
KEPT = 2  # of these that are climbed to the end
SAME = 1e-9  # values closer than this, relative to one or the value, are the same
JUMP = 1e-6
CLOSE = 1e-9  # of the range: how far from a point its neighbours are looked at
NICE = 1000  # denominators of instruments that are taken for round


@dataclass(frozen=True, eq=False)
class View:
    """A goal over instruments at some stakes: the least over them where there are several."""

    landscape: Landscape
    space: Space
    stakes: Floats  # shape (draws, stakes); one row without columns if none vary

    def see(self, points: Floats) -> Seen:
        """The goal at instruments, shape (points, instruments)."""
        count = len(self.stakes)
        if count == 1:
            return self.landscape.see(with_stakes(points, self.stakes))
        seen = self.landscape.see(with_stakes(points, self.stakes))
        shape = (len(points), count)
        each = np.arange(len(points))
        values, chosen = {}, {}
        for rule, row in seen.values.items():
            least = row.reshape(shape).argmin(axis=1)
            values[rule] = row.reshape(shape)[each, least]
            chosen[rule] = seen.chosen[rule].reshape(shape)[each, least] + least.astype(np.uint64)
        weights = np.arange(1, count + 1, dtype=np.uint64)
        plays = (seen.plays.reshape(shape) * weights).sum(axis=1)
        edge = np.asarray(seen.edge.reshape(shape).any(axis=1))
        return Seen(values, chosen, plays, edge)

    def value(self, rule: str, points: Floats) -> Floats:
        """The goal by one rule."""
        return self.see(points).values[rule]

    def least(self, rule: str, point: Floats) -> Floats:
        """The stakes at which a point does worst."""
        seen = self.landscape.see(with_stakes(point[None], self.stakes))
        return np.asarray(self.stakes[int(seen.values[rule].argmin())])


@dataclass(frozen=True, eq=False)
class Peak:
    """The highest value by one rule.

    Attributes
    ----------
    value : float
    point : ndarray, shape (instruments,)
        Where it is or, if it is not attained, what is approached.
    inner : ndarray, shape (instruments,)
        A point of the search with that value up to floats.
    near : ndarray, shape (instruments,)
        The point if the value is attained, else one a little further off.
    attained : bool
    exact : tuple of fractions.Fraction or None
        The point in fractions, where it is at round numbers.
    """

    value: float
    point: Floats
    inner: Floats
    near: Floats
    attained: bool
    exact: tuple[Fraction, ...] | None = None


def peak_of(
    view: View, rule: str, points: Floats, seen: Seen, starts: int = MOST_STARTS, levels: int = FINE
) -> Peak | None:
    """The highest value, searched from the best grid points of different regimes.

    Parameters
    ----------
    view : View
    rule : {"best", "worst"}
    points : ndarray, shape (points, instruments)
        A grid.
    seen : Seen
        The goal there.
    starts, levels : int
        From how many grid points, and how finely.

    Returns
    -------
    Peak or None
        None if no point of the grid meets the requirements.
    """
    values, space = seen.values[rule], view.space
    first = int(values.argmax())
    if values[first] == -np.inf:
        return None
    low, high = space.low, space.high
    grid_step = (high - low) / (round(len(points) ** (1 / len(low))) - 1)
    marks = seen.chosen[rule] if rule == "best" else seen.chosen[rule] ^ seen.plays

    def f(x: Floats) -> Floats:
        return view.value(rule, x)

    climbed = [
        climb(f, points[n], low, high, 1.5 * grid_step, ROUGH)
        for n in _starts(values, marks, starts)
    ]
    climbed.sort(key=lambda found: -found[0])
    value, inner = float(values[first]), points[first]
    spare = SAME * max(1.0, abs(value))
    if not climbed or climbed[0][0] <= value + spare:
        return Peak(value, inner, inner, inner, True)
    for _, place in _apart(climbed, grid_step):
        found, place = climb(f, place, low, high, grid_step, levels)
        if found > value:
            value, inner = found, place
    return _settled(view, rule, value, inner)


def _starts(values: Floats, marks: NDArray[np.uint64], most: int) -> list[int]:
    """The best point of each regime, the best regimes first."""
    order = np.argsort(-values, kind="stable")
    order = order[values[order] > -np.inf]
    _, first = np.unique(marks[order], return_index=True)
    return [int(order[n]) for n in np.sort(first)[:most]]


def _apart(climbed: list[tuple[float, Floats]], step: Floats) -> list[tuple[float, Floats]]:
    """The highest of those that were climbed to, each peak once."""
    kept: list[tuple[float, Floats]] = []
    for value, place in climbed:
        if all((np.abs(place - other) > step).any() for _, other in kept):
            kept.append((value, place))
    return kept[:KEPT]


def _settled(view: View, rule: str, value: float, inner: Floats) -> Peak:
    """Whether a value is attained, and at which round numbers."""
    span = view.space.high - view.space.low
    spare = SAME * max(1.0, abs(value))
    for width in (1e-6, 1e-8):
        exact = rounded(view.space, inner, width)
        if exact is not None:
            point = np.array([float(x) for x in exact])
            if view.value(rule, point[None])[0] >= value - spare:
                return Peak(value, point, inner, point, True, exact)
    if _attained(view, rule, value, inner):
        return Peak(value, inner, inner, inner, True)
    exact = rounded(view.space, inner, 1e-8)
    point = inner if exact is None else np.array([float(x) for x in exact])
    return Peak(value, point, inner, beside(view, rule, inner, 1e-4 * span), False, exact)


def rounded(space: Space, point: Floats, width: float) -> tuple[Fraction, ...] | None:
    """A point of short fractions within a share of the ranges; None if there is none."""
    found = []
    for x, (low, high) in zip(point.tolist(), space.over.values(), strict=True):
        near = min(max(Fraction(x).limit_denominator(NICE), low), high)
        if abs(float(near) - x) > width * float(high - low):
            return None
        found.append(near)
    return tuple(found)


def _attained(view: View, rule: str, value: float, inner: Floats) -> bool:
    """Whether a point has its value on a border too; see the notes of `design`.

    Sets of equilibria are closed, so that the plays on either side of a border are all there on
    it: the best of them is as good as on the better side, the worst as bad as on the worse one.
    Where the tree itself changes, at impossible chance moves, this need not be so.
    """
    space, land = view.space, view.landscape
    rows = neighbours(space, inner, CLOSE)
    seen = view.see(np.vstack([inner, rows]))
    falls = seen.values[rule][1:] < value - JUMP * max(1.0, abs(value))
    crossed = falls & (seen.plays[1:] != seen.plays[0])
    if rule == "worst":
        return not crossed.any()
    stakes = view.stakes[:1]
    strata = land.atlas.numbers.strata(with_stakes(np.vstack([inner, rows]), stakes))
    return not (crossed & (strata[1:] != strata[0])).any()


def neighbours(space: Space, point: Floats, share: float) -> Floats:
    """Points a share of the range away along each axis, both ways, within the bounds."""
    moves = np.vstack([np.diag(space.high - space.low), -np.diag(space.high - space.low)])
    return np.clip(point + share * moves, space.low, space.high)


def beside(view: View, rule: str, point: Floats, reach: Floats) -> Floats:
    """A point nearby, off every border, with the highest value of several hundred."""
    random = np.random.default_rng(0)
    space = view.space
    steps = random.uniform(-1, 1, (400, len(point))) * reach
    digits = 8 - np.floor(np.log10(space.high - space.low)).astype(int)
    rows = np.clip(point + steps, space.low, space.high)
    rows = np.array([[round(x, d) for x, d in zip(row, digits, strict=True)] for row in rows])
    rows = np.clip(rows, space.low, space.high)
    values = view.value(rule, rows)
    return np.asarray(rows[int(values.argmax())] if values.max() > -np.inf else point)
