"""A map's points by Gambit: one equilibrium, or all of them, at a handful of points.

python -m benchmarks.map_gambit [--game NAME] [--points N] [--limit SECONDS]

Every method gets the same games, Gambit as .efg text in a process of its own with a limit of CPU
time. What a map of a million points would take is the time of a point, times a million.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

import deterrence as dt
from benchmarks.maps import STAGES, game_and_values
from benchmarks.sequential import child, walk
from deterrence.games.efg_writing import efg_text

METHODS = {
    "logit_solve": "Gambit: the logit path, one equilibrium",
    "enumpoly_solve": "Gambit: enumpoly, all Nash equilibria",
}
MILLION = 1_000_000
DAY = 86_400


@dataclass(frozen=True)
class Spent:
    """CPU seconds at one point; without an answer, the limit, and `answered` is False."""

    what: str
    seconds: float
    answered: bool


def games(name: str, count: int, seed: int = 0) -> Iterator[dt.Game]:
    """The game at random points of the map."""
    game, values = game_and_values(name)
    rng = np.random.default_rng(seed)
    for strength, ambiguity in rng.integers(1, 1000, (count, 2)).tolist():
        vague = Fraction(ambiguity, 1000)
        moved = dict.fromkeys(("trigger_ambiguity", "response_ambiguity"), vague)
        yield game.at({**values, **moved, "strength": Fraction(strength, 1000)})


def own(game: dt.Game) -> Iterator[Spent]:
    """The package's complete set with its envelope, and one certified equilibrium."""
    start = time.process_time()
    solution = dt.solve(game)
    solution.envelope()
    yield Spent("deterrence: all sequential equilibria", time.process_time() - start, True)
    holds = solution[0].certificate.holds
    yield Spent("  and one of them certified", time.process_time() - start, bool(holds))


def gambit(game: dt.Game, limit: float) -> Iterator[Spent]:
    """Gambit's methods, after it has shown that it read this game."""
    text = efg_text(game, "a point of the map")
    even: Any = dict(zip(game.players, map(str, walk(game.root, game.players)), strict=True))
    for method, what in METHODS.items():
        lines, _ = child(method, text, limit)
        if lines and json.loads(lines[0])["even"] != even:
            raise SystemExit(f"Gambit read another game than was written: {lines[0]}")
        answered = len(lines) == 2 and json.loads(lines[1])["profiles"] > 0
        seconds = json.loads(lines[1])["seconds"] if answered else limit
        yield Spent(what, seconds, answered)


def line(what: str, found: list[Spent]) -> str:
    """The mean time of a point, and a million times that."""
    mean = sum(one.seconds for one in found) / len(found)
    answered = sum(one.answered for one in found)
    bound = " " if answered == len(found) else ">"
    days = f"{bound} {mean * MILLION / DAY:,.1f}"
    return f"{what:42}{answered:>6} of {len(found)}{bound + f' {mean:.3f}':>14}{days:>18}"


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--game", choices=list(STAGES), default="continuation")
    parser.add_argument("--points", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60, help="CPU seconds for each method")
    given = parser.parse_args(arguments)
    spent: dict[str, list[Spent]] = {}
    next(iter(own(next(games(given.game, 1, seed=1)))))  # modules are loaded once
    for n, game in enumerate(games(given.game, given.points), 1):
        print(f"point {n} of {given.points}, {len(game)} nodes", file=sys.stderr, flush=True)
        for one in (*own(game), *gambit(game, given.limit)):
            spent.setdefault(one.what, []).append(one)
    print(f"{given.game}: at most {given.limit:g} s of CPU time for each of Gambit's methods")
    print(f"{'':42}{'answered':>11}{'s a point':>14}{'days a million':>18}")
    for what, found in spent.items():
        print(line(what, found))


if __name__ == "__main__":
    main()
