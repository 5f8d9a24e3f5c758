"""The benchmark of trees runs, and finds nothing missing or wrong in what the package lists."""

import pytest

from benchmarks.trees import KINDS, line, main, measure, random_tree


def test_nothing_is_missed_or_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("benchmarks.trees.KINDS", [(3, "generic")])
    rows = list(measure(1, 0, 20, 3))
    own = rows[:3]
    assert [row.method for row in own] == ["nash", "subgame-perfect", "sequential"]
    assert all(row.missed == row.wrong == row.unanswered == 0 for row in own)
    assert all("1/1" in line(row, 1) for row in own)


def test_trees_are_drawn_with_perfect_recall() -> None:
    import random

    for players, payoffs in KINDS:
        game = random_tree(random.Random(1), players, 5, payoffs == "ties")
        assert len(game.players) == players


def test_options_that_make_no_sense(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--games", "0"])
    assert "--games is at least 1" in capsys.readouterr().err
