"""The checker says no, and says who would do better where, or what is wrong with a belief."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest

import deterrence as dt
from tests.equilibrium import known_games as known

HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def refuted(certificate: Any, *words: str, gain: Any = None) -> None:
    """One reason holds all the words; the regret is the gain, which is worked out in the test."""
    assert certificate.holds is False
    assert certificate.reasons
    assert all(isinstance(reason, str) for reason in certificate.reasons)
    named = [r for r in certificate.reasons if all(w.lower() in r.lower() for w in words)]
    assert named, f"no reason names {words}: {certificate.reasons}"
    if gain is not None:
        assert certificate.regret == gain


def accepted(certificate: Any) -> None:
    assert certificate.holds is True, certificate.reasons
    assert certificate.regret == 0
    assert certificate.exact
    assert not certificate.reasons


# --- threats that would not be carried out ---


def entry_profile(first: str, second: str) -> Any:
    return {"Challenger": {(): {first: 1}}, "Defender": {("Enter",): {second: 1}}}


def test_an_empty_threat() -> None:
    game = known.entry()
    # Fight gets -1, Accommodate 1, at a node that is not reached
    certificate = dt.certify(game, entry_profile("Out", "Fight"))
    refuted(certificate, "Defender", "Enter", "Accommodate", gain=2)
    accepted(dt.certify(game, entry_profile("Enter", "Accommodate")))


def test_an_empty_threat_is_a_nash_equilibrium_all_the_same() -> None:
    accepted(dt.certify(known.entry(), entry_profile("Out", "Fight"), concept="nash"))
    certificate = dt.certify(
        known.entry(), entry_profile("Out", "Fight"), concept="subgame-perfect"
    )
    refuted(certificate, "Defender", "Accommodate", gain=2)


def test_no_single_change_gains_but_two_do() -> None:
    game = known.two_steps()
    certificate = dt.certify(game, {"Walker": {(): {"out": 1}, ("in",): {"low": 1}}})
    refuted(certificate, "Walker", "in", "high", gain=2)  # at the second set; 1 from the first
    accepted(dt.certify(game, {"Walker": {(): {"in": 1}, ("in",): {"high": 1}}}))


def test_a_wrong_turn_late_in_a_long_game() -> None:
    # Everybody takes but First, who passes at the last of its three moves: it gets 4 instead of 5.
    # Second, just before, should therefore pass: 6 instead of 4.
    strategy: Any = {
        "First": {(): {"Take": 1}, ("Pass",) * 2: {"Take": 1}, ("Pass",) * 4: {"Pass": 1}},
        "Second": {("Pass",) * k: {"Take": 1} for k in (1, 3, 5)},
    }
    certificate = dt.certify(known.centipede(), strategy)
    refuted(certificate, "First", "Take", gain=2)
    refuted(certificate, "Second", "Pass", gain=2)
    strategy["First"][("Pass",) * 4] = {"Take": 1}
    accepted(dt.certify(known.centipede(), strategy))


# --- mixing probabilities ---


def test_a_wrong_mix_in_matching_pennies() -> None:
    # Even plays "0" with 1/3, so Odd, who wants to differ, gains from "0": 1/3 against 0 for an
    # even mix.
    strategy = {"Even": {(): {"0": THIRD, "1": 1 - THIRD}}, "Odd": {(): {"0": HALF, "1": HALF}}}
    refuted(dt.certify(known.matching_pennies(), strategy), "Odd", "'0'", gain=THIRD)
    strategy["Even"][()] = {"0": HALF, "1": HALF}
    accepted(dt.certify(known.matching_pennies(), strategy))


def beer(tough: Any, weak: Any, after_beer: Any, after_quiche: Any) -> Any:
    """P(beer) of each type and P(duel) after each meal."""
    return {
        "Sender": {
            ("tough",): {"beer": tough, "quiche": 1 - tough},
            ("weak",): {"beer": weak, "quiche": 1 - weak},
        },
        "Receiver": {
            ("beer",): {"duel": after_beer, "leave": 1 - after_beer},
            ("quiche",): {"duel": after_quiche, "leave": 1 - after_quiche},
        },
    }


def thinks(beer_weak: Any, quiche_weak: Any) -> Any:
    """The receiver's belief in weak after each meal."""
    return {
        "Receiver": {
            (meal,): {("weak", meal): weak, ("tough", meal): 1 - weak}
            for meal, weak in (("beer", beer_weak), ("quiche", quiche_weak))
        }
    }


def test_a_wrong_mixing_probability_of_the_receiver() -> None:
    # Prior 1/10: with a duel after beer of 1/3 instead of 1/2, weak gets 4/3 from beer and 1 from
    # quiche, of which its mix of 1/9 and 8/9 takes 28/27: it could have 8/27 more.
    game = known.beer_quiche(Fraction(1, 10))
    wrong = beer(1, Fraction(1, 9), THIRD, 1)
    refuted(
        dt.certify(game, wrong, thinks(HALF, 1)), "Sender", "weak", "beer", gain=Fraction(8, 27)
    )
    accepted(dt.certify(game, beer(1, Fraction(1, 9), HALF, 1), thinks(HALF, 1)))


def test_a_wrong_mixing_probability_of_the_sender() -> None:
    # weak drinks beer with 1/4: it is believed weak with (9/40) / (9/40 + 4/40) = 9/13 then, so
    # the receiver should duel: 9/13 against the 1/2 that its even mix gets.
    game = known.beer_quiche(Fraction(1, 10))
    certificate = dt.certify(game, beer(1, Fraction(1, 4), HALF, 1), thinks(Fraction(9, 13), 1))
    refuted(certificate, "Receiver", "beer", "duel", gain=Fraction(5, 26))


def test_deterrence_that_a_hard_challenger_should_respect() -> None:
    # pDef = .8: if only soft defenders concede, a hard challenger gets .2 + .8 (.4) = .52 < .6.
    game = known.unilateral_deterrence(HALF, Fraction(4, 5))
    strategy = {
        "Challenger": {
            ("hard",): {"challenge": 1},
            ("soft",): {"wait": 1},
            ("hard", "resist"): {"press": 1},
            ("soft", "resist"): {"back down": 1},
        },
        "Defender": {("hard", "challenge"): {"resist": 1}, ("soft", "challenge"): {"concede": 1}},
    }
    beliefs = {
        "Defender": {
            (kind, "challenge"): {
                ("hard", kind, "challenge"): 1,
                ("soft", kind, "challenge"): 0,
            }
            for kind in ("hard", "soft")
        },
        # soft defenders concede, so who is resisted faces a hard one
        "Challenger": {
            (mine, "resist"): {
                (mine, "hard", "challenge", "resist"): 1,
                (mine, "soft", "challenge", "resist"): 0,
            }
            for mine in ("hard", "soft")
        },
    }
    certificate = dt.certify(game, strategy, beliefs)
    refuted(certificate, "Challenger", "hard", "wait", gain=Fraction(2, 25))
    accepted(dt.certify(known.unilateral_deterrence(HALF, Fraction(3, 5)), strategy, beliefs))


# --- beliefs ---


@pytest.mark.parametrize("weak", [0, HALF, 1])
def test_a_belief_against_bayes_rule(weak: Any) -> None:
    # All drink beer, so the belief in weak after beer is the prior 1/10.
    certificate = dt.certify(known.beer_quiche(), beer(1, 1, 0, 1), thinks(weak, 1))
    refuted(certificate, "Receiver", "beer")
    assert not dt.certify(
        known.beer_quiche(), beer(1, 1, 0, 1), thinks(weak, 1), concept="perfect-bayesian"
    ).holds
    accepted(dt.certify(known.beer_quiche(), beer(1, 1, 0, 1), thinks(Fraction(1, 10), 1)))


def test_a_belief_at_which_the_threat_is_not_worth_it() -> None:
    # A duel after quiche pays 1/4 at the belief 1/4 in weak, leaving 3/4.
    certificate = dt.certify(
        known.beer_quiche(), beer(1, 1, 0, 1), thinks(Fraction(1, 10), Fraction(1, 4))
    )
    refuted(certificate, "Receiver", "quiche", "leave", gain=HALF)


def test_a_threat_too_weak_to_hold_the_pool() -> None:
    # A duel after quiche with 1/3 leaves weak 3 - 2/3 = 7/3 there, against 2.
    certificate = dt.certify(
        known.beer_quiche(), beer(1, 1, 0, THIRD), thinks(Fraction(1, 10), HALF)
    )
    refuted(certificate, "Sender", "weak", "quiche", gain=THIRD)


def test_a_deviation_that_signals_what_the_deviator_does_not_know() -> None:
    game = known.uninformed_deviator()
    strategy = {"One": {(): {"Out": 1}}, "Two": {("In",): {"Fight": 1}}}
    beliefs = {
        "One": {(): {("bad",): THIRD, ("good",): 1 - THIRD}},
        "Two": {("In",): {("bad", "In"): 1, ("good", "In"): 0}},
    }
    certificate = dt.certify(game, strategy, beliefs)
    refuted(certificate, "Two", "In")
    assert certificate.regret == 0  # given the belief, nobody gains: it is the belief that is wrong
    accepted(dt.certify(game, strategy, beliefs, concept="perfect-bayesian"))
    # with the only consistent belief fighting is worth 1/3 - 2/3 against 0
    beliefs["Two"]["In",] = {("bad", "In"): THIRD, ("good", "In"): 1 - THIRD}
    refuted(dt.certify(game, strategy, beliefs), "Two", "In", "Yield", gain=THIRD)


def test_two_observers_who_draw_opposite_conclusions() -> None:
    game = known.two_observers()
    strategy = {
        "One": {("t1",): {"a": 1}, ("t2",): {"a": 1}},
        "Two": {("b",): {"stop": 1}},
        "Three": {("b",): {"stop": 1}},
    }
    beliefs = {
        "Two": {("b",): {("t1", "b"): 1, ("t2", "b"): 0}},
        "Three": {
            ("b",): {
                ("t1", "b", "stop"): 0,
                ("t1", "b", "go"): 0,
                ("t2", "b", "stop"): 1,
                ("t2", "b", "go"): 0,
            }
        },
    }
    certificate = dt.certify(game, strategy, beliefs)
    refuted(certificate)
    assert certificate.regret == 0
    accepted(dt.certify(game, strategy, beliefs, concept="perfect-bayesian"))
    # with one belief, t1 for sure, Three should go: 0 against -2
    beliefs["Three"]["b",] |= {("t1", "b", "stop"): 1, ("t2", "b", "stop"): 0}
    refuted(dt.certify(game, strategy, beliefs), "Three", "go", gain=2)


def test_two_mistakes_believed_rather_than_one() -> None:
    # All play a; Three holds that both erred at once, which is infinitely less likely than that
    # one did.
    game = known.double_deviation()
    strategy = {
        "One": {(): {"a": 1}},
        "Two": {(): {"a": 1}},
        "Three": {("b",): {"punish": 1}},
    }
    beliefs = {
        "Two": {(): {("a",): 1, ("b",): 0}},
        "Three": {("b",): {("a", "b"): 0, ("b", "a"): 0, ("b", "b"): 1}},
    }
    certificate = dt.certify(game, strategy, beliefs)
    refuted(certificate, "Three", "b")
    assert certificate.regret == 0
    accepted(dt.certify(game, strategy, beliefs, concept="perfect-bayesian"))
    beliefs["Three"]["b",] = {("a", "b"): HALF, ("b", "a"): HALF, ("b", "b"): 0}
    refuted(dt.certify(game, strategy, beliefs), "Three", "forgive", gain=1)


def test_one_deviation_read_differently_in_two_situations() -> None:
    # Stopping with 1/2 in rain and in sun needs the belief 1/3 in t1 in rain and 2/3 in sun.
    game = known.two_situations()
    strategy = {
        "Sender": {("t1",): {"a": 1}, ("t2",): {"a": 1}},
        "Receiver": {("b", w): {"stop": HALF, "go": HALF} for w in ("rain", "sun")},
    }
    beliefs = {
        "Receiver": {
            ("b", w): {("t1", "b", w): p, ("t2", "b", w): 1 - p}
            for w, p in (("rain", THIRD), ("sun", 1 - THIRD))
        }
    }
    certificate = dt.certify(game, strategy, beliefs)
    refuted(certificate, "Receiver")
    assert certificate.regret == 0
    accepted(dt.certify(game, strategy, beliefs, concept="perfect-bayesian"))


def senders(both: dict[str, Any]) -> tuple[Any, Any]:
    """All send a, the receiver always says no; beliefs 1/4 each, but for `both` after (b, b)."""
    types = ("hh", "hl", "lh", "ll")
    strategy = {
        "One": {t: {"a": 1} for t in "hl"},
        "Two": {t: {"a": 1} for t in "hl"},
        "Receiver": {sent: {"no": 1} for sent in ("ab", "ba", "bb")},
    }
    beliefs: Any = {
        "Receiver": {sent: {(t, *sent): Fraction(1, 4) for t in types} for sent in ("ab", "ba")}
    }
    beliefs["Receiver"]["bb"] = {(t, "b", "b"): both.get(t, 0) for t in types}
    for player, place in (("One", 0), ("Two", 1)):
        beliefs[player] = {}
        for own in "hl":
            mine = [t for t in types if t[place] == own]
            beliefs[player][own] = {(t,) if place == 0 else (t, "a"): HALF for t in mine}
            if place == 1:
                beliefs[player][own] |= {(t, "b"): 0 for t in mine}
    return strategy, beliefs


def test_independent_deviators_believed_to_be_correlated() -> None:
    # After (b, b) the belief is a product. Opposite types for sure, half and half: each marginal
    # is 1/2, as after one b alone, but the product of the marginals would be 1/4 everywhere.
    game = known.two_senders()
    certificate = dt.certify(game, *senders({"hl": HALF, "lh": HALF}))
    refuted(certificate, "Receiver", "bb")
    assert certificate.regret == 0
    accepted(dt.certify(game, *senders(dict.fromkeys(("hh", "hl", "lh", "ll"), Fraction(1, 4)))))


def test_independent_deviators_believed_of_other_types_together_than_alone() -> None:
    # h and l for sure after (b, b), though after a single b either type was as likely.
    certificate = dt.certify(known.two_senders(), *senders({"hl": 1}))
    refuted(certificate, "Receiver")
    assert certificate.regret == 0


def test_selten_and_the_belief_behind_the_horse() -> None:
    # (D, c, L): after C, P2 gets 1 from c and 4 from d.
    game = known.seltens_horse()
    strategy = {
        "P1": {(): {"D": 1}},
        "P2": {("C",): {"c": 1}},
        "P3": {("moved",): {"L": 1}},
    }
    beliefs = {"P3": {("moved",): {("D",): 1, ("C", "d"): 0}}}
    refuted(dt.certify(game, strategy, beliefs), "P2", "'d'", gain=3)
    # (C, c) with L a quarter of the time: right with the belief 1/3 only
    right = {
        "P1": {(): {"C": 1}},
        "P2": {("C",): {"c": 1}},
        "P3": {("moved",): {"L": Fraction(1, 4), "R": Fraction(3, 4)}},
    }
    for belief, better in ((THIRD, None), (HALF, "'L'"), (Fraction(1, 4), "'R'")):
        given = {"P3": {("moved",): {("D",): belief, ("C", "d"): 1 - belief}}}
        certificate = dt.certify(game, right, given)
        if better is None:
            accepted(certificate)
        else:
            refuted(certificate, "P3", "moved", better)
