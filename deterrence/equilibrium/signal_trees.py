"""Trees that a signal's solver takes apart: with fewer actions, and what follows an action."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.signalling import Stage, continuation_game
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
    s = game.structure
    built: dict[int, Any] = {}
    for node in reversed(_left(game, kept)):
        if s.kind[node] == OUTCOME:
            built[node] = _outcome(game, node)
        elif s.kind[node] == MOVE:
            own = s.sets[s.set_of[node]]
            left = kept.get((own.player, own.knows), own.actions)
            rows = zip(own.actions, s.children[node], strict=True)
            built[node] = Move(own.player, own.knows, {a: built[c] for a, c in rows if a in left})
        else:
            built[node] = Chance({s.label[c]: (_odds(game, c), built[c]) for c in s.children[node]})
    return Game(game.players, built[0])


def _left(game: Game, kept: Kept) -> list[int]:
    """The nodes that are left, each before those behind it."""
    s, order, stack = game.structure, [], [0]
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
    small = pruned(game, kept)
    named = [game.structure.sets[k] for k in sets]
    own = [small.structure.by_name[one.player, one.knows] for one in named]
    types = tuple(one.knows for one in own)
    stage = Stage(own[0].player, action, tuple(one.index for one in own), types)
    tree, _ = continuation_game(small, stage, weights)
    if belief is not None:
        tree = _drawn(tree, belief)
    place = {}
    for t, one in enumerate(own):
        for node in one.nodes:
            given = (str(t), str(node)) if len(one.nodes) > 1 else (str(t),)
            place[given] = (*small.structure.history(node), action)
    return After(tree, place, chosen=belief is None)


def _drawn(tree: Game, belief: Sequence[Fraction]) -> Game:
    """The same game in which chance draws the type."""
    root: Any = tree.root
    rows = zip(root.choices.items(), belief, strict=True)
    return Game(tree.players, Chance({t: (p, node) for (t, node), p in rows}))
