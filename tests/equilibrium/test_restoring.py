import math

import pytest
from scipy.stats import uniform

import deterrence as dt
from deterrence.errors import LabelError

AT_LEAST = dt.ContributionGame.at_least


def test_the_volunteers_penalty_in_closed_form() -> None:
    """a = K (1-t)^(-(n-1)/n) - U, here .892872 for U = 1, K = .3, n = 5, t = .9."""
    game = AT_LEAST(1, 5, 1.0, uniform(0.3 - 1e-9, 2e-9))
    found = dt.restoring_penalty(game, 0.9)
    assert found.penalty == pytest.approx(0.892872, abs=1e-6)
    assert found.reached == pytest.approx((found.penalty,) * 2, abs=1e-6)
    assert found.secure == pytest.approx((found.penalty,) * 2, abs=1e-6)


@pytest.mark.parametrize("on", ["failure", "shirking"])
@pytest.mark.parametrize(
    "game",
    [
        AT_LEAST(1, 5, 1.0, uniform(0.2, 0.4)),
        AT_LEAST(3, 5, 1.0, uniform(0.2, 0.4)),
        AT_LEAST(4, 5, 0.5, uniform(0.0, 0.4), shirking=0.05),
        dt.VotingGame(3, 5, 0.2, uniform(0.1, 0.5)),
        dt.VotingGame(5, 5, 0.2, uniform(0.1, 0.5), 0.05),
    ],
)
def test_penalties_do_what_they_promise(game, on: str) -> None:
    target, margin = 0.9, 1e-5
    found = dt.restoring_penalty(game, target, on)
    assert found.penalty > 0

    def responses(penalty: float) -> list[float]:
        solved = dt.threshold_equilibria(punished(game, on, penalty))
        assert solved.complete
        return [e.response for e in solved if e.pivotal]

    assert any(r == pytest.approx(target, abs=1e-9) for r in responses(found.penalty))
    assert max(responses(found.reached[1] + margin)) >= target
    if found.reached[0] > margin:
        assert max(responses(found.reached[0] - margin)) < target
    if found.secure[1] < math.inf:
        assert min(responses(found.secure[1] + margin)) >= target
        assert min(responses(max(found.secure[0] - margin, 0))) < target
    else:  # nobody gives because nobody else does, whatever failure costs
        assert min(responses(100.0)) < target


def punished(game, on: str, penalty: float):
    if isinstance(game, dt.VotingGame):
        benefit = game.benefit + penalty * (on == "failure")
        shirking = game.shirking + penalty * (on == "shirking")
        return dt.VotingGame(game.needed, game.n, benefit, game.cost, shirking)
    values = [
        v - penalty * (on == "failure" and s < game.needed) for s, v in enumerate(game.values)
    ]
    shirking = game.shirking + penalty * (on == "shirking")
    return dt.ContributionGame(values, game.cost, shirking, game.needed)


def test_no_penalty_where_none_is_needed() -> None:
    found = dt.restoring_penalty(AT_LEAST(1, 5, 1.0, uniform(0.0, 0.1)), 0.5)
    assert found.penalty < 0
    assert found.reached == (0.0, 0.0)
    assert found.secure == (0.0, 0.0)


def test_an_unknown_thing_to_punish() -> None:
    with pytest.raises(LabelError, match="shirking"):
        dt.restoring_penalty(AT_LEAST(1, 2, 1.0, uniform(0, 1)), 0.5, "failing")
