"""Systems that are linear in each mix alone: isolated roots and solutions, by subdivision of boxes.

A polynomial that is linear in every unknown takes its least and most value over a box at vertices.
A box is left when an equation has one sign at all of them or an inequality fails at all of them,
or when it lies in a box that Newton's map, which is as simple, maps into itself as a contraction:
then that box holds exactly one root. Else it shrinks to what Newton's map makes of it, or is halved
(Neumaier 1990, chapter 5, with exact ranges in place of interval ones). Values are floats scaled to
one; a sign counts beyond 1e-12, more than rounding comes to.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.polynomials import Polynomial, add_scaled, substitute

__all__ = ["Multilinear", "Search", "independent"]

Floats = NDArray[np.float64]

SURE = 1e-12
MOST_UNKNOWNS = 12
MOST_BOXES = 20_000
AT_ONCE = 2_000_000  # numbers in one array
SMALLEST = 2.0**-34
BEYOND = 0.25  # how far the box of a root reaches beyond the box looked at, on each side
CONTRACTION = 0.9
SHRINKS = 0.8
BITS = 160  # of refined roots
NOTHING = Fraction(1, 1 << 120)
Atom = tuple[int, int]


@dataclass
class Search:
    """What a subdivision came to.

    Attributes
    ----------
    roots : list of dict
        Every isolated root that was proven, or for inequalities alone the solutions met.
    finished : bool
        Whether every box was decided; for inequalities alone, whether none is left.
    boxes : int
        How many were looked at.
    """

    roots: list[dict[Atom, Fraction]]
    finished: bool
    boxes: int


class Multilinear:
    """Equations and inequalities in the mixes of some sets.

    Parameters
    ----------
    equal, least : sequence of Polynomial
        No product has two probabilities of one set.
    families : sequence of list of Atom
        By set, the probabilities that sum to one.
    """

    def __init__(
        self,
        equal: Sequence[Polynomial],
        least: Sequence[Polynomial],
        families: Sequence[Sequence[Atom]],
    ) -> None:
        self.equal, self.least, self.families = equal, least, families
        self.unknowns = [atom for family in families for atom in family[:-1]]
        self.size = len(self.unknowns)

    @property
    def small(self) -> bool:
        """Whether a search can be made."""
        return 0 < self.size <= MOST_UNKNOWNS

    @property
    def takes_roots(self) -> bool:
        """Whether there are equations enough for isolated roots."""
        return self.small and len(self.equal) >= self.size

    # -- tables -------------------------------------------------------------------------------

    def _tables(self) -> Floats:
        """Equations, then inequalities, at the vertices of the unit box: (rows, 2, ..., 2)."""
        grid = np.indices((2,) * self.size).reshape(self.size, -1).astype(float)
        value = dict(zip(self.unknowns, grid, strict=True))
        sums = []
        for family in self.families:
            rest = 1 - sum((value[atom] for atom in family[:-1]), np.zeros(grid.shape[1]))
            value[family[-1]] = rest
            if len(family) > 2:
                sums.append(rest)
        rows = [self._row(g, value) for g in (*self.equal, *self.least)] + sums
        table = np.array(rows).reshape(len(rows), -1)
        table /= np.maximum(np.abs(table).max(axis=1, keepdims=True), 1e-300)
        return table.reshape(len(rows), *(2,) * self.size)

    def _row(self, polynomial: Polynomial, value: dict[Atom, Floats]) -> Floats:
        total = np.zeros(2**self.size)
        for monomial, coefficient in polynomial.items():
            part = np.full(2**self.size, float(coefficient))
            for atom in monomial:
                part = part * value[atom]
            total += part
        return total

    # -- search -------------------------------------------------------------------------------

    def roots(self) -> Search:
        """All solutions of the equations; the first ones, one for each unknown, prove them.

        The box of a root may reach beyond the unit box; whoever asks must look at signs.
        """
        tables = self._tables()[None]
        low, high = np.zeros((1, self.size)), np.ones((1, self.size))
        waiting = [(tables, low, high)]
        step = max(1, AT_ONCE // tables[0].size)
        points: list[Floats] = []
        looked, finished = 0, True
        while waiting:
            tables, low, high = _some(waiting, step)
            looked += len(low)
            if looked > MOST_BOXES:
                return Search([], False, looked)
            kept = self._possible(tables)
            tables, low, high = tables[kept], low[kept], high[kept]
            if len(low):
                proven, tables, low, high = self._newton(tables, low, high)
                points.extend(proven)
            large = (high - low).max(axis=1, initial=0.0) > SMALLEST
            finished = finished and bool(large.all())
            if large.any():
                waiting.append(_halved(tables[large], low[large], high[large]))
        found = _distinct([self._refined(point) for point in points])
        return Search([root for root in found if self._is_root(root)], finished, looked)

    def solutions(self, most: int) -> Search:
        """Solutions of inequalities alone, until `most` of them; or that there is none."""
        tables = self._tables()[None]
        low, high = np.zeros((1, self.size)), np.ones((1, self.size))
        waiting = [(tables, low, high)]
        found: list[dict[Atom, Fraction]] = []
        looked, finished = 0, True
        step = max(1, min(64, AT_ONCE // tables[0].size))
        while waiting and looked < MOST_BOXES and len(found) < most:
            tables, low, high = _some(waiting, step)
            looked += len(low)
            kept = self._possible(tables)
            tables, low, high = tables[kept], low[kept], high[kept]
            axes = tuple(range(2, tables.ndim))
            promising = (tables.mean(axis=axes) >= 0).all(axis=1)
            for n in np.flatnonzero(promising):
                values = self._values([Fraction(x) for x in (low[n] + high[n]) / 2])
                if self._solves(values):
                    found.append(values)
            large = ~promising & ((high - low).max(axis=1, initial=0.0) > SMALLEST)
            finished = finished and bool((large | promising).all())
            if large.any():
                waiting.append(_halved(tables[large], low[large], high[large]))
        return Search(found[:most], finished and not waiting and not found, looked)

    def _possible(self, tables: Floats) -> NDArray[np.bool_]:
        """Boxes in which no equation has one sign and no inequality fails throughout."""
        flat = tables.reshape(*tables.shape[:2], -1)
        least, most = flat.min(axis=2), flat.max(axis=2)
        count = len(self.equal)
        good = (most >= -SURE).all(axis=1)
        good &= (least[:, :count] <= SURE).all(axis=1)
        return np.asarray(good)

    def _newton(
        self, tables: Floats, low: Floats, high: Floats
    ) -> tuple[list[Floats], Floats, Floats, Floats]:
        """Roots proven, and the boxes that are left, shrunk."""
        count = self.size
        wide = _resized(tables[:, :count], -BEYOND, 1 + BEYOND)
        flat = wide.reshape(len(wide), count, -1)
        slopes = np.stack([_slope(wide, j).mean(axis=2) for j in range(count)], axis=2)
        inverse = np.linalg.pinv(slopes)
        inverse = np.where(np.isfinite(inverse), inverse, 0.0)
        scaled = np.matmul(inverse, flat)  # Newton's map is the place less this
        noise = SURE * np.abs(inverse).sum(axis=2)
        place = np.indices((2,) * count).reshape(count, -1) * 2.0 - 1  # in the wide box
        mapped = place[None] - scaled
        least, most = mapped.min(axis=2) - noise, mapped.max(axis=2) + noise
        moved = mapped.reshape(wide.shape)
        change = np.stack([np.abs(_slope(moved, j)).max(axis=2) for j in range(count)], axis=2)
        proven = (change.sum(axis=2) < CONTRACTION).all(axis=1)
        proven &= ((least > -1) & (most < 1)).all(axis=1)
        middle, reach = (low + high) / 2, (high - low) * (0.5 + BEYOND)
        points = [self._polished(x) for x in (middle + reach * (least + most) / 2)[proven]]
        # where a root may be, in the box itself
        inner = 1 / (1 + 2 * BEYOND)
        least, most = np.maximum(least, -inner), np.minimum(most, inner)
        left = ~proven & (least <= most).all(axis=1)
        return points, *_shrunk(tables[left], low[left], high[left], least[left], most[left], inner)

    # -- points -------------------------------------------------------------------------------

    def _polished(self, point: Floats) -> Floats:
        """Newton's iteration in floats."""
        table = self._tables()[: self.size]
        for _ in range(20):
            values, slopes = _at(table, point)
            step = np.linalg.lstsq(slopes, values, rcond=None)[0]
            point = point - step
            if np.abs(step).max(initial=0.0) < 1e-15:
                break
        return point

    def _refined(self, point: Floats) -> dict[Atom, Fraction]:
        """Newton's iteration in exact arithmetic, rounded to 160 binary digits."""
        unit = 1 << BITS
        x = [Fraction(float(v)) for v in point]
        for _ in range(6):
            values = self._values(x)
            first = self.equal[: self.size]
            residual = [_number(substitute(g, values)) for g in first]
            step = _solved([self._gradient(g, values) for g in first], residual)
            x = [Fraction(round((v - s) * unit), unit) for v, s in zip(x, step, strict=True)]
            if max(map(abs, step), default=Fraction(0)) * unit < 4:
                break
        return self._values(x)

    def _gradient(self, g: Polynomial, values: dict[Atom, Fraction]) -> list[Fraction]:
        found: list[Fraction] = []
        for family in self.families:
            others = {atom: x for atom, x in values.items() if atom not in family}
            rest = substitute(g, others)
            last = rest.get((family[-1],), Fraction(0))
            found.extend(rest.get((atom,), Fraction(0)) - last for atom in family[:-1])
        return found

    def _values(self, point: Sequence[Fraction]) -> dict[Atom, Fraction]:
        found = dict(zip(self.unknowns, point, strict=True))
        for family in self.families:
            found[family[-1]] = 1 - sum((found[atom] for atom in family[:-1]), Fraction(0))
        return found

    def _is_root(self, values: dict[Atom, Fraction]) -> bool:
        """Whether the other equations hold as well, up to the digits that are known."""
        return all(
            abs(_number(substitute(g, values))) <= NOTHING * max(map(abs, g.values()))
            for g in self.equal[self.size :]
        )

    def _solves(self, values: dict[Atom, Fraction]) -> bool:
        if min(values.values()) < 0:
            return False
        return all(_number(substitute(g, values)) >= 0 for g in self.least)


def independent(equations: Sequence[Polynomial]) -> list[Polynomial]:
    """Those equations that are no sums of multiples of others before them."""
    kept: list[Polynomial] = []
    reduced: list[tuple[Any, Polynomial]] = []
    for equation in equations:
        rest = dict(equation)
        for lead, row in reduced:
            if lead in rest:
                add_scaled(rest, -rest[lead] / row[lead], row)
        lead = next((m for m in sorted(rest) if rest[m]), None)
        if lead is not None:
            kept.append(equation)
            reduced.append((lead, rest))
    return kept


def _number(polynomial: Polynomial) -> Fraction:
    return polynomial.get((), Fraction(0))


def _some(waiting: list[Any], most: int) -> tuple[Floats, Floats, Floats]:
    """Some boxes, those put there last."""
    tables, low, high = waiting.pop()
    if len(low) > most:
        waiting.append((tables[most:], low[most:], high[most:]))
    return tables[:most], low[:most], high[:most]


def _slope(tables: Floats, axis: int) -> Floats:
    """Half the differences along one unknown: (boxes, rows, other vertices)."""
    first, second = np.take(tables, 0, axis=axis + 2), np.take(tables, 1, axis=axis + 2)
    return np.asarray((second - first).reshape(*tables.shape[:2], -1) / 2)


def _resized(tables: Floats, start: Any, end: Any) -> Floats:
    """The tables for parts of the boxes, which may reach beyond them: by box and unknown."""
    boxes, size = len(tables), tables.ndim - 2
    start = np.broadcast_to(np.asarray(start, dtype=float), (boxes, size))
    end = np.broadcast_to(np.asarray(end, dtype=float), (boxes, size))
    for j in range(size):
        first, second = np.take(tables, 0, axis=j + 2), np.take(tables, 1, axis=j + 2)
        shape = (boxes, *(1,) * (first.ndim - 1))
        a, b = start[:, j].reshape(shape), end[:, j].reshape(shape)
        parts = [first + a * (second - first), first + b * (second - first)]
        tables = np.stack(parts, axis=j + 2)
    return tables


def _shrunk(
    tables: Floats, low: Floats, high: Floats, least: Floats, most: Floats, inner: float
) -> tuple[Floats, Floats, Floats]:
    """Boxes cut to where Newton's map leads, if that is much."""
    start, end = (least / inner + 1) / 2, (most / inner + 1) / 2
    worth = (end - start).min(axis=1, initial=1.0) < SHRINKS
    start = np.where(worth[:, None], start, 0.0)
    end = np.where(worth[:, None], end, 1.0)
    width = high - low
    return _resized(tables, start, end), low + start * width, low + end * width


def _halved(tables: Floats, low: Floats, high: Floats) -> tuple[Floats, Floats, Floats]:
    """Both halves of each box, along the unknown that matters most."""
    size = tables.ndim - 2
    effect = np.stack([np.abs(_slope(tables, j)).max(axis=2).sum(axis=1) for j in range(size)])
    effect = effect + 1e-9 * (high - low).T
    chosen = np.arange(size)[None] == effect.argmax(axis=0)[:, None]
    half = np.where(chosen, 0.5, 1.0)
    middle = low + half * (high - low)
    upper = np.where(chosen, middle, low)
    first = _resized(tables, 0.0, half)
    second = _resized(tables, np.where(chosen, 0.5, 0.0), 1.0)
    return (
        np.concatenate([first, second]),
        np.concatenate([low, upper]),
        np.concatenate([middle, high]),
    )


def _at(table: Floats, point: Floats) -> tuple[Floats, Floats]:
    """Values and slopes of rows at a point of the unit box."""
    size = len(point)
    small = _resized(table[None], point[None] - 0.5, point[None] + 0.5)
    values = small.reshape(len(table), -1).mean(axis=1)
    slopes = [2 * _slope(small, j).mean(axis=2)[0] for j in range(size)]
    return values, np.stack(slopes, axis=1)


def _solved(rows: list[list[Fraction]], right: list[Fraction]) -> list[Fraction]:
    """A square linear system by elimination; zeros if it has no unique solution."""
    size = len(right)
    table = [[*row, x] for row, x in zip(rows, right, strict=True)]
    for k in range(size):
        pivot = max(range(k, size), key=lambda r: abs(table[r][k]))
        if not table[pivot][k]:
            return [Fraction(0)] * size
        table[k], table[pivot] = table[pivot], table[k]
        for r in range(size):
            if r != k and table[r][k]:
                factor = table[r][k] / table[k][k]
                table[r] = [x - factor * y for x, y in zip(table[r], table[k], strict=True)]
    return [table[k][size] / table[k][k] for k in range(size)]


def _distinct(points: list[dict[Atom, Fraction]]) -> list[dict[Atom, Fraction]]:
    """Points that differ by more than rounding."""
    near = Fraction(1, 1 << (BITS // 2))
    found: list[dict[Atom, Fraction]] = []
    for point in points:
        if all(max(abs(point[a] - other[a]) for a in point) > near for other in found):
            found.append(point)
    return found
