"""War as failed bargaining, after Fearon (1995, International Organization 49: 379-414).

A division of something worth one is settled, or fought over. Formulas are those of pp. 387-395 as
later texts quote them; the article itself was not at hand.
"""

from __future__ import annotations

from deterrence.errors import InputError
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.tree import Game

__all__ = ["division", "ultimatum"]

MOST_BRANCHES = 200


def division() -> Game:
    """Two sides are asked whether they accept a division; if either refuses, they fight.

    Both know everything, so both accept what lies in the bargaining range [p - c_A, p + c_B].

    Returns
    -------
    Game
        Parameters: ``x``, the share of A; ``p``, the chance that A prevails; ``c_A`` and ``c_B``,
        the costs of war.
    """
    import sympy

    x, p, c_a, c_b = sympy.symbols("x p c_A c_B", real=True)
    war = Outcome({"A": p - c_a, "B": 1 - p - c_b}, ["war"])
    settled = Outcome({"A": x, "B": 1 - x}, ["settlement"])
    answer = Move("B", ("accept",), {"accept": settled, "fight": war})
    root = Move("A", (), {"accept": answer, "fight": war})
    return Game(["A", "B"], root, ranges={"x": (0, 1), "p": (0, 1)})


def ultimatum(demands: int, types: int) -> Game:
    """A demands a share; B, whose cost of war is private, accepts or fights.

    The article has a continuum of demands and of costs. Here both are finite and given, however
    many are wanted. Where B's costs are the middles of n equal parts of [0, C], equally likely, and
    the demands lie between them, p + k C / n, the tree has the article's solution exactly: demand
    p + (C - c_A) / 2, or 1 if that is less, and war with the probability (demand - p) / C, whenever
    that demand is among those on the list.

    Parameters
    ----------
    demands : int
        How many demands A may make.
    types : int
        How many costs of war B may have.

    Returns
    -------
    Game
        Parameters: ``p``, the chance that A prevails; ``c_A``, its cost of war; ``x_1``, ``x_2``
        and so on, the demands; ``c_1``, ``c_2`` and so on, B's possible costs, each with its
        probability ``q_1``, ``q_2`` and so on.

    Raises
    ------
    InputError
        If a number of demands or types is not a whole number from 1 on, or the tree would have
        more than 200 branches.
    """
    import sympy

    for name, count in (("demands", demands), ("types", types)):
        if isinstance(count, bool) or not isinstance(count, int) or count < 1:
            raise InputError(f"{name} = {count!r}; give a whole number from 1 on.")
    if demands * types > MOST_BRANCHES:
        raise InputError(
            f"{demands} demands and {types} types make {demands * types:,} branches; take at most "
            f"{MOST_BRANCHES}."
        )
    p, c_a = sympy.symbols("p c_A", real=True)

    def answer(kind: int, demand: int) -> Move:
        x, c = sympy.symbols(f"x_{demand} c_{kind}", real=True)
        settled = Outcome({"A": x, "B": 1 - x}, ["settlement"])
        war = Outcome({"A": p - c_a, "B": 1 - p - c}, ["war"])
        return Move("B", (kind, demand), {"accept": settled, "fight": war})

    def offers(kind: int) -> Move:
        return Move("A", (), {f"demand {n}": answer(kind, n) for n in range(1, demands + 1)})

    kinds = range(1, types + 1)
    root = Chance({f"cost {n}": (sympy.Symbol(f"q_{n}", real=True), offers(n)) for n in kinds})
    odds = {f"q_{n}": (0, 1) for n in kinds}
    shares = {f"x_{n}": (0, 1) for n in range(1, demands + 1)}
    return Game(["A", "B"], root, ranges={"p": (0, 1), **shares, **odds})
