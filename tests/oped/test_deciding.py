"""What decides a claim, on made-up claims whose answer is known."""

import numpy as np

from deterrence.oped.deciding import deciding, delimits

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
    name, cut = found.text.split(" >= ")
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
    assert " and " in found.text
    assert {part.split(" ")[0] for part in found.text.split(" and ")} == {"v", "a"}
    assert found.agrees > 0.95


def test_noise_is_not_called_an_inequality_that_is_right() -> None:
    holds = np.random.default_rng(1).random(600) < 0.5
    found = delimits(holds, STAKES, {})
    assert found is not None
    assert found.agrees < 0.62  # judged at points that it was not fitted to


def test_too_few_points_on_one_side() -> None:
    holds = np.zeros(600, dtype=bool)
    holds[:10] = True
    assert delimits(holds, STAKES, {}) is None
