"""Scenarios: an arrangement and its stakes, from a TOML file that is data and nothing else."""

from __future__ import annotations

import difflib
import functools
import itertools
import os
import re
import reprlib
import textwrap
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    InstanceOf,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from deterrence.errors import FileError, InputError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.codings import DEFAULT_MAP, SCALES, CodingMap, allowed, figure
from deterrence.guarantee.parameters import PARAMETERS, TIED, defaults

if TYPE_CHECKING:
    from deterrence.games.tree import Game

__all__ = ["JUDGEMENT", "Scenario", "Sourced", "read_scenario"]

JUDGEMENT = "judgement"
INSTRUMENTS = tuple(name for name, p in PARAMETERS.items() if p.kind == "instrument")
STAKES = tuple(name for name, p in PARAMETERS.items() if p.kind == "stake")

# What a file may hold. A scenario takes a few kilobytes, four levels and small numbers; the rest
# is a mistake, or meant to exhaust the reader: 1e999999999 would fill the memory, and a key of
# 100,000 parts takes the parser hours.
MOST_BYTES = 1_000_000
DEEPEST = 6
LARGEST = 10**12
LONGEST_NUMBER = 60  # characters
LONGEST_TEXT = 4000  # characters
LONGEST_LABEL = 64  # characters
MOST_MISTAKES = 8  # shown at a time
_PART = r"""(?:[\w-]++|"[^"\n]*+"|'[^'\n]*+')"""
_LONG_KEY = re.compile(rf"(?<![\w-]){_PART}(?:[ \t]*+\.[ \t]*+{_PART}){{16}}")
_LONG_DIGITS = re.compile(r"\d[\d_]{1000,}+")
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\^`{|}]{3,500}")


@dataclass(frozen=True)
class Sourced:
    """A number or a fact, and where it comes from.

    Attributes
    ----------
    value : fractions.Fraction or str
    source : str
        The address of the text that supports it, or "judgement".
    note : str
        What in that text does, or how it was judged.
    """

    value: Fraction | str
    source: str
    note: str = ""


@dataclass(frozen=True, repr=False)
class Scenario:
    """An arrangement as the game sees it: codings, facts, and the numbers that follow.

    Attributes
    ----------
    id, label, summary : str
        A short name, the full one, and what it is in a sentence or two.
    codings : mapping of str to Sourced
        The arrangement on the scales of `deterrence.guarantee.codings.SCALES`; may be empty.
    facts : mapping of str to Sourced
        What the texts say: deadlines, numbers of guarantors, rules. No formula uses them.
    instruments : mapping of str to fractions.Fraction
        Every instrument of the game: from the codings, or as given.
    stakes : mapping of str to fractions.Fraction
        The stakes that differ from the defaults.
    stages : tuple of str, or None
        The stages that are played; None for those of `guarantee_game` by default.
    fixed : mapping
        Stages that are played in one way only.
    """

    id: str
    label: str
    summary: str
    codings: Mapping[str, Sourced]
    facts: Mapping[str, Sourced]
    instruments: Mapping[str, Fraction]
    stakes: Mapping[str, Fraction]
    stages: tuple[str, ...] | None = None
    fixed: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for item in fields(self):
            value = getattr(self, item.name)
            if isinstance(value, Mapping):  # shared between callers, so nobody may change it
                object.__setattr__(self, item.name, MappingProxyType(dict(value)))

    def __reduce__(self) -> tuple[Any, ...]:
        values = (getattr(self, item.name) for item in fields(self))
        return Scenario, tuple(dict(v) if isinstance(v, Mapping) else v for v in values)

    def __hash__(self) -> int:
        return hash((self.id, self.label, self.stages))

    def values(self, **changes: Any) -> dict[str, Fraction]:
        """Every parameter of the game: the defaults, what this scenario sets, then the changes.

        Parameters
        ----------
        **changes
            Numbers by parameter name. "ambiguity" sets both of its members.

        Returns
        -------
        dict of str to fractions.Fraction

        Raises
        ------
        ParameterError
            For an unknown name (near misses are offered) or a number out of range.
        """
        known = (*PARAMETERS, *TIED)
        for name in changes:
            if name not in known:
                raise ParameterError(str(unknown("parameter", name, known)))
        numbers = {name: exact(value, name) for name, value in changes.items()}
        for name, number in numbers.items():
            if problem := _out_of_range(name, number):
                raise ParameterError(f"{name}: {problem}")
        return {**defaults(), **self.instruments, **self.stakes, **_spread(numbers)}

    def game(self, **changes: Any) -> Game:
        """The guarantee game with this scenario's numbers in it.

        Parameters
        ----------
        **changes
            As for `values`.

        Returns
        -------
        Game
        """
        return _formulas(self.stages, _key(self.fixed)).at(self.values(**changes))

    def __repr__(self) -> str:
        numbers = ", ".join(f"{n} {figure(v)}" for n, v in self.instruments.items())
        return f"<Scenario {self.id}: {self.label}; {numbers}>"

    def __str__(self) -> str:
        shown = [*self.instruments.items(), *self.stakes.items()]
        lines = [f"{name:<20}{figure(value)}" for name, value in shown]
        return "\n".join([f"{self.label} ({self.id})", *textwrap.wrap(self.summary, 88), *lines])


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
    form = _form(document, where)
    if problems := list(itertools.islice(_problems(form), MOST_MISTAKES + 1)):
        raise _refusal(where, problems)
    return _scenario(form, mapping, where)


def _scenario(form: _ScenarioForm, mapping: CodingMap, where: str) -> Scenario:
    codings = {name: form.codings[name].plain() for name in SCALES if name in form.codings}
    given = _spread(form.instruments)
    if codings:
        base = mapping.instruments({name: coding.value for name, coding in codings.items()})
    else:
        base = {n: getattr(mapping, n) for n in ("threshold", "defence_condition")}
    numbers = {**base, **given}
    stages = None if form.game.stages is None else tuple(form.game.stages)
    if form.game.model_fields_set:
        try:
            _formulas(stages, _key(form.game.fixed))
        except InputError as error:
            raise _refusal(where, [("game", str(error))]) from None
    return Scenario(
        id=form.id,
        label=form.label,
        summary=form.summary,
        codings=codings,
        facts={name: fact.plain() for name, fact in form.facts.items()},
        instruments={name: numbers[name] for name in INSTRUMENTS},
        stakes=form.stakes,
        stages=stages,
        fixed=form.game.fixed,
    )


@functools.lru_cache(maxsize=32)
def _formulas(stages: tuple[str, ...] | None, fixed: tuple[tuple[str, Any], ...]) -> Game:
    """The game before numbers are put in, built once for each tree."""
    from deterrence.guarantee.crisis import STAGES, guarantee_game  # slow to import

    settled = {name: v if isinstance(v, str) else dict(v) for name, v in fixed}
    return guarantee_game(STAGES if stages is None else stages, fixed=settled or None)


def _key(fixed: Mapping[str, Any]) -> tuple[tuple[str, Any], ...]:
    return tuple((n, v if isinstance(v, str) else tuple(v.items())) for n, v in fixed.items())


def _spread(given: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Names that set others, replaced by those, unless they are given themselves."""
    set_by = {member: v for name, v in given.items() for member in TIED.get(name, ())}
    return {**set_by, **{name: v for name, v in given.items() if name not in TIED}}


def _out_of_range(name: str, value: Fraction) -> str:
    parameter = PARAMETERS[TIED.get(name, (name,))[0]]
    if parameter.admits(value):
        return ""
    between = "strictly between" if parameter.open else "between"
    return (
        f"{figure(value)} is out of range; it lies {between} {figure(parameter.low)} and "
        f"{figure(parameter.high)}. Its meaning: {parameter.meaning}"
    )


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
        return _NoNumber(_short(text))


def _parsed(text: str, where: str) -> dict[str, Any]:
    if long := _LONG_KEY.search(text):
        problem = f"{_short(long.group())} has too many parts; keys here have at most three"
        raise FileError(f"{where}, line {_line(text, long.start())}: {problem}.")
    try:
        return tomllib.loads(text, parse_float=_decimal)
    except RecursionError:
        problem = f": tables and lists are nested too deep; at most {DEEPEST} levels are read."
    except tomllib.TOMLDecodeError as error:
        problem = f" is not TOML: {_short(str(error), 200)}. {_remedy(str(error))}"
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
            yield _path(at), f"nested too deep; at most {DEEPEST} levels are read."
        elif isinstance(value, dict | list):
            items = value.items() if isinstance(value, dict) else enumerate(value)
            stack.extend(reversed([((*at, name), item) for name, item in items]))
        elif isinstance(value, _NoNumber):
            yield _path(at), f"{value.text} is no number of ordinary size; write one like 0.25."
        elif isinstance(value, (int, Fraction)) and not -LARGEST < value < LARGEST:
            yield _path(at), f"the number is too large; numbers lie below {LARGEST:.0e}."


# --- the form that a document must have


def _refused(text: str, value: object) -> PydanticCustomError:
    return PydanticCustomError("refused", "{text}", {"text": f"{_shown(value)} {text}"})


def _number(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise _refused("is not a number; write one without quotes, such as 1 or 0.25.", value)
    return Fraction(value)


def _words(value: object, most: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        raise _refused("is not text; put text in quotes.", value)
    if not value.strip() or len(value) > most:
        raise _refused(f"has the wrong length; it takes 1 to {most} characters.", value)
    if not all(c.isprintable() or c in "\n\t" for c in value):
        raise _refused("has characters that cannot be printed; leave them out.", value)
    return value


def _number_or_words(value: object) -> Fraction | str:
    return _words(value) if isinstance(value, str) else _number(value)


def _identifier(value: str) -> str:
    if not _IDENTIFIER.fullmatch(value):
        raise _refused("is not a short name; use a letter, then letters, digits, _ or -.", value)
    return value


def _source(value: str) -> str:
    if value != JUDGEMENT and not _ADDRESS.fullmatch(value):
        raise _refused(
            f"is no source; give the address of a text (https://...) or {JUDGEMENT!r}.", value
        )
    return value


def _label(value: object) -> str:
    return _words(value, LONGEST_LABEL)


def _label_or_types(value: object) -> object:
    if isinstance(value, dict):
        return {_label(player): _label(kind) for player, kind in value.items()}
    return _label(value)


Number = Annotated[InstanceOf[Fraction], BeforeValidator(_number)]
Words = Annotated[str, BeforeValidator(lambda value: _words(value))]  # or `most` would be filled
Label = Annotated[str, BeforeValidator(_label)]
Identifier = Annotated[Words, AfterValidator(_identifier)]


class _Form(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")


class _SourcedForm(_Form):
    value: Annotated[Any, BeforeValidator(_number_or_words)]
    source: Annotated[Words, AfterValidator(_source)]
    note: Words = ""

    def plain(self) -> Sourced:
        return Sourced(self.value, self.source, self.note)


class _GameForm(_Form):
    stages: list[Label] | None = None
    fixed: dict[Label, Annotated[Any, BeforeValidator(_label_or_types)]] = {}


class _ScenarioForm(_Form):
    id: Identifier
    label: Words
    summary: Words = ""
    codings: dict[str, _SourcedForm] = {}
    facts: dict[Identifier, _SourcedForm] = {}
    instruments: dict[str, Number] = {}
    stakes: dict[str, Number] = {}
    game: _GameForm = _GameForm()


def _form(document: dict[str, Any], where: str) -> _ScenarioForm:
    if problems := list(itertools.islice(_unfit(document), MOST_MISTAKES + 1)):
        raise _refusal(where, problems)
    try:
        return _ScenarioForm.model_validate(document)
    except ValidationError as error:
        problems = [_explained(item) for item in error.errors()[: MOST_MISTAKES + 1]]
    raise _refusal(where, problems)


def _explained(error: ErrorDetails) -> tuple[str, str]:
    at = tuple(part for part in error["loc"] if part != "[key]")
    kind, given = error["type"], _shown(error["input"])
    texts = {
        "missing": "is missing; a scenario has id and label, a coding or fact value and source.",
        "model_type": f"{given} is not a table; write it under a heading in brackets.",
        "dict_type": f"{given} is not a table; write it under a heading in brackets.",
        "list_type": f'{given} is not a list; write one like ["types", "challenge"].',
    }
    if kind == "extra_forbidden":
        forms: dict[Any, type[_Form]] = {(): _ScenarioForm, ("game",): _GameForm}
        names = forms.get(at[:-1], _SourcedForm).model_fields
        return _path(at), str(unknown("key", _clipped(at[-1]), names))
    return _path(at), texts.get(kind, error["msg"])


def _problems(form: _ScenarioForm) -> Iterator[tuple[str, str]]:
    """What the form alone does not show: names, scales, ranges, and what is missing."""
    for name, coding in form.codings.items():
        at = _path(("codings", name))
        if name not in SCALES:
            yield at, str(unknown("coding", _clipped(name), SCALES))
        elif not isinstance(coding.value, Fraction):
            yield f"{at}.value", f"{_shown(coding.value)} is not a number: {allowed(name)}."
        elif not SCALES[name].admits(coding.value):
            yield f"{at}.value", f"{figure(coding.value)} is out of range: {allowed(name)}."
    yield from _misfits("instruments", form.instruments, (*INSTRUMENTS, *TIED))
    yield from _misfits("stakes", form.stakes, STAKES)
    yield from _gaps(form)


def _misfits(
    table: str, numbers: Mapping[str, Fraction], known: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    for name, value in numbers.items():
        if name not in known:
            yield _path((table, name)), str(unknown(table[:-1], _clipped(name), known))
        elif problem := _out_of_range(name, value):
            yield _path((table, name)), problem


def _gaps(form: _ScenarioForm) -> Iterator[tuple[str, str]]:
    """A scenario is coded in full, or gives every instrument that codings would."""
    if form.codings:
        missing = [name for name in SCALES if name not in form.codings]
        if missing:
            yield "codings", f"no coding for {', '.join(missing)}; give each, or none at all."
        return
    uncoded = {"threshold", "defence_condition"}
    missing = [n for n in INSTRUMENTS if n not in _spread(form.instruments) and n not in uncoded]
    if missing:
        yield (
            "instruments",
            f"{', '.join(missing)} missing; a scenario without [codings.*] gives every instrument.",
        )


# --- words for what was given


def _refusal(where: str, problems: list[tuple[str, str]]) -> FileError:
    lines = [f"at {at}: {text}" for at, text in problems[:MOST_MISTAKES]]
    if len(problems) == 1:
        return FileError(f"{where}, {lines[0]}")
    rest = ["..."] if len(problems) > len(lines) else []
    return FileError("\n  ".join([f"{where} has several mistakes:", *lines, *rest]))


def _path(at: tuple[Any, ...]) -> str:
    parts = [_clipped(part) for part in at]
    return ".".join(p if re.fullmatch(r"[\w-]+", p) else repr(p) for p in parts)


def _clipped(value: object, most: int = 40) -> str:
    text = str(value)
    return text if len(text) <= most else text[: most - 3] + "..."


def _short(text: str, most: int = 40) -> str:
    return _clipped(text, most).encode("unicode_escape").decode("ascii")


def _shown(value: object) -> str:
    return figure(value) if isinstance(value, Fraction) else reprlib.repr(value)
