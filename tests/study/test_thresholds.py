"""Thresholds along one parameter against hand analysis and complete solutions."""

import pytest

import deterrence as dt
from deterrence.errors import ParameterError
from deterrence.guarantee.parameters import defaults
from deterrence.study.regimes import regimes_at
from tests.study.small_games import chicken


def test_a_threshold_of_chicken_is_where_the_prize_is_zero():
    found = dt.thresholds(chicken(), "prize", fixed={"pain": 1}, jobs=1)
    assert len(found) == 2
    assert found.attrs["width"] < 1e-5
    assert found["to"][0] <= 0 <= found["from"][1]
    assert found["regime"][0] == "force"
    assert found["regime"][1].count(" | ") == 2
    assert "missed 0" in found.attrs["audit"]
    low, high = chicken().ranges["prize"]
    assert (found["from"][0], found["to"][1]) == (low, high)


def test_a_threshold_at_the_very_end_is_no_interval_of_its_own():
    found = dt.thresholds(chicken(), "prize", (0, 1), fixed={"pain": 1}, jobs=1)
    assert len(found) == 1
    assert 0 <= found["from"][0] < 1e-5
    assert found["to"][0] == 1


def test_the_crisis_changes_where_complete_solutions_change():
    game = dt.guarantee_game(["types", "challenge", "finding", "response"])
    values = {name: value for name, value in defaults().items() if name in game.parameters}
    found = dt.thresholds(game, "strength", fixed=values, jobs=1)
    assert len(found) > 2
    for _, row in found.iterrows():
        for share in (0.01, 0.5, 0.99):
            strength = round(row["from"] + share * (row["to"] - row["from"]), 9)
            solution = dt.solve(game.at({**values, "strength": strength}))
            names = regimes_at(solution.outcomes(), game.structure.event_names)
            assert " | ".join(names) == row["regime"]
            low, high = solution.envelope()["attack"]
            assert row["attack (least)"] - 1e-9 <= low
            assert high <= row["attack (most)"] + 1e-9


def test_bad_requests():
    with pytest.raises(ParameterError, match="Did you mean 'prize'"):
        dt.thresholds(chicken(), "price")
    with pytest.raises(ParameterError, match="low before high"):
        dt.thresholds(chicken(), "prize", (1, 0), fixed={"pain": 1})
