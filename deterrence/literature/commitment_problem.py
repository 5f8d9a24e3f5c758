"""Preventive war: a rising side cannot promise not to use its strength later.

After Fearon (1995, International Organization 49: 379-414, pp. 401-409) and Powell (2006,
International Organization 60: 169-203, pp. 182-190), as later texts quote their formulas; the
articles themselves were not at hand. The third party that guarantees the settlement is an addition.
"""

from __future__ import annotations

from typing import Any

from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.tree import Game

__all__ = ["preventive_war", "shifting_power"]

SIDES = ["Rising", "Declining"]


def preventive_war() -> Game:
    """A declining side fights now or accepts a settlement that will be revised (Fearon).

    The pie is one in each period. The Rising side prevails with ``p_1`` in a war today, and with
    ``p_2`` in one from tomorrow on, where a third party comes to the help of the Declining side
    with the probability ``intervention`` and then lowers that by ``help``. Whoever wins has the
    pie for good. The Rising side makes the offers: today it keeps ``x_1``, tomorrow it demands the
    most that the Declining side does not fight about.

    The Declining side accepts today's offer of everything (x_1 = 0) if and only if
    delta p - p_1 <= c_B (1 - delta)^2, where p = p_2 - intervention help: the guarantee that makes
    the settlement hold is at least (p_2 - (p_1 + c_B (1 - delta)^2) / delta) / help.

    Returns
    -------
    Game
        Parameters: ``x_1``, ``p_1``, ``p_2``, ``c_A`` and ``c_B``, the costs of war to the Rising
        and to the Declining side, ``delta``, the weight of the next period, ``intervention`` and
        ``help``. Events: "war today", "war tomorrow", "settlement".

    Notes
    -----
    Tomorrow's demand is accepted without a move: where any share may be demanded, that is the only
    equilibrium, while a move between two equally good answers would add others.
    """
    import sympy

    names = "x_1 p_1 p_2 c_A c_B delta intervention help"
    x, p, later, c_a, c_b, delta, comes, relief = sympy.symbols(names, real=True)

    def war(odds: Any) -> tuple[Any, Any]:
        return odds / (1 - delta) - c_a, (1 - odds) / (1 - delta) - c_b

    def after(tomorrow: tuple[Any, Any], event: str) -> Outcome:
        payoffs = x + delta * tomorrow[0], 1 - x + delta * tomorrow[1]
        return Outcome(dict(zip(SIDES, payoffs, strict=True)), [event])

    demand = sympy.Min(1, later - comes * relief + c_b * (1 - delta))
    settled = after((demand / (1 - delta), (1 - demand) / (1 - delta)), "settlement")

    fought = Chance(
        {
            "alone": (1 - comes, after(war(later), "war tomorrow")),
            "helped": (comes, after(war(later - relief), "war tomorrow")),
        }
    )
    tomorrow = Move(
        "Rising",
        ("settled",),
        {"demand": settled, "fight": fought},
    )
    today = Outcome(dict(zip(SIDES, war(p), strict=True)), ["war today"])
    answer = Move("Declining", ("offer",), {"accept": tomorrow, "fight": today})
    root = Move("Rising", (), {"offer": answer, "fight": today})
    odds = dict.fromkeys(("x_1", "p_1", "p_2", "delta", "intervention", "help"), (0, 1))
    return Game(SIDES, root, ranges=odds)


def shifting_power() -> Game:
    """A declining side fights now, or waits until the other is stronger (Powell).

    War destroys the share ``d`` of the pie and gives the rest to the winner for good: the Rising
    side today with the probability ``p``, from tomorrow on with ``p`` + ``Delta``. The Declining
    side makes the offers: today ``x_1`` to the Rising side, tomorrow what war is worth to that. The
    latter is accepted without a move, as in `preventive_war`. Payoffs are averages over periods.

    With x_1 = 0 it fights today if and only if (1 - d) (delta (p + Delta) - p) > d.

    Returns
    -------
    Game
        Parameters: ``x_1``, ``p``, ``Delta``, ``d``, ``delta``. Events: "war today", "war
        tomorrow", "settlement".
    """
    import sympy

    x, p, shift, lost, delta = sympy.symbols("x_1 p Delta d delta", real=True)

    def ends(rising: Any, declining: Any, event: str) -> Outcome:
        return Outcome({"Rising": rising, "Declining": declining}, [event])

    def after(rising: Any, declining: Any, event: str) -> Outcome:
        today = (1 - delta) * x, (1 - delta) * (1 - x)
        return ends(today[0] + delta * rising, today[1] + delta * declining, event)

    claim = (p + shift) * (1 - lost)
    settled = after(claim, 1 - claim, "settlement")
    fought = after(claim, (1 - p - shift) * (1 - lost), "war tomorrow")
    tomorrow = Move(
        "Declining",
        ("settled",),
        {"offer": settled, "fight": fought},
    )
    today = ends(p * (1 - lost), (1 - p) * (1 - lost), "war today")
    answer = Move("Rising", (), {"accept": tomorrow, "fight": today})
    root = Move("Declining", (), {"offer": answer, "fight": today})
    return Game(SIDES, root, ranges=dict.fromkeys(("x_1", "p", "d", "delta"), (0, 1)))
