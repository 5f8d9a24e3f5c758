"""Halving of cells: the middle of an edge takes the place of one of its ends, then of the other."""

from __future__ import annotations

import itertools
from math import prod
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.enclosures import UNIT, Cells, Layout

__all__ = ["Edges", "chosen_edges", "halved", "widths"]

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]


class Edges(NamedTuple):
    """For each cell a player and two vertices of its simplex."""

    player: Integers
    first: Integers
    second: Integers

    def take(self, which: Any) -> Edges:
        """Some of them."""
        return Edges(*(part[which] for part in self))


def chosen_edges(layout: Layout, cells: Cells) -> Edges:
    """For each cell the edge along which the gains of its support change most."""
    active = layout.active(cells.sizes)
    best = np.full(len(cells), -1.0)
    chosen = np.zeros((3, len(cells)), dtype=np.intp)
    masked = [
        g * active[:, layout.rows(i)].reshape(g.shape[:2] + (1,) * (g.ndim - 2))
        for i, g in enumerate(cells.gains)
    ]
    for k, m in enumerate(layout.shape):
        first, second = (np.array(ends, dtype=np.intp) for ends in _pairs(m))
        score = np.zeros((len(cells), len(first)))
        for i, table in enumerate(masked):
            if i != k and table.shape[1]:
                axis = 2 + layout.others(i).index(k)
                flat = table.reshape(len(cells), prod(table.shape[1:axis]), m, -1)
                score += np.abs(flat[:, :, first] - flat[:, :, second]).sum(axis=(1, 3))
        score = np.where(second < cells.sizes[:, k, None], score, -1.0)
        if m > 1:
            at = score.argmax(axis=1)
            most = np.take_along_axis(score, at[:, None], axis=1)[:, 0]
            more = most > best
            best = np.where(more, most, best)
            chosen[:, more] = np.array([np.full(len(at), k), first[at], second[at]])[:, more]
    return Edges(*chosen)


def _pairs(m: int) -> tuple[list[int], list[int]]:
    pairs = list(itertools.combinations(range(m), 2))
    return [p for p, _ in pairs], [q for _, q in pairs]


def halved(layout: Layout, cells: Cells, edges: Edges, first: int) -> Cells:
    """Both halves of every cell: all first ones, then all second ones.

    Parameters
    ----------
    layout : Layout
    cells : Cells
    edges : Edges
    first : int
        The place in the record of the first half of the first cell.
    """
    count = len(cells)
    twice = np.tile(np.arange(count), 2)
    made = cells.take(twice)
    made.node = np.arange(first, first + 2 * count)
    made.noise = made.noise + 1.01 * UNIT * made.bound  # a mean is rounded once
    both = edges.take(twice)
    replaced = np.where(np.arange(2 * count) < count, both.first, both.second)
    for k in range(len(layout.shape)):
        places = np.flatnonzero(both.player == k)
        if len(places):
            _move(layout, made, k, places, both.take(places), replaced[places])
    return made


def _move(
    layout: Layout, cells: Cells, k: int, places: Integers, edges: Edges, replaced: Integers
) -> None:
    """Put the middle of an edge in the place of one of its ends."""
    chosen: Any = places
    m = layout.shape[k]
    change = np.repeat(np.eye(m)[None], len(places), axis=0)
    at = np.arange(len(places))
    change[at, replaced] = 0.0
    change[at, replaced, edges.first] = change[at, replaced, edges.second] = 0.5
    repeats = np.arange(m) >= cells.sizes[chosen, k, None]
    change = np.where(repeats[:, :, None], change[:, :1], change)
    cells.vertices[k][chosen] = np.matmul(change, cells.vertices[k][chosen])
    for i, table in enumerate(cells.gains):
        if i == k or not table.shape[1]:
            continue
        axis = layout.others(i).index(k)
        before = table.shape[1] * prod(table.shape[2 : 2 + axis])
        part = table[chosen].reshape(len(places), before, m, -1)
        table[chosen] = np.matmul(change[:, None], part).reshape(-1, *table.shape[1:])


def widths(cells: Cells) -> Floats:
    """The longest edge of each cell, in any coordinate."""
    found = np.zeros(len(cells))
    for corners in cells.vertices:
        reach = np.abs(corners[:, :, None] - corners[:, None, :]).max(axis=(1, 2, 3))
        found = np.maximum(found, reach)
    return found
