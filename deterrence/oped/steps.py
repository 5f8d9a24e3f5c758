"""Progress on standard error: a bar on a terminal, a line for each step elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["Steps"]

Report = Callable[[int, int], None]


class Steps:
    """Says what is being done, and how far it is.

    Parameters
    ----------
    stream : text file, optional
        Standard error by default.
    quiet : bool
        Say nothing.
    """

    def __init__(self, stream: TextIO | None = None, *, quiet: bool = False) -> None:
        self.stream = stream
        self.quiet = quiet

    @contextmanager
    def step(self, title: str) -> Iterator[Report]:
        """One step; gives the function to call with (done, total)."""
        stream = self.stream or sys.stderr
        if self.quiet:
            yield lambda done, total: None
        elif stream.isatty():
            yield from _bar(title, stream)
        else:
            print(f"{title} ...", file=stream, flush=True)
            yield lambda done, total: None


def _bar(title: str, stream: TextIO) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=Console(file=stream)) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
