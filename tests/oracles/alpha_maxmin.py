"""Alpha-maxmin values by recursion on nested nodes; no probability of any player's own is formed.

Shares no code with the solver: a node's value at an ambiguous chance move is the attitude times
the worse of the two ends of the interval, plus the rest times the better.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import deterrence as dt

History = tuple[Any, ...]
Place = tuple[str, Any]
Mixture = Mapping[str, Fraction]
Profile = Mapping[Place, Mixture]

SLACK = Fraction(1, 10**12)


@dataclass
class Oracle:
    """A tree, the branch whose chance is an interval, and players' weights on the worst case."""

    root: Any
    branch: str
    width: Callable[[History], Fraction]
    attitudes: Mapping[str, Fraction]

    def value(self, node: Any, player: str, profile: Profile, history: History = ()) -> Fraction:
        if isinstance(node, dt.Outcome):
            return Fraction(node.payoffs[player])
        if isinstance(node, dt.Move):
            row = profile[node.player, node.knows]
            return sum(
                (
                    q * self.value(node.choices[a], player, profile, (*history, a))
                    for a, q in row.items()
                    if q
                ),
                Fraction(0),
            )
        worth = {
            label: self.value(below, player, profile, (*history, label))
            for label, (_, below) in node.choices.items()
        }
        ends = [
            sum((q * worth[label] for label, q in odds.items()), Fraction(0))
            for odds in self.ends(node, history)
        ]
        a = self.attitudes[player]
        return a * min(ends) + (1 - a) * max(ends)

    def ends(self, node: Any, history: History) -> list[dict[str, Fraction]]:
        middle = {label: Fraction(p) for label, (p, _) in node.choices.items()}
        if self.branch not in middle:
            return [middle]
        (other,) = (label for label in middle if label != self.branch)
        e = self.width(history)
        return [
            {self.branch: middle[self.branch] + s * e, other: middle[other] - s * e}
            for s in (-1, 1)
        ]

    def sets(self) -> dict[Place, list[tuple[History, Any]]]:
        found: dict[Place, list[tuple[History, Any]]] = {}
        for history, node in walk(self.root):
            if isinstance(node, dt.Move):
                found.setdefault((node.player, node.knows), []).append((history, node))
        return found

    def acted_on(
        self, node: Any, history: History, player: str, profile: Profile
    ) -> Mixture | None:
        """The chance that the weighted worst and best case amount to; None where all are alike."""
        worth = {
            label: self.value(below, player, profile, (*history, label))
            for label, (_, below) in node.choices.items()
        }
        ends = self.ends(node, history)
        if len(ends) == 1:
            return ends[0]
        totals = [sum(q * worth[label] for label, q in odds.items()) for odds in ends]
        if totals[0] == totals[1]:
            return None
        worst, best = ends if totals[0] < totals[1] else ends[::-1]
        a = self.attitudes[player]
        return {label: a * worst[label] + (1 - a) * best[label] for label in worst}

    def reach(self, player: str, profile: Profile) -> dict[History, Fraction | None]:
        """By history, as the player acts on chance; None below a move whose ends are alike."""
        found: dict[History, Fraction | None] = {}

        def go(node: Any, history: History, mass: Fraction | None) -> None:
            found[history] = mass
            if isinstance(node, dt.Outcome):
                return
            row: Mixture | None
            if isinstance(node, dt.Move):
                row = profile[node.player, node.knows]
                below = dict(node.choices)
            else:
                row = self.acted_on(node, history, player, profile)
                below = {label: child for label, (_, child) in node.choices.items()}
            for label, child in below.items():
                unknown = mass is None or row is None
                go(child, (*history, label), None if unknown else mass * row[label])

        go(self.root, (), Fraction(1))
        return found

    def faults(
        self, profile: Profile, beliefs: Mapping[Place, Mapping[History, Fraction]]
    ) -> Iterator[str]:
        """What contradicts sequential rationality with alpha-maxmin values, or Bayes."""
        for (player, knows), nodes in self.sets().items():
            held = beliefs[player, knows]
            reach = self.reach(player, profile)
            masses = [reach[h] for h, _ in nodes]
            if None not in masses and sum(masses) > 0:
                for (h, _), mass in zip(nodes, masses, strict=True):
                    if abs(held[h] - mass / sum(masses)) > SLACK:
                        yield f"belief of {player} at {knows}"
            worth = {
                a: sum(
                    held[h] * self.value(n.choices[a], player, profile, (*h, a)) for h, n in nodes
                )
                for a in nodes[0][1].choices
            }
            for a, q in profile[player, knows].items():
                if q and worth[a] < max(worth.values()) - SLACK:
                    yield f"{player} at {knows}: {a}"

    def pure_profiles(self) -> Iterator[dict[Place, dict[str, Fraction]]]:
        places = {place: list(nodes[0][1].choices) for place, nodes in self.sets().items()}
        for chosen in itertools.product(*places.values()):
            yield {
                place: {a: Fraction(int(a == b)) for a in actions}
                for (place, actions), b in zip(places.items(), chosen, strict=True)
            }


def walk(node: Any, history: History = ()) -> Iterator[tuple[History, Any]]:
    yield history, node
    if isinstance(node, dt.Move):
        for label, below in node.choices.items():
            yield from walk(below, (*history, label))
    elif isinstance(node, dt.Chance):
        for label, (_, below) in node.choices.items():
            yield from walk(below, (*history, label))


def played(equilibrium: Any) -> dict[Place, dict[str, Fraction]]:
    return {
        (player, knows): dict(row)
        for player, rows in equilibrium.strategy.items()
        for knows, row in rows.items()
    }


def believed(equilibrium: Any) -> dict[Place, dict[History, Fraction]]:
    return {
        (player, knows): dict(row)
        for player, rows in equilibrium.beliefs.items()
        for knows, row in rows.items()
    }
