"""Why a profile is no equilibrium, and which constraint breaks between two points."""

from __future__ import annotations

import itertools
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError, ParameterError
from deterrence.literature.perfect_deterrence import unilateral_deterrence
from tests.equilibrium import known_games as known
from tests.equilibrium.oracle_trees import Twin
from tests.equilibrium.random_games import small_game

import brute_bayesian as brute  # isort: skip  # on the path since oracle_trees

HALF = Fraction(1, 2)


def entry(fight: Any = -1) -> dt.Game:
    answer = {
        "yield": dt.Outcome({"Guarantor": 1, "Russia": 1}),
        "fight": dt.Outcome({"Guarantor": fight, "Russia": -1}),
    }
    out = dt.Outcome({"Guarantor": 2, "Russia": 0})
    start = {"stay out": out, "attack": dt.Move("Guarantor", ("attack",), answer)}
    return dt.Game(["Guarantor", "Russia"], dt.Move("Russia", (), start))


THREAT = {"Russia": {(): "stay out"}, "Guarantor": {("attack",): "fight"}}


# --- a profile at one point ---


def test_an_empty_threat() -> None:
    found = dt.explain(entry(), THREAT)
    assert found.holds is False
    (deviation,) = found.deviations
    assert (deviation.player, deviation.knows) == ("Guarantor", ("attack",))
    assert deviation.plan == ((("attack",), "yield"),)
    assert (deviation.gain, deviation.value, deviation.best) == (2, -1, 1)
    assert "gains 2 by playing 'yield' (1 instead of -1)" in str(found)
    assert dt.explain(entry(), THREAT, concept="nash").holds


def test_a_type_that_would_rather_pool_elsewhere() -> None:
    """If nobody duels, weak takes quiche: 3 instead of 2."""
    game = known.beer_quiche()
    profile = {
        "Sender": {("tough",): "beer", ("weak",): "beer"},
        "Receiver": {("beer",): "leave", ("quiche",): "leave"},
    }
    (deviation,) = dt.explain(game, profile).deviations
    assert (deviation.player, deviation.knows, deviation.gain) == ("Sender", ("weak",), 1)


def test_beliefs_that_are_given_are_judged_and_others_are_found() -> None:
    game = known.beer_quiche()
    profile = {
        "Sender": {("tough",): "beer", ("weak",): "beer"},
        "Receiver": {("beer",): "leave", ("quiche",): "duel"},
    }
    sure = {"Receiver": {("quiche",): {("tough", "quiche"): 1}}}
    found = dt.explain(game, profile, sure)
    assert not found.holds
    assert "believing in tough/quiche" in str(found)
    found = dt.explain(game, profile)
    assert found.holds
    assert found.beliefs["Receiver"][("quiche",)][("weak", "quiche")] >= HALF
    assert found.certificate.holds


def test_beliefs_against_bayes_rule() -> None:
    game = known.beer_quiche()
    profile = {
        "Sender": {("tough",): "beer", ("weak",): "beer"},
        "Receiver": {("beer",): "leave", ("quiche",): "duel"},
    }
    wrong = {"Receiver": {("beer",): {("tough", "beer"): HALF, ("weak", "beer"): HALF}}}
    found = dt.explain(game, profile, wrong, "perfect-bayesian")
    assert not found.holds
    (fault,) = found.faults
    assert "Bayes' rule gives 9/10" in fault


STOPPED = {
    "One": {("t1",): "a", ("t2",): "a"},
    "Two": {("b",): "stop"},
    "Three": {("b",): "stop"},
}


def test_contradictory_beliefs() -> None:
    """Two needs t1 likely, Three t2: perfect Bayesian, and no mistakes explain both."""
    game = known.two_observers()
    assert dt.explain(game, STOPPED, concept="perfect-bayesian").holds
    found = dt.explain(game, STOPPED)
    assert found.holds is False
    assert not found.deviations
    assert "no trembles" in found.inconsistency
    beliefs = {
        "Two": {("b",): {("t1", "b"): 1}},
        "Three": {("b",): {("t2", "b", "stop"): 1}},
    }
    found = dt.explain(game, STOPPED, beliefs)
    assert found.holds is False
    assert found.demands == (
        "Two at ('b',): t2/b takes rarer mistakes than t1/b.",
        "Three at ('b',): t1/b/stop takes rarer mistakes than t2/b/stop.",
    )


def test_a_choice_that_no_belief_supports() -> None:
    """Whoever the sender is, one of the two bets pays at least 2 on average, caution 1."""

    def answer(left: int, right: int) -> dt.Move:
        bets = {"left": left, "right": right, "caution": 1}
        below = {a: dt.Outcome({"Sender": -1, "Receiver": x}) for a, x in bets.items()}
        return dt.Move("Receiver", ("sent",), below)

    def sender(kind: str, left: int, right: int) -> dt.Move:
        quiet = dt.Outcome({"Sender": 0, "Receiver": 0})
        return dt.Move("Sender", (kind,), {"quiet": quiet, "send": answer(left, right)})

    kinds = {"one": (HALF, sender("one", 4, 0)), "two": (HALF, sender("two", 0, 4))}
    game = dt.Game(["Sender", "Receiver"], dt.Chance(kinds))
    profile = {
        "Sender": {("one",): "quiet", ("two",): "quiet"},
        "Receiver": {("sent",): "caution"},
    }
    for concept in ("sequential", "perfect-bayesian"):
        found = dt.explain(game, profile, concept=concept)
        assert found.holds is False
        assert found.whatever_believed == (("Receiver", ("sent",)),)
        assert "no belief there" in str(found)
    assert dt.explain(game, {**profile, "Receiver": {("sent",): "left"}}).holds


def test_an_unknown_concept() -> None:
    with pytest.raises(dt.errors.LabelError, match="perfect-bayesian"):
        dt.explain(entry(), THREAT, concept="perfect")


# --- laws ---


def test_what_the_solvers_find_is_explained_as_such() -> None:
    looked = 0
    for seed in range(200, 225):
        game = small_game(seed).at()
        for concept in ("sequential", "perfect-bayesian"):
            for e in itertools.islice(dt.solve(game, concept).equilibria, 3):
                found = dt.explain(game, e.strategy, concept=concept)
                assert found.holds or (concept == "sequential" and found.holds is None), seed
                looked += bool(found.holds)
    assert looked > 80


def test_the_explanation_agrees_with_the_oracle() -> None:
    """Some beliefs support a profile exactly if a linear program finds them."""
    both = set()
    for seed in range(300, 320):
        game = small_game(seed).at()
        twin, rng = Twin(game), np.random.default_rng(seed)
        for _ in range(6):
            plan = brute.drawn_plan(twin.tree, rng)
            supported = brute.supporting(twin.tree, plan) is not None
            found = dt.explain(game, labelled(twin, plan), concept="perfect-bayesian")
            assert found.holds is supported, (seed, plan)
            assert found.holds is not bool(found.deviations)
            both.add(supported)
    assert both == {True, False}


def labelled(twin: Twin, plan: Any) -> dict[str, dict[Any, dict[str, Fraction]]]:
    found: dict[str, dict[Any, dict[str, Fraction]]] = {}
    for (player, knows), first, names in zip(
        twin.tree.names, twin.tree.first, twin.tree.actions, strict=True
    ):
        row = [Fraction(plan[first + a]).limit_denominator(100) for a in range(len(names))]
        found.setdefault(player, {})[knows] = dict(zip(names, row, strict=True))
    return found


# --- two points ---

PRIORS = {"p_ch": "0.3", "p_def": "0.2"}
PAYOFFS = {
    "c_SQ": "0.6",
    "c_DC": "1",
    "c_CD": "0.2",
    "c_DD_hard": "0.4",
    "c_DD_soft": "0",
    "d_SQ": "1",
    "d_DC": "0.3",
    "d_CD": "0.8",
    "d_DD_hard": "0.5",
    "d_DD_soft": "0",
}
BASE = {**PAYOFFS, **PRIORS}
UNILATERAL = unilateral_deterrence()


def bluff() -> Any:
    return next(e for e in dt.solve(UNILATERAL.at(BASE)) if e.payoffs["Defender"] != 1)


@pytest.mark.parametrize(
    ("change", "share", "value"),
    [
        ({"p_def": "0.6"}, Fraction(3, 4), HALF),  # up to (c_DC - c_SQ)/(c_DC - c_CD) = 1/2
        ({"p_ch": "0.8"}, Fraction(13, 20), Fraction(5, 8)),  # up to d1 = 5/8
        ({"c_SQ": "0.9"}, Fraction(4, 5), Fraction(21, 25)),  # 1/5 <= (1 - c_SQ)/(4/5)
    ],
)
def test_where_the_bluff_breaks(change: Any, share: Fraction, value: Fraction) -> None:
    """The conditions of the bluff equilibrium as published, solved by hand."""
    found = dt.explain_change(UNILATERAL, bluff(), BASE, change)
    assert found.adapts
    assert found.holds == (True, False)
    first = found.breaks[0]
    assert first.exact
    assert first.share == share
    (name,) = change
    assert first.point == {name: value}


def test_a_profile_that_is_kept() -> None:
    """The hard challenger demands while p + (1 - p) 3/8 <= 2/3, that is up to p = 7/15."""
    found = dt.explain_change(UNILATERAL, bluff().strategy, BASE, {"p_def": "0.9"})
    assert found.holds == (True, False)
    first = found.breaks[0]
    assert first.share == 0  # the soft one was indifferent
    hard = next(b for b in found.breaks if b.knows == ("hard",))
    assert hard.exact
    assert hard.point == {"p_def": Fraction(7, 15)}
    assert hard.share == Fraction(8, 21)
    assert "beyond p_def = 7/15" in str(found)
    assert not found.at_end.holds


def test_nothing_breaks() -> None:
    quiet = next(e for e in dt.solve(UNILATERAL.at(BASE)) if e.payoffs["Defender"] == 1)
    found = dt.explain_change(UNILATERAL, quiet, BASE, {"p_ch": "0.9"})
    assert found.holds == (True, True)
    assert not found.breaks
    assert "Nothing breaks" in str(found)


def test_points_that_do_not_do() -> None:
    with pytest.raises(ParameterError, match="same point"):
        dt.explain_change(UNILATERAL, bluff(), BASE, BASE)
    with pytest.raises(ParameterError, match="p_def"):
        dt.explain_change(UNILATERAL, bluff(), PAYOFFS, {"p_ch": "0.9"})
    with pytest.raises(InputError, match="no parameters"):
        dt.explain_change(entry(), THREAT, {}, {})
