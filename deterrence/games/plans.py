"""A tree's strategic form: each player's plans, and what every profile of plans pays."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from fractions import Fraction
from math import lcm, prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import LimitError, unknown
from deterrence.games.strategic import StrategicGame
from deterrence.games.structure import InformationSet, Structure, own_sequences
from deterrence.games.tree import Game

__all__ = ["MOST_PLANS", "reduced_plans", "strategic_form"]

MOST_PROFILES = 1_000_000
MOST_PLANS = 1_000_000  # of one player
MOST_ADDITIONS = 200_000_000
MOST_MACHINE = 2**62
IDLE = "no move"  # the plan of a player who never moves
FIRST = "at first"  # where a player that moves again has seen nothing

Plan = dict[int, int]  # action by information set, for the sets that the plan does not rule out
Step = tuple[int, int]  # an information set and an action


def strategic_form(game: Game) -> StrategicGame:
    """The reduced strategic form of a tree.

    A plan says what a player does at each of its information sets that its own earlier choices
    leave possible. Payoffs are expected with each player's own chance probabilities.

    Parameters
    ----------
    game : Game
        With numbers for all parameters.

    Returns
    -------
    StrategicGame
        Its `plans` say what each label stands for: ``plans[player][label][knows]``.

    Raises
    ------
    ParameterError
        If parameters have no numbers.
    LimitError
        Above a million profiles of plans.

    Notes
    -----
    Labels name the actions in order. Where an action label occurs at several sets of the player,
    each action is preceded by what the player knows.

    Examples
    --------
    >>> from deterrence.games.nodes import Move, Outcome
    >>> from deterrence.games.tree import Game
    >>> answer = Move(
    ...     "Incumbent",
    ...     "entry",
    ...     {"fight": Outcome({"Entrant": -1, "Incumbent": -1}),
    ...      "share": Outcome({"Entrant": 1, "Incumbent": 1})},
    ... )
    >>> stay = Outcome({"Entrant": 0, "Incumbent": 2})
    >>> strategic_form(
    ...     Game(["Entrant", "Incumbent"], Move("Entrant", (), {"out": stay, "enter": answer}))
    ... )
    <StrategicGame: Entrant (rows), Incumbent (columns)>
           fight   share
    out    0, 2    0, 2
    enter  -1, -1  1, 1
    """
    game = game.with_numbers()
    structure = game.structure
    plans = _Plans(structure)
    plans.check_profiles()
    found = {player: plans.of(player) for player in structure.players}
    labels = {player: _labels(structure, player, found[player]) for player in structure.players}
    arrays = _payoffs(game, [found[player] for player in structure.players])
    form = StrategicGame(dict(zip(structure.players, arrays, strict=True)), labels)
    form.floats = game.floats
    form.plans = {p: _named(structure, labels[p], found[p]) for p in structure.players}
    return form


def reduced_plans(game: Game, player: str) -> dict[str, dict[Hashable, str]]:
    """A player's plans, by the labels that `strategic_form` gives them.

    Parameters
    ----------
    game : Game
        With numbers or formulas. Chance branches of probability zero are left out, as in the
        strategic form.
    player : str

    Returns
    -------
    dict
        ``plans[label][knows]``: an action, for the sets that the plan does not rule out.

    Raises
    ------
    LabelError
        For an unknown player.
    LimitError
        Above a million plans.
    """
    structure = (game if game.parameters else game.at()).structure
    if player not in structure.players:
        raise unknown("player", player, structure.players)
    found = _Plans(structure).of(player)
    return _named(structure, _labels(structure, player, found), found)


def _named(
    structure: Structure, labels: Sequence[str], plans: Sequence[Plan]
) -> dict[str, dict[Hashable, str]]:
    return {
        label: {structure.sets[k].knows: structure.sets[k].actions[a] for k, a in plan.items()}
        for label, plan in zip(labels, plans, strict=True)
    }


def _last_own_steps(structure: Structure) -> list[Step | None]:
    """By information set, the player's last choice before it."""
    sequences = own_sequences(structure)
    found: list[Step | None] = []
    for s in structure.sets:
        steps = sequences[s.nodes[0]]
        found.append(_step(structure, *steps[-1]) if steps else None)
    return found


def _step(structure: Structure, place: int, label: Any) -> Step:
    return place, structure.sets[place].actions.index(label)


class _Plans:
    """The plans of each player, by combining those of the sets that a choice leads to."""

    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.following: defaultdict[Any, list[int]] = defaultdict(list)
        for s, step in zip(structure.sets, _last_own_steps(structure), strict=True):
            self.following[s.player if step is None else step].append(s.index)
        counts: dict[int, int] = {}
        for s in reversed(structure.sets):  # a set comes after those before it
            counts[s.index] = sum(
                prod(counts[k] for k in self.following[s.index, a]) for a in range(len(s.actions))
            )
        self.sizes = {p: prod(counts[k] for k in self.following[p]) for p in structure.players}

    def check_profiles(self) -> None:
        """Raise LimitError if the strategic form is too large."""
        count = prod(self.sizes.values())
        if count > MOST_PROFILES:
            told = ", ".join(f"{player} {_large(size)}" for player, size in self.sizes.items())
            raise LimitError(
                f"the strategic form has {_large(count)} profiles of plans ({told}); at most "
                f"{MOST_PROFILES:,} are built. Solve the tree itself."
            )

    def of(self, player: str) -> list[Plan]:
        """All plans of a player."""
        if self.sizes[player] > MOST_PLANS:
            raise LimitError(
                f"{player} has {_large(self.sizes[player])} plans; at most {MOST_PLANS:,} are "
                "listed. Use behaviour strategies or realisation plans, which stay small."
            )
        plans: dict[int, list[Plan]] = {}
        for s in reversed(self.structure.sets):
            if s.player == player:
                plans[s.index] = [
                    {s.index: a, **rest}
                    for a in range(len(s.actions))
                    for rest in _products(plans, self.following[s.index, a])
                ]
        return list(_products(plans, self.following[player]))


def _large(count: int) -> str:
    return f"{count:,}" if count < 10**15 else f"about 10^{len(str(count)) - 1}"


def _products(plans: Mapping[int, Sequence[Plan]], places: Sequence[int]) -> list[Plan]:
    """Every way to have one plan from each of some sets on."""
    return [
        {k: a for part in parts for k, a in part.items()}
        for parts in itertools.product(*(plans[k] for k in places))
    ]


# --- payoffs -------------------------------------------------------------------------------------


def _payoffs(game: Game, plans: Sequence[Sequence[Plan]]) -> list[NDArray[Any]]:
    """Arrays of payoffs by player; each outcome counts for the plans that lead to it."""
    totals = _totals(game)
    shape = tuple(map(len, plans))
    allowing = [_allowing(own) for own in plans]
    boxes = {
        key: [places[step] for places, step in zip(allowing, key, strict=True)] for key in totals
    }
    if sum(prod(map(len, box)) for box in boxes.values()) > MOST_ADDITIONS:
        raise LimitError(
            f"the strategic form of this tree takes more than {MOST_ADDITIONS:,} additions, the "
            "most that this package makes. Solve the tree itself."
        )
    arrays = []
    for k in range(len(plans)):
        unit = lcm(*(row[k].denominator for row in totals.values()))
        whole = {key: int(row[k] * unit) for key, row in totals.items()}
        fits = sum(map(abs, whole.values())) < MOST_MACHINE
        sums = np.zeros(shape, dtype=np.int64 if fits else object)
        for key, value in whole.items():
            if value:
                sums[np.ix_(*boxes[key])] += value
        arrays.append(_divided(sums, unit))
    return arrays


def _divided(sums: NDArray[Any], unit: int) -> NDArray[Any]:
    if unit == 1 and sums.dtype != object:
        return sums
    values, places = np.unique(sums, return_inverse=True)
    shared = np.empty(len(values), dtype=object)
    shared[:] = [Fraction(int(value), unit) for value in values]
    return np.asarray(shared[places.reshape(sums.shape)])


def _totals(game: Game) -> dict[tuple[Step | None, ...], list[Fraction]]:
    """Payoffs times chance, summed over outcomes, by each player's last own choice."""
    s, numbers = game.structure, game.numbers
    players = range(len(s.players))
    owner = {player: k for k, player in enumerate(s.players)}
    last: list[tuple[Step | None, ...]] = [(None,) * len(s.players)] * len(s)
    luck: list[tuple[Fraction, ...]] = [(Fraction(1),) * len(s.players)] * len(s)
    totals: defaultdict[tuple[Step | None, ...], list[Fraction]]
    totals = defaultdict(lambda: [Fraction(0)] * len(s.players))
    for node in range(len(s)):
        for action, child in enumerate(s.children[node]):
            last[child], luck[child] = last[node], luck[node]
            chance = s.chance[child]
            if chance is not None:
                luck[child] = tuple(p * numbers[k] for p, k in zip(luck[node], chance, strict=True))
            else:
                own = s.sets[s.set_of[node]]
                mover = owner[own.player]
                steps = list(last[node])
                steps[mover] = (own.index, action)
                last[child] = tuple(steps)
        places = s.payoffs[node]
        if places is not None:
            row = totals[last[node]]
            for k in players:
                row[k] += luck[node][k] * numbers[places[k]]
    return totals


def _allowing(plans: Sequence[Plan]) -> dict[Step | None, list[int]]:
    """The plans that make a choice if they can: those whose last own choice it may be."""
    found: dict[Step | None, list[int]] = {None: list(range(len(plans)))}
    for n, plan in enumerate(plans):
        for step in plan.items():
            found.setdefault(step, []).append(n)
    return found


# --- labels --------------------------------------------------------------------------------------


def _labels(structure: Structure, player: str, plans: Sequence[Plan]) -> list[str]:
    own = [s for s in structure.sets if s.player == player]
    if not own:
        return [IDLE]
    names = [str(action) for s in own for action in s.actions]
    brief = len(set(names)) == len(names)
    labels = [_label(structure.sets, plan, brief=brief) for plan in plans]
    if len(set(labels)) < len(labels):
        labels = [_label(structure.sets, plan, brief=False) for plan in plans]
    if len(set(labels)) < len(labels):  # sets that print alike
        labels = [f"{label} [{n}]" for n, label in enumerate(labels, 1)]
    return labels


def _label(sets: Sequence[InformationSet], plan: Plan, *, brief: bool) -> str:
    parts = []
    for k, a in plan.items():
        action = str(sets[k].actions[a])
        parts.append(action if brief or len(plan) == 1 else f"{_known(sets[k].knows)}: {action}")
    return ("; " if not brief else ", ").join(parts)


def _known(knows: Any) -> str:
    if isinstance(knows, tuple):
        return ", ".join(map(str, knows)) or FIRST
    return str(knows)
