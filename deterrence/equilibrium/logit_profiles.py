"""Quantal responses by label: who plays what where, and believes what."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats, TreeValues
from deterrence.games.assessment import Labelled
from deterrence.games.strategic import StrategicGame

__all__ = ["labelled_beliefs", "labelled_strategy"]


def labelled_strategy(system: LogitSystem, logs: Floats) -> Labelled:
    """``[player][knows][action]``: probabilities as floats."""
    game = system.game
    found: dict[str, dict[Any, dict[str, float]]] = {p: {} for p in game.players}
    whole: list[tuple[str, Any, Sequence[str]]]
    if isinstance(game, StrategicGame):
        whole = [(p, (), game.actions[p]) for p in game.players]
    else:
        whole = [(s.player, s.knows, s.actions) for s in game.structure.sets]
    for player, knows, actions in whole:
        found[player][knows] = dict.fromkeys(actions, 1.0)
    for (player, knows, action), p in zip(system.labels, np.exp(logs).tolist(), strict=True):
        found[player][knows][action] = p
    return _labelled(found, "action")


def labelled_beliefs(system: LogitSystem, logs: Floats) -> Labelled:
    """``[player][knows][history]``: beliefs as floats; empty in strategic form."""
    found: dict[str, dict[Any, dict[Any, float]]] = {p: {} for p in system.game.players}
    if isinstance(system.values, TreeValues) and system.width:
        structure = system.game.structure
        shares = system.values.shares(logs).tolist()
        for node, share in zip(system.values.nodes, shares, strict=True):
            s = structure.sets[structure.set_of[node]]
            found[s.player].setdefault(s.knows, {})[structure.history(node)] = share
    return _labelled(found, "history")


def _labelled(found: dict[str, dict[Any, dict[Any, float]]], kind: str) -> Labelled:
    return Labelled(
        "player",
        {
            p: Labelled(
                f"information set of {p}", {k: Labelled(kind, row) for k, row in inner.items()}
            )
            for p, inner in found.items()
        },
    )
