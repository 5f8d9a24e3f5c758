"""Public goods among several: Diekmann (1985, JCR 29: 605-610), Olson and Zeckhauser (1966)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from deterrence.errors import InputError
from deterrence.games.nodes import Move, Node, Outcome
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["burden_sharing", "volunteers_dilemma"]

FEWEST, MOST = 2, 12  # players of a tree


def volunteers_dilemma(n: int) -> Game:
    """The volunteer's dilemma: one is enough, and each had rather it were another.

    Parameters
    ----------
    n : int
        2 to 12 players, who decide at once.

    Returns
    -------
    Game
        Parameters: ``U``, what the good is worth to each; ``K``, what volunteering costs; and
        ``a``, what each pays if nobody volunteers.

    Raises
    ------
    InputError
        For a number of players that makes no such tree.
    """
    import sympy

    if isinstance(n, bool) or not isinstance(n, int) or not FEWEST <= n <= MOST:
        raise InputError(f"n = {n!r}; give {FEWEST} to {MOST} players.")
    worth, cost, penalty = sympy.symbols("U K a", real=True)
    players = [f"Player {k + 1}" for k in range(n)]

    def decide(done: tuple[str, ...]) -> Node:
        if len(done) < n:
            choices = {label: decide((*done, label)) for label in ("volunteer", "wait")}
            return Move(players[len(done)], (), choices)
        provided = "volunteer" in done
        pay = {
            player: (worth if provided else -penalty) - (cost if label == "volunteer" else 0)
            for player, label in zip(players, done, strict=True)
        }
        return Outcome(pay, ["provided" if provided else "nobody"])

    return Game(players, decide(()))


def burden_sharing(
    incomes: Sequence[float], weight: float, menus: Sequence[Sequence[float]]
) -> StrategicGame:
    """The economic theory of alliances: each contributes to a good that all enjoy.

    A member with income ``I`` that contributes ``q`` gets ``(1 - w) log(I - q) + w log Q`` with
    ``Q`` the sum of contributions (Olson and Zeckhauser 1966, with logarithms for utility).

    Parameters
    ----------
    incomes : sequence of float
        One for each member.
    weight : float
        ``w``, between 0 and 1.
    menus : sequence of sequence of float
        What each member may contribute, rising.

    Returns
    -------
    StrategicGame
        With "Member 1", ... for players, and actions that are called by their place in the menu.

    Raises
    ------
    InputError
        If a menu is missing, a member could give all it has, or all together might give nothing.
    """
    if not 0 < weight < 1:
        raise InputError(f"weight = {weight!r}; give a number between 0 and 1.")
    if len(menus) != len(incomes) or not all(len(menu) for menu in menus):
        raise InputError(f"{len(menus)} menus for {len(incomes)} members; give one for each.")
    for income, menu in zip(incomes, menus, strict=True):
        if min(menu) < 0 or max(menu) >= income:
            raise InputError(f"menu {list(menu)}: a member gives from 0 to less than its {income}.")
    if sum(min(menu) for menu in menus) <= 0:
        raise InputError("nothing given is worth minus infinity; let some member give something.")
    given = np.meshgrid(*(np.asarray(menu, dtype=float) for menu in menus), indexing="ij")
    public = weight * np.log(sum(given))
    return StrategicGame(
        {
            f"Member {k + 1}": (1 - weight) * np.log(income - given[k]) + public
            for k, income in enumerate(incomes)
        }
    )
