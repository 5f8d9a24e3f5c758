"""One support profile solved: its cells, or the reason why it holds no equilibrium."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.equilibrium.belief_scales import ScaledSystem
from deterrence.equilibrium.cells import Group, Outcome
from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.like_points import LikePoints
from deterrence.equilibrium.nonlinear import solve_nonlinear
from deterrence.equilibrium.reduced_block import Atom, BeliefClass, Reduced
from deterrence.equilibrium.supports import SupportProfile
from deterrence.equilibrium.trembles import order_exists
from deterrence.errors import LimitError

__all__ = ["in_support", "solve_support", "solve_system"]

MOST_BELIEF_SUPPORTS = 4096
MOST_LISTED = 10**7  # before those that come to the same are left out


def solve_support(
    reduced: Reduced,
    profile: SupportProfile,
    fixed: dict[Any, Fraction] | None = None,
    *,
    plays_only: bool = False,
) -> Outcome:
    """Solve one support profile exactly; `fixed` gives mixing probabilities that are known.

    With `plays_only`, all that is played, but of beliefs that come to the same only some.
    """
    outcome = Outcome()
    reached = {
        c.index: [k for k, m in enumerate(c.monomials) if in_support(m, profile)]
        for c in reduced.classes
    }
    off = [c for c in reduced.classes if not reached[c.index] and len(c.monomials) > 1]
    unplayed = {
        c.index: [
            frozenset((k, a) for k, a in m if not profile.get(k, 0) >> a & 1) for m in c.monomials
        ]
        for c in off
    }
    free = _free_classes(off, unplayed)
    tied = [c for c in off if c.index not in free]
    like = LikePoints(reduced, unplayed) if plays_only else None
    known = dict(fixed or {})
    if like:
        known |= {("m", c, k): Fraction(0) for c in free for k in like.spare(reduced.classes[c])}
    kind = ScaledSystem if plays_only else System
    for chosen in _belief_supports(reduced, tied, profile, outcome, like):
        solve_system(kind(reduced, profile, reached, free, chosen, known), outcome)
    if not outcome.cells and not outcome.reason:
        outcome.reason = "no consistent order of trembles"
    return outcome


def in_support(monomial: Iterable[Atom], profile: SupportProfile) -> bool:
    """Whether all these choices are made with positive probability."""
    return all(profile.get(k, 0) >> a & 1 for k, a in monomial)


def _free_classes(
    off: Sequence[BeliefClass], unplayed: dict[int, list[frozenset[Atom]]]
) -> frozenset[int]:
    """Unreached classes whose every point has its own tremble: any belief is consistent."""
    uses = Counter(atom for rows in unplayed.values() for row in rows for atom in row)
    return frozenset(
        c.index
        for c in off
        if all(any(uses[atom] == 1 for atom in atoms) for atoms in unplayed[c.index])
    )


def _belief_supports(
    reduced: Reduced,
    tied: Sequence[BeliefClass],
    profile: SupportProfile,
    outcome: Outcome,
    like: LikePoints | None,
) -> Iterable[dict[int, tuple[int, ...]]]:
    """Joint belief supports of the tied classes that some order of trembles yields."""
    if not tied:
        yield {}
        return
    count = prod(2 ** len(c.monomials) - 1 for c in tied)
    if count > MOST_LISTED:
        outcome.unresolved.append(f"{count:,} joint supports of unreached beliefs")
        return
    options = [
        [
            points
            for bits in range(1, 2 ** len(c.monomials))
            if (points := tuple(k for k in range(len(c.monomials)) if bits >> k & 1))
            and (like is None or like.suffice(c, points))
        ]
        for c in tied
    ]
    count = prod(map(len, options))
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


def solve_system(system: System, outcome: Outcome) -> None:
    """Collect the conditions of one system and solve them, linear or not."""
    if not system.collect():
        outcome.reason = outcome.reason or "a choice of the support is worse than another"
        return
    system.linearise()
    independent = system.independent()
    solved: list[Group] = []
    for members in system.groups():
        try:
            group = system.polytope(members)
        except LimitError as error:
            if independent:
                other = system.bounded()
                if other is None:
                    outcome.unresolved.append(str(error))
                else:
                    solve_system(other, outcome)
                return
            continue  # the relaxation of a nonlinear system may be unbounded
        if group is None:
            outcome.reason = outcome.reason or "the linear conditions have no solution"
            return
        solved.append(group)
    if not independent:
        _solve_dependent(system, solved, outcome)
    elif any(system.vanishes(g) for g in solved):
        outcome.reason = outcome.reason or "the conditions force a probability to zero"
    else:
        outcome.cells.append(system.cell(tuple(solved), system.fixed, exact=True))


def _solve_dependent(system: System, relaxed: list[Group], outcome: Outcome) -> None:
    """Fix what the linear relaxation determines and start again; what is left is nonlinear."""
    pinned: dict[Any, Fraction] = {}
    for group in relaxed:
        for j, m in enumerate(group.monomials):
            values = {corner[j] for corner in group.corners}
            if len(m) == 1 and len(values) == 1:
                pinned[m[0]] = values.pop()
    if any(x == 0 and v[0] != "m" for v, x in pinned.items()):
        outcome.reason = outcome.reason or "the conditions force a probability to zero"
    elif pinned:
        solve_system(system.fixing(pinned), outcome)
    else:
        solve_nonlinear(system, outcome, solve_system)
