"""What is known of the plays of one block: formulas from exact solutions at some points."""

from __future__ import annotations

import functools
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.parametric import CellFormulas, End, TracedBlock, play_key
from deterrence.equilibrium.tracing import Program, Tape
from deterrence.games.structure import Structure
from deterrence.games.tree import Game

__all__ = ["Chart", "Formulas", "Found", "PlayName", "exact_plays", "formulas_of"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
PlayName = tuple[tuple[str, Hashable, tuple[str, ...]], ...]  # player, knows, actions: on the path

EDGE = 1e-11  # by how much a condition may fail in floats, on payoffs of the order of one
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


@dataclass(frozen=True, eq=False)
class Formulas:
    """Families as formulas, with the tape that their places belong to."""

    tape: Tape
    cells: list[tuple[PlayName, CellFormulas]]


def formulas_of(
    game: Game, block: SolvedBlock, varying: Sequence[int], wanted: Collection[PlayName]
) -> Formulas:
    """Some plays of an exact solution as formulas, up to three families of each.

    Those with the fewest groups of unknowns come first, since they hang on the fewest conditions.
    """
    tape = Tape()
    traced = TracedBlock(game, block, varying, tape)
    names = [_name(game.structure, block, n) for n in range(len(block.cells))]
    cells: list[tuple[PlayName, CellFormulas]] = []
    for name in wanted:
        mine = [n for n, other in enumerate(names) if other == name]
        mine.sort(key=lambda n: (len(block.cells[n].groups), -block.cells[n].dimension))
        found = (traced.cell(n) for n in mine)
        usable = [formulas for formulas in found if formulas is not None]
        cells += [(name, formulas) for formulas in usable[:CELLS_LEARNT]]
    return Formulas(tape, cells)


class Chart:
    """The plays of one block on one stratum."""

    def __init__(self) -> None:
        self.tape = Tape()
        self.cells: list[tuple[PlayName, CellFormulas]] = []

    @property
    def names(self) -> list[PlayName]:
        """The plays, each once."""
        return list(dict.fromkeys(name for name, _ in self.cells))

    @property
    def cells_as_numbers(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The families without their names, for a digest."""
        return [
            (cell.always, tuple(p for end in cell.ends for p in end.places))
            for _, cell in self.cells
        ]

    def add(self, formulas: Formulas) -> None:
        """Take over families from another tape."""
        new = self.tape.merged(formulas.tape)
        self.cells += [(name, _moved(cell, new)) for name, cell in formulas.cells]
        self.__dict__.pop("_program", None)

    @functools.cached_property
    def _program(self) -> tuple[Program, list[int]]:
        places = list(dict.fromkeys(p for _, cell in self.cells for p in cell.places))
        return Program(self.tape, places), places

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_program"}

    def plays(self, values: Mapping[int, Any], size: int) -> list[Found]:
        """Every play that exists at some of the points.

        Parameters
        ----------
        values : mapping of int to ndarray
            The varying numbers by place.
        size : int
            Number of points.
        """
        program, places = self._program
        results = dict(zip(places, program(values), strict=True))
        tests = _Tests(results, size)
        found: dict[PlayName, Found] = {}
        for name, cell in self.cells:
            for end, exists in tests.ends(cell):
                own = _found(name, exists, [results[p] for p in end.outcome])
                found[name] = own if name not in found else _joined(found[name], own)
        return list(found.values())

    def exists(self, values: Mapping[int, Any], size: int) -> Bools:
        """Where each of `names` exists, shape (names, points)."""
        there = {play.name: play.exists for play in self.plays(values, size)}
        nowhere = np.zeros(size, dtype=bool)
        return np.array([there.get(name, nowhere) for name in self.names]).reshape(-1, size)


class _Tests:
    """Which conditions hold where; each is tested once, however many families share it."""

    def __init__(self, results: Mapping[int, Any], size: int) -> None:
        self.results, self.size = results, size
        self.known: dict[int, Any] = {}

    def holds(self, place: int) -> Any:
        if place not in self.known:
            with np.errstate(invalid="ignore"):
                self.known[place] = self.results[place] >= -EDGE
        return self.known[place]

    def all(self, places: Iterable[int]) -> Bools:
        fine = np.ones(self.size, dtype=bool)
        for place in places:
            fine &= self.holds(place)
        return fine

    def ends(self, cell: CellFormulas) -> list[tuple[End, Bools]]:
        """The ends of a family that exist at some of the points, and where."""
        always = self.all(cell.always)
        if not always.any():
            return []
        found = [(end, self._end(end, always)) for end in cell.ends]
        return [(end, exists) for end, exists in found if exists.any()]

    def _end(self, end: End, always: Bools) -> Bools:
        here = always.copy()
        for place in end.exactly:
            here &= np.abs(self.results[place]) <= EDGE
        for polytope in end.alternatives:
            if not here.any():
                break
            here &= np.logical_or.reduce([self.all(corner) for corner in polytope])
        return here


def _found(name: PlayName, exists: Bools, outcome: Sequence[Any]) -> Found:
    rows = np.full((len(outcome), len(exists)), np.nan)
    for row, values in zip(rows, outcome, strict=True):
        np.copyto(row, values, where=exists)
    return Found(name, exists, rows, rows)


def _joined(one: Found, two: Found) -> Found:
    exists = one.exists | two.exists
    if (exists == one.exists).all() and (one.low is one.high):
        same = np.where(two.exists, np.abs(one.low - two.low), 0) <= EDGE
        if same.all():
            return one
    return Found(one.name, exists, np.fmin(one.low, two.low), np.fmax(one.high, two.high))


def _moved(cell: CellFormulas, new: Sequence[int]) -> CellFormulas:
    ends = tuple(
        End(
            tuple(tuple(_all_moved(c, new) for c in polytope) for polytope in end.alternatives),
            _all_moved(end.exactly, new),
            _all_moved(end.outcome, new),
        )
        for end in cell.ends
    )
    return replace(cell, always=_all_moved(cell.always, new), ends=ends)


def _all_moved(places: Iterable[int], new: Sequence[int]) -> tuple[int, ...]:
    return tuple(new[p] for p in places)


def _name(structure: Structure, block: SolvedBlock, cell: int) -> PlayName:
    """A play by the labels of its information sets, which all strata share."""
    found = []
    for k, support in play_key(structure, block, cell):
        own = structure.sets[k]
        played = tuple(x for a, x in enumerate(own.actions) if support >> a & 1)
        found.append((own.player, own.knows, played))
    return tuple(found)


def exact_plays(game: Game, block: SolvedBlock) -> dict[PlayName, Floats]:
    """The plays of an exact solution with the least and most of their outcomes, shape (2, ...)."""
    found: dict[PlayName, list[Floats]] = {}
    for n in range(len(block.cells)):
        found.setdefault(_name(game.structure, block, n), []).append(block.outcomes(n))
    return {
        name: np.stack([np.min(np.vstack(rows), axis=0), np.max(np.vstack(rows), axis=0)])
        for name, rows in found.items()
    }
