"""The vertices of one player's best-response polyhedron, by double description.

Mixed strategies y of one player with payoffs v of the other: ``{(y, v): y >= 0, sum(y) = 1,
v >= (M y)_i for every action i of the other}``. One vectorised code serves whole numbers, which
stay exact, and floats with a tolerance. Motzkin, Raiffa, Thompson and Thrall (1953); adjacency as
in Fukuda and Prodon (1996).
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import LimitError

__all__ = [
    "MOST_RAYS",
    "Rays",
    "Vertices",
    "Words",
    "best_response_vertices",
    "expected_digits",
    "pack",
    "unpack",
]

MOST_RAYS = 200_000
MOST_DIGITS = 9  # of a number of vertices written out
SPREAD = 2  # where up to so many times `most` are expected, there may be fewer than `most`
FEW_RAYS = 2_000  # show whether a game is special in which too many are expected
GROWTH = 0.6  # of the vertices above a face of payoffs at random, by its dimension
WORD = 63  # bits used of each word at most
MOST_IN_BYTE = 255
BLOCK = 2_000_000  # pairs of rays looked at together
MOST_COMPARED = 500_000  # pairs of rays; beyond, edges are looked up by name
LARGEST = 2**62  # what whole numbers of the machine may come to
LARGE = 2**20  # whole numbers beyond this are divided by what they have in common
ROUNDING = 1e-12  # of payoffs that span 1: floats so near to zero are zero

Places = NDArray[np.intp]
Edges = tuple[Places, Places, list[NDArray[Any]]]  # two rays each, and what is tight at both
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
        Comparisons of floats closer than the tolerance, but not zero up to rounding.
    """

    points: NDArray[Any]
    tight: Words
    simple: bool
    doubtful: int

    def __len__(self) -> int:
        return len(self.points)

    def least_tight(self) -> NDArray[np.bool_]:
        """At which vertices exactly n conditions are tight."""
        return np.asarray(_count(self.tight) == self.points.shape[1])


def best_response_vertices(
    matrix: NDArray[Any], tolerance: float | None = None, most: int = MOST_RAYS
) -> Vertices:
    """All vertices of ``{(y, v): y >= 0, sum(y) = 1, v >= M y}``.

    Parameters
    ----------
    matrix : ndarray, shape (m, n)
        The other player's payoffs: in whole numbers (of the machine or of Python), or in floats
        that span at most 1.
    tolerance : float, optional
        For floats: differences up to it count as zero.
    most : int, optional
        How many vertices there may be.

    Returns
    -------
    Vertices

    Raises
    ------
    LimitError
        Above `most` rays; above 2,000 already where twice as many are expected, see
        `expected_digits`.
    """
    rays = Rays(matrix, tolerance, most)
    for i in range(1, len(matrix)):
        rays.cut(i)
    return rays.vertices()


def expected_digits(replies: int, actions: int) -> float:
    """About how many digits the number of vertices has if payoffs are drawn at random.

    Above each face with k actions the polyhedron is the upper envelope of as many planes as there
    are replies; the number of its inner vertices grows with the logarithm of theirs to the power
    k - 1, less where k comes near to them. The factor is fitted; up to 16 by 16 actions means lie
    within a factor of three.

    Parameters
    ----------
    replies, actions : int
        Of the other player, and own ones.

    Returns
    -------
    float
        The logarithm to base 10 of the expected number.
    """
    slope = math.log(GROWTH * math.log(replies)) if replies > 1 else 0.0
    logs = [
        _log_choices(actions, k)
        + _log_choices(replies, k)
        + math.lgamma(k + 1)
        - k * math.log(replies)
        + (k - 1) * slope
        for k in range(1, min(replies, actions) + 1)
    ]
    most = max(logs)
    return (most + math.log(sum(math.exp(x - most) for x in logs))) / math.log(10)


def _log_choices(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)


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


class Rays:
    """Extreme rays of the cone over the polyhedron, cut by one condition after the other.

    A row of `table` holds y, then the slack of each condition ``v >= (M y)_i``; a ray is a
    combination of two others with positive weights, so what is zero at both stays zero.
    """

    def __init__(self, matrix: NDArray[Any], tolerance: float | None, most: int) -> None:
        self.n, self.tolerance, self.doubtful = matrix.shape[1], tolerance, 0
        self.most = most
        m, n = matrix.shape
        self.conditions = m
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
        self.judge(i)
        column = self.table[:, self.n + i]
        zero, negative = column == 0, column < 0
        word, bit = divmod(self.n + i, WORD)
        if zero.any():
            self.simple = False
            self.tight[word][zero] |= self.tight[word].dtype.type(1 << bit)
        below = negative.nonzero()[0]
        if not len(below):
            return
        p, q, common = self._edges((column > 0).nonzero()[0], below)
        stay = (~negative).nonzero()[0]
        self._check_size(len(stay) + len(p))
        common[word] |= common[word].dtype.type(1 << bit)
        table = self.combine(p, q, i)
        table[:, self.n + i] = 0
        self.table = np.concatenate([self.table[stay], table])
        self.tight = tuple(
            np.concatenate([old[stay], new]) for old, new in zip(self.tight, common, strict=True)
        )

    def judge(self, i: int) -> None:
        """Slacks within the tolerance become zero; those that rounding does not explain count."""
        if self.tolerance is None:
            return
        column = self.table[:, self.n + i]
        near = np.abs(column) <= self.tolerance
        if near.any():
            self.doubtful += int(np.count_nonzero(np.abs(column[near]) > ROUNDING))
            column[near] = 0.0

    def _check_size(self, rays: int) -> None:
        """LimitError where there are too many rays, or there will be by all that is known."""
        if rays <= min(FEW_RAYS, self.most):
            return
        if rays > self.most:
            many = f"a best-response polyhedron has more than {self.most:,} vertices"
        elif self.digits > math.log10(SPREAD * self.most):
            known = self.digits < MOST_DIGITS
            many = f"{10**self.digits:,.0f}" if known else f"10^{self.digits:.0f}"
            many = f"a best-response polyhedron of this size has about {many} vertices"
        else:
            return
        raise LimitError(
            f"{many}, and budget = {self.most:,}. Leave out actions that are never played, or "
            "raise `budget`."
        )

    @functools.cached_property
    def digits(self) -> float:
        """See `expected_digits`."""
        return expected_digits(self.conditions, self.n)

    def combine(self, p: Places, q: Places, i: int) -> NDArray[Any]:
        """Where the edges between rays on both sides of condition `i` meet it."""
        column = self.table[:, self.n + i]
        if self.table.dtype == np.int64 and _product(self.table, column) >= LARGEST // 2:
            # Python's own whole numbers, since those of the machine would wrap around
            self.table, column = self.table.astype(object), column.astype(object)
        found = self.table[p] * -column[q][:, None] + self.table[q] * column[p][:, None]
        if self.tolerance is not None:
            found /= found[:, : self.n].sum(axis=1)[:, None]
        elif len(found) and np.abs(found).max() > LARGE:
            found //= np.gcd.reduce(found, axis=1)[:, None]
        return np.asarray(found)

    def _edges(self, positive: Places, negative: Places) -> Edges:
        """Pairs of adjacent rays on both sides of a cut, and the conditions tight at both."""
        if len(positive) * len(negative) <= MOST_COMPARED or len(self.tight) > 1:
            return self._compared(positive, negative)
        if self.simple:
            return self._named(positive, negative)
        least = _count(self.tight) == self.n
        (one, p), (two, q) = ((least[k], k) for k in (positive, negative))
        parts = [self._named(p[one], q[two])]
        for some, others in ((p[one], q[~two]), (p[~one], q)):
            if len(some) and len(others):
                parts.append(self._compared(some, others))
        return _together(parts)

    def _named(self, positive: Places, negative: Places) -> Edges:
        """The same where each ray has n conditions tight: all but one of them name an edge.

        An edge has two ends, so that none from one side to the other is named twice on a side.
        """
        (word,) = self.tight
        (one, p), (two, q) = (_without_one(word, places) for places in (positive, negative))
        if not len(one) or not len(two):
            return positive[:0], negative[:0], [word[:0]]
        order = np.argsort(two)
        at = np.searchsorted(two[order], one)
        at[at == len(two)] = 0
        place = order[at]
        same = (two[place] == one).nonzero()[0]
        return p[same], q[place[same]], [one[same]]

    def _compared(self, positive: Places, negative: Places) -> Edges:
        """The same by comparing all pairs, in parts."""
        if len(positive) * len(negative) <= BLOCK:
            return self._adjacent(positive, negative)
        size = max(1, BLOCK // len(negative))
        return _together([self._adjacent(part, negative) for part in _blocks(positive, size)])

    def _adjacent(self, positive: Places, negative: Places) -> Edges:
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
        """The rays as vertices, all but the direction of v."""
        keep = self.table[:, : self.n].any(axis=1)
        tight = tuple(word[keep] for word in self.tight)
        simple = self.simple or bool((_count(tight) == self.n).all())
        return Vertices(self.table[keep, : self.n], tight, simple, self.doubtful)


def _together(parts: Sequence[Edges]) -> Edges:
    ps, qs, commons = zip(*parts, strict=True)
    words = [np.concatenate(same) for same in zip(*commons, strict=True)]
    return np.concatenate(ps), np.concatenate(qs), words


def _without_one(word: NDArray[Any], places: Places) -> tuple[NDArray[Any], Places]:
    """The words at some places less one bit each, for every bit that they have; and the places."""
    words, owners = [word[:0]], [places[:0]]
    some = word[places]
    for k in range(8 * word.itemsize):
        bit = word.dtype.type(1 << k)
        having = (some & bit).nonzero()[0]
        words.append(some[having] ^ bit)
        owners.append(places[having])
    return np.concatenate(words), np.concatenate(owners)


def _product(one: NDArray[np.int64], two: NDArray[np.int64]) -> int:
    """The largest that a product of entries may come to."""
    return int(np.abs(one).max()) * int(np.abs(two).max())


def _count(words: Sequence[NDArray[Any]]) -> NDArray[Any]:
    """The number of bits of each ray."""
    counts: NDArray[Any] = np.bitwise_count(words[0])
    if len(words) > MOST_IN_BYTE // WORD:
        counts = counts.astype(np.int64)
    for word in words[1:]:
        counts = counts + np.bitwise_count(word)
    return counts


def _blocks(places: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(places), size):
        yield places[start : start + size]
