"""Roots of multilinear systems by subdivision, against closed forms."""

import math
from fractions import Fraction

import numpy as np
import pytest

from deterrence.equilibrium.multilinear import Multilinear, independent

P, Q, R = (0, 0), (1, 0), (2, 0)
NOT_P, NOT_Q, NOT_R = (0, 1), (1, 1), (2, 1)
TWO, THREE = [[P, NOT_P], [Q, NOT_Q]], [[P, NOT_P], [Q, NOT_Q], [R, NOT_R]]
NEAR = 1e-30


def poly(**terms):
    """Terms in p, q, r: poly(pq=1, p="-1/3", one=2)."""
    names = {"p": P, "q": Q, "r": R}
    return {
        () if name == "one" else tuple(names[c] for c in name): Fraction(x)
        for name, x in terms.items()
    }


def test_two_hyperbolas():
    """pq = 1/6 and p + q = 5/6: (1/2, 1/3) and (1/3, 1/2)."""
    search = Multilinear([poly(pq=1, one="-1/6"), poly(p=1, q=1, one="-5/6")], [], TWO).roots()
    assert search.finished
    found = sorted((float(root[P]), float(root[Q])) for root in search.roots)
    assert np.allclose(found, [(1 / 3, 1 / 2), (1 / 2, 1 / 3)], atol=1e-14)
    for root in search.roots:
        assert abs(root[P] * root[Q] - Fraction(1, 6)) < NEAR
        assert root[P] + root[NOT_P] == 1


def test_irrational_roots_to_forty_digits():
    """p = q and pq = 1/2 - p/4: p = (-1/4 + sqrt(1/16 + 2)) / 2."""
    rows = [poly(p=1, q=-1), poly(pq=1, p="1/4", one="-1/2")]
    search = Multilinear(rows, [], TWO).roots()
    assert search.finished
    (root,) = search.roots
    assert float(root[P]) == pytest.approx((-0.25 + math.sqrt(1 / 16 + 2)) / 2, abs=1e-15)
    assert abs(root[P] ** 2 + root[P] / 4 - Fraction(1, 2)) < NEAR


@pytest.mark.parametrize("apart", ["1/1000", "1/100000"])
def test_roots_near_each_other(apart):
    """(p - 1/2)^2 = d^2 by q = p: two roots at 1/2 - d and 1/2 + d."""
    d = Fraction(apart)
    rows = [poly(p=1, q=-1), poly(pq=1, p="-1/2", q="-1/2", one=Fraction(1, 4) - d * d)]
    search = Multilinear(rows, [], TWO).roots()
    assert search.finished
    found = sorted(root[P] for root in search.roots)
    assert len(found) == 2
    assert abs(found[0] - (Fraction(1, 2) - d)) < NEAR
    assert abs(found[1] - (Fraction(1, 2) + d)) < NEAR


def test_a_double_root_is_left_open():
    rows = [poly(p=1, q=-1), poly(pq=1, p="-1/2", q="-1/2", one="1/4")]
    assert not Multilinear(rows, [], TWO).roots().finished


def test_no_root_is_proven():
    """p = q and pq = -1/100 - p / 9 has none with positive p."""
    rows = [poly(p=1, q=-1), poly(pq=1, p="1/9", one="1/100")]
    search = Multilinear(rows, [], TWO).roots()
    assert search.finished
    assert search.roots == []


@pytest.mark.parametrize("seed", range(8))
def test_planted_roots_are_found(seed):
    """Three bilinear equations through a point drawn at random; all roots solve them."""
    rng = np.random.default_rng(seed)
    planted = [Fraction(int(x), 97) for x in rng.integers(5, 92, 3)]
    at = dict(zip("pqr", planted, strict=True))
    rows = []
    for _ in range(3):
        terms = {name: int(rng.integers(-9, 10)) for name in ("pq", "pr", "qr", "p", "q", "r")}
        value = sum(c * math.prod(at[x] for x in name) for name, c in terms.items())
        rows.append(poly(**terms, one=-value))
    search = Multilinear(rows, [], THREE).roots()
    assert search.finished
    found = [[root[P], root[Q], root[R]] for root in search.roots]
    distances = [max(abs(x - y) for x, y in zip(r, planted, strict=True)) for r in found]
    assert min(distances) < NEAR
    for p, q, r in found:
        for row in rows:
            point = {P: p, Q: q, R: r}
            value = sum(c * math.prod(point[a] for a in m) for m, c in row.items())
            assert abs(value) < NEAR


def test_inequalities_alone():
    """pq >= 1/2 with p + q <= 1.4 has no solution, with 1.5 it has."""
    rows = [poly(pq=1, one="-1/2"), poly(p=-1, q=-1, one="7/5")]
    assert Multilinear([], rows, TWO).solutions(3).finished
    rows[1] = poly(p=-1, q=-1, one="3/2")
    search = Multilinear([], rows, TWO).solutions(3)
    assert search.roots
    assert not search.finished
    for root in search.roots:
        assert root[P] * root[Q] >= Fraction(1, 2)
        assert root[P] + root[Q] <= Fraction(3, 2)


def test_equations_that_say_the_same_count_once():
    rows = [poly(p=1, q=2), poly(p=2, q=4), poly(q=1), poly(p=1)]
    assert independent(rows) == [rows[0], rows[2]]
