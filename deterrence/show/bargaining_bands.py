"""Bargaining ranges along one parameter: the terms that all sides accept, and where each stops."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.show.styles import BESIDE, INK, OKABE_ITO, axes_of, label_of, line_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

__all__ = ["bargaining_bands"]

COLUMNS = ("accepted_by", "who", "selection", "from", "to")
# for all together: whichever equilibrium follows, or one at least
FILLS: dict[str, dict[str, Any]] = {
    "worst": {"facecolor": OKABE_ITO[0], "hatch": "", "edgecolor": INK, "linewidth": 0},
    "best": {"facecolor": "white", "hatch": "....", "edgecolor": OKABE_ITO[4], "linewidth": 0},
}
WORDS = {
    "worst": "all accept, whichever\nequilibrium follows",
    "best": "all accept, in some\nequilibrium",
}


def bargaining_bands(
    table: pd.DataFrame,
    accepted_by: str = "both types",
    *,
    selection: str = "worst",
    ax: Axes | None = None,
) -> Axes:
    """Draw the terms that all sides accept as a band along a parameter.

    Each value of the parameter stands for what is nearest to it, since between them nothing is
    known. Marks show where the terms end that each side accepts by itself.

    Parameters
    ----------
    table : pandas.DataFrame
        From `bargaining_ranges`.
    accepted_by : {"both types", "revisionist only", "security only"}
        Which rows.
    selection : {"worst", "best"}
        Whose equilibrium the marks are for: the worst or the best for that side.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the table is no such table.
    LabelError
        For an unknown word in `accepted_by` or `selection`.
    """
    over, rows = _rows(table, accepted_by, selection)
    edges = _edges(np.unique(rows[over].to_numpy(dtype=float)))
    ax = axes_of(ax, 7.0, 4.2)
    handles = [_fill(ax, rows, over, edges, way) for way in ("best", "worst")]
    sides = [side for side in dict.fromkeys(rows["who"]) if side != "all"]
    handles += [_ends(ax, rows, over, n, side, selection) for n, side in enumerate(sides)]
    low, high = table.attrs.get("between", (0.0, 1.0))
    ax.set_xlim(edges[0], edges[-1])
    ax.set_ylim(low - 0.02 * (high - low), high + 0.02 * (high - low))
    ax.set_xlabel(label_of(over))
    ax.set_ylabel("terms: the share that Russia keeps")
    title = f"accepted by {accepted_by}"
    if not table.attrs.get("complete", True):
        title += "\nnot all solved completely:\nmore may be accepted"
    ax.legend(handles=handles, title=title, **BESIDE)
    return ax


def _rows(table: pd.DataFrame, accepted_by: str, selection: str) -> tuple[str, pd.DataFrame]:
    over = table.attrs.get("over")
    if over not in table or any(name not in table for name in COLUMNS):
        raise InputError(
            "the table is not one of bargaining ranges along a parameter: it needs the columns "
            f"{', '.join(COLUMNS)} and attrs['over']. Use bargaining_ranges."
        )
    for what, given, known in (
        ("set of types that accept", accepted_by, tuple(dict.fromkeys(table["accepted_by"]))),
        ("selection", selection, tuple(WORDS)),
    ):
        if given not in known:
            raise unknown(what, given, known)
    return str(over), table[table["accepted_by"] == accepted_by]


def _edges(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half way between the values; the outer ones keep their own place."""
    if len(values) == 1:
        return np.array([values[0] - 0.5, values[0] + 0.5])
    return np.concatenate([values[:1], (values[1:] + values[:-1]) / 2, values[-1:]])


def _fill(ax: Axes, rows: pd.DataFrame, over: str, edges: NDArray[np.float64], way: str) -> Any:
    from matplotlib.patches import Patch

    found = rows[(rows["who"] == "all") & (rows["selection"] == way)].dropna(subset=["from"])
    values = np.unique(rows[over].to_numpy(dtype=float))
    place = np.searchsorted(values, found[over].to_numpy(dtype=float))
    left, right = edges[place], edges[place + 1]
    low, high = (found[name].to_numpy(dtype=float) for name in ("from", "to"))
    ax.bar(left, high - low, right - left, low, align="edge", label=f"all, {way}", **FILLS[way])
    return Patch(label=WORDS[way], **FILLS[way])


def _ends(ax: Axes, rows: pd.DataFrame, over: str, n: int, side: str, selection: str) -> Any:
    from matplotlib.lines import Line2D

    found = rows[(rows["who"] == side) & (rows["selection"] == selection)].dropna(subset=["from"])
    style = {**line_of(n), "linestyle": "none"}
    for end in ("from", "to"):
        ax.plot(found[over], found[end], label=f"{side}, {end}", clip_on=False, **style)
    return Line2D([], [], label=f"{side}:\nends of what it accepts", **style)
