"""One verb: solve a game for a concept."""

from __future__ import annotations

import importlib
from typing import Any, cast

from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError, unknown
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["solve"]

# modules are imported when a concept is asked for: nobody waits for solvers that are not used
_TREES = {
    "nash": "tree_nash",
    "subgame-perfect": "subgame_perfect",
    "sequential": "sequential",
    "perfect-bayesian": "perfect_bayesian",
    "no-signalling": "no_signalling",
    "quantal": "quantal",
}
_STRATEGIC = {"nash": "strategic_nash", "quantal": "quantal"}


def solve(
    game: Game | StrategicGame,
    concept: str | None = None,
    *,
    budget: int = 200_000,
    tol: float | None = None,
) -> Solution:
    """Find equilibria of a game.

    Parameters
    ----------
    game : Game or StrategicGame
        With numbers; put them into formulas with `Game.at`.
    concept : str, optional
        For a tree "sequential" (the default: all sequential equilibria, Kreps and Wilson 1982),
        "nash" (all Nash equilibria, as families of behaviour strategies), "subgame-perfect" (all of
        them that are Nash equilibria in every subgame), "perfect-bayesian" (the weak form: any
        beliefs off the path), "no-signalling" (those that signal nothing which the one who acts
        does not know; for games in stages with observed actions and independent types) or
        "quantal"; for a game in strategic form "nash" (the default) or "quantal".
    budget : int, optional
        How many branches a search may look at in each part; when it runs out, the solution says
        so and is not complete. For two players in strategic form: vertices of a best-response
        polyhedron; where there are more, or more are expected, one equilibrium is returned.
    tol : float, optional
        For "nash" in strategic form: compute in floats, where differences up to this share of a
        player's payoff span count as zero. Without it numbers are exact.

    Returns
    -------
    Solution
        The set, with its status; see `Solution`.

    Raises
    ------
    LabelError
        For an unknown concept.
    ParameterError
        If the game still has formulas.
    InputError
        If `game` is no game, or `tol` is given where it does not apply.
    LimitError
        If the game is larger than the solver takes.
    """
    if not isinstance(game, (Game, StrategicGame)):
        raise InputError(
            f"solve takes a Game or a StrategicGame, not {type(game).__name__}; build one with "
            "dt.Game or dt.StrategicGame."
        )
    strategic = isinstance(game, StrategicGame)
    known = _STRATEGIC if strategic else _TREES
    concept = concept or ("nash" if strategic else "sequential")
    if strategic and concept in _TREES and concept not in known:
        raise InputError(
            f"a game in strategic form has no later moves for {concept!r} to judge: "
            "use concept='nash', or build the tree with dt.Game."
        )
    if concept not in known:
        raise unknown("concept", concept, tuple(known))
    if tol is not None and not (strategic and concept == "nash"):
        raise InputError("tol applies to concept='nash' of a StrategicGame only; leave it out.")
    module = importlib.import_module(f"deterrence.equilibrium.{known[concept]}")
    find = getattr(module, f"solve_{known[concept]}")
    found = find(game, budget, tol) if concept == "nash" and strategic else find(game, budget)
    return cast(Solution, cast(Any, found))
