"""Colours, hatches and lines that stay apart for the colour-blind and in greyscale print."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = [
    "BESIDE",
    "INK",
    "OKABE_ITO",
    "axes_of",
    "band_of",
    "fill_of",
    "label_of",
    "line_colour_of",
    "line_of",
]

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
BESIDE: dict[str, Any] = {  # where and how a legend stands to the right of a picture
    "loc": "upper left",
    "bbox_to_anchor": (1.01, 1.0),
    "borderaxespad": 0,
    "frameon": False,
    "alignment": "left",
    "fontsize": "small",
    "title_fontsize": "small",
}
# without colour the first 15 still differ; 15 and 8 have no common factor, so 120 pairs do
HATCHES: tuple[str, ...] = ("", "////", "...", "\\\\\\\\", "xxx", "---", "|||", "ooo", "++")
HATCHES += ("//", "**", "\\\\", "--", "O", "||")
LINES = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#222222", "#56B4E9")
POINTS = ("o", "s", "^", "D", "v", "P", "X")
BAND_HATCHES = ("////", "\\\\\\\\", "....", "||||", "----", "xxxx", "++++")


def fill_of(n: int) -> dict[str, Any]:
    """How the n-th area is filled: keywords for a patch."""
    return {
        "facecolor": OKABE_ITO[n % len(OKABE_ITO)],
        "hatch": HATCHES[n % len(HATCHES)],
        "edgecolor": INK + "99",
        "linewidth": 0,
    }


def letter_of(n: int) -> str:
    """A short name for the n-th area, for those who cannot tell colours apart."""
    return ascii_letters[26 + n] if n < 26 else str(n + 1)


def line_colour_of(n: int) -> str:
    """The colour of the n-th line, dark enough for white paper."""
    return LINES[n % len(LINES)]


def line_of(n: int) -> dict[str, Any]:
    """How the n-th line is drawn: keywords for a line with points."""
    shape = {"marker": POINTS[n % len(POINTS)], "markersize": 4.5, "markeredgecolor": "white"}
    return {"color": line_colour_of(n), "linewidth": 1.6, "markeredgewidth": 0.5, **shape}


def band_of(n: int) -> dict[str, Any]:
    """How the n-th band is filled, so that one still shows through another."""
    from matplotlib.colors import to_rgba

    colour = line_colour_of(n)
    hatch = BAND_HATCHES[n % len(BAND_HATCHES)]
    return {
        "facecolor": to_rgba(colour, 0.15),
        "edgecolor": to_rgba(colour, 0.5),
        "hatch": hatch,
        "linewidth": 0,
    }


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
