"""All equilibria of a generic 2x2x2 game from the definition: supports, with one quadratic.

Shares no code with the package. Games with ties are refused: `DegenerateError`.
"""

from __future__ import annotations

import itertools
from decimal import Decimal, localcontext
from fractions import Fraction

DIGITS = 60
SURE = Decimal(10) ** -40


class DegenerateError(Exception):
    """A gain or a discriminant is zero."""


def equilibria(u):
    """Probabilities of the first actions, by player, sorted; `u[i][a][b][c]`."""
    found = [*pure(u), *two_mixing(u), *all_mixing(u)]
    return sorted(tuple(float(x) for x in point) for point in found)


def gain(u, i, p):
    """What player i gains by its first action over its second one, the others mixing."""
    total = 0
    others = [k for k in range(3) if k != i]
    for place in itertools.product((0, 1), repeat=2):
        weight = 1
        for k, a in zip(others, place, strict=True):
            weight = weight * (p[k] if a == 0 else 1 - p[k])
        first, second = list(place), list(place)
        first.insert(i, 0)
        second.insert(i, 1)
        total = total + weight * (value(u, i, first) - value(u, i, second))
    return total


def value(u, i, place):
    a, b, c = place
    return Fraction(int(u[i][a][b][c]))


def sign(x):
    if isinstance(x, Decimal):
        if abs(x) < SURE:
            raise DegenerateError
    elif x == 0:
        raise DegenerateError
    return 1 if x > 0 else -1


def pure(u):
    for p in itertools.product((Fraction(0), Fraction(1)), repeat=3):
        if all(sign(gain(u, i, p)) == (1 if p[i] else -1) for i in range(3)):
            yield p


def two_mixing(u):
    for i, own in itertools.product(range(3), (Fraction(0), Fraction(1))):
        j, k = (m for m in range(3) if m != i)
        point = [own] * 3
        for a, b in ((j, k), (k, j)):  # a's share makes b indifferent
            ends = []
            for x in (Fraction(0), Fraction(1)):
                point[a] = x
                ends.append(gain(u, b, point))
            sign(ends[0])
            sign(ends[1])
            point[a] = None if ends[0] == ends[1] else ends[0] / (ends[0] - ends[1])
            if point[a] is None:
                break
            share = point[a]
            point[a] = Fraction(0)
            if a == j:
                first = share
            else:
                second = share
        else:
            point[j], point[k] = first, second
            inside = all(0 < point[m] < 1 for m in (j, k))
            if inside and sign(gain(u, i, point)) == (1 if own else -1):
                yield tuple(point)


def bilinear(u, i):
    """Constant, slopes and the product's coefficient of player i's gain in the others' shares."""
    j, k = (m for m in range(3) if m != i)
    at = {}
    for x, y in itertools.product((0, 1), repeat=2):
        point = [Fraction(0)] * 3
        point[j], point[k] = Fraction(x), Fraction(y)
        at[x, y] = gain(u, i, point)
    cross = at[1, 1] - at[1, 0] - at[0, 1] + at[0, 0]
    return at[0, 0], at[1, 0] - at[0, 0], at[0, 1] - at[0, 0], cross


def all_mixing(u):
    a1, b1, c1, d1 = bilinear(u, 0)  # in the second's and the third's share
    a2, b2, c2, d2 = bilinear(u, 1)  # in the first's and the third's
    a3, b3, c3, d3 = bilinear(u, 2)  # in the first's and the second's
    # the third's share r gives the second's -(a1 + c1 r) / (b1 + d1 r), the first's likewise
    top1, low1, top2, low2 = (a1, c1), (b1, d1), (a2, c2), (b2, d2)
    parts = ((a3, low1, low2), (-b3, top2, low1), (-c3, top1, low2), (d3, top1, top2))
    c, b, a = (
        sum(
            (f * x[m] * y[n - m] for f, x, y in parts for m in (0, 1) if 0 <= n - m <= 1),
            Fraction(0),
        )
        for n in range(3)
    )
    sign(a)
    square = b * b - 4 * a * c
    if sign(square) < 0:
        return
    with localcontext() as context:
        context.prec = DIGITS
        root = decimal(square).sqrt()
        for way in (1, -1):
            r = (-decimal(b) + way * root) / (2 * decimal(a))
            lows = decimal(b1) + decimal(d1) * r, decimal(b2) + decimal(d2) * r
            sign(lows[0])
            sign(lows[1])
            q = -(decimal(a1) + decimal(c1) * r) / lows[0]
            p = -(decimal(a2) + decimal(c2) * r) / lows[1]
            if all(sign(x) > 0 and sign(1 - x) > 0 for x in (p, q, r)):
                yield p, q, r


def decimal(x):
    return Decimal(x.numerator) / Decimal(x.denominator)
