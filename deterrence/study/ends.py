"""Outcomes over many points, by the equilibria that they are for: an end of the envelope or a rule.

What evaluates many points can be exchanged: a model takes arrays, one for each parameter, and gives
arrays, one for each outcome and end.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, LimitError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.study.points import Progress, check_game, check_names, solve_points
from deterrence.study.results import PointResults, outcome_labels
from deterrence.study.run_request import list_of, names_of

__all__ = [
    "ENDS",
    "Evaluated",
    "Floats",
    "Model",
    "Pair",
    "SolvedModel",
    "checked_ends",
    "checked_outcomes",
    "column",
    "evaluated",
    "range_of",
    "varied",
]

ENDS = {
    "least": "least over all equilibria",
    "most": "most over all equilibria",
    "quantal": "at the limit of the logit path",
}
FINEST = 10**9  # denominators of the points that are solved exactly

Floats = NDArray[np.float64]
Model = Callable[[Mapping[str, Floats]], Mapping[str, Floats]]
Pair = tuple[Fraction, Fraction]


def column(outcome: str, end: str) -> str:
    """What a model calls an outcome at one end: "attack (least)"."""
    return f"{outcome} ({end})"


class SolvedModel:
    """A model that solves the game completely at every point.

    Parameters
    ----------
    game : Game
        With formulas.
    ends : sequence of str
        Of `ENDS`.
    concept : str or None
        Of the ends "least" and "most".
    jobs, progress
        As for `solve_points`.
    store : path, optional
        As for `solve_points`. Points on the logit path are another question, and are kept beside
        it in a file whose name ends in ".quantal".

    Attributes
    ----------
    incomplete : int
        Points so far at which more equilibria may exist.
    """

    def __init__(
        self,
        game: Game,
        ends: Iterable[str],
        concept: str | None = None,
        jobs: int | None = None,
        progress: Progress | None = None,
        store: str | os.PathLike[str] | None = None,
    ) -> None:
        self.game, self.ends, self.concept = game, tuple(ends), concept
        self.jobs, self.progress = jobs, progress
        self.store = None if store is None else os.fspath(store)
        self.incomplete = 0

    def __call__(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Every outcome at every end, by `column`."""
        points = [
            {
                name: Fraction(x).limit_denominator(FINEST)
                for name, x in zip(values, row, strict=True)
            }
            for row in zip(*(a.tolist() for a in values.values()), strict=True)
        ]
        found: dict[str, Floats] = {}
        envelope = [end for end in self.ends if end != "quantal"]
        if envelope:
            results = self._solved(points, self.concept, self.store)
            for end in envelope:
                found |= _columns(results, end, end)
        if "quantal" in self.ends:
            beside = None if self.store is None else f"{self.store}.quantal"
            found |= _columns(self._solved(points, "quantal", beside), "least", "quantal")
        return found

    def _solved(
        self, points: list[dict[str, Fraction]], concept: str | None, store: str | None
    ) -> PointResults:
        results = solve_points(
            self.game,
            points,
            concept=concept,
            store=store,
            jobs=self.jobs,
            progress=self.progress,
        )
        empty = [r for r in results if not r.least]
        if empty:
            where = ", ".join(f"{name} = {float(x):g}" for name, x in empty[0].point.items())
            raise LimitError(
                f"{len(empty)} of {len(results)} points have no value, the first at {where}: "
                f"{empty[0].error or empty[0].status} Leave such points out with narrower ranges."
            )
        self.incomplete += sum(not r.complete for r in results)
        return results


def _columns(results: PointResults, side: str, end: str) -> dict[str, Floats]:
    return {
        column(name, end): np.array([getattr(r, side)[name] for r in results])
        for name in results.names
    }


class Evaluated:
    """What a model says of some points: `values`, by outcome, end and point."""

    def __init__(self, values: Floats, incomplete: int | None, basis: str = "") -> None:
        self.values, self.incomplete, self.basis = values, incomplete, basis

    @property
    def caveat(self) -> str:
        """A sentence on what the values rest on."""
        points = f"{self.values.shape[-1]:,} points"
        if self.basis:
            return f"By regimes: {self.basis}"
        if self.incomplete is None:
            return f"From {points} of the model that was given."
        if self.incomplete:
            return f"From {points}; at {self.incomplete:,} of them more equilibria may exist."
        return f"From {points}, each with its complete set of equilibria."


def evaluated(
    model: Model, points: Mapping[str, Floats], outcomes: tuple[str, ...], ends: tuple[str, ...]
) -> Evaluated:
    """The outcomes at the points; InputError if the model leaves one out or has no number."""
    found = model(points)
    count = len(next(iter(points.values())))
    values = np.empty((len(outcomes), len(ends), count))
    for i, outcome in enumerate(outcomes):
        for j, end in enumerate(ends):
            name = column(outcome, end)
            if name not in found:
                raise InputError(
                    f"the model gives nothing named {name!r}; it gives {', '.join(found)}. Return "
                    "an array for each outcome and end."
                )
            row = np.asarray(found[name], dtype=float)
            if row.shape != (count,) or not np.all(np.isfinite(row)):
                raise InputError(
                    f"the model's {name!r} has shape {row.shape} for {count} points, or numbers "
                    "that are not finite; return one finite number for each point."
                )
            values[i, j] = row
    incomplete = model.incomplete if isinstance(model, SolvedModel) else None
    return Evaluated(values, incomplete, getattr(model, "basis", ""))


def checked_outcomes(game: Game, outcome: str | Iterable[str]) -> tuple[str, ...]:
    """Names of outcomes of the game; LabelError for others."""
    check_game(game, None)
    names = list_of(outcome, "outcome")
    known = list(outcome_labels(game))
    for name in names:
        if name not in known:
            raise unknown("outcome", name, known)
    if not names:
        raise InputError(f"name at least one outcome: {', '.join(known)}.")
    return names


def checked_ends(of: str | Iterable[str]) -> tuple[str, ...]:
    """Names out of `ENDS`; LabelError for others."""
    ends = list_of(of, "of")
    for end in ends:
        if end not in ENDS:
            raise unknown("end", end, list(ENDS))
    if not ends:
        raise InputError(f"name at least one end: {', '.join(ENDS)}.")
    return ends


def varied(game: Game, over: Mapping[str, Any] | Iterable[str] | None) -> dict[str, Pair]:
    """The parameters that vary, with their ranges; ParameterError if any other is left open."""
    check_game(game, None)
    given = names_of(over, game.parameters)
    if not given:
        raise ParameterError("nothing varies: the game has no parameters left, or none is named.")
    check_names(game, given, "over")
    return {name: range_of(game, name, pair) for name, pair in given.items()}


def range_of(game: Game, name: str, pair: Any = None) -> Pair:
    """The ends of a parameter's range: as given, or the game's; ParameterError without any."""
    members = game.tied.get(name, (name,))
    known = {game.ranges[m] for m in members if m in game.ranges}
    if pair is None:
        if len(known) != 1:
            raise ParameterError(
                f"{name} has no range of its own; give over={{{name!r}: (low, high), ...}}, or fix "
                f"it with game.at({name}=...)."
            )
        return known.pop()
    try:
        low, high = (exact(x, f"an end of {name}") for x in pair)
    except (TypeError, ValueError) as error:
        raise ParameterError(f"the range of {name} is {pair!r}: {error}") from None
    if not low < high:
        raise ParameterError(f"the range of {name} is empty: {low} is not below {high}.")
    for least, most in known:
        if low < least or high > most:
            raise ParameterError(
                f"the range of {name} goes beyond what the game allows, {least} to {most}."
            )
    return low, high
