"""Where the nodes of a drawn tree stand: a column for each step, a row for each end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deterrence.errors import InputError, LimitError, unknown
from deterrence.games.structure import Structure
from deterrence.games.tree import Game

__all__ = ["MOST_NODES", "Layout", "lay_out"]

MOST_NODES = 80


@dataclass(frozen=True)
class Layout:
    """The drawn part of a tree.

    Attributes
    ----------
    nodes : tuple of int
        In preorder, the root of the drawing first.
    places : dict of int to (int, float)
        Column and row of each node.
    cut : dict of int to int
        Nodes whose branches are not drawn, each with how many nodes lie behind it.
    """

    nodes: tuple[int, ...]
    places: dict[int, tuple[int, float]]
    cut: dict[int, int]

    @property
    def columns(self) -> int:
        """How many columns there are."""
        return 1 + max(column for column, _ in self.places.values())

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return 1 + int(max(row for _, row in self.places.values()))


def lay_out(game: Game, root: Sequence[str], depth: int | None) -> Layout:
    """Place the nodes behind a history, down to a depth.

    Parameters
    ----------
    game : Game
    root : sequence of str
        The history at which the drawing starts.
    depth : int or None
        How many steps are drawn; all for None.

    Returns
    -------
    Layout

    Raises
    ------
    LabelError
        For an unknown history.
    LimitError
        If there are more nodes than one can read.
    """
    s = game.structure
    if depth is not None and (not isinstance(depth, int) or depth < 1):
        raise InputError(f"depth is {depth!r}; give a whole number from 1, or None for all steps.")
    steps = _steps(s, _node_at(s, root))
    most = max(steps.values())
    drawn = [n for n, step in steps.items() if depth is None or step <= depth]
    if len(drawn) > MOST_NODES:
        raise LimitError(_advice(s, root, steps, len(drawn), most))
    cut = {n: _below(s, n) for n in drawn if steps[n] == depth and s.children[n]}
    return Layout(tuple(drawn), _places(s, drawn, steps, cut), cut)


def _node_at(s: Structure, root: Sequence[str]) -> int:
    if isinstance(root, str):
        raise InputError(f"root is {root!r}; give a history, a tuple of labels: ({root!r},).")
    node = 0
    for n, label in enumerate(root):
        by_label = {s.label[child]: child for child in s.children[node]}
        if label not in by_label:
            raise unknown(f"label after the history {tuple(root[:n])}", label, by_label)
        node = by_label[label]
    return node


def _steps(s: Structure, top: int) -> dict[int, int]:
    """The nodes from `top` on, in preorder, with their distance from it."""
    steps = {top: 0}
    stack = list(reversed(s.children[top]))
    while stack:
        node = stack.pop()
        steps[node] = steps[s.parent[node]] + 1
        stack.extend(reversed(s.children[node]))
    return steps


def _below(s: Structure, node: int) -> int:
    return len(_steps(s, node)) - 1


def _places(
    s: Structure, drawn: Sequence[int], steps: dict[int, int], cut: dict[int, int]
) -> dict[int, tuple[int, float]]:
    rows: dict[int, float] = {}
    ends = [node for node in drawn if node in cut or not s.children[node]]
    rows.update({node: float(row) for row, node in enumerate(ends)})
    for node in reversed(drawn):
        if node not in rows:
            mine = [rows[child] for child in s.children[node]]
            rows[node] = (mine[0] + mine[-1]) / 2
    return {node: (steps[node] - steps[drawn[0]], rows[node]) for node in drawn}


def _advice(s: Structure, root: Sequence[str], steps: dict[int, int], drawn: int, most: int) -> str:
    fits = max(
        (d for d in range(most) if sum(step <= d for step in steps.values()) <= MOST_NODES),
        default=0,
    )
    top = next(iter(steps))
    deeper = ", ".join(repr((*root, s.label[child])) for child in s.children[top][:4])
    return (
        f"the tree from {tuple(root)!r} on has {drawn:,} nodes; a drawing stays readable up to "
        f"{MOST_NODES}. Draw fewer steps (depth={fits or 1} fits) or start further down: "
        f"root={deeper}."
    )
