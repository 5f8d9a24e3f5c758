"""The vertices of one player's best-response polyhedron, by double description.

Mixed strategies y of one player with payoffs v of the other: ``{(y, v): y >= 0, sum(y) = 1,
v >= (M y)_i for every action i of the other}``. One vectorised code serves whole numbers, which
stay exact, and floats with a tolerance. Motzkin, Raiffa, Thompson and Thrall (1953); adjacency as
in Fukuda and Prodon (1996).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import LimitError

__all__ = ["Vertices", "Words", "best_response_vertices", "pack", "unpack"]

MOST_RAYS = 200_000
WORD = 63  # bits used of each word at most
BLOCK = 2_000_000  # pairs of rays looked at together
LARGEST = 2**62  # what whole numbers of the machine may come to
LARGE = 2**20  # whole numbers beyond this are divided by what they have in common

Words = tuple[NDArray[Any], ...]  # bits of each ray, in unsigned whole numbers of one size


@dataclass(frozen=True, eq=False)
class Vertices:
    """Vertices of a best-response polyhedron.

    Attributes
    ----------
    points : ndarray, shape (vertices, n)
        Mixed strategies; in whole numbers not divided by their sum.
    tight : tuple of ndarray
        The conditions that hold with equality at each vertex, as bits: first ``y_j = 0`` for each
        own action j, then ``v = (M y)_i`` for each action i of the other.
    simple : bool
        Whether exactly n conditions are tight at every vertex.
    doubtful : int
        Comparisons that `clear` leaves in doubt.
    """

    points: NDArray[Any]
    tight: Words
    simple: bool
    doubtful: int

    def __len__(self) -> int:
        return len(self.points)


def best_response_vertices(
    matrix: NDArray[Any], tolerance: float | None = None, clear: float | Fraction | None = None
) -> Vertices:
    """All vertices of ``{(y, v): y >= 0, sum(y) = 1, v >= M y}``.

    Parameters
    ----------
    matrix : ndarray, shape (m, n)
        The other player's payoffs: in whole numbers (of the machine or of Python), or in floats
        that span at most 1.
    tolerance : float, optional
        For floats: differences of payoffs up to it count as zero.
    clear : float or fractions.Fraction, optional
        Differences up to this share of the payoffs' span are counted as doubtful, unless they are
        exactly zero.

    Returns
    -------
    Vertices

    Raises
    ------
    LimitError
        Above 200,000 rays.
    """
    rays = _Rays(matrix, tolerance, clear)
    for i in range(1, len(matrix)):
        rays.cut(i)
    return rays.vertices()


def pack(bits: NDArray[np.bool_]) -> Words:
    """Rows of booleans as words: the smallest that holds all bits, or several of 63."""
    size = bits.shape[1]
    kind: Any = np.uint16 if size < 16 else np.uint32 if size < 32 else np.uint64
    words = []
    for start in range(0, size, WORD):
        part = bits[:, start : start + WORD]
        values = np.array([1 << k for k in range(part.shape[1])], dtype=kind)
        words.append(part.astype(kind) @ values)
    return tuple(words)


def unpack(words: Words, size: int) -> NDArray[np.bool_]:
    """The first `size` bits of words, as rows of booleans."""
    kind = words[0].dtype.type
    parts = []
    for start, word in zip(range(0, size, WORD), words, strict=True):
        shifts = np.arange(min(WORD, size - start), dtype=kind)
        parts.append((word[:, None] >> shifts & kind(1)).astype(bool))
    return np.concatenate(parts, axis=1)


class _Rays:
    """Extreme rays of the cone over the polyhedron, cut by one condition after the other.

    A row of `table` holds y, then the slack of each condition ``v >= (M y)_i``; a ray is a
    combination of two others with positive weights, so what is zero at both stays zero.
    """

    def __init__(
        self, matrix: NDArray[Any], tolerance: float | None, clear: float | Fraction | None
    ) -> None:
        self.n, self.doubtful = matrix.shape[1], 0
        self.floats = matrix.dtype.kind == "f"
        self.tolerance, self.clear = tolerance or 0.0, clear or 0.0
        if self.clear and not self.floats:
            self.clear = Fraction(self.clear) * int(matrix.max() - matrix.min())
        m, n = matrix.shape
        table = np.zeros((n + 1, n + m), dtype=matrix.dtype)
        table[:n, :n] = np.eye(n, dtype=matrix.dtype)
        table[:n, n:] = (matrix[0] - matrix).T
        table[n, n:] = 1  # the direction in which v grows
        self.table = table
        tight = np.zeros((n + 1, n + m), dtype=bool)
        tight[:, :n] = ~np.eye(n + 1, n, dtype=bool)
        tight[:n, n] = True
        self.tight = pack(tight)
        self.simple = True

    def cut(self, i: int) -> None:
        """Add the condition of the other player's action `i`."""
        column = self.table[:, self.n + i]
        if self.clear:
            self._judge(column)
        zero, negative = column == 0, column < 0
        word, bit = divmod(self.n + i, WORD)
        if zero.any():
            self.simple = False
            self.tight[word][zero] |= self.tight[word].dtype.type(1 << bit)
        if not negative.any():
            return
        p, q, common = self._edges((column > 0).nonzero()[0], negative.nonzero()[0])
        common[word] |= common[word].dtype.type(1 << bit)
        table = self._combine(p, q, column)
        table[:, self.n + i] = 0
        stay = ~negative
        self.table = np.concatenate([self.table[stay], table])
        self.tight = tuple(
            np.concatenate([old[stay], new]) for old, new in zip(self.tight, common, strict=True)
        )
        if len(self.table) > MOST_RAYS:
            raise LimitError(
                f"a best-response polyhedron has more than {MOST_RAYS:,} vertices, too many to "
                "enumerate. Leave out actions that are never played."
            )

    def _judge(self, column: NDArray[Any]) -> None:
        """Count slacks in doubt; those of floats within the tolerance become zero."""
        size = np.abs(column)
        if self.floats and size.min() > self.clear:
            return
        self.doubtful += int(np.count_nonzero(self._near(size) & (size > 0)))
        if self.floats:
            column[size <= self.tolerance] = 0.0

    def _near(self, size: NDArray[Any]) -> NDArray[np.bool_]:
        """Which sizes `clear` leaves in doubt, by strategies that sum to one and the payoffs' span."""
        if self.floats:
            return np.asarray(size <= self.clear)
        unit = self.table[:, : self.n].sum(axis=1)
        if size.dtype == object:  # beyond the range of floats
            top, bottom = Fraction(self.clear).as_integer_ratio()
            return np.asarray(size * bottom <= unit * top, dtype=bool)
        return np.asarray(size <= float(self.clear) * unit)

    def _combine(
        self, p: NDArray[np.intp], q: NDArray[np.intp], column: NDArray[Any]
    ) -> NDArray[Any]:
        if self.table.dtype == np.int64 and _product(self.table, column) >= LARGEST // 2:
            # Python's own whole numbers, since those of the machine would wrap around
            self.table, column = self.table.astype(object), column.astype(object)
        found = self.table[p] * -column[q][:, None] + self.table[q] * column[p][:, None]
        if self.floats:
            found /= found[:, : self.n].sum(axis=1)[:, None]
        elif len(found) and np.abs(found).max() > LARGE:
            found //= np.gcd.reduce(found, axis=1)[:, None]
        return np.asarray(found)

    def _edges(
        self, positive: NDArray[np.intp], negative: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], list[NDArray[Any]]]:
        """Pairs of adjacent rays on both sides of a cut, and the conditions tight at both."""
        size = max(1, BLOCK // len(negative))
        if len(positive) <= size:
            return self._adjacent(positive, negative)
        found = [
            (p[:0], q[:0], c) for p, q, c in [(positive, negative, [w[:0] for w in self.tight])]
        ]
        found += [
            self._adjacent(part, negative)
            for part in _blocks(positive, size)
        ]
        ps, qs, commons = zip(*found, strict=True)
        return (
            np.concatenate(ps),
            np.concatenate(qs),
            [np.concatenate(parts) for parts in zip(*commons, strict=True)],
        )

    def _adjacent(
        self, positive: NDArray[np.intp], negative: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], list[NDArray[Any]]]:
        shared = [word[positive][:, None] & word[negative] for word in self.tight]
        counts = _count(shared)
        row, place = np.nonzero(counts >= self.n - 1)
        p, q = positive[row], negative[place]
        common = [word[row, place] for word in shared]
        if self.simple:
            return p, q, common
        own = _count(self.tight)
        open_ = np.flatnonzero((own[p] > self.n) & (own[q] > self.n))
        keep = np.ones(len(p), dtype=bool)
        keep[open_] = self._alone([word[open_] for word in common])
        return p[keep], q[keep], [word[keep] for word in common]

    def _alone(self, common: list[NDArray[Any]]) -> NDArray[np.bool_]:
        """Whether no third ray has tight what is tight at both of a pair."""
        alone = np.ones(len(common[0]), dtype=bool)
        for part in _blocks(np.arange(len(alone)), max(1, BLOCK // len(self.table))):
            inside = np.ones((len(part), len(self.table)), dtype=bool)
            for words, all_words in zip(common, self.tight, strict=True):
                inside &= (words[part][:, None] & ~all_words) == 0
            alone[part] = inside.sum(axis=1) == 2
        return alone

    def vertices(self) -> Vertices:
        keep = self.table[:, : self.n].any(axis=1)  # all but the direction of v
        tight = tuple(word[keep] for word in self.tight)
        simple = self.simple or bool((_count(tight) == self.n).all())
        return Vertices(self.table[keep, : self.n], tight, simple, self.doubtful)


def _product(one: NDArray[np.int64], two: NDArray[np.int64]) -> int:
    """The largest that a product of entries may come to."""
    return int(np.abs(one).max()) * int(np.abs(two).max())


def _count(words: Sequence[NDArray[Any]]) -> NDArray[np.uint8]:
    """The number of bits of each ray."""
    counts: NDArray[np.uint8] = np.bitwise_count(words[0])
    for word in words[1:]:
        counts = counts + np.bitwise_count(word)
    return counts


def _blocks(places: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(places), size):
        yield places[start : start + size]
