"""How long peace lasts: survival by arrangement, what drives it, and the best duration."""

from pathlib import Path

import matplotlib.pyplot as plt

import deterrence as dt

some = {name: dt.arrangement(name) for name in ("oped", "nato", "bilateral")}
curves = dt.survival(some, 10, levels=1)
print(curves)
print(curves.to_frame([1, 5, 10]).round(2).T.to_string())

ax = dt.plots.survival_curves(curves.grid)
picture = Path("survival.png")
ax.get_figure().savefig(picture)
plt.close()
print(picture.exists())

print("\nA guarantee that ends is waited for:")
ends = dt.vary_long_run(some["oped"], "h_end", ["0", "0.1", "0.2"], levels=1)
print(ends.filter(like="attack").round(2).to_string())

print("\nDoes the memory of a broken word deter?")
print(dt.reputation_effect(some["nato"], levels=1).filter(like="attack").round(2).to_string())

print("\nStrength and duration that are best for the Guarantor, and for Ukraine, at worst:")
design = dt.design_long_run(some["oped"], ["0.4", "0.8"], [10, None])
print(design.best("Guarantor"), design.best("Ukraine"))

# any stochastic game will do: states, a tree in each, and where its outcomes lead
game = dt.StochasticGame(
    ["Owner"],
    {
        "young": dt.Move(
            "Owner",
            (),
            {"sell": dt.Outcome({"Owner": 1}), "wait": dt.Onward({"Owner": 0}, "old")},
        ),
        "old": dt.Outcome({"Owner": 3}),
    },
    discount="0.5",
)
solution = dt.solve(game)
print(f"\n{solution.status}\n{solution[0].summary()}")
