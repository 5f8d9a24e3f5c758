"""A mixture that ends where its condition fails leaves nothing behind at the end of its range.

A condition on a player who is reached with some probability is that probability times a gain. It
holds wherever the probability is zero, so that the end of a mixture seems to be an equilibrium
where the mixture itself has ceased to be one.
"""

import numpy as np
import sympy

import deterrence as dt

LINE = [k / 100 for k in range(-90, 290, 3)]


def signals():
    """A is quiet, or asks and meets u or v; B is indifferent between quiet and u.

    Below 1/4 the one who answers takes v whoever asks, and then both ask: by hand that is the only
    equilibrium, with 2 and 1/2 for A and B. From 1/4 on B may mix, and then u may be the answer.
    """
    y = sympy.Symbol("y")

    def end(pair, *events):
        return dt.Outcome(dict(zip("SR", pair, strict=True)), events)

    def kind(name, u, v):
        answer = dt.Move("R", ("ask",), {"u": end(u, "u"), "v": end(v, "v")})
        return dt.Move("S", (name,), {"quiet": end((0, 0), "quiet"), "ask": answer})

    a, b = kind("A", (-1, -2), (2, 2)), kind("B", (0, 2 * y), ("1/2", 1 - 2 * y))
    chance = dt.Chance({"A": ("1/2", a), "B": ("1/2", b)})
    return dt.Game(["S", "R"], chance, ranges={"y": (-1, 3)})


def test_a_map_has_no_play_of_a_mixture_that_is_not_there():
    grid = dt.sweep(signals(), {"y": LINE}, method="regimes", audit=40, jobs=1)
    below = grid.isel(y=np.array(LINE) < 0.25)
    assert set(below.regime.values.tolist()) == {"v"}
    np.testing.assert_allclose(below.least.sel(outcome="S"), 1.25, atol=1e-9)
    assert grid.attrs["missed"] == 0


def test_nor_has_a_cloud_nor_a_box():
    drawn = np.random.default_rng(0).uniform(-1, 3, 400)
    cloud = dt.sample(signals(), {"y": drawn}, audit=40, jobs=1)
    below = cloud.isel(point=cloud.y.values < 0.25)
    np.testing.assert_allclose(below.least.sel(outcome="S"), 1.25, atol=1e-9)
    boxes = dt.adaptive_sweep(signals(), {"y": (-1, 3)}, 64, audit=40, jobs=1)
    low = boxes.isel(box=boxes.upper.values[:, 0] < 0.2)
    assert set(low.regime.values.tolist()) == {"v"}


def pooling():
    """Both are quiet since R answers a question by u, which it may only if B surely asked."""
    y = sympy.Symbol("y")

    def end(pair, *events):
        return dt.Outcome(dict(zip("SR", pair, strict=True)), events)

    def kind(name, quiet, u, v):
        answer = dt.Move("R", ("ask",), {"u": end(u, "u"), "v": end(v, "v")})
        return dt.Move("S", (name,), {"quiet": end(quiet, "quiet"), "ask": answer})

    a, b = kind("A", (1, 0), (0, 1), (y, 2)), kind("B", (0, 0), (-1, 1), (-2, 1))
    chance = dt.Chance({"A": ("1/2", a), "B": ("1/2", b)})
    return dt.Game(["S", "R"], chance, ranges={"y": (0, 3)})


def test_a_belief_may_be_zero_all_along_a_family():
    # by hand: from A's asking R concludes v, so that A asks where y exceeds 1; but after nobody
    # asks, R may believe in B and take u, at any y
    grid = dt.sweep(pooling(), {"y": LINE[31:]}, method="regimes", audit=40, jobs=1)
    assert grid.attrs["missed"] == 0
    np.testing.assert_allclose(grid.most.sel(outcome="quiet"), 1, atol=1e-9)
    asked = np.where(np.array(LINE[31:]) > 1, 0.5, 1)
    np.testing.assert_allclose(grid.least.sel(outcome="quiet"), asked, atol=1e-9)
