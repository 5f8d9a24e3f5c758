"""Payoffs of many games as users give them, made ready for arithmetic on whole arrays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import GameError, InputError, LimitError
from deterrence.games.numbers import exact
from deterrence.games.payoff_arrays import check_actions, check_players, check_shapes, integers_of

__all__ = ["Games", "read_games"]

MOST_ENTRIES = 100_000_000  # payoffs of one player
MOST_WHOLE = 2**53  # floats hold every whole number up to it
MOST_DIGITS = 10**15  # a decimal of fewer digits is what the nearest float prints as
MOST_PLACES = 15  # after the decimal point
SAMPLE = 1_000
SMALL = 64.0  # whole numbers up to it need no common divisor taken out
TAME = 2.0**100  # sizes between it and its inverse never leave the range of floats
TINY = 2.0**-900  # differences of larger numbers stay apart when divided by tame ones
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Games:
    """The payoffs of many games of one shape.

    Attributes
    ----------
    players : tuple of str
    actions : dict of str to tuple of str
    shape : tuple of int
        The numbers of actions.
    size : int
        How many games.
    given : dict of str to ndarray
        The payoffs in whole numbers, float64 or Fractions; not to be written to.
    numbers : dict of str to ndarray
        The same in floats, or positive multiples. The differences of a player's payoffs in a game
        have the right signs.
    whole : bool
        Whether all numbers are whole, and exact multiples of the payoffs.
    largest : float
        The largest absolute value of the numbers.
    aside : ndarray of bool, shape (games,)
        Games whose payoffs are too large or small for floats; their numbers are zero.
    """

    players: tuple[str, ...]
    actions: dict[str, tuple[str, ...]]
    shape: tuple[int, ...]
    size: int
    given: dict[str, NDArray[Any]]
    numbers: dict[str, Floats]
    whole: bool
    largest: float
    aside: Bools

    def integers(self, player: str, games: NDArray[np.intp]) -> NDArray[Any]:
        """A player's payoffs in some games in Python's whole numbers, by game a multiple."""
        found = np.empty((len(games), *self.shape), dtype=object)
        for row, game in enumerate(games):
            found[row] = integers_of(self.given[player][game]).astype(object)
        return found


def read_games(
    payoffs: Mapping[str, Any], actions: Mapping[str, Sequence[str]] | None = None
) -> Games:
    """Check the payoffs of many games, and make them ready.

    Parameters
    ----------
    payoffs : mapping of str to array_like
        For each player an array with one axis for the games and one for each player.
    actions : mapping of str to sequence of str, optional

    Returns
    -------
    Games

    Raises
    ------
    GameError
        If shapes do not fit, an array is ragged or empty, or labels are wrong.
    InputError
        If an entry is not a finite number.
    LimitError
        Above 100 million payoffs of a player.
    """
    players = check_players(payoffs)
    given = {p: _read(payoffs[p], p, len(players)) for p in players}
    size, *shape = check_shapes(given)
    labels = check_actions(players, shape, actions or {})
    aside = np.zeros(size, dtype=bool)
    ready = {p: _ready(given[p], aside) for p in players}
    numbers = {p: found for p, (found, _) in ready.items()}
    if aside.any():
        for found in numbers.values():
            found[aside] = 0.0
    return Games(
        players=players,
        actions=labels,
        shape=tuple(shape),
        size=size,
        given=given,
        numbers=numbers,
        whole=all(whole for _, whole in ready.values()),
        largest=max(_largest(found) for found in numbers.values()),
        aside=aside,
    )


# --- reading -------------------------------------------------------------------------------------


def _read(given: Any, player: str, players: int) -> NDArray[Any]:
    """An array of whole numbers, float64 or Fractions that cannot be written to."""
    what = f"payoffs of {player}"
    array = _as_array(given, what)
    if array.ndim != players + 1:
        raise GameError(
            f"{what}: an array of shape {array.shape}; give {players + 1} axes, one for the games "
            f"and one for each of the {players} players (a single game: array[None])."
        )
    if not array.size:
        raise GameError(f"{what}: the array of shape {array.shape} is empty; give games, actions.")
    if array.size > MOST_ENTRIES:
        raise LimitError(
            f"{what}: {array.size:,} payoffs; a batch takes at most {MOST_ENTRIES:,} of each "
            "player. Split it."
        )
    if array.dtype.kind in "iu":
        found = array.copy()
    elif array.dtype.kind == "f":
        found = _finite(array, what)
    elif array.dtype.kind in "OU":
        found = _entries(array, what)
    else:
        raise InputError(f"{what}: entries of type {array.dtype} are not numbers of this package.")
    found.flags.writeable = False
    return found


def _as_array(given: Any, what: str) -> NDArray[Any]:
    if isinstance(given, (str, bytes, Mapping)) or not (
        hasattr(given, "__array__") or isinstance(given, Iterable)
    ):
        raise GameError(f"{what}: give an array or nested lists of numbers, not {given!r}.")
    if hasattr(given, "__array__"):
        array = np.asarray(given)
    else:
        try:  # as objects, so that nothing is rounded or turned into text
            array = np.array(list(given), dtype=object)
        except ValueError:
            array = np.array([[]], dtype=object)
        inner = (list, tuple, np.ndarray)
        if not array.size or any(isinstance(entry, inner) for entry in array.flat):
            raise GameError(f"{what}: empty, or rows that differ in length; give a full array.")
        kinds = {type(entry) for entry in array.flat}
        if kinds == {int} and all(abs(entry) < MOST_WHOLE for entry in array.flat):
            return array.astype(np.int64)
        if kinds == {float}:
            return array.astype(np.float64)
    return array


def _finite(array: NDArray[Any], what: str) -> Floats:
    if not np.isfinite(array).all():
        place = tuple(int(k) for k in np.argwhere(~np.isfinite(array))[0])
        raise InputError(f"{what} at {place}: {array[place]} is not finite. Give a finite number.")
    if array.dtype == np.float64:
        return array.astype(np.float64, order="C")
    # a narrower float is the decimal that it prints as, too
    values, places = np.unique(array, return_inverse=True)
    printed = np.array([float(str(x)) for x in values], dtype=np.float64)
    return np.ascontiguousarray(printed[places].reshape(array.shape))


def _entries(array: NDArray[Any], what: str) -> NDArray[Any]:
    found = np.empty(array.shape, dtype=object)
    for place in np.ndindex(array.shape):
        entry = array[place]
        if isinstance(entry, np.floating):
            entry = float(str(entry))
        found[place] = exact(str(entry) if isinstance(entry, np.str_) else entry, f"{what} {place}")
    return found


# --- numbers for vectors -------------------------------------------------------------------------


def _ready(given: NDArray[Any], aside: Bools) -> tuple[Floats, bool]:
    """Floats whose differences have the right signs, and whether they are whole and exact."""
    if given.dtype == object:
        found, whole = _from_fractions(given, aside), True
    elif given.dtype.kind in "iu":
        found, whole = np.array(given, dtype=np.float64, order="C"), True
        if _largest(found) >= MOST_WHOLE:
            aside |= np.abs(found).reshape(len(found), -1).max(axis=1) >= MOST_WHOLE
    else:
        scaled = _without_point(given)
        found, whole = (given.copy(), False) if scaled is None else (scaled, True)
        if not whole:
            _set_aside(found, aside)
    if whole and _largest(found) > SMALL:
        found = _divided(found, aside)
    return found, whole


def _largest(numbers: Floats) -> float:
    return float(max(numbers.max(), -numbers.min()))


def _set_aside(numbers: Floats, aside: Bools) -> None:
    """Mark games whose determinants might leave the range of floats."""
    absolute = np.abs(numbers).reshape(len(numbers), -1)
    sizes = absolute.max(axis=1)
    aside |= (sizes > TAME) | ((sizes > 0) & (sizes < 1 / TAME))
    tiny = (absolute < TINY) & (absolute > 0)
    if tiny.any():
        aside |= tiny.any(axis=1)


def _from_fractions(given: NDArray[Any], aside: Bools) -> Floats:
    """Whole numbers of each game in floats; games with larger ones are set aside."""
    found = np.zeros(given.shape)
    for game, entries in enumerate(given):
        whole = integers_of(entries)
        if max(abs(int(whole.min())), abs(int(whole.max()))) < MOST_WHOLE:
            found[game] = whole.astype(np.float64)
        else:
            aside[game] = True
    return found


def _without_point(given: Floats) -> Floats | None:
    """Decimals of few digits times a power of ten; None if they are not such decimals.

    Below 15 digits a decimal is the one that the float nearest to it prints as, and the quotient
    of two whole numbers below 2**53 is the float nearest to theirs.
    """
    flat = given.reshape(-1)
    sample = flat[:: max(1, len(flat) // SAMPLE)]
    for places in range(MOST_PLACES + 1):
        if _shifted(sample, places) is not None:
            found = _shifted(flat, places)
            if found is not None:
                return found.reshape(given.shape)
    return None


def _shifted(decimals: Floats, places: int) -> Floats | None:
    unit = 10.0**places
    if _largest(decimals) * unit >= MOST_DIGITS:
        return None
    found = np.rint(decimals * unit)
    return found if bool((found / unit == decimals).all()) else None


def _divided(numbers: Floats, aside: Bools) -> Floats:
    """Whole numbers by what all share."""
    flat = numbers.reshape(-1)
    if aside.any():
        return numbers
    sample = flat[:: max(1, len(flat) // SAMPLE)].astype(np.int64)
    if np.gcd.reduce(sample) == 1:
        return numbers
    divisor = int(np.gcd.reduce(flat.astype(np.int64)))
    return numbers / divisor if divisor > 1 else numbers
