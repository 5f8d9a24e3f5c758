"""When to talk: the balances at which Ukraine settles, and what it costs to be pushed."""

from pathlib import Path

import matplotlib.pyplot as plt

import deterrence as dt

found = dt.when_to_talk(dt.arrangement("oped"), points=8, deadlines=(0, 3, 12))
print(found)
columns = ["terms", "fight", "settle", "value", "stops", "push 0 m", "push 12 m"]
print(found.to_frame()[columns].round(3).to_string())

ax = dt.plots.stopping(found.grid)
picture = Path("talks.png")
ax.get_figure().savefig(picture)
plt.close()
print(picture.exists())

for aid in ("0", "1"):
    moved = dt.when_to_talk(dt.arrangement("oped"), {"g": aid}, points=4, deadlines=(0,))
    print(f"wartime aid {aid}: settles at {moved.region('guarantee')}")
