"""Whether a continuation difference keeps its sign over a whole component, off the path too."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.equilibrium.ambiguous_moves import AmbiguousMove, inside
from deterrence.equilibrium.solution import Solution
from deterrence.games.structure import MOVE, OUTCOME

__all__ = ["FAILS", "HOLDS", "PARTLY", "UNDECIDED", "SignCheck"]

HOLDS, FAILS, PARTLY, UNDECIDED = "holds", "fails", "fails in part", "undecided"
MOST_VERTICES = 4096

Row = tuple[Fraction, ...]
Ends = tuple[Fraction, Fraction]


class SignCheck:
    """Checks hypothesised signs on the components of one solution.

    Strategies of a family lie in polytopes; what is checked is the product of their projections
    on single information sets, which contains the family. The difference is linear in the mixture
    at each information set, so that it is extreme at corners of this product: a sign that holds
    there holds on the family. A sign that fails there is looked at again at points of the family.

    Parameters
    ----------
    solution : Solution
        Of sequential equilibria, in factored form.
    """

    def __init__(self, solution: Solution) -> None:
        self.solution = solution
        self.game, self.factored = solution.game, solution.source.factored
        self.home = {k: n for n, b in enumerate(self.factored.blocks) for k in b.block.sets}
        self._public: dict[int, list[Row]] = {}
        self._known: dict[Any, str] = {}
        self._corners: dict[tuple[int, int], dict[int, list[Row]]] = {}

    def component(
        self, n: int, hypotheses: Sequence[tuple[str, AmbiguousMove, int]]
    ) -> tuple[str, tuple[str, AmbiguousMove] | None]:
        """What became of a component, and the player and move that decided it.

        Parameters
        ----------
        n : int
        hypotheses : sequence of (player, move, sign)

        Returns
        -------
        tuple
            "holds": every sign keeps on the whole component. "fails": none of its points has all
            signs right. "fails in part", "undecided": neither is shown.
        """
        cells = self.factored.cells(self.factored.component(n))
        self._public = self._public_choices(cells)
        verdict, culprit = HOLDS, None
        failing: dict[int, set[int]] = {}
        for player, move, sign in hypotheses:
            found = self._over(cells, player, move, sign, failing)
            if found == FAILS:
                return FAILS, (player, move)
            if verdict == HOLDS or (verdict == UNDECIDED and found == PARTLY):
                verdict, culprit = found, None if found == HOLDS else (player, move)
        if any(set(cells[place]) <= lost for place, lost in failing.items()):
            return FAILS, culprit
        return verdict, culprit

    def _over(
        self,
        cells: Sequence[Sequence[int]],
        player: str,
        move: AmbiguousMove,
        sign: int,
        failing: dict[int, set[int]],
    ) -> str:
        """One sign over the families of a component; notes families of one part that fail."""
        below = self._open_below(move)
        places = sorted({self.home[k] for k in below if k in self.home})
        found = []
        for chosen in itertools.product(*(cells[p] for p in places)):
            made = tuple(tuple(self._public[k]) for k in below if k in self._public)
            key = (player, move.node, sign, made, *zip(places, chosen, strict=True))
            if key not in self._known:
                families = dict(zip(places, chosen, strict=True))
                self._known[key] = self._at(families, player, move, sign)
            found.append(self._known[key])
            if self._known[key] == FAILS and len(places) == 1:
                failing.setdefault(places[0], set()).add(chosen[0])
        kinds = set(found)
        if len(kinds) == 1:
            return kinds.pop()
        return PARTLY if kinds & {FAILS, PARTLY} else UNDECIDED

    def _open_below(self, move: AmbiguousMove) -> list[int]:
        s = self.game.structure
        return sorted({s.set_of[n] for n in inside(s, move.node) if s.kind[n] == MOVE})

    def _at(self, cells: Mapping[int, int], player: str, move: AmbiguousMove, sign: int) -> str:
        below = self._open_below(move)
        polytopes = self._polytopes(cells, below)
        values = [sign * d for d in self._differences(player, move, below, polytopes)]
        if min(values) >= 0:
            return HOLDS
        if max(values) < 0:
            return FAILS
        seen = [sign * d for d in self._at_points(cells, player, move, below)]
        return PARTLY if any(d < 0 for d in seen) else UNDECIDED

    # -- strategies -----------------------------------------------------------------------------

    def _public_choices(self, cells: Sequence[Sequence[int]]) -> dict[int, list[Row]]:
        """Choices above all parts. Untied, each is one action throughout a component."""
        first = [row[0] for row in cells]
        s = self.game.structure
        tied = {t.choice.set for t in self.factored.tied}
        left = [own.index for own in s.sets if own.index not in self.home]
        if not left:
            return {}
        picks = [(c, b.points(c)[0]) for b, c in zip(self.factored.blocks, first, strict=True)]
        rows, _ = self.factored.assemble(picks)
        return {k: _pure(len(rows[k])) if k in tied else [rows[k]] for k in left}

    def _polytopes(self, cells: Mapping[int, int], below: Sequence[int]) -> list[list[Row]]:
        """By information set: corners of the mixtures that the families have there."""
        found: dict[int, list[Row]] = dict(self._public)
        for place, cell in cells.items():
            if (place, cell) not in self._corners:
                plays = list(self._plays(place, cell))
                self._corners[place, cell] = {k: _corners([p[k] for p in plays]) for k in plays[0]}
            found.update(self._corners[place, cell])
        return [found[k] for k in below]

    def _plays(self, place: int, cell: int) -> Iterator[dict[int, Row]]:
        block = self.factored.blocks[place]
        for location in block.points(cell):
            play = block.play(cell, location)
            if play:
                yield {k: p.probabilities for k, p in play.items()}

    def _at_points(
        self, cells: Mapping[int, int], player: str, move: AmbiguousMove, below: Sequence[int]
    ) -> Iterator[Fraction]:
        rows = [list(self._plays(place, cell)) for place, cell in cells.items()]
        for chosen in itertools.islice(itertools.product(*rows), MOST_VERTICES):
            joined = {k: polytope[0] for k, polytope in self._public.items()}
            joined.update((k, row) for play in chosen for k, row in play.items())
            yield self._difference(player, move, {k: joined[k] for k in below})

    # -- the difference -------------------------------------------------------------------------

    def _differences(
        self,
        player: str,
        move: AmbiguousMove,
        below: Sequence[int],
        polytopes: Sequence[Sequence[Row]],
    ) -> list[Fraction]:
        """At all corners, or least and most by interval arithmetic where these are too many."""
        if prod(len(p) for p in polytopes) <= MOST_VERTICES:
            return [
                self._difference(player, move, dict(zip(below, rows, strict=True)))
                for rows in itertools.product(*polytopes)
            ]
        ends = dict(zip(below, polytopes, strict=True))
        (low, high), (least, most) = (
            self._ends(player, child, ends) for child in (move.first, move.second)
        )
        return [low - most, high - least]

    def _difference(self, player: str, move: AmbiguousMove, rows: Mapping[int, Row]) -> Fraction:
        (one, _), (two, _) = (
            self._ends(player, child, {k: [row] for k, row in rows.items()})
            for child in (move.first, move.second)
        )
        return one - two

    def payoff(
        self, n: int, player: str, moves: Sequence[AmbiguousMove], attitude: Fraction
    ) -> Ends:
        """Bounds on what a component is worth to a player, whichever branches it fears.

        By interval arithmetic from the leaves: the weighted worst and best case rises with what
        either branch is worth.
        """
        cells = self.factored.cells(self.factored.component(n))
        rows: dict[int, list[Row]] = dict(self._public_choices(cells))
        for place, some in enumerate(cells):
            plays = [play for cell in some for play in self._plays(place, cell)]
            rows.update({k: _corners([p[k] for p in plays]) for k in plays[0]})
        return self._ends(player, 0, rows, {m.node: (m, attitude) for m in moves})

    def _ends(
        self,
        player: str,
        root: int,
        rows: Mapping[int, Sequence[Row]],
        moves: Mapping[int, tuple[AmbiguousMove, Fraction]] | None = None,
    ) -> Ends:
        """Least and most that a node can be worth; exact where there is one row at each set.

        With `moves`, these are valued directly; otherwise with the player's own probabilities.
        """
        s, numbers = self.game.structure, self.game.numbers
        i = s.players.index(player)
        found: dict[int, Ends] = {}
        for node in reversed(inside(s, root)):
            children = s.children[node]
            if s.kind[node] == OUTCOME:
                value = numbers[(s.payoffs[node] or ())[i]]
                found[node] = value, value
            elif moves and node in moves:
                move, attitude = moves[node]
                low, high = (
                    _weighed(move, attitude, found[move.first][e], found[move.second][e])
                    for e in (0, 1)
                )
                found[node] = low, high
            else:
                mixtures = (
                    rows[s.set_of[node]]
                    if s.kind[node] == MOVE
                    else [tuple(numbers[(s.chance[c] or ())[i]] for c in children)]
                )
                below = [found[c] for c in children]
                found[node] = (
                    min(_mean(row, [low for low, _ in below]) for row in mixtures),
                    max(_mean(row, [high for _, high in below]) for row in mixtures),
                )
        return found[root]


def _mean(row: Row, values: Sequence[Fraction]) -> Fraction:
    return sum((q * v for q, v in zip(row, values, strict=True) if q), Fraction(0))


def _weighed(move: AmbiguousMove, attitude: Fraction, one: Fraction, two: Fraction) -> Fraction:
    q = move.weighed(attitude, 1 if one >= two else -1)
    return q * one + (1 - q) * two


def _pure(size: int) -> list[Row]:
    return [tuple(Fraction(int(a == b)) for b in range(size)) for a in range(size)]


def _corners(rows: Sequence[Row]) -> list[Row]:
    """The corners of a polytope of mixtures that contains these.

    With two actions, or three of which one has a fixed share, the ends; otherwise the corners of
    the set of mixtures between the least and the most of each action.
    """
    distinct = list(dict.fromkeys(rows))
    if len(distinct) == 1:
        return distinct
    low = [min(column) for column in zip(*distinct, strict=True)]
    high = [max(column) for column in zip(*distinct, strict=True)]
    size = len(low)
    found: dict[Row, None] = {}
    for free in range(size):  # at a corner all but one are at an end
        others = [k for k in range(size) if k != free]
        for ends in itertools.product(*((low[k], high[k]) for k in others)):
            rest = 1 - sum(ends, Fraction(0))
            if low[free] <= rest <= high[free]:
                row = dict(zip(others, ends, strict=True)) | {free: rest}
                found[tuple(row[k] for k in range(size))] = None
    return list(found)
