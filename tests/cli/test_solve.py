"""`deterrence solve`: its JSON as others rely on it, and its exit codes."""

import dataclasses
import json
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.equilibrium import concepts
from deterrence.errors import LimitError
from deterrence.oped import solve_job
from tests.cli.commands import answer, run

KEYS = {"concept", "complete", "status", "players", "equilibria", "seconds"}
EXTRA = {"shown", "total", "components"}


def test_the_json_has_the_agreed_form(scenario: Path) -> None:
    found = answer("solve", str(scenario))
    assert found.keys() == KEYS | EXTRA
    assert found["concept"] == "sequential"
    assert found["complete"] is True
    assert found["players"] == ["Guarantor", "Ukraine", "Russia"]
    assert found["shown"] == found["total"] == len(found["equilibria"])
    for equilibrium in found["equilibria"]:
        assert equilibrium.keys() == {
            "component",
            "strategy",
            "beliefs",
            "payoffs",
            "events",
            "regret",
            "exact",
        }
        for table in ("strategy", "beliefs"):
            rows = [row for sets in equilibrium[table].values() for row in sets.values()]
            assert rows
            assert all(sum(row.values()) == pytest.approx(1) for row in rows)


def test_the_json_says_what_the_package_finds(scenario: Path) -> None:
    found = answer("solve", str(scenario))
    solution = dt.solve(dt.read_scenario(scenario).game())
    assert found["status"] == solution.status
    assert found["components"] == len(solution)
    (told,), (known,) = found["equilibria"], solution.equilibria
    assert told["payoffs"] == {name: float(x) for name, x in known.payoffs.items()}
    assert told["regret"] == 0
    assert told["exact"] is True
    assert told["events"]["attack"] == known.probability("attack")
    # By hand, with Russia's chance of prevailing 1/2.2, 1/2.8 and 1/4.8 after nothing, aid, force.
    # Attack: the Guarantor gets -0.6/2.2 - 0.6, -0.6/2.8 - 0.1 - 0.6 * 0.8 or -0.6/4.8 - 0.25, so
    # force. Probe: aid honours all, and -0.6/2.8 - 0.1 is above -0.6/4.8 - 0.25, so aid. Russia:
    # 1.6/4.8 - 0.25 - 0.4 < 0 from an attack, 0.3 (1.6/2.8 - 0.25 - 0.15) > 0 from a probe.
    assert told["strategy"]["Russia"] == {"()": {"refrain": 0, "probe": 1, "attack": 0}}
    assert told["strategy"]["Guarantor"]["attack"]["force"] == 1
    assert told["strategy"]["Guarantor"]["probe"]["aid"] == 1
    assert told["payoffs"]["Russia"] == pytest.approx(0.3 * (1.6 / 2.8 - 0.4))
    assert told["beliefs"]["Guarantor"] == {
        "probe": {"probe / covered": 1},
        "attack": {"attack / covered": 1},
    }


def test_numbers_can_be_changed(scenario: Path) -> None:
    # by hand: -0.2/2.2 is above -0.2/2.8 - 0.1 and -0.2/4.8 - 0.25; 1.6/2.2 - 0.25 is above 0
    found = answer("solve", str(scenario), "--at", "strength=0", "--at", "v=1/5", "--at", "y=0")
    assert found["equilibria"][0]["strategy"]["Guarantor"]["attack"]["nothing"] == 1
    assert found["equilibria"][0]["events"]["attack"] == 1


def test_the_text_names_the_scenario_and_what_was_changed(scenario: Path) -> None:
    done = run("solve", str(scenario), "--at", "strength=0.5")
    assert done.exit_code == 0
    assert done.stdout.startswith("My own, with strength 0.5\n")
    assert dt.solve(dt.read_scenario(scenario).game(strength="0.5")).summary() in done.stdout
    assert done.stderr == "Solving: My own ...\n"


def test_what_is_saved_can_be_loaded(scenario: Path) -> None:
    assert run("solve", str(scenario), "--save", "found.json").exit_code == 0
    loaded = dt.load("found.json")
    assert loaded.complete
    assert (
        loaded[0].payoffs["Russia"]
        == dt.solve(dt.read_scenario(scenario).game())[0].payoffs["Russia"]
    )


def test_a_set_that_is_not_complete_ends_with_1(
    scenario: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*given: object) -> dt.equilibrium.solution.Solution:
        return dataclasses.replace(concepts.solve(*given), complete=False, status="Not complete.")

    monkeypatch.setattr(solve_job, "solve", stopped)
    found = answer("solve", str(scenario), code=1)
    assert found["complete"] is False
    assert found["equilibria"]


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (LimitError("too large by far."), 1, "deterrence: too large by far.\n"),
        (KeyboardInterrupt(), 130, "deterrence: interrupted.\n"),
        (PermissionError(13, "not allowed", "x"), 2, "not allowed"),
    ],
)
def test_what_goes_wrong_ends_with_its_own_code(
    scenario: Path,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    words: str,
) -> None:
    def broken(*given: object) -> None:
        raise error

    monkeypatch.setattr(solve_job, "solve", broken)
    done = run("solve", str(scenario), "--json")
    assert done.exit_code == code
    assert done.stdout == ""
    assert words in done.stderr


SIGNAL = """\
EFG 2 R "a threat that may be empty" { "Challenger" "Defender" }
c "" 1 "" { "firm" 1/4 "bluffing" 3/4 } 0
p "" 1 1 "sees a threat" { "attack" "refrain" } 0
p "" 2 1 "firm" { "fight" "yield" } 0
t "" 1 "war" { -2 -1 }
t "" 2 "lost" { 1 -2 }
t "" 3 "peace" { 0 1 }
p "" 1 1 "sees a threat" { "attack" "refrain" } 0
p "" 2 2 "bluffing" { "fight" "yield" } 0
t "" 4 "war" { -2 -3 }
t "" 5 "lost" { 1 -2 }
t "" 6 "peace" { 0 1 }
"""


def test_a_tree_of_gambits_is_solved_under_its_own_labels(scenario: Path) -> None:
    Path("threat.efg").write_text(SIGNAL, encoding="utf-8")
    found = answer("solve", "threat.efg")
    # by hand: only a firm defender fights, so an attack is worth -2/4 + 3/4, more than peace
    (equilibrium,) = found["equilibria"]
    assert equilibrium["strategy"] == {
        "Challenger": {"sees a threat": {"attack": 1, "refrain": 0}},
        "Defender": {"firm": {"fight": 1, "yield": 0}, "bluffing": {"fight": 0, "yield": 1}},
    }
    assert equilibrium["payoffs"] == {"Challenger": 0.25, "Defender": -1.75}
    assert {name: equilibrium["events"][name] for name in ("war", "lost", "peace")} == {
        "war": 0.25,
        "lost": 0.75,
        "peace": 0,
    }


def test_json_is_all_of_standard_output(scenario: Path) -> None:
    done = run("solve", str(scenario), "--json")
    assert done.stdout == json.dumps(json.loads(done.stdout), indent=2) + "\n"
