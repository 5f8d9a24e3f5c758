"""What is known of the plays of one block: formulas from exact solutions at some points."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import SolvedBlock, solve_block
from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.parametric import CellFormulas, TracedBlock, play_key
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.tracing import Program, Tape
from deterrence.games.structure import Structure
from deterrence.games.tree import Game

__all__ = ["Chart", "Found", "PlayName", "solved_block"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PlayName = tuple[tuple[str, Hashable, tuple[str, ...]], ...]  # player, knows, actions: on the path

EDGE = 1e-11  # by how much a condition may fail in floats, on payoffs of the order of one
SAME = 1e-7  # outcomes closer than this are the same
CELLS_LEARNT = 3  # families of one play that are taken from one exact solution


@dataclass(frozen=True, eq=False)
class Found:
    """A play at an array of points.

    Attributes
    ----------
    name : PlayName
    exists : ndarray of bool, shape (points,)
    low, high : ndarray, shape (outcomes, points)
        Contributions to payoffs and events; they differ only where the family's outcome varies.
        Not a number where the play does not exist.
    """

    name: PlayName
    exists: Bools
    low: Floats
    high: Floats


def solved_block(game: Game, block: Block, budget: int) -> SolvedBlock:
    """A block at a point, completely."""
    return solve_block(game, block, chance_reach(game), budget)


class Chart:
    """The plays of one block on one stratum.

    Attributes
    ----------
    cells : list of CellFormulas
    names : list of PlayName
        By cell.
    """

    def __init__(self, varying: Sequence[int]) -> None:
        self.tape, self.varying = Tape(), list(varying)
        self.cells: list[CellFormulas] = []
        self.names: list[PlayName] = []
        self._programs: dict[tuple[int, ...], Program] = {}

    # -- learning -----------------------------------------------------------------------------

    def learn(self, game: Game, block: SolvedBlock, wanted: Iterable[PlayName]) -> int:
        """Take over some plays from an exact solution; how many families were new."""
        names = [name_of(game.structure, play_key(game.structure, block, n)) for n in _all(block)]
        traced, before = TracedBlock(game, block, self.varying, self.tape), len(self.cells)
        for name in wanted:
            mine = [n for n in _all(block) if names[n] == name]
            mine.sort(key=lambda n: (len(block.cells[n].groups), -block.cells[n].dimension))
            taken = 0
            for n in mine:
                formulas = traced.cell(n)
                if formulas is not None:
                    self.cells.append(formulas)
                    self.names.append(name)
                    taken += 1
                if taken == CELLS_LEARNT:
                    break
        return len(self.cells) - before

    # -- evaluating ---------------------------------------------------------------------------

    def valid(self, values: Mapping[int, Any], size: int, cells: Sequence[int]) -> Bools:
        """Where each of some families exists, shape (cells, points)."""
        return np.array([exists for exists, _ in self._evaluate(values, size, cells)]).reshape(
            len(cells), size
        )

    def plays(
        self, values: Mapping[int, Any], size: int, cells: Sequence[int] | None = None
    ) -> list[Found]:
        """Every play that exists at some of the points."""
        chosen = range(len(self.cells)) if cells is None else cells
        found: dict[PlayName, Found] = {}
        for n, (exists, ends) in zip(chosen, self._evaluate(values, size, chosen), strict=True):
            if exists.any():
                own = _found(self.names[n], ends, size)
                name = self.names[n]
                found[name] = own if name not in found else _joined(found[name], own)
        return list(found.values())

    def _evaluate(
        self, values: Mapping[int, Any], size: int, cells: Sequence[int]
    ) -> Iterator[tuple[Bools, list[tuple[Bools, list[Any]]]]]:
        """For each family: where it exists, and each of its ends with its outcome."""
        if not len(cells):
            return
        key = tuple(cells)
        if key not in self._programs:
            self._programs[key] = Program(self.tape, [p for n in cells for p in self.cells[n].places])
        results = iter(self._programs[key](values))
        with np.errstate(invalid="ignore"):
            for n in cells:
                yield _cell(self.cells[n], results, size)

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_programs": {}}


def _cell(
    cell: CellFormulas, results: Any, size: int
) -> tuple[Bools, list[tuple[Bools, list[Any]]]]:
    always = np.ones(size, dtype=bool)
    for _ in cell.always:
        always &= next(results) >= -EDGE
    ends = []
    for end in cell.ends:
        here = always.copy()
        for polytope in end.alternatives:
            some = np.zeros(size, dtype=bool)
            for corner in polytope:
                fits = np.ones(size, dtype=bool)
                for _ in corner:
                    fits &= next(results) >= -EDGE
                some |= fits
            here &= some
        for _ in end.exactly:
            here &= np.abs(next(results)) <= EDGE
        ends.append((here, [next(results) for _ in end.outcome]))
    exists = np.logical_or.reduce([here for here, _ in ends])
    return exists, ends


def _found(name: PlayName, ends: Sequence[tuple[Bools, list[Any]]], size: int) -> Found:
    low = high = None
    for here, outcome in ends:
        rows = np.stack([np.broadcast_to(np.asarray(x, dtype=float), (size,)) for x in outcome])
        rows = np.where(here, rows, np.nan)
        low = rows if low is None else np.fmin(low, rows)
        high = rows if high is None else np.fmax(high, rows)
    assert low is not None and high is not None
    return Found(name, ~np.isnan(low[0]) if len(low) else ends[0][0], low, high)


def _joined(one: Found, two: Found) -> Found:
    return Found(
        one.name, one.exists | two.exists, np.fmin(one.low, two.low), np.fmax(one.high, two.high)
    )


def _all(block: SolvedBlock) -> range:
    return range(len(block.cells))


def name_of(structure: Structure, key: Iterable[tuple[int, int]]) -> PlayName:
    """A play by the labels of its information sets, which all strata share."""
    found = []
    for k, support in key:
        own = structure.sets[k]
        played = tuple(x for a, x in enumerate(own.actions) if support >> a & 1)
        found.append((own.player, own.knows, played))
    return tuple(found)


def exact_plays(game: Game, block: SolvedBlock) -> dict[PlayName, Floats]:
    """The plays of an exact solution with the least and most of their outcomes, shape (2, ...)."""
    found: dict[PlayName, Floats] = {}
    for n in _all(block):
        name = name_of(game.structure, play_key(game.structure, block, n))
        rows = block.outcomes(n)
        ends = np.stack([rows.min(axis=0), rows.max(axis=0)])
        if name in found:
            ends = np.stack(
                [np.minimum(ends[0], found[name][0]), np.maximum(ends[1], found[name][1])]
            )
        found[name] = ends
    return found
