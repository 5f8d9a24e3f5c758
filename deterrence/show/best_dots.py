"""Which arrangement is best by which criterion: discs by share of draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import numpy as np

from deterrence.errors import InputError
from deterrence.show.styles import INK, axes_of, label_of, line_colour_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["best_arrangements"]

COLUMNS = ("best (worst)", "best (best)")
LARGEST = 420.0  # square points, at a share of 1
SHOWN = (0.1, 0.5, 1.0)


def best_arrangements(tables: Mapping[str, pd.DataFrame], ax: Axes | None = None) -> Axes:
    """Draw in which share of the draws each arrangement is among the best, by criterion.

    A disc's area is the share if each arrangement is judged by its worst equilibrium, a ring's
    that by its best. Both are missing where an arrangement is never among the best.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        By criterion, what `Ranking.best` gives; all with the same arrangements.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If there is no table, a column is missing, or the arrangements differ.
    """
    rows = _rows(tables)
    ax = axes_of(ax, 2.8 + 0.95 * len(tables), 1.6 + 0.34 * len(rows))
    for column, face, edge in zip(COLUMNS, (line_colour_of(0), "none"), ("none", INK), strict=True):
        shares = np.array([table.loc[rows, column] for table in tables.values()], dtype=float).T
        up, across = np.nonzero(shares > 0)
        sizes = LARGEST * shares[up, across]
        ax.scatter(across, up, s=sizes, facecolors=face, edgecolors=edge, linewidths=1.0)
    ax.set_xticks(range(len(tables)), [label_of(name) for name in tables])
    ax.set_yticks(range(len(rows)), rows)
    ax.set_xlim(-0.6, len(tables) - 0.4)
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.tick_params(length=0)
    ax.grid(axis="y", color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)
    ax.spines[["top", "right", "left", "bottom"]].set_visible(False)
    _legend(ax)
    return ax


def _rows(tables: Mapping[str, pd.DataFrame]) -> list[str]:
    """The arrangements, those that are best most often by the first criterion first."""
    if not tables:
        raise InputError("there is nothing to draw; give {criterion: ranking.best(criterion)}.")
    for name, table in tables.items():
        missing = [c for c in COLUMNS if c not in getattr(table, "columns", ())]
        if missing:
            raise InputError(f"{name}: no column {missing[0]!r}; give what `Ranking.best` gives.")
    first = next(iter(tables.values()))
    if any(set(table.index) != set(first.index) for table in tables.values()):
        raise InputError("the tables hold different arrangements; take them from one ranking.")
    return [str(name) for name in first.index]


def _legend(ax: Axes) -> None:
    for share in SHOWN:
        ax.scatter([], [], s=LARGEST * share, color=line_colour_of(0), label=f"{share:.0%}")
    ax.scatter([], [], s=LARGEST / 2, facecolors="none", edgecolors=INK, label="best equilibrium")
    ax.legend(
        title="share of draws,\nworst equilibrium",
        loc="upper left",
        bbox_to_anchor=(1.01, 1.0),
        labelspacing=1.5,
        frameon=False,
        fontsize="small",
        title_fontsize="small",
    )
