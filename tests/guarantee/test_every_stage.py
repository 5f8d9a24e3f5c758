"""The stages that are not played by default, and all subsets, against plays written out anew."""

import random
import sys
from collections.abc import Iterator
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

import deterrence as dt
from deterrence.errors import ParameterError
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.guarantee.crisis import EVERY_STAGE, STAGES
from deterrence.guarantee.parameters import PARAMETERS, defaults

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

import guarantee_plays

Point = dict[str, Fraction]
SETTLEMENT = (*STAGES, "settlement")


def a_point(seed: int, **values: Fraction) -> Point:
    """Give numbers at which no chance branch has probability zero; with seed 0 the defaults."""
    interior = {
        "automaticity": Fraction(1, 3),
        "defence_condition": Fraction(1, 4),
        "trigger_ambiguity": Fraction(4, 5),
        "threshold": Fraction(1, 2),
    }
    if seed == 0:
        return {**defaults(), **interior, **values}
    draw = random.Random(seed)
    point = {
        name: p.low + (p.high - p.low) * Fraction(draw.randint(1, 99), 100)
        for name, p in PARAMETERS.items()
    }
    return {**point, **interior, **values}


def leaves(node: Any, labels: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Outcome]]:
    if isinstance(node, Outcome):
        yield labels, node
        return
    for label, below in node.choices.items():
        yield from leaves(below[1] if isinstance(node, Chance) else below, (*labels, label))


MENU = {
    "as it is": {},
    "strong": {"strength": Fraction(4, 5), "presence": Fraction(7, 10)},
    "vague": {
        "trigger_ambiguity": Fraction(9, 10),
        "response_ambiguity": Fraction(1, 3),
        "threshold": Fraction(2, 5),
        "conditionality": Fraction(1, 5),
        "defence_condition": Fraction(1, 6),
        "automaticity": Fraction(1, 7),
    },
}


def compare(x: Point, stages: tuple[str, ...], rungs: int = 1) -> int:
    """Hold every play of the tree against the oracle's; give how many there are."""
    menu = dict(list(MENU.items())[1:]) if "types" in stages else MENU
    menu = menu if "offer" in stages else None
    ladder = rungs if "escalation" in stages else 1
    found = dict(leaves(dt.guarantee_game(stages, menu=menu, rungs=ladder).at(x).root))
    expected = {p.labels: p for p in guarantee_plays.plays(x, stages, menu, ladder)}
    assert found.keys() == expected.keys()
    for labels, play in expected.items():
        assert found[labels].payoffs == guarantee_plays.payoffs(play), labels
        weights = {name: w for name, w in dict(found[labels].events).items() if w != 0}
        assert weights == guarantee_plays.events(play), labels
    return len(found)


def subsets(of: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [chosen for n in range(len(of) + 1) for chosen in combinations(of, n)]


def test_subsets_of_stages_have_the_plays_of_the_specification() -> None:
    for number, stages in enumerate(subsets(EVERY_STAGE[1:])):
        if number % 9 == 0:
            assert compare(a_point(number), stages, 1 + number % 2) > 0


@pytest.mark.slow
def test_every_subset_with_types_has_the_plays_of_the_specification() -> None:
    for number, stages in enumerate(subsets(EVERY_STAGE[1:])):
        assert compare(a_point(number), ("types", *stages), 1 + number % 4) > 0


def test_all_stages_but_the_offer_have_the_plays_of_the_specification() -> None:
    compare(a_point(1), tuple(stage for stage in EVERY_STAGE if stage != "offer"), 1)


# Settlement


def test_the_settlement_is_played_before_everything_but_the_types() -> None:
    game = dt.guarantee_game(SETTLEMENT)
    sets = {(s.player, s.knows): s.actions for s in game.information_sets}
    assert sets["Ukraine", ()] == ("accept", "fight")
    assert sets["Russia", ("security", "accept")] == ("accept", "fight")
    both = ("accept", "accept")
    assert len(sets["Ukraine", both]) == 4
    kept = "keep, restrained"
    assert ("Guarantor", ("resolved", *both, kept, "probe", "covered")) in sets
    assert sets["Russia", ("security", *both, kept)] == ("refrain", "probe", "attack")


def test_payoffs_of_the_war_by_hand() -> None:
    """At the defaults p = 1 / (1 + .8 x 1.5 + .6) = 5/14, and presence has cost .025."""
    found = dict(leaves(dt.guarantee_game(SETTLEMENT).at(defaults()).root))
    p = Fraction(5, 14)
    for labels in (("fight",), ("accept", "fight")):
        outcome = found[("irresolute, security", *labels)]
        assert outcome.payoffs == {
            "Guarantor": Fraction("-0.6") * p - Fraction("0.15") - Fraction("0.025"),
            "Ukraine": -p - Fraction("0.35"),
            "Russia": Fraction("0.7") * p - Fraction("0.35"),
        }
        assert set(outcome.events) == {"war-goes-on"}


def test_terms_by_hand() -> None:
    x = {**defaults(), "terms": Fraction(1, 5)}
    found = dict(leaves(dt.guarantee_game(SETTLEMENT).at(x).root))
    quiet = ("resolved, revisionist", "accept", "accept", "keep, restrained")
    assert found[(*quiet, "refrain")].payoffs == {
        "Guarantor": Fraction("-0.12") - Fraction("0.025"),
        "Ukraine": Fraction("-0.2") - Fraction("0.05"),
        "Russia": Fraction("0.32"),
    }
    p = Fraction(100, 305) * Fraction(4, 5)  # four fifths of the prize are left
    assert found[(*quiet, "attack", "covered", "aid")].payoffs["Russia"] == (
        Fraction("0.32") + Fraction("1.6") * p - Fraction("0.4")
    )


@pytest.mark.parametrize("seed", [0, 3])
def test_a_settlement_that_stands_is_what_follows_both_consents(seed: int) -> None:
    x = a_point(seed)
    stands = dt.guarantee_game(fixed={"settlement": "accept"})
    played = dict(leaves(dt.guarantee_game(SETTLEMENT).at(x).root))
    for labels, outcome in leaves(stands.at(x).root):
        same = played[(labels[0], "accept", "accept", *labels[1:])]
        assert outcome.payoffs == same.payoffs
        assert outcome.events == same.events
    assert {s.knows for s in stands.information_sets if s.player == "Ukraine"} == {()}
    assert set(stands.parameters) == {*dt.guarantee_game().parameters, "terms"}


def test_at_terms_of_zero_it_is_the_game_without_a_settlement() -> None:
    x = a_point(2, terms=Fraction(0))
    stands, without = dt.guarantee_game(fixed={"settlement": "accept"}), dt.guarantee_game()
    assert [s.knows for s in stands] == [s.knows for s in without]
    old = dict(leaves(without.at(x).root))
    new = dict(leaves(stands.at(x).root))
    assert old.keys() == new.keys()
    for labels, outcome in new.items():
        assert outcome.payoffs == old[labels].payoffs
        assert {**dict(outcome.events), "settlement": 1} == {
            **dict(old[labels].events),
            "settlement": 1,
        }


def test_a_settlement_that_is_refused_is_the_war() -> None:
    game = dt.guarantee_game("types", fixed={"settlement": "fight"})
    outcomes = dict(leaves(game.at(defaults()).root))
    war = dict(leaves(dt.guarantee_game(SETTLEMENT).at(defaults()).root))
    assert len(outcomes) == 4
    for labels, outcome in outcomes.items():
        assert outcome.payoffs == war[(*labels, "fight")].payoffs


def test_terms_are_any_share_in_a_game_and_plausible_in_a_scenario() -> None:
    game = dt.guarantee_game(fixed={"settlement": "accept"})
    assert "terms" not in game.at(terms="0.9").parameters
    with pytest.raises(ParameterError, match="out of range"):
        game.at(terms="1.1")
    with pytest.raises(ParameterError, match="out of range"):
        dt.arrangement("oped").values(terms="0.9")


def test_games_without_a_settlement_take_its_numbers_and_need_none() -> None:
    game = dt.guarantee_game()
    assert not {"terms", "g", "c_wU", "c_wR", "k_w"} & set(game.parameters)
    assert game.at({**defaults(), "terms": Fraction(1, 10)}).numeric


def test_the_stages_by_default_are_six() -> None:
    assert set(dt.guarantee_game().parameters) == {
        name for name, p in PARAMETERS.items() if not p.stage
    }
    assert set(STAGES) < set(EVERY_STAGE)


def test_moves_are_those_of_whom_they_should_be() -> None:
    root = dt.guarantee_game(["settlement"]).root
    assert isinstance(root, Move)
    assert root.player == "Ukraine"
    second = root.choices["accept"]
    assert isinstance(second, Move)
    assert (second.player, second.knows) == ("Russia", ("accept",))
