"""Where some belief supports a choice off the path: the belief eliminated, in linear pieces.

Off the path a belief bears on nothing but the choice at its own information set. For which play of
the others a supporting belief exists is a union of pieces, each linear in what the others do: the
belief is taken on nodes whose gains vary with the others' play in one and the same way, and on
nodes where they do not vary. Gains that vary in several ways need belief in all of these at once
only where several conditions bind; such beliefs are reported, not solved.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.plan_conditions import Gap
from deterrence.equilibrium.polynomials import Polynomial, add_scaled, substitute
from deterrence.equilibrium.polytope import Row, extreme_points

__all__ = ["Pieces", "belief_corners", "pieces", "supports"]

Condition = tuple[Polynomial, bool]  # at least zero; or zero
Varying = tuple[tuple[tuple[Any, Fraction], ...], ...]  # by gap, the terms that are not constant


@dataclass(frozen=True)
class Pieces:
    """Alternatives, of which one must hold.

    Attributes
    ----------
    options : tuple of tuple of (Polynomial, is equation)
        Empty if no belief supports the choice; an empty option if some belief always does.
    open : bool
        Whether beliefs over nodes that vary in different ways may support it elsewhere, too.
    """

    options: tuple[tuple[Condition, ...], ...]
    open: bool = False


def pieces(gaps: Sequence[Gap], nodes: int) -> Pieces:
    """For which play of the others some belief makes no plan better than the strategy.

    Parameters
    ----------
    gaps : sequence of Gap
    nodes : int
        Of the information set.

    Returns
    -------
    Pieces
    """
    gaps = [g for g in gaps if any(g.reduced)]
    if not gaps:
        return Pieces(((),))
    kinds: dict[Varying, list[int]] = {}
    for j in range(nodes):
        kinds.setdefault(tuple(_varying(g.reduced[j]) for g in gaps), []).append(j)
    still = tuple(() for _ in gaps)
    steady = kinds.pop(still, [])
    if steady and _support(gaps, steady):
        return Pieces(((),))
    tried = [_one_kind(gaps, kind, steady) for kind in kinds.values()]
    options = [rows for rows in tried if rows is not None]
    if len(kinds) < 2 or () in options:
        return Pieces(_shortest(options))
    if len(gaps) == 1:
        if gaps[0].equal:
            options.extend(_opposed(gaps[0], list(kinds.values())))
        return Pieces(_shortest(options))
    return Pieces(_shortest(options), open=True)


def _shortest(options: list[tuple[Condition, ...]]) -> tuple[tuple[Condition, ...], ...]:
    return ((),) if () in options else tuple(options)


def _varying(gap: Polynomial) -> tuple[tuple[Any, Fraction], ...]:
    return tuple(sorted((m, x) for m, x in gap.items() if m))


def _support(gaps: Sequence[Gap], steady: Sequence[int]) -> bool:
    """Whether some belief over nodes with constant gains supports the choice."""
    return bool(_corners([[_constant(g.reduced[j]) for j in steady] for g in gaps], gaps))


def _corners(table: Sequence[Sequence[Fraction]], gaps: Sequence[Gap]) -> list[list[Fraction]]:
    """Extreme beliefs at which no gap is negative."""
    size = len(table[0]) if table else 0
    total: Row = {-1: Fraction(-1), **{j: Fraction(1) for j in range(size)}}
    rows = [dict(enumerate(row)) for row in table]
    equal = [row for row, g in zip(rows, gaps, strict=True) if g.equal]
    least = [row for row, g in zip(rows, gaps, strict=True) if not g.equal]
    return extreme_points(size, [total, *equal], least)


def _one_kind(
    gaps: Sequence[Gap], kind: Sequence[int], steady: Sequence[int]
) -> tuple[Condition, ...] | None:
    """Conditions for a belief on nodes of one kind and steady ones; None if there is none.

    With the belief in the kind as the unit, all is linear in the belief and the play of others at
    once. By Farkas' lemma a belief exists if no combination of the conditions rules it out.
    """
    base = [g.at[kind[0]] for g in gaps]
    shifts = [[_constant(g.reduced[j]) - _constant(g.reduced[kind[0]]) for j in kind] for g in gaps]
    fixed = [[_constant(g.reduced[j]) for j in steady] for g in gaps]
    columns = [list(row) for row in zip(*shifts, strict=True)]
    columns = [[*column, Fraction(1)] for column in columns]
    columns += [[*column, Fraction(0)] for column in zip(*fixed, strict=True)]
    found: list[Condition] = []
    for weights in _combinations(columns, [*(g.equal for g in gaps), True]):
        row: Polynomial = {}
        for factor, polynomial in zip(weights, [*base, {(): Fraction(-1)}], strict=True):
            add_scaled(row, factor, polynomial)
        if not any(row):
            if row.get((), Fraction(0)) < 0:
                return None
        elif (row, False) not in found:
            found.append((row, False))
    return _with_equations(found)


def _combinations(
    columns: Sequence[Sequence[Fraction]], equal: Sequence[bool]
) -> Iterator[list[Fraction]]:
    """Extreme factors on the conditions that leave no unknown a positive coefficient."""
    signs = [(r, 1) for r in range(len(equal))] + [(r, -1) for r, e in enumerate(equal) if e]
    total: Row = {-1: Fraction(-1), **{n: Fraction(1) for n in range(len(signs))}}
    least = [{n: -sign * column[r] for n, (r, sign) in enumerate(signs)} for column in columns]
    for corner in extreme_points(len(signs), [total], least):
        weights = [Fraction(0)] * len(equal)
        for x, (r, sign) in zip(corner, signs, strict=True):
            weights[r] += sign * x
        yield weights


def _with_equations(found: list[Condition]) -> tuple[Condition, ...]:
    """Two opposite inequalities are one equation."""
    kept: list[Condition] = []
    for row, _ in found:
        opposite = {m: -x for m, x in row.items()}
        if any(k == opposite for k, _ in kept):
            kept = [(k, e or k == opposite) for k, e in kept]
        else:
            kept.append((row, False))
    return tuple(kept)


def _opposed(gap: Gap, kinds: Sequence[Sequence[int]]) -> Iterator[tuple[Condition, ...]]:
    """One plan as good as another: gains at two nodes of different kinds have opposite signs."""
    for one, two in itertools.permutations(kinds, 2):
        for i, j in itertools.product(one, two):
            below: Polynomial = {}
            add_scaled(below, Fraction(-1), gap.at[j])
            yield (gap.at[i], False), (below, False)


def belief_corners(
    gaps: Sequence[Gap], nodes: int, played: Mapping[Any, Fraction]
) -> list[tuple[Fraction, ...]]:
    """The extreme beliefs that support a choice where the others play so.

    Parameters
    ----------
    gaps : sequence of Gap
    nodes : int
    played : mapping
        Probabilities of the variables.
    """
    table = [[_constant(substitute(p, played)) for p in g.at] for g in gaps]
    if not table:
        unit = range(nodes)
        return [tuple(Fraction(int(i == j)) for j in unit) for i in unit]
    return [tuple(corner) for corner in _corners(table, gaps)]


def supports(
    gaps: Sequence[Gap], belief: Sequence[Fraction], played: Mapping[Any, Fraction]
) -> bool:
    """Whether a belief supports a choice where the others play so."""
    for g in gaps:
        values = [_constant(substitute(p, played)) for p in g.at]
        gain = sum((b * v for b, v in zip(belief, values, strict=True)), Fraction(0))
        if gain < 0 or (g.equal and gain):
            return False
    return True


def _constant(polynomial: Polynomial) -> Fraction:
    return polynomial.get((), Fraction(0))
