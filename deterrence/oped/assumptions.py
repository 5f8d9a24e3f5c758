"""What may be varied in a scenario: the numbers of its game, with the ranges they can have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from deterrence.errors import ParameterError, unknown
from deterrence.games.tree import Game
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import check_counts
from deterrence.oped.trees import formulas

__all__ = ["assumptions_of", "with_the_rest_fixed"]

INSIDE = Fraction(1, 1000)  # how far from an end that is left out, as a share of the range

Ranges = dict[str, tuple[Fraction, Fraction]]


def assumptions_of(scenario: Scenario, names: Iterable[str] = ()) -> Ranges:
    """Parameters of a scenario's game and their ranges.

    Parameters
    ----------
    scenario : Scenario
    names : iterable of str
        Instruments and stakes, tied names too; all that the game has if there are none.

    Returns
    -------
    dict of str to (low, high)
        Where an end is left out of the range, a value just inside stands for it.

    Raises
    ------
    ParameterError
        For a name that is unknown or plays no part in the game.
    """
    used, known = formulas(scenario).parameters, (*PARAMETERS, *TIED)
    chosen = list(dict.fromkeys(names)) or list(used)
    check_counts(scenario, chosen)
    for name in chosen:
        if name not in known:
            raise ParameterError(str(unknown("parameter", name, known)))
        if not set(TIED.get(name, (name,))) <= set(used):
            raise ParameterError(
                f"{name} plays no part in this game, whose stages are not all there. It depends "
                f"on: {', '.join(used)}."
            )
    return {name: _range(TIED.get(name, (name,))[0]) for name in chosen}


def _range(name: str) -> tuple[Fraction, Fraction]:
    parameter = PARAMETERS[name]
    margin = (parameter.high - parameter.low) * INSIDE if parameter.open else Fraction(0)
    return parameter.low + margin, parameter.high - margin


def with_the_rest_fixed(
    scenario: Scenario, varied: Iterable[str], changes: Mapping[str, Any] | None = None
) -> Game:
    """The scenario's game with numbers, some of them changed, for everything that does not vary."""
    game = formulas(scenario)
    moved = {member for name in varied for member in TIED.get(name, (name,))}
    values = scenario.values(**(changes or {}))
    rest = {n: x for n, x in values.items() if n in game.parameters and n not in moved}
    return game.at(rest) if rest else game
