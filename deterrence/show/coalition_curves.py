"""Coalitions by size: one line for each rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.show.styles import axes_of, label_of, line_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["coalitions"]

NEEDED = ("n", "rule")
OTHERWISE = ("equilibrium", "pivotal")
THIN, WIDER = 1.3, 1.0  # points: lines that coincide lie on each other, the widest below


def coalitions(table: pd.DataFrame, ax: Axes | None = None, *, outcome: str = "response") -> Axes:
    """Draw an outcome against the number of guarantors, by rule.

    Where a rule has several equilibria, its line is the least of them and a bar reaches up to the
    most. Equilibria in which no single vote matters are left out. Each line is thinner than the
    ones below it, so that lines that coincide are all seen.

    Parameters
    ----------
    table : pandas.DataFrame
        ``compare_coalitions(...).table``.
    ax : matplotlib.axes.Axes, optional
    outcome : str
        A column of the table.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the table has no such index.
    LabelError
        For an unknown outcome.
    """
    _check(table, outcome)
    chosen = table[table["pivotal"]][outcome].groupby(level=list(NEEDED), sort=False)
    least, most = chosen.min().unstack("n"), chosen.max().unstack("n")
    sizes = least.columns.to_numpy()
    ax = axes_of(ax, 6.4, 4.2)
    for k, rule in enumerate(least.index):
        above = len(least.index) - 1 - k
        low, high = least.loc[rule].to_numpy(), most.loc[rule].to_numpy()
        style = line_of(k) | {"linewidth": THIN + WIDER * above, "markersize": 4 + 2 * above}
        ax.plot(sizes, low, label=rule, zorder=3 + k, **style)
        wide = high - low > 1e-9
        colour = line_of(k)["color"]
        ax.vlines(sizes[wide], low[wide], high[wide], colors=colour, linewidth=1.0)
        ax.plot(sizes[wide], high[wide], linestyle="none", marker="_", color=colour)
    _frame(ax, sizes, outcome)
    return ax


def _check(table: Any, outcome: str) -> None:
    names = getattr(getattr(table, "index", None), "names", ())
    if not set(NEEDED) <= set(names) or "pivotal" not in getattr(table, "columns", ()):
        raise InputError(
            "give the table of compare_coalitions: indexed by n and rule, with a column pivotal."
        )
    known = [column for column in table.columns if column not in OTHERWISE]
    if outcome not in known:
        raise unknown("outcome", outcome, known)


def _frame(ax: Axes, sizes: Any, outcome: str) -> None:
    from matplotlib.ticker import NullLocator

    ax.set_xscale("log")
    ax.set_xticks(sizes, [f"{n:,}" for n in sizes])
    ax.xaxis.set_minor_locator(NullLocator())
    ax.set_xlabel("guarantors")
    ax.set_ylabel(label_of(outcome))
    ax.legend(frameon=False, fontsize="small")
