from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError, ParameterError
from deterrence.oped.survival import long_run_values, survival

SOME = {name: dt.arrangement(name) for name in ("ksc", "nato")}


@pytest.fixture(scope="module")
def found():
    return survival(SOME, 6, levels=1)


@pytest.fixture(scope="module")
def drawn():
    return survival(SOME, 3, draws=5, rng=0, levels=0, war="absorbing")


def test_curves_fall_from_one_and_least_is_below_most(found):
    for side in ("least", "most"):
        curve = found.grid[side].values
        assert np.all(curve[:, :, 0] == 1)
        assert np.all(np.diff(curve, axis=2) <= 1e-12)
    assert np.all(found.grid["least"] <= found.grid["most"] + 1e-12)
    assert found.complete
    assert repr(found).endswith("at default stakes, all pure equilibria>")


def test_types_of_russia_are_mixed_by_its_prior(found):
    values = long_run_values(dt.arrangement("ksc"))
    curves = [
        dt.solve(dt.long_run_game(levels=1, russia=kind).at(values)).survival("attack", 6)[0]
        for kind in ("revisionist", "security")
    ]
    rho = float(values["rho"])
    expected = rho * curves[0] + (1 - rho) * curves[1]
    assert found.grid["least"].sel(arrangement="ksc", draw=0).values == pytest.approx(expected)


def test_the_table_says_when_attacks_come(found):
    frame = found.to_frame()
    assert list(frame.columns)[:4] == [
        "attack in 1 y (least)",
        "attack in 1 y (most)",
        "attack in 5 y (least)",
        "attack in 5 y (most)",
    ]  # ten years were not solved for
    one = found.grid["most"].sel(arrangement="nato", draw=0, year=5)
    assert frame.loc["nato", "attack in 5 y (least)"] == pytest.approx(1 - float(one))
    with pytest.raises(InputError, match="year 7"):
        found.attacked(7)


def test_hazards_multiply_to_the_curve(found):
    hazards = found.hazards()["of the most curve"].sel(arrangement="ksc").values
    most = found.grid["most"].sel(arrangement="ksc", draw=0).values
    assert np.cumprod(1 - hazards) == pytest.approx(most[1:])


def test_draws_are_the_same_for_all_and_from_the_seed(drawn):
    again = survival(SOME, 3, draws=5, rng=0, levels=0, war="absorbing")
    assert drawn.grid.equals(again.grid)
    assert len(drawn.stakes) == 5
    assert {"m0", "rho", "recon_y", "delta_R"} <= set(drawn.stakes.columns)
    assert not {"sigma", "c_q", "h_end", "kept", "terms", "strength"} & set(drawn.stakes.columns)
    frame = drawn.to_frame([1])
    assert next(iter(frame.columns)) == "attack in 1 y (least, 5 %)"
    assert (frame["attack in 1 y (least, 5 %)"] <= frame["attack in 1 y (least, 95 %)"]).all()


def test_what_is_set_is_not_drawn():
    found = survival(
        SOME, 1, draws=2, rng=0, changes={"m0": "0.9", "h_end": 0}, levels=0, war="absorbing"
    )
    assert "m0" not in found.stakes.columns
    free = survival(SOME, 1, draws=2, rng=0, levels=0, war="absorbing")
    assert found.stakes["rho"].tolist() == free.stakes["rho"].tolist()


def test_drivers_are_rank_correlations(drawn):
    from scipy.stats import spearmanr

    at = drawn.attacked(3)
    middle = ((at["least"] + at["most"]) / 2).sel(arrangement="ksc").values
    if np.ptp(middle) > 0:
        expected = spearmanr(drawn.stakes["rho"], middle).statistic
        assert drawn.drivers(3).loc["rho", "ksc"] == pytest.approx(expected)
    assert list(drawn.drivers(3)["mean"].dropna()) == sorted(
        drawn.drivers(3)["mean"].dropna(), reverse=True
    )


def test_default_stakes_have_no_drivers(found):
    with pytest.raises(InputError, match="draws=200"):
        found.drivers()


def test_an_arrangements_values_are_its_instruments_duration_and_changes():
    values = long_run_values(dt.arrangement("bilateral"), {"ambiguity": "0.3", "h_gov": "0.1"})
    assert values["h_end"] == Fraction(1, 10)
    assert values["trigger_ambiguity"] == values["response_ambiguity"] == Fraction(3, 10)
    assert values["h_gov"] == Fraction(1, 10)
    with pytest.raises(ParameterError, match="h_gov = 2"):
        long_run_values(dt.arrangement("nato"), {"h_gov": 2})
    with pytest.raises(ParameterError, match="unknown parameter 'h_gv'"):
        long_run_values(dt.arrangement("nato"), {"h_gv": 0})


@pytest.mark.parametrize(
    ("wrong", "match"),
    [
        ({"scenarios": {}}, "no arrangement"),
        ({"years": 0}, "years"),
        ({"years": 1.5}, "years"),
        ({"rng": 1}, "seed without draws"),
        ({"draws": 0}, "draws"),
        ({"draws": 2, "rng": -1}, "seed"),
    ],
)
def test_wrong_input_is_refused(wrong, match):
    with pytest.raises(InputError, match=match):
        survival(**{"scenarios": SOME, "years": 1} | wrong)


def test_progress_is_told():
    told = []
    survival(
        {"nato": SOME["nato"]}, 1, levels=0, war="absorbing", progress=lambda *x: told.append(x)
    )
    assert told == [(1, 1)]


@pytest.mark.parametrize("given", [[], {}, 3])
def test_there_is_something_to_solve(given):
    with pytest.raises(InputError, match="no arrangement to solve"):
        survival(given, 1)


@pytest.mark.parametrize("given", ["nato", ["nato"], SOME["nato"], (SOME["nato"],)])
def test_arrangements_are_given_by_name_or_as_they_are(given):
    named = survival(given, 1, levels=0, war="absorbing")
    assert named.grid.equals(survival({"nato": SOME["nato"]}, 1, levels=0, war="absorbing").grid)


def test_what_stands_under_a_name_is_a_scenario():
    named = survival({"nato": "nato"}, 1, levels=0, war="absorbing")
    assert named.grid.equals(survival({"nato": SOME["nato"]}, 1, levels=0, war="absorbing").grid)
    with pytest.raises(InputError, match="is no scenario"):
        survival({"nato": 3}, 1)
