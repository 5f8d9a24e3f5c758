"""Which points to solve completely, so that an atlas holds every play of a region."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.study.atlas import Atlas, Check, rounded
from deterrence.study.points_as_arrays import Stratum

__all__ = ["Learnt", "learn"]

Floats = NDArray[np.float64]
FIRST = 3  # points of each stratum, before anything is known
ROUNDS = 30
HALVINGS = 8
BESIDE = 2  # points beside the border where the same plays end
Place = tuple[Stratum, Floats, int]  # where a block is to be solved


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


def learn(
    atlas: Atlas,
    mesh: Floats,
    rng: np.random.Generator,
    tell: Callable[[str], None] = lambda text: None,
) -> Learnt:
    """Learn the plays over a mesh of points.

    Parameters
    ----------
    atlas : Atlas
    mesh : ndarray, shape (points along each axis ..., axes)
    rng : numpy.random.Generator
    tell : callable, optional
        Told in words what is going on.
    """
    return _Learning(atlas, mesh, rng, tell).run()


class _Learning:
    def __init__(
        self, atlas: Atlas, mesh: Floats, rng: np.random.Generator, tell: Callable[[str], None]
    ) -> None:
        self.atlas, self.rng, self.tell = atlas, rng, tell
        self.shape = mesh.shape[:-1]
        self.points = mesh.reshape(-1, mesh.shape[-1])
        strata = atlas.numbers.strata(self.points)
        self.members: dict[Stratum, NDArray[np.intp]] = {
            int(s): np.flatnonzero(strata == s) for s in np.unique(strata)
        }
        self.seen: list[object] = []
        self.solved = self.wrong = 0

    def run(self) -> Learnt:
        for stratum, places in sorted(self.members.items()):
            sheet = self.atlas.sheet(stratum, self.points[places[0]])
            some = self.rng.permutation(places)[:FIRST]
            self._check((stratum, self.points[n], b) for n in some for b in range(len(sheet.blocks)))
        for number in range(ROUNDS):
            todo = list(self._unseen())
            self.tell(f"round {number + 1}: {len(todo)} complete solutions")
            new = self._check(todo)
            if not todo or (not new and not list(self._unseen())):
                return Learnt(self.solved, True, self.wrong)
        return Learnt(self.solved, False, self.wrong)

    def _check(self, places: Iterable[Place]) -> bool:
        """Solve; whether anything was missing."""
        new = False
        for stratum, row, block in places:
            check: Check = self.atlas.check(stratum, row, block)
            self.solved += 1
            self.wrong += bool(check.wrong)
            new = new or bool(check.missing)
        return new

    def _unseen(self) -> Iterator[Place]:
        """A point for every set of plays, and two for every border, not yet looked at."""
        for stratum, places in sorted(self.members.items()):
            for block in range(len(self.atlas.sheets[stratum].blocks)):
                marks = np.full(len(self.points), -1)
                codes = self.atlas.signatures(stratum, self.points[places], block)
                table = sorted(set(codes))
                marks[places] = [table.index(c) for c in codes]
                names = self._named(stratum, block, table)
                yield from self._inside(stratum, block, marks, names)
                yield from self._borders(stratum, block, marks, names)

    def _named(self, stratum: Stratum, block: int, table: list[bytes]) -> list[frozenset[str]]:
        """Sets of plays, said so that they stay the same when more plays are learnt."""
        chart = self.atlas.sheets[stratum].charts[block]
        names = sorted({repr(name) for name in chart.names})
        found = []
        for code in table:
            bits = np.unpackbits(np.frombuffer(code, dtype=np.uint8))
            found.append(frozenset(n for n, bit in zip(names, bits, strict=False) if bit))
        return found

    def _inside(
        self, stratum: Stratum, block: int, marks: NDArray[np.int_], names: list[frozenset[str]]
    ) -> Iterator[Place]:
        for mark, name in enumerate(names):
            key = (stratum, block, name)
            places = np.flatnonzero(marks == mark)
            if key not in self.seen and len(places):
                self.seen.append(key)
                yield stratum, self.points[self.rng.choice(places)], block

    def _borders(
        self, stratum: Stratum, block: int, marks: NDArray[np.int_], names: list[frozenset[str]]
    ) -> Iterator[Place]:
        """Points just beyond where some plays end; where they begin again there is no question."""
        pairs = []
        for one, two in self._neighbours(marks):
            ending = names[marks[one]] - names[marks[two]]
            key = (stratum, block, "end", ending)
            if ending and self.seen.count(key) < BESIDE:
                self.seen.append(key)
                pairs.append((one, two))
        if pairs:
            near = self._beyond(stratum, block, np.array(pairs))
            yield from ((stratum, row, block) for row in near)

    def _neighbours(self, marks: NDArray[np.int_]) -> Iterator[tuple[int, int]]:
        """Neighbours on the mesh with different sets of plays, in random order."""
        grid = marks.reshape(self.shape)
        index = np.arange(grid.size).reshape(self.shape)
        found = []
        for axis in range(grid.ndim):
            a, b = [np.take(index, range(k, grid.shape[axis] - 1 + k), axis) for k in (0, 1)]
            found += [np.stack([a.ravel(), b.ravel()]), np.stack([b.ravel(), a.ravel()])]
        one, two = np.concatenate(found, axis=1)
        differ = (marks[one] != marks[two]) & (marks[one] >= 0) & (marks[two] >= 0)
        order = self.rng.permutation(np.flatnonzero(differ))
        yield from zip(one[order].tolist(), two[order].tolist(), strict=True)

    def _beyond(self, stratum: Stratum, block: int, pairs: NDArray[np.intp]) -> Floats:
        """Points just outside the set of plays of the first of each pair, by halving."""
        left, right = self.points[pairs[:, 0]], self.points[pairs[:, 1]]
        own = self.atlas.signatures(stratum, left, block)
        for _ in range(HALVINGS):
            middle = rounded((left + right) / 2)
            codes = self.atlas.signatures(stratum, middle, block)
            same = np.array([x == y for x, y in zip(own, codes, strict=True)])[:, None]
            left, right = np.where(same, middle, left), np.where(same, right, middle)
        return right[self.atlas.numbers.strata(right) == stratum]
