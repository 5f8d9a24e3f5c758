"""Pictures of regime shares and of derivatives show the numbers of their records."""

import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, LabelError

prize, pain = sympy.symbols("prize pain")


def threat():
    attack = dt.Outcome({"Russia": prize - 2 * pain}, ["attack"])
    return dt.Game(
        ["Russia"],
        dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})}),
        ranges={"prize": (0, 1), "pain": (0, 1)},
    )


@pytest.fixture(scope="module")
def shared():
    return dt.shares(threat(), samples=32, jobs=1)


def test_bars_are_shares_and_lines_their_intervals(shared):
    ax = dt.plots.shares(shared, names={"no event": "no attack"})
    frame = shared.to_frame()
    widths = [bar.get_width() for bar in ax.patches]
    assert widths == [*frame["exists"], *frame["only"]]
    assert [t.get_text() for t in ax.get_yticklabels()] == ["no attack", "attack"]
    for kind, lines in zip(("exists", "only"), ax.collections, strict=True):
        drawn = [segment[:, 0].tolist() for segment in lines.get_segments()]
        assert drawn == [
            pytest.approx(pair) for pair in frame[[f"{kind} low", f"{kind} high"]].values.tolist()
        ]
    assert len({bar.get_hatch() for bar in ax.patches}) == 2
    assert ax.get_xlabel() == "share of 32 draws from the ranges"


def test_marks_stand_at_derivatives():
    record = dt.statics(threat(), at={"prize": "0.7", "pain": "0.2"})
    ax = dt.plots.statics(record, outcome="Russia")
    # Russia attacks: prize - 2 pain
    assert [t.get_text() for t in ax.get_yticklabels()] == ["pain", "prize"]
    marks = [line for line in ax.lines if line.get_linestyle() == "None"]
    assert [line.get_xdata().tolist() for line in marks] == [[-2.0, 1.0]] * 2
    assert len({line.get_marker() for line in marks}) == 2
    with pytest.raises(InputError, match="several outcomes"):
        dt.plots.statics(record)
    with pytest.raises(LabelError, match="unknown outcome"):
        dt.plots.statics(record, outcome="Rusia")


def test_an_end_without_a_derivative_is_a_cross_at_zero():
    record = dt.statics(threat(), "attack", at={"prize": "0.4", "pain": "0.2"})
    ax = dt.plots.statics(record)
    crosses = [line for line in ax.lines if line.get_marker() == "x"]
    assert [line.get_xdata().tolist() for line in crosses] == [[0, 0], [0, 0]]
    assert all("no derivative" in line.get_label() for line in crosses)


def test_parameters_that_move_nothing_are_left_out_unless_none_moves_it():
    one = dt.statics(threat(), "Russia", at={"prize": "0.2", "pain": "0.7"})
    assert len(dt.plots.statics(one).get_yticks()) == 2  # all zero: Russia refrains


def test_other_records_are_refused(shared):
    with pytest.raises(InputError, match="record from statics"):
        dt.plots.statics(shared)
    with pytest.raises(InputError, match="record from shares"):
        dt.plots.shares(threat())
