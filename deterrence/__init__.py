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
    from deterrence.equilibrium.lead_thresholds import lead_equilibria as lead_equilibria
    from deterrence.equilibrium.logit_path import quantal_path as quantal_path
    from deterrence.equilibrium.logit_points import quantal_equilibria as quantal_equilibria
    from deterrence.equilibrium.parameter_regions import region as region
    from deterrence.equilibrium.parameter_regions import regions as regions
    from deterrence.equilibrium.refinement import refine as refine
    from deterrence.equilibrium.region_table import region_table as region_table
    from deterrence.equilibrium.restoring import restoring_penalty as restoring_penalty
    from deterrence.equilibrium.signalled import solve_signalled as solve_signalled
    from deterrence.equilibrium.storage import load as load
    from deterrence.equilibrium.threshold import threshold_equilibria as threshold_equilibria
    from deterrence.games.collective_action import ContributionGame as ContributionGame
    from deterrence.games.collective_action import StepDensity as StepDensity
    from deterrence.games.collective_action import VotingGame as VotingGame
    from deterrence.games.nodes import Chance as Chance
    from deterrence.games.nodes import Move as Move
    from deterrence.games.nodes import Outcome as Outcome
    from deterrence.games.reading import read_game as read_game
    from deterrence.games.reading import write_game as write_game
    from deterrence.games.stochastic import Onward as Onward
    from deterrence.games.stochastic import StochasticGame as StochasticGame
    from deterrence.games.strategic import StrategicGame as StrategicGame
    from deterrence.games.tree import Game as Game
    from deterrence.guarantee.ambiguity import chances_of_cover as chances_of_cover
    from deterrence.guarantee.ambiguity import trigger_for as trigger_for
    from deterrence.guarantee.catalogue import arrangement as arrangement
    from deterrence.guarantee.catalogue import arrangements as arrangements
    from deterrence.guarantee.coalition import coalition_game as coalition_game
    from deterrence.guarantee.crisis import guarantee_game as guarantee_game
    from deterrence.guarantee.longrun import long_run_game as long_run_game
    from deterrence.guarantee.longrun_parameters import long_run_parameters as long_run_parameters
    from deterrence.guarantee.parameters import parameters as parameters
    from deterrence.guarantee.scenario_files import read_scenario as read_scenario
    from deterrence.guarantee.timing import timing_parameters as timing_parameters
    from deterrence.oped.arrangement_sample import compare_arrangements as compare_arrangements
    from deterrence.oped.bargaining import bargaining_range as bargaining_range
    from deterrence.oped.bargaining import bargaining_ranges as bargaining_ranges
    from deterrence.oped.coalition_draws import draw_coalitions as draw_coalitions
    from deterrence.oped.coalition_pledges import pledges_needed as pledges_needed
    from deterrence.oped.coalitions import compare_coalitions as compare_coalitions
    from deterrence.oped.long_run_contrast import contrast_long_run as contrast_long_run
    from deterrence.oped.long_run_effects import design_long_run as design_long_run
    from deterrence.oped.long_run_effects import reputation_effect as reputation_effect
    from deterrence.oped.long_run_effects import vary_long_run as vary_long_run
    from deterrence.oped.observed import observed as observed
    from deterrence.oped.readings import ambiguity_readings as ambiguity_readings
    from deterrence.oped.survival import survival as survival
    from deterrence.oped.talks import when_to_talk as when_to_talk
    from deterrence.oped.trigger_study import trigger_study as trigger_study
    from deterrence.oped.two_audiences import cover_thresholds as cover_thresholds
    from deterrence.oped.verdicts import claims as claims
    from deterrence.show import plots as plots
    from deterrence.study.adaptive import adaptive_sweep as adaptive_sweep
    from deterrence.study.conclusions import Conclusion as Conclusion
    from deterrence.study.designing import design as design
    from deterrence.study.flips import flips as flips
    from deterrence.study.sampled import sample as sample
    from deterrence.study.sensitivity import sensitivity as sensitivity
    from deterrence.study.shares import shares as shares
    from deterrence.study.statics import statics as statics
    from deterrence.study.sweeping import sweep as sweep
    from deterrence.study.swings import swings as swings
    from deterrence.study.thresholds import thresholds as thresholds

__version__ = "0.1.0"

# imported when first used, so that `import deterrence` stays fast
_HOMES = {
    "Chance": "deterrence.games.nodes",
    "Conclusion": "deterrence.study.conclusions",
    "ContributionGame": "deterrence.games.collective_action",
    "Game": "deterrence.games.tree",
    "Move": "deterrence.games.nodes",
    "Onward": "deterrence.games.stochastic",
    "Outcome": "deterrence.games.nodes",
    "StepDensity": "deterrence.games.collective_action",
    "StochasticGame": "deterrence.games.stochastic",
    "StrategicGame": "deterrence.games.strategic",
    "VotingGame": "deterrence.games.collective_action",
    "adaptive_sweep": "deterrence.study.adaptive",
    "ambiguity_readings": "deterrence.oped.readings",
    "arrangement": "deterrence.guarantee.catalogue",
    "arrangements": "deterrence.guarantee.catalogue",
    "bargaining_range": "deterrence.oped.bargaining",
    "bargaining_ranges": "deterrence.oped.bargaining",
    "certify": "deterrence.equilibrium.certificate",
    "chances_of_cover": "deterrence.guarantee.ambiguity",
    "claims": "deterrence.oped.verdicts",
    "coalition_game": "deterrence.guarantee.coalition",
    "compare_arrangements": "deterrence.oped.arrangement_sample",
    "compare_coalitions": "deterrence.oped.coalitions",
    "compare_concepts": "deterrence.equilibrium.concept_comparison",
    "contrast_long_run": "deterrence.oped.long_run_contrast",
    "cover_thresholds": "deterrence.oped.two_audiences",
    "design": "deterrence.study.designing",
    "design_long_run": "deterrence.oped.long_run_effects",
    "draw_coalitions": "deterrence.oped.coalition_draws",
    "explain": "deterrence.equilibrium.explaining",
    "explain_change": "deterrence.equilibrium.changes",
    "flips": "deterrence.study.flips",
    "guarantee_game": "deterrence.guarantee.crisis",
    "lead_equilibria": "deterrence.equilibrium.lead_thresholds",
    "load": "deterrence.equilibrium.storage",
    "long_run_game": "deterrence.guarantee.longrun",
    "long_run_parameters": "deterrence.guarantee.longrun_parameters",
    "observed": "deterrence.oped.observed",
    "parameters": "deterrence.guarantee.parameters",
    "pledges_needed": "deterrence.oped.coalition_pledges",
    "quantal_equilibria": "deterrence.equilibrium.logit_points",
    "quantal_path": "deterrence.equilibrium.logit_path",
    "read_game": "deterrence.games.reading",
    "read_scenario": "deterrence.guarantee.scenario_files",
    "refine": "deterrence.equilibrium.refinement",
    "region": "deterrence.equilibrium.parameter_regions",
    "region_table": "deterrence.equilibrium.region_table",
    "regions": "deterrence.equilibrium.parameter_regions",
    "reputation_effect": "deterrence.oped.long_run_effects",
    "restoring_penalty": "deterrence.equilibrium.restoring",
    "sample": "deterrence.study.sampled",
    "sensitivity": "deterrence.study.sensitivity",
    "shares": "deterrence.study.shares",
    "solve": "deterrence.equilibrium.concepts",
    "solve_ambiguous": "deterrence.equilibrium.ambiguous",
    "solve_batch": "deterrence.equilibrium.batches",
    "solve_opening": "deterrence.equilibrium.ambiguous_opening",
    "solve_signalled": "deterrence.equilibrium.signalled",
    "statics": "deterrence.study.statics",
    "survival": "deterrence.oped.survival",
    "sweep": "deterrence.study.sweeping",
    "swings": "deterrence.study.swings",
    "threshold_equilibria": "deterrence.equilibrium.threshold",
    "thresholds": "deterrence.study.thresholds",
    "timing_parameters": "deterrence.guarantee.timing",
    "trigger_for": "deterrence.guarantee.ambiguity",
    "trigger_study": "deterrence.oped.trigger_study",
    "vary_long_run": "deterrence.oped.long_run_effects",
    "when_to_talk": "deterrence.oped.talks",
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
