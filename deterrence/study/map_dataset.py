"""A map by regimes as a data set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.games.tree import Game
from deterrence.study.mapping import Grid
from deterrence.study.regime_sweep import Mapped
from deterrence.study.regimes import SEPARATOR
from deterrence.study.results import outcome_labels

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["map_dataset"]

BITS = 24  # labels put into one number at once


def map_dataset(
    found: Mapped, game: Game, axes: Mapping[str, Sequence[Fraction]], attributes: dict[str, str]
) -> xr.Dataset:
    """The grid with names; see `sweep` for what it holds."""
    import xarray as xr

    grid, dims, shape = found.grid, tuple(axes), found.grid.shape
    names = outcome_labels(game)
    regime, count = _regimes(grid)
    plays = sorted(grid.exists)
    exists = np.stack([grid.exists[name] for name in plays]) if plays else np.zeros((0, grid.size))
    by_outcome = (*dims, "outcome")
    return xr.Dataset(
        {
            "least": (by_outcome, grid.least.reshape(*shape, -1)),
            "most": (by_outcome, grid.most.reshape(*shape, -1)),
            "regime": (dims, regime.reshape(shape)),
            "regimes": (dims, count.reshape(shape)),
            "plays": (dims, exists.sum(axis=0).astype(np.int16).reshape(shape)),
            "exists": (("play", *dims), exists.astype(bool).reshape(len(plays), *shape)),
        },
        coords={
            **{name: [float(value) for value in values] for name, values in axes.items()},
            "outcome": list(names),
            "kind": ("outcome", list(names.values())),
            "play": plays,
        },
        attrs={**attributes, **_attributes(found)},
    )


def _regimes(grid: Grid) -> tuple[Any, Any]:
    """At each point the labels in one text, and how many they are."""
    labels = sorted(grid.regimes)
    if not labels:
        return np.full(grid.size, "", dtype=object), np.zeros(grid.size, dtype=int)
    which = np.zeros(grid.size, dtype=np.int64)  # of the sets of labels met so far
    sets: list[tuple[str, ...]] = [()]
    for start in range(0, len(labels), BITS):
        some = labels[start : start + BITS]
        code = which << len(some)
        for bit, name in enumerate(some):
            code |= grid.regimes[name].astype(np.int64) << bit
        found, which = np.unique(code, return_inverse=True)
        sets = [
            (*sets[n >> len(some)], *(name for bit, name in enumerate(some) if n >> bit & 1))
            for n in found.tolist()
        ]
    texts = np.array([SEPARATOR.join(names) for names in sets], dtype=object)
    return texts[which], np.array([len(names) for names in sets])[which]


def _attributes(found: Mapped) -> dict[str, Any]:
    notes = [str(found.audit)]
    if found.audit.repaired:
        notes.append(f"{found.audit.repaired:,} differences of earlier audits repaired")
    if found.audit.incomplete:
        notes.append(f"{found.audit.incomplete:,} of these solutions were not complete themselves")
    solved, edges = found.on_edge
    if edges:
        notes.append(
            f"{solved:,} of {edges:,} points on a border, or without a chart, solved one by one"
        )
    if found.empty:
        notes.append(f"{found.empty:,} points without any play")
    notes += found.left
    return {
        "computed": "deterrence.sweep, by regimes: plays found by complete solutions of "
        f"{found.solved:,} parts of the game at chosen points, their conditions evaluated at all",
        "audit": "; ".join(notes),
        "audited": found.audit.points,
        "missed": found.audit.missed,
        "share_wrong_at_most": found.audit.bound,
    }
