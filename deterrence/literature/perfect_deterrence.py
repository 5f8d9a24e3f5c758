"""Games of Perfect Deterrence (Zagare and Kilgour 2000), with formulas in every payoff and prior.

Payoff symbols are written as in the book: the player's initial, then the outcome, with "+" and "-"
for Hard and Soft types written out. The book's text was not at hand in full: trees and orderings
follow its published summaries.
"""

from __future__ import annotations

from typing import Any

from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game

__all__ = ["asymmetric_deterrence", "mutual_deterrence", "unilateral_deterrence"]

PRIOR = (0, 1)  # a probability


def _symbols(names: str) -> tuple[Any, ...]:
    import sympy

    found: tuple[Any, ...] = sympy.symbols(names, real=True)
    return found


def asymmetric_deterrence() -> Game:
    """The Rudimentary Asymmetric Deterrence Game (chapter 3).

    The Challenger leaves the status quo or demands; the Defender, privately Hard with probability
    ``p_def``, concedes or resists.

    Returns
    -------
    Game
        Parameters: ``c_SQ``, ``c_DC``, ``c_DD``, ``d_SQ``, ``d_DC``, ``d_DD_hard``, ``d_DD_soft``,
        ``p_def``.
    """
    c_sq, c_dc, c_dd, d_sq, d_dc, hard, soft, p = _symbols(
        "c_SQ c_DC c_DD d_SQ d_DC d_DD_hard d_DD_soft p_def"
    )

    def play(kind: str, resisted: Any) -> Node:
        answer = Move(
            "Defender",
            (kind, "demand"),
            {
                "concede": Outcome({"Challenger": c_dc, "Defender": d_dc}, ["concession"]),
                "resist": Outcome({"Challenger": c_dd, "Defender": resisted}, ["conflict"]),
            },
        )
        status_quo = Outcome({"Challenger": c_sq, "Defender": d_sq}, ["status quo"])
        return Move("Challenger", (), {"cooperate": status_quo, "demand": answer})

    root = Chance({"hard": (p, play("hard", hard)), "soft": (1 - p, play("soft", soft))})
    return Game(["Challenger", "Defender"], root, ranges={"p_def": PRIOR})


def unilateral_deterrence() -> Game:
    """The Unilateral Deterrence Game (chapter 5).

    The Challenger may demand, the Defender resist, the Challenger press on; both are privately Hard
    or Soft, independently.

    Returns
    -------
    Game
        Parameters: ``c_SQ``, ``c_DC``, ``c_CD``, ``c_DD_hard``, ``c_DD_soft``, the same with ``d``,
        ``p_ch`` and ``p_def``.
    """
    c_sq, c_dc, c_cd, c_hard, c_soft = _symbols("c_SQ c_DC c_CD c_DD_hard c_DD_soft")
    d_sq, d_dc, d_cd, d_hard, d_soft = _symbols("d_SQ d_DC d_CD d_DD_hard d_DD_soft")
    p_ch, p_def = _symbols("p_ch p_def")
    conflict = {
        "Challenger": {"hard": c_hard, "soft": c_soft},
        "Defender": {"hard": d_hard, "soft": d_soft},
    }

    def play(challenger: str, defender: str) -> Node:
        war = {
            "Challenger": conflict["Challenger"][challenger],
            "Defender": conflict["Defender"][defender],
        }
        press = Move(
            "Challenger",
            (challenger, "resisted"),
            {
                "back down": Outcome({"Challenger": c_cd, "Defender": d_cd}, ["backing down"]),
                "press on": Outcome(war, ["conflict"]),
            },
        )
        answer = Move(
            "Defender",
            (defender, "demand"),
            {
                "concede": Outcome({"Challenger": c_dc, "Defender": d_dc}, ["concession"]),
                "resist": press,
            },
        )
        status_quo = Outcome({"Challenger": c_sq, "Defender": d_sq}, ["status quo"])
        return Move("Challenger", (challenger,), {"cooperate": status_quo, "demand": answer})

    return Game(
        ["Challenger", "Defender"],
        _two_sided(play, p_ch, p_def),
        ranges={"p_ch": PRIOR, "p_def": PRIOR},
    )


def _two_sided(play: Any, first: Any, second: Any) -> Node:
    """Chance draws both types, one after the other."""

    def inner(kind: str) -> Node:
        return Chance(
            {"hard": (second, play(kind, "hard")), "soft": (1 - second, play(kind, "soft"))}
        )

    return Chance({"hard": (first, inner("hard")), "soft": (1 - first, inner("soft"))})


def mutual_deterrence() -> Game:
    """The Generalized Mutual Deterrence Game (chapter 4).

    Both sides cooperate or defect at once; a side that was defected upon alone concedes or
    retaliates. Both are privately Hard or Soft, independently.

    Returns
    -------
    Game
        Parameters: ``a_SQ``, ``a_DC`` (A alone defects and B concedes), ``a_CD``, ``a_DD_hard``,
        ``a_DD_soft``, the same with ``b``, ``p_a`` and ``p_b``.
    """
    a_sq, a_dc, a_cd, a_hard, a_soft = _symbols("a_SQ a_DC a_CD a_DD_hard a_DD_soft")
    b_sq, b_dc, b_cd, b_hard, b_soft = _symbols("b_SQ b_DC b_CD b_DD_hard b_DD_soft")
    p_a, p_b = _symbols("p_a p_b")
    war_of = {"A": {"hard": a_hard, "soft": a_soft}, "B": {"hard": b_hard, "soft": b_soft}}

    def play(kind_a: str, kind_b: str) -> Node:
        conflict = Outcome({"A": war_of["A"][kind_a], "B": war_of["B"][kind_b]}, ["conflict"])
        answer_a = Move(
            "A",
            (kind_a, "defected upon"),
            {"concede": Outcome({"A": a_cd, "B": b_cd}, ["B wins"]), "retaliate": conflict},
        )
        answer_b = Move(
            "B",
            (kind_b, "defected upon"),
            {"concede": Outcome({"A": a_dc, "B": b_dc}, ["A wins"]), "retaliate": conflict},
        )
        status_quo = Outcome({"A": a_sq, "B": b_sq}, ["status quo"])
        after_c = Move("B", (kind_b,), {"cooperate": status_quo, "defect": answer_a})
        after_d = Move("B", (kind_b,), {"cooperate": answer_b, "defect": conflict})
        return Move("A", (kind_a,), {"cooperate": after_c, "defect": after_d})

    return Game(["A", "B"], _two_sided(play, p_a, p_b), ranges={"p_a": PRIOR, "p_b": PRIOR})
