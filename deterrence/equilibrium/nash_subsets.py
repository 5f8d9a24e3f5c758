"""How extreme equilibria hang together: maximal Nash subsets and connected components.

A Nash subset is a set of equilibria whose strategies are interchangeable. The maximal ones are the
products of the convex hulls of the two sides of each maximal biclique in the graph whose edges are
the extreme equilibria; the components of the graph are those of the set of equilibria (Winkels
1979, Jansen 1981, Avis, Rosenberg, Savani and von Stengel 2010).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deterrence.equilibrium.bit_sets import bits_of
from deterrence.equilibrium.links import Links
from deterrence.errors import LimitError

__all__ = ["Subset", "components", "maximal_subsets"]

MOST_SUBSETS = 100_000


@dataclass(frozen=True)
class Subset:
    """A maximal Nash subset: every pairing of the two players' strategies is an equilibrium.

    Attributes
    ----------
    first, second : tuple of int
        Places of its extreme strategies, by player.
    """

    first: tuple[int, ...]
    second: tuple[int, ...]


def components(pairs: Sequence[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """The pairs that hang together through a shared strategy, in order of first appearance."""
    links: Links[tuple[int, int]] = Links()  # among strategies, each with its player
    for a, b in pairs:
        links.join(((0, a), (1, b)))
    found: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for a, b in pairs:
        found.setdefault(links.head((0, a)), []).append((a, b))
    return list(found.values())


def maximal_subsets(pairs: Sequence[tuple[int, int]]) -> list[Subset]:
    """The maximal Nash subsets of the extreme equilibria in one component.

    Parameters
    ----------
    pairs : sequence of (int, int)
        Extreme equilibria, by places of the two strategies.

    Returns
    -------
    list of Subset
        Every pair lies in at least one.

    Raises
    ------
    LimitError
        Above 100,000 subsets.
    """
    if len(pairs) == 1:
        return [Subset((pairs[0][0],), (pairs[0][1],))]
    partners: dict[int, int] = {}  # of each first strategy, as bits
    for a, b in pairs:
        partners[a] = partners.get(a, 0) | 1 << b
    shared: set[int] = set()  # the second sides: what some first strategies have in common
    for mask in set(partners.values()):
        shared |= {mask & other for other in shared} - {0}
        shared.add(mask)
        if len(shared) > MOST_SUBSETS:
            raise LimitError(
                f"a component has more than {MOST_SUBSETS:,} maximal Nash subsets, too many to "
                "list. Leave out actions that are copies of others."
            )
    subsets = [
        Subset(
            tuple(a for a, mask in partners.items() if mask & side == side), tuple(bits_of(side))
        )
        for side in shared
    ]
    return sorted(subsets, key=lambda s: (s.first, s.second))
