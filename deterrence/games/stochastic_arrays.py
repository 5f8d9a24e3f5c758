"""Stages whose players move at once, from arrays of payoffs and transitions."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np

from deterrence.errors import GameError
from deterrence.games.nodes import Move, Outcome
from deterrence.games.stochastic import Onward

__all__ = ["moves_at_once"]


def moves_at_once(
    state: Hashable, payoffs: Mapping[str, Any], transitions: Mapping[Hashable, Any], actions: Any
) -> Any:
    """The stage of one state as a tree; see `StochasticGame.from_arrays`."""
    tables = {p: np.asarray(table, dtype=object) for p, table in payoffs.items()}
    steps = {s: np.asarray(table, dtype=object) for s, table in transitions.items()}
    shapes = {table.shape for table in (*tables.values(), *steps.values())}
    shape = next(iter(shapes), ())
    if len(shapes) != 1 or len(shape) != len(tables):
        raise GameError(
            f"the arrays of state {state!r} have the shapes {sorted(shapes)}; payoffs and "
            f"transitions need one shape, with an axis for each of {', '.join(map(str, tables))}."
        )
    labels = [
        tuple(actions.get(p, map(str, range(1, size + 1))))
        for p, size in zip(tables, shape, strict=True)
    ]
    if tuple(len(set(names)) for names in labels) != shape:
        raise GameError(
            f"the labels of actions do not fit the shape {shape} of state {state!r}: give each "
            "player as many different labels as its axis is long."
        )

    def below(players: tuple[str, ...], place: tuple[int, ...]) -> Any:
        if not players:
            odds = {s: t[place] for s, t in steps.items()}
            now = {p: t[place] for p, t in tables.items()}
            return Onward(now, odds) if odds else Outcome(now)
        mine = labels[len(place)]
        return Move(
            players[0],
            (),
            {a: below(players[1:], (*place, k)) for k, a in enumerate(mine)},
        )

    return below(tuple(tables), ())
