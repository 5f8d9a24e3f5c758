"""The conditions of a region, compiled for arrays of points."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from deterrence.equilibrium.incentives import Incentives
from deterrence.equilibrium.region_record import Branch, Freedom
from deterrence.games.arrays import array_function

__all__ = ["BranchTest", "Domain", "poles"]

EDGE = 1e-12  # by how much a condition may fail in floats
FLAT = 1e-13  # a determinant of rows of length one that counts as zero
CHUNK = 20_000  # points whose corners are looked at together
Array = NDArray[np.float64]
Bools = NDArray[np.bool_]


class BranchTest:
    """Which of many points satisfy all conditions of a branch.

    Parameters
    ----------
    incentives : Incentives
    branch : Branch
        In formula symbols and unknowns.
    """

    def __init__(self, incentives: Incentives, branch: Branch) -> None:
        self.exactly = [c.kind == "surface" for c in branch.constraints]
        unknowns = [r.unknown for r in branch.roots]
        flat = [c.expression for c in branch.constraints]
        self.held = _Arrays(incentives, flat, unknowns)
        self.freedoms = [
            _Corners(incentives, f, unknowns)
            if f.system is not None
            else _Choice(incentives, f, unknowns)
            for f in branch.freedoms
        ]
        self.polynomials = [
            _Arrays(incentives, sympy.Poly(r.polynomial, r.unknown).all_coeffs(), [])
            for r in branch.roots
        ]

    def hold(self, values: Mapping[str, Any], shape: tuple[int, ...]) -> Bools:
        """At which points every condition holds."""
        if not self.polynomials:
            return self._hold(values, shape)
        found = np.zeros(shape, dtype=bool)
        coefficients = np.stack(self.polynomials[0](values, shape), axis=-1)
        for root in _real_roots(coefficients):
            found |= (root >= 0) & (root <= 1) & self._hold(values, shape, root)
        return found

    def _hold(self, values: Mapping[str, Any], shape: tuple[int, ...], *roots: Array) -> Bools:
        fine = np.ones(shape, dtype=bool)
        for row, exactly in zip(self.held(values, shape, *roots), self.exactly, strict=True):
            fine &= np.abs(row) <= EDGE if exactly else (row >= -EDGE) & np.isfinite(row)
        for freedom in self.freedoms:
            if fine.any():
                fine &= freedom.hold(values, shape, *roots)
        return fine


class Domain:
    """Which of many points the region is about: those that were assumed, and where a game is.

    Parameters
    ----------
    incentives : Incentives
    forms : sequence of sympy.Expr
        What was assumed not to be negative.
    """

    def __init__(self, incentives: Incentives, forms: Sequence[Any]) -> None:
        self.ranges = {
            name: (float(low), float(high))
            for name, (low, high) in incentives.game.ranges.items()
            if name in incentives.game.parameters
        }
        fragile = [f for f, e in incentives.formulas.items() if poles(e)]
        self.finite = _Arrays(incentives, fragile, [])
        self.assumed = _Arrays(incentives, forms, [])

    def hold(self, values: Mapping[str, Any], shape: tuple[int, ...]) -> Bools:
        """At which points the region says something."""
        fine = np.ones(shape, dtype=bool)
        for name, value in values.items():
            low, high = self.ranges.get(name, (-np.inf, np.inf))
            fine &= np.isfinite(value) & (value >= low - EDGE) & (value <= high + EDGE)
        for row in self.finite(values, shape):  # at a pole there is no game
            fine &= np.isfinite(row)
        for row in self.assumed(values, shape):
            fine &= row >= -EDGE
        return fine


def poles(expression: Any) -> list[Any]:
    """What must not be zero in an expression, or not below: under a fraction, in a logarithm."""
    under = [p.base for p in expression.atoms(sympy.Pow) if p.exp.is_negative is not False]
    found = [*under, *(x.args[0] for x in expression.atoms(sympy.log))]
    return [e for e in found if e.free_symbols]


class _Choice:
    """Options of which one must do."""

    def __init__(self, incentives: Incentives, freedom: Freedom, unknowns: Sequence[Any]) -> None:
        self.options = [
            _Arrays(incentives, [c.expression for c in option.constraints], unknowns)
            for option in freedom.options
        ]

    def hold(self, values: Mapping[str, Any], shape: tuple[int, ...], *roots: Array) -> Bools:
        found = np.zeros(shape, dtype=bool)
        for option in self.options:
            here = np.ones(shape, dtype=bool)
            for row in option(values, shape, *roots):
                here &= row >= -EDGE
            found |= here
        return found


class _Corners:
    """A polytope that must not be empty: some corner of it is tried for."""

    def __init__(self, incentives: Incentives, freedom: Freedom, unknowns: Sequence[Any]) -> None:
        self.rows, width = freedom.system.shape
        self.count, self.bounds = width - 1, freedom.bounds
        self.strict = freedom.strict
        self.system = _Arrays(incentives, list(freedom.system), unknowns)

    def hold(self, values: Mapping[str, Any], shape: tuple[int, ...], *roots: Array) -> Bools:
        flat = [np.ravel(entry) for entry in self.system(values, shape, *roots)]
        system = np.stack(flat, axis=-1).reshape(-1, self.rows, self.count + 1)
        parts = [
            self._exists(system[start : start + CHUNK]) for start in range(0, len(system), CHUNK)
        ]
        return np.concatenate(parts).reshape(shape) if parts else np.zeros(shape, dtype=bool)

    def _exists(self, system: Array) -> Bools:
        size = np.abs(system[:, :, :-1]).max(axis=2, keepdims=True)
        # a row without unknowns keeps its scale: it is a condition all by itself
        system = system / np.where(size > FLAT, size, 1.0)
        inside = np.zeros((len(system), self.bounds if self.strict else 1), dtype=bool)
        for chosen in itertools.combinations(range(self.rows), self.count):
            todo = ~inside.all(axis=1)
            if not todo.any():
                break
            inside[todo] |= self._corner(system[todo], chosen)
        found: Bools = np.logical_and.reduce(inside, axis=1)
        return found

    def _corner(self, system: Array, chosen: tuple[int, ...]) -> Bools:
        """Whether rows meet in a corner; with strict bounds, which of these are not binding."""
        rows = system[:, list(chosen)]
        matrix, constant = rows[:, :, :-1], rows[:, :, -1]
        flat = np.abs(np.linalg.det(matrix)) <= FLAT
        matrix = np.where(flat[:, None, None], np.eye(self.count), matrix)
        corner = -np.linalg.solve(matrix, constant[:, :, None])
        slack = (system[:, :, :-1] @ corner)[:, :, 0] + system[:, :, -1]
        slack[:, list(chosen)] = 0.0
        feasible = ~flat & (slack >= -EDGE).all(axis=1)
        found: Bools = feasible[:, None]
        if self.strict:
            found = found & (slack[:, self.rows - self.bounds :] > EDGE)
        return found


def _real_roots(coefficients: Array) -> Iterator[Array]:
    """Real roots of many polynomials, highest power first; NaN where one is not real."""
    lead = coefficients[..., :1]
    degree = coefficients.shape[-1] - 1
    companion = np.zeros((*coefficients.shape[:-1], degree, degree))
    companion[..., 0, :] = -coefficients[..., 1:] / lead
    companion[..., range(1, degree), range(degree - 1)] = 1
    bad = ~np.isfinite(companion).all(axis=(-1, -2))
    companion[bad] = 0
    values = np.linalg.eigvals(companion)
    real = np.where(np.abs(values.imag) <= 1e-9 * (1 + np.abs(values.real)), values.real, np.nan)
    real[bad] = np.nan
    yield from np.moveaxis(real, -1, 0)


class _Arrays:
    """Expressions in formula symbols, compiled for arrays of parameters."""

    def __init__(
        self, incentives: Incentives, expressions: Sequence[Any], unknowns: Sequence[Any]
    ) -> None:
        self.names = incentives.game.parameters
        table = incentives.formulas
        used = set().union(*(e.free_symbols for e in expressions)) if expressions else set()
        formulas = [f for f in table if f in used]
        own = _own(incentives)
        self.formulas = array_function(own, [table[f] for f in formulas])
        self.function = array_function([*own, *formulas, *unknowns], expressions)

    def __call__(
        self, values: Mapping[str, Any], shape: tuple[int, ...], *unknowns: Any
    ) -> list[Array]:
        given = [values[name] for name in self.names]
        inner = self.formulas(*given)
        found = self.function(*given, *inner, *unknowns)
        return [np.broadcast_to(np.asarray(row, dtype=float), shape) for row in found]


def _own(incentives: Incentives) -> list[Any]:
    """The parameters' own symbols, in order."""
    by_name = {}
    for value in incentives.game.numbers:
        for x in getattr(value, "free_symbols", ()):
            by_name[x.name] = x
    return [by_name[name] for name in incentives.game.parameters]
