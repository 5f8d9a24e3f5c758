"""Several games of one shape as a single game, with symbols that say which of them it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sympy import Add, Expr, Symbol, sympify

from deterrence.errors import InputError
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game

__all__ = ["one_shape", "selectors"]


def selectors(labels: Sequence[str]) -> tuple[Symbol, ...]:
    """A symbol for each game but the first; one of them is 1, or none.

    Parameters
    ----------
    labels : sequence of str

    Returns
    -------
    tuple of sympy.Symbol
    """
    return tuple(Symbol(f"is [{label}]") for label in labels[1:])


def one_shape(games: Mapping[str, Game]) -> Game:
    """Games that differ in numbers only as one game: where a selector is 1, it is that game.

    What is learnt of one of them then serves all.

    Parameters
    ----------
    games : mapping of str to Game
        With formulas or numbers; the same players, moves and information sets in the same order.

    Returns
    -------
    Game
        Its further parameters are the names of `selectors`, each 0 or 1; all 0 for the first game.
        One is missing where its game has the numbers of the first.

    Raises
    ------
    InputError
        If the shapes differ, or there is no game.
    """
    if not games:
        raise InputError("there is no game to put together; give one at least.")
    first, *others = games.values()
    for other in others:
        if other.players != first.players:
            raise _differ(f"the players {list(first.players)} are {list(other.players)} in another")
    if not others:
        return first
    merge = _Merging(selectors(tuple(games)))
    root = merge.node([game.root for game in games.values()])
    ranges, tied = dict(first.ranges), dict(first.tied)
    for other in others:
        ranges, tied = {**other.ranges, **ranges}, {**other.tied, **tied}
    return Game(first.players, root, ranges=ranges, tied=tied)


class _Merging:
    def __init__(self, symbols: Sequence[Symbol]) -> None:
        self.symbols = symbols
        self.known: dict[tuple[Expr, ...], Expr] = {}

    def node(self, nodes: Sequence[Node]) -> Node:
        one = nodes[0]
        if any(type(other) is not type(one) for other in nodes):
            raise _differ("one moves where another ends, or chance moves in another's place")
        if isinstance(one, Outcome):
            return self._outcome([n for n in nodes if isinstance(n, Outcome)])
        if isinstance(one, Chance):
            return self._chance([n for n in nodes if isinstance(n, Chance)])
        return self._move([n for n in nodes if isinstance(n, Move)])

    def _move(self, nodes: Sequence[Move]) -> Move:
        one = nodes[0]
        for other in nodes:
            if (other.player, other.knows) != (one.player, one.knows):
                raise _differ(
                    f"{one.player} knows {one.knows!r} in one, {other.knows!r} in another"
                )
        choices = _same_labels([n.choices for n in nodes])
        below = {label: self.node([n.choices[label] for n in nodes]) for label in choices}
        return Move(one.player, one.knows, below)

    def _chance(self, nodes: Sequence[Chance]) -> Chance:
        choices = {}
        for label in _same_labels([n.choices for n in nodes]):
            odds = [n.choices[label][0] for n in nodes]
            below = self.node([n.choices[label][1] for n in nodes])
            choices[label] = self._odds(odds), below
        return Chance(choices)

    def _odds(self, odds: Sequence[Any]) -> Any:
        if not any(isinstance(p, Mapping) for p in odds):
            return self.formula(odds)
        players = next(list(p) for p in odds if isinstance(p, Mapping))
        return {
            player: self.formula([p[player] if isinstance(p, Mapping) else p for p in odds])
            for player in players
        }

    def _outcome(self, nodes: Sequence[Outcome]) -> Outcome:
        payoffs = {
            player: self.formula([n.payoffs[player] for n in nodes]) for player in nodes[0].payoffs
        }
        weights = [
            n.events if isinstance(n.events, Mapping) else dict.fromkeys(n.events, 1) for n in nodes
        ]
        names = list(dict.fromkeys(name for one in weights for name in one))
        return Outcome(payoffs, {e: self.formula([w.get(e, 0) for w in weights]) for e in names})

    def formula(self, numbers: Sequence[Any]) -> Expr:
        """The number of whichever game is meant."""
        key = tuple(sympify(x) for x in numbers)
        if key not in self.known:
            same = all(x == key[0] for x in key)
            self.known[key] = key[0] if same else self._selected(key)
        return self.known[key]

    def _selected(self, numbers: Sequence[Expr]) -> Expr:
        first, *others = numbers
        chosen = [s * x for s, x in zip(self.symbols, others, strict=True)]
        # evaluated, as sympy finds wrong common parts in expressions that are not
        return Add((1 - Add(*self.symbols)) * first, *chosen)


def _same_labels(choices: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if any(list(other) != list(choices[0]) for other in choices):
        raise _differ(f"the choices {list(choices[0])} are others in one of them")
    return choices[0]


def _differ(how: str) -> InputError:
    return InputError(
        f"these games have not one shape: {how}. Put together only games that differ in numbers."
    )
