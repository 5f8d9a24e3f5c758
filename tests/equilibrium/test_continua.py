"""Continua of equilibria of three and more players: two ways to them, and what must not change."""

import itertools
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

import deterrence as dt
from deterrence.equilibrium.isolated import solve_isolated
from deterrence.equilibrium.strategic_nash import _by_supports

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "oracles"), str(HERE)]

from several_players import game, random_tables  # noqa: E402


def test_a_dummy_player_makes_components_not_points():
    same = np.array([[[1, 1], [0, 0]], [[0, 0], [1, 1]]])
    found = game([same, same, 0 * same])
    assert not solve_isolated(found).complete
    whole = dt.solve(found)
    assert whole.complete
    assert len(whole) == 3
    for component in whole.components:
        assert max(f.dimension for f in component.families) == 1
    rows = {tuple(map(tuple, e.assessment.probabilities)) for e in whole.equilibria}
    half = (Fraction(1, 2),) * 2
    for pair, third in itertools.product([(1, 0), (0, 1), half], [(1, 0), (0, 1)]):
        assert (pair, pair, third) in rows


@pytest.mark.parametrize("seed", [0, 1, 6])
def test_a_doubled_action_leaves_the_number_of_components(seed):
    tables = random_tables(seed, (2, 2, 2), 50)
    doubled = game([np.concatenate([t, t[:1]], axis=0) for t in tables])
    assert not solve_isolated(doubled).complete
    assert len(dt.solve(doubled)) == len(solve_isolated(game(tables)))


def check_against_the_tree(shape, most, seeds):
    """Both ways to continua: supports left open by the subdivision, and all of them as a tree."""
    compared = 0
    for seed in seeds:
        found = game(random_tables([37, seed, most], shape, most))
        one, other = dt.solve(found), _by_supports(found, 200_000)
        assert all(e.certificate.holds for e in one.equilibria)
        if not one.complete or not other.complete:
            continue
        compared += 1
        assert len(one) == len(other)
        assert families(one) == families(other)
    return compared


def families(solution):
    """By component: the supports of its families, with their dimensions."""
    return sorted(
        sorted(
            (str([[p > 0 for p in row] for row in rows(f.representative)]), f.dimension)
            for f in component.families
        )
        for component in solution.components
    )


def rows(equilibrium):
    return equilibrium.assessment.probabilities


@pytest.mark.parametrize("most", [1, 2])
def test_continua_are_those_found_by_all_supports(most):
    assert check_against_the_tree((2, 2, 2), most, range(10)) > 4


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "most", "count"),
    [((2, 2, 2), 1, 500), ((2, 2, 2), 3, 500), ((2, 2, 3), 1, 100), ((3, 3, 3), 4, 12)],
    ids=str,
)
def test_continua_of_many_games_are_those_found_by_all_supports(shape, most, count):
    assert check_against_the_tree(shape, most, range(100, 100 + count)) > count / 4


def test_a_continuum_is_described_saved_and_loaded(tmp_path):
    """The third player's mixture keeps the others' replies best from 1/2 on."""
    share = np.array([[[1, 0], [1, 0]], [[0, 1], [0, 1]]])  # A wants its action to be C's
    base = np.array([[[1, 1], [0, 0]], [[1, 1], [0, 0]]])  # B's first action is dominant
    found = game([share, base, 0 * share])
    whole = dt.solve(found)
    assert whole.complete
    assert whole.game is found
    relations = {r for c in whole.components for f in c.families for r in f.relations}
    assert relations == {"P[C | ()](1) >= 1/2", "P[C | ()](1) <= 1/2"}
    assert all(key[0] == "strategy" for c in whole.components for key in c.families[0].fixed)
    assert "2 x 2 x 2 actions" in whole.summary()
    whole.save(tmp_path / "kept.json")
    again = dt.load(tmp_path / "kept.json")
    assert len(again) == len(whole)
    assert all(e.certificate.holds for e in again.equilibria)


def test_a_game_without_any_stakes_is_one_component():
    whole = dt.solve(game([np.zeros((2, 2, 2))] * 3))
    assert whole.complete
    assert len(whole) == 1
    assert len(whole.components[0].families) == 27
    assert max(f.dimension for f in whole.components[0].families) == 3


def test_more_supports_than_the_budget_are_searched_as_a_tree():
    """Six actions each make 250,047 support profiles; all but one action are dominated."""
    tables = random_tables(47, (6, 6, 6), 50)
    for k, table in enumerate(tables):
        np.moveaxis(table, k, 0)[2] += 200
    found = game(tables)
    assert "support profiles" in solve_isolated(found).left[0]
    whole = dt.solve(found)
    assert whole.complete
    (only,) = whole
    assert only.profile == (tuple(int(a == 2) for a in range(6)),) * 3
