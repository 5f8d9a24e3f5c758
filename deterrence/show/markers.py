"""Points of their own on a map: filled with their own regimes, labelled without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError
from deterrence.show.styles import INK
from deterrence.study.regimes import SEPARATOR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox

__all__ = ["Marker", "draw_markers", "read_markers"]

SIZE = 13.0  # diameter in points
DISTANCES = (12, 20, 32, 46, 62, 80)  # of a label from its marker, in points
DIRECTIONS = 16
PLATE = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
LEADER = {"arrowstyle": "-", "linewidth": 0.7, "color": "black", "shrinkB": SIZE / 2}


@dataclass(frozen=True)
class Marker:
    """A labelled point and the regimes that exist there."""

    label: str
    x: float
    y: float
    regimes: tuple[str, ...]


def read_markers(given: Iterable[Any]) -> list[Marker]:
    """Markers from (label, x, y, regimes); InputError if one is anything else."""
    found = []
    for item in given:
        try:
            label, x, y, regimes = item
            place = float(x), float(y)
        except (TypeError, ValueError):
            raise InputError(f"a marker is (label, x, y, regimes), not {item!r}.") from None
        texts = regimes.split(SEPARATOR) if isinstance(regimes, str) else regimes
        found.append(Marker(str(label), *place, tuple(map(str, texts))))
    return found


def draw_markers(
    ax: Axes, markers: Sequence[Marker], fills: Mapping[str, Mapping[str, Any]]
) -> None:
    """Draw each marker as a disc cut into its regimes, then the labels."""
    for marker in markers:
        ax.scatter(
            [marker.x], [marker.y], s=(SIZE + 3) ** 2, color="white", zorder=5, clip_on=False
        )
        for k, name in enumerate(marker.regimes):
            _draw_wedge(ax, marker, k, fills[name])
        ring: dict[str, Any] = {"facecolors": "none", "edgecolors": "black", "linewidths": 1.4}
        ax.scatter(
            [marker.x], [marker.y], s=SIZE**2, zorder=7, clip_on=False, label=marker.label, **ring
        )
    _place_labels(ax, markers)


def _draw_wedge(ax: Axes, marker: Marker, k: int, fill: Mapping[str, Any]) -> None:
    from matplotlib.path import Path

    count = len(marker.regimes)
    arc = Path.wedge(90 - 360 * (k + 1) / count, 90 - 360 * k / count)
    path = Path.unit_circle() if count == 1 else arc
    # matplotlib scales a marker by its largest coordinate, which is not 1 for every wedge
    reach = float(np.abs(path.vertices).max())
    ax.scatter(
        [marker.x],
        [marker.y],
        s=(SIZE * reach) ** 2,
        marker=path,
        facecolor=fill["facecolor"],
        edgecolor=INK,
        hatch=fill["hatch"],
        linewidths=0.6,
        zorder=6,
        clip_on=False,
    )


def _place_labels(ax: Axes, markers: Sequence[Marker]) -> None:
    """Each label at the nearest place where it hides no marker and no other label."""
    figure = ax.get_figure(root=True)
    if not markers or figure is None:
        return
    figure.draw_without_rendering()  # so that the layout, and with it every place, is settled
    taken = [_disc(ax, marker) for marker in markers]
    for marker in markers:
        taken.append(_place_label(ax, marker, taken))


def _disc(ax: Axes, marker: Marker) -> Bbox:
    from matplotlib.transforms import Bbox

    x, y = ax.transData.transform((marker.x, marker.y))
    radius = (SIZE / 2 + 2) * _dots_per_point(ax)
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


def _dots_per_point(ax: Axes) -> float:
    figure = ax.get_figure(root=True)
    return float(figure.dpi) / 72 if figure is not None else 1.0


def _place_label(ax: Axes, marker: Marker, taken: Sequence[Bbox]) -> Bbox:
    note = _note(ax, marker)
    best: tuple[float, tuple[float, float], Any] | None = None
    for distance in DISTANCES:
        for n in range(DIRECTIONS):
            angle = 2 * pi * n / DIRECTIONS
            offset = (distance * cos(angle), distance * sin(angle))
            _move(note, offset)
            box = note.get_window_extent().padded(1.5)
            cost = _outside(box, ax.bbox) + sum(_shared(box, other) for other in taken)
            if best is None or cost < best[0]:
                best = cost, offset, box
            if cost == 0:
                return box
    assert best is not None
    _move(note, best[1])
    found: Bbox = best[2]
    return found


def _note(ax: Axes, marker: Marker) -> Annotation:
    return ax.annotate(
        marker.label,
        (marker.x, marker.y),
        xytext=(0, 0),
        textcoords="offset points",
        fontsize="x-small",
        zorder=8,
        annotation_clip=False,
        bbox=PLATE,
        arrowprops=LEADER,
    )


def _move(note: Annotation, offset: tuple[float, float]) -> None:
    """Put the text's nearest edge at the offset."""
    note.set_position(offset)
    across, up = offset
    note.set_horizontalalignment("left" if across > 4 else "right" if across < -4 else "center")
    note.set_verticalalignment("bottom" if up > 4 else "top" if up < -4 else "center")


def _shared(one: Bbox, other: Bbox) -> float:
    width = min(one.x1, other.x1) - max(one.x0, other.x0)
    height = min(one.y1, other.y1) - max(one.y0, other.y0)
    return float(max(width, 0.0) * max(height, 0.0))


def _outside(box: Bbox, frame: Bbox) -> float:
    return float(box.width * box.height) - _shared(box, frame)
