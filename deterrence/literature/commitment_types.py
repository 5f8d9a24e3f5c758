"""Commitments that deter one side and restrain the other, after Benson (2011, 2012).

The published models add bargaining and the choice of a commitment; here the commitment is given
and somebody assesses, with errors, who started. The form is this package's own.
"""

from __future__ import annotations

from typing import Any

from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game

__all__ = ["commitment_types"]


def commitment_types() -> Game:
    """A protégé that may provoke, an adversary that may attack, and a guarantor's commitment.

    The protégé holds the share ``q`` of what is at stake. In a war it wins with probability
    ``w_0``, and with ``w_0 + D`` if the guarantor intervenes. The guarantor intervenes with
    probability ``f_A`` where the adversary is judged to have started and ``f_P`` where the
    protégé is. An attack is misjudged with probability ``delta``, a provocation with ``epsilon``.
    War costs the adversary ``c_A`` and the protégé ``c_P``; a negative cost is a gain from war.

    Returns
    -------
    Game
        The protégé moves first. Events: "provocation", "attack", "peace", "intervention".
    """
    import sympy

    q, w_0, d, c_a, c_p = sympy.symbols("q w_0 D c_A c_P", real=True)
    f_a, f_p, epsilon, delta = sympy.symbols("f_A f_P epsilon delta", real=True)

    def war(started: str, wins: Any, *more: str) -> Node:
        return Outcome({"Adversary": 1 - wins - c_a, "Protégé": wins - c_p}, [started, *more])

    def judged(started: str, chance: Any) -> Node:
        return Chance(
            {
                "intervenes": (chance, war(started, w_0 + d, "intervention")),
                "stays out": (1 - chance, war(started, w_0)),
            }
        )

    def assessed(started: str, adversary_blamed: Any) -> Node:
        return Chance(
            {
                "adversary judged to have started": (adversary_blamed, judged(started, f_a)),
                "protégé judged to have started": (1 - adversary_blamed, judged(started, f_p)),
            }
        )

    answer = Move(
        "Adversary",
        (),
        {
            "attack": assessed("attack", 1 - delta),
            "refrain": Outcome({"Adversary": 1 - q, "Protégé": q}, ["peace"]),
        },
    )
    root = Move(
        "Protégé", (), {"provoke": assessed("provocation", epsilon), "be restrained": answer}
    )
    shares = dict.fromkeys(("f_A", "f_P", "epsilon", "delta", "q", "w_0"), (0, 1))
    return Game(["Adversary", "Protégé"], root, ranges=shares)
