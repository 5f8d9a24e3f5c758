"""Words for what is wrong with a scenario file: where, and what would be right."""

from __future__ import annotations

import re
import reprlib
from fractions import Fraction
from typing import Any

from deterrence.errors import FileError
from deterrence.guarantee.codings import figure
from deterrence.guarantee.scenario_limits import MOST_MISTAKES

__all__ = ["clipped", "path_of", "refusal", "short", "shown"]


def refusal(where: str, problems: list[tuple[str, str]]) -> FileError:
    """The error for a file with mistakes, each at its place; some of them where they are many."""
    lines = [f"at {at}: {text}" for at, text in problems[:MOST_MISTAKES]]
    if len(problems) == 1:
        return FileError(f"{where}, {lines[0]}")
    rest = ["..."] if len(problems) > len(lines) else []
    return FileError("\n  ".join([f"{where} has several mistakes:", *lines, *rest]))


def path_of(at: tuple[Any, ...]) -> str:
    """A place in the document, as TOML writes it."""
    parts = [clipped(part) for part in at]
    return ".".join(p if re.fullmatch(r"[\w-]+", p) else repr(p) for p in parts)


def clipped(value: object, most: int = 40) -> str:
    """A text that is not too long to be shown."""
    text = str(value)
    return text if len(text) <= most else text[: most - 3] + "..."


def short(text: str, most: int = 40) -> str:
    """The same, on one line and in plain letters."""
    return clipped(text, most).encode("unicode_escape").decode("ascii")


def shown(value: object) -> str:
    """A value as it was given, or near to it."""
    return figure(value) if isinstance(value, Fraction) else reprlib.repr(value)
