"""What is known of the plays of one block: formulas from exact solutions at some points."""

from __future__ import annotations

import functools
import operator
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
from deterrence.study.bitsets import packed, unpacked

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
        self._programs: dict[Hashable, tuple[Program, list[int]]] = {}

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
        cells = self.cells[since:]
        tests = self._tested(("plays", since), [cell for _, cell in cells], values, size)
        pieces: dict[PlayName, list[_Piece]] = {}
        for name, cell in cells:
            pieces.setdefault(name, []).extend(tests.pieces(cell))
        # outcomes of what exists nowhere among these points are left out
        wanted = list(dict.fromkeys(x for own in pieces.values() for p in own for x in p.outcome))
        results = dict(zip(wanted, Program(self.tape, wanted)(values), strict=True))
        with np.errstate(invalid="ignore"):
            return [_found(name, own, results, size) for name, own in pieces.items() if own]

    def _tested(
        self, what: Hashable, cells: Sequence[CellFormulas], values: Mapping[int, Any], size: int
    ) -> _Tests:
        """Where the conditions of some families hold; their numbers are not kept."""
        if what not in self._programs:
            places = list(dict.fromkeys(p for cell in cells for p in cell.tests))
            self._programs[what] = Program(self.tape, places), places
        program, places = self._programs[what]
        tests = _Tests(size)
        program.run(values, lambda k, value: tests.take(places[k], value))
        return tests

    def exists(
        self,
        values: Mapping[int, Any],
        size: int,
        since: int = 0,
        among: Collection[PlayName] | None = None,
    ) -> dict[PlayName, int]:
        """Where each play exists, as a set of points; those that exist nowhere may be missing.

        Parameters
        ----------
        values, size, since
            As for `plays`.
        among : collection of PlayName, optional
            Only these plays.
        """
        cells = [(n, c) for n, c in self.cells[since:] if among is None or n in among]
        what = ("exists", since, None if among is None else frozenset(among))
        tests = self._tested(what, [cell for _, cell in cells], values, size)
        found: dict[PlayName, int] = {}
        for name, cell in cells:
            for piece in tests.pieces(cell):
                found[name] = found.get(name, 0) | piece.exists
        return found


@dataclass(frozen=True)
class _Piece:
    """Sets of points where an end of a family exists, and where firmly; places of its outcome."""

    exists: int
    firm: int
    outcome: tuple[int, ...]


class _Tests:
    """Which conditions hold where; each is tested once, however many families share it.

    A condition is firm where it holds with something to spare.
    """

    def __init__(self, size: int) -> None:
        self.everywhere = packed(np.ones(size, dtype=bool))
        self.holds: dict[int, int] = {}
        self.firm: dict[int, int] = {}
        self.zero: dict[int, int] = {}

    def take(self, place: int, value: Any) -> None:
        """Remember where a number is zero, not negative, and positive, up to rounding."""
        holds, firm = self._where(value >= -EDGE), self._where(value > EDGE)
        self.holds[place] = holds
        self.firm[place] = firm or holds  # zero wherever it holds: an identity, and no border
        self.zero[place] = holds & ~firm

    def _where(self, mask: Any) -> int:
        """A set of points from a mask, or from one answer for all of them."""
        if np.ndim(mask):
            return packed(mask)
        return self.everywhere if mask else 0

    def zeros(self, places: Iterable[int], among: int) -> int:
        """Where some numbers are zero."""
        for place in places:
            among &= self.zero[place]
        return among

    def all(self, places: Iterable[int], among: int) -> tuple[int, int]:
        """Where all of some conditions hold, and are firm."""
        firm = among
        for place in places:
            if not among:
                break
            among &= self.holds[place]
            firm &= self.firm[place]
        return among, firm & among

    def pieces(self, cell: CellFormulas) -> list[_Piece]:
        """The ends of a family that exist at some of the points."""
        always, firm = self.all(cell.always, self.everywhere)
        always = self.zeros(cell.zeros, always)
        if not always:
            return []
        found = [self._end(end, always, firm) for end in cell.ends]
        return [one for one in found if one.exists]

    def _end(self, end: End, always: int, firm: int) -> _Piece:
        here, safe = self.zeros(end.exactly, always), firm
        for polytope in end.alternatives:
            if not here:
                break
            tested = [self.all(corner, here) for corner in polytope]
            here = functools.reduce(operator.or_, [holds for holds, _ in tested], 0)
            safe &= functools.reduce(operator.or_, [firm for _, firm in tested], 0)
        return _Piece(here, safe & here, end.outcome)


def _found(
    name: PlayName, pieces: Sequence[_Piece], results: Mapping[int, Any], size: int
) -> Found:
    """A play from the ends of its families; it is on an edge where none of them is firm."""
    where: dict[tuple[int, ...], int] = {}
    for piece in pieces:
        where[piece.outcome] = where.get(piece.outcome, 0) | piece.exists
    ends: list[tuple[int, Bools, Floats]] = []
    for outcome, bits in where.items():
        _enter(ends, [results[place] for place in outcome], bits, size)
    exists = functools.reduce(operator.or_, [piece.exists for piece in pieces])
    firm = functools.reduce(operator.or_, [piece.firm for piece in pieces])
    return Found(
        name, tuple((there, rows) for _, there, rows in ends), unpacked(exists & ~firm, size)
    )


def _enter(
    ends: list[tuple[int, Bools, Floats]], outcome: Sequence[Any], bits: int, size: int
) -> None:
    """Put an outcome beside others, or together with one that it equals wherever both exist."""
    here = unpacked(bits, size)
    for n, (other, there, rows) in enumerate(ends):
        both = unpacked(bits & other, size)
        if not bits & other or _same(outcome, rows, both):
            for row, values in zip(rows, outcome, strict=True):
                np.copyto(row, values, where=here & ~there)
            ends[n] = bits | other, here | there, rows
            return
    rows = np.full((len(outcome), size), np.nan)
    for row, values in zip(rows, outcome, strict=True):
        np.copyto(row, values, where=here)
    ends.append((bits, here, rows))


def _same(outcome: Sequence[Any], rows: Floats, where: Bools) -> bool:
    """Whether an outcome equals one that is known, at all points of a mask."""
    for row, values in zip(rows, outcome, strict=True):
        own = values[where] if np.ndim(values) else values
        if (np.abs(row[where] - own) > SAME).any():
            return False
    return True


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
