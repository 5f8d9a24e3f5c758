"""What beliefs ask of trembles, from the paths to the nodes of each information set."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.equilibrium.consistency_record import Comparison
from deterrence.errors import InputError
from deterrence.games.structure import MOVE, Structure
from deterrence.games.tree import Game

__all__ = ["Branches", "Demand", "branches_of", "demands_of"]

Vector = dict[int, int]  # sparse; zeros are left out
Strategy = Sequence[Sequence[Fraction]]


@dataclass(frozen=True)
class Demand:
    """What one node's belief, compared with a believed node's, asks of the trembles."""

    information_set: int
    node: int
    other: int
    actions: Vector  # unplayed actions on the way to the node, minus those to the other
    ratio: Fraction | None  # what the weights of `actions` multiply to; None if not believed

    @property
    def hopeless(self) -> bool:
        """Whether no order meets the demand, since unplayed actions have positive orders."""
        signs = set(self.actions.values())
        return 1 not in signs if self.ratio is None else len(signs) == 1

    @property
    def must_fall(self) -> bool:
        """Whether a hopeless demand fails because the node's order is the greater."""
        return self.ratio is not None and 1 in self.actions.values()

    def comparison(self, times: int) -> Comparison:
        """The same for a proof."""
        believed = self.ratio is not None
        return Comparison(self.information_set, self.node, self.other, believed, times)


@dataclass(frozen=True)
class Branches:
    """The paths to an information set's nodes, without what all of them share.

    Perfect recall puts the mover's own actions among the shared.
    """

    player: int
    nodes: tuple[int, ...]
    actions: tuple[tuple[int, ...], ...]  # numbered through all information sets
    chance: tuple[tuple[int, ...], ...]  # nodes below chance moves

    def luck(self, game: Game, k: int) -> tuple[int, int]:
        """How likely the mover thinks chance on the way to node k, as a ratio."""
        numbers, chance, top, bottom = game.numbers, game.structure.chance, 1, 1
        for below in self.chance[k]:
            p = numbers[(chance[below] or ())[self.player]]
            top, bottom = top * p.numerator, bottom * p.denominator
        return top, bottom


def branches_of(structure: Structure) -> dict[int, Branches]:
    """Information sets of several nodes, by index."""
    found: dict[int, Branches] = structure.remember(
        "consistency", lambda: _find_branches(structure)
    )
    return found


def _find_branches(structure: Structure) -> dict[int, Branches]:
    players = {player: k for k, player in enumerate(structure.players)}
    actions, chance = _paths(structure)
    return {
        s.index: Branches(
            players[s.player],
            s.nodes,
            _unshared([actions[node] for node in s.nodes]),
            _unshared([chance[node] for node in s.nodes]),
        )
        for s in structure.sets
        if len(s.nodes) > 1
    }


def _paths(structure: Structure) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """On the way to each node: the numbered actions, and the nodes below chance moves."""
    first = list(itertools.accumulate((len(s.actions) for s in structure.sets), initial=0))
    actions: list[tuple[int, ...]] = [()] * len(structure)
    chance: list[tuple[int, ...]] = [()] * len(structure)
    for node, children in enumerate(structure.children):
        place = structure.set_of[node]
        for k, child in enumerate(children):
            moved = structure.kind[node] == MOVE
            actions[child] = (*actions[node], first[place] + k) if moved else actions[node]
            chance[child] = chance[node] if moved else (*chance[node], child)
    return actions, chance


def _unshared(paths: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    shared = set(paths[0]).intersection(*paths)
    return tuple(tuple(step for step in path if step not in shared) for path in paths)


def demands_of(
    game: Game, strategy: Strategy, beliefs: Mapping[int, Sequence[Fraction]]
) -> list[Demand]:
    """What the beliefs ask of the trembles, without what every order grants."""
    played = [p for probabilities in strategy for p in probabilities]
    idle = {action for action, p in enumerate(played) if not p}
    branches = branches_of(game.structure)
    demands: list[Demand] = []
    for place, belief in beliefs.items():
        if place in branches:
            comparison = _Comparing(game, place, branches[place], belief, played)
            demands.extend(comparison.demands(idle))
    return demands


class _Comparing:
    """The nodes of one information set, each compared with the first that is believed."""

    def __init__(
        self,
        game: Game,
        place: int,
        branches: Branches,
        belief: Sequence[Fraction],
        played: Sequence[Fraction],
    ) -> None:
        self.game, self.place, self.branches = game, place, branches
        self.belief, self.played = belief, played
        believed = [k for k, p in enumerate(belief) if p]
        if not believed:
            raise InputError(f"the beliefs at {game.structure.sets[place]} are zero everywhere.")
        self.other = believed[0]

    def demands(self, idle: set[int]) -> Iterator[Demand]:
        unplayed = [idle.intersection(path) for path in self.branches.actions]
        nodes, other = self.branches.nodes, self.other
        for k, p in enumerate(self.belief):
            more, less = unplayed[k] - unplayed[other], unplayed[other] - unplayed[k]
            if k != other and (p or less or not more):
                vector = {**dict.fromkeys(more, 1), **dict.fromkeys(less, -1)}
                ratio = self._ratio(k) if p else None
                yield Demand(self.place, nodes[k], nodes[other], vector, ratio)

    def _ratio(self, k: int) -> Fraction:
        """What the weights of unplayed actions must make of the odds of node k to the other."""
        one, two = self.belief[k], self.belief[self.other]
        top, bottom = self._reach(self.other)
        under, over = self._reach(k)
        return Fraction(
            one.numerator * two.denominator * top * over,
            one.denominator * two.numerator * bottom * under,
        )

    def _reach(self, k: int) -> tuple[int, int]:
        """The probability of chance and the played actions, as a ratio of whole numbers."""
        top, bottom = self.branches.luck(self.game, k)
        for action in self.branches.actions[k]:
            if p := self.played[action]:
                top, bottom = top * p.numerator, bottom * p.denominator
        return top, bottom
