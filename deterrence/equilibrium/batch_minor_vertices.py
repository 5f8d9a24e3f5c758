"""The vertices of a polyhedron in games where determinants may be zero, with their labels."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.equilibrium.batch_minor_plan import Base, Condition
from deterrence.equilibrium.batch_minor_side import Bools, Places, Side, Words, joined

__all__ = ["Vertices", "vertices_of"]

MOST_ROWS = 20  # of labels, one for each base; vertices of more bases are packed


@dataclass(frozen=True, eq=False)
class Vertices:
    """The vertices of a polyhedron in some games, in slots; labels are 0 where there is none.

    Labels are bits: own actions not played, then actions of the other that are best.
    """

    labels: Words  # (slots, games)
    bases: Words | None  # the same; missing where each base has its own slot
    degenerate: Bools

    def bases_at(self, slot: int, games: Places) -> Any:
        """The base in a slot of some games."""
        return slot if self.bases is None else self.bases[slot, games]


def vertices_of(side: Side, games: Places) -> Vertices:
    """Every vertex of a side's polyhedron in some games, once."""
    signs = _Signs(side, games)
    return _in_own_slots(signs) if len(side.plan.bases) <= MOST_ROWS else _packed(signs)


def _in_own_slots(signs: _Signs) -> Vertices:
    """A slot for each base."""
    bases = signs.side.plan.bases
    labels = np.zeros((len(bases), signs.size), dtype=signs.word)
    for place, base in enumerate(bases):
        np.multiply(signs.labels(base), signs.is_vertex(base), out=labels[place])
    _blank_repeated(labels)
    return Vertices(labels, None, _too_many(labels, signs.side.m))


def _packed(signs: _Signs) -> Vertices:
    """As many slots as a game has vertices at most."""
    rows, size = len(signs.side.plan.bases), signs.size
    labels = np.zeros((rows, size), dtype=signs.word)
    bases = np.zeros((rows, size), dtype=np.uint16)
    count = np.zeros(size, dtype=np.intp)
    for place, base in enumerate(signs.side.plan.bases):
        at = signs.is_vertex(base).nonzero()[0]
        if len(at):
            slots = count[at]
            labels[slots, at] = signs.labels(base)[at]
            bases[slots, at] = place
            count[at] = slots + 1
    labels, bases = labels[: count.max()], bases[: count.max()]
    _blank_repeated(labels)
    labels, bases = _closed_up(labels, bases)
    return Vertices(labels, bases, _too_many(labels, signs.side.m))


class _Signs:
    """The signs of one side's determinants in some games, zeros among them."""

    def __init__(self, side: Side, games: Places) -> None:
        self.side, self.size = side, len(games)
        whole = self.size == side.size
        # by determinant: positive, negative, neither, and the reverse of the first two
        self.signs: dict[Base, tuple[Bools, ...]] = {}
        for minor in side.plan.minors:
            above, below = side.positive[minor], side.negative[minor]
            if not whole:
                above, below = above[games], below[games]
            self.signs[minor] = above, below, ~above, ~below
        bits = side.m + side.n
        self.word: Any = np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32
        self.zeros: dict[Base, Any] = {
            k: (s[2] & s[3]).view(np.uint8).astype(self.word) for k, s in self.signs.items()
        }

    def labels(self, base: Condition) -> Words:
        """The labels of a base in all games, were it that of a vertex."""
        always = self.word(self._always(base))
        moved = [(minor, a) for a, (minor, _) in zip(base.played, base.shares, strict=True)]
        moved += [(minor, self.side.m + action) for action, minor, _ in base.slacks]
        label: Words | None = None
        for minor, bit in moved:
            if minor[0]:
                shifted = self.zeros[minor] << self.word(bit)
                label = shifted if label is None else label | shifted
        if label is None:
            return np.full(self.size, always, dtype=self.word)
        label |= always
        return label

    def _always(self, base: Condition) -> int:
        """The labels that a base has whatever the payoffs."""
        fixed = sum(1 << i for i in range(self.side.m) if i not in base.played)
        return int(fixed + sum(1 << self.side.m + j for j in base.best))

    def is_vertex(self, base: Condition) -> Bools:
        """In which games a base is that of a vertex, zeros allowed but not for all shares."""
        signed = [(minor, sign) for minor, sign in base.shares if minor[0]]
        shares = len(signed)
        signed += [(minor, sign) for _, minor, sign in base.slacks]
        found = self._weakly(signed, shares)
        if shares:
            found |= self._weakly([(minor, -sign) for minor, sign in signed], shares)
        return found

    def _weakly(self, signed: Sequence[tuple[Base, int]], shares: int) -> Bools:
        """Where no sign is wrong, and one of the first `shares`, if there are any, is right."""
        if not signed:
            return np.ones(self.size, dtype=bool)
        signs = self.signs
        rows = [signs[minor][3 if sign > 0 else 2] for minor, sign in signed]
        found = joined(np.bitwise_and, rows)
        if shares:
            strict = [signs[minor][0 if sign > 0 else 1] for minor, sign in signed[:shares]]
            found &= strict[0] if len(strict) == 1 else joined(np.bitwise_or, strict)
        return found


def _too_many(labels: Words, needed: int) -> Bools:
    """In which games some vertex has more labels than it needs."""
    found = np.zeros(labels.shape[1], dtype=bool)
    for row in labels:
        found |= np.bitwise_count(row) > needed
    return found


def _blank_repeated(labels: Words) -> None:
    """Put 0 where a vertex comes again: one with more labels than it needs has several bases."""
    for k, row in enumerate(labels):
        again = np.zeros(len(row), dtype=bool)
        for earlier in labels[:k]:
            again |= row == earlier
        row *= ~again


def _closed_up(labels: Words, bases: Words) -> tuple[Words, Words]:
    """The same without gaps between the slots of a game."""
    count = np.zeros(labels.shape[1], dtype=np.intp)
    for row, base in zip(labels, bases, strict=True):
        at = row.nonzero()[0]
        slots, moved, of = count[at], row[at], base[at]
        row[at] = 0
        labels[slots, at] = moved
        bases[slots, at] = of
        count[at] = slots + 1
    return labels[: count.max()], bases[: count.max()]
