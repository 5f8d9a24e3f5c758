"""Ambiguity as risk, as information and as ambiguity proper, at the same numbers."""

import dataclasses
from typing import Any

import deterrence as dt
from deterrence.guarantee.ambiguity import COVERED, finding_group
from deterrence.oped.readings import PROPER, RISK

# What follows the op-ed's proposal once Ukraine keeps its defence and is restrained. The whole
# tree and all readings: dt.ambiguity_readings(), in a few minutes.
prepared = dataclasses.replace(dt.arrangement("oped"), fixed={"preparation": "keep, restrained"})
table = dt.ambiguity_readings(prepared, half_width="0.1", attitudes=1, readings=[RISK, PROPER])
print(table)

# No chance of cover that both believe in deters Russia and restrains Ukraine; an interval does.
STAKES: dict[str, Any] = {"conditionality": 0, "w": "0.25", "rho": "0.35"}
found = dt.cover_thresholds(**STAKES)
print(f"\n{found}")
values = dt.arrangement("oped").values(**STAKES)
held = dt.trigger_for(dt.chances_of_cover(values).probe, found.middle, sigma=values["sigma"])
tree = dt.guarantee_game(["types", "preparation", "challenge", "finding", "response"])
game = tree.at({**values, "trigger_ambiguity": held.trigger_ambiguity, "threshold": held.threshold})
least = found.least_half_width(1)
for share in ("0.9", "1.1"):
    width = float(least) * float(share)

    def half_width(history: tuple[Any, ...], width: float = width) -> float:
        return width if history[-1] == "attack" else 0

    opened = dt.solve_opening(
        game, "Ukraine", COVERED, half_width, attitudes=1, groups=finding_group
    )
    ends = {event: opened.most_and_least(event) for event in ("attack", "provocation")}
    print(f"half-width {width:.4f}: Ukraine chooses {' or '.join(opened.playable)}; {ends}")
