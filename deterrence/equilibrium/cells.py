"""What a support holds: the exact polytopes, or roots, behind one support profile."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.polynomials import Monomial
from deterrence.equilibrium.polytope import Row, value_at
from deterrence.equilibrium.reduced_block import Atom
from deterrence.equilibrium.supports import SupportProfile

__all__ = ["Cell", "Group", "Outcome", "Tag", "atoms_of", "simplex"]

Tag = tuple[int, Any]  # (set, action), or (set, plan) where a plan is a tuple of Atom


@dataclass(frozen=True, eq=False)
class Group:
    """Unknowns that conditions tie to each other: one polytope in their monomials.

    Attributes
    ----------
    monomials : tuple of Monomial
        The coordinates.
    corners : tuple of tuple of fractions.Fraction
        Extreme points.
    centre : tuple of fractions.Fraction
        Their average, a point of the relative interior.
    equalities, inequalities : tuple of (tag, Row)
        The conditions; a tag is the (set, action), or (set, plan), whose gain the row
        bounds, or None.
    """

    monomials: tuple[Monomial, ...]
    corners: tuple[tuple[Fraction, ...], ...]
    centre: tuple[Fraction, ...]
    equalities: tuple[tuple[Tag | None, Row], ...]
    inequalities: tuple[tuple[Tag | None, Row], ...]

    def tight(self, tag: Tag, corner: Sequence[Fraction]) -> bool | None:
        """Whether the condition `tag` holds with equality; None if it is not in this group."""
        for other, row in self.inequalities:
            if other == tag:
                return value_at(row, corner) == 0
        return None


@dataclass(frozen=True, eq=False)
class Cell:
    """All equilibria of a block with one support: a product of polytopes.

    Attributes
    ----------
    supports : dict
        Actions as bits, by open information set.
    free : frozenset of int
        Belief classes that no play reaches and whose every belief is consistent.
    chosen : dict
        Belief support (points) of unreached classes whose beliefs hang together.
    groups : tuple of Group
    fixed : dict
        Variables found by roots of nonlinear systems, or pinned on the way.
    gains : dict
        Constant gains of conditions without unknowns, by tag.
    parents : dict
        For each mixing probability or belief weight, the two monomials whose ratio it is.
    weight_of : dict
        The (class, point) of tied unreached classes whose weight a monomial is.
    exact : bool
        False if a root had to be approximated (to 40 digits).
    """

    supports: SupportProfile
    free: frozenset[int]
    chosen: dict[int, tuple[int, ...]]
    groups: tuple[Group, ...]
    fixed: dict[Any, Fraction]
    gains: dict[Tag, Fraction]
    parents: dict[Any, tuple[Monomial, Monomial]]
    weight_of: dict[Monomial, tuple[tuple[int, int], ...]]
    exact: bool = True

    @property
    def dimension(self) -> int:
        """Dimension of the set of equilibria, unconstrained off-path beliefs not counted."""
        return sum(_rank(g.corners) for g in self.groups)


@dataclass
class Outcome:
    """What became of one support: its cells, or why there are none."""

    cells: list[Cell] = field(default_factory=list)
    reason: str = ""
    unresolved: list[str] = field(default_factory=list)


def simplex(family: list[Any]) -> Group:
    """All mixtures over some variables."""
    size = len(family)
    unit = [tuple(Fraction(int(i == j)) for j in range(size)) for i in range(size)]
    sums: Row = {-1: Fraction(-1), **{j: Fraction(1) for j in range(size)}}
    even = tuple(Fraction(1, size) for _ in range(size))
    return Group(tuple((v,) for v in family), tuple(unit), even, ((None, sums),), ())


def atoms_of(tag: Tag) -> tuple[Atom, ...]:
    """The choices that a condition is about."""
    return ((tag[0], tag[1]),) if isinstance(tag[1], int) else tuple(tag[1])


def _rank(corners: Sequence[Sequence[Fraction]]) -> int:
    if len(corners) == 1:
        return 0
    base = np.array([[float(x) for x in c] for c in corners])
    return int(np.linalg.matrix_rank(base[1:] - base[0], tol=1e-12))
