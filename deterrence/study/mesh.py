"""The points of a grid: all of them in chunks, and a coarse mesh to learn on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.study.points_as_arrays import Stratum

__all__ = ["Chunk", "Mesh", "Places", "chunks"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
MESH = 1200  # points at most
CHUNK = 8192  # points evaluated together; their intermediate results fit a processor's cache


@dataclass(frozen=True, eq=False)
class Mesh:
    """A grid and some of its points.

    Attributes
    ----------
    axes : list of ndarray
        All values along each axis.
    picked : list of ndarray of int
        Places along each axis that belong to the mesh; first and last always do.
    """

    axes: list[Floats]
    picked: list[Places]

    @classmethod
    def of(cls, axes: Sequence[Floats]) -> Mesh:
        """A mesh as fine as 1,200 points allow, evenly over the axes."""
        sizes = [len(a) for a in axes]
        most = 2
        while most < max(sizes) and np.prod([min(most + 1, n) for n in sizes]) <= MESH:
            most += 1
        picked = [np.unique(np.linspace(0, n - 1, min(most, n)).round().astype(int)) for n in sizes]
        return cls([np.asarray(a, dtype=float) for a in axes], picked)

    @property
    def points(self) -> Floats:
        """The mesh, shape (picked along each axis ..., axes)."""
        values = [a[p] for a, p in zip(self.axes, self.picked, strict=True)]
        return np.stack(np.meshgrid(*values, indexing="ij"), axis=-1)

    @property
    def shape(self) -> tuple[int, ...]:
        """Points of the grid along each axis."""
        return tuple(len(a) for a in self.axes)

    @property
    def size(self) -> int:
        """Points of the grid."""
        return int(np.prod(self.shape))

    def at(self, places: Places) -> Floats:
        """Coordinates of points of the grid, given in flat order; shape (points, axes)."""
        indices = np.unravel_index(places, self.shape)
        return np.stack([a[i] for a, i in zip(self.axes, indices, strict=True)], axis=1)


@dataclass(frozen=True, eq=False)
class Chunk:
    """Points of one stratum that are evaluated together.

    Attributes
    ----------
    stratum : Stratum
    places : ndarray of int
        In the flat order of the grid.
    since : int
        The first family that matters; those before have been evaluated already.
    """

    stratum: Stratum
    places: Places
    since: int = 0


def chunks(
    places: Places, strata: NDArray[np.int64], since: Mapping[Stratum, int] | None = None
) -> Iterator[Chunk]:
    """Some points, cut by stratum and size.

    Parameters
    ----------
    places : ndarray of int, shape (points,)
    strata : ndarray of int, shape (points,)
        Of these points.
    since : mapping of Stratum to int, optional
        By stratum, see `Chunk`.
    """
    for stratum in np.unique(strata).tolist():
        own = places[strata == stratum]
        for start in range(0, len(own), CHUNK):
            yield Chunk(stratum, own[start : start + CHUNK], (since or {}).get(stratum, 0))
