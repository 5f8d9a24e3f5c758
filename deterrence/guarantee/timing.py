"""When to talk: Ukraine fights on, month by month, or settles, while the balance drifts."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.games.nodes import Move, Outcome
from deterrence.games.numbers import exact
from deterrence.games.stochastic import Onward, StochasticGame
from deterrence.guarantee.longrun_parameters import stake
from deterrence.guarantee.parameters import PARAMETERS, Parameter, table_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "TIMING",
    "WAR",
    "balances",
    "check_deadline",
    "stopping_game",
    "terms_at",
    "timing_parameters",
    "war_chance",
]

MOST_POINTS = 200
MOST_MONTHS = 1_000
_SHARE = "share, 0 to 1"

TIMING: dict[str, Parameter] = {
    p.name: p
    for p in (
        stake(
            "drift",
            "What the balance m0 gains in a month of war, in the mean.",
            "0",
            "-0.02",
            "0.02",
            "Russia's strength = 1",
        ),
        stake(
            "volatility",
            "Standard deviation of a month's change of the balance m0, drift aside.",
            "0.03",
            "0.01",
            "0.045",
            "Russia's strength = 1",
        ),
        stake(
            "delta_month",
            "Ukraine's discount factor from month to month.",
            "0.993",
            "0.98",
            "0.999",
            "weight of next month's payoffs",
        ),
        stake(
            "surplus",
            "Russia's part of what a settlement saves: 0 gives it no more than war would.",
            "0.5",
            "0",
            "1",
            _SHARE,
        ),
    )
}


# of the war that goes on, as in the crisis with a settlement
WAR = ("g", "c_wU", "c_wR")


def balances(points: int = 15) -> tuple[Fraction, ...]:
    """The lattice: the balance m0 over its plausible range, in equal steps.

    Parameters
    ----------
    points : int
        2 to 200.

    Returns
    -------
    tuple of fractions.Fraction
    """
    if isinstance(points, bool) or not isinstance(points, int) or not 2 <= points <= MOST_POINTS:
        raise InputError(f"points = {points!r}; give a whole number from 2 to {MOST_POINTS}.")
    m0 = PARAMETERS["m0"]
    step = (m0.high - m0.low) / (points - 1)
    return tuple(m0.low + k * step for k in range(points))


def war_chance(balance: Fraction, values: Mapping[str, Fraction]) -> Fraction:
    """Russia's chance of prevailing where the war goes on at a balance.

    Parameters
    ----------
    balance : fractions.Fraction
        m0, of a Ukraine that keeps its defence.
    values : mapping of str to fractions.Fraction
        m_d, m_aid and g.

    Returns
    -------
    fractions.Fraction
    """
    return 1 / (1 + balance * (1 + values["m_d"]) + values["m_aid"] * values["g"])


def terms_at(balance: Fraction, values: Mapping[str, Fraction]) -> Fraction:
    """What Russia keeps in a settlement at a balance.

    Between the least that Russia takes instead of war, ``p_w - c_wR / b``, and what war costs
    Ukraine, ``p_w + c_wU``, at the share `surplus`; within 0 and 1. What follows the settlement is
    left out of both: Russia's terms do not rise because a guarantee will deter it later.

    Parameters
    ----------
    balance : fractions.Fraction
    values : mapping of str to fractions.Fraction
        Those of `war_chance`, c_wU, c_wR, surplus and b_revisionist.

    Returns
    -------
    fractions.Fraction
    """
    chance = war_chance(balance, values)
    least = max(Fraction(0), chance - values["c_wR"] / values["b_revisionist"])
    most = min(Fraction(1), chance + values["c_wU"])
    return least + values["surplus"] * (most - least)


def stopping_game(
    lattice: Sequence[Any],
    settled: Sequence[Any],
    values: Mapping[str, Any],
    deadline: int | None = None,
) -> StochasticGame:
    """Ukraine's problem as a game of one player: fight on for a month, or settle.

    A month of war pays what war for ever would, ``-p_w - c_wU``, times one minus the discount
    factor. Then the balance moves one step of the lattice up or down, or stays; beyond the ends it
    stays. Settling ends the game.

    Parameters
    ----------
    lattice : sequence of number
        Balances in equal steps, from low to high.
    settled : sequence of number
        What a settlement at each of them is worth to Ukraine.
    values : mapping of str to number
        Every parameter of `TIMING`, those of `WAR`, m_d and m_aid.
    deadline : int, optional
        Months after which Ukraine must settle; 0 for at once. It need never if missing.

    Returns
    -------
    StochasticGame
        States are the places of balances, or pairs (months left, place).

    Raises
    ------
    InputError
        If the lattice has no equal steps, `settled` does not fit, or a month moves the balance by
        more than the lattice has room for.

    Notes
    -----
    The step probabilities are ``volatility**2 / (2 h**2)`` both ways, and ``|drift| / h`` in the
    direction of the drift, for steps h: the mean is exact, and the variance is
    ``volatility**2 + |drift| h`` less the square of the drift.
    """
    at = [exact(m, "balance") for m in lattice]
    worth = [exact(x, "worth of a settlement") for x in settled]
    numbers = {name: exact(x, name) for name, x in values.items()}
    if len(at) != len(worth):
        raise InputError(f"{len(at)} balances have {len(worth)} settlements; give one for each.")
    check_deadline(deadline)
    steps = _steps(at, numbers)
    months = [None] if deadline is None else range(deadline, -1, -1)
    states: dict[Any, Any] = {}
    for left in months:
        for k, balance in enumerate(at):
            settle = Outcome({"Ukraine": worth[k]}, ["settlement"])
            if left == 0:
                states[left, k] = settle
                continue
            paid = -(1 - numbers["delta_month"]) * (war_chance(balance, numbers) + numbers["c_wU"])
            after = {n if left is None else (left - 1, n): p for n, p in steps[k].items()}
            fight = Onward({"Ukraine": paid}, after)
            name = k if left is None else (left, k)
            choices: dict[str, Any] = {"fight on": fight, "settle": settle}
            states[name] = Move("Ukraine", (), choices)
    return StochasticGame(["Ukraine"], states, numbers["delta_month"])


def check_deadline(months: Any) -> None:
    """Refuse what is neither None nor a number of months that a deadline may be away."""
    if months is None:
        return
    whole = isinstance(months, int) and not isinstance(months, bool)
    if not whole or not 0 <= months <= MOST_MONTHS:
        raise InputError(f"deadline = {months!r}; give months, 0 to {MOST_MONTHS:,}, or None.")


def _steps(at: Sequence[Fraction], numbers: Mapping[str, Fraction]) -> list[dict[int, Fraction]]:
    """Where a month leads from each place, with probabilities."""
    gaps = {b - a for a, b in itertools.pairwise(at)}
    if len(gaps) != 1 or min(gaps) <= 0:
        raise InputError("balances go up in equal steps, and there are two at least.")
    (h,) = gaps
    both = numbers["volatility"] ** 2 / (2 * h**2)
    up, down = (both + max(s * numbers["drift"], Fraction(0)) / h for s in (1, -1))
    if up + down > 1:
        raise InputError(
            f"a month moves the balance by more than a step of {float(h):g}: take fewer points, or "
            "a smaller drift or volatility."
        )
    last = len(at) - 1
    found = []
    for k in range(len(at)):
        odds: dict[int, Fraction] = {}
        for n, p in ((min(k + 1, last), up), (max(k - 1, 0), down), (k, 1 - up - down)):
            if p:
                odds[n] = odds.get(n, Fraction(0)) + p
        found.append(odds)
    return found


def timing_parameters() -> pd.DataFrame:
    """The stakes of the timing problem as a table, in the form of `parameters`.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> print(*timing_parameters().loc["volatility", ["low", "default", "high"]])
    0.01 0.03 0.045
    """
    return table_of(TIMING.values())
