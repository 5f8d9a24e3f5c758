"""The form of a file that holds a solution, and the reading of one into it."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, InstanceOf, ValidationError
from pydantic_core import PydanticCustomError

from deterrence.errors import FileError, InputError
from deterrence.games.numbers import exact

__all__ = [
    "ChanceForm",
    "CutForm",
    "EquilibriumForm",
    "FamilyForm",
    "GameForm",
    "MoveForm",
    "OutcomeForm",
    "SolutionForm",
    "form_of",
    "note_of_what_is_left_out",
]

FORMAT, VERSION = "deterrence solution", 1
MOST_MISTAKES = 5  # shown at a time


def _number(value: Any) -> Fraction:
    if not isinstance(value, str):
        raise PydanticCustomError("number", "numbers stand in quotes, like '1/3'")
    try:
        return _exact(value)
    except InputError as error:
        raise PydanticCustomError("number", "{text}", {"text": str(error)}) from None


@functools.lru_cache(maxsize=10_000)  # most numbers of a strategy are 0 or 1
def _exact(text: str) -> Fraction:
    return exact(text)


def _label(value: Any) -> Any:
    """A label as the game had it: lists stand for tuples."""
    if isinstance(value, list):
        return tuple(map(_label, value))
    if value is None or isinstance(value, (str, int)):
        return value
    raise PydanticCustomError(
        "label", "a label is text, a whole number, true, false, null or a list"
    )


def _version(value: Any) -> Any:
    if value != VERSION:
        text = f"this package reads version {VERSION} of the format, not {str(value)[:20]}"
        raise PydanticCustomError("version", "{text}", {"text": text})
    return value


Number = Annotated[InstanceOf[Fraction], BeforeValidator(_number)]
Label = Annotated[Any, BeforeValidator(_label)]
Place = Annotated[int, Field(ge=0)]
Entry = Number | tuple[Number, Number] | None
Rows = tuple[tuple[Number, ...], ...]
Spans = dict[str, tuple[Number, Number]]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class MoveForm(_Form):
    """A move; children follow in the order of the actions."""

    kind: Literal["move"]
    player: str
    knows: Label
    actions: Annotated[tuple[Label, ...], Field(min_length=1)]


class ChanceForm(_Form):
    """A chance move: labels with places of probabilities, one for all players or one for each."""

    kind: Literal["chance"]
    branches: Annotated[tuple[tuple[Label, tuple[Place, ...]], ...], Field(min_length=1)]


class OutcomeForm(_Form):
    """The end of a play."""

    kind: Literal["outcome"]
    payoffs: tuple[Place, ...]
    events: tuple[tuple[Label, Place], ...] = ()


NodeForm = Annotated[MoveForm | ChanceForm | OutcomeForm, Field(discriminator="kind")]


class GameForm(_Form):
    """A tree in preorder; nodes refer to places among the numbers."""

    players: tuple[str, ...]
    numbers: tuple[Number, ...]
    exact: bool
    floats: bool
    removed: tuple[tuple[Label, ...], ...]
    nodes: Annotated[tuple[NodeForm, ...], Field(min_length=1)]


class FamilyForm(_Form):
    """Ranges by information set, in the order in which the tree comes to them."""

    component: Place
    dimension: Place
    strategies: tuple[tuple[Entry, ...], ...]
    beliefs: tuple[tuple[Entry, ...], ...]
    relations: tuple[str, ...]


class EquilibriumForm(_Form):
    """A profile, with trembles or with beliefs."""

    family: Place
    strategy: Rows
    exact: bool
    order: tuple[tuple[Place, ...], ...] | None = None  # of the trembles behind the beliefs
    weights: Rows | None = None
    beliefs: Rows | None = None  # instead of trembles


class _CountForm(_Form):
    written: Place
    of: Annotated[str, Field(pattern=r"^\d{1,400}$")]


class CutForm(_Form):
    """What the file leaves out of the solution."""

    note: str
    components: _CountForm
    families: _CountForm  # of the components written
    equilibria: _CountForm


class _OutcomesForm(_Form):
    names: tuple[str, ...]
    rows: Rows


class SolutionForm(_Form):
    """All of a file."""

    format: Literal["deterrence solution"]
    version: Annotated[int, BeforeValidator(_version)]
    concept: str
    complete: bool
    status: str
    seconds: Number
    record: dict[str, int]
    left: tuple[str, ...]
    cut: CutForm
    game: GameForm
    envelope: Spans
    outcomes: _OutcomesForm
    components: tuple[Spans, ...]  # least and most of the outcomes of each
    families: tuple[FamilyForm, ...]
    equilibria: tuple[EquilibriumForm, ...]


def note_of_what_is_left_out(counts: Mapping[str, tuple[int, int]]) -> str:
    """What a file leaves out, in a sentence; empty if nothing."""
    missing = [f"{w:,} of {of:,} {name}" for name, (w, of) in counts.items() if w < of]
    return f"The file holds {', '.join(missing)}." if missing else ""


def form_of(data: bytes, where: str) -> SolutionForm:
    """The contents of a file, once they have the form; FileError with places and reasons if not."""
    try:
        return SolutionForm.model_validate_json(data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    shown = [f"{_at(e['loc'])}{e['msg']}" for e in found[:MOST_MISTAKES]]
    more = (
        f"; and {len(found) - MOST_MISTAKES:,} more mistakes" if len(found) > MOST_MISTAKES else ""
    )
    raise FileError(f"{where} is not what Solution.save writes. {'; '.join(shown)}{more}.")


def _at(location: Iterable[int | str]) -> str:
    """A place in the file: game.nodes[3].actions."""
    text = "".join(f"[{k}]" if isinstance(k, int) else f".{k}" for k in location)
    return f"{text.removeprefix('.')[:200]}: " if text else ""
