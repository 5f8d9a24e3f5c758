"""Beliefs that are updated by what a player does, and signal nothing that it does not know.

Fudenberg and Tirole (1991, conditions B(i) to B(iv)) for games in stages with observed actions and
independent types. All hold one belief about each player's type, independent of the others' types.
It changes only by that player's own actions: by Bayes' rule from the last belief, also off the
path, wherever that belief makes the action possible; after an impossible action it is free, but the
same whatever the others did at the same time.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod

from deterrence.games.observed_actions import Past, Spot, Stages, stages_of
from deterrence.games.structure import InformationSet
from deterrence.games.tree import Game

__all__ = ["signals"]

Rows = Sequence[Sequence[Fraction]]
Vector = tuple[Fraction, ...]
State = tuple[Past, str] | None  # the stage and the action by which a belief came about


def signals(
    game: Game, strategy: Rows, beliefs: Rows, tolerance: Fraction = Fraction(0)
) -> Iterator[tuple[InformationSet, str]]:
    """Where beliefs break the conditions, each with a sentence.

    Parameters
    ----------
    game : Game
        With numbers, and without impossible chance branches.
    strategy : sequence of sequence of fractions.Fraction
        By information set and action.
    beliefs : sequence of sequence of fractions.Fraction
        By information set and node.
    tolerance : fractions.Fraction, optional
        How far beliefs may be off, for rounded numbers.

    Raises
    ------
    InputError
        If the game is not in stages with observed actions and independent types.
    """
    check = _Check(stages_of(game), strategy, beliefs, tolerance)
    yield from check.products()
    for player, prior in check.stages.priors.items():
        if len(prior) > 1:
            yield from _About(check, player).breaks()


class _Check:
    def __init__(self, stages: Stages, strategy: Rows, beliefs: Rows, tolerance: Fraction) -> None:
        self.stages, self.strategy, self.beliefs = stages, strategy, beliefs
        self.tolerance = tolerance
        self.at = {(x.set.player, x.past, x.type): x.set for x in stages.spots}

    def chance_of(self, player: str, past: Past, kind: int, action: str) -> Fraction:
        """How likely a type takes an action."""
        own = self.at[player, past, kind]
        return self.strategy[own.index][own.actions.index(action)]

    def marginal(self, x: Spot, player: str) -> Vector:
        """What is believed at a set about another player's type."""
        totals = [Fraction(0)] * len(self.stages.priors[player])
        for (draw, _), b in zip(x.nodes, self.beliefs[x.set.index], strict=True):
            totals[self.stages.types[player][draw]] += b
        return tuple(totals)

    def close(self, one: Sequence[Fraction], two: Sequence[Fraction]) -> bool:
        """Whether two beliefs are the same."""
        return all(abs(a - b) <= self.tolerance for a, b in zip(one, two, strict=True))

    def products(self) -> Iterator[tuple[InformationSet, str]]:
        """Sets whose beliefs do not treat types and present actions as independent."""
        types = self.stages.types
        for x in self.stages.spots:
            others = [p for p in types if p != x.set.player]
            about = {p: self.marginal(x, p) for p in others}
            due = [
                self.stages.draws[draw]
                * prod((about[p][types[p][draw]] for p in others), start=Fraction(1))
                * prod(
                    (self.chance_of(p, x.past, types[p][draw], a) for p, a in meanwhile),
                    start=Fraction(1),
                )
                for draw, meanwhile in x.nodes
            ]
            if not self.close(due, self.beliefs[x.set.index]):
                yield (
                    x.set,
                    f"{x.set}: the belief is not the product of beliefs about each player's type "
                    "and of what the types would do in this stage.",
                )


class _About:
    """Beliefs about one player's type, by the actions that led to them."""

    def __init__(self, check: _Check, player: str) -> None:
        self.check, self.player = check, player
        self.kinds = range(len(check.stages.priors[player]))
        self.held: dict[State, tuple[Vector, InformationSet]] = {}
        self.below: dict[State, list[tuple[Past, str]]] = {}
        for x in check.stages.spots:
            if x.set.player == player and x.type == 0:
                above = self._state(x.past)
                self.below.setdefault(above, []).extend((x.past, a) for a in x.set.actions)

    def _state(self, past: Past) -> State:
        """The player's last action, with the stage in which it was taken."""
        for k in range(len(past) - 1, -1, -1):
            if past[k][0] == self.player:
                stage = next(
                    past[:n]
                    for n in range(k, -1, -1)
                    if (self.player, past[:n], 0) in self.check.at
                )
                return stage, past[k][1]
        return None

    def breaks(self) -> Iterator[tuple[InformationSet, str]]:
        """Where two sets disagree, or a belief does not follow from the one before."""
        prior = tuple(self.check.stages.priors[self.player])
        for x in self.check.stages.spots:
            if x.set.player == self.player:
                continue
            state, own = self._state(x.past), self.check.marginal(x, self.player)
            if state is None and not self.check.close(own, prior):
                yield x.set, f"{x.set}: {self.player} has not moved, so the belief about it stays."
            elif state in self.held and not self.check.close(own, self.held[state][0]):
                other = self.held[state][1]
                yield (
                    x.set,
                    f"{x.set}: the belief about {self.player} is another than at {other}, though "
                    f"{self.player} has done the same.",
                )
            else:
                self.held.setdefault(state, (own, x.set))
        yield from self._follow(None, prior)

    def _after(self, belief: Sequence[Fraction], past: Past, action: str) -> list[Fraction]:
        return [
            b * self.check.chance_of(self.player, past, kind, action)
            for kind, b in zip(self.kinds, belief, strict=True)
        ]

    def _follow(self, state: State, belief: Vector) -> Iterator[tuple[InformationSet, str]]:
        """Whether later beliefs follow from a belief."""
        for past, action in self.below.get(state, ()):
            child = (past, action)
            weights = self._after(belief, past, action)
            total = sum(weights, Fraction(0))
            held = self.held.get(child)
            if not total:
                yield from self._afresh(child)
                continue
            due = tuple(w / total for w in weights)
            if held and not self.check.close(held[0], due):
                yield (
                    held[1],
                    f"{held[1]}: after {action!r} of {self.player} the belief about it does not "
                    "follow by Bayes' rule from the one before.",
                )
            else:
                yield from self._follow(child, due)

    def _afresh(self, state: State) -> Iterator[tuple[InformationSet, str]]:
        """After an action that was impossible: the belief held, else any that will do."""
        if state in self.held:
            yield from self._follow(state, self.held[state][0])
        elif not self._some(state):
            own = next(iter(self._later(state)))
            yield (
                own,
                f"{own}: no belief about {self.player} before its last actions leads to the "
                "beliefs held after them.",
            )

    def _later(self, state: State) -> Iterator[InformationSet]:
        for child in self.below.get(state, ()):
            if child in self.held:
                yield self.held[child][1]
            yield from self._later(child)

    def _some(self, state: State) -> bool:
        """Whether some belief fits all that are held later."""
        if self.check.tolerance:
            return True  # rounded numbers are compared where both beliefs are held
        return any(
            self._fits(state, support)
            for size in range(1, len(self.kinds) + 1)
            for support in itertools.combinations(self.kinds, size)
        )

    def _fits(self, state: State, support: Sequence[int]) -> bool:
        """Whether a belief with just this support does."""
        even = tuple(Fraction(int(k in support)) for k in self.kinds)
        demands: list[tuple[Vector, Vector]] = []
        return self._demands(state, even, demands) and _agree(demands)

    def _demands(self, state: State, factors: Vector, demands: list[tuple[Vector, Vector]]) -> bool:
        """Collect (factors, belief held later); False if what is held later breaks by itself."""
        for past, action in self.below.get(state, ()):
            child, after = (past, action), tuple(self._after(factors, past, action))
            if not any(after):
                if any(self._afresh(child)):
                    return False
            elif child in self.held:
                held = self.held[child][0]
                demands.append((after, held))
                if any(self._follow(child, held)):
                    return False
            elif not self._demands(child, after, demands):
                return False
        return True


def _agree(demands: Sequence[tuple[Vector, Vector]]) -> bool:
    """Whether some positive weights, times the factors, are in the proportions of each belief."""
    known: list[dict[int, Fraction]] = []  # weights by type, each on a scale of its own
    for factors, held in demands:
        new = {k: held[k] / f for k, f in enumerate(factors) if f}
        if any(bool(h) != (k in new) for k, h in enumerate(held)):
            return False
        rest = []
        for weights in known:
            common = new.keys() & weights.keys()
            if not common:
                rest.append(weights)
                continue
            first = min(common)
            scale = new[first] / weights[first]
            if any(weights[k] * scale != new[k] for k in common):
                return False
            new.update({k: w * scale for k, w in weights.items()})
        known = [*rest, new]
    return True
