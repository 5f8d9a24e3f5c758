"""How the counts that the benchmarks quote of large maps are computed; times are not computed."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

from deterrence.games.tree import Game
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.parameters import defaults
from deterrence.oped.computations import Value, computation
from deterrence.study.adaptive import adaptive_sweep
from deterrence.study.sweeping import sweep

__all__ = ["continuation_size", "large_map", "refined_map"]

AXES = ("strength", "ambiguity")
STAGES = {
    "continuation": ("types", "challenge", "finding", "response", "test"),
    "six stages": ("types", "preparation", "challenge", "finding", "response", "test"),
}


@computation
def continuation_size(result: str) -> Value:
    """Nodes, or information sets, of the crisis after Ukraine kept its defence, provocatively."""
    game = guarantee_game(fixed={"preparation": "keep, provocative"})
    solved = game.at({name: x for name, x in defaults().items() if name in game.parameters})
    return {"nodes": len(solved), "information sets": len(solved.information_sets)}[result]


@computation
def large_map(stages: str, size: int, result: str) -> Value:
    """How many plays a map by regimes found, and how its audit went."""
    found: Value = _swept(stages, size)[result]
    return found


@functools.cache
def _swept(stages: str, size: int) -> dict[str, Any]:
    game, values = _game(stages)
    steps = [Fraction(k, size - 1) for k in range(size)]
    axes = dict.fromkeys(AXES, steps)
    grid = sweep(game, axes, fixed=values, method="regimes", audit=100)
    return {
        "plays": int(grid.sizes["play"]),
        "audited": int(grid.attrs["audited"]),
        "missed": int(grid.attrs["missed"]),
    }


@computation
def refined_map(stages: str, resolution: int) -> Value:
    """How many points an adaptive map evaluates."""
    game, values = _game(stages)
    ranges = dict.fromkeys(AXES, (0, 1))
    return int(adaptive_sweep(game, ranges, resolution, fixed=values, audit=50).attrs["evaluated"])


def _game(stages: str) -> tuple[Game, dict[str, Fraction]]:
    game = guarantee_game(STAGES[stages])
    return game, {name: x for name, x in defaults().items() if name in game.parameters}
