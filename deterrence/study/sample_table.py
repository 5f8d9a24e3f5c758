"""Points of a sample as a table of numbers, checked before any work."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, ParameterError
from deterrence.games.tree import Game
from deterrence.study.points import check_names

__all__ = ["table_of"]

Floats = NDArray[np.float64]
DIGITS = 7  # of a point's coordinates, so that exact arithmetic stays quick


def table_of(game: Game, points: Mapping[str, Any]) -> tuple[tuple[str, ...], Floats]:
    """The names of what varies, and its values.

    Parameters
    ----------
    game : Game
    points : mapping of str to sequence of number, or pandas.DataFrame
        A column for each parameter; tied names stand for their members.

    Returns
    -------
    names : tuple of str
    table : ndarray, shape (points, names)
        To seven decimals, and seven digits of numbers below a tenth.

    Raises
    ------
    ParameterError
        For a parameter that is unknown, missing, given twice or out of range, and for what is no
        number.
    InputError
        If columns differ in length, nothing is in them, or a value is not finite.
    """
    if not hasattr(points, "keys"):
        raise ParameterError(f"points are a mapping from parameter to values, not {points!r}.")
    names = tuple(points.keys())
    check_names(game, names, "points")
    _check_once(game, names)
    columns = [_column(name, points[name]) for name in names]
    if len({len(column) for column in columns}) != 1 or not len(columns[0]):
        sizes = ", ".join(f"{n}: {len(c)}" for n, c in zip(names, columns, strict=True))
        raise InputError(
            "every parameter needs as many values as there are points, one at least; given are "
            f"{sizes or 'no parameters'}."
        )
    for name, column in zip(names, columns, strict=True):
        _check_finite(name, column)
    _check_ranges(game, dict(zip(names, columns, strict=True)))
    rounded = [_rounded(game, *pair) for pair in zip(names, columns, strict=True)]
    return names, np.column_stack(rounded)


def _check_once(game: Game, names: tuple[str, ...]) -> None:
    set_by: dict[str, str] = {}
    for name in names:
        for member in game.tied.get(name, (name,)):
            if member in set_by:
                raise ParameterError(
                    f"points: {set_by[member]!r} and {name!r} both set {member!r}. Leave one out."
                )
            set_by[member] = name


def _column(name: str, values: Any) -> Floats:
    try:
        return np.asarray(values, dtype=float).ravel()
    except (TypeError, ValueError) as error:
        raise ParameterError(
            f"points: {name} has a value that is no number: {error}. Give numbers only."
        ) from None


def _check_finite(name: str, column: Floats) -> None:
    if not np.isfinite(column).all():
        place = int(np.flatnonzero(~np.isfinite(column))[0])
        raise InputError(
            f"{name} is {column[place]} at point {place}, no finite number. Leave such points out."
        )


def _check_ranges(game: Game, columns: Mapping[str, Floats]) -> None:
    """Raise for values out of range.

    What goes wrong at some points only, a formula without a value for instance, is their own error.
    """
    for extreme in (np.min, np.max):
        point = {n: Fraction(repr(float(extreme(column)))) for n, column in columns.items()}
        try:
            game.at(point)
        except ParameterError:
            raise
        except Exception:
            continue


def _rounded(game: Game, name: str, column: Floats) -> Floats:
    """Numbers with few digits; as they are where that would leave a range."""
    short = column.round(DIGITS)
    small = np.abs(column) < 0.1
    short[small] = [float(f"{x:.{DIGITS}g}") for x in column[small]]
    for member in game.tied.get(name, (name,)):
        if member in game.ranges:
            low, high = map(float, game.ranges[member])
            outside = (short < low) | (short > high)
            short[outside] = column[outside]
    return short
