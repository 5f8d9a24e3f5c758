import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.oped.regimes import REGIMES, challenge_regime

PROBABILITIES = st.sampled_from([0.0, 0.25, 1.0])


@st.composite
def outcomes(draw: st.DrawFn) -> dict[str, float]:
    """Give probabilities as a game may have them: war is the part of attacks met with force."""
    attack = draw(PROBABILITIES)
    war = attack * draw(PROBABILITIES)
    return {"probe": draw(PROBABILITIES), "attack": attack, "great-power-war": war}


@pytest.mark.parametrize(
    ("outcome", "regime"),
    [
        ({"probe": 0.0, "attack": 0.0}, "quiet"),
        ({"probe": 1e-12, "attack": 1e-12}, "quiet"),
        ({"probe": 0.1, "attack": 0.0}, "probes"),
        ({"probe": 0.1, "attack": 0.1, "great-power-war": 0.0}, "attacks"),
        ({"probe": 0.0, "attack": 1.0, "great-power-war": 0.01}, "war"),
        ({"attack": 1.0}, "attacks"),
        ({}, "quiet"),
    ],
)
def test_regimes(outcome: dict[str, float], regime: str) -> None:
    assert challenge_regime(outcome) == regime
    assert regime in REGIMES


@given(outcomes(), outcomes(), st.sampled_from([0.25, 0.5, 0.75]))
def test_a_mixture_has_the_regime_of_one_of_its_parts(
    one: dict[str, float], other: dict[str, float], share: float
) -> None:
    mixed = {name: share * one[name] + (1 - share) * other[name] for name in one}
    assert challenge_regime(mixed) in {challenge_regime(one), challenge_regime(other)}
