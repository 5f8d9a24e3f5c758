"""Nash equilibria of games in strategic form: two players by vertices, others by subdivision."""

from __future__ import annotations

from deterrence.equilibrium.bimatrix import solve_bimatrix
from deterrence.equilibrium.solution import Solution
from deterrence.games.strategic import StrategicGame

__all__ = ["solve_strategic_nash"]


def solve_strategic_nash(
    game: StrategicGame, budget: int = 200_000, tol: float | None = None
) -> Solution:
    """All Nash equilibria of a game in strategic form; see `solve_bimatrix` and `solve_isolated`.

    Parameters
    ----------
    game : StrategicGame
    budget : int, optional
        Boxes or branches that the search may look at, for other than two players.
    tol : float, optional
        As in `solve`.

    Returns
    -------
    Solution
    """
    if len(game.players) == 2:
        return solve_bimatrix(game, tol)
    from deterrence.equilibrium.isolated import solve_isolated

    return solve_isolated(game, budget, tol)
