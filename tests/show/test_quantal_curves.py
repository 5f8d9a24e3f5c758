import matplotlib.pyplot as plt
import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError


def prisoners():
    return dt.StrategicGame(
        {"A": [[3, 0], [5, 1]], "B": [[3, 5], [0, 1]]},
        {"A": ["cooperate", "defect"], "B": ["cooperate", "defect"]},
    )


def bent():
    return dt.StrategicGame({"A": [[0, 18], [25, 13]], "B": [[7, 12], [18, 19]]})


def curves(ax):
    return [line for line in ax.lines if not line.get_label().startswith("_")]


def test_each_action_is_a_curve_through_the_points_of_the_path():
    path = dt.quantal_path(prisoners())
    ax = dt.plots.quantal_path(path)
    assert ax.get_xscale() == "log"
    assert [c.get_label() for c in curves(ax)] == [
        "A: cooperate",
        "A: defect",
        "B: cooperate",
        "B: defect",
    ]
    for curve, (player, _, action) in zip(curves(ax), path.labels, strict=True):
        assert curve.get_xdata() == pytest.approx(path.precision[1:])
        assert curve.get_ydata() == pytest.approx(path.along(player, action)[1:])


def test_curves_stay_apart_without_colour():
    ax = dt.plots.quantal_path(dt.quantal_path(prisoners()))
    looks = {(c.get_marker(), c.get_linestyle()) for c in curves(ax)}
    assert len(looks) == 4


def test_turning_points_are_marked_where_the_path_turns():
    path = dt.quantal_path(bent())
    ax = dt.plots.quantal_path(path)
    assert len(ax.collections) == len(path.turning_points) == 2
    for rings, turn in zip(ax.collections, path.turning_points, strict=True):
        expected = [[turn.precision, np.exp(x)] for x in turn.log_probabilities]
        assert np.allclose(rings.get_offsets(), expected)
    dotted = [line for line in ax.lines if line.get_linestyle() == ":"]
    assert [line.get_xdata()[0] for line in dotted] == [t.precision for t in path.turning_points]
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts[-1] == "turning point"
    assert texts.count("turning point") == 1
    precision = curves(ax)[0].get_xdata()
    assert np.any(np.diff(precision) < 0)  # the curve itself bends back


def test_without_turning_points_none_are_marked():
    ax = dt.plots.quantal_path(dt.quantal_path(prisoners()))
    assert not ax.collections
    assert "turning point" not in [t.get_text() for t in ax.get_legend().get_texts()]


def test_chosen_actions_in_the_given_axes():
    path = dt.quantal_path(prisoners())
    _, (left, right) = plt.subplots(1, 2)
    ax = dt.plots.quantal_path(path, right, actions=[("B", (), "defect"), ("A", (), "defect")])
    assert ax is right
    assert not left.lines
    assert [c.get_label() for c in curves(ax)] == ["B: defect", "A: defect"]
    assert ax.get_legend().get_title().get_text() == "2 of 4 actions"


def test_of_many_actions_those_that_move_most_are_drawn():
    tables = np.random.default_rng(0).integers(0, 9, (2, 7, 7)).tolist()
    path = dt.quantal_path(dt.StrategicGame({"A": tables[0], "B": tables[1]}))
    ax = dt.plots.quantal_path(path)
    drawn = {c.get_label() for c in curves(ax)}
    moved = {
        f"{player}: {action}": np.ptp(path.along(player, action))
        for player, _, action in path.labels
    }
    assert len(drawn) == 8
    assert min(moved[name] for name in drawn) >= max(
        x for name, x in moved.items() if name not in drawn
    )


def test_what_a_player_knows_is_in_the_legend():
    share = dt.Outcome({"E": 1, "I": 1})
    reply = dt.Move("I", "entry", {"fight": dt.Outcome({"E": -1, "I": -1}), "share": share})
    stay = dt.Outcome({"E": 0, "I": 2})
    game = dt.Game(["E", "I"], dt.Move("E", (), {"out": stay, "in": reply}))
    ax = dt.plots.quantal_path(dt.quantal_path(game))
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert "E: out" in texts
    assert "I: fight\n  knowing entry" in texts


def test_wrong_input_is_told():
    path = dt.quantal_path(prisoners())
    with pytest.raises(InputError, match=r"solution\.path"):
        dt.plots.quantal_path(dt.solve(prisoners(), "quantal"))
    with pytest.raises(InputError, match="nothing to draw"):
        dt.plots.quantal_path(dt.quantal_path(prisoners(), to=0))
    with pytest.raises(InputError, match="0 actions"):
        dt.plots.quantal_path(path, actions=[])
    with pytest.raises(LabelError, match="unknown choice"):
        dt.plots.quantal_path(path, actions=[("A", (), "defct")])
