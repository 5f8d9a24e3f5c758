"""Several actions sent at once: what may be played behind all of them together.

What follows each action was solved at every belief. In an equilibrium that sends several, play
behind each is one of these families, no type can prefer an action that it does not send, and
beliefs average to the prior. Most combinations fail one of these by their bounds alone.
"""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_continuations import Continuations
from deterrence.equilibrium.signal_units import SAME
from deterrence.equilibrium.signal_values import Solved
from deterrence.games.tree import Game

__all__ = ["Sending", "Supports", "bits_of", "joint_supports"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Supports = dict[tuple[str, Any], frozenset[str]]  # actions by player and what it knows
ANGLES = 48
MOST = 20_000  # combinations that are handed on


@dataclass(frozen=True, eq=False)
class Sending:
    """An action that is sent, and all that may follow it.

    Attributes
    ----------
    types : tuple of bool
        Who sends it.
    bounds : ndarray, shape (families, directions)
        The most of each weighted sum of the types' payoffs.
    beliefs : ndarray, shape (families, 2)
        Least and most belief in the first type.
    supports : list of Supports
        By family.
    """

    types: tuple[bool, ...]
    bounds: Floats
    beliefs: Floats
    supports: list[Supports]

    @classmethod
    def after(cls, found: Continuations, player: int, types: tuple[bool, ...]) -> Sending | None:
        """From what follows an action; None where something there is not tied to the signal."""
        rows, beliefs, supports = [], [], []
        straight = (_directions() == 0).any(axis=1)  # of one type only
        for n, (pay, q) in enumerate(zip(found.payoffs, found.beliefs, strict=True)):
            played = _supports(*found.families[n])
            if played is None:
                return None
            spanned = found.bounded(n)
            known = spanned & (straight | found.apart(n))
            rows.append(np.where(known, (_directions() @ pay[:, player]).max(axis=1), np.inf))
            if found.whatever or not spanned:
                beliefs.append((float(not types[1]), float(types[0])))
            else:
                beliefs.append((q[0].min(), q[0].max()))
            supports.append(played)
        size = len(rows)
        bounds, ends = np.array(rows).reshape(size, ANGLES), np.array(beliefs).reshape(size, 2)
        return cls(types, bounds, ends, supports)

    @classmethod
    def answered(cls, found: Continuations, player: int) -> Sending | None:
        """From what follows one of several answers that are given at once, at one belief.

        The belief and the worth to the one who answers take the place of the types' payoffs: both
        must be the same behind every answer.
        """
        rows, supports = [], []
        for n, (pay, q) in enumerate(zip(found.payoffs, found.beliefs, strict=True)):
            played = _supports(*found.families[n])
            if played is None:
                return None
            points = np.stack([q[0], (pay[:, player] * q).sum(axis=0)])
            most = (_directions() @ points).max(axis=1)
            rows.append(most if found.bounded(n) else np.full(len(most), np.inf))
            supports.append(played)
        bounds = np.array(rows).reshape(len(rows), ANGLES)
        return cls((True, True), bounds, np.tile([0.0, 1.0], (len(rows), 1)), supports)

    @classmethod
    def end(cls, payoffs: Sequence[float], types: tuple[bool, ...]) -> Sending:
        """An action after which nobody moves."""
        bounds = (_directions() @ np.array(payoffs))[None]
        return cls(types, bounds, np.array([[float(not types[1]), float(types[0])]]), [{}])


def joint_supports(
    sendings: Sequence[Sending], prior: float, record: Counter[str]
) -> list[Supports] | None:
    """What may be played behind all actions that are sent, each combination once.

    Parameters
    ----------
    sendings : sequence of Sending
    prior : float
        The belief in the first type before anything is sent.
    record : Counter
        Where it is counted what the bounds exclude.

    Returns
    -------
    list of Supports, or None
        Every equilibrium plays one of these. None if they are too many.
    """
    fits = {
        (m, n): _fits(sendings[m], sendings[n])
        for m, n in itertools.combinations(range(len(sendings)), 2)
    }
    found: dict[Any, Supports] = {}
    kept = 0
    for chosen in _combinations(sendings, fits):
        low, high = np.array([s.beliefs[n] for s, n in zip(sendings, chosen, strict=True)]).T
        if low.min() <= prior + SAME and high.max() >= prior - SAME:
            kept += 1
            joined: Supports = {}
            for sending, n in zip(sendings, chosen, strict=True):
                joined |= sending.supports[n]
            found.setdefault(frozenset(joined.items()), joined)
            if len(found) > MOST:
                return None
    every = prod(len(sending.supports) for sending in sendings)
    record["combinations of what follows several actions, excluded by bounds"] += every - kept
    return list(found.values())


def _combinations(
    sendings: Sequence[Sending], fits: Mapping[tuple[int, int], Bools]
) -> Iterator[tuple[int, ...]]:
    """Families, one for each action, of which any two fit each other."""
    stack: list[tuple[int, ...]] = [()]
    while stack:
        chosen = stack.pop()
        m = len(chosen)
        if m == len(sendings):
            yield chosen
            continue
        possible = np.ones(len(sendings[m].supports), dtype=bool)
        for before, n in enumerate(chosen):
            possible &= fits[before, m][n]
        stack += [(*chosen, n) for n in np.flatnonzero(possible).tolist()]


def _fits(one: Sending, other: Sending) -> Bools:
    """By family of each: whether no type must prefer the other action to the one that it sends.

    What the types gain by the first action is zero for a type that sends both, not negative for
    one that sends only this, not positive for one that sends only the other. A weighted sum of
    the gains that should not be negative is so everywhere if the bounds do not meet.
    """
    directions = _directions()
    needed = np.ones(len(directions), dtype=bool)
    for t, (sends, sends_other) in enumerate(zip(one.types, other.types, strict=True)):
        weights = directions[:, t]
        if not sends:
            needed &= (weights <= 0) if sends_other else (weights == 0)
        elif not sends_other:
            needed &= weights >= 0
    opposite = other.bounds[:, np.roll(np.arange(len(directions)), len(directions) // 2)]
    fits = np.ones((len(one.bounds), len(other.bounds)), dtype=bool)
    for d in np.flatnonzero(needed).tolist():
        fits &= one.bounds[:, d][:, None] + opposite[:, d][None] >= -SAME
    return fits


@functools.cache
def _directions() -> Floats:
    """Weights of the two types, all around; the opposite of each stands half the way on."""
    angles = np.arange(ANGLES) * (2 * np.pi / ANGLES)
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    return np.where(np.abs(rows) < 1e-12, 0.0, rows)


def _supports(solved: Solved, key: Sequence[int]) -> Supports | None:
    """What a family plays with positive probability, by player and what it knows."""
    s, found = solved.game.structure, {}
    for block, n in zip(solved.factored.blocks, key, strict=True):
        bits = {k: 1 << a for k, a in block.reduced.settled.items()} | block.cells[n].supports
        for k, support in bits.items():
            own = s.sets[k]
            names = frozenset(a for place, a in enumerate(own.actions) if support >> place & 1)
            found[own.player, own.knows] = names
    if len(found) < len(s.sets):
        return None  # a public choice that is settled by what follows it
    return {key: names for key, names in found.items() if key[0] != s.players[-1]}


def bits_of(game: Game, supports: Supports) -> dict[int, int]:
    """Supports by information set, as bits."""
    return {
        own.index: sum(1 << n for n, a in enumerate(own.actions) if a in played)
        for own in game.structure.sets
        if (played := supports.get((own.player, own.knows))) is not None
    }
