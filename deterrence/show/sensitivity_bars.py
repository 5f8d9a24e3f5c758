"""What drives an outcome: Sobol indices as bars, and swings by one parameter at a time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.show.styles import BAND_HATCHES, BESIDE, INK, axes_of, label_of, line_colour_of
from deterrence.study.ends import ENDS
from deterrence.study.sensitivity import Sensitivity
from deterrence.study.swings import Swings

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["sensitivity", "tornado"]

SIDES = (("low", 0, "////"), ("high", 1, ""))  # end of the range, colour, hatch


def sensitivity(record: Sensitivity, ax: Axes | None = None, *, outcome: str | None = None) -> Axes:
    """Draw first-order and total Sobol indices, with bars of one standard error.

    Parameters
    ----------
    record : Sensitivity
        From `sensitivity`.
    ax : matplotlib.axes.Axes, optional
    outcome : str, optional
        Which one; may be left out where the record has one.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If `record` is none, has several outcomes and none is named, or nothing varies.
    LabelError
        For an unknown outcome.
    """
    i = _outcome(record, Sensitivity, outcome)
    ends = [j for j in range(len(record.ends)) if np.all(np.isfinite(record.total[i, j]))]
    if not ends:
        raise InputError(
            f"{record.outcomes[i]} is the same at all points, so that it has no indices. Draw "
            "another outcome, or vary more parameters."
        )
    order = np.argsort(-record.total[i, ends].max(axis=0), kind="stable")
    ax = axes_of(ax, 8.0, 1.4 + 0.13 * (1 + 2 * len(ends)) * len(order))
    height = 0.8 / (2 * len(ends))
    for n, j in enumerate(ends):
        for m, kind in enumerate(("first", "total")):
            places = np.arange(len(order)) - 0.4 + (2 * n + m + 0.5) * height
            values = getattr(record, kind)[i, j, order]
            errors = getattr(record, f"{kind}_error")[i, j, order]
            words = "alone" if kind == "first" else "with interactions"
            _bars(
                ax, places, values, errors, height, _look(n, m, f"{ENDS[record.ends[j]]}: {words}")
            )
    title = f"share of the variance of {label_of(record.outcomes[i])}"
    _frame(ax, [record.parameters[k] for k in order], title)
    ax.axvline(0, color=INK, linewidth=0.8)
    return ax


def _look(n: int, m: int, label: str) -> dict[str, Any]:
    """Colour by end, hatched where it is the total index."""
    hatch = BAND_HATCHES[n % len(BAND_HATCHES)] if m else ""
    face = line_colour_of(n)
    alpha = {"facecolor": face} if not m else {"facecolor": "white", "hatch": hatch}
    return {**alpha, "edgecolor": face, "label": label}


def _bars(ax: Axes, places: Any, values: Any, errors: Any, height: float, look: Any) -> None:
    ax.barh(places, values, height=0.92 * height, linewidth=0.9, **look)
    ax.errorbar(
        values, places, xerr=errors, fmt="none", ecolor=INK, elinewidth=1.0, capsize=2.0, zorder=4
    )


def tornado(record: Swings, ax: Axes | None = None, *, outcome: str | None = None) -> Axes:
    """Draw how far an outcome moves when one parameter alone goes to either end of its range.

    Each end of the envelope, or selection, has its own row by parameter and its own line where the
    outcome is at the point itself. The upper bar of a row is for the low end of the range, the
    lower bar for the high end.

    Parameters
    ----------
    record : Swings
        From `swings`.
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
    i = _outcome(record, Swings, outcome)
    order = np.argsort(-record.width[i].max(axis=0), kind="stable")
    rows = len(record.ends)
    ax = axes_of(ax, 7.0, 1.4 + 0.3 * (0.5 + rows) * len(order))
    for j, end in enumerate(record.ends):
        base = float(record.base[i, j])
        places = np.arange(len(order)) - 0.4 + (j + 0.5) * 0.8 / rows
        for name, colour, hatch in SIDES:
            moved = getattr(record, name)[i, j, order] - base
            shift = (-0.18 if name == "low" else 0.18) / rows
            ax.barh(
                places + shift,
                moved,
                left=base,
                height=0.34 / rows,
                facecolor=line_colour_of(colour),
                hatch=hatch,
                edgecolor="white",
                linewidth=0,
                label=f"{name} end of the range" if j == 0 else None,
            )
        style = ("-", "--", ":")[j % 3]
        ax.axvline(base, color=INK, linewidth=1.0, linestyle=style, label=ENDS[end])
    names = [_with_range(record, record.parameters[k]) for k in order]
    _frame(ax, names, label_of(record.outcomes[i]))
    return ax


def _with_range(record: Swings, name: str) -> str:
    low, high = record.ranges[name]
    return f"{label_of(name)}\n{float(low):g} to {float(high):g}"


def _outcome(record: Any, kind: type[Any], outcome: str | None) -> int:
    if not isinstance(record, kind):
        maker = "sensitivity" if kind is Sensitivity else "swings"
        raise InputError(f"give a record from {maker}, not {type(record).__name__}.")
    names: list[str] = list(record.outcomes)
    if outcome is None:
        if len(names) > 1:
            raise InputError(f"the record has several outcomes; name one: {', '.join(names)}.")
        return 0
    if outcome not in names:
        raise unknown("outcome", outcome, names)
    return names.index(outcome)


def _frame(ax: Axes, names: list[str], title: str) -> None:
    ax.set_yticks(range(len(names)), [label_of(name) for name in names])
    ax.set_ylim(len(names) - 0.4, -0.6)
    ax.tick_params(axis="y", length=0)
    ax.spines[["top", "right", "left"]].set_visible(False)
    ax.set_xlabel(title)
    ax.grid(axis="x", color="#DDDDDD", linewidth=0.8)
    ax.set_axisbelow(True)
    ax.margins(x=0.03)
    ax.legend(handlelength=2.2, **BESIDE)
