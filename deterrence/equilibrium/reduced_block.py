"""A block with its settled choices folded: the open sets, their beliefs, payoffs in open nodes."""

from __future__ import annotations

import functools
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.decomposition import Block

__all__ = ["BeliefClass", "OpenSet", "Reduced"]

Atom = tuple[int, int]  # (information set, action position)
Expression = tuple[Fraction, tuple[tuple[Fraction, int], ...]]  # constant, (weight, open node)...


@dataclass(frozen=True, eq=False)
class BeliefClass:
    """Information sets that hold the same belief in every consistent assessment.

    Nodes told apart only by chance are one *point*. Own actions and whatever all nodes of a set
    share cancel; what is left of a node's path is its monomial, a set of others' actions.

    Attributes
    ----------
    monomials : tuple of frozenset of Atom
        One for each point.
    constants : tuple of fractions.Fraction
        The points' chance weights.
    before : frozenset of Atom
        What all nodes share, where it matters whether play arrives; otherwise empty.
    """

    index: int
    monomials: tuple[frozenset[Atom], ...]
    constants: tuple[Fraction, ...]
    before: frozenset[Atom] = frozenset()


@dataclass(frozen=True, eq=False)
class OpenSet:
    """An information set with more than one choice left.

    Attributes
    ----------
    actions : tuple of int
        Positions of the choices left.
    points : tuple of tuple of (share, node)
        The nodes of each point of the belief class, shares summing to one.
    values : dict
        ``values[action][point]``: the mover's payoff as an Expression in open nodes.
    """

    index: int
    player: int
    actions: tuple[int, ...]
    belief: BeliefClass
    points: tuple[tuple[tuple[Fraction, int], ...], ...]
    values: dict[int, tuple[Expression, ...]]
    depth: int


@dataclass(frozen=True, eq=False)
class Reduced:
    """A block with its settled choices folded.

    Attributes
    ----------
    settled : dict
        The only choice left, by information set.
    dropped : dict
        ``{(set, action): the action that beats it everywhere}``.
    open : dict
        By information set.
    nodes : tuple of int
        Nodes of open sets in preorder.
    values : dict
        ``values[player][node][action]``: Expression.
    mover : dict
        The player of each information set of the block.
    polytopes, gaps, orders : dict
        Extreme points, conditions and orders of trembles found so far.
    """

    block: Block
    settled: dict[int, int]
    dropped: dict[Atom, int]
    open: dict[int, OpenSet]
    nodes: tuple[int, ...]
    values: dict[int, dict[int, dict[int, Expression]]]
    classes: tuple[BeliefClass, ...]
    mover: dict[int, int]
    polytopes: dict[Any, Any] = field(default_factory=dict)
    gaps: dict[Any, Any] = field(default_factory=dict)
    orders: dict[Any, bool] = field(default_factory=dict)
    _mentions: dict[int, tuple[int, ...]] = field(default_factory=dict)

    def mentions(self, o: OpenSet) -> tuple[int, ...]:
        """The open sets on which the conditions at `o` depend: later ones and those before it."""
        if o.index not in self._mentions:
            found = {k for m in o.belief.monomials for k, _ in m if k in self.open}
            found |= {o.index} | self.later(
                n for c in o.values.values() for _, t in c for _, n in t
            )
            self._mentions[o.index] = tuple(sorted(found))
        return self._mentions[o.index]

    def later(self, start: Iterable[int]) -> set[int]:
        """The open sets that can be reached from open nodes, those of the nodes included."""
        stack = list(start)
        seen = set(stack)
        while stack:
            node = stack.pop()
            for values in self.values.values():
                for _, terms in values[node].values():
                    new = [n for _, n in terms if n not in seen]
                    seen.update(new)
                    stack.extend(new)
        return {self.owner[n] for n in seen}

    @functools.cached_property
    def owner(self) -> dict[int, int]:
        """The open set of each open node."""
        return {n: o.index for o in self.open.values() for point in o.points for _, n in point}
