import matplotlib.pyplot as plt
import pandas as pd
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.study.points import solve_points
from tests.study.small_games import chicken, fragile

TABLE = pd.DataFrame(
    {
        "attack (least)": [0.0, 0.25, float("nan")],
        "attack (most)": [1.0, 0.25, float("nan")],
        "complete": [True, False, False],
    },
    index=["treaty", "pledge", "nothing"],
)


def notes(ax):
    return [text.get_text() for text in ax.texts]


def test_a_bar_runs_from_least_to_most():
    ax = dt.plots.envelope_bars(TABLE, "attack")
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0.0, 1.0), (0.25, 0.0)]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["treaty", "pledge", "nothing"]
    assert notes(ax) == ["0.00 to 1.00", "0.25; more may exist", "not solved"]
    below, above = ax.get_ylim()
    assert below > above  # the first row is the upper one


def test_a_set_that_is_not_complete_is_hatched():
    ax = dt.plots.envelope_bars(TABLE, "attack")
    assert [bar.get_hatch() for bar in ax.patches] == [None, "////"]


def test_results_show_their_distinct_outcomes():
    results = solve_points(chicken(), [{"both": 1}, {"prize": -1, "pain": 1}], jobs=1)
    ax = dt.plots.envelope_bars(results, "force", labels=["a prize", "none"])
    dots = [row for row in ax.lines if row.get_marker() == "o"]
    assert [sorted(row.get_xdata()) for row in dots] == [
        sorted(outcome["force"] for outcome in result.outcomes) for result in results
    ]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["a prize", "none"]
    assert "dots: the distinct outcomes" in ax.get_xlabel()


def test_a_failed_point_has_a_row_without_a_bar():
    results = solve_points(fragile(), [{"prize": 1}, {"prize": 0}], jobs=1)
    ax = dt.plots.envelope_bars(results, "attack")
    assert len(ax.patches) == 1
    assert "not solved" in notes(ax)


def test_given_axes_are_used():
    _, (left, right) = plt.subplots(1, 2)
    assert dt.plots.envelope_bars(TABLE, "attack", ax=right) is right
    assert not left.patches


def test_wrong_names_are_refused():
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        dt.plots.envelope_bars(TABLE, "attacks")
    with pytest.raises(InputError, match="2 labels for 3 rows"):
        dt.plots.envelope_bars(TABLE, "attack", labels=["a", "b"])
