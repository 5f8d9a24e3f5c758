"""Data sets as `sweep` gives them, with contents made up for a picture."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import xarray as xr


def grid(regimes: Sequence[Sequence[str]], **axes: Sequence[float]) -> xr.Dataset:
    """Rows run along the first axis; several regimes have " | " between them."""
    texts = np.array(regimes, dtype=str)
    dims = tuple(axes)
    return xr.Dataset(
        {
            "components": (dims, np.ones(texts.shape, int)),
            "complete": (dims, texts != ""),
            "capped": (dims, np.zeros(texts.shape, bool)),
            "regime": (dims, texts),
        },
        coords={name: list(values) for name, values in axes.items()},
    )


def line(values: Sequence[float], **bands: Sequence[tuple[float, float]]) -> xr.Dataset:
    """One axis, "strength"; a band is its (least, most) at each value, and Russia has a payoff."""
    names = list(bands)
    both: Any = np.array([bands[name] for name in names], float)
    kinds = ["payoff" if name == "Russia" else "event" for name in names]
    return xr.Dataset(
        {
            "components": ("strength", np.ones(len(values), int)),
            "complete": ("strength", ~np.isnan(both).any(axis=(0, 2))),
            "least": (("strength", "outcome"), both[:, :, 0].T),
            "most": (("strength", "outcome"), both[:, :, 1].T),
        },
        coords={"strength": list(values), "outcome": names, "kind": ("outcome", kinds)},
    )
