"""The conditions of one support as polynomials, and their linear form in realisation weights.

A mover's own later choices drop out by indifference, and each side's conditions hold the weights of
the other. Written in their monomials (as in the sequence form) the conditions are therefore linear
in most games. Where the monomials are independent of each other, every positive solution of the
linear system comes from probabilities, so that the polyhedron *is* the support's set of equilibria.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.cells import Cell, Group, Tag, simplex
from deterrence.equilibrium.links import Links
from deterrence.equilibrium.polynomials import (
    Monomial,
    Polynomial,
    add_scaled,
    constant_of,
    substitute,
    times,
)
from deterrence.equilibrium.polytope import Row, extreme_points
from deterrence.equilibrium.reduced_block import Atom, BeliefClass, Expression, OpenSet, Reduced
from deterrence.equilibrium.supports import SupportProfile

__all__ = ["System"]


class System:
    """The conditions of one support and one choice of unreached belief supports."""

    def __init__(
        self,
        reduced: Reduced,
        profile: SupportProfile,
        reached: dict[int, list[int]],
        free: frozenset[int],
        chosen: dict[int, tuple[int, ...]],
        fixed: dict[Any, Fraction],
    ) -> None:
        self.reduced, self.profile = reduced, profile
        self.reached, self.free, self.chosen, self.fixed = reached, free, chosen, fixed
        self.values: dict[tuple[int, int], Polynomial] = {}
        self.gains: dict[Tag, Fraction] = {}
        self.equalities: list[tuple[Tag | None, Polynomial]] = []
        self.inequalities: list[tuple[Tag | None, Polynomial]] = []

    def cell(self, groups: tuple[Group, ...], fixed: dict[Any, Fraction], exact: bool) -> Cell:
        """The cell that these solutions make up."""
        idle = self._idle(groups)
        parents = {**self.parents, **{m[0]: (m, ()) for g in idle for m in g.monomials}}
        return Cell(
            self.profile,
            self.free,
            self.chosen,
            (*groups, *idle),
            fixed,
            self.gains,
            parents,
            self._weight_of(),
            exact,
        )

    def _idle(self, groups: tuple[Group, ...]) -> list[Group]:
        """Mixtures that matter only behind a belief of zero: they are free."""
        middle = {m: x for g in groups for m, x in zip(g.monomials, g.centre, strict=True)}
        found = []
        for family in self.simplices():
            first = family[0]
            if first[0] == "p" and first in self.parents and first not in self.fixed:
                parent = self.parents[first][1]
                if parent and middle.get(parent) == 0:
                    found.append(simplex(family))
        return found

    def _weight_of(self) -> dict[Monomial, tuple[tuple[int, int], ...]]:
        found: dict[Monomial, tuple[tuple[int, int], ...]] = {}
        for (c, points), weights in zip(self.chosen.items(), self._scaled(), strict=True):
            for k, (_, m) in zip(points, weights, strict=True):
                found[m] = (*found.get(m, ()), (c, k))
        return found

    # -- conditions ---------------------------------------------------------------------------

    def collect(self) -> bool:
        """Collect conditions; False if one without unknowns fails."""
        for o in self.reduced.open.values():
            support = self.profile[o.index]
            for a, gap in self._gaps(o):
                if self.fixed:
                    gap = substitute(gap, self.fixed)
                if not self._file((o.index, a), gap, bool(support >> a & 1)):
                    return False
        return True

    def _gaps(self, o: OpenSet) -> list[tuple[int, Polynomial]]:
        """What the first action of the support gains over each other one.

        Remembered, since it depends only on the sets that come later or decide the belief.
        """
        c = o.belief.index
        key = (
            o.index,
            *(self.profile[k] for k in self.reduced.mentions(o)),
            c in self.free,
            self.chosen.get(c),
            tuple(self.reached[c]),
        )
        if key not in self.reduced.gaps:
            self.reduced.gaps[key] = self._gaps_afresh(o)
        found: list[tuple[int, Polynomial]] = self.reduced.gaps[key]
        return found

    def _gaps_afresh(self, o: OpenSet) -> list[tuple[int, Polynomial]]:
        weights = self.weights(o.belief)
        support = self.profile[o.index]
        first = (support & -support).bit_length() - 1
        best = [self._expression(e, o.player) for e in o.values[first]]
        found = []
        for a in o.actions:
            if a != first:
                gap: Polynomial = {}
                for k, weight in weights:
                    difference = dict(best[k])
                    add_scaled(difference, Fraction(-1), self._expression(o.values[a][k], o.player))
                    add_scaled(gap, Fraction(1), times(weight, difference))
                found.append((a, gap))
        return found

    def _file(self, tag: Tag | None, gap: Polynomial, equal: bool) -> bool:
        constant = constant_of(gap)
        if constant is None:
            (self.equalities if equal else self.inequalities).append((tag, gap))
            return True
        if tag is not None:
            self.gains[tag] = constant
        return constant == 0 if equal else constant >= 0

    def weights(self, belief: BeliefClass) -> list[tuple[int, Polynomial]]:
        """Unnormalised belief weights of the points that may have any."""
        c = belief.index
        if len(belief.monomials) == 1:
            return [(0, {(): Fraction(1)})]
        if c in self.free:
            return [(k, {(("m", c, k),): Fraction(1)}) for k in range(len(belief.monomials))]
        points = self.chosen.get(c, self.reached[c])
        return [(k, {self._product(belief.monomials[k]): belief.constants[k]}) for k in points]

    def _product(self, monomial: Iterable[Atom]) -> Monomial:
        variables = []
        for k, a in monomial:
            support = self.profile.get(k, 0)
            if not support >> a & 1:
                variables.append(("t", k, a))
            elif support != 1 << a:
                variables.append(("p", k, a))
        return tuple(sorted(variables))

    def _expression(self, expression: Expression, player: int) -> Polynomial:
        constant, terms = expression
        total: Polynomial = {(): constant} if constant else {}
        for weight, node in terms:
            add_scaled(total, weight, self._value(node, player))
        return total

    def _value(self, node: int, player: int) -> Polynomial:
        found = self.values.get((node, player))
        if found is not None:
            return found
        k = self.reduced.owner[node]
        support = self.profile[k]
        row = self.reduced.values[player][node]
        if self.reduced.open[k].player == player or support & (support - 1) == 0:
            # own later choices are indifferent over the support, so any of them will do
            total = self._expression(row[(support & -support).bit_length() - 1], player)
        else:
            total = {}
            for a in self.reduced.open[k].actions:
                if support >> a & 1:
                    probability = {(("p", k, a),): Fraction(1)}
                    inner = self._expression(row[a], player)
                    add_scaled(total, Fraction(1), times(probability, inner))
        self.values[(node, player)] = total
        return total

    # -- linear form --------------------------------------------------------------------------

    def linearise(self) -> None:
        """Give each monomial a coordinate, with the sums that tie siblings to their parent."""
        self.place: dict[Monomial, int] = {}
        self.order: list[Monomial] = []
        self.sums: list[Row] = []
        self.parents: dict[Any, tuple[Monomial, Monomial]] = {}
        summed: set[tuple[Monomial, Any]] = set()
        pending = self._mentioned()
        while pending:
            monomial = pending.pop()
            self._coordinate(monomial)
            last = self._deepest(monomial)
            if last is None:
                continue
            parent = _without(monomial, last)
            family = self.family(last)
            if (parent, family[0]) in summed:
                continue
            summed.add((parent, family[0]))
            row: Row = {}
            for v in family:
                if v in self.fixed:
                    self._add(row, parent, self.fixed[v])
                    continue
                sibling = tuple(sorted((*parent, v)))
                self.parents.setdefault(v, (sibling, parent))
                self._add(row, sibling, Fraction(1))
                pending.append(sibling)
            self._add(row, parent, Fraction(-1))
            if parent:
                pending.append(parent)
            self.sums.append(row)
        self.sums.extend(self._scales())

    def _mentioned(self) -> list[Monomial]:
        """Products that conditions mention, and one of each mix that none mentions."""
        found = [m for _, g in self.equalities + self.inequalities for m in g if m]
        mentioned = {v for m in found for v in m}
        for variables in self.simplices():
            # what no condition mentions varies, too: as far as other parts of the mix leave it
            loose = [v for v in variables if v not in self.fixed]
            if loose and not any(v in mentioned for v in loose):
                found.append((loose[0],))
        found.extend(m for weights in self._scaled() for _, m in weights if m)
        return found

    def _add(self, row: Row, monomial: Monomial, factor: Fraction) -> None:
        place = self._coordinate(monomial) if monomial else -1
        row[place] = row.get(place, Fraction(0)) + factor

    def _coordinate(self, monomial: Monomial) -> int:
        if monomial not in self.place:
            self.place[monomial] = len(self.order)
            self.order.append(monomial)
        return self.place[monomial]

    def simplices(self) -> list[list[Any]]:
        """The variables that sum to one: a mixed set's probabilities, a free class's beliefs."""
        mixing = [k for k, support in self.profile.items() if support & (support - 1)]
        found = [self.family(("p", k, 0)) for k in mixing]
        return found + [self.family(("m", c, 0)) for c in self.free]

    def family(self, variable: Any) -> list[Any]:
        """The variables that sum to one with this one."""
        kind, k, _ = variable
        if kind == "m":
            belief = self.reduced.classes[k]
            return [("m", k, j) for j in range(len(belief.monomials))]
        return [("p", k, a) for a in self.reduced.open[k].actions if self.profile[k] >> a & 1]

    def _deepest(self, monomial: Monomial) -> Any:
        moves = [v for v in monomial if v[0] == "p"]
        if moves:
            return max(moves, key=lambda v: (self.reduced.open[v[1]].depth, v))
        beliefs = [v for v in monomial if v[0] == "m"]
        return max(beliefs) if beliefs else None

    def _scaled(self) -> list[list[tuple[Fraction, Monomial]]]:
        """The weights of tied unreached classes: what is fixed of each, and the rest."""
        found = []
        for c, points in self.chosen.items():
            belief = self.reduced.classes[c]
            weights = []
            for k in points:
                factor, rest = belief.constants[k], []
                for v in self._product(belief.monomials[k]):
                    if v in self.fixed:
                        factor *= self.fixed[v]
                    else:
                        rest.append(v)
                weights.append((factor, tuple(rest)))
            found.append(weights)
        return found

    def _scales(self) -> list[Row]:
        """Normalise each tied class whose scale the others do not determine."""
        rows: list[Row] = []
        settled: list[Monomial] = []
        for weights in self._scaled():
            monomials = [m for _, m in weights]
            if self._has_own_scale(settled, monomials):
                row: Row = {-1: Fraction(-1)}
                for factor, m in weights:
                    self._add(row, m, factor)
                rows.append(row)
                settled.extend(monomials)
        return rows

    def _has_own_scale(self, settled: list[Monomial], monomials: list[Monomial]) -> bool:
        trembles = sorted({v for m in [*settled, *monomials] for v in m if v[0] == "t"})
        matrix = np.array(
            [[m.count(t) for t in trembles] for m in [*settled, *monomials]], dtype=float
        ).reshape(len(settled) + len(monomials), len(trembles))
        target = np.array([0.0] * len(settled) + [1.0] * len(monomials))
        solution = np.linalg.lstsq(matrix, target, rcond=None)[0]
        return bool(np.allclose(matrix @ solution, target, atol=1e-9))

    def _row(self, polynomial: Polynomial) -> Row:
        return {(self.place[m] if m else -1): c for m, c in polynomial.items()}

    def groups(self) -> list[list[int]]:
        """Coordinates linked by conditions."""
        rows = [self._row(g) for _, g in self.equalities + self.inequalities] + self.sums
        links: Links[int] = Links()
        for row in rows:
            links.join(v for v in row if v >= 0)
        return links.groups(range(len(self.order)))

    def polytope(self, members: list[int]) -> Group | None:
        """The solutions of the conditions among some coordinates; None if there are none."""
        new = {j: n for n, j in enumerate(members)}

        def local(row: Row) -> Row:
            return {(new[v] if v >= 0 else -1): c for v, c in row.items()}

        def mine(row: Row) -> bool:
            return any(v in new for v in row)

        equalities = [(t, self._row(g)) for t, g in self.equalities]
        equalities += [(None, row) for row in self.sums]
        inequalities = [(t, self._row(g)) for t, g in self.inequalities]
        kept_equal = tuple((t, local(r)) for t, r in equalities if mine(r))
        kept_least = tuple((t, local(r)) for t, r in inequalities if mine(r))
        corners = self._corners(
            len(members), [r for _, r in kept_equal], [r for _, r in kept_least]
        )
        if not corners:
            return None
        count = Fraction(len(corners))
        centre = tuple(sum(c[j] for c in corners) / count for j in range(len(members)))
        monomials = tuple(self.order[j] for j in members)
        return Group(monomials, tuple(tuple(c) for c in corners), centre, kept_equal, kept_least)

    def _corners(self, size: int, equal: list[Row], least: list[Row]) -> list[list[Fraction]]:
        """Extreme points, remembered: supports that differ elsewhere share many polytopes."""
        key = (
            size,
            frozenset(tuple(sorted(r.items())) for r in equal),
            frozenset(tuple(sorted(r.items())) for r in least),
        )
        if key not in self.reduced.polytopes:
            self.reduced.polytopes[key] = extreme_points(size, equal, least)
        found: list[list[Fraction]] = self.reduced.polytopes[key]
        return found

    def vanishes(self, group: Group) -> bool:
        """Whether a probability that must be positive is zero throughout."""
        return any(
            x == 0 and all(v[0] != "m" for v in m)
            for m, x in zip(group.monomials, group.centre, strict=True)
        )

    def independent(self) -> bool:
        """Whether every positive value of the monomials comes from values of the variables."""
        if all(len(m) <= 1 for m in self.order):
            return True
        variables = sorted({v for m in self.order for v in m})
        matrix = np.array([[m.count(v) for v in variables] for m in self.order], dtype=float)
        return int(np.linalg.matrix_rank(matrix)) == len(self.order)

    def bounded(self) -> System | None:
        """The same in unknowns that are bounded, where those of this form are not."""
        return None

    def fixing(self, values: dict[Any, Fraction]) -> System:
        """The same system with more variables fixed."""
        fixed = {**self.fixed, **values}
        kind = type(self)
        return kind(self.reduced, self.profile, self.reached, self.free, self.chosen, fixed)

    @property
    def variables(self) -> list[Any]:
        """The unknowns that the linear form mentions."""
        return sorted({v for m in self.order for v in m})


def _without(monomial: Monomial, variable: Any) -> Monomial:
    rest = list(monomial)
    rest.remove(variable)
    return tuple(rest)
