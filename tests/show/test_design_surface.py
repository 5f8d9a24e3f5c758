import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import QuadMesh

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.study.design_record import Design, Optimum, Surface

XS, YS = np.linspace(0, 1, 5), np.linspace(0, 2, 3)


def record(values=None, *, attained=True, kind="interior", **more):
    """A design made up for a picture: the goal is x + 10 y."""
    values = XS[:, None] + 10 * YS if values is None else values
    point = {"x_one": 0.25, "y": 1.0}
    optimum = Optimum("worst", {} if kind == "none" else point, 10.25, kind, attained=attained)
    given = {
        "goal": "Guarantor", "over": {"x_one": (0, 1), "y": (0, 2)}, "fixed": {}, "robust": False,
        "optima": {"worst": optimum},
        "surface": Surface({"x_one": XS, "y": YS}, {"worst": values}),
        "draws": pd.DataFrame(), "audited": 0, "missed": 0, "solved": 0, "seconds": 0.0,
    }  # fmt: skip
    return Design(**{**given, **more})


def star(ax):
    (found,) = [line for line in ax.lines if line.get_marker() == "*"]
    return found


def test_the_first_instrument_goes_across_and_the_optimum_is_a_star():
    ax = dt.plots.design_surface(record())
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("x one", "y")
    assert (ax.get_xlim(), ax.get_ylim()) == ((0, 1), (0, 2))
    (mesh,) = [c for c in ax.collections if isinstance(c, QuadMesh)]
    np.testing.assert_allclose(mesh.get_array(), XS + 10 * YS[:, None])
    assert star(ax).get_xydata().tolist() == [[0.25, 1.0]]
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "optimum (interior; attained): 10.25"
    ]
    assert ax.get_title() == "judged by the worst equilibrium"
    labels = [axes.get_ylabel() for axes in ax.get_figure().axes]
    assert "Guarantor" in labels  # of the colour bar


def test_a_value_that_is_only_approached_is_hollow():
    ax = dt.plots.design_surface(record(attained=False))
    assert star(ax).get_markerfacecolor() == "white"
    assert "approached, not attained" in star(ax).get_label()
    assert star(dt.plots.design_surface(record())).get_markerfacecolor() != "white"


def test_where_the_requirements_fail_it_is_hatched():
    values = XS[:, None] + 10 * YS
    values[3:, 0] = -np.inf
    ax = dt.plots.design_surface(record(values))
    (mesh,) = [c for c in ax.collections if isinstance(c, QuadMesh)]
    assert mesh.get_array().mask.sum() == 2
    assert [h for c in ax.collections for h in getattr(c, "hatches", None) or [] if h] == ["///"]
    assert "requirements fail" in [t.get_text() for t in ax.get_legend().get_texts()]


def test_where_they_fail_everywhere_it_says_so():
    ax = dt.plots.design_surface(record(np.full((5, 3), -np.inf), kind="none"))
    assert [t.get_text() for t in ax.texts] == ["the requirements fail everywhere"]
    assert not ax.lines


def test_other_points_are_labelled_on_the_side_with_room():
    ax = dt.plots.design_surface(record(), markers=[("here", 0.5, 0.5), ("edge", 1, 2)])
    assert [(t.get_text(), t.xy) for t in ax.texts] == [("here", (0.5, 0.5)), ("edge", (1, 2))]
    assert [(t.get_ha(), t.get_va()) for t in ax.texts] == [("left", "bottom"), ("right", "top")]
    circles = [line.get_xydata()[0].tolist() for line in ax.lines if line.get_marker() == "o"]
    assert circles == [[0.5, 0.5], [1, 2]]


def test_a_flat_surface_and_own_axes():
    _, ax = plt.subplots()
    assert dt.plots.design_surface(record(np.ones((5, 3))), ax) is ax


def test_what_is_no_surface_is_refused():
    with pytest.raises(InputError, match="give a record from design"):
        dt.plots.design_surface(3)
    with pytest.raises(InputError, match="has two instruments, this design 1"):
        dt.plots.design_surface(record(over={"y": (0, 1)}))
    with pytest.raises(LabelError, match="selection rule"):
        dt.plots.design_surface(record(), selection="best")
    with pytest.raises(InputError, match="a marker is"):
        dt.plots.design_surface(record(), markers=["oped"])
