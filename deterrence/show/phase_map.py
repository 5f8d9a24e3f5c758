"""A map of which regimes exist where: all of them, never one picked from several."""

from __future__ import annotations

import itertools
import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.show.markers import Marker, draw_markers, read_markers
from deterrence.show.styles import BESIDE, INK, axes_of, fill_of, label_of, letter_of
from deterrence.study.regimes import SEPARATOR

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["phase_map"]

LEGEND_WIDTH = 36  # characters
LARGE = 10_000  # points; more are drawn in boxes of equal regimes
STRIPES = 40  # across a large map
Floats = np.ndarray[Any, np.dtype[np.float64]]
Box = tuple[float, float, float, float]  # left, bottom, width, height


def phase_map(
    dataset: xr.Dataset,
    x: str | None = None,
    y: str | None = None,
    *,
    markers: Iterable[tuple[str, float, float, str | Sequence[str]]] | None = None,
    names: Mapping[str, str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw which regimes exist at each point of a grid of two parameters.

    A point with several regimes is split into stripes, one for each, so that a reader sees that
    the game alone does not say which one comes about.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `sweep`, with two axes; choose from more with ``dataset.sel(...)``.
    x, y : str, optional
        The parameters across and up; by default the data set's first and second axis.
    markers : iterable of (label, x, y, regimes), optional
        Points of their own, real arrangements for instance. Each is filled with the colours of its
        own regimes (a text, or several), since what else is set for it may differ from the map;
        its label names them by the letters of the legend.
    names : mapping of str to str, optional
        What the legend says for a regime.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the data set does not have two axes, or not what `sweep` gives.
    LabelError
        If `x` or `y` is not one of its axes.
    """
    grid = _Grid.of(dataset, x, y)
    own = read_markers(markers or ())
    fills = _fills(grid, own)
    ax = axes_of(ax, 9.5, 5.5)
    _draw_cells(ax, grid, fills)
    _draw_borders(ax, grid)
    _draw_open(ax, grid)
    _frame(ax, grid)
    _legend(ax, grid, fills, names or {})
    draw_markers(ax, own, fills)
    return ax


@dataclass(frozen=True, eq=False)
class _Grid:
    """The regimes of a data set, laid out by row (y) and column (x)."""

    x: str
    y: str
    xs: Floats
    ys: Floats
    regimes: list[list[tuple[str, ...]]]
    complete: np.ndarray[Any, np.dtype[np.bool_]]
    audited: str

    @classmethod
    def of(cls, dataset: xr.Dataset, x: str | None, y: str | None) -> _Grid:
        if "regime" not in dataset:
            raise InputError("the data set has no variable 'regime'; a map needs one from sweep.")
        x, y = _two_axes(tuple(map(str, dataset["regime"].dims)), x, y)
        ordered = dataset.sortby([x, y]).transpose(y, x, ...)
        texts = ordered["regime"].values
        sets = {text: tuple(text.split(SEPARATOR)) if text else () for text in set(texts.flat)}
        whole = np.ones(texts.shape, dtype=bool)
        if "complete" in ordered:  # a map by regimes says instead how it was audited
            whole = ordered["complete"].values & ~ordered["capped"].values
        return cls(
            x,
            y,
            ordered[x].values.astype(float),
            ordered[y].values.astype(float),
            [[sets[text] for text in row] for row in texts],
            whole,
            _audited(ordered.attrs),
        )

    @property
    def large(self) -> bool:
        """Whether single points are too small to be seen."""
        return self.complete.size > LARGE

    def cells(self) -> list[tuple[Box, tuple[str, ...]]]:
        """One box by point; on a large grid neighbours with the same regimes share one."""
        left, bottom = _edges(self.xs), _edges(self.ys)
        return [
            ((left[j], bottom[i], left[k] - left[j], bottom[n] - bottom[i]), self.regimes[i][j])
            for i, n, j, k in (self._merged() if self.large else self._single())
        ]

    def _single(self) -> Iterator[tuple[int, int, int, int]]:
        rows, columns = self.complete.shape
        yield from ((i, i + 1, j, j + 1) for i in range(rows) for j in range(columns))

    def _merged(self) -> Iterator[tuple[int, int, int, int]]:
        """First and last row and column of boxes with the same regimes throughout."""
        open_: dict[tuple[int, int, tuple[str, ...]], int] = {}
        for i, row in enumerate(self.regimes):
            runs = {(j, k, row[j]) for j, k in _runs(row)}
            for run in [run for run in open_ if run not in runs]:
                yield open_.pop(run), i, run[0], run[1]
            for run in runs:
                open_.setdefault(run, i)
        for run, start in open_.items():
            yield start, len(self.regimes), run[0], run[1]

    def counts(self) -> Counter[str]:
        return Counter(name for row in self.regimes for found in row for name in found)


def _audited(attributes: Mapping[Any, Any]) -> str:
    """What the legend says of a map that was not solved point by point."""
    if "audited" not in attributes:
        return ""
    audited, missed = int(attributes["audited"]), int(attributes["missed"])
    return f"by regimes: {audited:,} points solved again, {missed:,} differed"


def _runs(row: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int]]:
    """First and last place of equal neighbours."""
    start = 0
    for _, same in itertools.groupby(row):
        end = start + sum(1 for _ in same)
        yield start, end
        start = end


def _two_axes(dims: tuple[str, ...], x: str | None, y: str | None) -> tuple[str, str]:
    if dims == ("box",):
        raise InputError(
            "the boxes of an adaptive sweep make no map; draw a line through them with "
            "dt.plots.slices, or map a grid: dt.sweep(game, axes, method='regimes')."
        )
    if len(dims) != 2:
        raise InputError(
            f"a map has two axes, this data set has {len(dims)}: {', '.join(dims)}. Choose from "
            "the others first: dataset.sel(name=value)."
        )
    for name in (x, y):
        if name is not None and name not in dims:
            raise unknown("axis", name, dims)
    if x is None:
        x = next(name for name in dims if name != y)
    if y is None:
        y = next(name for name in dims if name != x)
    if x == y:
        raise InputError(f"both axes of the map are {x!r}; give two different ones.")
    return x, y


def _edges(values: Floats) -> Floats:
    """Halfway between neighbours; the outer cells are as wide on both sides of their point."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    middle = (values[1:] + values[:-1]) / 2
    return np.array([2 * values[0] - middle[0], *middle, 2 * values[-1] - middle[-1]])


def _fills(grid: _Grid, markers: Sequence[Marker]) -> dict[str, dict[str, Any]]:
    """A fill for each regime, the most common first; those of markers alone come last."""
    counts = grid.counts()
    common = sorted(counts, key=lambda name: (-counts[name], name))
    others = sorted({name for m in markers for name in m.regimes} - set(counts))
    return {name: fill_of(n) for n, name in enumerate([*common, *others])}


def _draw_cells(ax: Axes, grid: _Grid, fills: Mapping[str, dict[str, Any]]) -> None:
    """One patch for each regime, with a part in every cell where it exists."""
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    order = {name: n for n, name in enumerate(fills)}
    left = _edges(grid.xs)
    period = (left[-1] - left[0]) / STRIPES if grid.large else None
    parts: dict[str, list[Path]] = {}
    for box, regimes in grid.cells():
        # stripes in the order of the legend, so that neighbours read alike
        for k, name in enumerate(sorted(regimes, key=order.__getitem__)):
            stripes = _stripes(box, k, len(regimes), period)
            parts.setdefault(name, []).extend(Path(corners, closed=True) for corners in stripes)
    for name in sorted(parts, key=order.__getitem__):
        # without the blur at edges that would show as seams between neighbours
        whole = Path.make_compound_path(*parts[name])
        ax.add_patch(PathPatch(whole, label=name, antialiased=False, **fills[name]))


def _stripes(
    box: Box, k: int, count: int, period: float | None
) -> Iterator[list[tuple[float, float]]]:
    """The k-th of `count` stripes of a box; again and again at a period, if one is given."""
    left, bottom, width, height = box
    period = width if period is None or count == 1 else period
    first = left if period == width else period * math.floor(left / period)
    for n in range(math.ceil((left + width - first) / period - 1e-9)):
        start = max(left, first + period * (n + k / count))
        end = min(left + width, first + period * (n + (k + 1) / count))
        if end > start:
            top = bottom + height
            yield [(start, bottom), (end, bottom), (end, top), (start, top), (start, bottom)]


def _draw_borders(ax: Axes, grid: _Grid) -> None:
    """Lines where the set of regimes changes."""
    from matplotlib.collections import LineCollection

    left, bottom = _edges(grid.xs), _edges(grid.ys)
    lines = []
    for i, row in enumerate(grid.regimes):
        for j, here in enumerate(row):
            if j + 1 < len(row) and row[j + 1] != here:
                lines.append([(left[j + 1], bottom[i]), (left[j + 1], bottom[i + 1])])
            if i + 1 < len(grid.regimes) and grid.regimes[i + 1][j] != here:
                lines.append([(left[j], bottom[i + 1]), (left[j + 1], bottom[i + 1])])
    ax.add_collection(LineCollection(lines, colors=INK, linewidths=1.0), autolim=False)


def _draw_open(ax: Axes, grid: _Grid) -> None:
    """Crosses where more equilibria may exist than are shown."""
    rows, columns = np.nonzero(~grid.complete)
    if len(rows):
        ax.scatter(
            grid.xs[columns],
            grid.ys[rows],
            marker="x",
            s=24,
            color=INK,
            linewidths=1.2,
            label="not complete",
        )


def _frame(ax: Axes, grid: _Grid) -> None:
    left, bottom = _edges(grid.xs), _edges(grid.ys)
    ax.set_xlim(left[0], left[-1])
    ax.set_ylim(bottom[0], bottom[-1])
    ax.set_xlabel(label_of(grid.x))
    ax.set_ylabel(label_of(grid.y))


def _legend(
    ax: Axes, grid: _Grid, fills: Mapping[str, dict[str, Any]], names: Mapping[str, str]
) -> None:
    ax.legend(
        handles=[*_fill_handles(grid, fills, names), *_notes(grid)],
        title=f"regime (at how many of {grid.complete.size:,} points)",
        handlelength=2.4,
        handleheight=1.4,
        labelspacing=0.7,
        **BESIDE,
    )


def _fill_handles(
    grid: _Grid, fills: Mapping[str, dict[str, Any]], names: Mapping[str, str]
) -> Iterator[Any]:
    """A patch for each regime."""
    from matplotlib.patches import Patch

    counts = grid.counts()
    for n, (name, fill) in enumerate(fills.items()):
        where = f"{counts[name]:,}" if counts[name] else "markers only"
        text = f"{letter_of(n)}: {names.get(name, name)} ({where})"
        text = textwrap.fill(text, LEGEND_WIDTH, subsequent_indent="    ")
        yield Patch(**{**fill, "linewidth": 0.6}, label=text)


def _notes(grid: _Grid) -> Iterator[Any]:
    """What stands below the regimes: stripes, the audit, and crosses."""
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    several = sum(len(found) > 1 for row in grid.regimes for found in row)
    if several:
        text = (
            f"stripes: several regimes exist, and nothing here says which comes about ({several:,})"
        )
        yield Patch(alpha=0, label=textwrap.fill(text, LEGEND_WIDTH))
    if grid.audited:
        yield Patch(alpha=0, label=textwrap.fill(grid.audited, LEGEND_WIDTH))
    if not grid.complete.all():
        text = f"more may exist: not solved completely ({(~grid.complete).sum():,})"
        cross = Line2D([], [], color=INK, marker="x", linestyle="none")
        cross.set_label(textwrap.fill(text, LEGEND_WIDTH))
        yield cross
