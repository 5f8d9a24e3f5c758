"""Game-theoretic models of deterrence, and their equilibria."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from deterrence.equilibrium.ambiguous import solve_ambiguous as solve_ambiguous
    from deterrence.equilibrium.ambiguous_opening import solve_opening as solve_opening
    from deterrence.equilibrium.batches import solve_batch as solve_batch
    from deterrence.equilibrium.certificate import certify as certify
    from deterrence.equilibrium.changes import explain_change as explain_change
    from deterrence.equilibrium.concept_comparison import compare_concepts as compare_concepts
    from deterrence.equilibrium.concepts import solve as solve
    from deterrence.equilibrium.explaining import explain as explain
    from deterrence.equilibrium.logit_path import quantal_path as quantal_path
    from deterrence.equilibrium.logit_points import quantal_equilibria as quantal_equilibria
    from deterrence.equilibrium.parameter_regions import region as region
    from deterrence.equilibrium.parameter_regions import regions as regions
    from deterrence.equilibrium.refinement import refine as refine
    from deterrence.equilibrium.region_table import region_table as region_table
    from deterrence.equilibrium.storage import load as load
    from deterrence.games.reading import read_game as read_game
    from deterrence.games.reading import write_game as write_game
    from deterrence.games.strategic import StrategicGame as StrategicGame
    from deterrence.games.tree import Chance as Chance
    from deterrence.games.tree import Game as Game
    from deterrence.games.tree import Move as Move
    from deterrence.games.tree import Outcome as Outcome
    from deterrence.guarantee.ambiguity import chances_of_cover as chances_of_cover
    from deterrence.guarantee.ambiguity import trigger_for as trigger_for
    from deterrence.guarantee.catalogue import arrangement as arrangement
    from deterrence.guarantee.catalogue import arrangements as arrangements
    from deterrence.guarantee.crisis import guarantee_game as guarantee_game
    from deterrence.guarantee.parameters import parameters as parameters
    from deterrence.guarantee.scenario import read_scenario as read_scenario
    from deterrence.oped.readings import ambiguity_readings as ambiguity_readings
    from deterrence.oped.trigger_study import trigger_study as trigger_study
    from deterrence.oped.two_audiences import cover_thresholds as cover_thresholds
    from deterrence.show import plots as plots
    from deterrence.study.adaptive import adaptive_sweep as adaptive_sweep
    from deterrence.study.conclusions import Conclusion as Conclusion
    from deterrence.study.designing import design as design
    from deterrence.study.flips import flips as flips
    from deterrence.study.sensitivity import sensitivity as sensitivity
    from deterrence.study.shares import shares as shares
    from deterrence.study.statics import statics as statics
    from deterrence.study.sweeping import sweep as sweep
    from deterrence.study.swings import swings as swings
    from deterrence.study.thresholds import thresholds as thresholds

__version__ = "0.1.0"

# imported when first used, so that `import deterrence` stays fast
_HOMES = {
    "Chance": "deterrence.games.tree",
    "Conclusion": "deterrence.study.conclusions",
    "Game": "deterrence.games.tree",
    "Move": "deterrence.games.tree",
    "Outcome": "deterrence.games.tree",
    "StrategicGame": "deterrence.games.strategic",
    "adaptive_sweep": "deterrence.study.adaptive",
    "ambiguity_readings": "deterrence.oped.readings",
    "arrangement": "deterrence.guarantee.catalogue",
    "arrangements": "deterrence.guarantee.catalogue",
    "certify": "deterrence.equilibrium.certificate",
    "chances_of_cover": "deterrence.guarantee.ambiguity",
    "compare_concepts": "deterrence.equilibrium.concept_comparison",
    "cover_thresholds": "deterrence.oped.two_audiences",
    "design": "deterrence.study.designing",
    "explain": "deterrence.equilibrium.explaining",
    "explain_change": "deterrence.equilibrium.changes",
    "flips": "deterrence.study.flips",
    "guarantee_game": "deterrence.guarantee.crisis",
    "load": "deterrence.equilibrium.storage",
    "parameters": "deterrence.guarantee.parameters",
    "quantal_equilibria": "deterrence.equilibrium.logit_points",
    "quantal_path": "deterrence.equilibrium.logit_path",
    "read_game": "deterrence.games.reading",
    "read_scenario": "deterrence.guarantee.scenario",
    "refine": "deterrence.equilibrium.refinement",
    "region": "deterrence.equilibrium.parameter_regions",
    "region_table": "deterrence.equilibrium.region_table",
    "regions": "deterrence.equilibrium.parameter_regions",
    "sensitivity": "deterrence.study.sensitivity",
    "shares": "deterrence.study.shares",
    "solve": "deterrence.equilibrium.concepts",
    "solve_ambiguous": "deterrence.equilibrium.ambiguous",
    "solve_batch": "deterrence.equilibrium.batches",
    "solve_opening": "deterrence.equilibrium.ambiguous_opening",
    "statics": "deterrence.study.statics",
    "sweep": "deterrence.study.sweeping",
    "swings": "deterrence.study.swings",
    "thresholds": "deterrence.study.thresholds",
    "trigger_for": "deterrence.guarantee.ambiguity",
    "trigger_study": "deterrence.oped.trigger_study",
    "write_game": "deterrence.games.reading",
}

__all__ = [*_HOMES, "plots"]


def __getattr__(name: str) -> Any:
    if name == "plots":
        return importlib.import_module("deterrence.show.plots")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'deterrence' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *__all__])
