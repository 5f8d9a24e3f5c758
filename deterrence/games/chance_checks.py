"""Whether the probabilities of chance moves can be probabilities."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from deterrence.errors import ProbabilityError
from deterrence.games.numbers import shown
from deterrence.games.structure import CHANCE, Structure

__all__ = ["check_probabilities", "sums_to_one"]

ROUNDING = 1e-12  # of probabilities that a formula makes irrational


def check_probabilities(s: Structure, numbers: Sequence[Any], is_exact: bool) -> None:
    """Raise ProbabilityError unless every chance move's probabilities can sum to one.

    Numbers must be in [0, 1] and sum to one for every player. Formulas that cannot be shown to
    sum to one are let through and checked when numbers are put in.
    """
    for branches, node in s.remember("chance moves", lambda: _chance_moves(s)):
        for k, player in enumerate(s.players):
            if k == 0 or any(places[k] != places[0] for places in branches):
                column = [numbers[places[k]] for places in branches]
                _check_column(column, player, s.history(node), is_exact)
        for child, places in zip(s.children[node], branches, strict=True):
            if any(places[0] != k for k in places):
                _check_zeros(s, child, [numbers[k] == 0 for k in places])


def _chance_moves(s: Structure) -> list[tuple[tuple[tuple[int, ...], ...], int]]:
    """The distinct tuples of probabilities, each with a node where it stands."""
    found: dict[tuple[tuple[int, ...], ...], int] = {}
    for node, kind in enumerate(s.kind):
        if kind == CHANCE:
            found.setdefault(tuple(s.chance[c] or () for c in s.children[node]), node)
    return list(found.items())


def _check_zeros(s: Structure, child: int, zero: list[bool]) -> None:
    if any(zero) and not all(zero):
        who = [p for p, z in zip(s.players, zero, strict=True) if z]
        raise ProbabilityError(
            f"the chance branch {s.history(child)} has probability zero for "
            f"{', '.join(who)} only. Sequential equilibrium needs every branch possible "
            "for all players or for none; give a small positive probability."
        )


def _check_column(column: list[Any], player: str, history: Any, is_exact: bool) -> None:
    for p in column:
        if _outside(p):
            raise ProbabilityError(
                f"a chance probability at history {history} is "
                f"{_as_number(p)} for {player}; "
                "probabilities lie in [0, 1]."
            )
    rounded = not is_exact and abs(float(sum(column)) - 1) < ROUNDING
    if sums_to_one(column) is False and not rounded:
        total = sum(column)
        text = str(float(total)) if isinstance(total, Fraction) and total < 10**15 else str(total)
        raise ProbabilityError(
            f"chance probabilities at history {history} sum to {text} for {player}, not to 1. "
            "Write them exactly, as fractions or decimal strings."
        )


def _as_number(p: Any) -> str:
    if isinstance(p, Fraction):
        return shown(p)
    return f"{float(p):g}" if p.is_real else str(p)


def _outside(p: Any) -> bool:
    """Whether a probability is surely not in [0, 1]."""
    if isinstance(p, Fraction):
        return not 0 <= p <= 1
    return not p.free_symbols and (p.is_real is False or not 0 <= float(p) <= 1)


def sums_to_one(column: list[Any]) -> bool | None:
    """Whether numbers and formulas sum to one: yes, no, or None where it cannot be shown."""
    if all(isinstance(p, Fraction) for p in column):
        return bool(sum(column) == 1)
    import sympy

    total = sympy.Add(
        *[
            sympy.Rational(p.numerator, p.denominator) if isinstance(p, Fraction) else p
            for p in column
        ]
    )
    if total.free_symbols and not total.has(sympy.Piecewise):
        total = sympy.cancel(total)
    if total.is_Rational:
        return bool(total == 1)
    return None
