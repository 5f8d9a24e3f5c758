import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

import deterrence as dt
from deterrence.errors import InputError


def grid():
    balance = np.linspace(0.5, 1.2, 4)
    settle = np.array([[-0.7, -0.6, -0.5, -0.4], [-1.0, -0.9, -0.8, -0.7]])
    value = np.maximum(settle, -0.6)
    return xr.Dataset(
        {
            "settle": (("offer", "balance"), settle),
            "value": (("offer", "balance"), value),
            "stops": (("offer", "balance"), value <= settle),
            "fight": ("balance", np.full(4, -0.75)),
        },
        coords={"offer": ["guarantee", "none"], "balance": balance},
    )


def test_values_and_settling_now_are_drawn_for_each_offer():
    _, (left, right) = plt.subplots(1, 2)
    data = grid()
    ax = dt.plots.stopping(data, right)
    assert ax is right
    assert not left.lines
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--", "-", "--", ":"]
    assert ax.lines[0].get_ydata() == pytest.approx(data["value"][0].values)
    assert ax.lines[3].get_ydata() == pytest.approx(data["settle"][1].values)
    assert ax.lines[4].get_ydata() == pytest.approx(data["fight"].values)
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert "guarantee on offer: settles now" in labels
    assert "war for ever, balance as it is" in labels


def test_the_bars_stand_where_one_settles():
    ax = dt.plots.stopping(grid())
    middles = [bar.get_x() + bar.get_width() / 2 for bar in ax.patches]
    assert middles == pytest.approx(grid()["balance"].values[1:])  # nowhere without a guarantee
    labels = [t.get_text() for t in ax.get_legend().get_texts()]
    assert "no guarantee: settles now" not in labels


def test_bars_of_two_offers_stand_above_each_other_and_differ():
    data = grid()
    data["stops"][1, 3] = True
    ax = dt.plots.stopping(data)
    first, last = ax.patches[0], ax.patches[-1]
    assert first.get_y() + first.get_height() == pytest.approx(last.get_y())
    assert first.get_hatch() != last.get_hatch()
    assert last.get_x() + last.get_width() / 2 == pytest.approx(1.2)


def test_what_is_no_such_dataset_is_refused():
    with pytest.raises(InputError, match="no stops"):
        dt.plots.stopping(grid().drop_vars("stops"))
    with pytest.raises(InputError, match="when_to_talk"):
        dt.plots.stopping(7)
