"""A scenario file of one's own, and what moves when a stake changes."""

import tempfile
from pathlib import Path

import deterrence as dt

SCENARIO = """\
id = "mine"
label = "A clear promise of force without forces in place"
summary = "For the sake of the example; nobody has proposed it."

[instruments]
strength = 0.7
ambiguity = 0.2        # sets the ambiguity of trigger and of response together
conditionality = 0.5
automaticity = 0
presence = 0

[stakes]
k_irresolute = 0.9     # force is dearer for an irresolute Guarantor than by default
"""
with tempfile.TemporaryDirectory() as folder:
    file = Path(folder, "mine.toml")
    file.write_text(SCENARIO, encoding="utf-8")
    mine = dt.read_scenario(file)

# On the command line: deterrence solve mine.toml --at phi=0.3
CHANGES: dict[str, dict[str, str]] = {
    "as in the file": {},
    "the Guarantor is rarely resolved": {"phi": "0.3"},
    "Russia wants more": {"b_revisionist": "2.4"},
    "force in place": {"presence": "0.7"},
}
WATCHED = ("attack", "probe", "force", "defence-kept", "Ukraine")

print(f"{'':<34}" + "".join(f"{name:>16}" for name in WATCHED) + "  complete")
for title, changes in CHANGES.items():
    solution = dt.solve(mine.game(**changes))
    ends = (solution.most_and_least(name) for name in WATCHED)
    cells = (
        f"{low:.2f}" if high - low < 0.005 else f"{low:.2f} to {high:.2f}" for low, high in ends
    )
    print(f"{title:<34}" + "".join(f"{cell:>16}" for cell in cells) + f"  {solution.complete}")

print("\nWhat each number means, and where it comes from:")
table = dt.parameters()
for name in ("phi", "b_revisionist"):
    row = table.loc[name]
    print(f"  {name}: {row['meaning']} {row['low']} to {row['high']}; {row['source']}.")
