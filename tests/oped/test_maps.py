from fractions import Fraction
from pathlib import Path

import joblib
import numpy as np
import pytest
import xarray as xr

import deterrence as dt
from deterrence.errors import InputError, ParameterError
from deterrence.oped.comparison import compare
from deterrence.oped.maps import (
    draw_map,
    map_sentences,
    markers,
    regime_counts,
    scenario_map,
    write_map,
)
from deterrence.oped.regimes import challenge_regime
from deterrence.study.regimes import SEPARATOR
from tests.oped.small import scenario


@pytest.fixture(autouse=True)
def one_process() -> object:
    with joblib.parallel_config(n_jobs=1):
        yield


def test_each_point_has_the_regimes_of_its_own_solution() -> None:
    chosen = scenario("small")
    dataset = scenario_map(chosen, "response_ambiguity", "strength", 3)
    assert dataset["regime"].dims == ("strength", "response_ambiguity")
    counts = dict.fromkeys(regime_counts(dataset), 0)
    for strength in ("0", "1/2", "1"):
        for latitude in ("0", "1/2", "1"):
            solution = dt.solve(chosen.game(strength=strength, response_ambiguity=latitude))
            known = {challenge_regime(outcome) for outcome in solution.outcomes()}
            found = dataset["regime"].sel(
                strength=float(Fraction(strength)), response_ambiguity=float(Fraction(latitude))
            )
            assert set(str(found.item()).split(SEPARATOR)) == known
            for regime in known:
                counts[regime] += 1
    assert regime_counts(dataset) == counts


def test_an_axis_spans_the_range_of_its_parameter() -> None:
    dataset = scenario_map(scenario("small"), "v", "strength", 4)
    assert dataset["v"].values == pytest.approx([0.2, 8 / 15, 13 / 15, 1.2])
    assert dataset["strength"].values == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_an_open_range_is_spanned_without_its_ends() -> None:
    dataset = scenario_map(
        scenario("all", ("finding", "challenge", "response")), "threshold", size=3
    )
    assert dataset["threshold"].values.tolist() == [0.25, 0.5, 0.75]
    assert not dataset["error"].values.any()


def test_a_marker_stands_at_the_mean_of_tied_values_with_its_own_regimes() -> None:
    chosen = scenario("a", trigger_ambiguity="0.2", response_ambiguity="0.8", strength="0.9")
    ((label, x, y, regimes),) = markers(compare({"a": chosen}))
    assert (label, x, y) == ("a", 0.5, 0.9)
    solution = dt.solve(chosen.game())
    assert set(regimes) == {challenge_regime(outcome) for outcome in solution.outcomes()}


@pytest.mark.parametrize(
    ("x", "y", "words"),
    [
        ("ambiguity", "strenght", "Did you mean 'strength'"),
        ("ambiguity", "response_ambiguity", "the same parameter"),
        ("v", "v", "the same parameter"),
        ("rho", "strength", "plays no part"),
    ],
)
def test_axes_that_make_no_map(x: str, y: str, words: str) -> None:
    with pytest.raises(ParameterError, match=words):
        scenario_map(scenario("small"), x, y, 2)


@pytest.mark.parametrize("size", [1, 0, -2, 10_001, 2.0, True])
def test_sizes_that_make_no_map(size: object) -> None:
    with pytest.raises(InputError, match="whole number of points from 2 to 10000"):
        scenario_map(scenario("small"), size=size)


def test_a_picture_needs_a_known_ending(tmp_path: object) -> None:
    dataset = scenario_map(scenario("small"), size=2)
    with pytest.raises(InputError, match=r"end its name in \.png"):
        draw_map(dataset, f"{tmp_path}/map.bmp", "Title")


def test_what_is_not_solved_completely_is_said(tmp_path: object) -> None:
    dataset = scenario_map(scenario("small"), size=2)
    names = ("m.png", "m.csv")
    assert "NOT" not in map_sentences(dataset, *names)
    dataset["complete"][0, 0] = False
    words = " ".join(map_sentences(dataset, *names).split())
    assert "1 are NOT solved completely" in words


@pytest.mark.parametrize("method", ["points", "regimes"])
def test_numbers_as_netcdf_are_what_was_computed(tmp_path: Path, method: str) -> None:
    dataset = scenario_map(scenario("small"), size=4, method=method, jobs=1)
    place = write_map(dataset, tmp_path / "map.nc")
    with xr.open_dataset(place, engine="scipy") as again:
        assert (again["regime"].values.astype(str) == dataset["regime"].values.astype(str)).all()
        np.testing.assert_array_equal(again["most"], dataset["most"])
        assert again.attrs["computed"] == dataset.attrs["computed"]
