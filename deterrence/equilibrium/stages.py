"""A tree cut at the roots of its subgames: what must be solved together for each concept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from deterrence.games.structure import Structure

__all__ = ["Stage", "stages_of", "whole_game"]


@dataclass(frozen=True, eq=False)
class Stage:
    """The part of a tree from one root down to the subgames below it.

    Attributes
    ----------
    root : int
        A node.
    inner : tuple of int
        Roots of the largest subgames below, where the stage ends.
    """

    root: int
    inner: tuple[int, ...]

    def nodes(self, structure: Structure) -> Iterator[int]:
        """Parents first; the inner roots are among them, what follows those is not."""
        stop = set(self.inner)
        stack = [self.root]
        while stack:
            node = stack.pop()
            yield node
            if node not in stop:
                stack.extend(reversed(structure.children[node]))


def whole_game() -> Stage:
    """The game in one piece."""
    return Stage(0, ())


def stages_of(structure: Structure) -> tuple[Stage, ...]:
    """One stage for each subgame, inner ones first."""
    found: tuple[Stage, ...] = structure.remember("stages", lambda: _stages(structure))
    return found


def _stages(structure: Structure) -> tuple[Stage, ...]:
    roots = set(subgame_roots(structure)) | {0}
    below: dict[int, list[int]] = {root: [] for root in roots}
    for root in sorted(roots - {0}):
        above = structure.parent[root]
        while above not in roots:
            above = structure.parent[above]
        below[above].append(root)
    return tuple(Stage(root, tuple(below[root])) for root in sorted(roots, reverse=True))


def subgame_roots(structure: Structure) -> list[int]:
    """Nodes below which somebody moves and whose subtree no information set leaves, in preorder."""

    def compute() -> list[int]:
        size = len(structure)
        end = list(range(1, size + 1))
        least, most = [size] * size, [-1] * size  # of the information sets below
        for node in range(size - 1, -1, -1):
            k = structure.set_of[node]
            if k >= 0:
                nodes = structure.sets[k].nodes
                least[node], most[node] = min(least[node], nodes[0]), max(most[node], nodes[-1])
            above = structure.parent[node]
            if node:
                end[above] = max(end[above], end[node])
                least[above] = min(least[above], least[node])
                most[above] = max(most[above], most[node])
        return [n for n in range(size) if most[n] >= 0 and n <= least[n] and most[n] < end[n]]

    return cast(list[int], structure.remember("roots of subgames", compute))
