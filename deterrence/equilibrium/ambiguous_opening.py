"""Ambiguous chance moves behind a public first choice: solved action by action."""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from deterrence.equilibrium.ambiguous import solve_moves
from deterrence.equilibrium.ambiguous_moves import (
    OBSERVER,
    ambiguous_moves,
    attitudes_of,
    check_branches,
    check_common,
)
from deterrence.equilibrium.ambiguous_record import AmbiguousSolution
from deterrence.errors import InputError, unknown
from deterrence.games.nodes import Chance, Move, Node
from deterrence.games.structure import MOVE, InformationSet
from deterrence.games.tree import Game

__all__ = ["OpenedSolution", "solve_opening"]

ROUNDING = 1e-9

Ends = tuple[float, float]
ANYTHING: Ends = (-math.inf, math.inf)


@dataclass(frozen=True, eq=False)
class OpenedSolution:
    """Equilibria of a game that somebody opens in public, and otherwise stays out of.

    Attributes
    ----------
    player : str
        Who opens.
    actions : mapping of str to AmbiguousSolution
        What follows each action.
    """

    player: str
    actions: Mapping[str, AmbiguousSolution]
    _kept: dict[bool, dict[str, Ends]] = field(default_factory=dict, repr=False)

    @property
    def complete(self) -> bool:
        """Whether what follows each action is known completely, with its worth to the opener."""
        return not self.left

    @property
    def left(self) -> tuple[str, ...]:
        """What is missing, by action."""
        found = [f"after {a!r}: {r}" for a, s in self.actions.items() for r in s.left]
        found += [
            f"after {a!r}: {self.player}'s worse branch changes within some components"
            for a, s in self.actions.items()
            if any(self.player in h.unsettled and h.kept for h in s.hypotheses)
        ]
        found += [f"after {a!r}: no equilibrium" for a, s in self.actions.items() if not len(s)]
        return tuple(found)

    @property
    def worth(self) -> dict[str, Ends]:
        """Least and most that each action is worth to the opener, over what may follow it."""
        return {a: ends for a, ends in self._worth(False).items() if ends != ANYTHING}

    def _worth(self, outer: bool) -> dict[str, Ends]:
        if outer not in self._kept:
            self._kept[outer] = {a: self._ends(s, outer) for a, s in self.actions.items()}
        return self._kept[outer]

    def _ends(self, solution: AmbiguousSolution, outer: bool) -> Ends:
        rows = (row.get(self.player) for row in solution.rows(outer=outer))
        known = [ends for ends in rows if ends is not None]
        if not known:
            return ANYTHING
        return min(low for low, _ in known), max(high for _, high in known)

    @property
    def playable(self) -> tuple[str, ...]:
        """Actions that are best for some choice of what follows each."""
        return self._playable(outer=False)

    def _playable(self, *, outer: bool) -> tuple[str, ...]:
        return tuple(
            action
            for action, (_, most) in self._worth(outer).items()
            if most >= self._floor(action, outer=outer) and (outer or len(self.actions[action]))
        )

    def _floor(self, action: str, *, outer: bool) -> float:
        """What the opener can be sure of elsewhere."""
        lows = [low for a, (low, _) in self._worth(outer).items() if a != action]
        return max(lows, default=-math.inf) - ROUNDING

    def envelope(self, by: str = OBSERVER, *, outer: bool = False) -> dict[str, Ends]:
        """Least and most of events and payoffs over all equilibria.

        Parameters
        ----------
        by : str
            By whose probabilities events are counted.
        outer : bool
            Count components that were refused in part too: what is missing lies inside.

        Returns
        -------
        dict
            Of what follows a playable action, components count that are worth enough to the
            opener at some point; within these the ends may lie at points that are not.
        """
        found: dict[str, Ends] = {}
        names = {e for s in self.actions.values() for e in s.game.structure.event_names}
        for action in self._playable(outer=outer):
            for row in self._rows(action, by, outer=outer):
                # an event that this action's tree lacks cannot happen after it
                for name, (low, high) in {**dict.fromkeys(names, (0.0, 0.0)), **row}.items():
                    least, most = found.get(name, (low, high))
                    found[name] = min(least, low), max(most, high)
        return found

    def _rows(self, action: str, by: str, *, outer: bool) -> Iterable[dict[str, Ends]]:
        floor = self._floor(action, outer=outer)
        for row in self.actions[action].rows(by, outer=outer):
            if row.get(self.player, ANYTHING)[1] >= floor:
                yield row

    def most_and_least(self, name: str, by: str = OBSERVER) -> Ends:
        """Least and most of one event's probability or one player's payoff."""
        envelope = self.envelope(by)
        if name not in envelope:
            raise unknown("event or player", name, envelope)
        return envelope[name]

    def summary(self) -> str:
        """The solution in sentences."""
        lines = [f"{self.player} opens; it may choose {' or '.join(map(repr, self.playable))}."]
        for action, solution in self.actions.items():
            low, high = self.worth.get(action, (float("nan"),) * 2)
            lines += [
                "",
                f"After {action!r}, worth {low:.4g} to {high:.4g} to {self.player}:",
                solution.summary(),
            ]
        return "\n".join(lines)

    def __repr__(self) -> str:
        kind = "complete" if self.complete else "NOT complete"
        return f"<OpenedSolution: {self.player} chooses {' or '.join(self.playable)}, {kind}>"


def solve_opening(
    game: Game,
    player: str,
    branches: str | Iterable[str],
    half_width: Any,
    attitudes: Any = 1,
    *,
    knows: Hashable = (),
    groups: Callable[[tuple[Any, ...]], Hashable] | None = None,
    most: int = 256,
    budget: int = 200_000,
) -> OpenedSolution:
    """All equilibria where one player opens in public and ambiguous chance moves follow.

    The opener moves nowhere else, all others see what it chose, and only chance moves before it.
    What follows one action then has nothing to do with what would follow another, so that
    hypotheses about who fears which branch need not be combined across actions. Each action is
    worth to the opener what its own attitude makes of it.

    Parameters
    ----------
    game : Game
        With numbers.
    player : str
        Who opens.
    branches, half_width, attitudes, groups, most, budget
        As for `solve_ambiguous`; histories are those in the game whose opening is fixed, without
        the action's label.
    knows : hashable
        What the opener knows.

    Returns
    -------
    OpenedSolution
        Complete if all that follows is.

    Raises
    ------
    LabelError
        If there is no such information set.
    InputError
        If it is no public opening.
    """
    game = game.with_numbers()
    check_common(game)
    names = check_branches(game, branches)
    own = _opening(game, player, knows)
    weights = attitudes_of(game, attitudes)
    solved = {}
    for a, action in enumerate(own.actions):
        after = _after(game, own, a)
        moves = ambiguous_moves(after, names, half_width, groups)
        solved[action] = solve_moves(after, moves, weights, most, budget)
    return OpenedSolution(player, solved)


def _opening(game: Game, player: str, knows: Hashable) -> InformationSet:
    s = game.structure
    own = s.by_name.get((player, knows))
    if own is None:
        raise unknown(f"information set of {player}", knows, [x.knows for x in s.sets])
    above = [n for n in range(len(s)) if s.kind[n] == MOVE]
    action: dict[int, int] = {}  # by node below the opening: which action came before
    for n in range(len(s)):
        up = s.parent[n]
        if up >= 0:
            action[n] = s.children[up].index(n) if s.set_of[up] == own.index else action[up]
        else:
            action[n] = -1
    problem = ""
    if any(x.player == player and x is not own for x in s.sets):
        problem = f"{player} moves elsewhere too"
    elif any(action[n] < 0 and s.set_of[n] != own.index for n in above):
        problem = "somebody else may move before or beside it"
    elif any(len({action[n] for n in x.nodes}) > 1 for x in s.sets):
        problem = "not everybody sees what is chosen"
    if problem:
        raise InputError(f"{own} is no public opening: {problem}. Use solve_ambiguous.")
    return own


def _after(game: Game, own: InformationSet, action: int) -> Game:
    """The game once the opening is made."""
    label = own.actions[action]

    def walk(node: Node) -> Node:
        if isinstance(node, Chance):
            return Chance({k: (p, walk(below)) for k, (p, below) in node.choices.items()})
        assert isinstance(node, Move)  # the opening itself, since chance comes before it only
        return node.choices[label]

    return Game(game.players, walk(game.root))
