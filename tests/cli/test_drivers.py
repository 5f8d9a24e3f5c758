"""What flips a conclusion, and what drives an outcome, on the command line."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.oped.drivers import drivers_table
from deterrence.oped.trees import formulas
from tests.cli.commands import answer, run

PNG = b"\x89PNG\r\n\x1a\n"
TINY = Fraction(1, 10**9)
OVER = ("strength", "response_ambiguity", "v")
VARIED = [text for name in OVER for text in ("--over", name)]
FLIPS = ("flips", "mine.toml", *VARIED, "--scan", "3")


def rows(path: str) -> list[dict[str, str]]:
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def attack(most: bool, **changes: Fraction) -> float:
    solution = dt.solve(dt.read_scenario("mine.toml").game(**changes))
    return solution.most_and_least("attack")[most]


@pytest.mark.usefixtures("scenario")
def test_flips_are_where_complete_solutions_change() -> None:
    found = answer(*FLIPS, "--conclusion", "most attack < 0.5", "--data", "f.csv")
    assert found["scenario"] == "mine"
    assert found["value"] == attack(True)
    assert found["holds"] == (attack(True) < 0.5)
    flipped = [row for row in found["parameters"] if row["nearest"] is not None]
    assert {row["parameter"] for row in flipped} == {"strength", "response_ambiguity"}
    for row in flipped:
        parameter = PARAMETERS[row["parameter"]]
        step = (parameter.high - parameter.low) / 5000
        near, far = (
            Fraction(row["nearest"]) + side * step * (1 if row["direction"] == "up" else -1)
            for side in (-1, 1)
        )
        far = min(max(far, parameter.low), parameter.high)
        assert (attack(True, **{parameter.name: near}) < 0.5) == found["holds"]
        assert (attack(True, **{parameter.name: far}) < 0.5) != found["holds"]
    for row in flipped:  # the exact values, a billionth to either side
        exact = Fraction(row["formula"])
        beside = [attack(True, **{row["parameter"]: exact + d * TINY}) < 0.5 for d in (-1, 1)]
        assert beside == ([True, False] if row["direction"] == "up" else [False, True])
    table = rows("f.csv")
    assert [row["parameter"] for row in table] == [row["parameter"] for row in found["parameters"]]
    assert found["data"] == "f.csv"
    assert found["picture"] is None


@pytest.mark.usefixtures("scenario")
def test_flips_in_words_and_as_a_picture() -> None:
    done = run(*FLIPS, "--output", "f.png")
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert "My own: attack (most over all equilibria) < 0.5" in words
    assert "2 of 3 assumptions flip this alone" in words
    assert "No value flips it of: v." in words
    assert "strength = " in words
    assert "Guarantor ('attack',) does not gain by nothing" in words
    assert "Written: f.png." in words
    assert Path("f.png").read_bytes().startswith(PNG)


@pytest.mark.usefixtures("scenario")
def test_flips_go_on_from_a_store(monkeypatch: pytest.MonkeyPatch) -> None:
    typed = (*FLIPS, "--no-exact", "--store", "points.jsonl")
    first = answer(*typed)

    def no_work(*given: object) -> None:
        raise AssertionError("a stored point was solved again")

    monkeypatch.setattr("deterrence.study.working.solve", no_work)
    assert answer(*typed) == first


@pytest.mark.usefixtures("scenario")
def test_indices_as_json_with_files() -> None:
    typed = ("sensitivity", "mine.toml", "--of", "most", *VARIED)
    found = answer(*typed, "--samples", "8", "--output", "s.svg", "--data", "s.csv")
    assert found["kind"] == "indices"
    assert found["of"] == ["most"]
    assert {row["parameter"] for row in found["parameters"]} == set(OVER)
    assert found["complete"]
    game = dt.read_scenario("mine.toml")
    rest = {n: x for n, x in game.values().items() if n not in OVER}
    symbolic = formulas(game)
    fixed = symbolic.at({n: x for n, x in rest.items() if n in symbolic.parameters})
    known = dt.sensitivity(fixed, "attack", OVER, of="most", samples=8, jobs=1).to_frame()
    totals = {row["parameter"]: row["total"] for row in found["parameters"]}
    assert totals == pytest.approx(dict(zip(known["parameter"], known["total"], strict=True)))
    assert len(rows("s.csv")) == 3
    assert b"<svg" in Path("s.svg").read_bytes()[:500]


@pytest.mark.usefixtures("scenario")
def test_an_outcome_that_nothing_moves_is_told_and_not_drawn() -> None:
    done = run("sensitivity", "mine.toml", "--over", "v", "--samples", "2", "--output", "s.png")
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert "without indices: attack (least over all equilibria)" in words
    assert "Not drawn" in words
    assert not Path("s.png").exists()


@pytest.mark.usefixtures("scenario")
def test_swings_in_words_and_as_a_tornado() -> None:
    typed = ("sensitivity", "mine.toml", "--one-at-a-time", "--outcome", "Ukraine", "--over", "v")
    done = run(*typed, "--output", "t.png")
    assert done.exit_code == 0
    assert "what drives Ukraine, least over all equilibria and most" in " ".join(
        done.stdout.split()
    )
    assert Path("t.png").read_bytes().startswith(PNG)
    found = answer(*typed)
    assert [row["of"] for row in found["parameters"]] == ["least", "most"]
    v = PARAMETERS["v"]
    low = dt.solve(dt.read_scenario("mine.toml").game(v=v.low)).most_and_least("Ukraine")
    assert [row["at low"] for row in found["parameters"]] == pytest.approx(low)


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("flips mine.toml --conclusion nonsense", "END OUTCOME RELATION NUMBER"),
        ("flips mine.toml --over strenght", "Did you mean 'strength'"),
        ("flips mine.toml --over rho", "plays no part"),
        ("flips mine.toml --scan 1", "scan = 1"),
        ("flips mine.toml --tolerance 2", "between 0 and 1"),
        ("flips mine.toml --output f.gif", ".png, .svg, .pdf"),
        ("flips mine.toml --data nowhere/f.csv", "there is no folder 'nowhere'"),
        ("flips nata", "Did you mean 'nato'"),
        ("sensitivity mine.toml --outcome atack", "Did you mean 'attack'"),
        ("sensitivity mine.toml --of worst", "unknown end"),
        ("sensitivity mine.toml --samples 12", "power of two"),
        ("sensitivity mine.toml --seed -1", "a whole number from 0"),
        ("sensitivity mine.toml --output nowhere/s.png", "there is no folder 'nowhere'"),
    ],
)
@pytest.mark.usefixtures("scenario")
def test_bad_input(typed: str, words: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_work(*given: object) -> None:
        raise AssertionError("work began although the input is bad")

    monkeypatch.setattr("deterrence.study.working.solve", no_work)
    conclusion = ["flips", "mine.toml", "--conclusion", "nonsense"]
    done = run(*(conclusion if "nonsense" in typed else typed.split(" ")))
    assert done.exit_code == 2
    assert done.stdout == ""
    assert words in " ".join(done.stderr.split())


@pytest.mark.usefixtures("scenario")
def test_all_in_one_table() -> None:
    mine = dt.read_scenario("mine.toml")
    told: list[tuple[int, int]] = []
    table = drivers_table(
        "most attack < 0.5",
        {"mine": mine, "other": mine},
        over=OVER[:2],
        scan=3,
        samples=4,
        jobs=1,
        progress=lambda done, total: told.append((done, total)),
    )
    assert list(table.index) == ["mine", "other"]
    assert table.loc["mine"].equals(table.loc["other"].rename("mine"))
    assert told == [(0, 2), (1, 2), (2, 2)]
    row, found = table.loc["mine"], answer(*FLIPS, "--no-exact")
    first = found["parameters"][0]
    assert (row["flip"], row["direction"]) == (first["parameter"], first["direction"])
    assert row["at"] == pytest.approx(first["nearest"], abs=0.01)
    assert row["value"] == found["value"]
    assert row["share"] == pytest.approx(abs(row["at"] - row["present"]))
    assert row["driver"] in ("strength", "response_ambiguity")
    assert 0 < row["error"] < 1
    assert row["complete"]
