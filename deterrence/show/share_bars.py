"""In how much of the ranges each regime exists, and in how much it is the only one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.show.styles import BAND_HATCHES, INK, axes_of, label_of, line_colour_of
from deterrence.study.shares import Shares

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["shares"]

HEIGHT = 0.38
KINDS = (("exists", "some equilibrium has it"), ("only", "all equilibria have it"))


def shares(
    record: Shares, ax: Axes | None = None, *, names: Mapping[str, str] | None = None
) -> Axes:
    """Draw the share of draws at which each regime exists, and at which it is the only one.

    Lines across the ends of bars are 95 % confidence intervals, with all that is unknown on either
    side. The most frequent regime stands first.

    Parameters
    ----------
    record : Shares
        From `shares`.
    ax : matplotlib.axes.Axes, optional
    names : mapping of str to str, optional
        What the axis says for a regime.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If `record` is none.
    """
    if not isinstance(record, Shares):
        raise InputError(f"give a record from shares, not {type(record).__name__}.")
    frame = record.to_frame()
    ax = axes_of(ax, 7.5, 1.4 + 0.6 * len(frame))
    for n, (kind, words) in enumerate(KINDS):
        places = [row + (n - 0.5) * HEIGHT for row in range(len(frame))]
        values = frame[kind]
        look: dict[str, Any] = {"facecolor": line_colour_of(0)} if n else {"facecolor": "white"}
        look["hatch"] = "" if n else BAND_HATCHES[0]
        ax.barh(places, values, 0.92 * HEIGHT, edgecolor=line_colour_of(0), label=words, **look)
        ends = [values - frame[f"{kind} low"], frame[f"{kind} high"] - values]
        ax.errorbar(values, places, xerr=ends, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2.0)
    texts = [label_of((names or {}).get(name, name)) for name in frame["regime"]]
    ax.set_yticks(range(len(frame)), texts)
    ax.set_ylim(len(frame) - 0.4, -0.6)
    ax.set_xlim(0, 1)
    ax.set_xlabel(f"share of {record.several.draws:,} draws from the ranges")
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize="small")
    return ax
