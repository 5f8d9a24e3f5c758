"""What plays lead to, many at a time: payoffs and event probabilities as products along leaves.

For exact numbers at one profile see `deterrence.games.assessment`; here floats serve envelopes,
tables and maps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.games.structure import MOVE, OUTCOME, Structure
from deterrence.games.tree import Game

__all__ = [
    "Leaves",
    "distinct",
    "label_of",
    "labels_of",
    "leaves",
    "outcome_names",
    "rows_by_name",
    "spans_of",
]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Leaves:
    """The leaves below some nodes, ready for vectorised products.

    Attributes
    ----------
    offsets : dict
        Place of a set's first action in the vector of probabilities.
    paths : ndarray of int, shape (leaves, longest path)
        Places of the moves made on the way, padded with the last place, which holds 1.
    worth : ndarray, shape (leaves, payoffs and events)
        Payoffs and events, times each player's probability of chance.
    """

    offsets: dict[int, int]
    width: int
    paths: NDArray[np.intp]
    worth: Floats

    def moves(self) -> set[frozenset[tuple[int, int]]]:
        """The distinct (set, action) combinations on the way to some leaf."""
        place = {}
        ends = [*sorted(self.offsets.values())[1:], self.width]
        for (k, start), end in zip(
            sorted(self.offsets.items(), key=lambda item: item[1]), ends, strict=True
        ):
            place.update({start + a: (k, a) for a in range(end - start)})
        return {frozenset(place[j] for j in row if j < self.width) for row in self.paths.tolist()}

    def evaluate(self, probabilities: Floats) -> Floats:
        """Contributions to payoffs and events.

        Parameters
        ----------
        probabilities : ndarray, shape (profiles, width)

        Returns
        -------
        ndarray, shape (profiles, payoffs and events)
        """
        padded = np.hstack([probabilities, np.ones((len(probabilities), 1))])
        reach = np.prod(padded[:, self.paths], axis=2)
        return np.asarray(reach @ self.worth)


def outcome_names(game: Game) -> list[tuple[str, str]]:
    """The columns of `Leaves.worth`: ("payoff", player), then ("event", name) or by player."""
    s = game.structure
    names = [("payoff", p) for p in s.players]
    if s.symmetric_chance:
        return names + [("event", e) for e in s.event_names]
    return names + [(f"event for {p}", e) for p in s.players for e in s.event_names]


def labels_of(game: Game) -> list[str]:
    """Names of payoffs and events, as envelopes have them."""
    return [label_of(game, kind, name) for kind, name in outcome_names(game)]


def label_of(game: Game, kind: str, name: str) -> str:
    """The name of one payoff or event; an event called like a player is told apart."""
    if kind == "payoff" or (kind == "event" and name not in game.players):
        return name
    return f"{name} ({kind})"


def distinct(rows: Floats) -> Floats:
    """Rows that differ by more than rounding."""
    return rows[np.unique(np.round(rows, 12), axis=0, return_index=True)[1]]


def spans_of(game: Game, rows: Floats) -> dict[str, tuple[float, float]]:
    """Least and most of each payoff and event over rows of outcomes; nothing if there is no row."""
    if not len(rows):
        return {}
    low, high = np.min(rows, axis=0), np.max(rows, axis=0)
    pairs = zip(labels_of(game), low, high, strict=True)
    return {name: (float(least), float(most)) for name, least, most in pairs}


def rows_by_name(game: Game, rows: Floats) -> list[dict[str, float]]:
    """Rows of outcomes, each by payoff and event."""
    names = labels_of(game)
    return [dict(zip(names, map(float, row), strict=True)) for row in rows]


def leaves(
    game: Game, roots: Sequence[int], sets: Sequence[int], reach: Sequence[Sequence[Fraction]]
) -> Leaves:
    """The leaves below `roots`; moves at `sets` only are counted on the way."""
    s = game.structure
    shape = s.remember(("leaves", tuple(roots), tuple(sets)), lambda: _shape(s, roots, sets))
    found, paths, offsets, width = shape
    numbers = [float(x) for x in game.numbers]
    chance = [[float(reach[i][n]) for n in found] for i in range(len(s.players))]
    viewers = [0] if s.symmetric_chance else list(range(len(s.players)))
    columns = [
        [c * numbers[(s.payoffs[n] or ())[i]] for c, n in zip(chance[i], found, strict=True)]
        for i in range(len(s.players))
    ]
    columns += [
        [c * _weight(s, numbers, n, event) for c, n in zip(chance[i], found, strict=True)]
        for i in viewers
        for event in s.event_names
    ]
    return Leaves(offsets, width, paths, np.array(columns).T.reshape(len(found), len(columns)))


def _weight(s: Structure, numbers: Sequence[float], node: int, event: str) -> float:
    """How much of an outcome counts for an event."""
    events = s.events[node] or {}
    return numbers[events[event]] if event in events else 0.0


def _shape(
    s: Structure, roots: Sequence[int], sets: Sequence[int]
) -> tuple[list[int], NDArray[np.intp], dict[int, int], int]:
    offsets, width = {}, 0
    for k in sets:
        offsets[k] = width
        width += len(s.sets[k].actions)
    found: list[int] = []
    paths: list[tuple[int, ...]] = []
    stack: list[tuple[int, tuple[int, ...]]] = [(n, ()) for n in reversed(roots)]
    while stack:
        node, path = stack.pop()
        if s.kind[node] == OUTCOME:
            found.append(node)
            paths.append(path)
            continue
        k = s.set_of[node]
        for a, c in reversed(list(enumerate(s.children[node]))):
            step = (offsets[k] + a,) if s.kind[node] == MOVE and k in offsets else ()
            stack.append((c, path + step))
    longest = max((len(p) for p in paths), default=0)
    padded = np.full((len(paths), longest), width, dtype=np.intp)
    for row, path in enumerate(paths):
        padded[row, : len(path)] = path
    return found, padded, offsets, width
