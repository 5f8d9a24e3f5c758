"""Which points to solve completely, so that an atlas holds every play of a region."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.study.atlas import Answer, Atlas, Question, rounded
from deterrence.study.bitsets import unpacked
from deterrence.study.charts import PlayName
from deterrence.study.points_as_arrays import NO_VALUE, Stratum

__all__ = ["Learning", "Learnt"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Asked = tuple[Stratum, Floats, int, PlayName | None]
Solve = Callable[[Sequence[Question]], Iterable[Answer]]
FIRST = 3  # points of each stratum, before anything is known
ROUNDS = 40
NEARBY = 1e-5  # of the range: how far from a point of the grid it is solved
HALVINGS = 8
INSIDE = 16  # points of a part that fills the mesh; of smaller ones in proportion, one at least
BESIDE = 3  # points beyond the borders of a play that must confirm that it ends there
BARREN = 12  # points in a row without a play that a chart can hold; then it is given up
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
        self.low, self.high = self.points.min(axis=0), self.points.max(axis=0)
        strata = atlas.numbers.strata(self.points)
        self.members: dict[Stratum, Places] = {
            int(s): np.flatnonzero(strata == s) for s in np.unique(strata) if s != NO_VALUE
        }
        self.ended: dict[tuple[Stratum, int, PlayName], int] = {}
        self.barren: dict[tuple[Stratum, int], int] = {}
        self.crossed: set[tuple[Stratum, int, PlayName]] = set()
        self.looked: dict[tuple[Stratum, int], set[int]] = {}
        self.known: dict[tuple[Stratum, int], tuple[int, dict[PlayName, int]]] = {}
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
        questions: list[Asked] = []
        for stratum, row in where:
            sheet = self.atlas.sheet(stratum, row)
            questions += [(stratum, row, b, None) for b in range(len(sheet.blocks))]
        return self._learn(questions)

    def _generic(self, stratum: Stratum, row: Floats) -> Floats:
        """A point nearby, since round numbers may tie what is not tied around them."""
        away = self.rng.uniform(-NEARBY, NEARBY, len(row)) * (self.high - self.low)
        for mask in (np.ones(len(row)), *np.eye(len(row))):
            near = np.clip(rounded(row + away * mask), self.low, self.high)
            if self.atlas.numbers.strata(near[None])[0] == stratum:
                return near
        return row

    def _learn(self, places: Iterable[Asked]) -> int:
        groups: dict[tuple[Stratum, int], list[tuple[Floats, PlayName | None]]] = {}
        for stratum, row, block, about in places:
            near = self._generic(stratum, row)
            groups.setdefault((stratum, block), []).append((near, about))
        questions: list[Question] = []
        for (stratum, block), asked in groups.items():
            points = np.array([row for row, _ in asked])
            questions += self.atlas.questions(stratum, block, points, [name for _, name in asked])
        questions.sort(key=lambda question: question.about is not None)  # the quick ones last
        missing = 0
        for question, answer in zip(questions, self.solve(questions), strict=True):
            self.atlas.learn(question, answer)
            self.solved += 1
            self.wrong += bool(answer.wrong)
            missing += answer.missing
            if question.about is None:
                place = (question.stratum, question.block)
                barren = not question.charted and not answer.missing
                self.barren[place] = self.barren.get(place, 0) + 1 if barren else 0
            if question.about is not None:
                key = (question.stratum, question.block, question.about)
                self.ended[key] = 0 if answer.missing else self.ended.get(key, 0) + 1
        return missing

    # -- what is open -------------------------------------------------------------------------

    def _open(self, borders: bool) -> Iterator[Asked]:
        for stratum, places in self.members.items():
            for block in range(len(self.atlas.sheets[stratum].blocks)):
                exists = self._existing(stratum, block)
                table, which = np.unique(exists.T, axis=0, return_inverse=True)
                marks = np.full(len(self.points), -1)
                marks[places] = which.ravel()
                yield from self._inside(stratum, block, marks, table)
                if borders:
                    yield from self._borders(stratum, block, marks, table)

    def _existing(self, stratum: Stratum, block: int) -> NDArray[np.bool_]:
        """Where on the mesh each play of a chart exists; only what is new is evaluated."""
        places, chart = self.members[stratum], self.atlas.sheets[stratum].charts[block]
        count, known = self.known.get((stratum, block), (0, {}))
        if len(chart.cells) > count:
            new = self.atlas.plays_of_block(stratum, self.points[places], block, count)
            known |= {name: known.get(name, 0) | bits for name, bits in new.items()}
            self.known[stratum, block] = len(chart.cells), known
        rows = [unpacked(known.get(name, 0), len(places)) for name in chart.names]
        return np.array(rows, dtype=bool).reshape(-1, len(places))

    def _inside(
        self, stratum: Stratum, block: int, marks: Places, table: NDArray[np.bool_]
    ) -> Iterator[Asked]:
        """Points of every connected part of the mesh with one set of plays, more of larger ones."""
        from scipy.ndimage import label

        seen = self.looked.setdefault((stratum, block), set())
        for mark, row in enumerate(table):
            if not row.any():  # some play there must be
                if self.barren.get((stratum, block), 0) >= BARREN:
                    continue
                empty = self.rng.permutation(np.flatnonzero(marks == mark))[:AT_ONCE]
                yield from ((stratum, self.points[n], block, None) for n in empty)
                continue
            parts, count = label((marks == mark).reshape(self.shape))
            parts = parts.ravel()
            looked = Counter(int(parts[n]) for n in seen)
            for part in range(1, count + 1):
                own = np.flatnonzero(parts == part)
                wanted = max(1, round(INSIDE * len(own) / len(parts))) - looked[part]
                for place in self.rng.choice(own, min(max(wanted, 0), len(own)), replace=False):
                    seen.add(int(place))
                    yield stratum, self.points[place], block, None

    def _borders(
        self, stratum: Stratum, block: int, marks: Places, table: NDArray[np.bool_]
    ) -> Iterator[Asked]:
        """Points just beyond where a play ends, to ask whether it does."""
        pairs: list[tuple[int, int]] = []
        about: list[int] = []
        names = self.atlas.sheets[stratum].charts[block].names
        wanted = np.array([BESIDE - self.ended.get((stratum, block, n), 0) for n in names])
        for one, two in self._neighbours(marks):
            ending = table[marks[one]] & ~table[marks[two]] & (wanted > 0)
            for play in np.flatnonzero(ending).tolist():
                wanted[play] -= 1
                pairs.append((one, two))
                about.append(play)
            if not (wanted > 0).any():
                break
        if pairs:
            ended = [names[play] for play in about]
            rows, inside = self._beyond(stratum, block, np.array(pairs), ended)
            for row, name, there in zip(rows, ended, inside, strict=True):
                if not there:
                    continue
                if (stratum, block, name) not in self.crossed:  # where one ends others may begin
                    self.crossed.add((stratum, block, name))
                    yield stratum, row, block, None
                yield stratum, row, block, name

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

    def _beyond(
        self, stratum: Stratum, block: int, pairs: Places, about: Sequence[PlayName]
    ) -> tuple[Floats, NDArray[np.bool_]]:
        """Points just outside where plays end, by halving, and whether they are of the stratum."""
        left, right = self.points[pairs[:, 0]], self.points[pairs[:, 1]]
        size = len(about)
        for _ in range(HALVINGS):
            middle = rounded((left + right) / 2)
            found = self.atlas.plays_of_block(stratum, middle, block, among=set(about))
            there = {name: unpacked(bits, size) for name, bits in found.items()}
            inside = [name in there and there[name][n] for n, name in enumerate(about)]
            same = np.array(inside)[:, None]
            left, right = np.where(same, middle, left), np.where(same, right, middle)
        return right, self.atlas.numbers.strata(right) == stratum
