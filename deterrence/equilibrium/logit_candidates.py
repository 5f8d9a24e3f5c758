"""What a path of quantal responses may tend to: supports, probabilities, trembles.

What is played in the limit is read off how log probabilities move with the logarithm of precision:
they stand still where the limit mixes and fall without bound elsewhere. Payoffs are then made equal
on these supports by Newton's method.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.consistency import find_witness
from deterrence.equilibrium.consistency_record import Refusal
from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats, TreeValues, dense
from deterrence.errors import DeterrenceError
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = [
    "Candidate",
    "Flags",
    "Rows",
    "candidate_of",
    "exact_rows",
    "make_indifferent",
    "probabilities",
    "set_count",
    "supports",
    "tied_pairs",
]

FALLING = -0.5  # change of log probability with log precision below which the limit is zero
SLOW = -4.0  # above which an action falls as a power of precision: it pays as much in the limit
PLAYED = (1e-4, 1e-3, 0.02)  # least probabilities by which supports are guessed otherwise

Flags = NDArray[np.bool_]
Rows = tuple[tuple[Fraction, ...], ...]


@dataclass
class Candidate:
    """Supports with approximate probabilities, and trembles."""

    played: Flags
    tied: Flags  # what must pay as much as what is played, itself included
    logs: Floats  # of probabilities where played, of weights elsewhere
    order: NDArray[np.intp]

    def sunk(self) -> Floats:
        """Log probabilities in which higher orders vanish beside lower ones."""
        deep = 400 + 4 * float(np.max(np.abs(self.logs), initial=0.0))
        return np.asarray(self.logs - deep * self.order)


def supports(system: LogitSystem, end: Floats, pace: Floats) -> Iterator[tuple[Flags, Flags]]:
    """What may be played in the limit, and what may pay as much, the likeliest first."""
    seen = set()
    likeliest = system.likeliest(np.log(np.maximum(end, 1e-300)))
    still, slow = pace > FALLING, pace > SLOW
    for played in (still & (end > 1e-12), *(end > least for least in PLAYED)):
        for tied in (slow & (end > 1e-12), np.zeros(len(end), dtype=bool)):
            flags = played.copy()
            flags[likeliest] = True
            key = (flags.tobytes(), (flags | tied).tobytes())
            if key not in seen:
                seen.add(key)
                yield flags, flags | tied


def candidate_of(
    system: LogitSystem, played: Flags, tied: Flags, logs: Floats, pace: Floats
) -> Candidate | None:
    """Probabilities as precision goes to infinity, to first order; trembles with these beliefs."""
    step = np.where(played & (np.abs(pace) < 0.1), pace, 0.0)
    scores = np.where(played, logs + np.log1p(step), -np.inf)
    limit = system.normalised(scores)
    order = np.where(played, 0, 1)
    weights = np.where(played, limit, 0.0)
    candidate = Candidate(played, tied, weights, order)
    if isinstance(system.values, TreeValues):
        return _with_trembles(system, candidate, logs, pace)
    return candidate


def _with_trembles(
    system: LogitSystem, candidate: Candidate, logs: Floats, pace: Floats
) -> Candidate | None:
    """Orders and weights for unplayed actions, from the beliefs at the end of the path."""
    values, game = system.values, system.game
    assert isinstance(values, TreeValues)
    assert isinstance(game, Game)
    structure = game.structure
    above = values.above
    share = values.shares(logs)
    lift = above.sums(pace)
    lift = lift - np.add.reduceat(share * lift, values.starts)[values.set_of_node]
    believed = (lift > FALLING) & (share > 1e-12)
    moved = np.where(believed & (np.abs(lift) < 0.1), share * (1 + lift), share)
    trembles = above.sums((~candidate.played).astype(float)) > 0
    beliefs: dict[int, tuple[Fraction, ...]] = {}
    for k, start in enumerate(values.starts):
        block = slice(start, start + int(np.sum(values.set_of_node == k)))
        nodes = values.nodes[block]
        if len(nodes) > 1 and bool(np.all(trembles[block])):
            kept = np.where(believed[block], moved[block], 0.0)
            if not kept.any():
                kept = (share[block] == share[block].max()).astype(float)
            beliefs[structure.set_of[nodes[0]]] = shares_of(kept)
    rows = exact_rows(system, np.exp(candidate.logs) * candidate.played)
    try:
        witness = find_witness(game, rows, beliefs, tolerance=Fraction(1, 1000))
    except DeterrenceError:
        return None
    if isinstance(witness, Refusal):
        return None
    places = system.places
    candidate.order = np.array([witness.order[i][a] for i, a in places], dtype=np.intp)
    weights = np.array([float(witness.weights[i][a]) for i, a in places])
    candidate.logs = np.where(candidate.played, candidate.logs, np.log(weights))
    return candidate


# --- equal payoffs -------------------------------------------------------------------------------


def tied_pairs(system: LogitSystem, tied: Flags) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Actions that must pay the same, side by side."""
    places = np.flatnonzero(tied)
    same = system.set_of[places[1:]] == system.set_of[places[:-1]]
    return places[1:][same], places[:-1][same]


def make_indifferent(system: LogitSystem, candidate: Candidate) -> bool:
    """Make what is played pay the same, by the smallest moves; False if that fails."""
    one, two = tied_pairs(system, candidate.tied)
    if not len(one):
        return True
    played = candidate.played
    for _ in range(30):
        sunk = candidate.sunk()
        values, slope = system.values.slopes(sunk)
        off = values[one] - values[two]
        if not np.all(np.isfinite(off)):
            return False
        if np.max(np.abs(off)) < 1e-15:
            break
        rows = dense(slope[one] - slope[two])
        p = np.where(played, np.exp(candidate.logs), 0.0)
        totals = np.add.reduceat(rows * played, system.starts, axis=1)[:, system.set_of]
        moved = np.where(played, rows - p * totals, rows)
        move, *_ = np.linalg.lstsq(moved, -off, rcond=1e-10)
        if np.max(np.abs(move)) > 0.3:
            return False
        fresh = candidate.logs + move
        scores = np.where(played, fresh, -np.inf)
        candidate.logs = np.where(played, system.normalised(scores), fresh)
        if np.max(np.abs(move)) < 1e-15:
            break
    values = system.values.payoffs(candidate.sunk())
    return bool(np.max(np.abs(values[one] - values[two])) < 1e-9)


def probabilities(candidate: Candidate) -> Floats:
    """In the limit."""
    return np.where(candidate.played, np.exp(candidate.logs), 0.0)


def exact_rows(system: LogitSystem, numbers: Floats, normal: bool = True) -> Rows:
    """By set and action, as fractions; (1,) where there is no choice."""
    by_set: dict[int, list[float]] = {}
    for (index, _), x in zip(system.places, numbers.tolist(), strict=True):
        by_set.setdefault(index, []).append(x)
    made: list[tuple[Fraction, ...]] = []
    for index in range(set_count(system)):
        row = by_set.get(index, [1.0])
        made.append(shares_of(np.array(row)) if normal else tuple(map(Fraction, row)))
    return tuple(made)


def set_count(system: LogitSystem) -> int:
    """Information sets, those without a choice included; players in strategic form."""
    game = system.game
    return len(game.players if isinstance(game, StrategicGame) else game.structure.sets)


def shares_of(row: Any) -> tuple[Fraction, ...]:
    """Floats as fractions that sum to one."""
    exact = [Fraction(float(x)) for x in row]
    total = sum(exact)
    return tuple(x / total for x in exact)
