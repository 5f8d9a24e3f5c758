"""All equilibria of small two-player games: time and what is missed, side by side in one run.

python -m benchmarks.two_players [--games N] [--seed N]
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import nashpy
import numpy as np

import deterrence as dt

SIZES = (2, 3, 4)
KINDS = {"payoffs in {0, 1, 2}": 3, "payoffs below 1000": 1000}
BATCH = 50  # games in a batch for each game solved alone
SAME = 6  # decimals

Points = set[tuple[float, ...]]


@dataclass(frozen=True)
class Row:
    """One method on one kind of game."""

    size: int
    kind: str
    method: str
    seconds: float  # a game
    missed: int  # games of which an extreme equilibrium is missing
    wrong: int  # games with a profile that is no extreme equilibrium


def methods() -> dict[str, Callable[[Any, Any], Points]]:
    """Each gives the equilibria of one game."""
    found: dict[str, Callable[[Any, Any], Points]] = {
        "deterrence, exact": lambda a, b: _own(a, b, None),
        "deterrence, tol=1e-9": lambda a, b: _own(a, b, 1e-9),
        "nashpy, supports": lambda a, b: _points(nashpy.Game(a, b).support_enumeration()),
        "nashpy, vertices": _nashpy_vertices,
    }
    if importlib.util.find_spec("pygambit"):
        found["Gambit, enummixed"] = _gambit
    return found


def _own(a: Any, b: Any, tol: float | None) -> Points:
    solution: Any = dt.solve(dt.StrategicGame({"row": a, "column": b}), tol=tol)
    return _points(e.profile for e in solution.extreme)


def _nashpy_vertices(a: Any, b: Any) -> Points:
    try:
        return _points(nashpy.Game(a, b).vertex_enumeration())
    except TypeError:  # on some degenerate games
        return set()


def _gambit(a: Any, b: Any) -> Points:
    import pygambit

    game = pygambit.StrategicGame.from_dict({"row": a, "column": b})
    found = pygambit.nash.enummixed_solve(game, rational=False).equilibria
    return _points([[float(x) for _, x in profile[p]] for p in game.players] for profile in found)


def _points(profiles: Any) -> Points:
    rows = (np.concatenate([np.asarray(part, dtype=float) for part in p]) for p in profiles)
    return {tuple((np.round(row, SAME) + 0.0).tolist()) for row in rows}


def measure(games: int, seed: int) -> Iterator[Row]:
    """Rows, one size and kind after the other."""
    for size in SIZES:
        for kind, most in KINDS.items():
            a, b = np.random.default_rng([seed, size, most]).integers(
                0, most, (2, games, size, size)
            )
            truth = [_own(x, y, None) for x, y in zip(a, b, strict=True)]
            for name, method in methods().items():
                start = time.perf_counter()
                with warnings.catch_warnings():
                    warnings.simplefilter("ignore")
                    found = [method(x, y) for x, y in zip(a, b, strict=True)]
                spent = (time.perf_counter() - start) / games
                yield Row(size, kind, name, spent, *_faults(truth, found))
            yield _batch(a, b, truth, size, kind)


def _batch(a: Any, b: Any, truth: list[Points], size: int, kind: str) -> Row:
    many = {"row": np.tile(a, (BATCH, 1, 1)), "column": np.tile(b, (BATCH, 1, 1))}
    dt.solve_batch({name: table[:10] for name, table in many.items()})  # plans are made once
    start = time.perf_counter()
    batch: Any = dt.solve_batch(many)
    spent = (time.perf_counter() - start) / len(batch)
    found = [
        _points(
            zip(*(batch.strategies[p][k, : batch.count[k]] for p in batch.players), strict=True)
        )
        for k in range(len(truth))
    ]
    return Row(size, kind, "deterrence, solve_batch", spent, *_faults(truth, found))


def _faults(truth: list[Points], found: list[Points]) -> tuple[int, int]:
    pairs = list(zip(truth, found, strict=True))
    return sum(bool(t - f) for t, f in pairs), sum(bool(f - t) for t, f in pairs)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    if options.games < 1 or options.seed < 0:
        parser.error("--games is at least 1 and --seed at least 0")
    print(f"{'game':6}{'kind':22}{'method':26}{'us a game':>12}{'missed':>8}{'wrong':>7}")
    for row in measure(options.games, options.seed):
        name = f"{row.size}x{row.size}"
        time_ = f"{row.seconds * 1e6:,.2f}"
        print(f"{name:6}{row.kind:22}{row.method:26}{time_:>12}{row.missed:>8}{row.wrong:>7}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
