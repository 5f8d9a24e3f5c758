"""All Nash equilibria of two-player games against definitions, known sets and laws."""

import itertools
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import InputError

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

from brute_pairs import Oracle

SIZES = [(1, 1), (1, 3), (2, 2), (2, 3), (3, 2), (3, 3), (4, 2), (4, 4)]


def solved(a, b, **options):
    return dt.solve(dt.StrategicGame({"row": a, "column": b}), **options)


def pairs_of(solution):
    return {e.profile for e in solution.extreme}


@pytest.mark.parametrize("size", SIZES, ids=str)
@pytest.mark.parametrize("kind", ["small", "generic"])
def test_every_extreme_equilibrium_subset_and_component_is_that_of_the_definition(size, kind):
    rng = np.random.default_rng([*size, kind == "small"])
    for _ in range(60 if max(size) < 4 else 12):
        a, b = rng.integers(0, 3 if kind == "small" else 1000, (2, *size)).tolist()
        oracle, found = Oracle(a, b), solved(a, b)
        assert found.complete
        assert pairs_of(found) == set(oracle.extreme)
        assert len(found) == oracle.components()
        assert sum(len(c.families) for c in found.components) == len(oracle.maximal_subsets())
        assert all(e.certificate.exact and not e.certificate.regret for e in found.equilibria)


# the games of the literature on what solvers miss; sets worked out by hand
ENTRY = ([[0, 0], [-1, 1]], [[2, 2], [-1, 0]])
DOMINATED = ([[-3, 3], [-3, 5]], [[2, 7], [4, 2]])
AVIS = ([[3, 3], [2, 5], [0, 6]], [[3, 3], [2, 6], [3, 1]])
GENERIC = (
    [[26, 491, 498], [675, 115, 476], [367, 216, 809]],
    [[692, 179, 770], [538, 190, 661], [459, 478, 361]],
)
ZERO_SUM = [
    [0, -1, -1, -1, 1, -1],
    [1, 0, 1, -1, -1, -1],
    [1, -1, 0, -1, -1, 1],
    [1, 1, 1, 0, -1, -1],
    [-1, 1, 1, 1, 0, -1],
    [1, 1, -1, 1, 1, 0],
]


def test_the_threat_never_carried_out_is_a_component_with_two_ends():
    found = solved(*ENTRY)
    stay, attack = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    assert pairs_of(found) == {
        (stay, (1, 0)),
        (stay, (Fraction(1, 2), Fraction(1, 2))),
        (attack, (0, 1)),
    }
    assert [[f.dimension for f in c.families] for c in found.components] == [[1], [0]]


@pytest.mark.parametrize(
    ("game", "extreme"),
    [
        (DOMINATED, {((0, 1), (1, 0)), ((Fraction(2, 7), Fraction(5, 7)), (1, 0))}),
        (
            AVIS,
            {
                ((1, 0, 0), (1, 0)),
                ((1, 0, 0), (Fraction(2, 3), Fraction(1, 3))),
                ((0, Fraction(1, 3), Fraction(2, 3)), (Fraction(1, 3), Fraction(2, 3))),
            },
        ),
        (
            GENERIC,
            {
                (
                    (0, Fraction(98, 221), Fraction(123, 221)),
                    (Fraction(333, 641), 0, Fraction(308, 641)),
                )
            },
        ),
        (
            (ZERO_SUM, [[-x for x in row] for row in ZERO_SUM]),
            {((0, 0, Fraction(1, 3), 0, Fraction(1, 3), Fraction(1, 3)),) * 2},
        ),
        (
            ([[0, 0], [0, 0]],) * 2,
            set(itertools.product([(1, 0), (0, 1)], repeat=2)),
        ),
    ],
    ids=["dominated column", "3x2", "generic", "zero-sum", "all zero"],
)
def test_games_that_other_solvers_miss(game, extreme):
    assert pairs_of(solved(*game)) == extreme


@pytest.mark.parametrize("scale", [10**8, Fraction(1, 10**9)])
def test_scale_changes_nothing(scale):
    a, b = [[3, 1], [0, 2]], [[2, 1], [0, 3]]
    big = [[[x * scale for x in row] for row in m] for m in (a, b)]
    assert pairs_of(solved(*big)) == pairs_of(solved(a, b))
    assert len(pairs_of(solved(a, b))) == 3


def test_nearly_degenerate_games_have_one_equilibrium_exactly():
    a, b = [[1, 1], [1 + 1e-9, 0]], [[1, 1 + 1e-9], [0, 1]]
    found = solved(a, b)
    assert len(found.extreme) == 1
    assert not solved(a, b, tol=1e-6).complete  # a difference below the tolerance, not zero


def test_float_mode_finds_what_exact_mode_finds():
    rng = np.random.default_rng(0)
    for _ in range(40):
        a, b = rng.integers(0, 1000, (2, 4, 4)).tolist()
        exactly, roughly = solved(a, b), solved(a, b, tol=1e-9)
        assert len(exactly.extreme) == len(roughly.extreme)
        for one, two in zip(exactly.extreme, roughly.extreme, strict=True):
            assert np.allclose(
                np.concatenate(one.profile).astype(float),
                np.concatenate(two.profile).astype(float),
                atol=1e-9,
            )


matrices = st.integers(0, 2).flatmap(
    lambda _: st.lists(st.lists(st.integers(0, 2), min_size=3, max_size=3), min_size=2, max_size=3)
)


@settings(max_examples=60, deadline=None)
@given(matrices, st.randoms(use_true_random=False), st.integers(1, 5), st.integers(-3, 3))
def test_relabelling_and_affine_changes_of_payoffs(a, random, factor, shift):
    b = [[random.randint(0, 2) for _ in row] for row in a]
    base = pairs_of(solved(a, b))
    changed = [[factor * x + shift for x in row] for row in a]
    assert pairs_of(solved(changed, b)) == base
    order = random.sample(range(len(a)), len(a))
    moved = pairs_of(solved([a[i] for i in order], [b[i] for i in order]))
    assert {(tuple(x[order.index(i)] for i in range(len(a))), y) for x, y in moved} == base
    turned = pairs_of(
        solved([list(c) for c in zip(*b, strict=True)], [list(c) for c in zip(*a, strict=True)])
    )
    assert {(x, y) for y, x in turned} == base


@settings(max_examples=40, deadline=None)
@given(matrices, st.randoms(use_true_random=False))
def test_every_mean_within_a_maximal_nash_subset_is_an_equilibrium(a, random):
    b = [[random.randint(0, 2) for _ in row] for row in a]
    for component in solved(a, b).components:
        for family in component.families:
            assert family.representative.certificate.holds


def test_wrong_input_is_told():
    game = dt.StrategicGame({"row": [[1, 2]], "column": [[1, 2]]})
    with pytest.raises(InputError, match="tol"):
        dt.solve(game, tol=0.5)
    with pytest.raises(InputError, match="later moves"):
        dt.solve(game, "sequential")


def test_three_players_by_supports():
    """Three bystanders: help at a cost of 1/3, benefit 1; known sets of one, two and all mixing."""
    u = [np.zeros((2, 2, 2), dtype=object) for _ in range(3)]
    for profile in itertools.product((0, 1), repeat=3):
        for i in range(3):
            u[i][profile] = Fraction(2, 3) if profile[i] == 0 else Fraction(int(0 in profile))
    found = dt.solve(dt.StrategicGame(dict(zip("ABC", u, strict=True))))
    shirk = sorted(tuple(round(float(e.strategy[p][()]["2"]), 9) for p in "ABC") for e in found)
    third, root = round(1 / 3, 9), round(3**-0.5, 9)
    expected = [
        *itertools.permutations((0.0, 1.0, 1.0)),
        *itertools.permutations((third, third, 1.0)),
        (root,) * 3,
    ]
    assert shirk == sorted(set(expected))
