"""What the equilibria of one family share, what varies among them, and how that hangs together.

Parts solved apart are described one by one: a whole game's family is the product of theirs, and
its extreme points are never multiplied out.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.cells import Group, Tag
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.plays import MOST_CORNERS, Location, Play, centre
from deterrence.equilibrium.polynomials import Monomial, Polynomial, add_scaled, substitute
from deterrence.equilibrium.polytope import Row
from deterrence.equilibrium.reduction import Atom, BeliefClass
from deterrence.equilibrium.relation_text import (
    Condition,
    not_implied,
    polynomial_text,
    sentence,
    shortest,
)
from deterrence.games.assessment import Labelled
from deterrence.games.structure import Structure

__all__ = ["Description", "describe", "labelled", "spread"]

Key = tuple[Any, ...]  # ("strategy", player, knows, action) or ("belief", player, knows, history)
Range = tuple[Fraction, Fraction]  # least and most
Ranges = tuple[Range | None, ...]  # None where no condition says anything
Points = tuple[tuple[tuple[Fraction, int], ...], ...]  # of a belief: (share, node) of each
Variable = tuple[str, int, int]

MOST_TOGETHER = 4096  # products of extreme points looked at for one belief
MOST_LISTED = 16  # histories whose beliefs are put in proportion
MOST_TESTED = 256  # extreme points up to which implied inequalities are sought
CERTAIN, REACHED, FREE, TIED, LOOSE = "certain", "reached", "free", "tied", "loose"


@dataclass(frozen=True)
class Description:
    """A family in the game's labels; `Family` says what the fields mean."""

    supports: Labelled
    fixed: Mapping[Key, Fraction]
    free: Mapping[Key, Range]
    relations: tuple[str, ...]


def describe(family: Any) -> Description:
    """What is the same throughout a family, what varies, and by which exact relations.

    Parameters
    ----------
    family : Family

    Returns
    -------
    Description
        Least and most values are attained, or approached, at extreme points of the family.
        Beliefs that no play reaches and no choice depends on are free from 0 to 1 where any
        belief is consistent. Where trembles tie them to other beliefs they have no range, and a
        relation says so.

    Notes
    -----
    In the relations, ``P[player | knows](action)`` is a probability of the strategy,
    ``belief[player | knows](history)`` a belief, and ``w[player | knows](action)`` the relative
    weight of the tremble towards an unplayed action.
    """
    source = family.source
    if hasattr(source, "description"):  # read from a file, which does not hold the conditions
        stored: Description = source.description(family.cells)
        return stored
    if hasattr(source, "factored"):
        return _put_together(family)
    points = [e.assessment for e in family.points]
    sets = points[0].game.structure.sets
    return labelled(
        points[0].game.structure,
        [spread([p.probabilities[s.index] for p in points]) for s in sets],
        [spread([p.node_beliefs[s.index] for p in points]) for s in sets],
        (),
        points[0].probabilities,
    )


def _put_together(family: Any) -> Description:
    """The parts' descriptions; what lies outside all parts is the same throughout."""
    factored = family.source.factored
    middle, witness = factored.assemble(factored.centre(family.cells))
    strategies = [spread([row]) for row in middle]
    beliefs = [spread([row]) for row in beliefs_from(factored.game, middle, witness)]
    relations: list[str] = []
    for block, place in zip(factored.blocks, family.cells, strict=False):
        part = _part(block, place)
        for k in block.block.sets:
            strategies[k], beliefs[k] = part.strategies[k], part.beliefs[k]
        relations.extend(part.relations)
    for tied, bits in zip(factored.tied, family.cells[len(factored.blocks) :], strict=True):
        strategies[tied.choice.set] = spread(tied.mixtures(bits))
        relations.append(tied.relation(bits))
    return labelled(factored.game.structure, strategies, beliefs, relations, middle)


def labelled(
    structure: Structure,
    strategies: Sequence[Ranges],
    beliefs: Sequence[Ranges],
    relations: Iterable[str],
    middle: Sequence[Sequence[Fraction]],
) -> Description:
    """A description from ranges by information set and a strategy profile inside the family."""
    fixed: dict[Key, Fraction] = {}
    free: dict[Key, Range] = {}
    played: dict[str, dict[Any, tuple[str, ...]]] = {p: {} for p in structure.players}
    for s in structure.sets:
        histories = [structure.histories[n] for n in s.nodes]
        rows: list[tuple[str, Any, Range | None]] = [
            *(("strategy", a, r) for a, r in zip(s.actions, strategies[s.index], strict=True)),
            *(("belief", h, r) for h, r in zip(histories, beliefs[s.index], strict=True)),
        ]
        for kind, label, between in rows:
            key = (kind, s.player, s.knows, label)
            if between is not None and between[0] == between[1]:
                fixed[key] = between[0]
            elif between is not None:
                free[key] = between
        row = zip(s.actions, middle[s.index], strict=True)
        played[s.player][s.knows] = tuple(a for a, p in row if p > 0)
    by_player = {p: Labelled(f"information set of {p}", inner) for p, inner in played.items()}
    return Description(Labelled("player", by_player), fixed, free, tuple(relations))


def spread(rows: Sequence[Sequence[Fraction]]) -> Ranges:
    """Least and most of each column."""
    return tuple((min(column), max(column)) for column in zip(*rows, strict=True))


# --- one part ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Part:
    """Ranges by information set, and relations, of one part of a family."""

    strategies: Mapping[int, Ranges]
    beliefs: Mapping[int, Ranges]
    relations: tuple[str, ...]


_KEPT: weakref.WeakKeyDictionary[SolvedBlock, dict[int, _Part]] = weakref.WeakKeyDictionary()


def _part(block: SolvedBlock, place: int) -> _Part:
    """The description of one cell of a block, made once: many families share it."""
    kept = _KEPT.setdefault(block, {})
    if place not in kept:
        kept[place] = _Cell(block, place).part()
    return kept[place]


@dataclass(frozen=True)
class _Class:
    """Information sets of several nodes that hold one belief in every consistent assessment."""

    belief: BeliefClass
    members: tuple[tuple[int, Points], ...]  # information sets, each with its nodes by point


def _ways(block: SolvedBlock) -> dict[int, tuple[tuple[Atom, ...], ...]]:
    """The moves inside the block on the way to each node of each of its sets of several nodes."""
    s, inside = block.game.structure, set(block.block.sets)

    def way(node: int) -> tuple[Atom, ...]:
        found = []
        while (above := s.parent[node]) >= 0:
            if s.set_of[above] in inside:
                found.append((s.set_of[above], s.children[above].index(node)))
            node = above
        return tuple(found)

    def compute() -> dict[int, tuple[tuple[Atom, ...], ...]]:
        several = [k for k in block.block.sets if len(s.sets[k].nodes) > 1]
        return {k: tuple(way(n) for n in s.sets[k].nodes) for k in several}

    found: dict[int, tuple[tuple[Atom, ...], ...]] = s.remember(("ways", block.block.sets), compute)
    return found


def _classes(block: SolvedBlock) -> list[_Class]:
    """All beliefs of a block: those that open choices depend on, then the others."""
    reduced, ways = block.reduced, _ways(block)
    classes = {(c.monomials, c.constants): c for c in reduced.classes}
    members: dict[Any, list[tuple[int, Points]]] = {key: [] for key in classes}
    for k in ways:
        if k in reduced.open:
            o = reduced.open[k]
            key, points = (o.belief.monomials, o.belief.constants), o.points
        else:
            key, points = _settled(block, k, ways[k])
            classes.setdefault(key, BeliefClass(len(classes), *key))
        members.setdefault(key, []).append((k, points))
    return [_Class(c, tuple(members[key])) for key, c in classes.items() if members[key]]


def _settled(block: SolvedBlock, k: int, ways: Sequence[Sequence[Atom]]) -> tuple[Any, Points]:
    """The belief at a set with one choice left, as `reduce_block` has it at the open ones."""
    s, settled = block.game.structure, block.reduced.settled
    own = s.sets[k]
    luck = block.reach[s.players.index(own.player)]
    grouped: dict[frozenset[Atom], list[int]] = {}
    for node, way in zip(own.nodes, ways, strict=True):
        others = (m for m in way if s.sets[m[0]].player != own.player and settled.get(m[0]) != m[1])
        grouped.setdefault(frozenset(others), []).append(node)
    order = sorted(grouped, key=sorted)
    common = frozenset.intersection(*order)
    weights = [sum((luck[n] for n in grouped[m]), Fraction(0)) for m in order]
    points = tuple(
        tuple((luck[n] / w, n) for n in grouped[m]) for m, w in zip(order, weights, strict=True)
    )
    return (tuple(m - common for m in order), tuple(w / weights[0] for w in weights)), points


class _Cell:
    """One cell of a block, read for what varies over its points."""

    def __init__(self, block: SolvedBlock, place: int) -> None:
        self.block, self.place, self.cell = block, place, block.cells[place]
        self.structure = block.game.structure
        self.classes = _classes(block)
        self.kind = {c.belief.index: self._kind(c.belief) for c in self.classes}
        self.narrow: list[_Class] = []  # beliefs whose range may be wider than what was looked at

    def part(self) -> _Part:
        plays = [p for at in self._locations() if (p := self.block.play(self.place, at))]
        beliefs = [self._beliefs(p) for p in plays]
        sets = self.block.block.sets
        self.strategies = {k: spread([p[k].probabilities for p in plays]) for k in sets}
        self.beliefs = {k: spread([b[k] for b in beliefs]) for k in sets}
        for c in self.classes:
            if self.kind[c.belief.index] == LOOSE:
                for k, points in c.members:
                    self.beliefs[k] = self._unconditioned(c.belief, k, points)
        return _Part(self.strategies, self.beliefs, tuple(_Relations(self).lines()))

    def played(self, atom: Atom) -> bool:
        """Whether the support has this action; settled choices are left out of beliefs' paths."""
        return bool(self.cell.supports.get(atom[0], 0) >> atom[1] & 1)

    def points_of(self, belief: BeliefClass) -> tuple[int, ...]:
        """The points of a belief that may have weight."""
        if belief.index in self.cell.chosen:
            return self.cell.chosen[belief.index]
        reached = [j for j, m in enumerate(belief.monomials) if all(map(self.played, m))]
        return tuple(reached or range(len(belief.monomials)))

    def own_trembles(self, belief: BeliefClass) -> list[frozenset[Atom]]:
        """By point, unplayed actions that lead there only and that no condition holds."""
        held = {
            atom
            for c in self.block.reduced.classes
            if self.kind.get(c.index) in (FREE, TIED)
            for m in c.monomials
            for atom in m
        }
        uses = [atom for m in belief.monomials for atom in m]
        return [
            frozenset(a for a in m if not self.played(a) and a not in held and uses.count(a) == 1)
            for m in belief.monomials
        ]

    def _kind(self, belief: BeliefClass) -> str:
        if len(belief.monomials) == 1:
            return CERTAIN
        if any(all(map(self.played, m)) for m in belief.monomials):
            return REACHED
        if belief.index in self.cell.free:
            return FREE
        return TIED if belief.index in self.cell.chosen else LOOSE

    def _unconditioned(self, belief: BeliefClass, k: int, points: Points) -> Ranges:
        nodes = self.structure.sets[k].nodes
        if not all(self.own_trembles(belief)):
            return (None,) * len(nodes)
        shares = {n: share for point in points for share, n in point}
        return tuple((Fraction(0), shares[n]) for n in nodes)

    def _locations(self) -> Iterator[Location]:
        """The listed points; where those leave out products, the products that a belief needs."""
        yield from self.block.points(self.place)
        groups = self.cell.groups
        if prod(len(g.corners) for g in groups) <= MOST_CORNERS:
            return
        middle = centre(self.cell)
        for c in self.classes:
            places = self._groups_of(c.belief) if self.kind[c.belief.index] == REACHED else []
            if prod(len(groups[n].corners) for n in places) > MOST_TOGETHER:
                self.narrow.append(c)
            elif len(places) > 1:
                for chosen in itertools.product(*(groups[n].corners for n in places)):
                    at = dict(zip(places, chosen, strict=True))
                    yield tuple(at.get(n, vector) for n, vector in enumerate(middle))

    def _groups_of(self, belief: BeliefClass) -> list[int]:
        """The groups of unknowns that a belief depends on."""
        wholes = {
            self.cell.parents["p", k, a][0]
            for m in belief.monomials
            for k, a in m
            if ("p", k, a) in self.cell.parents
        }
        return [n for n, g in enumerate(self.cell.groups) if wholes & set(g.monomials)]

    def _beliefs(self, plays: Mapping[int, Play]) -> dict[int, tuple[Fraction, ...]]:
        """Limits of Bayes' rule at every set of the block, once for all sets that share them."""
        found: dict[int, tuple[Fraction, ...]]
        found = dict.fromkeys(self.block.block.sets, (Fraction(1),))
        for c in self.classes:
            masses = _limit(c.belief, plays)
            for k, points in c.members:
                of = {
                    node: share * mass
                    for point, mass in zip(points, masses, strict=True)
                    for share, node in point
                }
                found[k] = tuple(of[node] for node in self.structure.sets[k].nodes)
        return found


def _limit(belief: BeliefClass, plays: Mapping[int, Play]) -> list[Fraction]:
    """The belief in each point that the trembles give."""
    orders = [sum(plays[k].order[a] for k, a in m) for m in belief.monomials]
    least = min(orders)
    masses = [
        prod((plays[k].weights[a] for k, a in m), start=constant) if order == least else Fraction(0)
        for m, constant, order in zip(belief.monomials, belief.constants, orders, strict=True)
    ]
    total = sum(masses, Fraction(0))
    return [mass / total for mass in masses]


# --- relations -----------------------------------------------------------------------------------


class _Relations:
    """The relations among what varies in a cell, as sentences."""

    def __init__(self, cell: _Cell) -> None:
        self.of, self.cell, self.reduced = cell, cell.cell, cell.block.reduced
        self.sets, self.histories = cell.structure.sets, cell.structure.histories
        self.class_of = {c.belief.index: c for c in cell.classes}
        self.constant: dict[Hashable, Fraction] = {
            v: r[0] for v, r in self._ranges() if r and r[0] == r[1]
        }

    def lines(self) -> Iterator[str]:
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

    def _varies(self, c: _Class) -> bool:
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
            tight = [_at(row, corner) == 0 for corner in group.corners]
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

    def _at(self, c: _Class) -> str:
        return " and ".join(f"{self.sets[k].player} {self.sets[k].knows!r}" for k, _ in c.members)

    def _proportions(self, c: _Class) -> str:
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

    def _looseness(self, c: _Class) -> str:
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

    def _sharing(self, c: _Class) -> str:
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


# --- rows ----------------------------------------------------------------------------------------


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


def _at(row: Row, point: Sequence[Fraction]) -> Fraction:
    return sum((c * point[v] for v, c in row.items() if v >= 0), row.get(-1, Fraction(0)))


def _quotient(monomial: Monomial, divisor: Monomial) -> Monomial | None:
    """What is left of a monomial; None unless the divisor holds exactly its trembles."""
    rest = list(monomial)
    for variable in divisor:
        if variable not in rest:
            return None
        rest.remove(variable)
    return None if any(v[0] == "t" for v in rest) else tuple(rest)
