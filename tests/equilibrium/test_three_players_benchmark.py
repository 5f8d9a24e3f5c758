"""The benchmark of several players runs, and nothing is missing in what the package lists."""

import pytest

from benchmarks.three_players import main, measure


def test_nothing_is_missed_by_the_package_alone():
    rows = list(measure(1, 0, 0))
    assert len(rows) == 8
    assert all(row.missed == row.wrong == 0 for row in rows)
    assert all(row.games >= 1 for row in rows)


@pytest.mark.oracle
def test_the_table_is_printed_beside_gambit(capsys):
    pytest.importorskip("pygambit")
    assert main(["--games", "1"]) == 0
    assert "enumpoly" in capsys.readouterr().out
