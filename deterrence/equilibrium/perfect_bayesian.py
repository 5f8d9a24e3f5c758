"""All weak perfect Bayesian equilibria of a finite tree with perfect recall."""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.bayesian_profiles import BayesianEquilibrium, certified_assessment
from deterrence.equilibrium.decomposition import Block, Choice, End, Part, decompose
from deterrence.equilibrium.factored import Factored, Pick, merged
from deterrence.equilibrium.free_blocks import FreeBlock, solve_free_block
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.sequential import Source, ready, status_of
from deterrence.equilibrium.solution import Solution
from deterrence.games.tree import Game

__all__ = ["solve_perfect_bayesian"]


def solve_perfect_bayesian(game: Game, budget: int = 200_000) -> Solution:
    start = time.perf_counter()
    game = ready(game)
    reach = chance_reach(game)
    parts = tuple(merged(game, p) if isinstance(p, Choice) else p for p in decompose(game.structure))
    blocks = [solve_free_block(game, p, reach, budget) for p in parts if isinstance(p, Block)]
    factored = Factored(game, parts, list(blocks), reach)
    left = tuple(dict.fromkeys(reason for b in blocks for reason in b.left))
    record: dict[str, int] = {}
    for b in blocks:
        for reason, count in b.excluded.items():
            record[reason] = record.get(reason, 0) + count
    return Solution(
        game=game,
        concept="perfect-bayesian",
        complete=not left,
        status=status_of(game, factored, left, "perfect Bayesian"),
        seconds=time.perf_counter() - start,
        source=BayesianSource(game, factored),
        record=record,
        left=left,
    )


class BayesianSource(Source):
    """Answers the records of a Solution; beliefs come from the blocks and not from trembles."""

    def _make(self, component: int, picks: tuple[Pick, ...]) -> BayesianEquilibrium:
        rows, _ = self.factored.assemble(picks)
        beliefs: dict[int, tuple[Fraction, ...]] = {}
        exact = True
        for b, (cell, location) in zip(self.factored.blocks, picks, strict=True):
            beliefs.update(b.beliefs(cell, location))
            exact = exact and b.cells[cell].exact
        return certified_assessment(self.game, "perfect-bayesian", component, rows, beliefs, exact)
