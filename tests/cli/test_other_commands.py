"""The other commands: the table and its store, maps, reproduction, and the main job."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from fractions import Fraction
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.oped import arrangements_job, comparison, mainjob, map_job, reproduction
from deterrence.oped.draws import draw_stakes
from tests.cli.commands import answer, run

ROOT = Path(__file__).resolve().parents[2]
PNG = b"\x89PNG\r\n\x1a\n"
SOME = ("nato", "us_dec25", "adhoc")


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave only some arrangements, so that the table is quick."""
    chosen = {name: dt.arrangement(name) for name in SOME}
    for module in (comparison, arrangements_job, map_job, mainjob):
        monkeypatch.setattr(module, "arrangements", lambda: chosen)


@pytest.mark.usefixtures("scenario")
def test_one_arrangement_is_introduced_and_solved() -> None:
    done = run("arrangements", "nato")
    assert done.exit_code == 0
    assert done.stdout.startswith("NATO membership, Art. 5\n=====")
    assert "vagueness as risk" in " ".join(done.stdout.split())
    assert dt.solve(dt.arrangement("nato").game()).summary() in done.stdout


@pytest.mark.usefixtures("scenario")
def test_one_arrangement_as_json() -> None:
    found = answer("arrangements", "nato")
    assert found["arrangement"]["label"] == "NATO membership, Art. 5"
    assert found["arrangement"]["instruments"]["strength"] == 1
    assert len(found["equilibria"]) == found["total"]


@pytest.mark.usefixtures("scenario", "few")
def test_the_table_says_which_rows_are_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    found = run("arrangements", "--csv", "table.csv")
    assert found.exit_code == 0
    assert "NATO membership, Art. 5" in found.stdout
    assert "told apart by payoffs: nato and us_dec25." in " ".join(found.stdout.split())
    table = rows("table.csv")
    assert [row["arrangement"] for row in table] == list(SOME)
    known = dt.solve(dt.arrangement("adhoc").game()).most_and_least("attack")
    assert (float(table[2]["attack (least)"]), float(table[2]["attack (most)"])) == known


@pytest.mark.usefixtures("scenario")
def test_draws_go_on_where_they_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ("arrangements", "budapest", "--seed", "7", "--store", "points.jsonl")
    first = answer(*typed, "--draws", "2")
    lines = Path("points.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 1 + 2
    answer(*typed, "--draws", "3")
    more = Path("points.jsonl").read_text(encoding="utf-8").splitlines()
    assert more[:3] == lines
    assert len(more) == 1 + 3

    def no_work(*given: object) -> None:
        raise AssertionError("a stored point was solved again")

    monkeypatch.setattr("deterrence.study.working.solve", no_work)
    again = answer(*typed, "--draws", "2")
    assert again == first
    assert (again["draws"], again["seed"]) == (2, 7)
    assert answer(*typed[:2], "--store", "points.jsonl", "--draws", "2", "--seed", "7") == first


@pytest.mark.usefixtures("scenario")
def test_the_seed_is_0_unless_given() -> None:
    found = answer("arrangements", "nato", "--draws", "1", "--store", "points.jsonl")
    assert found["seed"] == 0
    stored = json.loads(Path("points.jsonl").read_text(encoding="utf-8").splitlines()[1])
    (drawn,) = draw_stakes(1, rng=0)
    assert {name: Fraction(stored["point"][name]) for name in drawn} == drawn


@pytest.mark.parametrize("picture", ["map.png", "map.svg", "map.pdf"])
def test_a_map_is_a_picture_and_numbers(scenario: Path, picture: str) -> None:
    found = answer("map", str(scenario), "--size", "3", "--output", picture, "--y", "v")
    assert found["axes"] == ["v", "ambiguity"]
    assert found["points"] == 9
    assert sum(found["regimes"].values()) >= 9
    start = Path(picture).read_bytes()[:500]
    assert {"map.png": PNG, "map.svg": b"<svg", "map.pdf": b"%PDF"}[picture] in start
    table = rows("map.csv")
    assert [(float(row["v"]), float(row["ambiguity"])) for row in table] == [
        (v, ambiguity) for v in (0.2, 0.7, 1.2) for ambiguity in (0, 0.5, 1)
    ]
    game = dt.read_scenario(scenario).game(v="0.7", ambiguity="0.5")
    known = dt.solve(game).most_and_least("Guarantor")
    found_there = float(table[4]["Guarantor (least)"]), float(table[4]["Guarantor (most)"])
    assert found_there == pytest.approx(known)


def test_the_data_of_a_map_can_stand_elsewhere(scenario: Path) -> None:
    done = run("map", str(scenario), "--size", "2", "--data", "numbers.csv")
    assert done.exit_code == 0
    assert len(rows("numbers.csv")) == 4
    assert "deterrence-map.png (numbers: numbers.csv) shows 4 games" in done.stdout


def test_reproduction_ends_with_1_where_a_number_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = reproduction.read_numbers()
    right = next(n for n in numbers if n.id == "arrangements")
    monkeypatch.setattr(reproduction, "read_numbers", lambda: (right,))
    assert answer("reproduce", "--quick")["agrees"] is True
    wrong = right.model_copy(update={"value": 18, "quoted": ()})
    monkeypatch.setattr(reproduction, "read_numbers", lambda: (right, wrong))
    found = answer("reproduce", "--quick", code=1)
    assert found["numbers"][1]["problems"] == ["documented 18, computed 17"]
    assert "1 of 2 numbers agree." in run("reproduce").stdout


@pytest.mark.usefixtures("scenario", "few")
def test_the_main_job(monkeypatch: pytest.MonkeyPatch) -> None:
    small = mainjob.main_job
    monkeypatch.setattr(mainjob, "main_job", lambda **given: small(size=2, **given))
    monkeypatch.setattr(mainjob, "SCENARIO", "nato")
    done = run()
    assert done.exit_code == 0
    assert done.stdout.startswith("NATO membership, Art. 5\n")
    assert dt.solve(dt.arrangement("nato").game()).summary() in done.stdout
    text = " ".join(done.stdout.split())
    for words in ("judgement, not observation", "vagueness as risk", "shows 4 games"):
        assert words in text
    assert done.stderr.count(" ...\n") == done.stderr.count("\n") == 3
    assert Path("deterrence-map.png").read_bytes().startswith(PNG)
    assert len(rows("deterrence-map.csv")) == 4
    found = answer()
    assert found["complete"] is True
    assert found["map"]["points"] == 4
    assert [row["name"] for row in found["comparison"]["arrangements"]] == list(SOME)


def test_help_and_version_are_quick_and_say_what_there_is() -> None:
    heavy = {"matplotlib", "pandas", "scipy", "sympy", "xarray"}
    program = (
        "import sys\nfrom click.testing import CliRunner\nfrom deterrence.cli import main\n"
        "print(CliRunner().invoke(main, sys.argv[1:]).stdout)\n"
        f"print(sorted({heavy} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "--help"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    for command in ("arrangements", "design", "map", "reproduce", "solve"):
        assert f"\n  {command} " in done.stdout
    assert done.stdout.endswith("[]\n")
    assert run("--version").stdout.split()[-1] == dt.__version__


DESIGN = ("--over", "strength", "--over", "v=0.3:0.9", "--grid", "5")


def test_a_design_as_text_with_a_picture_and_numbers(scenario: Path) -> None:
    done = run("design", str(scenario), *DESIGN, "--output", "d.png", "--data", "d.csv")
    assert done.exit_code == 0
    assert done.stdout.startswith("My own.\nDesign: Guarantor, over strength in 0 to 1, v in 0.3")
    assert "Judged by the worst equilibrium" in done.stdout
    assert "Written: d.png." in done.stdout
    assert Path("d.png").read_bytes().startswith(PNG)
    table = rows("d.csv")
    assert len(table) == 25
    assert list(table[0]) == ["strength", "v", "value (best)", "value (worst)"]


def test_a_design_as_json_with_regret(scenario: Path) -> None:
    goal = ("--best-for", "Ukraine", "--best-for", "Guarantor=0.5", "--at-most", "attack=1")
    stake = ("--stake", "c_0", "--samples", "2")
    found = answer("design", str(scenario), *DESIGN, *goal, *stake)
    assert found["goal"] == "Ukraine + 0.5 Guarantor, with attack at most 1"
    assert found["over"] == {"strength": [0, 1], "v": [0.3, 0.9]}
    for optimum in found["optima"].values():
        point = {name: Fraction(str(x)) for name, x in optimum["near"].items()}
        solved = dt.solve(dt.read_scenario(scenario).game(**point)).outcomes()
        worth = [one["Ukraine"] + one["Guarantor"] / 2 for one in solved]
        assert min(abs(w - optimum["near_value"]) for w in worth) < 1e-9
        assert len(optimum["regret"]) == 2
        assert all(row["regret"] >= 0 for row in optimum["regret"])


def typed(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "deterrence", *arguments]


def test_python_runs_the_package_as_a_module(scenario: Path) -> None:
    done = subprocess.run(
        typed("solve", str(scenario), "--json"),
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0
    assert json.loads(done.stdout)["complete"] is True


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="signals are sent as POSIX has them")
def test_ctrl_c_keeps_what_is_solved(tmp_path: Path) -> None:
    store = tmp_path / "points.jsonl"
    running = subprocess.Popen(
        typed("arrangements", "nato", "--draws", "2000", "--store", str(store)),
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 240
    while time.monotonic() < end and (not store.exists() or store.read_bytes().count(b"\n") < 3):
        time.sleep(0.2)
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=60)
    assert running.returncode == 130
    assert out == ""
    assert "Traceback" not in err
    assert store.read_bytes().count(b"\n") >= 3


@pytest.mark.parametrize("command", ["terms", "open-door", "coalitions", "survival", "talks"])
def test_examples_in_help_stand_on_lines_of_their_own(command):
    lines = [line.strip() for line in run(command, "--help").stdout.splitlines()]
    shown = [line for line in lines if line.startswith(f"deterrence {command}")]
    assert shown
    assert all(line.count("deterrence ") == 1 for line in shown)
    assert not any("\\b" in line for line in lines)
