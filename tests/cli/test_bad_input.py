"""What users mistype: exit code 2, nothing on standard output, and words that help."""

import os
from pathlib import Path

import pytest

from tests.cli.commands import run
from tests.cli.conftest import SCENARIO

HOSTILE = {
    "code.toml": SCENARIO.replace("0.6", "\"__import__('os').system('touch pwned')\""),
    "huge.toml": SCENARIO.replace("0.6", "1e999999999"),
    "nan.toml": SCENARIO.replace("0.6", "nan"),
    "deep.toml": "a = " + "[" * 5000 + "]" * 5000,
    "binary.toml": b"\xff\xfe\x00\x80" * 100,
    "empty.toml": "",
    "notes.txt": "somebody's own\nwords",
    "broken.efg": 'EFG 2 R "x" { "1" "2" }',
    "game.nfg": 'NFG 1 R "x" { "One" "Two" } { 1 1 } 0 0',
    "game.efg": 'EFG 2 R "x" { "One" } p "" 1 1 "s" { "a" "b" } 0 t "" 1 "" { 1 } t "" 2 "" { 0 }',
}

# what is typed after `deterrence`, and words of the answer
BAD = [
    ("frobnicate", "No such command 'frobnicate'"),
    ("--json solve mine.toml", "after the command"),
    ("arrangements nata", "Did you mean 'nato'"),
    ("arrangements nato_limbos --draws 3", "Did you mean 'nato_limbo'"),
    ("arrangements --seed 3", "say how many draws"),
    ("arrangements nato --draws 0", "a whole number from 1"),
    ("arrangements nato --draws 2 --seed -1", "a whole number from 0"),
    ("arrangements nato --draws many", "not a valid integer"),
    ("arrangements nato --csv nowhere/t.csv", "there is no folder 'nowhere'"),
    ("arrangements nato --store nowhere/t.jsonl", "nowhere"),
    ("arrangements nato --store mine.toml", "is not what this package wrote"),
    ("arrangements nato --store notes.txt", "notes.txt"),
    ("arrangements nato --concept sequentail", "Did you mean 'sequential'"),
    ("solve", "Missing argument 'FILE'"),
    ("solve mime.toml", "Did you mean 'mine.toml'"),
    ("solve .", "is a folder"),
    ("solve mine.toml --concept sequentail", "Did you mean 'sequential'"),
    ("solve mine.toml --at strenght=0.5", "Did you mean 'strength'"),
    ("solve mine.toml --at self=0.5", "unknown parameter 'self'"),
    ("solve mine.toml --at strength", "write NAME=VALUE"),
    ("solve mine.toml --at strength=", "not a finite number"),
    ("solve mine.toml --at strength=nan", "not a finite number"),
    ("solve mine.toml --at strength=inf", "not a finite number"),
    ("solve mine.toml --at strength=1/0", "divides by zero"),
    ("solve mine.toml --at strength=1e999999999", "not a finite number"),
    ("solve mine.toml --at strength=__import__('os')", "never evaluated"),
    ("solve mine.toml --at strength=1.5", "between 0 and 1"),
    ("solve mine.toml --at threshold=0", "strictly between 0 and 1"),
    ("solve mine.toml --at phi=0.1 --at phi=0.2", "set twice"),
    ("solve mine.toml --most 0", "x>=1"),
    ("solve mine.toml --save nowhere/s.json", "there is no folder 'nowhere'"),
    ("solve code.toml", "is not a number"),
    ("solve huge.toml", "no number of ordinary size"),
    ("solve nan.toml", "no number of ordinary size"),
    ("solve deep.toml", "nested too deep"),
    ("solve binary.toml", "is not UTF-8"),
    ("solve empty.toml", "at id: is missing"),
    ("solve broken.efg", "game file 'broken.efg'"),
    ("solve missing.efg", "does not exist"),
    ("solve game.efg --at strength=0", "unknown parameter 'strength'"),
    ("map game.efg", "no scenario"),
    ("solve game.nfg --at strength=0", "unknown parameter 'strength'"),
    ("solve game.nfg --concept sequential", "no later moves"),
    ("solve game.nfg --concept nahs", "Did you mean 'nash'"),
    ("map nata", "Did you mean 'nato'"),
    ("map nata", "by its file"),
    ("map mime.toml", "Did you mean 'mine.toml'"),
    ("map mine.toml --x strenght", "Did you mean 'strength'"),
    ("map mine.toml --x strength", "the same parameter"),
    ("map oped --y trigger_ambiguity", "the same parameter"),
    ("map mine.toml --y rho", "plays no part"),
    ("map mine.toml --size 1", "from 2 to"),
    ("map mine.toml --output map.gif", ".png, .svg, .pdf"),
    ("map mine.toml --output nowhere/map.png", "there is no folder 'nowhere'"),
    ("map mine.toml --data nowhere/map.csv", "there is no folder 'nowhere'"),
    ("design nata", "Did you mean 'nato'"),
    ("design mine.toml --over strenght", "Did you mean 'strength'"),
    ("design mine.toml --over rho", "plays no part"),
    ("design mine.toml --over strength --stake rho", "plays no part"),
    ("design mine.toml --over strength=1", "write strength=LOW:HIGH"),
    ("design mine.toml --over strength=0:2", "goes beyond what the game allows"),
    ("design mine.toml --over strength --over strength", "there twice"),
    ("design mine.toml --over strength --stake strength", "both an instrument and a stake"),
    ("design mine.toml --over strength --best-for Guarantr", "Did you mean 'Guarantor'"),
    ("design mine.toml --over strength --best-for Guarantor=much", "--best-for: Guarantor"),
    ("design mine.toml --over strength --at-most attack", "needs a number"),
    ("design mine.toml --over strength --at-most attac=0", "Did you mean 'attack'"),
    ("design mine.toml --over strength --robust", "needs stakes that vary"),
    ("design mine.toml --over strength --output d.png", "shows two instruments"),
    ("design mine.toml --output d.gif", ".png, .svg, .pdf"),
    ("design mine.toml --data d.nc", "end the name in .csv"),
]


@pytest.fixture(autouse=True)
def files(scenario: Path) -> None:
    for name, content in HOSTILE.items():
        Path(name).write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.mark.parametrize(("typed", "words"), BAD, ids=[typed for typed, _ in BAD])
def test_bad_input(typed: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_work(*given: object, **more: object) -> None:
        raise AssertionError("work began although the input is bad")

    if "--store" not in typed and "--concept" not in typed:
        monkeypatch.setattr("deterrence.oped.solve_job.solve", no_work)
    before = {name: Path(name).read_bytes() for name in os.listdir()}
    done = run(*typed.split(" "))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert {name: Path(name).read_bytes() for name in os.listdir()} == before


def test_a_size_that_is_none_is_refused_before_anything_is_said_to_begin() -> None:
    done = run("map", "oped", "--size", "-1")
    assert done.exit_code == 2
    assert "whole number of points" in done.stderr
    assert "Solving" not in done.stderr
