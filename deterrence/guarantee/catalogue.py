"""The real arrangements: what was in force, drafted or proposed, each from its own file.

The texts were read up to about June 2026, often in excerpts; an address says where a text was
read and vouches for nothing else. What no text supports is marked as judgement in the file.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from pathlib import Path

from deterrence.errors import InputError, unknown
from deterrence.guarantee.codings import DEFAULT_MAP, CodingMap, figure
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.scenario_files import read_scenario

__all__ = ["NAMES", "Arrangements", "arrangement", "arrangements"]

# from no promise, through the history of promises, to the proposals of 2026
NAMES = (
    "adhoc",
    "budapest",
    "istanbul_ua",
    "istanbul_ru",
    "nato_limbo",
    "nato",
    "ksc",
    "oped",
    "g7",
    "bilateral",
    "israel",
    "porcupine",
    "paris",
    "us_nov25",
    "us_dec25",
    "tiered",
    "eu427",
)
_FOLDER = Path(__file__).with_name("arrangements")
_COLUMNS = {
    "strength": "strength",
    "trigger": "trigger_ambiguity",
    "response": "response_ambiguity",
    "conditions": "conditionality",
    "automatic": "automaticity",
    "presence": "presence",
}


class Arrangements(Mapping[str, Scenario]):
    """The real arrangements by name, in a fixed order; prints as a table of instruments.

    Parameters
    ----------
    mapping : CodingMap
        How codings become instruments.
    """

    def __init__(self, mapping: CodingMap = DEFAULT_MAP) -> None:
        if not isinstance(mapping, CodingMap):
            raise InputError(
                f"mapping = {mapping!r}; give a CodingMap, or the name of one arrangement to "
                "`arrangement`."
            )
        self.mapping = mapping

    def __getitem__(self, name: str) -> Scenario:
        if name not in NAMES:
            raise unknown("arrangement", name, NAMES)
        return _read(name, self.mapping)

    def __iter__(self) -> Iterator[str]:
        return iter(NAMES)

    def __len__(self) -> int:
        return len(NAMES)

    def __repr__(self) -> str:
        head = f"{'':<12}" + "".join(f"{title:>11}" for title in _COLUMNS) + "  arrangement"
        return "\n".join([head, *map(_line, self.values())])


def arrangements(mapping: CodingMap | None = None) -> Arrangements:
    """The real arrangements.

    Parameters
    ----------
    mapping : CodingMap, optional
        How codings become instruments, where not in the usual way.

    Returns
    -------
    Arrangements
        A mapping from name to `Scenario`.

    Examples
    --------
    >>> len(arrangements()), list(arrangements())[:3]
    (17, ['adhoc', 'budapest', 'istanbul_ua'])
    """
    return Arrangements(DEFAULT_MAP if mapping is None else mapping)


def arrangement(name: str, mapping: CodingMap | None = None) -> Scenario:
    """One of the real arrangements.

    Parameters
    ----------
    name : str
        One of `NAMES`.
    mapping : CodingMap, optional
        How codings become instruments, where not in the usual way.

    Returns
    -------
    Scenario

    Raises
    ------
    LabelError
        For an unknown name; near misses are offered.

    Examples
    --------
    >>> arrangement("istanbul_ru").instruments["strength"]
    Fraction(1, 5)
    """
    return arrangements(mapping)[name]


@functools.lru_cache(maxsize=len(NAMES) * 8)
def _read(name: str, mapping: CodingMap) -> Scenario:
    return read_scenario(_FOLDER / f"{name}.toml", mapping)


def _line(scenario: Scenario) -> str:
    numbers = (figure(scenario.instruments[name]) for name in _COLUMNS.values())
    return f"{scenario.id:<12}" + "".join(f"{n:>11}" for n in numbers) + f"  {scenario.label}"
