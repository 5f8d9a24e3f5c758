"""Signs of expressions that follow from assumptions: products of forms, each settled by programs.

A form that is linear in what the assumptions bound is settled by a linear program; one that is
linear in each of a few symbols that lie between bounds, by its values at their ends.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
import sympy
from scipy.optimize import linprog

from deterrence.equilibrium.sign_samples import Samples
from deterrence.errors import InputError

__all__ = ["Assumptions"]

MOST_ENDS = 8  # symbols whose ends are tried together
SLACK = 1e-9  # of a linear program in floats


class Assumptions:
    """What is known of the parameters.

    Parameters
    ----------
    relations : iterable of sympy relational
        Linear inequalities, such as ``a < b``.
    ranges : mapping of str to (Fraction, Fraction)
        Least and most of parameters, by name.
    positive : iterable of sympy.Symbol
        Symbols known to be positive, such as chance probabilities.

    Raises
    ------
    InputError
        If a relation is no linear inequality, or together they cannot hold.
    """

    def __init__(
        self,
        relations: Iterable[Any] = (),
        ranges: Mapping[str, tuple[Fraction, Fraction]] | None = None,
        positive: Iterable[Any] = (),
    ) -> None:
        self.relations = tuple(relations)
        self.forms = [_form(relation) for relation in self.relations]
        self.ranges = {
            name: (sympy.Rational(low), sympy.Rational(high))
            for name, (low, high) in (ranges or {}).items()
        }
        self.positive = set(positive)
        self._known: dict[Any, int | None] = {}
        self._samples: Samples | None = None
        if self._least(sympy.Integer(0)) is None:
            raise InputError(
                "the assumptions contradict each other or the ranges of the parameters; no point "
                "satisfies all of them."
            )
        symbols = sorted(set().union(*(f.free_symbols for f in self.forms)), key=str)
        place = {x: k for k, x in enumerate(symbols)}
        rows = [_row(f, place) for f in self.forms]
        self._samples = Samples(
            np.array([row for row, _ in rows]).reshape(len(rows), len(symbols)),
            np.array([-constant for _, constant in rows]),
            symbols,
            self._limits,
        )

    def sign(self, expression: Any) -> int | None:
        """1 for at least zero, -1 for at most zero, 0 for zero, None where nothing is known."""
        if expression not in self._known:
            refuted = self._samples is not None and all(self._samples.seen(expression))
            self._known[expression] = None if refuted else self._sign(expression)
        return self._known[expression]

    def follows(self, one: Any, other: Any) -> bool:
        """Whether an expression is proved to be at least another one, wherever this holds."""
        if self._samples is not None and self._samples.seen(one, -other)[0]:
            return False
        return self.sign(sympy.expand(one - other)) in (0, 1)

    def refuted(self, expression: Any, given: Sequence[Any]) -> bool:
        """Whether an expression is negative at some point where others are not."""
        return self._samples is not None and self._samples.refuted(expression, given)

    def generators(self) -> list[Any]:
        """Polynomials that are known to be at least zero: assumptions and bounds."""
        symbols = set().union(*(f.free_symbols for f in self.forms)) | self.positive
        found = list(self.forms)
        for x in sorted(symbols, key=str):
            if self._bounded(x):
                low, high = self._bounds(x)
                found += [x - low, high - x]
        return list(dict.fromkeys(found))

    def neat(self, expression: Any) -> Any:
        """The expression factored, with as few minus signs before factors as is known how."""
        parts: list[Any] = []
        flips = 1
        open_: list[int] = []  # places of sums of unknown sign
        for part, power in zip(sympy.fraction(sympy.together(expression)), (1, -1), strict=True):
            coefficient, factors = sympy.factor_list(part)
            flips *= int(sympy.sign(coefficient))
            parts.append(abs(coefficient) ** power)
            for factor, count in factors:
                sign = self.sign(factor)
                if sign == -1 and count % 2:
                    flips = -flips
                if sign is None and count == 1 and factor.is_Add:
                    open_.append(len(parts))
                parts.append((-factor if sign == -1 else factor) ** (power * count))
        if flips < 0 and open_:
            inside, outside = sympy.fraction(parts[open_[0]])
            parts[open_[0]] = sympy.expand(-inside) if outside == 1 else 1 / sympy.expand(-outside)
            flips = 1
        return sympy.Mul(flips, *parts)

    def also(self, positive: Iterable[Any]) -> Assumptions:
        """The same with more symbols known to be between zero and one."""
        ranges = {name: (low, high) for name, (low, high) in self.ranges.items()}
        return Assumptions(self.relations, ranges, self.positive | set(positive))

    def possible(self, conditions: Iterable[Any]) -> bool:
        """Whether conditions can hold with what is known; those that are not linear are left out.

        Parameters
        ----------
        conditions : iterable of sympy relational

        Returns
        -------
        bool
            False only if a linear program proves it, up to equalities.
        """
        linear = []
        for condition in conditions:
            try:
                linear.append(_form(condition))
            except InputError:
                continue
        saved, self.forms = self.forms, [*self.forms, *linear]
        try:
            return self._least(sympy.Integer(0)) is not None
        finally:
            self.forms = saved

    def _sign(self, expression: Any) -> int | None:
        if expression.is_number:
            return int(sympy.sign(expression))
        if self._inner(expression):
            return 1
        plain = all(f.is_polynomial() for f in sympy.fraction(expression))
        total = 1
        for part in sympy.fraction(expression if plain else sympy.together(expression)):
            coefficient, factors = sympy.factor_list(part)
            total *= int(sympy.sign(coefficient))
            for factor, power in factors:
                if power % 2:
                    sign = self._form_sign(factor)
                    if sign is None:
                        return None
                    total *= sign
        return total

    def _inner(self, expression: Any) -> bool:
        return expression in self.positive

    def _form_sign(self, form: Any) -> int | None:
        if form in self.positive or form.is_positive:
            return 1
        negative, positive = self._samples.seen(form) if self._samples else (False, False)
        if not negative and self._at_least_zero(form):
            return 1
        if not positive and self._at_least_zero(-form):
            return -1
        return None

    def _at_least_zero(self, form: Any) -> bool:
        """Whether a polynomial is at least zero wherever the assumptions hold."""
        if not form.is_polynomial():
            return False
        if _linear(form, form.free_symbols):
            least = self._least(form)
            return least is not None and least >= -SLACK
        ends = [x for x in form.free_symbols if self._bounded(x) and sympy.degree(form, x) == 1]
        others = form.free_symbols - set(ends)
        if len(ends) > MOST_ENDS:
            return False
        for values in itertools.product(*(self._bounds(x) for x in ends)):
            corner = form.xreplace(dict(zip(ends, values, strict=True)))
            if not _linear(corner, others):
                return False
            least = self._least(corner)
            if least is None or least < -SLACK:
                return False
        return True

    def _limits(self, symbol: Any) -> tuple[float | None, float | None]:
        if not self._bounded(symbol):
            return None, None
        low, high = self._bounds(symbol)
        return float(low), float(high)

    def _bounded(self, symbol: Any) -> bool:
        return symbol.name in self.ranges or symbol in self.positive

    def _bounds(self, symbol: Any) -> tuple[Any, Any]:
        return self.ranges.get(symbol.name, (sympy.Integer(0), sympy.Integer(1)))

    def _least(self, form: Any) -> float | None:
        """The least of a linear form; None where there is none or nothing satisfies all."""
        symbols = sorted(
            set(form.free_symbols).union(*(f.free_symbols for f in self.forms)), key=str
        )
        if not symbols:
            return float(form)
        place = {x: k for k, x in enumerate(symbols)}
        rows, bounds = [], []
        for f in self.forms:
            row, constant = _row(f, place)
            rows.append(-row)
            bounds.append(constant)
        objective, constant = _row(form, place)
        limits: Any = [
            tuple(map(float, self._bounds(x))) if self._bounded(x) else (None, None)
            for x in symbols
        ]
        found = linprog(
            objective,
            A_ub=np.array(rows) if rows else None,
            b_ub=np.array(bounds) if rows else None,
            bounds=limits,
            method="highs",
        )
        return float(found.fun or 0.0) + constant if found.status == 0 else None


def _form(relation: Any) -> Any:
    """The form that an inequality says is at least zero."""
    if isinstance(relation, (sympy.Gt, sympy.Ge)):
        form = relation.lhs - relation.rhs
    elif isinstance(relation, (sympy.Lt, sympy.Le)):
        form = relation.rhs - relation.lhs
    else:
        raise InputError(f"assume: {relation!r} is no inequality; write for example a < b.")
    form = sympy.expand(form)
    if not _linear(form, form.free_symbols):
        raise InputError(f"assume: {relation} is not linear in the parameters.")
    return form


def _linear(form: Any, symbols: Iterable[Any]) -> bool:
    symbols = list(symbols)
    if not symbols:
        return True
    try:
        return bool(sympy.Poly(form, *symbols).total_degree() <= 1)
    except sympy.PolynomialError:
        return False


def _row(form: Any, place: Mapping[Any, int]) -> tuple[Any, float]:
    row = np.zeros(len(place))
    constant = form
    for x in form.free_symbols:
        coefficient = form.coeff(x)
        row[place[x]] = float(coefficient)
        constant = constant - coefficient * x
    return row, float(sympy.expand(constant))
