"""Nash equilibria of games in strategic form, by the number of players."""

from __future__ import annotations

import dataclasses
from typing import Any, cast

from deterrence.equilibrium.bimatrix import solve_bimatrix
from deterrence.equilibrium.isolated import SPENT, solve_isolated
from deterrence.equilibrium.open_supports import FamilySource, solve_open_supports
from deterrence.equilibrium.sequential import solve_sequential
from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError
from deterrence.games.strategic import StrategicGame

__all__ = ["solve_strategic_nash"]


def solve_strategic_nash(
    game: StrategicGame, budget: int = 200_000, tol: float | None = None
) -> Solution:
    """All Nash equilibria of a game in strategic form.

    Two players: see `solve_bimatrix`. More: by subdivision (`solve_isolated`), each equilibrium
    proved; what that leaves open, since the game has continua of equilibria or singular ones, is
    solved support by support (`solve_open_supports`). Games with more support profiles than the
    budget are solved as a tree in which nobody sees anything.

    Parameters
    ----------
    game : StrategicGame
    budget : int, optional
        Vertices of a best-response polyhedron for two players; cells of the subdivision, or
        branches of the search, for others.
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
    isolated = solve_isolated(game, budget)
    if isolated.complete or SPENT in isolated.left:
        return isolated
    searched = bool(isolated.search.supports)
    found = solve_open_supports(game, isolated) if searched else None
    return found or _by_supports(game, budget)


def _by_supports(game: StrategicGame, budget: int) -> Solution:
    # where nobody sees anything, every Nash equilibrium is sequential and conversely
    found = solve_sequential(game.tree, budget)
    status = found.status.replace("sequential equilibria", "Nash equilibria")
    source = FamilySource(game, found.source.factored)
    return dataclasses.replace(
        found, game=cast(Any, game), concept="nash", status=status, source=source
    )
