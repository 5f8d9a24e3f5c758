"""Payoff arrays as users give them, and the fractions, floats and integers that they stand for."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import GameError, InputError, LimitError, unknown
from deterrence.games.numbers import exact

__all__ = [
    "check_actions",
    "check_players",
    "check_shapes",
    "floats_of",
    "fraction",
    "fractions_of",
    "integers_of",
    "read_array",
]

MOST_ENTRIES = 10_000_000
MOST_MACHINE = 2**40  # whole numbers below it are kept in those of the machine
Floats = NDArray[np.float64]


def check_players(payoffs: Mapping[str, Any]) -> tuple[str, ...]:
    """The players' names; GameError unless they are non-empty strings."""
    if not isinstance(payoffs, Mapping) or not payoffs:
        raise GameError("payoffs: give a mapping from each player's name to an array.")
    for name in payoffs:
        if not isinstance(name, str) or not name:
            raise GameError(f"players are non-empty strings, not {name!r}.")
    return tuple(payoffs)


def read_array(given: Any, player: str, players: Sequence[str]) -> tuple[NDArray[Any], bool]:
    """An array of machine numbers or of Fractions, and whether floats were given.

    Parameters
    ----------
    given : array_like
    player : str
        Whose payoffs these are.
    players : sequence of str
        All players; the array needs one axis for each.

    Returns
    -------
    array : ndarray
        A copy, of whole numbers, float64 or Fractions.
    floats : bool

    Raises
    ------
    GameError
        If the array is ragged, empty or has another number of axes.
    InputError
        If an entry is not a finite number.
    LimitError
        Above ten million entries.
    """
    what = f"payoffs of {player}"
    array = _as_array(given, what)
    ragged = _ragged(array)
    if ragged is not None:
        raise GameError(f"{what}: the rows differ in length at {ragged}; give a full array.")
    if array.ndim != len(players):
        raise GameError(
            f"{what}: an array with {array.ndim} ax{'is' if array.ndim == 1 else 'es'}, but there "
            f"{'is' if len(players) == 1 else 'are'} {len(players)} "
            f"player{'' if len(players) == 1 else 's'} ({', '.join(players)}); give one axis for "
            "each."
        )
    if not array.size:
        raise GameError(
            f"{what}: the array of shape {array.shape} is empty; each player needs an action."
        )
    if array.size > MOST_ENTRIES:
        raise LimitError(
            f"{what}: {array.size:,} action profiles; this package takes at most {MOST_ENTRIES:,}."
        )
    if array.dtype.kind in "iu":
        return array.copy(), False
    if array.dtype.kind == "f":
        return _finite(array, what), True
    if array.dtype.kind not in "OU":
        raise InputError(f"{what}: entries of type {array.dtype} are not numbers of this package.")
    entries = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        entries[place] = _entry(array[place], f"{what} at {place}")
    return entries, any(isinstance(x, (float, np.floating)) for x in array.flat)


def _ragged(array: NDArray[Any]) -> tuple[int, ...] | None:
    """Where an array holds lists, if anywhere."""
    if array.dtype != object:
        return None
    inner = (list, tuple, np.ndarray)
    return next((k for k in np.ndindex(array.shape) if isinstance(array[k], inner)), None)


def _finite(array: NDArray[Any], what: str) -> Floats:
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{what} at {place}: {array[place]} is not finite. Give a finite number.")
    if array.dtype == np.float64:
        return array.copy()
    # a narrower float is the decimal that it prints as, too
    return np.array([float(str(x)) for x in array.flat], dtype=np.float64).reshape(array.shape)


def _entry(entry: Any, what: str) -> Fraction:
    if isinstance(entry, np.floating):
        return exact(float(str(entry)), what)
    return exact(str(entry) if isinstance(entry, np.str_) else entry, what)


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


def check_shapes(arrays: Mapping[str, NDArray[Any]]) -> tuple[int, ...]:
    """The shape that all arrays share; GameError if they do not."""
    shapes = {p: tuple(int(n) for n in a.shape) for p, a in arrays.items()}
    if len(set(shapes.values())) > 1:
        told = ", ".join(f"{p} {s}" for p, s in shapes.items())
        raise GameError(f"the players' payoff arrays differ in shape: {told}.")
    return next(iter(shapes.values()))


def check_actions(
    players: Sequence[str], shape: Sequence[int], given: Mapping[str, Sequence[str]]
) -> dict[str, tuple[str, ...]]:
    """Labels by player, "1", "2", ... where none are given; errors say which are wrong."""
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


def fraction(entry: Any) -> Fraction:
    """The exact number of an entry."""
    return entry if isinstance(entry, Fraction) else exact(entry)


def fractions_of(given: NDArray[Any]) -> NDArray[Any]:
    """An array of Fractions that cannot be written to."""
    if given.dtype == object:
        found = given.copy()
    else:
        values, places = np.unique(given, return_inverse=True)
        shared = np.empty(len(values), dtype=object)
        shared[:] = [exact(value) for value in values]
        found = shared[places.reshape(given.shape)]
    found.flags.writeable = False
    return found


def integers_of(given: NDArray[Any]) -> NDArray[Any]:
    """A positive multiple in whole numbers, of the machine where they are small."""
    if given.dtype.kind == "i":
        found: NDArray[Any] = given.astype(np.int64)
    else:
        ratios = _ratios(given)
        unit = math.lcm(*{below for _, below in ratios})
        whole = [above * (unit // below) for above, below in ratios]
        found = np.array(whole, dtype=object).reshape(given.shape)
    if max(abs(int(found.min())), abs(int(found.max()))) < MOST_MACHINE:
        return found.astype(np.int64)
    return found.astype(object)


def _ratios(given: NDArray[Any]) -> list[tuple[int, int]]:
    """Numerators and denominators, floats taken as the decimals that they print as."""
    if given.dtype == np.float64:
        return [Decimal(repr(x)).as_integer_ratio() for x in given.ravel().tolist()]
    return [x.as_integer_ratio() for x in fractions_of(given).flat]


def floats_of(given: NDArray[Any], player: str) -> Floats:
    """Entries as floats; InputError if one lies beyond their range."""
    try:
        return given.astype(np.float64)
    except OverflowError:
        raise InputError(f"payoffs of {player}: some lie beyond the range of floats.") from None
