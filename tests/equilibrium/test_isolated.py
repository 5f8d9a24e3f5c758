"""Isolated equilibria of three and more players: against oracles, by laws, and by a replay."""

import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from benchmarks.three_players import CHILD
from deterrence.cli import main
from deterrence.equilibrium import search_record
from deterrence.equilibrium.isolated import solve_isolated
from deterrence.errors import InputError

ORACLES = Path(__file__).resolve().parents[1] / "oracles"
sys.path[:0] = [str(ORACLES), str(Path(__file__).resolve().parent)]

import brute_triples  # noqa: E402
from replay_subdivision import Replay, ReplayError  # noqa: E402
from several_players import (  # noqa: E402
    game,
    irrational_face,
    planted_tables,
    random_tables,
    shares,
    two_conditions,
)

VOLUNTEERS = """NFG 1 R "volunteers" { "A" "B" "C" }
{ { "wait" "act" } { "wait" "act" } { "wait" "act" } }

0 0 0 2 3 3 3 2 3 2 2 3 3 3 2 2 3 2 3 2 2 2 2 2
"""
THIRD = [[[0, 2], [3, 2]], [[3, 2], [3, 2]]]  # of a volunteer's dilemma
SHAPES = [(2, 2, 2), (3, 3, 3), (2, 2, 2, 2), (2, 3, 4), (2, 2, 2, 2, 2)]
TOTALLY_MIXED = {(2, 2, 2): 2, (3, 3, 3): 10, (2, 2, 2, 2): 9, (2, 2, 2, 2, 2): 44}


# --- against the definition ---


def check_against_the_definition(seeds, most):
    compared = 0
    for seed in seeds:
        tables = random_tables([seed, most], (2, 2, 2), most)
        try:
            expected = brute_triples.equilibria(tables)
        except brute_triples.DegenerateError:
            continue
        solution = solve_isolated(game(tables))
        assert solution.complete
        found = sorted(tuple(float(row[0]) for row in e.profile) for e in solution)
        assert len(found) == len(expected)
        assert np.allclose(found, expected, rtol=0, atol=1e-12)
        compared += 1
    return compared


@pytest.mark.parametrize("most", [8, 1000])
def test_every_generic_game_of_two_actions_each_as_by_definition(most):
    assert check_against_the_definition(range(60), most) > 25


@pytest.mark.slow
@pytest.mark.parametrize("most", [8, 100, 10**9])
def test_many_generic_games_of_two_actions_each_as_by_definition(most):
    assert check_against_the_definition(range(1000, 3000), most) > 800


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_a_planted_equilibrium_is_found_exactly(shape):
    for seed in range(3):
        tables, profile = planted_tables(seed, shape)
        solution = solve_isolated(game(tables))
        assert solution.complete
        mixed = [e for e in solution if all(p > 0 for row in e.profile for p in row)]
        assert [list(row) for row in profile] in [[list(row) for row in e.profile] for e in mixed]
        assert len(mixed) <= TOTALLY_MIXED.get(shape, 100)


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_random_games_have_an_odd_number_of_certified_equilibria(shape):
    for seed in range(4):
        solution = solve_isolated(game(random_tables([7, seed], shape)))
        assert solution.complete
        assert len(solution) % 2 == 1
        assert all(e.certificate.holds for e in solution)
        mixed = sum(all(p > 0 for row in e.profile for p in row) for e in solution)
        assert mixed <= TOTALLY_MIXED.get(shape, 100)


def test_the_equilibrium_that_enumpoly_misses():
    """Unique, totally mixed and irrational; its radicals are from the conditions, by hand."""
    tables = [
        [[[-6, 6], [3, 4]], [[1, -5], [8, 0]]],
        [[[-9, -10], [-6, 6]], [[-4, -6], [-10, -4]]],
        [[[1, 7], [8, -7]], [[2, 3], [-8, -9]]],
    ]
    solution = dt.solve(game(tables))
    assert solution.complete
    (only,) = solution
    for row, (a, b, c) in zip(
        only.profile, [(165, 1, 2192), (145, 3, 1808), (511, 1, 1494)], strict=True
    ):
        # row[0] = (a + b * sqrt(123673)) / c
        assert abs(((c * row[0] - a) / b) ** 2 - 123673) < Fraction(1, 10**30)
    assert only.certificate.holds
    assert 0 < only.certificate.regret < Fraction(1, 10**30)


def enumpoly(games):
    text = json.dumps([[np.asarray(table).tolist() for table in tables] for tables in games])
    child = [sys.executable, str(CHILD)]
    answer = subprocess.run(
        child, input=text, capture_output=True, text=True, timeout=300, check=True
    )
    return [json.loads(line)["profiles"] for line in answer.stdout.splitlines()]


def check_against_enumpoly(draws):
    games = [random_tables([11, seed], shape, 100) for shape, seed in draws]
    compared = 0
    for tables, listed in zip(games, enumpoly(games), strict=True):
        solution = solve_isolated(game(tables))
        if not solution.complete:
            continue
        compared += 1
        own = np.array([np.concatenate(e.profile).astype(float) for e in solution])
        for profile in listed:
            assert np.abs(own - np.concatenate(profile)).max(axis=1).min() < 1e-4
    return compared


@pytest.mark.oracle
def test_nothing_that_gambit_finds_is_missing():
    pytest.importorskip("pygambit")
    counts = {(2, 2, 2): 30, (3, 3, 3): 6, (2, 2, 2, 2): 6}
    compared = check_against_enumpoly([(s, seed) for s, n in counts.items() for seed in range(n)])
    assert compared > sum(counts.values()) / 2


@pytest.mark.slow
@pytest.mark.oracle
@pytest.mark.parametrize(
    ("shape", "count"), [((2, 2, 2), 1000), ((3, 3, 3), 200), ((2, 2, 2, 2, 2), 60)], ids=str
)
def test_nothing_that_gambit_finds_is_missing_in_many_games(shape, count):
    pytest.importorskip("pygambit")
    compared = check_against_enumpoly([(shape, seed) for seed in range(1000, 1000 + count)])
    assert compared > count / 2


def test_the_closed_form_of_batches_finds_the_same():
    tables = np.random.default_rng(5).integers(-100, 101, (3, 40, 2, 2, 2))
    batch = dt.solve_batch(dict(zip("ABC", tables, strict=True)))
    for k in np.flatnonzero(batch.complete & ~batch.degenerate):
        own = shares(solve_isolated(game(tables[:, k])))
        rows = zip(*(batch.strategies[p][k, : batch.count[k]] for p in "ABC"), strict=True)
        listed = sorted(tuple(np.round(np.concatenate(row), 9) + 0.0) for row in rows)
        assert np.allclose(own, listed, rtol=0, atol=1e-8)


# --- near the boundary of what is generic ---


@pytest.mark.parametrize("power", [14, 20])
def test_two_equilibria_close_together_are_told_apart(power):
    """At ``1/2 - d`` and ``1/2 + d`` with ``d = 5 / 10**(power/2 + 1)``: 1e-7 and 1e-10 apart."""
    half = Fraction(5, 10 ** (power // 2 + 1))
    solution = solve_isolated(found := two_conditions(Fraction(1, 4) - half**2))
    assert solution.complete
    assert len(solution) == 5
    mixed = sorted(e.profile[0][1] for e in solution if 0 not in e.profile[2])
    assert mixed == [Fraction(1, 2) - half, Fraction(1, 2) + half]
    Replay(found, solution.search).check()


def test_no_equilibrium_is_made_up_where_two_just_miss_each_other():
    solution = solve_isolated(two_conditions(Fraction(1, 4) + Fraction(25, 10**16)))
    assert solution.complete
    assert len(solution) == 3


def test_a_double_root_is_found_or_leaves_the_set_incomplete():
    found = two_conditions(Fraction(1, 4))
    alone = solve_isolated(found)
    assert not alone.complete
    assert "singular" in alone.left[0]
    assert "Not complete" in alone.status
    with pytest.raises(ReplayError, match="open"):
        Replay(found, alone.search).check()
    whole = dt.solve(found)
    half = (Fraction(1, 2),) * 2
    rows = [tuple(map(tuple, e.assessment.probabilities)) for e in whole]
    assert not whole.complete or (half, half, half) in rows
    assert len(whole) == 4


def test_a_root_on_a_face_is_found_on_the_face():
    """``p = q = 1/4`` with ``r = 0``, and ``3/4`` with ``r = 1``: the third one is indifferent."""
    solution = solve_isolated(found := two_conditions(Fraction(3, 16)))
    assert solution.complete
    by_support = Replay(found, solution.search).check()
    mixed = sorted((e.profile[0][1], e.profile[2][1]) for e in solution if 0 not in e.profile[0])
    assert mixed == [(Fraction(1, 4), 0), (Fraction(3, 4), 1)]
    assert sum(map(len, by_support.values())) == len(solution) == 4
    verdicts = [root.verdict for root in solution.search.roots]
    assert verdicts.count(search_record.BOUNDARY) == 2


def test_an_irrational_root_on_a_face_is_not_passed_over():
    alone = solve_isolated(irrational_face())
    assert not alone.complete
    assert "too close to zero" in alone.left[0]


@pytest.mark.slow
def test_an_irrational_root_on_a_face_is_found_by_supports():
    whole = dt.solve(irrational_face())
    near = 0.5 - 0.005**0.5
    rows = [[float(p) for row in e.assessment.probabilities for p in row] for e in whole]
    assert not whole.complete or any(abs(row[1] - near) < 1e-9 and row[7] == 0 for row in rows)


# --- laws ---

small = st.integers(-30, 30)
tables_222 = st.lists(
    st.lists(small, min_size=8, max_size=8).map(lambda x: np.reshape(x, (2, 2, 2))),
    min_size=3,
    max_size=3,
)


@settings(max_examples=30)
@given(tables_222, st.permutations(range(3)), st.lists(st.booleans(), min_size=3, max_size=3))
def test_players_and_actions_may_be_listed_in_any_order(tables, order, flips):
    base = solve_isolated(game(tables))
    flipped = [np.flip(t, [k for k in range(3) if flips[k]]) for t in tables]
    moved = solve_isolated(game([np.transpose(flipped[i], order) for i in order]))
    if not base.complete or not moved.complete:
        return
    back = []
    for e in moved:
        rows = [None] * 3
        for place, i in enumerate(order):
            rows[i] = e.profile[place][::-1] if flips[i] else e.profile[place]
        back.append(tuple(rows))
    expected = [e.profile for e in base]
    flat = [
        sorted(tuple(round(float(p), 12) for row in profile for p in row) for profile in rows)
        for rows in (expected, back)
    ]
    assert flat[0] == flat[1]


@settings(max_examples=15)
@given(st.integers(0, 10**6), st.integers(1, 10**9), st.integers(-(10**9), 10**9))
def test_units_of_payoffs_do_not_matter(seed, factor, shift):
    tables = random_tables([23, seed], (2, 2, 2))
    changed = [tables[0].astype(object) * Fraction(factor, 7) + shift, *tables[1:]]
    assert shares(solve_isolated(game(tables))) == shares(solve_isolated(game(changed)))


@settings(max_examples=10)
@given(st.integers(0, 10**6), st.integers(0, 2))
def test_a_strictly_dominated_action_changes_nothing(seed, player):
    tables = random_tables([29, seed], (2, 2, 2))
    more = []
    for k, t in enumerate(tables):
        extra = np.take(t, [0], axis=player) - (1 if k == player else 5)
        more.append(np.concatenate([t, extra], axis=player))
    base, larger = solve_isolated(game(tables)), solve_isolated(game(more))
    assert base.complete == larger.complete
    without = [[row[:2] if k == player else row for k, row in enumerate(e.profile)] for e in larger]
    assert sorted(map(str, without)) == sorted(str(list(e.profile)) for e in base)


def test_very_large_and_very_unequal_payoffs():
    tables = [t.astype(object) for t in random_tables(31, (2, 2, 2))]
    base = shares(solve_isolated(game(tables)))
    tables[1] = tables[1] * 10**40
    tables[2] = tables[2] * Fraction(1, 10**40) + 1
    solution = solve_isolated(game(tables))
    assert solution.complete
    assert shares(solution) == base
    tables[1][0, 0, 0] += 1  # not exact in floats any more
    solution = solve_isolated(game(tables))
    assert solution.complete
    assert np.allclose(shares(solution), base, rtol=0, atol=1e-9)


# --- the answer ---


def test_the_answer_is_told_saved_and_loaded(tmp_path):
    found = game(random_tables([13, 1], (3, 3, 3)))
    solution = dt.solve(found)
    text = solution.summary()
    assert "isolated Nash equilibri" in text
    assert "Krawczyk" in text
    path = tmp_path / "kept.json"
    solution.save(path)
    again = dt.load(path)
    assert again.complete
    assert len(again) == len(solution)
    assert all(e.certificate.holds for e in again)
    for component in solution.components:
        (family,) = component.families
        assert family.dimension == 0
        assert not family.free
        strategy = family.representative.strategy
        assert dt.certify(found, strategy).regret < Fraction(1, 10**20)
    low, high = solution.most_and_least("A")
    assert low == min(float(e.payoffs["A"]) for e in solution)
    assert high == max(float(e.payoffs["A"]) for e in solution)
    assert len(solution.outcomes()) == len(solution)


def test_floats_are_taken_as_their_decimals():
    tables = [t / 10 for t in random_tables([13, 1], (2, 2, 2))]
    solution = dt.solve(game(tables))
    assert solution.complete
    assert "decimals" in solution.status
    assert shares(solution) == shares(dt.solve(game(random_tables([13, 1], (2, 2, 2)))))


def test_a_small_budget_leaves_the_set_incomplete():
    tables = random_tables([13, 1], (3, 3, 3))
    short = solve_isolated(game(tables), budget=400)
    assert not short.complete
    assert "budget" in short.left[0]
    assert len(short) <= len(solve_isolated(game(tables)))
    assert not solve_isolated(game(tables), budget=10).complete


def test_what_is_no_game_is_refused():
    with pytest.raises(InputError, match="StrategicGame"):
        solve_isolated([[1]])
    with pytest.raises(InputError, match="tol"):
        dt.solve(game(random_tables(1, (2, 2, 2))), tol=1e-9)


def test_the_command_line_answers_in_strategic_form(tmp_path):
    path = tmp_path / "volunteers.nfg"
    path.write_text(VOLUNTEERS, encoding="utf-8")
    answer = CliRunner().invoke(main, ["solve", str(path)])
    assert answer.exit_code == 0
    assert "Complete: 7 isolated Nash equilibria" in answer.output
    assert "A: plays wait with probability 0.5774, else act" in answer.output


@pytest.mark.parametrize(
    "tables",
    [
        [  # one on which a peer's path does not come to an end
            [[[1, -2], [9, -7]], [[8, -9], [2, 1]]],
            [[[7, -5], [8, 3]], [[7, -7], [5, 8]]],
            [[[-10, -3], [2, -8]], [[0, 2], [5, 8]]],
        ],
        [[[[0, 3], [3, 3]], [[2, 2], [2, 2]]], [[[0, 3], [2, 2]], [[3, 3], [2, 2]]], THIRD],
    ],
)
def test_games_on_which_peers_fail(tables):
    solution = dt.solve(game(tables))
    found = sorted(tuple(float(row[0]) for row in e.profile) for e in solution)
    assert solution.complete
    assert np.allclose(found, brute_triples.equilibria(tables), rtol=0, atol=1e-12)
