"""Krawczyk's test on many cells at once: boxes that hold exactly one solution."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.enclosures import (
    Cells,
    Layout,
    around,
    deviation,
    growth,
    reach,
    slope,
    spread,
)

__all__ = ["CONTRACTION", "Boxes", "expanded_at", "find_roots", "inverse", "preconditioned"]

STEPS = 3  # of Newton's iteration; what has not come near by then is halved first
ROOM = 1.05  # a box reaches a little beyond its cell
CONTRACTION = 0.9
INFLATE = 1 + 1e-9  # covers the rounding of sums of absolute values
TINY = 1e-300
Floats = NDArray[np.float64]


@dataclass
class Boxes:
    """Boxes with exactly one solution each, in the coordinates of their cells.

    Attributes
    ----------
    place : ndarray of int, shape (boxes,)
        Which of the cells.
    centre : ndarray, shape (boxes, unknowns)
        Near the solution.
    radius : ndarray, shape (boxes, unknowns)
        Of the box; it contains the cell.
    tiny : ndarray, shape (boxes, unknowns)
        Radius of a smaller box that holds the solution.
    preconditioner : ndarray, shape (boxes, unknowns, equations)
    gain, gain_error : ndarray, shape (boxes, equations)
        Gains at the solution of actions outside the support, up to the error.
    """

    place: NDArray[np.intp]
    centre: Floats
    radius: Floats
    tiny: Floats
    preconditioner: Floats
    gain: Floats
    gain_error: Floats


def inverse(jacobian: Floats, active: NDArray[np.bool_]) -> Floats:
    """Inverses; matrices that have none are moved a little, since nothing relies on them."""
    try:
        found = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        n = jacobian.shape[-1]
        change = 1e-11 * np.random.default_rng(0).standard_normal((n, n))
        change = change * (active[:, :, None] & active[:, None, :])
        singular = np.linalg.det(jacobian) == 0
        try:
            found = np.linalg.inv(jacobian + change * singular[:, None, None])
        except np.linalg.LinAlgError:
            found = np.linalg.pinv(jacobian + change)
    return np.where(np.isfinite(found), found, 0.0)


def preconditioned(layout: Layout, tables: list[Floats], weights: Floats) -> list[Floats]:
    """By player, its part of weighted sums of gains.

    Parameters
    ----------
    layout : Layout
    tables : list of ndarray
        By player, gains by row.
    weights : ndarray, shape (cells, sums, equations)

    Returns
    -------
    list of ndarray, shape (cells, sums, vertices of every other player)
    """
    found = []
    for i, table in enumerate(tables):
        cells, rows = table.shape[:2]
        flat = table.reshape(cells, rows, prod(table.shape[2:]))
        part = np.matmul(weights[:, :, layout.rows(i)], flat)
        found.append(part.reshape(cells, weights.shape[1], *table.shape[2:]))
    return found


def expanded_at(
    layout: Layout, cells: Cells, point: Floats, active: NDArray[np.bool_]
) -> tuple[list[Floats], Floats, Floats]:
    """Gains around a point, with their values and slopes; unit rows for what is not active."""
    tables = around(layout, cells.gains, spread(layout, point), active)
    values, jacobian = slope(layout, tables)
    jacobian += np.eye(layout.size) * ~active[:, None, :]
    return tables, values, jacobian


def find_roots(layout: Layout, cells: Cells, guess: Floats) -> Boxes:
    """Cells that lie in a box with exactly one solution, by Newton's iteration and Krawczyk's test.

    Parameters
    ----------
    layout : Layout
    cells : Cells
    guess : ndarray, shape (cells, unknowns)
        Where the solution is expected.

    Returns
    -------
    Boxes
    """
    active = layout.active(cells.sizes)
    point = np.clip(guess, -4.0, 5.0) * active
    for _ in range(STEPS):
        _, values, jacobian = expanded_at(layout, cells, point, active)
        step = np.matmul(inverse(jacobian, active), (values * active)[:, :, None])[:, :, 0]
        point = np.clip(point - step * active, -4.0, 5.0)
        if not np.any(np.abs(step * active) > 1e-14):
            break
    tables, values, jacobian = expanded_at(layout, cells, point, active)
    pairs = active[:, :, None] & active[:, None, :]
    y = np.where(pairs, inverse(jacobian, active), 0.0)
    step = _Step(
        layout,
        point,
        active,
        preconditioned(layout, tables, y),
        linear=np.abs(np.matmul(y, np.where(pairs, jacobian, 0.0)) - np.eye(layout.size) * pairs),
        slack=np.matmul(np.abs(y), cells.error(layout)[:, :, None])[:, :, 0],
        still=np.abs(np.matmul(y, values[:, :, None])[:, :, 0]),
    )
    radius = np.where(active, np.maximum(np.abs(point), np.abs(1 - point)) * ROOM, 0.0)
    rounding = step.slack * growth(layout, point, np.zeros_like(point))
    tiny = np.where(active, 2 * step.still + 4 * rounding + TINY, 0.0)
    good = step.shrinks(radius, CONTRACTION) & step.shrinks(tiny, 1.0)
    good &= (tiny < radius + ~active).all(axis=1)
    place: Any = np.flatnonzero(good)
    gain, gain_error = _outside(
        layout,
        cells.take(place),
        [t[place] for t in tables],
        values[place],
        point[place],
        tiny[place],
    )
    return Boxes(place, point[place], radius[place], tiny[place], y[place], gain, gain_error)


@dataclass
class _Step:
    """What Krawczyk's operator is made of, around points that are nearly solutions."""

    layout: Layout
    point: Floats
    active: NDArray[np.bool_]
    sums: list[Floats]  # gains, times the preconditioner
    linear: Floats  # how far the preconditioned slopes are from the identity
    slack: Floats  # rounding at probabilities
    still: Floats  # how far the points are from solutions

    def shrinks(self, radius: Floats, factor: float) -> NDArray[np.bool_]:
        """Whether the operator maps the box around the point into its inside."""
        change = deviation(self.layout, self.sums, radius) + self.linear
        moved = np.matmul(change, radius[:, :, None])[:, :, 0] + self.still
        moved = moved * INFLATE + self.slack * growth(self.layout, self.point, radius)
        return np.asarray(((moved < factor * radius) | ~self.active).all(axis=1))


def _outside(
    layout: Layout,
    cells: Cells,
    tables: list[Floats],
    values: Floats,
    point: Floats,
    tiny: Floats,
) -> tuple[Floats, Floats]:
    """Gains of all actions in the tiny boxes, and how far they may be off."""
    errors = np.zeros((len(cells), layout.size))
    for i, table in enumerate(tables):
        errors[:, layout.rows(i)] = reach(layout, table, i, tiny)
    return values, errors * INFLATE + cells.error(layout) * growth(layout, point, tiny)
