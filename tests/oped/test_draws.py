from fractions import Fraction

import numpy as np
import pytest

from deterrence.errors import InputError
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.oped.draws import draw_stakes


def test_every_stake_is_drawn_from_its_range_and_no_instrument() -> None:
    drawn = draw_stakes(500, rng=3)
    stakes = {name: p for name, p in PARAMETERS.items() if p.kind == "stake"}
    assert all(row.keys() == stakes.keys() for row in drawn)
    for name, p in stakes.items():
        values = [row[name] for row in drawn]
        assert all(p.admits(value) for value in values)
        # the mean of 500 even draws is within 5 of its standard errors, span / sqrt(12 * 500)
        middle, span = (p.low + p.high) / 2, p.high - p.low
        assert abs(sum(values) / 500 - middle) < 5 * float(span) / (12 * 500) ** 0.5


def test_draws_are_short_decimals() -> None:
    for value in draw_stakes(20, rng=1)[-1].values():
        assert isinstance(value, Fraction)
        assert (value * 10**6).denominator == 1


def test_the_same_seed_draws_the_same_and_more_draws_begin_alike() -> None:
    assert draw_stakes(3, rng=0) == draw_stakes(3, rng=0)
    assert draw_stakes(5, rng=0)[:3] == draw_stakes(3, rng=0)
    assert draw_stakes(3, rng=0) == draw_stakes(3, rng=np.random.default_rng(0))
    assert draw_stakes(3, rng=0) != draw_stakes(3, rng=1)


def test_without_a_seed_draws_differ() -> None:
    assert draw_stakes(1) != draw_stakes(1)


@pytest.mark.parametrize("draws", [0, -1, 1.5, True, "3", 10**9])
def test_a_number_of_draws_that_is_none(draws: object) -> None:
    with pytest.raises(InputError, match="whole number from 1"):
        draw_stakes(draws, rng=0)


@pytest.mark.parametrize("seed", [-1, 1.5, "zero"])
def test_a_seed_that_is_none(seed: object) -> None:
    with pytest.raises(InputError, match="whole number from 0"):
        draw_stakes(1, rng=seed)
