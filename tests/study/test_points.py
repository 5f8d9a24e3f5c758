import dataclasses
import math

import joblib
import pytest
from joblib._parallel_backends import ThreadingBackend

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.study import working
from deterrence.study.points import solve_points
from tests.study.small_games import chicken, fragile, lottery

GRID = [{"prize": p, "pain": c} for p in ("-1", "1/2", 1) for c in ("1/4", 1)]


def facts(results):
    """Everything but how long it took."""
    return [dataclasses.replace(result, seconds=0.0) for result in results]


def test_points_are_what_single_solves_give():
    game = chicken()
    results = solve_points(game, GRID, jobs=1)
    assert len(results) == len(GRID)
    for result, point in zip(results, GRID, strict=True):
        solution = dt.solve(game.at(point))
        assert result.complete is solution.complete is True
        assert result.components == len(solution)
        assert result.status == solution.status
        assert list(result.outcomes) == solution.outcomes()
        envelope = solution.envelope()
        assert result.least == {name: low for name, (low, _) in envelope.items()}
        assert result.most == {name: high for name, (_, high) in envelope.items()}
    assert [result.components for result in results] == [1, 1, 3, 3, 3, 3]


def test_processes_and_threads_give_the_same():
    game = chicken()
    alone = facts(solve_points(game, GRID, jobs=1))
    game.at(GRID[0])  # compiled formulas cannot be sent and must not be
    assert facts(solve_points(game, GRID, jobs=2)) == alone
    with joblib.parallel_config("threading", n_jobs=2):
        assert facts(solve_points(game, GRID)) == alone


class Lists(ThreadingBackend):
    """A backend that cannot hand over results one at a time, as Ray's and multiprocessing's."""

    supports_return_generator = False


def test_a_backend_that_only_gives_lists_is_fed_a_few_at_a_time():
    told = []
    with joblib.parallel_config(Lists(), n_jobs=2):
        results = solve_points(chicken(), GRID, progress=lambda *now: told.append(now))
    assert facts(results) == facts(solve_points(chicken(), GRID, jobs=1))
    assert told == [(n, 6) for n in range(7)]


def test_a_point_given_twice_is_solved_once():
    told = []
    results = solve_points(
        chicken(),
        [{"both": 1}, {"both": "1.0"}, {"prize": 1, "pain": 1}],
        jobs=1,
        progress=lambda *now: told.append(now),
    )
    assert told == [(0, 2), (1, 2), (2, 2)]
    assert results[0] is results[1]
    assert results[0].outcomes == results[2].outcomes


def test_a_point_that_fails_is_kept_and_costs_no_other():
    results = solve_points(fragile(), [{"prize": 0}, {"prize": 1}, {"prize": 2}], jobs=1)
    assert [bool(result.error) for result in results] == [False, True, False]
    assert results.failed == (results[1],)
    assert results[1].error.startswith("InputError: ")
    assert "no finite value" in results[1].error
    assert not results.complete
    frame = results.to_frame()
    assert frame["attack (most)"].tolist()[::2] == [1.0, 0.0]
    assert math.isnan(frame["attack (most)"][1])
    assert frame["error"].tolist() == ["", results[1].error, ""]


def test_a_value_out_of_range_fails_at_its_point():
    results = solve_points(chicken(), [{"prize": 5, "pain": 1}], jobs=1)
    assert "out of range" in results[0].error


def test_the_table_has_a_row_for_each_point():
    frame = solve_points(chicken(), GRID, jobs=1).to_frame()
    assert frame.shape[0] == len(GRID)
    assert frame["prize"].tolist() == [-1.0, -1.0, 0.5, 0.5, 1.0, 1.0]
    assert frame["attack (least)"].tolist() == [0.0] * 6
    assert frame["attack (most)"].tolist() == [0.0, 0.0, 1.0, 1.0, 1.0, 1.0]
    assert frame["complete"].all()


def test_what_cannot_happen_at_a_point_has_probability_zero_there():
    results = solve_points(lottery(), [{"luck": 0}, {"luck": 1}, {"luck": "1/2"}], jobs=1)
    assert list(results.names) == ["Russia", "Guarantor", "attack", "loss"]
    assert [result.most["loss"] for result in results] == [0.0, 1.0, 0.5]
    assert all(set(result.outcomes[0]) == set(results.names) for result in results)


def test_of_too_many_outcomes_every_pattern_stays(monkeypatch):
    monkeypatch.setattr(working, "MOST_OUTCOMES", 3)
    point = {"both": 1}
    (whole,) = solve_points(chicken(), [point], jobs=1)
    assert not whole.capped
    rows = [{"attack": p} for p in (0.0, 0.0, 0.1, 0.2, 0.3, 1.0)]
    kept = working._kept(rows, ["attack"])
    assert kept == [{"attack": 0.0}, {"attack": 0.1}, {"attack": 1.0}]
    monkeypatch.setattr(working, "MOST_OUTCOMES", 2)
    (capped,) = solve_points(chicken(), [point], jobs=1)
    assert capped.capped
    assert len(capped.outcomes) == 2
    assert (capped.least, capped.most) == (whole.least, whole.most)


@pytest.mark.parametrize(
    ("point", "message"),
    [
        ({"prise": 1, "pain": 1}, "point 1: .*Did you mean 'prize'"),
        ({"prize": 1}, "point 1: no number for pain"),
        ({}, "no number for pain, prize"),
        ({"prize": "much", "pain": 1}, "point 1: prize: 'much' is not a finite number"),
        ({"prize": float("nan"), "pain": 1}, "not finite"),
        ([1, 2], "give a mapping"),
    ],
)
def test_wrong_points_are_refused_before_any_work(point, message):
    told = []
    with pytest.raises(ParameterError, match=message):
        solve_points(chicken(), [GRID[0], point], progress=lambda *now: told.append(now))
    assert told == []


def test_an_unknown_concept_and_no_game_are_refused_before_any_work():
    with pytest.raises(LabelError, match="unknown concept"):
        solve_points(chicken(), GRID, concept="sequentail")
    with pytest.raises(InputError, match="give a Game"):
        solve_points("chicken", GRID)


def test_no_points_give_no_results():
    results = solve_points(chicken(), [])
    assert len(results) == 0
    assert results.complete
    assert results.to_frame().empty
