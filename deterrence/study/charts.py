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
SAME = 1e-9  # two families whose outcomes are closer than this have the same
CELLS_LEARNT = 3  # families of one play that are taken from one exact solution


@dataclass(frozen=True, eq=False)
class Found:
    """A play at an array of points.

    Attributes
    ----------
    name : PlayName
    ends : tuple of (exists, outcome)
        Where each distinct outcome exists, shape (points,), and its contributions to payoffs and
        events, shape (outcomes, points), not a number elsewhere. There is one but for families
        whose outcome varies: these have their corners and a middle.
    edge : ndarray of bool, shape (points,)
        Where it exists with a condition that holds with equality: other equilibria may be there.
    """

    name: PlayName
    ends: tuple[tuple[Bools, Floats], ...]
    edge: Bools

    @functools.cached_property
    def exists(self) -> Bools:
        """Where the play exists, shape (points,)."""
        return np.asarray(np.logical_or.reduce([there for there, _ in self.ends]))

    @functools.cached_property
    def low(self) -> Floats:
        """The least of every outcome, shape (outcomes, points)."""
        return functools.reduce(np.fmin, [rows for _, rows in self.ends])

    @functools.cached_property
    def high(self) -> Floats:
        """The most of every outcome, shape (outcomes, points)."""
        return functools.reduce(np.fmax, [rows for _, rows in self.ends])


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
    if not wanted:
        return Formulas(tape, [])
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
        self._programs: dict[int, tuple[Program, list[int]]] = {}

    @property
    def names(self) -> list[PlayName]:
        """The plays, each once."""
        return list(dict.fromkeys(name for name, _ in self.cells))

    @property
    def cells_as_numbers(self) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
        """The families without their names, for a digest."""
        return [(cell.always, tuple(cell.places)) for _, cell in self.cells]

    def add(self, formulas: Formulas) -> None:
        """Take over families from another tape."""
        new = self.tape.merged(formulas.tape)
        self.cells += [(name, _moved(cell, new)) for name, cell in formulas.cells]
        self._programs.clear()

    def _program(self, since: int) -> tuple[Program, list[int]]:
        if since not in self._programs:
            cells = self.cells[since:]
            places = list(dict.fromkeys(p for _, cell in cells for p in cell.places))
            self._programs[since] = Program(self.tape, places), places
        return self._programs[since]

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_programs": {}}

    def plays(self, values: Mapping[int, Any], size: int, since: int = 0) -> list[Found]:
        """Every play that exists at some of the points.

        Parameters
        ----------
        values : mapping of int to ndarray
            The varying numbers by place.
        size : int
            Number of points.
        since : int, optional
            The first family to look at.
        """
        program, places = self._program(since)
        results = dict(zip(places, program(values), strict=True))
        tests = _Tests(results, size)
        found: dict[PlayName, Found] = {}
        with np.errstate(invalid="ignore"):
            for name, cell in self.cells[since:]:
                for end, exists, firm in tests.ends(cell):
                    outcome = [results[p] for p in end.outcome]
                    own = _found(name, exists, exists & ~firm, outcome)
                    found[name] = own if name not in found else _joined(found[name], own)
        return list(found.values())

    def exists(self, values: Mapping[int, Any], size: int) -> Bools:
        """Where each of `names` exists, shape (names, points)."""
        there = {play.name: play.exists for play in self.plays(values, size)}
        nowhere = np.zeros(size, dtype=bool)
        return np.array([there.get(name, nowhere) for name in self.names]).reshape(-1, size)


class _Tests:
    """Which conditions hold where; each is tested once, however many families share it.

    A condition is firm where it holds with something to spare.
    """

    def __init__(self, results: Mapping[int, Any], size: int) -> None:
        self.results, self.size = results, size
        self.known: dict[int, tuple[Any, Any]] = {}

    def one(self, place: int) -> tuple[Any, Any]:
        """Where a condition holds, and where it is firm."""
        if place not in self.known:
            holds, firm = self.results[place] >= -EDGE, self.results[place] > EDGE
            if not np.any(firm):  # zero wherever it holds: an identity, and no border
                firm = holds
            self.known[place] = holds, firm
        return self.known[place]

    def all(self, places: Iterable[int]) -> tuple[Bools, Bools]:
        """Where all of some conditions hold, and are firm."""
        fine, safe = np.ones(self.size, dtype=bool), np.ones(self.size, dtype=bool)
        for place in places:
            holds, firm = self.one(place)
            fine &= holds
            safe &= firm
            if not fine.any():
                break
        return fine, safe & fine

    def ends(self, cell: CellFormulas) -> list[tuple[End, Bools, Bools]]:
        """The ends of a family that exist at some of the points: where, and where firmly."""
        always, firm = self.all(cell.always)
        for place in cell.zeros:
            always &= np.abs(self.results[place]) <= EDGE
        if not always.any():
            return []
        found = [(end, *self._end(end, always, firm)) for end in cell.ends]
        return [one for one in found if one[1].any()]

    def _end(self, end: End, always: Bools, firm: Bools) -> tuple[Bools, Bools]:
        here, safe = always.copy(), firm.copy()
        for place in end.exactly:
            here &= np.abs(self.results[place]) <= EDGE
        for polytope in end.alternatives:
            if not here.any():
                break
            tested = [self.all(corner) for corner in polytope]
            here &= np.logical_or.reduce([holds for holds, _ in tested])
            safe &= np.logical_or.reduce([firm for _, firm in tested])
        return here, safe


def _found(name: PlayName, exists: Bools, edge: Bools, outcome: Sequence[Any]) -> Found:
    rows = np.full((len(outcome), len(exists)), np.nan)
    for row, values in zip(rows, outcome, strict=True):
        np.copyto(row, values, where=exists)
    return Found(name, ((exists, rows),), edge)


def _joined(one: Found, two: Found) -> Found:
    """The same play from two families; it is on an edge where neither is firm."""
    exists = one.exists | two.exists
    edge = exists & ~((one.exists & ~one.edge) | (two.exists & ~two.edge))
    ends = list(one.ends)
    for there, rows in two.ends:
        for n, (other, known) in enumerate(ends):
            if not (np.abs(rows - known) > SAME).any():  # the same wherever both exist
                ends[n] = other | there, np.fmin(known, rows)
                break
        else:
            ends.append((there, rows))
    return Found(one.name, tuple(ends), edge)


def _moved(cell: CellFormulas, new: Sequence[int]) -> CellFormulas:
    ends = tuple(
        End(
            tuple(tuple(_all_moved(c, new) for c in polytope) for polytope in end.alternatives),
            _all_moved(end.exactly, new),
            _all_moved(end.outcome, new),
        )
        for end in cell.ends
    )
    always, zeros = _all_moved(cell.always, new), _all_moved(cell.zeros, new)
    return replace(cell, always=always, zeros=zeros, ends=ends)


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
