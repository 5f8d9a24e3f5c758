"""Points at which assumptions hold: an expression that takes both signs there has no sign.

A sample settles nothing but this; what it does not refute is left to a proof.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linprog

__all__ = ["Samples"]

COUNT = 64  # points
CORNERS = 24  # of what the assumptions leave, mixed into points
CLEAR = 1e-7  # relative size of a value whose sign is beyond rounding
FAR = 10.0  # how far parameters without bounds are drawn


class Samples:
    """Random points that satisfy linear assumptions.

    Parameters
    ----------
    rows : ndarray of float, shape (k, n)
    least : ndarray of float, shape (k,)
        ``rows @ x >= least`` is assumed.
    symbols : sequence of sympy.Symbol
        The columns.
    bounds : callable
        ``(low, high)`` of any symbol, None where there is none.
    """

    def __init__(
        self,
        rows: NDArray[np.float64],
        least: NDArray[np.float64],
        symbols: Sequence[Any],
        bounds: Callable[[Any], tuple[float | None, float | None]],
    ) -> None:
        self._bounds = bounds
        self._seen: dict[Any, tuple[Any, Any]] = {}
        self._rng = np.random.default_rng(0)
        self._values: dict[Any, Any] = dict(
            zip(symbols, self._joint(rows, least, symbols), strict=True)
        )

    def seen(self, *expressions: Any) -> tuple[bool, bool]:
        """Whether a sum of expressions is clearly negative at some point, and positive at some."""
        with np.errstate(all="ignore"):
            rows = [self._value(e) for e in expressions]
        found = functools.reduce(operator.add, (value for value, _ in rows))
        size = functools.reduce(operator.add, (size for _, size in rows))
        clear = np.isfinite(found) & np.isfinite(size) & (np.abs(found) > CLEAR * size)
        return bool((clear & (found < 0)).any()), bool((clear & (found > 0)).any())

    def refuted(self, expression: Any, given: Sequence[Any]) -> bool:
        """Whether the expression is clearly negative at a point where others clearly are not."""
        with np.errstate(all="ignore"):
            found, size = self._value(expression)
            clear = np.isfinite(found) & (found < -CLEAR * size)
            for other in given:
                if not clear.any():
                    return False
                found, size = self._value(other)
                clear &= np.isfinite(found) & (found > CLEAR * size)
        return bool(clear.any())

    def _joint(
        self, rows: NDArray[np.float64], least: NDArray[np.float64], symbols: Sequence[Any]
    ) -> NDArray[np.float64]:
        """Mixtures of random corners, one row of values for each symbol."""
        if not symbols:
            return np.zeros((0, COUNT))
        limits = [_box(self._bounds(x)) for x in symbols]
        corners = []
        for _ in range(CORNERS):
            aim = self._rng.normal(size=len(symbols))
            solved = linprog(aim, A_ub=-rows, b_ub=-least, bounds=limits, method="highs")
            if solved.status == 0:
                corners.append(solved.x)
        if not corners:  # satisfied far away only: no point, nothing refuted
            return np.full((len(symbols), COUNT), np.nan)
        weights = self._rng.dirichlet(np.full(len(corners), 0.3), size=COUNT)
        found: NDArray[np.float64] = (weights @ np.array(corners)).T
        return found

    def _of(self, symbol: Any) -> NDArray[np.float64]:
        if symbol not in self._values:
            low, high = self._bounds(symbol)
            if low is None or high is None:  # of all sizes, so that any of them may outweigh others
                found = self._rng.choice((-1.0, 1.0), COUNT) * 10 ** self._rng.uniform(-2, 3, COUNT)
            else:
                found = self._rng.uniform(low, high, size=COUNT)
            self._values[symbol] = found
        known: NDArray[np.float64] = self._values[symbol]
        return known

    def _value(self, e: Any) -> tuple[Any, Any]:
        """Values of an expression, and of its terms without their signs."""
        if e not in self._seen:
            self._seen[e] = self._computed(e)
        return self._seen[e]

    def _computed(self, e: Any) -> tuple[Any, Any]:
        if e.is_Symbol:
            found = self._of(e)
            return found, np.abs(found)
        if e.is_number:
            number = float(e)
            return np.full(COUNT, number), np.full(COUNT, abs(number))
        if e.is_Add or e.is_Mul:
            rows = [self._value(part) for part in e.args]
            join = operator.add if e.is_Add else operator.mul
            return (
                functools.reduce(join, (value for value, _ in rows)),
                functools.reduce(join, (size for _, size in rows)),
            )
        if e.is_Pow and e.exp.is_number:
            value, size = self._value(e.base)
            power = float(e.exp)
            return value**power, (size if power > 0 else np.abs(value)) ** power
        return np.full(COUNT, np.nan), np.full(COUNT, np.nan)


def _box(bounds: tuple[float | None, float | None]) -> tuple[float, float]:
    low, high = bounds
    low = -FAR if low is None else low
    return low, (max(FAR, low + FAR) if high is None else high)
