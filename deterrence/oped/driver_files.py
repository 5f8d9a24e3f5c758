"""What drives an outcome, as text, plain values, tables and pictures."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.oped.maps import RESOLUTION, check_format, check_writable

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

__all__ = ["Files", "rows_of", "table_text"]


class Files:
    """Where a table and its picture are to be written; checked before any work.

    Parameters
    ----------
    picture, data : str or None
        Nothing is written where it is None.

    Raises
    ------
    InputError
        If no picture is written under such a name.
    FileError
        If nothing can be written there.
    """

    def __init__(self, picture: str | None, data: str | None) -> None:
        self.picture = None if picture is None else check_writable(check_format(picture))
        self.data = None if data is None else check_writable(data)
        self.undrawn = False

    def write(self, frame: pd.DataFrame, draw: Callable[[Axes], Any] | None, rows: int) -> None:
        """Write what was asked for.

        Parameters
        ----------
        frame : pandas.DataFrame
        draw : callable or None
            None where there is nothing to draw.
        rows : int
            How high the picture has to be.
        """
        if self.data is not None:
            frame.to_csv(self.data, index=False, lineterminator="\n")
        if self.picture is None or draw is None:
            self.undrawn, self.picture = self.picture is not None, None
            return
        from matplotlib.figure import Figure  # without pyplot, so that no display is asked for

        figure = Figure(figsize=(9, 1.8 + 0.42 * rows), layout="constrained")
        draw(figure.add_subplot())
        figure.savefig(self.picture, dpi=RESOLUTION)

    def sentence(self) -> str:
        """Which files there are now."""
        names = [str(path) for path in (self.picture, self.data) if path is not None]
        text = [f"Written: {', '.join(names)}."] if names else []
        text += ["Not drawn: nothing varies."] if self.undrawn else []
        return " ".join(text)

    def document(self) -> dict[str, str | None]:
        """The paths, ready for JSON."""
        return {name: _text(getattr(self, name)) for name in ("picture", "data")}


def _text(path: Path | None) -> str | None:
    return None if path is None else str(path)


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The table as plain values; null for what is not a number."""
    return [
        {str(name): _plain(value) for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


def _plain(value: Any) -> Any:
    value = value.item() if hasattr(value, "item") else value
    return None if isinstance(value, float) and not math.isfinite(value) else value


def table_text(frame: pd.DataFrame) -> str:
    """The table with three digits, and a dash for what is not a number."""
    text: str = frame.to_string(index=False, na_rep="-", float_format=lambda x: f"{x:.3g}")
    return "\n".join(line.rstrip() for line in text.splitlines())
