"""What trigger ambiguity does: with the threshold held, and with either chance of cover held.

Raising trigger ambiguity at a given threshold makes an attack less likely to be covered and a probe
below the threshold more likely. The two are told apart by moving the threshold along, so that one
of them stays where it is.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.ambiguity import Trigger, chances_of_cover
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import scenario_of
from deterrence.oped.trees import formulas
from deterrence.study.points import solve_points
from deterrence.study.results import PointResult

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PATHS", "TriggerStep", "TriggerStudy", "trigger_study"]

PATHS = ("threshold held", "attack's cover held", "probe's cover held")
SHOWN = ("attack", "probe", "force", *PLAYERS)
STEPS = tuple(Fraction(k, 10) for k in range(1, 10))
HALF = Fraction(1, 2)
SAME = 1e-9


@dataclass(frozen=True)
class TriggerStep:
    """One point of a study.

    Attributes
    ----------
    path : str
        What is held: one of `PATHS`.
    trigger : Trigger
        The instruments, and the chances of cover.
    result : PointResult
        All equilibria there, in short.
    """

    path: str
    trigger: Trigger
    result: PointResult


@dataclass(frozen=True, eq=False)
class TriggerStudy:
    """Trigger ambiguity raised in three ways.

    Attributes
    ----------
    scenario : Scenario
    outcomes : tuple of str
    steps : tuple of TriggerStep
        By path, then by trigger ambiguity.
    """

    scenario: Scenario
    outcomes: tuple[str, ...]
    steps: tuple[TriggerStep, ...]

    @property
    def complete(self) -> bool:
        """Whether all equilibria are there at every point."""
        return all(step.result.complete for step in self.steps)

    def path(self, name: str) -> tuple[TriggerStep, ...]:
        """The steps of one path."""
        if name not in PATHS:
            raise unknown("path", name, PATHS)
        return tuple(step for step in self.steps if step.path == name)

    def effect(self, path: str, outcome: str) -> tuple[str, str]:
        """What rising trigger ambiguity does to the least and to the most of an outcome.

        Parameters
        ----------
        path, outcome : str

        Returns
        -------
        tuple of str
            For least and for most: "same", "rises", "falls" or "both ways".
        """
        if outcome not in self.outcomes:
            raise unknown("outcome", outcome, self.outcomes)
        rows = [_ends(step.result, outcome) for step in self.path(path)]
        return _direction([low for low, _ in rows]), _direction([high for _, high in rows])

    def to_frame(self) -> pd.DataFrame:
        """One row for each point.

        Returns
        -------
        pandas.DataFrame
            held, trigger_ambiguity, threshold, C_probe, C_attack, least and most of every outcome,
            complete.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "held": step.path,
                "trigger_ambiguity": float(step.trigger.trigger_ambiguity),
                "threshold": float(step.trigger.threshold),
                "C_probe": float(step.trigger.probe),
                "C_attack": float(step.trigger.attack),
                **{
                    f"{o} ({side})": end
                    for o in self.outcomes
                    for side, end in zip(("least", "most"), _ends(step.result, o), strict=True)
                },
                "complete": step.result.complete,
            }
            for step in self.steps
        )

    def summary(self) -> str:
        """The effect of trigger ambiguity on every outcome, path by path."""
        return "\n".join(self._text())

    def __str__(self) -> str:
        return self.summary()

    def _text(self) -> Iterator[str]:
        yield f"{self.scenario.label}: raising trigger ambiguity (reading: risk)"
        for path in PATHS:
            steps = self.path(path)
            if not steps:
                yield f"{path}: no value of trigger ambiguity is in reach"
                continue
            one, two = steps[0].trigger, steps[-1].trigger
            yield (
                f"{path}: from {float(one.trigger_ambiguity):.3g} to "
                f"{float(two.trigger_ambiguity):.3g}, C_probe {float(one.probe):.3f} to "
                f"{float(two.probe):.3f}, C_attack {float(one.attack):.3f} to "
                f"{float(two.attack):.3f}"
            )
            for outcome in self.outcomes:
                low, high = self.effect(path, outcome)
                ends = [_ends(step.result, outcome) for step in (steps[0], steps[-1])]
                shown = " -> ".join(f"{a:.3f} to {b:.3f}" for a, b in ends)
                yield f"  {outcome:<12}{shown:<38} least {low}, most {high}"

    def __repr__(self) -> str:
        kind = "complete" if self.complete else "NOT complete"
        return f"<TriggerStudy of {self.scenario.id}: {len(self.steps)} points, {kind}>"


def _ends(result: PointResult, outcome: str) -> tuple[float, float]:
    absent = 0.0 if result.least else float("nan")  # an event that the tree lacks cannot happen
    return result.least.get(outcome, absent), result.most.get(outcome, absent)


def _direction(values: Sequence[float]) -> str:
    up = any(b > a + SAME for a, b in itertools.pairwise(values))
    down = any(b < a - SAME for a, b in itertools.pairwise(values))
    return {(0, 0): "same", (1, 0): "rises", (0, 1): "falls", (1, 1): "both ways"}[up, down]


def trigger_study(
    scenario: Scenario | str | None = None,
    ambiguities: Iterable[Any] = STEPS,
    outcomes: Iterable[str] = SHOWN,
    *,
    jobs: int | None = None,
    **changes: Any,
) -> TriggerStudy:
    """Raise trigger ambiguity in three ways, and solve at each point.

    Parameters
    ----------
    scenario : Scenario or str, optional
        The op-ed's proposal by default; what is held is held where it is there.
    ambiguities : iterable of number
        Values of trigger ambiguity, in (0, 1). Those at which no threshold in (0, 1) holds a
        chance of cover are left out of that path.
    outcomes : iterable of str
        Events and players.
    jobs : int, optional
        How many processes; all cores by default.
    **changes
        Parameters set otherwise, as for `Scenario.values`.

    Returns
    -------
    TriggerStudy

    Raises
    ------
    InputError
        If a value lies outside (0, 1), or there is none.
    LabelError
        For an unknown outcome.
    """
    chosen = scenario_of(scenario)
    values = sorted(exact(a, "trigger ambiguity") for a in ambiguities)
    if not values or not 0 < values[0] <= values[-1] < 1:
        raise InputError(
            "trigger ambiguity is raised over values strictly between 0 and 1: at 0 the line is "
            "sharp and at 1 the finding is a coin toss, so that no threshold holds a chance."
        )
    game, numbers = formulas(chosen), chosen.values(**changes)
    names = (outcomes,) if isinstance(outcomes, str) else tuple(outcomes)
    known = (*SHOWN, *game.structure.event_names)
    for name in names:
        if name not in known:
            raise unknown("outcome", name, known)
    places = [
        (path, trigger)
        for path in PATHS
        for a in values
        if (trigger := _held(path, a, numbers)) is not None
    ]
    points = [
        {**numbers, "trigger_ambiguity": t.trigger_ambiguity, "threshold": t.threshold}
        for _, t in places
    ]
    results = solve_points(game, points, jobs=jobs)
    steps = (TriggerStep(*place, result) for place, result in zip(places, results, strict=True))
    return TriggerStudy(chosen, names, tuple(steps))


def _held(path: str, ambiguity: Fraction, numbers: dict[str, Fraction]) -> Trigger | None:
    """The trigger with this ambiguity that holds what the path holds; None if out of reach."""
    start = chances_of_cover(numbers)
    steepness = (1 - ambiguity) / (2 * ambiguity)
    threshold = {
        PATHS[0]: start.threshold,
        PATHS[1]: 1 - (start.attack - HALF) / steepness,
        PATHS[2]: numbers["sigma"] - (start.probe - HALF) / steepness,
    }[path]
    if not 0 < threshold < 1:
        return None
    return chances_of_cover(
        {"trigger_ambiguity": ambiguity, "threshold": threshold, "sigma": numbers["sigma"]}
    )
