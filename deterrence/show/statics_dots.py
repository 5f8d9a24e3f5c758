"""How fast one outcome changes with each parameter, at both ends of the set of equilibria."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.show.styles import INK, axes_of, label_of, line_colour_of
from deterrence.study.ends import ENDS
from deterrence.study.statics import Statics

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["statics"]

MARKS = (("least", "o", 0), ("most", "D", 1))  # end, marker, colour


def statics(record: Statics, ax: Axes | None = None, *, outcome: str | None = None) -> Axes:
    """Draw the derivatives of one outcome, a row for each parameter, a mark for each end.

    Rows are sorted by the larger of the two; parameters that move neither end are left out, unless
    none does. A cross at zero stands for an end without a derivative.

    Parameters
    ----------
    record : Statics
        From `statics`.
    ax : matplotlib.axes.Axes, optional
    outcome : str, optional
        Which one; may be left out where the record has one.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If `record` is none, or has several outcomes and none is named.
    LabelError
        For an unknown outcome.
    """
    name = _outcome(record, outcome)
    rows = _rows(record, name)
    ax = axes_of(ax, 7.5, 1.4 + 0.34 * len(rows))
    ax.axvline(0, color=INK, linewidth=0.8, zorder=1)
    for n, (end, marker, colour) in enumerate(MARKS):
        shift = (n - 0.5) * 0.24
        values = [(ends[end], row + shift) for row, (_, ends) in enumerate(rows)]
        _marks(ax, values, ENDS[end], {"marker": marker, "color": line_colour_of(colour)})
    ax.set_yticks(range(len(rows)), [label_of(parameter) for parameter, _ in rows])
    ax.set_ylim(len(rows) - 0.4, -0.6)
    ax.set_xlabel(f"change of {label_of(name)} with one unit of each parameter alone")
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.legend(loc="upper left", bbox_to_anchor=(1.01, 1.0), frameon=False, fontsize="small")
    return ax


def _marks(
    ax: Axes, values: list[tuple[float | None, float]], words: str, look: dict[str, Any]
) -> None:
    """Marks with lines from zero, and crosses where there is no derivative."""
    known = [(value, y) for value, y in values if value is not None]
    if known:
        xs, ys = zip(*known, strict=True)
        ax.hlines(ys, 0, xs, color=look["color"])
        ax.plot(xs, ys, linestyle="none", label=words, **look)
    gone = [y for value, y in values if value is None]
    if gone:
        cross = {**look, "marker": "x", "linestyle": "none"}
        ax.plot([0] * len(gone), gone, label=f"no derivative: {words}", **cross)


def _outcome(record: Statics, outcome: str | None) -> str:
    if not isinstance(record, Statics):
        raise InputError(f"give a record from statics, not {type(record).__name__}.")
    if outcome is None and len(record.outcomes) > 1:
        several = ", ".join(record.outcomes)
        raise InputError(f"the record has several outcomes; name one: {several}.")
    name = record.outcomes[0] if outcome is None else outcome
    if name not in record.outcomes:
        raise unknown("outcome", name, record.outcomes)
    return name


def _rows(record: Statics, outcome: str) -> list[tuple[str, dict[str, float | None]]]:
    """Parameters with both derivatives, the largest first."""
    every = []
    for name in record.parameters:
        values = {end: record.ends[outcome, end, name].value for end, _, _ in MARKS}
        every.append((name, {end: None if v is None else float(v) for end, v in values.items()}))
    moving = [row for row in every if any(v != 0 for v in row[1].values())]
    size = {name: max(abs(v or 0.0) for v in ends.values()) for name, ends in every}
    return sorted(moving or every, key=lambda row: -size[row[0]])
