"""Support profiles and points of families where beliefs off the path are free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deterrence.equilibrium.blocks import MOST_CELLS, SolvedBlock
from deterrence.equilibrium.cells import Cell, Outcome
from deterrence.equilibrium.components import connected_components
from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.own_beliefs import reduce_with_own_beliefs
from deterrence.equilibrium.plan_conditions import PlanSystem
from deterrence.equilibrium.plays import Location, Play, Realisation
from deterrence.equilibrium.profiles import in_support, solve_system
from deterrence.equilibrium.reduction import Reduced, payoff_ranges
from deterrence.equilibrium.supports import Search, SupportProfile
from deterrence.errors import LimitError
from deterrence.games.tree import Game

__all__ = ["FreeBlock", "solve_free_block"]

Beliefs = dict[int, tuple[Fraction, ...]]  # by information set of several open nodes


@dataclass(eq=False)
class FreeBlock(SolvedBlock):
    """All weak perfect Bayesian equilibria of a block."""

    _beliefs: dict[tuple[int, Location], Beliefs] = field(default_factory=dict)

    def play(self, cell: int, location: Location) -> dict[int, Play] | None:
        """What is played at a point of a family."""
        key = (cell, location)
        if key not in self._plays:
            at = Realisation(self.game, self.reduced, self.cells[cell], location)
            rows = at.probabilities()
            self._plays[key] = {k: _without_trembles(row) for k, row in rows.items()}
            self._beliefs[key] = at.beliefs()
        return self._plays[key]

    def beliefs(self, cell: int, location: Location) -> Beliefs:
        """What is believed at the open sets of several nodes."""
        self.play(cell, location)
        return self._beliefs[cell, location]


def _without_trembles(row: tuple[Fraction, ...]) -> Play:
    return Play(row, tuple(int(not p) for p in row), tuple(p or Fraction(1) for p in row))


def solve_free_block(
    game: Game, block: Block, reach: Sequence[Sequence[Fraction]], budget: int
) -> FreeBlock:
    """All weak perfect Bayesian equilibria of a block that play reaches."""
    reduced = reduce_with_own_beliefs(game, block, reach)
    search = Search(reduced, payoff_ranges(game), budget)
    cells: list[Cell] = []
    left: list[str] = []
    for profile in search.profiles():
        outcome = solve_free_support(reduced, profile)
        cells.extend(outcome.cells)
        left.extend(outcome.unresolved)
        if len(cells) >= MOST_CELLS:
            left.append(f"the search stopped at {MOST_CELLS:,} families of one part")
            break
        if not outcome.cells and not outcome.unresolved:
            search.excluded[outcome.reason] = search.excluded.get(outcome.reason, 0) + 1
    if not search.finished:
        left.append(f"the search stopped after {search.visited:,} branches")
    return FreeBlock(
        game,
        reduced,
        cells,
        connected_components(cells),
        search.raw,
        search.visited,
        search.excluded,
        left,
        reach,
    )


def solve_free_support(reduced: Reduced, profile: SupportProfile) -> Outcome:
    """Solve one support profile exactly."""
    outcome = Outcome()
    reached = {
        c.index: [
            j for j, m in enumerate(c.monomials) if in_support(c.before | m, profile)
        ]
        for c in reduced.classes
    }
    free = frozenset(
        c.index for c in reduced.classes if not reached[c.index] and len(c.monomials) > 1
    )
    try:
        solve_system(PlanSystem(reduced, profile, reached, free, {}, {}), outcome)
    except LimitError as error:
        outcome.unresolved.append(str(error).rstrip("."))
    return outcome
