"""A line through a map: how outcomes move along one parameter, with numbers for the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.show.bands import draw_bands
from deterrence.show.styles import label_of
from deterrence.study.points import exact_values

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["slices"]


def slices(
    dataset: xr.Dataset,
    along: str,
    events: str | Iterable[str],
    at: Mapping[str, Any] | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw outcomes along one parameter of a map, each as the band from its least to its most.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep`, solved by points or by regimes, or from `adaptive_sweep`; any number of axes.
    along : str
        The parameter across.
    events : str or iterable of str
        Names of outcomes: events for their probabilities, players for their payoffs.
    at : mapping of str to number, optional
        A number for every other axis. Of a grid the nearest points are drawn, of an adaptive map
        the boxes that hold the numbers; the title says which.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Lines run in steps: each point of a grid stands for what is nearest to it, each box for its
        inside, over which its band is that of its corners.

    Raises
    ------
    InputError
        If the data set is not from a sweep.
    LabelError
        For an unknown outcome or axis.
    ParameterError
        If a number for another axis is missing, is none, or lies outside the map.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize, pain = sympy.symbols("prize pain")
    >>> attack = dt.Outcome({"Russia": prize - pain}, ["attack"])
    >>> game = dt.Game(["Russia"], dt.Move("Russia", (), {
    ...     "attack": attack, "refrain": dt.Outcome({"Russia": 0})}))
    >>> grid = dt.sweep(game, {"prize": [0, 1], "pain": ["1/4", "3/4"]}, jobs=1)
    >>> ax = dt.plots.slices(grid, "prize", "attack", {"pain": "0.3"})
    >>> ax.get_title()
    'pain = 0.25'
    """
    if "least" not in dataset or "outcome" not in dataset.dims:
        raise InputError("the data set has no variable 'least'; a slice needs one from a sweep.")
    boxes = "box" in dataset.dims
    dims = dataset["axis"].values if boxes else dataset["least"].dims
    axes = [str(name) for name in dims if name != "outcome"]
    if along not in axes:
        raise unknown("axis", along, axes)
    others = _numbers(axes, along, at or {})
    cut, title = (_boxes if boxes else _points)(dataset, along, others)
    ax = draw_bands(cut, events, along, ax=ax)
    ax.set_title(title, fontsize="medium")
    return ax


def _numbers(axes: list[str], along: str, at: Mapping[str, Any]) -> dict[str, float]:
    for name in at:
        if name not in axes or name == along:
            raise unknown("axis", name, [x for x in axes if x != along])
    missing = [name for name in axes if name != along and name not in at]
    if missing:
        example = ", ".join(f"{name!r}: ..." for name in missing)
        raise ParameterError(f"a slice needs a number for {', '.join(missing)}: at={{{example}}}.")
    return {name: float(value) for name, value in exact_values(at, "at").items()}


def _points(dataset: xr.Dataset, along: str, at: Mapping[str, float]) -> tuple[Any, str]:
    """The nearest points of a grid."""
    for name, value in at.items():
        _inside(name, value, dataset[name].values, 0.0)
    ordered = dataset.sortby([along, *at])
    cut = ordered.sel(at, method="nearest") if at else ordered
    title = ", ".join(f"{label_of(name)} = {float(cut[name]):.4g}" for name in at)
    return cut, title


def _boxes(dataset: xr.Dataset, along: str, at: Mapping[str, float]) -> tuple[Any, str]:
    """The boxes on a line, one after the other; where two meet beside it, the upper one."""
    inside = np.ones(dataset.sizes["box"], dtype=bool)
    for name, value in at.items():
        low, high = (dataset[side].sel(axis=name).values for side in ("lower", "upper"))
        # boxes begin a little inside the range, so that its ends belong to the outermost ones
        _inside(name, value, np.concatenate([low, high]), float((high - low).min()))
        within = min(max(value, float(low.min())), float(high.max()))
        last = (high == high.max()) & (within == high)
        inside &= (low <= within) & ((within < high) | last)
    cut = dataset.isel(box=np.flatnonzero(inside))
    cut = cut.isel(box=np.argsort(cut["lower"].sel(axis=along).values, kind="stable"))
    return cut, ", ".join(f"{label_of(name)} = {value:.4g}" for name, value in at.items())


def _inside(name: str, value: float, places: Any, slack: float) -> None:
    low, high = float(places.min()), float(places.max())
    if not low - slack <= value <= high + slack:
        raise ParameterError(
            f"at: {name} = {value:g} is outside the map, {low:g} to {high:g}. Give a value inside."
        )
