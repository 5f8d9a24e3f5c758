"""Lines of equal outcome: on surfaces whose level lines are known."""

import numpy as np
import pytest
import xarray as xr
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure

from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.show.isoquants import isoquants

GRID = np.linspace(0, 1, 11)


def sloping(**more: list[float]) -> xr.Dataset:
    """most = (strength + presence) / 2, least = half of it."""
    most = (GRID[:, None] + GRID[None, :]) / 2
    both = {"most": most, "least": most / 2}
    found = xr.Dataset(
        {k: (("strength", "presence"), v) for k, v in both.items()},
        coords={"strength": GRID, "presence": GRID},
    ).expand_dims({"outcome": ["attack"], **more})
    return found.transpose("strength", "presence", ..., "outcome")


def lines(ax) -> list[np.ndarray]:
    sets = [c for c in ax.collections if isinstance(c, QuadContourSet)]
    return [np.vstack([path.vertices for path in one.get_paths()]) for one in sets]


def test_lines_lie_where_the_levels_are() -> None:
    ax = isoquants(sloping(), levels=[0.25], ax=Figure().add_subplot())
    most, least = lines(ax)
    assert np.allclose(most.sum(axis=1), 0.5)  # (x + y) / 2 = 1/4
    assert np.allclose(least.sum(axis=1), 1.0)  # (x + y) / 4 = 1/4
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("strength", "presence")
    assert [t.get_text() for t in ax.get_legend().get_texts()] == [
        "most attack 0.25",
        "least attack 0.25",
    ]


def test_a_level_that_is_nowhere_is_said_to_be() -> None:
    ax = isoquants(sloping(), levels=[0.75], ax=Figure().add_subplot())
    assert len(lines(ax)) == 1  # least ends at 1/2
    assert ax.get_legend().get_texts()[1].get_text() == "least attack 0.75: nowhere"


def test_axes_change_places() -> None:
    dataset = sloping()
    dataset["most"] = dataset["most"] * 0 + dataset["strength"]
    upright = isoquants(dataset, levels=[0.35], ax=Figure().add_subplot())
    flat = isoquants(dataset, levels=[0.35], x="presence", ax=Figure().add_subplot())
    assert np.allclose(lines(upright)[0][:, 0], 0.35)
    assert np.allclose(lines(flat)[0][:, 1], 0.35)
    assert flat.get_xlabel() == "presence"


def test_what_is_not_known_is_left_out() -> None:
    dataset = sloping()
    dataset["most"] = dataset["most"].where(dataset["strength"] > 0.25)
    ax = isoquants(dataset, levels=[0.25], ax=Figure().add_subplot())
    assert lines(ax)[0][:, 0].min() >= 0.25


def test_a_third_axis_needs_a_number() -> None:
    dataset = sloping(phi=[0.2, 0.7])
    dataset["most"] = dataset["most"] + (dataset["phi"] - 0.2)
    with pytest.raises(ParameterError, match="phi"):
        isoquants(dataset)
    ax = isoquants(dataset, levels=[0.75], at={"phi": 0.6}, ax=Figure().add_subplot())
    assert np.allclose(lines(ax)[0].sum(axis=1), 0.5)  # the nearest, 0.7: (x + y)/2 = 1/4


def test_what_cannot_be_drawn() -> None:
    with pytest.raises(InputError):
        isoquants(xr.Dataset())
    with pytest.raises(InputError, match="level"):
        isoquants(sloping(), levels=[])
    with pytest.raises(InputError, match="level"):
        isoquants(sloping(), levels=[float("nan")])
    with pytest.raises(LabelError):
        isoquants(sloping(), "atack")
    with pytest.raises(LabelError):
        isoquants(sloping(), x="strenth")
    with pytest.raises(InputError, match="two axes"):
        isoquants(sloping(), x="strength", y="strength")
    with pytest.raises(InputError, match="two axes"):
        isoquants(sloping(), at={"strength": 0})
    with pytest.raises(InputError, match="two points"):
        isoquants(sloping().isel(strength=[3]))
