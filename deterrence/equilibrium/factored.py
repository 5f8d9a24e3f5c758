"""The whole set from its parts: independent blocks, and public choices above them.

Independent continuations stay factored. If no public choice is ever a tie, the components of the
whole are exactly the tuples of components of the blocks; nothing is multiplied out until asked.
"""

from __future__ import annotations

import dataclasses
import functools
import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import SolvedBlock, solve_block
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.decomposition import Block, Choice, Part, decompose
from deterrence.equilibrium.part_outcomes import PartOutcomes
from deterrence.equilibrium.plays import Play
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.ties import TiedChoice, is_flat
from deterrence.equilibrium.values import Values
from deterrence.games.tree import Game

__all__ = ["Factored", "factor", "merged"]

Floats = NDArray[np.float64]
Pick = tuple[int, Any]  # a cell of a block and a point of it; or a tied choice and its mixture
Key = Sequence[int]  # a cell of each block, and the support of a tied choice as bits
MOST_MERGED = 60  # information sets; a larger part with a tie is left factored, not complete


def factor(game: Game, budget: int) -> Factored:
    """Solve every block; where a public choice may be a tie, solve what follows it as one block."""
    reach = chance_reach(game)
    parts = decompose(game.structure)
    solved = Factored(game, parts, _solve(game, parts, reach, budget), reach)
    if not all(block.cells for block in solved.blocks):
        return solved  # the budget ran out before anything was found
    tied = [part for part in parts if isinstance(part, Choice) and solved.may_tie(part)]
    if not tied:
        return solved
    large = [part for part in tied if len(merged(game, part).sets) > MOST_MERGED]
    joined = tuple(
        merged(game, part)
        if isinstance(part, Choice) and part in tied and part not in large
        else part
        for part in parts
    )
    again = solved
    if joined != parts:
        again = Factored(game, joined, _solve(game, joined, reach, budget), reach)
    again.tie(large)
    return again


def _solve(
    game: Game, parts: Sequence[Part], reach: Sequence[Sequence[Fraction]], budget: int
) -> list[SolvedBlock]:
    return [solve_block(game, block, reach, budget) for block in _blocks(parts)]


def _blocks(parts: Sequence[Part]) -> list[Block]:
    found = []
    stack = list(reversed(parts))
    while stack:
        part = stack.pop()
        if isinstance(part, Block):
            found.append(part)
        elif isinstance(part, Choice):
            stack.extend(p for column in reversed(part.parts) for p in reversed(column))
    return found


def _choices(parts: Sequence[Part]) -> list[Choice]:
    """All choices, those further down later."""
    found = []
    stack = list(reversed(parts))
    while stack:
        part = stack.pop()
        if isinstance(part, Choice):
            found.append(part)
            stack.extend(p for column in reversed(part.parts) for p in reversed(column))
    return found


def merged(game: Game, choice: Choice) -> Block:
    """A public choice and what follows it as one block."""
    sets = {choice.set} | {c.set for c in _choices([choice])}
    for block in _blocks([choice]):
        sets |= set(block.sets)
    return Block(tuple(sorted(sets)), game.structure.sets[choice.set].nodes)


@dataclass(eq=False)
class Factored:
    """All sequential equilibria of a game, as a product.

    Attributes
    ----------
    blocks : list of SolvedBlock
        Independent of each other.
    parts : tuple of Part
        How they hang below public choices.
    """

    game: Game
    parts: tuple[Part, ...]
    blocks: list[SolvedBlock]
    reach: Sequence[Sequence[Fraction]]
    left: list[str] = dataclasses.field(default_factory=list)
    tied: list[TiedChoice] = dataclasses.field(default_factory=list)

    def tie(self, choices: Sequence[Choice]) -> None:
        """Remember choices between continuations that may be equally good."""
        for choice in choices:
            sure = is_flat(choice) and all(
                self._outcomes.is_affine(p)
                for parts in choice.parts
                for p in parts
                if isinstance(p, Block)
            )
            if sure and not self.tied:
                self.tied.append(self._tied(choice))
            else:
                own = self.game.structure.sets[choice.set]
                self.left.append(f"mixtures at {own}, where continuations may be equally good")

    def _tied(self, choice: Choice) -> TiedChoice:
        blocks = [
            next((self._outcomes.place(p) for p in parts if isinstance(p, Block)), None)
            for parts in choice.parts
        ]
        return TiedChoice(self.game, choice, self.blocks, blocks, self.reach)

    # -- families -----------------------------------------------------------------------------

    def keys(self, component: tuple[int, ...]) -> Sequence[Key]:
        """The families of a component: cells of the blocks, then the support at a tied choice."""
        lists = self.cells(component)
        if not self.tied:
            return _Product(lists)
        (tied,) = self.tied
        mine = [lists[place] if place is not None else [0] for place in tied.blocks]
        free = [n for n in range(len(self.blocks)) if n not in tied.blocks]
        found = []
        for rest in itertools.product(*(lists[n] for n in free)):
            for cells, bits in tied.supports(mine):
                key = [0] * len(self.blocks)
                for n, cell in zip(free, rest, strict=True):
                    key[n] = cell
                for place, cell in zip(tied.blocks, cells, strict=True):
                    if place is not None:
                        key[place] = cell
                found.append((*key, bits))
        return found

    def _tied_picks(self, key: Key) -> list[tuple[Pick, ...]]:
        (tied,) = self.tied
        bits = key[len(self.blocks)]
        cells = [0 if place is None else key[place] for place in tied.blocks]
        where = dict(zip(tied.blocks, tied.locations(cells, bits), strict=True))
        picks = [
            (key[n], where[n] if n in where else b.points(key[n])[0])
            for n, b in enumerate(self.blocks)
        ]
        return [(*picks, (tied.choice.set, mixture)) for mixture in tied.mixtures(bits)]

    # -- counting -----------------------------------------------------------------------------

    @property
    def component_count(self) -> int:
        """Number of connected components of the whole set."""
        return prod(len(b.components) for b in self.blocks)

    def component(self, n: int) -> tuple[int, ...]:
        """The block components that make up component `n`."""
        found = []
        for b in reversed(self.blocks):
            n, k = divmod(n, len(b.components))
            found.append(k)
        return tuple(reversed(found))

    def cells(self, component: tuple[int, ...]) -> list[list[int]]:
        """By block, the cells of a component."""
        return [b.components[k] for b, k in zip(self.blocks, component, strict=True)]

    def picks(self, cells: Key) -> Iterator[tuple[Pick, ...]]:
        """The points of a family, its centre first: products of the blocks' points.

        At a tied choice, the centre and the ends of the mixture.
        """
        if len(cells) > len(self.blocks):
            return iter(self._tied_picks(cells))
        rows = [
            [(cell, location) for location in b.points(cell)]
            for b, cell in zip(self.blocks, cells, strict=True)
        ]
        return itertools.product(*rows)

    def points_in(self, cells: Key) -> int:
        """How many points a family lists."""
        if len(cells) > len(self.blocks):
            (tied,) = self.tied
            return len(tied.mixtures(cells[len(self.blocks)]))
        return prod(len(b.points(cell)) for b, cell in zip(self.blocks, cells, strict=True))

    @property
    def point_count(self) -> int:
        """How many points all families list."""
        if self.tied:
            every = (self.keys(self.component(n)) for n in range(self.component_count))
            return sum(self.points_in(key) for keys in every for key in keys)
        return prod(sum(len(b.points(n)) for n in range(len(b.cells))) for b in self.blocks)

    def centre(self, cells: Key) -> tuple[Pick, ...]:
        """The middle of a family."""
        if len(cells) > len(self.blocks):
            return self._tied_picks(cells)[0]
        return tuple((cell, b.points(cell)[0]) for b, cell in zip(self.blocks, cells, strict=True))

    # -- one assessment -----------------------------------------------------------------------

    def assemble(self, picks: Sequence[Pick]) -> tuple[list[tuple[Fraction, ...]], Witness]:
        """Strategies and trembles of the whole game at a point of each block."""
        s = self.game.structure
        plays: dict[int, Play] = {}
        is_exact = True
        for b, (cell, location) in zip(self.blocks, picks, strict=False):
            plays.update(b.play(cell, location) or {})
            is_exact = is_exact and b.cells[cell].exact
        for chosen, mixture in picks[len(self.blocks) :]:
            plays[chosen] = _mixed(mixture)
        self._choose(plays)
        rows = [plays[k] for k in range(len(s.sets))]
        witness = Witness(
            tuple(r.order for r in rows), tuple(r.weights for r in rows), exact=is_exact
        )
        return [r.probabilities for r in rows], witness

    def _choose(self, plays: dict[int, Play]) -> None:
        """Settle the public choices by backward induction."""
        s, values = self.game.structure, Values(self.game, plays)
        for choice in reversed(_choices(self.parts)):
            if choice.set in plays:
                continue
            own = s.sets[choice.set]
            i = s.players.index(own.player)
            worth = [
                sum(
                    (self.reach[i][n] * values.of(s.children[n][a])[i] for n in own.nodes),
                    Fraction(0),
                )
                for a in range(len(own.actions))
            ]
            best = worth.index(max(worth))
            row = tuple(Fraction(int(a == best)) for a in range(len(worth)))
            order = tuple(int(a != best) for a in range(len(worth)))
            plays[choice.set] = Play(row, order, (Fraction(1),) * len(worth))

    # -- outcomes -----------------------------------------------------------------------------

    @functools.cached_property
    def _outcomes(self) -> PartOutcomes:
        return PartOutcomes(self.game, self.blocks, self.reach)

    def may_tie(self, choice: Choice) -> bool:
        """Whether at some equilibrium of what follows two actions may be equally good."""
        return self._outcomes.may_tie(choice)

    @functools.cached_property
    def affine(self) -> bool:
        """Whether families' corners bound their outcomes, and no public choice cuts them askew."""
        whole = all(b.affine(n) for b in self.blocks for n in range(len(b.cells)))
        if whole and _choices(self.parts):
            _ = self.extremes  # which looks at where choices cut
        return whole and self._outcomes.straight

    def restricted(self, cells: list[list[int]]) -> Factored:
        """The same, with only some cells of each block."""
        blocks = [
            dataclasses.replace(
                b,
                cells=[b.cells[n] for n in chosen],
                components=[list(range(len(chosen)))],
                _plays={},
                _points={},
                _outcomes={},
                _affine={},
            )
            for b, chosen in zip(self.blocks, cells, strict=True)
        ]
        return Factored(self.game, self.parts, blocks, self.reach)

    @functools.cached_property
    def extremes(self) -> Floats:
        """Outcome rows whose hull is that of all equilibria's outcomes, one for each point."""
        return self._outcomes.extremes(self.parts)


class _Product(Sequence[Key]):
    """All tuples, one from each list, made when looked at."""

    def __init__(self, lists: list[list[int]]) -> None:
        self.lists = lists

    def __len__(self) -> int:
        return prod(len(row) for row in self.lists)

    def __getitem__(self, n: Any) -> Any:
        found = []
        for row in reversed(self.lists):
            n, k = divmod(n, len(row))
            found.append(row[k])
        return tuple(reversed(found))


def _mixed(mixture: tuple[Fraction, ...]) -> Play:
    order = tuple(int(p == 0) for p in mixture)
    return Play(mixture, order, tuple(p or Fraction(1) for p in mixture))
