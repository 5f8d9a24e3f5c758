"""Numbers kept exact: what a user may write for a payoff, a probability or a parameter."""

from __future__ import annotations

import math
import re
from decimal import Decimal
from fractions import Fraction
from numbers import Integral, Rational, Real
from typing import Any

from deterrence.errors import InputError

__all__ = ["exact", "is_float", "is_formula", "plain", "shown"]

_NUMERAL = re.compile(r"\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?\s*|\s*[+-]?\d+\s*/\s*\d+\s*")
LONGEST_NUMBER = 2000  # characters; Fraction("1e999999999") would fill the memory


def is_formula(value: object) -> bool:
    """Whether `value` is a sympy expression that is not a rational number."""
    if not hasattr(value, "free_symbols"):
        return False
    return not bool(getattr(value, "is_Rational", False) or getattr(value, "is_Float", False))


def is_float(value: object) -> bool:
    """Whether a number is given in floating point, by Python, numpy or sympy."""
    if isinstance(value, (bool, Rational)):
        return False
    return isinstance(value, Real) or bool(getattr(value, "is_Float", False))


def shown(value: Fraction) -> str:
    """A number in a message: short, however large it is."""
    try:
        return f"{float(value):g}"
    except OverflowError:
        sign = "-" if value < 0 else ""
        digits = abs(value.numerator).bit_length() - value.denominator.bit_length()
        return f"{sign}about 2**{digits}"


def exact(value: Any, what: str = "number") -> Fraction:
    """The exact rational that a user's number stands for.

    Parameters
    ----------
    value : int, fractions.Fraction, decimal.Decimal, float, str or rational sympy number
        Strings hold an integer, a decimal or a fraction ("1/3"). Floats are taken as the decimal
        that they print as: 0.1 is 1/10.
    what : str
        Named in the error.

    Returns
    -------
    fractions.Fraction

    Raises
    ------
    InputError
        If `value` is not a finite number.
    """
    if isinstance(value, bool):
        raise InputError(f"{what}: {value!r} is not a number; give an int, Fraction or decimal.")
    if isinstance(value, Fraction):
        return value
    if isinstance(value, (Integral, Rational)):
        return Fraction(int(value.numerator), int(value.denominator))
    if isinstance(value, str):
        return _from_text(value, what)
    if isinstance(value, Decimal):
        return _from_text(str(value), what)
    if isinstance(value, Real):
        return _from_float(float(value), what)
    if getattr(value, "is_Rational", False):
        return Fraction(int(value.p), int(value.q))
    if getattr(value, "is_Float", False):
        return _from_float(float(value), what)
    raise InputError(
        f"{what}: {value!r} is not a number. Give an int, a fraction ('1/3'), a decimal or a float."
    )


def _from_text(text: str, what: str) -> Fraction:
    if len(text) > LONGEST_NUMBER or not _NUMERAL.fullmatch(text):
        shown = text if len(text) <= 60 else text[:57] + "..."
        raise InputError(
            f"{what}: {shown!r} is not a finite number. Give digits, a decimal or a fraction like "
            "'1/3'; text is never evaluated."
        )
    try:
        return Fraction(text.strip().replace(" ", ""))
    except ZeroDivisionError:
        raise InputError(f"{what}: {text!r} divides by zero.") from None


def _from_float(number: float, what: str) -> Fraction:
    if not math.isfinite(number):
        raise InputError(f"{what}: {number!r} is not finite. Give a finite number.")
    return Fraction(repr(number))


def plain(value: Fraction) -> str:
    """A short text for a rational: exact where short, else six digits."""
    if value.denominator <= 1000 and abs(value.numerator) < 10**7:
        return str(value)
    try:
        return f"{float(value):.6g}"
    except OverflowError:
        return shown(value)
