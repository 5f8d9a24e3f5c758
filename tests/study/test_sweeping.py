import json
from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.guarantee.parameters import defaults
from deterrence.study.regimes import regimes_at
from tests.study.small_games import chicken, fragile, lottery

AXES = {"prize": ["-1/2", "1/2", 1], "pain": [0.25, 1]}


def test_a_grid_is_what_single_solves_give():
    game = chicken()
    grid = dt.sweep(game, AXES, jobs=1)
    assert grid["components"].dims == ("prize", "pain")
    assert grid["least"].dims == ("prize", "pain", "outcome")
    assert grid["prize"].values.tolist() == [-0.5, 0.5, 1.0]
    assert grid["complete"].values.all()
    for prize in AXES["prize"]:
        for pain in AXES["pain"]:
            solution = dt.solve(game.at(prize=prize, pain=pain))
            there = grid.sel(prize=float(Fraction(prize)), pain=pain)
            assert there["components"].item() == len(solution)
            labels = regimes_at(solution.outcomes(), game.structure.event_names)
            assert there["regime"].item() == " | ".join(labels)
            assert there["regimes"].item() == len(labels)
            for name, (low, high) in solution.envelope().items():
                assert there["least"].sel(outcome=name).item() == low
                assert there["most"].sel(outcome=name).item() == high


def test_kinds_tell_payoffs_from_events():
    grid = dt.sweep(chicken(), AXES, jobs=1)
    kinds = dict(zip(grid["outcome"].values.tolist(), grid["kind"].values.tolist(), strict=True))
    assert kinds == {
        "Russia": "payoff",
        "Guarantor": "payoff",
        "attack": "event",
        "force": "event",
    }
    events = grid.isel(outcome=(grid["kind"] == "event").values)
    assert events["outcome"].values.tolist() == ["attack", "force"]


def test_an_axis_goes_before_what_is_fixed():
    game = chicken()
    tied = dt.sweep(game, {"both": [1, 2]}, fixed={"prize": 0, "pain": 0}, jobs=1)
    for value in (1, 2):
        solution = dt.solve(game.at(both=value))
        assert (
            tied.sel(both=value)["most"].sel(outcome="Russia").item()
            == (solution.envelope()["Russia"][1])
        )
    assert json.loads(tied.attrs["fixed"]) == {}
    member = dt.sweep(game, {"pain": [1, 2]}, fixed={"both": "1/2"}, jobs=1)
    assert json.loads(member.attrs["fixed"]) == {"prize": "1/2"}  # of both
    expected = dt.solve(game.at(prize="1/2", pain=2)).envelope()
    assert member.sel(pain=2)["most"].sel(outcome="Russia").item() == expected["Russia"][1]


def test_the_guarantee_over_its_tied_ambiguity():
    game = dt.guarantee_game(["types", "challenge", "finding", "response"])
    values = {name: value for name, value in defaults().items() if name in game.ranges}
    axes = {"strength": ["0", "0.6"], "ambiguity": ["0.1", "0.9"]}
    grid = dt.sweep(game, axes, fixed=values, classify=["attack", "force"], jobs=1)
    assert len(np.unique(grid["most"].sel(outcome="Russia"))) > 1
    for strength in (0, 0.6):
        for ambiguity in (0.1, 0.9):
            free = {k: v for k, v in values.items() if not k.endswith("ambiguity")}
            point = {**free, "strength": strength, "ambiguity": ambiguity}
            solution = dt.solve(game.at(point))
            there = grid.sel(strength=strength, ambiguity=ambiguity)
            envelope = {**dict.fromkeys(game.structure.event_names, (0, 0)), **solution.envelope()}
            for name, (low, high) in envelope.items():
                assert there["least"].sel(outcome=name).item() == low
                assert there["most"].sel(outcome=name).item() == high
            labels = regimes_at(solution.outcomes(), ["attack", "force"])
            assert there["regime"].item() == " | ".join(labels)


def test_regimes_by_a_function():
    grid = dt.sweep(
        chicken(), AXES, classify=lambda o: "war" if o["attack"] > 0.9 else "peace", jobs=1
    )
    assert grid["regime"].sel(pain=1).values.tolist() == ["peace", "peace | war", "peace | war"]
    assert grid["regimes"].sel(pain=1).values.tolist() == [1, 2, 2]


def test_what_cannot_be_solved_says_so_at_its_point():
    grid = dt.sweep(fragile(), {"prize": [0, 1, 2]}, jobs=1)
    assert grid["complete"].values.tolist() == [True, False, True]
    assert grid["regimes"].values.tolist() == [1, 0, 1]
    assert grid["regime"].values[1] == ""
    assert np.isnan(grid["least"].values[1]).all()
    assert "no finite value" in grid["error"].values[1]
    assert (grid["error"].values[[0, 2]] == "").all()


def test_at_the_ends_of_a_probability_branches_are_missing_and_names_are_not():
    grid = dt.sweep(lottery(), {"luck": [0, "1/4", 1]}, jobs=1)
    assert grid["most"].sel(outcome="loss").values.tolist() == [0.0, 0.0, 1.0]
    assert grid["error"].values.tolist() == ["", "", ""]


def test_the_data_set_says_how_it_was_made():
    grid = dt.sweep(chicken(), {"prize": [1]}, fixed={"pain": "1/3"}, jobs=1)
    assert grid.attrs["version"] == dt.__version__
    assert json.loads(grid.attrs["fixed"]) == {"pain": "1/3"}
    assert all(isinstance(value, str) for value in grid.attrs.values())


def test_a_stopped_sweep_goes_on_from_its_store(tmp_path):
    def stop(done, total):
        if done == 4:
            raise KeyboardInterrupt

    path = tmp_path / "grid.jsonl"
    with pytest.raises(KeyboardInterrupt):
        dt.sweep(chicken(), AXES, store=path, jobs=1, progress=stop)
    told = []
    again = dt.sweep(chicken(), AXES, store=path, jobs=1, progress=lambda *now: told.append(now))
    assert told == [(4, 6), (5, 6), (6, 6)]
    assert again.drop_vars("seconds").identical(
        dt.sweep(chicken(), AXES, jobs=2).drop_vars("seconds")
    )


@pytest.mark.parametrize(
    ("axes", "fixed", "message"),
    [
        ({"prise": [1]}, {"pain": 1}, "Did you mean 'prize'"),
        ({"prize": [1]}, {"pian": 1}, "Did you mean 'pain'"),
        ({"prize": [1]}, {}, "no number for pain"),
        ({"prize": [0, 9]}, {"pain": 1}, "out of range"),
        ({"both": [-1, 1]}, {}, "out of range"),
        ({"prize": [0, "x"]}, {"pain": 1}, "'x' is not a finite number"),
        ({"prize": [0]}, {"pain": None}, "pain: None is not a number"),
        ({"prize": [1, "1.0"]}, {"pain": 1}, "has a value twice"),
        ({"prize": []}, {"pain": 1}, "needs a list of values"),
        ({"prize": 1}, {"pain": 1}, "needs a list of values"),
        ({"prize": "12"}, {"pain": 1}, "needs a list of values"),
        ({}, {"pain": 1}, "axes are a mapping"),
        (["prize"], {"pain": 1}, "axes are a mapping"),
        ({"outcome": [1]}, {}, "is taken"),
    ],
)
def test_wrong_axes_are_refused_before_any_work(axes, fixed, message):
    told = []
    with pytest.raises(ParameterError, match=message):
        dt.sweep(chicken(), axes, fixed=fixed, progress=lambda *now: told.append(now))
    assert told == []


def test_an_unknown_event_concept_or_game_is_refused_before_any_work():
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        dt.sweep(chicken(), AXES, classify=["attacks"])
    with pytest.raises(LabelError, match="unknown concept"):
        dt.sweep(chicken(), AXES, "perfect")
    with pytest.raises(InputError, match="give a Game"):
        dt.sweep(None, AXES)


@pytest.mark.parametrize("method", ["points", "regimes"])
def test_a_tied_name_that_is_fixed_leaves_its_members_on_axes_alone(method):
    grid = dt.sweep(
        chicken(), {"prize": ["1/4", "3/4"]}, fixed={"both": "1/2"}, method=method, jobs=1
    )
    for value in (0.25, 0.75):
        truth = dt.solve(chicken().at(prize=str(value), pain="1/2")).envelope()
        assert grid.most.sel(prize=value, outcome="Russia").item() == pytest.approx(
            truth["Russia"][1]
        )
