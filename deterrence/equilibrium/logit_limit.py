"""The equilibrium that a path of quantal responses tends to, exact where it can be, certified.

What is played in the limit is read off how log probabilities move with the logarithm of precision:
they stand still where the limit mixes and fall without bound elsewhere. Payoffs are then made equal
on these supports by Newton's method, the solution is brought to rational numbers, and a check that
knows nothing of the path decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.consistency import Refusal, Witness, beliefs_from, find_witness
from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats, TreeValues
from deterrence.equilibrium.mixed_profiles import MixedEquilibrium
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import DeterrenceError
from deterrence.games.assessment import Assessment
from deterrence.games.strategic import StrategicGame

__all__ = ["Limit", "find_limit"]

FALLING = -0.5  # change of log probability with log precision below which the limit is zero
SLOW = -4.0  # above which an action falls as a power of precision: it pays as much in the limit
FARTHEST = 0.02  # from the end of the path to its limit
SAME = 1e-9  # how far rounding to a short fraction may go
DIGITS = 60  # of a solution before it is read as a fraction
LONGEST = 10**22  # denominators
TOLERANCE = Fraction(1, 10**9)

Flags = NDArray[np.bool_]
Rows = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class Limit:
    """What was found; without `equilibrium` nothing near is one."""

    equilibrium: Equilibrium | None
    distance: float


@dataclass
class _Candidate:
    """Supports with approximate probabilities, and trembles."""

    played: Flags
    tied: Flags  # what must pay as much as what is played, itself included
    logs: Floats  # of probabilities where played, of weights elsewhere
    order: NDArray[np.intp]

    def sunk(self) -> Floats:
        """Log probabilities in which higher orders vanish beside lower ones."""
        deep = 400 + 4 * float(np.max(np.abs(self.logs), initial=0.0))
        return np.asarray(self.logs - deep * self.order)


def find_limit(
    system: LogitSystem, logs: Floats, tangent: tuple[Floats, float], precision: float
) -> Limit:
    """The certified equilibrium nearest to a point far along a path.

    Parameters
    ----------
    system : LogitSystem
    logs : ndarray
        Log probabilities at the end.
    tangent : (ndarray, float)
        Change of log probabilities and of precision along the path.
    precision : float
        In the system's units.

    Returns
    -------
    Limit
        Its equilibrium is None if none is certified within 0.02 of the end.
    """
    change, speed = tangent
    pace = change * (precision / speed) if speed > 0 else np.zeros(len(logs))
    end = np.exp(logs)
    for played, tied in _supports(system, end, pace):
        candidate = _candidate(system, played, tied, logs, pace)
        if candidate is None or not _indifferent(system, candidate):
            continue
        distance = float(np.max(np.abs(_probabilities(candidate) - end), initial=0.0))
        if distance <= FARTHEST:
            found = _certified(system, candidate)
            if found is not None:
                return Limit(found, distance)
    return Limit(None, float("nan"))


def _supports(system: LogitSystem, end: Floats, pace: Floats) -> Iterator[tuple[Flags, Flags]]:
    """What may be played in the limit, and what may pay as much, the likeliest first."""
    seen = set()
    still, slow = pace > FALLING, pace > SLOW
    for played in (still & (end > 1e-12), still & (end > 1e-4), end > 1e-3, end > FARTHEST):
        for tied in (slow & (end > 1e-12), np.zeros(len(end), dtype=bool)):
            flags = played.copy()
            flags[system.base] = True
            key = (flags.tobytes(), (flags | tied).tobytes())
            if key not in seen:
                seen.add(key)
                yield flags, flags | tied


def _candidate(
    system: LogitSystem, played: Flags, tied: Flags, logs: Floats, pace: Floats
) -> _Candidate | None:
    """Probabilities as precision goes to infinity, to first order; trembles with these beliefs."""
    step = np.where(played & (np.abs(pace) < 0.1), pace, 0.0)
    scores = np.where(played, logs + np.log1p(step), -np.inf)
    limit = system.normalised(scores)
    order = np.where(played, 0, 1)
    weights = np.where(played, limit, 0.0)
    candidate = _Candidate(played, tied, weights, order)
    if isinstance(system.values, TreeValues):
        return _with_trembles(system, candidate, logs, pace)
    return candidate


def _with_trembles(
    system: LogitSystem, candidate: _Candidate, logs: Floats, pace: Floats
) -> _Candidate | None:
    """Orders and weights for unplayed actions, from the beliefs at the end of the path."""
    values, structure = system.values, system.game.structure
    assert isinstance(values, TreeValues)
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
            beliefs[structure.set_of[nodes[0]]] = _shares(kept)
    rows = _rows(system, np.exp(candidate.logs) * candidate.played)
    try:
        witness = find_witness(system.game, rows, beliefs, tolerance=Fraction(1, 1000))  # type: ignore[arg-type]
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


def _pairs(system: LogitSystem, tied: Flags) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Actions that must pay the same, side by side."""
    places = np.flatnonzero(tied)
    same = system.set_of[places[1:]] == system.set_of[places[:-1]]
    return places[1:][same], places[:-1][same]


def _indifferent(system: LogitSystem, candidate: _Candidate) -> bool:
    """Make what is played pay the same, by the smallest moves; False if that fails."""
    one, two = _pairs(system, candidate.tied)
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
        rows = slope[one] - slope[two]
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


def _probabilities(candidate: _Candidate) -> Floats:
    return np.where(candidate.played, np.exp(candidate.logs), 0.0)


# --- rational numbers ----------------------------------------------------------------------------


def _certified(system: LogitSystem, candidate: _Candidate) -> Equilibrium | None:
    """The candidate as exact numbers that pass the check, exactly or at least up to rounding."""
    floats = _rows(system, _probabilities(candidate))
    weights = _rows(system, np.exp(np.clip(candidate.logs, -600, 600)), normal=False)
    order = _orders(system, candidate)
    short = _short_rows(floats), tuple(tuple(_short(w, w) for w in row) for row in weights)
    found = _checked(system, *short, order, exact=True)
    if found is None:
        refined = _refined(system, candidate, *short, order)
        if refined is not None:
            found = _checked(system, *refined, order, exact=True)
            found = found or _checked(system, *refined, order, exact=False)
    return found or _checked(system, floats, weights, order, exact=False)


def _rows(system: LogitSystem, numbers: Floats, normal: bool = True) -> Rows:
    """By set and action, as fractions; (1,) where there is no choice."""
    by_set: dict[int, list[float]] = {}
    for (index, _), x in zip(system.places, numbers.tolist(), strict=True):
        by_set.setdefault(index, []).append(x)
    made: list[tuple[Fraction, ...]] = []
    for index in range(_set_count(system)):
        row = by_set.get(index, [1.0])
        made.append(_shares(np.array(row)) if normal else tuple(map(Fraction, row)))
    return tuple(made)


def _set_count(system: LogitSystem) -> int:
    game = system.game
    return len(game.players if isinstance(game, StrategicGame) else game.structure.sets)


def _orders(system: LogitSystem, candidate: _Candidate) -> tuple[tuple[int, ...], ...]:
    by_set: dict[int, list[int]] = {}
    for (index, _), k in zip(system.places, candidate.order.tolist(), strict=True):
        by_set.setdefault(index, []).append(k)
    return tuple(tuple(by_set.get(i, [0])) for i in range(_set_count(system)))


def _shares(row: Any) -> tuple[Fraction, ...]:
    """Floats as fractions that sum to one."""
    exact = [Fraction(float(x)) for x in row]
    total = sum(exact)
    return tuple(x / total for x in exact)


def _short(x: Fraction, unit: Fraction = Fraction(1)) -> Fraction:
    """The shortest decimal order of denominator within reach of rounding."""
    if unit != 1 and (x > 10**6 or x < Fraction(1, 10**6)):
        return x  # a weight, of which only the leading digits count
    for digits in (1, 2, 3, 4, 6, 8, 10, 12):
        near = x.limit_denominator(10**digits)
        if near > 0 and abs(near - x) <= SAME * unit * Fraction(1, 1000 if digits < 6 else 1):
            return near
    return x


def _short_rows(rows: Rows) -> Rows:
    return tuple(_short_row(row) for row in rows)


def _short_row(row: tuple[Fraction, ...]) -> tuple[Fraction, ...]:
    """Short fractions; the largest takes what is left to one."""
    made = [_short(x) if x else x for x in row]
    most = max(range(len(row)), key=row.__getitem__)
    made[most] = 1 - sum((x for k, x in enumerate(made) if k != most), Fraction(0))
    return tuple(made)


def _checked(
    system: LogitSystem,
    rows: Rows,
    weights: Rows,
    order: tuple[tuple[int, ...], ...],
    *,
    exact: bool,
) -> Equilibrium | None:
    """The equilibrium, if the independent check lets it pass."""
    game = system.game
    found: Equilibrium
    if isinstance(game, StrategicGame):
        found = MixedEquilibrium(game, 0, rows, None if exact else TOLERANCE)
    else:
        witness = _witness(rows, weights, order, exact)
        beliefs = beliefs_from(game, rows, witness)
        found = Equilibrium(game, "sequential", 0, Assessment(game, rows, beliefs), witness)
        passed = check(game, rows, beliefs, witness, "sequential", exact=exact)
        found.__dict__["certificate"] = passed
    return found if found.certificate.holds else None


def _witness(rows: Rows, weights: Rows, order: Any, exact: bool) -> Witness:
    mixed = tuple(
        tuple(w if k else p for p, w, k in zip(*three, strict=True))
        for three in zip(rows, weights, order, strict=True)
    )
    return Witness(order, mixed, exact=exact)


# --- many digits ---------------------------------------------------------------------------------


def _refined(
    system: LogitSystem,
    candidate: _Candidate,
    rows: Rows,
    weights: Rows,
    order: tuple[tuple[int, ...], ...],
) -> tuple[Rows, Rows] | None:
    """Equal payoffs to sixty digits, read as fractions where these are short.

    Newton's method with derivatives in floats and residuals in exact numbers; what the equations
    leave free keeps its short fraction.
    """
    from scipy.linalg import qr

    one, two = _pairs(system, candidate.tied)
    free = _unknowns(system, candidate)
    if not len(one) or not len(free):
        return None
    derivatives = _by_unknown(system, candidate, one, two, free)
    _, triangle, pivots = qr(derivatives, pivoting=True, mode="economic")
    diagonal = np.abs(np.diag(triangle))
    rank = int(np.sum(diagonal > 1e-9 * max(diagonal[0], 1e-300)))
    chosen = [free[k] for k in pivots[:rank]]
    inverse = np.linalg.pinv(derivatives[:, pivots[:rank]], rcond=1e-12)
    state = [[list(row) for row in rows], [list(row) for row in weights]]
    last = np.inf
    for _ in range(12):
        off = _exact_differences(system, state, order, one, two)
        size = max((abs(x) for x in off), default=Fraction(0))
        if size == 0 or float(size) < 10.0 ** (10 - DIGITS):
            break
        if float(size) > 0.5 * last:
            return None
        last = float(size)
        scale = Fraction(1, 1) if last > 1e-290 else size
        move = inverse @ np.array([float(x / scale) for x in off])
        _move(system, state, chosen, [-Fraction(float(m)) * scale for m in move])
    return tuple(map(_read, state[0])), tuple(tuple(_long(x) for x in r) for r in state[1])


def _read(row: list[Fraction]) -> tuple[Fraction, ...]:
    made = [_long(x) for x in row]
    most = max(range(len(row)), key=row.__getitem__)
    made[most] = 1 - sum((x for k, x in enumerate(made) if k != most), Fraction(0))
    return tuple(made)


def _long(x: Fraction) -> Fraction:
    return x.limit_denominator(LONGEST)


def _unknowns(system: LogitSystem, candidate: _Candidate) -> list[int]:
    """Played actions but the likeliest of each set, and weights of trembles."""
    tree = isinstance(system.values, TreeValues)
    best = set()
    for start, size in zip(system.starts, system.sizes, strict=True):
        block = np.where(candidate.played, candidate.logs, -np.inf)[start : start + size]
        best.add(int(start + np.argmax(block)))
    return [
        k
        for k in range(system.width)
        if (candidate.played[k] and k not in best) or (tree and not candidate.played[k])
    ]


def _by_unknown(
    system: LogitSystem,
    candidate: _Candidate,
    one: NDArray[np.intp],
    two: NDArray[np.intp],
    free: Sequence[int],
) -> Floats:
    """Derivatives of payoff differences by the unknowns themselves, not their logarithms."""
    _, slope = system.values.slopes(candidate.sunk())
    rows = (slope[one] - slope[two]) / np.exp(candidate.logs)
    best = np.empty(len(system.starts), dtype=np.intp)
    for k, (start, size) in enumerate(zip(system.starts, system.sizes, strict=True)):
        block = np.where(candidate.played, candidate.logs, -np.inf)[start : start + size]
        best[k] = start + np.argmax(block)
    base = best[system.set_of]
    moved = np.where(candidate.played, rows - rows[:, base], rows)
    return np.asarray(moved[:, list(free)])


def _exact_differences(
    system: LogitSystem,
    state: list[list[list[Fraction]]],
    order: tuple[tuple[int, ...], ...],
    one: NDArray[np.intp],
    two: NDArray[np.intp],
) -> list[Fraction]:
    """Payoff differences of the pairs, exact, in the owner's units."""
    game = system.game
    rows = tuple(map(tuple, state[0]))
    if isinstance(game, StrategicGame):
        values = [_against(game, rows, i) for i in range(len(game.players))]
    else:
        witness = _witness(rows, tuple(map(tuple, state[1])), order, False)
        values = _tree_values(Assessment(game, rows, beliefs_from(game, rows, witness)))
    found = []
    for k, m in zip(one.tolist(), two.tolist(), strict=True):
        (i, a), (_, b) = system.places[k], system.places[m]
        unit = system.units[game.players.index(system.labels[k][0])]
        found.append((values[i][a] - values[i][b]) / unit)
    return found


def _tree_values(assessment: Assessment) -> list[list[Fraction]]:
    """By set and action: what it pays, given the beliefs."""
    s = assessment.game.structure
    nodes = assessment.node_values()
    owner = {p: i for i, p in enumerate(s.players)}
    return [
        [
            sum(
                (
                    b * nodes[s.children[n][a]][owner[own.player]]
                    for n, b in zip(own.nodes, assessment.node_beliefs[own.index], strict=True)
                    if b
                ),
                Fraction(0),
            )
            for a in range(len(own.actions))
        ]
        for own in s.sets
    ]


def _against(game: StrategicGame, rows: Rows, player: int) -> list[Fraction]:
    """What a player's actions pay, exact."""
    table = game.payoffs[game.players[player]]
    for axis in reversed(range(len(rows))):
        if axis != player:
            weights = np.array(rows[axis], dtype=object)
            table = np.tensordot(table, weights, axes=([axis], [0]))
    return list(table)


def _move(
    system: LogitSystem,
    state: list[list[list[Fraction]]],
    chosen: Sequence[int],
    moves: Sequence[Fraction],
) -> None:
    """Change the chosen unknowns; the likeliest action of a set takes the difference."""
    for k, move in zip(chosen, moves, strict=True):
        index, a = system.places[k]
        rows, weights = state
        if rows[index][a]:
            most = max(range(len(rows[index])), key=rows[index].__getitem__)
            fresh = (rows[index][a] + move).limit_denominator(10**DIGITS)
            rows[index][most] += rows[index][a] - fresh
            rows[index][a] = fresh
        else:
            weights[index][a] = (weights[index][a] + move).limit_denominator(10**DIGITS)
