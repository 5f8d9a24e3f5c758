"""What hangs together through common links (union-find)."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Generic, TypeVar

__all__ = ["Links"]

T = TypeVar("T", bound=Hashable)


class Links(Generic[T]):
    """Links between things, each of which hangs together with itself from the start."""

    def __init__(self) -> None:
        self._above: dict[T, T] = {}

    def head(self, thing: T) -> T:
        """The same for all that hang together."""
        above = self._above
        while above.setdefault(thing, thing) != thing:
            above[thing] = above[above[thing]]
            thing = above[thing]
        return thing

    def join(self, things: Iterable[T]) -> None:
        """Link things with each other."""
        heads = [self.head(thing) for thing in things]
        for head in heads[1:]:
            self._above[head] = heads[0]

    def groups(self, things: Iterable[T]) -> list[list[T]]:
        """What hangs together among these, in order of first appearance."""
        found: dict[T, list[T]] = {}
        for thing in things:
            found.setdefault(self.head(thing), []).append(thing)
        return list(found.values())
