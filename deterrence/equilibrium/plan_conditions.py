"""The conditions of one support where each information set off the path has a belief of its own.

A strategy must be best from an information set on, given the belief there. What a player believes
at its later sets off the path need not follow from that belief, so that its plans are compared as
wholes: the choice at a later set is best under both beliefs, the one held there and the one
expected.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from math import prod

from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.polynomials import Polynomial, add_scaled, constant_of, substitute, times
from deterrence.equilibrium.reduction import Atom, Expression, OpenSet
from deterrence.errors import LimitError

__all__ = ["PlanSystem"]

Plan = tuple[Atom, ...]  # the choice at a set, then those at later sets off the path
MOST_PLANS = 512


class PlanSystem(System):
    """The conditions of one support: no plan is better at any set, given the belief there."""

    def collect(self) -> bool:
        """Collect conditions; False if one without unknowns fails."""
        for o in self.reduced.open.values():
            for plan, gap in self._plan_gaps(o):
                inside = all(self.profile[k] >> a & 1 for k, a in plan)
                if not self._file((o.index, plan), gap, inside):
                    return False
        return True

    def _plan_gaps(self, o: OpenSet) -> Iterator[tuple[Plan, Polynomial]]:
        """What the first plan of the support gains over each other one."""
        first: Plan | None = None
        worth: list[Polynomial] = []
        for plan in self._plans(o):
            values = [self._along(e, o.player, dict(plan)) for e in o.values[plan[0][1]]]
            if first is None:
                first, worth = plan, values
                continue
            gap = self._weighed(o, [_minus(one, two) for one, two in zip(worth, values, strict=True)])
            yield plan, _at(gap, self.fixed)

    def _weighed(self, o: OpenSet, gaps: list[Polynomial]) -> Polynomial:
        """The gaps at the nodes, weighed by the belief; unnormalised where play arrives."""
        total: Polynomial = {}
        if o.belief.index in self.free:
            apart = [_minus(gap, gaps[0]) for gap in gaps]
            if all(constant_of(difference) is not None for difference in apart):
                # beliefs sum to one: what is the same at all nodes needs no belief
                add_scaled(total, Fraction(1), gaps[0])
                gaps = apart
        for j, weight in self._weights(o.belief):
            add_scaled(total, Fraction(1), times(weight, gaps[j]))
        return total

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
            if o.player == player and o.belief.index in self.free:
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


def _at(polynomial: Polynomial, values: dict[object, Fraction]) -> Polynomial:
    return substitute(polynomial, values) if values else polynomial
