"""Gambit's enumpoly on games in JSON on standard input, in a process of its own.

Reads a list of games, each a list of nested payoff lists by player; writes for each the list of
profiles it finds, by player.
"""

import json
import sys

import numpy as np
import pygambit

for tables in json.load(sys.stdin):
    game = pygambit.StrategicGame.from_arrays(*(np.array(table) for table in tables))
    found = pygambit.nash.enumpoly_solve(game).equilibria
    profiles = [[[float(x) for _, x in p[player]] for player in game.players] for p in found]
    print(json.dumps(profiles), flush=True)
