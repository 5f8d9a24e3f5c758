"""Maximal Nash subsets of two players as families of a Solution: which points each one lists."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from fractions import Fraction

from deterrence.equilibrium.nash_subsets import Subset

__all__ = ["MIDDLE", "Pick", "SubsetSource", "mean"]

Pick = tuple[int, int, int]  # a maximal Nash subset, and its middle or a pair of strategies
MIDDLE = (-1, -1)
Point = tuple[Fraction, ...]


class SubsetSource:
    """Numbers components, maximal Nash subsets and points.

    A cell is the place of a maximal Nash subset; a pick says which of its points is meant.

    Parameters
    ----------
    groups : sequence of list of Subset
        The maximal Nash subsets of each component.
    """

    def __init__(self, groups: Sequence[list[Subset]]) -> None:
        self.subsets = [subset for group in groups for subset in group]
        self._of: list[range] = []  # the subsets of each component
        start = 0
        for group in groups:
            self._of.append(range(start, start + len(group)))
            start += len(group)

    @property
    def component_count(self) -> int:
        """Number of components."""
        return len(self._of)

    @functools.cached_property
    def point_count(self) -> int:
        """How many points all families list."""
        return sum(self.points_in((k,)) for k in range(len(self.subsets)))

    def keys(self, component: int) -> list[tuple[int]]:
        """The families of a component."""
        return [(k,) for k in self._of[component]]

    def centre(self, cells: Sequence[int]) -> Pick:
        """The middle of a family."""
        subset = self.subsets[cells[0]]
        if len(subset.first) == len(subset.second) == 1:
            return cells[0], subset.first[0], subset.second[0]
        return cells[0], *MIDDLE

    def picks(self, cells: Sequence[int]) -> Iterator[Pick]:
        """The middle of a family, and its extreme points."""
        (k,), subset = cells, self.subsets[cells[0]]
        if self.points_in(cells) > 1:
            yield k, *MIDDLE
        for a in subset.first:
            for b in subset.second:
                yield k, a, b

    def points_in(self, cells: Sequence[int]) -> int:
        """How many points a family lists."""
        subset = self.subsets[cells[0]]
        count = len(subset.first) * len(subset.second)
        return 1 if count == 1 else count + 1


def mean(points: Sequence[Point]) -> Point:
    """The middle of some points."""
    return tuple(sum(column, Fraction(0)) / len(points) for column in zip(*points, strict=True))
