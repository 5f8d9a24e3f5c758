"""The game that a file holds."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.storage_form import ChanceForm, GameForm, MoveForm, OutcomeForm
from deterrence.errors import DeterrenceError, FileError
from deterrence.games.formulas import FormulaTable
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.structure import Structure
from deterrence.games.tree import Game

__all__ = ["stored_game"]


def stored_game(form: GameForm, where: str) -> Game:
    """The game as it was saved; FileError if it is none."""
    try:
        game = Game(form.players, _Tree(form).root())
    except FileError as error:
        raise FileError(f"{where}, {error}") from None
    except DeterrenceError as error:
        raise FileError(f"{where}, game: {error}") from None
    game.exact, game.floats, game.removed = form.exact, form.floats, form.removed
    game.structure = _with_places(game.structure, form)
    game.table = FormulaTable(form.numbers)
    return game


def _with_places(s: Structure, form: GameForm) -> Structure:
    """The structure with the file's places: two formulas may have one value, and stay two."""
    chance: list[tuple[int, ...] | None] = [None] * len(s)
    for node, children in zip(form.nodes, s.children, strict=True):
        if isinstance(node, ChanceForm):
            for child, (_, places) in zip(children, node.branches, strict=True):
                chance[child] = places * len(s.players) if len(places) == 1 else places
    ends = [node if isinstance(node, OutcomeForm) else None for node in form.nodes]
    return dataclasses.replace(
        s,
        payoffs=[None if end is None else end.payoffs for end in ends],
        chance=chance,
        events=[None if end is None else dict(end.events) for end in ends],
        memory={},
    )


class _Tree:
    """Nodes in preorder put together from the last to the first."""

    def __init__(self, form: GameForm) -> None:
        self.form = form
        self.actions: dict[tuple[str, Any], tuple[Any, ...]] = {}

    def root(self) -> Any:
        waiting: list[Any] = []  # subtrees without the node above, the first of them last
        for place in range(len(self.form.nodes) - 1, -1, -1):
            waiting.append(self._node(place, waiting))
        if len(waiting) != 1:
            raise FileError(f"game.nodes: {len(waiting):,} trees instead of one.")
        return waiting[0]

    def _node(self, place: int, waiting: list[Any]) -> Any:
        node = self.form.nodes[place]
        if isinstance(node, MoveForm):
            self._check_fellows(node, place)
            return Move(node.player, node.knows, self._below(node.actions, place, waiting))
        if isinstance(node, ChanceForm):
            below = self._below([label for label, _ in node.branches], place, waiting)
            odds = {label: self._by_player(places, place) for label, places in node.branches}
            return Chance({label: (odds[label], child) for label, child in below.items()})
        if len({name for name, _ in node.events}) < len(node.events):
            raise FileError(f"game.nodes[{place}]: an event is named twice.")
        events = {name: self._number(k, place) for name, k in node.events}
        return Outcome(self._by_player(node.payoffs, place, single=False), events)

    def _below(self, labels: Sequence[Any], place: int, waiting: list[Any]) -> dict[Any, Any]:
        if len(set(labels)) < len(labels):
            raise FileError(f"game.nodes[{place}]: two branches share a label.")
        if len(waiting) < len(labels):
            raise FileError(f"game.nodes[{place}]: more branches than nodes that follow.")
        return {label: waiting.pop() for label in labels}

    def _check_fellows(self, node: MoveForm, place: int) -> None:
        """Another order of actions would put the nodes that follow in another order too."""
        if self.actions.setdefault((node.player, node.knows), node.actions) != node.actions:
            raise FileError(
                f"game.nodes[{place}]: {node.player} has other actions, or in another order, than "
                f"elsewhere where it knows {node.knows!r}."
            )

    def _by_player(self, places: Sequence[int], node: int, single: bool = True) -> Any:
        numbers = [self._number(k, node) for k in places]
        if single and len(numbers) == 1:
            return numbers[0]
        if len(numbers) != len(self.form.players):
            raise FileError(
                f"game.nodes[{node}]: {len(numbers)} numbers for {len(self.form.players)} players."
            )
        return dict(zip(self.form.players, numbers, strict=True))

    def _number(self, k: int, node: int) -> Fraction:
        if k >= len(self.form.numbers):
            raise FileError(
                f"game.nodes[{node}]: place {k} among {len(self.form.numbers):,} numbers."
            )
        return self.form.numbers[k]
