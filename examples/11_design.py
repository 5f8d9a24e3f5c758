"""Design a guarantee: the strength and ambiguity that serve Ukraine and the Guarantor together."""

from pathlib import Path

import matplotlib.pyplot as plt

import deterrence as dt

# a crisis of four moves at default stakes: challenge, finding and response under two kinds
game = dt.guarantee_game(["types", "challenge", "finding", "response"])
stakes = dt.arrangement("oped").values()
fixed = {name: value for name, value in stakes.items() if name in game.parameters}
goal = {"Ukraine": 1, "Guarantor": 1}

found = dt.design(game, goal, ["strength", "ambiguity"], fixed=fixed, grid=24, jobs=1)
for rule, optimum in (("worst", found.worst), ("best", found.best)):
    print(f"judged by the {rule} equilibrium: {optimum}")
    print("  attained there" if optimum.attained else "  approached there, and not attained")
    if optimum.flat:
        print(f"  as good at other values of {', '.join(optimum.flat)}")
    for binding in optimum.binding:
        print(f"  beyond the border {binding.incentive}")
print("solved completely and confirmed:", found.is_verified)

# no complete solution elsewhere is better: both payoffs added up, equilibrium by equilibrium
for strength in ("0.1", "0.5", "0.9"):
    for ambiguity in ("0.1", "0.6"):
        vague = dict.fromkeys(("trigger_ambiguity", "response_ambiguity"), ambiguity)
        solution = dt.solve(game.at({**fixed, **vague, "strength": strength}))
        sums = [outcome["Ukraine"] + outcome["Guarantor"] for outcome in solution.outcomes()]
        print(f"strength {strength}, ambiguity {ambiguity}: {min(sums):.3f} to {max(sums):.3f}")
        assert min(sums) <= found.worst.value + 1e-9
        assert max(sums) <= found.best.value + 1e-9

ax = dt.plots.design_surface(found)
picture = Path("design.png")
ax.get_figure().savefig(picture)
plt.close()
print(picture.exists())
