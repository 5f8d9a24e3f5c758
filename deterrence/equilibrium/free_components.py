"""Which families of perfect Bayesian equilibria hang together.

Given the strategies, the beliefs off the path that support them are a product of polytopes, and the
set of equilibria is closed. So it is connected where the set of its strategies is.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any, cast

from deterrence.equilibrium.cells import Group
from deterrence.equilibrium.free_beliefs import FreeCell, meets
from deterrence.equilibrium.plays import Location

__all__ = ["free_components"]

MOST_ACTIONS = 12  # at one information set, as the solver takes them


def free_components(block: Any) -> list[list[int]]:
    """Places of the cells of each component, in order of first appearance.

    Two cells of one support are joined if they overlap. A cell is joined to one of a smaller
    support if, where its other probabilities vanish, it has a point in the smaller one.
    """
    cells = [cast(FreeCell, c) for c in block.cells]
    leader = list(range(len(cells)))

    def find(n: int) -> int:
        while leader[n] != n:
            leader[n] = leader[leader[n]]
            n = leader[n]
        return n

    packed = [_packed(c) for c in cells]
    for small, own in enumerate(packed):
        for large, other in enumerate(packed):
            apart = not own & ~other and find(small) != find(large)
            if apart and _touch(block, cells, small, large):
                leader[max(find(small), find(large))] = min(find(small), find(large))
    found: dict[int, list[int]] = {}
    for n in range(len(cells)):
        found.setdefault(find(n), []).append(n)
    return list(found.values())


def _packed(cell: FreeCell) -> int:
    """All supports as the bits of one integer."""
    bits = 0
    for _, support in sorted(cell.supports.items()):
        bits = bits << MOST_ACTIONS | support
    return bits


def _touch(block: Any, cells: list[FreeCell], small: int, large: int) -> bool:
    one, two = cells[small], cells[large]
    if one.supports == two.supports:
        return small < large and meets(block.reduced, one, two)
    more = {
        ("p", k, a)
        for k, support in two.supports.items()
        for a in range(support.bit_length())
        if (support & ~one.supports[k]) >> a & 1
    }
    location = _face(two, more)
    if location is None:
        return False
    rows = {k: p.probabilities for k, p in block.play(large, location).items()}
    return one.contains(rows)


def _face(cell: FreeCell, more: set[Any]) -> Location | None:
    """The middle of where all quantities with one of these probabilities vanish."""
    if any(v in cell.fixed for v in more):
        return None
    found = []
    for group in cell.groups:
        gone = [j for j, m in enumerate(group.monomials) if more.intersection(m)]
        corners = [c for c in group.corners if not any(c[j] for j in gone)]
        if not corners:
            return None
        found.append(_middle(group, corners))
    return tuple(found)


def _middle(group: Group, corners: list[tuple[Fraction, ...]]) -> tuple[Fraction, ...]:
    if len(corners) == len(group.corners):
        return group.centre
    count = Fraction(len(corners))
    return tuple(sum(column, Fraction(0)) / count for column in zip(*corners, strict=True))
