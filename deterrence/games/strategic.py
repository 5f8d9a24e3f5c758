"""Games in strategic form: any number of players, labelled actions, arrays of exact payoffs."""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import GameError, InputError, LimitError, unknown
from deterrence.games.assessment import Labelled
from deterrence.games.numbers import exact, plain
from deterrence.games.structure import Structure
from deterrence.games.tree import Game, Move, Node, Outcome

__all__ = ["StrategicGame"]

MOST_ENTRIES = 10_000_000
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
        self.players = _check_players(payoffs)
        readings = {p: _read(payoffs[p], p, self.players) for p in self.players}
        self._given = {p: array for p, (array, _) in readings.items()}
        self.floats = any(floats for _, floats in readings.values())
        self.shape = _check_shapes(self._given)
        labels = _check_actions(self.players, self.shape, actions or {})
        self.actions = Labelled("player", labels)
        self.plans: Mapping[str, Mapping[str, Mapping[Any, str]]] | None = None

    # -- numbers ------------------------------------------------------------------------------

    @functools.cached_property
    def payoffs(self) -> Labelled:
        """``payoffs[player]``: an array of Fractions, not to be written to."""
        return Labelled("player", {p: _fractions(self._given[p]) for p in self.players})

    def as_floats(self) -> dict[str, Floats]:
        """Arrays of floats by player.

        Raises
        ------
        InputError
            If a payoff lies beyond the range of floats.
        """
        return {p: _as_floats(self._given[p], p) for p in self.players}

    def __getitem__(self, profile: Sequence[str] | str) -> dict[str, Fraction | int]:
        """Payoffs by player where each player plays the named action."""
        names = (profile,) if isinstance(profile, str) else tuple(profile)
        if len(names) != len(self.players):
            raise InputError(
                f"{names!r} is not a profile: name one action for each of {', '.join(self.players)}."
            )
        place = []
        for player, name in zip(self.players, names, strict=True):
            if name not in self.actions[player]:
                raise unknown(f"action of {player}", name, self.actions[player])
            place.append(self.actions[player].index(name))
        entries = {p: _fraction(self._given[p][tuple(place)]) for p in self.players}
        return {p: int(x) if x.denominator == 1 else x for p, x in entries.items()}

    # -- as a tree ----------------------------------------------------------------------------

    @functools.cached_property
    def tree(self) -> Game:
        """The same game as a tree: one player after the other, none of whom sees anything."""
        payoffs = {p: self.payoffs[p] for p in self.players}
        rows = [
            Outcome({p: payoffs[p][place] for p in self.players}) for place in np.ndindex(self.shape)
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

        matrices = [self._machine_integers(p) for p in self.players]
        if any(m is None for m in matrices):
            matrices = list(self.as_floats().values())
        return nashpy.Game(*matrices)

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
            import pygambit
        except ImportError:
            raise InputError("pygambit is not installed; pip install 'pygambit>=17.0.0b2'.") from None
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


# --- reading -------------------------------------------------------------------------------------


def _check_players(payoffs: Mapping[str, Any]) -> tuple[str, ...]:
    if not isinstance(payoffs, Mapping) or not payoffs:
        raise GameError("payoffs: give a mapping from each player's name to an array.")
    for name in payoffs:
        if not isinstance(name, str) or not name:
            raise GameError(f"players are non-empty strings, not {name!r}.")
    return tuple(payoffs)


def _read(given: Any, player: str, players: Sequence[str]) -> tuple[NDArray[Any], bool]:
    """An array of machine numbers or of Fractions, and whether floats were given."""
    what = f"payoffs of {player}"
    array = _as_array(given, what)
    if array.ndim != len(players):
        raise GameError(
            f"{what}: an array with {array.ndim} ax{'is' if array.ndim == 1 else 'es'}, but there "
            f"are {len(players)} players ({', '.join(players)}); give one axis for each."
        )
    if not array.size:
        raise GameError(f"{what}: the array of shape {array.shape} is empty; each player needs an action.")
    if array.size > MOST_ENTRIES:
        raise LimitError(
            f"{what}: {array.size:,} action profiles; this package takes at most {MOST_ENTRIES:,}."
        )
    if array.dtype.kind in "iu":
        return array.copy(), False
    if array.dtype == np.float64 or array.dtype == np.float32:
        if not np.isfinite(array).all():
            place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
            raise InputError(f"{what} at {place}: {array[place]} is not finite. Give a finite number.")
        return array.copy(), True
    if array.dtype.kind not in "OU":
        raise InputError(f"{what}: entries of type {array.dtype} are not numbers of this package.")
    entries = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        entry = array[place]
        if isinstance(entry, (list, tuple, np.ndarray)):
            raise GameError(f"{what}: the rows differ in length at {place}; give a full array.")
        entries[place] = exact(str(entry) if isinstance(entry, np.str_) else entry, f"{what} at {place}")
    floats = any(isinstance(x, (float, np.floating)) for x in array.flat)
    return entries, floats


def _as_array(given: Any, what: str) -> NDArray[Any]:
    if isinstance(given, (str, bytes, Mapping)) or not (
        hasattr(given, "__array__") or isinstance(given, Iterable)
    ):
        raise GameError(f"{what}: give an array or nested lists of numbers, not {given!r}.")
    if hasattr(given, "__array__"):
        return np.asarray(given)
    try:
        return np.array(list(given), dtype=object)
    except ValueError:
        raise GameError(f"{what}: the rows differ in length; give a full array.") from None


def _check_shapes(arrays: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    shapes = {p: tuple(int(n) for n in a.shape) for p, a in arrays.items()}
    if len(set(shapes.values())) > 1:
        told = ", ".join(f"{p} {s}" for p, s in shapes.items())
        raise GameError(f"the players' payoff arrays differ in shape: {told}.")
    return next(iter(shapes.values()))


def _check_actions(
    players: Sequence[str], shape: Sequence[int], given: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    if not isinstance(given, Mapping):
        raise GameError(f"actions: give a mapping from player to labels, not {given!r}.")
    for player in given:
        if player not in players:
            raise unknown("player", player, players)
    found = {}
    for player, size in zip(players, shape, strict=True):
        if player not in given:
            found[player] = tuple(str(k) for k in range(1, size + 1))
            continue
        labels = given[player]
        names = (labels,) if isinstance(labels, str) else tuple(labels)
        if any(not isinstance(name, str) or not name for name in names):
            raise GameError(f"actions of {player} are non-empty strings, not {names!r}.")
        if len(names) != size:
            raise GameError(
                f"{player} has {len(names)} labels {names!r}, but the payoff arrays have {size} "
                "actions on its axis."
            )
        if len(set(names)) != len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise GameError(f"two actions of {player} share the label {twice!r}.")
        found[player] = names
    return found


# --- numbers -------------------------------------------------------------------------------------


def _fraction(entry: Any) -> Fraction:
    return entry if isinstance(entry, Fraction) else exact(entry)


def _fractions(given: NDArray[Any]) -> NDArray[Any]:
    if given.dtype == object:
        found = given.copy()
    else:
        values, places = np.unique(given, return_inverse=True)
        shared = np.empty(len(values), dtype=object)
        shared[:] = [exact(value) for value in values]
        found = shared[places.reshape(given.shape)]
    found.flags.writeable = False
    return found


def _as_floats(given: NDArray[Any], player: str) -> Floats:
    try:
        return given.astype(np.float64)
    except OverflowError:
        raise InputError(f"payoffs of {player}: some lie beyond the range of floats.") from None


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
