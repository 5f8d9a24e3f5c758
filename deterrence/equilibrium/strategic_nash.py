"""Nash equilibria of games in strategic form: two players by vertices, others by supports."""

from __future__ import annotations

import dataclasses

from deterrence.equilibrium.bimatrix import solve_bimatrix
from deterrence.equilibrium.sequential import solve_sequential
from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError
from deterrence.games.strategic import StrategicGame

__all__ = ["solve_strategic_nash"]


def solve_strategic_nash(
    game: StrategicGame, budget: int = 200_000, tol: float | None = None
) -> Solution:
    """All Nash equilibria of a game in strategic form; see `solve_bimatrix` for two players.

    Other numbers of players are solved support by support as a tree in which nobody sees anything:
    exact where the conditions are linear, else by roots of polynomial systems.

    Parameters
    ----------
    game : StrategicGame
    budget : int, optional
        Vertices of a best-response polyhedron for two players, branches of the search for others.
    tol : float, optional
        As in `solve`.

    Returns
    -------
    Solution
    """
    if len(game.players) == 2:
        return solve_bimatrix(game, tol, budget)
    if tol is not None:
        raise InputError(
            f"tol applies to two players, not {len(game.players)}; leave it out: payoffs given as "
            "floats are taken as the decimals that they print as."
        )
    # where nobody sees anything, every Nash equilibrium is sequential and conversely
    found = solve_sequential(game.tree, budget)
    status = found.status.replace("sequential equilibria", "Nash equilibria")
    return dataclasses.replace(found, concept="nash", status=status)
