"""The conditions of one support where each information set off the path has a belief of its own.

A strategy must be best from an information set on, given the belief there. What a player believes
at its later sets off the path need not follow from that belief, so that its plans are compared as
wholes: the choice at a later set is best under both beliefs, the one held there and the one
expected.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import prod

from deterrence.equilibrium.polynomials import Polynomial, add_scaled, times
from deterrence.equilibrium.reduced_block import Atom, Expression, OpenSet, Reduced
from deterrence.equilibrium.supports import SupportProfile
from deterrence.errors import LimitError

__all__ = ["Gap", "Plan", "Plans"]

Plan = tuple[Atom, ...]  # the choice at a set, then those at later sets off the path
MOST_PLANS = 512


@dataclass(frozen=True)
class Gap:
    """What the strategy gains over a plan at each node of an information set.

    Attributes
    ----------
    plan : tuple of Atom
    at : tuple of Polynomial
        By node.
    reduced : tuple of Polynomial
        The same without the last of the probabilities that sum to one: what is constant shows.
    equal : bool
        Whether the strategy follows the plan with positive probability, so that the gain is zero.
    """

    plan: Plan
    at: tuple[Polynomial, ...]
    reduced: tuple[Polynomial, ...]
    equal: bool

    @property
    def tag(self) -> tuple[int, Plan]:
        """The information set and the plan."""
        return self.plan[0][0], self.plan


class Plans:
    """The plans of one support, compared with the strategy.

    Parameters
    ----------
    reduced : Reduced
    profile : SupportProfile
    unreached : set of int
        Open sets of several nodes to which play does not come.
    """

    def __init__(
        self, reduced: Reduced, profile: SupportProfile, unreached: frozenset[int]
    ) -> None:
        self.reduced, self.profile, self.unreached = reduced, profile, unreached

    def gaps(self, o: OpenSet) -> list[Gap]:
        """What the strategy gains over each plan, remembered: few sets bear on it."""
        later = self._later(o)
        key = (
            "plans",
            o.index,
            self.profile[o.index],
            *((self.profile[k], own and k in self.unreached) for k, own in later),
        )
        if key not in self.reduced.gaps:
            self.reduced.gaps[key] = self._gaps(o)
        found: list[Gap] = self.reduced.gaps[key]
        return found

    def _later(self, o: OpenSet) -> list[tuple[int, bool]]:
        """The open sets after a set, and whether they are the same player's."""
        key = ("later", o.index)
        if key not in self.reduced.gaps:
            after = self.reduced.later(n for c in o.values.values() for _, t in c for _, n in t)
            self.reduced.gaps[key] = [
                (k, self.reduced.open[k].player == o.player) for k in sorted(after)
            ]
        found: list[tuple[int, bool]] = self.reduced.gaps[key]
        return found

    def _gaps(self, o: OpenSet) -> list[Gap]:
        plans = self._plans(o)
        worth = self._worth(o, plans[0])
        found = []
        for plan in plans[1:]:
            other = self._worth(o, plan)
            at = [_minus(one, two) for one, two in zip(worth, other, strict=True)]
            reduced = tuple(map(self._reduced, at))
            shown = tuple(r if not any(r) else p for p, r in zip(at, reduced, strict=True))
            equal = all(self.profile[k] >> a & 1 for k, a in plan)
            found.append(Gap(plan, shown, reduced, equal))
        return found

    def _reduced(self, polynomial: Polynomial) -> Polynomial:
        total: Polynomial = {}
        for monomial, x in polynomial.items():
            term: Polynomial = {(): x}
            for kind, k, a in monomial:
                term = times(term, self._without_last(kind, k, a))
            add_scaled(total, Fraction(1), term)
        return total

    def _without_last(self, kind: str, k: int, a: int) -> Polynomial:
        support = self.profile[k]
        if a != support.bit_length() - 1:
            return {((kind, k, a),): Fraction(1)}
        others = (b for b in range(a) if support >> b & 1)
        return {(): Fraction(1), **{((kind, k, b),): Fraction(-1) for b in others}}

    def _worth(self, o: OpenSet, plan: Plan) -> list[Polynomial]:
        return [self._along(e, o.player, dict(plan)) for e in o.values[plan[0][1]]]

    # -- plans --------------------------------------------------------------------------------

    def _plans(self, o: OpenSet) -> list[Plan]:
        """Plans from a set on, one of the support first."""
        found: list[Plan] = []
        for a in self._actions(o):
            after = [n for e in o.values[a] for _, n in e[1]]
            found.extend(((o.index, a), *rest) for rest in self._continued(after, o.player))
            if len(found) > MOST_PLANS:
                raise LimitError(
                    f"a player has more than {MOST_PLANS} plans from one information set on."
                )
        return found

    def _actions(self, o: OpenSet) -> list[int]:
        """Those of the support first."""
        support = self.profile[o.index]
        return sorted(o.actions, key=lambda a: (not support >> a & 1, a))

    def _continued(self, nodes: Iterable[int], player: int) -> list[Plan]:
        """What the player may do at the later sets at which its belief is free."""
        own = self._next_sets(nodes, player)
        options: list[list[Plan]] = []
        for k in sorted(own):
            row = self.reduced.values[player]
            choices: list[Plan] = []
            for a in self._actions(self.reduced.open[k]):
                after = [n for node in own[k] for _, n in row[node][a][1]]
                choices.extend(((k, a), *rest) for rest in self._continued(after, player))
            options.append(choices)
        if prod(map(len, options)) > MOST_PLANS:
            raise LimitError(
                f"a player has more than {MOST_PLANS} plans from one information set on."
            )
        return [tuple(itertools.chain(*chosen)) for chosen in itertools.product(*options)]

    def _next_sets(self, nodes: Iterable[int], player: int) -> dict[int, list[int]]:
        """The player's next sets with a free belief, each with the nodes at which it is met."""
        found: dict[int, list[int]] = {}
        stack = list(nodes)
        seen = set(stack)
        while stack:
            node = stack.pop()
            o = self.reduced.open[self.reduced.owner[node]]
            if o.player == player and o.index in self.unreached:
                found.setdefault(o.index, []).append(node)
                continue
            for a in self._followed(o, player):
                new = [n for _, n in self.reduced.values[player][node][a][1] if n not in seen]
                seen.update(new)
                stack.extend(new)
        return found

    def _followed(self, o: OpenSet, player: int) -> list[int]:
        """Own later choices are best under the belief expected, so any of the support will do."""
        support = self.profile[o.index]
        if o.player == player:
            return [(support & -support).bit_length() - 1]
        return [a for a in o.actions if support >> a & 1]

    # -- values -------------------------------------------------------------------------------

    def _along(self, expression: Expression, player: int, plan: dict[int, int]) -> Polynomial:
        """A payoff if the player follows a plan and the others their support."""
        constant, terms = expression
        total: Polynomial = {(): constant} if constant else {}
        for weight, node in terms:
            add_scaled(total, weight, self._below(node, player, plan))
        return total

    def _below(self, node: int, player: int, plan: dict[int, int]) -> Polynomial:
        k = self.reduced.owner[node]
        o, row = self.reduced.open[k], self.reduced.values[player][node]
        if k in plan:
            return self._along(row[plan[k]], player, plan)
        followed = self._followed(o, player)
        if len(followed) == 1:
            return self._along(row[followed[0]], player, plan)
        total: Polynomial = {}
        for a in followed:
            inner = self._along(row[a], player, plan)
            add_scaled(total, Fraction(1), times({(("p", k, a),): Fraction(1)}, inner))
        return total


def _minus(one: Polynomial, two: Polynomial) -> Polynomial:
    difference = dict(one)
    add_scaled(difference, Fraction(-1), two)
    return difference
