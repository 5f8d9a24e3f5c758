"""Trees that a signal's solver takes apart: with fewer actions, and what follows an action."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.structure import MOVE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["After", "Kept", "after", "pruned"]

Kept = Mapping[tuple[str, Hashable], Collection[str]]  # actions by player and what it knows
History = tuple[Any, ...]


def pruned(game: Game, kept: Kept) -> Game:
    """The game in which only some actions are left at some information sets.

    Histories are those of the game, since moves with one action stay where they are.
    """
    return Game(game.players, _copy(game, 0, kept))


def _copy(game: Game, root: int, kept: Kept) -> Any:
    s = game.structure
    built: dict[int, Any] = {}
    for node in reversed(_below(game, root, kept)):
        if s.kind[node] == OUTCOME:
            built[node] = _outcome(game, node)
        elif s.kind[node] == MOVE:
            own = s.sets[s.set_of[node]]
            left = kept.get((own.player, own.knows), own.actions)
            rows = zip(own.actions, s.children[node], strict=True)
            built[node] = Move(own.player, own.knows, {a: built[c] for a, c in rows if a in left})
        else:
            built[node] = Chance({s.label[c]: (_odds(game, c), built[c]) for c in s.children[node]})
    return built[root]


def _below(game: Game, root: int, kept: Kept) -> list[int]:
    s, order, stack = game.structure, [], [root]
    while stack:
        node = stack.pop()
        order.append(node)
        children: Sequence[int] = s.children[node]
        if s.kind[node] == MOVE:
            own = s.sets[s.set_of[node]]
            left = kept.get((own.player, own.knows), own.actions)
            rows = zip(own.actions, children, strict=True)
            children = [c for a, c in rows if a in left]
        stack.extend(children)
    return order


def _outcome(game: Game, node: int) -> Outcome:
    s, numbers = game.structure, game.numbers
    pay = {p: numbers[k] for p, k in zip(s.players, s.payoffs[node] or (), strict=True)}
    return Outcome(pay, {name: numbers[k] for name, k in (s.events[node] or {}).items()})


def _odds(game: Game, node: int) -> Any:
    s, numbers = game.structure, game.numbers
    return {p: numbers[k] for p, k in zip(s.players, s.chance[node] or (), strict=True)}


class After:
    """What follows an action of a sender, as a game that begins with the sender's type.

    Attributes
    ----------
    game : Game
        With one player more, the last one: without a stake, it chooses the type; or chance does.
    chosen : bool
        Whether the type is chosen, so that any belief about it may be held.
    """

    def __init__(self, game: Game, place: dict[History, History], *, chosen: bool) -> None:
        self.game, self._place, self.chosen = game, place, chosen

    def history(self, given: History) -> History:
        """A history of the whole game, from one of this one."""
        for length in (2, 1):
            if given[:length] in self._place:
                return (*self._place[given[:length]], *given[length:])
        raise KeyError(given)


def after(
    game: Game,
    sets: Sequence[int],
    weights: Sequence[Sequence[Fraction]],
    action: str,
    kept: Kept,
    belief: Sequence[Fraction] | None,
) -> After:
    """What follows an action, with some belief about who took it.

    Parameters
    ----------
    game : Game
    sets : sequence of int
        The sender's information sets, one for each type.
    weights : sequence of sequence of fractions.Fraction
        How likely the sender thinks each node there.
    action : str
    kept : mapping
        As for `pruned`.
    belief : sequence of fractions.Fraction, optional
        Positive, by type. Without it somebody without a stake chooses the type.
    """
    s, place = game.structure, {}
    roots: dict[str, Any] = {}
    for t, k in enumerate(sets):
        own, branches = s.sets[k], {}
        for n, node in enumerate(own.nodes):
            child = s.children[node][own.actions.index(action)]
            branches[str(n)] = (weights[t][n], _copy(game, child, kept))
            place[str(t), str(n)] = (*s.history(node), action)
        roots[str(t)] = Chance(branches)
    chooser = "type"
    while chooser in game.players:
        chooser += "'"
    if belief is None:
        root: Any = Move(chooser, (), roots)
    else:
        root = Chance({str(t): (p, roots[str(t)]) for t, p in enumerate(belief)})
    players = (*game.players, chooser)
    return After(Game(players, _paid(root, chooser)), place, chosen=belief is None)


def _paid(root: Any, chooser: str) -> Any:
    """The same tree, in which one player more is paid nothing and weighs chance as all do."""
    if isinstance(root, Outcome):
        return Outcome({**root.payoffs, chooser: 0}, root.events)
    if isinstance(root, Move):
        return Move(
            root.player, root.knows, {a: _paid(c, chooser) for a, c in root.choices.items()}
        )
    return Chance(
        {a: (_shared(p, chooser), _paid(c, chooser)) for a, (p, c) in root.choices.items()}
    )


def _shared(odds: Any, chooser: str) -> Any:
    if not isinstance(odds, Mapping):
        return odds
    first = next(iter(odds.values()))
    return first if len(set(odds.values())) == 1 else {**odds, chooser: first}
