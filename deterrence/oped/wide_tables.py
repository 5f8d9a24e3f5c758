"""Tables in which a cell is the least and the most of something, as text."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.guarantee.codings import figure

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["changed_text", "ends_text", "grid_text", "intervals_text"]


def ends_text(least: float, most: float, digits: int = 3) -> str:
    """Both ends, or the one number that they are; a dash for what is none."""
    if not (math.isfinite(least) and math.isfinite(most)):
        return "-"
    low, high = (f"{round(x, digits) + 0.0:.{digits}f}" for x in (least, most))  # no minus zero
    return low if low == high else f"{low} to {high}"


def intervals_text(intervals: Iterable[tuple[float, float]], digits: int = 3) -> str:
    """Intervals one after the other; "none" if there is none."""
    return ", ".join(f"{a:.{digits}f} to {b:.{digits}f}" for a, b in intervals) or "none"


def grid_text(frame: pd.DataFrame) -> str:
    """The table with its index as the first columns, to the left of what it names."""
    columns = {str(name): [str(name), *map(str, frame[name])] for name in frame.columns}
    widths = {name: max(map(len, cells)) for name, cells in columns.items()}
    rows = zip(
        *([cell.ljust(widths[name]) for cell in cells] for name, cells in columns.items()),
        strict=True,
    )
    return "\n".join("  ".join(row).rstrip() for row in rows)


def changed_text(label: str, changes: Mapping[str, Fraction]) -> str:
    """A scenario, with the numbers that were set otherwise."""
    words = ", ".join(f"{name} {figure(value)}" for name, value in changes.items())
    return label + (f", with {words}" if words else "")
