"""Krawczyk's test on many cells at once: boxes that hold exactly one solution."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.enclosures import Cells, Layout, around, deviation, reach, slope, spread

__all__ = ["Boxes", "find_roots", "inverse", "preconditioned"]

STEPS = 6  # of Newton's iteration
ROOM = 1.05  # a box reaches a little beyond its cell
CONTRACTION = 0.9
INFLATE = 1 + 1e-9  # covers the rounding of sums of absolute values
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


def inverse(jacobian: Floats) -> Floats:
    """Inverses; matrices that have none are moved a little, since nothing relies on them."""
    try:
        found = np.linalg.inv(jacobian)
    except np.linalg.LinAlgError:
        n = jacobian.shape[-1]
        moved = jacobian + 1e-11 * np.random.default_rng(0).standard_normal((n, n))
        try:
            found = np.linalg.inv(moved)
        except np.linalg.LinAlgError:
            found = np.linalg.pinv(moved)
    return np.where(np.isfinite(found), found, 0.0)


def preconditioned(
    layout: Layout, tables: list[Floats], weights: Floats
) -> list[Floats]:
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
    weights = spread(layout, point)
    tables = [around(layout, g, i, weights, active) for i, g in enumerate(cells.gains)]
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
        step = np.matmul(inverse(jacobian), (values * active)[:, :, None])[:, :, 0]
        point = np.clip(point - step * active, -4.0, 5.0)
        if not np.any(np.abs(step * active) > 1e-14):
            break
    tables, values, jacobian = expanded_at(layout, cells, point, active)
    full = inverse(jacobian)
    pairs = active[:, :, None] & active[:, None, :]
    y = np.where(pairs, full, 0.0)
    sums = preconditioned(layout, tables, y)
    slack = np.matmul(np.abs(y), cells.error(layout)[:, :, None])[:, :, 0]
    still = np.abs(np.matmul(y, values[:, :, None])[:, :, 0])  # the centre is not quite a solution
    linear = np.abs(np.matmul(y, np.where(pairs, jacobian, 0.0)) - np.eye(layout.size) * pairs)
    radius = np.where(active, np.maximum(np.abs(point), np.abs(1 - point)) * ROOM, 0.0)
    radius[~active] = 0.0
    tiny = 2 * (still + 2 * slack) + 1e-300
    wide = _shrinks(layout, sums, linear, slack, still, radius, active, CONTRACTION)
    small = _shrinks(layout, sums, linear, slack, still, tiny * active, active, 1.0)
    good = wide & small & (tiny < radius + ~active).all(axis=1)
    place = np.flatnonzero(good)
    gain, gain_error = _outside(layout, cells, tables, values, tiny * active, place)
    return Boxes(
        place, point[place], radius[place], (tiny * active)[place], y[place], gain, gain_error
    )


def _shrinks(
    layout: Layout,
    sums: list[Floats],
    linear: Floats,
    slack: Floats,
    still: Floats,
    radius: Floats,
    active: NDArray[np.bool_],
    factor: float,
) -> NDArray[np.bool_]:
    """Whether Krawczyk's operator maps the box around the point into its inside."""
    change = deviation(layout, sums, radius)
    change = change + linear
    growth = _growth(layout, radius)
    wanted = np.matmul(change, radius[:, :, None])[:, :, 0] * INFLATE
    moved = wanted + still * INFLATE + slack * growth
    return np.asarray(((moved < factor * radius) | ~active).all(axis=1))


def _growth(layout: Layout, radius: Floats) -> Floats:
    """How much rounding errors of gains weigh at the farthest corner of a box, slopes included."""
    factor = np.full(len(radius), 2.0)
    for k in range(len(layout.shape)):
        factor = factor * (1 + 2 * radius[:, layout.rows(k)].sum(axis=1))
    return factor[:, None]


def _outside(
    layout: Layout,
    cells: Cells,
    tables: list[Floats],
    values: Floats,
    tiny: Floats,
    place: NDArray[np.intp],
) -> tuple[Floats, Floats]:
    """Gains of all actions in the tiny boxes, and how far they may be off."""
    errors = np.zeros((len(place), layout.size))
    chosen: Any = place
    for i, table in enumerate(tables):
        errors[:, layout.rows(i)] = reach(layout, table[chosen], i, tiny[chosen])
    growth = _growth(layout, tiny[chosen])
    return values[chosen], errors * INFLATE + cells.error(layout)[chosen] * growth
