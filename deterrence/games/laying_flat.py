"""A tree of nested nodes checked and laid flat, each formula kept once."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from fractions import Fraction
from typing import Any

from deterrence.errors import GameError, InputError, LimitError, unknown
from deterrence.games.formulas import has_infinity
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.numbers import exact, is_float, is_formula, shown
from deterrence.games.structure import (
    CHANCE,
    MOVE,
    OUTCOME,
    InformationSet,
    Structure,
    check_same_actions,
)

__all__ = ["Builder"]

MOST_NODES = 1_000_000


class _Table:
    """Formulas and numbers, each stored once."""

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.places: dict[Any, int] = {}
        self.by_id: dict[int, int] = {}  # hashing a formula is slow, its identity is not
        self.kept: list[Any] = []
        self.floats = False

    def place(self, value: Any, what: str) -> int:
        found = self.by_id.get(id(value))
        if found is not None:
            return found
        entry = self._entry(value, what)
        place = self.places.setdefault(entry, len(self.entries))
        if place == len(self.entries):
            self.entries.append(entry)
        self.by_id[id(value)] = place
        self.kept.append(value)
        return place

    def _entry(self, value: Any, what: str) -> Any:
        if is_formula(value):
            self._check_formula(value, what)
            return value
        self.floats = self.floats or is_float(value)
        return exact(value, what)

    def _check_formula(self, value: Any, what: str) -> None:
        import sympy

        if not isinstance(value, sympy.Expr) or isinstance(value, sympy.MatrixExpr):
            raise InputError(f"{what}: {value} is not a number or a formula for one.")
        if has_infinity(value):
            raise InputError(f"{what}: {value} is not finite.")
        if not value.free_symbols and value.is_real is False:
            raise InputError(f"{what}: {value} is not a real number.")
        undefined = value.atoms(sympy.core.function.AppliedUndef)
        if undefined:
            raise InputError(f"{what}: {undefined.pop()} is a function without a definition.")
        self.floats = self.floats or bool(value.atoms(sympy.Float))


def _below(node: Any) -> list[Any]:
    """The nodes that follow, as far as the node is well formed."""
    if not isinstance(node, (Move, Chance)) or not isinstance(node.choices, Mapping):
        return []
    children = list(node.choices.values())
    if isinstance(node, Move):
        return children
    return [c[1] for c in children if isinstance(c, tuple) and len(c) == 2]


def _check_size(root: Any) -> None:
    """Count before anything is laid out: node objects used twice count twice, at no cost."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, finished = stack.pop()
        if finished:
            open_nodes.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(c)] for c in _below(node))
            if sizes[id(node)] > MOST_NODES:
                raise LimitError(
                    f"the tree has more than {MOST_NODES:,} nodes, the most that this package "
                    "takes. Leave out stages or merge choices (a node object used twice counts "
                    "twice)."
                )
        elif id(node) not in sizes:
            if id(node) in open_nodes:
                raise GameError(
                    "a node follows itself, so that a play would never end. Build a new node for "
                    "each stage."
                )
            open_nodes.add(id(node))
            stack.append((node, True))
            stack.extend((c, False) for c in _below(node))


class Builder:
    """Walks nested nodes without recursion and lays them flat."""

    def __init__(self, players: tuple[str, ...]) -> None:
        self.players = players
        self.table = _Table()
        self.kind: list[str] = []
        self.parent: list[int] = []
        self.label: list[Any] = []
        self.children: list[list[int]] = []
        self.set_of: list[int] = []
        self.payoffs: list[tuple[int, ...] | None] = []
        self.chance: list[tuple[int, ...] | None] = []
        self.events: list[dict[str, int] | None] = []
        self.sets: dict[tuple[str, Hashable], int] = {}
        self.members: list[list[int]] = []
        self.actions: list[tuple[str, ...]] = []

    def build(self, root: Node) -> Structure:
        """The tree laid flat, unless it is too large or not well formed."""
        _check_size(root)
        stack: list[tuple[Any, int, Any, tuple[int, ...] | None]] = [(root, -1, None, None)]
        while stack:
            node, parent, label, chance = stack.pop()
            index = self._add(parent, label, chance)
            branches: list[tuple[Any, Any, Any]]
            if isinstance(node, Move):
                branches = self._move(node, index)
            elif isinstance(node, Chance):
                branches = self._chance(node, index)
            elif isinstance(node, Outcome):
                branches = self._outcome(node, index)
            else:
                raise GameError(
                    f"at history {self._history(index)} stands {node!r}; a node is a Move, a "
                    "Chance or an Outcome."
                )
            stack.extend((child, index, name, places) for name, places, child in reversed(branches))
        return self._finish()

    def _add(self, parent: int, label: Any, chance: tuple[int, ...] | None) -> int:
        index = len(self.kind)
        self.kind.append(OUTCOME)
        self.parent.append(parent)
        self.label.append(label)
        self.children.append([])
        self.set_of.append(-1)
        self.payoffs.append(None)
        self.chance.append(chance)
        self.events.append(None)
        if parent >= 0:
            self.children[parent].append(index)
        return index

    def _history(self, index: int) -> tuple[Any, ...]:
        labels: list[Any] = []
        while index > 0:
            labels.append(self.label[index])
            index = self.parent[index]
        return tuple(reversed(labels))

    def _move(self, node: Move, index: int) -> list[tuple[Any, None, Any]]:
        if node.player not in self.players:
            raise unknown("player", node.player, self.players)
        if not isinstance(node.choices, Mapping) or not node.choices:
            raise GameError(
                f"the move of {node.player} at {node.knows!r} has no choices; give at least one, "
                "or put the following node in its place."
            )
        try:
            place = self.sets.setdefault((node.player, node.knows), len(self.members))
        except TypeError:
            raise GameError(
                f"`knows` of {node.player} is {node.knows!r}, which cannot be hashed; use a tuple "
                "of labels."
            ) from None
        if place == len(self.members):
            self.members.append([])
            self.actions.append(tuple(node.choices))
        if tuple(node.choices) != self.actions[place]:
            check_same_actions(
                node.player,
                node.knows,
                self.actions[place],
                tuple(node.choices),
                self._history(index),
            )
        self.kind[index], self.set_of[index] = MOVE, place
        self.members[place].append(index)
        # in the order of the set's first node, so that children and actions line up
        return [(action, None, node.choices[action]) for action in self.actions[place]]

    def _chance(self, node: Chance, index: int) -> list[tuple[Any, tuple[int, ...], Any]]:
        if not isinstance(node.choices, Mapping) or not node.choices:
            raise GameError(f"the chance move at history {self._history(index)} has no branches.")
        self.kind[index] = CHANCE
        branches = []
        for label, branch in node.choices.items():
            if not isinstance(branch, tuple) or len(branch) != 2:
                raise GameError(
                    f"the chance branch {label!r} at history {self._history(index)} must be "
                    f"(probability, node), not {branch!r}."
                )
            branches.append((label, self._probabilities(branch[0], label), branch[1]))
        return branches

    def _probabilities(self, given: Any, label: Any) -> tuple[int, ...]:
        what = f"probability of {label!r}"
        if isinstance(given, Mapping):
            self._check_players(given, what)
            return tuple(self.table.place(given[p], f"{what} for {p}") for p in self.players)
        return (self.table.place(given, what),) * len(self.players)

    def _check_players(self, given: Mapping[str, Any], what: str) -> None:
        for name in given:
            if name not in self.players:
                raise unknown(f"player in {what}", name, self.players)
        missing = [p for p in self.players if p not in given]
        if missing:
            raise GameError(
                f"{what}: no number for {', '.join(missing)}; give one for each player."
            )

    def _outcome(self, node: Outcome, index: int) -> list[Any]:
        if not isinstance(node.payoffs, Mapping):
            raise GameError(
                f"payoffs at history {self._history(index)}: give a mapping from player to number, "
                f"not {node.payoffs!r}."
            )
        if tuple(node.payoffs) != self.players:  # the history is dear, so only if need be
            self._check_players(node.payoffs, f"payoffs at history {self._history(index)}")
        self.payoffs[index] = tuple(
            self.table.place(node.payoffs[p], f"payoff of {p}") for p in self.players
        )
        self.events[index] = {
            name: self._weight(name, weight) for name, weight in self._named(node, index).items()
        }
        return []

    def _named(self, node: Outcome, index: int) -> Mapping[str, Any]:
        """The events of an outcome with their weights."""
        events: Any = node.events
        if isinstance(events, str):
            events = (events,)
        try:
            named = events if isinstance(events, Mapping) else dict.fromkeys(events, 1)
        except TypeError:
            named = {None: 1}
        if any(not isinstance(name, str) for name in named):
            raise GameError(
                f"the events at history {self._history(index)} are {node.events!r}; give names, or "
                "a mapping from name to weight."
            )
        return named

    def _weight(self, name: str, weight: Any) -> int:
        place = self.table.place(weight, f"weight of event {name!r}")
        entry = self.table.entries[place]
        if isinstance(entry, Fraction) and not 0 <= entry <= 1:
            raise GameError(
                f"the weight of event {name!r} is {shown(entry)}; weights lie in [0, 1]."
            )
        return place

    def _finish(self) -> Structure:
        sets = tuple(
            InformationSet(place, player, knows, self.actions[place], tuple(self.members[place]))
            for (player, knows), place in self.sets.items()
        )
        return Structure(
            players=self.players,
            kind=self.kind,
            parent=self.parent,
            label=self.label,
            children=[tuple(c) for c in self.children],
            set_of=self.set_of,
            sets=sets,
            payoffs=self.payoffs,
            chance=self.chance,
            events=self.events,
        )
