"""Deterrence games of the literature as trees, after Zagare and Kilgour, with independent types.

`knows` is the tuple of labels that a player has seen, its own type first. Payoffs are given as one
mapping per player from outcome to number; the outcomes that a type values differently are named
with the type, for instance "DD hard" and "DD soft".
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import deterrence as dt

Payoffs = Mapping[str, Any]
HARD, SOFT = "hard", "soft"


def exact(**numbers: Any) -> dict[str, Fraction]:
    """Payoffs given as decimals that are meant exactly; underscores stand for blanks."""
    return {name.replace("_", " "): Fraction(str(x)) for name, x in numbers.items()}


# after Perfect Deterrence, ch. 5: the check values of the specification
UNILATERAL_CH = exact(SQ="0.6", DC="1", CD="0.2", DD_hard="0.4", DD_soft="0")
UNILATERAL_DEF = exact(SQ="1", DC="0.3", CD="0.8", DD_hard="0.5", DD_soft="0")
# after Perfect Deterrence, ch. 4
MUTUAL_A = exact(SQ="0.6", DC="1", CD="0.25", DD_hard="0.4", DD_soft="0")
MUTUAL_B = exact(SQ="0.7", CD="1", DC="0.3", DD_hard="0.5", DD_soft="0")
# after Zagare and Kilgour 2003
TRIPARTITE_CH = exact(
    PR="1", PL="0.9", SET="0.8", SQ="0.5", CON_determined="0.3", CC="0.1", CON_hesitant="0"
)
TRIPARTITE_DEF = exact(
    SQ="1", CC="0.9", SET="0.6", PL="0.5", CON_staunch="0.3", PR="0.2", CON_perfidious="0.1"
)
TRIPARTITE_PRO = exact(
    SQ="1", CC="0.9", CON="0.5", SET="0.4", PR_disloyal="0.3", PL="0.2", PR_loyal="0.1"
)


def outcome(name: str, **by_player: tuple[Payoffs, str]) -> dt.Outcome:
    """An outcome; each player's payoff is that of its type if types differ there."""
    return dt.Outcome(
        {
            player: table[f"{name} {kind}"] if f"{name} {kind}" in table else table[name]
            for player, (table, kind) in by_player.items()
        },
        (name,),
    )


def types(names: tuple[str, str], first: Any, then: Any) -> dt.Chance:
    """A draw of one of two types, the first with probability `first`."""
    first = Fraction(str(first))
    return dt.Chance({names[0]: (first, then(names[0])), names[1]: (1 - first, then(names[1]))})


def unilateral_deterrence(
    p_ch: Any, p_def: Any, ch: Payoffs = UNILATERAL_CH, df: Payoffs = UNILATERAL_DEF
) -> dt.Game:
    """Ch: C -> SQ, or D; Def: C -> DC, or D; Ch: C -> CD, or D -> DD.

    Parameters
    ----------
    p_ch, p_def : number
        Probabilities that Ch and Def are hard.
    ch, df : mapping
        Payoffs of "SQ", "DC", "CD", "DD hard", "DD soft".
    """

    def play(a: str, b: str) -> dt.Move:
        def end(name: str) -> dt.Outcome:
            return outcome(name, Ch=(ch, a), Def=(df, b))

        last = dt.Move("Ch", (a, "D", "D"), {"C": end("CD"), "D": end("DD")})
        reply = dt.Move("Def", (b, "D"), {"C": end("DC"), "D": last})
        return dt.Move("Ch", (a,), {"C": end("SQ"), "D": reply})

    def second(a: str) -> dt.Chance:
        return types((HARD, SOFT), p_def, lambda b: play(a, b))

    return dt.Game(("Ch", "Def"), types((HARD, SOFT), p_ch, second))


def mutual_deterrence(p_a: Any, p_b: Any, a: Payoffs = MUTUAL_A, b: Payoffs = MUTUAL_B) -> dt.Game:
    """A and B choose C or D at once; whoever alone was defected on answers.

    (C, C) -> SQ, (D, D) -> DD; after (D, C) B: C -> DC, D -> DD; after (C, D) A: C -> CD, D -> DD.
    Payoffs of "SQ", "DC", "CD", "DD hard", "DD soft"; p_a, p_b: probabilities of hard.
    """

    def play(i: str, j: str) -> dt.Move:
        def end(name: str) -> dt.Outcome:
            return outcome(name, A=(a, i), B=(b, j))

        answer_b = dt.Move("B", (j, "D", "C"), {"C": end("DC"), "D": end("DD")})
        answer_a = dt.Move("A", (i, "C", "D"), {"C": end("CD"), "D": end("DD")})
        after = {
            "C": dt.Move("B", (j,), {"C": end("SQ"), "D": answer_a}),
            "D": dt.Move("B", (j,), {"C": answer_b, "D": end("DD")}),
        }
        return dt.Move("A", (i,), after)

    return dt.Game(
        ("A", "B"),
        types((HARD, SOFT), p_a, lambda i: types((HARD, SOFT), p_b, lambda j: play(i, j))),
    )


def tripartite_crisis(
    p_c: Any,
    p_d: Any,
    p_p: Any,
    ch: Payoffs = TRIPARTITE_CH,
    df: Payoffs = TRIPARTITE_DEF,
    pro: Payoffs = TRIPARTITE_PRO,
) -> dt.Game:
    """Challenger, Defender and Protege.

    Ch: wait -> SQ, or demand; Def: withhold, or support. After withholding Pro: lose -> PL, or
    realign -> PR. After support Pro: settle -> SET, or hold; then Ch: concede -> CC, or press ->
    CON. p_c, p_d, p_p: probabilities of determined, staunch, disloyal.
    """

    def play(c: str, d: str, p: str) -> dt.Move:
        def end(name: str) -> dt.Outcome:
            return outcome(name, Ch=(ch, c), Def=(df, d), Pro=(pro, p))

        last = dt.Move(
            "Ch", (c, "demand", "support", "hold"), {"concede": end("CC"), "press": end("CON")}
        )
        alone = dt.Move("Pro", (p, "demand", "withhold"), {"lose": end("PL"), "realign": end("PR")})
        backed = dt.Move("Pro", (p, "demand", "support"), {"settle": end("SET"), "hold": last})
        reply = dt.Move("Def", (d, "demand"), {"withhold": alone, "support": backed})
        return dt.Move("Ch", (c,), {"wait": end("SQ"), "demand": reply})

    def draw_defender(c: str) -> Any:
        return types(("staunch", "perfidious"), p_d, lambda d: draw_protege(c, d))

    def draw_protege(c: str, d: str) -> Any:
        return types(("disloyal", "loyal"), p_p, lambda p: play(c, d, p))

    return dt.Game(("Ch", "Def", "Pro"), types(("determined", "hesitant"), p_c, draw_defender))
