"""Pure, mixed and behaviour strategies of one player, and realisation plans between them.

With perfect recall, every mixed strategy has a behaviour strategy that leads to the same outcomes
whatever the others do, and conversely (Kuhn 1953, theorem 4). What both share is the realisation
plan: the probability with which the player makes all choices of a sequence of its own (von Stengel
1996, section 3). Sets behind chance branches of probability zero do not count.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.errors import InputError, unknown
from deterrence.games.assessment import Labelled
from deterrence.games.numbers import exact, plain
from deterrence.games.plans import reduced_plans
from deterrence.games.structure import InformationSet, own_sequences
from deterrence.games.tree import Game

__all__ = [
    "Behaviour",
    "behaviour_from_mixed",
    "behaviour_from_realisation",
    "mixed_from_behaviour",
    "realisation_from_behaviour",
    "realisation_from_mixed",
]

Sequence_ = tuple[tuple[Hashable, str], ...]  # (knows, action) pairs of one player, first to last
Realisation = dict[Sequence_, Fraction]
NOTHING, ALL = Fraction(0), Fraction(1)


@dataclass(frozen=True, eq=False)
class Behaviour:
    """A behaviour strategy of one player.

    Attributes
    ----------
    player : str
    strategy : Labelled
        ``strategy[knows][action]``: a probability, at every information set of the player.
    ruled_out : tuple
        What the player knows at the sets that its own earlier choices rule out. Nothing that it
        does there matters to anybody; the strategy mixes evenly there, as a convention.
    """

    player: str
    strategy: Labelled
    ruled_out: tuple[Hashable, ...]


def realisation_from_behaviour(
    game: Game, player: str, behaviour: Mapping[Hashable, Mapping[str, Any]]
) -> Realisation:
    """How likely a player is to make all choices of each sequence of its own.

    Parameters
    ----------
    game : Game
    player : str
    behaviour : mapping
        ``behaviour[knows][action]``: a probability; actions left out have none. Sets that the
        player's own earlier choices rule out may be left out.

    Returns
    -------
    dict
        By sequence of (knows, action) pairs; 1 at the empty sequence.

    Raises
    ------
    LabelError
        For an unknown player, information set or action.
    InputError
        If probabilities are negative, do not sum to one, or are missing where they matter.

    Examples
    --------
    >>> from deterrence.games.nodes import Move, Outcome
    >>> from deterrence.games.tree import Game
    >>> end = Outcome({"A": 0})
    >>> game = Game(["A"], Move("A", (), {"stop": end, "go": Move("A", ("go",), {"x": end})}))
    >>> plan = realisation_from_behaviour(game, "A", {(): {"stop": "1/3", "go": "2/3"},
    ...                                               ("go",): {"x": 1}})
    >>> {tuple(action for _, action in sequence): str(p) for sequence, p in plan.items()}
    {(): '1', ('stop',): '1/3', ('go',): '2/3', ('go', 'x'): '2/3'}
    """
    own = _Own(game, player)
    own.check_sets(behaviour)
    found: Realisation = {(): ALL}
    for s, before in own:
        row = behaviour.get(s.knows)
        if row is not None:
            chances = _probabilities(row, s.actions, f"{player} at {s.knows!r}")
        elif found[before]:
            raise InputError(f"the strategy of {player} says nothing about {s.knows!r}.")
        else:
            chances = [NOTHING] * len(s.actions)
        for action, p in zip(s.actions, chances, strict=True):
            found[(*before, (s.knows, action))] = found[before] * p
    return found


def behaviour_from_realisation(
    game: Game, player: str, realisation: Mapping[Sequence_, Any]
) -> Behaviour:
    """The behaviour strategy that a realisation plan comes from.

    Parameters
    ----------
    game : Game
    player : str
    realisation : mapping
        By sequence of (knows, action) pairs; sequences left out have probability zero.

    Returns
    -------
    Behaviour
        Unique but for the sets that the player's own choices rule out, where it mixes evenly.

    Raises
    ------
    LabelError
        For an unknown player or sequence.
    InputError
        If the numbers are no realisation plan.
    """
    own = _Own(game, player)
    plan = own.read(realisation)
    rows: dict[Hashable, Labelled] = {}
    ruled_out: list[Hashable] = []
    for s, before in own:
        parts = [plan[(*before, (s.knows, action))] for action in s.actions]
        whole = plan[before]
        if sum(parts) != whole:
            raise InputError(
                f"no realisation plan of {player}: the choices at {s.knows!r} sum to "
                f"{plain(sum(parts, NOTHING))}, but it comes there with {plain(whole)}."
            )
        if whole:
            chances = [p / whole for p in parts]
        else:
            ruled_out.append(s.knows)
            chances = [Fraction(1, len(parts))] * len(parts)
        rows[s.knows] = Labelled("action", dict(zip(s.actions, chances, strict=True)))
    return Behaviour(player, Labelled(f"information set of {player}", rows), tuple(ruled_out))


def realisation_from_mixed(game: Game, player: str, mixed: Mapping[str, Any]) -> Realisation:
    """How likely a mixed strategy is to make all choices of each sequence.

    Parameters
    ----------
    game : Game
    player : str
    mixed : mapping
        Probability by plan, with the labels of `Game.strategic_form`; others have none.

    Returns
    -------
    dict
        As `realisation_from_behaviour`.

    Raises
    ------
    LabelError
        For an unknown player or plan.
    InputError
        If probabilities are negative or do not sum to one.
    LimitError
        If the player has more than a million plans.
    """
    plans = reduced_plans(game, player)
    own = _Own(game, player)
    chances = _probabilities(mixed, tuple(plans), f"the mixed strategy of {player}", "plan")
    found = own.nothing()
    for plan, p in zip(plans.values(), chances, strict=True):
        if p:
            for knows, action in plan.items():
                found[own.sequence(knows, action)] += p
    return found


def behaviour_from_mixed(game: Game, player: str, mixed: Mapping[str, Any]) -> Behaviour:
    """The behaviour strategy with the outcomes of a mixed one, whatever the others do.

    Parameters
    ----------
    game : Game
    player : str
    mixed : mapping
        Probability by plan, with the labels of `Game.strategic_form`; others have none.

    Returns
    -------
    Behaviour

    Raises
    ------
    LabelError, InputError, LimitError
        As `realisation_from_mixed`.

    Notes
    -----
    Kuhn (1953): at each information set, the probability of an action is that of the plans that
    come there and choose it, divided by that of the plans that come there.
    """
    return behaviour_from_realisation(game, player, realisation_from_mixed(game, player, mixed))


def mixed_from_behaviour(
    game: Game, player: str, behaviour: Mapping[Hashable, Mapping[str, Any]]
) -> dict[str, Fraction]:
    """The mixed strategy that chooses independently at all sets, over the reduced plans.

    Parameters
    ----------
    game : Game
    player : str
    behaviour : mapping
        As in `realisation_from_behaviour`.

    Returns
    -------
    dict
        Positive probabilities by plan, with the labels of `Game.strategic_form`. Of all mixed
        strategies with the same realisation plan this is the one without correlation.

    Raises
    ------
    LabelError, InputError
        As `realisation_from_behaviour`.
    LimitError
        If the player has more than a million plans.
    """
    realisation_from_behaviour(game, player, behaviour)  # raises where the strategy is none
    rows = {
        s.knows: dict(zip(s.actions, _numbers(behaviour[s.knows], s.actions), strict=True))
        for s, _ in _Own(game, player)
        if s.knows in behaviour
    }
    found = {}
    for label, plan in reduced_plans(game, player).items():
        p = prod((rows.get(k, {}).get(a, NOTHING) for k, a in plan.items()), start=ALL)
        if p:
            found[label] = p
    return found


class _Own:
    """A player's information sets, each with the sequence that leads to it."""

    def __init__(self, game: Game, player: str) -> None:
        structure = (game if game.parameters else game.at()).structure
        if player not in structure.players:
            raise unknown("player", player, structure.players)
        self.player = player
        self.sets = [s for s in structure.sets if s.player == player]
        paths = own_sequences(structure)
        self.before: dict[Hashable, Sequence_] = {
            s.knows: tuple((structure.sets[k].knows, a) for k, a in paths[s.nodes[0]])
            for s in self.sets
        }

    def __iter__(self) -> Iterator[tuple[InformationSet, Sequence_]]:
        return ((s, self.before[s.knows]) for s in self.sets)

    def sequence(self, knows: Hashable, action: str) -> Sequence_:
        """The sequence that ends with a choice."""
        return (*self.before[knows], (knows, action))

    def nothing(self) -> Realisation:
        """Probability zero for every sequence but the empty one."""
        found: Realisation = {(): ALL}
        found.update({self.sequence(s.knows, a): NOTHING for s in self.sets for a in s.actions})
        return found

    def check_sets(self, behaviour: Mapping[Hashable, Any]) -> None:
        """Raise an error for an information set that does not exist."""
        if not isinstance(behaviour, Mapping):
            raise InputError(f"a behaviour strategy is a mapping by `knows`, not {behaviour!r}.")
        for knows in behaviour:
            if knows not in self.before:
                raise unknown(f"information set of {self.player}", knows, self.before)

    def read(self, realisation: Mapping[Sequence_, Any]) -> Realisation:
        """Every sequence's probability, checked one by one."""
        if not isinstance(realisation, Mapping):
            raise InputError(f"a realisation plan is a mapping by sequence, not {realisation!r}.")
        found = self.nothing()
        for sequence, value in realisation.items():
            if sequence not in found:
                raise unknown(f"sequence of {self.player}", sequence, found)
            found[sequence] = number = exact(value, f"probability of {sequence!r}")
            if number < 0:
                raise InputError(f"the probability of {sequence!r} is {plain(number)}, below zero.")
        if found[()] != 1:
            raise InputError(f"the empty sequence has probability 1, not {plain(found[()])}.")
        return found


def _probabilities(
    row: Any, labels: tuple[str, ...], what: str, kind: str = "action"
) -> list[Fraction]:
    """Exact probabilities by label; an error unless they are some."""
    if not isinstance(row, Mapping):
        raise InputError(f"{what}: give a mapping from {kind} to probability, not {row!r}.")
    for label in row:
        if label not in labels:
            raise unknown(f"{kind} ({what})", label, labels)
    numbers = _numbers(row, labels)
    if min(numbers) < 0:
        raise InputError(f"{what}: {plain(min(numbers))} is negative.")
    if sum(numbers) != 1:
        raise InputError(
            f"{what}: probabilities sum to {plain(sum(numbers, NOTHING))}, not to 1. Write them "
            "exactly, as fractions or decimal strings."
        )
    return numbers


def _numbers(row: Mapping[str, Any], labels: tuple[str, ...]) -> list[Fraction]:
    return [exact(row.get(label, 0), f"probability of {label!r}") for label in labels]
