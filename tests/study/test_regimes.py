import pytest
from hypothesis import given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.study.regimes import classifier, pattern_of, regime_of, regimes_at
from tests.study.small_games import chicken, pay

EVENTS = ("probe", "attack", "force")
outcomes = st.fixed_dictionaries({event: st.sampled_from([0.0, 0.3, 0.7, 1.0]) for event in EVENTS})


@given(outcomes, outcomes)
def test_two_outcomes_share_a_label_exactly_if_they_share_a_pattern(one, other):
    same = pattern_of(one, EVENTS) == pattern_of(other, EVENTS)
    assert (regime_of(one, EVENTS) == regime_of(other, EVENTS)) == same


def test_the_label_says_always_and_sometimes():
    assert regime_of({"probe": 1.0, "attack": 0.2, "force": 0.1}, EVENTS) == (
        "probe; sometimes attack, force"
    )
    assert regime_of({"probe": 0.0, "attack": 0.0, "force": 0.5}, EVENTS) == "sometimes force"
    assert regime_of(dict.fromkeys(EVENTS, 0.0), EVENTS) == "no event"


def test_rounding_is_no_regime():
    assert regime_of({"probe": 1 - 1e-13, "attack": 1e-13}, ("probe", "attack")) == "probe"


def test_regimes_are_sorted_and_distinct():
    found = regimes_at([{"attack": 0.2}, {"attack": 1.0}, {"attack": 0.9}], ["attack"])
    assert found == ("attack", "sometimes attack")


def test_a_function_may_tell_regimes_apart():
    def size(outcome):
        return "war" if outcome["attack"] > 0.5 else "peace"

    assert regimes_at([{"attack": 0.2}, {"attack": 1.0}], size) == ("peace", "war")
    assert classifier(chicken(), size) is size


@pytest.mark.parametrize("label", ["", "  ", "war | peace", None, 3])
def test_a_label_that_could_not_be_read_again_is_refused(label):
    with pytest.raises(InputError, match="label"):
        regimes_at([{"attack": 0.2}], lambda outcome: label)


def test_players_whose_chance_differs_agree_on_what_can_happen():
    chance = dt.Chance(
        {
            "war": ({"Russia": "1/4", "Guarantor": "3/4"}, pay(0, 0, "attack")),
            "peace": ({"Russia": "3/4", "Guarantor": "1/4"}, pay(0, 0)),
        }
    )
    game = dt.Game(("Russia", "Guarantor"), chance)
    (outcome,) = dt.solve(game).outcomes()
    assert "attack" not in outcome  # it has one probability by player
    assert regimes_at([outcome], ["attack"]) == ("sometimes attack",)


def test_events_are_checked_against_the_game():
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        classifier(chicken(), ["attak"])
    assert classifier(chicken(), "attack")({"attack": 1.0, "force": 1.0}) == "attack"
    assert classifier(chicken(), None)({"attack": 1.0, "force": 1.0}) == "attack, force"
