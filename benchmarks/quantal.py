"""The logit path beside Gambit's: time, regret, and whether both pass through the same points.

python -m benchmarks.quantal [--limit SECONDS] [--seed N] [--games NAME ...]
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

import deterrence as dt
from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.games.efg_writing import efg_text
from deterrence.games.nfg import nfg_text
from deterrence.guarantee.parameters import defaults

CHILD = Path(__file__).with_name("gambit_quantal.py")
REGRET = 1e-6  # at which both end their paths, as a share of the payoff span
PRECISIONS = (1, 10, 100)  # times one over the payoff span: where both paths are compared
ENOUGH, MOST_RUNS = 0.1, 10  # seconds, and runs, after which a task is not timed again
PATIENCE = 10  # wall time allowed to Gambit's process, as a multiple of the CPU limit
RANDOM = ((2, 2), (5, 5), (10, 10), (2, 2, 2), (3, 3, 3), (2, 2, 2, 2, 2))

Rows = list[list[float]]


@dataclass(frozen=True)
class Row:
    """One task on one game. Without a number, there was no answer."""

    game: str
    task: str
    seconds: float
    regret: float
    gambit_seconds: float | None
    gambit_regret: float | None
    difference: float | None  # the largest, of a probability


def games(seed: int) -> dict[str, Callable[[], Any]]:
    """By name; built when asked for."""
    found: dict[str, Callable[[], Any]] = {
        "stag hunt": lambda: dt.StrategicGame({"A": [[9, 0], [8, 7]], "B": [[9, 8], [0, 7]]}),
        "bends back": lambda: dt.StrategicGame(
            {"A": [[0, 18], [25, 13]], "B": [[7, 12], [18, 19]]}
        ),
    }
    for shape in RANDOM:
        name = "random " + "x".join(map(str, shape))
        found[name] = lambda shape=shape: _random(shape, seed)
    found["crisis continuation"] = lambda: _crisis({"preparation": "keep, provocative"})
    found["six stages"] = lambda: _crisis({})
    return found


def _random(shape: tuple[int, ...], seed: int) -> Any:
    rng = np.random.default_rng([seed, *shape])
    tables = {f"P{i}": rng.integers(0, 100, shape).tolist() for i in range(len(shape))}
    return dt.StrategicGame(tables)


def _crisis(fixed: dict[str, str]) -> Any:
    game = dt.guarantee_game(fixed=fixed)
    known = defaults()
    return game.at({name: known[name] for name in game.parameters})


def measure(name: str, game: Any, limit: float, to_the_end: bool = True) -> Iterator[Row]:
    """Points of the path, then its end; Gambit is left out at a limit of 0."""
    system = LogitSystem(game)
    span = float(system.unit)
    precisions = [p / span for p in PRECISIONS]
    regret = REGRET if to_the_end else None
    task = {"text": _text(game), "regret": regret, "precisions": precisions}
    answers = gambit(task, limit) if limit else []
    answers += [{}] * (1 + len(PRECISIONS) - len(answers))
    for precision, answer in zip(PRECISIONS, answers, strict=False):
        spent, path = _timed(lambda to=precision / span: dt.quantal_path(game, to=to))
        yield _row(name, f"precision {precision}/span", spent, path, system, answer)
    if not to_the_end:
        return
    spent, path = _timed(lambda: dt.quantal_path(game, regret=REGRET))
    yield _row(name, f"path to regret {REGRET:g}", spent, path, system, answers[-1])


def _text(game: Any) -> str:
    return nfg_text(game) if isinstance(game, dt.StrategicGame) else efg_text(game)


def _timed(solve: Callable[[], Any]) -> tuple[float, Any]:
    """The least of several times, for what is short."""
    times: list[float] = []
    while not times or (sum(times) < ENOUGH and len(times) < MOST_RUNS):
        start = time.perf_counter()
        found = solve()
        times.append(time.perf_counter() - start)
    return min(times), found


def _row(
    name: str, task: str, spent: float, path: Any, system: LogitSystem, answer: dict[str, Any]
) -> Row:
    own = path.log_probabilities[-1]
    theirs = _logs(system, answer.get("profile"))
    difference = regret = None
    if theirs is not None:
        difference = float(np.max(np.abs(np.exp(own) - np.exp(theirs))))
        regret = float(np.max(system.regrets(theirs)))
    return Row(name, task, spent, float(path.regret[-1]), answer.get("seconds"), regret, difference)


def _logs(system: LogitSystem, profile: Rows | None) -> Any:
    """Gambit's profile in the order of the system."""
    if profile is None:
        return None
    places = _in_the_file(system.game)
    rows = dict(zip(places, profile, strict=True))
    flat = [rows[index][a] for index, a in system.places]
    return np.log(np.maximum(flat, 1e-300))


def _in_the_file(game: Any) -> list[int]:
    """Information sets in Gambit's order: by player, then as they come in the tree."""
    if isinstance(game, dt.StrategicGame):
        return list(range(len(game.players)))
    order = {player: k for k, player in enumerate(game.players)}
    sets = sorted(game.structure.sets, key=lambda s: (order[s.player], s.nodes[0]))
    return [s.index for s in sets]


def gambit(task: dict[str, Any], limit: float) -> list[dict[str, Any]]:
    """Gambit's answers, as many as came within the limit."""
    command = [sys.executable, str(CHILD), str(limit)]
    try:
        done = subprocess.run(
            command,
            input=json.dumps(task),
            capture_output=True,
            text=True,
            timeout=PATIENCE * limit + 60,  # to start Python and import pygambit
            check=False,
        )
        text = done.stdout
    except subprocess.TimeoutExpired as late:
        given = late.stdout or b""
        text = given.decode() if isinstance(given, bytes) else given
    return [json.loads(line) for line in text.splitlines()]


HEAD = ("seconds", "regret", "Gambit, s", "its regret", "ratio", "difference")


def line(row: Row) -> str:
    """A line of the table."""
    ratio = None if row.gambit_seconds is None else row.gambit_seconds / max(row.seconds, 1e-9)
    numbers = (row.seconds, row.regret, row.gambit_seconds, row.gambit_regret, ratio)
    return _columns(row.game, row.task, map(_shown, (*numbers, row.difference)))


def _columns(game: str, task: str, cells: Iterable[str]) -> str:
    return f"{game:20}{task:22}" + "".join(f"{cell:>12}" for cell in cells)


def _shown(number: float | None) -> str:
    return "-" if number is None else f"{number:.2g}"


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--limit", type=float, default=120, help="CPU seconds for Gambit; 0: none")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--games", nargs="*", help="names, all if left out")
    options = parser.parse_args(arguments)
    known = games(options.seed) if options.seed >= 0 else {}
    chosen = options.games or list(known)
    if options.limit < 0 or not known or not set(chosen) <= set(known):
        parser.error(f"--limit and --seed are at least 0; games are {', '.join(games(0))}")
    limit = options.limit if importlib.util.find_spec("pygambit") else 0
    print(_columns("game", "task", HEAD))
    for name in chosen:
        for row in measure(name, known[name](), limit):
            print(line(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
