"""Closed forms of Diekmann (1985) and of Olson and Zeckhauser (1966), against solved games."""

from fractions import Fraction

import numpy as np
import pytest
from scipy.stats import uniform

import deterrence as dt
from deterrence.errors import InputError
from deterrence.literature.volunteers import burden_sharing, volunteers_dilemma


def nobody(n: int, cost: float, benefit: float) -> float:
    """(K/U)^(n/(n-1)): the probability that nobody volunteers."""
    return (cost / benefit) ** (n / (n - 1))


@pytest.mark.parametrize(("n", "printed"), [(2, 0.09), (3, 0.164317)])
def test_the_tree_has_the_mixed_equilibrium(n: int, printed: float) -> None:
    found = dt.solve(volunteers_dilemma(n).at(U=1, K="0.3", a=0))
    assert found.complete
    inside = [
        e
        for e in found.equilibria
        if all(0 < e.strategy[f"Player {k + 1}"][()]["wait"] < 1 for k in range(n))
    ]
    (mixed,) = inside
    assert float(mixed.probability("nobody")) == pytest.approx(printed, abs=1e-6)
    assert float(mixed.probability("nobody")) == pytest.approx(nobody(n, 0.3, 1), abs=1e-9)
    # n that one volunteers for the others besides, and for three those in which one waits and two
    # mix as in the game of two
    pure = [e for e in found.equilibria if e.probability("nobody") == 0]
    assert len(pure) == n


@pytest.mark.parametrize(
    ("n", "printed"), [(2, 0.09), (3, 0.164317), (5, 0.222025), (10, 0.262436)]
)
def test_the_cutpoints_of_narrow_costs_give_the_same(n: int, printed: float) -> None:
    game = dt.ContributionGame.at_least(1, n, 1.0, uniform(0.3 - 1e-8, 2e-8))
    (only,) = dt.threshold_equilibria(game)
    assert 1 - only.response == pytest.approx(printed, abs=1e-6)
    assert only.probability == pytest.approx(1 - 0.3 ** (1 / (n - 1)), abs=1e-6)


def test_a_penalty_counts_like_the_good() -> None:
    """q = (K/(U + a))^(1/(n-1)): n = 2, U = 1, a = 1/2, K = 3/10 gives 1/5."""
    found = dt.solve(volunteers_dilemma(2).at(U=1, K="0.3", a="0.5"))
    waits = {e.strategy["Player 1"][()]["wait"] for e in found.equilibria}
    assert waits == {0, Fraction(1, 5), 1}


def best_contributions(incomes: list[float], weight: float) -> list[float]:
    """Contributors S give a I - (1 - a) Q_-i, with Q = a sum_S I / (a + m (1 - a))."""
    order = sorted(range(len(incomes)), key=lambda i: -incomes[i])
    for m in range(len(incomes), 0, -1):
        chosen = order[:m]
        total = weight * sum(incomes[i] for i in chosen) / (weight + m * (1 - weight))
        given = {i: (weight * incomes[i] - (1 - weight) * total) / weight for i in chosen}
        if all(q > 0 for q in given.values()):
            return [given.get(i, 0.0) for i in range(len(incomes))]
    raise AssertionError


@pytest.mark.parametrize(
    ("incomes", "printed", "efficient"),
    [([4, 3.5, 1], [0.911765, 0.411765, 0], 2.55), ([3, 3, 3], [0.375] * 3, 2.7)],
)
def test_the_burden_is_shared_unequally_and_too_little_is_given(
    incomes: list[float], printed: list[float], efficient: float
) -> None:
    expected = best_contributions(incomes, 0.3)
    assert expected == pytest.approx(printed, abs=1e-6)
    assert 0.3 * sum(incomes) == pytest.approx(efficient)
    assert sum(expected) < efficient
    for k, income in enumerate(incomes):  # a best reply among many, the others as they are
        menus = [[q] for q in expected]
        menus[k] = np.linspace(0, 0.99 * income, 9_901).tolist()
        payoffs = burden_sharing(incomes, 0.3, menus).as_floats()[f"Member {k + 1}"]
        assert menus[k][int(payoffs.argmax())] == pytest.approx(expected[k], abs=1e-4 * income)


def test_it_is_among_the_equilibria_of_a_coarse_menu() -> None:
    """I = (4, 3.5, 1) and a = .3: 31/34, 7/17 and nothing; on a menu others may exist besides."""
    menus = [[28 / 34, 31 / 34, 1.0], [11 / 34, 14 / 34, 17 / 34], [0, 3 / 34]]
    found = dt.solve(burden_sharing([4, 3.5, 1], 0.3, menus))
    assert found.complete
    strategies = [[odds[()] for odds in one.strategy.values()] for one in found]
    assert any(row[0]["2"] == row[1]["2"] == row[2]["1"] == 1 for row in strategies)
    assert all(row[2]["1"] == 1 for row in strategies)  # the small one rides free in all


def test_payoffs_are_those_of_the_paper() -> None:
    game = burden_sharing([4, 3], 0.25, [[1], [0, 2]])
    assert float(game["1", "2"]["Member 1"]) == pytest.approx(0.75 * np.log(3) + 0.25 * np.log(3))
    assert float(game["1", "1"]["Member 2"]) == pytest.approx(0.75 * np.log(3))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: volunteers_dilemma(1), "2 to 12"),
        (lambda: volunteers_dilemma(True), "2 to 12"),
        (lambda: burden_sharing([1, 2], 1.5, [[0.1], [0.1]]), "between 0 and 1"),
        (lambda: burden_sharing([1, 2], 0.5, [[0.1]]), "one for each"),
        (lambda: burden_sharing([1, 2], 0.5, [[0.1], [2]]), "less than its 2"),
        (lambda: burden_sharing([1, 2], 0.5, [[0, 0.1], [0, 1]]), "minus infinity"),
    ],
)
def test_bad_input(make, words: str) -> None:
    with pytest.raises(InputError, match=words):
        make()
