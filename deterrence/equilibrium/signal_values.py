"""A part of a tree solved for all its equilibria, and what nodes are worth in each of them."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import solve_block
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.decomposition import Block, Choice, decompose
from deterrence.equilibrium.factored import Factored
from deterrence.equilibrium.plays import has_few_corners, mixtures
from deterrence.equilibrium.reduction import chance_reach
from deterrence.games.assessment import Assessment
from deterrence.games.structure import CHANCE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Key", "Solved", "solve_part", "worth_at"]

Floats = NDArray[np.float64]
Key = tuple[int, ...]  # a family: a cell of each block
MOST_POINTS = 3000  # that are assembled one by one


@dataclass(frozen=True, eq=False)
class Solved:
    """A tree solved for all its equilibria."""

    game: Game
    factored: Factored

    @functools.cached_property
    def keys(self) -> list[Key]:
        """The families."""
        whole = self.factored
        lists = [whole.cells(whole.component(n)) for n in range(whole.component_count)]
        return [key for cells in lists for key in itertools.product(*cells)]

    def size(self, key: Key) -> int:
        """How many points of a family are looked at."""
        return self.factored.points_in(key)

    def at(self, key: Key, point: int) -> Assessment:
        """The assessment at a point of a family, exactly."""
        probabilities, witness = self.factored.assemble(self._picks(key)[point])
        beliefs = beliefs_from(self.game, probabilities, witness)
        return Assessment(self.game, probabilities, beliefs)

    def spanned(self, key: Key) -> bool:
        """Whether the points of a family bound what it pays: all corners, and affine between."""
        blocks = zip(self.factored.blocks, key, strict=True)
        return all(b.affine(n) and has_few_corners(b.cells[n]) for b, n in blocks)

    def between(self, key: Key, one: int, two: int, share: Fraction) -> Assessment | None:
        """The assessment on the way from a point of a family to another.

        None unless they differ in one polytope, which holds the way, and trembles are found.
        """
        picks, others = self._picks(key)[one], self._picks(key)[two]
        found, differing = [], 0
        for (cell, start), (_, stop) in zip(picks, others, strict=True):
            differing += sum(x != y for x, y in zip(start, stop, strict=True))
            way = tuple(
                tuple(x + share * (y - x) for x, y in zip(p, q, strict=True))
                for p, q in zip(start, stop, strict=True)
            )
            found.append((cell, way))
        rows = zip(self.factored.blocks, found, strict=True)
        if differing != 1 or any(b.play(*pick) is None for b, pick in rows):
            return None
        probabilities, witness = self.factored.assemble(found)
        beliefs = beliefs_from(self.game, probabilities, witness)
        return Assessment(self.game, probabilities, beliefs)

    def apart(self, key: Key, chooser: int) -> bool:
        """Whether in no polytope of a family others' play varies with what a chooser does.

        Payoffs given what was chosen are then affine in each polytope: who was chosen is
        indifferent between its own actions.
        """
        sets = self.game.structure.sets
        for block, n in zip(self.factored.blocks, key, strict=True):
            for group in block.cells[n].groups:
                movers = {v[1] for m in group.monomials for v in m if v[0] == "p"}
                if chooser in movers and len({sets[k].player for k in movers - {chooser}}) > 1:
                    return False
        return True

    def _picks(self, key: Key) -> list[Any]:
        return list(self.factored.picks(key))

    def mixed(self, key: Key, roots: Sequence[int]) -> dict[int, Floats]:
        """What is played below some nodes, shape (points, actions) by information set."""
        needed = self._below(roots)
        found = self._open(key) if len(self.factored.blocks) == 1 else {}
        for k in needed - found.keys():
            if len(self.game.structure.sets[k].actions) == 1:
                found[k] = np.ones((self.size(key), 1))
        if needed <= found.keys():
            return found
        rows = [self.factored.assemble(picks)[0] for picks in self._picks(key)]
        return {k: np.array([row[k] for row in rows], dtype=float) for k in needed}

    def _below(self, roots: Sequence[int]) -> set[int]:
        s, stack, found = self.game.structure, list(roots), set()
        while stack:
            node = stack.pop()
            stack.extend(s.children[node])
            if s.set_of[node] >= 0:
                found.add(s.set_of[node])
        return found

    def _open(self, key: Key) -> dict[int, Floats]:
        """What is played at the sets of the one block, all points at once."""
        (block,), (n,) = self.factored.blocks, key
        cell, points = block.cells[n], block.points(n)
        supports = {**{k: 1 << a for k, a in block.reduced.settled.items()}, **cell.supports}
        found: dict[int, Floats] = {}
        for k, support in supports.items():
            found[k] = np.zeros((len(points), len(self.game.structure.sets[k].actions)))
            if support & (support - 1) == 0:
                found[k][:, support.bit_length() - 1] = 1.0
        atoms, shares = mixtures(cell, points)
        for column, (k, a) in enumerate(atoms):
            found[k][:, a] = shares[:, column]
        return found

    def alone(self, key: Key) -> Factored:
        """One family as a whole set."""
        return self.factored.restricted([[n] for n in key])


def solve_part(
    game: Game,
    budget: int,
    left: list[str],
    within: dict[int, int] | None = None,
    given: Sequence[dict[int, int]] | None = None,
    record: Counter[str] | None = None,
) -> Solved | None:
    """All equilibria of a tree; None if there are none. What is undecided is added to `left`.

    Supports that are `given` are for the one block that has all of their sets; where they leave
    some of its sets open they are not used. What is solved and what excluded is counted in
    `record`.
    """
    parts, reach = decompose(game.structure), chance_reach(game)
    blocks = []
    for block in _blocks_of(parts):
        mine = {k: bits for k, bits in (within or {}).items() if k in block.sets}
        covered = all(row.keys() >= set(block.sets) for row in given or ())
        own = given if mine and covered else None  # otherwise the search finds supports
        blocks.append(solve_block(game, block, reach, budget, mine, given=own, plays_only=True))
        left += blocks[-1].left
        if record is not None:
            record.update(blocks[-1].excluded)
            record["supports that hold equilibria of a part"] += len(blocks[-1].cells)
    if not all(b.cells for b in blocks):
        return None
    solved = Factored(game, parts, blocks, reach)
    if len(blocks) != 1 and solved.point_count > MOST_POINTS:
        left.append(f"{solved.point_count:,} equilibria of {len(blocks)} parts behind one signal")
        return None
    return Solved(game, solved)


def _blocks_of(parts: Sequence[Any]) -> list[Block]:
    found: list[Block] = []
    for part in parts:
        if isinstance(part, Block):
            found.append(part)
        elif isinstance(part, Choice):
            found += [b for column in part.parts for b in _blocks_of(column)]
    return found


def worth_at(game: Game, mixed: Mapping[int, Floats], roots: Sequence[int]) -> dict[int, Floats]:
    """What nodes are worth to each player.

    Parameters
    ----------
    game : Game
    mixed : mapping of int to ndarray
        What is played below the roots.
    roots : sequence of int

    Returns
    -------
    dict of int to ndarray, shape (players, points) or (players, 1)
        By root.
    """
    s = game.structure
    numbers = [float(x) for x in game.numbers]
    found: dict[int, Floats] = {}
    for root in roots:
        order, stack = [], [root]
        while stack:
            node = stack.pop()
            order.append(node)
            stack.extend(s.children[node])
        for node in reversed(order):
            if s.kind[node] == OUTCOME:
                found[node] = np.array([[numbers[k]] for k in s.payoffs[node] or ()])
                continue
            total = np.zeros((len(game.players), 1))
            for a, child in enumerate(s.children[node]):
                if s.kind[node] == CHANCE:
                    odds = np.array([[numbers[k]] for k in s.chance[child] or ()])
                    total = total + odds * found[child]
                elif (shares := mixed[s.set_of[node]][:, a]).any():
                    total = total + shares * found[child]
            found[node] = total
    return {root: found[root] for root in roots}
