"""Subgame-perfect equilibria of trees: Nash equilibria in every subgame.

Where play comes to every information set of several nodes in the smallest subgame around it,
whatever anybody does, no belief is open, and a subgame-perfect equilibrium is a sequential one.
That holds for games of perfect information, with chance and ties, and for games in stages whose
players move at once. Other trees are solved subgame by subgame.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Any, cast

from deterrence.equilibrium.path_nash import solve_by_paths
from deterrence.equilibrium.sequential import solve_sequential
from deterrence.equilibrium.solution import Equilibrium, Solution
from deterrence.equilibrium.stages import stages_of
from deterrence.games.structure import CHANCE, InformationSet, Structure
from deterrence.games.tree import Game

__all__ = ["always_reached", "solve_subgame_perfect"]


def solve_subgame_perfect(game: Game, budget: int = 200_000) -> Solution:
    """All subgame-perfect equilibria (Selten 1965).

    Parameters
    ----------
    game : Game
        With numbers.
    budget : int
        As for `solve`; where subgames are solved one by one, branches of all searches together.

    Returns
    -------
    Solution
        Complete when the sequential equilibria are, if they are the same; otherwise as for Nash
        equilibria of three players. Its equilibria are then `TreeEquilibrium`.

    Raises
    ------
    ParameterError
        If parameters have no numbers.
    LimitError
        If families of independent subgames multiply to more than 20,000, or a deviation can be
        followed by more than 2,000 plans before the next subgame.

    Notes
    -----
    Where each information set is reached in its subgame, this costs what `solve_sequential` costs.
    Otherwise subgames are solved for all their Nash equilibria, inner ones first. What a family
    of equilibria pays takes the place of its subgame; where that varies within the family, its
    probabilities remain unknowns of the conditions above, and nothing is lost.

    Examples
    --------
    >>> from deterrence.games.nodes import Move, Outcome
    >>> reply = {"fight": Outcome({"Entrant": -1, "Incumbent": -1}),
    ...          "share": Outcome({"Entrant": 1, "Incumbent": 1})}
    >>> stay = Outcome({"Entrant": 0, "Incumbent": 2})
    >>> root = Move("Entrant", (), {"out": stay, "enter": Move("Incumbent", "entry", reply)})
    >>> [dict(e.payoffs) for e in solve_subgame_perfect(Game(["Entrant", "Incumbent"], root))]
    [{'Entrant': Fraction(1, 1), 'Incumbent': Fraction(1, 1)}]
    """
    game = game.with_numbers()
    doubtful = [s for s in game.structure.sets if not always_reached(game.structure, s)]
    if doubtful:
        return solve_by_paths(game, "subgame-perfect", stages_of(game.structure), budget)
    found = solve_sequential(game, budget)
    status = found.status.replace("sequential equilibria", "subgame-perfect equilibria")
    reason = "Each information set is reached in its subgame, so these are the sequential ones."
    return dataclasses.replace(
        found,
        concept="subgame-perfect",
        status=f"{status} {reason}",
        source=_Renamed(found.source),
    )


def always_reached(structure: Structure, s: InformationSet) -> bool:
    """Whether play comes to a set in the smallest subgame that holds it, whatever is played."""
    if len(s.nodes) == 1:
        return True
    ends = _ends(structure)
    root = s.nodes[0]
    while not (root <= s.nodes[0] and s.nodes[-1] < ends[root] and _is_subgame(structure, root)):
        root = structure.parent[root]
    inside = set(s.nodes)
    reached: dict[int, bool] = {}
    for node in range(ends[root] - 1, root - 1, -1):
        below = [reached[c] for c in structure.children[node]]
        if node in inside:
            reached[node] = True
        elif structure.kind[node] == CHANCE:
            reached[node] = any(below)
        else:
            reached[node] = bool(below) and all(below)
    return reached[root]


def _ends(structure: Structure) -> list[int]:
    """By node, where its subtree ends in the preorder."""

    def compute() -> list[int]:
        found = list(range(1, len(structure) + 1))
        for node in range(len(structure) - 1, 0, -1):
            above = structure.parent[node]
            found[above] = max(found[above], found[node])
        return found

    return cast(list[int], structure.remember("ends of subtrees", compute))


def _is_subgame(structure: Structure, root: int) -> bool:
    """Whether every information set lies wholly inside or outside the subtree."""
    end = _ends(structure)[root]
    return all(_on_one_side(s.nodes, root, end) for s in structure.sets)


def _on_one_side(nodes: Sequence[int], start: int, end: int) -> bool:
    inside = sum(start <= node < end for node in nodes)
    return inside in (0, len(nodes))


class _Renamed:
    """A source whose equilibria are certified as subgame-perfect."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def __getattr__(self, name: str) -> Any:
        if name == "source":  # not there yet, while a copy is being made
            raise AttributeError(name)
        return getattr(self.source, name)

    def equilibrium(self, component: int, picks: Any) -> Equilibrium:
        """A certified equilibrium."""
        found: Equilibrium = self.source.equilibrium(component, picks)
        return dataclasses.replace(found, concept="subgame-perfect")
