"""One of the package's solvers on the .efg text on standard input, in a process of its own.

    python own_child.py CONCEPT SECONDS < game.efg

Writes a line of JSON: what was found, if it comes to an end before SECONDS of CPU time are spent on
the game, where the system can limit them.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import deterrence as dt
from benchmarks.limits import limit_cpu
from deterrence.errors import LimitError


def read(text: str) -> Any:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "game.efg")
        path.write_text(text, encoding="utf-8")
        return dt.read_game(path)


def small() -> dt.Game:
    """A game whose solution loads the modules."""
    ends = {c: dt.Outcome({"P1": 0, "P2": 0, "P3": k}) for k, c in enumerate("xy")}
    inner = {b: dt.Move("P3", (), ends) for b in "xy"}
    outer = {a: dt.Move("P2", (), inner) for a in "xy"}
    return dt.Game(["P1", "P2", "P3"], dt.Move("P1", (), outer))


def main() -> None:
    concept, seconds = sys.argv[1], float(sys.argv[2])
    game = read(sys.stdin.read())
    dt.solve(small(), concept)
    limit_cpu(seconds)
    start = time.process_time()
    try:
        solution: Any = dt.solve(game, concept)
    except LimitError as refused:
        print(json.dumps({"refused": str(refused)}))
        return
    spent = time.process_time() - start
    shown = {
        "seconds": spent,
        "complete": solution.complete,
        "certified": all(e.certificate.holds for e in solution),
        "bounded": solution.envelope_is_exact,
        "components": [component.outcome() for component in solution.components],
    }
    print(json.dumps(shown))


if __name__ == "__main__":
    main()
