"""The Tripartite Crisis Game, after Zagare and Kilgour (2003, ISQ 47: 587-608; 2006, ISR 8).

The appendices were not at hand: the tree and the types follow the published abstracts and later
descriptions of the game.
"""

from __future__ import annotations

from typing import Any

from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game

__all__ = ["tripartite_crisis"]


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
    import sympy

    def numbers(names: str) -> tuple[Any, ...]:
        found: tuple[Any, ...] = sympy.symbols(names, real=True)
        return found

    c_sq, c_pl, c_pr, c_set, c_cc = numbers("c_SQ c_PL c_PR c_SET c_CC")
    d_sq, d_pl, d_pr, d_set, d_cc = numbers("d_SQ d_PL d_PR d_SET d_CC")
    s_sq, s_pl, s_set, s_cc, s_con = numbers("s_SQ s_PL s_SET s_CC s_CON")
    c_con = dict(
        zip(
            ("determined", "hesitant"),
            numbers("c_CON_determined c_CON_hesitant"),
            strict=True,
        )
    )
    d_con = dict(
        zip(
            ("staunch", "perfidious"),
            numbers("d_CON_staunch d_CON_perfidious"),
            strict=True,
        )
    )
    s_pr = dict(zip(("disloyal", "loyal"), numbers("s_PR_disloyal s_PR_loyal"), strict=True))
    p_c, p_d, p_p, cost = numbers("p_determined p_staunch p_disloyal audience_cost")

    def ends(c: Any, d: Any, s: Any, event: str) -> Node:
        return Outcome({"Challenger": c, "Defender": d, "Protégé": s}, [event])

    def play(challenger: str, defender: str, protege: str) -> Node:
        press = Move(
            "Challenger",
            (challenger, "demand", "support", "hold firm"),
            {
                "concede": ends(c_cc, d_cc, s_cc, "CC"),
                "press on": ends(c_con[challenger], d_con[defender], s_con, "CON"),
            },
        )
        supported = Move(
            "Protégé",
            (protege, "demand", "support"),
            {"settle": ends(c_set, d_set, s_set, "SET"), "hold firm": press},
        )
        alone = Move(
            "Protégé",
            (protege, "demand", "withhold"),
            {
                "give in": ends(c_pl, d_pl - cost, s_pl, "PL"),
                "realign": ends(c_pr, d_pr - cost, s_pr[protege], "PR"),
            },
        )
        answer = Move("Defender", (defender, "demand"), {"withhold": alone, "support": supported})
        return Move(
            "Challenger",
            (challenger,),
            {"cooperate": ends(c_sq, d_sq, s_sq, "SQ"), "demand": answer},
        )

    def with_protege(challenger: str, defender: str) -> Node:
        return Chance(
            {
                "disloyal": (p_p, play(challenger, defender, "disloyal")),
                "loyal": (1 - p_p, play(challenger, defender, "loyal")),
            }
        )

    def with_defender(challenger: str) -> Node:
        return Chance(
            {
                "staunch": (p_d, with_protege(challenger, "staunch")),
                "perfidious": (1 - p_d, with_protege(challenger, "perfidious")),
            }
        )

    root = Chance(
        {
            "determined": (p_c, with_defender("determined")),
            "hesitant": (1 - p_c, with_defender("hesitant")),
        }
    )
    priors = dict.fromkeys(("p_determined", "p_staunch", "p_disloyal"), (0, 1))
    return Game(["Challenger", "Defender", "Protégé"], root, ranges=priors)
