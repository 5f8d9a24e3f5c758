"""Alpha-maxmin equilibria against a direct recursion, brute force and closed forms."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.equilibrium import ambiguous_signs
from deterrence.equilibrium.ambiguous_moves import OBSERVER
from deterrence.equilibrium.ambiguous_signs import _corners
from deterrence.errors import InputError, LabelError, LimitError, ParameterError
from tests.oracles.alpha_maxmin import Oracle, believed, played

PLAYERS = ("Ann", "Bob")
WIDTH = Fraction(1, 8)
WEIGHTS = [Fraction(k, 4) for k in range(5)]
rngs = st.integers(0, 2**32).map(random.Random)


def tree(rng: random.Random, *, perfect: bool, pay: int = 50) -> Any:
    """Three or four levels, every chance move binary; if not perfect, some signals are lost."""
    seen_of: dict[Any, Any] = {}

    def make(depth: int, past: dict[str, tuple[Any, ...]], history: tuple[Any, ...]) -> Any:
        kind = rng.choice(("move", "move", "chance")) if depth else "outcome"
        if kind == "outcome":
            return dt.Outcome({p: Fraction(rng.randint(-pay, pay)) for p in PLAYERS}, ["end"])
        if kind == "chance":
            p = Fraction(rng.randint(1, 3), 4)
            both = [make(depth - 1, past, (*history, x)) for x in ("covered", "not covered")]
            return dt.Chance({"covered": (p, both[0]), "not covered": (1 - p, both[1])})
        player = rng.choice(PLAYERS)
        knows = history if perfect else (past[player], rng.randint(0, 1))
        choices = {}
        for a in ("l", "r"):
            after = {**past, player: (*past[player], (knows[-1] if knows else None, a))}
            choices[a] = make(depth - 1, after, (*history, a))
        seen_of[player, knows] = True
        return dt.Move(player, knows, choices)

    start = dict.fromkeys(PLAYERS, ())
    first = make(2, start, ("covered",))
    second = make(2, start, ("not covered",))
    return dt.Chance({"covered": ("1/2", first), "not covered": ("1/2", second)})


def oracle(root: Any, attitudes: dict[str, Fraction], width: Fraction = WIDTH) -> Oracle:
    return Oracle(root, "covered", lambda history: width, attitudes)


def solved(root: Any, own: dict[str, Fraction]) -> Any:
    """None where the tree has too many hypotheses for a short test."""
    try:
        return dt.solve_ambiguous(dt.Game(PLAYERS, root), "covered", WIDTH, own, most=16)
    except LimitError:
        return None


def attitudes(rng: random.Random) -> dict[str, Fraction]:
    return {p: rng.choice(WEIGHTS) for p in PLAYERS}


@given(rngs)
@settings(max_examples=20, deadline=None)
def test_with_perfect_information_brute_force_over_pure_profiles_agrees(rng: random.Random) -> None:
    root, own = tree(rng, perfect=True, pay=1000), attitudes(rng)
    truth = oracle(root, own)
    if len(truth.sets()) > 6:
        return
    certain = {place: {h: Fraction(1) for h, _ in nodes} for place, nodes in truth.sets().items()}
    expected = [p for p in truth.pure_profiles() if not list(truth.faults(p, certain))]
    found = solved(root, own)
    if found is None:
        return
    assert found.complete
    points = [
        played(e)
        for h in found.hypotheses
        for n in h.kept
        for family in h.solution.components[n].families
        for e in family.points
    ]
    pure = [p for p in points if all(q in (0, 1) for row in p.values() for q in row.values())]
    for profile in expected:
        assert profile in pure
    for profile in pure:
        assert profile in expected


@given(rngs)
@settings(max_examples=20, deadline=None)
def test_no_deviation_pays_when_values_are_computed_directly(rng: random.Random) -> None:
    root, own = tree(rng, perfect=False), attitudes(rng)
    truth = oracle(root, own)
    found = solved(root, own)
    if found is None:
        return
    for h in found.hypotheses:
        for n in h.kept:
            for family in h.solution.components[n].families[:4]:
                for e in family.points[:4]:
                    assert not list(truth.faults(played(e), believed(e)))
                    for p in PLAYERS:
                        value = truth.value(root, p, played(e))
                        if p not in h.unsettled:
                            assert e.payoffs[p] == value
                        low, high = found.envelope(outer=True)[p]
                        assert low - 1e-9 <= value <= high + 1e-9


@given(rngs)
@settings(max_examples=20, deadline=None)
def test_an_equilibrium_of_pure_choices_that_reaches_every_set_is_found(rng: random.Random) -> None:
    root, own = tree(rng, perfect=False), attitudes(rng)
    truth = oracle(root, own)
    if len(truth.sets()) > 6:
        return
    expected = []
    for profile in truth.pure_profiles():
        beliefs = {}
        for (player, knows), nodes in truth.sets().items():
            reach = truth.reach(player, profile)
            masses = [reach[h] for h, _ in nodes]
            if None in masses or not sum(masses):
                break
            beliefs[player, knows] = {
                h: m / sum(masses) for (h, _), m in zip(nodes, masses, strict=True)
            }
        else:
            if not list(truth.faults(profile, beliefs)):
                expected.append(profile)
    if not expected:
        return
    found = solved(root, own)
    if found is None:
        return
    assert found.complete or any("in part" in r for r in found.refused)
    kept = [
        played(e)
        for h in found.hypotheses
        for n in (*h.kept, *h.partly)
        for family in h.solution.components[n].families
        for e in family.points
    ]
    for profile in expected:
        assert profile in kept


@given(rngs)
@settings(max_examples=20, deadline=None)
def test_without_width_or_with_equal_weights_it_is_the_game_itself(rng: random.Random) -> None:
    game = dt.Game(PLAYERS, tree(rng, perfect=False))
    plain = dt.solve(game)
    for width, weight in ((0, 1), (WIDTH, Fraction(1, 2))):
        same = dt.solve_ambiguous(game, "covered", width, weight)
        assert len(same.hypotheses) == 1
        assert len(same) == len(plain)
        for name, ends in plain.envelope().items():
            assert same.envelope()[name] == pytest.approx(ends)


# --- one attacker, one protege: closed forms -----------------------------------------------------


def attacker_and_protege(p: Any) -> dt.Game:
    """Ukraine may provoke; Russia answers restraint with refraining or an attack.

    Russia attacks where its chance of cover is below 3/5: cover pays -2, none 3. Ukraine provokes
    where its chance of cover is above 2/5: cover pays 3, none -2.
    """

    def crisis(covered: dict[str, int], bare: dict[str, int], event: str) -> dt.Chance:
        return dt.Chance(
            {
                "covered": (p, dt.Outcome(covered, [event])),
                "not covered": (1 - Fraction(p), dt.Outcome(bare, [event])),
            }
        )

    provoked = crisis({"Ukraine": 3, "Russia": -1}, {"Ukraine": -2, "Russia": 0}, "provocation")
    attacked = crisis({"Ukraine": -1, "Russia": -2}, {"Ukraine": -2, "Russia": 3}, "attack")
    peace = dt.Outcome({"Ukraine": 0, "Russia": 0}, ["peace"])
    answer = dt.Move("Russia", (), {"attack": attacked, "refrain": peace})
    return dt.Game(
        ["Ukraine", "Russia"],
        dt.Move("Ukraine", (), {"provoke": provoked, "be restrained": answer}),
    )


@pytest.mark.parametrize("weight", [Fraction(3, 4), Fraction(1)])
def test_an_interval_deters_and_restrains_where_no_probability_does(weight: Fraction) -> None:
    least = Fraction(1, 5) / (2 * (2 * weight - 1))
    middle = Fraction(1, 2)
    for width, peace in (
        (least, True),
        (least + Fraction(1, 50), True),
        (least - Fraction(1, 50), False),
    ):
        found = dt.solve_ambiguous(attacker_and_protege(middle), "covered", width, weight)
        assert found.complete
        most = found.most_and_least("peace")[1]
        assert (most == 1) is peace
    for k in range(1, 20):
        solution = dt.solve(attacker_and_protege(Fraction(k, 20)))
        assert solution.most_and_least("peace")[1] == 0


def test_a_sign_that_play_contradicts_refuses_the_component() -> None:
    """The worse branch depends on what Bob answers, and both answers are equilibria."""
    answer = {
        label: dt.Move(
            "Bob",
            label,
            {"l": dt.Outcome({"Ann": x, "Bob": 1}), "r": dt.Outcome({"Ann": y, "Bob": z})},
        )
        for label, x, y, z in (("covered", 4, 0, 0), ("not covered", 2, 3, 0))
    }
    chance = dt.Chance({k: ("1/2", answer[k]) for k in answer})
    game = dt.Game(
        PLAYERS, dt.Move("Ann", (), {"in": chance, "out": dt.Outcome({"Ann": 0, "Bob": 0})})
    )
    found = dt.solve_ambiguous(game, "covered", "1/4", 1)
    assert found.settled["Ann", ("in",)] == 1
    assert found.complete
    assert found[0].payoffs["Ann"] == Fraction(5, 2)

    # Bob indifferent after "covered": Ann's view turns within the one component
    tied = dt.Move(
        "Bob",
        "covered",
        {"l": dt.Outcome({"Ann": 4, "Bob": 1}), "r": dt.Outcome({"Ann": 0, "Bob": 1})},
    )
    chance = dt.Chance({"covered": ("1/2", tied), "not covered": ("1/2", answer["not covered"])})
    game = dt.Game(
        PLAYERS, dt.Move("Ann", (), {"in": chance, "out": dt.Outcome({"Ann": -9, "Bob": 0})})
    )
    found = dt.solve_ambiguous(game, "covered", "1/4", 1)
    assert not found.complete
    assert len(found) == 0
    assert sum(found.refused.values()) == 2
    assert all(h.partly == (0,) for h in found.hypotheses)
    # the true least and most lie between: 0 or 4 against 2, by direct recursion
    assert found.envelope() == {}
    low, high = found.envelope(outer=True)["Ann"]
    assert low <= 0.5 + 0.5
    assert high >= 2.5


def test_a_group_is_one_view() -> None:
    """Two moves ranked in opposite ways: apart they have an equilibrium, in one group none."""

    def chance(good: int, bad: int) -> dt.Chance:
        return dt.Chance(
            {
                "covered": ("1/2", dt.Outcome({"Ann": good, "Bob": 0})),
                "not covered": ("1/2", dt.Outcome({"Ann": bad, "Bob": 0})),
            }
        )

    game = dt.Game(PLAYERS, dt.Move("Ann", (), {"l": chance(2, 0), "r": chance(0, 3)}))
    apart = dt.solve_ambiguous(game, "covered", "1/4", 1)
    assert apart.complete
    assert len(apart) == 1
    assert apart[0].strategy["Ann"][()]["r"] == 1
    together = dt.solve_ambiguous(game, "covered", "1/4", 1, groups=lambda history: "one")
    assert len(together) == 0
    assert together.complete
    assert sum(together.refused.values()) == len(together.hypotheses) == 2


def test_a_common_component_under_two_hypotheses_counts_once() -> None:
    """What Bob does is settled by his belief, which bounds do not know; Ann then finds a tie."""

    def blind(x: str) -> dict[str, dt.Move]:
        def pay(ann: int, bob: int) -> dt.Outcome:
            return dt.Outcome({"Ann": ann, "Bob": bob}, [x])

        return {
            kind: dt.Move("Bob", x, {"l": pay(1, left), "r": pay(0, right)})
            for kind, left, right in (("A", 3, 0), ("B", 0, 1))
        }

    after = {x: blind(x) for x in ("covered", "not covered")}
    out = dt.Outcome({"Ann": 0, "Bob": 0})
    kinds = {
        kind: (
            "1/2",
            dt.Move(
                "Ann",
                (),
                {"in": dt.Chance({x: ("1/2", after[x][kind]) for x in after}), "out": out},
            ),
        )
        for kind in ("A", "B")
    }
    found = dt.solve_ambiguous(
        dt.Game(PLAYERS, dt.Chance(kinds)),
        "covered",
        "1/4",
        {"Ann": 1, "Bob": "1/2"},
        groups=lambda history: "one",
    )
    assert len(found.hypotheses) == 2
    assert [len(h.kept) for h in found.hypotheses] == [1, 1]
    assert len(found) == 1
    assert found.complete
    # Ann fears neither branch, so that no one probability follows; the hypotheses' ends are shown
    assert found.most_and_least("covered") == (0.5, 0.5)
    by_ann = found.most_and_least("covered", by="Ann")
    assert by_ann == (0.25, 0.75)
    assert "differ by player" in found.summary()


def test_a_payoff_is_left_open_where_nobody_can_say_which_branch_is_worse() -> None:
    """Ann does as she likes after the move; Bob, who never chooses, cannot rank its branches."""
    ann = {
        x: dt.Move("Ann", x, {a: dt.Outcome({"Ann": 0, "Bob": y}) for a, y in (("l", 0), ("r", 2))})
        for x in ("covered", "not covered")
    }
    game = dt.Game(PLAYERS, dt.Chance({x: ("1/2", ann[x]) for x in ann}))
    found = dt.solve_ambiguous(game, "covered", "1/4", 1)
    assert found.complete
    assert len(found) == 1
    assert all(h.unsettled == {"Bob"} for h in found.hypotheses)
    assert "Bob" not in found.envelope()
    assert found.envelope()["Ann"] == (0, 0)
    # at most 2 for certain; at least 0 for certain, or the worse of 0 and 2 at 3/4
    assert found.envelope(outer=True)["Bob"] == (0, 2)


def test_corners_hold_every_mixture_between_the_ends() -> None:
    third = Fraction(1, 3)
    rows = [(third, third, third), (Fraction(1), Fraction(0), Fraction(0))]
    corners = _corners(rows)
    assert set(rows) <= set(corners)
    assert all(sum(row) == 1 for row in corners)
    # every corner keeps to the ends of each action, and all ends are attained
    for k, (low, high) in enumerate(((third, 1), (0, third), (0, third))):
        assert {min(row[k] for row in corners), max(row[k] for row in corners)} == {low, high}
    assert _corners(rows[:1]) == rows[:1]


def test_too_many_corners_are_bounded_instead(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds by interval arithmetic may say less, never more."""
    rng = random.Random(3)
    for _ in range(15):
        root = tree(rng, perfect=True, pay=2)  # ties, so that there are continua
        game = dt.Game(PLAYERS, root)
        try:
            exact = dt.solve_ambiguous(game, "covered", WIDTH, 1, most=16)
            monkeypatch.setattr(ambiguous_signs, "MOST_VERTICES", 1)
            bounded = dt.solve_ambiguous(game, "covered", WIDTH, 1, most=16)
        except LimitError:
            continue
        finally:
            monkeypatch.undo()
        kept = [set(h.kept) for h in exact.hypotheses]
        fewer = [set(h.kept) for h in bounded.hypotheses]
        if len(kept) == len(fewer):
            assert all(b <= a for a, b in zip(kept, fewer, strict=True))
        assert exact.complete or not bounded.complete


def test_sets_that_do_not_see_how_the_move_fell_are_listed() -> None:
    blind = {
        x: dt.Move(
            "Bob",
            (),
            {"l": dt.Outcome({"Ann": 0, "Bob": y}), "r": dt.Outcome({"Ann": 0, "Bob": 1})},
        )
        for x, y in (("covered", 0), ("not covered", 3))
    }
    game = dt.Game(PLAYERS, dt.Chance({x: ("1/2", blind[x]) for x in blind}))
    found = dt.solve_ambiguous(game, "covered", "1/4", {"Ann": "1/2", "Bob": 1})
    assert found.straddled == (("Bob", ()),)
    # at 3/4 on cover l is worth 3/4, so that Bob takes r; at the middle it would take l
    rows = [e.strategy["Bob"][()] for e in found]
    assert all(row["r"] == 1 for row in rows)
    assert dt.solve(game)[0].strategy["Bob"][()]["l"] == 1


# --- what is refused -----------------------------------------------------------------------------


def test_bad_input_is_refused_with_advice() -> None:
    game = attacker_and_protege(Fraction(1, 2))
    with pytest.raises(LabelError, match="Did you mean 'covered'"):
        dt.solve_ambiguous(game, "coverd", "0.1")
    with pytest.raises(InputError, match=r"leaves the open interval \(0, 1\)"):
        dt.solve_ambiguous(attacker_and_protege("9/10"), "covered", "0.1")
    for width in (-1, "0.5", float("nan")):
        with pytest.raises(InputError):
            dt.solve_ambiguous(game, "covered", width)
    with pytest.raises(InputError, match="weight on its own worst case"):
        dt.solve_ambiguous(game, "covered", "0.1", {"Ukraine": 2, "Russia": 1})
    with pytest.raises(InputError, match="no attitude for Russia"):
        dt.solve_ambiguous(game, "covered", "0.1", {"Ukraine": 1})
    with pytest.raises(LabelError, match="Ukrain"):
        dt.solve_ambiguous(game, "covered", "0.1", {"Ukrain": 1, "Russia": 1, "Ukraine": 1})
    three = dt.Chance({x: ("1/3", dt.Outcome({"Ann": 0, "Bob": 0})) for x in "abc"})
    with pytest.raises(InputError, match="3 branches"):
        dt.solve_ambiguous(dt.Game(PLAYERS, three), "a", "0.1")
    own = dt.Chance(
        {
            "covered": ({"Ann": "1/2", "Bob": "1/3"}, dt.Outcome({"Ann": 0, "Bob": 0})),
            "not covered": ({"Ann": "1/2", "Bob": "2/3"}, dt.Outcome({"Ann": 0, "Bob": 0})),
        }
    )
    with pytest.raises(InputError, match="different probabilities already"):
        dt.solve_ambiguous(dt.Game(PLAYERS, own), "covered", "0.1")


def test_too_many_hypotheses_are_refused_before_any_work() -> None:
    def pair(k: int) -> dt.Chance:
        return dt.Chance(
            {
                x: (
                    "1/2",
                    dt.Move(
                        "Bob",
                        (k, x),
                        {
                            "l": dt.Outcome({"Ann": 0, "Bob": 0}),
                            "r": dt.Outcome({"Ann": 1, "Bob": 0}),
                        },
                    ),
                )
                for x in ("covered", "not covered")
            }
        )

    game = dt.Game(PLAYERS, dt.Move("Ann", (), {str(k): pair(k) for k in range(9)}))
    with pytest.raises(LimitError, match="512 hypotheses"):
        dt.solve_ambiguous(game, "covered", "0.1", 1)


def test_the_width_may_depend_on_the_history() -> None:
    game = attacker_and_protege(Fraction(1, 2))
    found = dt.solve_ambiguous(game, "covered", lambda h: "0.11" if "attack" in h else 0, 1)
    assert [m.history for m in found.moves] == [("be restrained", "attack")]
    (equilibrium,) = found  # Russia is deterred, Ukraine's view of cover is the middle
    assert equilibrium.strategy["Russia"][()]["refrain"] == 1
    assert equilibrium.strategy["Ukraine"][()]["provoke"] == 1


def test_a_game_with_formulas_or_the_observers_name_is_refused() -> None:
    import sympy

    p = sympy.Symbol("p")
    ends = dt.Outcome({OBSERVER: 0})
    chance = dt.Chance({"covered": ("1/2", ends), "not covered": ("1/2", ends)})
    with pytest.raises(LabelError, match="that name is kept"):
        dt.solve_ambiguous(dt.Game([OBSERVER], chance), "covered", "0.1")
    chance = dt.Chance(
        {"covered": (p, dt.Outcome({"Ann": 0})), "not covered": (1 - p, dt.Outcome({"Ann": 0}))}
    )
    with pytest.raises(ParameterError, match="Put numbers in first"):
        dt.solve_ambiguous(dt.Game(["Ann"], chance), "covered", "0.1")
