"""Progress on standard error: a bar on a terminal, lines elsewhere; both say what is left."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

__all__ = ["Steps"]

Report = Callable[[int, int], None]
PAUSE = 10.0  # seconds between lines
FEW = 100  # less than one in so many done: no time is foretold


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
            yield _Lines(stream).report


class _Lines:
    """Now and then a line that says how far it is, and about how long it will take."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.start = self.told = time.monotonic()

    def report(self, done: int, total: int) -> None:
        now = time.monotonic()
        if done == 0:
            self.start = now  # a count may begin after preparations, or again
        if now - self.told < PAUSE or not 0 < done < total:
            return
        self.told = now
        left = ""
        if done * FEW >= total:  # the first of many say little: workers start, formulas compile
            left = f", about {(now - self.start) * (total - done) / done:,.0f} s left"
        print(f"  {done:,} of {total:,}{left}", file=self.stream, flush=True)


def _bar(title: str, stream: TextIO) -> Iterator[Report]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        TextColumn("left"),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(file=stream)) as progress:
        task = progress.add_task(title, total=None)
        yield lambda done, total: progress.update(task, completed=done, total=total)
