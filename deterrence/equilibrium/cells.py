"""From a support to its equilibria: the exact polyhedra, or roots, behind one support profile.

The conditions of a support are polynomials in mixing probabilities and belief weights. Written in
their monomials (realisation weights, as in the sequence form) they are linear in most games: a
mover's own later choices drop out by indifference, and each side's conditions hold the weights of
the other. Where the monomials are independent of each other, every positive solution of the linear
system comes from probabilities, so that the polyhedron *is* the set of equilibria of the support.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.polynomials import (
    Monomial,
    Polynomial,
    add_scaled,
    constant_of,
    real_roots,
    substitute,
    times,
)
from deterrence.equilibrium.polytope import Row, extreme_points
from deterrence.equilibrium.reduction import Atom, BeliefClass, Expression, OpenSet, Reduced
from deterrence.equilibrium.supports import SupportProfile
from deterrence.equilibrium.trembles import order_exists
from deterrence.errors import LimitError

__all__ = ["Cell", "Group", "Outcome", "solve_support"]

MOST_BELIEF_SUPPORTS = 4096
MOST_ROOT_VARIABLES = 6
MOST_SLICES, ENOUGH_SLICES = 60, 4
TOLERANCE = Fraction(1, 10**12)


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
        The conditions; a tag is the (set, action) whose gain the row bounds, or None.
    """

    monomials: tuple[Monomial, ...]
    corners: tuple[tuple[Fraction, ...], ...]
    centre: tuple[Fraction, ...]
    equalities: tuple[tuple[Atom | None, Row], ...]
    inequalities: tuple[tuple[Atom | None, Row], ...]

    def tight(self, tag: Atom, corner: Sequence[Fraction]) -> bool | None:
        """Whether the condition `tag` holds with equality; None if it is not in this group."""
        for other, row in self.inequalities:
            if other == tag:
                return _at(row, corner) == 0
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
    gains: dict[Atom, Fraction]
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


def solve_support(reduced: Reduced, profile: SupportProfile) -> Outcome:
    """Solve one support profile exactly."""
    outcome = Outcome()
    reached = {
        c.index: [k for k, m in enumerate(c.monomials) if _in_support(m, profile)]
        for c in reduced.classes
    }
    off = [c for c in reduced.classes if not reached[c.index] and len(c.monomials) > 1]
    free = _free_classes(off, profile)
    tied = [c for c in off if c.index not in free]
    for chosen in _belief_supports(reduced, tied, profile, outcome):
        _System(reduced, profile, reached, free, chosen, {}).solve(outcome)
    if not outcome.cells and not outcome.reason:
        outcome.reason = "no consistent order of trembles"
    return outcome


def _in_support(monomial: Iterable[Atom], profile: SupportProfile) -> bool:
    return all(profile.get(k, 0) >> a & 1 for k, a in monomial)


def _free_classes(off: Sequence[BeliefClass], profile: SupportProfile) -> frozenset[int]:
    """Unreached classes whose every point has its own tremble: any belief is consistent."""
    uses: dict[Atom, int] = {}
    unplayed: dict[int, list[set[Atom]]] = {}
    for c in off:
        unplayed[c.index] = [
            {(k, a) for k, a in m if not profile.get(k, 0) >> a & 1} for m in c.monomials
        ]
        for atoms in unplayed[c.index]:
            for atom in atoms:
                uses[atom] = uses.get(atom, 0) + 1
    return frozenset(
        c.index
        for c in off
        if all(any(uses[atom] == 1 for atom in atoms) for atoms in unplayed[c.index])
    )


def _belief_supports(
    reduced: Reduced, tied: Sequence[BeliefClass], profile: SupportProfile, outcome: Outcome
) -> Iterable[dict[int, tuple[int, ...]]]:
    """Joint belief supports of the tied classes that some order of trembles yields."""
    if not tied:
        yield {}
        return
    options = [
        [
            tuple(k for k in range(len(c.monomials)) if bits >> k & 1)
            for bits in range(1, 2 ** len(c.monomials))
        ]
        for c in tied
    ]
    count = 1
    for o in options:
        count *= len(o)
    if count > MOST_BELIEF_SUPPORTS:
        outcome.unresolved.append(f"{count:,} joint supports of unreached beliefs")
        return
    for combination in itertools.product(*options):
        chosen = {c.index: points for c, points in zip(tied, combination, strict=True)}
        if _has_order(reduced, tied, chosen, profile):
            yield chosen


def _has_order(
    reduced: Reduced,
    tied: Sequence[BeliefClass],
    chosen: dict[int, tuple[int, ...]],
    profile: SupportProfile,
) -> bool:
    """`order_exists`, remembered: it depends on which of the trembles are there."""
    unplayed = frozenset(
        (k, a) for c in tied for m in c.monomials for k, a in m if not profile.get(k, 0) >> a & 1
    )
    key = (tuple(chosen.items()), unplayed)
    if key not in reduced.orders:
        reduced.orders[key] = order_exists(tied, chosen, profile)
    return bool(reduced.orders[key])


class _System:
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
        self.gains: dict[Atom, Fraction] = {}
        self.equalities: list[tuple[Atom | None, Polynomial]] = []
        self.inequalities: list[tuple[Atom | None, Polynomial]] = []

    def solve(self, outcome: Outcome) -> None:
        if not self._conditions():
            outcome.reason = outcome.reason or "a choice of the support is worse than another"
            return
        self._linearise()
        independent = self._independent()
        solved: list[Group] = []
        for members in self._groups():
            try:
                group = self._polytope(members)
            except LimitError as error:
                if independent:
                    outcome.unresolved.append(str(error))
                    return
                continue  # the relaxation of a nonlinear system may be unbounded
            if group is None:
                outcome.reason = outcome.reason or "the linear conditions have no solution"
                return
            solved.append(group)
        if not independent:
            self._nonlinear(solved, outcome)
            return
        if any(self._vanishes(g) for g in solved):
            outcome.reason = outcome.reason or "the conditions force a probability to zero"
            return
        outcome.cells.append(self._cell(tuple(solved), self.fixed, exact=True))

    def _cell(self, groups: tuple[Group, ...], fixed: dict[Any, Fraction], exact: bool) -> Cell:
        return Cell(
            self.profile,
            self.free,
            self.chosen,
            groups,
            fixed,
            self.gains,
            self.parents,
            self._weight_of(),
            exact,
        )

    def _weight_of(self) -> dict[Monomial, tuple[tuple[int, int], ...]]:
        found: dict[Monomial, tuple[tuple[int, int], ...]] = {}
        for (c, points), weights in zip(self.chosen.items(), self._scaled(), strict=True):
            for k, (_, m) in zip(points, weights, strict=True):
                found[m] = (*found.get(m, ()), (c, k))
        return found

    # -- conditions ---------------------------------------------------------------------------

    def _conditions(self) -> bool:
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
        weights = self._weights(o.belief)
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

    def _file(self, tag: Atom, gap: Polynomial, equal: bool) -> bool:
        constant = constant_of(gap)
        if constant is None:
            (self.equalities if equal else self.inequalities).append((tag, gap))
            return True
        self.gains[tag] = constant
        return constant == 0 if equal else constant >= 0

    def _weights(self, belief: BeliefClass) -> list[tuple[int, Polynomial]]:
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

    def _linearise(self) -> None:
        """Give each monomial a coordinate, with the sums that tie siblings to their parent."""
        self.place: dict[Monomial, int] = {}
        self.order: list[Monomial] = []
        self.sums: list[Row] = []
        self.parents: dict[Any, tuple[Monomial, Monomial]] = {}
        summed: set[tuple[Monomial, Any]] = set()
        pending = [m for _, g in self.equalities + self.inequalities for m in g if m]
        mentioned = {v for m in pending for v in m}
        pending.extend(
            (variables[0],)
            for variables in self._simplices()
            if not any(v in mentioned or v in self.fixed for v in variables)
        )
        pending.extend(m for weights in self._scaled() for _, m in weights if m)
        while pending:
            monomial = pending.pop()
            self._coordinate(monomial)
            last = self._deepest(monomial)
            if last is None:
                continue
            parent = _without(monomial, last)
            family = self._family(last)
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

    def _add(self, row: Row, monomial: Monomial, factor: Fraction) -> None:
        place = self._coordinate(monomial) if monomial else -1
        row[place] = row.get(place, Fraction(0)) + factor

    def _coordinate(self, monomial: Monomial) -> int:
        if monomial not in self.place:
            self.place[monomial] = len(self.order)
            self.order.append(monomial)
        return self.place[monomial]

    def _simplices(self) -> list[list[Any]]:
        """The variables that sum to one: a mixed set's probabilities, a free class's beliefs."""
        mixing = [k for k, support in self.profile.items() if support & (support - 1)]
        found = [self._family(("p", k, 0)) for k in mixing]
        return found + [self._family(("m", c, 0)) for c in self.free]

    def _family(self, variable: Any) -> list[Any]:
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

    def _groups(self) -> list[list[int]]:
        """Coordinates linked by conditions."""
        leader = list(range(len(self.order)))

        def find(j: int) -> int:
            while leader[j] != j:
                leader[j] = leader[leader[j]]
                j = leader[j]
            return j

        rows = [self._row(g) for _, g in self.equalities + self.inequalities] + self.sums
        for row in rows:
            linked = [v for v in row if v >= 0]
            for v in linked[1:]:
                leader[find(v)] = find(linked[0])
        found: dict[int, list[int]] = {}
        for j in range(len(self.order)):
            found.setdefault(find(j), []).append(j)
        return list(found.values())

    def _polytope(self, members: list[int]) -> Group | None:
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

    def _vanishes(self, group: Group) -> bool:
        """Whether a probability that must be positive is zero throughout."""
        return any(
            x == 0 and all(v[0] != "m" for v in m)
            for m, x in zip(group.monomials, group.centre, strict=True)
        )

    def _independent(self) -> bool:
        """Whether every positive value of the monomials comes from values of the variables."""
        if all(len(m) <= 1 for m in self.order):
            return True
        variables = sorted({v for m in self.order for v in m})
        matrix = np.array([[m.count(v) for v in variables] for m in self.order], dtype=float)
        return int(np.linalg.matrix_rank(matrix)) == len(self.order)

    # -- the rare rest ------------------------------------------------------------------------

    def _nonlinear(self, relaxed: list[Group], outcome: Outcome) -> None:
        """Pin what the linear relaxation determines; what is left goes to polynomial roots."""
        pinned = {}
        for group in relaxed:
            for j, m in enumerate(group.monomials):
                values = {corner[j] for corner in group.corners}
                if len(m) == 1 and len(values) == 1:
                    value = values.pop()
                    if value == 0 and m[0][0] != "m":
                        outcome.reason = "the conditions force a probability to zero"
                        return
                    pinned[m[0]] = value
        if pinned:
            self._with(pinned).solve(outcome)
        else:
            self._roots(outcome)

    def _with(self, values: dict[Any, Fraction]) -> _System:
        """The same system with some variables fixed."""
        fixed = {**self.fixed, **values}
        return _System(self.reduced, self.profile, self.reached, self.free, self.chosen, fixed)

    def _roots(self, outcome: Outcome) -> None:
        variables = sorted({v for m in self.order for v in m})
        system = [g for _, g in self.equalities]
        for family in self._simplices():
            rest = [v for v in family if v not in self.fixed]
            taken = sum((self.fixed.get(v, Fraction(0)) for v in family), Fraction(0))
            if rest:
                system.append({**{(v,): Fraction(1) for v in rest}, (): taken - 1})
        roots: list[dict[Any, Fraction]] | None = None
        if not any(v[0] == "t" for v in variables):
            eliminated, system, rest = _eliminate(system, variables)
            if any(constant_of(e) is not None for e in system):
                roots = []
            elif len(rest) <= MOST_ROOT_VARIABLES:
                roots = real_roots(system, rest)
        if roots is None:
            self._slices(outcome)
            return
        for root in roots:
            rational, is_exact = _rationalised(system, root)
            values = {**rational}
            for v, form in reversed(eliminated):
                values[v] = constant_of(substitute(form, values)) or Fraction(0)
            self._accept(values, outcome, is_exact)
        if not outcome.cells:
            outcome.reason = outcome.reason or "no root of the conditions is a probability"

    def _slices(self, outcome: Outcome) -> None:
        """Show a nonlinear family of positive dimension by slices on which it is linear.

        The slices' equilibria are exact; that nothing else is there is not claimed.
        """
        rng, found = random.Random(0), 0
        for _ in range(MOST_SLICES):
            system: _System = self
            for source in self._sources(rng):
                system = system._with(system._sample(source, rng))
                trial = Outcome()
                if system._is_linear(trial):
                    found += len(trial.cells)
                    outcome.cells.extend(trial.cells)
                    break
            if found >= ENOUGH_SLICES:
                break
        kind = "is shown by slices only" if found else "could be neither found nor excluded"
        outcome.unresolved.append(f"a nonlinear family of positive dimension {kind}")

    def _is_linear(self, outcome: Outcome) -> bool:
        """Whether the monomials left are independent; if so, solve."""
        if not self._conditions():
            return True
        self._linearise()
        if not self._independent():
            return False
        self.equalities, self.inequalities = [], []
        self.solve(outcome)
        return True

    def _sources(self, rng: random.Random) -> list[list[Any]]:
        """Variables that vary together: a set's mixture, a class's beliefs, a player's trembles."""
        groups: dict[Any, list[Any]] = {}
        for v in {v for m in self.order for v in m}:
            groups.setdefault(self._source_of(v), []).append(v)
        names = sorted(groups)
        rng.shuffle(names)
        return [sorted(groups[name]) for name in names]

    def _source_of(self, variable: Any) -> tuple[str, int]:
        kind, k, _ = variable
        return (kind, self.reduced.mover[k] if kind == "t" else k)

    def _sample(self, source: list[Any], rng: random.Random) -> dict[Any, Fraction]:
        weights = {v: Fraction(rng.randint(1, 12)) for v in source}
        if source[0][0] == "t":
            return weights
        family = self._family(source[0])
        left = 1 - sum((self.fixed.get(v, Fraction(0)) for v in family), Fraction(0))
        total = sum(weights.values(), Fraction(0))
        return {v: w * left / total for v, w in weights.items()}

    def _accept(self, values: dict[Any, Fraction], outcome: Outcome, is_exact: bool) -> None:
        for v, x in values.items():
            if x < -TOLERANCE or (v[0] != "m" and x <= TOLERANCE):
                return
        gains = dict(self.gains)
        gains.update({tag: Fraction(0) for tag, _ in self.equalities if tag is not None})
        for tag, g in self.inequalities:
            gain = constant_of(substitute(g, values)) or Fraction(0)
            if gain < -TOLERANCE:
                return
            if tag is not None:
                gains[tag] = gain if abs(gain) > TOLERANCE else Fraction(0)
        fixed = {**self.fixed, **{v: max(x, Fraction(0)) for v, x in values.items()}}
        for family in self._simplices():
            total = sum((fixed[v] for v in family), Fraction(0))
            fixed.update({v: fixed[v] / total for v in family})
        self.gains = gains
        outcome.cells.append(self._cell((), fixed, is_exact))


def _rationalised(
    system: list[Polynomial], root: dict[Any, Fraction]
) -> tuple[dict[Any, Fraction], bool]:
    """The root in short fractions if those solve the system exactly, and whether they do."""
    short = {v: x.limit_denominator(10**9) for v, x in root.items()}
    if all(constant_of(substitute(e, short)) == 0 for e in system):
        return short, True
    return root, False


def _eliminate(
    system: list[Polynomial], variables: list[Any]
) -> tuple[list[tuple[Any, Polynomial]], list[Polynomial], list[Any]]:
    """Solve the linear equations first: fewer unknowns are left for the roots."""
    eliminated: list[tuple[Any, Polynomial]] = []
    system, rest = list(system), list(variables)
    progress = True
    while progress:
        progress = False
        for n, equation in enumerate(system):
            if constant_of(equation) is None and all(len(m) <= 1 for m in equation):
                variable = max(m[0] for m in equation if m)
                scale = -1 / equation[(variable,)]
                form = {m: c * scale for m, c in equation.items() if m != (variable,)}
                others = system[:n] + system[n + 1 :]
                system = [_replace(e, variable, form) for e in others]
                eliminated.append((variable, form))
                rest.remove(variable)
                progress = True
                break
    return eliminated, [e for e in system if e], rest


def _replace(polynomial: Polynomial, variable: Any, form: Polynomial) -> Polynomial:
    result: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        term: Polynomial = {tuple(v for v in monomial if v != variable): coefficient}
        for _ in range(monomial.count(variable)):
            term = times(term, form)
        add_scaled(result, Fraction(1), term)
    return result


def _without(monomial: Monomial, variable: Any) -> Monomial:
    rest = list(monomial)
    rest.remove(variable)
    return tuple(rest)


def _at(row: Row, point: Sequence[Fraction]) -> Fraction:
    return sum((c * point[v] for v, c in row.items() if v >= 0), row.get(-1, Fraction(0)))


def _rank(corners: Sequence[Sequence[Fraction]]) -> int:
    if len(corners) == 1:
        return 0
    base = np.array([[float(x) for x in c] for c in corners])
    return int(np.linalg.matrix_rank(base[1:] - base[0], tol=1e-12))
