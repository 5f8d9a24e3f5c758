"""Scenarios: an arrangement and its stakes, as the game sees them."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from fractions import Fraction
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from deterrence.errors import ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.codings import figure
from deterrence.guarantee.parameters import PARAMETERS, TIED, Parameter, defaults
from deterrence.guarantee.scenario_tree import ScenarioTree, scenario_tree

if TYPE_CHECKING:
    from deterrence.games.tree import Game

__all__ = [
    "INSTRUMENTS",
    "JUDGEMENT",
    "STAKES",
    "Scenario",
    "Sourced",
    "check_in_range",
    "out_of_range",
    "spread",
]

JUDGEMENT = "judgement"
INSTRUMENTS = tuple(name for name, p in PARAMETERS.items() if p.kind == "instrument")
STAKES = tuple(name for name, p in PARAMETERS.items() if p.kind == "stake")


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
    menu : mapping of str to mapping of str to fractions.Fraction
        The guarantees that may be offered, by label, each with the instruments that it sets; only
        with the stage "offer".
    rungs : int
        Of the ladder of the stage "escalation".
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
    menu: Mapping[str, Mapping[str, Fraction]] = field(default_factory=dict)
    rungs: int = 1

    def __post_init__(self) -> None:
        for item in fields(self):  # shared between callers, so nobody may change it
            object.__setattr__(self, item.name, _frozen(getattr(self, item.name)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Scenario, tuple(_thawed(getattr(self, item.name)) for item in fields(self))

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
            if problem := out_of_range(name, number):
                raise ParameterError(f"{name}: {problem}")
        return {**defaults(), **self.instruments, **self.stakes, **spread(numbers)}

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
        return self.tree.game().at(self.values(**changes))

    @property
    def tree(self) -> ScenarioTree:
        """Which tree is played."""
        return scenario_tree(self.stages, self.fixed, self.menu, self.rungs)

    def __repr__(self) -> str:
        return f"<Scenario {self.id}: {self.label}; {_numbers(self.instruments)}>"

    def __str__(self) -> str:
        shown = [*self.instruments.items(), *self.stakes.items()]
        lines = [f"{name:<20}{figure(value)}" for name, value in shown]
        lines += [f"offer {label!r}: {_numbers(entry)}" for label, entry in self.menu.items()]
        lines += [f"{'rungs':<20}{self.rungs}"] if self.rungs > 1 else []
        return "\n".join([f"{self.label} ({self.id})", *textwrap.wrap(self.summary, 88), *lines])


def _frozen(value: Any) -> Any:
    if isinstance(value, Mapping):
        return MappingProxyType({name: _frozen(one) for name, one in value.items()})
    return value


def _thawed(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _thawed(one) for name, one in value.items()}
    return value


def _numbers(given: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{name} {figure(value)}" for name, value in given.items()) or "as it is"


def spread(given: Mapping[str, Fraction]) -> dict[str, Fraction]:
    """Names that set others, replaced by those, unless they are given themselves."""
    set_by = {member: v for name, v in given.items() for member in TIED.get(name, ())}
    return {**set_by, **{name: v for name, v in given.items() if name not in TIED}}


def out_of_range(name: str, value: Fraction) -> str:
    """What is wrong with a parameter's number, and which would be right; empty if nothing is."""
    return _outside(PARAMETERS[TIED.get(name, (name,))[0]], value)


def check_in_range(parameter: Parameter, value: Fraction) -> None:
    """Refuse a number out of a parameter's range.

    Raises
    ------
    ParameterError
        With the range and what the parameter means.
    """
    if problem := _outside(parameter, value):
        raise ParameterError(f"{parameter.name} = {problem}")


def _outside(parameter: Parameter, value: Fraction) -> str:
    if parameter.admits(value):
        return ""
    between = "strictly between" if parameter.open else "between"
    return (
        f"{figure(value)} is out of range; it lies {between} {figure(parameter.low)} and "
        f"{figure(parameter.high)}. Its meaning: {parameter.meaning}"
    )
