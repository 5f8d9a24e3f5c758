"""All equilibria of many games of three players with two actions each.

A support leaves each player one action or both. Where somebody is indifferent only along lines, the
others' conditions are signs of linear forms; where all three mix, see `batch_mixed_triples`.

Gains are linear in each other player's mix, so that a box of mixes consists of equilibria exactly
if all its corners are: a player with an interval to itself is then indifferent everywhere.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.batch_mixed_triples import list_totally_mixed
from deterrence.equilibrium.batch_signs import (
    Bools,
    Numbers,
    Places,
    Triples,
    Weights,
    share,
    signs_of,
)

__all__ = ["MOST_DIFFERENCE", "FoundTriples", "solve_triples"]

CHUNK = 8_192  # games looked at together, so that vectors fit into the cache
MOST_DIFFERENCE = 200.0  # 128 times its sixth power is below 2**53, and so is every polynomial
PURE = tuple(itertools.product((0, 1), repeat=3))


@dataclass(frozen=True, eq=False)
class FoundTriples:
    """Equilibria of many games, one after the other.

    Attributes
    ----------
    game, slot : ndarray of int
    shares : list of ndarray
        By player, the probability of its first action.
    count : ndarray of int32, shape (games,)
    degenerate, curved, open : ndarray of bool, shape (games,)
        `curved`: some equilibria do not lie in boxes with listed corners. `open`: nothing is
        listed, since rounding may hide a sign or spoil a probability.
    """

    game: Places
    slot: Places
    shares: list[NDArray[np.float64]]
    count: NDArray[np.int32]
    degenerate: Bools
    curved: Bools
    open: Bools


def solve_triples(payoffs: Sequence[Numbers], *, exact: bool) -> FoundTriples:
    """All equilibria of many 2x2x2 games.

    Parameters
    ----------
    payoffs : sequence of ndarray, shape (games, 2, 2, 2)
        By player. Differences have the right signs.
    exact : bool
        Whether these are whole numbers of Python, or of floats and nowhere apart by more than
        `MOST_DIFFERENCE`.

    Returns
    -------
    FoundTriples
        Probabilities are off by at most 1e-9.
    """
    parts, games = [], []
    for start in range(0, len(payoffs[0]), CHUNK):
        chunk = Triples([table[start : start + CHUNK] for table in payoffs], exact=exact)
        parts.append(_solve(chunk))
        games.append(parts[-1].game + start)
    names = ("count", "degenerate", "curved", "open")
    return FoundTriples(
        np.concatenate(games),
        np.concatenate([part.slot for part in parts]),
        [np.concatenate([part.shares[k] for part in parts]) for k in range(3)],
        *(np.concatenate([getattr(part, name) for part in parts]) for name in names),
    )


def _solve(t: Triples) -> FoundTriples:
    for profile in PURE:
        _list_pure(t, profile)
    for player in range(3):
        for actions in itertools.product((0, 1), repeat=2):
            _list_one_mixes(t, player, actions)
    for player in range(3):
        for action in (0, 1):
            _list_two_mix(t, player, action)
    list_totally_mixed(t)
    games, slots, shares = t.columns()
    if t.open.any():
        kept = ~t.open[games]
        games, slots, shares = games[kept], slots[kept], [column[kept] for column in shares]
        for flags in (t.count, t.degenerate, t.curved):
            flags[t.open] = 0
    degenerate = t.degenerate | t.curved
    return FoundTriples(games, slots, shares, t.count, degenerate, t.curved, t.open)


def others(player: int) -> tuple[int, int]:
    """The other two players, in order."""
    return (1, 2) if player == 0 else (0, 2) if player == 1 else (0, 1)


def at(table: Any, player: int, actions: dict[int, int]) -> Any:
    """What belongs to the others' actions in a player's table."""
    j, k = others(player)
    return table[actions[j], actions[k]]


def _list_pure(t: Triples, profile: tuple[int, ...]) -> None:
    """Nobody gains where all play one action."""
    actions = dict(enumerate(profile))
    kept = [at(t.signs[i], i, actions) for i in range(3)]
    found = np.ones(t.size, dtype=bool)
    for action, sign in zip(profile, kept, strict=True):
        found &= (sign >= 0) if action == 0 else (sign <= 0)
    games = found.nonzero()[0]
    t.add(games, [1.0 - action for action in profile])
    tied = (kept[0] == 0) | (kept[1] == 0) | (kept[2] == 0)
    t.degenerate |= found & tied


def _list_one_mixes(t: Triples, player: int, fixed: tuple[int, ...]) -> None:
    """One player is indifferent between its actions against the others' actions."""
    j, k = others(player)
    actions = {j: fixed[0], k: fixed[1]}
    games = (at(t.signs[player], player, actions) == 0).nonzero()[0]
    if not len(games):
        return
    # what the others gain by staying, where the player plays its first action, or its second
    ends = []
    for other in (j, k):
        turn = 1 - 2 * actions[other]
        pair = [{**actions, player: own} for own in (0, 1)]
        ends.append([turn * at(t.gains[other], other, own)[games] for own in pair])
    (u1, u0), (v1, v0) = ends
    empty = (np.maximum(u0, u1) <= 0) & ((u0 < 0) | (u1 < 0))
    empty |= (np.maximum(v0, v1) <= 0) & ((v0 < 0) | (v1 < 0))
    up = (u0 < 0) & (u1 > 0), (v0 < 0) & (v1 > 0)
    down = (u1 < 0) & (u0 > 0), (v1 < 0) & (v0 > 0)
    against = ~empty & (up[0] & down[1] | down[0] & up[1])
    # the root of the second form less that of the first, where both change signs
    later = t.sign(np.abs(v0 * u1) - np.abs(u0 * v1), games, 2, 2)
    gap = later * np.where(up[0], 1, -1)
    point, long = against & (gap == 0), ~empty & (~against | (gap > 0))
    t.span(games[point | long])
    roots = (np.abs(u0), np.abs(u1)), (np.abs(v0), np.abs(v1))
    shares: dict[int, Any] = {j: 1.0 - fixed[0], k: 1.0 - fixed[1]}
    # ends inside; others are pure. Where both forms bind, the end is at the later or earlier root
    for binds, sign in ((up, 1), (down, -1)):
        second = binds[1] & (~binds[0] | (later * sign > 0))
        for which, here in ((0, binds[0] & ~second), (1, second)):
            some = (here & (long | point if sign > 0 else long)).nonzero()[0]
            shares[player] = share((roots[which][0][some], roots[which][1][some]))
            t.add(games[some], [shares[i] for i in range(3)])


def _mix(ends: tuple[Numbers, Numbers], games: Places) -> Weights:
    """Weights on two actions at which a linear form with these values at the ends is zero."""
    return np.abs(ends[1][games]), np.abs(ends[0][games])


def _list_two_mix(t: Triples, player: int, action: int) -> None:
    """A player plays one action, and the others make each other indifferent."""
    j, k = others(player)
    ends, free, root = [], [], []
    for one, two in ((j, k), (k, j)):  # the gains of `one`, by what `two` plays
        pair = [{player: action, two: own} for own in (0, 1)]
        s1, s0 = (at(t.signs[one], one, own) for own in pair)
        ends.append(tuple(at(t.gains[one], one, own) for own in pair))
        free.append((s1 == 0) & (s0 == 0))
        root.append(s1 * s0 < 0)
    games = (root[0] & root[1]).nonzero()[0]
    if len(games):
        _list_both_bound(t, player, action, (ends[0], ends[1]), games)
    for one in (0, 1):
        games = (free[one] & root[1 - one]).nonzero()[0]
        if len(games):
            _list_one_free(t, player, action, one, _mix(ends[1 - one], games), games)
    both = free[0] & free[1]
    if both.any():
        _list_square(t, player, action, both.nonzero()[0])


def _list_both_bound(
    t: Triples,
    player: int,
    action: int,
    ends: tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]],
    games: Places,
) -> None:
    """Each of the others has the one mix that makes the other indifferent."""
    j, k = others(player)
    of_k, of_j = _mix(ends[0], games), _mix(ends[1], games)
    table = t.gains[player]
    gain = sum(of_j[a] * of_k[b] * table[a, b][games] for a in (0, 1) for b in (0, 1))
    kept = (1 - 2 * action) * t.sign(gain, games, 3, 4)
    t.degenerate[games[kept == 0]] = True
    stays = kept >= 0
    shares = {player: 1.0 - action, j: share(of_j)[stays], k: share(of_k)[stays]}
    for ends_of in ends:
        total = np.abs(ends_of[0][games]) + np.abs(ends_of[1][games])
        if not t.exact:
            t.need(2 * t.off[games] / total, games)
    t.add(games[stays], [shares[i] for i in range(3)])


def _list_one_free(
    t: Triples, player: int, action: int, one: int, mix: Weights, games: Places
) -> None:
    """One of the others is indifferent whatever it does, and the other's mix is given.

    The mix of the first is then free, and the player's own gains are linear in it.
    """
    j, k = others(player)
    turn, table = 1 - 2 * action, t.gains[player]
    turned = table.swapaxes(0, 1) if one else table
    values = [turn * (mix[0] * turned[0, b][games] + mix[1] * turned[1, b][games]) for b in (0, 1)]
    signs = [t.sign(value, games, 2, 2) for value in values]
    t.span(games[(signs[0] > 0) | (signs[1] > 0) | ((signs[0] == 0) & (signs[1] == 0))])
    end = np.abs(values[1]), np.abs(values[0])
    mixes = [end, mix] if one else [mix, end]
    inside = np.asarray(signs[0] * signs[1] < 0)
    _list_corners(t, games, (player, j, k), action, mixes, inside)


def _list_square(t: Triples, player: int, action: int, games: Places) -> None:
    """A player plays one action, and the others are indifferent whatever they do.

    Its gain is a bilinear form in their mixes: boxes where it does not change signs, or is a
    product; else one side of a curve.
    """
    j, k = others(player)
    form = (1 - 2 * action) * t.gains[player][:, :, games]
    signs = signs_of(form).reshape(4, -1)
    t.span(games[(signs > 0).any(axis=0) | (signs == 0).all(axis=0)])
    changing = np.flatnonzero((signs > 0).any(axis=0) & (signs < 0).any(axis=0))
    games, form = games[changing], form[:, :, changing]
    product = t.sign(form[0, 0] * form[1, 1] - form[0, 1] * form[1, 0], games, 2, 2) == 0
    t.curved[games[~product]] = True
    one = np.where(signs_of(form[:, 0]).any(axis=0), form[:, 0], form[:, 1])
    two = np.where(signs_of(form[0]).any(axis=0), form[0], form[1])
    lines = [signs_of(row[0]) * signs_of(row[1]) < 0 for row in (one, two)]
    mixes = [(np.abs(row[1]), np.abs(row[0])) for row in (one, two)]
    _list_corners(t, games, (player, j, k), action, mixes, product & lines[0] & lines[1])
    # where the other factor is zero at an end, nothing else shows where a line meets that side
    sides = (two[0] == 0, two[1] == 0), (one[0] == 0, one[1] == 0)
    t.repeated[games[product & (lines[0] | lines[1])]] = True  # two squares may share a corner
    for end, pure in enumerate(((1, 0), (0, 1))):
        at_end = [np.full(len(games), weight) for weight in pure]
        here = product & lines[0] & sides[0][end]
        _list_corners(t, games, (player, j, k), action, [mixes[0], (at_end[0], at_end[1])], here)
        here = product & lines[1] & sides[1][end]
        _list_corners(t, games, (player, j, k), action, [(at_end[0], at_end[1]), mixes[1]], here)


def _list_corners(
    t: Triples,
    games: Places,
    players: tuple[int, int, int],
    action: int,
    mixes: Sequence[Weights],
    here: Bools,
) -> None:
    """List a corner of some games: one player's action, and weights of the other two."""
    some = here.nonzero()[0]
    shares: dict[int, Any] = {players[0]: 1.0 - action}
    for other, weights in zip(players[1:], mixes, strict=True):
        shares[other] = share((weights[0][some], weights[1][some]))
    t.add(games[some], [shares[i] for i in range(3)])
