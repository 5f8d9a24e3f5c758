"""All isolated equilibria of games with three and more players, beside Gambit's enumpoly.

python -m benchmarks.three_players [--games N] [--seed N] [--limit SECONDS]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

import deterrence as dt
from deterrence.equilibrium.mixed_profiles import check_profile

SHAPES = ((2, 2, 2), (3, 3, 3), (2, 2, 2, 2), (2, 2, 2, 2, 2))
MOST = 100  # size of a payoff
NEAR = 1e-4  # enumpoly's profiles are not refined
SMALL = Fraction(1, 10**5)  # share of the payoff span that may be gained at them
CHILD = Path(__file__).with_name("enumpoly_child.py")

Points = list[np.ndarray[Any, Any]]


@dataclass(frozen=True)
class Row:
    """One method on games of one shape."""

    shape: tuple[int, ...]
    method: str
    seconds: float  # of CPU a game, the median
    mean: float
    games: int  # that it finished, and whose set is proved to be complete
    listed: int  # equilibria
    missed: int  # equilibria
    affected: int  # games in which one is missed
    wrong: int  # profiles that are no equilibrium


def measure(games: int, seed: int, limit: float) -> Iterator[Row]:
    """Rows, one shape after the other."""
    tables = {
        shape: np.random.default_rng([seed, *shape]).integers(
            -MOST, MOST + 1, (games, len(shape), *shape)
        )
        for shape in SHAPES
    }
    gambit = limit > 0 and importlib.util.find_spec("pygambit") is not None
    others = _enumpoly([t.tolist() for s in SHAPES for t in tables[s]], limit) if gambit else []
    for n, shape in enumerate(SHAPES):
        yield from _rows(shape, tables[shape], others[n * games : (n + 1) * games])


def _rows(shape: tuple[int, ...], tables: Any, other: list[tuple[float, Points]]) -> Iterator[Row]:
    drawn = [dt.StrategicGame(dict(zip("ABCDE", t, strict=False))) for t in tables]
    proved, seconds, certified = [], [], []
    for game in drawn:
        start = time.process_time()
        solution = dt.solve(game)
        seconds.append(time.process_time() - start)
        proved.append(_points(solution) if solution.complete and _isolated(solution) else None)
        certified.append(time.process_time() - start)
    missing = [_missing(g, p, o[1]) for g, p, o in zip(drawn, proved, other, strict=False)]
    for name, spent in (("prove the set", seconds), ("and certify each", certified)):
        yield _row(shape, f"deterrence, {name}", spent, proved, proved, missing)
    if other:
        listed = [points for _, points in other]
        yield _row(shape, "Gambit, enumpoly", [s for s, _ in other], proved, listed)


def _isolated(solution: Any) -> bool:
    return all(f.dimension == 0 for c in solution.components for f in c.families)


def _points(solution: Any) -> Points:
    return [np.concatenate(e.profile).astype(float) for e in solution]


def _enumpoly(games: list[Any], limit: float) -> list[tuple[float, Points]]:
    """Seconds and profiles by game, of those games that it finishes within the limit."""
    command = [sys.executable, str(CHILD)]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as child:
        try:
            text, _ = child.communicate(json.dumps(games), timeout=limit)
        except subprocess.TimeoutExpired:
            child.kill()
            text, _ = child.communicate()
    lines = [json.loads(line) for line in text.splitlines() if line.endswith("}")]
    return [(x["seconds"], [np.concatenate(p) for p in x["profiles"]]) for x in lines]


def _missing(game: Any, proved: Points | None, listed: Points) -> int:
    """How many profiles are equilibria, as far as rounding tells, yet not among those proved."""
    ends = np.cumsum(game.shape)[:-1]
    return sum(
        check_profile(game, [_mixture(row) for row in np.split(point, ends)], SMALL).holds
        for point in listed
        if proved is not None and not _among(point, proved)
    )


def _mixture(row: Any) -> tuple[Fraction, ...]:
    shares = [max(Fraction(x), Fraction(0)) for x in row.tolist()]
    return tuple(x / sum(shares) for x in shares)


def _among(point: Any, points: Points) -> bool:
    return any(np.abs(point - other).max() < NEAR for other in points)


def _row(
    shape: tuple[int, ...],
    method: str,
    seconds: list[float],
    proved: list[Points | None],
    found: list[Any],
    missing: list[int] | None = None,  # what others list and this one does not
) -> Row:
    pairs = [(p, f) for p, f in zip(proved, found, strict=False) if p is not None]
    lacking = [sum(not _among(x, f) for x in p) for p, f in pairs]
    missed = lacking if missing is None else missing
    wrong = sum(not _among(x, p) for p, f in pairs for x in f)
    return Row(
        shape,
        method,
        statistics.median(seconds),
        statistics.mean(seconds),
        len(pairs),
        sum(len(f) for _, f in pairs),
        sum(missed),
        sum(map(bool, missed)),
        wrong,
    )


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--limit", type=float, default=300, help="0 leaves Gambit out")
    options = parser.parse_args(arguments)
    if options.games < 1 or options.seed < 0 or options.limit < 0:
        parser.error("--games is at least 1, --seed and --limit at least 0")
    head = ("median ms", "mean ms", "games", "listed", "missed", "in games", "wrong")
    print(f"{'game':12}{'method':32}" + "".join(f"{name:>10}" for name in head))
    for row in measure(options.games, options.seed, options.limit):
        name = "x".join(map(str, row.shape))
        times = f"{row.seconds * 1e3:>10.2f}{row.mean * 1e3:>10.2f}"
        counts = (row.games, row.listed, row.missed, row.affected, row.wrong)
        print(f"{name:12}{row.method:32}{times}" + "".join(f"{n:>10,}" for n in counts), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
