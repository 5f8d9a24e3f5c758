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
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.enclosures import UNIT, Cells, Layout
from deterrence.equilibrium.krawczyk import (
    Boxes,
    expanded_at,
    find_roots,
    inverse,
    preconditioned,
)
from deterrence.equilibrium.search_record import (
    DOMINATED,
    EQUILIBRIUM,
    NOT_EQUILIBRIUM,
    OPEN,
    ROOT,
    SEPARATED,
    SPLIT,
    UNDECIDED,
    WEAKLY_DOMINATED,
    Leaf,
    Record,
    Root,
)

__all__ = ["Limits", "subdivide"]

MOST_NUMBERS = 3_000_000  # held at once in one array of the search
SMALLEST = 2.0**-46  # edge of a cell, so that vertices stay exact
MOST_LIKE = 6_000  # undecided cells of one support profile at a time
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
    try:
        search.run()
    except KeyboardInterrupt:
        limits.stopped = "interrupted"
    return search.record


class _Search:
    def __init__(self, payoffs: Sequence[NDArray[Any]], limits: Limits) -> None:
        self.shape = payoffs[0].shape
        self.layout = Layout.of(self.shape)
        self.limits = limits
        self.payoffs = [_integers(u) for u in payoffs]
        self.scales = [_scale(u) for u in self.payoffs]
        self.whole = all(scale <= 2**51 for scale in self.scales)  # differences are exact
        per_player = [
            [s for r in range(1, m + 1) for s in itertools.combinations(range(m), r)]
            for m in self.shape
        ]
        self.record = Record(list(itertools.product(*per_player)))
        self.roots_of: dict[int, list[int]] = {}
        self.machine = [_machine(u) for u in self.payoffs] if self.whole else []
        self.weight = max(1, self.layout.size) * int(np.prod(self.shape))

    # -- the loop -----------------------------------------------------------------------------

    def run(self) -> None:
        """All support profiles, some thousands at a time."""
        count = len(self.record.supports)
        self._add_nodes([-1] * count, list(range(count)), [0] * count)
        chunk = max(64, MOST_NUMBERS // self.weight)
        for start in range(0, count, chunk):
            cells = self._start(np.arange(start, min(start + chunk, count)))
            cells = self._first_look(cells)
            level = 0
            while len(cells) and not self.limits.stopped:
                cells = self._step(cells, level)
                level += 1

    def _step(self, cells: Cells, level: int) -> Cells:
        """Decide what can be decided, and halve the rest."""
        if level >= REFRESH_AFTER and level % REFRESH_EVERY == 0 and len(cells) <= MOST_REFRESHED:
            self._refresh(cells)
        self.limits.spent += len(cells)
        chunk = max(16, MOST_NUMBERS // self.weight)
        parts = [
            self._decide(cells.take(slice(k, k + chunk))) for k in range(0, len(cells), chunk)
        ]
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
        if not len(cells) or not self.layout.size:
            return cells if self.layout.size else self._points(cells)
        return self._separated_and_roots(cells)

    # -- cells --------------------------------------------------------------------------------

    def _start(self, numbers: NDArray[np.intp]) -> Cells:
        """Whole support profiles as cells."""
        order, sizes = [], np.zeros((len(numbers), len(self.shape)), dtype=np.intp)
        vertices: list[Floats] = []
        for k, m in enumerate(self.shape):
            rows, corners = [], np.zeros((len(numbers), m, m))
            for c, number in enumerate(numbers.tolist()):
                played = self.record.supports[number][k]
                rows.append([*played, *(a for a in range(m) if a not in played)])
                sizes[c, k] = len(played)
            order.append(np.array(rows, dtype=np.intp))
            used = np.where(np.arange(m) < sizes[:, k, None], order[k], order[k][:, :1])
            np.put_along_axis(corners, used[:, :, None], 1.0, axis=2)
            vertices.append(corners)
        gains = [self._whole_gains(i, order, sizes) for i in range(len(self.shape))]
        flat = [np.abs(g).reshape(len(numbers), -1) for g in gains]
        bound = np.stack([g.max(axis=1, initial=0.0) for g in flat], axis=1)
        noise = bound * 0 if self.whole else bound * UNIT
        return Cells(numbers, numbers.copy(), sizes, vertices, gains, bound, noise)

    def _whole_gains(
        self, i: int, order: Sequence[NDArray[np.intp]], sizes: NDArray[np.intp]
    ) -> Floats:
        cells, players = len(order[0]), len(self.shape)
        others = self.layout.others(i)
        index: list[Any] = []
        for axis, k in enumerate(others):
            used = np.where(np.arange(self.shape[k]) < sizes[:, k, None], order[k], order[k][:, :1])
            form = [cells, 1] + [1] * (players - 1)
            form[2 + axis] = self.shape[k]
            index.append(used.reshape(form))
        own = order[i].reshape([cells, self.shape[i]] + [1] * (players - 1))
        table = self.machine[i] if self.whole else self.payoffs[i]
        found = np.moveaxis(table, i, 0)[(own, *index)]
        differences = found[:, 1:] - found[:, :1]
        return _floats(differences, self.scales[i])

    def _first_look(self, cells: Cells) -> Cells:
        """Dominance within supports, weak as well: there everybody is played."""
        self.limits.spent += len(cells)
        cells = self._undominated(cells)
        if not self.whole:
            return cells
        kept, tied = np.ones(len(cells), dtype=bool), np.zeros(len(cells), dtype=bool)
        for i, a, b, rise in self._pairs(cells):
            played = kept & (a < cells.sizes[:, i]) & (rise >= 0).all(axis=1)
            better = rise.max(axis=1, initial=0.0) > 0
            self._mark(cells, played & better, WEAKLY_DOMINATED, (i, a, b))
            kept &= ~(played & better)
            tied |= played & ~better & (b < cells.sizes[:, i])
        return cells.take(kept & ~tied)  # where two actions played are alike, nodes stay OPEN

    # -- exclusion ----------------------------------------------------------------------------

    def _pairs(self, cells: Cells) -> Iterator[tuple[int, int, int, Floats]]:
        """For pairs of actions: player, two places, and by how much the second one is better."""
        for i, table in enumerate(cells.gains):
            rows = table.reshape(len(cells), table.shape[1], -1)
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
        weights = inverse(jacobian)
        weights *= active[:, None, :] | np.eye(layout.size, dtype=bool)
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
        return self._settle(cells, boxes)

    def _sums(self, parts: list[Floats]) -> Floats:
        """Parts of several players, at all combinations of vertices."""
        total: Any = 0.0
        for i, part in enumerate(parts):
            total = total + np.expand_dims(part, 2 + i)
        found: Floats = np.broadcast_to(total, (*total.shape[:2], *self.shape))
        return found.reshape(*found.shape[:2], -1)

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
        for k in range(len(self.shape)):
            if self.shape[k] == 1:
                continue
            slopes = table - np.take(table, [0], axis=2 + k)
            rows = self.layout.rows(k)
            for j in range(1, self.shape[k]):
                expected = np.zeros((1, self.layout.size, *[1] * len(self.shape)))
                expected[0, rows.start + j - 1] = 1.0
                off = np.take(slopes, j, axis=2 + k).reshape(*sums.shape[:2], -1)
                off = np.abs(off - expected.reshape(1, -1, 1)).max(axis=2)
                off = np.where(active & active[:, [rows.start + j - 1]], off, 0.0)
                bent = np.maximum(bent, off.max(axis=1))
        return np.asarray(near & (bent < 1.5))

    def _points(self, cells: Cells) -> Cells:
        """Games in which nobody has a choice."""
        for node, number in zip(cells.node.tolist(), cells.support.tolist(), strict=True):
            empty, profile = np.zeros(0), tuple((1.0,) for _ in self.shape)
            none = np.zeros((0, 0))
            zeros = tuple((0.0,) for _ in self.shape)
            self.record.roots.append(Root(node, empty, empty, none, EQUILIBRIUM, profile, zeros))
            self.record.leaves[node] = Leaf(empty, empty, none, len(self.record.roots) - 1)
            self.record.fate[node] = ROOT
            self.roots_of[number] = [len(self.record.roots) - 1]
        return cells.take(slice(0, 0))

    def _settle(self, cells: Cells, boxes: Boxes) -> Cells:
        """Mark the cells in boxes, and tell new solutions from those already found."""
        kept = np.ones(len(cells), dtype=bool)
        for n, c in enumerate(boxes.place.tolist()):
            profile, error = self._profile(cells, c, boxes.centre[n], boxes.tiny[n])
            number, node = int(cells.support[c]), int(cells.node[c])
            known = self.roots_of.setdefault(number, [])
            same = [r for r in known if self._inside(cells, c, boxes, n, self.record.roots[r])]
            if not same:
                sizes = cells.sizes[c]
                verdict = self._verdict(boxes, n, profile, error, number, sizes)
                self.record.roots.append(
                    Root(
                        node,
                        boxes.centre[n],
                        boxes.tiny[n],
                        boxes.preconditioner[n],
                        verdict,
                        tuple(tuple(p.tolist()) for p in profile),
                        tuple(tuple(e.tolist()) for e in error),
                    )
                )
                known.append(len(self.record.roots) - 1)
                same = known[-1:]
            elif len(same) > 1:
                continue
            self.record.leaves[node] = Leaf(
                boxes.centre[n], boxes.radius[n], boxes.preconditioner[n], same[0]
            )
            self.record.fate[node] = ROOT
            kept[c] = False
        return cells.take(kept)

    def _profile(
        self, cells: Cells, c: int, centre: Floats, tiny: Floats
    ) -> tuple[list[Floats], list[Floats]]:
        """Probabilities near a solution, and how far they may be off."""
        profile, error = [], []
        for k in range(len(self.shape)):
            rows, corners = self.layout.rows(k), cells.vertices[k][c]
            edges = corners[1:] - corners[:1]
            profile.append(corners[0] + centre[rows] @ edges)
            rounding = 4 * UNIT * len(corners) * (1 + np.abs(centre[rows]).sum())
            off = (tiny[rows] @ np.abs(edges)) * 1.01 + rounding
            error.append(np.where((corners != 0).any(axis=0), off, 0.0))
        return profile, error

    def _inside(self, cells: Cells, c: int, boxes: Boxes, n: int, root: Root) -> bool:
        """Whether a known solution surely lies in a box."""
        for k in range(len(self.shape)):
            size = int(cells.sizes[c, k])
            if size == 1:
                continue
            rows, corners = self.layout.rows(k), cells.vertices[k][c]
            edges = corners[1:size] - corners[0]
            here = corners[0] + boxes.centre[n, rows] @ (corners[1:] - corners[0])
            back = np.linalg.pinv(edges)
            off = np.abs((np.array(root.profile[k]) - here) @ back)
            off += np.array(root.error[k]) @ np.abs(back)
            if not (off * 1.001 < boxes.radius[n, rows][: size - 1]).all():
                return False
        return True

    def _verdict(
        self,
        boxes: Boxes,
        n: int,
        profile: list[Floats],
        error: list[Floats],
        number: int,
        sizes: NDArray[np.intp],
    ) -> str:
        played = self.record.supports[number]
        least = [
            (profile[k][a], error[k][a]) for k, s in enumerate(played) if len(s) > 1 for a in s
        ]
        if any(p < -e for p, e in least):
            return NOT_EQUILIBRIUM
        gain, off = boxes.gain[n], boxes.gain_error[n]
        outside = [
            self.layout.offsets[k] + a - 1
            for k, size in enumerate(sizes.tolist())
            for a in range(size, self.shape[k])
        ]
        if any(gain[r] > off[r] for r in outside):
            return NOT_EQUILIBRIUM
        if all(p > e for p, e in least) and all(gain[r] < -off[r] for r in outside):
            return EQUILIBRIUM
        return UNDECIDED

    # -- halving ------------------------------------------------------------------------------

    def _not_hopeless(self, cells: Cells) -> Cells:
        """Without cells of the smallest size, and without supports that have too many."""
        if not len(cells):
            return cells
        counts = np.bincount(cells.support, minlength=len(self.record.supports))
        kept = counts[cells.support] <= MOST_LIKE
        widest = np.zeros(len(cells))
        for corners in cells.vertices:
            reach = np.abs(corners[:, :, None] - corners[:, None, :]).max(axis=(1, 2, 3))
            widest = np.maximum(widest, reach)
        kept &= widest > SMALLEST
        return cells if kept.all() else cells.take(kept)

    def _halve(self, cells: Cells) -> Cells:
        player, p, q = self._edges(cells)
        count = len(cells)
        nodes = cells.node.tolist()
        for node, *at in zip(nodes, player.tolist(), p.tolist(), q.tolist(), strict=True):
            self.record.fate[node] = SPLIT
            self.record.detail[node] = (at[0], at[1], at[2])
        supports = cells.support.tolist()
        first = self._add_nodes(nodes + nodes, supports + supports, [0] * count + [1] * count)
        both = np.concatenate([np.arange(count), np.arange(count)])
        made = cells.take(both)
        made.node = np.arange(first, first + 2 * count)
        made.noise = made.noise + 1.01 * UNIT * made.bound
        player, p, q = player[both], p[both], q[both]
        replaced = np.where(np.arange(2 * count) < count, p, q)
        for k in range(len(self.shape)):
            chosen = np.flatnonzero(player == k)
            if len(chosen):
                self._move(made, k, chosen, p[chosen], q[chosen], replaced[chosen])
        return made

    def _move(
        self,
        cells: Cells,
        k: int,
        chosen: NDArray[np.intp],
        p: NDArray[np.intp],
        q: NDArray[np.intp],
        replaced: NDArray[np.intp],
    ) -> None:
        """Put the middle of an edge in the place of one of its ends."""
        m = self.shape[k]
        change = np.repeat(np.eye(m)[None], len(chosen), axis=0)
        at = np.arange(len(chosen))
        change[at, replaced] = 0.0
        change[at, replaced, p] = change[at, replaced, q] = 0.5
        repeats = np.arange(m) >= cells.sizes[chosen, k, None]
        change = np.where(repeats[:, :, None], change[:, :1], change)
        cells.vertices[k][chosen] = np.matmul(change, cells.vertices[k][chosen])
        for i, table in enumerate(cells.gains):
            if i == k or not table.shape[1]:
                continue
            axis = self.layout.others(i).index(k)
            before = table.shape[1] * int(np.prod(table.shape[2 : 2 + axis], dtype=np.intp))
            part = table[chosen].reshape(len(chosen), before, m, -1)
            table[chosen] = np.matmul(change[:, None], part).reshape(-1, *table.shape[1:])

    def _edges(self, cells: Cells) -> tuple[Any, Any, Any]:
        """For each cell the edge along which the gains of its support change most."""
        active = self.layout.active(cells.sizes)
        best = np.full(len(cells), -1.0)
        chosen = np.zeros((3, len(cells)), dtype=np.intp)
        masked = [
            g * active[:, self.layout.rows(i)].reshape(g.shape[:2] + (1,) * (g.ndim - 2))
            for i, g in enumerate(cells.gains)
        ]
        for k, m in enumerate(self.shape):
            for p, q in itertools.combinations(range(m), 2):
                score = np.zeros(len(cells))
                for i, table in enumerate(masked):
                    if i != k and table.shape[1]:
                        axis = 2 + self.layout.others(i).index(k)
                        ends = np.take(table, p, axis=axis) - np.take(table, q, axis=axis)
                        score += np.abs(ends).reshape(len(cells), -1).sum(axis=1)
                more = (score > best) & (q < cells.sizes[:, k])
                best = np.where(more, score, best)
                chosen[:, more] = np.array([[k], [p], [q]])
        return chosen[0], chosen[1], chosen[2]

    def _refresh(self, cells: Cells) -> None:
        """Gains from exact vertices and exact payoffs again, so that small ones are precise."""
        scaled = [
            np.array([[int(x * 2**52) for x in row] for row in v.reshape(-1, v.shape[-1])], object)
            for v in cells.vertices
        ]
        for i, table in enumerate(cells.gains):
            if not table.shape[1]:
                continue
            denominator = self.scales[i] * 2 ** (52 * (len(self.shape) - 1))
            for c in range(len(cells)):
                value = np.moveaxis(self.payoffs[i], i, 0)
                played = self.record.supports[cells.support[c]][i]
                order = [*played, *(a for a in range(self.shape[i]) if a not in played)]
                value = value[order[1:]] - value[order[:1]]
                for k in self.layout.others(i):
                    m = self.shape[k]
                    value = np.tensordot(value, scaled[k][c * m : (c + 1) * m], axes=([1], [1]))
                table[c] = _floats(value, denominator)
            reach = np.abs(table).reshape(len(cells), -1).max(axis=1)
            cells.bound[:, i] = reach
            cells.noise[:, i] = reach * UNIT

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


# --- numbers -------------------------------------------------------------------------------------


def _integers(payoffs: NDArray[Any]) -> NDArray[Any]:
    found = np.empty(payoffs.shape, dtype=object)
    for place in np.ndindex(payoffs.shape):
        found[place] = int(payoffs[place])
    return found


def _scale(payoffs: NDArray[Any]) -> int:
    """A power of two that no difference of payoffs exceeds."""
    reach = int(payoffs.max() - payoffs.min())
    return int(1 << reach.bit_length())


def _machine(payoffs: NDArray[Any]) -> NDArray[np.int64]:
    """Payoffs less the least one, as the machine's whole numbers."""
    return np.array(payoffs - payoffs.min(), dtype=np.int64)


def _floats(numbers: NDArray[Any], denominator: int) -> Floats:
    """Quotients, each rounded once."""
    if numbers.dtype != object:
        found: Floats = numbers / float(denominator)
        return found
    flat = [_quotient(x, denominator) for x in numbers.flat]
    return np.array(flat, dtype=np.float64).reshape(numbers.shape)


def _quotient(x: int, denominator: int) -> float:
    return x / denominator if x else 0.0


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
