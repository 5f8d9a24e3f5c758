"""The words and numbers in a drawn tree."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from deterrence.equilibrium.solution import Equilibrium
from deterrence.games.structure import MOVE
from deterrence.games.tree import Game

__all__ = ["branch_text", "number_text", "payoff_texts", "played"]

LONGEST_FORMULA = 16  # characters
LARGEST_DENOMINATOR = 99


def number_text(value: Any) -> str:
    """An exact fraction if short, else three digits; a formula if short, else that there is one."""
    if isinstance(value, Fraction):
        short = value.denominator <= LARGEST_DENOMINATOR and abs(value.numerator) < 10_000
        return str(value) if short else f"{float(value):.3g}"
    text = str(value)
    return text if len(text) <= LONGEST_FORMULA else "formula"


def payoff_texts(game: Game, node: int) -> list[str]:
    """The payoffs at an end, in the order of the players."""
    return [number_text(game.numbers[place]) for place in game.structure.payoffs[node] or ()]


def played(game: Game, node: int, equilibrium: Equilibrium | None) -> Any:
    """How likely the equilibrium makes the choice that leads to `node`.

    None where nobody chooses, and where the equilibrium says nothing: behind branches of chance
    that are impossible at its point.
    """
    s = game.structure
    above = s.parent[node]
    if equilibrium is None or s.kind[above] != MOVE:
        return None
    own = s.sets[s.set_of[above]]
    choices = equilibrium.strategy[own.player]
    return choices[own.knows].get(s.label[node]) if own.knows in choices else None


def branch_text(game: Game, node: int, equilibrium: Equilibrium | None) -> str:
    """The label that leads to `node`, with the probability of chance or of the equilibrium."""
    s = game.structure
    label, places = str(s.label[node]), s.chance[node]
    if places is None:
        probability = played(game, node, equilibrium)
        return label if probability is None else f"{label}  {number_text(probability)}"
    shown = [number_text(game.numbers[place]) for place in places]
    if len(set(shown)) == 1:
        return f"{label}  [{shown[0]}]"
    pairs = (f"{player} {text}" for player, text in zip(s.players, shown, strict=True))
    return f"{label}  [{', '.join(pairs)}]"
