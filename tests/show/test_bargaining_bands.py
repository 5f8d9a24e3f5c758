"""The band of acceptable terms, by what is drawn."""

import matplotlib.pyplot as plt
import pandas as pd
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError

NAN = float("nan")


def made_up():
    rows = [
        (0.0, "all", "best", 0.1, 0.3),
        (0.0, "all", "best", 0.6, 0.8),
        (0.0, "all", "worst", NAN, NAN),
        (0.0, "Ukraine", "best", 0.0, 0.8),
        (0.0, "Ukraine", "worst", 0.2, 0.7),
        (1.0, "all", "best", 0.2, 0.9),
        (1.0, "all", "worst", 0.25, 0.5),
        (1.0, "Ukraine", "best", 0.0, 0.9),
        (1.0, "Ukraine", "worst", 0.0, 0.5),
    ]
    columns = ["strength", "who", "selection", "from", "to"]
    table = pd.DataFrame(rows, columns=columns)
    table.insert(1, "accepted_by", "both types")
    table.attrs = {"over": "strength", "complete": True, "between": (0.0, 1.0)}
    return table


def boxes(ax, way):
    container = next(c for c in ax.containers if c.get_label() == f"all, {way}")
    sides = ("x", "width", "y", "height")
    return [[round(getattr(p, f"get_{s}")(), 9) for s in sides] for p in container.patches]


def test_each_value_stands_for_what_is_nearest_to_it():
    ax = dt.plots.bargaining_bands(made_up())
    assert boxes(ax, "best") == [[0, 0.5, 0.1, 0.2], [0, 0.5, 0.6, 0.2], [0.5, 0.5, 0.2, 0.7]]
    assert boxes(ax, "worst") == [[0.5, 0.5, 0.25, 0.25]]


@pytest.mark.parametrize(("way", "tops"), [("worst", [0.7, 0.5]), ("best", [0.8, 0.9])])
def test_marks_show_where_one_side_stops(way, tops):
    ax = dt.plots.bargaining_bands(made_up(), selection=way)
    lines = {line.get_label(): line.get_ydata().tolist() for line in ax.lines}
    assert lines["Ukraine, to"] == tops


def test_axes_and_legend_say_what_is_shown():
    table = made_up()
    ax = dt.plots.bargaining_bands(table)
    assert ax.get_xlabel() == "strength"
    assert "Russia keeps" in ax.get_ylabel()
    assert len(ax.get_legend().get_texts()) == 3
    assert ax.get_legend().get_title().get_text() == "accepted by both types"
    table.attrs["complete"] = False
    text = dt.plots.bargaining_bands(table).get_legend().get_title().get_text()
    assert "not all solved completely" in text


def test_given_axes_are_used():
    _, (left, right) = plt.subplots(1, 2)
    assert dt.plots.bargaining_bands(made_up(), ax=right) is right
    assert not left.patches


def test_other_tables_and_words_are_refused():
    with pytest.raises(InputError, match="bargaining_ranges"):
        dt.plots.bargaining_bands(made_up().drop(columns="who"))
    bare = made_up()
    bare.attrs = {}
    with pytest.raises(InputError, match="over"):
        dt.plots.bargaining_bands(bare)
    with pytest.raises(LabelError, match="both types"):
        dt.plots.bargaining_bands(made_up(), "security only")
    with pytest.raises(LabelError, match="worst"):
        dt.plots.bargaining_bands(made_up(), selection="mean")
