"""Games of several players for the tests of isolated equilibria."""

import itertools
from fractions import Fraction

import numpy as np

import deterrence as dt

NAMES = "ABCDE"


def game(tables):
    """A game from one payoff table for each player."""
    return dt.StrategicGame(dict(zip(NAMES, tables, strict=False)))


def random_tables(seed, shape, most=1000):
    return list(np.random.default_rng(seed).integers(-most, most + 1, (len(shape), *shape)))


def near_tables(seed, shape, digits):
    """Payoffs close to small whole numbers, with many ties that are just missed."""
    rng = np.random.default_rng(seed)
    whole, moved = (
        rng.integers(-2, 3, (len(shape), *shape)),
        rng.integers(-9, 10, (len(shape), *shape)),
    )
    return list(whole.astype(object) + moved.astype(object) * Fraction(1, 10**digits))


def planted_tables(seed, shape):
    """A random game with a totally mixed equilibrium of small denominators, and that profile.

    Player i's payoffs from action a are moved by one number, so that all its actions pay the same.
    """
    rng = np.random.default_rng(seed)
    profile = []
    for m in shape:
        weights = [int(x) for x in rng.integers(1, 10, m)]
        profile.append([Fraction(w, sum(weights)) for w in weights])
    tables = []
    for i, own in enumerate(shape):
        table = np.vectorize(Fraction, otypes=[object])(rng.integers(-1000, 1001, shape))
        rows = np.moveaxis(table, i, 0)
        others = [p for k, p in enumerate(profile) if k != i]
        for a in range(own):
            mean = Fraction(0)
            for place in itertools.product(*(range(len(p)) for p in others)):
                weight = Fraction(1)
                for p, b in zip(others, place, strict=True):
                    weight *= p[b]
                mean += weight * rows[(a, *place)]
            rows[a] = rows[a] - mean
        tables.append(table)
    return tables, profile


def two_conditions(constant):
    """Totally mixed equilibria where ``p = q = 1/4 + r/2`` and ``p q - (p + q)/2 + constant = 0``.

    p, q and r are the probabilities of the second actions. So p and q solve
    ``(p - 1/2)**2 = 1/4 - constant``.
    """
    tables = [np.zeros((2, 2, 2), dtype=object) for _ in range(3)]
    for p, q, r in itertools.product((0, 1), repeat=3):
        tables[0][p, q, r] = p * (q - Fraction(r, 2) - Fraction(1, 4))
        tables[1][p, q, r] = q * (p - Fraction(r, 2) - Fraction(1, 4))
        tables[2][p, q, r] = r * (p * q - Fraction(p + q, 2) + constant)
    return game(tables)


def irrational_face():
    """As `two_conditions`, with a fourth player who is indifferent where the third one is.

    What it plays changes the others' gains, so that the irrational equilibria at which it plays
    its first action alone are isolated, and solve the conditions of all four players mixing too.
    """
    tables = [np.zeros((2,) * 4, dtype=object) for _ in range(4)]
    for p, q, r, x in itertools.product((0, 1), repeat=4):
        third = p * q - Fraction(p + q, 2) + Fraction(49, 200)
        tables[0][p, q, r, x] = p * (q - Fraction(r, 2) - Fraction(1, 4) + Fraction(x, 3))
        tables[1][p, q, r, x] = q * (p - Fraction(r, 2) - Fraction(1, 4) - Fraction(x, 5))
        tables[2][p, q, r, x] = r * (third + Fraction(x, 7))
        tables[3][p, q, r, x] = x * third
    return game(tables)


def shares(solution):
    """Equilibria as sorted rows of rounded probabilities."""
    rows = (np.concatenate([np.asarray(r, dtype=float) for r in e.profile]) for e in solution)
    return sorted(tuple((np.round(row, 9) + 0.0).tolist()) for row in rows)
