"""Points of their own on a map: filled with their own regimes, labelled without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import cos, pi, sin
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError
from deterrence.show.styles import INK, letter_of
from deterrence.study.regimes import SEPARATOR

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.path import Path
    from matplotlib.text import Annotation
    from matplotlib.transforms import Bbox, Transform

__all__ = ["Marker", "draw_markers", "read_markers"]

SIZE = 13.0  # diameter in points
DISTANCES = (12, 20, 32, 46, 62, 80)  # of a label from its marker, in points
DIRECTIONS = 16
PLATE = {"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none", "alpha": 0.9}
THREAD = {"arrowstyle": "-", "linewidth": 1.0, "color": "black"}
LEADER = {"arrowstyle": "-", "linewidth": 0.7, "color": "black", "shrinkB": SIZE / 2}

Place = tuple[float, float]  # from the true one, in points


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
    """Draw each marker as a disc cut into its regimes, then the labels.

    A disc that would lie on another one stands aside, with a line to where it belongs.
    """
    figure = ax.get_figure(root=True)
    if not markers or figure is None:
        return
    figure.draw_without_rendering()  # so that the layout, and with it every place, is settled
    taken: list[Bbox] = []
    places = []
    for marker in markers:
        places.append(_free_place(ax, marker, taken))
        taken.append(_disc(ax, marker, places[-1]))
    for marker, place in zip(markers, places, strict=True):
        _draw_disc(ax, marker, place, fills)
    order = list(fills)
    for marker, place in zip(markers, places, strict=True):
        letters = [letter_of(n) for n in sorted(map(order.index, marker.regimes))]
        text = f"{marker.label}: {' '.join(letters)}"
        taken.append(_place_label(ax, marker, text, place, taken))


def _shifted(ax: Axes, place: Place) -> Transform:
    """Data coordinates, moved by a number of points."""
    from matplotlib.transforms import ScaledTranslation

    figure = ax.get_figure(root=True)
    assert figure is not None
    across, up = place
    return ax.transData + ScaledTranslation(across / 72, up / 72, figure.dpi_scale_trans)


def _disc(ax: Axes, marker: Marker, place: Place) -> Bbox:
    from matplotlib.transforms import Bbox

    figure = ax.get_figure(root=True)
    assert figure is not None
    x, y = _shifted(ax, place).transform((marker.x, marker.y))
    radius = (SIZE / 2 + 1) * figure.dpi / 72
    return Bbox.from_extents(x - radius, y - radius, x + radius, y + radius)


def _around(distances: Iterable[float]) -> Iterator[Place]:
    for distance in distances:
        for n in range(DIRECTIONS):
            angle = 2 * pi * n / DIRECTIONS
            yield distance * cos(angle), distance * sin(angle)


def _free_place(ax: Axes, marker: Marker, taken: Sequence[Bbox]) -> Place:
    for place in ((0.0, 0.0), *_around((SIZE * 1.5, SIZE * 2.5, SIZE * 4))):
        if not any(_disc(ax, marker, place).overlaps(other) for other in taken):
            return place
    return (0.0, 0.0)


def _draw_disc(
    ax: Axes, marker: Marker, place: Place, fills: Mapping[str, Mapping[str, Any]]
) -> None:
    x, y, at = [marker.x], [marker.y], _shifted(ax, place)
    if place != (0.0, 0.0):
        ax.annotate("", (marker.x, marker.y), place, textcoords="offset points", arrowprops=THREAD)
        ax.scatter(x, y, s=9, color="black", zorder=5)
    ax.scatter(x, y, s=(SIZE + 3) ** 2, color="white", zorder=5, clip_on=False, transform=at)
    for k, name in enumerate(sorted(marker.regimes, key=list(fills).index)):
        path, reach = _wedge(k, len(marker.regimes))
        wedge = ax.scatter(x, y, s=(SIZE * reach) ** 2, marker=path, clip_on=False, transform=at)
        fill = fills[name]
        wedge.set(facecolor=fill["facecolor"], edgecolor=INK, linewidth=0.6, zorder=6)
    ring = ax.scatter(x, y, s=SIZE**2, clip_on=False, transform=at, label=marker.label)
    ring.set(facecolor="none", edgecolor="black", linewidth=1.4, zorder=7)


def _wedge(k: int, count: int) -> tuple[Path, float]:
    """The k-th of `count` equal parts of a disc, clockwise from above, and how far it reaches.

    Matplotlib scales a marker by its largest coordinate, which is not 1 for every part.
    """
    from matplotlib.path import Path

    if count == 1:
        return Path.unit_circle(), 1.0
    path = Path.wedge(90 - 360 * (k + 1) / count, 90 - 360 * k / count)
    return path, float(np.abs(path.vertices).max())


def _place_label(ax: Axes, marker: Marker, text: str, place: Place, taken: Sequence[Bbox]) -> Bbox:
    """The label at the nearest place where it hides no disc and no other label."""
    at: dict[str, Any] = {"xycoords": _shifted(ax, place), "textcoords": "offset points"}
    note = ax.annotate(text, (marker.x, marker.y), (0, 0), annotation_clip=False, **at)
    note.set(fontsize="x-small", bbox=PLATE, zorder=8)
    best: tuple[float, Place, Bbox] | None = None
    for offset in _around(DISTANCES):
        _move(note, offset)
        box = note.get_window_extent().padded(1.5)
        cost = _outside(box, ax.bbox) + sum(_shared(box, other) for other in taken)
        if best is None or cost < best[0]:
            best = cost, offset, box
        if cost == 0:
            break
    assert best is not None
    _move(note, best[1])
    leader = ax.annotate("", (marker.x, marker.y), best[1], arrowprops=LEADER, **at)
    leader.set(zorder=4, annotation_clip=False)
    return best[2]


def _move(note: Annotation, offset: Place) -> None:
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
