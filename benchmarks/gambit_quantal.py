"""Gambit's logit path through a game on standard input, in a process of its own.

    python gambit_quantal.py SECONDS < task.json

The task has the game as "text" in .efg or .nfg, "regret", a share of the payoff span or null, and
"precisions". Writes one line of JSON for each answer as it comes: the points at these precisions,
then, unless "regret" is null, the end of the path. Where the system can limit a process's CPU time,
it ends this one after SECONDS of work.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Callable, Iterator
from typing import Any

import pygambit
from gambit_child import limit_cpu
from pygambit.qre import logit_solve_lambda

ENOUGH, MOST_RUNS = 0.1, 10  # seconds, and runs, after which a task is not timed again
Rows = list[list[float]]


def rows(game: Any, profile: Any, tree: bool) -> Iterator[list[float]]:
    """Probabilities by player and, in trees, by information set in the order of the file."""
    for player in game.players:
        mixtures = [mixed for _, mixed in profile[player]] if tree else [profile[player]]
        for mixed in mixtures:
            yield [float(p) for _, p in mixed]


def timed(solve: Callable[[], Any]) -> tuple[float, Any]:
    """The least of several times, for what is short."""
    times: list[float] = []
    while not times or (sum(times) < ENOUGH and len(times) < MOST_RUNS):
        start = time.perf_counter()
        found = solve()
        times.append(time.perf_counter() - start)
    return min(times), found


def main() -> None:
    task = json.load(sys.stdin)
    tree = task["text"].startswith("EFG")
    read = pygambit.read_efg if tree else pygambit.read_nfg
    game = read(io.StringIO(task["text"]))
    limit_cpu(float(sys.argv[1]))

    for precision in task["precisions"]:
        spent, (point,) = timed(lambda at=precision: logit_solve_lambda(game, at))
        answer(spent, list(rows(game, point.profile, tree)))
    if task["regret"] is None:
        return
    spent, result = timed(lambda: pygambit.nash.logit_solve(game, maxregret=task["regret"]))
    found = result.equilibrium
    answer(spent, None if found is None else list(rows(game, found, tree)))


def answer(seconds: float, profile: Rows | None) -> None:
    print(json.dumps({"seconds": seconds, "profile": profile}), flush=True)


if __name__ == "__main__":
    main()
