"""Formulas evaluated exactly: a table of distinct sympy expressions, compiled once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError
from deterrence.games.numbers import exact

__all__ = ["FormulaTable", "evaluated", "has_infinity", "rational_printer"]


_RATIONAL = "_deterrence_rational"  # a name that no parameter has


def _printer() -> Any:
    """A printer that keeps rationals: sympy's own prints 1/2, which Python reads as 0.5."""
    from sympy.printing.pycode import PythonCodePrinter

    def float_text(expr: Any) -> str:
        number = exact(expr)
        return f"{_RATIONAL}({number.numerator}, {number.denominator})"

    printer: Any = PythonCodePrinter(
        {"fully_qualified_modules": False, "allow_unknown_functions": False}
    )
    # sympy finds a printer's methods by its own class names
    printer._print_Rational = lambda expr: f"{_RATIONAL}({expr.p}, {expr.q})"
    printer._print_Half = printer._print_Rational
    printer._print_Float = float_text
    return printer


def rational_printer() -> tuple[Any, str]:
    """A printer for exact Python code, and the name that it gives to the type of rationals."""
    return _printer(), _RATIONAL


def has_infinity(formula: Any) -> bool:
    """Whether infinity or an undefined number stands in a formula."""
    import sympy

    return bool(formula.has(sympy.oo, -sympy.oo, sympy.zoo, sympy.nan))


def _with_rationals(formula: Any) -> Any:
    """The formula with its floats as the decimals that they print as."""
    import sympy

    floats = formula.atoms(sympy.Float)
    if not floats:
        return formula
    numbers = {f: exact(f) for f in floats}
    return formula.xreplace(
        {f: sympy.Rational(n.numerator, n.denominator) for f, n in numbers.items()}
    )


def evaluated(formula: Any) -> Any:
    """The same formula with every sum and product in the form that sympy itself would give it.

    Sympy takes common parts out of formulas as if they were in that form, and computes others
    wrongly. Whatever else was left unevaluated stays so.
    """
    loose = [
        node
        for node in _nodes(formula)
        if (node.is_Add or node.is_Mul) and node.func(*node.args) != node
    ]
    if not loose:
        return formula
    return formula.replace(
        lambda node: node.is_Add or node.is_Mul, lambda node: node.func(*node.args)
    )


def _nodes(formula: Any) -> Iterator[Any]:
    """Every part of a formula once."""
    seen: set[int] = set()
    stack = [formula]
    while stack:
        node = stack.pop()
        if id(node) not in seen:
            seen.add(id(node))
            yield node
            stack.extend(node.args)


def _printable(formula: Any) -> bool:
    from sympy.printing.codeprinter import PrintMethodNotImplementedError

    try:
        _printer().doprint(formula)
    except PrintMethodNotImplementedError:
        return False
    return True


class FormulaTable:
    """Distinct formulas and numbers, each once, referred to by their place.

    Attributes
    ----------
    entries : list
        Fractions and sympy expressions.
    names : tuple of str
        The free symbols, sorted.
    """

    def __init__(self, entries: Sequence[Any]) -> None:
        self.entries: list[Any] = [
            e if isinstance(e, Fraction) else _with_rationals(e) for e in entries
        ]
        symbols = set()
        for entry in self.entries:
            if not isinstance(entry, Fraction):
                symbols |= entry.free_symbols
        self._symbols = sorted(symbols, key=lambda symbol: symbol.name)
        self.names = tuple(symbol.name for symbol in self._symbols)
        if len(set(self.names)) != len(self.names):
            twice = sorted({n for n in self.names if self.names.count(n) > 1})
            raise InputError(
                f"two different symbols share the name {twice[0]!r} (their assumptions differ). "
                "Use one sympy.Symbol object for each parameter."
            )

    @property
    def numeric(self) -> bool:
        """Whether every entry is a rational number."""
        return all(isinstance(entry, Fraction) for entry in self.entries)

    @functools.cached_property
    def _compiled(self) -> list[tuple[list[int], Callable[..., Any]]]:
        """Groups of formulas; those with cases stand apart, so that no case is computed unasked."""
        import sympy

        smooth = [k for k, e in enumerate(self.entries) if not isinstance(e, Fraction)]
        cased = [k for k in smooth if self.entries[k].has(sympy.Piecewise)]
        smooth = [k for k in smooth if k not in set(cased)]
        groups = []
        for places, cse in ((smooth, True), (cased, False)):
            if places:
                groups.append((places, self._function(places, cse)))
        return groups

    def _function(self, places: list[int], cse: bool) -> Callable[..., Any]:
        import sympy
        from sympy.printing.codeprinter import PrintMethodNotImplementedError

        try:
            function: Callable[..., Any] = sympy.lambdify(
                self._symbols,
                [evaluated(self.entries[k]) if cse else self.entries[k] for k in places],
                modules=[{_RATIONAL: Fraction, "Min": min, "Max": max}, "math"],
                printer=_printer(),
                cse=cse,
            )
        except PrintMethodNotImplementedError as error:
            formulas = [self.entries[k] for k in places]
            bad = next((f for f in formulas if not _printable(f)), formulas[0])
            raise InputError(
                f"the formula {bad} cannot be computed with exact numbers. Use powers, exp, log, "
                "Min, Max and Piecewise."
            ) from error
        return function

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in self.__dict__.items() if k != "_compiled"}

    def evaluate(self, values: Mapping[str, Fraction]) -> tuple[list[Fraction], bool]:
        """Every entry at a point, and whether all of them are exact.

        Irrational functions give floats; those are taken as the decimals they print as.
        """
        result: list[Any] = list(self.entries)
        is_exact = True
        arguments = [values[name] for name in self.names]
        for places, function in self._compiled:
            try:
                outputs = function(*arguments)
            except (ZeroDivisionError, ValueError, OverflowError, TypeError, NameError) as error:
                self._blame(values, error)
            for place, output in zip(places, outputs, strict=True):
                is_exact = is_exact and not isinstance(output, (float, complex))
                result[place] = self._number(output, place)
        return result, is_exact

    def _number(self, output: Any, place: int) -> Fraction:
        if isinstance(output, Fraction):
            return output
        if isinstance(output, int) and not isinstance(output, bool):
            return Fraction(output)
        if isinstance(output, complex):
            raise InputError(f"the formula {self.entries[place]} is complex at this point.")
        return exact(output, str(self.entries[place]))  # printing a formula is slow

    def _blame(self, values: Mapping[str, Fraction], error: Exception) -> None:
        """Find the formula that cannot be computed, and say so."""
        import sympy

        for entry in self.entries:
            if not isinstance(entry, Fraction):
                point = {s: sympy.Rational(values[s.name]) for s in entry.free_symbols}
                number = entry.xreplace(point)
                if not getattr(number, "is_finite", True) or not getattr(number, "is_real", True):
                    at = ", ".join(f"{s} = {values[s.name]}" for s in entry.free_symbols)
                    raise InputError(f"the formula {entry} has no finite value at {at}.")
        raise InputError("a formula of the game has no finite value here.") from error

    def substitute(self, values: Mapping[str, Fraction]) -> FormulaTable:
        """The table with numbers in place of some symbols."""
        import sympy

        point = {
            symbol: sympy.Rational(values[symbol.name].numerator, values[symbol.name].denominator)
            for symbol in self._symbols
            if symbol.name in values
        }
        entries = []
        for entry in self.entries:
            if not isinstance(entry, Fraction):
                changed = entry.xreplace(point)
                if has_infinity(changed):
                    raise InputError(f"the formula {entry} has no finite value here.")
                entry = exact(changed) if changed.is_Rational else changed
            entries.append(entry)
        return FormulaTable(entries)
