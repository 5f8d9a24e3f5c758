import math

import matplotlib.pyplot as plt
import pytest
from matplotlib.lines import Line2D

import deterrence as dt
from deterrence.errors import InputError, LabelError
from tests.show.made_up import grid, line

LINE = line(
    [0, 0.5, 1],
    attack=[(0.5, 1.0), (0.25, 0.75), (0.0, 0.0)],
    force=[(0.0, 0.0), (0.0, 0.5), (1.0, 1.0)],
    Russia=[(1.0, 2.0), (1.0, 1.0), (-3.0, 1.0)],
)


def test_a_band_lies_between_least_and_most():
    ax = dt.plots.event_bands(LINE, ["attack", "force"], "strength")
    bands = {band.get_label(): band for band in ax.collections}
    assert set(bands) == {"attack", "force"}
    box = bands["attack"].get_datalim(ax.transData)
    assert (box.x0, box.x1, box.y0, box.y1) == (0.0, 1.0, 0.0, 1.0)
    drawn = [row.get_ydata().tolist() for row in ax.lines]
    assert drawn == [[0.5, 0.25, 0.0], [1.0, 0.75, 0.0], [0.0, 0.0, 1.0], [0.0, 0.5, 1.0]]
    assert all(row.get_drawstyle() == "steps-mid" for row in ax.lines)


def test_bands_stay_apart_without_colour():
    ax = dt.plots.event_bands(LINE, ["attack", "force"])
    assert len({band.get_hatch() for band in ax.collections}) == 2
    assert len({row.get_marker() for row in ax.lines}) == 2


def test_outcomes_that_coincide_are_all_seen():
    """The most of both is 1 at first; further on they part, and the third meets neither."""
    both = line(
        [0, 0.5, 1],
        attack=[(0.2, 1.0), (0.2, 1.0), (0.2, 0.2)],
        probe=[(0.1, 1.0), (0.1, 1.0), (0.1, 0.6)],
        force=[(0.4, 0.4), (0.4, 0.4), (0.4, 0.4)],
    )
    ax = dt.plots.event_bands(both, ["attack", "probe", "force"])
    least, most, *others = (row.get_linewidth() for row in ax.lines)
    assert most > least == min(others) == max(others)
    assert ax.lines[1].get_markersize() > ax.lines[3].get_markersize()
    told = [row.get_linewidth() for row in ax.get_legend().findobj(Line2D)]
    assert told == [most, least, least]


def test_the_legend_and_the_axes_say_what_is_shown():
    ax = dt.plots.event_bands(LINE, ["attack", "force"])
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["attack", "force"]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("strength", "probability")
    assert ax.get_ylim() == pytest.approx((-0.03, 1.03))
    payoffs = dt.plots.event_bands(LINE, "Russia")
    assert payoffs.get_ylabel() == "expected payoff"
    assert payoffs.get_ylim()[0] < -3
    both = dt.plots.event_bands(LINE, ["attack", "Russia"])
    assert both.get_ylabel() == "probability or payoff"


def test_a_point_without_solution_leaves_a_gap_and_a_cross():
    holed = line([0, 0.5, 1], attack=[(0.5, 1.0), (math.nan, math.nan), (0.0, 0.0)])
    ax = dt.plots.event_bands(holed, "attack")
    crosses = ax.collections[-1]
    assert crosses.get_offsets().tolist() == [[0.5, 0.02]]
    texts = [t.get_text() for t in ax.get_legend().get_texts()]
    assert texts == ["attack", "more may exist:\nnot solved completely"]
    assert math.isnan(ax.lines[0].get_ydata()[1])


def test_given_axes_are_used():
    _, (left, right) = plt.subplots(1, 2)
    assert dt.plots.event_bands(LINE, "attack", ax=right) is right
    assert not left.lines


def test_wrong_names_and_data_sets_are_refused():
    with pytest.raises(LabelError, match="Did you mean 'attack'"):
        dt.plots.event_bands(LINE, ["atack"])
    with pytest.raises(LabelError, match="unknown axis 'ambiguity'"):
        dt.plots.event_bands(LINE, "attack", "ambiguity")
    square = grid([["a"]], strength=[0], vague=[0])
    with pytest.raises(InputError, match="no variable 'least'"):
        dt.plots.event_bands(square, "attack")
    wide = LINE.expand_dims(vague=[0, 1])
    for along in (None, "strength"):
        with pytest.raises(InputError, match=r"dataset\.sel"):
            dt.plots.event_bands(wide, "attack", along)
