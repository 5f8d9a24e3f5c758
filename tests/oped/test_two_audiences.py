"""No common probability of cover deters and restrains; an interval does; so does conditionality."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import deterrence as dt
from deterrence.errors import InputError
from deterrence.guarantee.ambiguity import COVERED, finding_group
from deterrence.guarantee.parameters import PARAMETERS

STAGES = ("types", "preparation", "challenge", "finding", "response")
# within the plausible ranges; everything else as in the op-ed's row and at default stakes
CHANGES: dict[str, Any] = {"conditionality": 0, "w": "0.25", "rho": "0.35"}
STEP = Fraction(1, 200)


@pytest.fixture(scope="module")
def without_test() -> dt.Game:
    return dt.guarantee_game(STAGES)


def at(game: dt.Game, attack: Fraction, **changes: Any) -> dt.Game:
    """The game in which an attack is covered with this chance and a probe as in the op-ed's row."""
    values = dt.arrangement("oped").values(**{**CHANGES, **changes})
    held = dt.trigger_for(dt.chances_of_cover(values).probe, attack, sigma=values["sigma"])
    return game.at(
        {**values, "trigger_ambiguity": held.trigger_ambiguity, "threshold": held.threshold}
    )


def test_the_stakes_lie_in_the_plausible_ranges() -> None:
    for name, value in CHANGES.items():
        assert PARAMETERS[name].admits(Fraction(value))


def test_no_common_probability_deters_and_restrains(without_test: dt.Game) -> None:
    found = dt.cover_thresholds(**CHANGES)
    assert found.conflict
    assert Fraction(1, 2) < found.deter < found.bold < 1
    grid = [Fraction(k, 40) for k in range(21, 40)]
    edges = [found.deter + k * STEP for k in (-1, 0, 1)] + [found.bold + k * STEP for k in (-1, 1)]
    for p in sorted([*grid, *edges]):
        solution = dt.solve(at(without_test, p))
        assert solution.complete
        low, high = solution.most_and_least("provocation")
        assert (low, high) == (1, 1)  # whatever deters, Ukraine provokes
        attacks = 0 if p > found.bold else pytest.approx(0.35)
        assert solution.most_and_least("attack")[1] == attacks


def test_deter_is_where_an_attack_on_a_restrained_ukraine_stops_paying() -> None:
    found = dt.cover_thresholds(**CHANGES)
    game = dt.guarantee_game(STAGES, fixed={"preparation": "keep, restrained"})
    for step, attacks in ((-STEP, 1), (STEP, 0)):
        for e in dt.solve(at(game, found.deter + step)):
            assert e.strategy["Russia"][("revisionist",)]["attack"] == attacks


@pytest.mark.parametrize("attitude", [1, Fraction(9, 10)])
def test_an_interval_does_from_the_closed_forms_width_on(
    without_test: dt.Game, attitude: Any
) -> None:
    found = dt.cover_thresholds(**CHANGES)
    least = found.least_half_width(attitude)
    assert least == (found.deter - found.restrain) / (2 * (2 * Fraction(attitude) - 1))
    game = at(without_test, found.middle)
    for step, restrained in ((-STEP, False), (STEP, True)):

        def width(history: tuple[Any, ...], half: Fraction = least + step) -> Any:
            return half if history[-1] == "attack" else 0

        solution = dt.solve_opening(game, "Ukraine", COVERED, width, attitude, groups=finding_group)
        assert solution.complete
        expected = ("keep, restrained",) if restrained else ("keep, provocative",)
        assert solution.playable == expected
        assert solution.most_and_least("provocation") == ((0, 0) if restrained else (1, 1))
        if restrained:
            assert solution.most_and_least("attack") == (0, 0)


def test_conditionality_alone_does_it_too(without_test: dt.Game) -> None:
    found = dt.cover_thresholds(**CHANGES)
    p = found.deter + STEP
    least = found.least_conditionality(p)
    for step, peaceful in ((-STEP, False), (STEP, True)):
        solution = dt.solve(at(without_test, p, conditionality=least + step))
        assert solution.complete
        assert solution.most_and_least("provocation") == ((0, 0) if peaceful else (1, 1))
        assert (solution.most_and_least("attack")[1] == 0) is peaceful


def test_where_there_is_no_conflict_nothing_is_needed() -> None:
    calm = dt.cover_thresholds(conditionality=0)  # at default stakes Ukraine hardly gains
    assert not calm.conflict
    assert calm.least_half_width() == 0
    assert calm.least_conditionality(calm.deter) == 0


def test_what_the_formulas_do_not_cover_is_refused() -> None:
    found = dt.cover_thresholds(**CHANGES)
    for attitude in ("0.5", "0.2", "1.5"):
        with pytest.raises(InputError, match="lean to their worst case"):
            found.least_half_width(attitude)
    with pytest.raises(InputError, match="does not deter"):
        found.least_conditionality(found.deter - STEP)
    with pytest.raises(InputError, match="does the same either way"):
        dt.cover_thresholds(strength=0)
    with pytest.raises(InputError, match="security-seeking"):
        dt.cover_thresholds(**CHANGES, b_security=1, t="0.2", c_0="0.1")


# within the plausible ranges, found by drawing them
WITH_TEST: dict[str, Any] = {
    "conditionality": 0,
    **{"m0": "0.715", "m_d": "0.463", "m_pi": "0.983", "m_aid": "0.607", "m_force": "1.347"},
    **{"m_w": "0.101", "v": "0.3", "k_A": "0.17", "k_resolved": "0.34", "k_irresolute": "0.681"},
    **{"a": "0.449", "b_revisionist": "1.292", "b_security": "0.89", "c_0": "0.294"},
    **{"c_A": "0.16", "c_F": "0.92", "c_U": "0.134", "c_d": "0.036", "c_q": "0.007"},
    **{"w": "0.281", "t": "0.033", "sigma": "0.44", "phi": "0.56", "rho": "0.48"},
    **{"c_pi": "0.132", "y": "0.889"},
}


@pytest.mark.slow
def test_with_a_test_in_the_tree_there_are_stakes_too() -> None:
    """The whole tree: a wide interval deters and restrains, and no chance on a grid does."""
    assert all(PARAMETERS[name].admits(Fraction(value)) for name, value in WITH_TEST.items())
    game = dt.guarantee_game()
    for p in (Fraction(k, 40) for k in range(21, 40)):
        solution = dt.solve(at(game, p, **WITH_TEST))
        assert solution.complete
        assert all(o["attack"] + o["provocation"] > 1e-3 for o in solution.outcomes())
    opened = dt.solve_opening(
        at(game, Fraction(51, 100), **WITH_TEST),
        "Ukraine",
        COVERED,
        lambda history: Fraction(48, 100) if history[-1] == "attack" else 0,
        groups=finding_group,
    )
    assert opened.complete
    assert opened.most_and_least("attack") == pytest.approx((0, 0))
    assert opened.most_and_least("provocation") == pytest.approx((0, 0))
