"""The escalation: its tree, and Powell's ladder where the stakes make it one."""

from fractions import Fraction
from typing import Any

import pytest

import deterrence as dt
from deterrence.errors import InputError, LimitError
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.guarantee.parameters import defaults

MET_WITH_FORCE = {"response": "force"}


def ladder(rungs: int) -> Any:
    """Nothing but the escalation after a covered attack that was met with force."""
    return dt.guarantee_game(["escalation"], fixed=MET_WITH_FORCE, rungs=rungs)


def test_both_climb_in_turn_and_the_last_one_holds_or_backs_down() -> None:
    game = dt.guarantee_game(["types", "escalation"], fixed=MET_WITH_FORCE, rungs=2)
    sets = {(s.player, s.knows): s.actions for s in game.information_sets}
    for kind in ("revisionist", "security"):
        assert sets["Russia", (kind,)] == ("back down", "escalate")
        assert sets["Russia", (kind, "escalate", "step up")] == ("back down", "hold")
    for kind in ("resolved", "irresolute"):
        assert sets["Guarantor", (kind, "escalate")] == ("back down", "step up")
    assert len(sets) == 6


@pytest.mark.parametrize("rungs", [1, 2, 3, 4])
def test_rungs_carry_their_multiple_of_the_risk(rungs: int) -> None:
    node: Any = ladder(rungs).at({**defaults(), "f": Fraction(1, 20)}).root
    for rung in range(1, rungs + 1):
        assert isinstance(node, Move)
        assert node.player == ("Russia" if rung % 2 else "Guarantor")
        shaken = node.choices["escalate" if rung % 2 else "step up"]
        assert isinstance(shaken, Chance)
        assert shaken.choices["disaster"][0] == Fraction(rung, 20)
        node = shaken.choices["no disaster"][1]
    assert tuple(node.choices) == ("back down", "hold")


def test_a_ladder_is_as_long_as_its_risk_can_grow() -> None:
    """At f = 1/5 the fifth rung is certain disaster, and nothing lies above it."""
    game = ladder(8).at({**defaults(), "f": Fraction(1, 5)})
    longest = max(s.knows for s in game.information_sets if s.player == "Russia")
    assert len(longest) == 4


def test_payoffs_by_hand() -> None:
    """At the defaults p is 1/2.45 without help and 1/5.05 against force; both sink their costs."""
    root: Any = ladder(1).at(defaults()).root
    shaken = root.choices["escalate"]
    top = shaken.choices["no disaster"][1]
    alone, forced = Fraction(100, 245), Fraction(100, 505)
    spent, paid, sunk = Fraction("0.25"), Fraction("0.65"), Fraction("0.025")
    kept = Fraction("0.05")
    given_up: Outcome = root.choices["back down"]
    assert given_up.payoffs == {
        "Guarantor": -spent - sunk,
        "Ukraine": Fraction("-0.3") - kept,
        "Russia": -paid - Fraction("0.2"),
    }
    assert top.choices["back down"].payoffs == {
        "Guarantor": Fraction("-0.85") * alone - spent - sunk - Fraction("0.44") - Fraction("0.2"),
        "Ukraine": -alone - Fraction("0.3") - kept,
        "Russia": Fraction("1.6") * alone - paid,
    }
    assert top.choices["hold"].payoffs == {
        "Guarantor": Fraction("-0.85") * forced - spent - sunk,
        "Ukraine": -forced - Fraction("0.3") - kept,
        "Russia": Fraction("1.6") * forced - paid,
    }
    assert shaken.choices["disaster"][1].payoffs == {
        "Guarantor": -3 - spent - sunk,
        "Ukraine": -2 - Fraction("0.3") - kept,
        "Russia": -3 - paid,
    }
    assert dict(top.choices["back down"].events)["shortfall"] == 1
    assert set(given_up.events) >= {"backdown-Russia", "attack", "force", "great-power-war"}


def test_nobody_escalates_against_a_guarantor_that_does_nothing() -> None:
    left_out = dt.guarantee_game(["escalation"])
    assert isinstance(left_out.root, Outcome)
    game = dt.guarantee_game(["response", "escalation"])
    assert isinstance(game.root, Chance)  # automatic or not
    answer = game.root.choices["covered"][1]
    assert isinstance(answer, Move)
    assert isinstance(answer.choices["nothing"], Outcome)
    assert isinstance(answer.choices["aid"], Move)


def test_an_automatic_response_can_be_withdrawn_on_the_ladder() -> None:
    game = dt.guarantee_game(["finding", "response", "escalation"])
    known = ("covered", "automatic", "force", "escalate")
    assert ("Guarantor", known) in {(s.player, s.knows) for s in game.information_sets}


# Powell (1987, 1990): with known resolve, the one whose last affordable rung is higher prevails,
# and the other submits at once


def last_affordable(resolve: Fraction, risk: Fraction, first: int) -> int:
    rung, affordable = first, 0
    while rung * risk <= resolve:
        rung, affordable = rung + 2, rung
    return affordable


def who_prevails(guarantor: Fraction, russia: Fraction, risk: Fraction) -> str:
    """Russia climbs odd rungs, the Guarantor even ones; without any, Russia gives way."""
    high, low = last_affordable(guarantor, risk, 2), last_affordable(russia, risk, 1)
    return "Russia" if low > high else "Guarantor"


def stakes(guarantor: Fraction, russia: Fraction, risk: Fraction) -> dict[str, Fraction]:
    """Stakes at which resolve, (win - submit) / (win - disaster), has given values.

    Ukraine alone is beaten with p = 1/2.45, whoever prevails takes that, and costs are sunk.
    """
    x = defaults() | {"strength": Fraction(1), "c_b": Fraction("0.4"), "f": risk}
    x["b_revisionist"] = Fraction("2.5")
    p = Fraction(100, 245)
    prize = x["b_revisionist"] * p
    x["D_R"] = (prize + x["c_b"]) / russia - prize
    submitting = (x["v"] + x["y"] * x["presence"]) * p + x["strength"] * x["a"] + x["c_b"]
    x["D_G"] = submitting / guarantor
    return x


EXAMPLES = [
    (".3", ".45", ".08", "Russia"),
    (".45", ".55", ".2", "Guarantor"),  # though Russia is more resolved
    (".6", ".35", ".1", "Guarantor"),
    (".35", ".25", ".19", "Russia"),
    (".5", ".3", ".065", "Guarantor"),
]


@pytest.mark.parametrize(("guarantor", "russia", "risk", "prevails"), EXAMPLES)
def test_powell_s_ladder(guarantor: str, russia: str, risk: str, prevails: str) -> None:
    resolve = Fraction(guarantor), Fraction(russia), Fraction(risk)
    assert 8 * resolve[2] > max(resolve[:2])  # the ladder ends where nobody would climb
    assert who_prevails(*resolve) == prevails
    (found,) = dt.solve(ladder(8).at(stakes(*resolve)))
    submits = 1 - Fraction(found.probability("escalation"))
    if prevails == "Guarantor":
        assert submits == 1
        assert found.probability("backdown-Russia") == 1
    else:
        assert submits == 0
        assert found.probability("backdown-Guarantor") == 1 - resolve[2]


def test_powell_s_ladder_at_many_resolves() -> None:
    seen = set()
    for step in range(1, 41):
        risk = Fraction(1, 10) + Fraction(step % 9, 97)
        resolve = Fraction(30 + 7 * step % 41, 101), Fraction(25 + 11 * step % 37, 103), risk
        (found,) = dt.solve(ladder(8).at(stakes(*resolve)))
        prevails = "Guarantor" if found.probability("escalation") == 0 else "Russia"
        assert prevails == who_prevails(*resolve), resolve
        seen.add((prevails, resolve[0] > resolve[1]))
    assert len(seen) == 4  # either may prevail, whoever is more resolved


def test_the_top_of_a_short_ladder_is_no_ladder_of_powell_s() -> None:
    """Where the Guarantor need not climb to hold, it holds at costs that would make it submit."""
    resolve = Fraction(".3"), Fraction(".45"), Fraction(".08")
    (found,) = dt.solve(ladder(1).at(stakes(*resolve)))
    assert found.probability("backdown-Guarantor") == 0
    assert who_prevails(*resolve) == "Russia"


@pytest.mark.parametrize("rungs", [0, -1, 1.5, True, "2", None])
def test_rungs_that_are_none(rungs: Any) -> None:
    with pytest.raises(InputError, match="whole number from 1"):
        dt.guarantee_game(["escalation"], rungs=rungs)


def test_too_many_rungs_and_rungs_without_effect() -> None:
    with pytest.raises(LimitError, match="at most 8"):
        dt.guarantee_game(["escalation"], rungs=9)
    with pytest.raises(InputError, match="no effect"):
        dt.guarantee_game(rungs=2)
    with pytest.raises(InputError, match="cannot be fixed"):
        dt.guarantee_game(fixed={"escalation": "back down"})


@pytest.mark.parametrize("stages", [None, 5])
def test_what_names_no_stages_is_refused(stages: object) -> None:
    with pytest.raises(InputError, match="stages = "):
        dt.guarantee_game(stages)  # type: ignore[arg-type]
