"""Thresholds along one parameter, on the command line."""

import csv

import pytest

import deterrence as dt
from deterrence.oped.regimes import challenge_regime
from tests.cli.commands import answer, run

COMMAND = ("thresholds", "mine.toml", "--resolution", "4096")


@pytest.mark.usefixtures("scenario")
def test_inside_each_interval_complete_solutions_agree() -> None:
    found = answer(*COMMAND, "--data", "t.csv")
    assert found["parameter"] == "strength"
    assert len(found["intervals"]) > 1
    assert found["width"] < 3 / 4096
    assert "missed 0" in found["audit"]
    for row in found["intervals"]:
        middle = round((row["from"] + row["to"]) / 2, 9)
        solution = dt.solve(dt.read_scenario("mine.toml").game(strength=middle))
        regimes = {challenge_regime(outcome) for outcome in solution.outcomes()}
        assert set(row["regime"].split(" | ")) == regimes
    with open("t.csv", encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(found["intervals"])


@pytest.mark.usefixtures("scenario")
def test_in_words() -> None:
    done = run(*COMMAND)
    assert done.exit_code == 0, done.stderr
    assert "over strength, everything else as in the" in done.stdout
    assert "Looking along strength" in done.stderr


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("--over strenght", "Did you mean 'strength'"),
        ("--over rho", "plays no part"),
        ("--resolution 1", "whole number of 2 or more"),
    ],
)
def test_bad_requests(more: str, words: str) -> None:
    done = run("thresholds", "mine.toml", *more.split())
    assert done.exit_code == 2
    assert words in done.stderr
