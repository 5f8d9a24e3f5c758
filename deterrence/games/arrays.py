"""Formulas evaluated over numpy arrays of parameters, many points at once."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from deterrence.games.formulas import evaluated

__all__ = ["array_function"]


def array_function(symbols: Sequence[Any], expressions: Sequence[Any]) -> Callable[..., Any]:
    """A function of one array for each symbol that gives one array for each expression.

    Least and most are taken pairwise, so that numbers and arrays may stand beside each other.
    """
    import sympy
    from sympy.printing.numpy import NumPyPrinter

    class ArrayPrinter(NumPyPrinter):  # type: ignore[misc]
        def _print_Min(self, expr: Any) -> str:
            return f"_least({', '.join(map(self._print, expr.args))})"

        def _print_Max(self, expr: Any) -> str:
            return f"_most({', '.join(map(self._print, expr.args))})"

    functions = {"_least": _pairwise(np.minimum), "_most": _pairwise(np.maximum)}
    printer = ArrayPrinter({"fully_qualified_modules": False, "allow_unknown_functions": True})
    function: Callable[..., Any] = sympy.lambdify(
        list(symbols),
        [evaluated(one) if isinstance(one, sympy.Basic) else one for one in expressions],
        modules=[functions, "numpy"],
        printer=printer,
        cse=True,
    )
    return function


def _pairwise(function: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return lambda *values: functools.reduce(function, values)
