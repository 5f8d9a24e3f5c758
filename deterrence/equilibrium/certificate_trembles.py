"""Whether trembles fit a profile, and give its beliefs."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.certificate_assessment import TOLERANCE, Assessment, Pair, Row
from deterrence.equilibrium.certificate_record import Finding
from deterrence.games.structure import InformationSet

__all__ = ["Limits"]


class Limits:
    """The beliefs that a witness gives, and whether it is one."""

    def __init__(self, assessment: Assessment, witness: Any) -> None:
        self.assessment, self.shape = assessment, assessment.shape
        self.order, self.weights = witness.order, witness.weights
        self._found: dict[int, dict[int, tuple[int, Pair]]] = {}

    def against(self, is_exact: bool) -> Iterator[Finding]:
        """Where the witness is none, or gives other beliefs."""
        sets = self.assessment.game.structure.sets
        wrong = [s for s in sets if not self._fits(s, is_exact)]
        for s in wrong:
            yield Finding(
                (s.player, s.knows),
                f"{s}: the witness needs, for each action, order 0 and its probability where it is "
                "played, else a positive whole order and a positive weight.",
            )
        for s in () if wrong else self.shape.doubtful:
            yield from self.assessment.against(s, self._limit(s), "the trembles give", is_exact)

    def _fits(self, s: InformationSet, is_exact: bool) -> bool:
        if max(len(self.order), len(self.weights)) > len(self.shape.owner):
            return False
        row = self.assessment.strategy[s.index]
        order, weights = self.order[s.index : s.index + 1], self.weights[s.index : s.index + 1]
        sizes = [len(given) for given in (*order, *weights)]
        return sizes == [len(s.actions)] * 2 and all(
            self._allowed(share, row.total, k, weight, is_exact)
            for share, k, weight in zip(row.shares, order[0], weights[0], strict=True)
        )

    def _allowed(self, share: int, total: int, k: Any, weight: Any, is_exact: bool) -> bool:
        if not isinstance(k, int) or not isinstance(weight, (int, Fraction)) or weight <= 0:
            return False
        if not share:
            return k > 0
        off = abs(weight.numerator * total - share * weight.denominator)
        bound = 0 if is_exact else TOLERANCE * (total * weight.denominator)
        return k == 0 and off <= bound

    def _limit(self, s: InformationSet) -> Row:
        found = self._along(self.assessment.whose(s))
        least = min(found[node][0] for node in s.nodes)
        return Row([found[n][1] if found[n][0] == least else (0, 1) for n in s.nodes])

    def _along(self, player: int) -> dict[int, tuple[int, Pair]]:
        """Total order and product of weights, on the ways to sets of several nodes."""
        if player not in self._found:
            found = {0: (0, (1, 1))}
            for node in self.shape.ways:
                order, (top, bottom) = found[self.assessment.game.structure.parent[node]]
                place, k = self.shape.step[node]
                if place < 0:
                    p, q = self.assessment.chance(node, player)
                else:
                    order += self.order[place][k]
                    weight = self.weights[place][k]
                    p, q = weight.numerator, weight.denominator
                found[node] = order, (top * p, bottom * q)
            self._found[player] = found
        return self._found[player]
