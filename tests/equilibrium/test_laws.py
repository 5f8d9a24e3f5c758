"""Laws that hold for every game, on thousands of random ones, generic and degenerate.

A longer run: `python -m pytest -m slow tests/equilibrium/test_laws.py`. Its number of games of each
kind is DETERRENCE_LAW_GAMES (100,000), and DETERRENCE_LAW_SEED (1) chooses which.
"""

import itertools
import os
from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from tests.equilibrium.random_games import small_game

FEW = 2_000  # games of each kind in the regular run
MANY = int(os.environ.get("DETERRENCE_LAW_GAMES", "100000"))
SEED = int(os.environ.get("DETERRENCE_LAW_SEED", "1"))
SINGLY = 40  # for each game solved alone there are so many in batches
SLOWLY = 100  # the same for three players and for the logit limit
FEW_BRANCHES = 300  # of a search, since some small trees full of ties take minutes
SAME = 1e-7  # probabilities of a batch are off by at most 1e-9
KINDS = {"degenerate": 3, "generic": 1000}
PAIRS = [(2, 2), (2, 3), (3, 2), (3, 3), (4, 3)]
TRIPLES = [(2, 2, 2)]
NAMES = ("Ann", "Bob", "Cy")

runs = pytest.mark.parametrize(
    ("count", "seed"),
    [(FEW, 0), pytest.param(MANY, SEED, marks=pytest.mark.slow)],
    ids=["few", "many"],
)
kinds = pytest.mark.parametrize("kind", KINDS)
pairs = pytest.mark.parametrize("shape", PAIRS, ids=str)
all_shapes = pytest.mark.parametrize("shape", PAIRS + TRIPLES, ids=str)


def drawn(shape, kind, count, seed):
    """Payoffs of many games, by player."""
    rng = np.random.default_rng([seed, *shape, KINDS[kind]])
    names = NAMES[: len(shape)]
    return {p: rng.integers(0, KINDS[kind], (count, *shape)) for p in names}, rng


def listed(batch, players=None):
    """Equilibria of complete games row by row: the game of each, and all probabilities in a row.

    What is listed on a curved continuum of three players depends on their order.
    """
    wide = np.concatenate([batch.strategies[p] for p in players or batch.players], axis=2)
    there = (np.arange(wide.shape[1]) < batch.count[:, None]) & batch.complete[:, None]
    games, _ = there.nonzero()
    return games, wide[there]


def assert_same_sets(one, two):
    """The same equilibria in every game, in whatever order."""
    direction = np.random.default_rng(7).random(one[1].shape[1])
    sorted_ = []
    for games, rows in (one, two):
        order = np.lexsort((rows @ direction, games))
        sorted_.append((games[order], rows[order]))
    assert np.array_equal(sorted_[0][0], sorted_[1][0])
    assert np.abs(sorted_[0][1] - sorted_[1][1]).max(initial=0.0) < SAME


# --- many games at once --------------------------------------------------------------------------


@runs
@kinds
@all_shapes
def test_nobody_gains_by_a_deviation(shape, kind, count, seed):
    payoffs, _ = drawn(shape, kind, count, seed)
    batch = dt.solve_batch(payoffs)
    assert np.nanmax(batch.regret()) <= 1e-8 * KINDS[kind]
    rows = listed(batch)[1]
    assert rows.min() >= 0
    assert np.abs(rows.sum(axis=1) - len(shape)).max() < SAME
    assert batch.complete.mean() > 0.9


@runs
@kinds
@all_shapes
def test_nondegenerate_games_have_an_odd_number(shape, kind, count, seed):
    payoffs, _ = drawn(shape, kind, count, seed)
    batch = dt.solve_batch(payoffs)
    assert (batch.count[~batch.degenerate] % 2 == 1).all()
    assert (batch.count[batch.complete] > 0).all()


@runs
@kinds
@all_shapes
def test_order_of_players(shape, kind, count, seed):
    payoffs, rng = drawn(shape, kind, count, seed)
    order = rng.permutation(len(shape))
    axes = (0, *(1 + order))
    turned = {NAMES[k]: payoffs[NAMES[k]].transpose(axes) for k in order}
    one, two = dt.solve_batch(payoffs), dt.solve_batch(turned)
    assert_same_sets(listed(one), listed(two, one.players))
    assert np.array_equal(one.degenerate, two.degenerate)
    assert np.array_equal(one.complete, two.complete)


@runs
@kinds
@all_shapes
def test_order_of_actions(shape, kind, count, seed):
    payoffs, rng = drawn(shape, kind, count, seed)
    orders = [rng.permutation(n) for n in shape]
    grid = np.ix_(range(count), *orders)
    one, two = dt.solve_batch(payoffs), dt.solve_batch({p: t[grid] for p, t in payoffs.items()})
    games, rows = listed(one)
    ends = np.cumsum((0, *shape))
    place = np.concatenate([start + order for start, order in zip(ends, orders, strict=False)])
    assert_same_sets((games, rows[:, place]), listed(two))
    assert np.array_equal(one.degenerate, two.degenerate)
    assert np.array_equal(one.complete, two.complete)


@runs
@kinds
@all_shapes
def test_positive_factors_and_what_others_decide(shape, kind, count, seed):
    """Payoffs times a positive number, plus anything that a player's own action does not change."""
    payoffs, rng = drawn(shape, kind, count, seed)
    changed = {}
    for axis, (player, table) in enumerate(payoffs.items(), 1):
        other = list(table.shape)
        other[axis] = 1
        changed[player] = rng.integers(1, 9) * table + rng.integers(-50, 50, other)
    one, two = dt.solve_batch(payoffs), dt.solve_batch(changed)
    assert_same_sets(listed(one), listed(two))
    assert np.array_equal(one.degenerate, two.degenerate)


@runs
@kinds
@pairs
def test_a_strictly_dominated_action_changes_nothing(shape, kind, count, seed):
    payoffs, rng = drawn(shape, kind, count, seed)
    ann, bob = payoffs.values()
    like = ann[:, [rng.integers(shape[0])]]
    more = np.concatenate([ann, like - rng.integers(1, 9, like.shape)], axis=1)
    wider = np.concatenate([bob, rng.integers(0, KINDS[kind], like.shape)], axis=1)
    one, two = dt.solve_batch(payoffs), dt.solve_batch({"Ann": more, "Bob": wider})
    games, rows = listed(one)
    assert_same_sets((games, np.insert(rows, shape[0], 0.0, axis=1)), listed(two))


@runs
@kinds
@pairs
def test_a_copy_of_an_action_is_played_in_its_place(shape, kind, count, seed):
    """Extreme equilibria put all weight of the two on one of them."""
    payoffs, rng = drawn(shape, kind, count, seed)
    k = int(rng.integers(shape[1]))
    doubled = {p: np.concatenate([t, t[:, :, [k]]], axis=2) for p, t in payoffs.items()}
    one, two = dt.solve_batch(payoffs), dt.solve_batch(doubled)
    games, rows = listed(one)
    place = shape[0] + k
    wide = np.insert(rows, sum(shape), 0.0, axis=1)
    other = wide[rows[:, place] > 0]
    other[:, [place, -1]] = other[:, [-1, place]]
    everywhere = np.concatenate([games, games[rows[:, place] > 0]]), np.concatenate([wide, other])
    assert_same_sets(everywhere, listed(two))


# --- one game after the other --------------------------------------------------------------------


def single(payoffs, k):
    return dt.StrategicGame({player: table[k] for player, table in payoffs.items()})


def profiles(solution):
    """Every extreme equilibrium, exact."""
    return {e.profile for e in solution.extreme}


@runs
@kinds
@pairs
def test_determinants_agree_with_vertices(shape, kind, count, seed):
    payoffs, _ = drawn(shape, kind, count // SINGLY, seed)
    batch = dt.solve_batch(payoffs)
    games, rows = [], []
    for k in range(len(batch)):
        solution = dt.solve(single(payoffs, k))
        assert solution.complete
        for profile in profiles(solution):
            games.append(k)
            rows.append([float(p) for mixture in profile for p in mixture])
    assert_same_sets(listed(batch), (np.array(games), np.array(rows)))


@runs
@kinds
@pairs
def test_floats_agree_with_exact_numbers_and_a_path_ends_in_the_set(shape, kind, count, seed):
    payoffs, _ = drawn(shape, kind, count // SINGLY, seed)
    for k in range(count // SINGLY):
        game = single(payoffs, k)
        exact, floats, path = dt.solve(game), dt.solve(game, tol=1e-9), dt.solve(game, budget=1)
        assert len(floats) == len(exact)
        assert_same_sets(extreme_rows(floats), extreme_rows(exact))
        assert path.extreme[0].profile in profiles(exact)


def extreme_rows(solution):
    rows = [[float(p) for mixture in profile for p in mixture] for profile in profiles(solution)]
    return np.zeros(len(rows), dtype=int), np.array(rows)


@runs
@kinds
@pytest.mark.parametrize("shape", PAIRS[:4], ids=str)
def test_strategic_form_agrees_with_the_tree(shape, kind, count, seed):
    payoffs, _ = drawn(shape, kind, count // SINGLY, seed)
    for k in range(count // SINGLY):
        game = single(payoffs, k)
        form, tree = dt.solve(game), dt.solve(game.tree, "nash")
        assert form.complete
        assert tree.complete
        assert len(form) == len(tree)
        for player, ends in form.envelope().items():
            assert tree.envelope()[player] == pytest.approx(ends, abs=1e-9)


@runs
@pytest.mark.parametrize("kind", ["generic"])
@pytest.mark.parametrize("shape", TRIPLES, ids=str)
def test_closed_forms_agree_with_the_search_for_three(shape, kind, count, seed):
    payoffs, _ = drawn(shape, kind, count // SLOWLY, seed)
    batch = dt.solve_batch(payoffs)
    for k in range(len(batch)):
        solution = dt.solve(single(payoffs, k))
        assert solution.complete
        if not batch.degenerate[k]:
            assert_same_sets(rows_of(solution), rows_in(batch, k))


def rows_of(solution):
    """Everybody's probabilities side by side, whichever solver found the equilibria."""
    found = []
    for equilibrium in solution:
        mixtures = (knowing[()].values() for knowing in equilibrium.strategy.values())
        found.append([float(p) for mixture in mixtures for p in mixture])
    return np.zeros(len(found), dtype=int), np.array(found)


def rows_in(batch, k):
    """The same of one game of a batch."""
    own = [batch.strategies[p][k, : batch.count[k]] for p in batch.players]
    return np.zeros(batch.count[k], dtype=int), np.concatenate(own, axis=1)


@runs
@pytest.mark.parametrize("kind", ["generic"])
def test_three_players_with_a_strictly_dominated_action(kind, count, seed):
    """The other two players' game is unchanged, and the action is never played."""
    payoffs, rng = drawn((2, 2, 2), kind, count // SLOWLY // 2, seed)
    like = payoffs["Ann"][:, :1]
    wide = {p: np.concatenate([t, rng.integers(0, 999, like.shape)], 1) for p, t in payoffs.items()}
    wide["Ann"] = np.concatenate([payoffs["Ann"], like - 1], axis=1)
    batch = dt.solve_batch(payoffs)
    for k in np.flatnonzero(~batch.degenerate):
        solution = dt.solve(single(wide, k))
        assert solution.complete
        games, rows = rows_of(solution)
        assert (rows[:, 2] == 0).all()
        assert_same_sets((games, np.delete(rows, 2, axis=1)), rows_in(batch, k))


# --- trees ---------------------------------------------------------------------------------------


@runs
def test_the_logit_limit_is_a_sequential_equilibrium_of_the_set(count, seed):
    decided, games = 0, range(seed * count, seed * count + count // SLOWLY // 2)
    for k in games:
        game = small_game(k)
        whole, limit = dt.solve(game, budget=FEW_BRANCHES), dt.solve(game, "quantal")
        if whole.complete and limit.complete:
            families = (f for component in whole.components for f in component.families)
            assert any(contains(family, limit[0]) for family in families), k
            decided += 1
    assert decided > len(games) / 2


def contains(family, equilibrium):
    """Whether an equilibrium's strategies lie within a family's least and most values."""
    ranges = {key: (value, value) for key, value in family.fixed.items()} | family.free
    for (what, player, knows, action), (low, high) in ranges.items():
        if what == "strategy":
            p = Fraction(equilibrium.strategy[player][knows][action])
            if not low - Fraction(1, 10**4) <= p <= high + Fraction(1, 10**4):
                return False
    return True


@runs
def test_sequential_equilibria_are_nash_equilibria_of_the_strategic_form(count, seed):
    """Their payoffs lie within those of the strategic form's equilibria, for two players."""
    for k in itertools.islice(itertools.count(4 * seed * count), count // SINGLY):
        game = small_game(k)
        if len(game.players) > 2:
            continue
        sequential, nash = dt.solve(game, budget=FEW_BRANCHES), dt.solve(game.strategic_form())
        if not (sequential.complete and nash.complete):
            continue
        inner, outer = sequential.envelope(), nash.envelope()
        for player in game.players:
            (low, high), (least, most) = inner[player], outer[player]
            assert least - 1e-9 <= low
            assert high <= most + 1e-9
