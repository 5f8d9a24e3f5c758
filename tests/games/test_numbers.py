"""Numbers: what may be written for one, and that it stays what was written."""

import math
import sys
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import example, given
from hypothesis import strategies as st

from deterrence.errors import InputError
from deterrence.games.numbers import exact, is_formula, plain

FINITE = st.floats(allow_nan=False, allow_infinity=False)


@pytest.mark.parametrize(
    ("written", "number"),
    [
        (3, Fraction(3)),
        (-7, Fraction(-7)),
        (0.1, Fraction(1, 10)),  # the decimal that it prints as, not the nearest binary fraction
        (1e-7, Fraction(1, 10**7)),
        (-2.5e3, Fraction(-2500)),
        (-0.0, Fraction(0)),
        (Fraction(2, 6), Fraction(1, 3)),
        (Decimal("0.10"), Fraction(1, 10)),
        (Decimal("1E+2"), Fraction(100)),
        ("1/3", Fraction(1, 3)),
        (" -1 / 3 ", Fraction(-1, 3)),
        ("0.1", Fraction(1, 10)),
        ("+.5", Fraction(1, 2)),
        ("5.", Fraction(5)),
        ("1e-3", Fraction(1, 1000)),
        ("2E2", Fraction(200)),
        (np.int64(4), Fraction(4)),
        (np.uint8(255), Fraction(255)),
        (np.float64(0.1), Fraction(1, 10)),
        (sympy.Integer(5), Fraction(5)),
        (sympy.Rational(1, 3), Fraction(1, 3)),
        (sympy.Float(0.1), Fraction(1, 10)),
        (sympy.S.Half, Fraction(1, 2)),
    ],
    ids=repr,
)
def test_a_number_is_what_was_written(written: Any, number: Fraction) -> None:
    assert exact(written) == number
    assert type(exact(written)) is Fraction


@given(st.fractions())
def test_fractions_and_their_texts_stay_as_they_are(number: Fraction) -> None:
    assert exact(number) == number
    assert exact(str(number)) == number
    assert exact(sympy.Rational(number.numerator, number.denominator)) == number


@given(FINITE)
@example(5e-324)
@example(sys.float_info.max)
def test_a_float_is_the_decimal_it_prints_as(number: float) -> None:
    assert exact(number) == Fraction(repr(number))
    assert float(exact(number)) == number
    assert exact(np.float64(number)) == exact(number)


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_a_decimal_is_exact(number: Decimal) -> None:
    assert exact(number) == Fraction(number)


@given(st.text(max_size=12) | st.text("0123456789./eE+-_ nafi", max_size=12))
@example("1_000")
@example("\u0661/\u0663")  # digits, though not ASCII
@example("0x10")
@example("1//2")
@example("1/-2")
@example("\n1\n")
def test_text_is_a_number_or_refused(text: str) -> None:
    try:
        number = exact(text)
    except InputError:
        return
    assert number == Fraction(text.replace(" ", "").strip())  # as Python itself reads it


@given(st.from_regex(r"[+-]?[0-9]{1,12}(\.[0-9]{0,12})?([eE][+-]?[0-9]{1,2})?", fullmatch=True))
def test_every_decimal_numeral_is_taken(text: str) -> None:
    assert exact(text) == Fraction(text)


@pytest.mark.parametrize(
    "written",
    [
        True,
        np.bool_(True),
        None,
        1j,
        complex(1, 0),
        [1],
        {},
        object(),
        float("nan"),
        math.inf,
        -math.inf,
        np.float64("nan"),
        np.float32("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
        sympy.nan,
        sympy.oo,
        -sympy.oo,
        sympy.zoo,
        sympy.I,
        sympy.Symbol("x"),
        sympy.sqrt(2),
        np.array([1.0]),
        np.datetime64("2022-12-30"),
        "",
        " ",
        "nan",
        "inf",
        "-Infinity",
        "one",
        "1/0",
        "1/2/3",
        "1.5/2",
        "1,5",
        "__import__('os').system('true')",
        "x",
        "1e999999999",
        "1e1000",
        "1" * 3000,
        "True",
        "2**10",
    ],
    ids=lambda value: repr(value)[:40],
)
def test_what_is_no_number_is_refused_by_name(written: Any) -> None:
    with pytest.raises(InputError, match=r"^cost of war: ") as caught:
        exact(written, "cost of war")
    assert len(str(caught.value)) < 250


def test_a_long_text_is_shown_short() -> None:
    with pytest.raises(InputError, match=r"'9{57}\.\.\.'"):
        exact("9" * 2001)
    assert exact("9" * 2000) == 10**2000 - 1


@pytest.mark.parametrize(
    ("value", "formula"),
    [
        (1, False),
        (0.5, False),
        ("x", False),
        (None, False),
        (sympy.Integer(1), False),
        (sympy.Rational(1, 3), False),
        (sympy.Float(0.5), False),
        (sympy.Symbol("x"), True),
        (2 * sympy.Symbol("x"), True),
        (sympy.sqrt(2), True),
        (sympy.pi, True),
    ],
    ids=str,
)
def test_formulas_are_told_from_numbers(value: Any, formula: bool) -> None:
    assert is_formula(value) is formula


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(1, 3), "1/3"),
        (Fraction(-2), "-2"),
        (Fraction(999, 1000), "999/1000"),
        (Fraction(1, 1001), "0.000999001"),
        (Fraction(12345678), "1.23457e+07"),
    ],
    ids=str,
)
def test_plain_is_exact_where_that_is_short(number: Fraction, text: str) -> None:
    assert plain(number) == text
