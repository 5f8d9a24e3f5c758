"""What decides a claim, on made-up claims whose answer is known."""

import numpy as np

from deterrence.oped.deciding import Condition, Inequality, deciding, delimits, unfitted

RNG = np.random.default_rng(0)
STAKES = {name: RNG.random(600) for name in ("v", "a", "phi", "rho")}


def test_the_stakes_that_decide_come_first_with_their_sign() -> None:
    holds = STAKES["a"] - 0.2 * STAKES["rho"] > 0.4
    found = deciding(holds, STAKES)
    assert (found[0].stake, found[1].stake) == ("a", "rho")
    assert found[0].difference > 0.9
    assert found[1].difference < 0
    assert str(found[0]).startswith("a (+")


def test_one_inequality_is_found_where_there_is_one() -> None:
    found = delimits(STAKES["phi"] >= 0.7, STAKES, {})
    assert found is not None
    name, cut = found.text.split(" > ")
    assert name == "phi"
    assert abs(float(cut) - 0.7) < 0.03
    assert found.agrees > 0.97


def test_a_margin_is_preferred_to_stakes_that_only_go_with_it() -> None:
    margin = STAKES["v"] * STAKES["a"] - 0.3 * STAKES["rho"]
    found = delimits(margin > 0, STAKES, {"force beats aid": margin})
    assert found is not None
    assert found.text == "[force beats aid]"
    assert found.agrees == 1


def test_two_conditions_together() -> None:
    holds = (STAKES["v"] >= 0.5) & (STAKES["a"] >= 0.5)
    found = delimits(holds, STAKES, {})
    assert found is not None
    assert found.joins == ("and",)
    assert {one.quantity for one in found.conditions} == {"v", "a"}
    assert found.agrees > 0.95


def test_three_conditions_where_it_takes_three_and_they_are_read_from_the_left() -> None:
    """(v and a) or phi, of which no two say as much; what is written is what is evaluated."""
    true = {name: np.where(STAKES[name] > 0.5, 1.0, -1.0) for name in ("v", "a", "phi")}
    holds = ((true["v"] > 0) & (true["a"] > 0)) | (true["phi"] > 0)
    found = delimits(holds, {}, {f"{name} is high": column for name, column in true.items()})
    assert found is not None
    assert found.agrees == 1
    assert found.text.startswith("([")
    assert found.text.endswith("or [phi is high]")
    again = found.at({f"{name} is high": column for name, column in true.items()})
    assert (again == holds).all()


def test_how_conditions_are_written_and_evaluated() -> None:
    conditions = (
        Condition("attack(none) > attack(strong)", above=False),
        Condition("attack(none) >= 0.5", above=True),
        Condition("phi", above=False, cut=0.3),
        Condition("force beats aid", above=False),
        Condition("phi", above=True, cut=0.3),
    )
    written = [
        "not [attack(none) > attack(strong)]",
        "attack(none) >= 0.5",
        "phi <= 0.3",
        "not [force beats aid]",
        "phi > 0.3",
    ]
    assert [str(one) for one in conditions] == written
    numbers = {one.quantity: np.array([-1.0, 0.4]) for one in conditions}
    assert conditions[0].at(numbers).tolist() == [True, False]
    assert conditions[2].at(numbers).tolist() == [True, False]
    assert conditions[4].at(numbers).tolist() == [False, True]
    rule = Inequality("", 1.0, conditions[2:5:2], ("or",))
    assert rule.at(numbers).tolist() == [True, True]
    assert rule.document()["conditions"][0] == {"quantity": "phi", "above": False, "cut": 0.3}


def test_a_condition_more_has_to_pay() -> None:
    """One mistake in a hundred, made with another stake, is not worth a second condition."""
    holds = (STAKES["phi"] >= 0.5) & ~((STAKES["rho"] > 0.99) & (STAKES["v"] > 0.5))
    found = delimits(holds, STAKES, {"phi is high": STAKES["phi"] - 0.5})
    assert found is not None
    assert found.text == "[phi is high]"


def test_noise_is_not_called_an_inequality_that_is_right() -> None:
    holds = np.random.default_rng(1).random(600) < 0.5
    found = delimits(holds, STAKES, {})
    assert found is not None
    assert found.agrees < 0.62  # judged at points that it was not fitted to


def test_too_few_points_on_one_side() -> None:
    holds = np.zeros(600, dtype=bool)
    holds[:10] = True
    assert delimits(holds, STAKES, {}) is None


def test_what_was_written_down_before_is_judged_at_all_points() -> None:
    """12 of 40 points fail; the statement is wrong at 3 of these, and at 7 of the other 28."""
    holds = np.arange(40) >= 12
    says = holds.copy()
    says[:3], says[12:19] = True, False
    found = unfitted("a = b", holds, {"a = b": np.where(says, 1.0, -1.0)})
    assert found is not None
    assert found.agrees == (9 / 12 + 21 / 28) / 2
    assert not found.fitted
    assert str(found).startswith("a = b (right at 75% of points, nothing being fitted")
    assert found.document()["fitted"] is False
    assert unfitted("a = b", np.arange(40) >= 9, {"a = b": np.ones(40)}) is None
