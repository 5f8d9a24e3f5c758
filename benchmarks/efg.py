"""A game with numbers as the text of Gambit's .efg format, all numbers exact."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from deterrence.games.structure import CHANCE, OUTCOME
from deterrence.games.tree import Game

__all__ = ["efg_text"]


def efg_text(game: Game, title: str) -> str:
    """Nodes in prefix order; gambit counts players, sets, chance moves and outcomes from 1."""
    s, numbers = game.structure, game.numbers
    number = {p: k for k, p in enumerate(s.players, 1)}
    place: dict[int, int] = {}  # of an information set among its player's
    for player in s.players:
        own = [x.index for x in s.sets if x.player == player]
        place.update({index: k for k, index in enumerate(own, 1)})
    lines = [f"EFG 2 R {_quoted(title)} {_braced(map(_quoted, s.players))}", '""', ""]
    for node, children in enumerate(s.children):
        labels = [_quoted(s.label[child]) for child in children]
        if s.kind[node] == OUTCOME:
            payoffs = ", ".join(str(numbers[k]) for k in s.payoffs[node] or ())
            lines.append(f't "" {node + 1} "" {_braced([payoffs])}')
        elif s.kind[node] == CHANCE:
            odds = (numbers[(s.chance[child] or ())[0]] for child in children)
            branches = (f"{label} {p}" for label, p in zip(labels, odds, strict=True))
            lines.append(f'c "" {node + 1} "" {_braced(branches)} 0')
        else:
            own_set = s.sets[s.set_of[node]]
            where = f"{number[own_set.player]} {place[own_set.index]}"
            lines.append(f'p "" {where} "" {_braced(labels)} 0')
    return "\n".join(lines) + "\n"


def _braced(items: Iterable[str]) -> str:
    return "{ " + " ".join(items) + " }"


def _quoted(label: Any) -> str:
    return '"' + str(label).replace("\\", "\\\\").replace('"', '\\"') + '"'
