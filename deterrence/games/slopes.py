"""Exact numbers with their one-sided derivatives in several directions.

Sums, products and the lesser or greater of two numbers are differentiated as they are computed
(forward mode). At a kink the derivative upwards and the one downwards differ; both are right, as
one-sided derivatives of compositions follow from those of the parts.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError
from deterrence.games.formulas import FormulaTable, evaluated, rational_printer
from deterrence.games.numbers import exact

__all__ = ["Slope", "as_slope", "evaluate_with_slopes", "largest_slope", "smallest_slope"]

Direction = Hashable
Row = dict[Direction, Fraction]


class Slope:
    """A number and how fast it changes in each direction; missing directions leave it as it is.

    Attributes
    ----------
    value : fractions.Fraction
    rates : dict of direction to fractions.Fraction
    """

    __slots__ = ("rates", "value")

    def __init__(self, value: Fraction, rates: Row | None = None) -> None:
        self.value, self.rates = value, rates or {}

    def __add__(self, other: Any) -> Slope:
        two = as_slope(other)
        return Slope(self.value + two.value, _mixed(1, self.rates, 1, two.rates))

    __radd__ = __add__

    def __neg__(self) -> Slope:
        return Slope(-self.value, {d: -r for d, r in self.rates.items()})

    def __sub__(self, other: Any) -> Slope:
        two = as_slope(other)
        return Slope(self.value - two.value, _mixed(1, self.rates, -1, two.rates))

    def __rsub__(self, other: Any) -> Slope:
        return as_slope(other) - self

    def __mul__(self, other: Any) -> Slope:
        two = as_slope(other)
        rates = _mixed(two.value, self.rates, self.value, two.rates)
        return Slope(self.value * two.value, rates)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Slope:
        two = as_slope(other)
        value = self.value / two.value
        return Slope(value, _mixed(1 / two.value, self.rates, -value / two.value, two.rates))

    def __rtruediv__(self, other: Any) -> Slope:
        return as_slope(other) / self

    def __pow__(self, other: Any) -> Slope:
        power = as_slope(other)
        if power.rates:
            return _exp(power * _log(self))
        n = power.value
        if n == 0:
            return Slope(Fraction(1))
        value = _power(self.value, n)
        return Slope(value, _mixed(n * _power(self.value, n - 1), self.rates) if self.rates else {})

    def __rpow__(self, other: Any) -> Slope:
        return as_slope(other) ** self

    def _against(self, other: Any) -> Fraction:
        """The difference that decides a case; ValueError where cases meet."""
        gap = self - other
        if not gap.value and gap.rates:
            raise ValueError("two cases of a formula meet")
        return Fraction(gap.value)

    def __lt__(self, other: Any) -> bool:
        return self._against(other) < 0

    def __le__(self, other: Any) -> bool:
        return self._against(other) <= 0

    def __gt__(self, other: Any) -> bool:
        return self._against(other) > 0

    def __ge__(self, other: Any) -> bool:
        return self._against(other) >= 0

    def __eq__(self, other: object) -> bool:
        return not self._against(other)

    def __repr__(self) -> str:
        return f"Slope({self.value}, {self.rates})"


def as_slope(x: Any) -> Slope:
    """A number as one with derivatives; floats are the decimals that they print as."""
    return x if isinstance(x, Slope) else Slope(exact(x) if isinstance(x, float) else Fraction(x))


def _mixed(a: Fraction | int, one: Row, b: Fraction | int = 0, two: Row | None = None) -> Row:
    """The sum of two rows times their factors, without zeros."""
    found = {d: a * r for d, r in one.items()} if a else {}
    if b:
        for d, r in (two or {}).items():
            found[d] = found.get(d, Fraction(0)) + b * r
    return {d: r for d, r in found.items() if r}


def _power(base: Fraction, n: Fraction) -> Fraction:
    if n.denominator == 1:
        return Fraction(base**n.numerator)
    return exact(float(base) ** float(n))


def smallest_slope(*given: Any) -> Slope:
    """The least of some numbers; where several are, each direction follows the lowest of them."""
    return _extreme(min, given)


def largest_slope(*given: Any) -> Slope:
    """The greatest of some numbers; where several are, each direction follows the highest."""
    return _extreme(max, given)


def _extreme(pick: Callable[..., Any], given: Sequence[Any]) -> Slope:
    every = [as_slope(x) for x in given]
    value = pick(x.value for x in every)
    best = [x.rates for x in every if x.value == value]
    directions = {d for rates in best for d in rates}
    rates = {d: pick(rates.get(d, Fraction(0)) for rates in best) for d in directions}
    return Slope(value, {d: r for d, r in rates.items() if r})


def _smooth(
    value: Callable[[float], float], rate: Callable[[float], float]
) -> Callable[[Any], Slope]:
    """A function of floats; its numbers are the decimals that they print as."""

    def function(x: Any) -> Slope:
        own = as_slope(x)
        at = float(own.value)
        rates = _mixed(exact(rate(at)), own.rates) if own.rates else {}
        return Slope(exact(value(at)), rates)

    return function


_exp = _smooth(math.exp, math.exp)
_log = _smooth(math.log, lambda x: 1 / x)
_sqrt = _smooth(math.sqrt, lambda x: 0.5 / math.sqrt(x))


def _absolute(x: Any) -> Slope:
    return largest_slope(x, -as_slope(x))


_FUNCTIONS = {
    "Min": smallest_slope,
    "Max": largest_slope,
    "min": smallest_slope,
    "max": largest_slope,
    "abs": _absolute,
    "exp": _exp,
    "log": _log,
    "sqrt": _sqrt,
}


def evaluate_with_slopes(
    table: FormulaTable, values: Mapping[str, Fraction], rates: Mapping[str, Row]
) -> list[Slope]:
    """Every entry of a table at a point, with its derivatives.

    Parameters
    ----------
    table : FormulaTable
    values : mapping of str to fractions.Fraction
        A number for every name.
    rates : mapping of str to dict of direction to fractions.Fraction
        How fast each name changes in each direction.

    Returns
    -------
    list of Slope

    Raises
    ------
    InputError
        If a formula holds a function without a rule here, or has no derivative at the point.
    """
    import sympy

    printer, rational = rational_printer()
    formulas = [k for k, e in enumerate(table.entries) if not isinstance(e, Fraction)]
    own = {x.name: x for k in formulas for x in table.entries[k].free_symbols}
    arguments = [Slope(values[name], dict(rates.get(name, {}))) for name in table.names]
    shared = not any(table.entries[k].has(sympy.Piecewise) for k in formulas)
    function = sympy.lambdify(
        [own[name] for name in table.names],
        [evaluated(table.entries[k]) if shared else table.entries[k] for k in formulas],
        modules=[{**_FUNCTIONS, rational: Fraction}],
        printer=printer,
        cse=shared,
    )
    try:
        outputs = function(*arguments)
    except (ZeroDivisionError, ValueError, OverflowError, TypeError, NameError) as error:
        raise InputError(
            f"the formulas have no derivatives here: {error}. Use powers, exp, log, Min, Max and "
            "Piecewise, and a point where none of them divides by zero."
        ) from error
    found = [Slope(e) if isinstance(e, Fraction) else Slope(Fraction(0)) for e in table.entries]
    for k, output in zip(formulas, outputs, strict=True):
        found[k] = as_slope(output)
    return found
