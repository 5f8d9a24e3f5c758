"""How outcomes move along one parameter: least to most over all equilibria, as a band."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.show.styles import INK, axes_of, band_of, label_of, line_of

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["event_bands"]

MOST_MARKED = 40  # points on a line; more would run together


def event_bands(
    dataset: xr.Dataset,
    events: str | Iterable[str],
    along: str | None = None,
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw outcomes along a parameter, each as the band from its least to its most.

    Between the points of the grid nothing is known: each stands for what is nearest to it, so
    that lines run in steps.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep`, with one axis; choose from more with ``dataset.sel(...)``.
    events : str or iterable of str
        Names of outcomes: events for their probabilities, players for their payoffs.
    along : str, optional
        The parameter; may be left out where the data set has one axis.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the data set has other axes than `along`.
    LabelError
        For an unknown outcome or axis.
    """
    along = _one_axis(dataset, along)
    names = (events,) if isinstance(events, str) else tuple(events)
    known = [str(name) for name in dataset["outcome"].values]
    for name in names:
        if name not in known:
            raise unknown("outcome", name, known)
    ordered = dataset.sortby(along)
    ax = axes_of(ax, 7.0, 4.2)
    for n, name in enumerate(names):
        _draw_band(ax, ordered.sel(outcome=name), along, n, name)
    _draw_open(ax, ordered, along)
    _frame(ax, ordered, names, along)
    return ax


def _one_axis(dataset: xr.Dataset, along: str | None) -> str:
    if "least" not in dataset or "outcome" not in dataset.dims:
        raise InputError("the data set has no variable 'least'; bands need one from sweep.")
    dims = [str(name) for name in dataset["components"].dims]
    if along is not None and along not in dims:
        raise unknown("axis", along, dims)
    others = [name for name in dims if name != along]
    if along is None and len(dims) == 1:
        return dims[0]
    if along is None or others:
        raise InputError(
            f"bands run along one parameter, this data set has {', '.join(dims) or 'none'}. "
            "Choose from the others first: dataset.sel(name=value)."
        )
    return along


def _draw_band(ax: Axes, one: xr.Dataset, along: str, n: int, name: str) -> None:
    xs = one[along].values.astype(float)
    least, most = one["least"].values, one["most"].values
    every = -(-len(xs) // MOST_MARKED)
    ax.fill_between(xs, least, most, step="mid", label=label_of(name), **band_of(n))
    for edge in (least, most):
        # the line of a step has its points in the middle of it
        ax.plot(xs, edge, drawstyle="steps-mid", markevery=every, **line_of(n))


def _draw_open(ax: Axes, ordered: xr.Dataset, along: str) -> None:
    """Crosses along the foot where a point is not solved, or more equilibria may exist."""
    xs = ordered[along].values.astype(float)[~ordered["complete"].values]
    if len(xs):
        foot = ax.get_xaxis_transform()
        ax.scatter(xs, np.full(len(xs), 0.02), marker="x", s=22, color=INK, transform=foot)


def _frame(ax: Axes, ordered: xr.Dataset, names: tuple[str, ...], along: str) -> None:
    kinds = {str(ordered["kind"].sel(outcome=name).item()) for name in names}
    if kinds == {"event"}:
        ax.set_ylim(-0.03, 1.03)
    words = {frozenset({"event"}): "probability", frozenset({"payoff"}): "expected payoff"}
    ax.set_ylabel(words.get(frozenset(kinds), "probability or payoff"))
    ax.set_xlabel(label_of(along))
    _legend(ax, names, whole=bool(ordered["complete"].values.all()))


def _legend(ax: Axes, names: tuple[str, ...], *, whole: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    labels = []
    for n, name in enumerate(names):
        handles.append((Patch(**band_of(n)), Line2D([], [], **line_of(n))))
        labels.append(label_of(name))
    if not whole:
        handles.append(Line2D([], [], color=INK, marker="x", linestyle="none"))
        labels.append("more may exist:\nnot solved completely")
    ax.legend(
        handles,
        labels,
        title="least to most,\nover all equilibria",
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        borderaxespad=0,
        frameon=False,
        alignment="left",
        fontsize="small",
        title_fontsize="small",
        handlelength=2.6,
    )
