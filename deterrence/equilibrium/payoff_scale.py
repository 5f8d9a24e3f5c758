"""Payoffs of each player on scales that make rounding comparable."""

from __future__ import annotations

from fractions import Fraction

from deterrence.equilibrium.reduced_block import Expression
from deterrence.games.tree import Game

__all__ = ["normalised", "normalised_payoffs", "payoff_ranges", "payoff_scales"]


def payoff_ranges(game: Game) -> list[tuple[Fraction, Fraction]]:
    """By player, the least payoff and the span (1 where there is none)."""
    found = []
    for places in _payoff_places(game):
        column = [game.numbers[k] for k in places] or [Fraction(0)]
        least, most = min(column), max(column)
        found.append((least, most - least or Fraction(1)))
    return found


def payoff_scales(game: Game) -> list[float]:
    """By player, the largest payoff in absolute value (1 where all are 0)."""
    return [
        max((abs(float(game.numbers[k])) for k in places), default=0.0) or 1.0
        for places in _payoff_places(game)
    ]


def normalised_payoffs(game: Game) -> list[dict[int, float]]:
    """By player and place, payoffs on a scale from 0 to 1, so that rounding compares with 1."""
    return [
        {k: float((game.numbers[k] - least) / span) for k in places}
        for places, (least, span) in zip(_payoff_places(game), payoff_ranges(game), strict=True)
    ]


def normalised(expression: Expression, payoffs: tuple[Fraction, Fraction]) -> float:
    """The constant of an expression on that scale; its weights stay as they are."""
    least, span = payoffs
    constant, terms = expression
    mass = 1 - sum((w for w, _ in terms), Fraction(0))
    return float((constant - least * mass) / span)


def _payoff_places(game: Game) -> list[list[int]]:
    s = game.structure
    places: list[list[int]] = s.remember(
        "places of payoffs",
        lambda: [
            sorted({row[i] for row in s.payoffs if row is not None}) for i in range(len(s.players))
        ],
    )
    return places
