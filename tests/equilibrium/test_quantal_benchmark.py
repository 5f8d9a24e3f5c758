"""The benchmark of the logit path runs, and both programs pass through the same points."""

import pytest

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


def test_a_game_that_is_not_there_is_told():
    with pytest.raises(SystemExit):
        main(["--games", "poker"])
