"""Regions of parameters drawn from their formulas, with the formula of each border beside it."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.show.styles import BESIDE, INK, axes_of, fill_of, label_of, letter_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from deterrence.equilibrium.parameter_regions import Region

__all__ = ["regions"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
POINTS = 241  # along each side
APART = POINTS / 12  # of letters, in steps of the plane
WIDTH = 46  # characters of the legend


@dataclass(frozen=True, eq=False)
class _Plane:
    """Two parameters over their ranges, numbers for the others."""

    x: str
    y: str
    xs: Floats
    ys: Floats
    at: dict[str, Any]

    def values(self) -> dict[str, Any]:
        across, up = np.meshgrid(self.xs, self.ys)
        return {**self.at, self.x: across, self.y: up}


@dataclass(frozen=True, eq=False)
class _Border:
    """A curve on which a constraint of some region binds."""

    formula: str
    heights: Floats  # zero on the curve
    near: Bools  # where the curve delimits the region


def regions(
    named: Mapping[str, Region],
    x: str,
    y: str,
    at: Mapping[str, Any],
    *,
    ax: Axes | None = None,
) -> Axes:
    """Draw where equilibria live over two parameters, from their formulas alone.

    Parameters
    ----------
    named : mapping of str to Region
        From `deterrence.region`, all of one game; regions may overlap.
    x, y : str
        The parameters across and up; the game must know their ranges.
    at : mapping of str to number
        The other parameters.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes
        Each border is numbered, and the legend gives the formula on which it lies.

    Raises
    ------
    InputError
        If there is no region, or `x` and `y` are the same.
    ParameterError
        If the game does not have a parameter, or does not know its range.
    """
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    plane = _plane(named, x, y, at)
    ax = axes_of(ax, 9.5, 5.5)
    handles: list[Any] = []
    borders: dict[str, list[_Border]] = {}
    taken: list[tuple[int, int]] = []
    for n, (name, region) in enumerate(named.items()):
        inside = np.asarray(region.contains(plane.values()))
        inside = np.broadcast_to(inside, (len(plane.ys), len(plane.xs)))
        _fill(ax, plane, inside, n, taken)
        fill = {**fill_of(n), "linewidth": 0.6}
        text = f"{letter_of(n)}: {name}" + ("" if inside.any() else " (nowhere here)")
        handles.append(Patch(**fill, label=textwrap.fill(text, WIDTH)))
        for border in _borders(region, plane, inside):
            borders.setdefault(border.formula, []).append(border)
    for n, (formula, same) in enumerate(borders.items(), 1):
        _line(ax, plane, same, n)
        text = textwrap.fill(f"{n}: {formula}", WIDTH, subsequent_indent="    ")
        handles.append(Line2D([], [], color=INK, label=text))
    ax.set(xlabel=label_of(x), ylabel=label_of(y))
    ax.set_xlim(plane.xs[0], plane.xs[-1])
    ax.set_ylim(plane.ys[0], plane.ys[-1])
    ax.legend(handles=handles, labelspacing=0.7, **BESIDE)
    return ax


def _plane(named: Mapping[str, Region], x: str, y: str, at: Mapping[str, Any]) -> _Plane:
    if not isinstance(named, Mapping) or not named:
        raise InputError("give at least one region, by name: {'separating': dt.region(...)}.")
    if x == y:
        raise InputError(f"both axes of the picture are {x!r}; give two different ones.")
    game = next(iter(named.values())).game
    values = []
    for name in (x, y):
        if name not in game.parameters and name not in game.tied:
            raise ParameterError(str(unknown("parameter", name, (*game.parameters, *game.tied))))
        known = [game.ranges[m] for m in game.tied.get(name, (name,)) if m in game.ranges]
        if not known:
            raise ParameterError(f"the game has no range for {name!r}; give one: Game(ranges=...).")
        values.append(np.linspace(float(known[0][0]), float(known[0][1]), POINTS))
    others = {name: float(value) for name, value in at.items() if name not in (x, y)}
    return _Plane(x, y, values[0], values[1], others)


def _fill(ax: Axes, plane: _Plane, inside: Bools, n: int, taken: list[tuple[int, int]]) -> None:
    """Fill a region and put its letter where none is taken yet."""
    if not inside.any():
        return
    fill = fill_of(n)
    filled = ax.contourf(
        plane.xs,
        plane.ys,
        inside.astype(float),
        levels=[0.5, 1.5],
        colors=[fill["facecolor"]],
        hatches=[fill["hatch"]],
        alpha=0.6,
    )
    filled.set_label(letter_of(n))
    row, column = _middle(inside, taken)
    taken.append((row, column))
    ax.text(
        plane.xs[column],
        plane.ys[row],
        letter_of(n),
        ha="center",
        va="center",
        fontweight="bold",
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 1.5},
    )


def _middle(inside: Bools, taken: Iterable[tuple[int, int]]) -> tuple[int, int]:
    """The point deepest inside, apart from places that letters of other regions have taken."""
    from scipy.ndimage import distance_transform_edt

    depth = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1]
    rows, columns = np.indices(inside.shape)
    away = [np.hypot(rows - row, columns - column) > APART for row, column in taken]
    free = np.where(np.logical_and.reduce([inside, *away]), depth, 0.0)
    best = free if free.any() else depth  # too small a region for two letters
    row, column = np.unravel_index(int(np.argmax(best)), inside.shape)
    return int(row), int(column)


def _borders(region: Region, plane: _Plane, inside: Bools) -> Iterator[_Border]:
    """The constraints that delimit a region in the plane."""
    from scipy.ndimage import binary_dilation, binary_erosion

    edge = binary_dilation(inside & ~binary_erosion(inside, border_value=1), iterations=2)
    if not edge.any():
        return
    constraints = [c for whole in region.constraints for c in whole.pieces()]
    for c in constraints:
        heights = _heights(region, c.expression, plane)
        if heights is None:
            continue
        near = edge & _crossing(heights)
        if near.any():
            yield _Border(_formula(region, c, plane, near), heights, binary_dilation(near))


def _heights(region: Region, expression: Any, plane: _Plane) -> Floats | None:
    """The constraint over the plane; None if it does not vary there."""
    from deterrence.games.arrays import array_function

    tied = {m: name for name in (plane.x, plane.y) for m in region.game.tied.get(name, (name,))}
    used = sorted(expression.free_symbols, key=lambda s: str(s.name))
    if not any(s.name in tied for s in used):
        return None
    values = plane.values()
    given = [values[tied.get(s.name, s.name)] for s in used]
    with np.errstate(all="ignore"):
        (found,) = array_function(used, [expression])(*given)
    return np.asarray(np.broadcast_to(np.asarray(found, dtype=float), values[plane.x].shape))


def _crossing(heights: Floats) -> Bools:
    """Grid points beside which the sign changes."""
    positive = heights >= 0
    found = np.zeros(heights.shape, dtype=bool)
    for axis in (0, 1):
        change = np.diff(positive, axis=axis)
        low = (slice(0, -1), slice(None)) if axis == 0 else (slice(None), slice(0, -1))
        high = (slice(1, None), slice(None)) if axis == 0 else (slice(None), slice(1, None))
        found[low] |= change
        found[high] |= change
    return found


def _formula(region: Region, constraint: Any, plane: _Plane, near: Bools) -> str:
    """The border solved for the axis up, else for that across, else as an equation."""
    rows, columns = np.nonzero(near)
    row, column = rows[len(rows) // 2], columns[len(columns) // 2]
    place = {**plane.at, plane.x: plane.xs[column], plane.y: plane.ys[row]}
    for name in (plane.y, plane.x):
        try:
            found = constraint.thresholds(name)
        except InputError:
            continue
        close = [f for f in found if _close(f, place, name, plane)]
        if close:
            return f"{name} = {region.known.neat(close[0])}"
    return f"{constraint.expression} = 0"


def _close(formula: Any, place: Mapping[str, Any], name: str, plane: _Plane) -> bool:
    values = {s: place[s.name] for s in formula.free_symbols if s.name in place}
    number = formula.subs(values)
    axis = plane.ys if name == plane.y else plane.xs
    if not (number.is_number and number.is_real):
        return False
    return bool(abs(number - place[name]) < 4 * (axis[1] - axis[0]))


def _line(ax: Axes, plane: _Plane, same: list[_Border], n: int) -> None:
    longest: Any = None
    for border in same:
        heights = np.ma.masked_where(~border.near, border.heights)
        drawn = ax.contour(plane.xs, plane.ys, heights, levels=[0.0], colors=INK, linewidths=1.6)
        drawn.set_label(f"border {n}")
        for path in drawn.get_paths()[0].to_polygons(closed_only=False):
            corners = np.asarray(path)
            if longest is None or len(corners) > len(longest):
                longest = corners
    if longest is not None:
        ax.annotate(
            str(n),
            longest[len(longest) // 2],
            xytext=(6, 6),
            textcoords="offset points",
            fontsize="small",
            bbox={"facecolor": "white", "edgecolor": INK, "boxstyle": "circle,pad=0.15"},
        )
