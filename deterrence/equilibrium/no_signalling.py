"""Perfect Bayesian equilibria that signal nothing which the one who acts does not know."""

from __future__ import annotations

import dataclasses

from deterrence.equilibrium.renamed import Renamed
from deterrence.equilibrium.sequential import ready, solve_sequential
from deterrence.equilibrium.solution import Solution
from deterrence.games.observed_actions import stages_of
from deterrence.games.tree import Game

__all__ = ["solve_no_signalling"]


def solve_no_signalling(game: Game, budget: int = 200_000) -> Solution:
    """All perfect Bayesian equilibria of a game in stages, in the sense of Fudenberg and Tirole.

    All hold one belief about each player's type, independent of the others' types. It changes by
    that player's own actions only: by Bayes' rule from the last belief, also off the path, wherever
    that belief makes the action possible; after an impossible action it is free, but the same for
    all and whatever the others did (Fudenberg and Tirole 1991, conditions B(i) to B(iv)).

    Parameters
    ----------
    game : Game
        With numbers; in stages with observed actions and independent types: chance moves first and
        draws what each player knows alone, and everybody sees what was done in earlier stages.
    budget : int, optional
        As for `solve`.

    Returns
    -------
    Solution
        Where every player has at most two types, or there are at most two stages, these are the
        sequential equilibria (Fudenberg and Tirole 1991, p. 236), and the set is complete
        when they are. Elsewhere the sequential equilibria belong to it, and it is not complete.
        Each equilibrium is certified by the conditions themselves, not by trembles.

    Raises
    ------
    ParameterError
        If parameters have no numbers.
    InputError
        If the game is not of this kind; the message says why.
    LimitError
        As for `solve`.

    Examples
    --------
    >>> from deterrence.games.nodes import Move, Outcome
    >>> reply = {"fight": Outcome({"Entrant": -1, "Incumbent": -1}),
    ...          "share": Outcome({"Entrant": 1, "Incumbent": 1})}
    >>> stay = Outcome({"Entrant": 0, "Incumbent": 2})
    >>> root = Move("Entrant", (), {"out": stay, "enter": Move("Incumbent", "entry", reply)})
    >>> len(solve_no_signalling(Game(["Entrant", "Incumbent"], root)))
    1
    """
    game = ready(game)
    stages = stages_of(game)
    most = max((len(row) for row in stages.priors.values()), default=1)
    found = solve_sequential(game, budget)
    name = "perfect Bayesian equilibria without signalling of what one does not know"
    status = found.status.replace("sequential equilibria", name)
    left = found.left
    if most <= 2 or stages.length <= 2:
        reason = "With at most two types of each player" if most <= 2 else "With at most two stages"
        status = f"{status} {reason}, these are the sequential ones."
    else:
        more = "those that are not sequential, with more than two types and more than two stages"
        left = (*left, more)
        status = status.replace("Complete:", "Not complete:", 1) + f" Not looked for: {more}."
    return dataclasses.replace(
        found,
        concept="no-signalling",
        complete=not left,
        left=left,
        status=status,
        source=Renamed(found.source, "no-signalling"),
    )
