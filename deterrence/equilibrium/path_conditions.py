"""What makes a profile an equilibrium, given which choices are made where play arrives.

At a set that play reaches, whoever moves there compares what it plays with every plan that begins
with another action, whatever its later choices. Such a plan leads off the path of play, where the
others' choices are the unknowns: they must deter it, and nothing else is asked of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.polynomials import Monomial, Polynomial, add_scaled, times
from deterrence.equilibrium.stages import Stage
from deterrence.errors import LimitError
from deterrence.games.structure import CHANCE, OUTCOME, InformationSet
from deterrence.games.tree import Game

__all__ = ["Atom", "Conditions", "Gap", "Supports", "Worth"]

Atom = tuple[int, int]  # an information set and an action: its probability
Supports = Mapping[int, tuple[int, ...]]  # by set that play reaches, the actions played
Worth = Mapping[int, Sequence[Polynomial]]  # by root of a subgame, what it pays each player

MOST_PLANS = 500


@dataclass(frozen=True)
class Gap:
    """What a player loses by an action and a plan after it.

    Attributes
    ----------
    tag : Atom
    loss : Polynomial
        In probabilities of the others' choices, times the probability that they lead there.
    equal : bool
        Whether the action is played, so that the loss is zero; else it is not negative.
    """

    tag: Atom
    loss: Polynomial
    equal: bool


@dataclass(frozen=True)
class _Arrival:
    """A node that play reaches, and the mixed choices and chance on the way."""

    node: int
    atoms: Monomial
    chance: tuple[Fraction, ...]


class Conditions:
    """The conditions on one stage with given supports.

    Parameters
    ----------
    game : Game
        With numbers.
    stage : Stage
    supports : mapping
        At every set that play reaches from the stage's root.
    worth : mapping
        Of the subgames in which the stage ends.
    """

    def __init__(self, game: Game, stage: Stage, supports: Supports, worth: Worth) -> None:
        self.game, self.stage, self.supports, self.worth = game, stage, supports, worth
        self.structure = game.structure
        self.owner = self._owners()
        self._values: dict[tuple[int, int], Polynomial] = {}
        self.reached = self._arrivals()

    def _owners(self) -> list[int]:
        place = {player: k for k, player in enumerate(self.structure.players)}
        return [place[s.player] for s in self.structure.sets]

    # -- play ---------------------------------------------------------------------------------

    def _arrivals(self) -> dict[int, list[_Arrival]]:
        """By information set that play reaches, its nodes that play reaches."""
        found: dict[int, list[_Arrival]] = {}
        stack = [_Arrival(self.stage.root, (), (Fraction(1),) * len(self.structure.players))]
        while stack:
            here = stack.pop()
            node, s = here.node, self.structure
            if self._ends(node):
                continue
            if s.kind[node] == CHANCE:
                for child in s.children[node]:
                    odds = self._odds(child)
                    chance = tuple(p * q for p, q in zip(here.chance, odds, strict=True))
                    stack.append(_Arrival(child, here.atoms, chance))
                continue
            k = s.set_of[node]
            found.setdefault(k, []).append(here)
            for a in self.supports[k]:
                mixed = len(self.supports[k]) > 1
                atoms = (*here.atoms, (k, a)) if mixed else here.atoms
                stack.append(_Arrival(s.children[node][a], atoms, here.chance))
        return found

    def _ends(self, node: int) -> bool:
        return self.structure.kind[node] == OUTCOME or node in self.worth

    def _odds(self, child: int) -> list[Fraction]:
        return [self.game.numbers[k] for k in self.structure.chance[child] or ()]

    def value(self, node: int, player: int) -> Polynomial:
        """What play from a node on pays; a player's own mixture is replaced by one of its parts.

        Its own choices are equally good where the conditions hold.
        """
        key = (node, player)
        if key not in self._values:
            self._values[key] = self._value(node, player)
        return self._values[key]

    def _value(self, node: int, player: int) -> Polynomial:
        s = self.structure
        if node in self.worth:
            return self.worth[node][player]
        if s.kind[node] == OUTCOME:
            paid = self.game.numbers[(s.payoffs[node] or ())[player]]
            return {(): paid} if paid else {}
        if s.kind[node] == CHANCE:
            total: Polynomial = {}
            for child in s.children[node]:
                add_scaled(total, self._odds(child)[player], self.value(child, player))
            return total
        k = s.set_of[node]
        played = self.supports[k]
        if len(played) == 1 or self.owner[k] == player:
            return self.value(s.children[node][played[0]], player)
        total = {}
        for a in played:
            part = times({((k, a),): Fraction(1)}, self.value(s.children[node][a], player))
            add_scaled(total, Fraction(1), part)
        return total

    # -- conditions ---------------------------------------------------------------------------

    def gaps(self) -> Iterator[Gap]:
        """All conditions, those among played actions first."""
        kept: dict[int, Polynomial] = {}
        for k in self.reached:
            first, *others = self.supports[k]
            kept[k] = self._continued(k, first)
            for a in others:
                yield Gap((k, a), _less(kept[k], self._continued(k, a)), equal=True)
        for k in self.reached:
            s = self.structure.sets[k]
            for a in range(len(s.actions)):
                if a not in self.supports[k]:
                    for plan in self._deviations(s, a):
                        yield Gap((k, a), _less(kept[k], plan), equal=False)

    def _weights(self, k: int) -> Iterator[tuple[int, Fraction, Monomial]]:
        """Nodes of a reached set with the probability that the others lead there."""
        player = self.owner[k]
        for arrival in self.reached[k]:
            others = tuple(atom for atom in arrival.atoms if self.owner[atom[0]] != player)
            yield arrival.node, arrival.chance[player], others

    def _continued(self, k: int, action: int) -> Polynomial:
        """What an action that is played pays, with play as it is after it."""
        total: Polynomial = {}
        for node, chance, atoms in self._weights(k):
            child = self.structure.children[node][action]
            weight = {tuple(sorted(atoms)): chance}
            add_scaled(total, Fraction(1), times(weight, self.value(child, self.owner[k])))
        return total

    def _deviations(self, s: InformationSet, action: int) -> list[Polynomial]:
        """What each plan that begins with an unplayed action pays."""
        starts = [
            (self.structure.children[node][action], chance, atoms)
            for node, chance, atoms in self._weights(s.index)
        ]
        plans = _Plans(self, self.owner[s.index], starts)
        found = plans.values(None)
        if found is None:
            raise LimitError(
                f"{s.player} at {s.knows!r} has more than {MOST_PLANS:,} plans that begin with "
                f"{s.actions[action]!r}. Solve for 'sequential', which needs no such plans."
            )
        return found


class _Plans:
    """What a player's plans pay from some nodes on, off the path of its own play."""

    def __init__(
        self, conditions: Conditions, player: int, starts: Sequence[tuple[int, Fraction, Monomial]]
    ) -> None:
        self.conditions, self.player = conditions, player
        self.paid: dict[Atom | None, Polynomial] = {}  # by own last choice
        self.following: dict[Atom | None, list[int]] = {}
        self._walk(starts)

    def _walk(self, starts: Sequence[tuple[int, Fraction, Monomial]]) -> None:
        c, s = self.conditions, self.conditions.structure
        stack: list[tuple[int, Fraction, Monomial, Atom | None]]
        stack = [(node, chance, atoms, None) for node, chance, atoms in reversed(starts)]
        while stack:
            node, chance, atoms, last = stack.pop()
            if c._ends(node):
                weight = {tuple(sorted(atoms)): chance}
                value = times(weight, c.value(node, self.player))
                add_scaled(self.paid.setdefault(last, {}), Fraction(1), value)
                continue
            k = s.set_of[node]
            if s.kind[node] == CHANCE:
                for child in s.children[node]:
                    stack.append((child, chance * c._odds(child)[self.player], atoms, last))
            elif c.owner[k] == self.player:
                own = self.following.setdefault(last, [])
                if k not in own:
                    own.append(k)
                stack.extend((n, chance, atoms, (k, a)) for a, n in enumerate(s.children[node]))
            else:
                stack.extend(
                    (n, chance, (*atoms, *extra), last) for n, extra in self._others(node, k)
                )

    def _others(self, node: int, k: int) -> Iterator[tuple[int, Monomial]]:
        """What another player may choose: as on the path where play reaches the set."""
        c, children = self.conditions, self.conditions.structure.children[node]
        actions = c.supports.get(k, range(len(children)))
        for a in actions:
            yield children[a], ((k, a),) if len(actions) > 1 else ()

    def values(self, last: Atom | None) -> list[Polynomial] | None:
        """Values of all plans after an own choice, each once; None where they are too many."""
        found = [self.paid.get(last, {})]
        for k in self.following.get(last, ()):
            options: list[Polynomial] = []
            for a in range(len(self.conditions.structure.sets[k].actions)):
                after = self.values((k, a))
                if after is None:
                    return None
                options.extend(after)
            if len(found) * len(options) > MOST_PLANS:
                return None
            found = _distinct([_sum(one, two) for one in found for two in options])
        return found


def _less(one: Polynomial, two: Polynomial) -> Polynomial:
    result = dict(one)
    add_scaled(result, Fraction(-1), two)
    return result


def _sum(one: Polynomial, two: Polynomial) -> Polynomial:
    result = dict(one)
    add_scaled(result, Fraction(1), two)
    return result


def _distinct(rows: Sequence[Polynomial]) -> list[Polynomial]:
    seen: dict[Any, Polynomial] = {frozenset(row.items()): row for row in rows}
    return list(seen.values())
