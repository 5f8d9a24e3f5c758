"""What is typed on a command line, as scenarios and numbers; nothing of it is evaluated."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path
from typing import Any

from deterrence.errors import FileError, InputError, LabelError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.scenario_files import read_scenario

__all__ = [
    "changes_of",
    "check_counts",
    "is_gambit",
    "read_changes",
    "read_scenario_file",
    "scenario_of",
    "scenario_or_file",
]

GAMBIT = (".efg", ".nfg")


def is_gambit(path: str) -> bool:
    """Whether a file's name is that of a game of Gambit's."""
    return Path(path).suffix.lower() in GAMBIT


def read_changes(
    texts: Iterable[str], known: Iterable[str] = (*PARAMETERS, *TIED)
) -> dict[str, Fraction]:
    """Numbers by parameter name.

    Parameters
    ----------
    texts : iterable of str
        Each "name=number", where a number is a decimal or a fraction.
    known : iterable of str
        The names there are.

    Returns
    -------
    dict of str to fractions.Fraction

    Raises
    ------
    ParameterError
        For an unknown name (near misses are offered), one that is there twice, or no number.
    """
    changes: dict[str, Fraction] = {}
    names = tuple(known)
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise ParameterError(f"{text!r} sets nothing; write NAME=VALUE, strength=0.5 say.")
        if name not in names:
            raise ParameterError(str(unknown("parameter", name, names)))
        if name in changes:
            raise ParameterError(f"{name} is set twice; set it once.")
        try:
            changes[name] = exact(value, name)
        except InputError as error:
            raise ParameterError(str(error)) from None
    return changes


def changes_of(scenario: Scenario, texts: Iterable[str]) -> dict[str, Fraction]:
    """Numbers by parameter name, for the scenario's own game.

    Parameters
    ----------
    scenario : Scenario
    texts : iterable of str
        As for `read_changes`.

    Returns
    -------
    dict of str to fractions.Fraction

    Raises
    ------
    ParameterError
        As for `read_changes`; also where every guarantee on the menu sets the number itself.
    """
    changes = read_changes(texts)
    check_counts(scenario, changes)
    return changes


def check_counts(scenario: Scenario, names: Iterable[str]) -> None:
    """Refuse an instrument that every guarantee on the scenario's menu sets itself."""
    settled = scenario.tree.on_every_offer
    for name in names:
        if set(TIED.get(name, (name,))) <= settled:
            raise ParameterError(
                f"{name}: every guarantee on the menu sets it, so that the scenario's own does not "
                "count. Change it on the menu, in the file."
            )


def read_scenario_file(path: str) -> Scenario:
    """A scenario from its file.

    Parameters
    ----------
    path : str

    Returns
    -------
    Scenario

    Raises
    ------
    FileError
        If the file is missing or is no scenario.
    """
    if is_gambit(path):
        raise FileError(
            f"{path!r} holds a game of Gambit's and no scenario, whose instruments and stakes are "
            "needed here. Give a .toml file; `deterrence solve` takes both."
        )
    return read_scenario(path)


def scenario_or_file(given: str) -> Scenario:
    """A real arrangement by its name, or a scenario from its file.

    Parameters
    ----------
    given : str
        What ends in .toml or holds a separator of folders is a file.

    Returns
    -------
    Scenario
    """
    path = Path(given)
    if path.suffix or len(path.parts) != 1 or path.exists():
        return read_scenario_file(given)
    try:
        return arrangement(given)
    except LabelError as error:
        raise LabelError(
            f"{error} A scenario of your own is given by its file, mine.toml."
        ) from None


def scenario_of(given: Any) -> Scenario:
    """The scenario that is meant by a record, a name or a file.

    Parameters
    ----------
    given : Scenario, str or None
        None for the op-ed's proposal.

    Returns
    -------
    Scenario

    Raises
    ------
    InputError
        For anything else.
    """
    if given is None:
        return arrangement("oped")
    if isinstance(given, Scenario):
        return given
    if isinstance(given, str):
        return scenario_or_file(given)
    raise InputError(
        f"{given!r} is no scenario; give one from dt.arrangement or dt.read_scenario, or the name "
        "of an arrangement, 'oped' say."
    )
