"""Trees with perfect recall, drawn at random, as nested nodes and nothing else."""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

import deterrence as dt

Node = Any
History = tuple[Any, ...]
Place = tuple[str, Hashable]
Rng = random.Random
Odds = Callable[[Rng, int], list[Any]]

PLAYERS = ("Ann", "Bob", "Cy")
EVENTS = ("war", "peace", "test")


def payoffs(rng: Rng) -> dict[str, Any]:
    return {p: Fraction(rng.randint(-9, 9), rng.randint(1, 6)) for p in PLAYERS}


def shares(rng: Rng, count: int, least: int = 1) -> list[Fraction]:
    """Probabilities that sum to one."""
    weights = [rng.randint(least, 4) for _ in range(count)]
    if not any(weights):
        weights[-1] = 1
    return [Fraction(w, sum(weights)) for w in weights]


def shared_odds(rng: Rng, count: int) -> list[Any]:
    return list(shares(rng, count))


def own_odds(rng: Rng, count: int) -> list[Any]:
    """Every player's own probabilities, often the same."""
    columns = {p: shares(rng, count) for p in PLAYERS}
    if rng.random() < 0.6:
        columns = dict.fromkeys(PLAYERS, columns[PLAYERS[0]])
    return [{p: columns[p][k] for p in PLAYERS} for k in range(count)]


@dataclass
class _Maker:
    """Makes one tree. A player knows its own past and a signal, so that nothing is forgotten."""

    rng: Rng
    odds: Odds
    payoffs: Callable[[Rng], dict[str, Any]]
    actions: dict[Place, tuple[str, ...]] = field(default_factory=dict)

    def node(self, depth: int, past: Mapping[str, tuple[Any, ...]]) -> Node:
        kind = self.rng.choice(("move", "move", "chance", "outcome")) if depth else "outcome"
        if kind == "outcome":
            named = self.rng.sample(EVENTS, self.rng.randint(0, 2))
            weights = (Fraction(1), Fraction(1, 3), Fraction(0))
            return dt.Outcome(self.payoffs(self.rng), {e: self.rng.choice(weights) for e in named})
        if kind == "chance":
            labels = ("heads", "tails", "edge")[: self.rng.randint(1, 3)]
            odds = self.odds(self.rng, len(labels))
            below = [self.node(depth - 1, past) for _ in labels]
            return dt.Chance(dict(zip(labels, zip(odds, below, strict=True), strict=True)))
        player = self.rng.choice(PLAYERS)
        knows = (past[player], self.rng.randint(0, 1))
        actions = ("a", "b", "c")[: self.rng.randint(1, 3)]
        known = self.actions.setdefault((player, knows), actions)
        choices = {}
        for action in self.rng.sample(known, len(known)):
            after = {**past, player: (*past[player], (knows[1], action))}
            choices[action] = self.node(depth - 1, after)
        return dt.Move(player, knows, choices)


rngs = st.integers(0, 2**32).map(random.Random)


def trees(odds: Odds = shared_odds, payoffs: Any = payoffs) -> st.SearchStrategy[Node]:
    """Trees of up to four levels."""

    def make(depth: int, rng: Rng) -> Node:
        return _Maker(rng, odds, payoffs).node(depth, dict.fromkeys(PLAYERS, ()))

    return st.builds(make, st.integers(0, 4), rngs)


def branches(node: Node) -> list[tuple[Any, Any, Node]]:
    """(label, probability or None, node) for whatever comes next."""
    if isinstance(node, dt.Chance):
        return [(label, p, below) for label, (p, below) in node.choices.items()]
    if isinstance(node, dt.Move):
        return [(label, None, below) for label, below in node.choices.items()]
    return []


def walk(node: Node, history: History = ()) -> Iterator[tuple[History, Node]]:
    yield history, node
    for label, _, below in branches(node):
        yield from walk(below, (*history, label))


def places(root: Node) -> dict[Place, list[History]]:
    """Information sets with the histories that lead to them."""
    found: dict[Place, list[History]] = {}
    for history, node in walk(root):
        if isinstance(node, dt.Move):
            found.setdefault((node.player, node.knows), []).append(history)
    return found


def contents(root: Node) -> dict[History, Any]:
    """Everything that a tree says, by history; the order of choices says nothing."""
    found: dict[History, Any] = {}
    for history, node in walk(root):
        if isinstance(node, dt.Outcome):
            events = node.events
            weights = events if isinstance(events, Mapping) else dict.fromkeys(events, 1)
            found[history] = ("outcome", dict(node.payoffs), dict(weights))
        elif isinstance(node, dt.Move):
            found[history] = ("move", node.player, node.knows, set(node.choices))
        else:
            found[history] = ("chance", {label: per_player(p) for label, p, _ in branches(node)})
    return found


def per_player(probability: Any) -> dict[str, Any]:
    if isinstance(probability, Mapping):
        return dict(probability)
    return dict.fromkeys(PLAYERS, probability)
