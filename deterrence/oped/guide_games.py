"""The small games of the guides, as the guides build them."""

from __future__ import annotations

import itertools
from typing import Any

import sympy

from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.tree import Game
from deterrence.literature.perfect_deterrence import unilateral_deterrence

__all__ = [
    "CREDIBILITY",
    "CRISIS",
    "ordered_payoffs",
    "priced_attack",
    "resolve_and_cost",
    "two_at_once",
    "unilateral_deterrence",
]

# of find-a-threshold: payoffs of the Unilateral Deterrence Game
CREDIBILITY = {
    "c_SQ": "0.6",
    "c_DC": "1",
    "c_CD": "0.2",
    "c_DD_hard": "0.4",
    "c_DD_soft": "0",
    "d_SQ": "1",
    "d_DC": "0.3",
    "d_CD": "0.8",
    "d_DD_hard": "0.5",
    "d_DD_soft": "0",
}
# of what-drives-a-conclusion: where the crisis stands
CRISIS = {"resolve": "0.6", "cost": "0.5", "prize": "0.5", "pain": "1"}


def ordered_payoffs() -> list[Any]:
    """What find-a-threshold assumes of the outcomes' order."""
    rows = ("c_DD_soft c_CD c_DD_hard c_SQ c_DC", "d_DD_soft d_DC d_DD_hard d_CD d_SQ")
    found = []
    for names in rows:
        row = [sympy.Symbol(name, real=True) for name in names.split()]
        found += [low < high for low, high in itertools.pairwise(row)]
    return found


def two_at_once() -> Game:
    """The crisis of map-a-million-points: both choose at once."""
    prize, pain = sympy.symbols("prize pain")

    def answer(force: Outcome, nothing: Outcome) -> Move:
        return Move("Guarantor", (), {"force": force, "nothing": nothing})

    attack = answer(
        _pay(-pain, -1 - pain, "attack", "force"),
        _pay(prize, -1, "attack"),
    )
    refrain = answer(_pay(0, "1/4", "force"), _pay(0, 0))
    return Game(
        ["Russia", "Guarantor"],
        Move("Russia", (), {"attack": attack, "refrain": refrain}),
        ranges={"prize": (-1, 2), "pain": (0, 2)},
    )


def priced_attack() -> Game:
    """The guarantee of design-a-guarantee: strength costs its guarantor something."""
    strength, prize = sympy.symbols("strength prize")
    choices = {
        "attack": _pay(prize - 2 * strength, -2, "attack"),
        "refrain": _pay(0, -strength),
    }
    return Game(
        ["Russia", "Guarantor"],
        Move("Russia", (), choices),
        ranges={"strength": (0, 1), "prize": ("0.4", 1)},
    )


def resolve_and_cost() -> Game:
    """The crisis of what-drives-a-conclusion: the Guarantor may be resolved."""
    resolve, cost, prize, pain = sympy.symbols("resolve cost prize pain")

    def crisis(kind: str, price: Any) -> Move:
        attacked = {
            "force": _pay(-pain, -price, "attack", "force"),
            "yield": _pay(prize, -1, "attack"),
        }
        return Move(
            "Russia",
            (),
            {"attack": Move("Guarantor", (kind,), attacked), "refrain": _pay(0, 0)},
        )

    kinds = {
        "resolved": (resolve, crisis("resolved", cost)),
        "irresolute": (1 - resolve, crisis("irresolute", 2)),
    }
    return Game(
        ["Russia", "Guarantor"],
        Chance(kinds),
        ranges={"resolve": (0, 1), "cost": (0, 2), "prize": (0, 2), "pain": (0, 2)},
    )


def _pay(russia: Any, guarantor: Any, *events: str) -> Outcome:
    return Outcome({"Russia": russia, "Guarantor": guarantor}, events)
