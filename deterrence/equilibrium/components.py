"""Which families hang together: connected components of the set of equilibria of a block."""

from __future__ import annotations

from deterrence.equilibrium.cells import Cell, Group, Tag, atoms_of
from deterrence.equilibrium.links import Links

__all__ = ["connected_components"]


def connected_components(cells: list[Cell]) -> list[list[int]]:
    """Places of the cells of each component, in order of first appearance.

    Two cells are joined if a point of the one with the smaller support satisfies the conditions of
    the larger support with equality: the segment from there into the larger cell stays in it.
    """
    links: Links[int] = Links()
    for small in range(len(cells)):
        for large in range(len(cells)):
            apart = links.head(small) != links.head(large)
            if apart and _touch(cells[small], cells[large]):
                links.join((small, large))
    return links.groups(range(len(cells)))


def _touch(small: Cell, large: Cell) -> bool:
    """Whether the closure of `large` meets `small`, whose support is contained in its own."""
    if small is large or any(s & ~large.supports[k] for k, s in small.supports.items()):
        return False
    if small.supports == large.supports:
        return _beliefs_touch(small, large)
    if large.fixed and not large.groups:
        return False  # an isolated root
    for c, points in small.chosen.items():
        if c in large.chosen and not set(points) <= set(large.chosen[c]):
            return False
    more = {
        (k, a)
        for k, support in small.supports.items()
        for a in range(large.supports[k].bit_length())
        if (large.supports[k] & ~support) >> a & 1
    }
    if any(("p", k, a) in large.fixed for k, a in more):
        return False  # a probability that keeps its positive value throughout
    return _all_tight(small, _conditions_on(small, large, more))


def _conditions_on(small: Cell, large: Cell, more: set[tuple[int, int]]) -> list[Tag]:
    """The conditions of `small` on what `large` plays and `small` does not."""
    tags = dict.fromkeys([*small.gains, *(t for g in small.groups for t, _ in g.inequalities if t)])
    return [
        tag
        for tag in tags
        if more.intersection(atoms_of(tag))
        and all(large.supports[k] >> a & 1 for k, a in atoms_of(tag))
    ]


def _all_tight(cell: Cell, needed: list[Tag]) -> bool:
    """Whether some point of the closed cell makes all `needed` choices as good as those played."""
    if any(cell.gains.get(tag, 0) != 0 for tag in needed):
        return False
    for group in cell.groups:
        tags = [tag for tag in needed if any(tag == t for t, _ in group.inequalities)]
        if tags and not any(_tight_at(group, tags, n) for n in range(len(group.corners))):
            return False
    return True


def _tight_at(group: Group, tags: list[Tag], corner: int) -> bool:
    return all(group.tight(tag, group.corners[corner]) for tag in tags)


def _beliefs_touch(small: Cell, large: Cell) -> bool:
    """Whether, for one support, the beliefs of one cell shrink to those of the other.

    Roots of one nonlinear system are isolated from each other.
    """
    if not small.chosen or not large.chosen:
        return False
    if any(not set(p) <= set(large.chosen.get(c, ())) for c, p in small.chosen.items()):
        return False
    gone = {(c, k) for c, p in large.chosen.items() for k in p if k not in small.chosen[c]}
    if any(not large.groups for _ in gone):
        return False
    for group in large.groups:
        dying = [
            j
            for j, monomial in enumerate(group.monomials)
            if any((c, k) in gone for c, k in large.weight_of.get(monomial, ()))
        ]
        if dying and not any(all(corner[j] == 0 for j in dying) for corner in group.corners):
            return False
    return True
