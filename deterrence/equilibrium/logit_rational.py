"""A limit of quantal responses as rational numbers that pass the certificate.

Short fractions are tried first, then 160 digits by Newton's method, read as fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space, qr

from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.logit_candidates import (
    Candidate,
    Rows,
    exact_rows,
    probabilities,
    set_count,
    tied_pairs,
)
from deterrence.equilibrium.logit_system import LogitSystem
from deterrence.equilibrium.logit_values import Floats, TreeValues, dense
from deterrence.equilibrium.mixed_profiles import MixedEquilibrium
from deterrence.equilibrium.solution import Equilibrium
from deterrence.games.assessment import Assessment
from deterrence.games.strategic import StrategicGame

__all__ = ["certified", "unfixed"]

SAME = 1e-9  # how far rounding to a short fraction may go
DIGITS = 160  # of a solution before it is read as a fraction
LONGEST = 10**60  # denominators
LOOSE = 1e-6  # share of a direction of length one, beyond which it moves a probability
TOLERANCE = Fraction(1, 10**9)


def certified(system: LogitSystem, candidate: Candidate) -> Equilibrium | None:
    """The candidate as exact numbers that pass the check, exactly or at least up to rounding."""
    floats = exact_rows(system, probabilities(candidate))
    weights = exact_rows(system, np.exp(np.clip(candidate.logs, -600, 600)), normal=False)
    order = _orders(system, candidate)
    short = _short_rows(floats), tuple(tuple(_short(w, w) for w in row) for row in weights)
    found = _checked(system, *short, order, exact=True)
    if found is None:
        refined = _refined(system, candidate, *short, order)
        if refined is not None:
            found = _checked(system, *refined, order, exact=True)
            found = found or _checked(system, *refined, order, exact=False)
    return found or _checked(system, floats, weights, order, exact=False)


def _orders(system: LogitSystem, candidate: Candidate) -> tuple[tuple[int, ...], ...]:
    by_set: dict[int, list[int]] = {}
    for (index, _), k in zip(system.places, candidate.order.tolist(), strict=True):
        by_set.setdefault(index, []).append(k)
    return tuple(tuple(by_set.get(i, [0])) for i in range(set_count(system)))


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
    candidate: Candidate,
    rows: Rows,
    weights: Rows,
    order: tuple[tuple[int, ...], ...],
) -> tuple[Rows, Rows] | None:
    """Equal payoffs to 160 digits, read as fractions where these are short.

    Newton's method with derivatives in floats and residuals in exact numbers; what the equations
    leave free keeps its short fraction.
    """
    one, two = tied_pairs(system, candidate.tied)
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


def _unknowns(system: LogitSystem, candidate: Candidate) -> list[int]:
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


def unfixed(system: LogitSystem, candidate: Candidate) -> tuple[tuple[str, Any], ...]:
    """(player, knows) of the mixtures that equal payoffs leave free, to first order.

    There a limit is one point of a continuum, and its probabilities are read off the path.
    """
    one, two = tied_pairs(system, candidate.tied)
    free = _unknowns(system, candidate)
    mixed = [k for k, place in enumerate(free) if candidate.played[place]]
    if not mixed:
        return ()
    weights = np.exp(np.clip(candidate.logs[free], -600, 600))  # so that trembles move by shares
    derivatives = _by_unknown(system, candidate, one, two, free) * weights
    directions = null_space(derivatives, rcond=1e-9)
    loose = [free[k] for k in mixed if np.max(np.abs(directions[k]), initial=0.0) > LOOSE]
    return tuple(dict.fromkeys(system.labels[place][:2] for place in loose))


def _by_unknown(
    system: LogitSystem,
    candidate: Candidate,
    one: NDArray[np.intp],
    two: NDArray[np.intp],
    free: Sequence[int],
) -> Floats:
    """Derivatives of payoff differences by the unknowns themselves, not their logarithms."""
    _, slope = system.values.slopes(candidate.sunk())
    rows = dense(slope[one] - slope[two]) / np.exp(candidate.logs)
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
