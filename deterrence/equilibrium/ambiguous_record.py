"""What is found where chance moves have intervals of probability, hypothesis by hypothesis."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.ambiguous_bounds import Pair
from deterrence.equilibrium.ambiguous_moves import OBSERVER, AmbiguousMove
from deterrence.equilibrium.ambiguous_signs import SignCheck
from deterrence.equilibrium.solution import Component, Equilibrium, Solution
from deterrence.errors import InputError, unknown
from deterrence.games.tree import Game

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["SAME_AS", "AmbiguousSolution", "Hypothesis"]

SAME_AS = (
    "Everything here could as well come from expected utility with priors that differ by player: "
    "choices alone do not tell the two apart."
)


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """One answer to which branch is worse for whom, and what it leads to.

    Attributes
    ----------
    signs : mapping of (player, group) to int
        1 where the named branch is taken to be worth at least as much to the player as the
        other, -1 where at most as much.
    game : Game
        With the probabilities that each player then acts on, and the observer, who never moves.
    solution : Solution
        All sequential equilibria of that game.
    kept : tuple of int
        The components on which every sign holds throughout.
    refused : tuple of (int, str)
        The other components, each with what contradicts the hypothesis.
    partly : tuple of int
        Those of the refused components on part of which the signs hold, or may hold.
    unsettled : frozenset of str
        Players whose payoff is left open: of moves that bear on none of their choices, the worse
        branch is not the same throughout.
    """

    signs: Mapping[Pair, int]
    game: Game
    solution: Solution
    kept: tuple[int, ...]
    refused: tuple[tuple[int, str], ...]
    partly: tuple[int, ...]
    unsettled: frozenset[str] = frozenset()

    def __repr__(self) -> str:
        return (
            f"<hypothesis {dict(self.signs)}: {len(self.kept)} components hold, "
            f"{len(self.refused)} refused>"
        )


@dataclass(frozen=True, eq=False)
class AmbiguousSolution:
    """Equilibria under ambiguous chance moves, found hypothesis by hypothesis.

    Attributes
    ----------
    game : Game
        As given, with numbers.
    moves : tuple of AmbiguousMove
    attitudes : mapping of str to fractions.Fraction
        Each player's weight on its own worst case.
    hypotheses : tuple of Hypothesis
        All that were solved.
    settled : mapping of (player, group) to int
        Signs that hold whatever is played, so that the opposite was not tried.
    straddled : tuple of (player, knows)
        Information sets at which the player does not know how an ambiguous move has fallen.
    complete : bool
        Whether nothing is missing; `status` says of what set.
    left : tuple of str
        What is missing.
    seconds : float
    """

    game: Game
    moves: tuple[AmbiguousMove, ...]
    attitudes: Mapping[str, Fraction]
    hypotheses: tuple[Hypothesis, ...]
    settled: Mapping[Pair, int]
    straddled: tuple[tuple[str, Hashable], ...]
    complete: bool
    left: tuple[str, ...]
    seconds: float = field(default=0.0)

    @functools.cached_property
    def components(self) -> tuple[tuple[Hypothesis, Component], ...]:
        """The components that hold. One that a tie puts under several hypotheses counts once."""
        found: dict[Any, tuple[Hypothesis, Component]] = {}
        for h in self.hypotheses:
            for n in h.kept:
                component = h.solution.components[n]
                at = component.representative.assessment.probabilities
                found.setdefault((len(component.families), tuple(at)), (h, component))
        return tuple(found.values())

    def __len__(self) -> int:
        return len(self.components)

    def __getitem__(self, n: int) -> Equilibrium:
        return self.components[n][1].representative

    def __iter__(self) -> Iterator[Equilibrium]:
        return (component.representative for _, component in self.components)

    @property
    def refused(self) -> dict[str, int]:
        """How many components each reason refused, over all hypotheses."""
        counts: dict[str, int] = {}
        for h in self.hypotheses:
            for _, reason in h.refused:
                counts[reason] = counts.get(reason, 0) + 1
        return counts

    def envelope(
        self, by: str = OBSERVER, *, outer: bool = False
    ) -> dict[str, tuple[float, float]]:
        """Least and most of every event's probability and payoff over all that was found.

        Parameters
        ----------
        by : str
            By whose probabilities events are counted: the observer's, who takes the middle of
            every interval, or a player's. Payoffs are always the player's own.
        outer : bool
            Also count components that were refused in part, and bound payoffs that are open: what
            is missing lies inside.

        Returns
        -------
        dict
            By event, and by player for payoffs, where these are settled. Empty where there is no
            equilibrium.

        Raises
        ------
        LabelError
            For an unknown player.
        """
        if by not in (*self.game.players, OBSERVER):
            raise unknown("player", by, (*self.game.players, OBSERVER))
        found: dict[str, tuple[float, float]] = {}
        for row in self.rows(by, outer=outer):
            for name, (low, high) in row.items():
                least, most = found.get(name, (low, high))
                found[name] = min(least, low), max(most, high)
        return found

    def rows(
        self, by: str = OBSERVER, *, outer: bool = False
    ) -> Iterator[dict[str, tuple[float, float]]]:
        """What `envelope` spans, component by component."""
        for h in self.hypotheses:
            for n in h.kept:
                yield self._row(h, n, by, h.unsettled, outer=outer)
            for n in h.partly if outer else ():
                yield self._row(h, n, by, frozenset(self.game.players), outer=True)

    def _row(
        self, h: Hypothesis, n: int, by: str, doubtful: frozenset[str], *, outer: bool
    ) -> dict[str, tuple[float, float]]:
        """Payoffs that are in doubt are left out, or bounded without any hypothesis."""
        row = dict(self._named(h, n, by))
        for player in doubtful:
            del row[player]
            if outer:
                low, high = SignCheck(h.solution).payoff(
                    n, player, self.moves, self.attitudes[player]
                )
                row[player] = float(low), float(high)
        return row

    def _named(self, h: Hypothesis, n: int, by: str) -> Iterator[tuple[str, tuple[float, float]]]:
        outcome = h.solution.components[n].outcome()
        shared = h.game.structure.symmetric_chance
        for event in self.game.structure.event_names:
            plain = shared and event not in h.game.players
            label = event if plain else f"{event} (event{'' if shared else f' for {by}'})"
            yield event, outcome[label]
        for player in self.game.players:
            yield player, outcome[player]

    def most_and_least(self, name: str, by: str = OBSERVER) -> tuple[float, float]:
        """Least and most of one event's probability or one player's payoff.

        Raises
        ------
        LabelError
            For an unknown event or player.
        InputError
            If no equilibrium was found.
        """
        envelope = self.envelope(by)
        if not envelope:
            raise InputError(
                "no equilibrium was found whose signs hold throughout; `refused` says why."
            )
        if name not in envelope:
            raise unknown("event or player", name, envelope)
        return envelope[name]

    @property
    def status(self) -> str:
        """Which set this is, and by what proof."""
        tried = len(self.hypotheses)
        count = len(self)
        head = (
            f"{count:,} component{'s' if count != 1 else ''} of equilibria in which every player "
            "ranks the two branches alike at all moves of a group"
        )
        how = (
            f"{tried:,} hypothes{'es' if tried != 1 else 'is'} about who fears which branch "
            f"solved, {len(self.settled):,} sign{'s' if len(self.settled) != 1 else ''} settled "
            f"beforehand, {sum(self.refused.values()):,} components refused because their play "
            "contradicts the hypothesis"
        )
        if self.complete:
            return f"Complete: {head}. {how}."
        return f"Not complete: {head} found ({how}), but: {'; '.join(self.left)}."

    def summary(self) -> str:
        """The solution in sentences."""
        widths = {m.half_width for m in self.moves}
        width = " or ".join(sorted(f"{float(w):.4g}" for w in widths)) or "0"
        weights = ", ".join(f"{p} {float(a):.4g}" for p, a in self.attitudes.items())
        lines = [
            f"Ambiguity proper: {len(self.moves)} chance moves with intervals of half-width "
            f"{width}; weight on one's own worst case: {weights}.",
            self.status,
            SAME_AS,
        ]
        if self.straddled:
            lines.append(
                f"At {len(self.straddled)} information sets a player does not know how such a move "
                "has fallen; it keeps the probability that it acted on before."
            )
        for reason, n in self.refused.items():
            lines.append(f"Refused: {n:,} x {reason}.")
        for name, (low, high) in self.envelope().items():
            kind = "payoff of " if name in self.game.players else "probability of "
            ends = f"{low:.4g}" if high - low < 5e-5 else f"{low:.4g} to {high:.4g}"
            lines.append(f"  {kind}{name}: {ends}")
        return "\n".join(lines)

    def to_frame(self) -> pd.DataFrame:
        """One row for each component: events by the observer, payoffs, and the signs behind it.

        Returns
        -------
        pandas.DataFrame
            "attack (least)", "attack (most)" and so on; "worse" names, by player and group, the
            sign of the hypothesis.
        """
        import pandas as pd

        rows = []
        for h, component in self.components:
            row: dict[str, Any] = {"signs": dict(h.signs)}
            found = self._row(h, component.index, OBSERVER, h.unsettled, outer=False)
            for name, ends in found.items():
                row[f"{name} (least)"], row[f"{name} (most)"] = ends
            rows.append(row)
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        kind = "complete" if self.complete else "NOT complete"
        return (
            f"<AmbiguousSolution: {len(self)} component{'s' if len(self) != 1 else ''}, "
            f"{len(self.hypotheses)} hypotheses, {kind}>"
        )
