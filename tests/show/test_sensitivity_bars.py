import matplotlib.pyplot as plt
import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, LabelError

x, y = sympy.symbols("x y")
GAME = dt.Game(["A", "B"], dt.Outcome({"A": x + 2 * y, "B": x}), ranges={"x": (0, 1), "y": (0, 1)})


def model(values):
    a = values["x"] + 2 * values["y"]
    return {"A (least)": a, "A (most)": a + 0.5, "B (least)": values["x"], "B (most)": values["x"]}


def indices(**more):
    return dt.sensitivity(GAME, **{"outcome": "A", "samples": 64, "model": model, **more})


def moved(**more):
    at = {"x": "0.25", "y": "0.5"}
    return dt.swings(GAME, **{"outcome": "A", "at": at, "model": model, **more})


def legend(ax):
    return [t.get_text() for t in ax.get_legend().get_texts()]


def test_bars_are_the_indices_largest_first_with_their_errors():
    record = indices(of="most")
    ax = dt.plots.sensitivity(record)
    assert [t.get_text() for t in ax.get_yticklabels()] == ["y", "x"]
    widths = [bar.get_width() for bar in ax.patches]
    expected = [*record.first[0, 0, ::-1], *record.total[0, 0, ::-1]]
    assert widths == pytest.approx(expected)
    whiskers = [c for c in ax.collections if hasattr(c, "get_segments")]
    lengths = [np.ptp(s[:, 0]) for c in whiskers for s in c.get_segments()]
    errors = [*record.first_error[0, 0, ::-1], *record.total_error[0, 0, ::-1]]
    assert lengths == pytest.approx([2 * e for e in errors])
    assert ax.get_xlabel() == "share of the variance of A"
    assert legend(ax) == [
        "most over all equilibria: alone",
        "most over all equilibria: with interactions",
    ]


def test_every_end_has_its_bars_and_they_differ_without_colour():
    ax = dt.plots.sensitivity(indices())
    assert len(ax.patches) == 2 * 2 * 2
    assert len(legend(ax)) == 4
    assert len({bar.get_hatch() for bar in ax.patches}) == 3  # filled, and a hatch for each end
    tops = sorted(bar.get_y() for bar in ax.patches)
    assert np.diff(tops).min() > 0.1  # side by side


def test_one_of_several_outcomes_is_chosen():
    record = indices(outcome=["A", "B"])
    with pytest.raises(InputError, match="name one: A, B"):
        dt.plots.sensitivity(record)
    with pytest.raises(LabelError, match="unknown outcome"):
        dt.plots.sensitivity(record, outcome="C")
    ax = dt.plots.sensitivity(record, outcome="B")
    assert [t.get_text() for t in ax.get_yticklabels()] == ["x", "y"]


def test_an_outcome_that_does_not_vary_is_told():
    still = indices(model=lambda values: {"A (most)": 0 * values["x"]}, of="most")
    with pytest.raises(InputError, match="the same at all points"):
        dt.plots.sensitivity(still)


def test_a_tornado_goes_from_the_base_to_both_ends_widest_first():
    """At x = 1/4 and y = 1/2 the outcome is 5/4: y moves it by 1 either way, x by -1/4 and 3/4."""
    ax = dt.plots.tornado(moved(of="least"))
    assert [t.get_text() for t in ax.get_yticklabels()] == ["y\n0 to 1", "x\n0 to 1"]
    bars = [(bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches]
    assert bars == [(1.25, 0.25), (1.25, 1.0), (1.25, 2.25), (1.25, 2.0)]
    assert [line.get_xdata()[0] for line in ax.lines] == [1.25]
    assert {bar.get_hatch() for bar in ax.patches} == {"////", ""}
    assert legend(ax)[-2:] == ["low end of the range", "high end of the range"]


def test_each_end_has_its_own_base():
    ax = dt.plots.tornado(moved())
    assert [line.get_xdata()[0] for line in ax.lines] == [1.25, 1.75]
    assert len({line.get_linestyle() for line in ax.lines}) == 2
    assert len(ax.patches) == 8


def test_given_axes_are_used_and_other_records_refused():
    _, (left, right) = plt.subplots(1, 2)
    assert dt.plots.sensitivity(indices(), left) is left
    assert dt.plots.tornado(moved(), right) is right
    with pytest.raises(InputError, match="from swings"):
        dt.plots.tornado(indices())
    with pytest.raises(InputError, match="from sensitivity"):
        dt.plots.sensitivity(moved())
