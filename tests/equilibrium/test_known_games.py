"""The whole set of sequential equilibria of games in which it is known, derived in each test.

Probabilities of actions and beliefs are named in the comments; what is off the path counts too.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable
from fractions import Fraction
from functools import partial
from typing import Any

import pytest
import sympy

import deterrence as dt
from tests.equilibrium import known_games as known

Part = list[Any]  # the equilibria of one component
Read = Callable[[Any], Any]


# --- reading solutions ---


def check_solution(solution: Any, exact: bool = True, complete: bool = True) -> list[Part]:
    """Complete, certified, in order; the equilibria by component."""
    assert solution.complete is complete, solution.status
    assert bool(solution.left) is not complete
    parts: list[Part] = [[] for _ in range(len(solution))]
    for e in solution.equilibria:
        assert e.certificate.holds, e.certificate.reasons
        if exact:
            assert e.certificate.exact
            assert e.certificate.regret == 0
        else:
            assert 0 <= e.certificate.regret < 1e-9
        parts[e.component].append(e)
    assert all(parts)
    assert len(solution.components) == len(solution) == len(list(solution))
    for k, component in enumerate(solution.components):
        assert solution[k].certificate.holds
        for family in component.families:
            assert family.representative.certificate.holds
    return parts


def solved(game: Any, exact: bool = True) -> list[Part]:
    return check_solution(dt.solve(game), exact)


def plays(player: str, knows: Any, action: str) -> Read:
    """Read off a probability of an action."""
    return lambda e: e.strategy[player][knows][action]


def believes(player: str, knows: Any, *history: str) -> Read:
    """Read off a belief."""
    return lambda e: e.beliefs[player][knows][history]


def payoffs(e: Any) -> tuple[Any, ...]:
    return tuple(e.payoffs.values())


def points(part: Part, *reads: Read) -> set[Any]:
    found = {tuple(read(e) for read in reads) for e in part}
    return {f[0] for f in found} if len(reads) == 1 else found


def the(part: Part, read: Read) -> Any:
    """What is the same in the whole component."""
    (value,) = points(part, read)
    return value


def span(part: Iterable[Any], read: Read) -> tuple[Any, Any]:
    values = [read(e) for e in part]
    return min(values), max(values)


def with_payoffs(parts: list[Part], *numbers: Any) -> Part:
    """The one component in which payoffs are constant and equal to `numbers`."""
    (found,) = [part for part in parts if points(part, payoffs) == {numbers}]
    return found


def where(parts: list[Part], read: Read, value: Any) -> Part:
    """The one component in which `read` is constant and equal to `value`."""
    (found,) = [part for part in parts if points(part, read) == {value}]
    return found


def half(*numbers: Any) -> tuple[Fraction, ...]:
    return tuple(Fraction(n) / 2 for n in numbers)


# --- perfect information, one player, no player ---


@pytest.mark.parametrize(("payoff", "result"), [("T22", (1, 1)), ("T1", (1, 0))])
def test_entry_has_no_empty_threat(payoff: str, result: tuple[int, int]) -> None:
    # After entry, Accommodate beats Fight (1 or 0 against -1); hence Enter (1 against 0).
    (part,) = solved(known.entry(payoff))
    assert points(part, payoffs) == {result}
    assert the(part, plays("Challenger", (), "Enter")) == 1
    assert the(part, plays("Defender", ("Enter",), "Accommodate")) == 1


@pytest.mark.parametrize("moves", [4, 5, 6])
def test_centipede_is_taken_at_once(moves: int) -> None:
    # Taking beats letting the other take next by one, from the last move backwards.
    (part,) = solved(known.centipede(moves))
    assert points(part, payoffs) == {(1, 0)}
    for k in range(moves):
        assert the(part, plays(("First", "Second")[k % 2], ("Pass",) * k, "Take")) == 1


def test_ties_in_perfect_information_make_a_continuum() -> None:
    # The offer of 1 is accepted (1 against 0), the offer of 0 with any probability q. The
    # proposer gets 2 q from it and 1 otherwise: x = P(offer 0) is 1 for q > 1/2, 0 for q < 1/2,
    # free at 1/2. A path of three segments: one component, along which payoffs vary.
    (part,) = solved(known.ultimatum())
    assert the(part, plays("Responder", ("1",), "accept")) == 1
    corners = points(part, plays("Proposer", (), "0"), plays("Responder", ("0",), "accept"))
    assert corners >= {(1, 1), (1, Fraction(1, 2)), (0, Fraction(1, 2)), (0, 0)}
    for x, q in corners:
        assert (x == 1 and q >= Fraction(1, 2)) or (x == 0 and q <= Fraction(1, 2)) or 2 * q == 1
    assert span(part, lambda e: e.payoffs["Proposer"]) == (1, 2)
    assert span(part, lambda e: e.payoffs["Responder"]) == (0, 1)


def test_chance_alone() -> None:
    # 1/3 (1, -1) + 2/3 (4, 2) = (3, 1).
    solution = dt.solve(known.lottery())
    (part,) = check_solution(solution)
    assert points(part, payoffs) == {(3, 1)}
    assert solution[0].probability("low") == Fraction(1, 3)


def test_one_player_under_chance() -> None:
    # With the forecast: take in rain, leave in sun: 1/3 (1) + 2/3 (4) - 1/2 = 5/2. Without:
    # leaving is worth 1/3 (-3) + 2/3 (4) = 5/3 against 1, so leave; 5/2 > 5/3, so ask. After not
    # asking, which does not happen, rain is still as likely as ever: the walker's mistakes do not
    # depend on it.
    (part,) = solved(known.umbrella())
    assert points(part, payoffs) == {(Fraction(5, 2),)}
    assert the(part, plays("Walker", (), "ask")) == 1
    assert the(part, plays("Walker", ("ask", "rain"), "take")) == 1
    assert the(part, plays("Walker", ("ask", "sun"), "leave")) == 1
    assert the(part, plays("Walker", ("go",), "leave")) == 1
    assert the(part, believes("Walker", ("go",), "rain", "go")) == Fraction(1, 3)


def test_one_player_in_two_steps() -> None:
    # high beats low (2 against 0), so in beats out (2 against 1).
    (part,) = solved(known.two_steps())
    assert points(part, payoffs) == {(2,)}


# --- simultaneous moves, and subgames that hold them ---


def test_matching_pennies() -> None:
    (part,) = solved(known.matching_pennies())
    assert the(part, plays("Even", (), "0")) == the(part, plays("Odd", (), "0")) == Fraction(1, 2)
    assert the(part, believes("Odd", (), "0")) == Fraction(1, 2)
    assert points(part, payoffs) == {(0, 0)}


def test_battle_of_the_sexes() -> None:
    # Two indifferent: 2 p = 3 (1 - p), p = 3/5; One indifferent: 3 q = 2 (1 - q), q = 2/5; values
    # 6/5.
    parts = solved(known.battle_of_the_sexes())
    assert len(parts) == 3
    assert the(with_payoffs(parts, 3, 2), plays("One", (), "0")) == 1
    assert the(with_payoffs(parts, 2, 3), plays("One", (), "0")) == 0
    mixed = with_payoffs(parts, Fraction(6, 5), Fraction(6, 5))
    assert the(mixed, plays("One", (), "0")) == Fraction(3, 5)
    assert the(mixed, plays("Two", (), "0")) == Fraction(2, 5)
    assert the(mixed, believes("Two", (), "0")) == Fraction(3, 5)


def test_entry_before_a_subgame_with_three_equilibria() -> None:
    # One's value of coming in is 3, 2 or 6/5, against 5/2 outside: in, out, out. The two that
    # stay out differ off the path only, and nothing joins them: three components.
    parts = solved(known.entry_then_battle())
    assert sorted(payoffs(part[0]) for part in parts) == [
        (Fraction(5, 2), 0),
        (Fraction(5, 2), 0),
        (3, 2),
    ]
    inside = {points(part, plays("One", ("In",), "0")).pop() for part in parts}
    assert inside == {0, Fraction(3, 5), 1}


def test_a_tie_at_the_entry_makes_a_segment() -> None:
    # Outside 2: with (2, 3) inside, One is indifferent and comes in with any probability.
    parts = solved(known.entry_then_battle(2))
    assert len(parts) == 3
    assert points(with_payoffs(parts, 3, 2), plays("One", (), "In")) == {1}
    mixed = where(parts, plays("One", ("In",), "0"), Fraction(3, 5))
    assert points(mixed, plays("One", (), "In")) == {0}
    tie = where(parts, plays("One", ("In",), "0"), 0)
    assert span(tie, plays("One", (), "In")) == (0, 1)
    assert span(tie, lambda e: e.payoffs["Two"]) == (0, 3)
    assert span(tie, lambda e: e.payoffs["One"]) == (2, 2)


def test_components_of_independent_subgames_multiply() -> None:
    # Left is worth 3, 2 or 6/5 to One, right 4, 1 or 4/5 (4 q = 1 - q and p = 4 (1 - p)). With 4
    # on the right: right (3 times); else left is better (2 times each of its three equilibria,
    # since 6/5 > 1).
    parts = solved(known.two_battles())
    sixth = Fraction(6, 5)
    assert sorted(the(part, payoffs) for part in parts) == sorted(
        [(4, 1)] * 3 + [(3, 2)] * 2 + [(2, 3)] * 2 + [(sixth, sixth)] * 2
    )
    inside = [
        (the(part, plays("One", ("left",), "0")), the(part, plays("One", ("right",), "0")))
        for part in parts
    ]
    assert sorted(inside) == sorted(
        itertools.product((0, Fraction(3, 5), 1), (0, Fraction(4, 5), 1))
    )


def test_volunteers_dilemma_has_seven_equilibria() -> None:
    # If somebody volunteers for sure, nobody else does: 3. If one shirks for sure, the others mix
    # so that 2/3 = 1 - q, q = 1/3, and shirking pays the third 1 - q^2 = 8/9 > 2/3: 3. If all
    # mix, the products of shirk probabilities are 1/3 for each pair: all equal the root of 1/3.
    parts = solved(known.volunteers_dilemma(), exact=False)
    assert len(parts) == 7
    shirks = [
        tuple(float(the(part, plays(p, (), "shirk"))) for p in ("P1", "P2", "P3")) for part in parts
    ]
    root = 3**-0.5
    expected = [
        *itertools.permutations((0, 1, 1)),
        *itertools.permutations((1, 1 / 3, 1 / 3)),
        (root,) * 3,
    ]
    assert sorted(shirks) == [pytest.approx(e, abs=1e-9) for e in sorted(set(expected))]
    for part, s in zip(parts, shirks, strict=True):
        assert all(e.certificate.exact == (s != pytest.approx((root,) * 3)) for e in part)


def test_the_one_irrational_equilibrium_is_found() -> None:
    # P(first action), by the three indifference conditions (polynomials in two unknowns each).
    root = sympy.sqrt(123673)
    expected = ((165 + root) / 2192, (145 + 3 * root) / 1808, (511 + root) / 1494)
    tables = [
        [[[-6, 6], [3, 4]], [[1, -5], [8, 0]]],
        [[[-9, -10], [-6, 6]], [[-4, -6], [-10, -4]]],
        [[[1, 7], [8, -7]], [[2, 3], [-8, -9]]],
    ]
    for k, table in enumerate(tables):  # the conditions hold exactly
        gap = sum(
            (1 - 2 * s[k])
            * table[s[0]][s[1]][s[2]]
            * sympy.prod(1 - p if s[j] else p for j, p in enumerate(expected) if j != k)
            for s in itertools.product((0, 1), repeat=3)
        )
        assert sympy.expand(gap) == 0
    (part,) = solved(known.irrational(), exact=False)
    for player, value in zip(("P1", "P2", "P3"), expected, strict=True):
        assert float(the(part, plays(player, (), "0"))) == pytest.approx(float(value), abs=1e-9)


def test_a_bystander_makes_three_segments() -> None:
    # (0, 0), (1, 1) and (1/2, 1/2) of the two who coordinate, whatever the third does.
    parts = solved(known.bystander())
    assert sorted(the(part, plays("One", (), "0")) for part in parts) == [0, Fraction(1, 2), 1]
    for part in parts:
        assert span(part, plays("Bystander", (), "0")) == (0, 1)
        assert the(part, plays("One", (), "0")) == the(part, plays("Two", (), "0"))


# --- beliefs off the path ---


def test_seltens_horse() -> None:
    # x = P(D), y = P(d), z = P(L), m = P3's belief that P1 played D. P2 prefers d iff z > 1/4; P1
    # gets 3 z from D and 1 - y + 4 y z from C; P3 prefers L iff 2 m > 1 - m, m > 1/3. z > 1/4: y
    # = 1, so x = 0, so m = 0, so z = 0: no. z <= 1/4: C gives at least 1 > 3 z, so x = 0; y > 0
    # would mean m = 0, z = 0 and y = 0: so y = 0 and m is free. z = 0 with m <= 1/3, or m = 1/3
    # with z <= 1/4.
    (part,) = solved(known.seltens_horse())
    assert points(part, payoffs) == {(1, 1, 1)}
    assert the(part, plays("P1", (), "C")) == the(part, plays("P2", ("C",), "c")) == 1
    found = points(part, plays("P3", ("moved",), "L"), believes("P3", ("moved",), "D"))
    third = Fraction(1, 3)
    assert found >= {(0, 0), (0, third), (Fraction(1, 4), third)}
    assert all((z == 0 and m <= third) or (m == third and z <= Fraction(1, 4)) for z, m in found)


def test_a_deviation_cannot_signal_what_the_deviator_does_not_know() -> None:
    # One does not see the weather, so whatever its trembles Two believes "bad" with 1/3: fighting
    # is worth 1/3 - 2/3 < 0. So Two yields and One comes in: unique.
    (part,) = solved(known.uninformed_deviator())
    assert points(part, payoffs) == {(1, 0)}
    assert the(part, believes("Two", ("In",), "bad", "In")) == Fraction(1, 3)


def test_two_observers_share_one_belief() -> None:
    # Two stops only at m >= 2/3, Three only at m <= 1/3, with m the belief in t1 that consistency
    # makes common to both. So they never both stop, b is worth 1 > 0 to both types, m = 1/2, and
    # both go.
    (part,) = solved(known.two_observers())
    assert points(part, payoffs) == {(1, 0, 0)}
    assert the(part, plays("Two", ("b",), "go")) == the(part, plays("Three", ("b",), "go")) == 1
    assert the(part, believes("Two", ("b",), "t1", "b")) == Fraction(1, 2)
    assert the(part, believes("Three", ("b",), "t1", "b", "go")) == Fraction(1, 2)
    assert the(part, believes("Three", ("b",), "t1", "b", "stop")) == 0


def test_two_situations_share_one_belief() -> None:
    # s, z = P(stop) in rain and in sun, m = belief in t1, which is the same in both. b is worth 1
    # - s - z to both types, a 1/4. Stopping is best in rain iff m >= 1/3, in sun iff m <= 2/3: s
    # + z >= 1 whatever m is. So both send a, and (m, s, z) moves along a path of five segments.
    # Without the common m, s = z = 1/2 would do too.
    (part,) = solved(known.two_situations())
    third = Fraction(1, 3)
    belief = {w: believes("Receiver", ("b", w), "t1", "b", w) for w in ("rain", "sun")}
    stops = [plays("Receiver", ("b", w), "stop") for w in ("rain", "sun")]
    assert all(belief["rain"](e) == belief["sun"](e) for e in part)
    found = points(part, belief["rain"], *stops)
    assert found >= {(0, 0, 1), (third, 0, 1), (third, 1, 1)}
    assert found >= {(2 * third, 1, 1), (2 * third, 1, 0), (1, 1, 0)}
    for m, s, z in found:
        assert s == (m > third) or m == third
        assert z == (m < 2 * third) or m == 2 * third
    assert points(part, payoffs) == {(Fraction(1, 4), 0)}


def test_two_senders_tremble_apart() -> None:
    # Both send a (1 against 0). After (b, b) the beliefs are the product of p and q, the beliefs in
    # h of each: yes is worth (2 p - 1)(2 q - 1). All p and q can be: one component. Its beliefs are
    # a curved surface, of which the solver shows slices and does not claim to be complete.
    (part,) = check_solution(dt.solve(known.two_senders(["bb"])), complete=False)
    for e in part:
        assert payoffs(e) == (1, 1, 0)
        b = {t: e.beliefs["Receiver"]["bb"][t, "b", "b"] for t in ("hh", "hl", "lh", "ll")}
        assert b["hh"] * b["ll"] == b["hl"] * b["lh"]
        check_yes(e, b["hh"] + b["ll"] - b["hl"] - b["lh"])
    assert points(part, plays("Receiver", "bb", "yes")) >= {0, 1}


def test_two_senders_tremble_apart_whatever_the_other_does() -> None:
    # After (b, a) and (a, b) the other is h with 1/2, so yes is worth 0 and free; p and q are the
    # beliefs in h of who sent b, the same as after (b, b).
    (part,) = check_solution(dt.solve(known.two_senders()), complete=False)
    for e in part:
        one, two, b = (e.beliefs["Receiver"][sent] for sent in ("ba", "ab", "bb"))
        p = one["hh", "b", "a"] + one["hl", "b", "a"]
        q = two["hh", "a", "b"] + two["lh", "a", "b"]
        assert 2 * one["hh", "b", "a"] == p
        assert 2 * two["hh", "a", "b"] == q
        assert b["hh", "b", "b"] == p * q
        assert b["ll", "b", "b"] == (1 - p) * (1 - q)
        check_yes(e, (2 * p - 1) * (2 * q - 1))
    assert points(part, plays("Receiver", "bb", "yes")) >= {0, 1}


def check_yes(e: Any, worth: Any) -> None:
    yes = e.strategy["Receiver"]["bb"]["yes"]
    assert (yes, worth > 0) in ((1, True), (0, False)) or worth == 0


def test_two_mistakes_are_less_likely_than_one() -> None:
    # x, y = P(b) of One and Two, z = P(punish). Three's belief in (b, b) is x y / (x + y - x y),
    # and 0 in the limit x = y = 0; it punishes only if this is at least 1/2, that is 3 x y >= x +
    # y. One's gain from b is (1 - y)(1 - 2 z) + y (1 - z) / 2, and likewise for Two. z = 0: both
    # play b, then z = 1: no. z = 1: the gain is y - 1; y < 1 gives x = 0, belief 0, z = 0: no; y
    # = 1 and x = 1: yes. 0 < z < 1 and 3 x y = x + y > 0: x = 1 has y = 1/2 and a gain of (1 - z)
    # / 2 > 0 for Two: no; both mix: the gains vanish at one point only, x = y = 2/3, where z =
    # 2/3.
    parts = solved(known.double_deviation())
    assert len(parts) == 2
    both = with_payoffs(parts, 0, 0, 1)
    assert the(both, plays("Three", ("b",), "punish")) == 1
    mixed = with_payoffs(parts, Fraction(1, 3), Fraction(1, 3), 0)
    for read in (plays("One", (), "b"), plays("Two", (), "b"), plays("Three", ("b",), "punish")):
        assert the(mixed, read) == Fraction(2, 3)
    assert the(mixed, believes("Three", ("b",), "b", "b")) == Fraction(1, 2)
    assert the(mixed, believes("Three", ("b",), "a", "b")) == Fraction(1, 4)


# --- signalling ---

duel_after_beer = plays("Receiver", ("beer",), "duel")
duel_after_quiche = plays("Receiver", ("quiche",), "duel")


def test_beer_quiche_with_a_strong_prior() -> None:
    # Tough gets 3 - 2 p from beer and 2 - 2 q from quiche, weak 2 - 2 p and 3 - 2 q, with p and q
    # the duels after each. Both mixing would need p - q = 1/2 = q - p. Tough at beer and weak
    # mixing or separate: quiche reveals weak, q = 1, beer is believed (tough is 9/10 or more), p
    # = 0, weak prefers beer, 2 to 1: pool. Tough at quiche and weak at beer at all: beer reveals
    # weak, p = 1, 0 < 3 - 2 q. Tough mixing: the message without weak reveals tough, no duel
    # there; tough then prefers beer if it is beer, weak prefers quiche if it is quiche. So
    # pooling: beer: p = 0, weak stays iff 2 >= 3 - 2 q: q >= 1/2; q < 1 needs belief 1/2, q = 1
    # belief in weak >= 1/2. quiche: q = 0, tough stays iff 2 >= 3 - 2 p: p >= 1/2, with the same
    # beliefs after beer.
    parts = solved(known.beer_quiche())
    assert len(parts) == 2
    beer = with_payoffs(parts, Fraction(29, 10), Fraction(9, 10))
    quiche = with_payoffs(parts, Fraction(21, 10), Fraction(9, 10))
    for part, on, off, meal in (
        (beer, duel_after_beer, duel_after_quiche, "quiche"),
        (quiche, duel_after_quiche, duel_after_beer, "beer"),
    ):
        assert the(part, on) == 0
        for t in ("tough", "weak"):
            assert the(part, plays("Sender", (t,), meal)) == 0
        found = points(part, off, believes("Receiver", (meal,), "weak", meal))
        assert found >= {half(1, 1), half(2, 1), half(2, 2)}
        assert all(
            (d == 1 and w >= Fraction(1, 2)) or (w == Fraction(1, 2) and d >= w) for d, w in found
        )


def test_beer_quiche_with_a_weak_prior() -> None:
    # Prior of tough 1/10. Pooling means a duel: weak leaves beer (0 < 1), tough leaves quiche (0
    # < 1). Tough at beer: quiche reveals weak, q = 1, weak gets 1 there; beer must give 2 - 2 p =
    # 1, p = 1/2, so the belief after beer is 1/2: w 9/10 = 1/10, w = 1/9. Tough gets 2 > 0. Tough
    # at quiche or mixing: no, as with the strong prior.
    (part,) = solved(known.beer_quiche(Fraction(1, 10)))
    assert the(part, plays("Sender", ("tough",), "beer")) == 1
    assert the(part, plays("Sender", ("weak",), "beer")) == Fraction(1, 9)
    assert the(part, duel_after_beer) == Fraction(1, 2)
    assert the(part, duel_after_quiche) == 1
    # sender 1/10 (2) + 9/10 (1); receiver 8/10 (1) after quiche + 2/10 (1/2) after beer
    assert points(part, payoffs) == {(Fraction(11, 10), Fraction(9, 10))}


def test_beer_quiche_with_an_even_prior() -> None:
    # On the path the receiver is indifferent. Pooling on beer: p free, weak stays iff q >= p +
    # 1/2: a triangle at the belief 1/2, and for q = 1 beliefs in weak above. Pooling on quiche: p
    # and q exchanged. Weak mixing with tough at beer: the belief after beer falls below 1/2, p =
    # 0, weak wants beer: no.
    parts = solved(known.beer_quiche(Fraction(1, 2)))
    assert len(parts) == 2
    for meal, other, on, off in (
        ("beer", "quiche", duel_after_beer, duel_after_quiche),
        ("quiche", "beer", duel_after_quiche, duel_after_beer),
    ):
        part = where(parts, plays("Sender", ("weak",), meal), 1)
        assert the(part, plays("Sender", ("tough",), meal)) == 1
        found = points(part, on, off, believes("Receiver", (other,), "weak", other))
        assert found >= {half(0, 1, 1), half(0, 2, 1), half(1, 2, 1), half(0, 2, 2), half(1, 2, 2)}
        for here, there, weak in found:
            assert there - here >= Fraction(1, 2)
            assert weak == Fraction(1, 2) or (there == 1 and weak > Fraction(1, 2))
        # the sender gets 5/2 - 2 (duels on the path), the receiver 1/2 whatever it does
        assert span(part, lambda e: e.payoffs["Sender"]) == half(3, 5)
        assert the(part, lambda e: e.payoffs["Receiver"]) == Fraction(1, 2)


def test_a_bluff_in_the_right_proportion() -> None:
    # m = P(meet), w = P(raise) with black. Red: raising gives 1 + m >= 1, so red raises unless m
    # = 0; but if m = 0 black raises (1 > -1), the belief in black is 1/2 or more, and meeting is
    # better (0 > -1): so m > 0 and red raises. w = 1: meet for sure, black gets -2 < -1; w = 0:
    # pass for sure, black gets 1. So both mix: 1 - 3 m = -1, m = 2/3; belief in black b: 2 - 4 b
    # = -(-1) ... the receiver gets 2 b - 2 (1 - b) = -1 at b = 1/4, w = 1/3.
    (part,) = solved(known.card_game())
    assert the(part, plays("Sender", ("red",), "raise")) == 1
    assert the(part, plays("Sender", ("black",), "raise")) == Fraction(1, 3)
    assert the(part, plays("Receiver", ("raise",), "meet")) == Fraction(2, 3)
    assert the(part, believes("Receiver", ("raise",), "black", "raise")) == Fraction(1, 4)
    assert points(part, payoffs) == {(Fraction(1, 3), Fraction(-1, 3))}  # (5/3 - 1) / 2


def test_separating_or_pooling() -> None:
    # t1 never sends b (at most 1 < 2). t2 gets 3 (1 - l) from b, with l = P(l). If t2 sends b at
    # all, the belief is 0, the answer r, and 3 > 2: separating, 1/2 (2) + 1/2 (3) and 1/2 (1).
    # Otherwise b is off the path and l >= 1/3: l = 1 with belief in t1 >= 1/2, or l from 1/3 to 1
    # with belief 1/2, since the receiver prefers l iff belief > 1/2.
    parts = solved(known.separating_or_pooling())
    assert len(parts) == 2
    apart = with_payoffs(parts, Fraction(5, 2), Fraction(1, 2))
    assert the(apart, plays("Receiver", ("b",), "l")) == 0
    assert the(apart, plays("Sender", ("t2",), "b")) == 1
    pool = with_payoffs(parts, 2, 0)
    found = points(pool, plays("Receiver", ("b",), "l"), believes("Receiver", ("b",), "t1", "b"))
    assert found >= {half(2, 2), half(2, 1), (Fraction(1, 3), Fraction(1, 2))}
    for part_l, belief in found:
        assert (part_l == 1 and 2 * belief >= 1) or (2 * belief == 1 and 3 * part_l >= 1)


def test_two_threats_behind_one_outcome() -> None:
    # b gives both types 3 y, y = P(m). y > 2/3: both send b, belief 1/2, m is best (0 against
    # -1/2): pooling on b, y = 1. y < 2/3: both send a; the belief g in t1 is 2/3 or more with l
    # (at 2/3 mixed with m), or 1/3 or less with r. y = 2/3: l and m at g = 2/3 or m and r at g =
    # 1/3; each type sends b with any probability x1, x2 such that x1 / (x1 + x2) = g: x1 = 2 x2
    # or x2 = 2 x1, up to 0, where it joins the off-path pieces. The two threats are never joined.
    parts = solved(known.two_threats())
    assert len(parts) == 3
    with_payoffs(parts, 3, 0)
    threats = {"l": ("t1", "t2"), "r": ("t2", "t1")}
    for reply, (likely, unlikely) in threats.items():
        (part,) = [p for p in parts if span(p, plays("Receiver", ("b",), reply))[1] == 1]
        assert points(part, payoffs) == {(2, 0)}
        assert span(part, plays("Receiver", ("b",), reply)) == (Fraction(1, 3), 1)
        assert span(part, plays("Receiver", ("b",), "m")) == (0, Fraction(2, 3))
        assert span(part, plays("Sender", (likely,), "b")) == (0, 1)
        assert span(part, plays("Sender", (unlikely,), "b")) == (0, Fraction(1, 2))
        assert span(part, believes("Receiver", ("b",), likely, "b")) == (Fraction(2, 3), 1)
        for e in part:
            sent = e.strategy["Sender"]
            assert sent[likely,]["b"] == 2 * sent[unlikely,]["b"]


def test_the_set_jumps_where_a_chance_branch_vanishes() -> None:
    # f = P(fight), s = P(b) of the sane. The receiver yields iff sane is at least as likely as
    # mad: (1 - eps) s >= eps. (b, yield): eps <= 1/2. (a, fight): s = 0. Mixed: s = eps / (1 -
    # eps), 2 (1 - f) = 1. As eps goes to 0 they tend to (b, yield), (a, fight) and (a, f = 1/2).
    # At 0 the receiver faces the sane only and yields: one equilibrium.
    game = known.vanishing_type()
    for eps in (Fraction(1, 10), Fraction(1, 1000)):
        parts = solved(game.at(eps=eps))
        assert len(parts) == 3
        bold = where(parts, plays("Sender", ("sane",), "b"), 1)
        assert points(bold, payoffs) == {(2 * (1 - eps), 1 - eps)}
        shy = where(parts, plays("Sender", ("sane",), "b"), 0)
        assert points(shy, payoffs) == {(1 - eps, 2 * (1 - eps) + eps)}
        mixed = where(parts, plays("Sender", ("sane",), "b"), eps / (1 - eps))
        assert the(mixed, plays("Receiver", ("b",), "fight")) == Fraction(1, 2)
        assert the(mixed, believes("Receiver", ("b",), "mad")) == Fraction(1, 2)
        # after b, of probability 2 eps, the receiver gets 1/2
        assert points(mixed, payoffs) == {(1 - eps, 2 * (1 - 2 * eps) + eps)}
    (part,) = solved(game.at(eps=0))
    assert points(part, payoffs) == {(2, 1)}
    assert the(part, plays("Receiver", ("b",), "yield")) == 1


# --- reputation and deterrence ---


def test_reputation_with_three_entrants() -> None:
    # Entrants who face a belief p in tough, k of them left. Last: in iff p < 1/2; weak
    # accommodates. k = 2: weak, entered, gains -1 + 2 y from resisting, y = P(last one out): for
    # p < 1/2 it mixes, y = 1/2, belief 1/2 after resistance, r = p / (1 - p); above, r = 1.
    # Resistance has probability 2 p: in iff p < 1/4. k = 3, p = 1/10: weak needs z = P(second
    # out) = 1/2, belief 1/4 after resistance, r = 1/3. Resistance has probability 4/10 < 1/2: in.
    # After accommodation weak is known, and backward induction has all enter and weak
    # accommodate. Off the path (first out) the belief stays 1/10: in, r = 1/9. All strict or
    # pinned: unique.
    (part,) = solved(known.reputation())
    tenth, third, two = Fraction(1, 10), Fraction(1, 3), Fraction(1, 2)
    entry = {
        ("Entrant 3", ()): (1, tenth),
        ("Entrant 2", ("resist",)): (two, Fraction(1, 4)),
        ("Entrant 2", ("out",)): (1, tenth),
        ("Entrant 1", ("resist", "resist")): (two, two),
        ("Entrant 1", ("resist", "out")): (1, Fraction(1, 4)),
        ("Entrant 1", ("out", "resist")): (two, two),
        ("Entrant 1", ("out", "out")): (1, tenth),
    }
    for (player, knows), (p_in, tough) in entry.items():
        assert the(part, plays(player, knows, "in")) == p_in
        history = ["in" if what == "resist" else "out" for what in knows]
        assert the(part, believes(player, knows, "tough", *history)) == tough
    resist = {
        ("weak", "in"): third,
        ("weak", "resist", "in"): third,
        ("weak", "out", "in"): tenth / (1 - tenth),
    }
    for e in part:
        for knows, row in e.strategy["Incumbent"].items():
            assert row["resist"] == resist.get(knows, 0)
        for player in ("Entrant 1", "Entrant 2"):
            for knows, row in e.strategy[player].items():
                assert "accommodate" not in knows or row["in"] == 1
    # Entrant 3: 1/2 - 4/10. Entrant 2: 6/10 (1/2), 0 after resistance. Entrant 1: 6/10 (1/2) +
    # 4/10 (1/2 (1/4) + 1/2 (1/2)(1/2)). Incumbent: weak 0, tough 1/2 (2) + 1/2 (1/2)(2) = 3/2.
    assert points(part, payoffs) == {(tenth, 3 * tenth, 4 * tenth, Fraction(3, 20))}


def test_reputation_first_tried_by_the_second() -> None:
    # p = 1/5 > 1/8: the first stays out (resistance would have probability 4/5: weak would mix
    # with r = 3/4 to bring the belief to 1/4, and the second would be out with 1/2). Then 1/5 <
    # 1/4: the second enters, r = 1/4.
    (part,) = solved(known.reputation(Fraction(1, 5)))
    assert the(part, plays("Entrant 3", (), "in")) == 0
    assert the(part, plays("Incumbent", ("weak", "in"), "resist")) == Fraction(3, 4)
    assert the(part, plays("Entrant 2", ("resist",), "in")) == Fraction(1, 2)
    assert the(part, plays("Entrant 2", ("out",), "in")) == 1
    assert the(part, plays("Incumbent", ("weak", "out", "in"), "resist")) == Fraction(1, 4)
    # weak 2; tough 2 + 1/2 (2)
    assert the(part, lambda e: e.payoffs["Incumbent"]) == Fraction(4, 5) * 2 + Fraction(1, 5) * 3


def test_reputation_at_the_boundary() -> None:
    # p = 1/8 = (1/2)^3: resistance has probability 1/8 / (1/4) = 1/2: the first is indifferent,
    # all else pinned: r = 3/7; second out with 1/2; after the first is out, r = 1/7. Incumbent if
    # the first is in: tough 3/2, weak 0; if out: 3 and 2.
    (part,) = solved(known.reputation(Fraction(1, 8)))
    assert span(part, plays("Entrant 3", (), "in")) == (0, 1)
    assert the(part, plays("Incumbent", ("weak", "in"), "resist")) == Fraction(3, 7)
    assert the(part, plays("Entrant 2", ("resist",), "in")) == Fraction(1, 2)
    assert the(part, plays("Incumbent", ("weak", "out", "in"), "resist")) == Fraction(1, 7)
    assert span(part, lambda e: e.payoffs["Incumbent"]) == (Fraction(3, 16), Fraction(17, 8))


# Unilateral deterrence: P = P(resist) = pDef + (1 - pDef) y, with y that of a soft defender; the
# hard one resists whatever it believes (.5 > .3), at the last node hard challengers press and
# soft ones back down. Hard challenges iff P < 2/3 (1 - .6 P against .6), soft iff P < 1/2 (1 - .8
# P). Soft resists iff .8 (1 - r) > .3, r < 5/8, r = belief in hard. Nobody challenges: P >= 2/3;
# r free. Hard only: r = 1, y = 0, P = pDef in [1/2, 2/3]. Soft mixes: P = 1/2, so hard
# challenges, y = (1/2 - pDef) / (1 - pDef) in (0, 1), r = 5/8. All: r = pCh, y = 1 or 0, P <= 1/2
# needs y = 0.


def waiting(parts: list[Part]) -> Part:
    """The component in which nobody challenges."""
    (part,) = [p for p in parts if {e.probability("status quo") for e in p} == {1}]
    assert points(part, payoffs) == {(Fraction(3, 5), 1)}
    return part


def soft_resists_and_belief(part: Part) -> set[Any]:
    """P(resist) of a soft defender with its belief in a hard challenger, which the hard shares."""
    belief = {
        kind: believes("Defender", (kind, "challenge"), "hard", kind, "challenge")
        for kind in ("hard", "soft")
    }
    for e in part:
        assert belief["hard"](e) == belief["soft"](e)  # the challenger does not know the defender
        assert e.strategy["Defender"]["hard", "challenge"]["resist"] == 1
        assert e.strategy["Challenger"]["hard", "resist"]["press"] == 1
        assert e.strategy["Challenger"]["soft", "resist"]["press"] == 0
    return points(part, plays("Defender", ("soft", "challenge"), "resist"), belief["soft"])


def check_steadfast(part: Part, least: Fraction) -> None:
    """y = 1 with r <= 5/8, or r = 5/8 with y >= least, where P is 2/3."""
    tie = Fraction(5, 8)
    found = soft_resists_and_belief(part)
    assert found >= {(1, 0), (1, tie), (least, tie)}
    assert all((y == 1 and r <= tie) or (r == tie and y >= least) for y, r in found)


def test_unilateral_deterrence_certain() -> None:
    # pDef = .8 > 2/3: nobody challenges whatever y: y = 1 with r <= 5/8, r = 5/8 with any y, y =
    # 0 with r >= 5/8.
    (part,) = solved(known.unilateral_deterrence(Fraction(1, 2), Fraction(4, 5)))
    tie = Fraction(5, 8)
    found = soft_resists_and_belief(waiting([part]))
    assert found >= {(1, 0), (1, tie), (0, tie), (0, 1)}
    assert all(r == tie or (y == 1 and r < tie) or (y == 0 and r > tie) for y, r in found)


def test_unilateral_deterrence_separating_and_steadfast() -> None:
    # pDef = .6: hard only, P = .6. Challenger 1/2 (.4 + .6 (.4)) + 1/2 (.6); defender 1/2 + 1/2
    # (.6 (.5) + .4 (.3)). Nobody: .6 + .4 y >= 2/3, y >= 1/6.
    parts = solved(known.unilateral_deterrence(Fraction(1, 2), Fraction(3, 5)))
    assert len(parts) == 2
    check_steadfast(waiting(parts), Fraction(1, 6))
    apart = with_payoffs(parts, Fraction(31, 50), Fraction(71, 100))
    assert soft_resists_and_belief(apart) == {(0, 1)}
    assert the(apart, plays("Challenger", ("hard",), "challenge")) == 1
    assert the(apart, plays("Challenger", ("soft",), "challenge")) == 0
    assert the(apart, lambda e: e.probability("conflict")) == Fraction(1, 2) * Fraction(3, 5)


def test_unilateral_deterrence_bluff_and_steadfast() -> None:
    # (.3, .2): y = 3/8; .3 / (.3 + .7 x) = 5/8 gives x = 9/35. Nobody: .2 + .8 y >= 2/3, y >=
    # 7/12. P(challenge) = .48; challenger .3 (.7) + .7 (.6); defender .52 + .48 (.2 (5/8 (.5) +
    # 3/8 (.8)) + .8 (.3)) = .694. Conflict: .3 (1/2).
    parts = solved(known.unilateral_deterrence(Fraction(3, 10), Fraction(1, 5)))
    assert len(parts) == 2
    check_steadfast(waiting(parts), Fraction(7, 12))
    bluff = with_payoffs(parts, Fraction(63, 100), Fraction(347, 500))
    assert soft_resists_and_belief(bluff) == {(Fraction(3, 8), Fraction(5, 8))}
    assert the(bluff, plays("Challenger", ("hard",), "challenge")) == 1
    assert the(bluff, plays("Challenger", ("soft",), "challenge")) == Fraction(9, 35)
    assert the(bluff, lambda e: e.probability("status quo")) == Fraction(13, 25)
    assert the(bluff, lambda e: e.probability("conflict")) == Fraction(3, 20)


def test_unilateral_deterrence_attack_and_steadfast() -> None:
    # (.8, .2): r = .8 > 5/8, y = 0, P = .2 < 1/2: all challenge; the bluff would need x > 1.
    # Challenger .8 (.8 + .2 (.4)) + .2 (.8 + .2 (.2)); defender .2 (.8 (.5) + .2 (.8)) + .8 (.3).
    parts = solved(known.unilateral_deterrence(Fraction(4, 5), Fraction(1, 5)))
    assert len(parts) == 2
    check_steadfast(waiting(parts), Fraction(7, 12))
    attack = with_payoffs(parts, Fraction(109, 125), Fraction(44, 125))
    assert soft_resists_and_belief(attack) == {(0, Fraction(4, 5))}
    assert the(attack, lambda e: e.probability("status quo")) == 0


def test_pledge_with_three_players() -> None:
    # g = belief in committed after a message, the same for both who see it; a = P(attack), s =
    # P(resist). The rival attacks iff g < 1/2. The country gets 2 (1 - a) + a (2 g - 1) from
    # resisting: g < 1/2: concede; g > 1/2: resist, hold; g = 1/2: resist for sure if a < 1, any s
    # if a = 1. The guarantor's value of a message (strong costs 1/2):
    #   g < 1/2: 0; g > 1/2: 2; g = 1/2: committed s (2 - a), flexible s (2 - 4 a) after strong and
    #   s (2 - 3 a) after ambiguous.
    # Pooling on ambiguous (g = 2/5, worth 0): strong is off the path, worth -1/2 for g < 1/2, and
    # at g = 1/2 committed stays iff s (2 - a) <= 1/2: a = 1, s <= 1/2. Pooling on strong: -1/2,
    # while ambiguous is worth >= 0 to committed: no. Separating: the flexible would imitate.
    # Committed mixing: the message without flexible is worth 2 to all: no. Both mixing: beliefs
    # average 2/5, so (< 1/2, 1/2) at best, where committed or flexible cannot be indifferent: no.
    # Flexible mixing: committed strong: ambiguous worth 0, so g = 1/2 after strong, 2/5 = 3/5 x,
    # x = 2/3, s (2 - 4 a) = 1/2: s = 1, a = 3/8. committed ambiguous: strong worth -1/2, so g =
    # 1/2 after ambiguous, 1 - x = 2/3, s (2 - 3 a) = -1/2: s = 1, a = 5/6, or a = 1, s = 1/2;
    # nothing joins the two. Four components.
    parts = solved(known.pledge())
    assert len(parts) == 4
    strong, ambiguous = ("strong",), ("ambiguous",)
    resists = partial(plays, "Country", action="resist")
    attacks = {m: plays("Rival", (*m, "resist"), "attack") for m in (strong, ambiguous)}

    pool = where(parts, plays("Guarantor", ("flexible",), "strong"), 0)
    assert points(pool, payoffs) == {(0, 0, 2)}
    assert the(pool, plays("Guarantor", ("committed",), "strong")) == 0
    assert the(pool, attacks[strong]) == the(pool, attacks[ambiguous]) == 1
    found = points(pool, resists(knows=strong), believes("Country", strong, "committed", "strong"))
    assert found >= {half(0, 0), half(0, 1), half(1, 1)}
    assert all((s == 0 and 2 * g <= 1) or (2 * s <= 1 and 2 * g == 1) for s, g in found)
    for e in pool:  # both see the same message
        country = e.beliefs["Country"][strong]["committed", "strong"]
        assert e.beliefs["Rival"]["strong", "resist"]["committed", "strong", "resist"] == country

    # guarantor 2/5 (2 - 3/8 - 1/2) + 0; country 4/5 (2 (5/8)); rival 1/5 (2)
    bluff = with_payoffs(parts, Fraction(9, 20), 1, Fraction(2, 5))
    assert the(bluff, plays("Guarantor", ("flexible",), "strong")) == Fraction(2, 3)
    assert the(bluff, plays("Guarantor", ("committed",), "strong")) == 1
    assert the(bluff, attacks[strong]) == Fraction(3, 8)
    assert the(bluff, resists(knows=strong)) == 1
    assert the(bluff, resists(knows=ambiguous)) == 0

    # guarantor 2/5 (2 - 5/6) + 3/5 (-1/2); country 4/5 (2 (1/6)); rival 1/5 (2)
    bold = with_payoffs(parts, Fraction(1, 6), Fraction(4, 15), Fraction(2, 5))
    assert the(bold, attacks[ambiguous]) == Fraction(5, 6)
    assert the(bold, resists(knows=ambiguous)) == 1
    # guarantor 2/5 (1/2) + 3/5 (-1/2); country 0; rival 1/5 (2) + 4/5 (1/2) (2)
    meek = with_payoffs(parts, Fraction(-1, 10), 0, Fraction(6, 5))
    assert the(meek, attacks[ambiguous]) == 1
    assert the(meek, resists(knows=ambiguous)) == Fraction(1, 2)
    for part in (bold, meek):
        assert the(part, plays("Guarantor", ("flexible",), "strong")) == Fraction(1, 3)
        assert the(part, plays("Guarantor", ("committed",), "strong")) == 0
        assert the(part, resists(knows=strong)) == 0


# --- laws ---


class Disguise:
    """The same game told differently: names, order of choices, scales of payoffs, an idle coin."""

    def __init__(
        self, game: Any, rng: random.Random, *, names: bool, scales: bool, coin: bool
    ) -> None:
        self.rng, self.names = rng, names
        self.tokens: dict[Any, str] = {}
        self.unit = {
            p: (Fraction(rng.randint(1, 9), rng.randint(1, 9)), Fraction(rng.randint(-9, 9)))
            if scales
            else (Fraction(1), Fraction(0))
            for p in game.players
        }
        players = list(game.players)
        if names:
            rng.shuffle(players)
        root = self.node(game.root, ())
        if coin:
            root = dt.Chance(
                {
                    "heads": (Fraction(1, 3), root),
                    "tails": (Fraction(2, 3), self.node(game.root, ())),
                }
            )
        self.game = dt.Game([self.name("player", p) for p in players], root)

    def name(self, *what: Any) -> Any:
        if not self.names:
            return what[-1]
        return self.tokens.setdefault(what, f"{self.rng.getrandbits(40):x}")

    def shuffled(self, choices: Any) -> list[Any]:
        items = list(choices.items())
        if self.names:
            self.rng.shuffle(items)
        return items

    def node(self, node: Any, path: tuple[Any, ...]) -> Any:
        if isinstance(node, dt.Outcome):
            told = {
                self.name("player", p): self.unit[p][0] * x + self.unit[p][1]
                for p, x in self.shuffled(node.payoffs)
            }
            return dt.Outcome(told, node.events)
        if isinstance(node, dt.Chance):
            return dt.Chance(
                {
                    self.name("chance", path, label): (p, self.node(below, (*path, label)))
                    for label, (p, below) in self.shuffled(node.choices)
                }
            )
        return dt.Move(
            self.name("player", node.player),
            self.name("knows", node.player, node.knows),
            {
                self.name("action", node.player, node.knows, a): self.node(below, (*path, a))
                for a, below in self.shuffled(node.choices)
            },
        )

    def told(self, profile: list[Any]) -> list[Any]:
        """What least and most payoffs become."""
        return [
            tuple((p, *(self.unit[p][0] * x + self.unit[p][1] for x in ends)) for p, *ends in row)
            for row in profile
        ]


def outline(game: Any, names: dict[str, str] | None = None) -> list[Any]:
    """For each component, least and most of every payoff."""
    solution = dt.solve(game)
    parts = check_solution(solution, exact=False)
    called = names or {p: p for p in game.players}
    return [
        tuple(
            (mine, *span(part, lambda e, name=name: e.payoffs[name]))
            for mine, name in called.items()
        )
        for part in parts
    ]


def rounded(rows: list[Any]) -> list[Any]:
    return sorted(
        tuple((p, *(round(float(x), 9) + 0.0 for x in ends)) for p, *ends in row) for row in rows
    )


def check_disguise(game: Any, rng: random.Random, **kinds: bool) -> None:
    disguise = Disguise(game, rng, **kinds)
    names = {p: disguise.name("player", p) for p in game.players}
    found = outline(disguise.game, names)
    assert rounded(found) == rounded(disguise.told(outline(game)))


KNOWN = {
    "entry": known.entry,
    "centipede": known.centipede,
    "ultimatum": known.ultimatum,
    "lottery": known.lottery,
    "umbrella": known.umbrella,
    "matching pennies": known.matching_pennies,
    "entry, then battle": known.entry_then_battle,
    "two battles": known.two_battles,
    "volunteers": known.volunteers_dilemma,
    "irrational": known.irrational,
    "bystander": known.bystander,
    "horse": known.seltens_horse,
    "uninformed": known.uninformed_deviator,
    "two observers": known.two_observers,
    "two situations": known.two_situations,
    "double deviation": known.double_deviation,
    "beer": known.beer_quiche,
    "beer, even": partial(known.beer_quiche, Fraction(1, 2)),
    "cards": known.card_game,
    "separating or pooling": known.separating_or_pooling,
    "two threats": known.two_threats,
    "reputation": known.reputation,
    "reputation, boundary": partial(known.reputation, Fraction(1, 8), 2),
    "steadfast": partial(known.unilateral_deterrence, Fraction(3, 10), Fraction(1, 5)),
    "certain": partial(known.unilateral_deterrence, Fraction(1, 2), Fraction(4, 5)),
    "pledge": known.pledge,
}


@pytest.mark.parametrize("kind", ["names", "scales", "coin"])
@pytest.mark.parametrize("name", KNOWN)
def test_a_known_game_told_differently_has_the_same_equilibria(name: str, kind: str) -> None:
    kinds = {k: k == kind for k in ("names", "scales", "coin")}
    check_disguise(KNOWN[name](), random.Random(f"{name} {kind}"), **kinds)


Tables = tuple[Fraction, Any, Any]


def random_tables(seed: int) -> Tables:
    """Prior, sender's and receiver's payoffs; every other one in {0, 1, 2}, so that ties abound."""
    rng = random.Random(seed)
    ties = seed % 2 == 1
    sizes = [(2, 2), (2, 3), (3, 2)] if ties else [(2, 2), (2, 3), (3, 2), (3, 3)]
    messages, responses = sizes[seed // 2 % len(sizes)]
    values = range(3) if ties else range(-9, 10)

    def table() -> Any:
        return [
            [[rng.choice(values) for _ in range(responses)] for _ in range(messages)]
            for _ in range(2)
        ]

    return Fraction(1, rng.choice((2, 3))), table(), table()


def tree_of(tables: Tables) -> Any:
    prior, sender, receiver = tables
    return known.signalling(
        {"0": prior, "1": 1 - prior},
        lambda t, m, r: sender[int(t)][int(m)][int(r)],
        lambda t, m, r: receiver[int(t)][int(m)][int(r)],
        [str(m) for m in range(len(sender[0]))],
        [str(r) for r in range(len(sender[0][0]))],
    )


@pytest.mark.parametrize("seed", range(36))
def test_a_random_signalling_game_told_differently_has_the_same_equilibria(seed: int) -> None:
    check_disguise(
        tree_of(random_tables(seed)), random.Random(seed), names=True, scales=True, coin=True
    )


def check_against_the_oracle(tables: Tables) -> None:
    oracle = known.SignallingOracle(*tables)
    expected = sorted(oracle.payoffs(group) for group in oracle.components())
    found = sorted(
        tuple(float(x) for _, *ends in row for x in ends) for row in outline(tree_of(tables))
    )
    assert len(found) == len(expected)
    # compare as sets of boxes: rounding may order equal numbers differently
    for row in expected:
        near = [f for f in found if f == pytest.approx(row, abs=1e-7)]
        assert near, f"missing: {row}; found {found}"
        found.remove(near[0])


@pytest.mark.parametrize("seed", range(10))
def test_random_signalling_games_against_an_independent_enumeration(seed: int) -> None:
    check_against_the_oracle(random_tables(seed))


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(10, 224))
def test_many_random_signalling_games_against_an_independent_enumeration(seed: int) -> None:
    check_against_the_oracle(random_tables(seed))
