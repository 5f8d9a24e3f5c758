"""Strategies and beliefs in the public form, read for a game."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from numbers import Rational, Real
from typing import Any

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.games.structure import InformationSet
from deterrence.games.tree import Game

__all__ = ["Reading"]


class Reading:
    """Strategies and beliefs in the public form, read for a game."""

    def __init__(self, game: Game) -> None:
        if not isinstance(game, Game):
            raise InputError(f"a certificate is for a Game, not for {type(game).__name__}.")
        if game.parameters:
            given = ", ".join(f"{name}=..." for name in game.parameters[:3])
            more = ", ..." if len(game.parameters) > 3 else ""
            raise ParameterError(
                f"a certificate needs numbers, but {', '.join(game.parameters)} "
                f"{'have' if len(game.parameters) > 1 else 'has'} none. Use "
                f"game.at({given}{more})."
            )
        self.whole, self.game = game, game.at()
        self.exact = self.game.exact

    def strategy(self, given: Any) -> list[tuple[Fraction, ...]]:
        """Probabilities by information set and action."""
        rows = {s.index: self._choice(s, row) for s, row in self._by_set(given, "strategy")}
        sets = self.game.structure.sets
        missing = [str(s) for s in sets if s.index not in rows and len(s.actions) > 1]
        if missing:
            shown = "; ".join(missing[:5]) + ("; ..." if len(missing) > 5 else "")
            raise InputError(f"the strategy says nothing about {shown}. Give a choice at each set.")
        return [rows.get(s.index, (Fraction(1),)) for s in sets]

    def beliefs(self, given: Any) -> dict[int, tuple[Fraction, ...]]:
        """Probabilities by information set and node, where any are given."""
        return {s.index: self._belief(s, row) for s, row in self._by_set(given, "beliefs")}

    def _by_set(self, given: Any, what: str) -> Iterator[tuple[InformationSet, Any]]:
        """What is given at each set, without sets that only impossible branches reach."""
        there, anywhere = self.game.structure.by_name, self.whole.structure.by_name
        if not isinstance(given, Mapping):
            raise InputError(f"{what}: give a mapping from player to mapping, not {given!r}.")
        for player, rows in given.items():
            if player not in self.game.players:
                raise unknown("player", player, self.game.players)
            if not isinstance(rows, Mapping):
                raise InputError(f"{what} of {player}: give a mapping by `knows`, not {rows!r}.")
            for knows, row in rows.items():
                if (player, knows) not in anywhere:
                    own = [k for p, k in anywhere if p == player]
                    raise unknown(f"information set of {player}", knows, own)
                if (player, knows) in there:
                    yield there[player, knows], row

    def _choice(self, s: InformationSet, row: Any) -> tuple[Fraction, ...]:
        if not isinstance(row, (Mapping, str)):
            raise InputError(f"strategy at {s}: give an action or a mapping from it, not {row!r}.")
        chosen = {row: 1} if isinstance(row, str) else row
        for action in chosen:
            if action not in s.actions:
                raise unknown(f"action of {s}", action, s.actions)
        return tuple(self._number(chosen.get(a, 0), f"probability of {a!r}") for a in s.actions)

    def _belief(self, s: InformationSet, row: Any) -> tuple[Fraction, ...]:
        if not isinstance(row, Mapping):
            raise InputError(f"beliefs at {s}: give a mapping from history to number, not {row!r}.")
        numbers = {h: self._number(p, f"belief in {h}") for h, p in row.items()}
        histories = [self.game.structure.histories[node] for node in s.nodes]
        whole = self.whole.structure
        known = {whole.histories[node] for node in whole.by_name[s.player, s.knows].nodes}
        for history, number in numbers.items():
            if history not in known:
                raise unknown(f"history at {s}", history, sorted(known, key=str))
            if number and history not in histories:
                raise InputError(f"beliefs at {s}: chance never leads to {history}.")
        return tuple(numbers.get(history, Fraction(0)) for history in histories)

    def _number(self, value: Any, what: str) -> Fraction:
        number = exact(value, what)
        rounded = isinstance(value, Real) and not isinstance(value, Rational)
        if (rounded or getattr(value, "is_Float", False)) and number.denominator > 1:
            self.exact = False
        return number
