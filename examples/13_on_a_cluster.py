"""The same map on a Dask cluster: two workers on this machine stand for a larger one."""

import sys
import warnings

import joblib

import deterrence as dt

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from distributed import Client, LocalCluster
except ImportError:
    print("distributed is not installed: pip install distributed, and run this again.")
    sys.exit(0)

game = dt.guarantee_game(["challenge", "response"])
values = dt.arrangement("oped").values()
fixed = {name: value for name, value in values.items() if name in game.parameters}
steps = [k / 50 for k in range(51)]
axes = {"strength": steps, "response_ambiguity": steps}


def mapped():
    """The map, wherever joblib sends the work."""
    return dt.sweep(game, axes, fixed=fixed, method="regimes", audit=20)


def main():
    """The map here and there."""
    with joblib.parallel_config(n_jobs=1):
        here = mapped()
    # of a remote one: Client("scheduler.example:8786"), with the package on its workers
    cluster = LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    )
    with cluster, Client(cluster), joblib.parallel_config(backend="dask"):
        there = mapped()
    print(f"{here['regime'].size:,} points; {here.attrs['audit']}")
    print("the same bit for bit:", here.identical(there))


if __name__ == "__main__":  # workers are processes that read this file again
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        main()
