"""The benchmark of two-player games runs, and finds nothing missing in what the package lists."""

from benchmarks.two_players import main, measure


def test_nothing_is_missed_by_the_package():
    rows = list(measure(8, 0))
    own = [row for row in rows if row.method.startswith("deterrence")]
    assert len(own) == 18
    assert all(row.missed == row.wrong == 0 for row in own)


def test_the_table_is_printed(capsys):
    assert main(["--games", "2"]) == 0
    assert "solve_batch" in capsys.readouterr().out
