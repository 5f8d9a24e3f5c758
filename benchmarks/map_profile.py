"""Where the time of a map by regimes goes, beside the cost of its formulas alone.

python -m benchmarks.map_profile [--game NAME] [--size N]

One process and one core, so that shares add up. The floor is measured in the same run.
"""

from __future__ import annotations

import argparse
import contextlib
import functools
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any
from unittest import mock

import deterrence as dt
from benchmarks.maps import AXES, STAGES, floor_row, game_and_values
from deterrence.study import map_dataset, map_store, map_workers, mapping, regime_sweep

# what is timed, by the step that it belongs to; time inside another one counts there
STEPS: tuple[tuple[Any, str, str], ...] = (
    (regime_sweep.Learning, "run", "learning from complete solutions"),
    (regime_sweep.Learning, "ask", "learning from complete solutions"),
    (map_workers.Atlas, "plays", "conditions and outcomes of plays at all points"),
    (map_workers, "evaluate", "envelope, and points by pattern of events"),
    (mapping.Grid, "fill", "entering chunks into the grid"),
    (map_store._Chunks, "add", "writing chunks to disk"),
    (regime_sweep._Mapping, "_solve_edges", "solving points on borders one by one"),
    (regime_sweep._Mapping, "_audit", "auditing by complete solutions"),
    (map_dataset, "map_dataset", "laying out the data set"),
)
REST = "everything else"


class Stopwatch:
    """Seconds by step, each without the steps inside it."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._inside: list[float] = [0.0]  # what is taken by steps inside the open ones

    def timed(self, step: str, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with its time added to a step."""

        @functools.wraps(function)
        def run(*given: Any, **named: Any) -> Any:
            self._inside.append(0.0)
            start = time.perf_counter()
            try:
                return function(*given, **named)
            finally:
                spent = time.perf_counter() - start
                own = spent - self._inside.pop()
                self._inside[-1] += spent
                self.seconds[step] = self.seconds.get(step, 0.0) + own

        return run

    @contextlib.contextmanager
    def watching(self) -> Iterator[None]:
        """Time what `STEPS` names."""
        with contextlib.ExitStack() as stack:
            for owner, name, step in STEPS:
                timed = self.timed(step, getattr(owner, name))
                stack.enter_context(mock.patch.object(owner, name, timed))
            yield


def profile(name: str, size: int) -> tuple[dict[str, float], float]:
    """Seconds by step, and of the floor."""
    import xarray  # noqa: F401, so that its import is not counted

    game, values = game_and_values(name)
    steps = [Fraction(k, size - 1) for k in range(size)]
    watch = Stopwatch()
    with tempfile.TemporaryDirectory() as folder, watch.watching():
        whole = watch.timed(REST, dt.sweep)
        whole(
            game,
            dict.fromkeys(AXES, steps),
            fixed=values,
            method="regimes",
            audit=100,
            store=f"{folder}/kept",
            jobs=1,
        )
    return watch.seconds, floor_row(name, size).seconds


def main(arguments: list[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--game", choices=list(STAGES), default="continuation")
    parser.add_argument("--size", type=int, default=1000)
    given = parser.parse_args(arguments)
    print(f"{given.game}, {given.size} x {given.size}", file=sys.stderr)
    seconds, floor = profile(given.game, given.size)
    total = sum(seconds.values())
    print(f"{given.game}: {given.size} x {given.size} points on one core")
    print(f"{'':50}{'seconds':>10}{'share':>8}{'/ floor':>9}")
    for step in dict.fromkeys([*(step for _, _, step in STEPS), REST]):
        spent = seconds.get(step, 0.0)
        print(f"{step:50}{spent:10.2f}{spent / total:8.1%}{spent / floor:9.1f}")
    print(f"{'altogether':50}{total:10.2f}{1:8.1%}{total / floor:9.1f}")
    print(f"{'floor: the formulas alone':50}{floor:10.2f}{floor / total:8.1%}{1:9.1f}")


if __name__ == "__main__":
    main()
