"""Colours, hatches and lines that stay apart for the colour-blind and in greyscale print."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["INK", "OKABE_ITO", "axes_of", "dash_of", "fill_of", "label_of", "line_colour_of"]

# Okabe and Ito (2008), light and dark in turn; grey in place of black, which hides a hatch
OKABE_ITO = (
    "#56B4E9",
    "#E69F00",
    "#009E73",
    "#F0E442",
    "#0072B2",
    "#CC79A7",
    "#D55E00",
    "#BBBBBB",
)
INK = "#222222"
# as many as have no common factor with the colours, so that pairs repeat after 72
HATCHES = ("", "////", "....", "\\\\\\\\", "xxxx", "----", "||||", "oooo", "++++")
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#222222", "#56B4E9")
DASHES = ("solid", (0, (5, 2)), (0, (1, 1.2)), (0, (6, 2, 1, 2)), (0, (3, 1)))


def fill_of(n: int) -> dict[str, Any]:
    """How the n-th area is filled: keywords for a patch."""
    return {
        "facecolor": OKABE_ITO[n % len(OKABE_ITO)],
        "hatch": HATCHES[n % len(HATCHES)],
        "edgecolor": INK,
        "linewidth": 0,
    }


def line_colour_of(n: int) -> str:
    """The colour of the n-th line, dark enough for white paper."""
    return LINES[n % len(LINES)]


def dash_of(n: int) -> Any:
    """The dashes of the n-th line."""
    return DASHES[n % len(DASHES)]


def label_of(name: str) -> str:
    """A parameter's or an event's name as one reads it."""
    return name.replace("_", " ")


def axes_of(ax: Axes | None, width: float, height: float) -> Axes:
    """The axes given, or new ones of a size in inches."""
    if ax is not None:
        return ax
    import matplotlib.pyplot as plt

    _, fresh = plt.subplots(figsize=(width, height), layout="constrained")
    return fresh
