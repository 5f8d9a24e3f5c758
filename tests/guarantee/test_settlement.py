"""The game after a settlement and the war instead of one."""

from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.guarantee.parameters import defaults
from deterrence.guarantee.settlement import after_settlement, war_game

F = Fraction
SMALL = ("types", "challenge", "finding", "response")
TYPES = ("Russia, revisionist", "Russia, security")


def numbers(game, **changes):
    values = {**defaults(), **{name: F(x) for name, x in changes.items()}}
    return game.at({name: values[name] for name in game.parameters})


@pytest.mark.parametrize("strength", ["0", "0.44", "1"])
def test_types_as_players_leave_the_equilibria_as_they_are(strength):
    apart = dt.solve(numbers(after_settlement("both types", SMALL), strength=strength))
    one = dt.solve(
        numbers(dt.guarantee_game(SMALL, fixed={"settlement": "accept"}), strength=strength)
    )
    assert apart.complete
    assert one.complete
    assert len(apart) == len(one)
    for event in ("attack", "probe", "force", "aid"):
        assert apart.most_and_least(event) == pytest.approx(one.most_and_least(event), abs=1e-9)
    for found, same in zip(apart.outcomes(), one.outcomes(), strict=True):
        assert sum(found[side] for side in TYPES) == pytest.approx(same["Russia"], abs=1e-9)


@pytest.mark.parametrize("kind", ["revisionist", "security"])
def test_acceptance_by_one_type_makes_it_known(kind):
    alone = numbers(after_settlement(f"{kind} only", SMALL))
    ways = {"settlement": "accept", "types": {"Russia": kind}}
    known = numbers(dt.guarantee_game(SMALL, fixed=ways))
    assert alone.players == ("Guarantor", "Ukraine", f"Russia, {kind}")
    assert dt.solve(alone).envelope()[f"Russia, {kind}"] == dt.solve(known).envelope()["Russia"]


def test_what_is_fixed_stays_fixed():
    ways = {"types": {"Russia": "security", "Guarantor": "resolved"}, "response": "nothing"}
    game = after_settlement("both types", SMALL, ways)
    assert game.players == ("Guarantor", "Ukraine", "Russia, security")
    assert {s.player for s in game} == {"Russia, security"}
    with pytest.raises(InputError, match="known to be security"):
        after_settlement("revisionist only", SMALL, ways)
    with pytest.raises(InputError, match="known to be revisionist"):
        after_settlement("security only", ["challenge"])
    with pytest.raises(LabelError, match="both types"):
        after_settlement("both", SMALL)


def test_a_war_without_cover_is_worth_what_the_model_says():
    game = numbers(war_game(), g="0.5")
    lost = 1 / (1 + F("0.8") * F("1.5") + F("0.6") * F("0.5"))
    assert dt.solve(game)[0].payoffs == {
        "Guarantor": -F("0.6") * lost - F("0.15") * F("0.5") - F("0.05") * F("0.5"),
        "Ukraine": -lost - F("0.35"),
        "Russia, revisionist": F("1.6") * lost - F("0.35"),
        "Russia, security": F("0.7") * lost - F("0.35"),
    }


@pytest.mark.parametrize("strength", ["0", "0.6", "1"])
@pytest.mark.parametrize("latitude", ["0", "0.5"])
def test_a_covered_war_is_met_with_force_where_that_is_cheaper_than_breaking_ones_word(
    strength, latitude
):
    game = numbers(war_game(covered=True), strength=strength, response_ambiguity=latitude)
    found = dt.solve(game)
    assert found.complete
    odds = {force: 1 / (1 + F("1.2") + F("0.6") + 2 * force) for force in (0, 1)}
    saved = F("0.6") * (odds[0] - odds[1]) + F(strength) * (1 - F(latitude))
    fights = {kind: saved > cost for kind, cost in (("resolved", F("0.25")), ("other", F("0.6")))}
    share = F(sum(fights.values()), 2)  # the types are equally likely
    lost = share * odds[1] + (1 - share) * odds[0]
    assert found[0].probability("force") == share
    assert found[0].payoffs["Ukraine"] == -lost - F("0.35")
    assert found[0].payoffs["Russia, security"] == F("0.7") * lost - F("0.35") - share * F("0.4")
    spent = sum(
        (F("0.6") * odds[1] + cost if fights[kind] else F("0.6") * odds[0]
         + F(strength) * (1 - F(latitude))) / 2
        for kind, cost in (("resolved", F("0.25")), ("other", F("0.6")))
    )  # fmt: skip
    assert found[0].payoffs["Guarantor"] == -spent - F("0.15") - F("0.025")


def test_trust_is_ukraines_alone():
    """Ukraine weighs what each type of Guarantor does by its own probability; nobody else does."""
    game = after_settlement("revisionist only", SMALL, own_trust=True)
    values = {**defaults(), "strength": F("0.2"), "response_ambiguity": F(0), "terms": F(0)}
    worth = {}
    for trust in (F("0.1"), F("0.5"), F("0.9")):
        at = {name: {**values, "trust": trust}[name] for name in game.parameters}
        found = dt.solve(game.at(at))
        assert found.complete
        worth[trust] = found.envelope()
    common = after_settlement("revisionist only", SMALL)
    same = dt.solve(common.at({name: values[name] for name in common.parameters})).envelope()
    assert worth[F("0.5")]["Ukraine"] == pytest.approx(same["Ukraine"], abs=1e-12)
    assert worth[F("0.1")]["Ukraine"][0] < worth[F("0.9")]["Ukraine"][0]
    for player in ("Guarantor", "Russia, revisionist"):
        assert worth[F("0.1")][player] == worth[F("0.9")][player] == same[player]


def test_trust_in_what_is_known_is_refused():
    with pytest.raises(InputError, match="known to all"):
        after_settlement("both types", SMALL, {"types": {"Guarantor": "resolved"}}, own_trust=True)
