"""Regime shares against areas by hand, and intervals against their definition."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from scipy.stats import binom

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.study.shares import Share
from tests.study.small_games import chicken

prize, pain = sympy.symbols("prize pain")


def threat() -> dt.Game:
    attack = dt.Outcome({"Russia": prize - 2 * pain}, ["attack"])
    root = dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})})
    return dt.Game(["Russia"], root, ranges={"prize": (0, 1), "pain": (0, 1)})


def shares(game: dt.Game, over: Any = None, **more: Any) -> Any:
    return dt.shares(game, over, **{"jobs": 1, "samples": 256, **more})


@pytest.mark.parametrize("sampler", ["sobol", "uniform"])
def test_an_area(sampler: str) -> None:
    """The attack region prize > 2 pain of the unit square is a triangle of area 1/4."""
    record = shares(threat(), sampler=sampler)
    low, high = record.exists["attack"].interval(0.999)
    assert low < 0.25 < high
    assert high - low < 0.2
    assert record.exists["attack"] == record.only["attack"]
    assert record.several.yes == 0
    if sampler == "sobol":
        assert record.exists["attack"].value == pytest.approx(0.25, abs=0.015)


def test_other_ranges_have_other_shares() -> None:
    """With a pain of at most 1/2, half of the rectangle."""
    record = shares(threat(), {"prize": (0, 1), "pain": (0, "1/2")})
    assert record.exists["attack"].value == pytest.approx(0.5, abs=0.02)


def test_what_exists_and_what_is_sure_differ() -> None:
    """With a prize above 0, two thirds of the range, a quiet, an attack and a mixed equilibrium.

    In the mixed one force is met with some probability that is never 0 or 1.
    """
    record = shares(chicken(), classify=lambda o: "attack" if o["attack"] > 0.5 else "quiet")
    assert record.exists["quiet"].yes == 256
    assert record.exists["attack"].value == pytest.approx(2 / 3, abs=0.01)
    assert record.only["quiet"].value == pytest.approx(1 / 3, abs=0.01)
    assert record.only["attack"].yes == 0
    assert record.several.value == record.exists["attack"].value
    frame = record.to_frame()
    assert list(frame["regime"]) == ["quiet", "attack"]
    assert (frame["exists low"] <= frame["exists"]).all()
    assert (frame["only high"] >= frame["only"]).all()
    assert "complete set" in record.status


@pytest.mark.parametrize(("yes", "draws"), [(3, 20), (0, 20), (20, 20), (17, 40)])
def test_the_interval_is_that_of_clopper_and_pearson(yes: int, draws: int) -> None:
    """At its ends what was seen, or more, or less, has probability one fortieth."""
    low, high = Share(yes, 0, draws).interval()
    if yes:
        assert binom.sf(yes - 1, draws, low) == pytest.approx(0.025)
    else:
        assert low == 0
    if yes < draws:
        assert binom.cdf(yes, draws, high) == pytest.approx(0.025)
    else:
        assert high == 1


def test_the_unknown_widen_the_interval_both_ways() -> None:
    some, none, every = Share(3, 5, 20), Share(3, 0, 20), Share(8, 0, 20)
    assert some.interval() == (none.interval()[0], every.interval()[1])


def test_a_draw_that_fails_is_unknown_and_not_left_out() -> None:
    broken = dt.Game(
        ["A"],
        dt.Chance({"x": (prize, dt.Outcome({"A": 1}, ["x"])), "y": (1, dt.Outcome({"A": 0}))}),
        ranges={"prize": (0, 1)},
    )
    record = shares(broken, samples=4)
    assert len(record.points.failed) == 4
    assert record.exists == {}
    assert record.several.unknown == 4
    assert "4 of which failed" in record.status


def test_the_same_seed_gives_the_same_draws() -> None:
    one, same, other = (shares(threat(), samples=16, rng=seed) for seed in (0, 0, 1))
    assert [r.point for r in one.points] == [r.point for r in same.points]
    assert [r.point for r in one.points] != [r.point for r in other.points]


def test_draws_fill_the_ranges() -> None:
    record = shares(chicken(), samples=64)
    values = np.array([float(r.point["prize"]) for r in record.points])
    assert -1 <= values.min() < -0.9
    assert 1.9 < values.max() <= 2


def test_a_stopped_run_goes_on_from_its_store(tmp_path: Path) -> None:
    store = tmp_path / "draws.jsonl"

    def stop(done: int, total: int) -> None:
        if done == 5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        shares(threat(), samples=16, store=store, progress=stop)
    assert len(store.read_text(encoding="utf-8").splitlines()) == 1 + 5
    seen: list[int] = []
    record = shares(threat(), samples=16, store=store, progress=lambda done, _: seen.append(done))
    assert seen[0] == 5
    assert record.to_frame().equals(shares(threat(), samples=16).to_frame())


@pytest.mark.parametrize(
    ("more", "error", "text"),
    [
        ({"samples": 100}, InputError, "power of two"),
        ({"samples": 0}, InputError, "1 or more"),
        ({"samples": True}, InputError, "1 or more"),
        ({"sampler": "grid"}, LabelError, "unknown sampler"),
        ({"over": ["prize"]}, ParameterError, "no number for pain"),
        ({"classify": ["atack"]}, LabelError, "Did you mean 'attack'"),
        ({"rng": -1}, InputError, "rng"),
    ],
)
def test_bad_input_is_told(more: Any, error: type, text: str) -> None:
    with pytest.raises(error, match=text):
        shares(threat(), **more)


def test_a_level_is_a_share() -> None:
    with pytest.raises(InputError, match="level"):
        shares(threat(), samples=2).to_frame(level=95)
