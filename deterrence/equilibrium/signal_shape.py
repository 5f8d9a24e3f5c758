"""Whether a game begins with a signal, and who answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.equilibrium.decomposition import Choice, Part, decompose
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.signalling import NotAStage, Stage, first_observers, stage_of
from deterrence.errors import InputError, unknown
from deterrence.games.structure import MOVE
from deterrence.games.tree import Game

__all__ = ["Signal", "signal_of"]

Weights = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True, eq=False)
class Signal:
    """The first move of a player with a private type.

    Attributes
    ----------
    sender : str
    sets : tuple of int
        Its information sets, one for each type.
    actions : tuple of str
    answers : dict of str to int or None
        For each action after which somebody moves: the information set at which one player without
        private information answers, before all others and seen by all, if there is one.
    weights : dict of str to tuple of tuple of fractions.Fraction
        By player, how likely the nodes of each of the sets are, given the type.
    prior : dict of str to tuple of fractions.Fraction
        By player, how likely the types are.
    """

    sender: str
    sets: tuple[int, ...]
    actions: tuple[str, ...]
    answers: dict[str, int | None]
    weights: dict[str, Weights]
    prior: dict[str, tuple[Fraction, ...]]

    @property
    def ends(self) -> tuple[str, ...]:
        """Actions after which nobody moves."""
        return tuple(a for a in self.actions if a not in self.answers)


def signal_of(game: Game, sender: str) -> Signal:
    """The signal with which a game begins.

    Raises
    ------
    LabelError
        For an unknown player.
    InputError
        If the player's first move is none, or players differ in a chance probability; the message
        says why.
    """
    if sender not in game.players:
        raise unknown("player", sender, game.players)
    s, reach = game.structure, chance_reach(game)
    if not s.symmetric_chance:
        raise InputError(
            "players differ in a chance probability; a signal is read by one prior that all have. "
            "dt.solve takes priors that differ."
        )
    sets = _first_sets(game, sender)
    _check_before(game, sender, sets)
    actions = s.sets[sets[0]].actions
    stages = {a: st for a in actions if (st := _stage(game, sets, a))}
    rows = {
        p: [[reach[i][n] for n in s.sets[k].nodes] for k in sets] for i, p in enumerate(s.players)
    }
    return Signal(
        sender,
        sets,
        actions,
        {a: _answering(game, stage) for a, stage in stages.items()},
        {p: tuple(_shares(row) for row in table) for p, table in rows.items()},
        {p: _shares([sum(row, Fraction(0)) for row in table]) for p, table in rows.items()},
    )


def _shares(numbers: Sequence[Fraction]) -> tuple[Fraction, ...]:
    total = sum(numbers, Fraction(0))
    return tuple(x / total for x in numbers)


def _first_sets(game: Game, sender: str) -> tuple[int, ...]:
    """The sender's information sets before which it has not moved."""
    s = game.structure
    found = tuple(
        own.index
        for own in s.sets
        if own.player == sender and not _moved_before(game, own.nodes[0], sender)
    )
    if not found:
        raise InputError(f"{sender} never moves, so that it sends no signal.")
    if len({s.sets[k].actions for k in found}) > 1 or len(found) != 2:
        known = ", ".join(repr(s.sets[k].knows) for k in found[:6])
        raise InputError(
            f"{sender}'s first move is no signal of a type: it needs one information set for each "
            f"of two types, with the same actions; here they are {known}."
        )
    return found


def _check_before(game: Game, sender: str, sets: Sequence[int]) -> None:
    """Raise InputError unless all that was done before the signal is public and tells no type."""
    s, public = game.structure, _public_choices(decompose(game.structure))
    for node in (n for k in sets for n in s.sets[k].nodes):
        while (node := s.parent[node]) >= 0:
            if s.kind[node] == MOVE and s.set_of[node] not in public:
                own = s.sets[s.set_of[node]]
                raise InputError(
                    f"{own.player} moves at {own.knows!r} before {sender}'s signal, in private or "
                    "unseen; only chance and public moves of players without private information "
                    "may come first. deterrence.solve takes any game."
                )


def _public_choices(parts: Sequence[Part]) -> set[int]:
    """Information sets whose beliefs chance alone determines, and whose actions all observe."""
    found: set[int] = set()
    stack = list(parts)
    while stack:
        part = stack.pop()
        if isinstance(part, Choice):
            found.add(part.set)
            stack += [p for column in part.parts for p in column]
    return found


def _moved_before(game: Game, node: int, player: str) -> bool:
    s = game.structure
    while (node := s.parent[node]) >= 0:
        if s.kind[node] == MOVE and s.sets[s.set_of[node]].player == player:
            return True
    return False


def _stage(game: Game, sets: Sequence[int], action: str) -> Stage | None:
    """What others see of an action; None where nobody moves after it."""
    found = stage_of(game.structure, sets[0], action)
    if isinstance(found, NotAStage):
        raise InputError(f"{found}; only a move that all observe is a signal.")
    if len(found.sets) == 1 and not first_observers(game, found):
        return None
    if set(found.sets) != set(sets):
        raise InputError(
            f"after {found.player} plays {action!r}, others know more than that of its type."
        )
    return found


def _answering(game: Game, stage: Stage) -> int | None:
    """The one information set that all plays come to next, if its owner's choice is public."""
    seen = first_observers(game, stage)
    if len(seen) != 1:
        return None
    (at,) = seen
    own = game.structure.sets[at]
    stages = [stage_of(game.structure, at, a) for a in own.actions]
    alone = all(isinstance(found, Stage) and len(found.sets) == 1 for found in stages)
    return at if alone and len(own.actions) > 1 else None
