"""The symbolic game behind a scenario, built once for all scenarios with the same stages."""

from __future__ import annotations

from deterrence.games.tree import Game
from deterrence.guarantee.scenario import Scenario

__all__ = ["formulas"]


def formulas(
    scenario: Scenario, *, response_reading: str = "latitude", finding_seen: bool = False
) -> Game:
    """The scenario's game before numbers are put in, under a reading of ambiguity."""
    return scenario.tree.game(response_reading=response_reading, finding_seen=finding_seen)
