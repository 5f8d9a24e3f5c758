"""What a settlement is worth to each side at the terms that are asked for, less the war."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.games.tree import Game
from deterrence.guarantee.settlement import name_of
from deterrence.study.regimes import regimes_at
from deterrence.study.results import outcome_labels

__all__ = ["BOUNDARY", "SettlementWorth", "Worth"]

BOUNDARY = 2.0**-20  # to which one is pinned down
EXPECTED = 3  # games for each of the first terms, before it is known where plays change
FINEST = 2**30  # parts of the whole at which terms are solved; short fractions are quick

Progress = Callable[[int, int], Any]


@dataclass(frozen=True)
class Worth:
    """What a settlement at some terms is worth to each side, less the war."""

    least: Mapping[str, float]
    most: Mapping[str, float]
    corners: tuple[Mapping[str, float], ...]
    plays: tuple[str, ...]

    def slack(self, who: str, selection: str, sides: Sequence[str]) -> float:
        """How much the side, or the last of all sides to do so, prefers the settlement."""
        if selection == "worst":
            return min(self.least[side] for side in (sides if who == "all" else [who]))
        if who != "all":
            return self.most[who]
        return max(min(corner[side] for side in sides) for corner in self.corners)

    def mixture_might(self, sides: Sequence[str]) -> bool:
        """Whether no corner is acceptable to all, while some mixture of corners is."""
        import numpy as np
        from scipy.optimize import linprog

        if self.slack("all", "best", sides) >= 0 or any(self.most[side] < 0 for side in sides):
            return False
        gains = np.array([[-corner[side] for corner in self.corners] for side in sides])
        ones = np.ones((1, len(self.corners)))
        found = linprog(
            np.zeros(len(self.corners)), A_ub=gains, b_ub=np.zeros(len(sides)), A_eq=ones, b_eq=[1]
        )
        return bool(found.status == 0)


class SettlementWorth:
    """The game after a settlement, solved at the terms that are asked for.

    Parameters
    ----------
    game : Game
        From `after_settlement`, with formulas.
    numbers : mapping of str to fractions.Fraction
        One for every parameter but the terms.
    war : mapping of str to float
        What the war is worth to each side.
    """

    def __init__(
        self, game: Game, numbers: Mapping[str, Fraction], war: Mapping[str, float]
    ) -> None:
        self.game = game
        self.fixed = {n: numbers[n] for n in game.parameters if n != "terms"}
        self.sides = game.players[1:]
        shares = {name_of("revisionist"): numbers["rho"], name_of("security"): 1 - numbers["rho"]}
        drawn = len(self.sides) > 2
        self.shares = {s: float(shares.get(s, 1)) if drawn else 1.0 for s in self.sides}
        self.war = war
        self.events = [name for name, kind in outcome_labels(game).items() if kind == "event"]
        self.found: dict[Fraction, Worth] = {}
        self.complete = self.by_corners = True

    def look(
        self, terms: Sequence[Fraction], width: float, progress: Progress | None = None
    ) -> None:
        """Solve at some terms, ascending, and between those whose plays differ, to a width."""
        for n, x in enumerate(terms):
            self.at(x)
            if progress is not None:
                progress(n + 1, EXPECTED * len(terms))
        parts = [part for part in itertools.pairwise(terms) if self._differs(*part)]
        while parts:
            low, high = parts.pop()
            if high - low <= width:
                continue
            middle = (low + high) / 2
            halves = [(low, middle), (middle, high)]
            parts += [part for part in halves if self._differs(*part)]
            if progress is not None:  # a part with one change in it takes a game each time
                left = sum(max(0, math.ceil(math.log2((b - a) / width))) for a, b in parts)
                progress(len(self.found), len(self.found) + left)
        if progress is not None:
            progress(len(self.found), len(self.found))

    def _differs(self, low: Fraction, high: Fraction) -> bool:
        return self.at(low).plays != self.at(high).plays

    def at(self, x: Fraction) -> Worth:
        """The worth at some terms, solved once."""
        if x not in self.found:
            solved = solve(self.game.at({**self.fixed, "terms": x}))
            envelope, outcomes = solved.envelope(), solved.outcomes()
            self.found[x] = worth = Worth(
                least=self._gain({side: envelope[side][0] for side in self.sides}),
                most=self._gain({side: envelope[side][1] for side in self.sides}),
                corners=tuple(self._gain(outcome) for outcome in outcomes),
                plays=regimes_at(outcomes, self.events),
            )
            self.complete = self.complete and solved.complete and solved.envelope_is_exact
            self.by_corners = self.by_corners and not worth.mixture_might(self.sides)
        return self.found[x]

    def _gain(self, payoffs: Mapping[str, float]) -> dict[str, float]:
        return {s: payoffs[s] / self.shares[s] - self.war[s] for s in self.sides}

    def acceptable(self, who: str, selection: str) -> tuple[tuple[float, float], ...]:
        """The intervals of terms where the slack is not negative."""
        terms = sorted(self.found)
        inside = [self._slack(x, who, selection) >= 0 for x in terms]
        steps = [n for n in range(1, len(terms)) if inside[n] != inside[n - 1]]
        ends = [self._boundary(terms[n - 1], terms[n], who, selection) for n in steps]
        first = [float(terms[0])] if inside[0] else []
        last = [float(terms[-1])] if inside[-1] else []
        ends = [*first, *ends, *last]
        return tuple(zip(ends[::2], ends[1::2], strict=True))

    def _slack(self, x: Fraction, who: str, selection: str) -> float:
        return self.at(x).slack(who, selection, self.sides)

    def _boundary(self, low: Fraction, high: Fraction, who: str, selection: str) -> float:
        from scipy.optimize import brentq

        exact = {float(low): low, float(high): high}  # what was solved, not what is near it

        def slack(x: float) -> float:
            return self._slack(exact.get(x, Fraction(round(x * FINEST), FINEST)), who, selection)

        for end in exact:
            if slack(end) == 0:
                return end
        return float(brentq(slack, float(low), float(high), xtol=BOUNDARY, rtol=BOUNDARY))
