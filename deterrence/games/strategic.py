"""Games in strategic form: any number of players, labelled actions, arrays of exact payoffs."""

from __future__ import annotations

import functools
import importlib
import math
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, unknown
from deterrence.games.assessment import Labelled
from deterrence.games.nodes import Move, Node, Outcome
from deterrence.games.numbers import plain
from deterrence.games.payoff_arrays import (
    check_actions,
    check_players,
    check_shapes,
    floats_of,
    fraction,
    fractions_of,
    integers_of,
    read_array,
)
from deterrence.games.structure import Structure
from deterrence.games.tree import Game

__all__ = ["StrategicGame"]

MOST_SHOWN = 12  # rows or columns of a table in the representation
Floats = NDArray[np.float64]


class StrategicGame:
    """A finite game in strategic form, with exact payoffs.

    Parameters
    ----------
    payoffs : mapping of str to array_like
        For each player an array with one axis for each player, in the order of the players. The
        entries are ints, fractions, decimals, floats (taken as the decimals that they print as) or
        strings like "1/3".
    actions : mapping of str to sequence of str, optional
        Labels of each player's actions; "1", "2", ... where none are given.

    Attributes
    ----------
    players : tuple of str
    actions : mapping of str to tuple of str
    shape : tuple of int
        The numbers of actions, in the order of the players.
    floats : bool
        Whether some payoff was given as a float.
    plans : mapping or None
        In the strategic form of a tree, ``plans[player][action][knows]``: what the plan with this
        label does at the information sets that it does not itself rule out.

    Raises
    ------
    GameError
        If shapes do not fit the players, an array is empty, or labels are repeated or too few.
    InputError
        If an entry is not a finite number.
    LimitError
        Above ten million action profiles.

    Examples
    --------
    >>> import deterrence.games.strategic as strategic
    >>> game = strategic.StrategicGame(
    ...     {"Challenger": [[0, 0], [-1, 1]], "Defender": [[2, 2], [-1, 0]]},
    ...     {"Challenger": ["stay", "attack"], "Defender": ["fight", "yield"]},
    ... )
    >>> game
    <StrategicGame: Challenger (rows), Defender (columns)>
            fight   yield
    stay    0, 2    0, 2
    attack  -1, -1  1, 0
    >>> game["attack", "yield"]
    {'Challenger': 1, 'Defender': 0}
    """

    def __init__(
        self,
        payoffs: Mapping[str, Any],
        actions: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.players = check_players(payoffs)
        readings = {p: read_array(payoffs[p], p, self.players) for p in self.players}
        self._given = {p: array for p, (array, _) in readings.items()}
        self.floats = any(floats for _, floats in readings.values())
        self.shape = check_shapes(self._given)
        labels = check_actions(self.players, self.shape, actions or {})
        self.actions = Labelled("player", labels)
        self.plans: Mapping[str, Mapping[str, Mapping[Any, str]]] | None = None

    # -- numbers ------------------------------------------------------------------------------

    @functools.cached_property
    def payoffs(self) -> Labelled:
        """``payoffs[player]``: an array of Fractions, not to be written to."""
        return Labelled("player", {p: fractions_of(self._given[p]) for p in self.players})

    def as_floats(self) -> dict[str, Floats]:
        """Arrays of floats by player.

        Raises
        ------
        InputError
            If a payoff lies beyond the range of floats.
        """
        return {p: floats_of(self._given[p], p) for p in self.players}

    def as_integers(self) -> dict[str, NDArray[Any]]:
        """Payoffs by player, times that player's least common denominator.

        The arrays hold whole numbers of the machine where these are small, else Python's.
        """
        return {p: integers_of(self._given[p]) for p in self.players}

    def __getitem__(self, profile: Sequence[str] | str) -> dict[str, Fraction | int]:
        """Payoffs by player where each player plays the named action."""
        names = (profile,) if isinstance(profile, str) else tuple(profile)
        if len(names) != len(self.players):
            raise InputError(
                f"{names!r} is not a profile: name an action for each of {', '.join(self.players)}."
            )
        place = []
        for player, name in zip(self.players, names, strict=True):
            if name not in self.actions[player]:
                raise unknown(f"action of {player}", name, self.actions[player])
            place.append(self.actions[player].index(name))
        entries = {p: fraction(self._given[p][tuple(place)]) for p in self.players}
        return {p: int(x) if x.denominator == 1 else x for p, x in entries.items()}

    # -- as a tree ----------------------------------------------------------------------------

    @functools.cached_property
    def tree(self) -> Game:
        """The same game as a tree: one player after the other, none of whom sees anything."""
        payoffs = {p: self.payoffs[p] for p in self.players}
        rows = [
            Outcome({p: payoffs[p][place] for p in self.players})
            for place in np.ndindex(self.shape)
        ]
        nodes: list[Node] = list(rows)
        for player in reversed(self.players):
            labels = self.actions[player]
            size = len(labels)
            nodes = [
                Move(player, (), dict(zip(labels, nodes[k : k + size], strict=True)))
                for k in range(0, len(nodes), size)
            ]
        tree = Game(self.players, nodes[0])
        tree.floats = self.floats
        return tree

    @property
    def structure(self) -> Structure:
        """The shape of `tree`."""
        return self.tree.structure

    @property
    def numbers(self) -> list[Any]:
        """Distinct payoffs, in the order of `tree`."""
        return self.tree.numbers

    exact = True
    parameters: tuple[str, ...] = ()
    removed: tuple[tuple[Any, ...], ...] = ()

    # -- other packages' games ----------------------------------------------------------------

    @classmethod
    def from_nashpy(
        cls,
        game: Any,
        players: Sequence[str] = ("Row", "Column"),
        actions: Mapping[str, Sequence[str]] | None = None,
    ) -> StrategicGame:
        """A nashpy.Game as a StrategicGame; `players` names the row and the column player."""
        matrices = getattr(game, "payoff_matrices", None)
        if matrices is None or len(matrices) != 2:
            raise InputError(f"{game!r} is not a nashpy.Game, which holds two payoff matrices.")
        if len(players) != 2:
            raise InputError(f"players = {players!r}: name the row player and the column player.")
        return cls(dict(zip(players, matrices, strict=True)), actions)

    def to_nashpy(self) -> Any:
        """A nashpy.Game with payoffs as integers where all are, else as floats; without labels."""
        self._need_two("nashpy")
        import nashpy

        whole = [self._machine_integers(p) for p in self.players]
        if any(matrix is None for matrix in whole):
            return nashpy.Game(*self.as_floats().values())
        return nashpy.Game(*whole)

    def _machine_integers(self, player: str) -> NDArray[np.int64] | None:
        entries = self.payoffs[player]
        limit = 2**53  # beyond which nashpy's own floats would round
        if all(x.denominator == 1 and abs(x) <= limit for x in entries.flat):
            return np.array([int(x) for x in entries.flat], dtype=np.int64).reshape(self.shape)
        return None

    def _need_two(self, where: str) -> None:
        if len(self.players) != 2:
            raise InputError(f"{where} takes two players, not {len(self.players)}.")

    @classmethod
    def from_pygambit(cls, game: Any) -> StrategicGame:
        """A pygambit game as a StrategicGame: exact payoffs, its labels; a tree is reduced."""
        try:
            players = [str(p) for p in game.players]
            labels = {p: [str(s) for s in game.get_strategies(p)] for p in players}
            arrays = game.to_arrays(dtype=Fraction)
        except (AttributeError, TypeError):
            raise InputError(f"{game!r} is not a game of pygambit 17 or later.") from None
        return cls(dict(zip(players, arrays, strict=True)), labels)

    def to_pygambit(self, title: str = "") -> Any:
        """A game of pygambit 17 or later with the same labels and exact payoffs."""
        try:
            pygambit: Any = importlib.import_module("pygambit")
        except ImportError:
            raise InputError(
                "pygambit is not installed; pip install 'pygambit>=17.0.0b2'."
            ) from None
        if not hasattr(pygambit, "StrategicGame"):
            raise InputError(f"pygambit {pygambit.__version__} is too old; 17 or later is needed.")
        payoffs = {p: self.payoffs[p] for p in self.players}
        game = pygambit.StrategicGame.from_dict(payoffs, title=title)
        for player in self.players:
            labels = self.actions[player]
            game.relabel_strategies(player, {str(k): a for k, a in enumerate(labels, 1)})
        return game

    # -- as an object -------------------------------------------------------------------------

    def __len__(self) -> int:
        """The number of action profiles."""
        return math.prod(self.shape)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, StrategicGame):
            return NotImplemented
        same = self.players == other.players and dict(self.actions) == dict(other.actions)
        return same and all(
            bool(np.array_equal(self.payoffs[p], other.payoffs[p])) for p in self.players
        )

    def __hash__(self) -> int:
        return hash((self.players, tuple(self.actions.values())))

    def __repr__(self) -> str:
        if len(self.players) == 2 and max(self.shape) <= MOST_SHOWN:
            return _table(self)
        sizes = ", ".join(
            f"{p} ({n:,} action{'s' if n > 1 else ''})"
            for p, n in zip(self.players, self.shape, strict=True)
        )
        return f"<StrategicGame: {sizes}>"


# --- showing -------------------------------------------------------------------------------------


def _table(game: StrategicGame) -> str:
    """Rows of the first player, columns of the second, both payoffs in each cell."""
    rows, columns = game.players
    first, second = game.payoffs[rows], game.payoffs[columns]
    lines = [["", *game.actions[columns]]]
    for i, label in enumerate(game.actions[rows]):
        cells = [f"{plain(first[i, j])}, {plain(second[i, j])}" for j in range(game.shape[1])]
        lines.append([label, *cells])
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    drawn = [
        "  ".join(cell.ljust(w) for cell, w in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    return "\n".join([f"<StrategicGame: {rows} (rows), {columns} (columns)>", *drawn])
