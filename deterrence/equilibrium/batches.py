"""One verb for many games: all equilibria of each, by arithmetic on whole arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.batch_input import Games, read_games
from deterrence.equilibrium.batch_minor_plan import base_count
from deterrence.equilibrium.batch_minors import Found, exactly, solve_minors
from deterrence.equilibrium.batch_pairs import solve_pairs
from deterrence.equilibrium.batch_record import Batch
from deterrence.equilibrium.batch_triples import MOST_DIFFERENCE, FoundTriples, solve_triples
from deterrence.equilibrium.bimatrix import LEAST_TOLERANCE, MOST_TOLERANCE, solve_bimatrix
from deterrence.errors import InputError, LimitError
from deterrence.games.assessment import Labelled
from deterrence.games.numbers import exact
from deterrence.games.strategic import StrategicGame

__all__ = ["solve_batch"]

MOST_BASES = 1_000  # of a polyhedron, for arithmetic on whole arrays; beyond, game by game
MOST_PADDED = 500_000_000  # numbers in the arrays of strategies
TOGETHER = 500  # games solved with Python's whole numbers
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Profile = tuple[Sequence[float], ...]


def solve_batch(
    payoffs: Mapping[str, Any],
    actions: Mapping[str, Sequence[str]] | None = None,
    *,
    tol: float | None = None,
) -> Batch:
    """All Nash equilibria of many games of one shape.

    Parameters
    ----------
    payoffs : mapping of str to array_like
        For each player an array with an axis for the games, then one for each player: two players
        with any numbers of actions, or three with two actions each. Entries as in `StrategicGame`;
        floats are the decimals that they print as.
    actions : mapping of str to sequence of str, optional
        Labels of each player's actions; "1", "2", ... where none are given.
    tol : float, optional
        For two players: games in which differences up to this share of a player's payoff span
        decide are solved by `solve` with this `tol`, and marked as degenerate. Without it ties are
        exact.

    Returns
    -------
    Batch
        Two players: every extreme equilibrium of every game, degenerate or not; their convex
        combinations over maximal Nash subsets are all equilibria (see `Batch.solution`). Three
        players: every isolated equilibrium, and of continua that are boxes of mixes the corners:
        where all corners of a box are listed, all of the box are equilibria. A game with a curved
        continuum is marked, not complete; what is listed are some of its equilibria.

    Raises
    ------
    GameError
        If shapes do not fit, an array is ragged or empty, or labels are wrong.
    InputError
        If an entry is not a finite number, there are neither two players nor three with two actions
        each, or `tol` does not lie between 1e-12 and 0.01.
    LimitError
        Above 100 million payoffs of a player, or 500 million probabilities to return.

    Notes
    -----
    Every sign that decides is that of a determinant or resultant of payoffs. Signs are exact where
    payoffs are whole numbers or short decimals; else floats with bounds on their errors decide,
    and games in which a sign stays in doubt are solved again in whole numbers of any length. Up to
    6x6 all games are worked on together; larger ones are solved one by one. A game takes about
    0.2 microseconds at 2x2, 0.4 to 1.5 at 3x3, 1 to 5 at 4x4, 1 to 2 at 2x2x2.

    Examples
    --------
    A threat that deters whatever it costs to carry out, in two games that differ in this cost:

    >>> from deterrence.equilibrium.batches import solve_batch
    >>> batch = solve_batch(
    ...     {
    ...         "Challenger": [[[0, 0], [-1, 1]], [[0, 0], [-1, 1]]],
    ...         "Defender": [[[2, 2], [-1, 0]], [[2, 2], [1, 0]]],
    ...     },
    ...     {"Challenger": ["stay", "attack"], "Defender": ["fight", "yield"]},
    ... )
    >>> batch
    <Batch: 2 games of 2 x 2 between Challenger, Defender
      5 extreme equilibria, at most 3 in a game
      2 degenerate, 0 not complete>
    >>> batch.count.tolist()
    [3, 2]
    """
    games = read_games(payoffs, actions)
    tolerance = _tolerance(tol, games)
    found = _two_players(games, tolerance) if len(games.players) == 2 else _three_players(games)
    return Batch(
        payoffs=Labelled("player", games.given),
        actions=Labelled("player", games.actions),
        strategies=Labelled("player", dict(zip(games.players, found.strategies, strict=True))),
        count=found.count,
        degenerate=found.degenerate,
        complete=found.complete,
    )


def _tolerance(tol: float | None, games: Games) -> float:
    two = len(games.players) == 2
    if not two and not (len(games.players) == 3 and games.shape == (2, 2, 2)):
        size = " x ".join(map(str, games.shape))
        raise InputError(
            f"{size} actions of {', '.join(games.players)}: a batch has two players, or three with "
            "two actions each. Solve other games one by one with dt.solve."
        )
    if tol is None:
        return 0.0
    if not two:
        raise InputError("tol applies to two players only; leave it out.")
    if not LEAST_TOLERANCE <= exact(tol, "tol") <= MOST_TOLERANCE:
        raise InputError(
            f"tol = {tol!r}: give a share of the payoffs' span between 1e-12 and 0.01, or leave it "
            "out for exact ties."
        )
    return float(tol)


@dataclass(eq=False)
class _Padded:
    """Equilibria by game and slot while they are put together."""

    strategies: list[Floats]  # by player: games, slots, actions
    count: NDArray[np.int32]
    degenerate: Bools
    complete: Bools

    def put(self, game: int, profiles: Sequence[Profile]) -> None:
        """List equilibria of one game instead of what is there."""
        self.widen(len(profiles))
        self.count[game] = len(profiles)
        for player, strategies in enumerate(self.strategies):
            strategies[game] = np.nan
            for slot, profile in enumerate(profiles):
                strategies[game, slot] = profile[player]

    def widen(self, slots: int) -> None:
        """Make room for so many equilibria."""
        lacking = slots - self.strategies[0].shape[1]
        if lacking > 0:
            check_room(len(self.count), slots, [s.shape[2] for s in self.strategies])
            pad = ((0, 0), (0, lacking), (0, 0))
            self.strategies = [np.pad(s, pad, constant_values=np.nan) for s in self.strategies]

    def place(self, found: Found, games: NDArray[np.intp]) -> None:
        """List what was found for some of the games."""
        self.widen(int(found.count.max()))
        self.count[games] = found.count
        self.degenerate[games] = found.degenerate
        for strategies in self.strategies:
            strategies[games] = np.nan
        for rows in found.rows:
            at = games[rows.game], rows.slot
            for strategies, shares in zip(self.strategies, (rows.x, rows.y), strict=True):
                strategies[at] = shares


def check_room(games: int, slots: int, sizes: Sequence[int]) -> None:
    """LimitError if the arrays of strategies were too large."""
    if games * slots * sum(sizes) > MOST_PADDED:
        raise LimitError(
            f"{games:,} games with up to {slots:,} equilibria each: more than {MOST_PADDED:,} "
            "probabilities. Split the batch."
        )


# --- two players ---------------------------------------------------------------------------------


def _two_players(games: Games, tolerance: float) -> _Padded:
    m, n = games.shape
    if base_count(m, n) > MOST_BASES:
        return _one_by_one(games, tolerance)
    first, second = games.numbers.values()
    if m == n == 2 and not tolerance:
        pairs = solve_pairs(first, second, exact=games.whole)
        strategies, count, degenerate = [pairs.x, pairs.y], pairs.count, pairs.degenerate
        open_ = pairs.open | games.aside
        complete = np.ones(games.size, dtype=bool)
        padded = _Padded(strategies, count, degenerate, complete)
    else:
        whole = games.whole and exactly(games.largest, m, n)
        found = solve_minors(first, second, exact=whole, tol=tolerance)
        padded = _padded(found, games)
        open_ = found.open | games.aside
    left = np.flatnonzero(open_)
    if tolerance:
        for game in left:
            _put_tolerant(padded, games, int(game), tolerance)
    else:
        for start in range(0, len(left), TOGETHER):
            _put_exact(padded, games, left[start : start + TOGETHER])
    return padded


def _padded(found: Found, games: Games) -> _Padded:
    slots = max(1, int(found.count.max()))
    check_room(games.size, slots, games.shape)
    strategies = [np.full((games.size, slots, actions), np.nan) for actions in games.shape]
    flat = [table.reshape(games.size * slots, -1) for table in strategies]
    for rows in found.rows:
        at = rows.game * slots + rows.slot
        flat[0][at], flat[1][at] = rows.x, rows.y
    return _Padded(strategies, found.count, found.degenerate, np.ones(games.size, dtype=bool))


def _put_exact(padded: _Padded, games: Games, some: NDArray[np.intp]) -> None:
    """Solve some games in Python's whole numbers: the same determinants, without rounding."""
    one, two = (games.integers(player, some) for player in games.players)
    padded.place(solve_minors(one, two, exact=True), some)


def _put_tolerant(padded: _Padded, games: Games, game: int, tolerance: float) -> None:
    """Solve a game in which a sign lies within the tolerance."""
    solution = solve_bimatrix(_one(games, game), tolerance)
    padded.put(game, [_floats(e.profile) for e in solution.extreme])
    padded.degenerate[game], padded.complete[game] = True, solution.complete


def _one_by_one(games: Games, tolerance: float) -> _Padded:
    sizes = np.zeros(games.size, dtype=np.int32)
    flags = np.zeros(games.size, dtype=bool), np.ones(games.size, dtype=bool)
    empty = [np.full((games.size, 1, n), np.nan) for n in games.shape]
    padded = _Padded(empty, sizes, *flags)
    for k in range(games.size):
        game = _one(games, k)
        solution = solve_bimatrix(game, tolerance or None)
        profiles = [e.profile for e in solution.extreme]
        padded.put(k, [_floats(profile) for profile in profiles])
        padded.degenerate[k] = any(_tied(game, profile) for profile in profiles)
        padded.complete[k] = solution.complete
    return padded


def _one(games: Games, k: int) -> StrategicGame:
    return StrategicGame({p: games.given[p][k] for p in games.players})


def _floats(profile: Sequence[Sequence[Fraction]]) -> Profile:
    return tuple([float(p) for p in row] for row in profile)


def _tied(game: StrategicGame, profile: Sequence[Sequence[Fraction]]) -> bool:
    """Whether a player has more best replies than the other plays actions."""
    for player in (0, 1):
        played = [k for k, p in enumerate(profile[1 - player]) if p]
        table = game.payoffs[game.players[player]]
        table = table if player == 0 else table.T
        values = [sum(profile[1 - player][k] * row[k] for k in played) for row in table]
        if values.count(max(values)) > len(played):
            return True
    return False


# --- three players -------------------------------------------------------------------------------


def _three_players(games: Games) -> _Padded:
    numbers = list(games.numbers.values())
    whole = games.whole and 2 * games.largest <= MOST_DIFFERENCE
    found = solve_triples(numbers, exact=whole)
    slots = max(1, int(found.count.max()))
    check_room(games.size, slots, games.shape)
    strategies = [np.full((games.size, slots, 2), np.nan) for _ in games.players]
    padded = _Padded(strategies, found.count, found.degenerate, ~found.curved)
    _place_triples(padded, found, np.arange(games.size))
    left = np.flatnonzero(found.open | games.aside)
    for start in range(0, len(left), TOGETHER):
        some = left[start : start + TOGETHER]
        whole_numbers = [games.integers(player, some) for player in games.players]
        again = solve_triples(whole_numbers, exact=True)
        padded.widen(int(again.count.max()))
        for strategies_of in padded.strategies:
            strategies_of[some] = np.nan
        padded.count[some], padded.degenerate[some] = again.count, again.degenerate
        padded.complete[some] = ~again.curved
        _place_triples(padded, again, some)
    return padded


def _place_triples(padded: _Padded, found: FoundTriples, games: NDArray[np.intp]) -> None:
    where = games[found.game], found.slot
    for strategies, shares in zip(padded.strategies, found.shares, strict=True):
        strategies[*where, 0] = shares
        strategies[*where, 1] = 1 - shares
