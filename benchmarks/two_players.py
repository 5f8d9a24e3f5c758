"""All equilibria of small two-player games: time, missed and wrong, side by side in one run.

python -m benchmarks.two_players [--games N] [--seed N] [--write PAGE]
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nashpy
import numpy as np

import deterrence as dt

SIZES = (2, 3, 4)
LARGER = (2, 3, 4, 5, 6, 8, 10)  # of the comparison in floats
KINDS = {"{0, 1, 2}": 3, "0 to 999": 1000}  # whole-number payoffs, as random as that
MANY = 20_000  # games in a batch, of which the first are those that the others solve
SAME = 1e-6  # up to which probabilities are the same
TOLERANCE = 1e-9

Points = np.ndarray[tuple[int, int], np.dtype[np.float64]]  # a row for each equilibrium
Method = Callable[[Any, Any], Points]


@dataclass(frozen=True)
class Row:
    """One method on one kind of game."""

    size: int
    kind: str
    method: str
    seconds: float  # CPU time a game
    missed: int  # games of which an extreme equilibrium is missing
    wrong: int  # games with a profile that is no extreme equilibrium


@dataclass(frozen=True)
class Floats:
    """Random float payoffs of one size: the package with `tol` beside QuantEcon's vertices."""

    size: int
    games: int
    own: float  # seconds a game
    certificates: float  # seconds a game, of all equilibria, apart
    peer: float | None
    own_faults: tuple[int, int]
    peer_faults: tuple[int, int] | None


# --- methods -------------------------------------------------------------------------------------


def methods() -> dict[str, Method]:
    """Each gives the equilibria of one game; building the game counts."""
    found: dict[str, Method] = {
        "deterrence, exact": lambda a, b: _own(a, b, None),
        "deterrence, `tol=1e-9`": lambda a, b: _own(a, b, TOLERANCE),
        "nashpy, supports": lambda a, b: _points(nashpy.Game(a, b).support_enumeration()),
        "nashpy, vertices": _nashpy_vertices,
    }
    if importlib.util.find_spec("quantecon"):
        found["QuantEcon, supports"] = lambda a, b: _quantecon(a, b, "support_enumeration")
        found["QuantEcon, vertices"] = lambda a, b: _quantecon(a, b, "vertex_enumeration")
    if importlib.util.find_spec("pygambit"):
        found["Gambit, enummixed"] = _gambit
    return found


def versions() -> dict[str, str]:
    """Of the other packages."""
    names = ("nashpy", "quantecon", "pygambit", "numpy")
    there = [name for name in names if importlib.util.find_spec(name)]
    return {name: importlib.metadata.version(name) for name in there}


def _own(a: Any, b: Any, tol: float | None) -> Points:
    solution: Any = dt.solve(dt.StrategicGame({"row": a, "column": b}), tol=tol)
    return _points(e.profile for e in solution.extreme)


def _nashpy_vertices(a: Any, b: Any) -> Points:
    try:
        return _points(nashpy.Game(a, b).vertex_enumeration())
    except TypeError:  # on some degenerate games
        return _points([])


def _quantecon(a: Any, b: Any, method: str) -> Points:
    import quantecon.game_theory as qe

    players = qe.Player(a.astype(float)), qe.Player(np.array(b.T, dtype=float, order="C"))
    return _points(getattr(qe, method)(qe.NormalFormGame(players)))


def _gambit(a: Any, b: Any) -> Points:
    import pygambit

    game = pygambit.StrategicGame.from_dict({"row": a, "column": b})
    found = pygambit.nash.enummixed_solve(game, rational=False).equilibria
    return _points([[float(x) for _, x in profile[p]] for p in game.players] for profile in found)


def _points(profiles: Any) -> Points:
    rows = [np.concatenate([np.asarray(part, dtype=float) for part in p]) for p in profiles]
    return np.array(rows) if rows else np.zeros((0, 0))


# --- whole-number payoffs, every method ----------------------------------------------------------


def measure(
    games: int,
    seed: int,
    sizes: Sequence[int] = SIZES,
    chosen: Mapping[str, Method] | None = None,
) -> Iterator[Row]:
    """Rows, one size and kind after the other."""
    for size in sizes:
        for kind, most in KINDS.items():
            shape = 2, max(MANY, games), size, size
            a, b = np.random.default_rng([seed, size, most]).integers(0, most, shape)
            pairs = list(zip(a[:games], b[:games], strict=True))
            truth = [_own(x, y, None) for x, y in pairs]
            for name, method in (chosen or methods()).items():
                seconds, found = _timed(method, pairs)
                yield Row(size, kind, name, seconds, *_faults(truth, found))
            yield _batch(a, b, truth, size, kind)


def _timed(method: Method, pairs: Sequence[Any]) -> tuple[float, list[Points]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        method(*pairs[0])  # some compile when first called
        start = time.process_time()
        found = [method(x, y) for x, y in pairs]
        return (time.process_time() - start) / len(pairs), found


def _batch(a: Any, b: Any, truth: list[Points], size: int, kind: str) -> Row:
    many = {"row": a, "column": b}
    dt.solve_batch(many)  # plans are made once, and the first use of so much memory is slow
    start = time.process_time()
    batch: Any = dt.solve_batch(many)
    spent = (time.process_time() - start) / len(batch)
    found = [
        _points(
            zip(*(batch.strategies[p][k, : batch.count[k]] for p in batch.players), strict=True)
        )
        for k in range(len(truth))
    ]
    return Row(size, kind, "deterrence, `solve_batch`", spent, *_faults(truth, found))


def _faults(truth: list[Points], found: list[Points]) -> tuple[int, int]:
    """Games of which something is missing, and games for which something else is listed."""
    pairs = list(zip(truth, found, strict=True))
    return sum(_lacks(f, t) for t, f in pairs), sum(_lacks(t, f) for t, f in pairs)


def _lacks(some: Points, all_: Points) -> bool:
    """Whether one of the latter is not among the former."""
    if not len(some) or not len(all_):
        return len(all_) > 0
    apart = np.abs(all_[:, None] - some[None, :]).max(axis=2)
    return bool((apart.min(axis=1) > SAME).any())


# --- float payoffs, larger games -----------------------------------------------------------------


def measure_floats(
    games: int, seed: int, sizes: Sequence[int] = LARGER, *, compared: bool = True
) -> Iterator[Floats]:
    """A row by size; fewer games where they are large."""
    for size in sizes:
        count = max(2, games if size < 6 else games // size)
        a, b = np.random.default_rng([seed, size]).random((2, count, size, size))
        pairs = list(zip(a, b, strict=True))
        truth = [_own(x, y, None) for x, y in pairs]
        solved: list[Any] = []
        _own(*pairs[0], TOLERANCE)  # the first use of so much memory is slow
        start = time.process_time()
        for x, y in pairs:
            solved.append(dt.solve(dt.StrategicGame({"row": x, "column": y}), tol=TOLERANCE))
        own = (time.process_time() - start) / count
        start = time.process_time()
        found = [_points(e.profile for e in solution.extreme) for solution in solved]
        certificates = (time.process_time() - start) / count
        peer, peer_faults = None, None
        if compared and importlib.util.find_spec("quantecon"):
            peer, listed = _timed(lambda x, y: _quantecon(x, y, "vertex_enumeration"), pairs)
            peer_faults = _faults(truth, listed)
        yield Floats(size, count, own, certificates, peer, _faults(truth, found), peer_faults)


def main(arguments: list[str] | None = None) -> int:
    from benchmarks.two_players_page import page, tables

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--games", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", type=Path, help="the page of the documentation to write")
    options = parser.parse_args(arguments)
    if options.games < 1 or options.seed < 0:
        parser.error("--games is at least 1 and --seed at least 0")
    rows = list(measure(options.games, options.seed))
    floats = list(measure_floats(options.games, options.seed))
    print(tables(rows, floats))
    if options.write:
        options.write.write_text(page(rows, floats, options.games, options.seed), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
