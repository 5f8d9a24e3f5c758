"""Chance moves whose probability is known only as an interval, and the games they reduce to."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError, LabelError, unknown
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.numbers import exact, shown
from deterrence.games.structure import CHANCE, MOVE, OUTCOME, Structure
from deterrence.games.tree import Game

__all__ = [
    "OBSERVER",
    "AmbiguousMove",
    "Signs",
    "ambiguous_moves",
    "attitudes_of",
    "check_branches",
    "check_common",
    "inside",
    "reduced",
]

OBSERVER = "Observer"  # takes the middle of every interval, and never moves

History = tuple[Any, ...]
Width = Any  # a number, or a function from a history to one
Grouping = Callable[[History], Hashable]
Signs = Mapping[tuple[str, Hashable], int]  # 1: the named branch is worth at least as much


@dataclass(frozen=True)
class AmbiguousMove:
    """A chance move of two branches whose probability lies in an interval.

    Attributes
    ----------
    node, first, second : int
        The move, and where its named and its other branch lead.
    history : tuple
        The labels on the way to the move.
    group : hashable
        Moves of one group are taken to be one unknown probability.
    middle, half_width : fractions.Fraction
        The named branch has a probability in [middle - half_width, middle + half_width].
    """

    node: int
    first: int
    second: int
    history: History
    group: Hashable
    middle: Fraction
    half_width: Fraction

    def weighed(self, attitude: Fraction, sign: int) -> Fraction:
        """The probability of the named branch as somebody of this attitude acts on it.

        With weight `attitude` on the worst case and the rest on the best: the worst case of
        somebody to whom the named branch is worth more (`sign` 1) is that it is least likely.
        """
        return self.middle + sign * (1 - 2 * attitude) * self.half_width


def check_branches(game: Game, branches: str | Iterable[str]) -> tuple[str, ...]:
    """The labels as a tuple; LabelError if no chance move has a branch of one of them."""
    names = (branches,) if isinstance(branches, str) else tuple(branches)
    s = game.structure
    labels = {s.label[c] for n, kind in enumerate(s.kind) if kind == CHANCE for c in s.children[n]}
    for name in names:
        if name not in labels:
            raise unknown("branch of chance", name, sorted(map(str, labels)))
    return names


def ambiguous_moves(
    game: Game, names: tuple[str, ...], half_width: Width, groups: Grouping | None
) -> tuple[AmbiguousMove, ...]:
    """The chance moves with a branch of one of these labels and a width that is not zero.

    Raises
    ------
    InputError
        If such a move has other than two branches, or an interval leaves (0, 1).
    """
    s, found = game.structure, []
    for node, kind in enumerate(s.kind):
        if kind == CHANCE and any(s.label[c] in names for c in s.children[node]):
            width = _width(half_width, s.history(node))
            if width:
                found.append(_move(game, node, names, width, groups))
    return tuple(found)


def _width(given: Width, history: History) -> Fraction:
    width = exact(given(history) if callable(given) else given, "half_width")
    if not 0 <= width < Fraction(1, 2):
        raise InputError(
            f"half_width is {shown(width)} at {history}; half the width of an interval inside "
            "(0, 1) lies in [0, 1/2)."
        )
    return width


def _move(
    game: Game, node: int, names: tuple[str, ...], width: Fraction, groups: Grouping | None
) -> AmbiguousMove:
    s = game.structure
    history, children = s.history(node), s.children[node]
    if len(children) != 2:
        raise InputError(
            f"the chance move at {history} has {len(children)} branches "
            f"({', '.join(str(s.label[c]) for c in children)}). Which probability is the worst is "
            "settled by one sign only where there are two: merge branches, or leave out what adds "
            "a third (automaticity, for instance)."
        )
    first, second = sorted(children, key=lambda c: s.label[c] not in names)
    middle: Fraction = game.numbers[(s.chance[first] or ())[0]]
    if not width < min(middle, 1 - middle):
        most = min(middle, 1 - middle)
        raise InputError(
            f"at {history} the probability of {s.label[first]!r} is {shown(middle)}; give or take "
            f"{shown(width)} it leaves the open interval (0, 1). Nothing is clipped here: take a "
            f"half-width below {shown(most)}, or one that depends on the history."
        )
    group = history if groups is None else groups(history)
    return AmbiguousMove(node, first, second, history, group, middle, width)


def attitudes_of(game: Game, given: Any) -> dict[str, Fraction]:
    """Each player's weight on its own worst case.

    Raises
    ------
    LabelError
        For an unknown player.
    InputError
        If a weight lies outside [0, 1], or a player has none.
    """
    if not isinstance(given, Mapping):
        given = dict.fromkeys(game.players, given)
    for player in given:
        if player not in game.players:
            raise unknown("player", player, game.players)
    missing = [p for p in game.players if p not in given]
    if missing:
        raise InputError(
            f"no attitude for {', '.join(missing)}; give each player's weight on its own worst "
            "case, 1/2 for one who takes the middle of every interval."
        )
    found = {p: exact(given[p], f"attitude of {p}") for p in game.players}
    for player, weight in found.items():
        if not 0 <= weight <= 1:
            raise InputError(
                f"the attitude of {player} is {shown(weight)}; it is a weight on its own worst "
                "case, from 0 (best case alone) to 1 (worst case alone)."
            )
    return found


def check_common(game: Game) -> None:
    """InputError unless all players share every chance probability, LabelError for a name taken."""
    if OBSERVER in game.players:
        raise LabelError(f"a player is called {OBSERVER!r}; that name is kept, choose another.")
    s, numbers = game.structure, game.numbers
    for node, places in enumerate(s.chance):
        if places is not None and len({numbers[k] for k in places}) > 1:
            raise InputError(
                f"at {s.history(node)} players have different probabilities already. Ambiguity "
                "comes down to such probabilities here; start from a game in which they agree."
            )


def reduced(
    game: Game,
    moves: Iterable[AmbiguousMove],
    attitudes: Mapping[str, Fraction],
    signs: Signs,
) -> Game:
    """The game in which every player has the probabilities that a pattern of signs gives it.

    A player who never moves is added, the observer, who takes the middle of every interval.

    Parameters
    ----------
    game : Game
        With numbers, and chance probabilities that all players share.
    moves : iterable of AmbiguousMove
    attitudes : mapping of str to fractions.Fraction
    signs : mapping of (str, hashable) to int
        By player and group; where there is none the player takes the middle.

    Returns
    -------
    Game
    """
    odds: dict[int, dict[str, Fraction]] = {}
    for m in moves:
        first = {
            p: m.weighed(attitudes[p], signs[p, m.group]) if (p, m.group) in signs else m.middle
            for p in game.players
        }
        first[OBSERVER] = m.middle
        odds[m.first] = first
        odds[m.second] = {p: 1 - q for p, q in first.items()}
    return Game((*game.players, OBSERVER), _rebuilt(game, odds))


def _rebuilt(game: Game, odds: Mapping[int, Mapping[str, Fraction]]) -> Node:
    s, numbers = game.structure, game.numbers
    built: list[Any] = [None] * len(s)
    for node in range(len(s) - 1, -1, -1):
        if s.kind[node] == OUTCOME:
            paid = {p: numbers[k] for p, k in zip(s.players, s.payoffs[node] or (), strict=True)}
            events = {name: numbers[k] for name, k in (s.events[node] or {}).items()}
            built[node] = Outcome({**paid, OBSERVER: Fraction(0)}, events)
        elif s.kind[node] == MOVE:
            own = s.sets[s.set_of[node]]
            choices = {s.label[c]: built[c] for c in s.children[node]}
            built[node] = Move(own.player, own.knows, choices)
        else:
            built[node] = Chance(
                {s.label[c]: (_odds(game, odds, c), built[c]) for c in s.children[node]}
            )
    root: Node = built[0]
    return root


def _odds(game: Game, odds: Mapping[int, Mapping[str, Fraction]], child: int) -> Any:
    return odds.get(child) or game.numbers[(game.structure.chance[child] or ())[0]]


def inside(structure: Structure, node: int) -> range:
    """All nodes from one on: in preorder they follow it without a gap."""
    last = node
    while structure.children[last]:
        last = structure.children[last][-1]
    return range(node, last + 1)
