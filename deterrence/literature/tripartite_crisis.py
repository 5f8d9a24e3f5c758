"""The Tripartite Crisis Game, after Zagare and Kilgour (2003, ISQ 47: 587-608; 2006, ISR 8).

The appendices were not at hand: the tree and the types follow the published abstracts and later
descriptions of the game.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game

__all__ = ["tripartite_crisis"]

TYPES = {  # by player: the prior of the first type, and the types
    "Challenger": ("p_determined", ("determined", "hesitant")),
    "Defender": ("p_staunch", ("staunch", "perfidious")),
    "Protégé": ("p_disloyal", ("disloyal", "loyal")),
}
PARAMETERS = """
    c_SQ c_PL c_PR c_SET c_CC c_CON_determined c_CON_hesitant
    d_SQ d_PL d_PR d_SET d_CC d_CON_staunch d_CON_perfidious
    s_SQ s_PL s_PR_disloyal s_PR_loyal s_SET s_CC s_CON
    p_determined p_staunch p_disloyal audience_cost
"""


def tripartite_crisis() -> Game:
    """A Challenger's demand on a Protégé, whose Defender may support it or not.

    The Challenger is privately determined or hesitant, the Defender staunch or perfidious, the
    Protégé disloyal or loyal, independently. Outcomes: SQ status quo, PL the Protégé loses, PR it
    realigns, SET it settles, CC the Challenger concedes, CON conflict.

    Returns
    -------
    Game
        Parameters: ``c_SQ``, ``c_PL``, ``c_PR``, ``c_SET``, ``c_CC``, ``c_CON_determined``,
        ``c_CON_hesitant``; ``d_SQ``, ``d_PL``, ``d_PR``, ``d_SET``, ``d_CC``, ``d_CON_staunch``,
        ``d_CON_perfidious``; ``s_SQ``, ``s_PL``, ``s_PR_disloyal``, ``s_PR_loyal``, ``s_SET``,
        ``s_CC``, ``s_CON``; ``p_determined``, ``p_staunch``, ``p_disloyal``; and ``audience_cost``,
        which the Defender pays when it withholds support.
    """
    n = _numbers()
    odds = {
        player: ((kinds[0], n[prior]), (kinds[1], 1 - n[prior]))
        for player, (prior, kinds) in TYPES.items()
    }
    root = Chance({c: (p_c, _after_types(n, odds, c)) for c, p_c in odds["Challenger"]})
    priors = {prior: (0, 1) for prior, _ in TYPES.values()}
    return Game(tuple(TYPES), root, ranges=priors)


def _numbers() -> dict[str, Any]:
    import sympy

    return {name: sympy.Symbol(name, real=True) for name in PARAMETERS.split()}


def _after_types(
    n: Mapping[str, Any], odds: Mapping[str, Sequence[tuple[str, Any]]], challenger: str
) -> Node:
    """Chance chooses the types of the Defender and the Protégé."""
    return Chance(
        {
            d: (p_d, Chance({s: (p_s, _play(n, challenger, d, s)) for s, p_s in odds["Protégé"]}))
            for d, p_d in odds["Defender"]
        }
    )


def _play(n: Mapping[str, Any], challenger: str, defender: str, protege: str) -> Node:
    """What follows when the types are these."""
    conflict = f"c_CON_{challenger}", f"d_CON_{defender}", "s_CON"
    press = Move(
        "Challenger",
        (challenger, "demand", "support", "hold firm"),
        {
            "concede": _end(n, "CC"),
            "press on": _end(n, "CON", conflict),
        },
    )
    supported = Move(
        "Protégé", (protege, "demand", "support"), {"settle": _end(n, "SET"), "hold firm": press}
    )
    cost = n["audience_cost"]
    realigned = "c_PR", "d_PR", f"s_PR_{protege}"
    alone = Move(
        "Protégé",
        (protege, "demand", "withhold"),
        {"give in": _end(n, "PL", cost=cost), "realign": _end(n, "PR", realigned, cost)},
    )
    answer = Move("Defender", (defender, "demand"), {"withhold": alone, "support": supported})
    return Move("Challenger", (challenger,), {"cooperate": _end(n, "SQ"), "demand": answer})


def _end(
    n: Mapping[str, Any], event: str, payoffs: tuple[str, str, str] | None = None, cost: Any = 0
) -> Outcome:
    """An outcome with the payoffs of these names, and what the Defender pays besides."""
    c, d, s = payoffs or (f"c_{event}", f"d_{event}", f"s_{event}")
    return Outcome({"Challenger": n[c], "Defender": n[d] - cost, "Protégé": n[s]}, [event])
