"""The relations among what varies in a cell, as sentences."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator
from fractions import Fraction

from deterrence.equilibrium.cells import Group, Tag
from deterrence.equilibrium.description_beliefs import SharedBelief
from deterrence.equilibrium.description_cell import LOOSE, REACHED, TIED, DescribedCell
from deterrence.equilibrium.description_record import Range
from deterrence.equilibrium.polynomials import Monomial, Polynomial, add_scaled, substitute
from deterrence.equilibrium.polytope import Row, value_at
from deterrence.equilibrium.relation_text import (
    Condition,
    not_implied,
    polynomial_text,
    sentence,
    shortest,
)

__all__ = ["Relations"]

Variable = tuple[str, int, int]
MOST_LISTED = 16  # histories whose beliefs are put in proportion
MOST_TESTED = 256  # extreme points up to which implied inequalities are sought


class Relations:
    """The relations among what varies in a cell, as sentences."""

    def __init__(self, cell: DescribedCell) -> None:
        self.of, self.cell, self.reduced = cell, cell.cell, cell.block.reduced
        self.sets, self.histories = cell.structure.sets, cell.structure.histories
        self.class_of = {c.belief.index: c for c in cell.classes}
        self.constant: dict[Hashable, Fraction] = {
            v: r[0] for v, r in self._ranges() if r and r[0] == r[1]
        }

    def lines(self) -> Iterator[str]:
        """Every relation, one by one."""
        for group in self.cell.groups:
            yield from self._conditions(group)
        varying = [c for c in self.of.classes if self._varies(c)]
        for c in varying:
            if self.of.kind[c.belief.index] in (REACHED, TIED):
                yield self._proportions(c)
            elif self.of.kind[c.belief.index] == LOOSE:
                yield self._looseness(c)
        yield from (self._sharing(c) for c in varying if len(c.members) > 1)
        for c in self.of.narrow:
            yield f"least and most of the belief at {self._at(c)} may lie further apart than found"

    def _ranges(self) -> Iterator[tuple[Variable, Range | None]]:
        """What each unknown lies between, as seen at the points of the family."""
        for k in self.cell.supports:
            for a, between in enumerate(self.of.strategies[k]):
                yield ("p", k, a), between
        for c in self.of.classes:
            k, points = c.members[0]
            nodes = self.sets[k].nodes
            for j, ((share, node), *_) in enumerate(points):
                belief = self.of.beliefs[k][nodes.index(node)]
                between = None if belief is None else (belief[0] / share, belief[1] / share)
                yield ("m", c.belief.index, j), between

    def _varies(self, c: SharedBelief) -> bool:
        several = range(len(c.belief.monomials))
        return any(("m", c.belief.index, j) not in self.constant for j in several)

    # -- conditions of a group ----------------------------------------------------------------

    def _conditions(self, group: Group) -> Iterator[str]:
        if len(group.corners) == 1:
            return
        zeros: dict[int | None, list[Polynomial]] = {}
        known: dict[int | None, _Echelon] = {}
        for c, row, sign in self._binding(group):
            if c not in zeros:
                zeros[c] = self._zeros(group, c)
                known[c] = _Echelon(zeros[c])
            polynomial = self._read(group, row, c) or self._read(group, row, None) or {}
            if sign == ">=" or known[c].add(polynomial):
                text = sentence(shortest(polynomial, zeros[c]), sign, self._name)
                if text:
                    yield text

    def _zeros(self, group: Group, c: int | None) -> list[Polynomial]:
        """The sums that hold whatever is played."""
        rows = [row for tag, row in group.equalities if tag is None]
        found = [z for row in rows if (z := self._read(group, row, c))]
        if c is not None:
            total: Polynomial = {(("m", c, j),): Fraction(1) for j in self.cell.chosen[c]}
            found.append(substitute({**total, (): Fraction(-1)}, self.constant))
        return found

    def _binding(self, group: Group) -> list[tuple[int | None, Row, str]]:
        """The conditions that matter, equations first, each with the tied belief that it weighs."""
        equal: list[Condition] = [c for c in group.equalities if c[0] is not None]
        least: list[Condition] = []
        for tag, row in group.inequalities:
            tight = [value_at(row, corner) == 0 for corner in group.corners]
            if all(tight):
                equal.append((tag, row))
            elif any(tight):
                least.append((tag, row))
        kept = not_implied(group, least) if len(group.corners) <= MOST_TESTED else least
        signed = [*((*condition, "=") for condition in equal), *((*c, ">=") for c in kept)]
        return [(self._tied(tag), row, sign) for tag, row, sign in signed]

    def _tied(self, tag: Tag | None) -> int | None:
        c = self.reduced.open[tag[0]].belief.index if tag else -1
        return c if c in self.cell.chosen else None

    def _read(self, group: Group, row: Row, c: int | None) -> Polynomial | None:
        """The polynomial that a row is, in beliefs where it weighs the tied belief `c`."""
        polynomial: Polynomial | None = {
            group.monomials[v] if v >= 0 else (): x for v, x in row.items() if x
        }
        if c is not None:
            polynomial = self._in_beliefs(c, polynomial or {})
        return None if polynomial is None else substitute(polynomial, self.constant)

    def _in_beliefs(self, c: int, polynomial: Polynomial) -> Polynomial | None:
        """Relative weights of a tied belief replaced by the belief; None where that is not it."""
        weights = [(j, *self._weight(c, j)) for j in self.cell.chosen[c]]
        found: Polynomial = {}
        for monomial, x in polynomial.items():
            fitting = [
                (j, factor, rest)
                for j, factor, weight in weights
                if (rest := _quotient(monomial, weight)) is not None
            ]
            if len(fitting) != 1:
                return None
            ((j, factor, rest),) = fitting
            add_scaled(found, x / factor, {(("m", c, j), *rest): Fraction(1)})
        return found

    def _weight(self, c: int, j: int) -> tuple[Fraction, Monomial]:
        """The relative weight of a point of a tied belief: a number and a monomial."""
        belief = self.class_of[c].belief
        factor, variables = belief.constants[j], []
        for atom in sorted(belief.monomials[j]):
            variable = ("p" if self.of.played(atom) else "t", *atom)
            if variable in self.cell.fixed:
                factor *= self.cell.fixed[variable]
            elif variable[0] == "t" or self.cell.supports[atom[0]] != 1 << atom[1]:
                variables.append(variable)
        return factor, tuple(sorted(variables))

    # -- sentences ----------------------------------------------------------------------------

    def _name(self, variable: Variable) -> str:
        kind, k, a = variable
        if kind == "m":
            index, points = self.class_of[k].members[0]
            return f"belief[{self._set(index)}]({self._point(points[a])})"
        return f"{'P' if kind == 'p' else 'w'}[{self._set(k)}]({self.sets[k].actions[a]})"

    def _set(self, k: int) -> str:
        return f"{self.sets[k].player} | {self.sets[k].knows!r}"

    def _point(self, point: Iterable[tuple[Fraction, int]]) -> str:
        """The histories of a point, which only chance tells apart."""
        return " or ".join(", ".join(map(str, self.histories[n])) for _, n in point)

    def _at(self, c: SharedBelief) -> str:
        return " and ".join(f"{self.sets[k].player} {self.sets[k].knows!r}" for k, _ in c.members)

    def _proportions(self, c: SharedBelief) -> str:
        """How a belief follows from the strategies, or from trembles."""
        k, points = c.members[0]
        parts = []
        if len(points) > MOST_LISTED:
            source = "strategies" if self.of.kind[c.belief.index] == REACHED else "trembles"
            return f"belief[{self._set(k)}] follows from the {source} by Bayes' rule"
        for j in self.of.points_of(c.belief):
            factor, monomial = self._weight(c.belief.index, j)
            weight = polynomial_text(substitute({monomial: factor}, self.constant), self._name)
            parts.append(f"({self._point(points[j])}): {weight}")
        return f"belief[{self._set(k)}] is in the proportions {', '.join(parts)}"

    def _looseness(self, c: SharedBelief) -> str:
        own = self.of.own_trembles(c.belief)
        if not all(own):
            return (
                f"the belief at {self._at(c)} is any that trembles consistent with the other "
                "beliefs give"
            )
        others = [
            other
            for other in self.of.classes
            if other is not c and self.of.kind[other.belief.index] == LOOSE
        ]
        elsewhere = frozenset(a for o in others for m in o.belief.monomials for a in m)
        if all(atoms - elsewhere for atoms in own):
            return f"any belief at {self._at(c)} is consistent"
        touched = [
            o for o in others if frozenset.union(*own) & frozenset.union(*o.belief.monomials)
        ]
        ties = " and ".join(self._at(o) for o in touched)
        return f"any belief at {self._at(c)} is consistent, but trembles tie it to that at {ties}"

    def _sharing(self, c: SharedBelief) -> str:
        """One belief at several sets: node by node in the tree's order, or history by history."""
        in_order = all(
            tuple(n for point in points for _, n in point) == self.sets[k].nodes
            for k, points in c.members
        )
        sides = []
        for k, points in c.members:
            shown = "" if in_order else f"({'; '.join(map(self._point, points))})"
            sides.append(f"belief[{self._set(k)}]{shown}")
        return " = ".join(sides) + (", history by history" if in_order else "")


class _Echelon:
    """Linear equations in monomials, each new to those before it."""

    def __init__(self, rows: Iterable[Polynomial]) -> None:
        self.rows: list[tuple[Monomial, Polynomial]] = []
        for row in rows:
            self.add(row)

    def add(self, row: Polynomial) -> bool:
        """Whether the equation says anything new; if so it is kept."""
        row = dict(row)
        for lead, pivot in self.rows:
            if lead in row:
                add_scaled(row, -row[lead] / pivot[lead], pivot)
        if not any(row):
            return False
        self.rows.append((min(m for m in row if m), row))
        return True


def _quotient(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    """What is left of a monomial; None unless the divisor holds exactly its trembles."""
    rest = list(monomial)
    for variable in divisor:
        if variable not in rest:
            return None
        rest.remove(variable)
    return None if any(v[0] == "t" for v in rest) else tuple(rest)
