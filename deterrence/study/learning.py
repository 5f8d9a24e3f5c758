"""Which points to solve completely, so that an atlas holds every play of a region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.study.atlas import Answer, Atlas, Question, rounded
from deterrence.study.points_as_arrays import Stratum

__all__ = ["Learnt", "Learning"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Solve = Callable[[Sequence[Question]], Iterable[Answer]]
FIRST = 3  # points of each stratum, before anything is known
ROUNDS = 40
HALVINGS = 8
BESIDE = 2  # points beside the border where the same plays end
AT_ONCE = 8  # points without any play that are solved in one round


@dataclass(frozen=True)
class Learnt:
    """How an atlas came about.

    Attributes
    ----------
    solved : int
        Blocks solved completely.
    finished : bool
        Whether the last round brought nothing new.
    wrong : int
        How often a chart claimed what a complete solution does not have.
    """

    solved: int
    finished: bool
    wrong: int


class Learning:
    """Ask complete solutions until a mesh of points leaves no question.

    Parameters
    ----------
    atlas : Atlas
    mesh : ndarray, shape (points along each axis ..., axes)
    solve : callable
        From questions to their answers, in order.
    rng : numpy.random.Generator
    tell : callable
        Told (round, number of complete solutions) before each round.
    """

    def __init__(
        self,
        atlas: Atlas,
        mesh: Floats,
        solve: Solve,
        rng: np.random.Generator,
        tell: Callable[[int, int], object],
    ) -> None:
        self.atlas, self.solve, self.rng, self.tell = atlas, solve, rng, tell
        self.shape = mesh.shape[:-1]
        self.points = mesh.reshape(-1, mesh.shape[-1])
        strata = atlas.numbers.strata(self.points)
        self.members: dict[Stratum, Places] = {
            int(s): np.flatnonzero(strata == s) for s in np.unique(strata)
        }
        self.ended: dict[object, int] = {}
        self.looked: dict[tuple[Stratum, int], set[int]] = {}
        self.solved = self.wrong = 0

    def run(self) -> Learnt:
        """Learn until nothing is open on the mesh."""
        first: list[tuple[Stratum, Floats]] = []
        for stratum, places in self.members.items():
            first += [(stratum, self.points[n]) for n in self.rng.permutation(places)[:FIRST]]
        self.ask(first)
        for number in range(ROUNDS):
            todo = list(self._open(borders=number > 0))
            self.tell(number + 1, len(todo))
            if number and not todo:
                return Learnt(self.solved, True, self.wrong)
            self._learn(todo)
        return Learnt(self.solved, False, self.wrong)

    def ask(self, where: Iterable[tuple[Stratum, Floats]]) -> int:
        """Solve all blocks at some points and learn; how many plays were missing."""
        questions = []
        for stratum, row in where:
            sheet = self.atlas.sheet(stratum, row)
            questions += [(stratum, row, b) for b in range(len(sheet.blocks))]
        return self._learn(questions)

    def _learn(self, places: Iterable[tuple[Stratum, Floats, int]]) -> int:
        questions = [self.atlas.question(*place) for place in places]
        missing = 0
        for question, answer in zip(questions, self.solve(questions), strict=True):
            self.atlas.learn(question, answer)
            self.solved += 1
            self.wrong += bool(answer.wrong)
            missing += answer.missing
        return missing

    # -- what is open -------------------------------------------------------------------------

    def _open(self, borders: bool) -> Iterator[tuple[Stratum, Floats, int]]:
        for stratum, places in self.members.items():
            for block in range(len(self.atlas.sheets[stratum].blocks)):
                exists = self.atlas.plays_of_block(stratum, self.points[places], block)
                table, which = np.unique(exists.T, axis=0, return_inverse=True)
                marks = np.full(len(self.points), -1)
                marks[places] = which.ravel()
                yield from self._inside(stratum, block, marks, table)
                if borders:
                    yield from self._borders(stratum, block, marks, table)

    def _inside(
        self, stratum: Stratum, block: int, marks: Places, table: NDArray[np.bool_]
    ) -> Iterator[tuple[Stratum, Floats, int]]:
        """A point of every connected part of the mesh with one set of plays."""
        from scipy.ndimage import label

        seen = self.looked.setdefault((stratum, block), set())
        for mark, row in enumerate(table):
            if not row.any():  # some play there must be
                empty = self.rng.permutation(np.flatnonzero(marks == mark))[:AT_ONCE]
                yield from ((stratum, self.points[n], block) for n in empty)
                continue
            parts, count = label((marks == mark).reshape(self.shape))
            parts = parts.ravel()
            looked = {int(parts[n]) for n in seen}
            for part in set(range(1, count + 1)) - looked:
                place = int(self.rng.choice(np.flatnonzero(parts == part)))
                seen.add(place)
                yield stratum, self.points[place], block

    def _borders(
        self, stratum: Stratum, block: int, marks: Places, table: NDArray[np.bool_]
    ) -> Iterator[tuple[Stratum, Floats, int]]:
        """Points just beyond where some plays end; where they begin again there is no question."""
        names, pairs = self.atlas.sheets[stratum].charts[block].names, []
        for one, two in self._neighbours(marks):
            ending = table[marks[one]] & ~table[marks[two]]
            if not ending.any():
                continue
            named = frozenset(names[n] for n in np.flatnonzero(ending))
            key = (stratum, block, named)
            if self.ended.get(key, 0) < BESIDE:
                self.ended[key] = self.ended.get(key, 0) + 1
                pairs.append((one, two))
        if pairs:
            for row in self._beyond(stratum, block, np.array(pairs)):
                yield stratum, row, block

    def _neighbours(self, marks: Places) -> Iterator[tuple[int, int]]:
        """Neighbours on the mesh with different sets of plays, in random order."""
        index = np.arange(len(marks)).reshape(self.shape)
        found = []
        for axis, size in enumerate(self.shape):
            a, b = [np.take(index, range(k, size - 1 + k), axis) for k in (0, 1)]
            found += [np.stack([a.ravel(), b.ravel()]), np.stack([b.ravel(), a.ravel()])]
        one, two = np.concatenate(found, axis=1)
        differ = (marks[one] != marks[two]) & (marks[one] >= 0) & (marks[two] >= 0)
        order = self.rng.permutation(np.flatnonzero(differ))
        yield from zip(one[order].tolist(), two[order].tolist(), strict=True)

    def _beyond(self, stratum: Stratum, block: int, pairs: Places) -> Floats:
        """Points just outside the set of plays of the first of each pair, by halving."""
        left, right = self.points[pairs[:, 0]], self.points[pairs[:, 1]]
        own = self.atlas.plays_of_block(stratum, left, block)
        for _ in range(HALVINGS):
            middle = rounded((left + right) / 2)
            there = self.atlas.plays_of_block(stratum, middle, block)
            same = (there == own).all(axis=0)[:, None]
            left, right = np.where(same, middle, left), np.where(same, right, middle)
        return right[self.atlas.numbers.strata(right) == stratum]
