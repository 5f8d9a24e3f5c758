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
from deterrence.equilibrium.outcomes import outcome_names
from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.polytope import Row
from deterrence.equilibrium.reduction import Reduced, chance_reach, reduce_block
from deterrence.equilibrium.tracing import Tape, Traced, largest, plain, smallest
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
    def places(self) -> list[int]:
        """Everything in order."""
        tests = [x for polytope in self.alternatives for corner in polytope for x in corner]
        return [*tests, *self.exactly, *self.outcome]


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
        always = [*system.gains.values(), *pinned.values(), *_Bounds(self, cell).dominance()]
        exactly = [g for tag, g in system.gains.items() if _played(cell, tag)]
        ends = self._ends(n, cell, polytopes, (pinned, idle), exactly)
        key = play_key(self.game.structure, self.block, n)
        zeros = tuple(dict.fromkeys(self.tape.zeros))
        return CellFormulas(key, tuple(_distinct(always)), zeros, ends) if ends else None

    def _solved(self, cell: Cell) -> tuple[System, list[_Polytope], dict[Any, Any]] | None:
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
                _Polytope(traced, members, group)
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
        polytopes: Sequence[_Polytope],
        known: tuple[dict[Any, Any], Sequence[Group]],
        exactly: Sequence[Any],
    ) -> tuple[End, ...]:
        """One end if the outcome is the same throughout, else one by corner and the middle."""

        def end(corners: Sequence[_Corner], tests: Iterable[Iterable[tuple[int, ...]]]) -> End:
            values = {m: x for c in corners for m, x in c.values.items()}
            for group in known[1]:
                values.update(zip(group.monomials, group.centre, strict=True))
            rest = [x for c in corners for x in c.exactly]
            outcome = self._outcome(cell, values, known[0])
            return End(
                tuple(map(tuple, tests)),
                tuple(dict.fromkeys([*_distinct(exactly), *rest])),
                tuple(map(self.tape.place, outcome)),
            )

        if float(np.ptp(self.block.outcomes(n), axis=0).max()) <= SAME:
            any_corner = [[c.least for c in p.corners] for p in polytopes]
            return (end([p.corners[0] for p in polytopes], any_corner),)
        combinations = itertools.product(*(p.corners for p in polytopes))
        found = [
            end(corners, [[c.least] for c in corners])
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


def _distinct(numbers: Iterable[Any]) -> list[int]:
    """Places of what is no constant, each once."""
    traced = [x for x in numbers if isinstance(x, Traced) and not _constant(x)]
    return list(dict.fromkeys(x.place for x in traced))


def _constant(x: Traced) -> bool:
    return bool(x.tape.rows[x.place][0] == "constant")


# --- corners -------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Corner:
    values: dict[Monomial, Any]
    least: tuple[int, ...]
    exactly: tuple[int, ...]


class _Polytope:
    """One polytope of a family and its corners, each as the solution of what is tight there."""

    def __init__(self, system: System, members: Sequence[int], group: Group) -> None:
        place = {j: n for n, j in enumerate(members)}
        self.monomials = [system.order[j] for j in members]
        equal = [system._row(g) for _, g in system.equalities] + system.sums
        least = [system._row(g) for _, g in system.inequalities]
        self.equal = [_local(r, place) for r in equal if any(v in place for v in r)]
        self.least = [_local(r, place) for r in least if any(v in place for v in r)]
        # the exact run lists the same coordinates, perhaps in another order
        order = [group.monomials.index(m) for m in self.monomials if m in group.monomials]
        self.corners: list[_Corner] = []
        self.points: list[list[Fraction]] = []
        if len(order) == len(self.monomials) == len(group.monomials):
            self.points = [[c[j] for j in order] for c in group.corners]
            self.corners = [c for c in map(self._corner, self.points) if c is not None]

    def middle(self) -> _Corner:
        """The average of the corners, there where all of them are."""
        count = Fraction(1, len(self.corners))
        return _Corner(
            {m: count * sum(c.values[m] for c in self.corners) for m in self.monomials},
            tuple(dict.fromkeys(x for c in self.corners for x in c.least)),
            tuple(dict.fromkeys(x for c in self.corners for x in c.exactly)),
        )

    def pinned(self) -> dict[Any, tuple[Fraction, Any]]:
        """Variables that the equations determine: the value here, and the formula."""
        found = {}
        for j, m in enumerate(self.monomials):
            here = {point[j] for point in self.points}
            if len(m) == 1 and len(here) == 1:
                found[m[0]] = here.pop(), self.corners[0].values[m]
        return found

    def _corner(self, point: Sequence[Fraction]) -> _Corner | None:
        zero: list[Row] = [{j: Fraction(1)} for j, x in enumerate(point) if x == 0]
        tight = [r for r in self.least if plain(_value(r, point)) == 0]
        solved = _solve(len(point), self.equal, [*zero, *tight])
        if solved is None:
            return None
        values, exactly, used = solved
        # what was used is zero by construction
        rest = [r for r in self.least if not any(r is u for u in used)]
        least = [*values, *(_value(r, values) for r in rest)]
        named = dict(zip(self.monomials, values, strict=True))
        return _Corner(named, tuple(_distinct(least)), tuple(_distinct(exactly)))


def _local(row: Row, place: dict[int, int]) -> Row:
    return {(place[v] if v >= 0 else -1): c for v, c in row.items()}


def _value(row: Row, point: Sequence[Any]) -> Any:
    total = row.get(-1, Fraction(0))
    for v, c in row.items():
        if v >= 0:
            total = total + c * point[v]
    return total


def _solve(
    size: int, equal: Sequence[Row], others: Sequence[Row]
) -> tuple[list[Any], list[Any], list[Row]] | None:
    """The point where equations hold, by elimination, and what is left of those too many.

    Of the other rows, which hold with equality here, only as many are used as are needed; they
    are the third result.
    """
    used: list[Row] = []
    rows: list[tuple[int, Row]] = []  # (pivot, row without earlier pivots)
    exactly: list[Any] = []
    for n, given in enumerate([*equal, *others]):
        if len(rows) == size and n >= len(equal):
            break
        row = _reduced(given, rows)
        free = [v for v, c in row.items() if v >= 0 and c]
        if free:
            pivot = max(free, key=lambda v: abs(row[v]))
            factor = row[pivot]
            rows.append((pivot, {v: c / factor for v, c in row.items() if v < 0 or c}))
            used.append(given)
        elif n < len(equal):
            exactly.append(row.get(-1, Fraction(0)))
    if len(rows) < size:
        return None
    values: list[Any] = [Fraction(0)] * size
    for pivot, row in reversed(rows):
        rest = {v: c for v, c in row.items() if v != pivot}
        values[pivot] = -_value(rest, values)
    return values, exactly, used


def _reduced(given: Row, rows: Sequence[tuple[int, Row]]) -> Row:
    row = dict(given)
    for pivot, other in rows:
        factor = row.pop(pivot, None)
        if factor:
            for v, c in other.items():
                if v != pivot:
                    row[v] = row.get(v, Fraction(0)) - factor * c
    return row


# --- dominance -----------------------------------------------------------------------------------


class _Bounds:
    """What nodes are worth at least and at most, over everything that a family may play below."""

    def __init__(self, traced: TracedBlock, cell: Cell) -> None:
        self.game, self.block = traced.game, traced.block
        self.supports = _supports(traced.block, cell)
        self.memory: dict[tuple[int, int], tuple[Any, Any]] = {}

    def dominance(self) -> list[Any]:
        """For each dropped choice and node, how much better the one that beats it is."""
        s, found = self.game.structure, []
        dropped = self.block.reduced.dropped
        for k, a in dropped:
            better = dropped[k, a]
            while (k, better) in dropped:
                better = dropped[k, better]
            i = s.players.index(s.sets[k].player)
            for node in s.sets[k].nodes:
                low, _ = self.of(s.children[node][better], i)
                _, high = self.of(s.children[node][a], i)
                found.append(low - high)
        return found

    def of(self, node: int, player: int) -> tuple[Any, Any]:
        """Least and most worth of a node to a player."""
        key = (node, player)
        if key not in self.memory:
            self.memory[key] = self._of(node, player)
        return self.memory[key]

    def _of(self, node: int, player: int) -> tuple[Any, Any]:
        s, numbers = self.game.structure, self.game.numbers
        if s.kind[node] == OUTCOME:
            worth = numbers[(s.payoffs[node] or ())[player]]
            return worth, worth
        if s.kind[node] == MOVE:
            played = self.supports[s.set_of[node]]
            below = [self.of(c, player) for a, c in enumerate(s.children[node]) if played >> a & 1]
            low, high = below[0]
            for other in below[1:]:
                low, high = smallest(low, other[0]), largest(high, other[1])
            return low, high
        low, high = Fraction(0), Fraction(0)
        for c in s.children[node]:
            p = numbers[(s.chance[c] or ())[player]]
            least, most = self.of(c, player)
            low, high = low + p * least, high + p * most
        return low, high
