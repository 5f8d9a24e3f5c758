"""Whether something pays at every belief of an interval, for beliefs about two types.

What a family pays against the belief lies in the convex hull of its points. The least that a
branch pays is the lower edge of such hulls, linear between their corners and where two cross.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_units import SAME

__all__ = ["Line", "against", "floor_at", "lower_edge", "somewhere_best", "upper_edge"]

Floats = NDArray[np.float64]
Pairs = Sequence[tuple[float, float]]
Line = tuple[float, float, float, float]  # from (q, worth) to (q, worth)


def against(family: Floats, lines: Sequence[Line]) -> str:
    """How a family's worth compares with the least that a branch pays, over the family's beliefs.

    Parameters
    ----------
    family : ndarray, shape (2, points)
        The belief in one of the types, and what is got.
    lines : sequence of Line
        The lower edges of the branch, over all beliefs.

    Returns
    -------
    {"all", "none", "some"}
        "all" if nowhere less, "none" if everywhere less; else "some", or undecided.
    """
    low, high = float(family[0].min()), float(family[0].max())
    upper, lower = upper_edge(family), lower_edge(family)
    breaks = _breaks([*lines, *upper, *lower], low, high)
    spans = [(b, b) for b in breaks] + list(itertools.pairwise(breaks))
    most, least = [], []
    for start, stop in spans:
        rival = [row for line in lines if (row := _ends(line, start, stop)) is not None]
        if not rival:
            return "some"
        floor = np.min(rival, axis=0)
        best = [row for line in upper if (row := _ends(line, start, stop)) is not None]
        worst = [row for line in lower if (row := _ends(line, start, stop)) is not None]
        most.append(float((np.max(best, axis=0) - floor).max()))
        least.append(float((np.min(worst, axis=0) - floor).min()))
    if max(most) < -SAME:
        return "none"
    return "all" if min(least) >= -SAME else "some"


def lower_edge(points: Floats) -> list[Line]:
    """The lower edge of the hull of points, from left to right; one point is a line to itself."""
    pairs = sorted({(float(x), float(y)) for x, y in points.T})
    hull: list[tuple[float, float]] = []
    for pair in pairs:
        if hull and pair[0] - hull[-1][0] <= 1e-12:
            if pair[1] >= hull[-1][1]:
                continue
            pair = (hull.pop()[0], pair[1])  # the same belief but for rounding, and lower
        while len(hull) > 1 and _turn(hull[-2], hull[-1], pair) <= 0:
            hull.pop()
        hull.append(pair)
    if len(hull) == 1:
        return [(*hull[0], *hull[0])]
    return [(*one, *two) for one, two in itertools.pairwise(hull)]


def upper_edge(points: Floats) -> list[Line]:
    """The upper edge of the hull of points."""
    return [_flipped(line) for line in lower_edge(points * np.array([[1.0], [-1.0]]))]


def floor_at(lines: Sequence[Line], beliefs: Iterable[float]) -> list[float]:
    """The lowest line at each of some beliefs; infinite where there is none."""
    found = []
    for q in beliefs:
        values = [row[0] for line in lines if (row := _ends(line, q, q)) is not None]
        found.append(min(values, default=np.inf))
    return found


def somewhere_best(
    given: Sequence[Sequence[Line]],
    floors: Sequence[Sequence[Line]],
    only: Sequence[float] | None = None,
) -> bool:
    """Whether at some belief some upper edge of each given reaches above the floors of all.

    Parameters
    ----------
    given : sequence of sequences of Line
        Upper edges of each answer that is given.
    floors : sequence of sequences of Line
        Lower edges of every answer.
    only : sequence of float, optional
        The beliefs to look at; otherwise all.
    """
    if only is not None:
        spans = [(b, b) for b in only]
    else:
        breaks = _breaks([line for lines in (*given, *floors) for line in lines], 0.0, 1.0)
        spans = [(b, b) for b in breaks] + list(itertools.pairwise(breaks))
    for start, stop in spans:
        tops = [row for a in given if (row := _reaching(a, start, stop, np.max)) is not None]
        bottoms = [row for a in floors if (row := _reaching(a, start, stop, np.min)) is not None]
        if len(tops) < len(given) or len(bottoms) < len(floors):
            continue
        if (np.min(tops, axis=0) >= np.max(bottoms, axis=0) - SAME).any():
            return True
    return False


def _reaching(lines: Sequence[Line], start: float, stop: float, best: Any) -> Floats | None:
    rows = [row for line in lines if (row := _ends(line, start, stop)) is not None]
    return best(rows, axis=0) if rows else None


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _flipped(line: Line) -> Line:
    return line[0], -line[1], line[2], -line[3]


def _breaks(lines: Sequence[Line], low: float, high: float) -> list[float]:
    """Beliefs between which no line ends and no two cross."""
    ends = {low, high, *(x for line in lines for x in (line[0], line[2]))}
    crossings = {x for one, two in itertools.combinations(lines, 2) for x in _crossing(one, two)}
    inside = sorted(x for x in ends | crossings if low <= x <= high)
    return [x for n, x in enumerate(inside) if n == 0 or x - inside[n - 1] > 1e-12]


def _crossing(one: Line, two: Line) -> list[float]:
    start, stop = max(one[0], two[0]), min(one[2], two[2])
    if stop <= start:
        return []
    gaps = [_value(one, x) - _value(two, x) for x in (start, stop)]
    if gaps[0] * gaps[1] >= 0:
        return []
    return [start + (stop - start) * gaps[0] / (gaps[0] - gaps[1])]


def _value(line: Line, x: float) -> float:
    if line[2] == line[0]:
        return line[1]
    return line[1] + (line[3] - line[1]) * (x - line[0]) / (line[2] - line[0])


def _ends(line: Line, start: float, stop: float) -> tuple[float, float] | None:
    """The line at two beliefs; None if it does not reach from one to the other."""
    if line[0] > start + 1e-12 or line[2] < stop - 1e-12:
        return None
    return _value(line, start), _value(line, stop)
