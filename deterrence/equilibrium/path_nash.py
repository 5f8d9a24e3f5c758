"""Solutions by the choices made where play arrives, put together with their status."""

from __future__ import annotations

import time
from collections.abc import Sequence

from deterrence.equilibrium.path_cells import PathCell, linked
from deterrence.equilibrium.path_solutions import PathSolver
from deterrence.equilibrium.path_source import PathSource
from deterrence.equilibrium.solution import Solution
from deterrence.equilibrium.stages import Stage
from deterrence.games.tree import Game

__all__ = ["solve_by_paths"]

NAMES = {"nash": "Nash", "subgame-perfect": "subgame-perfect"}
BRANCH = 10  # of the budget: a branch of this search costs about as much as ten of the others
LOST = "limits of families that lie in no family found"


def solve_by_paths(game: Game, concept: str, stages: Sequence[Stage], budget: int) -> Solution:
    """All equilibria of a tree that are Nash equilibria in every stage.

    Parameters
    ----------
    game : Game
        With numbers.
    concept : str
        "nash", where the game is the only stage, or "subgame-perfect".
    stages : sequence of Stage
        Inner ones first.
    budget : int
        Ten for each branch of the search.

    Returns
    -------
    Solution
    """
    start = time.perf_counter()
    solver = PathSolver(game, stages, max(1, budget // BRANCH))
    cells = solver.cells()
    components, homeless = linked(game.structure, stages, cells)
    left = list(solver.left)
    if homeless:
        left.append(LOST)
    left = list(dict.fromkeys(left))
    return Solution(
        game=game,
        concept=concept,
        complete=not left,
        status=_status(solver, concept, cells, len(components), left),
        seconds=time.perf_counter() - start,
        source=PathSource(game, concept, cells, components),
        record=solver.excluded,
        left=tuple(left),
    )


def _status(
    solver: PathSolver,
    concept: str,
    cells: Sequence[PathCell],
    count: int,
    left: Sequence[str],
) -> str:
    game = solver.game
    numbers = "exact numbers" if game.exact else "numbers rounded where a formula is irrational"
    if game.floats and game.exact:
        numbers = "floats taken as the decimals that they print as"
    plural = "s" if count != 1 else ""
    head = f"{count:,} connected component{plural} of {NAMES[concept]} equilibria"
    if left:
        reasons = "; ".join(left)
        return f"Not complete: {head} found ({numbers}), but not decided: {reasons}."
    roots = sum(not cell.exact for cell in cells)
    shown = f", {roots:,} of them roots to 40 digits" if roots else ""
    families = f"{len(cells):,} famil{'ies' if len(cells) != 1 else 'y'}{shown}"
    return (
        f"Complete: {head} in {families}. Of {solver.visited:,} branches of choices where play "
        f"arrives, {solver.solved:,} hold equilibria; every other one was excluded for a recorded "
        f"reason ({numbers})."
    )
