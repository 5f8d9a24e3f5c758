"""What the certificate lets pass and what it refutes: known games, enumeration, tampering."""

from __future__ import annotations

import dataclasses
import itertools
import random
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.consistency_record import Witness
from deterrence.errors import InputError, LabelError, ParameterError
from tests.equilibrium.known_games import (
    beer_quiche,
    double_deviation,
    entry,
    pay,
    seltens_horse,
    two_observers,
    uninformed_deviator,
    vanishing_type,
)
from tests.equilibrium.test_consistency import Rows, random_game, random_strategy, random_witness

HALF = Fraction(1, 2)

# --- known games ------------------------------------------------------------------------------


def horse(first: str, second: str, third: str, **more: Any) -> Any:
    strategy = {"P1": {(): first}, "P2": {("C",): second}, "P3": {("moved",): third}}
    return dt.certify(seltens_horse(), strategy, **more)


def after(c: Any, d: Any) -> dict[str, Any]:
    return {"P3": {("moved",): {("C", "d"): c, ("D",): d}}}


def test_seltens_horse_stands() -> None:
    found = horse("C", "c", "R", beliefs=after("2/3", "1/3"))
    assert found.holds
    assert found.regret == 0
    assert found.exact
    assert found.concept == "sequential"
    assert found.witness.order[0] == (0, 1)
    assert str(found) == (
        "A sequential equilibrium, exactly: no deviation gains, and trembles give the beliefs."
    )


def test_seltens_horse_falls_where_the_belief_makes_the_third_move_left() -> None:
    found = horse("C", "c", "R", beliefs=after("0.6", "0.4"))
    assert not found.holds
    assert found.regret == Fraction(1, 5)
    assert found.reasons == ("P3 ('moved',): playing 'L' gains 1/5 (4/5 instead of 3/5).",)


def test_seltens_other_equilibrium_is_nash_but_not_sequential() -> None:
    assert horse("D", "c", "L", concept="nash").holds
    assert horse("D", "c", "L", concept="subgame-perfect").holds  # there is no proper subgame
    found = horse("D", "c", "L")  # Bayes' rule gives the third's belief
    assert not found.holds
    assert found.regret == 3
    assert found.places == (("P2", ("C",)),)
    assert str(found) == (
        "Not a sequential equilibrium: P2 ('C',): playing 'd' gains 3 (4 instead of 1)."
    )


@pytest.mark.parametrize(
    ("concept", "holds"),
    [("nash", True), ("subgame-perfect", False), ("perfect-bayesian", False), (None, False)],
)
def test_the_empty_threat_to_fight(concept: str | None, holds: bool) -> None:
    strategy = {"Challenger": {(): "Out"}, "Defender": {("Enter",): "Fight"}}
    found = dt.certify(entry(), strategy, concept=concept)
    assert found.holds == holds
    if not holds:
        assert found.regret == 2
        assert found.places == (("Defender", ("Enter",)),)
        assert "'Accommodate'" in found.reasons[0]


def test_a_gain_in_a_subgame_says_which() -> None:
    strategy = {"Challenger": {(): "Out"}, "Defender": {("Enter",): "Fight"}}
    found = dt.certify(entry(), strategy, concept="subgame-perfect")
    assert found.reasons == (
        "Defender in the subgame after ('Enter',): playing 'Accommodate' at ('Enter',) gains 2 "
        "(1 instead of -1).",
    )


def pooling(weak: Any, **more: Any) -> Any:
    histories = {("tough", "quiche"): 1 - weak, ("weak", "quiche"): weak}
    strategy = {
        "Sender": {("tough",): "beer", ("weak",): "beer"},
        "Receiver": {("beer",): "leave", ("quiche",): "duel"},
    }
    return dt.certify(beer_quiche(), strategy, {"Receiver": {("quiche",): histories}}, **more)


@pytest.mark.parametrize("weak", [1, HALF])
def test_pooling_on_beer_stands_if_quiche_looks_weak(weak: Any) -> None:
    assert pooling(weak).holds


def test_pooling_on_beer_falls_if_quiche_looks_tough() -> None:
    found = pooling(Fraction(1, 5))
    assert not found.holds
    assert found.regret == Fraction(3, 5)
    assert found.places == (("Receiver", ("quiche",)),)


def test_beliefs_against_bayes_are_named() -> None:
    strategy = {
        "Sender": {("tough",): "beer", ("weak",): "beer"},
        "Receiver": {("beer",): "leave", ("quiche",): "duel"},
    }
    beliefs = {
        "Receiver": {
            ("beer",): {("tough", "beer"): "0.8", ("weak", "beer"): "0.2"},
            ("quiche",): {("weak", "quiche"): 1},
        }
    }
    for concept in ("sequential", "perfect-bayesian"):
        found = dt.certify(beer_quiche(), strategy, beliefs, concept)
        assert found.reasons == (
            "Receiver ('beer',): the belief in ('tough', 'beer') is 4/5; Bayes' rule gives 9/10.",
        )
        assert found.regret == 0
        assert not found.holds


OBSERVED = {
    "One": {("t1",): "a", ("t2",): "a"},
    "Two": {("b",): "stop"},
    "Three": {("b",): "stop"},
}


@pytest.mark.parametrize(("third", "sequential"), [("t2", False), ("t1", True)])
def test_observers_who_see_the_same_may_not_believe_otherwise(third: str, sequential: bool) -> None:
    beliefs = {
        "Two": {("b",): {("t1", "b"): 1}},
        "Three": {("b",): {(third, "b", "stop"): 1}},
    }
    found = dt.certify(two_observers(), OBSERVED, beliefs)
    weak = dt.certify(two_observers(), OBSERVED, beliefs, "perfect-bayesian")
    if sequential:  # consistent, but then the third stops the wrong type
        assert found.reasons == weak.reasons
        assert found.places == (("Three", ("b",)),)
        assert found.regret == 2
    else:
        assert weak.holds
        assert weak.witness is None
        assert not found.holds
        assert found.regret == 0
        assert found.places == (("Three", ("b",)),)
        assert found.reasons[0].startswith("no order of trembles fits: at Two ('b',)")


def test_a_deviation_cannot_signal_what_the_deviator_does_not_know() -> None:
    strategy = {"One": {(): "Out"}, "Two": {("In",): "Fight"}}
    beliefs = {"Two": {("In",): {("bad", "In"): 1}}}
    game = uninformed_deviator()
    assert dt.certify(game, strategy, beliefs, "perfect-bayesian").holds
    found = dt.certify(game, strategy, beliefs)
    assert not found.holds
    assert "('bad', 'In')" in found.reasons[0]


def test_two_mistakes_are_not_believed_where_one_suffices() -> None:
    strategy = {"One": {(): "a"}, "Two": {(): "a"}, "Three": {("b",): "punish"}}
    beliefs = {"Three": {("b",): {("b", "b"): 1}}}
    assert dt.certify(double_deviation(), strategy, beliefs, "perfect-bayesian").holds
    assert not dt.certify(double_deviation(), strategy, beliefs).holds


# --- against enumeration ----------------------------------------------------------------------


def value(game: dt.Game, strategy: Rows, plan: Mapping[int, int], player: int, node: int) -> Any:
    """Expected payoff where `plan` overrides the strategy."""
    s = game.structure
    below = s.children[node]
    if s.payoffs[node] is not None:
        return game.numbers[s.payoffs[node][player]]
    place = s.set_of[node]
    if place in plan:
        return value(game, strategy, plan, player, below[plan[place]])
    if place >= 0:
        odds = strategy[place]
    else:
        odds = tuple(game.numbers[s.chance[child][player]] for child in below)
    return sum(
        p * value(game, strategy, plan, player, child)
        for p, child in zip(odds, below, strict=True)
        if p
    )


def own_below(game: dt.Game, player: int, node: int) -> set[int]:
    s = game.structure
    place = s.set_of[node]
    own = {place} if place >= 0 and s.sets[place].player == game.players[player] else set()
    return own.union(*(own_below(game, player, child) for child in s.children[node]))


def best_gain(game: dt.Game, strategy: Rows, player: int, roots: Mapping[int, Fraction]) -> Any:
    """By trying every pure plan of the player below the roots."""
    places = sorted(set().union(*(own_below(game, player, node) for node in roots)))
    sizes = [len(game.information_sets[place].actions) for place in places]
    plans = [dict(zip(places, p, strict=True)) for p in itertools.product(*map(range, sizes))]
    assume(len(plans) <= 300)

    def total(plan: Mapping[int, int]) -> Any:
        return sum(p * value(game, strategy, plan, player, n) for n, p in roots.items() if p)

    return max(map(total, plans)) - total({})


randoms = st.integers(0, 2**32).map(random.Random)


@given(randoms)
def test_regret_is_the_best_gain_of_any_plan_at_any_set(rng: random.Random) -> None:
    game = random_game(rng)
    strategy = random_strategy(rng, game)
    witness = random_witness(rng, strategy)
    beliefs = beliefs_from(game, strategy, witness)
    gains = [
        best_gain(
            game,
            strategy,
            game.players.index(s.player),
            dict(zip(s.nodes, beliefs[s.index], strict=True)),
        )
        for s in game.information_sets
    ]
    found = check(game, strategy, beliefs, witness)
    assert found.regret == max(gains, default=0)
    assert found.holds == (found.regret == 0)
    assert found.exact
    at = [(s.player, s.knows) for s, g in zip(game.information_sets, gains, strict=True) if g]
    assert list(found.places) == at
    weak = check(game, strategy, beliefs, None, "perfect-bayesian")
    assert dataclasses.replace(weak, concept="sequential", witness=witness) == found


@given(randoms)
def test_nash_regret_is_the_best_gain_of_a_whole_plan(rng: random.Random) -> None:
    game = random_game(rng, depth=3)
    strategy = random_strategy(rng, game)
    gains = [best_gain(game, strategy, k, {0: Fraction(1)}) for k in range(len(game.players))]
    assert check(game, strategy, None, None, "nash").regret == max(gains)


def below(game: dt.Game, node: int) -> set[int]:
    return {node}.union(*(below(game, child) for child in game.structure.children[node]))


@given(randoms)
def test_subgame_perfect_regret_looks_at_every_subgame(rng: random.Random) -> None:
    game = random_game(rng, depth=3)
    strategy = random_strategy(rng, game)
    gains = [Fraction(0)]
    for node in range(len(game)):
        inside = below(game, node)
        if all(inside.isdisjoint(s.nodes) or inside >= {*s.nodes} for s in game.information_sets):
            gains += [
                best_gain(game, strategy, k, {node: Fraction(1)}) for k in range(len(game.players))
            ]
    assert check(game, strategy, None, None, "subgame-perfect").regret == max(gains)


@given(randoms)
def test_the_plan_that_is_named_gains_what_is_said(rng: random.Random) -> None:
    """The changes of the largest gain, put into the strategy, give the regret."""
    game = random_game(rng, depth=3)
    strategy = random_strategy(rng, game)
    found = check(game, strategy, None, None, "nash")
    for reason, (player, _) in zip(found.reasons, found.places, strict=True):
        assume("..." not in reason)
        k = game.players.index(player)
        changed = {
            s.index: s.actions.index(a)
            for s in game.information_sets
            for a in s.actions
            if s.player == player and f"{a!r} at {s.knows!r}" in reason
        }
        gain = value(game, strategy, changed, k, 0) - value(game, strategy, {}, k, 0)
        assert gain == best_gain(game, strategy, k, {0: Fraction(1)})


@given(randoms)
def test_changed_beliefs_or_witness_are_seen(rng: random.Random) -> None:
    game = random_game(rng)
    strategy = random_strategy(rng, game)
    witness = random_witness(rng, strategy)
    beliefs = list(beliefs_from(game, strategy, witness))
    several = [s.index for s in game.information_sets if len(s.nodes) > 1]
    assume(several)
    place = rng.choice(several)
    shares = [rng.randint(0, 5) for _ in beliefs[place]]
    assume(sum(shares))
    changed = tuple(Fraction(share, sum(shares)) for share in shares)
    assume(changed != beliefs[place])
    beliefs[place] = changed
    s = game.information_sets[place]
    assert (s.player, s.knows) in check(game, strategy, beliefs, witness).places


# --- witnesses --------------------------------------------------------------------------------


def horse_by_set() -> tuple[dt.Game, Rows, Any, Witness]:
    game = seltens_horse()
    strategy = tuple(
        tuple(Fraction(int(a in "CcR")) for a in s.actions) for s in game.information_sets
    )
    order = tuple(tuple(0 if p else 1 for p in row) for row in strategy)
    weights = tuple(tuple(p or Fraction(1) for p in row) for row in strategy)
    witness = Witness(order, weights)
    return game, strategy, [None, None, (Fraction(2, 3), Fraction(1, 3))], witness


def put(rows: Any, place: int, k: int, number: Any) -> Any:
    row = [*rows[place][:k], number, *rows[place][k + 1 :]]
    return (*rows[:place], tuple(row), *rows[place + 1 :])


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"order": ((0, 1, 0), 0)}, "positive whole order"),  # an unplayed action without order
        ({"order": ((0, 0, 1), 0)}, "positive whole order"),  # a played one with order
        ({"order": ((0, 1, Fraction(3, 2)), 0)}, "positive whole order"),
        ({"weights": ((1, 0, Fraction(1, 2)), 0)}, "positive whole order"),
        ({"weights": ((0, 1, Fraction(0)), 0)}, "positive whole order"),
        ({"weights": ((0, 1, Fraction(-1)), 0)}, "positive whole order"),
        ({"weights": ((0, 1, Fraction(1)), 0)}, "the trembles give 1/2"),
        ({"order": ((0, 1, 2), 0)}, "the trembles give 1"),
    ],
)
def test_a_wrong_witness_is_seen(change: dict[str, Any], word: str) -> None:
    game, strategy, beliefs, witness = horse_by_set()
    # the third believes ('C', 'd') twice as much as ('D',)
    right = dataclasses.replace(witness, weights=put(witness.weights, 0, 1, HALF))
    assert game.information_sets[0].actions == ("C", "D")
    assert check(game, strategy, beliefs, right).holds
    ((name, (where, _)),) = change.items()
    wrong = dataclasses.replace(right, **{name: put(getattr(right, name), *where)})
    found = check(game, strategy, beliefs, wrong)
    assert not found.holds
    assert word in found.reasons[0]


@pytest.mark.parametrize("cut", [slice(0, 2), slice(0, 0)])
def test_a_witness_for_another_game_is_seen(cut: slice) -> None:
    game, strategy, beliefs, witness = horse_by_set()
    found = check(game, strategy, beliefs, Witness(witness.order[cut], witness.weights[cut]))
    assert not found.holds
    longer = Witness((*witness.order, (0,)), (*witness.weights, (Fraction(1),)))
    assert not check(game, strategy, beliefs, longer).holds


def test_off_the_path_sequential_needs_a_witness() -> None:
    game, strategy, beliefs, _ = horse_by_set()
    found = check(game, strategy, beliefs, None)
    assert not found.holds
    assert found.reasons == (
        "P3 ('moved',): play does not arrive, and no trembles are given for the beliefs.",
    )
    assert check(game, strategy, beliefs, None, "perfect-bayesian").holds


# --- numbers ----------------------------------------------------------------------------------


def penny(share: Any, believed: Any = None) -> Any:
    """Matching pennies where heads pays double: the equilibrium mixes with 1/3."""
    both = ("Odd", "Even")

    def second(one: str) -> Any:
        won = 2 if one == "heads" else 1
        ends = {two: won * (1 if one == two else -1) for two in ("heads", "tails")}
        return dt.Move("Even", (), {two: pay(both, -x, x) for two, x in ends.items()})

    game = dt.Game(both, dt.Move("Odd", (), {one: second(one) for one in ("heads", "tails")}))
    mix = {"heads": share, "tails": 1 - share}
    even = {"heads": HALF, "tails": HALF}
    beliefs = {"Even": {(): {("heads",): believed, ("tails",): 1 - believed}}} if believed else {}
    return dt.certify(game, {"Odd": {(): mix}, "Even": {(): even}}, beliefs)


def test_exact_where_exact() -> None:
    found = penny(Fraction(1, 3))
    assert found.holds
    assert found.exact
    assert found.regret == 0
    found = penny(Fraction(1, 3) + Fraction(1, 10**30))
    assert not found.holds
    assert found.regret == Fraction(3, 10**30)


def test_floats_are_held_to_a_tolerance() -> None:
    found = penny(1 / 3)
    assert found.holds
    assert not found.exact
    assert 0 < found.regret < Fraction(1, 10**15)
    assert "up to rounding" in str(found)
    assert not penny(1 / 3 + 1e-6).holds
    assert penny(Fraction(1, 3), 0.3333333333).holds
    assert not penny(Fraction(1, 3), 0.333333).holds


def test_the_tolerance_scales_with_the_payoffs() -> None:
    def game(unit: Any) -> dt.Game:
        moves = {"l": dt.Outcome({"One": unit}), "r": dt.Outcome({"One": 2 * unit})}
        return dt.Game(("One",), dt.Move("One", (), moves))

    almost = {"One": {(): {"l": 1e-10, "r": 1 - 1e-10}}}
    clearly = {"One": {(): {"l": 1e-6, "r": 1 - 1e-6}}}
    for unit in (Fraction(1, 10**12), 1, 10**12):
        assert dt.certify(game(unit), almost).holds
        assert not dt.certify(game(unit), clearly).holds


def test_an_irrational_game_is_not_exact() -> None:
    import sympy

    x = sympy.Symbol("x", positive=True)
    game = dt.Game(
        ("One",),
        dt.Move("One", (), {"l": dt.Outcome({"One": sympy.sqrt(x)}), "r": dt.Outcome({"One": 1})}),
    )
    found = dt.certify(game.at(x=2), {"One": {(): "l"}})
    assert found.holds
    assert not found.exact


def test_players_hold_their_own_view_of_chance() -> None:
    both = ("One", "Two")

    def two(right: str) -> Any:
        ends = {a: pay(both, 0, int(a == right)) for a in ("l", "r")}
        return dt.Move("Two", (), ends)

    odds = {"One": Fraction(9, 10), "Two": Fraction(1, 10)}
    rest = {"One": Fraction(1, 10), "Two": Fraction(9, 10)}
    game = dt.Game(both, dt.Chance({"x": (odds, two("l")), "y": (rest, two("r"))}))
    for concept in ("sequential", "nash", "subgame-perfect"):
        assert dt.certify(game, {"Two": {(): "r"}}, concept=concept).holds
        found = dt.certify(game, {"Two": {(): "l"}}, concept=concept)
        assert found.regret == Fraction(4, 5)


# --- input ------------------------------------------------------------------------------------


def test_beliefs_are_asked_for_where_nothing_gives_them() -> None:
    with pytest.raises(InputError, match=r"play does not arrive at P3 \('moved',\)"):
        horse("C", "c", "R")


@pytest.mark.parametrize(
    ("strategy", "error", "words"),
    [
        ({"P4": {}}, LabelError, "unknown player 'P4'. Allowed: 'P1'"),
        ({"P2": {("c",): "c"}}, LabelError, r"information set of P2 \('c',\).*Allowed"),
        ({"P2": {("C",): "x"}}, LabelError, r"action of P2 \('C',\) 'x'"),
        ({"P2": {("C",): {"c": 1, "e": 0}}}, LabelError, "unknown action of P2"),
        ({"P2": {("C",): {"c": "0.9"}}}, InputError, "sum to 9/10, not to 1"),
        ({"P2": {("C",): {"c": 1.1, "d": -0.1}}}, InputError, "-1/10 is negative"),
        ({"P2": {("C",): {"c": "many"}}}, InputError, "probability of 'c'"),
        ({"P2": {("C",): ["c"]}}, InputError, "an action or a mapping"),
        ({"P2": "c"}, InputError, "strategy of P2: give a mapping"),
        ({"P2": {}}, InputError, r"says nothing about P2 \('C',\)"),
    ],
)
def test_a_wrong_strategy_is_explained(strategy: Any, error: type, words: str) -> None:
    given_all = {"P1": {(): "D"}, "P2": {("C",): "c"}, "P3": {("moved",): "L"}, **strategy}
    with pytest.raises(error, match=words):
        dt.certify(seltens_horse(), given_all)


@pytest.mark.parametrize(
    ("beliefs", "error", "words"),
    [
        ({("C", "c"): 1}, LabelError, r"unknown history at P3 \('moved',\) \('C', 'c'\)"),
        ({("D",): "1/2"}, InputError, "beliefs at P3 .* sum to 1/2, not to 1"),
        (1, InputError, "give a mapping from history to number"),
    ],
)
def test_wrong_beliefs_are_explained(beliefs: Any, error: type, words: str) -> None:
    with pytest.raises(error, match=words):
        horse("C", "c", "R", beliefs={"P3": {("moved",): beliefs}})


def test_the_concept_must_be_known() -> None:
    with pytest.raises(LabelError, match=r"unknown concept 'Nash'\. Did you mean 'nash'"):
        horse("C", "c", "R", concept="Nash")


def test_parameters_need_numbers() -> None:
    with pytest.raises(ParameterError, match=r"eps has none\. Use game\.at\(eps=\.\.\.\)"):
        dt.certify(vanishing_type(), {})


def test_only_trees_are_certified() -> None:
    with pytest.raises(InputError, match="not for dict"):
        dt.certify({}, {})


def test_impossible_branches_are_left_out_and_may_be_named() -> None:
    both = ("One", "Two")

    def two(gain: int) -> Any:
        return dt.Move("Two", (), {"l": pay(both, 0, gain), "r": pay(both, 0, 0)})

    idle = dt.Move("One", ("never",), {"a": pay(both, 0, 0), "b": pay(both, 1, 1)})
    game = dt.Game(both, dt.Chance({"x": (1, two(1)), "y": (0, two(-5)), "z": (0, idle)}))
    strategy = {"Two": {(): "l"}}
    assert dt.certify(game, strategy).holds
    assert dt.certify(game, {**strategy, "One": {("never",): "a"}}).holds
    assert dt.certify(game, strategy, {"Two": {(): {("x",): 1, ("y",): 0}}}).holds
    with pytest.raises(InputError, match=r"chance never leads to \('y',\)"):
        dt.certify(game, strategy, {"Two": {(): {("y",): 1}}})


def test_a_player_without_a_move_and_a_game_without_moves() -> None:
    game = dt.Game(("One",), dt.Outcome({"One": 3}))
    for concept in (None, "nash", "subgame-perfect", "perfect-bayesian"):
        assert dt.certify(game, {}, concept=concept).holds
