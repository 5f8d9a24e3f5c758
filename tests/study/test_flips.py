"""Nearest flips against thresholds by hand."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import InputError, LabelError, LimitError, ParameterError
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.parameters import defaults
from tests.study.small_games import chicken, fragile

prize, pain, idle = sympy.symbols("prize pain idle")


def choice(gain: Any, events: Any = ("attack",), **ranges: Any) -> dt.Game:
    """Russia attacks where the gain is positive."""
    attack = dt.Outcome({"Russia": gain}, events)
    root = dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})})
    return dt.Game(["Russia"], root, ranges=ranges, tied={"both": ("prize", "pain")})


def threat() -> dt.Game:
    """An attack pays where prize > 2 pain; the third parameter does nothing that matters."""
    return choice((prize - 2 * pain) * (1 + idle), prize=(0, 2), pain=(0, 1), idle=(0, 1))


AT = {"prize": "0.5", "pain": "0.6", "idle": "0.3"}


def flips(game: dt.Game, conclusion: Any, over: Any = None, **more: Any) -> Any:
    return dt.flips(game, conclusion, over, **{"jobs": 1, **more})


def test_thresholds_by_hand_with_distances_and_directions() -> None:
    """Quiet at prize 0.5 < 1.2: pain down to 0.25 or prize up to 1.2 lets an attack in."""
    record = flips(threat(), ("attack", "most", "<", "1/2"), at=AT, scan=6)
    assert record.holds
    assert (record.value, record.complete) == (0, True)
    assert set(record.parameters[:2]) == {"prize", "pain"}
    frame = record.to_frame().set_index("parameter")
    assert frame.loc["pain", "nearest"] == pytest.approx(0.25)
    assert frame.loc["pain", "share"] == pytest.approx(0.35)
    assert frame.loc["pain", "distance"] == pytest.approx(0.35)
    assert frame.loc["prize", "nearest"] == pytest.approx(1.2)
    assert frame.loc["prize", "share"] == pytest.approx(0.35)
    assert list(frame.loc[["pain", "prize"], "direction"]) == ["down", "up"]
    assert list(frame.loc[["pain", "prize"], "formula"]) == ["1/4", "6/5"]
    assert np.isnan(frame.loc["pain", "above"])
    assert record.found["pain"][0].formula == sympy.Rational(1, 4)
    assert frame.loc["pain", "binds"] == "Russia () does not gain by attack"
    assert "1/5 of the range, may be missed" in record.status


def test_a_parameter_that_cannot_flip_it_stands_last_and_says_so() -> None:
    record = flips(threat(), "most attack < 0.5", at=AT, scan=6)
    assert record.found["idle"] == (None, None)
    assert record.nearest("idle") is None
    assert record.parameters[-1] == "idle"
    row = record.to_frame().iloc[-1]
    assert np.isnan(row["nearest"])
    assert (row["direction"], row["changes"]) == ("", 0)
    assert "2 of 3 parameters can flip it" in repr(record)


def test_a_conclusion_that_comes_back_flips_on_both_sides() -> None:
    """An attack pays between 1/4 and 3/4 only."""
    game = choice((prize - Fraction(1, 4)) * (Fraction(3, 4) - prize), prize=(0, 1))
    record = flips(game, "least attack > 0.5", at={"prize": "0.6"}, scan=5)
    below, above = record.found["prize"]
    assert (below.formula, above.formula) == (sympy.Rational(1, 4), sympy.Rational(3, 4))
    assert record.changes["prize"] == 2
    assert record.nearest("prize") is above
    outside = flips(game, "least attack < 0.5", at={"prize": "0.9"}, scan=9)
    assert outside.holds
    assert outside.nearest("prize").value == pytest.approx(0.75)
    assert outside.changes["prize"] == 2


def test_what_a_coarse_scan_misses_a_finer_one_finds() -> None:
    game = choice((prize - Fraction(52, 100)) * (Fraction(58, 100) - prize), prize=(0, 1))
    coarse, fine = (flips(game, "most attack < 0.5", at={"prize": 0}, scan=n) for n in (5, 51))
    assert coarse.nearest("prize") is None
    assert fine.nearest("prize").formula == sympy.Rational(13, 25)


def test_exact_values_are_looked_for_or_not() -> None:
    exact, plain = (
        flips(threat(), "most attack < 0.5", ["pain"], at=AT, scan=6, exact_values=wanted)
        for wanted in (True, False)
    )
    assert exact.nearest("pain").formula == sympy.Rational(1, 4)
    flip = plain.nearest("pain")
    assert (flip.formula, flip.binds) == (None, "")
    assert flip.value == float(flip.far)


def test_an_irrational_threshold_is_exact() -> None:
    record = flips(choice(prize**2 - 2, prize=(0, 2)), "most attack < 0.5", at={"prize": 1})
    assert record.found["prize"][1].formula == sympy.sqrt(2)


def test_a_probability_that_passes_a_number_inside_a_regime() -> None:
    """Inspection: the state is indifferent where violation has probability cost / fine."""
    cost, fine = sympy.symbols("cost fine")
    inspect = {"inspect": (-1, fine - cost), "trust": (1, -1)}

    def answered(violates: bool) -> dt.Move:
        ends = {}
        for act, (state, watch) in inspect.items():
            if violates:
                ends[act] = dt.Outcome({"State": state, "Watch": watch}, ["violation"])
            else:
                own = -cost if act == "inspect" else 0
                ends[act] = dt.Outcome({"State": 0, "Watch": own})
        return dt.Move("Watch", (), ends)

    root = dt.Move("State", (), {"violate": answered(True), "comply": answered(False)})
    game = dt.Game(["State", "Watch"], root, ranges={"cost": (0, 1), "fine": (0, 4)})
    # the watch is indifferent at q (fine - cost) - (1 - q) cost = -q: q = cost / (fine + 1)
    record = flips(game, "most violation < 1/4", ["cost"], at={"cost": "1/5", "fine": 1}, scan=7)
    assert record.found["cost"][1].formula == sympy.Rational(1, 2)
    assert record.found["cost"][1].binds == "violation is 1/4"
    record = flips(game, "most violation < 1/4", ["fine"], at={"cost": "2/5", "fine": 1}, scan=7)
    assert record.holds
    assert record.found["fine"][0].formula == sympy.Rational(3, 5)
    assert record.found["fine"][1] is None


def test_ends_are_told_apart() -> None:
    """With a prize above 0 there are an attack and a quiet equilibrium; below, quiet alone."""
    at = {"prize": 1, "pain": 1}
    most = flips(chicken(), "most attack < 0.5", at=at, scan=5)
    least = flips(chicken(), "least attack < 0.5", at=at, scan=5)
    assert not most.holds
    assert (most.value, least.value) == (1, 0)
    assert most.found["prize"][0].value == pytest.approx(0, abs=1e-5)
    assert least.holds
    assert least.nearest("prize") is None


def test_the_logit_limit_is_an_end_of_its_own() -> None:
    """Where the prize is nearly nothing and the pain great, the path selects the quiet one."""
    at = {"prize": "1/4", "pain": "3/2"}
    record = flips(chicken(), "quantal attack < 0.5", ["prize"], at=at, scan=5, tolerance="0.05")
    alone = dt.solve(chicken().at(at), "quantal").envelope()["attack"][0]
    assert record.holds == (alone < 0.5)
    flip = record.nearest("prize")
    for value, held in ((flip.near, record.holds), (flip.far, not record.holds)):
        there = dt.solve(chicken().at({**at, "prize": value}), "quantal").envelope()["attack"][0]
        assert (there < 0.5) == held


def test_a_tied_name_moves_its_members() -> None:
    """An attack pays where the two together exceed 1."""
    game = choice(prize + pain - 1, prize=(0, 1), pain=(0, 1))
    record = flips(game, "most attack < 0.5", ["both"], at={"both": "0.2"}, scan=4)
    assert record.found["both"][1].formula == sympy.Rational(1, 2)
    with pytest.raises(ParameterError, match="differ at the point"):
        flips(game, "most attack < 0.5", ["both"], at={"prize": 0, "pain": 1})


def test_a_scan_by_regimes_finds_the_same() -> None:
    points, regimes = (
        flips(threat(), "most attack < 0.5", ["pain"], at=AT, scan=41, method=method)
        for method in ("points", "regimes")
    )
    assert points.nearest("pain").formula == regimes.nearest("pain").formula
    assert points.value == regimes.value == 0
    assert "evaluated by regimes" in regimes.status


@settings(max_examples=6, deadline=None)
@given(
    k=st.integers(1, 9),
    at=st.integers(0, 10),
    scan=st.integers(2, 9),
    sign=st.sampled_from((1, -1)),
)
def test_any_threshold_lies_in_its_bracket(k: int, at: int, scan: int, sign: int) -> None:
    edge, here = Fraction(k, 10) + Fraction(1, 77), Fraction(at, 10)
    record = flips(
        choice(sign * (prize - edge), prize=(0, 1)),
        "most attack >= 1",
        at={"prize": here},
        scan=scan,
    )
    flip = record.nearest("prize")
    assert record.holds == (sign * (here - edge) > 0)
    assert min(flip.near, flip.far) <= edge <= max(flip.near, flip.far)
    assert abs(flip.far - flip.near) <= Fraction(1, 10**6)
    assert flip.formula == sympy.Rational(edge)


def test_values_without_a_solution_are_counted_and_passed_over() -> None:
    """The payoff 1 / (1 - prize) has a pole at 1, which is one value of the scan."""
    record = flips(fragile(), "most attack > 0.5", {"prize": (0, 2)}, at={"prize": "1/2"}, scan=5)
    assert record.unknown["prize"] == 1
    assert "have no value" in record.status
    flip = record.found["prize"][1]
    assert (flip.near < 1 < flip.far) or flip.near == Fraction(1, 2)
    with pytest.raises(LimitError, match="the point itself"):
        flips(fragile(), "most attack > 0.5", {"prize": (0, 2)}, at={"prize": 1})


def test_a_stopped_search_goes_on_from_its_store(tmp_path: Path) -> None:
    store, told = tmp_path / "points.jsonl", []
    first = flips(threat(), "most attack < 0.5", at=AT, scan=6, store=store)
    lines = store.read_text(encoding="utf-8").splitlines()
    again = flips(
        threat(),
        "most attack < 0.5",
        at=AT,
        scan=6,
        store=store,
        progress=lambda done, total: told.append((done, total)),
    )
    assert store.read_text(encoding="utf-8").splitlines() == lines
    assert again.to_frame().equals(first.to_frame())
    assert told[-1][0] == told[-1][1]
    assert all(done <= total for done, total in told)


@pytest.mark.parametrize(
    ("conclusion", "error", "text"),
    [
        ("most atack < 0.5", LabelError, "Did you mean 'attack'"),
        ("worst attack < 0.5", LabelError, "unknown end"),
        ("most attack", InputError, "END OUTCOME RELATION NUMBER"),
        ("most attack < lots", InputError, "the threshold"),
        (("attack", "most", "=", 1), LabelError, "unknown relation"),
        (("attack", "most"), InputError, "is no conclusion"),
        (7, InputError, "is no conclusion"),
        ((7, "most", "<", 1), InputError, "outcome"),
    ],
)
def test_a_bad_conclusion_is_told(conclusion: Any, error: type, text: str) -> None:
    with pytest.raises(error, match=text):
        flips(threat(), conclusion, at=AT)


@pytest.mark.parametrize(
    ("more", "error", "text"),
    [
        ({"at": {}}, ParameterError, "no number for"),
        ({"at": {**AT, "prize": 3}}, ParameterError, "out of its range"),
        ({"at": 3}, ParameterError, "give a mapping"),
        ({"over": ["price"]}, ParameterError, "Did you mean 'prize'"),
        ({"over": {"prize": (1, 2)}}, ParameterError, "out of its range"),
        ({"over": []}, ParameterError, "nothing varies"),
        ({"scan": 1}, InputError, "scan = 1"),
        ({"tolerance": 0}, InputError, "tolerance"),
        ({"method": "guess"}, LabelError, "unknown method"),
        ({"method": "regimes", "concept": "quantal"}, InputError, "method='points'"),
        ({"concept": "sequentail"}, LabelError, "sequential"),
    ],
)
def test_bad_input_is_told(more: Any, error: type, text: str) -> None:
    with pytest.raises(error, match=text):
        flips(threat(), "most attack < 0.5", **{"at": AT, **more})


def test_a_conclusion_reads_as_it_is_written() -> None:
    read = dt.Conclusion.read("least defence kept >= 1/4")
    assert read == dt.Conclusion("defence kept", "least", ">=", "0.25")
    assert str(read) == "defence kept (least over all equilibria) >= 0.25"
    assert read.of(0.25 - 1e-12)
    assert not dt.Conclusion.read("most attack < 0.6").of(0.6000000000000001)


def test_the_guarantee_s_crisis_flips_where_complete_solutions_say() -> None:
    """A tree of some hundred nodes: each reported value is solved again on both sides."""
    game = guarantee_game(("types", "challenge", "response"))
    at = {name: x for name, x in defaults().items() if name in game.parameters}
    at |= {"strength": Fraction(3, 5)}
    over = ["strength", "response_ambiguity", "v"]
    record = flips(game, "most attack < 0.5", over, at=at, scan=5, tolerance="0.001")
    assert record.complete
    found = 0
    for name in over:
        for flip in record.found[name]:
            if flip is not None:
                found += 1
                for value, held in ((flip.near, record.holds), (flip.far, not record.holds)):
                    most = dt.solve(game.at({**at, name: value})).envelope()["attack"][1]
                    assert (most < 0.5) == held
    assert found
