"""Adaptive maps against grids and closed forms."""

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError, ParameterError
from tests.study.small_games import chicken

RANGES = {"prize": (-1, 2), "pain": (0, 2)}


def box_at(found, **point):
    lower, upper = found["lower"].values, found["upper"].values
    at = np.array([point[str(name)] for name in found["axis"].values])
    (places,) = np.nonzero(((lower <= at) & (at < upper)).all(axis=1))
    return found.isel(box=int(places[0]))


def test_boxes_fill_the_ranges_once_and_are_small_only_at_borders():
    found = dt.adaptive_sweep(chicken(), RANGES, 256, jobs=1)
    sides = (found["upper"] - found["lower"]).values
    volume = np.prod(sides, axis=1)
    low, high = found["lower"].values.min(axis=0), found["upper"].values.max(axis=0)
    assert volume.sum() == pytest.approx(np.prod(high - low))
    border = found["border"].values
    assert np.ptp(volume[border]) == pytest.approx(0, abs=1e-12)
    assert volume[border].max() < volume[~border].max() / 50
    assert found.attrs["missed"] == 0
    # the only border inside is a prize of zero, of 256 boxes along it
    assert 256 <= border.sum() <= 2 * 257
    assert (np.abs(found["lower"].values[border][:, 0]) < 2 * 3 / 256).all()


@pytest.mark.parametrize("prize", [-0.7, 0.4, 1.9])
@pytest.mark.parametrize("pain", [0.3, 1.7])
def test_a_box_says_what_a_point_in_it_says(prize, pain):
    found = dt.adaptive_sweep(chicken(), RANGES, 32, jobs=1)
    box = box_at(found, prize=prize, pain=pain)
    point = dt.sweep(chicken(), {"prize": [prize], "pain": [pain]}, jobs=1)
    assert not box["border"].item()
    assert box["regime"].item() == point["regime"].item()
    for name in ("attack", "force"):
        least, most = (box[side].sel(outcome=name).item() for side in ("least", "most"))
        assert least <= point["least"].sel(outcome=name).item() + 1e-9
        assert most >= point["most"].sel(outcome=name).item() - 1e-9


def test_ten_times_the_resolution_costs_ten_times_and_not_a_hundred():
    costs = [
        dt.adaptive_sweep(chicken(), RANGES, n, jobs=1, audit=1).attrs["evaluated"]
        for n in (128, 1024)
    ]
    assert costs[1] < 10 * costs[0]
    assert costs[1] < 1024**2 / 100


def test_bad_requests():
    with pytest.raises(ParameterError, match="low before high"):
        dt.adaptive_sweep(chicken(), {"prize": (1, 0)}, fixed={"pain": 1})
    with pytest.raises(ParameterError, match="no number for pain"):
        dt.adaptive_sweep(chicken(), {"prize": (0, 1)})
    with pytest.raises(ParameterError, match=r"is \(low, high\)"):
        dt.adaptive_sweep(chicken(), {"prize": [0, 1, 2]}, fixed={"pain": 1})
    with pytest.raises(InputError, match="whole number"):
        dt.adaptive_sweep(chicken(), RANGES, 1)
    with pytest.raises(InputError, match="one to four"):
        dt.adaptive_sweep(chicken(), {})


def test_progress_counts_what_is_decided_and_ends_with_all():
    told = []
    dt.adaptive_sweep(chicken(), RANGES, 64, jobs=1, progress=lambda *now: told.append(now))
    done = [d for d, _ in told]
    assert {total for _, total in told} == {64**2}
    assert done[0] == 0
    assert done == sorted(done)
    assert done[-1] == 64**2
    with pytest.raises(InputError, match="cannot be called"):
        dt.adaptive_sweep(chicken(), RANGES, 64, jobs=1, progress=3)
