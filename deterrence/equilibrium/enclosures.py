"""Rounded arrays with proven error bounds: multilinear gains over products of simplices.

A *cell* is a product of simplices, one in the mixtures of each player. A player's gain from one
action over another is linear in every other player's mixture, so over a cell it is a weighted
mean of its values at combinations of vertices. Arrays here hold these values for many cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "UNIT",
    "Cells",
    "Layout",
    "around",
    "deviation",
    "growth",
    "reach",
    "slope",
    "spread",
]

UNIT = 2.0**-53  # of rounding
Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


@dataclass(frozen=True)
class Layout:
    """Where players' unknowns and equations lie in one vector.

    Attributes
    ----------
    shape : tuple of int
        Numbers of actions.
    offsets : tuple of int
        The place of each player's first unknown; unknown ``j - 1`` of a player is the weight of
        vertex ``j``, equation ``a - 1`` its gain from action ``a`` over action 0, both in the
        order of a cell: actions of the support first.
    size : int
    """

    shape: tuple[int, ...]
    offsets: tuple[int, ...]
    size: int

    @classmethod
    def of(cls, shape: Sequence[int]) -> Layout:
        """The layout for numbers of actions."""
        ends = np.concatenate([[0], np.cumsum([m - 1 for m in shape])])
        return cls(tuple(shape), tuple(int(x) for x in ends[:-1]), int(ends[-1]))

    def rows(self, player: int) -> slice:
        """The places of a player."""
        start = self.offsets[player]
        return slice(start, start + self.shape[player] - 1)

    def others(self, player: int) -> list[int]:
        """The other players, in the order of the axes of this player's gains."""
        return [k for k in range(len(self.shape)) if k != player]

    def active(self, sizes: Integers) -> NDArray[np.bool_]:
        """Which unknowns and equations a cell has, from the sizes of its supports."""
        parts = [np.arange(1, m) < sizes[:, k, None] for k, m in enumerate(self.shape)]
        return np.concatenate(parts, axis=1)


@dataclass
class Cells:
    """Many cells at once.

    Attributes
    ----------
    support : ndarray of int, shape (cells,)
        Place of the support profile.
    node : ndarray of int, shape (cells,)
        Place in the record.
    sizes : ndarray of int, shape (cells, players)
        Vertices of each simplex; further vertices repeat the first one.
    vertices : list of ndarray, shape (cells, vertices, actions)
        By player; exact.
    gains : list of ndarray, shape (cells, actions - 1, vertices of every other player)
        By player: its gain from an action over the first action of its support.
    bound, noise : ndarray, shape (cells, players)
        Bounds on absolute gains and on their rounding errors.
    """

    support: Integers
    node: Integers
    sizes: Integers
    vertices: list[Floats]
    gains: list[Floats]
    bound: Floats
    noise: Floats

    def __len__(self) -> int:
        return len(self.support)

    def take(self, which: Any) -> Cells:
        """Some of the cells."""
        return Cells(
            self.support[which],
            self.node[which],
            self.sizes[which],
            [v[which] for v in self.vertices],
            [g[which] for g in self.gains],
            self.bound[which],
            self.noise[which],
        )

    def error(self, layout: Layout) -> Floats:
        """Bound on the error of each gain in a weighted sum of gains, by equation.

        It covers the roundings of some sums over all equations and vertices, one after the other;
        where the weights of vertices are not probabilities it grows by `growth`.
        """
        terms = 4 * (layout.size + len(layout.shape)) + 8
        each = 1.01 * (self.noise + terms * UNIT * self.bound)
        return np.repeat(each, [m - 1 for m in layout.shape], axis=1)


def spread(layout: Layout, weights: Floats) -> list[Floats]:
    """By player, all vertices' weights from those of all vertices but the first."""
    found = []
    for k in range(len(layout.shape)):
        rest = weights[:, layout.rows(k)]
        found.append(np.concatenate([1 - rest.sum(axis=1, keepdims=True), rest], axis=1))
    return found


def around(
    layout: Layout, gains: Sequence[Floats], weights: list[Floats], active: NDArray[np.bool_]
) -> list[Floats]:
    """Gains as polynomials in the distance from a point.

    Parameters
    ----------
    layout : Layout
    gains : sequence of ndarray, shape (cells, rows, vertices of every other player)
        By player.
    weights : list of ndarray, shape (cells, vertices)
        The point.
    active : ndarray of bool, shape (cells, unknowns)

    Returns
    -------
    list of ndarray
        The same shapes; along each axis, place 0 holds the value at the point and place ``j`` the
        slope in the weight of vertex ``j``.
    """
    changes = [_change(layout, k, weights[k], active) for k in range(len(layout.shape))]
    return [
        _changed(layout, table, player, changes) if table.shape[1] else table
        for player, table in enumerate(gains)
    ]


def _change(layout: Layout, k: int, weights: Floats, active: NDArray[np.bool_]) -> Floats:
    """From values at a player's vertices to the value at a point and slopes, as matrices."""
    m = layout.shape[k]
    change = np.zeros((len(weights), m, m))
    change[:, 0, :] = weights
    on = active[:, layout.rows(k)]
    places = np.arange(1, m)
    change[:, places, places] = on
    change[:, 1:, 0] = -1.0 * on
    return change


def _changed(layout: Layout, table: Floats, player: int, changes: list[Floats]) -> Floats:
    found, shape = table, table.shape
    for axis, k in enumerate(layout.others(player)):
        m = layout.shape[k]
        if m > 1:
            before, after = prod(shape[1 : 2 + axis]), prod(shape[3 + axis :])
            flat = found.reshape(shape[0], before, m, after)
            found = np.matmul(changes[k][:, None], flat)
    return found.reshape(shape)


def slope(layout: Layout, expanded: Sequence[Floats]) -> tuple[Floats, Floats]:
    """Values and Jacobian of all equations at the point that `around` expanded at.

    Returns
    -------
    values : ndarray, shape (cells, equations)
    jacobian : ndarray, shape (cells, equations, unknowns)
    """
    cells = len(expanded[0])
    values = np.zeros((cells, layout.size))
    jacobian = np.zeros((cells, layout.size, layout.size))
    for i, table in enumerate(expanded):
        rows = layout.rows(i)
        others = layout.others(i)
        origin: list[Any] = [slice(None), slice(None), *[0] * len(others)]
        values[:, rows] = table[tuple(origin)]
        for axis, k in enumerate(others):
            place = list(origin)
            place[2 + axis] = slice(1, None)
            jacobian[:, rows, layout.rows(k)] = table[tuple(place)]
    return values, jacobian


def reach(layout: Layout, table: Floats, player: int, radius: Floats) -> Floats:
    """How far one player's gains may be from those at the point, within a radius of it.

    Parameters
    ----------
    layout : Layout
    table : ndarray
        From `around`.
    player : int
    radius : ndarray, shape (cells, unknowns)

    Returns
    -------
    ndarray, shape (cells, rows)
    """
    size = np.abs(table)
    factors = _factors(layout, radius)
    return _contracted(size, layout.others(player), factors, None) - _first(size, None)


def deviation(layout: Layout, expanded: Sequence[Floats], radius: Floats) -> Floats:
    """How far slopes may be from those at the point, within a radius of it.

    Parameters
    ----------
    layout : Layout
    expanded : sequence of ndarray
        From `around`, by player; all with the same number of rows.
    radius : ndarray, shape (cells, unknowns)

    Returns
    -------
    ndarray, shape (cells, rows, unknowns)
    """
    cells, rows = expanded[0].shape[:2]
    change = np.zeros((cells, rows, layout.size))
    factors = _factors(layout, radius)
    for i, table in enumerate(expanded):
        others = layout.others(i)
        size = np.abs(table)
        for axis, k in enumerate(others):
            if layout.shape[k] > 1:
                part = _contracted(size, others, factors, axis) - _first(size, axis)
                change[:, :, layout.rows(k)] += part[:, :, 1:]
    return change


def growth(layout: Layout, point: Floats, radius: Floats) -> Floats:
    """How much errors of gains at the vertices weigh in a box around a point, slopes included.

    A value is a weighted sum with barycentric weights, whose absolute values sum to at most
    ``1 + 2 * sum(abs(w))`` for each player; what slopes may be off, times how far they reach, has
    the same bound for each player.
    """
    factor = np.full(len(point), 1.0 + len(layout.shape))
    size = np.abs(point) + radius
    for k in range(len(layout.shape)):
        factor = factor * (1 + 2 * size[:, layout.rows(k)].sum(axis=1))
    return factor[:, None]


def _factors(layout: Layout, radius: Floats) -> list[Floats]:
    one = np.ones((len(radius), 1))
    return [
        np.concatenate([one, radius[:, layout.rows(k)]], axis=1) for k in range(len(layout.shape))
    ]


def _contracted(
    table: Floats, others: Sequence[int], factors: Sequence[Floats], kept: int | None
) -> Floats:
    """Sum over every axis but one with the factors."""
    cells, rows = table.shape[:2]
    for axis in range(len(others) - 1, -1, -1):
        if axis == kept:
            continue
        m = table.shape[2 + axis]
        before = table.shape[2 : 2 + axis]
        after = table.shape[3 + axis :]
        flat = table.reshape(cells, rows * prod(before), m, prod(after))
        summed = np.matmul(factors[others[axis]][:, None, None, :], flat)
        table = summed.reshape(cells, rows, *before, *after)
    return table


def _first(table: Floats, kept: int | None) -> Floats:
    """The entries of place 0 on every axis but one."""
    place: list[Any] = [slice(None), slice(None), *[0] * (table.ndim - 2)]
    if kept is not None:
        place[2 + kept] = slice(None)
    found: Floats = table[tuple(place)]
    return found
