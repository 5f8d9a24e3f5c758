"""How outcomes move along one parameter: least to most over all equilibria, as a band."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.show.overlaps import covered, widened
from deterrence.show.styles import BESIDE, INK, axes_of, band_of, label_of, line_of

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["draw_bands", "event_bands"]

SIDES = ("least", "most")
Step = Literal["mid", "post"]
OPEN = "more may exist:\nnot solved completely"
LEGEND_WIDTH = 30  # characters
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
    that lines run in steps. Where lines of several outcomes lie on one another, those beneath are
    wider.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep`, with one axis; of more, draw `slices`, or choose with ``dataset.sel(...)``.
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
    return draw_bands(dataset.sortby(along), events, along, ax=ax)


def draw_bands(
    ordered: xr.Dataset, events: str | Iterable[str], along: str, *, ax: Axes | None = None
) -> Axes:
    """Draw the bands of a single line of points in their order, or of boxes in theirs."""
    names = (events,) if isinstance(events, str) else tuple(events)
    known = [str(name) for name in ordered["outcome"].values]
    if not names:
        raise InputError(f"name at least one outcome: {', '.join(known)}.")
    for name in names:
        if name not in known:
            raise unknown("outcome", name, known)
    ax = axes_of(ax, 7.0, 4.2)
    xs, step = _places(ordered, along)
    bands = [[ordered[side].sel(outcome=name).values for side in SIDES] for name in names]
    beneath = covered(bands, height=1.0 if _kinds(ordered, names) == {"event"} else None)
    for n, (name, band, on_top) in enumerate(zip(names, bands, beneath, strict=True)):
        styles = [widened(line_of(n), count) for count in on_top]
        _draw_band(ax, xs, band, step, band_of(n) | {"label": label_of(name)}, styles)
    _draw_open(ax, ordered, along)
    _frame(ax, ordered, names, along)
    _legend(ax, names, [max(on_top) for on_top in beneath], _caveat(ordered))
    return ax


def _kinds(ordered: xr.Dataset, names: tuple[str, ...]) -> set[str]:
    return {str(ordered["kind"].sel(outcome=name).item()) for name in names}


def _places(ordered: xr.Dataset, along: str) -> tuple[Any, Step]:
    """Where values stand: in the middle of their steps, or, of boxes, from edge to edge."""
    if "box" not in ordered.dims:
        return ordered[along].values.astype(float), "mid"
    lower, upper = (ordered[side].sel(axis=along).values for side in ("lower", "upper"))
    return np.append(lower, upper[-1:]), "post"


def _one_axis(dataset: xr.Dataset, along: str | None) -> str:
    if "least" not in dataset or "outcome" not in dataset.dims:
        raise InputError("the data set has no variable 'least'; bands need one from sweep.")
    dims = [str(name) for name in dataset["least"].dims if name != "outcome"]
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


def _draw_band(
    ax: Axes, xs: Any, band: list[Any], step: Step, fill: dict[str, Any], styles: list[Any]
) -> None:
    every = -(-len(xs) // MOST_MARKED)
    # boxes have one edge more than values
    least, most = (np.append(edge, edge[-1:]) if step == "post" else edge for edge in band)
    ax.fill_between(xs, least, most, step=step, **fill)
    for edge, style in zip((least, most), styles, strict=True):
        # the line of a step has its points in the middle of it
        ax.plot(xs, edge, drawstyle=f"steps-{step}", markevery=every, **style)


def _draw_open(ax: Axes, ordered: xr.Dataset, along: str) -> None:
    """Crosses along the foot where a point is not solved, or more equilibria may exist."""
    if "complete" not in ordered:  # a map by regimes, or an adaptive one, is audited instead
        return
    xs = ordered[along].values.astype(float)[~ordered["complete"].values]
    if len(xs):
        foot = ax.get_xaxis_transform()
        ax.scatter(xs, np.full(len(xs), 0.02), marker="x", s=22, color=INK, transform=foot)


def _frame(ax: Axes, ordered: xr.Dataset, names: tuple[str, ...], along: str) -> None:
    kinds = _kinds(ordered, names)
    if kinds == {"event"}:
        ax.set_ylim(-0.03, 1.03)
    words = {frozenset({"event"}): "probability", frozenset({"payoff"}): "expected payoff"}
    ax.set_ylabel(words.get(frozenset(kinds), "probability or payoff"))
    ax.set_xlabel(label_of(along))


def _caveat(ordered: xr.Dataset) -> str:
    """What the points leave open, or how they were audited."""
    if "complete" in ordered:
        return "" if ordered["complete"].values.all() else OPEN
    text = str(ordered.attrs.get("audit", "")).partition(";")[0]
    return textwrap.fill(text, LEGEND_WIDTH)


def _legend(ax: Axes, names: tuple[str, ...], beneath: list[int], caveat: str) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    handles: list[Any] = []
    labels = []
    for n, (name, on_top) in enumerate(zip(names, beneath, strict=True)):
        handles.append((Patch(**band_of(n)), Line2D([], [], **widened(line_of(n), on_top))))
        labels.append(label_of(name))
    if caveat:
        mark = "x" if caveat == OPEN else ""
        handles.append(Line2D([], [], color=INK, marker=mark, linestyle="none"))
        labels.append(caveat)
    ax.legend(
        handles, labels, title="least to most,\nover all equilibria", handlelength=2.6, **BESIDE
    )
