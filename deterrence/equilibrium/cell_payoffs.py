"""Gains on cells from exact payoffs: at whole support profiles, and again when cells are small."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.enclosures import UNIT, Cells, Layout

__all__ = ["DEPTH", "CellPayoffs", "WholeProfiles", "whole_profiles"]

DEPTH = 52  # binary digits of a vertex; all are whole multiples of 2**-DEPTH
WHOLE = 2**51  # payoffs below it have differences that floats hold exactly
Floats = NDArray[np.float64]


class WholeProfiles(NamedTuple):
    """All support profiles of a shape.

    Attributes
    ----------
    supports : tuple
        By number: the actions played, by player.
    order : list of ndarray of int, shape (profiles, actions)
        By player: actions in the order of a cell, those of the support first.
    sizes : ndarray of int, shape (profiles, players)
        Of the supports.
    vertices : list of ndarray, shape (profiles, vertices, actions)
        By player.
    """

    supports: tuple[tuple[tuple[int, ...], ...], ...]
    order: list[NDArray[np.intp]]
    sizes: NDArray[np.intp]
    vertices: list[Floats]


@functools.lru_cache(maxsize=8)
def whole_profiles(shape: tuple[int, ...]) -> WholeProfiles:
    """All support profiles of games with these numbers of actions; not to be written to."""
    subsets = [
        [s for r in range(1, m + 1) for s in itertools.combinations(range(m), r)] for m in shape
    ]
    places = np.array(list(np.ndindex(*map(len, subsets))), dtype=np.intp).reshape(-1, len(shape))
    order, vertices = [], []
    sizes = np.zeros(places.shape, dtype=np.intp)
    for k, (m, own) in enumerate(zip(shape, subsets, strict=True)):
        rows = np.array([[*s, *(a for a in range(m) if a not in s)] for s in own], dtype=np.intp)
        lengths = np.array([len(s) for s in own], dtype=np.intp)
        corners = np.eye(m)[_used(rows, lengths)]
        chosen: Any = places[:, k]
        order.append(rows[chosen])
        vertices.append(corners[chosen])
        sizes[:, k] = lengths[chosen]
    return WholeProfiles(tuple(itertools.product(*subsets)), order, sizes, vertices)


class CellPayoffs:
    """The payoffs behind all cells of a game.

    Parameters
    ----------
    payoffs : sequence of ndarray
        By player, whole numbers, with an axis for each player.

    Attributes
    ----------
    shape : tuple of int
    layout : Layout
    whole : bool
        Whether the gains at whole support profiles are exact. They are shares of `scales`.
    scales : list of int
        By player, a power of two that no difference of payoffs exceeds.
    """

    def __init__(self, payoffs: Sequence[NDArray[Any]]) -> None:
        self.shape = payoffs[0].shape
        self.layout = Layout.of(self.shape)
        self.exact = [_integers(u) for u in payoffs]
        self.scales = [_scale(u) for u in self.exact]
        self.whole = all(scale <= WHOLE for scale in self.scales)
        self._machine = [_machine(u) for u in self.exact] if self.whole else self.exact

    def start(self, numbers: NDArray[np.intp]) -> Cells:
        """Some whole support profiles as cells, numbered alike in the record."""
        chosen: Any = numbers
        whole = whole_profiles(self.shape)
        order = [rows[chosen] for rows in whole.order]
        sizes, vertices = whole.sizes[chosen], [v[chosen] for v in whole.vertices]
        gains = [self._gains(i, order, sizes) for i in range(len(self.shape))]
        bound = np.stack([_reach(g) for g in gains], axis=1)
        noise = bound * 0 if self.whole else bound * UNIT
        return Cells(numbers, numbers.copy(), sizes, vertices, gains, bound, noise)

    def _gains(self, i: int, order: Sequence[NDArray[np.intp]], sizes: NDArray[np.intp]) -> Floats:
        """Player `i`'s gains over its first action at vertices of the others' simplices."""
        cells, players = len(order[0]), len(self.shape)
        index: list[Any] = []
        for axis, k in enumerate(self.layout.others(i)):
            form = [cells, 1] + [1] * (players - 1)
            form[2 + axis] = self.shape[k]
            index.append(_used(order[k], sizes[:, k]).reshape(form))
        own = order[i].reshape([cells, self.shape[i]] + [1] * (players - 1))
        found = np.moveaxis(self._machine[i], i, 0)[(own, *index)]
        return _floats(found[:, 1:] - found[:, :1], self.scales[i])

    def refresh(self, cells: Cells, supports: Sequence[tuple[tuple[int, ...], ...]]) -> None:
        """Compute gains exactly again, so that small ones are precise."""
        scaled = [_integers(np.ldexp(v, DEPTH)) for v in cells.vertices]
        for i, table in enumerate(cells.gains):
            if not table.shape[1]:
                continue
            denominator = self.scales[i] << (DEPTH * (len(self.shape) - 1))
            for c in range(len(cells)):
                value = np.moveaxis(self.exact[i], i, 0)
                played = supports[cells.support[c]][i]
                order = [*played, *(a for a in range(self.shape[i]) if a not in played)]
                value = value[order[1:]] - value[order[:1]]
                for k in self.layout.others(i):
                    value = np.tensordot(value, scaled[k][c], axes=([1], [1]))
                table[c] = _floats(value, denominator)
            cells.bound[:, i] = _reach(table)
            cells.noise[:, i] = cells.bound[:, i] * UNIT


def _used(order: NDArray[np.intp], sizes: NDArray[np.intp]) -> NDArray[np.intp]:
    """Actions at the vertices: those of the support, then its first one again."""
    return np.where(np.arange(order.shape[1]) < sizes[:, None], order, order[:, :1])


def _reach(gains: Floats) -> Floats:
    found: Floats = np.abs(gains).reshape(len(gains), -1).max(axis=1, initial=0.0)
    return found


def _integers(numbers: NDArray[Any]) -> NDArray[Any]:
    found = np.empty(numbers.shape, dtype=object)
    found.reshape(-1)[:] = [int(x) for x in numbers.flat]
    return found


def _scale(payoffs: NDArray[Any]) -> int:
    return int(1 << int(payoffs.max() - payoffs.min()).bit_length())


def _machine(payoffs: NDArray[Any]) -> NDArray[np.int64]:
    """Payoffs less the least one, as the machine's whole numbers."""
    return np.array(payoffs - payoffs.min(), dtype=np.int64)


def _floats(numbers: NDArray[Any], denominator: int) -> Floats:
    """Quotients, each rounded once."""
    if numbers.dtype != object:
        found: Floats = numbers / float(denominator)
        return found
    flat = [int(x) / denominator for x in numbers.flat]
    return np.array(flat, dtype=np.float64).reshape(numbers.shape)
