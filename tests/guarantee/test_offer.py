"""The offer: a menu of guarantees, each in force in all that follows it."""

from fractions import Fraction
from typing import Any

import pytest
import sympy

import deterrence as dt
from deterrence.errors import InputError, LabelError, LimitError, ParameterError
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.guarantee.parameters import PARAMETERS, defaults

PLAYED = ["types", "offer", "challenge", "finding", "response", "test"]
MENU = {"weak": {"strength": "0.2"}, "strong": {"strength": "0.8", "presence": "0.7"}}


def behind(node: Any, *labels: str) -> Any:
    for label in labels:
        below = node.choices[label]
        node = below[1] if isinstance(node, Chance) else below
    return node


def same(one: Any, other: Any) -> bool:
    """Whether two trees agree in all but what players know."""
    if type(one) is not type(other):
        return False
    if isinstance(one, Outcome):
        return bool(one.payoffs == other.payoffs)
    if isinstance(one, Chance):
        odds = [{k: p for k, (p, _) in node.choices.items()} for node in (one, other)]
        if odds[0] != odds[1]:
            return False
    elif one.player != other.player:
        return False
    return all(same(behind(one, label), behind(other, label)) for label in one.choices)


def test_the_guarantor_offers_knowing_its_type_and_all_see_it() -> None:
    game = dt.guarantee_game([*PLAYED, "settlement", "preparation"], menu=MENU)
    sets = {(s.player, s.knows): s.actions for s in game.information_sets}
    for kind in ("resolved", "irresolute"):
        assert sets["Guarantor", (kind,)] == ("weak", "strong")
    for offer in MENU:
        assert sets["Ukraine", (offer,)] == ("accept", "fight")
        assert sets["Russia", ("security", offer, "accept")] == ("accept", "fight")
        assert len(sets["Ukraine", (offer, "accept", "accept")]) == 4
        kept = ("accept", "accept", "keep, restrained")
        assert ("Guarantor", ("resolved", offer, *kept, "attack", "covered")) in sets


@pytest.mark.parametrize("offer", MENU)
def test_what_follows_an_offer_is_the_game_with_that_guarantee(offer: str) -> None:
    x = defaults() | {"automaticity": Fraction(1, 3)}
    whole = dt.guarantee_game(PLAYED, menu=MENU).at(x).root
    numbers = {name: Fraction(value) for name, value in MENU[offer].items()}
    plain = dt.guarantee_game([s for s in PLAYED if s != "offer"]).at({**x, **numbers}).root
    for kinds in ("resolved, revisionist", "irresolute, security"):
        assert same(behind(whole, kinds, offer), behind(plain, kinds))


def test_a_fixed_offer_is_known_to_all_and_leaves_no_label() -> None:
    fixed = dt.guarantee_game(fixed={"offer": "strong"}, menu=MENU)
    assert [s.knows for s in fixed] == [s.knows for s in dt.guarantee_game()]
    x = defaults()
    assert same(
        fixed.at(x).root, dt.guarantee_game().at({**x, "strength": "0.8", "presence": "0.7"}).root
    )


def test_instruments_that_every_entry_sets_are_no_parameters() -> None:
    game = dt.guarantee_game(PLAYED, menu=MENU)
    assert "strength" not in game.parameters
    assert "presence" in game.parameters  # the weak guarantee leaves it open
    assert "presence" in dt.guarantee_game(PLAYED, menu={"none": {}, **MENU}).parameters


def test_formulas_and_tied_names_stand_on_a_menu() -> None:
    menu = {
        "clear": {"ambiguity": 0, "strength": sympy.Symbol("s")},
        "vague": {"ambiguity": "0.9", "response_ambiguity": "0.5", "strength": "1"},
    }
    game = dt.guarantee_game(PLAYED, menu=menu)
    assert "s" in game.parameters
    assert not {"ambiguity", "trigger_ambiguity", "response_ambiguity"} & set(game.parameters)
    x = {**defaults(), "s": Fraction(1, 2)}
    numbers = {"strength": 1, "trigger_ambiguity": "0.9", "response_ambiguity": "0.5"}
    plain = dt.guarantee_game([s for s in PLAYED if s != "offer"]).at({**defaults(), **numbers})
    assert same(
        behind(game.at(x).root, "resolved, security", "vague"),
        behind(plain.root, "resolved, security"),
    )


def test_a_sharp_guarantee_on_a_menu_has_no_branches_that_cannot_be() -> None:
    sharp = {"trigger_ambiguity": 0, "threshold": "0.6", "automaticity": 0, "conditionality": 0}
    menu = {"sharp": sharp, "as it is": {}}
    game = dt.guarantee_game(PLAYED, menu=menu).at(defaults())
    attacked = behind(game.root, "resolved, security", "sharp", "attack")
    assert isinstance(attacked, Move)  # covered for sure
    assert attacked.knows == ("resolved", "sharp", "attack", "covered")


def test_presence_is_paid_for_even_where_the_war_goes_on() -> None:
    game = dt.guarantee_game(["types", "offer", "settlement"], menu=MENU).at(defaults())
    paid = [
        behind(game.root, kinds, offer, "fight").payoffs["Guarantor"]
        for kinds in ("resolved, security", "irresolute, security")
        for offer in ("weak", "strong")
    ]
    sunk = PARAMETERS["c_pi"].default * (Fraction("0.7") - PARAMETERS["presence"].default)
    assert paid[0] - paid[1] == paid[2] - paid[3] == sunk  # whichever the type


@pytest.mark.parametrize("offer", MENU)
def test_an_offer_is_an_event(offer: str) -> None:
    game = dt.guarantee_game(["types", "offer", "settlement"], menu=MENU).at(defaults())
    leaf = behind(game.root, "resolved, security", offer, "accept", "fight")
    assert set(leaf.events) == {f"offer-{offer}", "war-goes-on"}


@pytest.mark.parametrize(
    ("menu", "error", "says"),
    [
        (None, InputError, "needs a menu"),
        ([], InputError, "by label"),
        ({"weak": {}}, InputError, "two entries"),
        ({"weak": {}, "": {}}, InputError, "not empty"),
        ({"weak": {}, 3: {}}, InputError, "not empty"),
        ({"weak": {}, "strong": "0.8"}, InputError, "instruments by name"),
        ({"weak": {}, "strong": {"strenght": "0.8"}}, LabelError, "strength"),
        ({"weak": {}, "strong": {"v": "0.8"}}, LabelError, "instrument"),
        ({"weak": {}, "strong": {"strength": "1.2"}}, ParameterError, "out of range"),
        ({"weak": {}, "strong": {"threshold": "1"}}, ParameterError, "strictly"),
        ({"weak": {}, "strong": {"ambiguity": "-0.1"}}, ParameterError, "out of range"),
        ({"weak": {}, "strong": {"strength": float("nan")}}, ParameterError, "not finite"),
        ({"weak": {}, "strong": {"strength": sympy.nan}}, ParameterError, "not a formula"),
        ({"weak": {}, "strong": {"strength": sympy.oo}}, ParameterError, "not a formula"),
        ({"weak": {}, "strong": {"strength": sympy.sqrt(2) / 2}}, ParameterError, "not rational"),
        ({"weak": {}, "strong": {"strength": True}}, ParameterError, "not a number"),
        ({"weak": {}, "strong": {"strength": None}}, ParameterError, "not a number"),
        ({str(n): {} for n in range(13)}, LimitError, "at most 12"),
    ],
)
def test_menus_that_are_refused(menu: Any, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says):
        dt.guarantee_game(PLAYED, menu=menu)


def test_a_menu_without_effect_and_an_offer_that_is_not_on_it() -> None:
    with pytest.raises(InputError, match="no effect"):
        dt.guarantee_game(menu=MENU)
    with pytest.raises(LabelError, match="strong"):
        dt.guarantee_game(fixed={"offer": "stong"}, menu=MENU)
    with pytest.raises(InputError, match="needs a menu"):
        dt.guarantee_game(fixed={"offer": "strong"})
