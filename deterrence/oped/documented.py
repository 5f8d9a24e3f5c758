"""The list of documented numbers: what pages say, and how it is computed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from deterrence.errors import FileError, unknown
from deterrence.oped import (  # noqa: F401, for the names that they register
    analyst_computations,
    guide_computations,
    map_computations,
)
from deterrence.oped.computations import COMPUTATIONS, Value

__all__ = ["NUMBERS", "Documented", "Quotation", "pages_folder", "read_numbers"]

NUMBERS = Path(__file__).with_name("numbers.toml")
_FIELD = re.compile(r"\{:[^{}]*\}")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quotation(_Strict):
    """A page, and the words there with the number in them.

    Attributes
    ----------
    page : str
        From the root of the checkout.
    text : str
        As on the page, with a format such as ``{:.0%}`` where the number stands.
    """

    page: str
    text: str

    def rendered(self, value: Value) -> str:
        """The words as they must stand on the page."""
        return _FIELD.sub(lambda found: found.group().format(value), self.text)


class Documented(_Strict):
    """A documented number.

    Attributes
    ----------
    id : str
    value : number, bool or str
        What the documents say, with all digits that they rely on.
    tolerance : float
        How far what is computed may be off.
    computed : str
        A name in `COMPUTATIONS`.
    arguments : mapping
        For that function.
    slow : bool
        Whether it takes minutes.
    quoted : tuple of Quotation
        Where the number stands.
    """

    id: str
    value: Value
    tolerance: Annotated[float, Field(ge=0)] = 0.0
    computed: str
    arguments: Mapping[str, Any] = {}
    slow: bool = False
    quoted: tuple[Quotation, ...] = ()

    def compute(self) -> Value:
        """The number, computed now."""
        return COMPUTATIONS[self.computed](**self.arguments)

    def agrees(self, found: Value) -> bool:
        """Whether a computed number is the documented one."""
        if isinstance(self.value, bool | str) or isinstance(found, bool | str):
            return type(self.value) is type(found) and self.value == found
        return abs(float(found) - float(self.value)) <= self.tolerance

    def missing_from(self, root: Path) -> list[str]:
        """The quotations that do not stand on their pages, each with its page."""
        missing = []
        for quotation in self.quoted:
            page = root / quotation.page
            words = " ".join(page.read_text(encoding="utf-8").split()) if page.is_file() else ""
            rendered = " ".join(quotation.rendered(self.value).split())
            if rendered not in words:
                missing.append(f"{quotation.page} does not say {rendered!r}")
        return missing


class _List(_Strict):
    number: tuple[Documented, ...]


def read_numbers(path: Path = NUMBERS) -> tuple[Documented, ...]:
    """All documented numbers.

    Parameters
    ----------
    path : pathlib.Path
        The list; the package's own by default.

    Returns
    -------
    tuple of Documented

    Raises
    ------
    FileError
        If it is no such list.
    """
    try:
        found = _List.model_validate(tomllib.loads(path.read_text(encoding="utf-8"))).number
    except (OSError, ValueError) as error:
        problem = str(error) if not isinstance(error, ValidationError) else _told(error)
        raise FileError(f"the list of numbers {path} cannot be read: {problem}.") from None
    for number in found:
        if number.computed not in COMPUTATIONS:
            problem = str(unknown("computation", number.computed, COMPUTATIONS))
            raise FileError(f"the list of numbers {path}, {number.id}: {problem}")
    if len({number.id for number in found}) < len(found):
        raise FileError(f"the list of numbers {path}: an id is there twice.")
    return found


def _told(error: ValidationError) -> str:
    first = error.errors()[0]
    return f"at {'.'.join(map(str, first['loc']))}: {first['msg']}"


def pages_folder() -> Path | None:
    """The checkout that the package runs from, where its pages are; None if it is installed."""
    root = Path(__file__).resolve().parents[2]
    return root if (root / "README.md").is_file() and (root / "docs").is_dir() else None
