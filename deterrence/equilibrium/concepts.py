"""One verb: solve a game for a concept."""

from __future__ import annotations

import importlib
from typing import Any, cast, overload

from deterrence.equilibrium.markov_solution import MarkovSolution
from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError, unknown
from deterrence.games.stochastic import StochasticGame
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


@overload
def solve(
    game: Game | StrategicGame,
    concept: str | None = None,
    *,
    budget: int = 200_000,
    tol: float | None = None,
) -> Solution: ...
@overload
def solve(
    game: StochasticGame,
    concept: str | None = None,
    *,
    budget: int = 200_000,
    tol: float | None = None,
) -> MarkovSolution: ...
def solve(
    game: Game | StrategicGame | StochasticGame,
    concept: str | None = None,
    *,
    budget: int = 200_000,
    tol: float | None = None,
) -> Solution | MarkovSolution:
    """Find equilibria of a game.

    Parameters
    ----------
    game : Game, StrategicGame or StochasticGame
        With numbers; put them into formulas with `Game.at`.
    concept : str, optional
        For a tree "sequential" (the default: all sequential equilibria, Kreps and Wilson 1982),
        "nash" (all Nash equilibria, as families of behaviour strategies), "subgame-perfect" (all of
        them that are Nash equilibria in every subgame), "perfect-bayesian" (the weak form: any
        beliefs off the path), "no-signalling" (those that signal nothing which the one who acts
        does not know; for games in stages with observed actions and independent types) or
        "quantal"; for a game in strategic form "nash" (the default) or "quantal"; for a stochastic
        game "markov-perfect".
    budget : int, optional
        How many branches a search may look at in each part; when it runs out, the solution says
        so and is not complete. For two players in strategic form: vertices of a best-response
        polyhedron; where there are more, or more are expected, one equilibrium is returned.
    tol : float, optional
        For "nash" in strategic form: compute in floats, where differences up to this share of a
        player's payoff span count as zero. Without it numbers are exact.

    Returns
    -------
    Solution or MarkovSolution
        The set, with its status; see `Solution`, and for a stochastic game `MarkovSolution`.

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
    if isinstance(game, StochasticGame):
        return _solve_stochastic(game, concept, budget, tol)
    if not isinstance(game, (Game, StrategicGame)):
        raise InputError(
            f"solve takes a Game or a StrategicGame, not {type(game).__name__}; build one with "
            "dt.Game, dt.StrategicGame or dt.StochasticGame."
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


def _solve_stochastic(
    game: StochasticGame, concept: str | None, budget: int, tol: float | None
) -> MarkovSolution:
    from deterrence.equilibrium.markov import solve_markov

    if concept not in (None, "markov-perfect"):
        raise unknown("concept of a stochastic game", concept, ("markov-perfect",))
    if tol is not None:
        raise InputError("tol applies to concept='nash' of a StrategicGame only; leave it out.")
    return solve_markov(game, budget)
