import matplotlib.pyplot as plt
import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError

prize, pain = sympy.symbols("prize pain")


@pytest.fixture(scope="module")
def record():
    """An attack pays between prizes of 1/4 and 3/4, as long as the pain is below 1/10."""
    gain = sympy.Min(prize - sympy.Rational(1, 4), sympy.Rational(3, 4) - prize)
    attack = dt.Outcome({"R": sympy.Min(gain, 1 - 10 * pain)}, ["attack"])
    refrain = dt.Outcome({"R": 0})
    game = dt.Game(
        ["R"],
        dt.Move("R", (), {"attack": attack, "refrain": refrain}),
        ranges={"prize": (0, 1), "pain": (0, 2)},
    )
    return dt.flips(game, "most attack < 0.5", at={"prize": "0.6", "pain": 0}, scan=9, jobs=1)


def drawn(ax, marker):
    return [
        (line.get_xdata()[0], line.get_ydata()[0], line.get_markerfacecolor())
        for line in ax.lines
        if line.get_marker() == marker
    ]


def test_dots_are_the_present_and_diamonds_the_flips(record):
    """Pain flips it at 0.1 of 0 to 2, a share of 0.05; the prize at 0.75 and 0.25."""
    ax = dt.plots.flips(record)
    labels = [t.get_text() for t in ax.get_yticklabels()]
    assert labels == ["pain (0 to 2)", "prize (0 to 1)"]
    assert [d[:2] for d in drawn(ax, "o")] == [(0, 0), (pytest.approx(0.6), 1)]
    diamonds = drawn(ax, "D")
    places = [d[:2] for d in diamonds]
    assert places == [
        (pytest.approx(0.05, abs=1e-5), 0),
        (pytest.approx(0.25, abs=1e-5), 1),
        (pytest.approx(0.75, abs=1e-5), 1),
    ]
    fills = [d[2] for d in diamonds]
    assert fills[1] == "white"
    assert fills[0] == fills[2] != "white"
    assert [t.get_text() for t in ax.texts] == ["0.1", "0.25", "0.75"]
    assert "does not hold: attack (most over all equilibria) < 0.5" in ax.get_title()


def test_the_way_to_the_nearest_is_thick(record):
    ax = dt.plots.flips(record)
    thick = [line for line in ax.lines if line.get_linewidth() == 3]
    ends = [tuple(line.get_xdata()) for line in thick]
    assert ends[0] == (0, pytest.approx(0.05, abs=1e-5))
    assert ends[1] == (pytest.approx(0.6), pytest.approx(0.75, abs=1e-5))


def test_what_cannot_flip_it_is_grey_and_last():
    attack = dt.Outcome({"R": prize - 2 + pain / 9}, ["attack"])
    game = dt.Game(
        ["R"],
        dt.Move("R", (), {"attack": attack, "refrain": dt.Outcome({"R": 0})}),
        ranges={"prize": (0, 4), "pain": (0, 1)},
    )
    at = {"prize": 1, "pain": "1/2"}
    ax = dt.plots.flips(dt.flips(game, "most attack < 0.5", at=at, scan=5, jobs=1))
    colours = [line.get_color() for line in ax.lines if line.get_marker() == "o"]
    assert len(set(colours)) == 2
    assert ax.get_yticklabels()[-1].get_text().startswith("pain")
    assert len(drawn(ax, "D")) == 1
    assert ax.get_title().startswith("At present holds")


def test_it_draws_into_given_axes(record):
    _, ax = plt.subplots()
    assert dt.plots.flips(record, ax) is ax


def test_another_record_is_refused():
    with pytest.raises(InputError, match="from flips, not str"):
        dt.plots.flips("record")
