"""Acceptable terms and the open door, on the command line."""

import csv
import functools
from fractions import Fraction
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.guarantee.open_door import door_values, open_door_game
from deterrence.oped.open_door_job import look_through_the_door
from tests.cli.commands import answer, run

PNG = b"\x89PNG\r\n\x1a\n"
LITTLE = Fraction(1, 1000)


def rows(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@functools.cache
def worth(terms):
    """Least and most of what follows a settlement, of the one game that is played then."""
    numbers = {**dt.read_scenario("mine.toml").values(), "terms": terms}
    game = dt.guarantee_game(["challenge", "response"], fixed={"settlement": "accept"})
    return dt.solve(game.at({name: numbers[name] for name in game.parameters})).envelope()


def war():
    """Ukraine's and a revisionist Russia's payoffs in a war that goes on, by the formula."""
    x = dt.read_scenario("mine.toml").values()
    chance = 1 / (1 + x["m0"] * (1 + x["m_d"]) + x["m_aid"] * x["g"])
    return -chance - x["c_wU"], x["b_revisionist"] * chance - x["c_wR"]


@pytest.mark.usefixtures("scenario")
def test_terms_are_accepted_exactly_where_what_follows_is_worth_the_war():
    found = answer("terms", "mine.toml", "--points", "5", "--data", "t.csv")
    assert found["complete"]
    ukraine, russia = war()
    assert (found["war"]["Ukraine"], found["war"]["Russia, revisionist"]) == pytest.approx(
        (float(ukraine), float(russia))
    )
    sides = {"Ukraine": ("Ukraine", ukraine), "Russia, revisionist": ("Russia", russia)}
    seen = set()
    for row in found["rows"]:
        if row["who"] == "all":
            continue
        player, least_wanted = sides[row["who"]]
        end = {"worst": 0, "best": 1}[row["selection"]]
        for k in range(1, 16):
            x = Fraction(k, 16)
            edges = [abs(edge - x) for ends in row["intervals"] for edge in ends]
            if min(edges, default=1) > LITTLE:
                accepted = any(low <= x <= high for low, high in row["intervals"])
                assert accepted == (worth(x)[player][end] >= least_wanted)
                seen.add(accepted)
    assert seen == {True, False}
    assert len(rows("t.csv")) == sum(max(1, len(row["intervals"])) for row in found["rows"])


@pytest.mark.usefixtures("scenario")
def test_along_a_parameter_each_value_is_a_question_of_its_own():
    typed = ("terms", "mine.toml", "--points", "5", "--at", "v=0.9", "--between", "0:0.5")
    line = answer(*typed, "--over", "strength=0.1:0.9", "--size", "3", "--output", "t.png")
    assert line["over"] == "strength"
    assert line["at"] == {"v": 0.9}
    assert Path("t.png").read_bytes().startswith(PNG)
    assert {row["strength"] for row in line["rows"]} == {0.1, 0.5, 0.9}
    for value in ("0.1", "0.9"):
        alone = answer(*typed, "--at", f"strength={value}")
        meant = [
            [row["who"], row["selection"], *ends]
            for row in alone["rows"]
            for ends in row["intervals"] or [[None, None]]
        ]
        there = [row for row in line["rows"] if row["strength"] == float(value)]
        assert [[r["who"], r["selection"], r["from"], r["to"]] for r in there] == meant


@pytest.mark.usefixtures("scenario")
def test_terms_in_words():
    done = run("terms", "mine.toml", "--points", "5", "--covered-war", "--at", "phi=0.6")
    assert done.exit_code == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert words.startswith("My own, with phi 0.6: acceptable terms, of those from 0 to 1.")
    assert "Sequential equilibria" in words
    assert "with the stages challenge, response; the guarantee covers a war that goes on" in words
    assert "All solved completely." in words
    line = run("terms", "mine.toml", "--points", "5", "--over", "v", "--size", "2")
    table = line.stdout.split("\n\n")[1].splitlines()
    assert table[0].split() == ["v", "who", "whichever", "some"]
    assert [row.split()[0] for row in table[1:]] == [
        "0.2",
        "Russia,",
        "all",
        "1.2",
        "Russia,",
        "all",
    ]


@pytest.mark.usefixtures("scenario")
def test_what_is_not_solved_completely_ends_with_1(monkeypatch):
    from deterrence.oped import settlement_worth

    class Open:
        def __init__(self, solution):
            self.solution, self.complete = solution, False

        def __getattr__(self, name):
            return getattr(self.solution, name)

    whole = settlement_worth.solve
    monkeypatch.setattr(settlement_worth, "solve", lambda game: Open(whole(game)))
    done = run("terms", "mine.toml", "--points", "3")
    assert done.exit_code == 1
    assert "NOT all solved completely" in done.stdout
    assert answer("terms", "mine.toml", "--points", "3", code=1)["complete"] is False


@pytest.mark.usefixtures("scenario")
def test_a_ladder_is_climbed_after_the_settlement_and_an_offer_is_not_made():
    text = Path("mine.toml").read_text(encoding="utf-8")
    ladder = text.replace('"response"]', '"response", "escalation"]\nrungs = 2')
    Path("ladder.toml").write_text(ladder, encoding="utf-8")
    found = answer("terms", "ladder.toml", "--points", "3")
    assert found["stages"] == ["challenge", "response", "escalation"]
    offered = text.replace('"challenge"', '"offer", "challenge"')
    offered += "[game.menu.a]\n[game.menu.b]\nstrength = 1\n"
    Path("offer.toml").write_text(offered, encoding="utf-8")
    done = run("terms", "offer.toml")
    assert done.exit_code == 2
    assert "the offer is made before the settlement" in done.stderr
    stages = ("--stage", "challenge", "--stage", "response")
    assert answer("terms", "offer.toml", "--points", "3", *stages)["complete"]


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("--over strenght", "Did you mean 'strength'"),
        ("--over strength=1", "write LOW:HIGH"),
        ("--over strength=0:2", "strength = 2 is out of range"),
        ("--over strength=0.9:0.1", "write the lower end first"),
        ("--over strength=nan:1", "not a finite number"),
        ("--over strength --at strength=0.5", "leave one of them out"),
        ("--over strength --size 1", "2<=x<=200"),
        ("--size 3", "give --over NAME"),
        ("--output t.png", "give --over NAME"),
        ("--over strength --output t.gif", ".png, .svg, .pdf"),
        ("--over strength --data no/t.csv", "there is no folder 'no'"),
        ("--between 0.3", "write LOW:HIGH"),
        ("--between 0:2", "from 0 to 1"),
        ("--points 1", "2<=x<=10000"),
        ("--accepted-by nobody", "'nobody' is not one of"),
        ("--accepted-by security", "Russia is known to be revisionist here"),
        ("--stage chalenge", "Did you mean 'challenge'"),
        ("--at terms=0.1", "terms are what is looked for"),
        ("--at strenght=0.1", "Did you mean 'strength'"),
        ("--trust 2", "a probability lies between 0 and 1"),
        ("--trust 0.5", "the Guarantor's type is known to all here"),
    ],
)
def test_bad_requests_about_terms(more, words, monkeypatch):
    monkeypatch.setattr("deterrence.oped.settlement_worth.solve", _no_work)
    done = run("terms", "mine.toml", *more.split())
    assert done.exit_code == 2
    assert done.stdout == ""
    assert words in " ".join(done.stderr.split())
    assert "Solving" not in done.stderr


def _no_work(*given, **more):
    raise AssertionError("work began although the input is bad")


# --- the open door


def door(upgrade, regrowth):
    game = open_door_game()
    values = door_values(
        dt.arrangement("nato_limbo"), dt.arrangement("nato"), upgrade=upgrade, regrowth=regrowth
    )
    return dt.solve(game.at({name: values[name] for name in game.parameters}))


@pytest.mark.usefixtures("scenario")
def test_a_border_of_the_upgrade_is_where_complete_solutions_change():
    made = look_through_the_door(changes=["regrowth=0.3"], size=2, output="d.png", data="d.csv")
    assert made.complete
    found = made.document()
    assert found["assumed"] == {"regrowth": 0.3, "exclusion": 0, "later": 0.9}
    first, second = found["intervals"]
    border = Fraction(first["to"])
    for upgrade, row in ((border - LITTLE, first), (border + LITTLE, second)):
        solved = door(upgrade, "0.3")
        assert solved.complete
        low, high = solved.most_and_least("attack-today")
        assert row["attack-today (least)"] <= low + 1e-9
        assert high <= row["attack-today (most)"] + 1e-9
    assert first["attack-today (most)"] == 0 < second["attack-today (least)"]
    assert len(rows("d.csv")) == 2
    assert Path("d.png").read_bytes().startswith(PNG)
    words = " ".join(made.text().split())
    assert f"From an upgrade with probability {second['from']:.3f} on an attack today" in words
    assert "Of the picture's 4 points 4 are solved completely." in words


@pytest.mark.usefixtures("scenario")
def test_a_door_behind_a_guarantee_that_deters_brings_nothing_forward():
    done = run("open-door", "oped")
    assert done.exit_code == 0
    words = " ".join(done.stdout.split())
    assert "No probability of the upgrade makes an attack today surely likelier." in words
    assert "Looking along the probability of the upgrade" in done.stderr


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("nata", "Did you mean 'nato'"),
        ("nato_limbo nata", "Did you mean 'nato'"),
        ("--at regrow=0.3", "Did you mean 'regrowth'"),
        ("--at regrowth=-1", "regrowth = -1 is out of range"),
        ("--at later=1.5", "between 0 and 1"),
        ("--at exclusion=1e9", "between 0 and 10"),
        ("--at upgrade=0.5", "unknown parameter 'upgrade'"),
        ("--size 1", "2<=x<=200"),
        ("--output d.gif", ".png, .svg, .pdf"),
    ],
)
def test_bad_requests_about_the_door(more, words, monkeypatch):
    monkeypatch.setattr("deterrence.oped.open_door_job.thresholds", _no_work)
    done = run("open-door", *more.split())
    assert done.exit_code == 2
    assert done.stdout == ""
    assert words in " ".join(done.stderr.split())
