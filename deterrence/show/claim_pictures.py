"""Pictures of verdicts: shares with their errors, and where in two stakes a claim holds."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError
from deterrence.show.styles import BESIDE, INK, axes_of, line_colour_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["claim_points", "verdicts"]

COLUMNS = ("share", "error", "strict", "share, half as wide")
HOLDS, FAILS = 0.95, 0.05


def verdicts(table: pd.DataFrame, ax: Axes | None = None) -> Axes:
    """Draw the share of the box in which each claim holds.

    A dot with two standard errors either way for the plausible box, a bar for the part in which
    something moves, and a ring for the box half as wide. Dotted lines mark 5 and 95 per cent.

    Parameters
    ----------
    table : pandas.DataFrame
        As ``claims().to_frame()``; claims without a share are left out.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If there is no such column, or no claim with a share.
    """
    missing = [name for name in COLUMNS if name not in getattr(table, "columns", ())]
    if missing:
        raise InputError(f"no column {missing[0]!r}; give the table of `claims().to_frame()`.")
    shown = table[np.isfinite(table["share"].to_numpy(dtype=float))][::-1]
    if not len(shown):
        raise InputError("no claim here has a share; give the table of `claims().to_frame()`.")
    ax = axes_of(ax, 7.2, 1.2 + 0.24 * len(shown))
    places = np.arange(len(shown))
    share, error, strict, half = (shown[name].to_numpy(dtype=float) for name in COLUMNS)
    ax.barh(places, strict, height=0.5, color="#BBBBBB", label="holds, and something moves")
    ax.errorbar(
        share,
        places,
        xerr=2 * np.nan_to_num(error),
        fmt="o",
        color=line_colour_of(0),
        label="holds",
        markersize=4,
    )
    ax.plot(half, places, "o", mfc="none", color=line_colour_of(1), label="holds, half the box")
    for line in (FAILS, HOLDS):
        ax.axvline(line, linestyle=":", color=INK, linewidth=0.8)
    ax.set_yticks(places, [str(name) for name in shown.index])
    ax.set_ylim(-0.7, len(shown) - 0.3)
    ax.set_xlim(-0.02, 1.02)
    ax.set_xlabel("share of the box of the stakes")
    ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=3, frameon=False, fontsize=8)
    return ax


def claim_points(
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    holds: NDArray[np.bool_],
    *,
    names: tuple[str, str],
    ax: Axes | None = None,
) -> Axes:
    """Draw the points of two stakes at which a claim holds, and at which it fails.

    Parameters
    ----------
    x, y : ndarray, shape (points,)
        Of the stakes.
    holds : ndarray of bool, shape (points,)
    names : (str, str)
        Of the stakes.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the arrays differ in length, or are empty.
    """
    if not len(x) or not len(x) == len(y) == len(holds):
        raise InputError(
            f"{len(x)}, {len(y)} and {len(holds)} values; give as many of each, one at least."
        )
    ax = axes_of(ax, 5.2, 4.4)
    # a cross has no face, and a ring shows what lies beneath
    ways: list[tuple[NDArray[np.bool_], str, dict[str, Any]]] = [
        (~holds, "fails", {"marker": "x", "color": line_colour_of(1)}),
        (holds, "holds", {"marker": "o", "edgecolors": line_colour_of(0), "facecolors": "none"}),
    ]
    ways.sort(key=lambda way: -int(way[0].sum()))
    for (where, label, style), size in zip(ways, (10, 20), strict=True):  # the fewer on top
        told = f"{label} ({int(where.sum()):,})"
        ax.scatter(x[where], y[where], s=size, linewidths=size / 18, label=told, **style)
    ax.set_xlabel(names[0])
    ax.set_ylabel(names[1])
    ax.legend(**BESIDE)  # above the axes it would run into a title
    return ax
