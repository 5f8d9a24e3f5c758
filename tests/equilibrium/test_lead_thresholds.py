import pytest
from scipy.stats import uniform

import deterrence as dt
from deterrence.equilibrium.threshold_certificate import check_leader

AT_LEAST = dt.ContributionGame.at_least


def test_the_lead_by_hand() -> None:
    """Costs uniform on [0, 2], U = 1: the follower volunteers up to 1 if nobody did (q = 1/2).

    Leading brings 1, waiting 1/2, so the leader's cutpoint is 1/2 and it acts with 1/4.
    """
    (only,) = dt.lead_equilibria(AT_LEAST(1, 2, 1.0, uniform(0, 2)))
    assert (only.cutpoint, only.probability) == (0.5, 0.25)
    assert only.numbers == pytest.approx([0.75 * 0.5, 0.25 + 0.75 * 0.5, 0.0])
    assert only.response == pytest.approx(0.625)
    assert only.certificate.holds
    for wrong in ((0.6, 0.3, 0.0, 0.5), (0.5, 0.3, 0.0, 0.5), (0.5, 0.25, 0.0, 0.4)):
        assert not check_leader(only.game, *wrong).holds
    many = dt.lead_equilibria(AT_LEAST(1, 400, 1.0, uniform(0.1, 0.5)))[0]
    assert not many.certificate.exact


def test_leaders_with_several_continuations() -> None:
    """Two of two followers are needed besides the leader: both continuations are kept."""
    game = dt.ContributionGame([0, 0, 0, 2.0], uniform(0.1, 0.5), needed=3)
    found = dt.lead_equilibria(game)
    assert found.complete
    # after the leader acts: nobody; 2 q = 0.1 + 0.5 q at 1/15; all. Without it nobody acts.
    after = [e.after_act.probability for e in found]
    assert after == pytest.approx([0, 1 / 15, 1], abs=1e-12)
    assert [e.cutpoint for e in found] == pytest.approx([0, 2 / 225, 2], abs=1e-12)
    assert [e.response for e in found] == pytest.approx([0, 0, 1], abs=1e-12)


def test_the_lead_is_the_tree_with_two_types() -> None:
    from deterrence.oped.coalition_response import Coalition

    numbers = dt.arrangement("ksc").values(strength="0.5", k_irresolute="0.45")
    floats = {name: float(x) for name, x in numbers.items()}
    width, phi = 1e-8, floats["phi"]
    low, high = floats["k_resolved"], floats["k_irresolute"]
    edges = [low - width, low + width, high - width, high + width]
    costs = dt.StepDensity(edges, [phi, 0.0, 1 - phi])
    game = Coalition(3, "lead", "summation", floats, 0.1).game()
    (only,) = dt.lead_equilibria(dt.ContributionGame(game.values, costs, game.shirking))
    tree = dt.coalition_game(3, "lead", fixed={"challenge": "attack"})
    found = dt.solve(tree.at(numbers, bilateral="0.1"))
    assert found.complete
    responses = [found.most_and_least("response"), found.most_and_least("all-act")]
    assert responses[0] == pytest.approx((only.response,) * 2, abs=1e-5)
    assert responses[1] == pytest.approx((only.numbers[3],) * 2, abs=1e-5)
