"""Markov perfect equilibria of stochastic games (Maskin and Tirole 2001)."""

from __future__ import annotations

import time
from collections import Counter
from fractions import Fraction

import numpy as np

from deterrence.equilibrium.markov_blocks import BlockSearch
from deterrence.equilibrium.markov_certificate import check_markov
from deterrence.equilibrium.markov_finite import Selection, backward
from deterrence.equilibrium.markov_form import MarkovForm, form_of
from deterrence.equilibrium.markov_mixed import rational_rows
from deterrence.equilibrium.markov_parts import Floats
from deterrence.equilibrium.markov_solution import MarkovEquilibrium, MarkovSolution
from deterrence.equilibrium.subgame_perfect import always_reached
from deterrence.errors import CertificateError, GameError
from deterrence.games.stochastic import StochasticGame

__all__ = ["solve_markov"]

DEAR = 100  # a branch here costs as much as so many of a search in one tree
MOST_SELECTIONS = 1_000
NEAREST = 1e-9  # of a discount factor to 1


def solve_markov(
    game: StochasticGame, budget: int = 200_000, *, mixing: bool = True
) -> MarkovSolution:
    """Markov perfect equilibria: play depends on the state alone, and is best in every state.

    Parameters
    ----------
    game : StochasticGame
        With numbers. In its stages every information set must be reached in its subgame whatever
        is played (perfect information, or moves at once), so that no beliefs are open.
    budget : int
        Branches of the search, each counted as a hundred.
    mixing : bool
        Whether to look for mixed equilibria too, where there is no horizon.

    Returns
    -------
    MarkovSolution
        Without horizon: stationary equilibria. All pure ones if `pure_complete`: every pure profile
        was certified, refuted by the certificate, or excluded because an action in it is worse
        than another over bounds on all values. All mixed ones too if `complete`, which holds where
        no support with mixing survives the bounds; in supports that survive, mixed equilibria are
        looked for by Newton's iteration and certified, and others may exist. With a horizon: every
        selection of stage equilibria by backward induction, up to 1,000.

    Raises
    ------
    GameError
        If a stage has information sets whose beliefs are open, or without horizon a discount factor
        is within 1e-9 of 1.
    ParameterError
        If parameters have no numbers.

    Notes
    -----
    Costs a few linear systems in the number of states for each branch. The comparison of actions
    uses that a state is worth the same however it is reached, so that equilibria which depend on
    history, or on the date, are not excluded: the repeated prisoners' dilemma has one stationary
    equilibrium and many others.
    """
    start = time.perf_counter()
    game = game.with_numbers()
    _check_stages(game)
    if game.horizon is not None:
        return _finite(game, budget, start)
    form = form_of(game)
    search = BlockSearch(form, max(1, budget // DEAR), mixing=mixing)
    record: Counter[str] = Counter()
    found = [e for play in search.profiles() if (e := _certified(form, play, record))]
    left = _left(search, mixing=mixing)
    pure = sum(e.pure for e in found)
    return MarkovSolution(
        game=game,
        complete=not left,
        pure_complete=not search.spent,
        status=_status(pure, len(found) - pure, left, search.spent),
        seconds=time.perf_counter() - start,
        equilibria=tuple(sorted(found, key=lambda e: not e.pure)),
        record=dict(record + search.record),
        left=left,
    )


def _check_stages(game: StochasticGame) -> None:
    s = game.stages.structure
    for own in s.sets:
        if not always_reached(s, own):
            state, knows = game.place(own)
            raise GameError(
                f"in state {state!r} play need not come to {own.player}'s set {knows!r}, so that "
                "its belief there is open. Markov perfect equilibrium is computed for stages of "
                "perfect information or with moves at once: let the mover see what was done."
            )
    for player, factor in game.discount.items():
        if game.horizon is None and 1 - float(factor) < NEAREST:
            raise GameError(
                f"the discount factor of {player} is within {NEAREST:g} of 1, which floats do not "
                "tell from 1; take a smaller one, or a horizon."
            )
    if not s.symmetric_chance:
        raise GameError(
            "players differ in a chance probability; a stochastic game takes one for all."
        )


def _certified(form: MarkovForm, play: Floats, record: Counter[str]) -> MarkovEquilibrium | None:
    """The profile as an equilibrium, if the check from scratch says it is one."""
    mixes = not np.all((play == 0) | (play == 1))
    for short in (True, False) if mixes else (True,):
        rows = tuple(rational_rows(form, play, short=short))
        certificate = check_markov(form.game, [rows])
        if certificate.holds and (certificate.exact or not (mixes and short)):
            record["certified"] += 1
            return MarkovEquilibrium(form.game, (rows,), certificate)
    record["refuted by the certificate"] += 1
    return None


def _left(search: BlockSearch, *, mixing: bool) -> tuple[str, ...]:
    left = []
    if search.spent:
        left.append("the budget ran out")
    if search.doubtful:
        some = "support that mixes" if search.doubtful == 1 else "supports that mix"
        left.append(f"{search.doubtful:,} {some} may hold other equilibria")
    elif not mixing and search.branched:
        left.append("mixed equilibria were not looked for")
    return tuple(left)


def _status(pure: int, mixed: int, left: tuple[str, ...], spent: bool) -> str:
    if not left:
        return (
            f"All stationary Markov perfect equilibria ({pure}): bounds on values exclude every "
            "other profile, mixed ones included, or the certificate refutes it."
        )
    head = f"{pure} pure and {mixed} mixed stationary Markov perfect equilibria, certified. "
    if spent:
        return head + f"NOT complete: {'; '.join(left)}; give a larger budget."
    return head + f"All pure ones; the mixed are NOT complete: {'; '.join(left)}."


def _finite(game: StochasticGame, budget: int, start: float) -> MarkovSolution:
    selections, left = backward(game, MOST_SELECTIONS, budget)
    equilibria = tuple(_of_selection(game, s) for s in selections)
    n = len(equilibria)
    whole = "All Markov perfect equilibria" if not left else "Markov perfect equilibria"
    rest = "" if not left else f" NOT complete: {'; '.join(sorted(left))}."
    return MarkovSolution(
        game=game,
        complete=not left,
        pure_complete=not any("selections" in reason or "stage" in reason for reason in left),
        status=f"{whole} ({n}), by backward induction over stage equilibria.{rest}",
        seconds=time.perf_counter() - start,
        equilibria=equilibria,
        record={"selections of stage equilibria": n},
        left=tuple(sorted(left)),
    )


def _of_selection(game: StochasticGame, selection: Selection) -> MarkovEquilibrium:
    sets = game.stages.structure.sets
    profile: tuple[tuple[tuple[Fraction, ...], ...], ...] = tuple(
        tuple(play[own.index] for own in sets) for play in selection.plays
    )
    certificate = check_markov(game, profile)
    if not certificate.holds:
        raise CertificateError(
            f"the independent check refuses what backward induction found: {certificate.gains[0]}. "
            "Please report this game."
        )
    return MarkovEquilibrium(game, profile, certificate)
