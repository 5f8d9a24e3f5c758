"""The benchmark of stages runs at a point, and its page never calls a logit path complete."""

import argparse

import pytest

from benchmarks import stages

LIMITS = argparse.Namespace(draws=1, seed=0, limit=120.0, limit_of_draws=15.0, apart=False)
NAME = "offer, no test, preparation fixed"


def test_a_combination_is_solved_and_traced() -> None:
    at = stages.point(0, 1, 0)
    row = stages.solved(NAME, at)
    assert row["complete"]
    assert row["components"] == 2
    one = stages.traced(NAME, at)
    assert one["certified"]
    assert "complete" not in one


def test_the_page_says_what_is_not_complete() -> None:
    whole = {"components": 2, "complete": True, "ratio": 1.234, "why": ""}
    logit = {"ratio": 3.0, "events": {"attack": 0.25}, "certified": True}
    apart = {"families": 3, "complete": True, "ratio": 250.0, "why": ""}
    open_one = {"why": "no answer in 15 s", "logit": logit, "apart": apart}
    text = "\n".join(stages.page(LIMITS, {NAME: [whole, open_one]}))
    assert "| 165 | 22 | 2 | yes, 0 of 1 draws | 1.2 |" in text
    assert "| draw 1 | no answer in 15 s | attack 0.25 | 3 |" in text
    assert "| draw 1 | 3 | yes | 250 |" in text


def test_options_that_make_no_sense(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        stages.main(["--draws", "0"])
    assert "0 draws; give at least 1" in capsys.readouterr().err


def test_rows_that_were_not_measured_stay() -> None:
    """A section's words and a combination's rows are replaced, and no others."""
    rows = {name: f"| {name} | old |" for name in ("continuation", "six stages", "offer, no test")}
    old = ["# All", "words", *rows.values(), "", "## Apart", "words", "| offer, no test | a |"]
    new = ["# All", "other words", "", "## Apart", "more", "| six stages | b |"]
    found = stages.renewed("\n".join(old), "\n".join(new), ["six stages"]).splitlines()
    assert found == [
        "# All",
        "words",
        *rows.values(),
        "",
        "## Apart",
        "more",
        "| six stages | b |",
        "| offer, no test | a |",
    ]
