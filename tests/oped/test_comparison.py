import statistics
from pathlib import Path

import joblib
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.oped.comparison import OUTCOMES, compare
from deterrence.oped.draws import draw_stakes
from tests.oped.small import comparison, result, scenario

SMALL = {
    "strong": scenario("strong"),
    "weak": scenario("weak", strength="0"),
    "typed": scenario("typed", ("types", "challenge", "response")),
}


@pytest.fixture(autouse=True)
def one_process() -> object:
    with joblib.parallel_config(n_jobs=1):
        yield


def test_a_row_is_what_its_own_solution_says() -> None:
    frame = compare(SMALL).to_frame()
    assert list(frame.index) == list(SMALL)
    for name, chosen in SMALL.items():
        solution = dt.solve(chosen.game())
        envelope = solution.envelope()
        for outcome in OUTCOMES:
            # an event behind a stage that is left out cannot happen
            least, most = envelope.get(outcome, (0.0, 0.0))
            assert frame.loc[name, f"{outcome} (least)"] == pytest.approx(least)
            assert frame.loc[name, f"{outcome} (most)"] == pytest.approx(most)
        assert frame.loc[name, "components"] == len(solution)
        assert frame.loc[name, "complete"]


def test_real_arrangements_share_one_game_with_those_of_ones_own() -> None:
    found = compare({"nato": dt.arrangement("nato"), **SMALL}, ["attack"])
    known = dt.solve(dt.arrangement("nato").game()).most_and_least("attack")
    assert tuple(found.to_frame().loc["nato", ["attack (least)", "attack (most)"]]) == known
    assert found.complete


def test_draws_are_the_same_for_every_row_and_replace_its_own_stakes() -> None:
    found = compare(SMALL, ["attack"], draws=5, rng=11)
    drawn = draw_stakes(5, rng=11)
    for name, results in found.results.items():
        assert [{k: r.point[k] for k in drawn[0]} for r in results] == drawn
        assert all(r.point["strength"] == SMALL[name].instruments["strength"] for r in results)


def test_quantiles_are_those_of_solutions_at_the_draws() -> None:
    frame = compare(SMALL, ["attack", "Russia"], draws=5, rng=11).to_frame()
    for name, chosen in SMALL.items():
        solved = [dt.solve(chosen.game(**drawn)) for drawn in draw_stakes(5, rng=11)]
        for outcome in ("attack", "Russia"):
            least, most = zip(*(s.most_and_least(outcome) for s in solved), strict=True)
            for side, values in (("least", least), ("most", most)):
                middle = statistics.median(values)
                assert frame.loc[name, f"{outcome} ({side}, median)"] == pytest.approx(middle)
                low = sorted(values)[0] + 0.2 * (sorted(values)[1] - sorted(values)[0])
                assert frame.loc[name, f"{outcome} ({side}, 5 %)"] == pytest.approx(low)
        single = sum(len(s.outcomes()) == 1 for s in solved) / 5
        assert frame.loc[name, "single"] == pytest.approx(single)


def test_a_stopped_run_goes_on_where_it_was(tmp_path: Path) -> None:
    store = tmp_path / "points.jsonl"

    def stop(done: int, total: int) -> None:
        assert total == 9
        if done == 4:
            raise KeyboardInterrupt

    given = {"draws": 3, "rng": 5, "store": store}
    with pytest.raises(KeyboardInterrupt):
        compare(SMALL, **given, progress=stop)
    solved = store.read_text(encoding="utf-8").splitlines()
    assert len(solved) == 1 + 4
    told: list[tuple[int, int]] = []
    found = compare(SMALL, **given, progress=lambda *now: told.append(now))
    assert told[0] == (4, 9)
    assert told[-1] == (9, 9)
    assert store.read_text(encoding="utf-8").splitlines()[:5] == solved
    # other stages, so another game and a file of its own
    assert len((tmp_path / "points-2.jsonl").read_text(encoding="utf-8").splitlines()) == 1 + 3
    fresh = compare(SMALL, draws=3, rng=5)
    assert found.to_frame().equals(fresh.to_frame())


def test_rows_that_agree_on_everything_shown_are_alike() -> None:
    same = {"attack": 0.5, "Russia": 1.0}
    found = comparison(
        {
            "a": (result(same),),
            "b": (result({"attack": 0.5, "Russia": 2.0}),),
            "c": (result({"attack": 0.0, "Russia": 1.0}, same),),
            "d": (result(same),),
        }
    )
    assert found.alike() == [("a", "d")]
    assert found.alike(["attack"]) == [("a", "b", "d")]
    assert found.alike(["Russia"]) == [("a", "c", "d")]


def test_a_point_that_failed_is_a_gap() -> None:
    failed = result({})
    failed = failed.__class__(**{**vars(failed), "complete": False, "error": "too large"})
    found = comparison({"a": (result({"attack": 0.5}),), "b": (failed,)})
    assert not found.complete
    assert found.incomplete == {"b": (1, "too large")}
    frame = found.to_frame()
    assert frame["attack (least)"].isna().tolist() == [False, True]
    assert found.alike() == []


def test_what_cannot_be_compared() -> None:
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        compare(SMALL, ["atack"])
    with pytest.raises(InputError, match="nothing to compare"):
        compare({})
    with pytest.raises(InputError, match="a seed without draws"):
        compare(SMALL, rng=0)
    with pytest.raises(LabelError, match="Did you mean 'sequential'"):
        compare(SMALL, concept="sequentail")
