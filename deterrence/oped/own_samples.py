"""Claims that companions of the game judge, each family of claims at its own draws."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import FileError
from deterrence.oped.orders import Holding
from deterrence.oped.own_crises import CRISES
from deterrence.oped.own_families import Family, Row
from deterrence.oped.own_points import Values, columns_of, points_of
from deterrence.oped.own_years import YEARS
from deterrence.oped.settings import REPLICATES
from deterrence.study.running import parallel, workers_of
from deterrence.study.version import package_version

__all__ = ["FAMILIES", "OWN", "answered", "count_of", "rows_of"]

Floats = NDArray[np.float64]
Progress = Callable[[int, int], Any]
FAMILIES: tuple[Family, ...] = (*CRISES, *YEARS)
OWN: Mapping[str, Family] = {claim: one for one in FAMILIES for claim in one.answers}
THIN = 3  # by how much fewer points a box has that only repeats another


def count_of(family: Family, least: int, box: str) -> int:
    """How many points a family gets in a box, a multiple of the eight scramblings.

    Parameters
    ----------
    family : Family
    least : int
        What the dearest points are multiples of.
    box : str
        Of `BOXES`; all but "plausible" get a third.
    """
    points = least * family.times // (1 if box == "plausible" else THIN)
    return max(REPLICATES, points // REPLICATES * REPLICATES)


def answered(family: Family, rows: Floats) -> dict[str, tuple[Holding, str]]:
    """By claim, where it holds, and how that was found."""
    return {
        claim: (answer.judged(rows), answer.note(rows)) for claim, answer in family.answers.items()
    }


def rows_of(
    family: Family,
    count: int,
    box: str,
    seed: int,
    *,
    places: Sequence[int] | None = None,
    jobs: int | None = None,
    file: Path | None = None,
    progress: Progress | None = None,
) -> Floats:
    """Solve a family's points, or some of them.

    Parameters
    ----------
    family : Family
    count, box, seed
        Of the draw, as for `columns_of`.
    places : sequence of int, optional
        The points of the draw that are wanted; all by default.
    jobs : int or None
        As for `solve_points`.
    file : path, optional
        Where each point is kept as soon as it is solved, and read again.
    progress : callable, optional
        Called with how many points are solved, and of how many.

    Returns
    -------
    ndarray, shape (points, numbers)

    Raises
    ------
    FileError
        If the file is damaged, of other points or of another version of the package, or cannot be
        written.
    """
    columns = columns_of(family.claim, count, box, seed)
    wanted = list(range(count)) if places is None else list(places)
    kept = _Kept(file, _digest(family, columns))
    left = [k for k in wanted if k not in kept.rows]
    total = len(wanted)
    if progress is not None:
        progress(total - len(left), total)
    for n, (k, row) in enumerate(_solved(family, left, points_of(columns, left), jobs), start=1):
        kept.put(k, row)
        if progress is not None:
            progress(total - len(left) + n, total)
    return np.array([kept.rows[k] for k in wanted], dtype=float)


def _solved(
    family: Family, places: Sequence[int], points: Sequence[Values], jobs: int | None
) -> Iterator[tuple[int, Row]]:
    """Rows with their places, each as soon as it is there."""
    tasks = [(_one, (family.one, k, point)) for k, point in zip(places, points, strict=True)]
    workers = workers_of(jobs, len(points))
    if workers <= 1:
        return (_one(*given) for _, given in tasks)
    return parallel(tasks, workers, ordered=False)


def _one(one: Callable[[Values], Row], place: int, point: Values) -> tuple[int, Row]:
    return place, one(point)


def _digest(family: Family, columns: Mapping[str, Floats]) -> str:
    """What tells one question from another."""
    found = hashlib.sha256(f"{package_version()} {family.name}".encode())
    for name, column in columns.items():
        found.update(name.encode() + column.tobytes())
    return found.hexdigest()[:32]


class _Kept:
    """Rows by point; with a path they are lines of a file, whose first says what they are of."""

    def __init__(self, path: Path | None, digest: str) -> None:
        self.path = path
        self.rows: dict[int, list[float]] = {}
        if path is None:
            return
        if not path.exists():
            try:
                path.write_text(json.dumps({"points": digest}) + "\n", encoding="utf-8")
            except OSError as error:
                raise FileError(f"{path} cannot be written: {error}.") from error
            return
        self._read(path, digest)

    def _read(self, path: Path, digest: str) -> None:
        try:
            head, *lines, torn = path.read_text(encoding="utf-8").split("\n")
            same = json.loads(head) == {"points": digest}
            self.rows = {place: _row(row) for place, row in map(json.loads, lines)}
            if len({len(row) for row in self.rows.values()}) > 1:
                raise ValueError("lines of several lengths")
        except (OSError, ValueError, TypeError) as error:
            raise FileError(
                f"{path} is damaged, or no such file: {error}. Give another folder, or delete it."
            ) from error
        if not same:
            raise FileError(
                f"{path} holds other points, or is of another version of the package. Give another "
                "folder, or delete it."
            )
        if torn:  # a line that was being written when the run ended
            path.write_text("\n".join([head, *lines, ""]), encoding="utf-8")

    def put(self, place: int, row: Sequence[float]) -> None:
        """Keep a point's row."""
        self.rows[place] = list(row)
        if self.path is None:
            return
        try:
            with open(self.path, "a", encoding="utf-8") as file:
                file.write(json.dumps([place, list(row)]) + "\n")
        except OSError as error:
            raise FileError(f"{self.path} cannot be written: {error}.") from error


def _row(given: Any) -> list[float]:
    """A line's numbers, or ValueError."""
    if not isinstance(given, list) or not given:
        raise ValueError("a line that holds no numbers")
    return [float(x) for x in given]
