"""The package's pictures: each function returns matplotlib Axes and shows nothing by itself."""

from __future__ import annotations

from deterrence.show.bands import event_bands
from deterrence.show.bargaining_bands import bargaining_bands
from deterrence.show.best_dots import best_arrangements
from deterrence.show.claim_pictures import claim_points, verdicts
from deterrence.show.coalition_curves import coalitions
from deterrence.show.design_surface import design_surface
from deterrence.show.envelope_table import envelope_bars
from deterrence.show.flip_dots import flips
from deterrence.show.isoquants import isoquants
from deterrence.show.phase_map import phase_map
from deterrence.show.quantal_curves import quantal_path
from deterrence.show.region_picture import regions
from deterrence.show.sensitivity_bars import sensitivity, tornado
from deterrence.show.share_bars import shares
from deterrence.show.slices import slices
from deterrence.show.statics_dots import statics
from deterrence.show.stopping import stopping
from deterrence.show.survival_curves import survival_curves
from deterrence.show.tree_picture import tree

__all__ = [
    "bargaining_bands",
    "best_arrangements",
    "claim_points",
    "coalitions",
    "design_surface",
    "envelope_bars",
    "event_bands",
    "flips",
    "isoquants",
    "phase_map",
    "quantal_path",
    "regions",
    "sensitivity",
    "shares",
    "slices",
    "statics",
    "stopping",
    "survival_curves",
    "tornado",
    "tree",
    "verdicts",
]
