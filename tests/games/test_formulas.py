"""Formulas evaluated exactly, compared with sympy's own arithmetic."""

import pickle
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import InputError
from deterrence.games.arrays import array_function
from deterrence.games.formulas import FormulaTable

X, Y, Z = sympy.symbols("x y z")
NUMBERS = st.fractions(-3, 3, max_denominator=5)
RATIONALS = NUMBERS.map(lambda q: sympy.Rational(q.numerator, q.denominator))


def at(formula: Any, **values: Any) -> Fraction:
    table = FormulaTable([formula])
    (number,), _ = table.evaluate({name: Fraction(v) for name, v in values.items()})
    return number


def is_exact(formula: Any, **values: Any) -> bool:
    return FormulaTable([formula]).evaluate({n: Fraction(v) for n, v in values.items()})[1]


def rational(value: Any) -> Fraction | None:
    """What sympy says it is, if it is a rational number."""
    return Fraction(int(value.p), int(value.q)) if value.is_Rational else None


polynomials = st.recursive(
    st.sampled_from((X, Y, Z)) | RATIONALS,
    lambda inner: (
        st.tuples(inner, inner).map(lambda pair: pair[0] + pair[1])
        | st.tuples(inner, inner).map(lambda pair: pair[0] * pair[1])
        | st.tuples(inner, st.integers(0, 3)).map(lambda pair: pair[0] ** pair[1])
    ),
    max_leaves=5,
)
lines = st.tuples(st.sampled_from((X, Y, Z)), RATIONALS).map(lambda pair: pair[0] + pair[1])
formulas = st.one_of(
    polynomials,
    st.tuples(polynomials, polynomials).map(lambda p: p[0] / p[1] if p[1] != 0 else p[0]),
    st.tuples(lines, lines).map(lambda p: sympy.Min(*p) + sympy.Max(*p, 1)),
    st.tuples(polynomials, lines).map(
        lambda p: sympy.Piecewise((p[0], X > Y), (p[1], X > Z), (p[0] - p[1], True))
    ),
    lines.map(abs),
)


@settings(max_examples=50)  # each compiles formulas anew
@given(st.lists(formulas, min_size=1, max_size=4), NUMBERS, NUMBERS, NUMBERS)
def test_evaluation_agrees_with_sympy(entries: list[Any], x: Fraction, y: Fraction, z: Fraction):
    point = {"x": x, "y": y, "z": z}
    values = {
        s: sympy.Rational(point[s.name].numerator, point[s.name].denominator) for s in (X, Y, Z)
    }
    expected = [rational(sympy.sympify(e).xreplace(values)) for e in entries]
    table = FormulaTable([sympy.sympify(e) for e in entries])
    if None in expected:  # it divides by zero
        with pytest.raises(InputError):
            table.evaluate(point)
    else:
        assert table.evaluate(point) == (expected, True)


@settings(max_examples=50)
@given(polynomials, polynomials, NUMBERS, NUMBERS, NUMBERS)
def test_numbers_may_be_put_in_one_after_the_other(
    one: Any, two: Any, x: Fraction, y: Fraction, z: Fraction
) -> None:
    table = FormulaTable([sympy.sympify(one), sympy.sympify(two)])
    step = table.substitute({"x": x}).substitute({"z": z})
    assert not {"x", "z"} & set(step.names)
    at_once, _ = table.evaluate({"x": x, "y": y, "z": z})
    assert step.evaluate({"y": y}) == (at_once, True)


def test_names_are_sorted_and_each_once() -> None:
    table = FormulaTable([Z + X, X * Y, Fraction(1, 2)])
    assert table.names == ("x", "y", "z")
    assert not table.numeric
    assert FormulaTable([Fraction(1, 2)]).numeric
    assert FormulaTable([]).numeric


@pytest.mark.parametrize(
    ("formula", "values", "number"),
    [
        (X / 3, {"x": 1}, Fraction(1, 3)),
        (X + sympy.Rational(1, 2), {"x": "1/3"}, Fraction(5, 6)),
        (sympy.Rational(2, 3) ** 2 * X, {"x": 1}, Fraction(4, 9)),
        (2**X, {"x": 3}, Fraction(8)),
        (X**-2, {"x": "2/3"}, Fraction(9, 4)),
        (sympy.floor(X), {"x": "-1/2"}, Fraction(-1)),
        (sympy.Min(1, sympy.Max(0, X)), {"x": "7/5"}, Fraction(1)),
        (sympy.Min(1, sympy.Max(0, X)), {"x": "2/5"}, Fraction(2, 5)),
    ],
    ids=str,
)
def test_rational_formulas_stay_exact(formula: Any, values: Any, number: Fraction) -> None:
    assert at(formula, **values) == number
    assert is_exact(formula, **values)


@pytest.mark.parametrize("formula", [sympy.sqrt(X), sympy.exp(X), sympy.log(X), sympy.erf(X)])
def test_irrational_formulas_are_rounded_and_say_so(formula: Any) -> None:
    assert float(at(formula, x=2)) == pytest.approx(float(formula.xreplace({X: sympy.Integer(2)})))
    assert not is_exact(formula, x=2)


def test_a_case_that_does_not_apply_is_not_computed() -> None:
    sharp = sympy.Piecewise((0, sympy.Eq(X, 0)), (1 / X, True))
    assert at(sharp, x=0) == 0
    assert at(sharp, x=2) == Fraction(1, 2)
    # nor when it stands beside formulas that share its parts
    table = FormulaTable([sharp, (1 + X) * Y, sharp + (1 + X)])
    assert table.evaluate({"x": Fraction(0), "y": Fraction(2)}) == ([0, 2, 1], True)
    # nor when two cases share it
    cases = [sympy.Piecewise((0, sympy.Eq(X, 0)), (1 / X + other, True)) for other in (1, Y)]
    assert FormulaTable(cases).evaluate({"x": Fraction(0), "y": Fraction(2)}) == ([0, 0], True)


def test_one_rounded_formula_is_enough_to_say_so() -> None:
    table = FormulaTable([sympy.sqrt(X), X, Fraction(1, 2)])
    assert table.evaluate({"x": Fraction(2)})[1] is False
    assert FormulaTable(table.entries[1:]).evaluate({"x": Fraction(2)})[1] is True


@pytest.mark.parametrize(
    "name", ["lambda", "k_{A}", "two words", "Min", "math", "x0", "print", "None", "é"]
)
def test_any_name_is_a_name(name: str) -> None:
    symbol = sympy.Symbol(name)
    table = FormulaTable([(symbol + Y) ** 2 + 1 / (symbol + Y), sympy.Max(symbol, Y) / 3])
    numbers, exact = table.evaluate({name: Fraction(1), "y": Fraction(2)})
    assert numbers == [Fraction(28, 3), Fraction(2, 3)]
    assert exact


@pytest.mark.parametrize(
    ("formula", "value", "words"),
    [
        (1 / X, 0, ["1/x", "no finite value"]),
        (Y / (X - 1), 1, ["y/(x - 1)", "no finite value"]),
        (sympy.log(X), 0, ["log(x)", "no finite value"]),
        (sympy.sqrt(X), -1, ["sqrt(x)", "no finite value"]),
        (X ** sympy.Rational(1, 3), -8, ["x**(1/3)", "complex"]),
        (1 + sympy.I * X, 1, ["I*x", "complex"]),
        (sympy.exp(X), 1000, ["no finite value"]),
        (sympy.Piecewise((X, X > 0)), -1, ["Piecewise"]),
    ],
    ids=str,
)
def test_a_formula_without_a_real_value_is_named(
    formula: Any, value: int, words: list[str]
) -> None:
    table = FormulaTable([X + Y, formula, X - Y])
    with pytest.raises(InputError) as caught:
        table.evaluate({"x": Fraction(value), "y": Fraction(1)})
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_two_symbols_of_one_name_are_refused() -> None:
    with pytest.raises(InputError, match="two different symbols share the name 'x'"):
        FormulaTable([X, sympy.Symbol("x", positive=True)])
    with pytest.raises(InputError, match="two different symbols share the name 'x'"):
        FormulaTable([X + sympy.Dummy("x")])


def test_a_table_can_be_pickled() -> None:
    table = FormulaTable([X + Y, Fraction(1, 3)])
    assert pickle.loads(pickle.dumps(table)).entries == table.entries


# --- corners


def test_a_float_in_a_formula_is_the_decimal_it_prints_as() -> None:
    assert at(0.1 * X, x=1) == Fraction(1, 10)


@pytest.mark.parametrize("formula", [Y / X, Y + 1 / X, Y * sympy.log(X)])
def test_a_division_by_zero_is_seen_when_only_some_numbers_are_in(formula: Any) -> None:
    with pytest.raises(InputError):
        FormulaTable([formula]).substitute({"x": Fraction(0)})


def test_a_table_that_was_used_can_be_pickled() -> None:
    table = FormulaTable([X + Y])
    table.evaluate({"x": Fraction(1), "y": Fraction(1)})
    assert pickle.loads(pickle.dumps(table)).entries == table.entries


def test_a_symbol_may_be_called_fraction() -> None:
    assert at(sympy.Symbol("Fraction") / 3, Fraction=1) == Fraction(1, 3)


@pytest.mark.parametrize(
    "formula",
    [sympy.Function("f")(X), sympy.besselj(0, X), sympy.Integral(sympy.exp(-(Y**2)), (Y, 0, X))],
    ids=str,
)
def test_a_formula_that_cannot_be_computed_is_refused(formula: Any) -> None:
    with pytest.raises(InputError):
        at(formula, x=1)


@pytest.mark.parametrize("formula", [sympy.I, sympy.true, X > 1], ids=str)
def test_a_payoff_that_can_never_be_real_is_refused_at_once(formula: Any) -> None:
    with pytest.raises(InputError):
        dt.Game(["Ann"], dt.Outcome({"Ann": formula}))


def test_floats_in_formulas_stay_decimals_when_numbers_come_one_by_one() -> None:
    table = FormulaTable([0.1 * X * Y])
    at_once, _ = table.evaluate({"x": Fraction(3), "y": Fraction(1)})
    assert at_once == [Fraction(3, 10)]
    assert table.substitute({"x": Fraction(3)}).evaluate({"y": Fraction(1)}) == (at_once, True)


def test_sums_and_products_that_were_left_unevaluated_are_computed_rightly() -> None:
    """Sympy's common parts are wrong for these: s (2 x) + (1 - s) and so on, at s = t = 0."""
    s, t, x, y = sympy.symbols("s t x y")

    def product(*parts: sympy.Expr) -> sympy.Expr:
        return sympy.Mul(*parts, evaluate=False)

    def total(*parts: sympy.Expr) -> sympy.Expr:
        return sympy.Add(*parts, evaluate=False)

    formulas = [
        total(product(1 - s, sympy.Integer(1)), product(s, 2 * x)),
        total(product(1 - s, sympy.Integer(-1)), product(s, sympy.Integer(-1))),
        total(product(1 - s - t, x + y), product(s, x), product(t, sympy.Integer(1))),
    ]
    values = {"s": Fraction(0), "t": Fraction(1, 2), "x": Fraction(3), "y": Fraction(4)}
    numbers, _ = FormulaTable(formulas).evaluate(values)
    assert numbers == [1, -1, Fraction(1, 2) * 7 + Fraction(1, 2)]
    columns = array_function([s, t, x, y], formulas)(*(np.array([v]) for v in (0.0, 0.5, 3.0, 4.0)))
    assert [float(np.asarray(c).ravel()[0]) for c in columns] == [1, -1, 4]
