"""Where a study starts: one point of a formula game, and the ranges around it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from deterrence.errors import ParameterError, unknown
from deterrence.games.tree import Game
from deterrence.study.ends import range_of
from deterrence.study.points import check_game, check_names, exact_values
from deterrence.study.run_request import names_of

__all__ = ["Present", "present"]

Pair = tuple[Fraction, Fraction]


class Present:
    """A point and what may be changed there.

    Attributes
    ----------
    at : dict of str to fractions.Fraction
        A number for every parameter of the formulas.
    ranges : dict of str to (low, high)
        Of what varies, tied names among them.
    """

    def __init__(self, game: Game, at: dict[str, Fraction], ranges: dict[str, Pair]) -> None:
        self.at, self.ranges = at, ranges
        self.tied = {name: game.tied[name] for name in ranges if name in game.tied}

    def value(self, name: str) -> Fraction:
        """The present value of what varies."""
        return self.at[self.members(name)[0]]

    def members(self, name: str) -> tuple[str, ...]:
        """The parameters that a name moves."""
        return self.tied.get(name, (name,))

    def moved(self, name: str, value: Fraction) -> dict[str, Fraction]:
        """The point with one number changed."""
        return {**self.at, **dict.fromkeys(self.members(name), value)}


def present(
    game: Game, at: Mapping[str, Any] | None, over: Mapping[str, Any] | Iterable[str] | None
) -> Present:
    """The point and the ranges, checked.

    Parameters
    ----------
    game : Game
        With formulas.
    at : mapping of str to number
        A number for every parameter, tied names for their members; names that no formula uses are
        passed over, so that all defaults may be given.
    over : mapping of str to (low, high), iterable of str, or None
        What varies, all parameters if None; ranges are the game's unless given.

    Raises
    ------
    ParameterError
        For names that the game does not have, numbers that are missing or out of range, and tied
        names whose members differ at the point.
    """
    check_game(game, None)
    point = _point(game, at or {})
    given = names_of(over, game.parameters)
    if not given:
        raise ParameterError("nothing varies: the game has no parameters, or none is named.")
    known = set(game.parameters) | {t for t, m in game.tied.items() if set(m) <= set(point)}
    for name in given:
        if name not in known:
            raise ParameterError(f"over: {unknown('parameter', name, sorted(known))}")
    found = Present(game, point, {n: range_of(game, n, pair) for n, pair in given.items()})
    for name, (low, high) in found.ranges.items():
        if len({point[member] for member in found.members(name)}) > 1:
            raise ParameterError(
                f"over: {name} stands for {', '.join(found.members(name))}, which differ at the "
                "point. Vary them apart, or give them one value."
            )
        if not low <= found.value(name) <= high:
            raise ParameterError(
                f"at: {name} = {float(found.value(name)):g} is out of its range, {float(low):g} "
                f"to {float(high):g}; give a value inside, or another range in over."
            )
    return found


def _point(game: Game, at: Mapping[str, Any]) -> dict[str, Fraction]:
    if not isinstance(at, Mapping):
        raise ParameterError(f"at is {at!r}; give a mapping from parameter to number.")
    check_names(game, at, "at")
    numbers = exact_values(at, "at")
    spread = {m: x for t, x in numbers.items() if t in game.tied for m in game.tied[t]}
    point = {**spread, **numbers}
    found = {name: point[name] for name in game.parameters}
    for name, value in found.items():
        low, high = game.ranges.get(name, (value, value))
        if not low <= value <= high:
            raise ParameterError(
                f"at: {name} = {float(value):g} is out of its range, {float(low):g} to "
                f"{float(high):g}; give a value inside."
            )
    return found
