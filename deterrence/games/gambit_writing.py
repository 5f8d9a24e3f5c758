"""Numbers, lists and free text as they stand in a file of Gambit's."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

from deterrence.errors import GameError, InputError
from deterrence.games.gambit_labels import in_quotes, unprintable
from deterrence.games.numbers import LONGEST_NUMBER

__all__ = ["braced", "check_numeric", "free_text", "written_number"]


def braced(items: Iterable[str]) -> str:
    """Items between braces.

    Parameters
    ----------
    items : iterable of str

    Returns
    -------
    str
    """
    return " ".join(["{", *items, "}"])


def free_text(text: str, what: str) -> str:
    """A title or comment in quotes; several lines are allowed.

    Parameters
    ----------
    text : str
    what : str

    Returns
    -------
    str

    Raises
    ------
    InputError
        If Gambit would not read the same text again.
    """
    if not isinstance(text, str):
        raise InputError(f"the {what} is {text!r}; give text.")
    for c in text:
        if c == "\\" or (c not in "\n\t" and unprintable(c)):
            raise InputError(
                f"the {what} holds {c!r}, which Gambit would not read again as it is. Take it out."
            )
    return in_quotes(text)


def written_number(value: Any, what: str) -> str:
    """A number as an exact fraction.

    Parameters
    ----------
    value : fractions.Fraction
    what : str
        What it stands for, for the error.

    Returns
    -------
    str

    Raises
    ------
    InputError
        If it is a formula, or longer than what is read again.
    """
    if not isinstance(value, Fraction):
        names = sorted(str(symbol) for symbol in getattr(value, "free_symbols", ()))
        of = f" in {', '.join(names)}" if names else ""
        raise InputError(f"{what} is a formula{of}; files hold numbers. Put numbers in first.")
    # a digit takes more than 3.3 bits; checked first, since Python refuses to print very long ones
    if value.numerator.bit_length() + value.denominator.bit_length() > 3.3 * (LONGEST_NUMBER - 4):
        raise InputError(
            f"{what} has more than {LONGEST_NUMBER} digits, the most that are read again. Round it."
        )
    return str(value)


def check_numeric(game: Any) -> None:
    """Raise GameError unless the game has numbers, naming its parameters.

    Parameters
    ----------
    game : Game
    """
    if not game.numeric:
        names = ", ".join(game.parameters)
        of = f"in {names}" if names else "without parameters"
        raise GameError(
            f"the game has formulas {of}; files hold numbers. Put numbers in first, with "
            f"game.at({game.parameters[0] + '=..., ...' if names else ''})."
        )
