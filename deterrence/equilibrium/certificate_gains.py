"""What a player gains by playing otherwise, by the check's own walk of the tree."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.certificate_assessment import TOLERANCE, Assessment, Row
from deterrence.equilibrium.certificate_record import WITH_BELIEFS, Deviation, Finding
from deterrence.equilibrium.certificate_shape import CHANCE_MOVES
from deterrence.games.numbers import plain
from deterrence.games.structure import InformationSet, Structure
from deterrence.games.tree import Game

__all__ = ["Gain", "gains_in"]

_START = -1  # instead of the action taken last


def gains_in(assessment: Assessment, concept: str) -> Iterator[Gain]:
    """Every gain that the concept forbids."""
    views = _Views(assessment)
    found: Iterable[Gain | None]
    if concept in WITH_BELIEFS:
        found = (views.gain_at(s) for s in assessment.game.structure.sets)
    elif concept == "subgame-perfect":
        found = (
            views.of(player).gain([(node, 1)], 1, node)
            for node, movers in assessment.shape.subgames
            for player in sorted(movers)
        )
    else:
        players = range(len(assessment.game.players))
        found = (views.of(player).gain([(0, 1)], 1, 0) for player in players)
    return (gain for gain in found if gain is not None)


@dataclass(frozen=True)
class Gain:
    """What a player gains by changing its strategy, and where it changes it."""

    player: int
    best: Fraction
    kept: Fraction
    changes: tuple[tuple[InformationSet, str], ...]
    since: InformationSet | int  # an information set, or the root of a subgame
    span: Fraction  # of the player's payoffs

    @property
    def amount(self) -> Fraction:
        """How much more the best gives than what is played."""
        return self.best - self.kept

    def counts(self, is_exact: bool) -> bool:
        """Whether rounding cannot explain it."""
        return is_exact or self.amount > TOLERANCE * self.span

    def deviation(self, structure: Structure) -> Deviation:
        """The same for a certificate."""
        at, _ = self._where(structure)
        plan = tuple((s.knows, a) for s, a in self.changes)
        return Deviation(at.player, at.knows, plan, self.amount, self.kept, self.best)

    def finding(self, structure: Structure) -> Finding:
        """The same as a reason."""
        steps = [f"{a!r}" if s is self.since else f"{a!r} at {s.knows!r}" for s, a in self.changes]
        shown = ", ".join(steps[:3]) + (", ..." if len(steps) > 3 else "")
        at, where = self._where(structure)
        gained = f"{plain(self.amount)} ({plain(self.best)} instead of {plain(self.kept)})"
        return Finding((at.player, at.knows), f"{where}: playing {shown} gains {gained}.")

    def _where(self, structure: Structure) -> tuple[InformationSet, str]:
        if isinstance(self.since, InformationSet):
            return self.since, str(self.since)
        history = structure.histories[self.since]
        subgame = f" in the subgame after {history}" if history else ""
        return self.changes[0][0], structure.players[self.player] + subgame


class _Views:
    """The tree as each player weighs it, made for those who are asked about."""

    def __init__(self, assessment: Assessment) -> None:
        self.assessment = assessment
        self._made: dict[int, _View] = {}

    def of(self, player: int) -> _View:
        if player not in self._made:
            self._made[player] = _View(self.assessment, player)
        return self._made[player]

    def gain_at(self, s: InformationSet) -> Gain | None:
        """The best gain of whoever moves at an information set, given its belief."""
        belief = self.assessment.beliefs[s.index]
        roots = [(node, share) for node, share in zip(s.nodes, belief.shares, strict=True) if share]
        return self.of(self.assessment.shape.owner[s.index]).gain(roots, belief.total, s)


class _View:
    """The tree as one player weighs it, in whole numbers.

    Going down an edge multiplies a weight by the edge's factor. The factors are such that all
    outcomes below a node come out on one scale: the true weights times the node's scale.
    """

    def __init__(self, assessment: Assessment, player: int) -> None:
        self.structure, self.shape = assessment.game.structure, assessment.shape
        self.strategy, self.player = assessment.strategy, player
        self._set_payoffs(assessment.game)
        self._set_factors(assessment)

    def _set_payoffs(self, game: Game) -> None:
        places = [None if p is None else p[self.player] for p in self.structure.payoffs]
        payoffs = {k: game.numbers[k] for k in set(places) if k is not None}
        self.unit = math.lcm(*(p.denominator for p in payoffs.values()))
        whole = {k: p.numerator * (self.unit // p.denominator) for k, p in payoffs.items()}
        self.payoff = [None if k is None else whole[k] for k in places]
        self.span = (max(payoffs.values()) - min(payoffs.values())) or Fraction(1)

    def _set_factors(self, assessment: Assessment) -> None:
        size = len(self.structure)
        self.factor, self.scale = [1] * size, [1] * size
        for node in self.shape.upwards:
            children = self.structure.children[node]
            row = self._weights(assessment, node)
            shares = row.shares if row else (1,) * len(children)
            live = [self.scale[c] for c, p in zip(children, shares, strict=True) if p]
            common = math.lcm(*live)
            for child, share in zip(children, shares, strict=True):
                self.factor[child] = share * (common // self.scale[child])
            self.scale[node] = common * row.total if row else common

    def _weights(self, assessment: Assessment, node: int) -> Row | None:
        """The probabilities at a node; None where the player itself moves, and may do anything."""
        mover = self.shape.mover[node]
        if mover == self.player:
            return None
        if mover != CHANCE_MOVES:
            return self.strategy[self.structure.set_of[node]]
        return Row([assessment.chance(c, self.player) for c in self.structure.children[node]])

    def gain(
        self, roots: Sequence[tuple[int, int]], total: int, since: InformationSet | int
    ) -> Gain | None:
        """The best gain over the strategy of a player who is at the roots with these weights.

        By backward induction over the player's later sets, each with the weights that its nodes
        then have; perfect recall gives every set one own action before it.
        """
        common = math.lcm(*(self.scale[node] for node, _ in roots))
        before, sums = self._explore([(n, w * (common // self.scale[n])) for n, w in roots])
        best: defaultdict[int, Any] = defaultdict(int, sums)
        kept: defaultdict[int, Any] = defaultdict(int, sums)
        for place in reversed(before):
            actions = range(self.shape.first[place], self.shape.first[place + 1])
            best[before[place]] += max(best[a] for a in actions)
            kept[before[place]] += self._played(place, [kept[a] for a in actions])
        if best[_START] == kept[_START]:
            return None
        unit = Fraction(1, total * common * self.unit)
        changes = tuple(self._changes(before, best))
        most, played = best[_START] * unit, kept[_START] * unit
        return Gain(self.player, most, played, changes, since, self.span)

    def _explore(
        self, roots: list[tuple[int, int]]
    ) -> tuple[dict[int, int], defaultdict[int, int]]:
        """The own action before each own set, and payoffs summed by the last own action."""
        mover, first, payoff, factor = self.shape.mover, self.shape.first, self.payoff, self.factor
        children, set_of, player = self.structure.children, self.structure.set_of, self.player
        before: dict[int, int] = {}  # parents first
        sums: defaultdict[int, int] = defaultdict(int)
        stack = [(node, weight, _START) for node, weight in roots]
        while stack:
            node, weight, last = stack.pop()
            value = payoff[node]
            if value is not None:
                sums[last] += weight * value
            elif mover[node] == player:
                before[set_of[node]] = last
                for action, child in enumerate(children[node], first[set_of[node]]):
                    stack.append((child, weight * factor[child], action))
            else:
                below = children[node]
                stack += [(child, weight * factor[child], last) for child in below if factor[child]]
        return before, sums

    def _played(self, place: int, values: list[Any]) -> Any:
        """The value of the mix at a set; at an equilibrium without a fraction."""
        row = self.strategy[place]
        used = [k for k, share in enumerate(row.shares) if share]
        if all(values[k] == values[used[0]] for k in used):
            return values[used[0]]
        return Fraction(1, row.total) * sum(row.shares[k] * values[k] for k in used)

    def _changes(
        self, before: dict[int, int], best: Mapping[int, Any]
    ) -> Iterator[tuple[InformationSet, str]]:
        """Where a best plan must leave the strategy, and for which action, first to last."""
        plan = {_START}
        for place, last in before.items():
            if last not in plan:
                continue
            first, shares = self.shape.first[place], self.strategy[place].shares
            values = [best[first + k] for k in range(len(shares))]
            top = max(values)
            used = [k for k, share in enumerate(shares) if share]
            good = [k for k in used if values[k] == top]
            if len(good) < len(used):
                s, good = self.structure.sets[place], good[:1] or [values.index(top)]
                yield s, s.actions[good[0]]
            plan.update(first + k for k in good)
