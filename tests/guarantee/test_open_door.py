"""Two periods with an upgrade in between, against one period and against a closed form."""

from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.guarantee.open_door import UPGRADED, door_values, open_door_game
from deterrence.guarantee.parameters import PARAMETERS

F = Fraction
SMALL = ("types", "challenge", "finding", "response")
LIMBO, NATO, OPED = (dt.arrangement(name) for name in ("nato_limbo", "nato", "oped"))
GAME = open_door_game()


def at(game, interim=LIMBO, upgraded=NATO, **more):
    values = door_values(interim, upgraded, **more)
    return game.at({name: values[name] for name in game.parameters})


def leaves(game):
    s = game.structure
    return {
        s.history(n): (
            {p: game.numbers[k] for p, k in zip(s.players, s.payoffs[n], strict=True)},
            {name: game.numbers[k] for name, k in s.events[n].items()},
        )
        for n in range(len(s))
        if s.kind[n] == "outcome"
    }


def one_period(instruments, growth):
    """The game of one period with the numbers that the second one should have."""
    game = dt.guarantee_game(SMALL, fixed={"settlement": "accept"})
    values = {**OPED.values(), **instruments}
    # written out, so that it does not lean on how the second period is built
    for name in ("m0", "m_pi", "m_aid", "m_force", "m_w"):
        values[name] /= 1 + growth
    values["v"] = LIMBO.values()["v"]
    # the shares of the balance lie outside their plausible ranges after such growth
    free = dt.Game(game.players, game.root)
    return free.at({name: values[name] for name in free.parameters})


def test_later_payoffs_are_averages_with_the_numbers_of_the_second_period():
    growth, later, exclusion = F("0.3"), F("0.8"), F("0.07")
    twice = leaves(at(GAME, upgrade="0.4", regrowth=growth, later=later, exclusion=exclusion))
    today = leaves(one_period(LIMBO.instruments, F(0)))
    for status, scenario in (("upgraded", NATO), ("not upgraded", LIMBO)):
        second = leaves(one_period(scenario.instruments, growth))
        assert len(second) == sum(h[1:3] == ("refrain", status) for h in twice)
        for (types, *rest), (payoffs, events) in second.items():
            found, marked = twice[types, "refrain", status, *rest]
            waited = today[types, "refrain"][0]
            lost = exclusion if status == "upgraded" else 0
            for player, worth in payoffs.items():
                average = (1 - later) * waited[player] + later * worth
                assert found[player] == average - later * lost * (player == "Russia")
            assert {n: w for n, w in marked.items() if n in events} == events
            assert ("attack-later" in marked) == ("attack" in events)
            assert ("upgraded" in marked) == (status == "upgraded")
    for (types, *rest), (payoffs, events) in today.items():
        if rest != ["refrain"]:
            assert twice[types, *rest][0] == payoffs
            assert ("attack-today" in twice[types, *rest][1]) == ("attack" in events)


@pytest.mark.parametrize("interim", [LIMBO, OPED])
def test_without_growth_or_upgrade_nobody_waits(interim):
    twice = dt.solve(at(GAME, interim, upgrade=0))
    once = dt.guarantee_game(SMALL, fixed={"settlement": "accept"})
    values = interim.values()
    single = dt.solve(once.at({name: values[name] for name in once.parameters}))
    assert twice.complete
    assert single.complete
    for name in ("Russia", "Ukraine", "Guarantor", "attack", "probe", "force"):
        assert twice.most_and_least(name) == pytest.approx(single.most_and_least(name), abs=1e-9)
    assert twice.most_and_least("attack-later") == (0, 0)


WAYS = {"types": {"Russia": "revisionist"}, "response": "nothing"}
NUMBERS = {"regrowth": F("0.5"), "exclusion": F("0.2"), "later": F("0.9"), "presence": 0}


def closed_form():
    """The chance of an upgrade from which Russia does not wait, if nobody helps Ukraine."""
    terms = F("0.15")

    def attack(balance):
        return (1 - terms) * F("1.6") / (1 + balance) - F("0.25")

    today, later = attack(F("1.2")), attack(F("1.2") / F("1.5"))
    upgraded = attack((F("1.2") + F("0.5") * F("0.7")) / F("1.5"))  # the presence of NATO's row
    assert min(today, upgraded) > 0
    gain = F("0.9") * later - today
    return gain / (F("0.9") * (later - upgraded + F("0.2")))


@pytest.mark.parametrize("side", [-1, 1])
def test_the_window_closes_where_the_closed_form_says(side):
    game = open_door_game(("challenge", "response"), WAYS)
    least = closed_form()
    assert 0 < least < 1
    solved = dt.solve(at(game, upgrade=least + side * F(1, 10**6), **NUMBERS))
    assert solved.complete
    assert solved.most_and_least("attack-today") == ((1, 1) if side > 0 else (0, 0))
    assert solved.most_and_least("attack")[0] == 1  # the door moves the attack, it adds none


def test_the_window_is_found_as_a_formula():
    game = open_door_game(("challenge", "response"), WAYS)
    waits = dt.solve(at(game, upgrade="0.01", **NUMBERS))[0]
    values = door_values(LIMBO, NATO, upgrade=0, **NUMBERS)
    kept = {"upgrade", "later", "exclusion", "b_revisionist", "c_0"}
    formulas = game.at({name: values[name] for name in game.parameters if name not in kept})
    found = dt.region(formulas, waits).thresholds("upgrade")
    numbers = [
        float(formula.subs({s: values[str(s)] for s in formula.free_symbols})) for formula in found
    ]
    assert any(abs(number - float(closed_form())) < 1e-12 for number in numbers)


def test_every_instrument_has_an_upgraded_one_with_its_range():
    assert set(UPGRADED) == {n for n, p in PARAMETERS.items() if p.kind == "instrument"}
    assert GAME.ranges["upgraded_strength"] == GAME.ranges["strength"]
    assert {"upgrade", "regrowth", "exclusion", "later"} <= set(GAME.parameters)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ((("types", "response"),), InputError, "challenge"),
        ((SMALL, {"challenge": "attack"}), InputError, "challenge"),
        ((("preparation", "challenge"),), LabelError, "preparation"),
        ((("settlement", "challenge"),), LabelError, "settlement"),
        ((("challange",),), LabelError, "challenge"),
    ],
)
def test_stages_that_make_no_sense_are_refused(arguments, error, words):
    with pytest.raises(error, match=words):
        open_door_game(*arguments)
