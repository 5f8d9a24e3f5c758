"""Scenario files with a menu of guarantees or a ladder, on the command line."""

from pathlib import Path

import pytest

import deterrence as dt
from tests.cli.commands import answer, run

MENU = """\
stages = ["types", "offer", "challenge", "response"]
[game.menu.words]
strength = 0.05
[game.menu.treaty]
strength = 0.9
"""
LADDER = 'stages = ["challenge", "response", "escalation"]\nrungs = 2\n'


@pytest.fixture(autouse=True)
def files(scenario):
    head = scenario.read_text(encoding="utf-8").partition("stages")[0]
    Path("menu.toml").write_text(head + MENU, encoding="utf-8")
    Path("ladder.toml").write_text(head + LADDER, encoding="utf-8")


def test_offers_are_solved_with_their_own_strength():
    found = answer("solve", "menu.toml")
    offers = {
        label: {"strength": strength} for label, strength in (("words", "0.05"), ("treaty", "0.9"))
    }
    game = dt.guarantee_game(["types", "offer", "challenge", "response"], menu=offers)
    numbers = dt.read_scenario("menu.toml").values()
    meant = dt.solve(game.at({name: numbers[name] for name in game.parameters}))
    assert found["complete"] == meant.complete
    assert found["components"] == len(meant)
    for shown, equilibrium in zip(found["equilibria"], meant.equilibria, strict=True):
        assert shown["payoffs"]["Guarantor"] == pytest.approx(
            float(equilibrium.payoffs["Guarantor"])
        )
        offered = sum(shown["events"].get(f"offer-{label}", 0) for label in offers)
        assert offered == pytest.approx(1)


def test_a_ladder_is_a_scenario_as_any_other():
    found = answer("statics", "ladder.toml", "--over", "f", "--outcome", "Russia")
    assert [row["parameter"] for row in found["derivatives"]] == ["f"]


@pytest.mark.parametrize(
    "typed",
    [
        "solve menu.toml --at strength=0.5",
        "statics menu.toml --at strength=0.5",
        "statics menu.toml --over strength",
        "region menu.toml --at strength=0.5 --over v",
        "thresholds menu.toml",
        "map menu.toml",
        "design menu.toml",
        "flips menu.toml --over strength",
    ],
)
def test_what_every_offer_sets_is_not_changed_beside_the_menu(typed, monkeypatch):
    done = run(*typed.split())
    assert done.exit_code == 2
    assert done.stdout == ""
    assert "every guarantee on the menu sets it" in done.stderr
    assert " ..." not in done.stderr


def test_a_ladder_too_long_is_bad_input():
    text = Path("ladder.toml").read_text(encoding="utf-8").replace("rungs = 2", "rungs = 9")
    Path("ladder.toml").write_text(text, encoding="utf-8")
    done = run("solve", "ladder.toml")
    assert done.exit_code == 2
    assert "at game: rungs = 9; at most 8 are built." in done.stderr
