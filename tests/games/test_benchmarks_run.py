"""The benchmarks run at a point; what they measure is nobody's promise."""

import json
import os
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pytest

import deterrence as dt
from benchmarks import sequential
from deterrence.games.efg_writing import efg_text

ROOT = Path(__file__).resolve().parents[2]


def run(*options: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-W", "error", "-m", "benchmarks.sequential", *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_one_point_without_gambit() -> None:
    done = run("--points", "1", "--seed", "3", "--limit", "0", "--json")
    assert done.returncode == 0, done.stderr
    shown = json.loads(done.stdout)
    assert (shown["points"], shown["seed"], shown["limit"]) == (1, 3, 0)
    assert "left out" in shown["note"]
    rows = {(row["game"], row["step"]): row for row in shown["rows"]}
    assert len(rows) == len(shown["rows"]) == 20
    for plan in sequential.PLANS:
        at, solve, certificate = (
            rows[plan.name, step] for step in ("at", sequential.SOLVE, sequential.CERTIFICATE)
        )
        assert at["answer"] == f"{plan.nodes:,} nodes, {plan.sets} sets"
        assert solve["answer"].endswith(", complete")
        assert certificate["answer"] == "holds, exact"
        assert solve["ratios"]["solve"] == certificate["ratios"]["certificate"] == 1
        assert at["ratios"]["solve"] == pytest.approx(at["seconds"] / solve["seconds"])
    table = sequential.table([sequential.Row(**row) for row in shown["rows"]])
    assert all(step in table for _, step in rows)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--points", "0"], "0 points; give at least 1"),
        (["--points", "many"], "invalid"),
        (["--limit", "-1"], "-1 s; give 0 or more"),
        (["--limit", "nan"], "nan s; give 0 or more"),
    ],
)
def test_options_that_make_no_sense(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        sequential.main(options)
    assert caught.value.code == 2
    assert words in capsys.readouterr().err


def test_several_answers_are_counted() -> None:
    assert sequential.counted([]) == ""
    assert sequential.counted(["one", "one"]) == "one"
    assert sequential.counted(["one", "two", "one"]) == "2 x one; 1 x two"


def test_no_answer_is_a_line_of_the_table() -> None:
    rows = [
        sequential.Row("g", step, 1, 0.5, 0.5, 0.5)
        for step in (sequential.WALK, sequential.CERTIFICATE, sequential.SOLVE)
    ]
    rows.append(sequential.Row("g", "Gambit", 1, None, None, None, "no answer in 120 s"))
    line = sequential.table(list(sequential.with_ratios(rows))).splitlines()[-1]
    assert line.split() == [
        "Gambit",
        "1",
        *["-"] * len(sequential.RATIOS),
        *["-"] * 3,
        "no",
        "answer",
        "in",
        "120",
        "s",
    ]


def coin() -> dt.Game:
    """A coin; Ann, who does not see it, says what it is, and wins 3 if she is right."""

    def say(right: str) -> dt.Move:
        sides = {side: 3 if side == right else "-1/2" for side in ("heads", "tails")}
        return dt.Move(
            "Ann", (), {s: dt.Outcome({"Ann": n, "Bob": Fraction(1, 3)}) for s, n in sides.items()}
        )

    return dt.Game(["Ann", "Bob"], dt.Chance({s: ("1/2", say(s)) for s in ("heads", "tails")}))


def test_the_walk_mixes_evenly() -> None:
    # Ann: (3 - 1/2) / 2
    assert sequential.walk(coin().root, ("Ann", "Bob")) == [Fraction(5, 4), Fraction(1, 3)]


@pytest.mark.oracle
def test_gambit_reads_the_game_and_answers() -> None:
    pytest.importorskip("pygambit")
    (logit, *others) = sequential.gambit(coin(), "coin", 60)
    assert logit.answer == "1 profile"
    assert logit.seconds is not None
    assert [row.answer.endswith((" profile", " profiles")) for row in others] == [True, True]


@pytest.mark.oracle
def test_gambit_s_time_is_limited() -> None:
    pytest.importorskip("pygambit")
    pytest.importorskip("resource")
    game = next(
        game.at(point)
        for plan in sequential.PLANS[:1]
        for game in [sequential.build(plan)]
        for point in sequential.full_points(game, plan, 1, sequential.random.Random(1))
    )
    lines, answer = sequential.child("enumpoly_solve", efg_text(game), 1)
    assert len(lines) == 1
    assert answer == "no answer in 1 s"
