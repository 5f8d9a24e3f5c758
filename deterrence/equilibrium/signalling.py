"""Signalling stages: public actions of one player of whom others do not know what it knows.

The continuation after such an action is a game of its own in which somebody without a stake
chooses the sender's type: its sequential equilibria are the pairs of one common belief about the
type and a continuation assessment that is rational for it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.bit_sets import bits_of
from deterrence.games.assessment import Assessment
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.structure import CHANCE, MOVE, OUTCOME, Structure
from deterrence.games.tree import Game

__all__ = [
    "NotAStage",
    "Stage",
    "continuation_game",
    "first_observers",
    "stage_of",
    "stages",
    "why_not",
]


@dataclass(frozen=True)
class Stage:
    """A public action of a player whose type others do not know.

    Attributes
    ----------
    player : str
        The sender.
    action : str
    sets : tuple of int
        The sender's information sets, one for each type.
    types : tuple
        What the sender knows at each.
    """

    player: str
    action: str
    sets: tuple[int, ...]
    types: tuple[Any, ...]

    def __str__(self) -> str:
        return f"{self.player} playing {self.action!r} at {', '.join(map(repr, self.types))}"


@dataclass(frozen=True)
class NotAStage:
    """An action to which no criterion for signalling stages applies, and why."""

    player: str
    action: str
    knows: Any
    reason: str

    def __str__(self) -> str:
        return f"{self.player} playing {self.action!r} at {self.knows!r}: {self.reason}"


def stages(structure: Structure) -> tuple[Stage | NotAStage, ...]:
    """Every action after which others face a player whose type they do not know.

    Parameters
    ----------
    structure : Structure

    Returns
    -------
    tuple of Stage or NotAStage
        Actions that some later mover cannot tell from what else may have happened are no stages.
        Actions of which everybody who moves later knows all that the player knew are left out.
    """
    found: tuple[Stage | NotAStage, ...] = structure.remember(
        "signalling stages", lambda: tuple(_Stages(structure).all())
    )
    return found


def stage_of(structure: Structure, index: int, action: str) -> Stage | NotAStage:
    """The stage that an action at an information set belongs to, of one type or of several."""
    return _Stages(structure).stage(index, action)


class _Stages:
    def __init__(self, structure: Structure) -> None:
        self.structure = structure
        self.below = _sets_below(structure)
        self.depth = _own_moves(structure)

    def all(self) -> Iterator[Stage | NotAStage]:
        seen: set[tuple[int, str]] = set()
        for s in self.structure.sets:
            for action in s.actions:
                if (s.index, action) in seen:
                    continue
                found = self.stage(s.index, action)
                if isinstance(found, Stage):
                    seen |= {(k, action) for k in found.sets}
                    if len(found.sets) > 1:
                        yield found
                else:
                    yield found

    def stage(self, index: int, action: str) -> Stage | NotAStage:
        """Take in the sender's sets that somebody later confuses with this one."""
        sets, own = self.structure.sets, self.structure.sets[index]
        members, open_sets = {index}, [index]
        inside: set[int] = set()
        while open_sets:
            roots = self.after(open_sets.pop(), action)
            inside |= {k for node in roots for k in bits_of(self.below[node])}
            for k in sorted(inside):
                for node in sets[k].nodes:
                    sender = self.sender(node, own.player, self.depth[own.nodes[0]])
                    if sender is None or sender[1] != action:
                        reason = (
                            f"{sets[k]} may also come about without it, so that not everybody "
                            "observes it"
                        )
                        return NotAStage(own.player, action, own.knows, reason)
                    if sender[0] not in members:
                        members.add(sender[0])
                        open_sets.append(sender[0])
        order = tuple(sorted(members))
        return Stage(own.player, action, order, tuple(sets[k].knows for k in order))

    def after(self, index: int, action: str) -> list[int]:
        own = self.structure.sets[index]
        place = own.actions.index(action)
        return [self.structure.children[node][place] for node in own.nodes]

    def sender(self, node: int, player: str, depth: int) -> tuple[int, str] | None:
        """The sender's set and action on the way to a node, as many own moves into the play."""
        s = self.structure
        while (above := s.parent[node]) >= 0:
            own = s.kind[above] == MOVE and s.sets[s.set_of[above]].player == player
            if own and self.depth[above] == depth:
                return s.set_of[above], s.label[node]
            node = above
        return None


def _sets_below(s: Structure) -> list[int]:
    """For each node, the information sets in its subtree as bits."""
    below = [0] * len(s)
    for node in range(len(s) - 1, -1, -1):
        if s.kind[node] == MOVE:
            below[node] |= 1 << s.set_of[node]
        if node:
            below[s.parent[node]] |= below[node]
    return below


def _own_moves(s: Structure) -> list[int]:
    """For each node where somebody moves, how often that player has moved before."""
    counts: list[dict[str, int]] = [{}] * len(s)
    found = [0] * len(s)
    for node in range(len(s)):
        if node:
            above = s.parent[node]
            counts[node] = counts[above]
            if s.kind[above] == MOVE:
                player = s.sets[s.set_of[above]].player
                counts[node] = {**counts[above], player: counts[above].get(player, 0) + 1}
        if s.kind[node] == MOVE:
            found[node] = counts[node].get(s.sets[s.set_of[node]].player, 0)
    return found


def first_observers(game: Game, stage: Stage) -> dict[int, tuple[tuple[int, ...], ...]]:
    """The others' information sets that come first after a stage, with their nodes by type.

    Parameters
    ----------
    game : Game
    stage : Stage

    Returns
    -------
    dict of int to tuple of tuple of int
        By information set, for each type the nodes that only chance separates from the action.
    """
    s = game.structure
    found: dict[int, list[list[int]]] = {}
    for t, k in enumerate(stage.sets):
        place = s.sets[k].actions.index(stage.action)
        stack = [s.children[node][place] for node in s.sets[k].nodes]
        while stack:
            node = stack.pop()
            if s.kind[node] == CHANCE:
                stack.extend(s.children[node])
            elif s.kind[node] == MOVE and s.sets[s.set_of[node]].player != stage.player:
                rows = found.setdefault(s.set_of[node], [[] for _ in stage.sets])
                rows[t].append(node)
    return {k: tuple(tuple(sorted(row)) for row in rows) for k, rows in found.items()}


def why_not(stage: Stage, assessment: Assessment) -> str | None:
    """Why a stage cannot be judged at an equilibrium that does not play its action; or None.

    Parameters
    ----------
    stage : Stage
    assessment : Assessment

    Returns
    -------
    str or None
    """
    game = assessment.game
    excluded = [_excluded(assessment, k) for k in stage.sets]
    if any(excluded):
        knows = stage.types[excluded.index(True)]
        return f"{stage.player} itself does not come to {knows!r}: judge its earlier action instead"
    if any(0 in assessment.node_beliefs[k] for k in stage.sets):
        return "others' unplayed actions are hidden from the sender there"
    if not all(_agreed(game, node) for k in stage.sets for node in game.structure.sets[k].nodes):
        return "the players' chance probabilities differ, so that no belief is common"
    if not first_observers(game, stage):
        return f"{stage.player} moves again before anybody else does"
    return None


def _excluded(assessment: Assessment, index: int) -> bool:
    """Whether the player's own earlier choices rule an information set out."""
    s = assessment.game.structure
    own, node = s.sets[index], s.sets[index].nodes[0]
    while (above := s.parent[node]) >= 0:
        if s.kind[above] == MOVE and s.sets[s.set_of[above]].player == own.player:
            place = s.children[above].index(node)
            if not assessment.probabilities[s.set_of[above]][place]:
                return True
        node = above
    return False


def _agreed(game: Game, node: int) -> bool:
    """Whether all players weigh chance alike on the way to a node."""
    s, numbers = game.structure, game.numbers
    while node > 0:
        places = s.chance[node]
        if places is not None and len({numbers[k] for k in places}) > 1:
            return False
        node = s.parent[node]
    return True


def continuation_game(
    game: Game, stage: Stage, weights: Sequence[Sequence[Fraction]]
) -> tuple[Game, str]:
    """The game after a stage's action in which a player without a stake chooses the type.

    Parameters
    ----------
    game : Game
        With numbers.
    stage : Stage
    weights : sequence of sequence of fractions.Fraction
        For each type, how likely the sender thinks each node of its information set.

    Returns
    -------
    game : Game
        Its root is the choice of the type, with the action "0" for the first type, and so on.
    player : str
        The name of the player who chooses.
    """
    s = game.structure
    chooser = "type"
    while chooser in game.players:
        chooser += "'"
    built = _Copies(game, chooser)
    choices = {}
    for t, k in enumerate(stage.sets):
        own = s.sets[k]
        place = own.actions.index(stage.action)
        rows = zip(own.nodes, weights[t], strict=True)
        branches = {str(n): (p, built.node(s.children[n][place])) for n, p in rows}
        choices[str(t)] = (
            Chance(branches) if len(branches) > 1 else next(iter(branches.values()))[1]
        )
    root = Move(chooser, (), choices)
    return Game((*game.players, chooser), root), chooser


class _Copies:
    """Subtrees of a game, with one player more who is paid nothing."""

    def __init__(self, game: Game, chooser: str) -> None:
        self.game, self.chooser = game, chooser

    def node(self, root: int) -> Any:
        s = self.game.structure
        order, stack = [], [root]
        while stack:
            node = stack.pop()
            order.append(node)
            stack.extend(s.children[node])
        built: dict[int, Any] = {}
        for node in reversed(order):
            built[node] = self._one(node, built)
        return built[root]

    def _one(self, node: int, built: dict[int, Any]) -> Any:
        s, numbers = self.game.structure, self.game.numbers
        if s.kind[node] == OUTCOME:
            pay = {p: numbers[k] for p, k in zip(s.players, s.payoffs[node] or (), strict=True)}
            return Outcome({**pay, self.chooser: 0})
        if s.kind[node] == MOVE:
            own = s.sets[s.set_of[node]]
            rows = zip(own.actions, s.children[node], strict=True)
            return Move(own.player, own.knows, {a: built[c] for a, c in rows})
        return Chance({s.label[c]: (self._odds(c), built[c]) for c in s.children[node]})

    def _odds(self, node: int) -> Any:
        s, numbers = self.game.structure, self.game.numbers
        odds = [numbers[k] for k in s.chance[node] or ()]
        if len(set(odds)) == 1:
            return odds[0]
        return {**dict(zip(s.players, odds, strict=True)), self.chooser: odds[0]}
