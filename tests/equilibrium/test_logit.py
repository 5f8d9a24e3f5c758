"""Quantal response: closed forms, limits, invariance."""

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import DeterrenceError


def prisoners():
    return dt.StrategicGame(
        {"A": [[3, 0], [5, 1]], "B": [[3, 5], [0, 1]]},
        {"A": ["cooperate", "defect"], "B": ["cooperate", "defect"]},
    )


def test_the_path_starts_from_even_play_and_ends_at_defection():
    path = dt.quantal_path(prisoners())
    assert path.precision[0] == 0
    assert np.allclose(path.probabilities[0], 0.5)
    assert path.along("A", "defect")[-1] > 1 - 1e-4
    found = dt.solve(prisoners(), "quantal")
    assert dict(found[0].payoffs) == {"A": 1, "B": 1}
    assert found.path is not None
    assert "complete" in repr(found)
    assert len(repr(found)) < 100


def logit_residual(game, row, precision):
    a, b = (np.array(m, dtype=float) for m in game.as_floats().values())
    x, y = row[:2], row[2:]
    gains = (a @ y)[1] - (a @ y)[0], (x @ b)[1] - (x @ b)[0]
    return max(abs(np.log(p[1] / p[0]) - precision * g) for p, g in zip((x, y), gains, strict=True))


@pytest.mark.parametrize(
    "payoffs",
    [
        {"A": [[9, 0], [0, 1]], "B": [[0, 1], [1, 0]]},
        {"A": [[4, 0], [3, 2]], "B": [[4, 3], [0, 2]]},
    ],
    ids=["matching pennies", "stag hunt"],
)
def test_the_logit_equations_hold_all_along(payoffs):
    game = dt.StrategicGame(payoffs)
    path = dt.quantal_path(game, to=5)
    rows = zip(path.probabilities, path.precision, strict=True)
    assert max(logit_residual(game, row, t) for row, t in rows) < 1e-7


def test_the_symmetric_stag_hunt_ends_at_the_risk_dominant_equilibrium():
    """Deviation losses: stag 1, hare 2; so hare is risk-dominant."""
    found = dt.solve(dt.StrategicGame({"A": [[4, 0], [3, 2]], "B": [[4, 3], [0, 2]]}), "quantal")
    assert dict(found[0].payoffs) == {"A": 2, "B": 2}


def test_scaling_payoffs_scales_precision():
    one = dt.quantal_equilibria(prisoners(), 0.7, starts=20, rng=0)
    ten = dt.StrategicGame({"A": [[30, 0], [50, 10]], "B": [[30, 50], [0, 10]]})
    other = dt.quantal_equilibria(ten, 0.07, starts=20, rng=0)
    assert len(one) == len(other) == 1


def test_several_fixed_points_where_precision_is_high():
    game = dt.StrategicGame({"A": [[4, 0], [3, 2]], "B": [[4, 3], [0, 2]]})
    assert len(dt.quantal_equilibria(game, 20, starts=60, rng=0)) == 3


def entry():
    reply = {
        "fight": dt.Outcome({"E": -1, "I": -1}),
        "share": dt.Outcome({"E": 1, "I": 1}),
    }
    stay = dt.Outcome({"E": 0, "I": 2})
    return dt.Game(["E", "I"], dt.Move("E", (), {"out": stay, "in": dt.Move("I", "in", reply)}))


def test_trees_end_in_the_sequential_set():
    found = dt.solve(entry(), "quantal")
    assert dict(found[0].payoffs) == {"E": 1, "I": 1}


@pytest.mark.parametrize("precision", [-1, float("nan"), float("inf")])
def test_wrong_precision_is_told(precision):
    with pytest.raises(DeterrenceError):
        dt.quantal_equilibria(prisoners(), precision, rng=0)
