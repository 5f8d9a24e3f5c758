"""Which terms both sides accept, along the strength of the guarantee."""

from pathlib import Path

import matplotlib.pyplot as plt

import deterrence as dt

STAGES = ("types", "challenge", "finding", "response")  # without Ukraine's preparation, for speed

for strength in ("0", "0.44"):
    found = dt.bargaining_range(
        "oped", stages=STAGES, accepted_by=["both types"], strength=strength, points=17
    )
    print(found, end="\n\n")

table = dt.bargaining_ranges(
    "oped",
    over="strength",
    values=[0, "0.05", "0.1", "0.44"],
    stages=STAGES,
    between=(0, "0.4"),
    points=5,
)
ax = dt.plots.bargaining_bands(table)
ax.set_title("Without a pledge, little is acceptable")
picture = Path("settlement.png")
ax.get_figure().savefig(picture)
plt.close()
print(picture.exists())
