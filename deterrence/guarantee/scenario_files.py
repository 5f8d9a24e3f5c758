"""Scenario files: from bytes to a document, and on to a scenario; nothing in them is evaluated."""

from __future__ import annotations

import difflib
import itertools
import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from deterrence.errors import FileError, InputError, LimitError
from deterrence.games.numbers import exact
from deterrence.guarantee.codings import DEFAULT_MAP, SCALES, CodingMap
from deterrence.guarantee.scenario import INSTRUMENTS, Scenario, spread
from deterrence.guarantee.scenario_form import ScenarioForm, form_of
from deterrence.guarantee.scenario_limits import (
    DEEPEST,
    LARGEST,
    LONGEST_NUMBER,
    MOST_BYTES,
    MOST_MISTAKES,
)
from deterrence.guarantee.scenario_words import path_of, refusal, short

__all__ = ["read_scenario"]

_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}")
_LONG_DIGITS = re.compile(r"\d[\d_]{1000,}+")


def read_scenario(path: str | os.PathLike[str], mapping: CodingMap = DEFAULT_MAP) -> Scenario:
    """Read a scenario from a TOML file. Nothing in the file is evaluated.

    Parameters
    ----------
    path : str or path
        The file. The real arrangements, in `deterrence/guarantee/arrangements`, show what one
        looks like.
    mapping : CodingMap
        How codings become instruments.

    Returns
    -------
    Scenario

    Raises
    ------
    FileError
        If the file is missing or is not a scenario; the message says where and what would be.
    """
    try:
        place = Path(path)
    except TypeError:
        raise FileError(f"{path!r} is not a path; give text or a pathlib.Path.") from None
    where = f"scenario file {str(path)!r}"
    document = _parsed(_text(_data(place, where), where), where)
    if problems := list(itertools.islice(_unfit(document), MOST_MISTAKES + 1)):
        raise refusal(where, problems)
    return _scenario(form_of(document, where), mapping, where)


def _scenario(form: ScenarioForm, mapping: CodingMap, where: str) -> Scenario:
    codings = {name: form.codings[name].plain() for name in SCALES if name in form.codings}
    if codings:
        base = mapping.instruments({name: coding.value for name, coding in codings.items()})
    else:
        base = {n: getattr(mapping, n) for n in ("threshold", "defence_condition")}
    numbers = {**base, **spread(form.instruments)}
    played = form.game
    scenario = Scenario(
        id=form.id,
        label=form.label,
        summary=form.summary,
        codings=codings,
        facts={name: fact.plain() for name, fact in form.facts.items()},
        instruments={name: numbers[name] for name in INSTRUMENTS},
        stakes=form.stakes,
        stages=None if played.stages is None else tuple(played.stages),
        fixed=played.fixed,
        menu=played.menu,
        rungs=played.rungs,
    )
    if played.model_fields_set:
        try:
            scenario.tree.game()
        except (InputError, LimitError) as error:
            raise refusal(where, [("game", str(error))]) from None
    return scenario


# --- from the file to text, from text to a document


def _data(path: Path, where: str) -> bytes:
    try:
        problem = _absence(path)
        if not problem and (size := path.stat().st_size) > MOST_BYTES:
            problem = f"has {size:,} bytes; at most {MOST_BYTES:,} are read. Is it the right file?"
        if not problem:
            with path.open("rb") as file:
                return file.read(MOST_BYTES)
    except (OSError, ValueError) as error:
        problem = f"cannot be read: {error}. Check its name and permissions."
    raise FileError(f"{where} {problem}")


def _absence(path: Path) -> str:
    if path.is_file():
        return ""
    if path.is_dir():
        return "is a folder; give a TOML file in it."
    if path.exists():
        return "is no ordinary file; pipes and devices are not read. Give a TOML file."
    if not path.parent.is_dir():
        return f"does not exist, nor does its folder {str(path.parent)!r}."
    names = sorted(p.name for p in itertools.islice(path.parent.iterdir(), 10_000))
    near = difflib.get_close_matches(path.name, names)
    near = near or [name for name in names if name.endswith(".toml")][:10]
    hint = f"Did you mean {', '.join(map(repr, near))}?" if near else "No TOML file is there."
    return f"does not exist in {str(path.parent.resolve())!r}. {hint}"


def _text(data: bytes, where: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise FileError(
            f"{where}, line {line}: byte 0x{data[error.start]:02x} is not UTF-8. A scenario is a "
            "text file in TOML; save it as UTF-8."
        ) from None


@dataclass(frozen=True)
class _NoNumber:
    """Stands in the document where a number was not one, until it is known where that is."""

    text: str


def _decimal(text: str) -> Fraction | _NoNumber:
    try:
        return exact(text.replace("_", "") if len(text) <= LONGEST_NUMBER else "too long")
    except InputError:
        return _NoNumber(short(text))


def _parsed(text: str, where: str) -> dict[str, Any]:
    if long := _LONG_KEY.search(text):
        problem = f"{short(long.group())} has too many parts; keys here have at most four"
        raise FileError(f"{where}, line {_line(text, long.start())}: {problem}.")
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        problem = f": tables and lists are nested too deep; at most {DEEPEST} levels are read."
    except tomllib.TOMLDecodeError as error:
        problem = f" is not TOML: {short(str(error), 200)}. {_remedy(str(error))}"
    except ValueError:  # an integer that Python will not convert
        digits = _LONG_DIGITS.search(text)
        line = f", line {_line(text, digits.start())}" if digits else ""
        problem = f"{line}: a whole number is too long to read; numbers lie below {LARGEST:.0e}."
    raise FileError(f"{where}{problem}") from None


def _remedy(error: str) -> str:
    if any(word in error for word in ("overwrite", "twice", "redefine", "mutate", "Duplicate")):
        return "A key or a heading is there twice; keep one of them."
    return "Text needs quotes; write key = value, one to a line."


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def _unfit(document: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """What no scenario holds anywhere; walks without recursion, whatever the depth."""
    stack: list[tuple[tuple[Any, ...], Any]] = [((), document)]
    while stack:
        at, value = stack.pop()
        if isinstance(value, dict | list) and len(at) >= DEEPEST:
            yield path_of(at), f"nested too deep; at most {DEEPEST} levels are read."
        elif isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            stack.extend(reversed([((*at, name), item) for name, item in items]))
        elif isinstance(value, _NoNumber):
            yield path_of(at), f"{value.text} is no number of ordinary size; write one like 0.25."
        elif isinstance(value, (int, Fraction)) and not -LARGEST < value < LARGEST:
            yield path_of(at), f"the number is too large; numbers lie below {LARGEST:.0e}."
