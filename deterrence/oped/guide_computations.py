"""How the results that the guides quote are computed: by guide, each result under its name."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.parameter_regions import Region, region
from deterrence.equilibrium.region_table import region_table
from deterrence.oped import guide_games as games
from deterrence.oped.computations import Value, computation
from deterrence.study.adaptive import adaptive_sweep
from deterrence.study.designing import design
from deterrence.study.flips import flips
from deterrence.study.sampled import sample
from deterrence.study.shares import shares
from deterrence.study.statics import statics
from deterrence.study.sweeping import sweep
from deterrence.study.thresholds import thresholds

__all__ = [
    "design_a_guarantee",
    "find_a_threshold",
    "map_a_million_points",
    "points_anywhere",
    "what_drives_a_conclusion",
]


@computation
def find_a_threshold(result: str) -> Value:
    """A result of the guide on thresholds."""
    return _thresholds()[result]


@functools.cache
def _thresholds() -> dict[str, Value]:
    game, numbers = games.unilateral_deterrence(), games.CREDIBILITY
    found = _separating()
    (branch,) = found.branches
    bounds = found.thresholds("p_def")
    (part,) = found.interval("p_def", {**numbers, "p_ch": "0.5"})
    along = thresholds(game, "p_def", fixed={**numbers, "p_ch": "0.5"}, jobs=1)
    inside = [0.4, 0.55, 0.65, 0.7]
    at = {name: float(Fraction(value)) for name, value in numbers.items()}
    return {
        "constraints": str((len(branch.constraints), len(branch.implied))),
        "bounds": "\n".join(map(str, bounds)),
        "blocked": "\n".join(rows[0].about() for rows in bounds.values()),
        "interval": str((part,)),
        "least": str(part.inf),
        "condition": str(region_table({"Separating": found}).to_frame()["condition"][0]),
        "contains": str([bool(found.contains(at, p_ch=0.5, p_def=x)) for x in inside]),
        "lower": float(along["to"][0]),
        "upper": float(along["to"][1]),
        "rows": len(along),
        "width": bool(along.attrs["width"] < 1e-5),
    }


def _separating() -> Region:
    """The region of the equilibrium in which a hard Challenger alone demands."""
    game = games.unilateral_deterrence()
    solution = solve(game.at(games.CREDIBILITY, p_ch="0.5", p_def="0.6"))
    chosen = next(e for e in solution if e.strategy["Challenger"][("hard",)]["demand"] == 1)
    return region(game, chosen, games.ordered_payoffs())


@computation
def map_a_million_points(result: str) -> Value:
    """A result of the guide on maps."""
    return _million()[result] if result in MAP else _refined()[result]


MAP = ("points", "most", "play", "plays", "audit", "bound", "percent")


@functools.cache
def _million() -> dict[str, Value]:
    axes = {"prize": _even(-1, 2, 121), "pain": _even(0, 2, 101)}
    grid = sweep(games.two_at_once(), axes, jobs=1)
    here = grid.sel(prize=1.4, pain=1, method="nearest")
    bound = float(grid.attrs["share_wrong_at_most"])
    return {
        "points": grid.sizes["prize"] * grid.sizes["pain"],
        "most": float(here.most.sel(outcome="attack").item()),
        "play": str(grid.play.values[-1]),
        "plays": int(here.plays.item()),
        "audit": str((grid.attrs["audited"], grid.attrs["missed"])),
        "bound": round(bound, 3),
        "percent": 100 * bound,
    }


def _even(low: int, high: int, count: int) -> list[float]:
    return [low + (high - low) * k / (count - 1) for k in range(count)]


@functools.cache
def _refined() -> dict[str, Value]:
    ranges = {"prize": (-1, 2), "pain": (0, 2)}
    coarse, fine = (adaptive_sweep(games.two_at_once(), ranges, n, jobs=1) for n in (128, 1024))
    return {
        "resolution": float(fine.attrs["finest"] / coarse.attrs["finest"]),
        "cheaper": bool(fine.attrs["evaluated"] / coarse.attrs["evaluated"] < 8),
        "border": round(float(fine.attrs["share_in_border_boxes"]), 3),
    }


@computation
def points_anywhere(result: str) -> Value:
    """A cloud of points of the guide's two games at once: "attack" or "audit"."""
    return _cloud()[result]


@functools.cache
def _cloud() -> dict[str, Value]:
    rng = np.random.default_rng(0)
    drawn = {"prize": rng.uniform(-1, 2, 3000), "pain": rng.uniform(0, 2, 3000)}
    cloud = sample(games.two_at_once(), drawn, jobs=1)
    always = float((cloud.least.sel(outcome="attack") == 1).mean())
    sometimes = round(float((cloud.most.sel(outcome="attack") > 0).mean()), 2)
    audit = tuple(int(cloud.attrs[name]) for name in ("audited", "missed", "unknown"))
    return {"attack": str((always, sometimes)), "audit": str(audit)}


@computation
def design_a_guarantee(result: str) -> Value:
    """A result of the guide on design."""
    return _designs()[result]


@functools.cache
def _designs() -> dict[str, Value]:
    game, free = games.priced_attack(), ["strength"]
    known: Any = {"fixed": {"prize": "0.6"}, "jobs": 1}
    found = design(game, "Guarantor", free, **known)
    sample = [{"prize": "0.4"}, {"prize": "0.8"}]
    misjudged = design(game, "Guarantor", free, **known, stakes=sample, select="best")
    regret = misjudged.best.regret
    assert regret is not None  # stakes were given
    robust = design(
        game,
        "Guarantor",
        free,
        stakes={"prize": ("0.4", 1)},
        robust=True,
        select="best",
        samples=4,
        jobs=1,
    )
    return {
        "best": repr(found.best),
        "attained": str((found.best.attained, found.worst.attained)),
        "limit": float(found.worst.limit_value),
        "binding": str(found.worst.binding[0].incentive),
        "regret": str(regret["regret"].round(6).tolist()),
        "robust": repr(robust.best),
    }


@computation
def what_drives_a_conclusion(result: str) -> Value:
    """A result of the guide on what drives a conclusion."""
    return _driven()[result]


@functools.cache
def _driven() -> dict[str, Value]:
    game, at = games.resolve_and_cost(), games.CRISIS
    found = flips(game, "most attack < 0.5", at=at, scan=9, jobs=1)
    nearest = found.nearest("cost")
    only = {name: at[name] for name in ("cost", "prize", "pain")}
    regimes = shares(game.at(only), classify=["attack"], samples=64, jobs=1).to_frame()
    inside = statics(game, "Russia", at={**at, "resolve": "0.2"}).to_frame()
    shown = found.to_frame()[["parameter", "present", "formula", "share"]].round(2)
    return {
        "holds": found.holds,
        "flips": shown.to_string(index=False),
        "binds": "" if nearest is None else str(nearest.binds),
        "shares": regimes[["regime", "only"]].round(1).to_string(index=False),
        "slopes": inside[["parameter", "least", "most", "agree"]].to_string(index=False),
    }
