"""One parameter's values in equal steps, as they are typed: NAME or NAME=LOW:HIGH."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.parameters import TIED, Parameter
from deterrence.guarantee.scenario import check_in_range

__all__ = ["VALUES", "axis_of", "between_of"]

INSIDE = Fraction(1, 1000)  # of a range whose ends are no values
VALUES = 5  # along an axis, where nobody says how many


def axis_of(
    text: str, size: int | None, known: Mapping[str, Parameter]
) -> tuple[str, tuple[Fraction, ...]]:
    """A parameter and its values.

    Parameters
    ----------
    text : str
        "NAME", for the whole of its range, or "NAME=LOW:HIGH".
    size : int or None
        How many values, 2 or more; 5 by default.
    known : mapping of str to Parameter
        The parameters there are; names that set several of them are understood too.

    Returns
    -------
    (str, tuple of fractions.Fraction)

    Raises
    ------
    ParameterError
        For an unknown name (near misses are offered), or ends that are no range of it.
    """
    name, equals, ends = (part.strip() for part in text.partition("="))
    names = (*known, *(tied for tied, members in TIED.items() if set(members) <= known.keys()))
    if name not in names:
        raise ParameterError(str(unknown("parameter", name, names)))
    parameter = known[TIED.get(name, (name,))[0]]
    margin = (parameter.high - parameter.low) * INSIDE if parameter.open else Fraction(0)
    low, high = parameter.low + margin, parameter.high - margin
    if equals:
        low, high = between_of(ends, name)
    for end in (low, high):
        check_in_range(parameter, end)
    count = VALUES if size is None else size
    if count < 2:
        raise InputError(f"{count} values make no line; give a whole number from 2 on.")
    return name, tuple(low + (high - low) * k / (count - 1) for k in range(count))


def between_of(text: str, name: str) -> tuple[Fraction, Fraction]:
    """Two ends, the lower first.

    Parameters
    ----------
    text : str
        "LOW:HIGH".
    name : str
        Of what, for messages.

    Returns
    -------
    (fractions.Fraction, fractions.Fraction)

    Raises
    ------
    ParameterError
        If it is no such text.
    """
    ends = text.split(":")
    if len(ends) != 2:
        raise ParameterError(f"{name}: {text!r} is no range; write LOW:HIGH, 0:0.3 for instance.")
    try:
        low, high = (exact(end.strip(), f"an end of {name}") for end in ends)
    except InputError as error:
        raise ParameterError(str(error)) from None
    if not low < high:
        raise ParameterError(f"{name}: {text!r} has no length; write the lower end first.")
    return low, high
