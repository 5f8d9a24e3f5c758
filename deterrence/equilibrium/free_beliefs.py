"""One support profile where beliefs off the path are free, solved with these beliefs eliminated."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.equilibrium.belief_pieces import Condition, Pieces, pieces
from deterrence.equilibrium.cells import Cell, Group, Outcome, Tag
from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.plan_conditions import Gap, Plans
from deterrence.equilibrium.polynomials import Polynomial, add_scaled, substitute, times
from deterrence.equilibrium.profiles import in_support, solve_system
from deterrence.equilibrium.reduced_block import OpenSet, Reduced
from deterrence.equilibrium.supports import SupportProfile
from deterrence.errors import LimitError

__all__ = ["FreeCell", "solve_free_support"]

TOLERANCE = Fraction(1, 10**12)  # where a root had to be rounded
MOST_PIECES = 512
OPEN = "beliefs off the path over nodes whose payoffs depend on later play in different ways"
Rows = list[tuple[Tag | None, Polynomial, bool]]


@dataclass(frozen=True, eq=False)
class FreeCell(Cell):
    """All strategies with one support that some beliefs off the path support, or a piece of them.

    Attributes
    ----------
    conditions : dict
        By open set off the path, what its belief must meet.
    rows : list of (tag, Polynomial, is equation)
        The conditions on strategies.
    """

    conditions: dict[int, list[Gap]] = field(default_factory=dict)
    rows: Rows = field(default_factory=list)

    def contains(self, rows: Mapping[int, tuple[Fraction, ...]]) -> bool:
        """Whether strategies, by information set, are in the cell: support and conditions."""
        played: dict[Any, Fraction] = {
            ("p", k, a): p for k, row in rows.items() for a, p in enumerate(row)
        }
        for k, support in self.supports.items():
            if any((p > 0) != bool(support >> a & 1) for a, p in enumerate(rows[k])):
                return False
        if not self.groups and any(abs(played[v] - x) > TOLERANCE for v, x in self.fixed.items()):
            return False
        slack = Fraction(0) if self.exact else TOLERANCE
        for _, row, equal in self.rows:
            value = substitute(row, played).get((), Fraction(0))
            if value < -slack or (equal and value > slack):
                return False
        return True


class GivenSystem(System):
    """Given conditions instead of those that a support has by itself."""

    rows: Rows
    conditions: dict[int, list[Gap]]

    def collect(self) -> bool:
        """File the conditions; False if one without unknowns fails."""
        return all(
            self._file(tag, substitute(row, self.fixed) if self.fixed else row, equal)
            for tag, row, equal in self.rows
        )

    def fixing(self, values: dict[Any, Fraction]) -> GivenSystem:
        """The same system with more variables fixed."""
        return _system(
            self.reduced,
            self.profile,
            self.reached,
            self.rows,
            self.conditions,
            {**self.fixed, **values},
        )

    def cell(self, groups: tuple[Group, ...], fixed: dict[Any, Fraction], exact: bool) -> FreeCell:
        """The cell that these solutions make up."""
        found = super().cell(groups, fixed, exact)
        return FreeCell(**vars(found), conditions=self.conditions, rows=self.rows)


def _system(
    reduced: Reduced,
    profile: SupportProfile,
    reached: dict[int, list[int]],
    rows: Rows,
    conditions: dict[int, list[Gap]],
    fixed: dict[Any, Fraction],
) -> GivenSystem:
    system = GivenSystem(reduced, profile, reached, frozenset(), {}, fixed)
    system.rows, system.conditions = rows, conditions
    return system


def solve_free_support(reduced: Reduced, profile: SupportProfile) -> Outcome:
    """All weak perfect Bayesian equilibria with one support, or why there are none.

    Parameters
    ----------
    reduced : Reduced
        With a belief for each information set.
    profile : SupportProfile

    Returns
    -------
    Outcome
        Its cells are `FreeCell`; those of one support may overlap.
    """
    outcome = Outcome()
    try:
        _Support(reduced, profile).solve(outcome)
    except LimitError as error:
        outcome.unresolved.append(str(error).rstrip("."))
    return outcome


class _Support:
    def __init__(self, reduced: Reduced, profile: SupportProfile) -> None:
        self.reduced, self.profile = reduced, profile
        self.reached = {
            c.index: [j for j, m in enumerate(c.monomials) if in_support(c.before | m, profile)]
            for c in reduced.classes
        }
        unreached = [
            o
            for o in reduced.open.values()
            if len(o.points) > 1 and not self.reached[o.belief.index]
        ]
        self.unreached = {o.index: o for o in unreached}
        self.plans = Plans(reduced, profile, frozenset(self.unreached))

    def solve(self, outcome: Outcome) -> None:
        found = {k: self._pieces(o) for k, o in self.unreached.items()}
        if any(not p.options and not p.open for p in found.values()):
            outcome.reason = "no belief off the path supports the choice there"
            return
        rows: Rows = []
        for o in self.reduced.open.values():
            more = [] if o.index in self.unreached else self._weighed(o)
            if any(_fails(row, equal) for _, row, equal in more):
                outcome.reason = "a choice of the support is worse than another"
                return
            rows.extend(more)
        self._combine(rows, [p.options for p in found.values()], outcome)
        if any(p.open for p in found.values()):
            relaxed = Outcome()
            self._combine(rows, [((),) if p.open else p.options for p in found.values()], relaxed)
            if relaxed.cells or relaxed.unresolved:
                outcome.unresolved.append(OPEN)

    def _combine(
        self, rows: Rows, options: Sequence[Sequence[Sequence[Condition]]], outcome: Outcome
    ) -> None:
        if prod(map(len, options)) > MOST_PIECES:
            outcome.unresolved.append(
                f"more than {MOST_PIECES} joint pieces of beliefs off the path"
            )
            return
        conditions = {k: self.plans.gaps(o) for k, o in self.unreached.items()}
        for chosen in itertools.product(*options):
            more: Rows = [
                ((k, ()), row, equal)
                for k, option in zip(self.unreached, chosen, strict=True)
                for row, equal in option
            ]
            system = _system(
                self.reduced, self.profile, self.reached, [*rows, *more], conditions, {}
            )
            solve_system(system, outcome)

    def _weighed(self, o: OpenSet) -> Rows:
        """Conditions where play arrives, or where the player knows its node; remembered."""
        gaps = self.plans.gaps(o)
        key = ("weighed", id(gaps), *self.reached[o.belief.index], *self._mixing(o))
        if key not in self.reduced.gaps:
            self.reduced.gaps[key] = self._weighed_afresh(o, gaps)
        found: Rows = self.reduced.gaps[key]
        return found

    def _mixing(self, o: OpenSet) -> list[int]:
        return [self.profile.get(k, 0) for m in o.belief.monomials for k, _ in sorted(m)]

    def _weighed_afresh(self, o: OpenSet, gaps: Sequence[Gap]) -> Rows:
        weights = _system(self.reduced, self.profile, self.reached, [], {}, {}).weights(o.belief)
        found: Rows = []
        for gap in gaps:
            total: Polynomial = {}
            for j, weight in weights:
                add_scaled(total, Fraction(1), times(weight, gap.at[j]))
            found.append((gap.tag, total, gap.equal))
        return found

    def _pieces(self, o: OpenSet) -> Pieces:
        gaps = self.plans.gaps(o)
        key = ("pieces", id(gaps))
        if key not in self.reduced.gaps:
            self.reduced.gaps[key] = pieces(gaps, len(o.points))
        found: Pieces = self.reduced.gaps[key]
        return found


def _fails(row: Polynomial, equal: bool) -> bool:
    if any(row):
        return False
    value = row.get((), Fraction(0))
    return value != 0 if equal else value < 0


def meets(reduced: Reduced, one: FreeCell, two: FreeCell) -> bool:
    """Whether two cells of one support have a point in common."""
    if not one.groups or not two.groups:
        return not one.groups and not two.groups and one.fixed == two.fixed
    reached = _Support(reduced, one.supports).reached
    rows = [*one.rows, *(row for row in two.rows if row not in one.rows)]
    outcome = Outcome()
    solve_system(_system(reduced, one.supports, reached, rows, {}, {}), outcome)
    return bool(outcome.cells)
