"""The principal branch of the logit correspondence, from uniform play to its limit."""

from __future__ import annotations

import functools
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from deterrence.equilibrium.continuation import Follower, Step, advance, begin
from deterrence.equilibrium.logit_limit import Limit, find_limit
from deterrence.equilibrium.logit_points import (
    GREATEST,
    QuantalEquilibrium,
    checked_precision,
    inner_precision,
    labelled_beliefs,
    labelled_strategy,
    point_at,
    solve_at,
)
from deterrence.equilibrium.logit_system import LogitSystem, ready
from deterrence.equilibrium.logit_values import Floats
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import InputError, unknown
from deterrence.games.assessment import Labelled
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["QuantalPath", "TurningPoint", "quantal_path"]

FIRST_STEP = 0.05
REGRET = 1e-6
DECIDED = 7.0  # log odds beyond which an action that falls behind is as good as unplayed
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
        Precisions at which another branch may cross: the orientation of the path changes sign. The
        path goes straight on.
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
        return self._limit.equilibrium

    @property
    def limit_distance(self) -> float:
        """The largest difference of a probability at the end of the path and at `limit`."""
        return self._limit.distance

    @functools.cached_property
    def _limit(self) -> Limit:
        logs, step = self.tracer.logs[-1], self.tracer.tangents[-1]
        return find_limit(self.tracer.system, logs, step, self.tracer.precision[-1])

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
    not. Each step solves a linear system in the number of choices three to five times; a path has
    15 to 100 steps in most games.

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


class Tracer:
    """Follows a branch and keeps what it met; it can be told to go on.

    Precisions here are in the system's units.
    """

    def __init__(
        self,
        system: LogitSystem,
        start: tuple[Floats, float] | None = None,
        falling: bool = False,
        longest: float = 1.0,
    ) -> None:
        self.system, self.principal = system, start is None
        even = system.normalised(np.zeros(system.width))
        logs, precision = start or (even, 0.0)
        system.rechart(logs)
        point = np.append(system.odds(logs), precision)
        toward = np.zeros(len(point))
        toward[-1] = -1.0 if falling else 1.0
        self.precision: list[float] = []
        self.logs: list[Floats] = []
        self.tangents: list[tuple[Floats, float]] = []  # of log probabilities and precision
        self.orientations: list[int] = []
        self.lengths: list[float] = []
        self.regret: list[float] = []
        self.ended = ""
        self.follower = Follower(system, begin(system, point, toward), FIRST_STEP, longest)
        self._keep()

    def run(
        self,
        most_steps: int,
        regret: float | None = None,
        to: float | None = None,
        least: float = 0.0,
    ) -> None:
        """Go on until a bound is met, but not below the precision `least`."""
        before = len(self.logs)
        while True:
            self.ended = self._reason(regret, to, least)
            if not self.ended and len(self.logs) - before >= most_steps:
                self.ended = "steps"
            if self.ended:
                return
            if self.follower.next() is None:
                self.ended = "rounding"
                return
            self._keep()
            if to is not None and self._passed(to):
                self._stop_at(to)

    def _reason(self, regret: float | None, to: float | None, least: float) -> str:
        precision = self.precision[-1]
        if to is not None and (precision == to or not self.system.width):
            return "precision"
        if not self.system.width:
            return "regret"
        if precision < 0:
            self._stop_at(0.0)
            return "zero"
        if precision > GREATEST:
            return "rounding"
        if regret is None or precision < least or self.regret[-1] > regret:
            return ""
        return "regret" if self._settled() else ""

    def _settled(self) -> bool:
        """Whether no action is on its way from rare to unplayed."""
        system, logs = self.system, self.logs[-1]
        change, speed = self.tangents[-1]
        if speed <= 0:
            return False
        odds = system.odds(logs)
        pace = system.odds(change) * (self.precision[-1] / speed)
        noise = system.rounding(self.follower.here.point)
        growing = (odds * pace > 0) & (np.abs(pace) > 0.5 * np.abs(odds))
        near = (np.abs(odds) > 1e3 * noise) & (np.abs(odds) < DECIDED)
        return not bool(np.any(growing & near))

    def _keep(self) -> None:
        """Note where the follower is, and change its coordinates where that is due."""
        system, here = self.system, self.follower.here
        logs = system.logs(here.point[:-1])
        change = system.drift(logs, here.tangent[:-1])
        self.precision.append(float(here.point[-1]))
        self.logs.append(logs)
        self.tangents.append((change, float(here.tangent[-1])))
        self.orientations.append(here.orientation)
        self.lengths.append(here.length)
        self.regret.append(float(np.max(system.regrets(logs), initial=0.0)))
        base = system.base
        system.rechart(logs)
        if np.any(system.base != base):
            self.follower.here = self._step(len(self.logs) - 1)

    def _step(self, k: int) -> Step:
        """A point of the path in the coordinates that suit it, which the system takes up."""
        system = self.system
        system.rechart(self.logs[k])
        change, speed = self.tangents[k]
        return Step(
            np.append(system.odds(self.logs[k]), self.precision[k]),
            np.append(system.odds(change), speed),
            self.orientations[k],
            self.lengths[k],
        )

    def _passed(self, precision: float) -> bool:
        one, two = self.precision[-2:]
        return (one < precision <= two) or (two <= precision < one)

    def _stop_at(self, precision: float) -> None:
        """Put the point at this precision in place of the last one."""
        logs = self._crossing(len(self.logs) - 2, precision)
        for kept in (self.precision, self.logs, self.regret):
            kept.pop()
        self.precision.append(precision)
        self.logs.append(logs)
        self.regret.append(float(np.max(self.system.regrets(logs), initial=0.0)))
        self.system.rechart(logs)
        toward = np.append(self.system.odds(self.tangents[-1][0]), self.tangents[-1][1])
        point = np.append(self.system.odds(logs), precision)
        self.follower.here = begin(self.system, point, toward)
        change = self.system.drift(logs, self.follower.here.tangent[:-1])
        self.tangents[-1] = (change, float(self.follower.here.tangent[-1]))

    # -- places between points ----------------------------------------------------------------

    def crossings(self, precision: float) -> list[Floats]:
        """Log probabilities wherever the path has this precision."""
        if not self.system.width:
            return [self.logs[0]]
        found = [self.logs[k] for k, p in enumerate(self.precision) if p == precision]
        for k in range(len(self.precision) - 1):
            one, two = self.precision[k : k + 2]
            if min(one, two) < precision < max(one, two):
                found.append(self._crossing(k, precision))
        return found

    def _crossing(self, k: int, precision: float) -> Floats:
        near = self._located(k, lambda step: float(step.point[-1]) - precision)
        logs = self.system.logs(near.point[:-1])
        exact = solve_at(self.system, logs, precision)
        return logs if exact is None else exact

    def turning_points(self) -> list[tuple[float, Floats]]:
        """Where precision stops rising or falling."""
        found = []
        for k in range(len(self.tangents) - 1):
            if self.tangents[k][1] * self.tangents[k + 1][1] < 0:
                near = self._located(k, lambda step: float(step.tangent[-1]))
                found.append((float(near.point[-1]), self.system.logs(near.point[:-1])))
        return found

    def bifurcations(self) -> list[float]:
        """Where the orientation changes sign."""
        found = []
        for k in range(len(self.orientations) - 1):
            if self.orientations[k] * self.orientations[k + 1] < 0:
                sign = self.orientations[k]
                near = self._located(k, lambda step, sign=sign: float(step.orientation * sign))  # type: ignore[misc]
                found.append(float(near.point[-1]))
        return found

    def _located(self, k: int, quantity: Callable[[Step], float]) -> Step:
        """The point between two others at which a quantity changes sign."""
        start = self._step(k)
        low, high, best = 0.0, self.lengths[k + 1], start
        before = quantity(start)
        after: float | None = None
        for count in range(60):
            middle = (low + high) / 2
            if after is not None and count % 3 and abs(after - before) > 0:
                middle = low + (high - low) * min(max(before / (before - after), 0.02), 0.98)
            found = advance(self.system, start, middle)
            if found is None:
                break
            best, here = found[0], quantity(found[0])
            if here == 0 or high - low < 1e-13:
                break
            if here * before > 0:
                low, before = middle, here
            else:
                high, after = middle, here
        return best
