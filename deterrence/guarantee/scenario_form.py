"""The form that a scenario file must have, checked before anything is made of it."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    InstanceOf,
    ValidationError,
)
from pydantic_core import ErrorDetails, PydanticCustomError

from deterrence.errors import unknown
from deterrence.guarantee.codings import SCALES, allowed, figure
from deterrence.guarantee.parameters import TIED
from deterrence.guarantee.scenario import (
    INSTRUMENTS,
    JUDGEMENT,
    STAKES,
    Sourced,
    out_of_range,
    spread,
)
from deterrence.guarantee.scenario_limits import LONGEST_LABEL, LONGEST_TEXT, MOST_MISTAKES
from deterrence.guarantee.scenario_words import clipped, path_of, refusal, shown

__all__ = ["ScenarioForm", "form_of"]

OFFER = (
    "an offer needs a menu of two guarantees or more; write one heading for each, such as "
    "[game.menu.weak] with strength = 0.2 below it, and [game.menu.strong] with strength = 0.8."
)
_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")
_ADDRESS = re.compile(r"https?://[^\s\"'<>\\^`{|}]{3,500}")


def _refused(text: str, value: object) -> PydanticCustomError:
    return PydanticCustomError("refused", "{text}", {"text": f"{shown(value)} {text}"})


def _number(value: object) -> Fraction:
    if isinstance(value, bool) or not isinstance(value, int | Fraction):
        raise _refused("is not a number; write one without quotes, such as 1 or 0.25.", value)
    return Fraction(value)


def _whole(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise _refused("is not a whole number; write one such as 2.", value)
    return value


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
    menu: dict[Label, dict[str, Number]] = {}
    rungs: Annotated[int, BeforeValidator(_whole)] = 1


class ScenarioForm(_Form):
    """A scenario file in its parts."""

    id: Identifier
    label: Words
    summary: Words = ""
    codings: dict[str, _SourcedForm] = {}
    facts: dict[Identifier, _SourcedForm] = {}
    instruments: dict[str, Number] = {}
    stakes: dict[str, Number] = {}
    game: _GameForm = _GameForm()


def form_of(document: dict[str, Any], where: str) -> ScenarioForm:
    """The document as a form, if it is one and the numbers in it can be.

    Parameters
    ----------
    document : dict
        As TOML gives it, with fractions for decimals.
    where : str
        Which file, for messages.

    Returns
    -------
    ScenarioForm

    Raises
    ------
    FileError
        Otherwise; it lists the mistakes, each with its place.
    """
    try:
        form = ScenarioForm.model_validate(document)
    except ValidationError as error:
        problems = [_explained(item) for item in error.errors()[: MOST_MISTAKES + 1]]
    else:
        problems = list(itertools.islice(_problems(form), MOST_MISTAKES + 1))
        if not problems:
            return form
    raise refusal(where, problems)


def _explained(error: ErrorDetails) -> tuple[str, str]:
    at = tuple(part for part in error["loc"] if part != "[key]")
    kind, given = error["type"], shown(error["input"])
    texts = {
        "missing": "is missing; a scenario has id and label, a coding or fact value and source.",
        "model_type": f"{given} is not a table; write it under a heading in brackets.",
        "dict_type": f"{given} is not a table; write it under a heading in brackets.",
        "list_type": f'{given} is not a list; write one like ["types", "challenge"].',
    }
    if kind == "extra_forbidden":
        forms: dict[Any, type[_Form]] = {(): ScenarioForm, ("game",): _GameForm}
        names = forms.get(at[:-1], _SourcedForm).model_fields
        return path_of(at), str(unknown("key", clipped(at[-1]), names))
    return path_of(at), texts.get(kind, error["msg"])


def _problems(form: ScenarioForm) -> Iterator[tuple[str, str]]:
    """What the form alone does not show: names, scales, ranges, and what is missing."""
    for name, coding in form.codings.items():
        at = path_of(("codings", name))
        if name not in SCALES:
            yield at, str(unknown("coding", clipped(name), SCALES))
        elif not isinstance(coding.value, Fraction):
            yield f"{at}.value", f"{shown(coding.value)} is not a number: {allowed(name)}."
        elif not SCALES[name].admits(coding.value):
            yield f"{at}.value", f"{figure(coding.value)} is out of range: {allowed(name)}."
    yield from _misfits(("instruments",), form.instruments, (*INSTRUMENTS, *TIED))
    yield from _misfits(("stakes",), form.stakes, STAKES)
    for label, entry in form.game.menu.items():
        yield from _misfits(("game", "menu", label), entry, (*INSTRUMENTS, *TIED))
    if "offer" in (*(form.game.stages or ()), *form.game.fixed) and not form.game.menu:
        yield "game.menu", OFFER
    yield from _gaps(form)


def _misfits(
    table: tuple[str, ...], numbers: Mapping[str, Fraction], known: tuple[str, ...]
) -> Iterator[tuple[str, str]]:
    kind = "stake" if table == ("stakes",) else "instrument"
    for name, value in numbers.items():
        if name not in known:
            yield path_of((*table, name)), str(unknown(kind, clipped(name), known))
        elif problem := out_of_range(name, value):
            yield path_of((*table, name)), problem


def _gaps(form: ScenarioForm) -> Iterator[tuple[str, str]]:
    """A scenario is coded in full, or gives every instrument that codings would."""
    if form.codings:
        missing = [name for name in SCALES if name not in form.codings]
        if missing:
            yield "codings", f"no coding for {', '.join(missing)}; give each, or none at all."
        return
    uncoded = {"threshold", "defence_condition"}
    missing = [n for n in INSTRUMENTS if n not in spread(form.instruments) and n not in uncoded]
    if missing:
        yield (
            "instruments",
            f"{', '.join(missing)} missing; a scenario without [codings.*] gives every instrument.",
        )
