"""Sobol indices against closed forms, and swings."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, LabelError, LimitError, ParameterError
from tests.study.small_games import chicken, fragile

ROOT = Path(__file__).resolve().parents[2]
x, y, z = sympy.symbols("x y z")


def worth(formula: Any, **ranges: Any) -> dt.Game:
    """One player, who gets what the formula says."""
    return dt.Game(["A"], dt.Outcome({"A": formula}), ranges=ranges)


def threat() -> dt.Game:
    """Russia attacks if the prize exceeds the pain."""
    prize, pain = sympy.symbols("prize pain")
    attack = dt.Outcome({"Russia": prize - pain}, ["attack"])
    choices = {"attack": attack, "refrain": dt.Outcome({"Russia": 0})}
    unit = {"prize": (0, 1), "pain": (0, 1)}
    return dt.Game(["Russia"], dt.Move("Russia", (), choices), ranges=unit)


def by_formula(formula: Any, *names: str) -> Any:
    """A model that evaluates a formula, for as many points as one likes."""
    at_points = sympy.lambdify(names, formula)
    return lambda values: {"A (most)": at_points(*(values[name] for name in names))}


def found(formula: Any, samples: int = 4096, rng: int = 0, **ranges: Any) -> Any:
    names = sorted(ranges)
    return dt.sensitivity(
        worth(formula, **ranges),
        "A",
        of="most",
        samples=samples,
        rng=rng,
        model=by_formula(formula, *names),
    )


def near(record: Any, first: list[float], total: list[float]) -> None:
    """Within four standard errors, and these small."""
    for values, errors, exact in (
        (record.first[0, 0], record.first_error[0, 0], first),
        (record.total[0, 0], record.total_error[0, 0], total),
    ):
        assert np.all(np.abs(values - exact) <= 4 * errors + 1e-9)
        assert np.all(errors < 0.04)


# --- closed forms --------------------------------------------------------------------------------


def test_a_sum_has_the_shares_of_its_variances() -> None:
    """Variances 1/12, 4/12 and 9/12, without interactions."""
    record = found(x + 2 * y + 3 * z, x=(0, 1), y=(0, 1), z=(0, 1))
    assert record.parameters == ("x", "y", "z")
    near(record, [1 / 14, 4 / 14, 9 / 14], [1 / 14, 4 / 14, 9 / 14])
    assert record.mean[0, 0] == pytest.approx(3, abs=0.01)
    assert record.variance[0, 0] == pytest.approx(14 / 12, rel=0.02)


def test_a_product_has_interactions() -> None:
    """The variance of xy is 1/9 - 1/16 = 7/144, of its mean given x (1/4)(1/12) = 3/144."""
    near(found(x * y, x=(0, 1), y=(0, 1)), [3 / 7, 3 / 7], [4 / 7, 4 / 7])


def test_a_function_like_ishigami_s() -> None:
    """x + 2 y^2 + z^4 x on (-1, 1), by the moments 1/3, 1/5, 1/9 of even powers.

    Given x the mean is (1 + 1/5) x plus a constant; given z it is constant, so that z works through
    x alone.
    """
    of_x = 1.2**2 / 3
    of_y = 4 * (1 / 5 - 1 / 9)
    together = (1 + 2 / 5 + 1 / 9) / 3 - of_x
    whole = of_x + of_y + together
    record = found(x + 2 * y**2 + z**4 * x, x=(-1, 1), y=(-1, 1), z=(-1, 1))
    first = [of_x / whole, of_y / whole, 0]
    near(record, first, [first[0] + together / whole, first[1], together / whole])


def test_ranges_given_count_in_place_of_the_game_s() -> None:
    """x over half its range has a quarter of the variance: 1 to 4."""
    game = worth(x + y, x=(0, 1), y=(0, 1))
    ranges = {"x": (0, "1/2"), "y": (0, 1)}
    record = dt.sensitivity(
        game, "A", ranges, of="most", samples=1024, model=by_formula(x + y, "x", "y")
    )
    near(record, [0.2, 0.8], [0.2, 0.8])


def test_the_sample_fills_the_ranges() -> None:
    seen = {}

    def model(values: Any) -> Any:
        seen.update(values)
        return {"A (most)": values["x"]}

    game = worth(x + y, x=(-2, 3), y=(5, 6))
    dt.sensitivity(game, "A", of="most", samples=256, model=model)
    assert seen["x"].shape == (256 * 4,)
    for name, low, high in (("x", -2, 3), ("y", 5, 6)):
        assert low <= seen[name].min() < low + 0.05
        assert high - 0.05 < seen[name].max() <= high


# --- solved games --------------------------------------------------------------------------------


def test_an_equilibrium_s_probability() -> None:
    """The attack is certain where prize > pain: given one of them its mean is uniform.

    Variance 1/4, of the mean 1/12: a third; the total index is two thirds.
    """
    record = dt.sensitivity(threat(), "attack", samples=128, jobs=1)
    for j in range(2):  # one equilibrium, so that both ends agree
        assert np.all(np.abs(record.first[0, j] - 1 / 3) <= 4 * record.first_error[0, j])
        assert np.all(np.abs(record.total[0, j] - 2 / 3) <= 4 * record.total_error[0, j])
    assert np.all(record.first_error < 0.15)
    assert "512 points, each with its complete set of equilibria" in record.status


def test_each_end_has_its_own_indices() -> None:
    """With a prize above 0, Russia attacks in one equilibrium and refrains in another one."""
    record = dt.sensitivity(chicken(), ["attack", "Russia"], samples=16, jobs=1)
    assert record.ends == ("least", "most")
    k = record.parameters.index("prize")
    assert np.all(np.isnan(record.first[0, 0]))  # 0 everywhere
    assert "attack (least over all equilibria)" in record.status
    assert record.total[0, 1, 1 - k] == 0  # pain does not count
    assert record.total[0, 1, k] > 0.5
    assert np.all(np.isfinite(record.total[1, 1]))
    frame = record.to_frame()
    assert list(frame["parameter"][2:4]) == ["prize", "pain"]  # of attack, at most
    assert len(frame) == 2 * 2 * 2


def test_the_selected_equilibrium_is_an_end_of_its_own() -> None:
    """At the logit limit, which lies in the envelope."""
    at = {"prize": "1/4", "pain": "3/2"}
    record = dt.swings(chicken(), "attack", at=at, of=["least", "most", "quantal"], jobs=1)
    least, most, quantal = record.base[0]
    assert (least, most) == (0, 1)
    alone = dt.solve(chicken().at(at), "quantal")
    assert quantal == pytest.approx(alone.envelope()["attack"][0])


def test_a_tied_name_moves_its_members() -> None:
    record = dt.sensitivity(chicken(), "attack", {"both": ("1/2", 1)}, of="most", samples=4, jobs=1)
    assert record.parameters == ("both",)
    assert record.mean[0, 0] == 1


def test_the_same_seed_gives_the_same_indices() -> None:
    one, same, other = (found(x * y, 64, rng, x=(0, 1), y=(0, 1)) for rng in (0, 0, 1))
    assert np.array_equal(one.first, same.first)
    assert np.array_equal(one.total_error, same.total_error)
    assert not np.array_equal(one.first, other.first)


def test_errors_fall_with_the_sample() -> None:
    few, many = (found(x * y, n, 0, x=(0, 1), y=(0, 1)) for n in (64, 4096))
    assert np.all(many.first_error < few.first_error / 3)


# --- swings --------------------------------------------------------------------------------------


def test_swings_are_values_at_the_ends_of_one_range() -> None:
    game = worth(x * y + z, x=(0, 2), y=(0, 10), z=(-1, 1))
    record = dt.swings(game, "A", at={"x": 1, "y": 3}, of="most", jobs=1)
    assert record.base[0, 0] == 3
    assert record.low[0, 0].tolist() == [0, 0, 2]
    assert record.high[0, 0].tolist() == [6, 10, 4]
    assert record.width[0, 0].tolist() == [6, 10, 2]
    assert record.to_frame()["parameter"].tolist() == ["y", "x", "z"]
    assert record.at["z"] == 0


def test_a_swing_that_comes_back_is_counted_from_the_base() -> None:
    record = dt.swings(worth(x**2, x=(-1, 1)), "A", of="most", jobs=1)
    assert record.low[0, 0, 0] == record.high[0, 0, 0] == 1
    assert record.width[0, 0, 0] == 1


# --- bad input -----------------------------------------------------------------------------------


@pytest.mark.parametrize("samples", [0, 1, 100, 2.0, True])
def test_samples_are_a_power_of_two(samples: Any) -> None:
    with pytest.raises(InputError, match="power of two"):
        dt.sensitivity(threat(), "attack", samples=samples)


@pytest.mark.parametrize("call", [dt.sensitivity, dt.swings])
def test_wrong_names_and_ranges_are_told(call: Any) -> None:
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        call(threat(), "atack")
    with pytest.raises(LabelError, match="unknown end"):
        call(threat(), "attack", of="worst")
    with pytest.raises(ParameterError, match="no number for pain"):
        call(threat(), "attack", ["prize"])
    with pytest.raises(ParameterError, match="is empty"):
        call(threat(), "attack", {"prize": (1, 0), "pain": (0, 1)})
    with pytest.raises(ParameterError, match="beyond what the game allows"):
        call(threat(), "attack", {"prize": (0, 2), "pain": (0, 1)})
    with pytest.raises(ParameterError, match="no range of its own"):
        call(fragile(), "attack")
    with pytest.raises(ParameterError, match="nothing varies"):
        call(threat().at(prize=1, pain=0), "attack")
    with pytest.raises(InputError, match="give a Game"):
        call("threat", "attack")


def test_a_point_outside_its_range_is_told() -> None:
    with pytest.raises(ParameterError, match="out of its range"):
        dt.swings(threat(), "attack", at={"prize": 2})
    with pytest.raises(ParameterError, match="unknown parameter"):
        dt.swings(threat(), "attack", at={"price": 1})


def test_a_point_that_cannot_be_solved_is_no_value() -> None:
    with pytest.raises(LimitError, match="1 of 3 points have no value, the first at prize = 1"):
        dt.swings(fragile(), "attack", {"prize": (0, 1)}, at={"prize": "1/2"}, jobs=1)


@pytest.mark.parametrize(
    "answer", [{}, {"attack (most)": [1.0]}, {"attack (most)": np.full(5, np.nan)}]
)
def test_a_model_must_give_a_number_for_each_point(answer: Any) -> None:
    with pytest.raises(InputError, match="the model"):
        dt.swings(threat(), "attack", of="most", model=lambda values: answer)


# --- kept points ---------------------------------------------------------------------------------

KEPT = """
import sys, time
import deterrence as dt
from tests.study.small_games import chicken
wait = lambda done, total: time.sleep(0.02)
dt.sensitivity(chicken(), "attack", samples=64, rng=5, store=sys.argv[1], jobs=1, progress=wait)
"""


def test_a_run_that_was_killed_goes_on_where_it_was(tmp_path: Any) -> None:
    path = tmp_path / "points.jsonl"
    running = subprocess.Popen([sys.executable, "-c", KEPT, str(path)], cwd=ROOT)
    try:
        end = time.monotonic() + 60
        while not (path.exists() and path.read_bytes().count(b"\n") > 5):
            assert time.monotonic() < end, "nothing was kept in time"
            time.sleep(0.02)
    finally:
        running.kill()
        running.wait()
    kept = path.read_bytes().count(b"\n") - 1
    assert 5 <= kept < 256
    told: list[tuple[int, int]] = []
    again = dt.sensitivity(
        chicken(),
        "attack",
        samples=64,
        rng=5,
        store=path,
        jobs=1,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told[0] == (kept, 256)
    whole = dt.sensitivity(chicken(), "attack", samples=64, rng=5, jobs=1)
    assert np.array_equal(again.total, whole.total, equal_nan=True)
    assert np.array_equal(again.first_error, whole.first_error, equal_nan=True)


def test_the_logit_path_keeps_its_points_beside_the_others(tmp_path: Any) -> None:
    path = tmp_path / "points.jsonl"
    ends = ("most", "quantal")
    first = dt.sensitivity(threat(), "attack", of=ends, samples=4, store=path, jobs=1)
    assert {file.name for file in tmp_path.iterdir()} == {"points.jsonl", "points.jsonl.quantal"}
    told: list[tuple[int, int]] = []
    again = dt.sensitivity(
        threat(),
        "attack",
        of=ends,
        samples=4,
        store=path,
        jobs=1,
        progress=lambda *now: told.append(now),
    )
    assert told == [(16, 16), (16, 16)]
    assert np.array_equal(first.mean, again.mean)


def test_a_model_that_is_given_has_no_store(tmp_path: Any) -> None:
    with pytest.raises(InputError, match="solves none"):
        dt.sensitivity(
            worth(x, x=(0, 1)), "A", of="most", model=by_formula(x, "x"), store=tmp_path / "p"
        )


def test_by_regimes_the_indices_are_those_of_every_point_solved(tmp_path: Any) -> None:
    more: dict[str, Any] = {"over": ["prize", "pain"], "samples": 32, "jobs": 1}
    outcomes = ["Russia", "attack"]
    one = dt.sensitivity(chicken(), outcomes, method="regimes", store=tmp_path / "kept", **more)
    two = dt.sensitivity(chicken(), outcomes, **more)
    for name in ("first", "total", "mean", "variance", "first_error"):
        np.testing.assert_allclose(getattr(one, name), getattr(two, name), rtol=0, atol=1e-8)
    # at least Russia gets nothing, up to rounding, in the mixed equilibrium or without a prize
    assert np.isnan(two.first[0, 0]).all()
    assert "Russia (least" in two.status
    assert two.complete
    assert not one.complete
    assert "audited" in one.status
    assert (tmp_path / "kept" / "learnt.jsonl").exists()


@pytest.mark.parametrize(
    ("more", "error", "match"),
    [
        ({"method": "regime"}, LabelError, "regimes"),
        ({"method": "regimes", "of": "quantal"}, InputError, "method='points'"),
        ({"method": "regimes", "concept": "nash"}, InputError, "method='points'"),
        ({"method": "regimes", "model": by_formula(x, "x")}, InputError, "leave out"),
    ],
)
def test_what_is_not_found_by_regimes_is_refused(more: Any, error: Any, match: str) -> None:
    with pytest.raises(error, match=match):
        dt.sensitivity(chicken(), "attack", **more)


def test_by_regimes_points_without_numbers_are_refused() -> None:
    with pytest.raises(LimitError, match=r"no equilibrium is known.*narrower"):
        dt.sensitivity(
            fragile_somewhere(), "attack", {"prize": (0, 1)}, method="regimes", samples=4, jobs=1
        )


def fragile_somewhere() -> Any:
    """A payoff without a value where the prize is at most a half."""
    prize = sympy.Symbol("prize")
    big = sympy.log(prize - sympy.Rational(1, 2))
    attack, refrain = ({"Russia": p, "Guarantor": 0} for p in (big, -1))
    choices = {"attack": dt.Outcome(attack, ["attack"]), "refrain": dt.Outcome(refrain)}
    return dt.Game(["Russia", "Guarantor"], dt.Move("Russia", (), choices))
