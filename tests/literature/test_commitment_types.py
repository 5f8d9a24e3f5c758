"""The window between what deters and what restrains: closed form, solved trees, linear program."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from scipy.optimize import linprog

import deterrence as dt
from deterrence.literature.commitment_types import commitment_types

STAKES = {"q": "0.6", "w_0": "0.2", "D": "0.6", "c_A": "0.1", "c_P": "0.05"}
GRID = [Fraction(k, 20) for k in range(21)]


@pytest.fixture(scope="module")
def game() -> dt.Game:
    return commitment_types()


def peace(game: dt.Game, **numbers: Any) -> tuple[float, float]:
    solution = dt.solve(game.at({**STAKES, **numbers}))
    assert solution.complete
    return solution.most_and_least("peace")


@pytest.mark.parametrize(
    ("alpha", "event"),
    [
        ("0.55", "peace"),
        ("0.7", "peace"),
        ("0.8", "provocation"),
        (1, "provocation"),
    ],
)
def test_a_probabilistic_commitment_works_inside_the_window(
    game: dt.Game, alpha: Any, event: str
) -> None:
    """alpha_det = 1/2, alpha_ent = 3/4; errors do not matter where both are treated alike."""
    for epsilon, delta in ((0, 0), ("0.3", "0.7")):
        numbers = {**STAKES, "f_A": alpha, "f_P": alpha, "epsilon": epsilon, "delta": delta}
        assert dt.solve(game.at(numbers)).most_and_least(event) == (1, 1)


def test_below_the_window_there_is_no_peace(game: dt.Game) -> None:
    """Who starts is open: with both treated alike the protégé may as well be the first."""
    assert peace(game, f_A="0.45", f_P="0.45", epsilon=0, delta=0) == (0, 0)


@pytest.mark.parametrize("alpha", ["0.5", "0.75"])
def test_at_the_ends_of_the_window_peace_is_one_of_the_equilibria(
    game: dt.Game, alpha: str
) -> None:
    assert peace(game, f_A=alpha, f_P=alpha, epsilon=0, delta=0) == (0, 1)


@pytest.mark.parametrize(
    ("epsilon", "delta", "event"),
    [("0.2", "0.3", "peace"), ("0.8", "0.3", "provocation"), ("0.2", "0.6", "attack")],
)
def test_a_conditional_commitment_needs_a_mechanism_that_is_good_enough(
    game: dt.Game, epsilon: str, delta: str, event: str
) -> None:
    numbers = {**STAKES, "f_A": 1, "f_P": 0, "epsilon": epsilon, "delta": delta}
    assert dt.solve(game.at(numbers)).most_and_least(event) == (1, 1)


def test_the_thresholds_come_out_of_the_tree(game: dt.Game) -> None:
    numbers = {**STAKES, "f_A": "0.6", "f_P": "0.6", "epsilon": "0.2", "delta": "0.3"}
    (equilibrium,) = dt.solve(game.at(numbers))
    region = dt.region(game, equilibrium)
    q, w_0, d, c_a, c_p, f_a, f_p, epsilon, delta = sympy.symbols(
        "q w_0 D c_A c_P f_A f_P epsilon delta", real=True
    )
    alpha_a, alpha_p = (1 - delta) * f_a + delta * f_p, epsilon * f_a + (1 - epsilon) * f_p
    expected = {
        sympy.expand(alpha_a * d - (q - c_a - w_0)),
        sympy.expand(q + c_p - w_0 - alpha_p * d),
    }
    (branch,) = region.branches
    found = {sympy.expand(constraint.expression) for constraint in branch.constraints}
    assert expected <= found


def best_by_linear_program(epsilon: float, delta: float, most: float) -> tuple[float, float, float]:
    """Most of alpha_A, and the commitment, subject to alpha_P at most `most`."""
    found = linprog(
        [-(1 - delta), -delta], A_ub=[[epsilon, 1 - epsilon]], b_ub=[most], bounds=[(0, 1)] * 2
    )
    return -found.fun, *found.x


def test_with_a_gain_from_war_only_conditional_commitments_work(game: dt.Game) -> None:
    """441 mechanisms: peace where the linear program reaches alpha_det, and nowhere else."""
    det, ent = Fraction(1, 2), Fraction(1, 3)
    works = 0
    for epsilon in GRID:
        for delta in GRID:
            # in closed form: raise first what deters more for each unit that it emboldens
            if 1 - delta >= epsilon:
                f_a = min(Fraction(1), ent / epsilon) if epsilon else Fraction(1)
                rest = ent - epsilon * f_a
                f_p = min(Fraction(1), rest / (1 - epsilon)) if epsilon < 1 else Fraction(1)
            else:
                f_p = min(Fraction(1), ent / (1 - epsilon)) if epsilon < 1 else Fraction(1)
                f_a = min(Fraction(1), (ent - (1 - epsilon) * f_p) / epsilon)
            reached = (1 - delta) * f_a + delta * f_p
            by_program, *_ = best_by_linear_program(float(epsilon), float(delta), float(ent))
            assert float(reached) == pytest.approx(by_program, abs=1e-9)
            solution = dt.solve(
                game.at({**STAKES, "c_P": "-0.2"}, f_A=f_a, f_P=f_p, epsilon=epsilon, delta=delta)
            )
            possible = solution.most_and_least("peace")[1] == 1
            assert possible == (reached >= det)
            works += possible
    assert works / 441 == pytest.approx(0.608, abs=5e-4)


def test_no_probabilistic_commitment_works_where_the_window_is_empty(game: dt.Game) -> None:
    for alpha in GRID:
        assert peace(game, c_P="-0.2", f_A=alpha, f_P=alpha, epsilon=0, delta=0)[1] == 0
    assert peace(game, c_P="-0.2", f_A=1, f_P=0, epsilon="0.1", delta="0.2") == (1, 1)
    assert peace(game, c_P="-0.2", f_A="0.833", f_P=0, epsilon="0.4", delta="0.39") == (1, 1)


def test_ambiguity_does_what_no_probability_does_here_too(game: dt.Game) -> None:
    """Section 15: half-width (alpha_det - alpha_ent) / (2 (2 a - 1)), on this tree."""
    middle, gap = Fraction(5, 12), Fraction(1, 6)
    for weight in (Fraction(3, 4), Fraction(1)):
        least = gap / (2 * (2 * weight - 1))
        for step in (-Fraction(1, 100), Fraction(0), Fraction(1, 100)):
            numbers = {**STAKES, "c_P": "-0.2", "f_A": middle, "f_P": middle}
            solution = dt.solve_ambiguous(
                game.at(numbers, epsilon=0, delta=0), "intervenes", least + step, weight
            )
            assert solution.complete
            assert solution.most_and_least("peace")[1] == (step >= 0)
