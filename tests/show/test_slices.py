"""A line through a map of any kind: what is drawn is what the map, or a solution, says there."""

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from tests.show.made_up import grid

prize, pain = sympy.symbols("prize pain")


def threat():
    """Russia attacks if the prize exceeds the pain, so that the border is the diagonal."""
    attack = dt.Outcome({"Russia": prize - pain}, ["attack"])
    return dt.Game(
        ["Russia"],
        dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})}),
        ranges={"prize": (0, 1), "pain": (0, 1)},
    )


AXES = {"prize": [k / 20 for k in range(21)], "pain": ["0.1", "0.42", "0.9"]}


@pytest.fixture(scope="module", params=["points", "regimes"])
def swept(request):
    return dt.sweep(threat(), AXES, method=request.param, audit=10, jobs=1)


@pytest.fixture(scope="module")
def boxes():
    return dt.adaptive_sweep(threat(), {"prize": (0, 1), "pain": (0, 1)}, 64, audit=10, jobs=1)


def edges(ax):
    """The least and the most, as drawn: where they stand and what they are."""
    low, high = ax.lines[:2]
    assert np.array_equal(low.get_xdata(), high.get_xdata())
    return low.get_xdata(), low.get_ydata(), high.get_ydata()


def test_a_slice_of_a_grid_is_the_line_at_the_nearest_point(swept):
    ax = dt.plots.slices(swept, "prize", "attack", {"pain": "0.4"})
    xs, least, most = edges(ax)
    assert ax.get_title() == "pain = 0.42"
    assert xs.tolist() == AXES["prize"]
    assert least.tolist() == most.tolist() == [float(x > 0.42) for x in xs]
    assert ax.lines[0].get_drawstyle() == "steps-mid"
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("prize", "probability")


def test_a_slice_runs_along_either_axis(swept):
    ax = dt.plots.slices(swept, "pain", ["attack", "Russia"], {"prize": 0.5})
    assert len(ax.collections) == 2
    payoff = ax.lines[2]
    assert payoff.get_xdata().tolist() == [0.1, 0.42, 0.9]
    assert payoff.get_ydata() == pytest.approx([0.4, 0.08, 0])
    assert ax.get_ylabel() == "probability or payoff"


def test_the_legend_tells_how_a_map_by_regimes_was_audited(swept):
    ax = dt.plots.slices(swept, "prize", "attack", {"pain": "0.42"})
    texts = [" ".join(t.get_text().split()) for t in ax.get_legend().get_texts()]
    if "complete" in swept:
        assert texts == ["attack"]
    else:
        assert texts[0] == "attack"
        assert texts[1].startswith("audited 10, missed 0")


def test_a_line_of_a_map_by_regimes_is_drawn_as_it_is():
    row = dt.sweep(threat(), {"prize": AXES["prize"]}, fixed={"pain": "0.42"}, method="regimes",
                   audit=5, jobs=1)  # fmt: skip
    for ax in (dt.plots.slices(row, "prize", "attack"), dt.plots.event_bands(row, "attack")):
        xs, least, most = edges(ax)
        assert least.tolist() == most.tolist() == [float(x > 0.42) for x in xs]
        assert ax.get_title() == ""


@pytest.mark.parametrize("at", [0.3, 0.77, 0, 1])
def test_a_slice_of_an_adaptive_map_covers_the_line_once(boxes, at):
    ax = dt.plots.slices(boxes, "prize", "attack", {"pain": at})
    xs, least, most = edges(ax)
    assert ax.lines[0].get_drawstyle() == "steps-post"
    assert np.all(np.diff(xs) > 0)
    assert xs[0] == pytest.approx(0, abs=1 / 64)
    assert xs[-1] == pytest.approx(1, abs=1 / 64)
    for left, right, low, high in zip(xs, xs[1:], least, most, strict=False):
        if right < at - 2 / 64:
            assert (low, high) == (0, 0)
        elif left > at + 2 / 64:
            assert (low, high) == (1, 1)
    if 0 < at < 1:  # the border lies in a box whose corners differ
        assert [(low, high) for low, high in zip(least, most, strict=True)].count((0, 1)) > 0


def test_bad_requests(swept, boxes):
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        dt.plots.slices(swept, "prize", "atack", {"pain": "0.1"})
    with pytest.raises(LabelError, match="unknown axis 'prise'"):
        dt.plots.slices(swept, "prise", "attack")
    with pytest.raises(LabelError, match="unknown axis 'prize'"):
        dt.plots.slices(swept, "prize", "attack", {"prize": 0})
    with pytest.raises(InputError, match="at least one outcome"):
        dt.plots.slices(swept, "prize", [], {"pain": "0.1"})
    for dataset in (swept, boxes):
        with pytest.raises(ParameterError, match="a number for pain"):
            dt.plots.slices(dataset, "prize", "attack")
        with pytest.raises(ParameterError, match="outside the map"):
            dt.plots.slices(dataset, "prize", "attack", {"pain": 2})
        with pytest.raises(ParameterError, match="at: pain"):
            dt.plots.slices(dataset, "prize", "attack", {"pain": float("nan")})
    with pytest.raises(InputError, match="no variable 'least'"):
        dt.plots.slices(grid([["a"]], strength=[0], vague=[0]), "strength", "attack")
