"""Trigger ambiguity as two chances of cover, and back."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import ParameterError
from deterrence.guarantee.ambiguity import finding_group
from deterrence.guarantee.cover import cover
from deterrence.guarantee.payoffs import ATTACK, PREPARATIONS, PROBE
from deterrence.guarantee.stage_input import TYPES

shares = st.fractions(0, 1, max_denominator=40)
inner = st.fractions(Fraction(1, 40), Fraction(39, 40), max_denominator=40)


@given(shares, inner, inner)
@settings(max_examples=12, deadline=None)
def test_the_chances_are_those_of_the_games_own_formula(
    ambiguity: Fraction, threshold: Fraction, sigma: Fraction
) -> None:
    numbers = {"trigger_ambiguity": ambiguity, "threshold": threshold, "sigma": sigma}
    found = dt.chances_of_cover(numbers)
    kept = PREPARATIONS["keep, restrained"]
    for challenge, chance in ((PROBE, found.probe), (ATTACK, found.attack)):
        formula = cover(challenge, kept).subs(
            {name: sympy.Rational(str(x)) for name, x in numbers.items()}
        )
        assert Fraction(str(formula)) == chance


@given(shares, shares, inner)
@settings(max_examples=50, deadline=None)
def test_a_wanted_pair_is_met_or_out_of_reach(
    probe: Fraction, attack: Fraction, sigma: Fraction
) -> None:
    steep = probe < (1 - sigma) / 2 + sigma * attack or attack == 1
    reachable = attack > Fraction(1, 2) and steep
    if reachable or probe == attack == Fraction(1, 2):
        held = dt.trigger_for(probe, attack, sigma=sigma)
        again = dt.chances_of_cover(
            {
                "trigger_ambiguity": held.trigger_ambiguity,
                "threshold": held.threshold,
                "sigma": sigma,
            }
        )
        assert (again.probe, again.attack) == (probe, attack)
    else:
        with pytest.raises(ParameterError):
            dt.trigger_for(probe, attack, sigma=sigma)


@given(shares, inner, inner)
@settings(max_examples=50, deadline=None)
def test_what_is_refused_is_what_no_arrangement_gives(
    ambiguity: Fraction, threshold: Fraction, sigma: Fraction
) -> None:
    found = dt.chances_of_cover(
        {"trigger_ambiguity": ambiguity, "threshold": threshold, "sigma": sigma}
    )
    held = dt.trigger_for(found.probe, found.attack, sigma=sigma)
    assert (held.probe, held.attack) == (found.probe, found.attack)
    assume(found.probe > 0 and found.attack < 1 and ambiguity < 1)
    assert (held.trigger_ambiguity, held.threshold) == (ambiguity, threshold)


@pytest.mark.parametrize(
    ("numbers", "text"),
    [
        ({"sigma": "0.3"}, "trigger_ambiguity, threshold missing"),
        ({"trigger_ambiguity": 2, "threshold": "0.5", "sigma": "0.3"}, "between 0 and 1"),
        ({"trigger_ambiguity": 0, "threshold": 1, "sigma": "0.3"}, "strictly between"),
    ],
)
def test_bad_numbers_are_refused(numbers: dict[str, Any], text: str) -> None:
    with pytest.raises(ParameterError, match=text):
        dt.chances_of_cover(numbers)


def test_findings_of_one_kind_are_one_group() -> None:
    after = "keep, restrained"
    direct = finding_group(("resolved, security", after, "attack"))
    assert direct == finding_group(("irresolute, revisionist", after, "attack"))
    assert direct != finding_group(("resolved, security", "neglect, restrained", "attack"))
    assert finding_group((after, "probe")) == (after, "probe")
    later = finding_group((after, "probe", "covered", "aid", "attack"))
    assert later == (after, "attack after probe")
    aid = [
        finding_group((f"{k}, security", after, "attack", "covered")) for k in TYPES["Guarantor"]
    ]
    assert aid == [(after, "resolved", "aid"), (after, "irresolute", "aid")]
