"""The benchmark of the logit path runs, and both programs pass through the same points."""

import numpy as np
import pytest

import deterrence as dt
from benchmarks.quantal import PRECISIONS, games, main, measure


def test_the_package_s_own_columns_need_no_gambit(capsys):
    assert main(["--limit", "0", "--games", "stag hunt"]) == 0
    head, *lines = capsys.readouterr().out.splitlines()
    assert "its regret" in head
    assert len(lines) == 1 + len(PRECISIONS)
    assert all(line.split()[-1] == "-" for line in lines)


@pytest.mark.oracle
@pytest.mark.parametrize("name", ["random 2x2x2", "crisis continuation"])
def test_gambit_passes_through_the_same_points(name):
    """For trees this says that both mean the agent form, with beliefs by Bayes' rule."""
    pytest.importorskip("pygambit")
    rows = list(measure(name, games(0)[name](), 20, to_the_end=False))
    compared = [row.difference for row in rows]
    assert len(compared) == len(PRECISIONS)
    assert all(difference is not None and difference < 1e-5 for difference in compared)


@pytest.mark.oracle
@pytest.mark.slow
def test_gambit_selects_the_same_equilibrium():
    """Random games of two to four players, a third of them with rewards for agreement."""
    pytest.importorskip("pygambit")
    shapes = ((2, 2), (3, 3), (2, 2, 2), (3, 2, 2), (4, 4), (2, 2, 2, 2))
    for seed in range(18):
        rng, shape = np.random.default_rng([9, seed]), shapes[seed % 6]
        tables = rng.integers(0, 100, (len(shape), *shape))
        if seed % 3 == 0:
            for a in range(min(shape)):
                tables[(slice(None),) + (a,) * len(shape)] += 60
        game = dt.StrategicGame({f"P{i}": t.tolist() for i, t in enumerate(tables)})
        *_, end = measure("random", game, 20)
        assert end.difference is not None, seed
        assert end.difference < 1e-3, seed


def test_a_game_that_is_not_there_is_told():
    with pytest.raises(SystemExit):
        main(["--games", "poker"])
