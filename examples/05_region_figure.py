"""A figure of a book from formulas alone: the equilibria of the Unilateral Deterrence Game."""

import itertools
from pathlib import Path

import matplotlib.pyplot as plt
import sympy

import deterrence as dt
from deterrence.literature.perfect_deterrence import unilateral_deterrence

game = unilateral_deterrence()
PAYOFFS = {
    "c_SQ": "0.6",
    "c_DC": 1,
    "c_CD": "0.2",
    "c_DD_hard": "0.4",
    "c_DD_soft": 0,
    "d_SQ": 1,
    "d_DC": "0.3",
    "d_CD": "0.8",
    "d_DD_hard": "0.5",
    "d_DD_soft": 0,
}


def rising(names: str) -> list[sympy.Rel]:
    row = [sympy.Symbol(name, real=True) for name in names.split()]
    return [low < high for low, high in itertools.pairwise(row)]


assume = rising("c_DD_soft c_CD c_DD_hard c_SQ c_DC")
assume += rising("d_DD_soft d_DC d_DD_hard d_CD d_SQ")

# one point inside each region, and what the hard and the soft Challenger and the Defender do there
POINTS = {
    "Certain Deterrence": ("0.5", "0.8", 0, 0),
    "Separating": ("0.5", "0.6", 1, 0),
    "Bluff": ("0.3", "0.2", 1, None),
    "Attack": ("0.8", "0.2", 1, 1),
}
regions = {}
for name, (p_ch, p_def, hard, soft) in POINTS.items():
    for equilibrium in dt.solve(game.at(PAYOFFS, p_ch=p_ch, p_def=p_def)):
        demand = [
            equilibrium.strategy["Challenger"][(kind,)]["demand"] for kind in ("hard", "soft")
        ]
        if demand[0] == hard and (soft is None or demand[1] == soft):
            regions[name] = dt.region(game, equilibrium, assume)
            break

profiles = dt.region_table(regions).to_frame()["profile"]
for (name, region), profile in zip(regions.items(), profiles, strict=True):
    print(name, f"profile: {profile}", *map(str, region.constraints), sep="\n    ")

numbers = {name: float(value) for name, value in PAYOFFS.items()}
ax = dt.plots.regions(regions, "p_def", "p_ch", numbers)
ax.set_title("Unilateral Deterrence Game, after Zagare and Kilgour (2000)")
picture = Path("regions.png")
ax.get_figure().savefig(picture)
plt.close()
print(picture.exists())
