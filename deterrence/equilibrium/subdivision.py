"""Subdivision of all support profiles of a game into cells, until every cell is decided.

A cell is left when an action played in it is worse than another one throughout, when a weighted
sum of gains that is zero at equilibrium is positive throughout, or when it lies in a box in which
Krawczyk's test proves exactly one solution; else an edge of it is halved. Gains are multilinear,
so that their bounds over a cell are attained at its vertices, and only rounding has to be added.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.cell_payoffs import DEPTH, CellPayoffs, whole_profiles
from deterrence.equilibrium.enclosures import UNIT, Cells
from deterrence.equilibrium.halving import chosen_edges, halved, widths
from deterrence.equilibrium.krawczyk import expanded_at, find_roots, inverse, preconditioned
from deterrence.equilibrium.search_record import (
    DOMINATED,
    OPEN,
    SEPARATED,
    SPLIT,
    WEAKLY_DOMINATED,
    Record,
)
from deterrence.equilibrium.settled_roots import SettledRoots

__all__ = ["Limits", "subdivide"]

MOST_NUMBERS = 3_000_000  # held at once in one array of the search
SMALLEST = 2.0**-46  # edge of a cell
MOST_LIKE = 8  # undecided cells of one support profile at a time, times the size of its conditions
MOST_TIED = 64  # likewise where two actions played are alike: what is left is no point
REFRESH_AFTER, REFRESH_EVERY = 36, 8  # levels, for gains computed exactly again
MOST_REFRESHED = 4_000
FEW = 120  # cells up to which two halvings are made at once
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass
class Limits:
    """What the search may spend.

    Attributes
    ----------
    boxes : int
        Cells that may be looked at.
    spent : int
    stopped : str
        Why it ended early; empty if it did not.
    """

    boxes: int
    spent: int = 0
    stopped: str = ""


def subdivide(payoffs: Sequence[NDArray[Any]], limits: Limits) -> Record:
    """Subdivide all support profiles of a game.

    Parameters
    ----------
    payoffs : sequence of ndarray
        By player, whole numbers, with an axis for each player.
    limits : Limits
        Its `spent` and `stopped` are set.

    Returns
    -------
    Record
        Nodes that were not decided are marked OPEN in it.
    """
    search = _Search(payoffs, limits)
    with np.errstate(over="ignore", invalid="ignore"):  # near singular conditions; proves nothing
        search.run()
    return search.record


class _Search:
    def __init__(self, payoffs: Sequence[NDArray[Any]], limits: Limits) -> None:
        self.payoffs = CellPayoffs(payoffs)
        self.shape, self.layout = self.payoffs.shape, self.payoffs.layout
        self.limits = limits
        supports = whole_profiles(self.shape).supports
        self.record = Record(self.shape, tuple(self.payoffs.scales), supports)
        self.roots = SettledRoots(self.layout, self.record)
        self.tied = np.zeros(len(self.record.supports), dtype=bool)
        self.weight = max(1, self.layout.size) * prod(self.shape)

    # -- the loop -----------------------------------------------------------------------------

    def run(self) -> None:
        """All support profiles, some thousands at a time."""
        count = len(self.record.supports)
        self._add_nodes([-1] * count, list(range(count)), [0] * count)
        chunk = max(64, MOST_NUMBERS // self.weight)
        for start in range(0, count, chunk):
            if self.limits.stopped:
                return
            numbers = np.arange(start, min(start + chunk, count))
            cells = self._first_look(self.payoffs.start(numbers))
            level = 0
            while len(cells) and not self.limits.stopped:
                cells = self._step(cells, level)
                level += 1

    def _step(self, cells: Cells, level: int) -> Cells:
        """Decide what can be decided, and halve the rest."""
        if level >= REFRESH_AFTER and level % REFRESH_EVERY == 0 and len(cells) <= MOST_REFRESHED:
            self.payoffs.refresh(cells, self.record.supports)
        self.limits.spent += len(cells)
        chunk = max(16, MOST_NUMBERS // self.weight)
        parts = [self._decide(cells.take(slice(k, k + chunk))) for k in range(0, len(cells), chunk)]
        cells = _joined(parts) if len(parts) > 1 else parts[0]
        if len(cells) and self.limits.spent + 2 * len(cells) > self.limits.boxes:
            self.limits.stopped = "budget"
            return cells
        cells = self._not_hopeless(cells)
        for _ in range(2 if len(cells) <= FEW else 1):
            if len(cells):
                cells = self._halve(cells)
        return cells

    def _decide(self, cells: Cells) -> Cells:
        cells = self._undominated(cells)
        return self._separated_and_roots(cells) if len(cells) else cells

    # -- exclusion ----------------------------------------------------------------------------

    def _first_look(self, cells: Cells) -> Cells:
        """Dominance within supports, weak as well: there everybody is played."""
        self.limits.spent += len(cells)
        cells = self._undominated(cells)
        if not self.payoffs.whole:
            return cells
        kept = np.ones(len(cells), dtype=bool)
        for i, a, b, rise in self._pairs(cells):
            played = kept & (a < cells.sizes[:, i]) & (rise >= 0).all(axis=1)
            better = rise.max(axis=1, initial=0.0) > 0
            self._mark(cells, played & better, WEAKLY_DOMINATED, (i, a, b))
            kept &= ~(played & better)
            self.tied[cells.support[played & ~better & (b < cells.sizes[:, i])]] = True
        return cells.take(kept)

    def _pairs(self, cells: Cells) -> Iterator[tuple[int, int, int, Floats]]:
        """For pairs of actions: player, two places, and by how much the second one is better."""
        for i, table in enumerate(cells.gains):
            rows = table.reshape(len(cells), table.shape[1], prod(table.shape[2:]))
            for a, b in itertools.permutations(range(self.shape[i]), 2):
                if a == 0:
                    yield i, a, b, rows[:, b - 1]
                elif b == 0:
                    yield i, a, b, -rows[:, a - 1]
                else:
                    yield i, a, b, rows[:, b - 1] - rows[:, a - 1]

    def _undominated(self, cells: Cells) -> Cells:
        kept = np.ones(len(cells), dtype=bool)
        margin = 2.02 * cells.noise + 4 * UNIT * cells.bound
        for i, a, b, rise in self._pairs(cells):
            worse = kept & (rise.min(axis=1) > margin[:, i]) & (a < cells.sizes[:, i])
            if worse.any():
                self._mark(cells, worse, DOMINATED, (i, a, b))
                kept &= ~worse
        return cells if kept.all() else cells.take(kept)

    def _separated_and_roots(self, cells: Cells) -> Cells:
        layout = self.layout
        active = layout.active(cells.sizes)
        centre = np.repeat(1.0 / cells.sizes, [m - 1 for m in self.shape], axis=1) * active
        _, values, jacobian = expanded_at(layout, cells, centre, active)
        # of the gains of actions not played, each sum holds its own alone, and that one as it is
        own = np.eye(layout.size, dtype=bool)
        weights = inverse(jacobian, active) * (active[:, None, :] | own)
        weights = np.where(own & ~active[:, None, :], 1.0, weights)
        sums = self._sums(preconditioned(layout, cells.gains, weights))
        margin = np.matmul(np.abs(weights), cells.error(layout)[:, :, None])[:, :, 0]
        low, high = sums.min(axis=2) > margin, (sums.max(axis=2) < -margin) & active
        last = self._last(sums, margin, active)
        out = low.any(axis=1) | high.any(axis=1) | last.any(axis=1)
        self._mark_separated(cells, np.flatnonzero(out), weights, low, high, last, active)
        if out.any():
            cells, values = cells.take(~out), values[~out]
            weights, active, centre = weights[~out], active[~out], centre[~out]
            sums = sums[~out]
        if not len(cells):
            return cells
        y = weights * (active[:, :, None] & active[:, None, :])
        guess = centre - np.matmul(y, values[:, :, None])[:, :, 0]
        likely = self._nearly_linear(cells, sums, guess, active)
        if not likely.any():
            return cells
        place = np.flatnonzero(likely)
        boxes = find_roots(layout, cells.take(place), guess[place])
        boxes.place = place[boxes.place]
        return self.roots.settle(cells, boxes)

    def _sums(self, parts: list[Floats]) -> Floats:
        """Parts of several players, at all combinations of vertices."""
        total: Any = 0.0
        for i, part in enumerate(parts):
            total = total + np.expand_dims(part, 2 + i)
        found: Floats = np.broadcast_to(total, (*total.shape[:2], *self.shape))
        return found.reshape(*found.shape[:2], prod(self.shape))

    def _last(self, sums: Floats, margin: Floats, active: Flags) -> Flags:
        """Whether the first vertex of a player surely has a negative weight."""
        found = np.zeros((len(sums), len(self.shape)), dtype=bool)
        for k in range(len(self.shape)):
            rows = self.layout.rows(k)
            on = active[:, rows]
            total = np.matmul(on[:, None, :] * 1.0, sums[:, rows])[:, 0]
            slack = (margin[:, rows] * on).sum(axis=1) * 1.01
            found[:, k] = on.any(axis=1) & (total.max(axis=1) < -slack)
        return found

    def _mark_separated(
        self,
        cells: Cells,
        place: NDArray[np.intp],
        weights: Floats,
        low: Flags,
        high: Flags,
        last: Flags,
        active: Flags,
    ) -> None:
        fate, kept = self.record.fate, self.record.weights
        for c, node in zip(place.tolist(), cells.node[place].tolist(), strict=True):
            if low[c].any():
                found = weights[c, low[c].argmax()]
            elif high[c].any():
                found = -weights[c, high[c].argmax()]
            else:
                rows = self.layout.rows(int(last[c].argmax()))
                found = -(weights[c, rows] * active[c, rows, None]).sum(axis=0)
            fate[node] = SEPARATED
            kept[node] = found

    # -- roots --------------------------------------------------------------------------------

    def _nearly_linear(self, cells: Cells, sums: Floats, guess: Floats, active: Flags) -> Flags:
        """Cells on which a Newton step may be trusted: sums there are close to linear ones."""
        near = (np.abs(guess - 0.5) < 3.5).all(axis=1)
        table = sums.reshape(*sums.shape[:2], *self.shape)
        bent: Any = np.zeros(len(cells))
        for k, m in enumerate(self.shape):
            if m == 1:
                continue
            rows = self.layout.rows(k)
            slopes = np.moveaxis(table, 2 + k, 2).reshape(*table.shape[:2], m, -1)
            slopes = slopes[:, :, 1:] - slopes[:, :, :1]
            off = np.abs(slopes - np.eye(self.layout.size)[:, rows, None]).max(axis=3)
            off = np.where(active[:, :, None] & active[:, None, rows], off, 0.0)
            bent = np.maximum(bent, off.max(axis=(1, 2)))
        return np.asarray(near & (bent < 1.5))

    # -- halving ------------------------------------------------------------------------------

    def _not_hopeless(self, cells: Cells) -> Cells:
        """Without cells of the smallest size, and without supports that have too many."""
        if not len(cells):
            return cells
        counts = np.bincount(cells.support, minlength=len(self.tied))
        kept = counts[cells.support] <= np.where(
            self.tied[cells.support], MOST_TIED, MOST_LIKE * self.weight
        )
        kept &= widths(cells) > SMALLEST
        for corners in cells.vertices:
            scaled = np.ldexp(corners, DEPTH)
            kept &= (scaled == np.floor(scaled)).all(axis=(1, 2))
        return cells if kept.all() else cells.take(kept)

    def _halve(self, cells: Cells) -> Cells:
        edges = chosen_edges(self.layout, cells)
        nodes, supports = cells.node.tolist(), cells.support.tolist()
        for node, *at in zip(nodes, *(part.tolist() for part in edges), strict=True):
            self.record.fate[node] = SPLIT
            self.record.detail[node] = (at[0], at[1], at[2])
        sides = [0] * len(cells) + [1] * len(cells)
        first = self._add_nodes(nodes + nodes, supports + supports, sides)
        return halved(self.layout, cells, edges, first)

    # -- the record ---------------------------------------------------------------------------

    def _add_nodes(self, parent: list[int], support: list[int], side: list[int]) -> int:
        record, first = self.record, len(self.record)
        record.parent.extend(parent)
        record.support.extend(support)
        record.side.extend(side)
        record.fate.extend([OPEN] * len(parent))
        record.detail.extend([(0, 0, 0)] * len(parent))
        return first

    def _mark(self, cells: Cells, which: Flags, code: int, detail: tuple[int, int, int]) -> None:
        for node in cells.node[which].tolist():
            self.record.fate[node] = code
            self.record.detail[node] = detail


def _joined(parts: Sequence[Cells]) -> Cells:
    return Cells(
        np.concatenate([c.support for c in parts]),
        np.concatenate([c.node for c in parts]),
        np.concatenate([c.sizes for c in parts]),
        [np.concatenate(v) for v in zip(*(c.vertices for c in parts), strict=True)],
        [np.concatenate(g) for g in zip(*(c.gains for c in parts), strict=True)],
        np.concatenate([c.bound for c in parts]),
        np.concatenate([c.noise for c in parts]),
    )
