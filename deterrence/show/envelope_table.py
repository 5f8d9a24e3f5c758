"""One outcome over a table of points: a bar from least to most in each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.show.styles import INK, axes_of, label_of, line_colour_of
from deterrence.study.results import PointResults

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["envelope_bars"]


def envelope_bars(
    table: PointResults | pd.DataFrame,
    outcome: str,
    *,
    labels: Sequence[str] | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the envelope of one outcome, a horizontal bar for each row.

    Parameters
    ----------
    table : PointResults or pandas.DataFrame
        From `solve_points`, or a table with columns like those of its `to_frame`:
        "attack (least)" and "attack (most)", and "complete" if there is one. From results, dots
        show the distinct outcomes within the bar: not every value in between need be possible.
    outcome : str
        An event or a player.
    labels : sequence of str, optional
        Names of the rows, from above; by default the index of the table.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    LabelError
        For an unknown outcome.
    InputError
        If there are not as many labels as rows.
    """
    frame = table.to_frame() if isinstance(table, PointResults) else table
    least, most = _columns(frame, outcome)
    names = [str(name) for name in (frame.index if labels is None else labels)]
    if len(names) != len(frame):
        raise InputError(f"{len(names)} labels for {len(frame)} rows; give one for each row.")
    whole = frame["complete"].to_numpy(bool) if "complete" in frame else np.full(len(frame), True)
    ax = axes_of(ax, 7.0, 1.2 + 0.32 * len(frame))
    for row, (low, high) in enumerate(zip(least, most, strict=True)):
        _draw_row(ax, row, low, high, complete=bool(whole[row]))
    if isinstance(table, PointResults):
        _draw_outcomes(ax, table, outcome)
    note = "\ndots: the distinct outcomes" if isinstance(table, PointResults) else ""
    _frame(ax, names, f"{label_of(outcome)}: least to most over all equilibria{note}")
    return ax


def _columns(frame: pd.DataFrame, outcome: str) -> tuple[Any, Any]:
    ends = [f"{outcome} (least)", f"{outcome} (most)"]
    if not set(ends) <= set(frame.columns):
        known = [c.removesuffix(" (least)") for c in frame.columns if str(c).endswith(" (least)")]
        raise unknown("outcome", outcome, known)
    return frame[ends[0]].to_numpy(float), frame[ends[1]].to_numpy(float)


def _draw_row(ax: Axes, row: int, low: float, high: float, *, complete: bool) -> None:
    if np.isnan(low) or np.isnan(high):
        ax.text(
            0.01,
            row,
            "not solved",
            transform=ax.get_yaxis_transform(),
            va="center",
            fontsize="small",
            style="italic",
        )
        return
    # more may exist beyond a set that is not complete: its bar is open
    fill: dict[str, Any] = (
        {"facecolor": "#9CCBEA"} if complete else {"facecolor": "white", "hatch": "////"}
    )
    ax.barh(row, high - low, left=low, height=0.62, edgecolor=INK, linewidth=0.8, **fill)
    for end in (low, high):
        ax.plot([end, end], [row - 0.31, row + 0.31], color=INK, linewidth=2.2)
    same = f"{low:.2f}" == f"{high:.2f}"
    text = f"{low:.2f}" if same else f"{low:.2f} to {high:.2f}"
    text += "" if complete else "; more may exist"
    ax.annotate(
        text,
        (1.02, row),
        xycoords=ax.get_yaxis_transform(),
        va="center",
        fontsize="small",
        annotation_clip=False,
    )


def _draw_outcomes(ax: Axes, results: PointResults, outcome: str) -> None:
    for row, result in enumerate(results):
        values = [found[outcome] for found in result.outcomes]
        ax.plot(
            values,
            [row] * len(values),
            "o",
            markersize=4.5,
            color=line_colour_of(1),
            markeredgecolor="white",
            markeredgewidth=0.5,
            zorder=4,
        )


def _frame(ax: Axes, names: Sequence[str], title: str) -> None:
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_xlabel(title)
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.use_sticky_edges = False  # room for ends at the very edge
    ax.margins(x=0.03)
