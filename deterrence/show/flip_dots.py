"""What flips a conclusion: each parameter's range with its present value and nearest flips."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.show.styles import INK, axes_of, label_of, line_colour_of
from deterrence.study.flips import Flips

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["flips"]

FADED = "#999999"


def flips(record: Flips, ax: Axes | None = None) -> Axes:
    """Draw how far each parameter has to go, alone, until a conclusion flips.

    Every parameter has a row for its range, from the low end to the high end: a dot where it is, a
    diamond at the nearest value on either side that flips the conclusion, filled for the nearer
    one, with its number, and a thick line up to that. Those that flip it soonest stand first; those
    that cannot are grey.

    Parameters
    ----------
    record : Flips
        From `flips`.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If `record` is none.
    """
    if not isinstance(record, Flips):
        raise InputError(f"give a record from flips, not {type(record).__name__}.")
    names = record.parameters
    ax = axes_of(ax, 7.5, 1.5 + 0.42 * len(names))
    for row, name in enumerate(names):
        _row(ax, record, name, row)
    ax.set_yticks(range(len(names)), [_with_range(record, name) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.set_xlim(-0.06, 1.06)
    ax.set_xticks([0, 0.5, 1], ["low end", "middle of the range", "high end"])
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    held = "holds" if record.holds else "does not hold"
    ax.set_title(textwrap.fill(f"At present {held}: {record.conclusion}", 70), fontsize="medium")
    _legend(ax)
    return ax


def _row(ax: Axes, record: Flips, name: str, row: int) -> None:
    low, high = record.ranges[name]

    def place(value: float) -> float:
        return (value - float(low)) / float(high - low)

    present, nearest = place(float(record.at[name])), record.nearest(name)
    ax.plot([0, 1], [row, row], color="#CCCCCC", linewidth=1.2, zorder=1)
    if nearest is not None:
        ends = [present, place(nearest.value)]
        ax.plot(ends, [row, row], color=line_colour_of(0), linewidth=3, zorder=2)
    for flip in record.found[name]:
        if flip is not None:
            x, fill = place(flip.value), line_colour_of(1) if flip is nearest else "white"
            ax.plot([x], [row], "D", color=line_colour_of(1), markerfacecolor=fill, ms=7, zorder=3)
            ax.annotate(
                f"{flip.value:.3g}",
                (x, row),
                (0, 6),
                textcoords="offset points",
                ha="center",
                va="bottom",
                fontsize="x-small",
            )
    ax.plot([present], [row], "o", color=INK if nearest else FADED, ms=6, zorder=4)


def _with_range(record: Flips, name: str) -> str:
    low, high = record.ranges[name]
    return f"{label_of(name)} ({float(low):g} to {float(high):g})"


def _legend(ax: Axes) -> None:
    from matplotlib.lines import Line2D

    colour = line_colour_of(1)
    looks: list[tuple[str, dict[str, Any]]] = [
        ("at present", {"marker": "o", "color": INK}),
        ("nearest flip", {"marker": "D", "color": colour}),
        ("flip on the other side", {"marker": "D", "color": colour, "markerfacecolor": "white"}),
        ("cannot flip it alone", {"marker": "o", "color": FADED}),
    ]
    handles = [Line2D([], [], linestyle="none", label=text, **look) for text, look in looks]
    ax.legend(
        handles=handles,
        loc="upper center",
        bbox_to_anchor=(0.5, -0.06 - 0.3 / max(1, len(ax.get_yticks()))),
        ncols=4,
        frameon=False,
        fontsize="small",
        handletextpad=0.2,
        columnspacing=1.2,
    )
