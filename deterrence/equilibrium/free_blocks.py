"""One block solved where beliefs off the path are free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import cast

from deterrence.equilibrium.belief_pieces import belief_corners, supports
from deterrence.equilibrium.blocks import SolvedBlock, solved_supports
from deterrence.equilibrium.cells import Cell
from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.free_beliefs import FreeCell, solve_free_support
from deterrence.equilibrium.free_components import free_components
from deterrence.equilibrium.own_beliefs import reduce_with_own_beliefs
from deterrence.equilibrium.payoff_scale import payoff_ranges
from deterrence.equilibrium.plays import Location, Play, Realisation, centre, corners
from deterrence.equilibrium.supports import Search
from deterrence.errors import LimitError
from deterrence.games.tree import Game

__all__ = ["FreeBlock", "solve_free_block"]

Beliefs = dict[int, tuple[Fraction, ...]]  # by open information set of several nodes
Rows = dict[int, tuple[Fraction, ...]]  # probabilities by information set of the block
MOST_OPEN = 20  # information sets; the supports grow exponentially with them
MOST_BELIEFS = 64  # extreme beliefs off the path that are listed in a family's middle


@dataclass(eq=False)
class FreeBlock(SolvedBlock):
    """All weak perfect Bayesian equilibria of a block.

    A location may end with (set, number): there the set's belief is that extreme point of the
    beliefs that support its choice, and not their middle.
    """

    _beliefs: dict[tuple[Cell, Location], Beliefs] = field(default_factory=dict)

    def play(self, cell: int, location: Location) -> dict[int, Play] | None:
        """What is played at a point of a family."""
        key = (cell, location)
        if key not in self._plays:
            own = cast(FreeCell, self.cells[cell])
            at = Realisation(self.game, self.reduced, own, location[: len(own.groups)])
            rows = at.probabilities()
            self._plays[key] = {k: _without_trembles(row) for k, row in rows.items()}
            beliefs = at.beliefs(set(own.conditions))
            for k in own.conditions:
                extreme = self.extreme_beliefs(cell, rows, k)
                beliefs[k] = self._plainest(own, rows, k, extreme)
                if len(location) > len(own.groups) and location[-1][0] == k:
                    beliefs[k] = extreme[int(location[-1][1])]
            self._beliefs[own, location] = beliefs
        return self._plays[key]

    def beliefs(self, cell: int, location: Location) -> Beliefs:
        """What is believed at the open sets of several nodes."""
        self.play(cell, location)
        return self._beliefs[self.cells[cell], location]

    def extreme_beliefs(self, cell: int, rows: Rows, k: int) -> list[tuple[Fraction, ...]]:
        """Extreme points of the beliefs that support the choice at a set off the path."""
        own = cast(FreeCell, self.cells[cell])
        played = {("p", h, a): p for h, row in rows.items() for a, p in enumerate(row)}
        nodes = len(self.reduced.open[k].points)
        return belief_corners(own.conditions[k], nodes, played)

    def _plainest(
        self, cell: FreeCell, rows: Rows, k: int, extreme: Sequence[tuple[Fraction, ...]]
    ) -> tuple[Fraction, ...]:
        """A supporting belief: what chance and play say of the fewest mistakes, if that will do.

        Else one over the nodes that take the fewest mistakes, else the middle of all.
        """
        belief = self.reduced.open[k].belief
        played = [[rows[h][a] for h, a in m] for m in belief.monomials]
        mistakes = [sum(not p for p in row) for row in played]
        few = [n == min(mistakes) for n in mistakes]
        weights = [
            c * prod((p for p in row if p), start=Fraction(1)) if least else Fraction(0)
            for c, row, least in zip(belief.constants, played, few, strict=True)
        ]
        likely = tuple(w / sum(weights) for w in weights)
        values = {("p", h, a): p for h, row in rows.items() for a, p in enumerate(row)}
        if supports(cell.conditions[k], likely, values):
            return likely
        inside = [
            e for e in extreme if all(least or not p for p, least in zip(e, few, strict=True))
        ]
        return _middle(inside or extreme)

    def points(self, cell: int) -> list[Location]:
        """The middle, the extreme strategies, and the extreme beliefs in the middle."""
        if cell not in self._points:
            own = cast(FreeCell, self.cells[cell])
            middle = centre(own)
            rows = {k: p.probabilities for k, p in (self.play(cell, middle) or {}).items()}
            extreme = [
                (*middle, (Fraction(k), Fraction(n)))
                for k in own.conditions
                for n, _ in enumerate(self.extreme_beliefs(cell, rows, k))
            ]
            self._points[cell] = [middle, *corners(own), *extreme[:MOST_BELIEFS]]
        return self._points[cell]


def _middle(extreme: Sequence[tuple[Fraction, ...]]) -> tuple[Fraction, ...]:
    count = Fraction(len(extreme))
    return tuple(sum(column, Fraction(0)) / count for column in zip(*extreme, strict=True))


def _without_trembles(row: tuple[Fraction, ...]) -> Play:
    return Play(row, tuple(int(not p) for p in row), tuple(p or Fraction(1) for p in row))


def solve_free_block(
    game: Game, block: Block, reach: Sequence[Sequence[Fraction]], budget: int
) -> FreeBlock:
    """All weak perfect Bayesian equilibria of a block that play reaches."""
    reduced = reduce_with_own_beliefs(game, block, reach)
    if len(reduced.open) > MOST_OPEN:
        raise LimitError(
            f"{len(reduced.open)} information sets that must be solved together have more than one "
            f"choice that some belief supports; perfect Bayesian sets are found up to {MOST_OPEN}, "
            "since what follows a public move off the path cannot be solved apart. Settle that "
            "move (for the guarantee game: fixed={'preparation': ...}), or solve for 'sequential'."
        )
    search = Search(reduced, payoff_ranges(game), budget)
    cells, left = solved_supports(
        search, search.profiles(), lambda profile: solve_free_support(reduced, profile)
    )
    found = FreeBlock(
        game, reduced, cells, [], search.raw, search.visited, search.excluded, left, reach
    )
    found.components = free_components(found)
    return found
