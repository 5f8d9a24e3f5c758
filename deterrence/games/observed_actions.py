"""Multi-stage games with observed actions and independent types, recognised in a tree.

Fudenberg and Tirole (1991, section 3): chance draws each player's type, known to the player alone;
in each stage some players choose at the same time, and all see what was chosen before the next.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from deterrence.errors import InputError
from deterrence.games.structure import CHANCE, MOVE, InformationSet
from deterrence.games.tree import Game

__all__ = ["Spot", "Stages", "stages_of"]

Step = tuple[str, str]  # a player and its action
Past = tuple[Step, ...]


@dataclass(frozen=True)
class Spot:
    """An information set as its player sees it.

    Attributes
    ----------
    set : InformationSet
    past : tuple of (player, action)
        What all have seen.
    type : int
        The player's own.
    nodes : tuple of (int, tuple of (player, action))
        For each node, which draw of chance it is, and what others do in the same stage.
    """

    set: InformationSet
    past: Past
    type: int
    nodes: tuple[tuple[int, Past], ...]


@dataclass(frozen=True)
class Stages:
    """A game in stages.

    Attributes
    ----------
    spots : tuple of Spot
        By information set.
    types : dict of str to list of int
        For each player who moves, its type at each draw of chance.
    priors : dict of str to list of fractions.Fraction
        For each player who moves, how likely its types are.
    draws : list of fractions.Fraction
        How likely each draw is, given everybody's types.
    length : int
        The largest number of stages.
    """

    spots: tuple[Spot, ...]
    types: dict[str, list[int]]
    priors: dict[str, list[Fraction]]
    draws: list[Fraction]
    length: int


def stages_of(game: Game) -> Stages:
    """The stages of a game.

    Parameters
    ----------
    game : Game
        With numbers, and without impossible chance branches.

    Raises
    ------
    InputError
        If the game is not one of observed actions and independent types, with the reason.
    """
    places = sorted({k for row in game.structure.chance if row for k in row})
    key = ("stages", tuple(game.numbers[k] for k in places))
    found: Stages = game.structure.remember(key, _Finder(game).run)
    return found


class _Finder:
    def __init__(self, game: Game) -> None:
        self.game, self.s = game, game.structure

    def run(self) -> Stages:
        """Read the tree."""
        if not self.s.symmetric_chance:
            raise _refusal("players differ about what chance does")
        self.draw: dict[int, int] = {}
        self.past: dict[int, Past] = {}
        self.weights: list[Fraction] = []
        self._walk()
        spots = tuple(self._spot(s) for s in self.s.sets)
        self.spots = spots
        types = self._types()
        spots = tuple(
            Spot(x.set, x.past, types[x.set.player][x.nodes[0][0]], x.nodes) for x in spots
        )
        self._check_observed(spots, types)
        priors, draws = self._independent(types)
        length = max((len(self._stages(x)) for x in spots), default=0)
        return Stages(spots, types, priors, draws, length)

    def _walk(self) -> None:
        """Number the draws of chance, and collect what is done after each."""
        s, numbers = self.s, self.game.numbers
        stack: list[tuple[int, Fraction | int, Past]] = [(0, Fraction(1), ())]
        while stack:
            node, weight, past = stack.pop()
            if s.kind[node] == CHANCE:
                if isinstance(weight, int):
                    raise _refusal(
                        f"chance moves after {s.histories[node]}, when players have moved"
                    )
                for child in reversed(s.children[node]):
                    share = numbers[(s.chance[child] or ())[0]]
                    stack.append((child, weight * share, ()))
                continue
            if not isinstance(weight, int):
                self.weights.append(weight)
                weight = len(self.weights) - 1
            self.draw[node], self.past[node] = weight, past
            if s.kind[node] == MOVE:
                mover = s.sets[s.set_of[node]].player
                below = reversed(s.children[node])
                stack.extend((c, weight, (*past, (mover, str(s.label[c])))) for c in below)

    def _spot(self, own: InformationSet) -> Spot:
        pasts = [self.past[n] for n in own.nodes]
        shared = 0
        while all(len(p) > shared and p[shared] == pasts[0][shared] for p in pasts):
            shared += 1
        nodes = tuple(
            (self.draw[n], past[shared:]) for n, past in zip(own.nodes, pasts, strict=True)
        )
        return Spot(own, pasts[0][:shared], 0, nodes)

    def _types(self) -> dict[str, list[int]]:
        """For each player who moves, the draws that it cannot tell apart."""
        found: dict[str, list[int]] = {}
        for player in dict.fromkeys(x.set.player for x in self.spots):
            kinds: list[frozenset[int]] = []
            for x in self.spots:
                if x.set.player == player:
                    own = frozenset(draw for draw, _ in x.nodes)
                    if own not in kinds:
                        if any(own & other for other in kinds):
                            raise _refusal(f"{player} learns more about chance by {x.set}")
                        kinds.append(own)
            if sum(map(len, kinds)) < len(self.weights):
                raise _refusal(f"{player} does not move after every draw of chance")
            kinds.sort(key=min)
            found[player] = [
                next(k for k, own in enumerate(kinds) if draw in own)
                for draw in range(len(self.weights))
            ]
        return found

    def _check_observed(self, spots: Sequence[Spot], types: dict[str, list[int]]) -> None:
        """Whether everybody sees what was done in earlier stages, and nothing of its own stage."""
        at = {node: x for x in spots for node in x.set.nodes}
        for x in spots:
            kind = [d for d, t in enumerate(types[x.set.player]) if t == x.type]
            meanwhile = {suffix for _, suffix in x.nodes}
            if len(x.nodes) != len(kind) * len(meanwhile):
                raise _refusal(f"{x.set} does not have every draw with every action of the stage")
            options: list[tuple[str, ...]] = []
            for above in self._between(x):
                if at[above].past != x.past:
                    raise _refusal(f"{x.set} does not see what {at[above].set} does earlier")
                options.append(at[above].set.actions)
            if len(meanwhile) != prod(map(len, options)):
                raise _refusal(f"{x.set} sees a part of what is done in its stage")

    def _between(self, x: Spot) -> Iterator[int]:
        """The nodes of the same stage on the way to the first node of a set."""
        node = x.set.nodes[0]
        for _ in x.nodes[0][1]:
            node = self.s.parent[node]
            yield node

    def _independent(
        self, types: dict[str, list[int]]
    ) -> tuple[dict[str, list[Fraction]], list[Fraction]]:
        """Prior beliefs about each player's type, and chance given all types."""
        priors = {
            player: [
                sum((w for w, t in zip(self.weights, row, strict=True) if t == kind), Fraction(0))
                for kind in range(max(row) + 1)
            ]
            for player, row in types.items()
        }
        totals: dict[tuple[int, ...], Fraction] = {}
        for draw, weight in enumerate(self.weights):
            key = tuple(row[draw] for row in types.values())
            totals[key] = totals.get(key, Fraction(0)) + weight
        for key in itertools.product(*(range(len(row)) for row in priors.values())):
            due = prod(
                (row[k] for row, k in zip(priors.values(), key, strict=True)), start=Fraction(1)
            )
            if totals.get(key) != due:
                raise _refusal("the players' types are not independent")
        draws = [
            weight / totals[tuple(row[draw] for row in types.values())]
            for draw, weight in enumerate(self.weights)
        ]
        return priors, draws

    def _stages(self, x: Spot) -> set[Past]:
        """The stages up to a set."""
        found = {x.past}
        node = x.set.nodes[0]
        while (node := self.s.parent[node]) >= 0:
            if self.s.kind[node] == MOVE:
                found.add(self.spots[self.s.set_of[node]].past)
        return found


def _refusal(why: str) -> InputError:
    return InputError(
        "no signalling of what one does not know is defined for games in stages with observed "
        f"actions and independent types (Fudenberg and Tirole 1991); here {why}. Use "
        "'perfect-bayesian', which leaves beliefs off the path free, or 'sequential'."
    )
