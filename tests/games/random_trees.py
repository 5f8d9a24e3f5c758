"""Trees with perfect recall drawn by hypothesis, as nested nodes and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from hypothesis import strategies as st

import deterrence as dt

Node = Any
History = tuple[Any, ...]
Place = tuple[str, Hashable]
Draw = Callable[[st.SearchStrategy[Any]], Any]

PLAYERS = ("Ann", "Bob", "Cy")
EVENTS = ("war", "peace", "test")
PAYOFFS = st.fractions(-5, 5, max_denominator=6)


@dataclass
class _Maker:
    """Draws one tree. A player knows its own past and a signal, so that nothing is forgotten."""

    draw: Draw
    payoff: st.SearchStrategy[Any]
    odds: Callable[[Draw, int], list[Any]]
    actions: dict[Place, tuple[str, ...]] = field(default_factory=dict)

    def node(self, depth: int, past: Mapping[str, tuple[Any, ...]]) -> Node:
        kinds = ("move", "move", "chance", "outcome") if depth else ("outcome",)
        kind = self.draw(st.sampled_from(kinds))
        if kind == "outcome":
            weights = st.sampled_from((Fraction(1), Fraction(1, 3), Fraction(0)))
            events = self.draw(st.dictionaries(st.sampled_from(EVENTS), weights, max_size=2))
            return dt.Outcome({p: self.draw(self.payoff) for p in PLAYERS}, events)
        if kind == "chance":
            labels = ("heads", "tails", "edge")[: self.draw(st.integers(1, 3))]
            odds = self.odds(self.draw, len(labels))
            below = [self.node(depth - 1, past) for _ in labels]
            return dt.Chance(dict(zip(labels, zip(odds, below, strict=True), strict=True)))
        player = self.draw(st.sampled_from(PLAYERS))
        knows = (past[player], self.draw(st.integers(0, 1)))
        known = self.actions.get((player, knows))
        if known is None:
            known = ("a", "b", "c")[: self.draw(st.integers(1, 3))]
            self.actions[player, knows] = known
        choices = {}
        for action in self.draw(st.permutations(known)):
            after = {**past, player: (*past[player], (knows[1], action))}
            choices[action] = self.node(depth - 1, after)
        return dt.Move(player, knows, choices)


def shares(draw: Draw, count: int, least: int = 1) -> list[Fraction]:
    """Probabilities that sum to one."""
    weights = [draw(st.integers(least, 4)) for _ in range(count)]
    if not any(weights):
        weights[-1] = 1
    return [Fraction(w, sum(weights)) for w in weights]


def shared_odds(draw: Draw, count: int) -> list[Any]:
    return list(shares(draw, count))


def own_odds(draw: Draw, count: int) -> list[Any]:
    """Every player's own probabilities, often the same."""
    columns = {p: shares(draw, count) for p in PLAYERS}
    if draw(st.booleans()):
        columns = dict.fromkeys(PLAYERS, columns[PLAYERS[0]])
    return [{p: columns[p][k] for p in PLAYERS} for k in range(count)]


@st.composite
def trees(
    draw: Draw,
    depth: int = 4,
    payoff: st.SearchStrategy[Any] = PAYOFFS,
    odds: Callable[[Draw, int], list[Any]] = shared_odds,
) -> Node:
    return _Maker(draw, payoff, odds).node(depth, dict.fromkeys(PLAYERS, ()))


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
