"""Which continuations can be solved apart, read off the shape of the tree alone.

What follows a move whose nodes are told apart by chance only (a public move of a player without
private information) is a continuation: its entry beliefs are pinned by consistency, because the
mover's trembles are the same at all nodes of the set. Proper subgames are the case of one node.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from deterrence.games.structure import CHANCE, MOVE, OUTCOME, Structure

DEEPEST = 150  # public choices below each other; deeper ones are left to the block solver

__all__ = ["Block", "Choice", "End", "Part", "decompose"]


@dataclass(frozen=True, eq=False)
class End:
    """Outcomes reached without a further move."""

    nodes: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Choice:
    """An information set whose beliefs chance alone determines, and what follows each action."""

    set: int
    parts: tuple[tuple[Part, ...], ...]


@dataclass(frozen=True, eq=False)
class Block:
    """Information sets that must be solved together, and the nodes at which they are entered."""

    sets: tuple[int, ...]
    entries: tuple[int, ...]


Part = End | Choice | Block


def decompose(structure: Structure) -> tuple[Part, ...]:
    """The game as ends, choices and blocks; parts side by side are independent.

    Parameters
    ----------
    structure : Structure

    Returns
    -------
    tuple of Part
    """
    found: tuple[Part, ...] = structure.remember(
        "decomposition", lambda: _Decomposition(structure).continuation([0])
    )
    return found


class _Decomposition:
    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.below = _sets_below(structure)
        self.members = [frozenset(s.nodes) for s in structure.sets]

    def continuation(self, roots: Iterable[int], depth: int = 0) -> tuple[Part, ...]:
        ends, deciding = self._frontier(roots)
        parts: list[Part] = [End(tuple(ends))] if ends else []
        parts.extend(self._part(group, depth) for group in self._linked(deciding))
        return tuple(parts)

    def _frontier(self, roots: Iterable[int]) -> tuple[list[int], list[int]]:
        """Outcomes and first moves below `roots`, through chance only."""
        s, ends, deciding = self.structure, [], []
        stack = list(roots)[::-1]
        while stack:
            node = stack.pop()
            if s.kind[node] == OUTCOME:
                ends.append(node)
            elif s.kind[node] == CHANCE:
                stack.extend(reversed(s.children[node]))
            else:
                deciding.append(node)
        return ends, deciding

    def _linked(self, nodes: list[int]) -> list[list[int]]:
        """Groups of nodes whose subtrees share no information set."""
        groups: list[tuple[int, list[int]]] = []
        for node in nodes:
            mask, members, rest = self.below[node], [node], []
            for other_mask, others in groups:
                if other_mask & mask:
                    mask, members = mask | other_mask, others + members
                else:
                    rest.append((other_mask, others))
            groups = [*rest, (mask, members)]
        return [sorted(members) for _, members in groups]

    def _part(self, group: list[int], depth: int) -> Part:
        s = self.structure
        index = s.set_of[group[0]]
        if depth < DEEPEST and frozenset(group) == self.members[index]:
            columns = [
                [s.children[node][k] for node in group] for k in range(len(s.sets[index].actions))
            ]
            if self._disjoint(columns):
                parts = tuple(self.continuation(column, depth + 1) for column in columns)
                return Choice(index, parts)
        mask = 0
        for node in group:
            mask |= self.below[node]
        sets = tuple(k for k in range(len(s.sets)) if mask >> k & 1)
        return Block(sets, tuple(group))

    def _disjoint(self, columns: list[list[int]]) -> bool:
        seen = 0
        for column in columns:
            mask = 0
            for node in column:
                mask |= self.below[node]
            if seen & mask:
                return False
            seen |= mask
        return True


def _sets_below(structure: Structure) -> list[int]:
    """For each node, the information sets in its subtree as the bits of an integer."""
    below = [0] * len(structure)
    for node in range(len(structure) - 1, -1, -1):
        if structure.kind[node] == MOVE:
            below[node] |= 1 << structure.set_of[node]
        if node:
            below[structure.parent[node]] |= below[node]
    return below
