"""What a guarantee leads to over its strength and ambiguity: a large map by regimes."""

from pathlib import Path

import matplotlib.pyplot as plt

import deterrence as dt

# a crisis without the test: types, challenge, finding, response; default stakes
game = dt.guarantee_game(["types", "challenge", "finding", "response"])
stakes = dt.arrangement("oped").values()
fixed = {name: value for name, value in stakes.items() if name in game.parameters}
steps = [k / 60 for k in range(61)]
grid = dt.sweep(
    game,
    {"strength": steps, "ambiguity": steps},
    fixed=fixed,
    classify=["attack", "force"],
    method="regimes",
    audit=50,
    jobs=1,
)
print(grid.sizes["play"], "plays;", grid.attrs["audit"])
for regime, points in grid["regime"].to_series().value_counts().items():
    print(f"{points:5} points: {regime}")

several = (grid["regimes"] > 1).mean().item()
print(f"several regimes exist at {several:.0%} of the points")

ax = dt.plots.phase_map(grid, "ambiguity", "strength")
picture = Path("map.png")
ax.get_figure().savefig(picture)
plt.close()
print(picture.exists())
