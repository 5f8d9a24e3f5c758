"""The text of a file of Gambit's: read from a path, with what is wrong with it if it cannot be."""

from __future__ import annotations

import difflib
import itertools
from pathlib import Path

from deterrence.errors import FileError
from deterrence.games.gambit_tokens import line_and_column_of

__all__ = ["data_at", "text_of"]

MOST_BYTES = 50_000_000
SUFFIXES = (".efg", ".nfg")


def data_at(path: Path, where: str) -> bytes:
    """The bytes of a file; FileError if it is missing or too large."""
    try:
        problem = _absence(path)
        if not problem:
            with path.open("rb") as file:
                data = file.read(MOST_BYTES + 1)  # it may have grown since
            if len(data) <= MOST_BYTES:
                return data
            problem = f"has more than {MOST_BYTES:,} bytes, the most that are read."
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {error}. Check its name and permissions."
    raise FileError(f"{where} {problem}")


def _absence(path: Path) -> str:
    if path.is_file():
        size = path.stat().st_size
        if size > MOST_BYTES:
            return f"has {size:,} bytes; at most {MOST_BYTES:,} are read. Is it the right file?"
        return ""
    if path.is_dir():
        return "is a folder; give an .efg or .nfg file in it."
    if path.exists():
        return "is no ordinary file; pipes and devices are not read."
    if not path.parent.is_dir():
        return f"does not exist, nor does its folder {str(path.parent)!r}."
    names = sorted(p.name for p in itertools.islice(path.parent.iterdir(), 10_000))
    near = difflib.get_close_matches(path.name, names)
    near = near or [name for name in names if name.endswith(SUFFIXES)][:10]
    hint = f"Did you mean {', '.join(map(repr, near))}?" if near else "No such file is there."
    return f"does not exist in {str(path.parent.resolve())!r}. {hint}"


def text_of(data: bytes, where: str) -> str:
    """The text that the bytes of a file are; FileError if they are none."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line, column = before.count(b"\n") + 1, error.start - before.rfind(b"\n")
        raise FileError(
            f"{where}, line {line}, byte {column} of it: 0x{data[error.start]:02x} is not UTF-8. "
            "Gambit's files are text; save it as UTF-8."
        ) from None
    if (nul := text.find("\0")) >= 0:
        line, column = line_and_column_of(text, nul)
        raise FileError(
            f"{where}, line {line}, column {column}: a zero byte. Gambit's files are text."
        )
    return text
