"""How close each choice of an equilibrium is to giving way."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.solution import Equilibrium, Solution
from deterrence.games.structure import CHANCE, OUTCOME
from deterrence.study.charts import PlayName

__all__ = ["play_of", "scarce"]

MOST_FAMILIES = 200
SMALL = 1e-3  # of one or a player's payoff span, or of a probability


def scarce(solution: Solution, play: PlayName) -> str:
    """In words, the condition of a play that holds by the least margin.

    Parameters
    ----------
    solution : Solution
        At a point just inside the border of one of the plays.
    play : PlayName
        That ends at the border.

    Returns
    -------
    str
        Empty if no condition is near equality there.
    """
    found = []
    for component in solution.components:
        for family in itertools.islice(component.families, MOST_FAMILIES):
            equilibrium = family.representative
            if set(play_of(equilibrium)) == set(play):
                found += [one for one in _margins(equilibrium) if 0 < one[0] < SMALL]
    return min(found)[1] if found else ""


def play_of(equilibrium: Equilibrium) -> PlayName:
    """What is played on the path, by the labels of information sets."""
    s = equilibrium.game.structure
    rows = equilibrium.assessment.probabilities
    found: dict[int, tuple[str, Any, tuple[str, ...]]] = {}
    stack = [0]
    while stack:
        node = stack.pop()
        if s.kind[node] == OUTCOME:
            continue
        if s.kind[node] == CHANCE:
            stack.extend(s.children[node])
            continue
        own = s.sets[s.set_of[node]]
        row = rows[own.index]
        played = tuple(a for a, p in zip(own.actions, row, strict=True) if p)
        found[own.index] = (own.player, own.knows, played)
        stack.extend(c for c, p in zip(s.children[node], row, strict=True) if p)
    return tuple(found[k] for k in sorted(found))


def _margins(equilibrium: Equilibrium) -> Iterator[tuple[float, str]]:
    """By how much each unused action is worse, and how likely each used one is."""
    game, s = equilibrium.game, equilibrium.game.structure
    rows, beliefs = equilibrium.assessment.probabilities, equilibrium.assessment.node_beliefs
    for i, player in enumerate(game.players):
        worth = _worth(equilibrium, i)
        ends = [n for n, kind in enumerate(s.kind) if kind == OUTCOME]
        payoffs = [game.numbers[(s.payoffs[n] or ())[i]] for n in ends]
        span = max(1.0, float(max(payoffs) - min(payoffs)))
        for own in s.sets:
            if own.player != player:
                continue
            weights = beliefs[own.index]
            values = [
                _sum(w * worth[s.children[n][a]] for n, w in zip(own.nodes, weights, strict=True))
                for a in range(len(own.actions))
            ]
            row = rows[own.index]
            kept = max(v for v, p in zip(values, row, strict=True) if p)
            at = _at(own.knows)
            for action, value, p in zip(own.actions, values, row, strict=True):
                if not p:
                    text = f"{player}{at} becomes indifferent to {action!r}"
                    yield float(kept - value) / span, text
                elif p < 1:
                    yield float(p), f"the probability of {player}'s {action!r}{at} reaches 0"


def _worth(equilibrium: Equilibrium, i: int) -> list[Fraction]:
    """What each node is worth to a player."""
    game, s = equilibrium.game, equilibrium.game.structure
    rows = equilibrium.assessment.probabilities
    found: list[Fraction] = [Fraction(0)] * len(s)
    for node in range(len(s) - 1, -1, -1):
        below = s.children[node]
        if s.kind[node] == OUTCOME:
            found[node] = game.numbers[(s.payoffs[node] or ())[i]]
        elif s.kind[node] == CHANCE:
            shares = [game.numbers[(s.chance[c] or ())[i]] for c in below]
            found[node] = _sum(p * found[c] for p, c in zip(shares, below, strict=True))
        else:
            row = rows[s.set_of[node]]
            found[node] = _sum(p * found[c] for p, c in zip(row, below, strict=True))
    return found


def _sum(terms: Iterable[Fraction]) -> Fraction:
    return sum(terms, Fraction(0))


def _at(knows: Any) -> str:
    labels = knows if isinstance(knows, tuple) else (knows,)
    return f" ({', '.join(map(str, labels))})" if labels else ""
