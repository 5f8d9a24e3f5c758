"""Two-player games with too many vertices: one equilibrium, at once, and said to be one."""

import time

import numpy as np
import pytest

import deterrence as dt
from deterrence.equilibrium import lemke_howson
from deterrence.equilibrium.best_responses import best_response_vertices, expected_digits
from deterrence.equilibrium.lemke_howson import one_equilibrium
from deterrence.errors import LimitError


def gains(payoffs, own, other):
    """What each action of a player gains over its mixture, times the sums of both, in ints."""
    values = payoffs.astype(object) @ np.array(other, dtype=object)
    return values * sum(own) - np.array(own, dtype=object) @ values


@pytest.mark.parametrize("most", [2, 3, 100, 10**12])
def test_the_path_ends_in_an_equilibrium_of_degenerate_games_too(most):
    rng = np.random.default_rng(most)
    for _ in range(100):
        a, b = rng.integers(0, most, (2, *rng.integers(1, 8, 2)))
        found = one_equilibrium(a, b)
        assert min(found.x) >= 0 < sum(found.x)
        assert min(found.y) >= 0 < sum(found.y)
        assert max(gains(a, found.x, found.y)) == max(gains(b.T, found.y, found.x)) == 0


@pytest.mark.parametrize("tol", [None, 1e-9])
def test_a_game_of_thirty_actions_each_is_answered_at_once(tol):
    a, b = np.random.default_rng(30).integers(0, 1000, (2, 30, 30))
    start = time.process_time()
    found = dt.solve(dt.StrategicGame({"row": a, "column": b}), tol=tol)
    assert time.process_time() - start < 5  # enumeration would take longer than anybody lives
    assert not found.complete
    assert len(found) == len(found.extreme) == 1
    assert found[0].certificate.exact
    assert found[0].certificate.regret == 0
    assert found.status.startswith("Not complete: one equilibrium")
    assert "raise `budget`" in found.left[0]


def test_budget_decides_between_all_equilibria_and_one():
    a, b = np.random.default_rng(9).integers(0, 1000, (2, 9, 9))
    game = dt.StrategicGame({"row": a, "column": b})
    few, all_ = dt.solve(game, budget=20), dt.solve(game)
    assert (few.complete, all_.complete) == (False, True)
    assert few[0].profile in {e.profile for e in all_.extreme}


def test_a_large_game_with_few_vertices_is_solved_completely():
    # each pays its own number times how far the other's exceeds 3: both play 0, both 29, or both
    # average 3. On that hyperplane lie action 3 and, of 3 below and 26 above, a mix of each pair.
    number = np.arange(30)
    found = dt.solve(
        dt.StrategicGame(
            {"row": np.outer(number, number - 3), "column": np.outer(number - 3, number)}
        )
    )
    assert found.complete
    assert len(found) == 3
    assert len(found.extreme) == 2 + (1 + 3 * 26) ** 2


def test_the_expected_number_of_vertices_is_of_the_right_size():
    rng = np.random.default_rng(0)
    for replies, actions in [(6, 6), (10, 10), (4, 20), (20, 4), (8, 14), (12, 12)]:
        counts = [len(best_response_vertices(rng.random((replies, actions)))) for _ in range(10)]
        assert 1 / 3 < 10 ** expected_digits(replies, actions) / np.mean(counts) < 3


def test_paths_are_bounded(monkeypatch):
    monkeypatch.setattr(lemke_howson, "MOST_STEPS", 3)  # and every path here is longer
    with pytest.raises(LimitError, match="Leave out actions"):
        one_equilibrium(*np.random.default_rng(0).integers(0, 100, (2, 30, 30)))


def test_what_is_tight_is_counted_beyond_a_byte():
    """Two replies, the first best to even columns and the second to odd ones: each column is a
    vertex, and so is the half between any even and any odd one."""
    size = 280
    matrix = np.array([[int((i + j) % 2 == 0) for j in range(size)] for i in range(2)])
    found = best_response_vertices(matrix)
    assert len(found) == size + (size // 2) ** 2
