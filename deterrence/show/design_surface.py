"""What instruments are worth: a goal over two of them, with its optimum and other points."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError
from deterrence.show.styles import INK, axes_of, label_of
from deterrence.study.design_record import RULES, Design, Optimum

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["design_surface"]

LEVELS = 12
COLOURS = "cividis"  # reads the same for the colour-blind, and from dark to light in print
PALE = "#F4F4F4"
FAR = 0.88  # of an axis: from here on a label stands on the other side of its point
OUTLINE = 2.5  # points around letters, white, so that they can be read on any colour


def design_surface(
    record: Design,
    ax: Axes | None = None,
    *,
    selection: str = "worst",
    markers: Iterable[tuple[str, float, float]] | None = None,
) -> Axes:
    """Draw a goal over two instruments: the lighter, the better.

    The optimum is a star, hollow if its value is approached and not attained. Where the
    requirements fail the surface is hatched.

    Parameters
    ----------
    record : Design
        From `design`, over two instruments; the first one goes across.
    ax : matplotlib.axes.Axes, optional
    selection : {"worst", "best"}
        The equilibrium that instruments are judged by.
    markers : iterable of (label, x, y), optional
        Other points, real arrangements for instance.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If `record` is none or has not two instruments, or a marker is anything else.
    LabelError
        If the record has no such selection.
    """
    if not isinstance(record, Design):
        raise InputError(f"give a record from design, not {type(record).__name__}.")
    if len(record.over) != 2:
        raise InputError(
            f"a surface has two instruments, this design {len(record.over)}; fix the others."
        )
    optimum, marked = record[selection], _read(markers)
    ax = axes_of(ax, 8.0, 5.2)
    (x, xs), (y, ys) = record.surface.axes.items()
    values = np.ma.masked_invalid(record.surface.values[selection].T)
    _draw_values(ax, xs, ys, values, str(record.goal))
    handles = _draw_forbidden(ax, xs, ys, np.ma.getmaskarray(values))
    ax.set_xlim(*record.over[x])
    ax.set_ylim(*record.over[y])
    for label, across, up in marked:
        _draw_marker(ax, label, across, up)
    if optimum.found:
        handles += _draw_optimum(ax, optimum)
    ax.set_xlabel(label_of(x))
    ax.set_ylabel(label_of(y))
    ax.set_title(f"judged {RULES[selection]}", fontsize="medium")
    if handles:
        ax.legend(
            handles=handles,
            loc="upper center",
            bbox_to_anchor=(0.5, -0.14),
            ncols=2,
            frameon=False,
            fontsize="small",
        )
    return ax


def _read(markers: Iterable[Any] | None) -> list[tuple[str, float, float]]:
    found = []
    for item in markers or ():
        try:
            label, x, y = item
            found.append((str(label), float(x), float(y)))
        except (TypeError, ValueError):
            raise InputError(f"a marker is (label, x, y), not {item!r}.") from None
    return found


def _draw_values(ax: Axes, xs: Any, ys: Any, values: Any, goal: str) -> None:
    """The surface by point, so that its jumps stay jumps, and a few lines of equal value."""
    figure = ax.get_figure(root=True)
    if values.count() == 0:
        return
    mesh = ax.pcolormesh(xs, ys, values, cmap=COLOURS, shading="nearest", rasterized=True)
    if values.min() < values.max():
        levels = np.linspace(values.min(), values.max(), LEVELS)[1:-1]
        ax.contour(xs, ys, values, levels=levels, colors=INK, linewidths=0.5)
    if figure is not None:
        figure.colorbar(mesh, ax=ax, label=goal)


def _draw_forbidden(ax: Axes, xs: Any, ys: Any, forbidden: Any) -> list[Any]:
    """Hatches where the requirements fail, and their entry for the legend."""
    from matplotlib.patches import Patch

    if not forbidden.any():
        return []
    if forbidden.all():
        ax.set_facecolor(PALE)
        ax.text(0.5, 0.5, "the requirements fail everywhere", transform=ax.transAxes, ha="center")
        return []
    where = forbidden.astype(float)
    ax.contourf(xs, ys, where, levels=[0.5, 1.5], colors=[PALE], hatches=["///"], zorder=0.5)
    return [Patch(facecolor=PALE, edgecolor=INK, hatch="///", label="requirements fail")]


def _draw_marker(ax: Axes, label: str, x: float, y: float) -> None:
    ax.plot(x, y, marker="o", markersize=6, color="white", markeredgecolor=INK, linestyle="none")
    _write(ax, label, x, y)


def _draw_optimum(ax: Axes, optimum: Optimum) -> list[Any]:
    x, y = optimum.instruments.values()
    word = "attained" if optimum.attained else "approached, not attained"
    return ax.plot(
        x,
        y,
        marker="*",
        markersize=17,
        color="#D55E00" if optimum.attained else "white",
        markeredgecolor="#D55E00" if not optimum.attained else "white",
        markeredgewidth=1.6,
        linestyle="none",
        label=f"optimum ({optimum.kind}; {word}): {optimum.value:.4g}",
        zorder=5,
        clip_on=False,
    )


def _write(ax: Axes, text: str, x: float, y: float) -> None:
    """A label beside its point, on the side where there is room."""
    from matplotlib.patheffects import withStroke

    across, up = ax.transAxes.inverted().transform(ax.transData.transform((x, y)))
    right, top = across > FAR, up > FAR
    ax.annotate(
        text,
        (x, y),
        xytext=(-6 if right else 6, -5 if top else 5),
        textcoords="offset points",
        ha="right" if right else "left",
        va="top" if top else "bottom",
        fontsize="x-small",
        color=INK,
        path_effects=[withStroke(linewidth=OUTLINE, foreground="white")],
    )
