"""Finished chunks of a map on disk, so that a run that was stopped goes on."""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from deterrence.errors import FileError
from deterrence.study.atlas import Atlas
from deterrence.study.mapping import ChunkPlays
from deterrence.study.mesh import Chunk

__all__ = ["MapStore"]

HEAD = "map.json"


class MapStore:
    """A folder with a file for every finished chunk; nothing is kept without a path.

    Parameters
    ----------
    path : path or None
    head : dict
        What tells this map from others, for JSON.

    Raises
    ------
    FileError
        If the folder holds another map, or cannot be written.
    """

    def __init__(self, path: str | os.PathLike[str] | None, head: dict[str, Any]) -> None:
        self.path = None if path is None else Path(path)
        if self.path is not None:
            self._open(self.path, json.dumps(head, sort_keys=True))

    def _open(self, path: Path, head: str) -> None:
        try:
            if path.exists() and not path.is_dir():
                raise FileError(
                    f"{path} is a file; a sweep by regimes keeps its chunks in a folder. Give "
                    "another path."
                )
            path.mkdir(parents=True, exist_ok=True)
            file = path / HEAD
            if not file.exists():
                if any(path.iterdir()):
                    raise FileError(f"{path} holds something else. Give another path.")
                file.write_text(head, encoding="utf-8")
            elif file.read_text(encoding="utf-8") != head:
                raise FileError(
                    f"the store {path} belongs to another map, or to another version of the "
                    "package. Give another path, or delete it."
                )
        except OSError as error:
            raise FileError(f"the store {path} cannot be used: {error}.") from error

    def of(self, atlas: Atlas) -> _Chunks | None:
        """The chunks that belong to an atlas; what was evaluated with another one is not used."""
        if self.path is None:
            return None
        folder = self.path / atlas.digest()
        folder.mkdir(exist_ok=True)
        return _Chunks(folder)


class _Chunks:
    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _file(self, first: int) -> Path:
        return self.folder / f"{first:012d}.npz"

    def has(self, chunk: Chunk) -> bool:
        """Whether a chunk is there."""
        return self._file(int(chunk.places[0])).exists()

    def add(self, part: ChunkPlays) -> None:
        """Keep a chunk; the file appears under its name when it is whole."""
        rows: dict[str, Any] = {"places": part.places, "least": part.least, "most": part.most}
        told = []
        for n, (words, exists, patterns) in enumerate(part.plays):
            rows[f"exists{n}"] = np.packbits(exists)
            for k, (here, _) in enumerate(patterns):
                rows[f"pattern{n}_{k}"] = np.packbits(here)
            told.append([words, [outcome for _, outcome in patterns]])
        rows["edge"] = np.packbits(part.edge)
        rows["told"] = np.array(json.dumps(told))
        target = self._file(int(part.places[0]))
        working = target.with_suffix(".part")
        with open(working, "wb") as file:
            np.savez(file, **rows)
        os.replace(working, target)

    def finished(self) -> Iterator[ChunkPlays]:
        """All chunks that are there."""
        for file in sorted(self.folder.glob("*.npz")):
            try:
                yield _read(file)
            except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile) as error:
                raise FileError(
                    f"{file} is not what this package wrote, or is damaged. Delete that file."
                ) from error


def _read(file: Path) -> ChunkPlays:
    with open(file, "rb") as opened, np.load(opened, allow_pickle=False) as rows:
        size = len(rows["places"])

        def bits(name: str) -> Any:
            return np.unpackbits(rows[name], count=size).astype(bool)

        plays = []
        for n, (words, outcomes) in enumerate(json.loads(str(rows["told"]))):
            patterns = [(bits(f"pattern{n}_{k}"), found) for k, found in enumerate(outcomes)]
            plays.append((words, bits(f"exists{n}"), patterns))
        return ChunkPlays(rows["places"], rows["least"], rows["most"], plays, bits("edge"))
