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

    functions = {"_least": _pairwise(np.minimum), "_most": _pairwise(np.maximum)}
    printer: Any = NumPyPrinter({"fully_qualified_modules": False, "allow_unknown_functions": True})
    # sympy finds a printer's methods by its own class names
    printer._print_Min = lambda expr: f"_least({', '.join(map(printer._print, expr.args))})"
    printer._print_Max = lambda expr: f"_most({', '.join(map(printer._print, expr.args))})"
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
