"""Every stage of the game in a scenario file: menus of guarantees, ladders, and what is wrong."""

import pickle
from fractions import Fraction
from pathlib import Path

import pytest

from deterrence.errors import FileError, ParameterError
from deterrence.guarantee.crisis import EVERY_STAGE, guarantee_game
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.scenario_files import read_scenario
from deterrence.oped.assumptions import assumptions_of
from deterrence.oped.inputs import changes_of
from deterrence.study.store import digest_of

HEAD = (
    'id = "mine"\nlabel = "My own"\n[instruments]\nstrength = 0.3\nambiguity = 0.6\n'
    "conditionality = 0\nautomaticity = 0\npresence = 0.1\n"
)
OFFERED = ["types", "offer", "challenge", "response"]
MENU = """\
[game]
stages = ["response", "types", "offer", "challenge"]
[game.menu.weak]
strength = 0.2
[game.menu."strong, at once"]
strength = 0.8
presence = 0.7
"""


def read(tmp_path: Path, game: str) -> Scenario:
    file = tmp_path / "mine.toml"
    file.write_text(HEAD + game, encoding="utf-8")
    return read_scenario(file)


def refused(tmp_path: Path, game: str) -> str:
    with pytest.raises(FileError) as caught:
        read(tmp_path, game)
    return str(caught.value).partition("mine.toml', ")[2]


def test_a_menu_is_the_one_of_the_game(tmp_path: Path) -> None:
    scenario = read(tmp_path, MENU)
    assert scenario.menu["strong, at once"] == {
        "strength": Fraction(4, 5),
        "presence": Fraction(7, 10),
    }
    menu = {"weak": {"strength": "0.2"}, "strong, at once": {"strength": "0.8", "presence": "0.7"}}
    meant = guarantee_game(OFFERED, menu=menu).at(scenario.values())
    assert digest_of(scenario.game(), None) == digest_of(meant, None)
    (resolved, _) = (
        s for s in scenario.game().information_sets if s.player == "Guarantor" and len(s.knows) == 1
    )
    assert set(resolved.actions) == set(menu)


def test_an_entry_that_sets_nothing_is_the_guarantee_as_it_is(tmp_path: Path) -> None:
    game = MENU.replace("strength = 0.8\npresence = 0.7\n", "")
    scenario = read(tmp_path, game)
    assert scenario.menu["strong, at once"] == {}
    assert changes_of(scenario, ["strength=0.9"]) == {"strength": Fraction(9, 10)}
    assert digest_of(scenario.game(strength="0.9"), None) != digest_of(scenario.game(), None)
    assert "offer 'strong, at once': as it is" in str(scenario)


def test_a_number_that_every_entry_sets_cannot_be_changed_beside_it(tmp_path: Path) -> None:
    scenario = read(tmp_path, MENU)
    with pytest.raises(ParameterError, match="every guarantee on the menu sets it"):
        changes_of(scenario, ["strength=0.9"])
    with pytest.raises(ParameterError, match="every guarantee on the menu sets it"):
        assumptions_of(scenario, ["strength"])
    assert changes_of(scenario, ["presence=0.5"])
    assert "strength" not in assumptions_of(scenario)
    tied = read(
        tmp_path,
        MENU.replace("strength = 0.2", "ambiguity = 0.2").replace(
            "strength = 0.8", "trigger_ambiguity = 0.8"
        ),
    )
    assert tied.tree.on_every_offer == {"trigger_ambiguity"}
    assert changes_of(tied, ["ambiguity=0.5"])  # it moves the response's, which one entry leaves


def test_rungs_are_those_of_the_ladder(tmp_path: Path) -> None:
    stages = ["challenge", "response", "escalation"]
    scenario = read(tmp_path, f"[game]\nstages = {stages}\nrungs = 3\n")
    meant = guarantee_game(stages, rungs=3).at(scenario.values())
    assert digest_of(scenario.game(), None) == digest_of(meant, None)
    longest = max(len(s.knows) for s in scenario.game().information_sets)
    assert longest == 2 + 3  # the attack, the response and three rungs climbed
    assert str(scenario).endswith("rungs               3")


def test_every_stage_and_every_way_of_fixing_one_can_be_given(tmp_path: Path) -> None:
    game = f"[game]\nstages = {list(EVERY_STAGE)}\nrungs = 2\n"
    game += "[game.menu.a]\n[game.menu.b]\nstrength = 1\n"
    fixed = (
        '[game.fixed]\nsettlement = "accept"\npreparation = "keep, restrained"\n'
        'offer = "b"\nfinding = "covered"\n[game.fixed.types]\nRussia = "revisionist"\n'
    )
    scenario = read(tmp_path, game + fixed)
    ways = {
        "settlement": "accept",
        "preparation": "keep, restrained",
        "offer": "b",
        "finding": "covered",
        "types": {"Russia": "revisionist"},
    }
    meant = guarantee_game(EVERY_STAGE, fixed=ways, menu={"a": {}, "b": {"strength": 1}}, rungs=2)
    assert digest_of(scenario.game(), None) == digest_of(meant.at(scenario.values()), None)


def test_a_scenario_survives_a_pickle_and_nobody_can_change_its_menu(tmp_path: Path) -> None:
    scenario = read(tmp_path, MENU)
    again = pickle.loads(pickle.dumps(scenario))
    assert again == scenario
    assert again.tree == scenario.tree
    with pytest.raises(TypeError):
        scenario.menu["weak"]["strength"] = Fraction(1)  # type: ignore[index]


def test_two_scenarios_share_a_game_only_if_all_their_stages_are_alike(tmp_path: Path) -> None:
    one = read(tmp_path, MENU)
    assert one.tree == read(tmp_path, MENU.replace("0.30", "0.3")).tree
    assert one.tree.game() is read(tmp_path, MENU).tree.game()
    assert one.tree != read(tmp_path, MENU.replace("0.8", "0.9")).tree
    ladder = '[game]\nstages = ["challenge", "response", "escalation"]\n'
    assert read(tmp_path, ladder).tree != read(tmp_path, ladder + "rungs = 2\n").tree


BAD = [
    (
        MENU.partition("[game.menu")[0],
        "at game.menu: an offer needs a menu of two guarantees or more; write one",
    ),
    ('[game]\nfixed = { offer = "weak" }\n', "at game.menu: an offer needs a menu"),
    (
        MENU.replace('"offer", ', ""),
        "at game: a menu has no effect without the stage 'offer'; play",
    ),
    (MENU.partition('[game.menu."')[0], "at game: a menu has two entries or more, not 1."),
    (
        MENU.replace("strength = 0.2", "strenght = 0.2"),
        "at game.menu.weak.strenght: unknown instrument",
    ),
    (
        MENU.replace("strength = 0.2", "rho = 0.5"),
        "at game.menu.weak.rho: unknown instrument 'rho'.",
    ),
    (
        MENU.replace("0.8", "1.8"),
        "at game.menu.'strong, at once'.strength: 1.8 is out of range; it",
    ),
    (
        MENU.replace("0.8", "'0.8'"),
        "at game.menu.'strong, at once'.strength: '0.8' is not a number",
    ),
    (MENU.replace("0.8", "nan"), "at game.menu.'strong, at once'.strength: nan is no number of"),
    (
        MENU.replace("[game.menu.weak]\nstrength", "[game.menu]\nweak"),
        "at game.menu.weak: 0.2 is not a table; write",
    ),
    (
        MENU + "".join(f"[game.menu.g{n}]\n" for n in range(11)),
        "at game: the menu has 13 entries; at most 12",
    ),
    (
        "[game]\nrungs = 2\n",
        "at game: rungs without the stage 'escalation' have no effect; play that",
    ),
    (
        '[game]\nstages = ["response", "escalation"]\nrungs = 9\n',
        "at game: rungs = 9; at most 8 are built.",
    ),
    (
        '[game]\nstages = ["response", "escalation"]\nrungs = 0\n',
        "at game: rungs = 0; give a whole number",
    ),
    (
        '[game]\nstages = ["response", "escalation"]\nrungs = 2.5\n',
        "at game.rungs: 2.5 is not a whole number",
    ),
    (
        '[game]\nstages = ["response", "escalation"]\nrungs = true\n',
        "at game.rungs: True is not a whole",
    ),
    (
        '[game]\nfixed = { escalation = "back down" }\n',
        "at game: the escalation has moves of both sides",
    ),
    ("[game]\nrungz = 2\n", "at game.rungz: unknown key 'rungz'. Did you mean 'rungs'?"),
]


@pytest.mark.parametrize(("game", "words"), BAD, ids=[words[:60] for _, words in BAD])
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, game: str, words: str) -> None:
    assert refused(tmp_path, game).startswith(words)
