"""The sequence form of a tree with at most two players who choose (von Stengel 1996).

A sequence is what one player does on the way to some place; a realisation plan gives each sequence
the probability that the player makes all of its choices. Expected payoffs are bilinear in the two
players' plans, whose number of entries is the number of their actions, not of their plans.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import lcm, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.outcomes import leaves
from deterrence.games.structure import OUTCOME, InformationSet, Structure, own_sequences
from deterrence.games.tree import Game

__all__ = ["Replies", "SequenceForm", "Sequences", "plan_counts"]

MACHINE = 2**62  # what whole numbers of the machine may come to
Whole = NDArray[Any]


@dataclass(frozen=True, eq=False)
class Sequences:
    """The sequences of one player: the empty one first, then one for each action of each set.

    Attributes
    ----------
    player : str or None
        None for a player who has nothing to choose.
    sets : tuple of InformationSet
        Each after those on the way to it.
    first : tuple of int
        The sequence that ends with the first action of each set; those of its other actions follow.
    before : tuple of int
        The sequence that leads to each set.
    """

    player: str | None
    sets: tuple[InformationSet, ...]
    first: tuple[int, ...]
    before: tuple[int, ...]

    def __len__(self) -> int:
        return 1 + sum(len(s.actions) for s in self.sets)

    @functools.cached_property
    def following(self) -> tuple[tuple[int, ...], ...]:
        """By sequence, the places of the sets that come next."""
        found: list[list[int]] = [[] for _ in range(len(self))]
        for place, sequence in enumerate(self.before):
            found[sequence].append(place)
        return tuple(map(tuple, found))

    def actions(self, place: int) -> range:
        """The sequences that end at a set."""
        start = self.first[place]
        return range(start, start + len(self.sets[place].actions))

    @functools.cached_property
    def dimension(self) -> int:
        """Of the set of realisation plans."""
        return sum(len(s.actions) - 1 for s in self.sets)

    def pure_plans(self) -> Whole:
        """All pure realisation plans: rows of zeros and ones, shape (plans, sequences)."""
        size = len(self)
        below: dict[int, Whole] = {}
        for place in reversed(range(len(self.sets))):
            parts = []
            for sequence in self.actions(place):
                rows = self._together(below, self.following[sequence], size)
                rows[:, sequence] = 1
                parts.append(rows)
            below[place] = np.concatenate(parts)
        rows = self._together(below, self.following[0], size)
        rows[:, 0] = 1
        return rows

    @staticmethod
    def _together(below: dict[int, Whole], places: Sequence[int], size: int) -> Whole:
        rows = np.zeros((1, size), dtype=np.int64)
        for place in places:
            rows = (rows[:, None] + below[place][None]).reshape(-1, size)
        return rows


def sequences_of(structure: Structure, player: str | None) -> Sequences:
    """The sequences of a player; the empty one alone where `player` is None."""
    sets = tuple(s for s in structure.sets if s.player == player)
    paths = own_sequences(structure) if sets else []
    first, place_of, count = [], {}, 1
    for place, s in enumerate(sets):
        first.append(count)
        place_of[s.index] = place
        count += len(s.actions)
    before = []
    for s in sets:
        path = paths[s.nodes[0]]
        if path:
            k, action = path[-1]
            before.append(first[place_of[k]] + structure.sets[k].actions.index(action))
        else:
            before.append(0)
    return Sequences(player, sets, tuple(first), tuple(before))


def plan_counts(structure: Structure) -> dict[str, int]:
    """How many plans each player has that are not ruled out by themselves."""
    found = {}
    for player in structure.players:
        own = sequences_of(structure, player)
        counts: dict[int, int] = {}
        for place in reversed(range(len(own.sets))):
            counts[place] = sum(
                prod(counts[k] for k in own.following[sequence]) for sequence in own.actions(place)
            )
        found[player] = prod(counts[k] for k in own.following[0]) if own.sets else 1
    return found


class SequenceForm:
    """Sequences and payoffs of the players who choose; at most two.

    Parameters
    ----------
    game : Game
        With numbers.
    choosers : sequence of str
        The players with more than one plan, at most two.

    Attributes
    ----------
    sequences : tuple of two Sequences
        A missing player has the empty sequence only.
    payoffs : tuple of two ndarray, shape (sequences of the first, sequences of the second)
        In whole numbers: each player's payoffs times its chance probabilities, summed over the
        outcomes behind a pair of sequences, times `units`.
    units : tuple of int
    """

    def __init__(self, game: Game, choosers: Sequence[str]) -> None:
        structure = game.structure
        names: list[str | None] = [*choosers, None, None][:2]
        one, two = (sequences_of(structure, name) for name in names)
        self.game, self.sequences = game, (one, two)
        totals = _totals(game, self.sequences)
        self.units = (_unit(totals, 0), _unit(totals, 1))
        self.payoffs = tuple(
            _matrix(totals, k, self.units[k], (len(one), len(two))) for k in range(2)
        )

    def outcome_tables(self) -> list[NDArray[np.float64]]:
        """Payoffs and event probabilities behind each pair of sequences, in floats.

        In the order of `outcomes.outcome_names`; bilinear in the two players' plans.
        """
        s = self.game.structure
        table = leaves(self.game, [0], [], _reach(self.game))
        worth = table.worth
        ends = [node for node, kind in enumerate(s.kind) if kind == OUTCOME]
        last = _last(self.game, self.sequences)
        shape = (len(self.sequences[0]), len(self.sequences[1]))
        found = []
        for column in worth.T:
            matrix = np.zeros(shape)
            for node, x in zip(ends, column.tolist(), strict=True):
                matrix[last[node]] += x
            found.append(matrix)
        return found

    def replies(self, player: int) -> Replies:
        """How the first (0) or the second (1) player replies to the plans of the other."""
        matrix = self.payoffs[player]
        return Replies(self.sequences[player], matrix if player == 0 else matrix.T)


def _totals(
    game: Game, sequences: tuple[Sequences, Sequences]
) -> dict[tuple[int, int], list[Fraction]]:
    """Payoffs times chance, summed over outcomes, by both players' last sequences."""
    s, numbers = game.structure, game.numbers
    places = [s.players.index(q.player) if q.player else None for q in sequences]
    last, reach = _last(game, sequences), _reach(game)
    found: dict[tuple[int, int], list[Fraction]] = {}
    for node, paid in enumerate(s.payoffs):
        if paid is not None:
            row = found.setdefault(last[node], [Fraction(0), Fraction(0)])
            for k, i in enumerate(places):
                if i is not None:
                    row[k] += reach[i][node] * numbers[paid[i]]
    return found


def _last(game: Game, sequences: tuple[Sequences, Sequences]) -> list[tuple[int, int]]:
    """The players' sequences on the way to each node."""
    s = game.structure
    start = {
        own.index: (k, first)
        for k, q in enumerate(sequences)
        for own, first in zip(q.sets, q.first, strict=True)
    }
    last: list[tuple[int, int]] = [(0, 0)] * len(s)
    for node in range(len(s)):
        for action, child in enumerate(s.children[node]):
            last[child] = last[node]
            if s.set_of[node] in start:
                k, first = start[s.set_of[node]]
                one, two = last[node]
                last[child] = (first + action, two) if k == 0 else (one, first + action)
    return last


def _reach(game: Game) -> list[list[Fraction]]:
    """By player, how likely chance lets each node be reached."""
    s, numbers = game.structure, game.numbers
    rows: list[list[Fraction]] = []
    for i in range(len(s.players)):
        if i and s.symmetric_chance:
            rows.append(rows[0])
            continue
        row = [Fraction(1)] * len(s)
        for node in range(1, len(s)):
            chance = s.chance[node]
            above = row[s.parent[node]]
            row[node] = above if chance is None else above * numbers[chance[i]]
        rows.append(row)
    return rows


def _unit(totals: dict[tuple[int, int], list[Fraction]], k: int) -> int:
    return lcm(*(row[k].denominator for row in totals.values()))


def _matrix(
    totals: dict[tuple[int, int], list[Fraction]], k: int, unit: int, shape: tuple[int, int]
) -> Whole:
    entries = {pair: int(row[k] * unit) for pair, row in totals.items() if row[k]}
    small = sum(map(abs, entries.values())) < MACHINE
    found = np.zeros(shape, dtype=np.int64 if small else object)
    for pair, value in entries.items():
        found[pair] = value
    return found


class Replies:
    """What a player's sequences are worth against realisation plans of the other.

    Parameters
    ----------
    own : Sequences
    matrix : ndarray, shape (own sequences, sequences of the other)
    """

    def __init__(self, own: Sequences, matrix: Whole) -> None:
        self.own, self.matrix = own, matrix
        self._most = int(np.abs(matrix).sum(axis=1).max()) * max(1, len(own))

    def values(self, plans: Whole) -> tuple[Whole, Whole]:
        """What each sequence and each set pays, with the best that can follow.

        Parameters
        ----------
        plans : ndarray, shape (n, sequences of the other)
            In whole numbers, on any scale.

        Returns
        -------
        sequences : ndarray, shape (n, own sequences)
        sets : ndarray, shape (n, own sets)
        """
        matrix = self.matrix
        machine = plans.dtype != object and matrix.dtype != object and len(plans)
        if machine and int(np.abs(plans).max()) * self._most >= MACHINE:
            plans = plans.astype(object)
        worth = plans @ matrix.T
        sets = np.zeros((len(plans), len(self.own.sets)), dtype=worth.dtype)
        for place in reversed(range(len(self.own.sets))):
            actions = self.own.actions(place)
            for sequence in actions:
                for k in self.own.following[sequence]:
                    worth[:, sequence] += sets[:, k]
            sets[:, place] = worth[:, actions.start : actions.stop].max(axis=1)
        for k in self.own.following[0]:
            worth[:, 0] += sets[:, k]
        return worth, sets

    def best(self, plans: Whole) -> NDArray[np.bool_]:
        """Which sequences are best at their sets, with the best that can follow: (n, own)."""
        worth, sets = self.values(plans)
        found = np.ones(worth.shape, dtype=bool)
        for place in range(len(self.own.sets)):
            actions = self.own.actions(place)
            columns = slice(actions.start, actions.stop)
            found[:, columns] = worth[:, columns] == sets[:, place, None]
        return found

    def reply(self, worth: Whole, place: int) -> Whole:
        """What a best plan from a set on pays, as a form in the plans of the other.

        Parameters
        ----------
        worth : ndarray, shape (own sequences,)
            As `values` gives them for one plan of the other.
        place : int
            A set.

        Returns
        -------
        ndarray, shape (sequences of the other,)
        """
        form = np.zeros(self.matrix.shape[1], dtype=self.matrix.dtype)
        for sequence in self._chosen(worth, place):
            form = form + self.matrix[sequence]
        return form

    def _chosen(self, worth: Whole, place: int) -> Iterator[int]:
        waiting = [place]
        while waiting:
            actions = self.own.actions(waiting.pop())
            best = max(actions, key=lambda sequence: worth[sequence])
            yield best
            waiting.extend(self.own.following[best])
