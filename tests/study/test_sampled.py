"""`dt.sample`: points anywhere as a data set."""

import json

import numpy as np
import pandas as pd
import pytest
import sympy
import xarray as xr

import deterrence as dt
from deterrence.errors import FileError, InputError, ParameterError
from deterrence.study import sampled
from deterrence.study.public_choice import columns_of
from deterrence.study.sampling import Sampling
from tests.study.small_games import chicken, fragile, pay
from tests.study.test_sampling import MANY, THREE, armed, column, corners_and_more, pay3, robbed

prize = sympy.Symbol("prize")


def assert_true(game, found, names):
    """Every point as `dt.solve` has it."""
    rows = zip(*(found[name].values for name in names), strict=True)
    for n, row in enumerate(rows):
        solution = dt.solve(game.at(dict(zip(names, map(repr, map(float, row)), strict=True))))
        assert solution.complete
        for name, (low, high) in solution.envelope().items():
            here = found.sel(point=n, outcome=name)
            assert float(here.least) == pytest.approx(low, abs=1e-9)
            assert float(here.most) == pytest.approx(high, abs=1e-9)


def test_a_public_choice_is_found_and_every_point_is_as_when_solved_alone():
    chooser, after = columns_of(armed())
    assert (chooser, list(after)) == ("Ukraine", ["arm", "wait"])
    points = corners_and_more(12)
    found = dt.sample(armed(), points, jobs=1, audit=10)
    assert_true(armed(), found, points)
    assert found.attrs["missed"] == 0
    assert (found.attrs["audited"], found.attrs["unknown"]) == (10, 0)
    assert found.attrs["share_wrong_at_most"] == pytest.approx(1 - 0.05 ** (1 / 10))
    assert "complete" not in found.attrs
    assert found["kind"].sel(outcome="Ukraine") == "payoff"
    assert not found["edge"].any()
    assert found["alone"].any()


def test_in_columns_or_as_a_whole_it_is_the_same(monkeypatch):
    points = corners_and_more(6)
    one = dt.sample(armed(), points, jobs=1, audit=5)
    monkeypatch.setattr(sampled, "columns_of", lambda game: (game.players[0], {"": game}))
    two = dt.sample(armed(), points, jobs=1, audit=5)
    np.testing.assert_allclose(one["least"], two["least"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(one["most"], two["most"], rtol=0, atol=1e-9)


def drawn_before():
    """Chance draws Russia's type before Ukraine, who does not see it, arms or waits."""

    def armed_after(kind):
        ways = {way: column(way, (way,)).choices[kind][1] for way in ("arm", "wait")}
        return dt.Move("Ukraine", (), ways)

    odds = {kind: p for kind, (p, _) in column("arm").choices.items()}
    root = dt.Chance({kind: (p, armed_after(kind)) for kind, p in odds.items()})
    return dt.Game(THREE, root, ranges=armed().ranges)


def test_chance_may_move_before_a_public_choice():
    chooser, after = columns_of(drawn_before())
    assert (chooser, list(after)) == ("Ukraine", ["arm", "wait"])
    points = corners_and_more(6)
    found = dt.sample(drawn_before(), points, jobs=1, audit=5)
    assert_true(drawn_before(), found, points)
    same = dt.sample(armed(), points, jobs=1, audit=5)
    np.testing.assert_allclose(found["most"], same["most"], rtol=0, atol=1e-9)


def informed():
    """Who chooses first has seen what chance drew."""
    ends = {a: pay(n, 0, a) for n, a in enumerate("ab")}
    kinds = {k: (q, dt.Move("Russia", (k,), ends)) for k, q in (("x", "1/3"), ("y", "2/3"))}
    return dt.Game(("Russia", "Guarantor"), dt.Chance(kinds))


def other_labels():
    other = dt.Move("Russia", ("w",), {"go": pay3(1, 0, prize), "stop": pay3(0, 0, 0)})
    return dt.Game(THREE, dt.Move("Ukraine", (), {"arm": column("arm", ("a",)), "wait": other}))


def same_set_again():
    """Two actions lead to one information set."""
    below = {a: dt.Move("Guarantor", ("blind",), {"x": pay(0, 1), "y": pay(1, 0)}) for a in "ab"}
    return dt.Game(("Russia", "Guarantor"), dt.Move("Russia", (), below))


@pytest.mark.parametrize("game", [other_labels(), chicken(), same_set_again(), informed()])
def test_without_a_public_choice_of_one_shape_there_is_one_column(game):
    assert columns_of(game) == (game.players[0], {"": game})


def test_a_choice_between_outcomes_is_public():
    chooser, after = columns_of(fragile())
    assert (chooser, list(after)) == ("Russia", ["attack", "refrain"])


def test_a_table_of_points_and_numbers_for_the_others():
    frame = pd.DataFrame({"prize": [0.5, 1.5, 0.25]})
    found = dt.sample(chicken(), frame, fixed={"both": "1/3"}, jobs=1, audit=3)
    assert found["prize"].values.tolist() == [0.5, 1.5, 0.25]
    assert json.loads(found.attrs["fixed"]) == {"pain": "1/3"}  # of both, what does not vary
    for n, value in enumerate(("0.5", "1.5", "0.25")):
        truth = dt.solve(chicken().at(prize=value, pain="1/3")).envelope()
        for name, (low, high) in truth.items():
            assert float(found.least.sel(point=n, outcome=name)) == pytest.approx(low)
            assert float(found.most.sel(point=n, outcome=name)) == pytest.approx(high)


def test_points_without_numbers_stay_empty_and_are_counted():
    found = dt.sample(fragile(), {"prize": [1, 0.5]}, jobs=1, audit=5)
    assert np.isnan(found.least.sel(point=0)).all()
    assert not np.isnan(found.least.sel(point=1)).any()
    assert found.attrs["unknown"] == 1
    assert "1 points without any known equilibrium" in found.attrs["audit"]


def test_what_learning_lost_is_found_by_the_audit_and_repaired(monkeypatch):
    whole = Sampling.learn

    def forgetful(self, budget, progress=None):
        found = whole(self, budget, progress)
        robbed(self)
        return found

    monkeypatch.setattr(Sampling, "learn", forgetful)
    found = dt.sample(chicken(), MANY, jobs=1, audit=5)
    assert_true(chicken(), found, MANY)
    assert found.attrs["missed"] == 0
    assert "5 differences of earlier audits repaired" in found.attrs["audit"]


def test_what_cannot_be_repaired_is_reported(monkeypatch):
    monkeypatch.setattr(Sampling, "ask", lambda self, places: 0)
    whole = Sampling.learn
    monkeypatch.setattr(
        Sampling, "learn", lambda self, n, progress=None: whole(self, n) and robbed(self)
    )
    found = dt.sample(chicken(), MANY, jobs=1, audit=5, solutions=100)
    assert found.attrs["missed"] == found.attrs["audited"] == 5
    assert found.attrs["share_wrong_at_most"] == 1


def test_a_stopped_run_goes_on_and_is_the_same(tmp_path):
    def stop(done, total):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        dt.sample(chicken(), MANY, store=tmp_path, jobs=1, audit=5, progress=stop)
    learnt = (tmp_path / "learnt.jsonl").read_bytes()
    told = []
    again = dt.sample(
        chicken(), MANY, store=tmp_path, jobs=1, audit=5, progress=lambda *now: told.append(now)
    )
    assert (tmp_path / "learnt.jsonl").read_bytes() == learnt
    assert told == [(0, 40), (40, 40)]
    xr.testing.assert_identical(again, dt.sample(chicken(), MANY, jobs=1, audit=5))
    with pytest.raises(FileError, match="another sample"):
        dt.sample(chicken(), {"both": [1]}, store=tmp_path)


@pytest.mark.parametrize(
    ("points", "more", "kind", "match"),
    [
        (MANY, {"audit": 0}, InputError, "audit"),
        (MANY, {"audit": True}, InputError, "audit"),
        (MANY, {"solutions": 0}, InputError, "solutions"),
        ({"prize": [1]}, {}, ParameterError, "no number for pain"),
        ({"prize": [1]}, {"fixed": {"pian": 1}}, ParameterError, "pian"),
        ({"prize": [1]}, {"fixed": {"pain": 7}}, ParameterError, "out of range"),
        ({"prize": [1]}, {"fixed": {"pain": float("nan")}}, ParameterError, "pain"),
        ({"point": [1]}, {}, ParameterError, "taken"),
        ([1], {}, ParameterError, "mapping"),
        ({"prize": [], "pain": []}, {}, InputError, "one at least"),
    ],
)
def test_bad_requests_are_refused_before_any_work(points, more, kind, match):
    with pytest.raises(kind, match=match):
        dt.sample(chicken(), points, jobs=1, progress=lambda *_: pytest.fail("work"), **more)


def test_no_game_is_refused():
    with pytest.raises(InputError, match="Game"):
        dt.sample("chicken", MANY)
