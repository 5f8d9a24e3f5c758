"""The same sweeps on a Dask cluster of two workers on this machine."""

from fractions import Fraction

import joblib
import pytest
import xarray as xr

import deterrence as dt
from deterrence.study import mesh
from tests.study.small_games import chicken

distributed = pytest.importorskip("distributed")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
AXES = {
    "prize": [Fraction(k, 10) - 1 for k in range(31)],
    "pain": [Fraction(k, 15) for k in range(31)],
}


@pytest.fixture(scope="module")
def cluster():
    options = {"n_workers": 2, "threads_per_worker": 1, "host": "127.0.0.1"}
    with (
        distributed.LocalCluster(dashboard_address=None, **options) as workers,
        distributed.Client(workers) as client,
    ):
        yield client


def test_a_map_on_a_cluster_is_the_same_bit_for_bit(cluster, monkeypatch):
    monkeypatch.setattr(mesh, "CHUNK", 100)
    here = dt.sweep(chicken(), AXES, method="regimes", audit=20, jobs=1)
    with joblib.parallel_config(backend="dask", wait_for_workers_timeout=60):
        there = dt.sweep(chicken(), AXES, method="regimes", audit=20)
    xr.testing.assert_identical(here, there)
    ran = cluster.run(lambda: __import__("sys").modules.get("deterrence.study.map_workers"))
    assert all(module is not None for module in ran.values())


def test_points_on_a_cluster_are_the_same(cluster):
    axes = {name: values[::10] for name, values in AXES.items()}
    here = dt.sweep(chicken(), axes, method="points", jobs=1)
    with joblib.parallel_config(backend="dask", wait_for_workers_timeout=60):
        there = dt.sweep(chicken(), axes, method="points")
    xr.testing.assert_identical(here.drop_vars("seconds"), there.drop_vars("seconds"))
