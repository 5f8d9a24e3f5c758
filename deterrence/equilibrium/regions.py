"""What a belief class can hold, as a polytope in floating point that contains the truth.

A corner of the start is a point of the belief class together with a pure plan for all later open
moves: every assessment is a mixture of such pairs, and every condition at the sets of the class is
linear in the mixture. Cutting by the conditions therefore loses nothing, and what is left empty
holds no equilibrium.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from deterrence.equilibrium.payoff_scale import normalised
from deterrence.equilibrium.reduced_block import Atom, BeliefClass, Expression, OpenSet, Reduced

__all__ = ["Region", "Template", "template"]

SLACK = 1e-6  # on the normalised scale; what is closer is kept and decided exactly later
NOISE = 1e-12
MOST_PLANS = 96
MOST_CORNERS = 160

Form = list[tuple[int, float]]  # (coordinate, factor)


@dataclass(frozen=True, eq=False)
class Template:
    """The uncut region of a class, once for a game at a point.

    Attributes
    ----------
    vectors : list of list of float, one for each plan
        Belief coordinates, then the value of each action at each set of the class.
    plans : list of tuple of Atom
        The pure plan behind each row; empty where plans were too many (then values are not
        columns here, and bounds serve instead).
    points : list of int
        The belief point of each row.
    column : dict
        Place of each (set, action).
    """

    belief: BeliefClass
    vectors: list[list[float]]
    plans: list[tuple[Atom, ...]]
    points: list[int]
    column: dict[Atom, int]

    @property
    def by_plans(self) -> bool:
        """Whether values are columns; else they are only bounded."""
        return bool(self.column)


def template(
    reduced: Reduced, belief: BeliefClass, ranges: list[tuple[Fraction, Fraction]]
) -> Template:
    """The uncut region of `belief`."""
    members = [o for o in reduced.open.values() if o.belief is belief]
    size = len(belief.monomials)
    later = [_later_sets(reduced, members, k) for k in range(size)]
    count = sum(prod(len(reduced.open[h].actions) for h in sets) for sets in later)
    if count > MOST_PLANS:
        unit = [[float(i == j) for j in range(size)] for i in range(size)]
        return Template(belief, unit, [()] * size, list(range(size)), {})
    column = {
        (o.index, a): size + n
        for n, (o, a) in enumerate((o, a) for o in members for a in o.actions)
    }
    rows, plans, points = [], [], []
    for k in range(size):
        for plan in itertools.product(*(reduced.open[h].actions for h in later[k])):
            chosen = dict(zip(later[k], plan, strict=True))
            row = [0.0] * (size + len(column))
            row[k] = 1.0
            memo: dict[tuple[int, int], float] = {}
            for o in members:
                for a in o.actions:
                    value = _value(reduced, o.values[a][k], o.player, chosen, memo, ranges)
                    row[column[(o.index, a)]] = value
            rows.append(row)
            plans.append(tuple(chosen.items()))
            points.append(k)
    return Template(belief, rows, plans, points, column)


def _later_sets(reduced: Reduced, members: list[OpenSet], k: int) -> list[int]:
    return sorted(
        reduced.later(n for o in members for a in o.actions for _, n in o.values[a][k][1])
    )


def _value(
    reduced: Reduced,
    expression: Expression,
    player: int,
    chosen: dict[int, int],
    memo: dict[tuple[int, int], float],
    ranges: list[tuple[Fraction, Fraction]],
) -> float:
    total = normalised(expression, ranges[player])
    for weight, node in expression[1]:
        key = (node, player)
        if key not in memo:
            inner = reduced.values[player][node][chosen[reduced.owner[node]]]
            memo[key] = _value(reduced, inner, player, chosen, memo, ranges)
        total += float(weight) * memo[key]
    return total


class Region:
    """A template cut by conditions; corners carry the plans they mix and the cuts that are tight.

    Plain lists: the regions are small, and a form has two or three entries.
    """

    def __init__(self, start: Template, rows: list[int]) -> None:
        self.vectors = [start.vectors[r] for r in rows]
        self.parts = [1 << r for r in rows]
        self.tight = [0] * len(rows)
        self.cuts = 0

    def copy(self) -> Region:
        """The same region, to be cut further."""
        other = object.__new__(Region)
        other.vectors, other.cuts = self.vectors, self.cuts
        other.parts, other.tight = self.parts, list(self.tight)
        return other

    @property
    def empty(self) -> bool:
        """Whether nothing is left."""
        return not self.vectors

    def most(self, form: Form) -> float:
        """The largest value of a form over the region."""
        return max(_values(form, self.vectors), default=-1.0)

    def cut(self, form: Form) -> None:
        """Keep where the form is at least zero, up to rounding."""
        values = _values(form, self.vectors)
        self.cuts += 1
        bit = 1 << self.cuts
        if min(values) >= -SLACK:
            for n, value in enumerate(values):
                if value <= SLACK:
                    self.tight[n] |= bit
            return
        keep = [n for n, value in enumerate(values) if value >= -SLACK]
        if keep and len(values) > MOST_CORNERS:
            return  # stays too large, which is safe
        self._keep(values, keep, bit)

    def _keep(self, values: list[float], keep: list[int], bit: int) -> None:
        vectors = [self.vectors[n] for n in keep]
        parts = [self.parts[n] for n in keep]
        tight = [self.tight[n] | (bit if values[n] <= SLACK else 0) for n in keep]
        below = [
            (value, self.tight[n], self.parts[n], self.vectors[n])
            for n, value in enumerate(values)
            if value < -SLACK
        ]
        for p in keep:
            value = values[p]
            if value <= NOISE:
                continue
            own_tight, own_part, vector = self.tight[p], self.parts[p], self.vectors[p]
            for other, other_tight, other_part, far in below:
                common, part = own_tight & other_tight, own_part | other_part
                # a corner of a simplex cut c times mixes at most c + 1 of its corners
                if part.bit_count() <= common.bit_count() + 2:
                    t = value / (value - other)
                    vectors.append([x + t * (y - x) for x, y in zip(vector, far, strict=True)])
                    parts.append(part)
                    tight.append(common | bit)
        self.vectors, self.parts, self.tight = vectors, parts, tight


def _values(form: Form, vectors: list[list[float]]) -> list[float]:
    if len(form) == 2:  # most are
        (p, f), (q, g) = form
        return [f * v[p] + g * v[q] for v in vectors]
    return [sum([factor * v[place] for place, factor in form]) for v in vectors]
