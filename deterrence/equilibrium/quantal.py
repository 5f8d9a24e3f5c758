"""The equilibrium that quantal response selects: the limit of the principal logit branch."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, cast

from deterrence.equilibrium.description_record import Description, Ranges, labelled
from deterrence.equilibrium.logit_path import REGRET, QuantalPath, traced
from deterrence.equilibrium.logit_system import LogitSystem, ready
from deterrence.equilibrium.logit_tracer import Tracer
from deterrence.equilibrium.solution import Equilibrium, Solution
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["QuantalSolution", "solve_quantal"]

FINEST = 1e-9  # regret, as a share of the span, beyond which no limit is looked for


@dataclass(frozen=True, eq=False, repr=False)
class QuantalSolution(Solution):
    """One selected equilibrium: the limit of the principal branch of quantal responses.

    As `Solution`. `complete` says that the branch was followed until the regret at every
    information set met the bound, and that an equilibrium next to its end is certified; not that
    no other equilibrium exists. Other equilibria are what "nash" and "sequential" look for.

    Attributes
    ----------
    path : QuantalPath
    """

    path: QuantalPath = field(default=cast(QuantalPath, None))


def solve_quantal(game: Game | StrategicGame, budget: int = 200_000) -> QuantalSolution:
    """The limit of the principal logit branch; see `quantal_path` for the branch itself.

    Parameters
    ----------
    game : Game or StrategicGame
        With numbers.
    budget : int, optional
        Steps along the path at most.

    Returns
    -------
    QuantalSolution
        One component of one equilibrium, sequential for trees and Nash in strategic form; none if
        no equilibrium is certified next to the end of the path.

    Raises
    ------
    InputError
        If `game` is no game.
    ParameterError
        If the game still has formulas.
    LimitError
        If the game has more than 3,000 choices.

    Notes
    -----
    The path ends at a regret of 1e-6 of the payoff span; if no equilibrium is certified there, it
    is followed further, to 1e-9 at most.
    """
    began = time.perf_counter()
    game = ready(game)
    tracer = Tracer(LogitSystem(game))
    regret = REGRET
    tracer.run(budget, regret)
    while tracer.limit().equilibrium is None and tracer.ended == "regret" and regret > FINEST:
        regret /= 10
        tracer.run(budget, regret)
    path = traced(tracer, began)
    complete = path.limit is not None and path.ended == "regret"
    return QuantalSolution(
        game=cast(Any, game),
        concept="quantal",
        complete=complete,
        status=_status(path, complete),
        seconds=time.perf_counter() - began,
        source=Source(path),
        record={"points of the path": len(path), "turning points": len(path.turning_points)},
        left=() if complete else ("the limit of the path",),
        path=path,
    )


def _status(path: QuantalPath, complete: bool) -> str:
    sentence = path.status[0].lower() + path.status[1:-1]
    if path.limit is None:
        return f"Not complete: no equilibrium is certified next to the end of the path; {sentence}."
    kind = "Nash" if isinstance(path.game, StrategicGame) else "sequential"
    how = "exact" if path.limit.certificate.exact else "up to rounding"
    what = f"one {kind} equilibrium ({how}), {path.limit_distance:.1g} from the end of the path"
    if path.limit_free:
        count = len(path.limit_free)
        sets = f"{count} information set{'s' if count > 1 else ''}"
        what += f", at {sets} a point of a continuum, as near as that"
    return f"{'Complete' if complete else 'Not complete'}: {what}; {sentence}."


class Source:
    """Answers the records of a Solution from one equilibrium, or none."""

    def __init__(self, path: QuantalPath) -> None:
        self.game, self.limit = path.game, path.limit
        self.component_count = self.point_count = int(self.limit is not None)

    def keys(self, component: int) -> list[tuple[int]]:
        """The one family."""
        return [(component,)]

    def centre(self, cells: Sequence[int]) -> int:
        """The one point."""
        return cells[0]

    def picks(self, cells: Sequence[int]) -> Iterator[int]:
        """The one point."""
        yield cells[0]

    def points_in(self, cells: Sequence[int]) -> int:
        """One."""
        return 1

    def dimension(self, cells: Sequence[int]) -> int:
        """Zero: a single point is meant, whatever it is part of."""
        return 0

    def equilibrium(self, component: int, picks: int) -> Equilibrium:
        """The limit."""
        assert self.limit is not None
        return self.limit

    def description(self, cells: Sequence[int]) -> Description:
        """Everything is fixed."""
        a = self.equilibrium(0, 0).assessment
        strategies, beliefs = _points(a.probabilities), _points(a.node_beliefs)
        return labelled(a.game.structure, strategies, beliefs, (), a.probabilities)

    def envelope(self) -> dict[str, tuple[float, float]]:
        """The payoffs and event probabilities of the limit."""
        return {} if self.limit is None else self.component_outcome(0)

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """The payoffs and event probabilities of the limit."""
        return {name: (x, x) for name, x in self._outcome().items()}

    def outcomes(self) -> list[dict[str, float]]:
        """The one outcome."""
        return [] if self.limit is None else [self._outcome()]

    def _outcome(self) -> dict[str, float]:
        limit = self.equilibrium(0, 0)
        found = {p: float(x) for p, x in limit.payoffs.items()}
        if isinstance(self.game, StrategicGame):
            return found
        s = self.game.structure
        for event in s.event_names:
            if s.symmetric_chance:
                name = event if event not in s.players else f"{event} (event)"
                found[name] = float(limit.probability(event))
            else:
                for p in s.players:
                    found[f"{event} (event for {p})"] = float(limit.probability(event, p))
        return found


def _points(rows: Sequence[Sequence[Fraction]]) -> list[Ranges]:
    """Each number as a range of no width."""
    return [tuple((x, x) for x in row) for row in rows]
