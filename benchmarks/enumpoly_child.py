"""Gambit's enumpoly on many games, in a process of its own.

    python enumpoly_child.py < games.json

Reads a list of games, each a list of the players' payoff tables in whole numbers. Writes one line
of JSON for each: the CPU seconds it took, the game's making not counted, and the profiles found.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import pygambit


def main() -> None:
    for tables in json.load(sys.stdin):
        game = pygambit.StrategicGame.from_arrays(*(np.array(table) for table in tables))
        start = time.process_time()
        found = pygambit.nash.enumpoly_solve(game).equilibria
        seconds = time.process_time() - start
        profiles = [[[float(x) for _, x in p[player]] for player in game.players] for p in found]
        print(json.dumps({"seconds": seconds, "profiles": profiles}), flush=True)


if __name__ == "__main__":
    main()
