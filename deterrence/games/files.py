"""Files written whole or not at all."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path
from typing import Any

from deterrence.errors import FileError

__all__ = ["path_of", "write_whole"]


def path_of(path: Any) -> Path:
    """A path given as text or as a path; FileError for anything else."""
    try:
        return Path(path)
    except TypeError:
        raise FileError(f"{path!r} is not a path; give text or a pathlib.Path.") from None


def write_whole(path: Path, data: bytes) -> None:
    """All of it or nothing: readers never see half a file; FileError if it cannot be written."""
    aside = path.parent / f".{path.name}.{secrets.token_hex(8)}"
    try:
        with aside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(aside, path)
    except (OSError, ValueError) as error:
        raise FileError(f"{str(path)!r} cannot be written: {error}.") from None
    finally:
        with contextlib.suppress(OSError, ValueError):
            aside.unlink(missing_ok=True)
