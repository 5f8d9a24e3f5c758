"""What was learnt of plays, as lines of JSON, so that a run that was stopped goes on."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from deterrence.equilibrium.parametric import CellFormulas, End
from deterrence.equilibrium.tracing import Tape
from deterrence.errors import FileError
from deterrence.study.charts import Chart, Formulas, PlayName

__all__ = ["LearntStore"]


class LearntStore:
    """A file to which every lesson is added when it is learnt; nothing is kept without a path.

    Parameters
    ----------
    path : path or None
    head : str
        What tells this question from others.

    Raises
    ------
    FileError
        If the file belongs to another question, or is none of these.
    """

    def __init__(self, path: str | os.PathLike[str] | None, head: str) -> None:
        self.path = None if path is None else Path(path)
        self._head = json.dumps({"learnt": head})
        if self.path is None:
            return
        try:
            self._open(self.path)
        except (OSError, UnicodeDecodeError) as error:
            raise FileError(f"the store {self.path} cannot be used: {error}.") from error

    def _open(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]  # a run that was killed may leave half a line
        if whole and whole.split("\n", 1)[0] != self._head:
            raise FileError(
                f"the store {path} belongs to another sample, or to another version of the "
                "package. Give another path, or delete it."
            )
        if text and not whole and not self._head.startswith(text):
            raise FileError(f"{path} is no store of what was learnt. Give another path.")
        if text != whole or not whole:
            path.write_text(whole or self._head + "\n", encoding="utf-8")

    def add(self, row: int, block: int, formulas: Formulas) -> None:
        """Keep what an answer about a point, by its number, taught of a block."""
        if self.path is None:
            return
        line = json.dumps({"row": row, "block": block, **_written(formulas)})
        with open(self.path, "a", encoding="utf-8", newline="\n") as file:
            file.write(line + "\n")

    def lessons(self, known: Callable[[int, int], bool]) -> Iterator[tuple[int, int, Formulas]]:
        """Everything kept: the number of a point, the block, and what was learnt.

        Parameters
        ----------
        known : callable
            Whether there is such a block at such a point.

        Raises
        ------
        FileError
            With the number of the line, if one is not what this package wrote.
        """
        if self.path is None:
            return
        with open(self.path, encoding="utf-8") as file:
            next(file)
            for number, line in enumerate(file, start=2):
                try:
                    row, block, formulas = _lesson(json.loads(line))
                    if not known(row, block):
                        raise ValueError(f"no block {block} at a point {row}")
                except (KeyError, TypeError, ValueError, IndexError, ArithmeticError) as error:
                    raise FileError(
                        f"line {number} of {self.path} is not what this package wrote. Delete "
                        "that line, or the file."
                    ) from error
                yield row, block, formulas


def _lesson(record: Any) -> tuple[int, int, Formulas]:
    formulas = _read(record)
    Chart().add(formulas)  # fails where places do not fit together
    return int(record["row"]), int(record["block"]), formulas


def _written(formulas: Formulas) -> dict[str, Any]:
    rows = [[r[0], str(r[1])] if r[0] == "constant" else list(r) for r in formulas.tape.rows]
    cells = [
        [name, cell.key, cell.always, cell.zeros, [_end(end) for end in cell.ends]]
        for name, cell in formulas.cells
    ]
    return {"tape": rows, "cells": cells}


def _end(end: End) -> list[Any]:
    return [end.alternatives, end.exactly, end.outcome]


def _read(record: dict[str, Any]) -> Formulas:
    tape = Tape()
    for row in record["tape"]:
        tape.rows.append(("constant", Fraction(row[1])) if row[0] == "constant" else tuple(row))
    cells: list[tuple[PlayName, CellFormulas]] = []
    for name, key, always, zeros, ends in record["cells"]:
        found = tuple(End(*(_tuples(part) for part in end)) for end in ends)
        cell = CellFormulas(_tuples(key), _tuples(always), _tuples(zeros), found)
        cells.append((_tuples(name), cell))
    return Formulas(tape, cells)


def _tuples(value: Any) -> Any:
    """Lists all the way down as tuples, as labels are."""
    return tuple(map(_tuples, value)) if isinstance(value, list) else value
