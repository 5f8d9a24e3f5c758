"""Totally mixed equilibria of many 2x2x2 games, from one quadratic equation.

Each player's gain is a bilinear form in the others' mixes, zero where it is indifferent. Given the
third player's mix, the first two forms fix the mixes of the second and the first; put into the
last they leave a quadratic form in the third player's weights. Where a form is a product of two
linear ones, one mix is a root of these, and the others follow in turn.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from deterrence.equilibrium.batch_signs import (
    Bools,
    Numbers,
    Places,
    Signs,
    Triples,
    Weights,
    share,
    signs_of,
)

__all__ = ["list_totally_mixed"]

EXTRA_BITS = 64  # of square roots of whole numbers
# who stands for whom when a player's form is a product: the player whose gain it is, the two whose
# mixes it takes, then the players and whether their tables are turned for the other two forms
ROLES = (
    ((1, 2, 0), (0, False), (1, False), (2, False)),
    ((0, 2, 1), (1, False), (0, False), (2, True)),
    ((0, 1, 2), (2, False), (0, True), (1, True)),
)
Form = Numbers  # (2, 2, games)


def list_totally_mixed(t: Triples) -> None:
    """List equilibria in which everybody mixes, and mark games with a continuum of them."""
    possible = np.ones(t.size, dtype=bool)
    for signs in t.signs:
        possible &= _vanishes(signs)
    games = possible.nonzero()[0]
    if not len(games):
        return
    forms = [gain[:, :, games] for gain in t.gains]
    nothing = [~signs[:, :, games].reshape(4, -1).any(axis=0) for signs in t.signs]
    product = [t.sign(f[0, 0] * f[1, 1] - f[0, 1] * f[1, 0], games, 2, 2) == 0 for f in forms]
    rest = np.ones(len(games), dtype=bool)
    for k, roles in enumerate(ROLES):
        at = (rest & nothing[k]).nonzero()[0]
        if len(at):
            _, b, c = (_turned(forms, role, at) for role in roles[1:])
            # the remaining player's mix must leave the other two a mix each
            some = _mix_exists(t, b.swapaxes(0, 1), c.swapaxes(0, 1), games[at])
            t.curved[games[at[some]]] = True
        rest &= ~nothing[k]
    for k, roles in enumerate(ROLES):
        at = (rest & product[k]).nonzero()[0]
        if len(at):
            _list_products(t, roles[0], [_turned(forms, r, at) for r in roles[1:]], games[at])
        rest &= ~product[k]
    at = rest.nonzero()[0]
    if len(at):
        _list_roots(t, [form[:, :, at] for form in forms], games[at])


def _vanishes(signs: Signs) -> Bools:
    """Where a bilinear form is zero at some positive weights: both signs occur, or none."""
    flat = signs.reshape(4, -1)
    return np.asarray((flat.min(axis=0) < 0) == (flat.max(axis=0) > 0))


def _turned(forms: Sequence[Form], role: tuple[int, bool], at: Places) -> Form:
    form = forms[role[0]][:, :, at]
    return form.swapaxes(0, 1) if role[1] else form


def _times(form: Form, weights: Weights) -> tuple[Numbers, Numbers]:
    """A form with weights put in for its second player: linear in those of the first."""
    return (
        form[0, 0] * weights[0] + form[0, 1] * weights[1],
        form[1, 0] * weights[0] + form[1, 1] * weights[1],
    )


# --- a curve of mixes ----------------------------------------------------------------------------


def _mix_exists(t: Triples, one: Form, two: Form, games: Places) -> Bools:
    """Whether some mix of a form's second player leaves the first players of both forms a mix.

    That changes only at roots of the four linear forms; these, and points between any two of them
    and the ends, are looked at.
    """
    zero, unit = np.zeros_like(one[0, 0]), np.ones_like(one[0, 0])
    linear = [form[k] for form in (one, two) for k in (0, 1)]
    roots = [(np.abs(row[1]), np.abs(row[0])) for row in linear]  # where signs differ
    inside = [signs_of(row[0]) * signs_of(row[1]) < 0 for row in linear]
    ends = [(unit, zero), (zero, unit)]
    candidates = list(zip(roots, inside, strict=True))
    everywhere = np.ones(len(games), dtype=bool)
    points = [*candidates, *((end, everywhere) for end in ends)]
    for (p, here), (q, there) in itertools.combinations(points, 2):
        candidates.append(((p[0] + q[0], p[1] + q[1]), here & there))
    found = np.zeros(len(games), dtype=bool)
    for weights, valid in candidates:
        fits = valid
        for form in (one, two):
            values = [t.sign(v, games, 3, 4) for v in _times(form, weights)]
            fits = fits & _mixes(values)
        found |= fits
    return found


def _mixes(signs: Sequence[Signs]) -> Bools:
    """Whether a linear form with these signs is zero at positive weights."""
    return np.asarray((signs[0] * signs[1] < 0) | ((signs[0] == 0) & (signs[1] == 0)))


# --- forms that are products ---------------------------------------------------------------------


def _list_products(
    t: Triples, players: tuple[int, int, int], forms: Sequence[Form], games: Places
) -> None:
    """Games whose first form is a product: of linear forms in the first and the second player."""
    a, b, c = forms
    first = np.where(signs_of(a[:, 0]).any(axis=0), a[:, 0], a[:, 1])
    second = np.where(signs_of(a[0]).any(axis=0), a[0], a[1])
    u, v, o = players
    by_second = _follow(t, second, (b, c.swapaxes(0, 1), c), games)
    by_first = _follow(t, first, (c, b.swapaxes(0, 1), b), games)
    at, weights = by_second
    there, others = by_first
    # both roots at once: the same point twice, and not regular
    same = np.zeros(len(games), dtype=bool)
    cross = weights[2][0] * np.abs(first[0][at]) - weights[2][1] * np.abs(first[1][at])
    opposed = signs_of(first[0][at]) * signs_of(first[1][at]) < 0
    same[at] = opposed & (t.sign(cross, games[at], 4, 8) == 0)
    t.degenerate[games[same]] = True
    shares = {v: share(weights[0]), o: share(weights[1]), u: share(weights[2])}
    t.add(games[at], [shares[i] for i in range(3)])
    kept = ~same[there]
    shares = {u: share(others[0]), o: share(others[1]), v: share(others[2])}
    t.add(games[there[kept]], [shares[i][kept] for i in range(3)])


def _follow(
    t: Triples, linear: Numbers, forms: tuple[Form, Form, Form], games: Places
) -> tuple[Places, list[Weights]]:
    """The mix at which a linear form is zero, then those of the other two in turn.

    Marks games with a continuum. Returns the places of those with one point, and its weights.
    """
    near, far, last = forms
    at = (signs_of(linear[0]) * signs_of(linear[1]) < 0).nonzero()[0]
    weights: list[Weights] = [(np.abs(linear[1][at]), np.abs(linear[0][at]))]
    for form, degree in ((near, 2), (far, 3)):
        values = _times(form[:, :, at], weights[-1])
        signs = [t.sign(v, games[at], degree, 2 ** (degree - 1)) for v in values]
        free = (signs[0] == 0) & (signs[1] == 0)
        if degree == 2:  # then the last form leaves a curve, or nothing
            free &= _vanishes(signs_of(last[:, :, at]))
        t.curved[games[at[free]]] = True
        mixes = signs[0] * signs[1] < 0
        total = np.abs(values[0]) + np.abs(values[1])
        if not t.exact:
            t.need(2**degree * degree * t.off[games[at]][mixes] / total[mixes], games[at[mixes]])
        weights = [(w[0][mixes], w[1][mixes]) for w in weights]
        weights.append((np.abs(values[1][mixes]), np.abs(values[0][mixes])))
        at = at[mixes]
    return at, weights


# --- one quadratic -------------------------------------------------------------------------------


def _list_roots(t: Triples, forms: Sequence[Form], games: Places) -> None:
    """Games in which no form is a product: roots of the quadratic form in the third's weights."""
    a, b, c = forms
    q2, q0 = _last(c, b[:, 0], a[:, 0]), _last(c, b[:, 1], a[:, 1])
    q1 = _last(c, b[:, 0], a[:, 1]) + _last(c, b[:, 1], a[:, 0])
    discriminant = q1 * q1 - 4 * q2 * q0
    s2, s1, s0 = (t.sign(q, games, 3, n) for q, n in ((q2, 4), (q1, 8), (q0, 4)))
    always = (s2 == 0) & (s1 == 0) & (s0 == 0)
    if always.any():
        at = always.nonzero()[0]
        some = _mix_exists(t, a[:, :, at], b[:, :, at], games[at])
        t.curved[games[at[some]]] = True
    sign = t.sign(discriminant, games, 6, 128)
    side = np.where(s1 < 0, -1, 1).astype(np.int8)
    # -2 times the root of larger size, over the coefficient: q1 plus or minus the square root
    opposite = -side
    one = (sign >= 0) & (s2 == opposite) & ~always & ((sign > 0) | (s1 != 0))
    two = (sign > 0) & (s0 == opposite)
    for first, found in ((True, one), (False, two)):
        at = found.nonzero()[0]
        if len(at):
            q = [x[at] for x in ((q2, q1, q0) if first else (q0, q1, q2))]
            forms = [f[:, :, at] for f in (a, b)]
            if not first:
                forms = [f[:, ::-1] for f in forms]
            marks = sign[at], side[at]
            _list_root(t, forms, q, discriminant[at], marks, games[at], first=first)


def _last(c: Form, beta: Numbers, alpha: Numbers) -> Numbers:
    """The last form where the others' weights are those that linear forms leave them."""
    left = c[0, 0] * alpha[1] - c[0, 1] * alpha[0]
    right = c[1, 0] * alpha[1] - c[1, 1] * alpha[0]
    return np.asarray(beta[1] * left - beta[0] * right)


def _list_root(
    t: Triples,
    forms: Sequence[Form],
    q: Sequence[Numbers],
    discriminant: Numbers,
    marks: tuple[Signs, Signs],
    games: Places,
    *,
    first: bool,
) -> None:
    """One root, with weights -(q1 + side * root) and 2 q2, if it leaves the others a mix."""
    sign, side = marks
    fits = np.ones(len(games), dtype=bool)
    for form in forms:
        signs = []
        for row in form:
            # the linear form there is rational + irrational, of which the squares decide
            rational = 2 * row[1] * q[0] - row[0] * q[1]
            p = t.sign(rational, games, 4, 16)
            r = -side * signs_of(row[0]) * sign
            value = q[0] * row[1] * row[1] - q[1] * row[0] * row[1] + q[2] * row[0] * row[0]
            compared = signs_of(q[0]) * t.sign(value, games, 5, 16)
            signs.append(np.where(p * r >= 0, np.where(p != 0, p, r), p * compared))
        fits &= signs[0] * signs[1] < 0
    at = fits.nonzero()[0]
    if not len(at):
        return
    t.degenerate[games[at[sign[at] == 0]]] = True
    weights = _weights([x[at] for x in q], discriminant[at], side[at])
    a, b = (_times(form[:, :, at], weights) for form in forms)
    _judge(t, [x[at] for x in q], discriminant[at], weights, (a, b), games[at])
    third = share(weights)
    shares = [_complement(b), _complement(a), third if first else 1 - third]
    t.add(games[at], shares)


def _complement(values: tuple[Numbers, Numbers]) -> Numbers:
    """The first player's share at which a linear form with these values is zero."""
    return np.asarray(np.abs(values[1]) / (np.abs(values[0]) + np.abs(values[1])))


def _weights(q: Sequence[Numbers], discriminant: Numbers, side: Signs) -> Weights:
    if discriminant.dtype != object:
        return np.abs(q[1] + side * np.sqrt(np.maximum(discriminant, 0))), 2 * np.abs(q[0])
    bits = EXTRA_BITS + max(int(d).bit_length() for d in discriminant)
    root = np.array([math.isqrt(int(d) << 2 * bits) for d in discriminant], dtype=object)
    unit = 1 << bits
    large = np.array([int(s) for s in side], dtype=object) * root + q[1] * unit
    return np.abs(large), 2 * np.abs(q[0]) * unit


def _judge(
    t: Triples,
    q: Sequence[Numbers],
    discriminant: Numbers,
    weights: Weights,
    values: Sequence[tuple[Any, Any]],
    games: Places,
) -> None:
    """Leave games open whose root, or what follows from it, is vague."""
    if t.exact:
        return
    off = 24 * t.off[games]  # of a coefficient
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = (np.abs(q[1]) + 2 * np.abs(q[0]) + 2 * np.abs(q[2])) / np.sqrt(discriminant)
        total = weights[0] + weights[1]
        root = off * (3 + slope) / total
        worst = root
        for pair in values:
            linear = 2 * root + 2 * t.off[games]
            worst = np.maximum(worst, 2 * linear * total / (np.abs(pair[0]) + np.abs(pair[1])))
    t.need(worst, games)
