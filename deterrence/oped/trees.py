"""The symbolic game behind a scenario, built once for all scenarios with the same stages."""

from __future__ import annotations

import functools
from typing import Any

from deterrence.games.tree import Game
from deterrence.guarantee.crisis import EVERY_STAGE, STAGES, guarantee_game
from deterrence.guarantee.scenario import Scenario

__all__ = ["Tree", "formulas", "tree_of"]

Tree = tuple[tuple[str, ...], tuple[tuple[str, Any], ...]]


def tree_of(scenario: Scenario) -> Tree:
    """What tells the symbolic games of two scenarios apart: stages, and how some are fixed."""
    stages = STAGES if scenario.stages is None else scenario.stages
    fixed = (
        (stage, way if isinstance(way, str) else tuple(sorted(way.items())))
        for stage, way in scenario.fixed.items()
    )
    return tuple(stage for stage in EVERY_STAGE if stage in stages), tuple(sorted(fixed))


def formulas(
    scenario: Scenario, *, response_reading: str = "latitude", finding_seen: bool = False
) -> Game:
    """The scenario's game before numbers are put in, under a reading of ambiguity."""
    return _built(tree_of(scenario), response_reading, finding_seen)


@functools.lru_cache(maxsize=8)
def _built(tree: Tree, response_reading: str, finding_seen: bool) -> Game:
    stages, fixed = tree
    ways = {stage: way if isinstance(way, str) else dict(way) for stage, way in fixed}
    return guarantee_game(
        stages,
        fixed=ways or None,
        response_reading=response_reading,
        finding_seen=finding_seen,
    )
