"""Simple plays of the long run against its solved games, and laws that they have."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.longrun_parameters import long_run_defaults
from deterrence.guarantee.timing import balances
from deterrence.oped.long_run_points import solve_long_run
from deterrence.oped.own_points import columns_of, points_of
from deterrence.oped.settings import BASE
from deterrence.oped.simple_months import pushed
from deterrence.oped.simple_years import MINDS, RUSSIANS, SimpleYears
from deterrence.oped.talks import when_to_talk

COUNT, YEARS = 16, 10


def drawn(claim: str, seed: int) -> tuple[dict[str, np.ndarray], list[dict]]:
    """Points as arrays, and the same in fractions."""
    columns = columns_of(claim, COUNT, "plausible", seed)
    settled = {n: long_run_defaults(arrangement("oped"))[n] for n in ("h_start", "h_end")}
    zero = np.zeros(COUNT)
    arrays = {n: zero + x for n, x in BASE.items()} | dict(columns)
    arrays |= {n: zero + float(x) for n, x in settled.items()} | {"kept": columns["terms"]}
    exact = [values | settled | {"kept": values["terms"]} for values in points_of(columns)]
    return arrays, exact


@pytest.mark.parametrize(("levels", "remembers"), [(2, True), (2, False), (0, True)])
def test_steady_plays_are_among_the_equilibria(levels: int, remembers: bool) -> None:
    """Written apart from the trees and the solver: survival, and what it is worth to Ukraine."""
    x, points = drawn("C08", 11)
    rho = x["rho"][:, None]
    curves, worths = [], []
    steady = np.ones(COUNT, dtype=bool)
    for mind in MINDS:
        played = []
        for kind in RUSSIANS:
            years = SimpleYears(x, kind, levels, remembers)
            attacks, answers, calm = years.play(mind)
            played.append((years.peace(attacks, YEARS), years.ukraine(attacks, answers)))
            steady &= calm
        (one, own), (other, theirs) = played
        curves.append(rho * one + (1 - rho) * other)
        worths.append(x["rho"] * own + (1 - x["rho"]) * theirs)
    compared = 0
    for k in np.flatnonzero(steady):
        found = solve_long_run(points[k], YEARS, levels=levels, reputation=remembers)
        if not found.complete:
            continue
        compared += 1
        least, most = found.payoffs["Ukraine"]
        for curve, worth in zip(curves, worths, strict=True):
            assert (curve[k] >= found.least - 1e-9).all()
            assert (curve[k] <= found.most + 1e-9).all()
            assert least - 1e-9 <= worth[k] <= most + 1e-9
        if found.unique:
            assert curves[0][k] == pytest.approx(found.most, abs=1e-9)
            assert worths[0][k] == pytest.approx(least, abs=1e-9)
    assert compared > COUNT // 2


@settings(deadline=None, max_examples=20)
@given(st.integers(0, 10_000), st.sampled_from(list(MINDS)), st.sampled_from(RUSSIANS))
def test_steady_means_that_another_round_changes_nothing(seed: int, mind: str, kind: str) -> None:
    x, _ = drawn("C08", seed)
    years = SimpleYears(x, kind)
    attacks, answers, steady = years.play(mind)
    again = years._answers(attacks, answers)
    assert (again == answers).all(axis=(1, 2))[steady].all()
    assert (years._challenges(attacks, answers) == attacks).all(axis=1)[steady].all()
    left = years.peace(attacks, YEARS)
    assert (np.diff(left, axis=1) <= 1e-12).all()
    assert (left[:, 0] == 1).all()


def test_probabilities_of_a_year_sum_to_one() -> None:
    x, _ = drawn("C08", 2)
    years = SimpleYears(x, "revisionist")
    assert years.calm.sum(axis=2) == pytest.approx(1)
    assert (years.calm >= 0).all()
    lost = years._crisis["lost"][:, :, None]
    assert years._after.sum(axis=4) + lost == pytest.approx(np.ones(years._after.shape[:4]))


def test_who_gains_nothing_never_attacks_and_who_loses_nothing_always_does() -> None:
    x, _ = drawn("C08", 4)
    dear = SimpleYears({**x, "c_0": x["c_0"] + 10}, "security")
    assert not dear.play("always")[0].any()
    free = {**x, "c_0": 0 * x["c_0"], "c_A": 0 * x["c_A"], "c_F": 0 * x["c_F"]}
    free["delta_R"] = 0 * x["delta_R"]  # so that nothing is lost by not waiting
    assert SimpleYears(free, "revisionist").play("never")[0].all()


def test_being_pushed_costs_what_the_stopping_problem_says() -> None:
    """The worst peace by the solver and by simple plays, each through a stopping problem."""
    x, points = drawn("C37", 3)
    lattice = balances(5)
    cost = pushed(x, [float(m) for m in lattice])
    compared = 0
    for k in range(0, COUNT, 4):
        left_out = ("m0", "terms", "kept", "h_start", "h_end", *BASE)
        changes = {n: v for n, v in points[k].items() if n not in left_out}
        found = when_to_talk(
            "oped", changes, points=5, deadlines=(0,), levels=1, offers=["guarantee"]
        )
        if not found.complete:
            continue
        near = abs(np.array([float(m) for m in lattice]) - x["m0"][k]).argmin()
        push = found.grid["push"].sel(offer="guarantee", months=0).values[near]
        assert cost[k] == pytest.approx(push, abs=1e-9)
        compared += 1
    assert compared >= 2
