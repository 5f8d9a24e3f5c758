"""Solutions found in cells: told apart, and judged as equilibria as far as floats can tell."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.enclosures import UNIT, Cells, Layout
from deterrence.equilibrium.krawczyk import Boxes
from deterrence.equilibrium.search_record import (
    EQUILIBRIUM,
    NOT_EQUILIBRIUM,
    ROOT,
    UNDECIDED,
    Leaf,
    Record,
    Root,
)

__all__ = ["SettledRoots"]

Floats = NDArray[np.float64]
Near = tuple[Floats, Floats]  # by player, one after the other: probabilities, and bounds of errors


class SettledRoots:
    """The solutions known of each support profile, and the record that lists them."""

    def __init__(self, layout: Layout, record: Record) -> None:
        self.layout, self.record = layout, record
        self._near: list[Near] = []
        self._of: dict[int, list[int]] = {}

    def settle(self, cells: Cells, boxes: Boxes) -> Cells:
        """Mark the cells that lie in boxes; those are left whose solution may be a known one."""
        kept = np.ones(len(cells), dtype=bool)
        for n, c in enumerate(boxes.place.tolist()):
            near = self._profile(cells, c, boxes, n)
            known = self._of.setdefault(int(cells.support[c]), [])
            same = [r for r in known if _overlap(near, self._near[r])]
            if not same:
                same = [self._new(cells, c, boxes, n, near)]
                known.extend(same)
            elif len(same) > 1 or not self._inside(cells, c, boxes, n, same[0]):
                continue
            node = int(cells.node[c])
            box = boxes.centre[n], boxes.radius[n], boxes.preconditioner[n]
            self.record.leaves[node] = Leaf(*box, same[0])
            self.record.fate[node] = ROOT
            kept[c] = False
        return cells if kept.all() else cells.take(kept)

    def _new(self, cells: Cells, c: int, boxes: Boxes, n: int, near: Near) -> int:
        ends = np.cumsum(self.layout.shape)[:-1]
        self.record.roots.append(
            Root(
                int(cells.node[c]),
                boxes.centre[n],
                boxes.tiny[n],
                boxes.preconditioner[n],
                self._verdict(cells, c, boxes, n, near),
                *(tuple(tuple(x.tolist()) for x in np.split(part, ends)) for part in near),
            )
        )
        self._near.append(near)
        return len(self._near) - 1

    def _profile(self, cells: Cells, c: int, boxes: Boxes, n: int) -> Near:
        """Probabilities near a solution, and how far they may be off."""
        centre, tiny = boxes.centre[n], boxes.tiny[n]
        profile, error = [], []
        for k in range(len(self.layout.shape)):
            rows, corners = self.layout.rows(k), cells.vertices[k][c]
            edges = corners[1:] - corners[:1]
            profile.append(corners[0] + centre[rows] @ edges)
            rounding = 4 * UNIT * len(corners) * (1 + np.abs(centre[rows]).sum())
            off = (tiny[rows] @ np.abs(edges)) * 1.01 + rounding
            error.append(np.where((corners != 0).any(axis=0), off, 0.0))
        return np.concatenate(profile), np.concatenate(error)

    def _inside(self, cells: Cells, c: int, boxes: Boxes, n: int, root: int) -> bool:
        """Whether a known solution surely lies in a box."""
        ends = np.cumsum(self.layout.shape)[:-1]
        profile, error = (np.split(part, ends) for part in self._near[root])
        for k in range(len(self.layout.shape)):
            size = int(cells.sizes[c, k])
            if size == 1:
                continue
            rows, corners = self.layout.rows(k), cells.vertices[k][c]
            edges = corners[1:size] - corners[0]
            centre = boxes.centre[n, rows]
            here = corners[0] + centre @ (corners[1:] - corners[0])
            back = np.linalg.pinv(edges)
            rounding = 8 * UNIT * len(corners) * (2 + np.abs(centre).sum())
            off = np.abs((profile[k] - here) @ back) + (error[k] + rounding) @ np.abs(back)
            if not (off * 1.001 < boxes.radius[n, rows][: size - 1]).all():
                return False
        return True

    def _verdict(self, cells: Cells, c: int, boxes: Boxes, n: int, near: Near) -> str:
        profile, error = near
        played = error > 0
        if (profile < -error)[played].any():
            return NOT_EQUILIBRIUM
        sizes = cells.sizes[c]
        outside = ~self.layout.active(sizes[None])[0]
        gain, off = boxes.gain[n][outside], boxes.gain_error[n][outside]
        if (gain > off).any():
            return NOT_EQUILIBRIUM
        mixed: Any = np.repeat(sizes > 1, self.layout.shape) & played
        if (profile > error)[mixed].all() and (gain < -off).all():
            return EQUILIBRIUM
        return UNDECIDED


def _overlap(one: Near, other: Near) -> bool:
    return bool((np.abs(one[0] - other[0]) <= (one[1] + other[1]) * 1.001).all())
