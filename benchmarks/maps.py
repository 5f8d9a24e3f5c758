"""Maps by regimes: what they cost, beside their floor and beside solving point by point.

python -m benchmarks.maps [--sizes N ...] [--resolutions N ...] [--game NAME] [--jobs N]
"""

from __future__ import annotations

import argparse
import sys
import time
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

import deterrence as dt
from deterrence.equilibrium.tracing import Program
from deterrence.guarantee.parameters import defaults
from deterrence.study.atlas import Atlas
from deterrence.study.learning import Learning
from deterrence.study.map_workers import Workers
from deterrence.study.mesh import Mesh, chunks

AXES = ("strength", "ambiguity")
STAGES = {
    "response": ["types", "challenge", "finding", "response"],
    "continuation": ["types", "challenge", "finding", "response", "test"],
    "six stages": ["types", "preparation", "challenge", "finding", "response", "test"],
}


@dataclass(frozen=True)
class Row:
    """One way to map one game."""

    what: str
    points: int
    seconds: float
    note: str

    @property
    def micro(self) -> float:
        """Microseconds a point."""
        return 1e6 * self.seconds / self.points


def game_and_values(name: str) -> tuple[Any, dict[str, Fraction]]:
    """A game of the package with default stakes."""
    game = dt.guarantee_game(STAGES[name])
    values = {k: v for k, v in defaults().items() if k in game.parameters}
    return game, values


def sweep_row(name: str, size: int, jobs: int) -> Row:
    """A whole sweep: learn, evaluate, audit."""
    game, values = game_and_values(name)
    steps = [Fraction(k, size - 1) for k in range(size)]
    start = time.perf_counter()
    grid = dt.sweep(
        game, dict.fromkeys(AXES, steps), fixed=values, method="regimes", audit=100, jobs=jobs
    )
    seconds = time.perf_counter() - start
    note = f"{grid.sizes['play']} plays; missed {grid.attrs['missed']} of {grid.attrs['audited']}"
    return Row(f"sweep {size} x {size}", size * size, seconds, note)


def solved_row(name: str, count: int) -> Row:
    """Complete solutions one by one."""
    game, values = game_and_values(name)
    rng = np.random.default_rng(0)
    start = time.perf_counter()
    for strength, ambiguity in rng.integers(1, 1000, (count, 2)).tolist():
        point = {**values, "strength": Fraction(strength, 1000)}
        point |= dict.fromkeys(
            ("trigger_ambiguity", "response_ambiguity"), Fraction(ambiguity, 1000)
        )
        dt.solve(game.at(point)).envelope()
    return Row("solve, one by one", count, time.perf_counter() - start, "complete")


def floor_row(name: str, size: int) -> Row:
    """Only the formulas of conditions and outcomes, once they are known, on one core."""
    game, values = game_and_values(name)
    moved = {m for axis in AXES for m in (axis, *game.tied.get(axis, ()))}
    base = game.at({k: v for k, v in values.items() if k not in moved})
    atlas = Atlas(base, AXES)
    steps = np.linspace(0, 1, size)
    mesh = Mesh.of([steps, steps])
    workers = Workers(base, AXES, 200_000, 1)
    Learning(atlas, mesh.points, workers.solve, np.random.default_rng(0), lambda n, k: None).run()
    places = np.arange(mesh.size)
    strata = atlas.numbers.strata(mesh.at(places))
    seconds, rows = 0.0, 0
    for chunk in chunks(places, strata):
        if chunk.stratum not in atlas.sheets:
            continue
        points, charts = mesh.at(chunk.places), atlas.sheets[chunk.stratum].charts
        needed = [dict.fromkeys(p for _, c in chart.cells for p in c.places) for chart in charts]
        programs = [Program(chart.tape, list(n)) for chart, n in zip(charts, needed, strict=True)]
        start = time.perf_counter()
        numbers = atlas.numbers.values(points)
        for program in programs:
            program(numbers)
            rows = max(rows, len(program.rows))
        seconds += time.perf_counter() - start
    return Row("floor: the formulas alone", mesh.size, seconds, f"up to {rows:,} operations")


def adaptive_row(name: str, resolution: int, jobs: int) -> Row:
    """An adaptive map; its points are those that its finest boxes would make up."""
    game, values = game_and_values(name)
    start = time.perf_counter()
    found = dt.adaptive_sweep(
        game, dict.fromkeys(AXES, (0, 1)), resolution, fixed=values, audit=50, jobs=jobs
    )
    seconds, finest = time.perf_counter() - start, found.attrs["finest"]
    note = f"{found.attrs['evaluated']:,} points evaluated; missed {found.attrs['missed']} of 50"
    return Row(f"adaptive {finest} x {finest}", finest * finest, seconds, note)


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--game", choices=list(STAGES), default="continuation")
    parser.add_argument("--sizes", type=int, nargs="*", default=[100, 316, 1000])
    parser.add_argument("--resolutions", type=int, nargs="*", default=[128, 1024, 8192])
    parser.add_argument("--solve", type=int, default=50, help="points solved one by one")
    parser.add_argument("--jobs", type=int, default=-1)
    given = parser.parse_args(arguments)
    rows = []
    print("solving", file=sys.stderr)
    rows.append(solved_row(given.game, given.solve))
    for size in given.sizes:
        print(f"sweep {size}", file=sys.stderr)
        rows.append(sweep_row(given.game, size, given.jobs))
    for resolution in given.resolutions:
        print(f"adaptive {resolution}", file=sys.stderr)
        rows.append(adaptive_row(given.game, resolution, given.jobs))
    rows.append(floor_row(given.game, max(given.sizes, default=100)))
    solved = rows[0].micro
    print(f"{given.game}: strength x ambiguity, default stakes")
    print(f"{'':28}{'points':>12}{'seconds':>10}{'us a point':>12}{'solve /':>10}  note")
    for row in rows:
        ratio = f"{solved / row.micro:,.0f}"
        times = f"{row.seconds:10.1f}{row.micro:12.2f}"
        print(f"{row.what:28}{row.points:12,}{times}{ratio:>10}  {row.note}")


if __name__ == "__main__":
    main()
