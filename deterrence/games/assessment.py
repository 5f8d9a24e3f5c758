"""An assessment: what is played at each information set and believed there, and what follows.

Payoffs, reach and event probabilities are exact where the numbers are.
"""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError, unknown
from deterrence.games.structure import CHANCE, MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["Assessment", "Labelled"]


class Labelled(Mapping[Any, Any]):
    """A read-only mapping by label that answers a wrong label with near misses."""

    def __init__(self, kind: str, items: Mapping[Any, Any]) -> None:
        self._kind, self._items = kind, dict(items)

    def __getitem__(self, label: Any) -> Any:
        try:
            return self._items[label]
        except (KeyError, TypeError):
            raise unknown(self._kind, label, self._items) from None

    def __contains__(self, label: object) -> bool:
        return label in self._items

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __repr__(self) -> str:
        inner = ", ".join(f"{k!r}: {_short(v)}" for k, v in self._items.items())
        return "{" + inner + "}"


def _short(value: Any) -> str:
    return str(value) if isinstance(value, Fraction) else repr(value)


@dataclass(frozen=True, eq=False)
class Assessment:
    """Strategies and beliefs of a game with numbers.

    Parameters
    ----------
    game : Game
    probabilities : sequence of tuple of fractions.Fraction
        By information set and action.
    node_beliefs : sequence of tuple of fractions.Fraction
        By information set and node.
    """

    game: Game
    probabilities: Sequence[tuple[Fraction, ...]]
    node_beliefs: Sequence[tuple[Fraction, ...]]

    @functools.cached_property
    def strategy(self) -> Labelled:
        """``strategy[player][knows][action]``: a probability."""
        return self._by_set(
            lambda s: Labelled(
                "action", dict(zip(s.actions, self.probabilities[s.index], strict=True))
            )
        )

    @functools.cached_property
    def beliefs(self) -> Labelled:
        """``beliefs[player][knows][history]``: a probability."""
        histories = self.game.structure.histories
        return self._by_set(
            lambda s: Labelled(
                "history",
                {histories[n]: b for n, b in zip(s.nodes, self.node_beliefs[s.index], strict=True)},
            )
        )

    def _by_set(self, of: Any) -> Labelled:
        found: dict[str, dict[Hashable, Any]] = {p: {} for p in self.game.players}
        for s in self.game.structure.sets:
            found[s.player][s.knows] = of(s)
        return Labelled(
            "player", {p: Labelled(f"information set of {p}", inner) for p, inner in found.items()}
        )

    @functools.cached_property
    def _reach(self) -> list[list[Fraction]]:
        """By player, each node's probability with that player's chance probabilities."""
        s, numbers = self.game.structure, self.game.numbers
        rows: list[list[Fraction]] = []
        for i in range(len(s.players)):
            if i and s.symmetric_chance:
                rows.append(rows[0])
                continue
            reach = [Fraction(1)] * len(s)
            for node in range(len(s)):
                for a, child in enumerate(s.children[node]):
                    if s.kind[node] == CHANCE:
                        step = numbers[(s.chance[child] or ())[i]]
                    else:
                        step = self.probabilities[s.set_of[node]][a]
                    reach[child] = reach[node] * step if reach[node] and step else Fraction(0)
            rows.append(reach)
        return rows

    def reach(self, history: Sequence[Any], by: str | None = None) -> Fraction:
        """The probability that play goes through `history`."""
        s = self.game.structure
        history = tuple(history)
        if history not in s.histories:
            raise unknown("history", history, s.histories)
        return self._reach[self._viewer(by)][s.histories.index(history)]

    @functools.cached_property
    def _shared(self) -> bool:
        """Whether all players' chance probabilities are equal at this point."""
        numbers = self.game.numbers
        return all(
            len({numbers[k] for k in places}) == 1
            for places in self.game.structure.chance
            if places is not None
        )

    def _viewer(self, by: str | None) -> int:
        s = self.game.structure
        if by is None:
            if not self._shared:
                raise InputError(
                    "the players' chance probabilities differ: say by whose, "
                    f"by={s.players[0]!r} for instance."
                )
            return 0
        if by not in s.players:
            raise unknown("player", by, s.players)
        return s.players.index(by)

    @functools.cached_property
    def payoffs(self) -> Labelled:
        """``payoffs[player]``: expected, with the player's own chance probabilities."""
        s, numbers = self.game.structure, self.game.numbers
        totals = [Fraction(0)] * len(s.players)
        for node, places in enumerate(s.payoffs):
            if places is not None:
                for i, k in enumerate(places):
                    if self._reach[i][node]:
                        totals[i] += self._reach[i][node] * numbers[k]
        return Labelled("player", dict(zip(s.players, totals, strict=True)))

    def probability(self, event: str, by: str | None = None) -> Fraction:
        """The probability of an event, or the expected weight where outcomes count in part.

        Parameters
        ----------
        event : str
            A name that some outcome carries.
        by : str, optional
            Whose chance probabilities; needed only where they differ.
        """
        s, numbers = self.game.structure, self.game.numbers
        if event not in s.event_names:
            raise unknown("event", event, s.event_names)
        reach = self._reach[self._viewer(by)]
        return sum(
            (
                reach[node] * numbers[events[event]]
                for node, events in enumerate(s.events)
                if events and event in events and reach[node]
            ),
            Fraction(0),
        )

    def events(self, by: str | None = None) -> dict[str, Fraction]:
        """All events and their probabilities."""
        return {e: self.probability(e, by) for e in self.game.structure.event_names}

    def reached(self, player: str, knows: Hashable) -> bool:
        """Whether play comes to the information set with positive probability."""
        s = self.game.structure
        try:
            own = s.by_name.get((player, knows))
        except TypeError:
            own = None
        if own is None:
            raise unknown(f"information set of {player}", knows, [x.knows for x in s.sets])
        return any(self._reach[0][n] > 0 for n in own.nodes)

    def node_values(self) -> list[tuple[Fraction, ...]]:
        """Expected payoffs of all players from each node on, with their own chance."""
        s, numbers = self.game.structure, self.game.numbers
        values: list[tuple[Fraction, ...]] = [()] * len(s)
        several = range(len(s.players))
        for node in range(len(s) - 1, -1, -1):
            if s.kind[node] == OUTCOME:
                values[node] = tuple(numbers[k] for k in s.payoffs[node] or ())
            elif s.kind[node] == MOVE:
                row = self.probabilities[s.set_of[node]]
                values[node] = _mix(
                    [(p, values[c]) for p, c in zip(row, s.children[node], strict=True)]
                )
            else:
                values[node] = tuple(
                    sum(
                        (numbers[(s.chance[c] or ())[i]] * values[c][i] for c in s.children[node]),
                        Fraction(0),
                    )
                    for i in several
                )
        return values


def _mix(rows: list[tuple[Fraction, tuple[Fraction, ...]]]) -> tuple[Fraction, ...]:
    played = [(p, v) for p, v in rows if p]
    if len(played) == 1 and played[0][0] == 1:
        return played[0][1]
    return tuple(sum((p * v[i] for p, v in played), Fraction(0)) for i in range(len(played[0][1])))
