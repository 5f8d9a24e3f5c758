"""All weak perfect Bayesian equilibria of a finite tree with perfect recall."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import cast

from deterrence.equilibrium.bayesian_profiles import BayesianEquilibrium, certified_assessment
from deterrence.equilibrium.decomposition import Block, Choice, decompose
from deterrence.equilibrium.description_record import Description
from deterrence.equilibrium.factored import Factored, Pick, merged
from deterrence.equilibrium.free_beliefs import FreeCell
from deterrence.equilibrium.free_blocks import FreeBlock, solve_free_block
from deterrence.equilibrium.free_description import describe_free
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.renamed import Renamed
from deterrence.equilibrium.sequential import Source, ready, solve_sequential, status_of
from deterrence.equilibrium.solution import Solution
from deterrence.games.tree import Game

__all__ = ["solve_perfect_bayesian"]


def solve_perfect_bayesian(game: Game, budget: int = 200_000) -> Solution:
    """All weak perfect Bayesian equilibria, as families and connected components.

    At every information set the strategy is best from there on, given the belief there; beliefs
    follow from Bayes' rule where play arrives and are any elsewhere (Mas-Colell, Whinston and Green
    1995, definition 9.C.3). Two players may explain one surprise differently, and a player's
    beliefs at two of its sets off the path need not fit each other.

    Parameters
    ----------
    game : Game
        With numbers for all parameters.
    budget : int, optional
        Branches of the search for supports, for each independent part.

    Returns
    -------
    Solution
        A family holds strategies with one support; its relations say which beliefs off the path
        support them. Complete when every support was solved or excluded for a recorded reason.

    Raises
    ------
    ParameterError
        If parameters have no numbers.
    LimitError
        If an information set has more than 12 actions, or more than 20 information sets that must
        be solved together have more than one choice that some belief supports.

    Notes
    -----
    The beliefs at a set off the path bear on the choices there alone, so that they are eliminated
    (Farkas' lemma): what is left is linear in what the others play, in pieces. It is not where a
    family is curved, or where only a belief over nodes whose payoffs depend on later play in
    different ways would do; the status then says so and the set is not complete. What follows a
    public move is not solved apart: off the path it need not be an equilibrium of itself. The cost
    grows with the number of supports that survive the bounds, and there are more of them than for
    sequential equilibria.

    Examples
    --------
    >>> from deterrence.games.nodes import Move, Outcome
    >>> reply = {"fight": Outcome({"Entrant": -1, "Incumbent": -1}),
    ...          "share": Outcome({"Entrant": 1, "Incumbent": 1})}
    >>> stay = Outcome({"Entrant": 0, "Incumbent": 2})
    >>> root = Move("Entrant", (), {"out": stay, "enter": Move("Incumbent", "entry", reply)})
    >>> solution = solve_perfect_bayesian(Game(["Entrant", "Incumbent"], root))
    >>> [dict(e.payoffs) for e in solution]
    [{'Entrant': Fraction(1, 1), 'Incumbent': Fraction(1, 1)}]
    """
    start = time.perf_counter()
    game = ready(game)
    if all(len(s.nodes) == 1 for s in game.structure.sets):
        return _of_perfect_information(game, budget)
    reach = chance_reach(game)
    parts = tuple(
        merged(game, p) if isinstance(p, Choice) else p for p in decompose(game.structure)
    )
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


def _of_perfect_information(game: Game, budget: int) -> Solution:
    """Nobody ever doubts where it is: the sequential equilibria."""
    found = solve_sequential(game, budget)
    return dataclasses.replace(
        found,
        concept="perfect-bayesian",
        status=found.status.replace("sequential equilibria", "perfect Bayesian equilibria"),
        source=Renamed(found.source, "perfect-bayesian"),
    )


class BayesianSource(Source):
    """Answers the records of a Solution; beliefs come from the blocks and not from trembles."""

    def _make(self, component: int, picks: tuple[Pick, ...]) -> BayesianEquilibrium:
        rows, _ = self.factored.assemble(picks)
        beliefs: dict[int, tuple[Fraction, ...]] = {}
        exact = True
        for block, (cell, location) in zip(self.factored.blocks, picks, strict=True):
            b = cast(FreeBlock, block)
            beliefs.update(b.beliefs(cell, location))
            exact = exact and b.cells[cell].exact
        return certified_assessment(self.game, "perfect-bayesian", component, rows, beliefs, exact)

    def bearing(self, cells: Sequence[int]) -> set[int]:
        """Information sets off the path at which not every belief supports the choice."""
        found = set()
        for block, cell in zip(self.factored.blocks, cells, strict=True):
            b = cast(FreeBlock, block)
            plays = b.play(cell, b.points(cell)[0]) or {}
            rows = {k: p.probabilities for k, p in plays.items()}
            for k in cast(FreeCell, b.cells[cell]).conditions:
                if any(1 not in belief for belief in b.extreme_beliefs(cell, rows, k)) or (
                    len(b.extreme_beliefs(cell, rows, k)) < len(b.reduced.open[k].points)
                ):
                    found.add(k)
        return found

    def description(self, cells: Sequence[int]) -> Description:
        """What a family shares and what varies."""
        blocks = [cast(FreeBlock, b) for b in self.factored.blocks]
        picks = self.factored.centre(cells)
        middle = self._make(-1, picks).assessment
        return describe_free(self.game, blocks, cells, middle)
