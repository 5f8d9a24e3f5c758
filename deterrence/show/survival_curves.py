"""Survival curves of peace: least and most over equilibria, by arrangement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.show.overlaps import covered, widened
from deterrence.show.styles import BESIDE, axes_of, band_of, label_of, line_of

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["survival_curves"]

MOST = 7  # arrangements that can be told apart
SIDES = ("least", "most")


def survival_curves(grid: xr.Dataset, ax: Axes | None = None) -> Axes:
    """Draw how likely peace is to have lasted, year by year.

    For each arrangement a line for the most and a dashed one for the least over the equilibria,
    with a hatched band between them; where all equilibria agree the two lie on one another. Over
    draws, the means of both. Where lines of several arrangements lie on one another, those beneath
    are wider.

    Parameters
    ----------
    grid : xarray.Dataset
        With `least` and `most` over arrangement, draw and year, as ``survival(...).grid``; 7
        arrangements at most, to be chosen with ``grid.sel(arrangement=[...])``.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If there is no such curve, or too many.
    """
    names = _names(grid)
    ax = axes_of(ax, 7.2, 4.4)
    years = grid["year"].values
    means = grid[["least", "most"]].mean("draw")
    bands = [[means[side].sel(arrangement=name).values for side in SIDES] for name in names]
    beneath = covered(bands, height=1.0, run=2)
    for n, (name, (least, most), on_top) in enumerate(zip(names, bands, beneath, strict=True)):
        low, high = (widened(line_of(n), count) for count in on_top)
        ax.fill_between(years, least, most, **band_of(n))
        ax.plot(years, most, label=label_of(str(name)), **high)
        ax.plot(years, least, linestyle="--", **low)
    ax.set_xlim(float(years[0]), float(years[-1]))
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel("years")
    ax.set_ylabel("probability of no attack yet")
    ax.legend(title="most (solid), least (dashed)", **BESIDE)
    return ax


def _names(grid: Any) -> list[Any]:
    wanted = {"arrangement", "draw", "year"}
    sides = [getattr(grid, "get", lambda _: None)(side) for side in SIDES]
    if any(side is None or set(side.dims) != wanted for side in sides):
        raise InputError(
            "give a dataset with 'least' and 'most' over arrangement, draw and year, such as "
            "survival(...).grid."
        )
    names = list(grid["arrangement"].values)
    if not 1 <= len(names) <= MOST:
        raise InputError(
            f"{len(names)} arrangements cannot be told apart in one picture; choose 1 to {MOST} "
            "with grid.sel(arrangement=[...])."
        )
    return names
