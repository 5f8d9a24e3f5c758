"""Nash equilibria of games in strategic form, by the number of players."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np

from deterrence.equilibrium.bimatrix import solve_bimatrix
from deterrence.equilibrium.isolated import SPENT, IsolatedSolution, solve_isolated
from deterrence.equilibrium.sequential import solve_sequential
from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError, LimitError
from deterrence.games.strategic import StrategicGame

__all__ = ["solve_strategic_nash"]

NEAR = 1e-9  # probabilities found by two methods


def solve_strategic_nash(
    game: StrategicGame, budget: int = 200_000, tol: float | None = None
) -> Solution:
    """All Nash equilibria of a game in strategic form.

    Two players: see `solve_bimatrix`. More: by subdivision (`solve_isolated`), each equilibrium
    proved; where that leaves something undecided, since the game has continua of equilibria or
    singular ones, support by support as a tree in which nobody sees anything.

    Parameters
    ----------
    game : StrategicGame
    budget : int, optional
        Cells or branches that the search may look at, for other than two players.
    tol : float, optional
        As in `solve`.

    Returns
    -------
    Solution
    """
    if len(game.players) == 2:
        return solve_bimatrix(game, tol)
    if tol is not None:
        raise InputError(
            f"tol applies to two players, not {len(game.players)}; leave it out: payoffs given as "
            "floats are taken as the decimals that they print as."
        )
    isolated = solve_isolated(game, budget)
    if isolated.complete or SPENT in isolated.left:
        return isolated
    try:
        return _joined(isolated, _by_supports(game, budget))
    except LimitError:
        if not isolated.source.search.supports:
            raise
        return isolated


def _by_supports(game: StrategicGame, budget: int) -> Solution:
    # where nobody sees anything, every Nash equilibrium is sequential and conversely
    found = solve_sequential(game.tree, budget)
    status = found.status.replace("sequential equilibria", "Nash equilibria")
    return dataclasses.replace(found, concept="nash", status=status)


def _joined(isolated: IsolatedSolution, found: Solution) -> Solution:
    """The solution by supports, if it has what was proved; else the proven equilibria alone."""
    known = [
        np.array([*itertools.chain(*family.representative.assessment.probabilities)], dtype=float)
        for component in found.components
        for family in component.families
        if not family.dimension
    ]
    missing = 0
    for place in isolated.source.places:
        root = isolated.search.roots[place]
        point = np.concatenate(root.profile)
        missing += not any(np.abs(point - row).max() < NEAR for row in known)
    seconds = isolated.seconds + found.seconds
    if not missing:
        return dataclasses.replace(found, seconds=seconds)
    return dataclasses.replace(isolated, seconds=seconds)
