"""The principal branch of the logit correspondence, from uniform play to its limit."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from deterrence.equilibrium.logit_newton import checked_precision, inner_precision, solve_at
from deterrence.equilibrium.logit_points import QuantalEquilibrium, point_at
from deterrence.equilibrium.logit_profiles import labelled_beliefs, labelled_strategy
from deterrence.equilibrium.logit_system import LogitSystem, ready
from deterrence.equilibrium.logit_tracer import Tracer
from deterrence.equilibrium.logit_values import Floats
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import InputError, unknown
from deterrence.games.assessment import Labelled
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["QuantalPath", "TurningPoint", "quantal_path"]

REGRET = 1e-6
ENDS = {
    "regret": "the regret at every information set fell to the bound",
    "precision": "the precision asked for was reached",
    "steps": "the steps allowed were spent",
    "rounding": "rounding allows no further step",
    "zero": "it came to precision 0",
}


@dataclass(frozen=True, eq=False)
class TurningPoint:
    """Where precision stops rising along a path and falls, or the other way round.

    Attributes
    ----------
    precision : float
    log_probabilities : ndarray, shape (actions,)
    """

    precision: float
    log_probabilities: Floats

    def __repr__(self) -> str:
        return f"<TurningPoint at precision {self.precision:.6g}>"


@dataclass(frozen=True, eq=False)
class QuantalPath:
    """A branch of quantal response equilibria.

    Attributes
    ----------
    game : Game or StrategicGame
    labels : list of (player, knows, action)
        The columns: actions of the information sets where there is a choice.
    precision : ndarray, shape (points,)
        In units of one over payoffs (over the player's own span, where own units are asked for).
    log_probabilities : ndarray, shape (points, actions)
        Natural logarithms, so that probabilities below the range of floats are there too.
    regret : ndarray, shape (points,)
        The largest expected loss at an information set against its best action, given the beliefs
        by Bayes' rule, as a share of the owner's payoff span.
    turning_points : tuple of TurningPoint
    bifurcations : tuple of float
        Precisions at which another branch may cross: the orientation of the path changes sign in a
        step of relative length 1e-4. The path goes straight on.
    ended : str
        "regret", "precision", "steps", "rounding" or "zero".
    status : str
        How far the path went, in a sentence.
    seconds : float
    """

    game: Any
    labels: list[tuple[str, Any, str]]
    precision: Floats
    log_probabilities: Floats
    regret: Floats
    turning_points: tuple[TurningPoint, ...]
    bifurcations: tuple[float, ...]
    ended: str
    status: str
    seconds: float
    tracer: Tracer = field(repr=False)

    @property
    def probabilities(self) -> Floats:
        """Shape (points, actions)."""
        return np.exp(self.log_probabilities)

    def __len__(self) -> int:
        return len(self.precision)

    def along(self, player: str, action: str, knows: Any = ()) -> Floats:
        """The probability of one action along the path, shape (points,)."""
        key = (player, knows, action)
        if key not in self.labels:
            raise unknown("choice", key, self.labels)
        return np.exp(self.log_probabilities[:, self.labels.index(key)])

    def strategy(self, point: int = -1) -> Labelled:
        """``[player][knows][action]`` at one point of the path: probabilities as floats."""
        return labelled_strategy(self.tracer.system, self.log_probabilities[point])

    def beliefs(self, point: int = -1) -> Labelled:
        """``[player][knows][history]`` at one point, where there is a choice: floats."""
        return labelled_beliefs(self.tracer.system, self.log_probabilities[point])

    def at(self, precision: float) -> list[QuantalEquilibrium]:
        """Where the path has this precision: several points if it turns, none if it ends before."""
        system = self.tracer.system
        inner = inner_precision(system, checked_precision(precision))
        return [point_at(system, logs, inner, True) for logs in self.tracer.crossings(inner)]

    @property
    def limit(self) -> Equilibrium | None:
        """The certified equilibrium nearest to the end of the path, or None.

        Sequential for trees, with beliefs and trembles; Nash in strategic form. That the path tends
        to it and to no neighbour is what `limit_distance` speaks for; it is not proved.
        """
        return self.tracer.limit().equilibrium

    @property
    def limit_distance(self) -> float:
        """The largest difference of a probability at the end of the path and at `limit`."""
        return self.tracer.limit().distance

    @property
    def limit_free(self) -> tuple[tuple[str, Any], ...]:
        """(player, knows) where `limit` mixes and equal payoffs do not say how.

        There the limit is one point of a continuum of equilibria, as far as first derivatives tell;
        its probabilities are read off the path and are as sure as `limit_distance` says. Elsewhere
        the equations fix them.
        """
        return self.tracer.limit().free

    def __repr__(self) -> str:
        return f"<QuantalPath: {len(self)} points; {self.status}>"


def quantal_path(
    game: Game | StrategicGame,
    *,
    to: float | None = None,
    start: QuantalEquilibrium | None = None,
    falling: bool = False,
    regret: float | None = None,
    own_units: bool = False,
    longest_step: float = 1.0,
    most_steps: int = 5000,
) -> QuantalPath:
    """Follow a branch of quantal response equilibria, from uniform play unless told otherwise.

    The principal branch of the logit correspondence (McKelvey and Palfrey 1995, theorem 3), for
    trees in agent form (McKelvey and Palfrey 1998): at each information set the log odds of two
    actions are precision times the difference of what they pay, beliefs by Bayes' rule. It is
    traced in log probabilities by pseudo-arclength (Turocy 2005, 2010), through turning points. In
    a generic game its limit is one equilibrium, in trees a sequential one.

    Parameters
    ----------
    game : Game or StrategicGame
        With numbers.
    to : float, optional
        Stop where the path first has this precision. Precision is in units of one over payoffs:
        with all payoffs times c, the same play is reached at precision over c.
    start : QuantalEquilibrium, optional
        A point of another branch, from `quantal_equilibria`, in place of uniform play.
    falling : bool, optional
        Whether to leave `start` towards smaller precision.
    regret : float, optional
        Stop where the loss at every information set, on the path of play or off it, is at most this
        share of the owner's payoff span and no action is still on its way from rare to unplayed.
        1e-6 if neither `to` nor `regret` is given.
    own_units : bool, optional
        Measure each player's payoffs by the player's own span; precision has no units then. The
        branch is another one if spans differ.
    longest_step : float, optional
        Arclength of a step at most, in log odds relative to one plus their size; smaller steps
        make a finer curve.
    most_steps : int, optional

    Returns
    -------
    QuantalPath

    Raises
    ------
    InputError
        If a number is out of its range, or `start` belongs to another game.
    ParameterError
        If the game still has formulas.
    LimitError
        If the game has more than 3,000 choices, or precision times span exceeds 1e12.

    Notes
    -----
    Regret at precision r is at most the entropy of the mixture over r, so that r = 1e6 in units of
    one over span brings it to 1e-6 wherever players mix, and far smaller precisions where they do
    not. Each step factorises a matrix of the number of choices two or three times; a path has 15 to
    130 steps in most games. A step that would change the orientation is taken again shorter: it may
    have jumped to another branch.

    Examples
    --------
    >>> from deterrence.games.strategic import StrategicGame
    >>> from deterrence.equilibrium.logit_path import quantal_path
    >>> hunt = StrategicGame(
    ...     {"Ann": [[9, 0], [8, 7]], "Bob": [[9, 8], [0, 7]]},
    ...     {"Ann": ["stag", "hare"], "Bob": ["stag", "hare"]},
    ... )
    >>> path = quantal_path(hunt)
    >>> float(path.along("Ann", "stag")[0]), path.limit.strategy["Ann"][()]["stag"]
    (0.5, Fraction(0, 1))
    >>> path.limit.certificate.holds, path.turning_points
    (True, ())
    """
    began = time.perf_counter()
    game = ready(game)
    to = None if to is None else checked_precision(to, "to")
    regret = _checked_regret(regret, to)
    _check_steps(longest_step, most_steps)
    system = LogitSystem(game, own_units)
    inner = None if to is None else inner_precision(system, to)
    tracer = Tracer(system, _started(system, start), falling, longest_step)
    tracer.run(most_steps, regret, inner)
    return traced(tracer, began)


def traced(tracer: Tracer, began: float) -> QuantalPath:
    """The path that a tracer has followed so far."""
    system, unit = tracer.system, float(tracer.system.unit)
    turns = [TurningPoint(p / unit, logs) for p, logs in tracer.turning_points()]
    crossings = tuple(p / unit for p in tracer.bifurcations())
    return QuantalPath(
        game=system.game,
        labels=system.labels,
        precision=np.array(tracer.precision) / unit,
        log_probabilities=np.array(tracer.logs).reshape(len(tracer.logs), system.width),
        regret=np.array(tracer.regret),
        turning_points=tuple(turns),
        bifurcations=crossings,
        ended=tracer.ended,
        status=_status(tracer, len(turns), crossings),
        seconds=time.perf_counter() - began,
        tracer=tracer,
    )


def _status(tracer: Tracer, turns: int, crossings: tuple[float, ...]) -> str:
    branch = "The principal branch" if tracer.principal else "A branch"
    last = tracer.precision[-1] / float(tracer.system.unit)
    text = (
        f"{branch} followed to precision {last:.4g}, where {ENDS[tracer.ended]} (regret "
        f"{tracer.regret[-1]:.1g} of the payoff span)"
    )
    if turns:
        text += f"; precision turns {turns} time{'s' if turns > 1 else ''}"
    if crossings:
        places = ", ".join(f"{p:.4g}" for p in crossings[:5])
        text += f"; another branch may cross at precision {places}"
    return text + "."


def _checked_regret(regret: Any, to: float | None) -> float | None:
    if regret is None:
        return REGRET if to is None else None
    good = isinstance(regret, (int, float)) and not isinstance(regret, bool) and 0 < regret < 1
    if not good:
        raise InputError(f"regret = {regret!r}: give a share of the payoff span between 0 and 1.")
    return float(regret)


def _check_steps(longest: Any, most: Any) -> None:
    if isinstance(most, bool) or not isinstance(most, int) or most < 1:
        raise InputError(f"most_steps = {most!r}: give a whole number of at least 1.")
    number = isinstance(longest, (int, float)) and not isinstance(longest, bool)
    if not number or not 1e-6 <= longest <= 2:
        raise InputError(f"longest_step = {longest!r}: give a number between 1e-6 and 2.")


def _started(system: LogitSystem, start: Any) -> tuple[Floats, float] | None:
    if start is None:
        return None
    if not isinstance(start, QuantalEquilibrium):
        raise InputError(f"start is a QuantalEquilibrium from quantal_equilibria, not {start!r}.")
    inner = start.precision * float(system.unit)
    same = start.labels == system.labels
    logs = solve_at(system, start.log_probabilities, inner) if same else None
    if logs is None:
        raise InputError(
            "start is no quantal response equilibrium of this game in these units; take it from "
            "quantal_equilibria of the same game."
        )
    return logs, inner
