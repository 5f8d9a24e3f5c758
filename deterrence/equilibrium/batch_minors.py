"""All extreme equilibria of many games of one small size at once, from the signs of minors.

Where a mixed strategy makes some actions of the other player equally good, its probabilities and
what the other actions fall short by are determinants: of payoffs on a set I of own actions and a
set J of the other's, one larger, with a row of ones below. Both polyhedra of a game are known once
the signs of these are. The same few determinants serve all bases, and each is one vectorised
expansion along a row over all games.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Found", "base_count", "exactly", "solve_minors"]

CHUNK = 16_384  # games looked at together: few calls, and vectors that fit into the cache
MOST_NUMBERS = 8_000_000  # determinants of a chunk
MOST_EXACT = 2.0**53  # up to which floats hold every whole number
EPSILON = 2.0**-52
SAFETY = 4.0  # times the bound on rounding errors
ACCURACY = 1e-9  # of every probability
RARE = 8  # games with zeros below one in so many are looked at together
MOST_ROWS = 20  # of labels, one for each base; vertices of more bases are packed

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.intp]
Words = NDArray[np.unsignedinteger[Any]]
Actions = tuple[int, ...]
Base = tuple[Actions, Actions]  # own actions played, and as many of the other's that are best
Minors = dict[Base, Floats]


@dataclass(frozen=True, eq=False)
class Rows:
    """Extreme equilibria of some games, one after the other.

    Attributes
    ----------
    game, slot : ndarray of int
        The game of each, and its place among those of the game.
    x, y : ndarray, shape (equilibria, actions)
    """

    game: Places
    slot: Places
    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Found:
    """Extreme equilibria of many games.

    Attributes
    ----------
    rows : list of Rows
        Part by part; no game is in two of them.
    count : ndarray of int32, shape (games,)
    degenerate : ndarray of bool, shape (games,)
    open : ndarray of bool, shape (games,)
        Games in which rounding may hide a sign or spoil a probability; nothing is listed for them.
    """

    rows: list[Rows]
    count: NDArray[np.int32]
    degenerate: Bools
    open: Bools


def base_count(m: int, n: int) -> int:
    """How many bases each polyhedron of an m x n game has."""
    return math.comb(m + n, n) - 1


def solve_minors(first: Floats, second: Floats, *, exact: bool, tol: float = 0.0) -> Found:
    """All extreme equilibria of many games.

    Parameters
    ----------
    first, second : ndarray, shape (games, m, n)
        Payoffs of the players who choose rows and columns. Differences of two payoffs of one
        player must have the right signs; where not `exact`, payoffs may be off by rounding.
    exact : bool
        Whether the payoffs are whole numbers, small enough for `exactly`.
    tol : float, optional
        Games where a sign would change if differences moved by this share of the payoffs' span
        are left open, too.

    Returns
    -------
    Found
        Probabilities are off by at most 1e-9.
    """
    size, m, n = first.shape
    plan = _plan(m, n), _plan(n, m)
    numbers = 1 + len(plan[0].minors) + len(plan[1].minors)
    chunk = min(CHUNK, MOST_NUMBERS // numbers)
    found = Found([], np.zeros(size, dtype=np.int32), *np.zeros((2, size), dtype=bool))
    later = [np.zeros(0, dtype=np.intp)]  # few games with zeros are gathered from all chunks
    for start in range(0, size, chunk):
        part = slice(start, min(start + chunk, size))
        sides = _sides(first[part], second[part], plan, exact=exact, tol=tol)
        tied = np.flatnonzero((sides[0].zero | sides[1].zero) & ~(sides[0].open | sides[1].open))
        if len(tied) * RARE < chunk:
            later.append(tied + start)
            tied = tied[:0]
        _put(found, part, start, _solve(*sides, tied))
    left = np.concatenate(later)
    for start in range(0, len(left), chunk):
        some = left[start : start + chunk]
        sides = _sides(first[some], second[some], plan, exact=exact, tol=tol)
        _put(found, some, some, _solve(*sides, np.arange(len(some))))
    return found


def _put(found: Found, games: slice | Places, names: int | Places, part: Found) -> None:
    """Take over what was found for some games, which have other names there."""
    found.count[games], found.degenerate[games] = part.count, part.degenerate
    found.open[games] = part.open
    for rows in part.rows:
        game = rows.game + names if isinstance(names, int) else names[rows.game]
        found.rows.append(Rows(game, rows.slot, rows.x, rows.y))


def exactly(largest: float, m: int, n: int) -> bool:
    """Whether determinants of whole-number payoffs up to `largest` come out exactly in floats."""
    order = min(max(m, n) - 1, m, n)
    return math.factorial(order) * (2 * largest) ** order <= MOST_EXACT


# --- what to compute -----------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Condition:
    """A base of a polyhedron: own actions played, actions of the other that are best.

    Attributes
    ----------
    played, best : tuple of int
    shares : tuple of ((tuple, tuple), int)
        For each action played the determinant, and the sign that makes it a probability.
    slacks : tuple of (int, (tuple, tuple), int)
        For each other action of the other player: the action, the determinant and sign of what
        it falls short by.
    """

    played: Actions
    best: Actions
    shares: tuple[tuple[Base, int], ...]
    slacks: tuple[tuple[int, Base, int], ...]


@dataclass(frozen=True, eq=False)
class _Plan:
    """The determinants and bases of the polyhedron of strategies with m actions against n."""

    minors: tuple[Base, ...]  # those of lower order first
    bases: tuple[_Condition, ...]


@functools.cache
def _plan(m: int, n: int) -> _Plan:
    minors = tuple(
        (rows, columns)
        for order in range(1, min(m, n - 1) + 1)
        for rows in itertools.combinations(range(m), order)
        for columns in itertools.combinations(range(n), order + 1)
    )
    return _Plan(minors, tuple(_condition(*base, n) for base in bases(m, n)))


def bases(m: int, n: int) -> Iterator[Base]:
    """Equally large sets of actions of both players, small ones first."""
    for order in range(1, min(m, n) + 1):
        for played in itertools.combinations(range(m), order):
            for best in itertools.combinations(range(n), order):
                yield played, best


def _condition(played: Actions, best: Actions, n: int) -> _Condition:
    shares = tuple(((played[:p] + played[p + 1 :], best), (-1) ** p) for p in range(len(played)))
    slacks = []
    for other in range(n):
        if other not in best:
            columns = tuple(sorted((*best, other)))
            slacks.append((other, (played, columns), -((-1) ** columns.index(other))))
    return _Condition(played, best, shares, tuple(slacks))


# --- one chunk of games --------------------------------------------------------------------------


class _Listing:
    """Equilibria of the games of a chunk as they are found: game, slot and bases of both sides."""

    def __init__(self, size: int) -> None:
        self.count = np.zeros(size, dtype=np.int32)
        self._rows: list[tuple[Places, NDArray[np.int32], Any, Any]] = []

    def add(self, games: Places, one: Any, two: Any) -> None:
        """Equilibria of different games; bases by number, or one for all."""
        if len(games):
            slots = self.count[games]
            self._rows.append((games, slots, one, two))
            self.count[games] = slots + 1

    def columns(self) -> tuple[Places, Places, Words, Words]:
        """Games, slots, bases of either side, one equilibrium after the other."""
        if not self._rows:
            none = np.zeros(0, dtype=np.intp)
            return none, none, none.astype(np.uint16), none.astype(np.uint16)
        sizes = [len(row[0]) for row in self._rows]
        columns = [np.concatenate([row[k] for row in self._rows]) for k in (0, 1)]
        bases = []
        for k in (2, 3):
            column = np.empty(sum(sizes), dtype=np.uint16)
            start = 0
            for size, row in zip(sizes, self._rows, strict=True):
                column[start : start + size] = row[k]
                start += size
            bases.append(column)
        return columns[0], columns[1].astype(np.intp), bases[0], bases[1]


def _sides(
    first: Floats, second: Floats, plan: tuple[_Plan, _Plan], *, exact: bool, tol: float
) -> tuple[_Side, _Side]:
    own = _Side(np.ascontiguousarray(second.transpose(1, 2, 0)), plan[0], exact=exact, tol=tol)
    other = _Side(np.ascontiguousarray(first.transpose(2, 1, 0)), plan[1], exact=exact, tol=tol)
    return own, other


def _solve(own: _Side, other: _Side, tied: Places) -> Found:
    """Equilibria of the games of a chunk without zeros, and of those with zeros that are named."""
    open_ = own.open | other.open
    listing = _Listing(own.size)
    degenerate = np.zeros(own.size, dtype=bool)
    generic = ~(own.zero | other.zero | open_)
    if generic.any():
        _list_generic(own, other, generic, listing)
    if len(tied):
        degenerate[tied] = _list_tied(own, other, tied, listing)
    games, slots, one, two = listing.columns()
    x, y = own.strategies(one, games), other.strategies(two, games)
    open_ |= own.open | other.open
    if open_.any():
        kept = ~open_[games]
        games, slots, x, y = games[kept], slots[kept], x[kept], y[kept]
        listing.count[open_] = 0
        degenerate &= ~open_
    return Found([Rows(games, slots, x, y)], listing.count, degenerate, open_)


def _list_generic(own: _Side, other: _Side, generic: Bools, listing: _Listing) -> None:
    """Equilibria of games without zeros: each base of one side fits one of the other."""
    for one, base in enumerate(own.plan.bases):
        two = other.place[base.best, base.played]
        here = own.feasible(one)
        here &= other.feasible(two)
        here &= generic
        listing.add(np.flatnonzero(here), one, two)


def _list_tied(own: _Side, other: _Side, games: Places, listing: _Listing) -> Bools:
    """Equilibria of games with zeros: pairs of vertices that carry all labels.

    Returns which of the games are degenerate: more is tight at some vertex than needs to be.
    """
    one, two = own.vertices(games), other.vertices(games)
    full = one.labels.dtype.type((1 << own.m + other.m) - 1)
    # the other's labels in the order of the first's: first its own actions unplayed, then best
    low = two.labels.dtype.type((1 << other.m) - 1)
    turned = two.labels >> other.m | (two.labels & low) << own.m
    for a, labels in enumerate(one.labels):
        some = labels.nonzero()[0]
        if not len(some):
            continue
        sparse = 4 * len(some) < len(games)
        part = labels[some] if sparse else labels
        for b, others in enumerate(turned):
            hits = ((part | (others[some] if sparse else others)) == full).nonzero()[0]
            if len(hits):
                hits = some[hits] if sparse else hits
                listing.add(games[hits], one.bases_at(a, hits), two.bases_at(b, hits))
    return one.degenerate | two.degenerate


@dataclass(frozen=True, eq=False)
class _Vertices:
    """The vertices of a polyhedron in some games, in slots; labels are 0 where there is none.

    Labels are bits: own actions not played, then actions of the other that are best.
    """

    labels: Words  # (slots, games)
    bases: Words | None  # the same; missing where each base has its own slot
    degenerate: Bools

    def bases_at(self, slot: int, games: Places) -> Any:
        """The base in a slot of some games."""
        return slot if self.bases is None else self.bases[slot, games]


class _Side:
    """The polyhedron of one player's strategies in all games of a chunk.

    `payoffs` are the other player's, by own action, action of the other, and game.
    """

    def __init__(self, payoffs: Floats, plan: _Plan, *, exact: bool, tol: float) -> None:
        self.m, self.n, self.size = payoffs.shape
        self.plan = plan
        self.place = {(c.played, c.best): k for k, c in enumerate(plan.bases)}
        self.minors: Minors = {}
        for base in plan.minors:
            self.minors[base] = self._expanded(payoffs, *base)
        self.positive = {base: minor > 0 for base, minor in self.minors.items()}
        self.negative = {base: minor < 0 for base, minor in self.minors.items()}
        self.zero = np.zeros(self.size, dtype=bool)
        self.open = np.zeros(self.size, dtype=bool)
        self.bounds: dict[int, Floats] = {}  # on the errors of determinants, by order
        if not exact or tol:
            self._find_open(payoffs, tol)
        for base in plan.minors:
            self.zero |= ~(self.positive[base] | self.negative[base])

    def _expanded(self, payoffs: Floats, rows: Actions, columns: Actions) -> Floats:
        """A determinant by its last row of payoffs, less the first column."""
        row = payoffs[rows[-1]]
        if len(rows) == 1:
            return np.asarray(row[columns[0]] - row[columns[1]])
        total = np.zeros(0)
        for t in range(1, len(columns)):
            minor = self.minors[rows[:-1], columns[:t] + columns[t + 1 :]]
            term = self.minors[(rows[-1],), (columns[0], columns[t])] * minor
            if t == 1:
                total = term if (len(rows) + t) % 2 == 0 else -term
            elif (len(rows) + t) % 2 == 0:
                total += term
            else:
                total -= term
        return total

    def _find_open(self, payoffs: Floats, tol: float) -> None:
        """Bounds on errors, and games in which the sign of a determinant is in doubt.

        A determinant of order k is a sum of k! products of k differences. Each difference is off
        by at most EPSILON times the largest payoff and the span; a factor SAFETY covers the rest.
        The sign of a difference itself is right.
        """
        largest = np.abs(payoffs).max(axis=(0, 1))
        span = (payoffs.max(axis=1) - payoffs.min(axis=1)).max(axis=0)
        off = SAFETY * EPSILON * (2 * largest + 3 * span)
        for order in range(1, min(self.m, self.n - 1) + 1):
            products = math.factorial(order) * order * span ** (order - 1)
            self.bounds[order] = products * off
            limit = self.bounds[order] + products * span * tol
            if order == 1 and not tol:
                continue
            for base in self.plan.minors:
                if len(base[0]) == order:
                    self.open |= ~(np.abs(self.minors[base]) > limit)

    def feasible(self, place: int) -> Bools:
        """In which games without zeros a base is that of a vertex."""
        base = self.plan.bases[place]
        signed = [
            *(pair for pair in base.shares if pair[0][0]),
            *((minor, sign) for _, minor, sign in base.slacks),
        ]
        if not signed:
            return np.ones(self.size, dtype=bool)
        found = self._all(signed)
        if len(base.played) > 1:
            found |= self._all([(minor, -sign) for minor, sign in signed])
        return found

    def _all(self, signed: Sequence[tuple[Base, int]]) -> Bools:
        rows = [(self.positive if sign > 0 else self.negative)[minor] for minor, sign in signed]
        return _joined(np.bitwise_and, rows)

    def strategies(self, bases: Words, games: Places) -> Floats:
        """The mixed strategies at bases in games; a game whose probabilities are vague is open."""
        found = np.zeros((len(games), self.m))
        order = np.argsort(bases, kind="stable")
        ends = np.searchsorted(bases[order], np.arange(len(self.plan.bases) + 1))
        for place, base in enumerate(self.plan.bases):
            rows = order[ends[place] : ends[place + 1]]
            if not len(rows):
                continue
            if len(base.played) == 1:
                found[rows, base.played[0]] = 1.0
                continue
            some = games[rows]
            shares = [np.abs(self.minors[minor][some]) for minor, _ in base.shares]
            total = functools.reduce(np.add, shares)
            for action, share in zip(base.played, shares, strict=True):
                found[rows, action] = share / total
            if self.bounds:
                off = self.bounds[len(base.played) - 1][some] * (len(shares) + 1)
                self.open[some[~(off <= ACCURACY * total)]] = True
        return found

    # -- with zeros ---------------------------------------------------------------------------

    def vertices(self, games: Places) -> _Vertices:
        """Every vertex in some games, once."""
        whole = len(games) == self.size
        # by determinant: positive, negative, neither, and the reverse of the first two
        signs = {}
        for minor in self.plan.minors:
            above, below = self.positive[minor], self.negative[minor]
            if not whole:
                above, below = above[games], below[games]
            signs[minor] = above, below, ~above, ~below
        bits = self.m + self.n
        word = np.uint8 if bits <= 8 else np.uint16 if bits <= 16 else np.uint32
        zeros = {k: (s[2] & s[3]).view(np.uint8).astype(word) for k, s in signs.items()}
        size, rows = len(games), len(self.plan.bases)
        labels = np.zeros((rows, size), dtype=word)
        if rows <= MOST_ROWS:
            for place, base in enumerate(self.plan.bases):
                here = _is_vertex(base, signs, size)
                np.multiply(self._labels(base, zeros, size, word), here, out=labels[place])
            _blank_repeated(labels)
            return _Vertices(labels, None, self._too_many(labels))
        bases = np.zeros((rows, size), dtype=np.uint16)
        count = np.zeros(size, dtype=np.intp)
        for place, base in enumerate(self.plan.bases):
            at = _is_vertex(base, signs, size).nonzero()[0]
            if len(at):
                slots = count[at]
                labels[slots, at] = self._labels(base, zeros, size, word)[at]
                bases[slots, at] = place
                count[at] = slots + 1
        labels, bases = labels[: count.max()], bases[: count.max()]
        _blank_repeated(labels)
        labels, bases = _closed_up(labels, bases)
        return _Vertices(labels, bases, self._too_many(labels))

    def _labels(self, base: _Condition, zeros: Mapping[Base, Any], size: int, word: Any) -> Words:
        """The labels of a base in all games, were it that of a vertex."""
        always = word(self._always(base))
        moved = [(minor, a) for a, (minor, _) in zip(base.played, base.shares, strict=True)]
        moved += [(minor, self.m + action) for action, minor, _ in base.slacks]
        label: Words | None = None
        for minor, bit in moved:
            if minor[0]:
                shifted = zeros[minor] << word(bit)
                label = shifted if label is None else label | shifted
        if label is None:
            return np.full(size, always, dtype=word)
        label |= always
        return label

    def _too_many(self, labels: Words) -> Bools:
        """In which games some vertex has more labels than it needs."""
        found = np.zeros(labels.shape[1], dtype=bool)
        for row in labels:
            found |= np.bitwise_count(row) > self.m
        return found

    def _always(self, base: _Condition) -> int:
        """The labels that a base has whatever the payoffs."""
        fixed = sum(1 << i for i in range(self.m) if i not in base.played)
        return int(fixed + sum(1 << self.m + j for j in base.best))


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


def _is_vertex(base: _Condition, signs: Mapping[Base, tuple[Bools, ...]], size: int) -> Bools:
    """In which games a base is that of a vertex, zeros allowed but not for all shares."""
    signed = [(minor, sign) for minor, sign in base.shares if minor[0]]
    shares = len(signed)
    signed += [(minor, sign) for _, minor, sign in base.slacks]
    found = _weakly(signed, shares, signs, size)
    if shares:
        found |= _weakly([(minor, -sign) for minor, sign in signed], shares, signs, size)
    return found


def _weakly(
    signed: Sequence[tuple[Base, int]],
    shares: int,
    signs: Mapping[Base, tuple[Bools, ...]],
    size: int,
) -> Bools:
    """Where no sign is wrong, and one of the first `shares`, if there are any, is right."""
    if not signed:
        return np.ones(size, dtype=bool)
    found = _joined(np.bitwise_and, [signs[minor][3 if sign > 0 else 2] for minor, sign in signed])
    if shares:
        strict = [signs[minor][0 if sign > 0 else 1] for minor, sign in signed[:shares]]
        found &= strict[0] if len(strict) == 1 else _joined(np.bitwise_or, strict)
    return found


def _joined(how: np.ufunc, rows: Sequence[Bools]) -> Bools:
    """All rows together, in an array of their own."""
    found: Bools = rows[0].copy() if len(rows) == 1 else how(rows[0], rows[1])
    for row in rows[2:]:
        how(found, row, out=found)
    return found
