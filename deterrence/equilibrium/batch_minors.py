"""All extreme equilibria of many games of one small size at once, from the signs of minors.

Where a mixed strategy makes some actions of the other player equally good, its probabilities and
what the other actions fall short by are determinants: of payoffs on a set I of own actions and a
set J of the other's, one larger, with a row of ones below. Both polyhedra of a game are known once
the signs of these are. The same few determinants serve all bases, and each is one vectorised
expansion along a row over all games.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.batch_minor_plan import Plan, plan_for
from deterrence.equilibrium.batch_minor_side import Bools, Floats, Places, Side, Words
from deterrence.equilibrium.batch_minor_vertices import vertices_of

__all__ = ["Found", "Rows", "exactly", "solve_minors"]

CHUNK = 16_384  # games looked at together: few calls, and vectors that fit into the cache
MOST_NUMBERS = 8_000_000  # determinants of a chunk
MOST_EXACT = 2.0**53  # up to which floats hold every whole number
RARE = 8  # games with zeros below one in so many are looked at together


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
    plan = plan_for(m, n), plan_for(n, m)
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
    first: Floats, second: Floats, plan: tuple[Plan, Plan], *, exact: bool, tol: float
) -> tuple[Side, Side]:
    own = Side(np.ascontiguousarray(second.transpose(1, 2, 0)), plan[0], exact=exact, tol=tol)
    other = Side(np.ascontiguousarray(first.transpose(2, 1, 0)), plan[1], exact=exact, tol=tol)
    return own, other


def _solve(own: Side, other: Side, tied: Places) -> Found:
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


def _list_generic(own: Side, other: Side, generic: Bools, listing: _Listing) -> None:
    """Equilibria of games without zeros: each base of one side fits one of the other."""
    for one, base in enumerate(own.plan.bases):
        two = other.place[base.best, base.played]
        here = own.feasible(one)
        here &= other.feasible(two)
        here &= generic
        listing.add(np.flatnonzero(here), one, two)


def _list_tied(own: Side, other: Side, games: Places, listing: _Listing) -> Bools:
    """Equilibria of games with zeros: pairs of vertices that carry all labels.

    Returns which of the games are degenerate: more is tight at some vertex than needs to be.
    """
    one, two = vertices_of(own, games), vertices_of(other, games)
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
