"""Scenarios whose games are small, and results made up for tables."""

from collections.abc import Mapping
from fractions import Fraction

from deterrence.guarantee.scenario import Scenario
from deterrence.oped.comparison import Comparison
from deterrence.study.results import PointResult

OPEN = {
    "strength": Fraction(3, 5),
    "trigger_ambiguity": Fraction(1, 5),
    "response_ambiguity": Fraction(1, 5),
    "threshold": Fraction(1, 2),
    "conditionality": Fraction(0),
    "defence_condition": Fraction(0),
    "automaticity": Fraction(0),
    "presence": Fraction(0),
}


def scenario(
    name: str, stages: tuple[str, ...] = ("challenge", "response"), **changes: str
) -> Scenario:
    numbers = OPEN | {key: Fraction(value) for key, value in changes.items()}
    return Scenario(name, f"Label of {name}", f"About {name}.", {}, {}, numbers, {}, stages)


def result(least: Mapping[str, float], most: Mapping[str, float] | None = None) -> PointResult:
    most = least if most is None else most
    outcomes = (least,) if least == most else (least, most)
    return PointResult(
        point={},
        complete=True,
        components=len(outcomes),
        least=least,
        most=most,
        outcomes=outcomes if least else (),
        capped=False,
        seconds=0.0,
        status="Complete.",
        error="",
    )


def comparison(
    results: Mapping[str, tuple[PointResult, ...]], *, drawn: bool = False
) -> Comparison:
    outcomes = tuple(next(iter(results.values()))[0].least)
    scenarios = {name: scenario(name) for name in results}
    return Comparison(scenarios, outcomes, results, drawn)
