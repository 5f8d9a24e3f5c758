"""Coalitions on the command line, against closed forms of one and two guarantors."""

import csv
from fractions import Fraction
from pathlib import Path

import pytest

import deterrence as dt
from tests.cli.commands import answer, run

PNG = b"\x89PNG\r\n\x1a\n"


def gain(own=Fraction(0), **changes):
    """The largest cost at which one guarantor acts, by the formula, and all numbers."""
    x = dt.read_scenario("mine.toml").values(**changes)
    held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    alone, helped = 1 / (1 + held), 1 / (1 + held + x["m_aid"] + x["m_force"])
    stake = x["v"] + x["y"] * x["presence"]
    return stake * (alone - helped) + (x["strength"] + own) * x["a"], x


def share_below(cost, x):
    """The share of guarantors whose cost is no higher: two uniform halves."""
    low, high = x["k_resolved"], x["k_irresolute"]
    place = min(max((cost - low) / (high - low), Fraction(0)), Fraction(1))
    half = Fraction(1, 2)
    lower, upper = min(place, half) / half, max(place - half, Fraction(0)) / half
    return x["phi"] * lower + (1 - x["phi"]) * upper


@pytest.mark.usefixtures("scenario")
def test_one_guarantor_acts_as_the_formula_says_under_every_rule():
    typed = ("coalitions", "mine.toml", "-n", "1", "--at", "strength=0.1", "--bilateral", "0.05")
    found = answer(*typed, "--data", "c.csv", "--output", "c.png", "--outcome", "force")
    assert found["complete"]
    wanted, x = gain(Fraction(1, 20), strength="0.1")
    share = float(share_below(wanted, x))
    assert 0 < share < 1
    assert [row["rule"] for row in found["equilibria"]] == [
        "individual", "lead", "majority", "unanimity",
    ]  # fmt: skip
    for row in found["equilibria"]:
        assert row["response"] == pytest.approx(share, abs=1e-9)
        assert row["abandonment"] == pytest.approx(1 - share, abs=1e-9)
    with open("c.csv", encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == 4
    assert Path("c.png").read_bytes().startswith(PNG)


@pytest.mark.usefixtures("scenario")
def test_the_pledge_that_brings_a_response_about():
    typed = ("coalitions", "mine.toml", "-n", "1", "-n", "2", "--at", "strength=0", "--target")
    found = answer(*typed, "0.9", "--technology", "best-shot")
    assert found["target"] == 0.9
    needed = {(row["n"], row["rule"]): row["bilateral"] for row in found["pledges"]}
    assert {rule for _, rule in needed} == {"individual", "majority", "unanimity"}
    without, x = gain(strength="0")
    quantile = x["k_resolved"] + (x["k_irresolute"] - x["k_resolved"]) * Fraction(9, 10)
    meant = (quantile - without) / x["a"]  # phi is one half, so that costs are uniform
    assert needed[1, "individual"] == pytest.approx(float(meant), abs=1e-6)
    with_it = answer(
        "coalitions", "mine.toml", "-n", "2", "--rule", "individual", "--technology", "best-shot",
        "--at", "strength=0", "--bilateral", f"{needed[2, 'individual'] + 1e-6:.9f}",
    )  # fmt: skip
    assert min(row["response"] for row in with_it["equilibria"]) == pytest.approx(0.9, abs=1e-4)


@pytest.mark.usefixtures("scenario")
def test_trees_have_two_costs_and_say_whether_they_are_complete():
    typed = ("coalitions", "mine.toml", "-n", "1", "-n", "30", "--rule", "individual", "--trees")
    found = answer(*typed, "--at", "strength=0.2", "--at", "phi=0.4")
    (row,) = found["trees"]
    wanted, x = gain(strength="0.2")
    assert x["k_resolved"] < wanted < x["k_irresolute"]  # so that only a resolved one acts
    assert row["n"] == 1
    assert row["response (least)"] == row["response (most)"] == pytest.approx(0.4)
    assert row["free-riding (most)"] == 0
    assert row["complete"]
    words = run(*typed).stdout
    assert "All trees are solved completely." in " ".join(words.split())


@pytest.mark.usefixtures("scenario")
def test_an_open_tree_ends_with_1(monkeypatch):
    from deterrence.oped import coalition_trees

    whole = coalition_trees.solve

    class Open:
        def __init__(self, solution):
            self.solution, self.complete = solution, False

        def __getattr__(self, name):
            return getattr(self.solution, name)

    monkeypatch.setattr(coalition_trees, "solve", lambda game: Open(whole(game)))
    done = run("coalitions", "mine.toml", "-n", "1", "--rule", "lead", "--trees")
    assert done.exit_code == 1
    assert "1 of 1 trees are NOT solved completely" in " ".join(done.stdout.split())


@pytest.mark.usefixtures("scenario")
def test_coalitions_in_words():
    done = run("coalitions", "mine.toml", "-n", "2", "--rule", "unanimity", "--target", "0.5")
    assert done.exit_code == 0, done.stderr
    words = " ".join(done.stdout.split())
    assert words.startswith(
        "My own: an attack met by guarantors who are alike, by rule; forces add"
    )
    assert "All symmetric Bayesian equilibria in cutpoints; 1 more exist only because" in words
    assert "Own pledges with which a response has probability 0.5 or more" in words
    shown = run("coalitions", "mine.toml", "-n", "2", "--rule", "lead", "--outcome", "Ukraine")
    assert shown.stdout.split("\n\n")[1].splitlines()[0].split() == ["n", "rule", "Ukraine"]


@pytest.mark.usefixtures("scenario")
@pytest.mark.parametrize(
    ("more", "words"),
    [
        ("-n 0", "whole numbers from 1 to 10,000"),
        ("-n many", "not a valid integer"),
        ("--rule both", "'both' is not one of"),
        ("--technology none", "'none' is not one of"),
        ("--bilateral 2", "a strength lies between 0 and 1"),
        ("--bilateral x", "--bilateral"),
        ("--target 1", "a probability between 0 and 1"),
        ("--target nan", "--target"),
        ("--rule lead --target 0.5", "--target needs a rule of individual, majority, unanimity"),
        ("--trees -n 4", "trees are solved for up to 3 guarantors"),
        ("--outcome atack", "Did you mean 'attack'"),
        ("--outcome attack --outcome force --output c.png", "give --outcome once"),
        ("--output c.gif", ".png, .svg, .pdf"),
        ("--data no/c.csv", "there is no folder 'no'"),
        ("--at strenght=1", "Did you mean 'strength'"),
        ("--at strength=2", "between 0 and 1"),
    ],
)
def test_bad_requests(more, words, monkeypatch):
    def no_work(*given, **more):
        raise AssertionError("work began although the input is bad")

    monkeypatch.setattr("deterrence.oped.coalitions_job.compare_coalitions", no_work)
    done = run("coalitions", "mine.toml", *more.split())
    assert done.exit_code == 2
    assert done.stdout == ""
    assert words in " ".join(done.stderr.split())
