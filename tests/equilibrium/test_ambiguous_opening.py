"""A public opening, solved action by action, against the whole tree and the direct recursion."""

from __future__ import annotations

import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import InputError, LabelError

PLAYERS = ("Ann", "Bob")
rngs = st.integers(0, 2**32).map(random.Random)


def opened(rng: random.Random, *, hidden: bool = False, twice: bool = False) -> dt.Game:
    """Bob's type is drawn, Ann opens with l or r, Bob answers, chance covers or not."""

    def pay() -> dict[str, Fraction]:
        return {p: Fraction(rng.randint(-999, 999)) for p in PLAYERS}

    def crisis(event: str) -> Any:
        last: list[Any] = [dt.Outcome(pay(), [event]) for _ in range(2)]
        if twice:
            last[0] = dt.Move("Ann", event, {"x": last[0], "y": dt.Outcome(pay())})
        return dt.Chance({"covered": ("1/2", last[0]), "not covered": ("1/2", last[1])})

    def answer(kind: str, a: str) -> dt.Move:
        knows = (kind,) if hidden else (kind, a)
        choices = {b: crisis(f"{kind}{a}{b}") for b in ("out", "in")}
        return dt.Move("Bob", knows, choices)

    kinds = {
        kind: (p, dt.Move("Ann", (), {a: answer(kind, a) for a in ("l", "r")}))
        for kind, p in (("hard", "1/3"), ("soft", "2/3"))
    }
    return dt.Game(PLAYERS, dt.Chance(kinds))


@given(rngs)
@settings(max_examples=25, deadline=None)
def test_action_by_action_agrees_with_the_whole_tree(rng: random.Random) -> None:
    game = opened(rng)
    attitudes = {"Ann": rng.choice([0, 1]), "Bob": rng.choice([0, 1])}
    parts = dt.solve_opening(game, "Ann", "covered", "1/4", attitudes)
    whole = dt.solve_ambiguous(game, "covered", "1/4", attitudes, most=2**16)
    assert whole.complete
    assert parts.complete
    assert len(whole) == 1  # payoffs are generic, and Bob sees all
    played = [a for a, q in whole[0].strategy["Ann"][()].items() if q]
    assert list(parts.playable) == played
    for name, ends in whole.envelope().items():
        assert parts.envelope()[name] == pytest.approx(ends)


def test_what_is_no_public_opening_is_refused() -> None:
    rng = random.Random(0)
    with pytest.raises(InputError, match="not everybody sees"):
        dt.solve_opening(opened(rng, hidden=True), "Ann", "covered", "0.1")
    with pytest.raises(InputError, match="Ann moves elsewhere too"):
        dt.solve_opening(opened(rng, twice=True), "Ann", "covered", "0.1")
    even = dt.Outcome({"Ann": 0, "Bob": 0})
    chance = dt.Chance({"covered": ("1/2", even), "not covered": ("1/2", even)})
    second = dt.Move("Ann", (), {"l": dt.Move("Bob", (), {"in": chance, "out": even}), "r": even})
    with pytest.raises(InputError, match="somebody else may move before"):
        dt.solve_opening(dt.Game(PLAYERS, second), "Bob", "covered", "0.1")
    with pytest.raises(LabelError, match="unknown information set"):
        dt.solve_opening(opened(rng), "Ann", "covered", "0.1", knows=("x",))


def test_each_of_two_actions_that_may_be_best_counts() -> None:
    """After l Bob may give Ann 0 or 2, after r always 1, so that either opening may be best."""
    end = {k: dt.Outcome({"Ann": k, "Bob": 0}, [f"got {k}"]) for k in (0, 1, 2)}

    def sure(k: int) -> dt.Chance:
        return dt.Chance({"covered": ("1/2", end[k]), "not covered": ("1/2", end[k])})

    answer = dt.Move("Bob", ("l",), {"low": sure(0), "high": sure(2)})
    game = dt.Game(PLAYERS, dt.Move("Ann", (), {"l": answer, "r": sure(1)}))
    found = dt.solve_opening(game, "Ann", "covered", "1/4")
    assert found.worth == {"l": (0.0, 2.0), "r": (1.0, 1.0)}
    assert found.playable == ("l", "r")
    assert found.envelope()["got 1"] == (0.0, 1.0)
    assert found.envelope(outer=True) == found.envelope()
    never = dt.Game(PLAYERS, dt.Move("Ann", (), {"l": sure(0), "r": sure(1)}))
    assert dt.solve_opening(never, "Ann", "covered", "1/4").playable == ("r",)


def test_bounds_from_outside_hold_what_is_refused_in_part() -> None:
    """After l Ann's worse branch turns with what an indifferent Bob does: anything may be best."""
    end = {k: dt.Outcome({"Ann": k, "Bob": 0}, [f"got {k}"]) for k in (0, 1, 2, 4)}
    bob = {x: dt.Move("Bob", (x,), {"a": end[0], "b": end[4]}) for x in ("covered", "not covered")}
    chance = dt.Chance({x: ("1/2", bob[x]) for x in bob})
    game = dt.Game(PLAYERS, dt.Move("Ann", (), {"l": chance, "r": end[1]}))
    found = dt.solve_opening(game, "Ann", "covered", "1/4")
    assert not found.complete
    assert any("worse branch changes" in reason for reason in found.left)
    assert found.envelope(outer=True)["got 1"] == (0.0, 1.0)
    assert found.envelope(outer=True)["got 4"] == (0.0, 1.0)


def test_components_that_keep_the_opener_away_do_not_count() -> None:
    """After l Bob and Cy meet at a or at b; only b is worth more to Ann than r."""
    players = ("Ann", "Bob", "Cy")

    def ends(ann: int, match: int) -> dt.Chance:
        end = dt.Outcome({"Ann": ann, "Bob": match, "Cy": match}, [f"got {ann}"])
        return dt.Chance({"covered": ("1/2", end), "not covered": ("1/2", end)})

    second = {
        a: dt.Move("Cy", ("l",), {b: ends(2 * (a == b == "b"), int(a == b)) for b in ("a", "b")})
        for a in ("a", "b")
    }
    meet = dt.Move("Bob", ("l",), second)
    game = dt.Game(players, dt.Move("Ann", (), {"l": meet, "r": ends(1, 0)}))
    found = dt.solve_opening(game, "Ann", "covered", "1/4")
    assert found.complete
    assert found.worth["l"] == (0.0, 2.0)
    assert found.envelope()["got 0"] == (0.0, 0.0)
    assert found.envelope()["Ann"] == (1.0, 2.0)
