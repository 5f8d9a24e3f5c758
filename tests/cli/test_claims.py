"""`deterrence claims`: the table, one claim, JSON, files, and what is refused."""

import csv
import json

import pytest

from deterrence.oped import claims_job
from deterrence.oped.claim_list import read_claims
from deterrence.oped.claim_points import ClaimPoints
from tests.cli.commands import run

PNG = b"\x89PNG\r\n\x1a\n"


def test_all_claims_in_a_table() -> None:
    done = run("claims")
    for name in read_claims():
        assert name in done.stdout
    assert "no probability of anything" in " ".join(done.stdout.split())


def test_one_claim_with_the_questions_under_it() -> None:
    done = run("claims", "c26", "--json")
    told = json.loads(done.stdout)
    assert [one["id"] for one in told["claims"]] == ["C26", "C26-crowding", "C26-condition"]
    assert done.stderr == ""
    assert {"verdict", "shares", "predicate", "order", "decided_by"} <= set(told["claims"][0])


def test_the_exit_code_says_whether_all_that_was_asked_for_is_judged() -> None:
    told = json.loads(run("claims", "C07", "--json").stdout)
    words = [one["verdict"] for one in told["claims"]]
    assert told["complete"] == ("not judged" not in words)
    assert run("claims", "C07").exit_code == (0 if told["complete"] else 1)


def test_the_table_and_the_picture_are_written(tmp_path) -> None:
    table, picture = tmp_path / "claims.csv", tmp_path / "claims.png"
    done = run("claims", "--data", str(table), "--output", str(picture))
    assert done.exit_code in (0, 1)
    with table.open(encoding="utf-8", newline="") as file:
        assert [row["claim"] for row in csv.DictReader(file)] == list(read_claims())
    assert picture.read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["C99"], "C09"),
        (["--save", "points.npz"], "--compute"),
        (["C16", "--output", "c16.png"], "described, not judged"),
        (["--output", "claims.docx"], ".png"),
    ],
)
def test_what_is_refused(words: list[str], told: str) -> None:
    done = run("claims", *words)
    assert done.exit_code == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr


def test_what_is_computed_is_kept_where_it_is_wanted(tmp_path, monkeypatch) -> None:
    made = ClaimPoints.read()
    asked = []
    monkeypatch.setattr(
        claims_job, "compute_claims", lambda effort, **how: asked.append((effort, how)) or made
    )
    path = tmp_path / "points.npz"
    done = run("claims", "C07", "--quick", "--seed", "0", "--save", str(path))
    assert done.exit_code in (0, 1)
    assert asked[0][0] is claims_job.QUICK
    assert asked[0][1]["seed"] == 0
    assert set(ClaimPoints.read(path).found) == set(made.found)
