"""Games small enough to be solved in milliseconds."""

from __future__ import annotations

from typing import Any

import numpy as np
import sympy

import deterrence as dt

prize, pain, luck = sympy.symbols("prize pain luck")
PLAYERS = ("Russia", "Guarantor")


def pay(russia: Any, guarantor: Any, *events: str) -> dt.Outcome:
    return dt.Outcome(dict(zip(PLAYERS, (russia, guarantor), strict=True)), events)


def chicken() -> dt.Game:
    """Both choose at once; with a prize and pain there are two pure equilibria and a mixed one."""

    def answer(force: dt.Outcome, nothing: dt.Outcome) -> dt.Move:
        return dt.Move("Guarantor", (), {"force": force, "nothing": nothing})

    attack = answer(pay(-pain, -1 - pain, "attack", "force"), pay(prize, -1, "attack"))
    refrain = answer(pay(0, "1/4", "force"), pay(0, 0))
    root = dt.Move("Russia", (), {"attack": attack, "refrain": refrain})
    return dt.Game(
        PLAYERS, root, ranges={"prize": (-1, 2), "pain": (0, 2)}, tied={"both": ("prize", "pain")}
    )


def lottery(lucky: Any = luck) -> dt.Game:
    """Chance lets an attack through or not; at luck 0 or 1 one branch is impossible."""
    through = dt.Chance(
        {"through": (lucky, pay(1, -1, "attack", "loss")), "held": (1 - luck, pay(-1, 0, "attack"))}
    )
    root = dt.Move("Russia", (), {"attack": through, "refrain": pay(0, 0)})
    return dt.Game(PLAYERS, root, ranges={"luck": (0, 1)})


def fragile() -> dt.Game:
    """A payoff that has no value at a prize of one."""
    root = dt.Move(
        "Russia", (), {"attack": pay(1 / (1 - prize), 0, "attack"), "refrain": pay(0, 0)}
    )
    return dt.Game(PLAYERS, root)


def signalling(seed: int) -> dt.Game:
    """Russia of two kinds threatens or waits; payoffs are random and linear in x and y."""
    rng = np.random.default_rng(seed)
    x, y = sympy.symbols("x y")

    def number() -> Any:
        a, b, c = (int(k) for k in rng.integers(-5, 6, 3))
        return a + b * x + c * y

    def sender(kind: str) -> dt.Move:
        return dt.Move("Russia", (kind,), {s: answered(s) for s in ("threaten", "wait")})

    def answered(sent: str) -> dt.Move:
        choices = {a: pay(number(), number(), a, sent) for a in ("yield", "fight")}
        return dt.Move("Guarantor", (sent,), choices)

    root = dt.Chance({"bold": ("1/3", sender("bold")), "meek": ("2/3", sender("meek"))})
    return dt.Game(PLAYERS, root, ranges={"x": (-1, 1), "y": (-1, 1)})
