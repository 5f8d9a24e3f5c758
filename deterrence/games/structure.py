"""The shape of a tree, laid flat: nodes, labels and information sets, without numbers.

Games at different points of one formula game share one structure, so that whatever a solver
learns from the shape alone is learnt once.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

from deterrence.errors import GameError, RecallError

__all__ = ["CHANCE", "MOVE", "OUTCOME", "InformationSet", "Structure"]

MOVE, CHANCE, OUTCOME = "move", "chance", "outcome"


@dataclass(frozen=True, slots=True)
class InformationSet:
    """All nodes that a player cannot tell apart.

    Attributes
    ----------
    index : int
        Its place among the game's information sets.
    player : str
        Who moves.
    knows : hashable
        What the player knows there.
    actions : tuple of str
        The choices.
    nodes : tuple of int
        The nodes, in the tree's preorder.
    """

    index: int
    player: str
    knows: Hashable
    actions: tuple[str, ...]
    nodes: tuple[int, ...]

    def __str__(self) -> str:
        return f"{self.player} {self.knows!r}"


@dataclass(eq=False)
class Structure:
    """A tree in preorder; every list is indexed by node.

    Attributes
    ----------
    players : tuple of str
    kind : list of str
        ``MOVE``, ``CHANCE`` or ``OUTCOME``.
    parent : list of int
        -1 at the root.
    label : list
        The action or chance label that leads here (None at the root).
    children : list of tuple of int
    set_of : list of int
        Index of the information set, -1 where nobody moves.
    sets : tuple of InformationSet
    payoffs : list
        At outcomes, places in the formula table, one for each player.
    chance : list
        Below chance moves, places of the probability of getting here, one for each player.
    events : list
        At outcomes, ``{event: place of its weight}``.
    """

    players: tuple[str, ...]
    kind: list[str]
    parent: list[int]
    label: list[Any]
    children: list[tuple[int, ...]]
    set_of: list[int]
    sets: tuple[InformationSet, ...]
    payoffs: list[tuple[int, ...] | None]
    chance: list[tuple[int, ...] | None]
    events: list[dict[str, int] | None]
    memory: dict[Any, Any] = field(default_factory=dict)  # what solvers learn from the shape

    def __len__(self) -> int:
        return len(self.kind)

    def remember(self, key: Hashable, compute: Callable[[], Any]) -> Any:
        """`compute()`, computed at most once for this structure."""
        if key not in self.memory:
            self.memory[key] = compute()
        return self.memory[key]

    def __getstate__(self) -> dict[str, Any]:
        state = {k: v for k, v in self.__dict__.items() if k in self.__dataclass_fields__}
        state["memory"] = {}
        return state

    @functools.cached_property
    def histories(self) -> list[tuple[Any, ...]]:
        """The labels from the root to each node."""
        found: list[tuple[Any, ...]] = [()] * len(self)
        for node in range(1, len(self)):
            found[node] = (*found[self.parent[node]], self.label[node])
        return found

    def history(self, node: int) -> tuple[Any, ...]:
        """The labels from the root to one node."""
        labels = []
        while node > 0:
            labels.append(self.label[node])
            node = self.parent[node]
        return tuple(reversed(labels))

    @functools.cached_property
    def by_name(self) -> dict[tuple[str, Hashable], InformationSet]:
        """Information sets by player and what it knows."""
        return {(s.player, s.knows): s for s in self.sets}

    @functools.cached_property
    def event_names(self) -> tuple[str, ...]:
        """Every event named at some outcome, in order of first appearance."""
        return tuple(dict.fromkeys(name for e in self.events if e for name in e))

    @functools.cached_property
    def symmetric_chance(self) -> bool:
        """Whether all players share every chance probability."""
        return all(len(set(places)) == 1 for places in self.chance if places is not None)

    def without(self, removed: frozenset[int]) -> Structure:
        """The structure without the subtrees at `removed` (nodes below chance moves)."""
        keep, gone = [], [False] * len(self)
        for node in range(len(self)):
            gone[node] = node in removed or (node > 0 and gone[self.parent[node]])
            if not gone[node]:
                keep.append(node)
        new = {old: place for place, old in enumerate(keep)}
        sets: list[InformationSet] = []
        set_index: dict[int, int] = {}
        left = [(tuple(new[n] for n in s.nodes if not gone[n]), s) for s in self.sets]
        for nodes, s in sorted((pair for pair in left if pair[0]), key=lambda pair: pair[0]):
            set_index[s.index] = len(sets)
            sets.append(InformationSet(len(sets), s.player, s.knows, s.actions, nodes))
        return Structure(
            players=self.players,
            kind=[self.kind[n] for n in keep],
            parent=[-1 if n == 0 else new[self.parent[n]] for n in keep],
            label=[self.label[n] for n in keep],
            children=[tuple(new[c] for c in self.children[n] if not gone[c]) for n in keep],
            set_of=[set_index.get(self.set_of[n], -1) for n in keep],
            sets=tuple(sets),
            payoffs=[self.payoffs[n] for n in keep],
            chance=[self.chance[n] for n in keep],
            events=[self.events[n] for n in keep],
        )


def own_sequences(structure: Structure) -> list[tuple[tuple[int, str], ...]]:
    """For each node where somebody moves: that player's earlier (set, action) pairs."""
    by_player: list[dict[str, tuple[tuple[int, str], ...]]] = [{}] * len(structure)
    found: list[tuple[tuple[int, str], ...]] = [()] * len(structure)
    for node in range(len(structure)):
        if node > 0:
            above = structure.parent[node]
            past = by_player[above]
            if structure.kind[above] == MOVE:
                mover = structure.sets[structure.set_of[above]].player
                step = (structure.set_of[above], structure.label[node])
                past = {**past, mover: (*past.get(mover, ()), step)}
            by_player[node] = past
        if structure.kind[node] == MOVE:
            found[node] = by_player[node].get(structure.sets[structure.set_of[node]].player, ())
    return found


def check_perfect_recall(structure: Structure) -> None:
    """Raise RecallError, naming the sets, if a player forgets what it did or knew."""
    sequences = own_sequences(structure)
    for s in structure.sets:
        first = sequences[s.nodes[0]]
        for node in s.nodes:
            mine = sequences[node]
            if any(index == s.index for index, _ in mine):
                raise RecallError(
                    f"{s.player} can come to the information set {s.knows!r} twice in one play "
                    f"(history {structure.history(node)}). Let `knows` hold what it did there."
                )
            if mine != first:
                where, what = _difference(structure, first, mine)
                raise RecallError(
                    f"imperfect recall: at {s.knows!r}, {s.player} does not remember {what}. The "
                    f"histories {structure.history(s.nodes[0])} and {structure.history(node)} "
                    f"share `knows` {s.knows!r} but differ at {where}. Put what the player did and "
                    "knew before into `knows`."
                )


def _difference(
    structure: Structure, one: Sequence[tuple[int, str]], two: Sequence[tuple[int, str]]
) -> tuple[str, str]:
    for (set_one, action_one), (set_two, action_two) in zip(one, two, strict=False):
        if set_one != set_two:
            names = f"{structure.sets[set_one].knows!r} and {structure.sets[set_two].knows!r}"
            return f"its earlier sets {names}", "what it knew"
        if action_one != action_two:
            place = f"its set {structure.sets[set_one].knows!r}"
            return place, f"whether it chose {action_one!r} or {action_two!r}"
    longer = max(one, two, key=len)[min(len(one), len(two))]
    return f"its set {structure.sets[longer[0]].knows!r}", f"having chosen {longer[1]!r}"


def check_same_actions(
    player: str, knows: Hashable, first: Sequence[str], other: Sequence[str], history: Any
) -> None:
    """Raise GameError unless both nodes of an information set offer the same actions."""
    if set(first) != set(other):
        raise GameError(
            f"the nodes at which {player} knows {knows!r} offer different actions: "
            f"{list(first)} and, at history {history}, {list(other)}. A player who cannot tell two "
            "nodes apart has the same choices at both."
        )
