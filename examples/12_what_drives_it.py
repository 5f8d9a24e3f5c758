"""What an attack hangs on: nearest flips, directions, shares of the ranges, Sobol indices."""

from pathlib import Path

import matplotlib.pyplot as plt

import deterrence as dt

# a crisis of four moves; the numbers are those of the op-ed's proposal
game = dt.guarantee_game(["types", "challenge", "finding", "response"])
values = dt.arrangement("oped").values()
at = {name: value for name, value in values.items() if name in game.parameters}
names = ["strength", "b_revisionist", "c_A", "c_F"]

flips = dt.flips(game, "most attack < 0.5", names, at=at, scan=5, jobs=1)
print(flips.conclusion, "holds" if flips.holds else "does not hold")
print(flips.to_frame()[["parameter", "present", "nearest", "share"]].round(3).to_string())

# under a weaker guarantee Russia attacks; what moves its payoff there
directions = dt.statics(game, "Russia", names, at={**at, "strength": "0.1"})
print(directions.to_frame()[["parameter", "least", "most", "agree"]].round(3).to_string())

# the rest stays as it is
rest = {name: value for name, value in at.items() if name not in names}
regimes = dt.shares(game.at(rest), classify=["attack", "force"], samples=16, jobs=1)
print(regimes.to_frame()[["regime", "exists", "only"]].to_string())

indices = dt.sensitivity(game.at(rest), "attack", samples=16, store="points.jsonl", jobs=1)
print(indices.to_frame().round(2).to_string())
print(indices.status)

for name, draw, record in (
    ("flips.png", dt.plots.flips, flips),
    ("directions.png", dt.plots.statics, directions),
    ("shares.png", dt.plots.shares, regimes),
):
    draw(record).get_figure().savefig(name)
    plt.close()
    print(Path(name).exists())
