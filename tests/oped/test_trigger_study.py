"""Trigger ambiguity raised with one of the two chances of cover held."""

from __future__ import annotations

import dataclasses
from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.trigger_study import PATHS

STAGES = ("types", "challenge", "finding", "response")


@pytest.fixture(scope="module")
def small() -> Scenario:
    fixed = {"preparation": "keep, restrained"}
    return dataclasses.replace(dt.arrangement("oped"), stages=STAGES, fixed=fixed)


def test_what_is_held_stays_and_the_other_moves(small: Scenario) -> None:
    study = dt.trigger_study(small, ["0.3", "0.5", "0.7"], jobs=1)
    assert study.complete
    start = dt.chances_of_cover(small.values())
    both, attack, probe = (study.path(p) for p in PATHS)
    assert [s.trigger.threshold for s in both] == [Fraction(1, 2)] * 3
    assert {s.trigger.attack for s in attack} == {start.attack}
    assert {s.trigger.probe for s in probe} == {start.probe}
    # more ambiguity: the probe likelier, the attack less likely to be covered
    for steps, name, sign in ((both, "probe", 1), (attack, "probe", 1), (probe, "attack", -1)):
        chances = [sign * getattr(s.trigger, name) for s in steps]
        assert chances == sorted(chances)
        assert chances[0] < chances[-1]


def test_every_point_is_the_game_at_its_numbers(small: Scenario) -> None:
    study = dt.trigger_study(small, ["0.3", "0.6"], ["attack", "probe", "Russia"], jobs=1)
    for step in study.steps:
        solution = dt.solve(
            small.game(
                trigger_ambiguity=step.trigger.trigger_ambiguity, threshold=step.trigger.threshold
            )
        )
        for name in ("attack", "probe", "Russia"):
            low, high = solution.most_and_least(name)
            assert step.result.least[name] == pytest.approx(low)
            assert step.result.most[name] == pytest.approx(high)


def test_with_the_attacks_cover_held_an_attack_is_worth_the_same(small: Scenario) -> None:
    """Without a test, trigger ambiguity cannot bear on attacking but through that one chance."""
    sharp = {"m_force": "1", "b_revisionist": "2.5"}  # an attack that pays
    study = dt.trigger_study(small, ["0.4", "0.5", "0.6"], jobs=1, **sharp)
    assert study.effect("attack's cover held", "attack") == ("same", "same")
    assert study.steps[0].result.least["attack"] > 0
    frame = study.to_frame()
    assert list(frame.columns[:5]) == [
        "held",
        "trigger_ambiguity",
        "threshold",
        "C_probe",
        "C_attack",
    ]
    assert "attack's cover held" in str(study)


def test_values_out_of_reach_are_left_out_of_their_path(small: Scenario) -> None:
    study = dt.trigger_study(small, ["0.9"], jobs=1)
    assert len(study.path("threshold held")) == 1
    assert study.path("attack's cover held") == ()
    assert "no value of trigger ambiguity is in reach" in study.summary()


def test_bad_input_is_refused(small: Scenario) -> None:
    for values in ([], [0], [1], ["0.5", "1.2"]):
        with pytest.raises(InputError, match="strictly between 0 and 1"):
            dt.trigger_study(small, values)
    with pytest.raises(LabelError, match="unknown outcome"):
        dt.trigger_study(small, ["0.5"], ["atack"])
    study = dt.trigger_study(small, ["0.5"], ["attack"], jobs=1)
    with pytest.raises(LabelError, match="unknown path"):
        study.effect("nothing held", "attack")
    with pytest.raises(LabelError, match="unknown outcome"):
        study.effect("threshold held", "probe")
