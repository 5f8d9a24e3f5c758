"""Lines of equal outcome over two instruments: how much of one stands in for the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.show.styles import axes_of, label_of, line_colour_of

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["isoquants"]

LEVELS = (0.1, 0.25, 0.5)
ENDS = (("most", "solid"), ("least", "dashed"))


def isoquants(
    dataset: xr.Dataset,
    outcome: str = "attack",
    levels: Sequence[float] = LEVELS,
    *,
    x: str | None = None,
    y: str | None = None,
    at: Mapping[str, Any] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw where an outcome's most and least over all equilibria take some values.

    Where the solid line of a level runs, the worst equilibrium has that probability; where the
    dashed one does, the best. Along a line one instrument is traded for the other.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep`, at least two points along each of two axes.
    outcome : str
    levels : sequence of float
    x, y : str, optional
        The axes across and up; by default the first and the second.
    at : mapping of str to number, optional
        Of every other axis; the nearest points of the grid are drawn.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Levels that occur nowhere are named as such in the legend. Between points of the grid
        lines are interpolated: where an outcome jumps, they lie within one step of the jump.

    Raises
    ------
    InputError
        If the data set is not from a sweep, or there is no level.
    LabelError
        For an unknown outcome or axis.
    ParameterError
        If a number for another axis is missing.
    """
    if "least" not in dataset or "outcome" not in dataset.dims:
        raise InputError("the data set has no variable 'least'; isoquants need one from a sweep.")
    wanted = sorted({float(level) for level in levels})
    if not wanted or not np.isfinite(wanted).all():
        raise InputError("give at least one level, each a finite number.")
    names = [str(name) for name in dataset["outcome"].values]
    if outcome not in names:
        raise unknown("outcome", outcome, names)
    table = _plane(dataset[["least", "most"]].sel(outcome=outcome), x, y, at or {})
    up, across = (str(name) for name in table["most"].dims)
    ax = axes_of(ax, 6.2, 4.6)
    for n, level in enumerate(wanted):
        for end, style in ENDS:
            _line(ax, table[end], level, line_colour_of(n), style, f"{end} {outcome} {level:g}")
    ax.set_xlabel(label_of(across))
    ax.set_ylabel(label_of(up))
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize="small")
    return ax


def _plane(table: xr.Dataset, x: str | None, y: str | None, at: Mapping[str, Any]) -> xr.Dataset:
    axes = [str(name) for name in table["most"].dims]
    chosen = [axis for axis in axes if axis not in at]
    x = x or next((axis for axis in chosen if axis != y), None)
    y = y or next((axis for axis in chosen if axis != x), None)
    for name in (x, y, *at):
        if name is not None and name not in axes:
            raise unknown("axis", name, axes)
    if x is None or y is None or x == y:
        raise InputError(f"isoquants need two axes; the data set has {', '.join(axes)}.")
    missing = [axis for axis in axes if axis not in (x, y) and axis not in at]
    if missing:
        raise ParameterError(f"give a number for {missing[0]}: at={{{missing[0]!r}: ...}}.")
    others = {axis: float(value) for axis, value in at.items() if axis not in (x, y)}
    plane = table.sel(others, method="nearest").sortby([x, y]).transpose(y, x)
    if min(plane.sizes[x], plane.sizes[y]) < 2:
        raise InputError("isoquants need at least two points along each axis.")
    return plane


def _line(ax: Axes, table: xr.DataArray, level: float, colour: str, style: str, label: str) -> None:
    up, across = (table[name].values for name in table.dims)
    values = np.ma.masked_invalid(table.values)
    there = bool(values.min() <= level <= values.max()) and values.min() < values.max()
    if there:
        ax.contour(across, up, values, levels=[level], colors=[colour], linestyles=[style])
    told = label if there else f"{label}: nowhere"
    ax.plot([], [], color=colour, linestyle=style, label=told)  # a contour has no legend entry
