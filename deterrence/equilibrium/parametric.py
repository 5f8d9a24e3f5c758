"""A block's plays as functions of the parameters: where each exists, and what it leads to.

The families of a block are solved exactly at one point. The same conditions with traced numbers
(`tracing`) then say at any other point whether the family is still there: its constant gains are
not negative, and each of its polytopes still has one of the corners that it has here. What was
folded away because it is dominated has to stay no better at every node. All of these together
suffice for an equilibrium, so that what they report exists; that nothing else does is for other
points, solved completely, to say.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

import numpy as np

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.cells import Cell, Group
from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.family_bounds import dominance
from deterrence.equilibrium.family_corners import Corner, TracedPolytope, distinct_places
from deterrence.equilibrium.outcomes import outcome_names
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.reduced_block import Reduced
from deterrence.equilibrium.reduction import chance_reach, reduce_block
from deterrence.equilibrium.tracing import Tape
from deterrence.games.structure import CHANCE, MOVE, OUTCOME, Structure
from deterrence.games.tree import Game

__all__ = ["CellFormulas", "End", "PlayKey", "TracedBlock", "play_key"]

MOST_ENDS = 64
SAME = 1e-9  # outcomes closer than this are one outcome
PlayKey = tuple[tuple[int, int], ...]  # (information set, actions as bits) of the sets reached


@dataclass(frozen=True, eq=False)
class End:
    """One corner of a family, as far as the outcome depends on it; numbers by their places.

    Attributes
    ----------
    alternatives : tuple of tuple of tuple of int
        By polytope, by corner: what must not be negative.
    exactly : tuple of int
        What must be zero.
    outcome : tuple of int
        Contributions to payoffs and events, as in `outcomes.outcome_names`.
    """

    alternatives: tuple[tuple[tuple[int, ...], ...], ...]
    exactly: tuple[int, ...]
    outcome: tuple[int, ...]

    @property
    def tests(self) -> list[int]:
        """What decides where it exists, in order."""
        corners = [x for polytope in self.alternatives for corner in polytope for x in corner]
        return [*corners, *self.exactly]

    @property
    def places(self) -> list[int]:
        """Everything in order."""
        return [*self.tests, *self.outcome]


@dataclass(frozen=True, eq=False)
class CellFormulas:
    """A family as formulas, by their places on a tape.

    Attributes
    ----------
    key : PlayKey
        What is played on the path; families that differ elsewhere share it.
    always : tuple of int
        What must not be negative.
    zeros : tuple of int
        What is zero at the point of reference and was left out there; it must be zero.
    ends : tuple of End
        One if the outcome is the same throughout, as in all but special games; else the corners
        and a middle.
    """

    key: PlayKey
    always: tuple[int, ...]
    zeros: tuple[int, ...]
    ends: tuple[End, ...]

    @property
    def tests(self) -> list[int]:
        """What decides where it exists, in order."""
        return [*self.always, *self.zeros, *(x for end in self.ends for x in end.tests)]

    @property
    def places(self) -> list[int]:
        """Everything in order."""
        return [*self.always, *self.zeros, *(x for end in self.ends for x in end.places)]


@dataclass(frozen=True)
class _TracedGame:
    """What the solver needs of a game."""

    structure: Structure
    players: tuple[str, ...]
    numbers: list[Any]


def play_key(structure: Structure, block: SolvedBlock, cell: int) -> PlayKey:
    """The information sets that a family reaches, with what is played there."""
    supports = _supports(block, block.cells[cell])
    found: dict[int, int] = {}
    stack = list(block.block.entries)
    while stack:
        node = stack.pop()
        kind = structure.kind[node]
        if kind == MOVE:
            k = structure.set_of[node]
            found[k] = supports[k]
            stack.extend(c for a, c in enumerate(structure.children[node]) if supports[k] >> a & 1)
        elif kind == CHANCE:
            stack.extend(structure.children[node])
    return tuple(sorted(found.items()))


def _supports(block: SolvedBlock, cell: Cell) -> dict[int, int]:
    return {**{k: 1 << a for k, a in block.reduced.settled.items()}, **cell.supports}


class TracedBlock:
    """A block at a point of reference, with its numbers traced.

    Parameters
    ----------
    game : Game
        At the point of reference, with numbers.
    block : SolvedBlock
        Solved there.
    varying : iterable of int
        Places of the numbers that depend on the point; they become the inputs of the tape.
    tape : Tape
        May hold other runs of the same game already, from other points of reference.
    """

    def __init__(self, game: Game, block: SolvedBlock, varying: Iterable[int], tape: Tape) -> None:
        self.tape, self.block = tape, block
        numbers: list[Any] = list(game.numbers)
        for k in varying:
            numbers[k] = self.tape.input(k, numbers[k])
        self.game = cast(Game, _TracedGame(game.structure, game.players, numbers))
        self.names = outcome_names(game)
        self.reach = chance_reach(self.game)
        self.reduced = reduce_block(self.game, block.block, self.reach)

    def cell(self, n: int) -> CellFormulas | None:
        """A family as formulas; None if it was found by roots, or its reduction differs."""
        cell = self.block.cells[n]
        if self.reduced.settled != self.block.reduced.settled:
            return None
        solved = self._solved(cell)
        if solved is None:
            return None
        system, polytopes, pinned = solved
        idle = cell.groups[len(polytopes) :]
        always = [
            *system.gains.values(),
            *pinned.values(),
            *dominance(self.game, self.block.reduced.dropped, _supports(self.block, cell)),
        ]
        exactly = [g for tag, g in system.gains.items() if _played(cell, tag)]
        ends = self._ends(n, cell, polytopes, (pinned, idle), exactly)
        key = play_key(self.game.structure, self.block, n)
        zeros = tuple(dict.fromkeys(self.tape.zeros))
        return CellFormulas(key, tuple(distinct_places(always)), zeros, ends) if ends else None

    def _solved(self, cell: Cell) -> tuple[System, list[TracedPolytope], dict[Any, Any]] | None:
        """The family's linear system, its polytopes, and what was pinned on the way to it.

        Where monomials hang together, what the linear relaxation determines is put in, as the
        solver does, until the rest is linear.
        """
        exact, traced = _system(self.block.reduced, cell), _system(self.reduced, cell)
        pinned: dict[Any, Any] = {}
        while exact.collect() and traced.collect():
            exact.linearise()
            traced.linearise()
            groups = [exact.polytope(members) for members in exact.groups()]
            if any(group is None for group in groups):
                return None
            polytopes = [
                TracedPolytope(traced, members, group)
                for members, group in zip(traced.groups(), groups, strict=False)
                if group is not None
            ]
            if len(polytopes) < len(traced.groups()) or any(not p.corners for p in polytopes):
                return None
            if exact.independent():
                return (traced, polytopes, pinned) if exact.fixed == cell.fixed else None
            found = [p.pinned() for p in polytopes]
            new = {v: x for group in found for v, (_, x) in group.items()}
            if not new:
                return None
            pinned.update(new)
            exact = exact.fixing({v: x for group in found for v, (x, _) in group.items()})
            traced = traced.fixing(new)
        return None

    def _ends(
        self,
        n: int,
        cell: Cell,
        polytopes: Sequence[TracedPolytope],
        known: tuple[dict[Any, Any], Sequence[Group]],
        exactly: Sequence[Any],
    ) -> tuple[End, ...]:
        """One end if the outcome is the same throughout, else one by corner and the middle."""

        def end(corners: Sequence[Corner], tests: Iterable[Iterable[tuple[int, ...]]]) -> End:
            values = {m: x for c in corners for m, x in c.values.items()}
            for group in known[1]:
                values.update(zip(group.monomials, group.centre, strict=True))
            rest = [x for c in corners for x in c.exactly]
            outcome = self._outcome(cell, values, known[0])
            return End(
                tuple(map(tuple, tests)),
                tuple(dict.fromkeys([*distinct_places(exactly), *rest])),
                tuple(map(self.tape.place, outcome)),
            )

        if float(np.ptp(self.block.outcomes(n), axis=0).max()) <= SAME:
            any_corner = [[c.least for c in p.corners] for p in polytopes]
            played = [tests for p in polytopes for tests in p.reaching()]
            return (end([p.corners[0] for p in polytopes], [*any_corner, *played]),)
        combinations = itertools.product(*(p.corners for p in polytopes))
        found = [
            end(corners, [*([c.least] for c in corners), *_played_beside(polytopes, corners)])
            for corners in itertools.islice(combinations, MOST_ENDS)
        ]
        middle = [p.middle() for p in polytopes]
        return (*found, end(middle, [[c.least] for c in middle]))

    # -- outcomes -----------------------------------------------------------------------------

    def _outcome(
        self, cell: Cell, values: dict[Monomial, Any], pinned: dict[Any, Any]
    ) -> list[Any]:
        s = self.game.structure
        shares = {**_mixing(cell, values), **{v[1:]: x for v, x in pinned.items() if v[0] == "p"}}
        supports = _supports(self.block, cell)
        total: list[Any] = [Fraction(0)] * len(self.names)
        for entry in self.block.block.entries:
            stack: list[tuple[int, Any]] = [(entry, Fraction(1))]
            while stack:
                node, weight = stack.pop()
                if s.kind[node] == OUTCOME:
                    self._count(total, node, weight)
                    continue
                k = s.set_of[node]
                for a, child in enumerate(s.children[node]):
                    if s.kind[node] == CHANCE or supports[k] == 1 << a:
                        stack.append((child, weight))
                    elif supports[k] >> a & 1:
                        stack.append((child, weight * shares[k, a]))
        return total

    def _count(self, total: list[Any], node: int, weight: Any) -> None:
        s, numbers = self.game.structure, self.game.numbers
        events, size = s.events[node] or {}, len(s.players)
        for i in range(size):
            total[i] += self.reach[i][node] * weight * numbers[(s.payoffs[node] or ())[i]]
        for n, (kind, name) in enumerate(self.names[size:], start=size):
            if name in events:
                viewer = 0 if kind == "event" else s.players.index(kind.split(" for ")[1])
                total[n] += self.reach[viewer][node] * weight * numbers[events[name]]


def _system(reduced: Reduced, cell: Cell) -> System:
    reached = {
        c.index: [
            k
            for k, m in enumerate(c.monomials)
            if all(cell.supports.get(h, 0) >> a & 1 for h, a in m)
        ]
        for c in reduced.classes
    }
    return System(reduced, cell.supports, reached, cell.free, cell.chosen, {})


def _played_beside(
    polytopes: Sequence[TracedPolytope], corners: Sequence[Corner]
) -> list[list[tuple[int, ...]]]:
    """What makes corners limits of the family: of each coordinate that is zero, another one."""
    return [tests for p, c in zip(polytopes, corners, strict=True) for tests in p.reaching(c)]


def _played(cell: Cell, tag: tuple[int, int]) -> bool:
    k, a = tag
    return bool(cell.supports[k] >> a & 1)


def _mixing(cell: Cell, values: dict[Monomial, Any]) -> dict[tuple[int, int], Any]:
    """The probabilities of mixed actions, from the values of monomials."""
    middle = {m: x for g in cell.groups for m, x in zip(g.monomials, g.centre, strict=True)}
    found = {}
    for variable, (whole, parent) in cell.parents.items():
        if variable[0] != "p" or variable in cell.fixed:
            continue
        base = values[parent] if parent else Fraction(1)
        if base:
            found[variable[1:]] = values[whole] / base
        else:  # behind a probability of zero: as in the family's middle
            found[variable[1:]] = middle[whole] / (middle[parent] if parent else Fraction(1))
    return found
