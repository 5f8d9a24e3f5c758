"""The long run and when to talk, on the command line."""

import csv
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.oped import survival_job
from deterrence.oped.survival_job import find_survival
from deterrence.oped.talks_job import find_talks
from tests.cli.commands import answer, run

PNG = b"\x89PNG\r\n\x1a\n"
QUICK = ("--levels", "0")


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.usefixtures("scenario")
def test_curves_are_those_of_the_function_for_files_and_names_alike():
    typed = ("survival", "nato", "mine.toml", "--years", "6", "--at", "h_gov=0.1", *QUICK)
    found = answer(*typed, "--data", "s.csv", "--output", "s.png")
    chosen = {"nato": dt.arrangement("nato"), "mine": dt.read_scenario("mine.toml")}
    meant = dt.survival(chosen, 6, changes={"h_gov": "0.1"}, levels=0)
    assert list(found["curves"]) == ["nato", "mine"]
    for name, curve in found["curves"].items():
        for side in ("least", "most"):
            values = meant.grid[side].sel(arrangement=name, draw=0).values
            assert curve[side] == pytest.approx(values)
            assert curve[side] == sorted(curve[side], reverse=True)
            assert curve[side][0] == 1
    assert found["complete"] == meant.complete
    for row, name in zip(found["table"], chosen, strict=True):
        for year in (1, 5, 6):
            assert row[f"attack in {year} y (most)"] == pytest.approx(
                1 - found["curves"][name]["least"][year]
            )
    assert len(rows("s.csv")) == 2
    assert Path("s.png").read_bytes().startswith(PNG)


@pytest.mark.usefixtures("scenario")
def test_a_value_along_a_parameter_is_the_curve_with_that_value():
    typed = ("survival", "mine.toml", "--years", "5", *QUICK)
    line = answer(*typed, "--over", "h_end=0:0.2", "--size", "2", "--data", "v.csv")
    assert line["over"] == "h_end"
    alone = answer(*typed, "--at", "h_end=0.2")["table"][0]
    for name in ("attack in 1 y (most)", "attack in 5 y (least)", "attack in 5 y (most)"):
        assert line["rows"][1][name] == pytest.approx(alone[name])
        assert line["rows"][0][name] != line["rows"][1][name] or "1 y" in name
    assert len(rows("v.csv")) == 2


@pytest.mark.usefixtures("scenario")
def test_a_change_is_contrasted_at_each_draw():
    made = find_survival(
        ["mine.toml"],
        changes=["strength=0"],
        against=["strength=1"],
        draws=6,
        levels=0,
        data="p.csv",
    )
    found = made.document()
    assert found["at"] == {"strength": 0}
    assert found["against"] == {"strength": 1}
    points = rows("p.csv")
    known = [row for row in points if row["complete"] == "True"]
    assert found["complete"] == (len(known) == len(points) == 6)
    shares = {row["attacks"]: row["share"] for row in found["shares"]}
    for verdict, share in shares.items():
        assert share == pytest.approx(sum(r["verdict"] == verdict for r in known) / len(known))
    assert shares["less"] > 0
    words = " ".join(made.text().split())
    assert "attacks within 10 years with strength 1, compared with strength 0" in words
    assert f"less likely {shares['less']:.0%}" in words


@pytest.mark.usefixtures("scenario")
def test_draws_have_quantiles_a_seed_and_what_drives_them(monkeypatch):
    done = run("survival", "mine.toml", "--years", "2", "--draws", "2", "--seed", "3", *QUICK)
    words = " ".join(done.stdout.split())
    assert "over 2 draws of the stakes, seed 3" in words
    assert "no probabilities of anything in the world" in words
    assert "What drives" not in words  # two draws tell nothing
    monkeypatch.setattr(survival_job, "FEWEST", 4)
    made = find_survival(["mine.toml"], years=2, draws=4, levels=0)
    assert "What drives an attack within 2 years" in " ".join(made.text().split())
    found = made.document()
    assert (found["draws"], found["seed"]) == (4, 0)
    curve = found["curves"]["mine"]["least"]
    assert all(a <= b <= c for a, b, c in zip(*curve.values(), strict=True))
    sizes = [row["mean"] for row in found["drivers"] if row["mean"] is not None]
    assert sizes == sorted(sizes, reverse=True)


@pytest.mark.usefixtures("scenario")
def test_what_is_not_found_completely_is_said_and_ends_with_1(monkeypatch):
    from deterrence.equilibrium.markov_solution import MarkovSolution
    from deterrence.oped import long_run_points

    def nothing(game, budget, *, mixing=True):
        return MarkovSolution(game, False, False, "none", 0.0, ())

    monkeypatch.setattr(long_run_points, "solve_markov", nothing)
    done = run("survival", "mine.toml", *QUICK)
    assert done.exit_code == 1
    assert "NOT all pure equilibria were found at 1 of 1 points" in done.stdout
    head, row = done.stdout.split("\n\n")[1].splitlines()
    assert (head.split()[-1], row.split()[-1]) == ("complete", "no")
    assert " - " in row
    line = run("survival", "mine.toml", *QUICK, "--over", "v", "--size", "2")
    assert line.exit_code == 1
    assert "NOT all pure equilibria were found at 2 of 2 values" in line.stdout
    assert line.stdout.split("\n\n")[1].splitlines()[1].split()[-1] == "no"
    found = answer("survival", "mine.toml", *QUICK, code=1)
    assert found["table"][0]["attack in 1 y (least)"] is None
    typed = ("survival", "mine.toml", *QUICK, "--draws", "2", "--against", "strength=1")
    assert answer(*typed, code=1)["shares"] == []
    assert run(*typed).exit_code == 1
    talks = run("talks", "mine.toml", "--points", "2", *QUICK)
    assert talks.exit_code == 1
    assert "no equilibrium of the peace at balance 0.5 was found" in talks.stderr
    assert talks.stdout == ""
    drawn = answer("talks", "mine.toml", "--draws", "2", *QUICK, code=1)
    assert drawn["rows"] == []
    assert "NONE of 2 draws" in drawn["status"]


# --- talks


@pytest.mark.usefixtures("scenario")
def test_talks_are_those_of_the_function():
    made = find_talks(
        "mine.toml",
        changes=["drift=0.01"],
        points=3,
        deadlines=[0, 6],
        levels=0,
        data="t.csv",
        output="t.png",
    )
    found = made.document()
    mine = dt.read_scenario("mine.toml")
    meant = dt.when_to_talk(mine, {"drift": "0.01"}, points=3, deadlines=(0, 6), levels=0)
    assert found["complete"] == meant.complete
    assert found["settles"] == {offer: list(meant.region(offer)) for offer in ("guarantee", "none")}
    assert len(found["balances"]) == 6
    for row in found["balances"]:
        now, best = row["settle"], row["value"]
        assert row["push 0 m"] == pytest.approx(best - now)  # to be made to settle now is that
        assert 0 <= row["push 6 m"] <= row["push 0 m"] + 1e-12
        assert row["stops"] == (best == pytest.approx(now, abs=1e-12))
    assert len(rows("t.csv")) == 6
    assert Path("t.png").read_bytes().startswith(PNG)
    words = " ".join(made.text().split())
    assert words.startswith("My own, with drift 0.01: at which balances Ukraine settles now")
    count = len(found["settles"]["none"])
    assert f"No guarantee on offer: Ukraine settles now at {count} of 3 balances" in words
    done = run("talks", "mine.toml", "--points", "2", *QUICK)
    assert done.exit_code == 0
    assert "Solving the peace at 2 balances" in done.stderr


@pytest.mark.usefixtures("scenario")
def test_talks_over_draws_are_means_of_the_table():
    made = find_talks("mine.toml", draws=2, points=2, deadlines=[3], levels=0, data="d.csv")
    found = made.document()
    assert (found["months"], found["seed"]) == (3, 0)
    table = rows("d.csv")
    mean = sum(float(row["push (none)"]) for row in table) / len(table)
    line = next(x for x in made.text().splitlines() if x.startswith("made to settle within 3"))
    assert line.split()[-1] == f"{mean:.3f}"


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("survival nata", "Did you mean 'nato'"),
        ("survival nato nato", "nato is there twice"),
        ("survival nato oped --over h_end", "one arrangement at a time"),
        ("survival nato oped --against h_gov=0", "one arrangement at a time"),
        ("survival mine.toml --over h_end --against h_gov=0", "ask one at a time"),
        ("survival mine.toml --over h_ent", "Did you mean 'h_end'"),
        ("survival mine.toml --over h_end=0:2", "h_end = 2 is out of range"),
        ("survival mine.toml --over h_end --at h_end=0", "leave one of them out"),
        ("survival mine.toml --over h_end --draws 3", "leave --draws out"),
        ("survival mine.toml --size 3", "give --over NAME"),
        ("survival mine.toml --seed 3", "say how many draws"),
        ("survival mine.toml --draws 0", "1<=x<=100000"),
        ("survival mine.toml --years 0", "1<=x<=100"),
        ("survival mine.toml --levels 11", "0<=x<=10"),
        ("survival mine.toml --at recon=9", "recon = 9 is out of range"),
        ("survival mine.toml --at reconn=1", "Did you mean 'recon'"),
        ("survival mine.toml --against strength=2", "between 0 and 1"),
        ("survival --output s.png", "17 arrangements cannot be told apart"),
        ("survival mine.toml --over h_end --output s.png", "no picture with --over"),
        ("survival mine.toml --output s.gif", ".png, .svg, .pdf"),
        ("talks nata", "Did you mean 'nato'"),
        ("talks mine.toml --at m0=1", "m0 is what the timing problem varies"),
        ("talks mine.toml --at drift=1", "drift = 1 is out of range"),
        ("talks mine.toml --at recon=9", "recon = 9 is out of range"),
        ("talks mine.toml --at drif=0", "Did you mean 'drift'"),
        ("talks mine.toml --points 1", "2<=x<=200"),
        ("talks mine.toml --points 200", "take fewer points"),
        ("talks mine.toml --deadline -1", "0<=x<=1000"),
        ("talks mine.toml --draws 2 --deadline 1 --deadline 2", "give --deadline once"),
        ("talks mine.toml --draws 2 --output t.png", "no picture over draws"),
        ("talks mine.toml --seed 1", "say how many draws"),
        ("talks mine.toml --side worst", "'worst' is not one of"),
    ],
)
def test_bad_requests(typed, words, monkeypatch):
    def no_work(*given, **more):
        raise AssertionError("work began although the input is bad")

    monkeypatch.setattr("deterrence.oped.long_run_points.solve_markov", no_work)
    done = run(*typed.split())
    assert done.exit_code == 2
    assert done.stdout == ""
    assert words in " ".join(done.stderr.split())
