"""Conditions on probabilities of choices, and their linear form in products of probabilities.

Each product of probabilities that the conditions mention is a coordinate, and the parts of a mix
sum to what they are parts of. Where every mix is part of one product only, the coordinates form a
tree: any solution of the linear system comes from probabilities, so that the polytope *is* the set.
Otherwise it contains the set, and is empty only if the set is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any, cast

import numpy as np
import scipy.optimize

from deterrence.equilibrium.cells import Group
from deterrence.equilibrium.links import Links
from deterrence.equilibrium.path_conditions import Atom, Gap
from deterrence.equilibrium.path_factors import Polytope
from deterrence.equilibrium.path_rewriting import collected, divided, raised, undominated
from deterrence.equilibrium.polynomials import Monomial, Polynomial, constant_of, substitute
from deterrence.equilibrium.polytope import Row, extreme_points

__all__ = ["MOST_RAYS", "Lifted", "System"]

MOST_RAYS = 400  # of a polytope, on the way to its corners
MANY = 14  # unknowns, from which on floating point looks first whether there is any solution
SURE = 1e-7


@dataclass(frozen=True, eq=False)
class System:
    """Equations and inequalities in probabilities.

    Attributes
    ----------
    equal, least : tuple of (Atom, Polynomial)
        What is zero, and what is at least zero.
    played : dict
        By set where play arrives and several actions are played: those, with positive probability.
    actions : sequence of int
        By information set, how many actions it has.
    fixed : dict
        Probabilities that are known.
    slack : fractions.Fraction
        What counts as zero; zero itself where all numbers are exact.
    tied : frozenset of int
        Sets with conditions that were multiplied by positive probabilities.
    """

    equal: tuple[tuple[Atom, Polynomial], ...]
    least: tuple[tuple[Atom, Polynomial], ...]
    played: Mapping[int, tuple[int, ...]]
    actions: Sequence[int]
    fixed: Mapping[Atom, Fraction]
    slack: Fraction
    tied: frozenset[int] = frozenset()

    def family(self, k: int) -> list[Atom]:
        """The probabilities at a set, which sum to one."""
        return [(k, a) for a in self.played.get(k, range(self.actions[k]))]

    def pieces(self) -> list[System]:
        """Systems that share no unknowns; probabilities that nothing is asked of stand alone."""
        found: list[tuple[set[int], System]] = []
        empty = replace(self, equal=(), least=(), played={}, fixed={})
        singles = [({k}, replace(empty, played={k: a})) for k, a in self.played.items()]
        rows = [
            ({k for m in g for k, _ in m}, replace(empty, equal=((t, g),))) for t, g in self.equal
        ]
        rows += [
            ({k for m in g for k, _ in m}, replace(empty, least=((t, g),))) for t, g in self.least
        ]
        for sets, piece in [*rows, *singles]:
            apart = []
            for other, before in found:
                if other & sets:
                    sets, piece = sets | other, before.beside(piece)
                else:
                    apart.append((other, before))
            found = [*apart, (sets, piece)]
        return [piece for _, piece in found]

    def beside(self, other: System) -> System:
        """Both systems' conditions."""
        return replace(
            self,
            equal=(*self.equal, *other.equal),
            least=(*self.least, *other.least),
            played={**self.played, **other.played},
        )

    def raised(self) -> System:
        """The same conditions times positive probabilities, where that leaves fewer products."""
        parents = Lifted(self).parents
        equal, tied = raised(self.equal, parents, self.played)
        least, others = raised(self.least, parents, self.played)
        return replace(self, equal=equal, least=least, tied=self.tied | tied | others)

    def fixing(self, values: Mapping[Atom, Fraction], slack: Fraction) -> System | None:
        """The system with numbers for all probabilities of some sets; None if a condition fails."""
        rows = [Gap(tag, substitute(g, values), equal=True) for tag, g in self.equal]
        rows += [Gap(tag, substitute(g, values), equal=False) for tag, g in self.least]
        gone = {k for k, _ in values}
        played = {k: actions for k, actions in self.played.items() if k not in gone}
        left = replace(self, equal=(), least=(), played=played, slack=max(slack, self.slack))
        return left.adding(rows, {**self.fixed, **values})

    def adding(self, gaps: Iterable[Gap], fixed: Mapping[Atom, Fraction]) -> System | None:
        """The system with more conditions; None as soon as one without unknowns fails."""
        equal, least = list(self.equal), list(self.least)
        families = {k: self.family(k) for k in range(len(self.actions))}
        for gap in gaps:
            loss = divided(collected(gap.loss, families), self.played)
            constant = constant_of(loss)
            if constant is None:
                (equal if gap.equal else least).append((gap.tag, loss))
            elif constant < -self.slack or (gap.equal and constant > self.slack):
                return None
        return replace(self, equal=tuple(equal), least=undominated(least), fixed=fixed)


class Lifted:
    """The linear form of a system.

    Parameters
    ----------
    system : System
    tight : bool
        Whether products are split by each of their probabilities in turn, which ties coordinates
        closer to each other where they do not form a tree.

    Attributes
    ----------
    parents : dict
        By set, the products that its mix is part of.
    """

    def __init__(self, system: System, tight: bool = False) -> None:
        self.system, self.tight = system, tight
        self.place: dict[Monomial, int] = {}
        self.order: list[Monomial] = []
        self.parents: dict[int, set[Monomial]] = {}
        self.sums: list[Row] = []
        self.enter([m for _, g in (*system.equal, *system.least) for m in g if m])
        self.enter([(system.family(k)[0],) for k in system.played if k not in self.parents])

    def enter(self, pending: list[Monomial]) -> None:
        """Give products a coordinate, with the sums that tie their parts to them."""
        while pending:
            monomial = pending.pop()
            self._coordinate(monomial)
            for atom in monomial if self.tight else (max(monomial),):
                pending.extend(self._split(monomial, atom))

    def _split(self, monomial: Monomial, atom: Atom) -> list[Monomial]:
        """Let a mix sum to what it is part of; products that this brings in."""
        parent = tuple(other for other in monomial if other != atom)
        known = self.parents.setdefault(atom[0], set())
        if parent in known:
            return []
        known.add(parent)
        parts = [tuple(sorted((*parent, other))) for other in self.system.family(atom[0])]
        row = {self._coordinate(part): Fraction(1) for part in parts}
        row[self._coordinate(parent) if parent else -1] = Fraction(-1)
        self.sums.append(row)
        return [parent, *(parts if self.tight else ())] if parent else []

    def _coordinate(self, monomial: Monomial) -> int:
        if monomial not in self.place:
            self.place[monomial] = len(self.order)
            self.order.append(monomial)
        return self.place[monomial]

    @property
    def entangled(self) -> list[int]:
        """Sets whose mix is part of several products; none if the linear form is the set itself."""
        return sorted(k for k, parents in self.parents.items() if len(parents) > 1)

    def sets_together(self) -> dict[int, int]:
        """Sets that conditions tie to each other: by set, one that stands for all."""
        found: dict[int, int] = {}
        for members in self._linked([row for rows in self._rows() for _, row in rows]):
            sets = {k for j in members for k, _ in self.order[j]}
            found.update(dict.fromkeys(sets, min(sets)))
        return found

    def factors(self, groups: Sequence[Group]) -> tuple[Polytope, ...]:
        """Polytopes of strategies; each mix is part of one product."""
        found = []
        for group in groups:
            sets = sorted({max(m)[0] for m in group.monomials})
            parents = {k: next(iter(self.parents[k])) for k in sets}
            families = {k: self.system.family(k) for k in sets}
            found.append(Polytope(group, parents, families, self.system.tied))
        return tuple(found)

    def polytopes(self) -> list[Group] | None:
        """The solutions, one polytope for unknowns that hang together; None if there are none.

        Raises
        ------
        LimitError
            If a polytope has more than 400 extreme rays on the way.
        """
        equal, least = self._rows()
        found = []
        for members in self._linked([row for _, row in (*equal, *least)]):
            group = self._polytope(members, equal, least)
            if group is None or self._vanishes(group):
                return None
            found.append(group)
        return found

    def surely_empty(self) -> bool:
        """Whether there is no solution, by far more than rounding."""
        equal, least = self._rows()
        rows = [row for _, row in equal], [row for _, row in least]
        return _surely_empty(len(self.order), *rows)

    def _rows(self) -> tuple[list[tuple[Atom | None, Row]], list[tuple[Atom | None, Row]]]:
        system, slack = self.system, self.system.slack
        equal: list[tuple[Atom | None, Row]] = [(None, row) for row in self.sums]
        least: list[tuple[Atom | None, Row]] = []
        for tag, g in system.equal:
            row = self._row(g)
            if slack:
                least.append((tag, _raised(row, slack)))
                least.append((tag, _raised({v: -c for v, c in row.items()}, slack)))
            else:
                equal.append((tag, row))
        least.extend((tag, _raised(self._row(g), slack)) for tag, g in system.least)
        return equal, least

    def _row(self, polynomial: Polynomial) -> Row:
        return {(self.place[m] if m else -1): c for m, c in polynomial.items()}

    def _linked(self, rows: Sequence[Row]) -> list[list[int]]:
        links: Links[int] = Links()
        for row in rows:
            links.join(v for v in row if v >= 0)
        return links.groups(range(len(self.order)))

    def _polytope(
        self,
        members: list[int],
        equal: Sequence[tuple[Atom | None, Row]],
        least: Sequence[tuple[Atom | None, Row]],
    ) -> Group | None:
        new = {-1: -1, **{j: n for n, j in enumerate(members)}}

        def mine(rows: Sequence[tuple[Atom | None, Row]]) -> tuple[tuple[Atom | None, Row], ...]:
            return tuple(
                (tag, {new[v]: c for v, c in row.items()})
                for tag, row in rows
                if any(v in new for v in row if v >= 0)
            )

        own_equal, own_least = mine(equal), mine(least)
        rows = [r for _, r in own_equal], [r for _, r in own_least]
        if len(members) >= MANY and _surely_empty(len(members), *rows):
            return None
        corners = extreme_points(len(members), *rows, MOST_RAYS)
        if not corners:
            return None
        count = Fraction(len(corners))
        centre = tuple(sum(column, Fraction(0)) / count for column in zip(*corners, strict=True))
        monomials = tuple(self.order[j] for j in members)
        return Group(monomials, tuple(map(tuple, corners)), centre, own_equal, own_least)

    def _vanishes(self, group: Group) -> bool:
        """Whether a probability that must be positive is zero throughout."""
        played, slack = self.system.played, self.system.slack
        return any(
            x <= slack and all(k in played for k, _ in m)
            for m, x in zip(group.monomials, group.centre, strict=True)
        )


def _surely_empty(size: int, equal: Sequence[Row], least: Sequence[Row]) -> bool:
    """Whether the conditions fail by far more than rounding, in floating point."""
    scale = [max(abs(float(c)) for c in row.values()) for row in (*equal, *least)]
    table = np.zeros((len(scale), size + 2))  # unknowns, slack, constant
    for n, (row, most) in enumerate(zip((*equal, *least), scale, strict=True)):
        for v, c in row.items():
            table[n, v if v >= 0 else size + 1] = float(c) / most
    table[:, size] = 1.0
    upper = np.concatenate([table, table[: len(equal)] * -1.0])
    upper[len(scale) :, size] = 1.0
    goal = np.zeros(size + 1)
    goal[size] = 1.0
    linprog = cast(Any, scipy.optimize).linprog
    found = linprog(goal, A_ub=-upper[:, : size + 1], b_ub=upper[:, size + 1])
    return bool(found.status == 0 and found.fun > SURE)


def _raised(row: Row, slack: Fraction) -> Row:
    return {**row, -1: row.get(-1, Fraction(0)) + slack} if slack else row
