"""Batches of small games against the solver of single games and exact algebra."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import DeterrenceError


def listed(batch, k):
    n = batch.count[k]
    rows = [batch.strategies[p][k, :n] for p in batch.players]
    return sorted(
        tuple(np.round(np.concatenate(parts), 8) + 0.0) for parts in zip(*rows, strict=True)
    )


@pytest.mark.parametrize("size", [(2, 2), (2, 3), (3, 3), (4, 3)], ids=str)
@pytest.mark.parametrize("most", [3, 1000])
def test_two_players_as_game_by_game(size, most):
    a, b = np.random.default_rng([*size, most]).integers(0, most, (2, 300, *size))
    batch = dt.solve_batch({"row": a, "column": b})
    assert batch.complete.all()
    for k in range(0, 300, 3):
        single = dt.solve(dt.StrategicGame({"row": a[k], "column": b[k]}))
        expected = sorted(
            tuple(np.round(np.concatenate(e.profile).astype(float), 8) + 0.0)
            for e in single.extreme
        )
        assert listed(batch, k) == expected
    assert np.nanmax(batch.regret()) < 1e-6 * most


def test_the_game_whose_only_equilibrium_a_peer_misses():
    u = [
        [[[-6, 6], [3, 4]], [[1, -5], [8, 0]]],
        [[[-9, -10], [-6, 6]], [[-4, -6], [-10, -4]]],
        [[[1, 7], [8, -7]], [[2, 3], [-8, -9]]],
    ]
    batch = dt.solve_batch({p: [table] for p, table in zip("ABC", u, strict=True)})
    root = 123673**0.5
    expected = [(165 + root) / 2192, (145 + 3 * root) / 1808, (511 + root) / 1494]
    assert batch.count.tolist() == [1]
    assert np.nanmax(batch.regret()) < 1e-12
    assert batch.complete.all()
    assert np.allclose([batch.strategies[p][0, 0, 0] for p in "ABC"], expected, atol=1e-12)


def pure(u, profile):
    return all(
        u[i][profile] >= u[i][tuple(1 - c if j == i else c for j, c in enumerate(profile))]
        for i in range(3)
    )


def test_three_players_by_definition():
    """Every listed profile is an equilibrium, every pure one is listed, the count is odd."""
    tables = np.random.default_rng(5).integers(-100, 101, (3, 400, 2, 2, 2))
    batch = dt.solve_batch(dict(zip("ABC", tables, strict=True)))
    assert np.nanmax(batch.regret()) < 1e-7
    for k in np.flatnonzero(batch.complete & ~batch.degenerate):
        u = tables[:, k]
        rows = listed(batch, k)
        assert len(rows) % 2 == 1
        for profile in itertools.product((0, 1), repeat=3):
            row = tuple(float(x) for c in profile for x in (1 - c, c))
            assert (row in rows) == pure(u, profile)
    assert (batch.complete & ~batch.degenerate).mean() > 0.9


# mixes of whole twelfths, among them all roots of differences of payoffs in {0, 1, 2}
TWELFTHS = (0, 3, 4, 6, 8, 9, 12)


def equilibria_on_grid(u):
    """All equilibria of a 2x2x2 game with these probabilities of first actions, in twelfths."""
    found = []
    for p in itertools.product(TWELFTHS, repeat=3):
        mixes = [(x, 12 - x) for x in p]
        values = [np.einsum("abc,a,b,c->abc", u[i], *mixes) for i in range(3)]
        for i in range(3):
            own = values[i].sum(axis=tuple(j for j in range(3) if j != i))
            # each entry is weighted by the own mix, too
            gain = own[0] * mixes[i][1] - own[1] * mixes[i][0]
            if mixes[i][0] and mixes[i][1]:
                if gain:
                    break
                continue
            other = list(mixes)
            other[i] = (12 - mixes[i][0], 12 - mixes[i][1])
            if np.einsum("abc,a,b,c->", u[i], *other) > values[i].sum():
                break
        else:
            found.append(p)
    return found


def in_a_box(point, corners):
    """Whether listed profiles are all the corners of some box around a point."""
    near = [(round(c[0] * 12, 6), round(c[2] * 12, 6), round(c[4] * 12, 6)) for c in corners]
    sides = []
    for i, x in enumerate(point):
        at = sorted({c[i] for c in near})
        sides.append([(a, b) for a in at for b in at if a <= x <= b])
    listed_ = set(near)
    return any(
        all(corner in listed_ for corner in itertools.product(*box))
        for box in itertools.product(*sides)
    )


@pytest.mark.parametrize(
    ("most", "count"),
    [(2, 60), (3, 60), *(pytest.param(n, 3000, marks=pytest.mark.slow) for n in (2, 3, 4))],
)
def test_continua_of_three_players_are_boxes_with_listed_corners(most, count):
    """Every equilibrium on a grid lies in one, and most games have no other continua."""
    tables = np.random.default_rng(most).integers(0, most, (3, count, 2, 2, 2))
    batch = dt.solve_batch(dict(zip("ABC", tables, strict=True)))
    assert np.nanmax(batch.regret()) < 1e-9
    assert batch.complete.mean() > 0.8
    several = 0
    for k in np.flatnonzero(batch.complete):
        points, corners = equilibria_on_grid(tables[:, k]), listed(batch, k)
        assert len(set(corners)) == len(corners)
        assert all(in_a_box(point, corners) for point in points), k
        several += len(points) > len(corners)
    assert several > count / 3


def test_two_squares_that_meet_in_a_corner():
    """A gains (2x - 1)(2y - 1) by its first action, where B and C play theirs with x and y.

    B and C are indifferent if A plays its first action, and prefer their own first ones else. So A
    plays it, and x and y both lie above 1/2 or both below.
    """
    own = np.zeros((2, 2, 2), dtype=int)
    own[0] = [[1, -1], [-1, 1]]
    other = np.zeros((2, 2, 2), dtype=int)
    other[1, 0, :] = 1
    batch = dt.solve_batch({"A": [own], "B": [other], "C": [other.swapaxes(1, 2)]})
    assert batch.complete.all()
    corners = {row[::2] for row in listed(batch, 0)}
    above = set(itertools.product((0.5, 1.0), repeat=2))
    below = set(itertools.product((0.0, 0.5), repeat=2))
    assert corners == {(1.0, x, y) for x, y in above | below}
    assert batch.count.tolist() == [7]


def test_three_players_with_ties_among_large_payoffs():
    """What floats leave in doubt is solved in whole numbers, with the same result."""
    tables = np.random.default_rng(4).integers(0, 3, (3, 200, 2, 2, 2))
    small = dt.solve_batch(dict(zip("ABC", tables, strict=True)))
    last = np.random.default_rng(5).integers(0, 10**9, (3, 1, 2, 2, 2))
    large = dt.solve_batch(
        dict(zip("ABC", np.concatenate([tables * 1_000_003, last], axis=1), strict=True))
    )
    assert large.complete[:200].tolist() == small.complete.tolist()
    assert large.degenerate[:200].tolist() == small.degenerate.tolist()
    assert [listed(large, k) for k in range(200)] == [listed(small, k) for k in range(200)]


@pytest.mark.parametrize(
    "payoffs",
    [
        {},
        {"row": [[[1, 2]]]},
        {"row": [[[1, 2]]], "column": [[[1, 2, 3]]]},
        {"row": [[[1.0, float("nan")]]], "column": [[[1, 2]]]},
        {"row": np.zeros((0, 2, 2)), "column": np.zeros((0, 2))},
    ],
)
def test_wrong_input_is_told(payoffs):
    with pytest.raises(DeterrenceError):
        dt.solve_batch(payoffs)


def test_one_game_alone_is_one_game_among_many():
    a, b = np.random.default_rng(1).integers(0, 3, (2, 50, 3, 3))
    whole = dt.solve_batch({"row": a, "column": b})
    for k in range(0, 50, 7):
        alone = dt.solve_batch({"row": a[k : k + 1], "column": b[k : k + 1]})
        assert listed(alone, 0) == listed(whole, k)


def test_whole_numbers_divided_give_the_same():
    a, b = np.random.default_rng(2).integers(0, 3, (2, 40, 2, 2))
    whole = dt.solve_batch({"row": a, "column": b})
    parts = np.vectorize(lambda x: Fraction(int(x), 7), otypes=[object])
    shared = dt.solve_batch({"row": parts(a), "column": parts(b)})
    assert [listed(whole, k) for k in range(40)] == [listed(shared, k) for k in range(40)]


def test_a_batch_as_a_dataset():
    """Matching pennies has one equilibrium, (1/2, 1/2) twice; a battle of the sexes three."""
    pennies, battle = [[1, -1], [-1, 1]], [[2, 0], [0, 1]]
    against = [[-1, 1], [1, -1]], [[1, 0], [0, 2]]
    grid = dt.solve_batch({"A": [pennies, battle], "B": against}).to_dataset()
    assert dict(grid.sizes) == {"game": 2, "A action": 2, "B action": 2, "equilibrium": 3}
    assert grid["count"].values.tolist() == [1, 3]
    assert grid["complete"].values.all()
    assert not grid["degenerate"].values.any()
    assert grid["payoff of A"].values.tolist() == [pennies, battle]
    assert grid["strategy of A"].values[0, 0].tolist() == [0.5, 0.5]
    assert np.isnan(grid["strategy of A"].values[0, 1:]).all()
    firsts = sorted(grid["strategy of B"].sel(game=1)[:, 0].values.tolist())
    assert np.allclose(firsts, [0, 1 / 3, 1])  # A is indifferent where 2 q = 1 - q
    assert grid.attrs == {"concept": "nash", "equilibria": "extreme equilibria"}
