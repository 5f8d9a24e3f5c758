"""All quantal responses at one precision, against a scan that follows no path."""

import numpy as np
import pytest

import deterrence as dt
from tests.equilibrium.quantal_scan import of_three_players, of_two_players


def first_actions(found):
    return sorted(tuple(e.probabilities[::2].tolist()) for e in found)


def drawn(players, seed):
    """Payoffs with a reward for agreement, so that several equilibria are frequent."""
    tables = np.random.default_rng([players, seed]).integers(0, 10, (players,) + (2,) * players)
    for action in (0, 1):
        tables[(slice(None),) + (action,) * players] += 8
    return tables.tolist()


COORDINATION = ([[3, 0], [0, 2]], [[2, 0], [0, 3]])


@pytest.mark.parametrize(("precision", "count"), [(1.0, 1), (1.99, 1), (2.01, 3), (5.0, 3)])
def test_pure_coordination_has_three_from_precision_two_on(precision, count):
    """The log odds x of both solve x = precision tanh(x / 2), whose slope at 0 is half of it."""
    game = dt.StrategicGame({"A": [[1, 0], [0, 1]], "B": [[1, 0], [0, 1]]})
    found = dt.quantal_equilibria(game, precision, starts=40, rng=0)
    assert len(found) == count
    for p, q in first_actions(found):
        x = np.log(p / (1 - p))
        assert p == pytest.approx(q, abs=1e-8)
        assert x == pytest.approx(precision * np.tanh(x / 2), abs=1e-6)


@pytest.mark.parametrize(("precision", "count"), [(0.5, 1), (1.5, 3), (4.0, 3)])
def test_a_battle_of_the_sexes_has_one_then_three(precision, count):
    expected = of_two_players(*COORDINATION, precision)
    assert len(expected) == count
    game = dt.StrategicGame(dict(zip("AB", COORDINATION, strict=True)))
    found = dt.quantal_equilibria(game, precision, starts=40, rng=0)
    assert np.allclose(first_actions(found), expected, atol=1e-8)
    assert found.index_sum == 1


def test_random_games_of_two_players():
    several = 0
    for seed in range(30):
        tables = drawn(2, seed)
        precision = (0.3, 0.8, 2.0)[seed % 3]
        expected = of_two_players(*tables, precision)
        game = dt.StrategicGame(dict(zip("AB", tables, strict=True)))
        found = dt.quantal_equilibria(game, precision, starts=30, rng=0)
        assert len(found) == len(expected), seed
        assert np.allclose(first_actions(found), expected, atol=1e-7), seed
        several += len(found) > 1
    assert several >= 5


def test_all_want_the_same_among_three():
    """A payoff of 1 if all three agree: one equilibrium at low precision, and more when it rises.

    In the symmetric ones p solves log(p / (1 - p)) = precision (2 p - 1), since agreeing pays p^2
    and disagreeing (1 - p)^2; so three from precision 2 on. The others are found by the scan.
    """
    table = [[[1, 0], [0, 0]], [[0, 0], [0, 1]]]
    game = dt.StrategicGame(dict.fromkeys("ABC", table))
    for precision, symmetric in ((1.5, 1), (3.0, 3), (6.0, 3)):
        expected = of_three_players([table] * 3, precision)
        found = dt.quantal_equilibria(game, precision, starts=60, rng=0)
        assert np.allclose(first_actions(found), expected, atol=1e-7)
        alike = [p for p, q, r in first_actions(found) if abs(p - q) + abs(p - r) < 1e-6]
        assert len(alike) == symmetric
        for p in alike:
            assert np.log(p / (1 - p)) == pytest.approx(precision * (2 * p - 1), abs=1e-6)


def test_random_games_of_three_players():
    several = 0
    for seed in range(8):
        tables, precision = drawn(3, seed), (0.6, 1.5)[seed % 2]
        expected = of_three_players(tables, precision)
        game = dt.StrategicGame(dict(zip("ABC", tables, strict=True)))
        found = dt.quantal_equilibria(game, precision, starts=60, rng=0)
        assert len(found) == len(expected), seed
        assert np.allclose(first_actions(found), expected, atol=1e-6), seed
        assert found.index_sum == 1
        several += len(found) > 1
    assert several >= 4


def test_what_is_missing_shows_in_the_indices():
    """Without starts only the principal branch is looked at, and no completeness is claimed."""
    game = dt.StrategicGame(dict(zip("AB", COORDINATION, strict=True)))
    found = dt.quantal_equilibria(game, 4.0, starts=0)
    assert len(found) == 1
    assert not found.complete
    assert all(e.on_path for e in found)
