"""The long run solved at one point of the parameters, over both types of Russia."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.markov import solve_markov
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.longrun import long_run_game
from deterrence.guarantee.stage_input import TYPES

if TYPE_CHECKING:
    import numpy as np

    from deterrence.equilibrium.markov_solution import MarkovSolution

__all__ = ["LongRunPoint", "solve_long_run"]

BRANCHES = 40_000  # for pure equilibria
MIXED_BRANCHES = 4_000  # where there is no pure one


@dataclass(frozen=True, eq=False)
class LongRunPoint:
    """What the long run leads to at one point, over all its equilibria.

    Attributes
    ----------
    least, most : ndarray, shape (years + 1,)
        Probability that the event has not happened yet.
    payoffs : mapping of str to (float, float)
        Least and most of every player's discounted payoff.
    equilibria : mapping of str to int
        How many were found, by Russia's type.
    complete : bool
        Whether all pure stationary Markov perfect equilibria were found, and one at least, for both
        types of Russia.
    unique : bool
        Whether there is one equilibrium for each type and no other, mixed ones included.
    """

    least: np.ndarray[Any, np.dtype[np.float64]]
    most: np.ndarray[Any, np.dtype[np.float64]]
    payoffs: Mapping[str, tuple[float, float]]
    equilibria: Mapping[str, int]
    complete: bool
    unique: bool


def solve_long_run(
    values: Mapping[str, Any],
    years: int,
    event: str = "attack",
    *,
    levels: int = 3,
    war: str = "returns",
    reputation: bool = True,
    window: bool = False,
) -> LongRunPoint:
    """Solve both types of Russia and put them together with its prior.

    Parameters
    ----------
    values : mapping of str to number
        Every parameter of the long run's game.
    years : int
        How far the curves go.
    event : str
        Whose absence is survival.
    levels, war, reputation, window
        As for `long_run_game`.

    Returns
    -------
    LongRunPoint
        With NaN where no equilibrium was found.

    Notes
    -----
    Equilibria of the two types combine freely, so the least over both is the least of one and the
    least of the other.
    """
    import numpy as np

    rho = float(values["rho"])
    weights = dict(zip(TYPES["Russia"], (rho, 1 - rho), strict=True))
    games = {
        kind: long_run_game(
            levels=levels, russia=kind, war=war, reputation=reputation, window=window
        )
        for kind in weights
    }
    found = {kind: _solved(game.at(dict(values))) for kind, game in games.items()}
    counts = {kind: len(solution) for kind, solution in found.items()}
    if not all(counts.values()):
        nothing = np.full(years + 1, np.nan)
        nan = (float("nan"), float("nan"))
        return LongRunPoint(nothing, nothing, dict.fromkeys(PLAYERS, nan), counts, False, False)
    curves = {kind: solution.survival(event, years) for kind, solution in found.items()}
    pay = {kind: solution.payoffs() for kind, solution in found.items()}
    least, most = _mixed(weights, curves)
    return LongRunPoint(
        least=np.asarray(least),
        most=np.asarray(most),
        payoffs={p: _mixed(weights, {kind: own[p] for kind, own in pay.items()}) for p in PLAYERS},
        equilibria=counts,
        complete=all(solution.pure_complete for solution in found.values()),
        unique=all(len(s) == 1 and s.complete for s in found.values()),
    )


def _mixed(weights: Mapping[str, float], spans: Mapping[str, Any]) -> tuple[Any, Any]:
    """Least and most over both types: each the mixture of theirs."""
    least, most = (sum(w * spans[kind][side] for kind, w in weights.items()) for side in (0, 1))
    return least, most


def _solved(game: Any) -> MarkovSolution:
    """All pure equilibria; where there is none, mixed ones that are found."""
    solution = solve_markov(game, BRANCHES, mixing=False)
    if len(solution) or not solution.pure_complete:
        return solution
    return solve_markov(game, MIXED_BRANCHES)
