"""A profile as the check holds it: probabilities in whole numbers, and Bayes' rule."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from deterrence.equilibrium.certificate_record import Finding
from deterrence.equilibrium.certificate_shape import Shape
from deterrence.errors import InputError
from deterrence.games.numbers import plain
from deterrence.games.structure import InformationSet
from deterrence.games.tree import Game

__all__ = ["Assessment", "Row"]

TOLERANCE = Fraction(1, 10**9)  # of beliefs, and of a player's payoff span, where not exact
Pair = tuple[int, int]  # numerator and denominator, not reduced


class Row:
    """Probabilities as whole shares of their total."""

    __slots__ = ("shares", "total")

    def __init__(self, pairs: Sequence[Pair]) -> None:
        common = math.lcm(*(bottom for _, bottom in pairs))
        self.shares = tuple(top * (common // bottom) for top, bottom in pairs)
        self.total = sum(self.shares)

    def fractions(self) -> tuple[Fraction, ...]:
        """The probabilities."""
        return tuple(Fraction(share, self.total) for share in self.shares)


def _row(numbers: Sequence[Fraction], size: int, is_exact: bool, what: str) -> Row:
    """Probabilities checked, and brought to sum to one where that is a matter of rounding."""
    if len(numbers) != size:
        raise InputError(f"{what}: {len(numbers)} given where there are {size}.")
    row = Row([(p.numerator, p.denominator) for p in numbers])
    if min(row.shares) < 0:
        raise InputError(f"{what}: {plain(min(numbers))} is negative.")
    common = math.lcm(*(p.denominator for p in numbers))
    off = abs(row.total - common)
    if off and (is_exact or off > TOLERANCE * common):
        raise InputError(
            f"{what} sum to {plain(Fraction(row.total, common))}, not to 1. Write them exactly, as "
            "fractions or decimal strings."
        )
    return row


class Assessment:
    """A strategy profile, with beliefs where the concept asks for them."""

    def __init__(self, game: Game, strategy: Sequence[Sequence[Fraction]], is_exact: bool) -> None:
        structure = game.structure
        self.game, self.exact = game, is_exact
        self.shape: Shape = structure.remember("certificate", lambda: Shape(structure))
        self.strategy = [
            _row(row, len(s.actions), is_exact, f"probabilities at {s}")
            for s, row in zip(structure.sets, strategy, strict=True)
        ]
        self.beliefs: list[Row] = []
        self._reached: dict[int, dict[int, Pair]] = {}

    def believe(self, stated: Mapping[int, Sequence[Fraction]]) -> None:
        """Take beliefs; Bayes' rule fills in where play arrives and none are stated."""
        missing = []
        for s in self.game.structure.sets:
            row = Row([(1, 1)])
            if s.index in stated:
                row = _row(stated[s.index], len(s.nodes), self.exact, f"beliefs at {s}")
            elif len(s.nodes) > 1:
                row = self._bayes(s)
                if not row.total:
                    missing.append(str(s))
            self.beliefs.append(row)
        if missing:
            raise InputError(
                f"play does not arrive at {'; '.join(missing)}, so Bayes' rule gives no beliefs "
                "there. State them: beliefs={player: {knows: {history: probability}}}."
            )

    def against_bayes(self) -> Iterator[Finding]:
        """Sets at which play arrives and the beliefs are not those of Bayes' rule."""
        for s in self.shape.doubtful:
            right = self._bayes(s)
            if right.total:
                yield from self.against(s, right, "Bayes' rule gives", self.exact)

    def without_witness(self) -> Iterator[Finding]:
        """Sets whose beliefs trembles would have to explain."""
        for s in self.shape.doubtful:
            if not self._bayes(s).total:
                reason = f"{s}: play does not arrive, and no trembles are given for the beliefs."
                yield Finding((s.player, s.knows), reason)

    def against(
        self, s: InformationSet, right: Row, source: str, is_exact: bool
    ) -> Iterator[Finding]:
        """The first node of a set whose belief is not the right one."""
        held = self.beliefs[s.index]
        bound = 0 if is_exact else TOLERANCE * (held.total * right.total)
        for node, mine, share in zip(s.nodes, held.shares, right.shares, strict=True):
            if abs(mine * right.total - share * held.total) > bound:
                history = self.game.structure.histories[node]
                given, due = Fraction(mine, held.total), Fraction(share, right.total)
                reason = f"{s}: the belief in {history} is {plain(given)}; {source} {plain(due)}."
                yield Finding((s.player, s.knows), reason)
                return

    def whose(self, s: InformationSet) -> int:
        """The player whose chance probabilities count at a set; anybody if all agree."""
        return 0 if self.game.structure.symmetric_chance else self.shape.owner[s.index]

    def chance(self, node: int, player: int) -> Pair:
        """The probability of the chance branch to a node."""
        number = self.game.numbers[(self.game.structure.chance[node] or ())[player]]
        return number.numerator, number.denominator

    def _bayes(self, s: InformationSet) -> Row:
        """Beliefs by Bayes' rule, of total zero where play does not arrive."""
        reach = self._reach(self.whose(s))
        return Row([reach.get(node, (0, 1)) for node in s.nodes])

    def _reach(self, player: int) -> dict[int, Pair]:
        """How likely play arrives, on the ways to sets of several nodes; only where it can."""
        if player not in self._reached:
            reach = {0: (1, 1)}
            for node in self.shape.ways:
                above = reach.get(self.game.structure.parent[node])
                if above is not None:
                    top, bottom = self._probability(node, player)
                    if top:
                        reach[node] = above[0] * top, above[1] * bottom
            self._reached[player] = reach
        return self._reached[player]

    def _probability(self, node: int, player: int) -> Pair:
        place, k = self.shape.step[node]
        if place < 0:
            return self.chance(node, player)
        return self.strategy[place].shares[k], self.strategy[place].total
