"""Which families may exist where on a grid, from a coarse mesh of its points."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from deterrence.study.atlas import Atlas
from deterrence.study.points_as_arrays import Stratum

__all__ = ["Chunk", "Mesh", "chunks"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
MESH = 4500  # points at most
CHUNK = 16_384  # points evaluated together; their intermediate results fit a processor's cache


@dataclass(frozen=True, eq=False)
class Mesh:
    """Some of the points of a grid.

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
        """As fine as 4,500 points allow, evenly over the axes."""
        most = max(2, int(MESH ** (1 / len(axes))))
        spare = [len(a) for a in axes]
        while np.prod([min(most + 1, n) for n in spare]) <= MESH and most < max(spare):
            most += 1
        picked = [np.unique(np.linspace(0, n - 1, min(most, n)).round().astype(int)) for n in spare]
        return cls([np.asarray(a, dtype=float) for a in axes], picked)

    @property
    def points(self) -> Floats:
        """Shape (picked along each axis ..., axes)."""
        values = [a[p] for a, p in zip(self.axes, self.picked, strict=True)]
        return np.stack(np.meshgrid(*values, indexing="ij"), axis=-1)

    @property
    def shape(self) -> tuple[int, ...]:
        """Points of the grid along each axis."""
        return tuple(len(a) for a in self.axes)

    def tile_of(self) -> list[Places]:
        """By axis, which interval of the mesh each value lies in."""
        return [
            np.clip(np.searchsorted(p, np.arange(len(a)), side="right") - 1, 0, max(len(p) - 2, 0))
            for a, p in zip(self.axes, self.picked, strict=True)
        ]


@dataclass(frozen=True, eq=False)
class Chunk:
    """Points that are evaluated together.

    Attributes
    ----------
    stratum : Stratum
    places : ndarray of int
        In the flat order of the grid.
    cells : tuple of (tuple of int or None)
        By block, the families that may exist there; None for all.
    """

    stratum: Stratum
    places: Places
    cells: tuple[tuple[int, ...] | None, ...]


def chunks(atlas: Atlas, mesh: Mesh, strata: NDArray[np.int64]) -> Iterator[Chunk]:
    """All points of the grid, with the families to try for each.

    A family is tried in a tile of the mesh if it exists at a corner of the tile or of one of its
    neighbours. Where a stratum has no point on the mesh, all families are tried.

    Parameters
    ----------
    atlas : Atlas
    mesh : Mesh
    strata : ndarray of int
        Of every point of the grid, in flat order.
    """
    tiles = _tiles(mesh)
    on_mesh = strata.reshape(mesh.shape)[np.ix_(*mesh.picked)].ravel()
    for stratum in np.unique(strata).tolist():
        places = np.flatnonzero(strata == stratum)
        groups = _groups(atlas, mesh, stratum, np.flatnonzero(on_mesh == stratum))
        if groups is None:
            yield from _cut(stratum, places, (None,) * len(atlas.sheets[stratum].blocks))
            continue
        which, cells = groups
        own = which[tiles[places]]
        for n, chosen in enumerate(cells):
            yield from _cut(stratum, places[own == n], chosen)


def _tiles(mesh: Mesh) -> Places:
    """The tile of every point, as one number."""
    counts = [max(len(p) - 1, 1) for p in mesh.picked]
    grids = np.meshgrid(*mesh.tile_of(), indexing="ij")
    return np.ravel_multi_index([g.ravel() for g in grids], counts)


def _groups(
    atlas: Atlas, mesh: Mesh, stratum: Stratum, members: Places
) -> tuple[Places, list[tuple[tuple[int, ...] | None, ...]]] | None:
    """For each tile the number of its set of families, and these sets."""
    from scipy.ndimage import maximum_filter

    if not len(members):
        return None
    points = mesh.points.reshape(-1, len(mesh.axes))
    shape = tuple(len(p) for p in mesh.picked)
    columns, owners = [], []
    for block, chart in enumerate(atlas.sheets[stratum].charts):
        if not chart.cells:
            continue
        values = atlas.numbers.values(points[members])
        valid = np.zeros((len(chart.cells), len(points)), dtype=bool)
        valid[:, members] = chart.valid(values, len(members), range(len(chart.cells)))
        for n, row in enumerate(valid):
            # a tile's corners and one more mesh point on every side
            wide = maximum_filter(row.reshape(shape), size=4, origin=-1, mode="constant")
            columns.append(wide[tuple(slice(0, max(k - 1, 1)) for k in shape)].ravel())
            owners.append((block, n))
    if not columns:
        return None
    table, which = np.unique(np.stack(columns, axis=1), axis=0, return_inverse=True)
    count = len(atlas.sheets[stratum].blocks)
    sets = [
        tuple(
            tuple(n for (b, n), there in zip(owners, row, strict=True) if b == block and there)
            for block in range(count)
        )
        for row in table
    ]
    return which.ravel(), sets


def _cut(
    stratum: Stratum, places: Places, cells: tuple[tuple[int, ...] | None, ...]
) -> Iterator[Chunk]:
    for start in range(0, len(places), CHUNK):
        yield Chunk(stratum, places[start : start + CHUNK], cells)
