"""The principal branch: against another tracer, through turning points, and its laws."""

import random
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from tests.equilibrium.quantal_scan import of_two_players
from tests.equilibrium.random_games import small_game

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

import agent_quantal

BENT = ([[0, 18], [25, 13]], [[7, 12], [18, 19]])  # one Nash equilibrium, so one branch


def bent():
    return dt.StrategicGame(dict(zip("AB", BENT, strict=True)))


# --- another tracer ------------------------------------------------------------------------------


def plain(game, node=None):
    """A tree as the oracle takes it."""
    node = game.root if node is None else node
    if isinstance(node, dt.Outcome):
        return ("leaf", [float(node.payoffs[p]) for p in game.players], [])
    if isinstance(node, dt.Chance):
        rows = node.choices.items()
        return ("chance", [(a, float(p), plain(game, below)) for a, (p, below) in rows])
    rows = [(a, plain(game, below)) for a, below in node.choices.items()]
    return ("move", game.players.index(node.player), (node.player, node.knows), rows)


def one_after_the_other(game, *past):
    """A strategic game as a tree in which nobody sees anything."""
    if len(past) == len(game.players):
        return ("leaf", [float(game.payoffs[p][past]) for p in game.players], [])
    player = game.players[len(past)]
    rows = [(a, one_after_the_other(game, *past, k)) for k, a in enumerate(game.actions[player])]
    return ("move", len(past), (player, ()), rows)


def differs(path, traced):
    """The largest difference at the end, by label."""
    theirs = traced.strategy()
    return max(
        abs(theirs[player, knows][action] - p)
        for (player, knows, action), p in zip(path.labels, path.probabilities[-1], strict=True)
    )


@pytest.mark.parametrize("seed", range(12))
def test_three_players_against_the_oracle(seed):
    tables = np.random.default_rng([7, seed]).integers(0, 10, (3, 2, 3, 2)).tolist()
    game = dt.StrategicGame(dict(zip("ABC", tables, strict=True)))
    for precision in (0.5, 5.0):
        traced = agent_quantal.trace(one_after_the_other(game), precision)
        assert traced.reached
        assert differs(dt.quantal_path(game, to=traced.precision[-1]), traced) < 1e-7


def test_trees_against_the_oracle():
    compared = 0
    for seed in range(1, 60, 2):
        game = small_game(seed)
        if seed % 5 and any(len(s.actions) > 1 for s in game.information_sets):
            traced = agent_quantal.trace(plain(game), 0.05)
            assert traced.reached
            path = dt.quantal_path(game, to=traced.precision[-1])
            assert differs(path, traced) < 1e-7, seed
            compared += 1
    assert compared > 15


# --- turning points ------------------------------------------------------------------------------


def test_where_the_branch_bends_back_it_passes_every_fixed_point():
    path = dt.quantal_path(bent())
    for precision, count in ((0.4, 1), (0.55, 3), (0.6, 3), (0.7, 3), (0.8, 1), (3.0, 1)):
        expected = of_two_players(*BENT, precision)
        assert len(expected) == count
        points = sorted(tuple(e.probabilities[::2].tolist()) for e in path.at(precision))
        assert np.allclose(points, expected, atol=1e-8)


def test_turning_points_are_where_the_number_of_fixed_points_changes():
    """By bisection on the count of the scan."""
    turns = sorted(t.precision for t in dt.quantal_path(bent()).turning_points)
    assert len(turns) == 2
    for turn, few, many in ((turns[0], 0.5, 0.6), (turns[1], 0.8, 0.6)):
        while abs(few - many) > 1e-6:
            middle = (few + many) / 2
            if len(of_two_players(*BENT, middle, grid=20001)) == 3:
                many = middle
            else:
                few = middle
        assert turn == pytest.approx(many, abs=1e-4)


def test_looking_at_places_on_a_path_does_not_change_it():
    path = dt.quantal_path(bent(), to=2.0)
    before = path.limit
    for precision in (0.1, 0.6, 1.5):
        path.at(precision)
    again = dt.quantal_path(bent(), to=2.0)
    assert path.limit.profile == before.profile == again.limit.profile


def test_a_turning_point_prints_as_one_line():
    assert repr(dt.quantal_path(bent()).turning_points[0]).startswith("<TurningPoint at precision")


SHAPES = ((2, 2), (3, 3), (2, 2, 2), (3, 2, 2), (4, 4), (3, 3, 3), (6, 6), (2, 2, 2, 2))


@pytest.mark.parametrize("seed", [33, 93, 183, 190, 347, 357, 471])
def test_long_steps_do_not_jump_to_another_branch(seed):
    """Games in which steps of length 1 land on another branch unless the orientation is watched.

    The oracle takes steps that are fifty times as short; with 0.05 it jumps itself at seed 471.
    """
    rng, shape = np.random.default_rng([5, seed]), SHAPES[seed % 8]
    tables = rng.integers(0, 100, (len(shape), *shape))
    if seed % 3 == 0:
        for a in range(min(shape)):
            tables[(slice(None),) + (a,) * len(shape)] += 60
    game = dt.StrategicGame({f"P{i}": t.tolist() for i, t in enumerate(tables)})
    traced = agent_quantal.trace(one_after_the_other(game), 1.0, step=0.01, longest=0.01)
    assert traced.reached
    path = dt.quantal_path(game, to=traced.precision[-1])
    assert differs(path, traced) < 1e-6
    assert len(path.turning_points) == traced.turns
    assert path.bifurcations == ()


def test_a_pitchfork_is_crossed_and_told():
    """Coordination on equal payoffs has three equilibria from precision 2 on; the path is even."""
    table = [[1, 0], [0, 1]]
    path = dt.quantal_path(dt.StrategicGame({"A": table, "B": table}), to=10)
    assert path.bifurcations == pytest.approx((2.0,), abs=1e-3)
    assert "another branch may cross at precision 2" in path.status
    assert np.allclose(path.probabilities, 0.5, atol=1e-9)


# --- the limit -----------------------------------------------------------------------------------


def test_a_limit_in_a_continuum_is_told():
    """A is never moved to prefer either action, and B's second one pays more on average."""
    game = dt.StrategicGame({"A": [[1, 1], [1, 1]], "B": [[1, 0], [0, 2]]})
    found = dt.solve(game, "quantal")
    assert found.path.limit_free == (("A", ()),)
    assert found[0].profile[0] == (Fraction(1, 2), Fraction(1, 2))
    assert "a point of a continuum" in found.status


def test_a_single_mixed_equilibrium_is_no_continuum():
    game = dt.StrategicGame({"A": [[2, 0], [0, 1]], "B": [[0, 3], [1, 0]]})
    found = dt.solve(game, "quantal")
    assert found.path.limit_free == ()
    assert found[0].profile == (
        (Fraction(1, 4), Fraction(3, 4)),
        (Fraction(1, 3), Fraction(2, 3)),
    )


@pytest.mark.parametrize(
    "game",
    [
        dt.Game(["A"], dt.Outcome({"A": 1})),
        dt.Game(["A"], dt.Move("A", (), {"on": dt.Outcome({"A": 1})})),
        dt.StrategicGame({"A": [[1]], "B": [[2]]}),
    ],
    ids=["outcome", "one action", "one by one"],
)
def test_without_a_choice_there_is_nothing_to_follow(game):
    found = dt.solve(game, "quantal")
    assert found.complete
    assert found[0].payoffs["A"] == 1
    assert len(found.path) == len(found.path.at(3.0)) == 1
    assert dt.quantal_equilibria(game, 3.0).complete


# --- laws ----------------------------------------------------------------------------------------


def games(shapes=((2, 2), (2, 3), (2, 2, 2))):
    def tables(shape):
        size = int(np.prod(shape))
        row = st.lists(st.integers(-9, 9), min_size=size, max_size=size)
        return st.tuples(*[row] * len(shape)).map(
            lambda rows: [np.array(r).reshape(shape) for r in rows]
        )

    return st.sampled_from(shapes).flatmap(tables)


def made(tables):
    return dt.StrategicGame({f"P{i}": t.tolist() for i, t in enumerate(tables)})


def mixtures(tables, precision):
    """By player, where the branch first has this precision."""
    path = dt.quantal_path(made(tables), to=precision)
    cuts = np.cumsum(tables[0].shape)[:-1]
    return np.split(path.probabilities[-1], cuts)


@settings(max_examples=25, deadline=None)
@given(games(), st.sampled_from([2, 5]), st.integers(-20, 20))
def test_affine_changes_of_payoffs_scale_precision(tables, factor, shift):
    one = mixtures(tables, 0.2)
    other = mixtures([factor * t + shift + i for i, t in enumerate(tables)], 0.2 / factor)
    for p, q in zip(one, other, strict=True):
        assert np.allclose(p, q, atol=1e-7)


@settings(max_examples=25, deadline=None)
@given(games(), st.randoms(use_true_random=False))
def test_relabelling_players_and_actions_relabels_the_path(tables, rng):
    order = rng.sample(range(len(tables)), len(tables))
    actions = [rng.sample(range(n), n) for n in tables[0].shape]
    moved = [t[np.ix_(*actions)].transpose(order) for t in tables]
    one, other = mixtures(tables, 0.2), mixtures([moved[i] for i in order], 0.2)
    for place, i in enumerate(order):
        assert np.allclose(one[i][actions[i]], other[place], atol=1e-7)


def reversed_tree(node):
    """Every choice and chance move with its branches in the other order."""
    if isinstance(node, dt.Outcome):
        return node
    pairs = list(node.choices.items())[::-1]
    if isinstance(node, dt.Chance):
        return dt.Chance({a: (p, reversed_tree(below)) for a, (p, below) in pairs})
    return dt.Move(node.player, node.knows, {a: reversed_tree(below) for a, below in pairs})


@pytest.mark.parametrize("seed", range(1, 30, 2))
def test_reordering_a_tree_reorders_the_path(seed):
    game = small_game(seed)
    turned = dt.Game(game.players[::-1], reversed_tree(game.root))
    one, other = (dt.quantal_path(g, to=0.05) for g in (game, turned))
    theirs = dict(zip(other.labels, other.probabilities[-1], strict=True))
    assert set(theirs) == set(one.labels)
    for label, p in zip(one.labels, one.probabilities[-1], strict=True):
        assert theirs[label] == pytest.approx(p, abs=1e-8)


@settings(max_examples=25, deadline=None)
@given(games())
def test_regret_is_below_its_bound_all_along(tables):
    """The logit rule maximises payoff plus entropy over precision: regret <= log(actions) / it."""
    path = dt.quantal_path(made(tables), to=3.0)
    span = max(int(np.ptp(t)) for t in tables) or 1
    later = path.precision > 0
    most = np.log(max(tables[0].shape)) / (path.precision[later] * span)
    spans = [int(np.ptp(t)) for t in tables if np.ptp(t)]
    worst = span / min(spans, default=1)  # regret is a share of the player's own span
    assert np.all(path.regret[later] <= most * worst + 1e-12)


# --- the six stages ------------------------------------------------------------------------------


def test_the_arrangement_of_the_op_ed_has_a_certified_limit():
    """161 information sets, and precision turns back several times on the way."""
    found = dt.solve(dt.arrangement("oped").game(), "quantal")
    assert found.complete, found.status
    assert found[0].certificate.holds
    assert found[0].certificate.exact
    assert len(found.path.turning_points) == 6
    assert found.path.limit_distance < 1e-4
    assert found.path.regret[-1] <= 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("name", list(dt.arrangements()))
def test_every_arrangement_has_a_certified_limit(name):
    found = dt.solve(dt.arrangement(name).game(), "quantal")
    assert found.complete, found.status
    assert found[0].certificate.exact


@pytest.mark.slow
def test_six_stages_against_the_oracle():
    game = dt.arrangement("oped").game().with_numbers()
    traced = agent_quantal.trace(plain(game), 200.0)
    assert traced.reached
    assert traced.turns == 6
    assert differs(dt.quantal_path(game, to=traced.precision[-1]), traced) < 1e-6


def test_random_points_of_the_continuation_have_exact_limits():
    from benchmarks.sequential import PLANS, full_points

    game = dt.guarantee_game(fixed={"preparation": "keep, provocative"})
    for point in full_points(game, PLANS[0], 10, random.Random(11)):
        found = dt.solve(game.at({name: point[name] for name in game.parameters}), "quantal")
        assert found.complete, found.status
        assert found[0].certificate.exact
