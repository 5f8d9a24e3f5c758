"""One of Gambit's methods on the .efg text on standard input, in a process of its own.

    python gambit_child.py METHOD SECONDS < game.efg

Writes two lines of JSON: what Gambit read, then, if it comes to an end, what it found, with payoffs
and the largest gain by a deviation. Where the system can limit a process's CPU time, it ends this
one after SECONDS of work on the game.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pygambit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.limits import limit_cpu

METHODS: dict[str, Callable[[Any], Any]] = {
    "logit_solve": pygambit.nash.logit_solve,
    "enumpoly_solve": pygambit.nash.enumpoly_solve,
    "enumpure_agent_solve": pygambit.nash.enumpure_agent_solve,
    "enumpure_solve": pygambit.nash.enumpure_solve,
    "lcp_solve": lambda game: pygambit.nash.lcp_solve(game, rational=False),
}


def profiles(result: Any) -> list[Any]:
    """What was found; a path that leads to one equilibrium may end before it."""
    if hasattr(result, "equilibria"):
        return list(result.equilibria)
    return [] if result.equilibrium is None else [result.equilibrium]


def main() -> None:
    method, seconds = sys.argv[1], float(sys.argv[2])
    text = sys.stdin.read()
    limit_cpu(seconds)
    start = time.process_time()
    game = pygambit.read_efg(io.StringIO(text))
    reading = time.process_time() - start
    even = game.mixed_behavior_profile(rational=True).payoffs
    read = {"even": {player: str(even[player]) for player in game.players}}
    print(json.dumps(read), flush=True)
    start = time.process_time()
    found = profiles(METHODS[method](game))
    solving = time.process_time() - start
    rows = [[float(p.payoffs[player]) for player in game.players] for p in found]
    regrets = [float(p.max_regret()) for p in found]
    shown = {"profiles": len(found), "payoffs": rows, "regrets": regrets}
    print(json.dumps({"seconds": reading + solving, **shown}))


if __name__ == "__main__":
    main()
