"""All realisation plans at which a best reply may change, with what the replies are worth.

Let y be a realisation plan of one player and f_h(y) what the best reply of the other is worth from
its information set h on, for each h that the other may come to without having moved. The function
is convex and piecewise linear, so ``{(y, v): y a realisation plan, v_h >= f_h(y)}`` is a
polyhedron. Its vertices are found by double description (Motzkin, Raiffa, Thompson and Thrall 1953;
adjacency as in Fukuda and Prodon 1996), cut by best replies to its own vertices until none cuts
any more: plans that are never best are never written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.sequence_form import MACHINE, Replies, Sequences, Whole
from deterrence.errors import LimitError

__all__ = ["ReplyVertices", "reply_vertices"]

WORD = 63
BLOCK = 4_000_000  # comparisons made together
LARGE = 2**20  # whole numbers beyond this are divided by what they have in common


@dataclass(frozen=True, eq=False)
class ReplyVertices:
    """The vertices of one player's side.

    Attributes
    ----------
    plans : ndarray, shape (vertices, sequences)
        Realisation plans in whole numbers; the first entry is the scale.
    best : ndarray of bool, shape (vertices, sequences of the other)
        Which of the other's sequences are best at their sets.
    cuts : int
        How many best replies it took.
    """

    plans: Whole
    best: NDArray[np.bool_]
    cuts: int

    def __len__(self) -> int:
        return len(self.plans)


def reply_vertices(own: Sequences, other: Replies, most: int) -> ReplyVertices:
    """All vertices of the polyhedron of plans of `own` and values of the replies of `other`.

    Parameters
    ----------
    own : Sequences
        Of the player whose plans these are.
    other : Replies
        Of the player who replies.
    most : int
        Rays at most.

    Returns
    -------
    ReplyVertices

    Raises
    ------
    LimitError
        Above `most` rays.
    """
    rays = _Rays(own, other, most)
    while rays.cut():
        pass
    plans = rays.table[rays.proper, : len(own)]
    return ReplyVertices(plans, other.best(plans), rays.cuts)


class _Rays:
    """Extreme rays of the cone over the polyhedron: plans, then values; conditions as bits."""

    def __init__(self, own: Sequences, other: Replies, most: int) -> None:
        self.own, self.other, self.most, self.cuts = own, other, most, 0
        self.tops = other.own.following[0]
        self.size = len(own)
        self.dimension = own.dimension + 1 + len(self.tops)
        pure = own.pure_plans()
        count, width = len(pure) + len(self.tops), self.size + len(self.tops)
        table = np.zeros((count, width), dtype=np.int64)
        table[: len(pure), : self.size] = pure
        worth, _ = other.values(pure[:1])
        forms = [other.reply(worth[0], place) for place in self.tops]
        if forms and forms[0].dtype == object:
            table = table.astype(object)
        for k, form in enumerate(forms):
            table[: len(pure), self.size + k] = pure @ form
            table[len(pure) + k, self.size + k] = 1
        self.table = table
        tight = np.ones((count, self.size - 1 + len(self.tops)), dtype=bool)
        tight[: len(pure), : self.size - 1] = pure[:, 1:] == 0
        for k in range(len(self.tops)):
            tight[len(pure) + k, self.size - 1 + k] = False
        self.bits = tight.shape[1]
        self.tight = _packed(tight)
        self.cuts = len(self.tops)
        self._value()

    @property
    def proper(self) -> NDArray[np.bool_]:
        """The rays that are vertices, not directions."""
        return np.asarray(self.table[:, 0] > 0)

    def _value(self, known: NDArray[np.bool_] | None = None) -> None:
        """How far each value lies below that of a best reply; what is known is kept."""
        if known is None:
            known = np.zeros(len(self.table), dtype=bool)
            self.short = np.zeros((len(self.table), len(self.tops)))
        new = np.flatnonzero(~known & self.proper)
        plans = self.table[new, : self.size]
        _, sets = self.other.values(plans)
        missing = sets[:, list(self.tops)] - self.table[new, self.size :]
        self.short[new] = missing.astype(float) / plans[:, :1].astype(float)

    def cut(self) -> bool:
        """Add the best reply where the values fall short most; False if they do nowhere."""
        if not len(self.tops) or self.short.max() <= 0:
            return False
        n, k = np.unravel_index(int(np.argmax(self.short)), self.short.shape)
        worth, _ = self.other.values(self.table[n : n + 1, : self.size])
        form = self.other.reply(worth[0], self.tops[k])
        self._split(self._slack(form, int(k)))
        self.cuts += 1
        return True

    def _slack(self, form: Whole, k: int) -> Whole:
        plans, values = self.table[:, : self.size], self.table[:, self.size + k]
        most = int(np.abs(self.table).max())
        if self.table.dtype != object and (
            form.dtype == object or most * (1 + int(np.abs(form).sum())) >= MACHINE
        ):
            plans, values = plans.astype(object), values.astype(object)
        return np.asarray(values - plans @ form)

    def _split(self, slack: Whole) -> None:
        word, bit = divmod(self.bits, WORD)
        if word == len(self.tight):
            self.tight.append(np.zeros(len(self.table), dtype=np.uint64))
        self.bits += 1
        self.tight[word][slack == 0] |= np.uint64(1 << bit)
        positive, negative = np.flatnonzero(slack > 0), np.flatnonzero(slack < 0)
        p, q, common = self._edges(positive, negative)
        common[word] |= np.uint64(1 << bit)
        fresh = self._combined(p, q, slack)
        stay = slack >= 0
        known = np.concatenate([np.ones(int(stay.sum()), dtype=bool), np.zeros(len(p), dtype=bool)])
        # values of rays that stay fall short as before; those of the others are looked at anew
        self.short = np.concatenate([self.short[stay], np.zeros((len(p), len(self.tops)))])
        self.table = np.concatenate([self.table[stay], fresh])
        self.tight = [
            np.concatenate([old[stay], new]) for old, new in zip(self.tight, common, strict=True)
        ]
        if len(self.table) > self.most:
            raise LimitError(
                f"the sequence form has more than {self.most:,} vertices on one side, too many to "
                "enumerate. Solve the game for 'sequential' or 'subgame-perfect', which cut it "
                "into parts, or a smaller game."
            )
        self._value(known)

    def _combined(self, p: NDArray[np.intp], q: NDArray[np.intp], slack: Whole) -> Whole:
        table = self.table
        most = int(np.abs(table).max()) * int(np.abs(slack).max()) if len(p) else 0
        if most >= MACHINE // 2 or slack.dtype == object:
            table, slack = table.astype(object), slack.astype(object)
        found = table[p] * -slack[q][:, None] + table[q] * slack[p][:, None]
        if len(found) and np.abs(found).max() > LARGE:
            found = found // np.gcd.reduce(found, axis=1)[:, None]
        fits = not len(found) or np.abs(found).max() < MACHINE
        if found.dtype == object and self.table.dtype != object and fits:
            return found.astype(np.int64)
        return np.asarray(found)

    # -- adjacency ----------------------------------------------------------------------------

    def _edges(
        self, positive: NDArray[np.intp], negative: NDArray[np.intp]
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], list[NDArray[np.uint64]]]:
        """Pairs of adjacent rays on both sides of a cut, and the conditions tight at both."""
        nothing = np.zeros(0, dtype=np.intp)
        ps, qs = [nothing], [nothing]
        commons = [[w[:0] for w in self.tight]]
        for part in _blocks(positive, max(1, BLOCK // max(1, len(negative)))):
            shared = [w[part][:, None] & w[negative] for w in self.tight]
            counts = sum(np.bitwise_count(w).astype(np.int16) for w in shared)
            row, place = np.nonzero(counts >= self.dimension - 2)
            common = [w[row, place] for w in shared]
            keep = self._alone(common)
            ps.append(part[row[keep]])
            qs.append(negative[place[keep]])
            commons.append([w[keep] for w in common])
        words = [np.concatenate(parts) for parts in zip(*commons, strict=True)]
        return np.concatenate(ps), np.concatenate(qs), words

    def _alone(self, common: Sequence[NDArray[np.uint64]]) -> NDArray[np.bool_]:
        """Whether no third ray has tight what is tight at both of a pair."""
        alone = np.ones(len(common[0]), dtype=bool)
        for part in _blocks(np.arange(len(alone)), max(1, BLOCK // len(self.table))):
            inside = np.ones((len(part), len(self.table)), dtype=bool)
            for words, every in zip(common, self.tight, strict=True):
                inside &= (words[part][:, None] & ~every) == 0
            alone[part] = inside.sum(axis=1) == 2
        return alone


def _packed(rows: NDArray[np.bool_]) -> list[NDArray[np.uint64]]:
    words = []
    for start in range(0, max(1, rows.shape[1]), WORD):
        part = rows[:, start : start + WORD]
        values = np.array([1 << k for k in range(part.shape[1])], dtype=np.uint64)
        words.append((part.astype(np.uint64) * values).sum(axis=1, dtype=np.uint64))
    return words


def _blocks(places: NDArray[np.intp], size: int) -> Iterator[NDArray[np.intp]]:
    for start in range(0, len(places), size):
        yield places[start : start + size]
