import matplotlib.pyplot as plt
import numpy as np
import pytest
import xarray as xr

import deterrence as dt
from deterrence.errors import InputError


def grid(names=("one", "two"), draws=2):
    years = np.arange(4)
    most = np.array([[0.9**years, 0.8**years][:draws] for _ in names])
    return xr.Dataset(
        {
            "least": (("arrangement", "draw", "year"), most**2),
            "most": (("arrangement", "draw", "year"), most),
        },
        coords={"arrangement": list(names), "year": years},
    )


def test_each_arrangement_has_a_line_for_most_one_for_least_and_a_band():
    _, (left, right) = plt.subplots(1, 2)
    data = grid()
    ax = dt.plots.survival_curves(data, right)
    assert ax is right
    assert not left.lines
    assert [line.get_linestyle() for line in ax.lines] == ["-", "--"] * 2
    assert ax.lines[0].get_ydata() == pytest.approx(data["most"][0].mean("draw").values)
    assert ax.lines[3].get_ydata() == pytest.approx(data["least"][1].mean("draw").values)
    assert len(ax.collections) == 2
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["one", "two"]
    looks = {(line.get_color(), line.get_marker()) for line in ax.lines}
    assert len(looks) == 2  # apart without colour too
    assert len({look[1] for look in looks}) == 2


def test_arrangements_that_coincide_are_all_seen():
    """Each is wider than those drawn on it; that all start at 1 is no reason to be."""
    data = grid(("one", "two", "three", "other"))
    data["least"][3], data["most"][3] = data["least"][3] / 4, data["most"][3] / 2
    data["least"][3, :, 0] = data["most"][3, :, 0] = 1
    widths = [line.get_linewidth() for line in dt.plots.survival_curves(data).lines]
    one, two, three, other = widths[::2]
    assert one > two > three == other
    assert widths[1::2] == widths[::2]


def test_what_cannot_be_drawn_is_refused():
    with pytest.raises(InputError, match="8 arrangements"):
        dt.plots.survival_curves(grid([str(k) for k in range(8)]))
    with pytest.raises(InputError, match="'least' and 'most'"):
        dt.plots.survival_curves(grid().drop_vars("least"))
    with pytest.raises(InputError, match="'least' and 'most'"):
        dt.plots.survival_curves(7)
