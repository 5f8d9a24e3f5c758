"""One guarantor or thirty, by which rule, and what pledges must be worth to make up for numbers."""

import matplotlib.pyplot as plt
from scipy.stats import uniform

import deterrence as dt

# Three guarantors of unequal size, exactly: the first has half of everything and leads.
numbers = dt.arrangement("ksc").values()
tree = dt.coalition_game(
    3, "lead", shares=["1/2", "1/3", "1/6"], fixed={"types": {"Russia": "revisionist"}}
)
for bilateral in ("0", "0.2", "0.4"):
    solution = dt.solve(tree.at(numbers, bilateral=bilateral))
    low, high = solution.most_and_least("attack")
    print(f"bilateral {bilateral}: attack {low:.2f} to {high:.2f}, complete: {solution.complete}")

# Many that are alike: one row for each symmetric equilibrium.
rules = ["individual", "lead", "majority", "unanimity"]
figure, axes = plt.subplots(1, 2, figsize=(11, 4), layout="constrained", sharey=True)
for ax, bilateral in zip(axes, ("0", "0.3"), strict=True):
    found = dt.compare_coalitions("ksc", [1, 2, 3, 5, 10, 30], rules, bilateral=bilateral)
    dt.plots.coalitions(found.table, ax, outcome="force")
    ax.set_title(f"bilateral pledges of strength {bilateral}")
    assert found.complete
figure.savefig("coalitions.png")
print("\nLost against one guarantor, with bilateral pledges of 0.3:")
print(found.lost()["force"]["least"].unstack("rule").round(2).to_string())

# A game of one's own: three of five must act, at costs between 0.1 and 0.5.
game = dt.ContributionGame.at_least(3, 5, benefit=1.0, cost=uniform(0.1, 0.4))
print(f"\n{dt.threshold_equilibria(game)}")
for on in ("failure", "shirking"):
    needed = dt.restoring_penalty(game, 0.95, on)
    print(
        f"a penalty on {on} for a response with probability 0.95: "
        f"{needed.reached[1]:.3f} in some equilibrium, {needed.secure[1]:.3f} in all"
    )
