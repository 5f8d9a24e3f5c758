"""Regions drawn from formulas: what is filled, where borders run, what the legend says."""

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, ParameterError


def game():
    """Russia attacks where the prize exceeds the pain squared."""
    prize, pain = sympy.symbols("prize pain", real=True)
    attack = dt.Outcome({"Russia": prize - pain**2}, ["attack"])
    root = dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})})
    return dt.Game(["Russia"], root, ranges={"prize": (0, 1), "pain": (0, 1)})


def drawn():
    whole = game()
    found = {}
    for name, prize in {"war": 1, "peace": 0}.items():
        (equilibrium,) = dt.solve(whole.at(prize=prize, pain="1/2"))
        found[name] = dt.region(whole, equilibrium)
    return found


def texts(ax):
    return [" ".join(t.get_text().split()) for t in ax.get_legend().get_texts()]


def test_regions_are_filled_and_their_common_border_is_named_once():
    ax = dt.plots.regions(drawn(), "pain", "prize", {})
    assert texts(ax) == ["A: war", "B: peace", "1: prize = pain**2"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("pain", "prize")
    letters = {t.get_text(): t.get_position() for t in ax.texts if t.get_text() in "AB"}
    assert letters["A"][1] > letters["A"][0] ** 2
    assert letters["B"][1] < letters["B"][0] ** 2


def test_the_border_runs_where_the_constraint_is_zero():
    ax = dt.plots.regions(drawn(), "pain", "prize", {})
    lines = [c for c in ax.collections if str(c.get_label()).startswith("border")]
    points = np.concatenate([p.vertices for c in lines for p in c.get_paths() if len(p.vertices)])
    np.testing.assert_allclose(points[:, 1], points[:, 0] ** 2, atol=1e-4)
    assert np.ptp(points[:, 0]) > 0.9


def test_a_region_that_is_nowhere_here_says_so():
    whole = game()
    (equilibrium,) = dt.solve(whole.at(prize=1, pain="1/2"))
    shifted = dt.Game(["Russia"], whole.root, ranges={"prize": (-1, "-1/2"), "pain": (0, 1)})
    ax = dt.plots.regions({"war": dt.region(whole, equilibrium)}, "pain", "prize", {})
    assert "nowhere" not in texts(ax)[0]
    found = dt.region(shifted, equilibrium)
    ax = dt.plots.regions({"war": found}, "pain", "prize", {})
    assert texts(ax)[0] == "A: war (nowhere here)"


def test_bad_requests():
    with pytest.raises(InputError, match="at least one region"):
        dt.plots.regions({}, "pain", "prize", {})
    with pytest.raises(InputError, match="both axes"):
        dt.plots.regions(drawn(), "pain", "pain", {})
    with pytest.raises(ParameterError, match="Did you mean 'prize'"):
        dt.plots.regions(drawn(), "pain", "price", {})


def test_regions_of_one_shape_have_letters_apart():
    peace = drawn()["peace"]
    ax = dt.plots.regions(dict.fromkeys(["one", "two", "three"], peace), "pain", "prize", {})
    places = {t.get_text(): np.array(t.get_position()) for t in ax.texts if t.get_text() in "ABC"}
    assert set(places) == {"A", "B", "C"}
    for one, two in ("AB", "AC", "BC"):
        assert np.hypot(*(places[one] - places[two])) > 0.05
    assert all(y < x**2 for x, y in places.values())  # each in its region
