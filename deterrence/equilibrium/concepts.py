"""One verb: solve a game for a concept."""

from __future__ import annotations

from deterrence.equilibrium.sequential import solve_sequential
from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError, unknown
from deterrence.games.tree import Game

__all__ = ["solve"]

CONCEPTS = ("sequential",)


def solve(game: Game, concept: str | None = None, *, budget: int = 200_000) -> Solution:
    """Find equilibria of a game.

    Parameters
    ----------
    game : Game
        With numbers; put them into formulas with `Game.at`.
    concept : str, optional
        "sequential", the default: all sequential equilibria (Kreps and Wilson 1982).
    budget : int, optional
        How many branches the search for supports may look at in each part; when it runs out, the
        solution says so and is not complete.

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
        If `game` is no Game.
    LimitError
        If an information set has more than 12 actions.
    """
    if not isinstance(game, Game):
        raise InputError(f"solve takes a Game, not {type(game).__name__}; build one with dt.Game.")
    concept = concept or "sequential"
    if concept not in CONCEPTS:
        raise unknown("concept", concept, CONCEPTS)
    return solve_sequential(game, budget)
