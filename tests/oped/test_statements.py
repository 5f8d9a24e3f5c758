"""What is said of the two simple plays, on made-up numbers and on some that are known."""

import numpy as np
import pytest

from deterrence.oped.cutoffs import war_payoffs
from deterrence.oped.evidence import Ends
from deterrence.oped.incentives import incentives
from deterrence.oped.orders import ordered
from deterrence.oped.settings import BOXES, draw, values_at
from deterrence.oped.simple_plays import played, simple_plays
from deterrence.oped.statements import compared, statements

DRAWN = draw(64, BOXES["plausible"], seed=3)
PAIR = ("none", "strong")


def ends(*pairs: tuple[float, float]) -> Ends:
    return Ends(*np.array(pairs, dtype=float).T)


def test_comparisons_are_at_both_ends_of_the_plays() -> None:
    """Equal; more at both; more at one; more at one and less at the other."""
    one = ends((0, 1), (1, 2), (0, 2), (1, 1))
    other = ends((0, 1), (0, 1), (0, 1), (0, 2))
    found = {n: (c > 0).tolist() for n, c in compared("attack", {"a": one, "b": other}).items()}
    assert found["attack(a) >= attack(b)"] == [True, True, True, False]
    assert found["attack(a) > attack(b)"] == [False, True, True, False]
    assert found["attack(b) >= attack(a)"] == [True, False, False, False]
    assert found["attack(a) > 0"] == [False, True, False, True]
    assert found["attack(a) <= 0"] == [False] * 4
    assert found["the plays differ in attack(a)"] == [True, True, True, False]
    assert found["attack(a) >= 0.5"] == [False, True, False, True]
    assert found["attack(b) <= 0.05"] == [False] * 4
    assert not any("others" in name for name in found)


def test_the_others_are_taken_at_their_best() -> None:
    found = compared("probe", {"a": ends((0, 3)), "b": ends((1, 1)), "c": ends((0, 4))})
    names = {s: f"max probe(others) > probe({s})" for s in "abc"}
    assert {s: bool(found[names[s]][0] > 0) for s in "abc"} == {"a": True, "b": False, "c": False}


def test_statements_are_the_plays_and_the_incentives_of_each_guarantee() -> None:
    plays, alone = statements(PAIR, DRAWN)
    values = {s: values_at(s, DRAWN) for s in PAIR}
    both = {s: [played(p) for p in simple_plays(x).values()] for s, x in values.items()}
    attack = {s: np.array([p["attack"] for p in pair]) for s, pair in both.items()}
    spans = {s: Ends(a.min(axis=0), a.max(axis=0)) for s, a in attack.items()}
    less = ordered(spans["strong"], spans["none"], "ends")
    assert ((plays["attack(none) >= attack(strong)"] > 0) == less.holds).all()
    assert ((plays["attack(none) > attack(strong)"] > 0) == less.strict).all()
    gain = min(p["Russia, security"][0] for p in both["none"])
    gain -= war_payoffs(values["none"])["Russia, security"][0]
    assert plays["security beyond the war(none) > 0"][0] == pytest.approx(gain, abs=2e-6)
    known = incentives(values["strong"])
    owed = "resolved: force beats aid, owed"
    assert (alone[f"{owed} (strong)"] == known[owed]).all()
    # what no pledge moves is said once
    assert (
        alone["resolved: force beats aid, not owed"] == known["resolved: force beats aid, not owed"]
    ).all()


def test_one_guarantee_needs_no_name_at_an_incentive() -> None:
    _, alone = statements(("base",), DRAWN)
    assert set(alone) == set(incentives(values_at("base", DRAWN)))


def test_an_answer_that_averts_the_attack_is_worth_the_attack() -> None:
    """What it costs beyond the best other answer, against what the rest of the attack would."""
    x = values_at("base", DRAWN)
    found = incentives(x)
    after = simple_plays(x)["quiet"]["keep, restrained"]
    for words in ("owed", "not owed"):
        aid = found[f"irresolute: force beats aid, {words}, at a probe"]
        none = found[f"irresolute: force beats nothing, {words}, at a probe"]
        spared = -(1 - x["sigma"]) * after.met["irresolute", after.rest].worth
        worth = x["sigma"] * np.minimum(aid, none) + spared
        name = f"irresolute: force at a probe pays if it averts the attack, {words}"
        assert found[name] == pytest.approx(worth)
