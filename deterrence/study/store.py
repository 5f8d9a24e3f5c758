"""Finished points in a file of JSON lines, so that a stopped run goes on where it was."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from deterrence.errors import FileError
from deterrence.games.tree import Game
from deterrence.study.results import PointResult, outcome_labels
from deterrence.study.version import package_version

__all__ = ["Store", "digest_of", "key_of"]

FORMAT = 1
Point = Mapping[str, Fraction]


def digest_of(game: Game, concept: str | None) -> str:
    """A short text that tells one question (a game, and a concept) from another.

    Parameters
    ----------
    game : Game
    concept : str or None

    Returns
    -------
    str
    """
    s = game.structure
    sets = [(own.player, repr(own.knows), own.actions, own.nodes) for own in s.sets]
    shape = (s.players, s.kind, s.parent, s.label, sets, s.payoffs, s.chance, s.events)
    numbers = [str(number) for number in game.numbers]
    whole = repr((shape, numbers, sorted(game.tied.items()), concept or "the usual one"))
    return hashlib.sha256(whole.encode()).hexdigest()[:32]


def key_of(point: Point) -> str:
    """A point as text, the same for the same numbers."""
    return json.dumps({name: str(point[name]) for name in sorted(point)})


class Store:
    """Results on disk, by point; without a path, results in memory only.

    Parameters
    ----------
    path : str, path-like or None
        Each line is one point; the first says which game they belong to.
    game : Game
    concept : str or None

    Attributes
    ----------
    found : dict of str to PointResult
        What is known so far, by `key_of` the point.

    Raises
    ------
    FileError
        If the file belongs to another game, concept or version of the package, or is no store.
    """

    def __init__(
        self, path: str | os.PathLike[str] | None, game: Game, concept: str | None
    ) -> None:
        self.path = None if path is None else Path(path)
        self.names = list(outcome_labels(game))
        self.found: dict[str, PointResult] = {}
        self._head = {
            "format": FORMAT,
            "version": package_version(),
            "game": digest_of(game, concept) if path is not None else "",
            "names": self.names,
        }
        self._file: Any = None

    def __enter__(self) -> Self:
        if self.path is not None:
            try:
                self._file = open(self.path, "a+", encoding="utf-8", newline="\n")
                self._resume(self.path)
            except (OSError, UnicodeDecodeError) as error:
                self._close()
                raise FileError(f"the store {self.path} cannot be used: {error}.") from error
            except BaseException:
                self._close()
                raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        at: TracebackType | None,
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _resume(self, path: Path) -> None:
        self._file.seek(0)
        text = self._file.read()
        whole = text[: text.rfind("\n") + 1]
        head = json.dumps(self._head) + "\n"
        if whole:
            self._read(path, whole.splitlines())
        elif not head.startswith(text):
            raise FileError(f"{path} is no store of solved points. Give another path.")
        # a run that was killed while it wrote leaves a last line without its end
        self._file.truncate(len(whole.encode()))
        if not whole:
            self._write(head)

    def _read(self, path: Path, lines: list[str]) -> None:
        self._check(path, _parsed(path, 1, lines[0]))
        for number, line in enumerate(lines[1:], start=2):
            try:
                result = self._result(_parsed(path, number, line))
            except (KeyError, TypeError, ValueError, AttributeError) as error:
                raise _broken(path, number) from error
            self.found[key_of(result.point)] = result

    def _check(self, path: Path, head: Any) -> None:
        if not isinstance(head, dict) or "game" not in head:
            raise FileError(f"{path} is no store of solved points. Give another path.")
        for what, said in (("format", "format"), ("version", "package version")):
            if head.get(what) != self._head[what]:
                raise FileError(
                    f"the store {path} was written with {said} {head.get(what)}, this is "
                    f"{self._head[what]}: results may differ. Give another path, or delete it."
                )
        if head != self._head:
            raise FileError(
                f"the store {path} belongs to another game or another concept. One store holds "
                "the points of one game: give another path, or delete it."
            )

    def add(self, result: PointResult) -> None:
        """Keep a result, on disk before anything else happens."""
        self.found[key_of(result.point)] = result
        self._write(json.dumps(self._record(result)) + "\n")

    def _write(self, line: str) -> None:
        if self._file is not None:
            self._file.write(line)
            self._file.flush()

    def _record(self, result: PointResult) -> dict[str, Any]:
        """A result for JSON: outcomes as rows in the order of the names in the first line."""
        return {
            **vars(result),
            "point": {name: str(value) for name, value in result.point.items()},
            "least": self._row(result.least),
            "most": self._row(result.most),
            "outcomes": [self._row(outcome) for outcome in result.outcomes],
        }

    def _row(self, named: Mapping[str, float]) -> list[float]:
        return [named[name] for name in self.names] if named else []

    def _result(self, record: dict[str, Any]) -> PointResult:
        given = {
            **record,
            "point": {name: Fraction(value) for name, value in record["point"].items()},
            "least": self._named(record["least"]),
            "most": self._named(record["most"]),
            "outcomes": tuple(self._named(row) for row in record["outcomes"]),
        }
        return PointResult(**given)

    def _named(self, row: list[float]) -> dict[str, float]:
        return dict(zip(self.names, row, strict=True)) if row else {}


def _parsed(path: Path, number: int, line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        raise _broken(path, number) from error


def _broken(path: Path, number: int) -> FileError:
    return FileError(
        f"line {number} of {path} is not what this package wrote. If the file is a store, delete "
        "that line; else give another path."
    )
