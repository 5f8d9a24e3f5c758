"""Which supports are possible: depth-first search with bounds on continuation values.

Every cut is a necessary condition evaluated on a set that contains the truth, so what is cut holds
no equilibrium; what is left is solved exactly elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

from deterrence.equilibrium.payoff_scale import normalised
from deterrence.equilibrium.reduced_block import Atom, BeliefClass, OpenSet, Reduced
from deterrence.equilibrium.regions import SLACK, Form, Region, template

__all__ = ["Search", "SupportProfile"]

SupportProfile = dict[int, int]  # information set -> actions as the bits of an integer
Domains = dict[int, tuple[int, ...]]
Range = tuple[list[float], list[float]]  # least and most, by belief point
Bounds = dict[int, dict[int, Range]]  # by set and action
ZERO, UNKNOWN, SOME, SURE = 0, 1, 2, 3


@dataclass
class Search:
    """The search over one reduced block.

    Attributes
    ----------
    ranges : list of (least, span)
        Of each player's payoffs, which are put on a scale from 0 to 1.
    within : dict of int to int
        Supports, as bits, that are given for some sets; only these are looked at.
    excluded : dict
        How many branches each reason ended.
    finished : bool
        False if `budget` ran out.
    """

    reduced: Reduced
    ranges: list[tuple[Fraction, Fraction]]
    budget: int = 200_000
    within: Mapping[int, int] = field(default_factory=dict)
    visited: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    finished: bool = True

    def __post_init__(self) -> None:
        r = self.reduced
        self.members: dict[int, list[OpenSet]] = {c.index: [] for c in r.classes}
        for o in r.open.values():
            self.members[o.belief.index].append(o)
        self.templates = {c.index: template(r, c, self.ranges) for c in r.classes}
        self.bounded = [o for o in r.open.values() if not self.templates[o.belief.index].by_plans]
        self.by_plans = [c for c in r.classes if self.templates[c.index].by_plans]
        self.regions: dict[tuple[object, ...], Region] = {}
        self.memory: dict[tuple[object, ...], tuple[tuple[int, ...], ...] | None] = {}
        self.planned = {
            c: sorted({h for plan in t.plans for h, _ in plan}) for c, t in self.templates.items()
        }
        self._compile_bounds()

    @property
    def raw(self) -> int:
        """Number of support profiles of the block before any exclusion."""
        s = self.reduced
        sizes = [len(o.actions) + sum(1 for d in s.dropped if d[0] == k) for k, o in s.open.items()]
        return prod(2**n - 1 for n in sizes)

    def profiles(self) -> Iterator[SupportProfile]:
        """Every support profile that the bounds leave, each once."""
        stack: list[Domains] = [self._domains()] if self._possible() else []
        while stack:
            if self.visited >= self.budget:
                self.finished = False
                return
            self.visited += 1
            domains = self._propagate(stack.pop())
            if domains is None:
                continue
            undecided = [k for k, d in domains.items() if len(d) > 1]
            if not undecided:
                yield {k: d[0] for k, d in domains.items()}
                continue
            k = max(undecided, key=lambda k: (len(domains[k]), self.reduced.open[k].depth))
            stack.extend({**domains, k: (support,)} for support in reversed(domains[k]))

    def _domains(self) -> Domains:
        every = {k: _supports(o.actions) for k, o in self.reduced.open.items()}
        return {k: (self.within[k],) if k in self.within else d for k, d in every.items()}

    def _possible(self) -> bool:
        """Whether the given supports play nothing that has been dropped."""
        alive = {k: sum(1 << a for a in o.actions) for k, o in self.reduced.open.items()}
        alive.update({k: 1 << a for k, a in self.reduced.settled.items()})
        return all(not support & ~alive[k] for k, support in self.within.items())

    def _exclude(self, reason: str) -> None:
        self.excluded[reason] = self.excluded.get(reason, 0) + 1

    def _propagate(self, domains: Domains) -> Domains | None:
        """Narrow until nothing changes; classes that are only bounded come after all others."""
        domains = dict(domains)
        while True:
            before = {k: _union(d) for k, d in domains.items()}
            for belief in self.by_plans:
                if not self._narrow(belief, domains, before):
                    return None
            if all(_union(d) == before[k] for k, d in domains.items()):
                break
        return self._propagate_bounded(domains) if self.bounded else domains

    def _propagate_bounded(self, domains: Domains) -> Domains | None:
        before = {k: _union(d) for k, d in domains.items()}
        bounds = self._bounds(before)
        for belief in self.reduced.classes:
            if belief not in self.by_plans:
                status = self._status(belief, domains)
                if not self._narrow_afresh(belief, status, domains, bounds, before):
                    return None
        changed = any(_union(d) != before[k] for k, d in domains.items())
        return self._propagate(domains) if changed else domains

    def _narrow(self, belief: BeliefClass, domains: Domains, unions: dict[int, int]) -> bool:
        """Narrow the domains of a class's sets; remembered, since few sets matter to a class."""
        c = belief.index
        status = self._status(belief, domains)
        key = (
            c,
            *status,
            *(domains[o.index] for o in self.members[c]),
            *(unions[k] for k in self.planned[c]),
        )
        if key not in self.memory:
            possible = self._narrow_afresh(belief, status, domains, {}, unions)
            kept = tuple(domains[o.index] for o in self.members[c])
            self.memory[key] = kept if possible else None
            return possible
        remembered = self.memory[key]
        if remembered is None:
            self._exclude("no belief and continuation supports the choices")
            return False
        for o, domain in zip(self.members[c], remembered, strict=True):
            domains[o.index] = domain
        return True

    # -- one belief class ---------------------------------------------------------------------

    def _narrow_afresh(
        self,
        belief: BeliefClass,
        status: list[int],
        domains: Domains,
        bounds: Bounds,
        unions: dict[int, int],
    ) -> bool:
        """Cut the region of a class and drop supports that it does not bear; False if empty."""
        members = self.members[belief.index]
        region = self._cut_region(belief, status, domains, bounds, unions)
        if region.empty:
            self._exclude("no belief and continuation supports the choices")
            return False
        for o in members:
            domain = domains[o.index]
            if len(domain) > 1:
                hopeless = self._hopeless(region, o, bounds)
                kept = tuple(support for support in domain if not support & hopeless)
                if not kept:
                    self._exclude("no choice is best under any belief left")
                    return False
                domains[o.index] = kept
        return True

    def _cut_region(
        self,
        belief: BeliefClass,
        status: list[int],
        domains: Domains,
        bounds: Bounds,
        unions: dict[int, int],
    ) -> Region:
        """The region cut by the supports decided so far.

        Every prefix of the cuts is remembered, since a branch of the search adds one to them.
        """
        decided = [o for o in self.members[belief.index] if len(domains[o.index]) == 1]
        key: tuple[object, ...] = (
            belief.index,
            *status,
            *(unions[k] for k in self.planned[belief.index]),
        )
        if bounds:
            region = self._region(belief, status, unions)
        elif key in self.regions:
            region = self.regions[key]
        else:
            region = self.regions[key] = self._region(belief, status, unions)
        for o in decided:
            if region.empty:
                return region
            key = (*key, o.index, domains[o.index][0])
            if bounds or key not in self.regions:
                region = region.copy()
                self._cut_by_support(region, o, domains[o.index][0], bounds)
                self.regions[key] = region
            else:
                region = self.regions[key]
        return region

    def _region(self, belief: BeliefClass, status: list[int], unions: dict[int, int]) -> Region:
        start = self.templates[belief.index]
        size = len(status)
        reached = SURE in status or SOME in status
        rows = [
            r
            for r, (k, plan) in enumerate(zip(start.points, start.plans, strict=True))
            if not (reached and status[k] == ZERO) and all(unions[h] >> a & 1 for h, a in plan)
        ]
        region = Region(start, rows)
        for k in range(size):
            if status[k] == SURE and size > 1:
                for j in range(size):
                    if j != k and status[j] != ZERO:
                        # the mover of point k plays it for sure, so j's weight is no larger
                        ratio = float(belief.constants[k] / belief.constants[j])
                        scale = max(ratio, 1.0)
                        region.cut([(k, 1 / scale), (j, -ratio / scale)])
                        if region.empty:
                            return region
        return region

    def _status(self, belief: BeliefClass, domains: Domains) -> list[int]:
        """How surely each point is reached, given that play comes so far that it can be.

        Where it is open or excluded that play comes there, none is said to be.
        """
        found = [self._surely(monomial, domains) for monomial in belief.monomials]
        if self._surely(belief.before, domains) in (ZERO, UNKNOWN):
            return [min(status, UNKNOWN) for status in found]
        return found

    def _surely(self, atoms: Iterable[Atom], domains: Domains) -> int:
        status = SURE
        for k, a in atoms:
            domain = domains.get(k)
            having = 0 if domain is None else sum(1 for s in domain if s >> a & 1)
            if domain is None or having == 0:
                return ZERO
            if having < len(domain):
                status = UNKNOWN
            elif status == SURE and not (len(domain) == 1 and domain[0] == 1 << a):
                status = SOME
        return status

    def _cut_by_support(self, region: Region, o: OpenSet, support: int, bounds: Bounds) -> None:
        for a in o.actions:
            if support >> a & 1:
                for b in o.actions:
                    if a != b and not region.empty:
                        region.cut(self._gain(o, a, b, bounds))

    def _hopeless(self, region: Region, o: OpenSet, bounds: Bounds) -> int:
        """The actions, as bits, that some other action beats wherever the region reaches."""
        found = 0
        for a in o.actions:
            for b in o.actions:
                if a != b and region.most(self._gain(o, a, b, bounds)) < -SLACK:
                    found |= 1 << a
                    break
        return found

    def _gain(self, o: OpenSet, a: int, b: int, bounds: Bounds) -> Form:
        """The (largest possible) gain of `a` over `b` as a form on the region's corners."""
        column = self.templates[o.belief.index].column
        if column:
            return [(column[(o.index, a)], 1.0), (column[(o.index, b)], -1.0)]
        mine, other = bounds[o.index][a][1], bounds[o.index][b][0]
        return [(k, x - y) for k, (x, y) in enumerate(zip(mine, other, strict=True))]

    # -- bounds where plans are too many ------------------------------------------------------

    def _compile_bounds(self) -> None:
        r = self.reduced
        place = {n: j for j, n in enumerate(r.nodes)}
        self.rows = {i: n for n, i in enumerate(sorted(r.values))}
        self.program = []
        for n in reversed(r.nodes):
            choices = []
            for a in r.open[r.owner[n]].actions:
                cells = [
                    (
                        row,
                        normalised(r.values[i][n][a], self.ranges[i]),
                        [(float(w), place[m]) for w, m in r.values[i][n][a][1]],
                    )
                    for i, row in self.rows.items()
                ]
                choices.append((1 << a, cells))
            self.program.append((place[n], r.owner[n], choices))
        self.columns = {
            (o.index, a): [
                (normalised(e, self.ranges[o.player]), [(float(w), place[m]) for w, m in e[1]])
                for e in o.values[a]
            ]
            for o in self.bounded
            for a in o.actions
        }

    def _bounds(self, unions: dict[int, int]) -> Bounds:
        count = len(self.reduced.nodes)
        low = [[0.0] * count for _ in self.rows]
        high = [[0.0] * count for _ in self.rows]
        for j, k, choices in self.program:
            first = True
            for bit, cells in choices:
                if not unions[k] & bit:
                    continue
                for row, constant, terms in cells:
                    least = most = constant
                    for w, m in terms:
                        least += w * low[row][m]
                        most += w * high[row][m]
                    if first or least < low[row][j]:
                        low[row][j] = least
                    if first or most > high[row][j]:
                        high[row][j] = most
                first = False
        found: Bounds = {}
        for o in self.bounded:
            row = self.rows[o.player]
            found[o.index] = {
                a: (
                    _totals(self.columns[o.index, a], low[row]),
                    _totals(self.columns[o.index, a], high[row]),
                )
                for a in o.actions
            }
        return found


def _totals(
    column: list[tuple[float, list[tuple[float, int]]]], values: list[float]
) -> list[float]:
    return [c + sum(w * values[m] for w, m in terms) for c, terms in column]


def _supports(actions: tuple[int, ...]) -> tuple[int, ...]:
    """All non-empty subsets, small ones first."""
    masks = [0]
    for a in actions:
        masks += [m | 1 << a for m in masks]
    return tuple(sorted(masks[1:], key=lambda m: (m.bit_count(), m)))


def _union(domain: tuple[int, ...]) -> int:
    union = 0
    for support in domain:
        union |= support
    return union
