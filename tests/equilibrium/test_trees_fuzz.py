"""Nash and subgame-perfect equilibria of trees against the definition and other solvers."""

from __future__ import annotations

import itertools
import random
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import deterrence as dt
from deterrence.equilibrium.path_nash import solve_by_paths
from deterrence.equilibrium.stages import stages_of, whole_game
from tests.equilibrium.oracle_trees import Twin
from tests.equilibrium.random_games import small_game, three_choosers
from tests.equilibrium.test_sequential_fuzz import by_name, gap

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

import brute_nash

Draw = Callable[[int], Any]
DRAWS: tuple[Draw, ...] = (small_game, three_choosers)
REGULAR = [(draw, seed) for draw in DRAWS for seed in range(1, 15)]
LONG = [(draw, seed) for draw in DRAWS for seed in (0, *range(15, 1500))]
# off the path, choices of several players bend several conditions
BENT = {(three_choosers, 10), (three_choosers, 11)}
MOST_SETS, MOST_PURE, MOST_PLANS, MOST_PROFILES = 7, 100, 6, 16
MOST_FAMILIES, TRIES = 4, 5
NEAR = 1e-7


def nash(game: Any) -> Any:
    """By paths, whatever the number of players."""
    game = game.with_numbers()
    return solve_by_paths(game, "nash", [whole_game()], 20_000)


def subgame_perfect(game: Any) -> Any:
    """By paths, whether or not play reaches every set in its subgame."""
    game = game.with_numbers()
    return solve_by_paths(game, "subgame-perfect", stages_of(game.structure), 20_000)


def small(game: Any) -> bool:
    return 0 < len(game.structure.sets) <= MOST_SETS


def families(solution: Any) -> list[Any]:
    return [family for component in solution.components for family in component.families]


def values_of(strategy: Any) -> dict[Any, float]:
    return {
        ("strategy", player, knows, action): float(p)
        for player, rows in strategy.items()
        for knows, row in rows.items()
        for action, p in row.items()
    }


def is_in(found: list[Any], strategy: Any) -> bool:
    """Whether a profile meets all that is said of some family."""
    values = values_of(strategy)
    named = by_name(values)
    return min((gap(family, values, named) for family in found), default=1.0) < NEAR


def labelled(twin: Twin, profile: Any) -> Any:
    found: dict[str, Any] = {p: {} for p in twin.players}
    for (player, knows), row in profile.items():
        names = twin.actions[player, knows]
        found[player][knows] = dict(zip(names, row, strict=True))
    return found


def points(solution: Any, most: int = 20) -> list[Any]:
    return list(itertools.islice(solution.equilibria, most))


def check_points(game: Any, solution: Any, holds: Any, twin: Twin) -> None:
    """Every equilibrium returned is one by the definition, and by the certificate."""
    assert len(solution) > 0
    for e in points(solution):
        assert e.certificate.holds
        if e.certificate.exact:
            profile = {
                name: [e.strategy[name[0]][name[1]][a] for a in twin.actions[name]]
                for name in twin.actions
            }
            assert holds(twin._node(game.root), profile, len(game.players))


def elsewhere(game: Any, e: Any, rng: random.Random) -> Any:
    """The equilibrium with other choices at some sets that play does not reach."""
    found: dict[str, Any] = {p: {} for p in game.players}
    for s in game.structure.sets:
        row = dict(e.strategy[s.player][s.knows])
        if not e.assessment.reached(s.player, s.knows) and rng.random() < 0.7:
            weights = [rng.choice((0, 0, 1, 2)) for _ in s.actions]
            weights = weights if any(weights) else [1, *weights[1:]]
            row = {a: Fraction(w, sum(weights)) for a, w in zip(s.actions, weights, strict=True)}
        found[s.player][s.knows] = row
    return found


def check_elsewhere(game: Any, solution: Any, twin: Twin, seed: int) -> None:
    """What is deterred by other choices off the path is in a family, and nothing else is."""
    rng, root, found = random.Random(seed), twin._node(game.root), families(solution)
    for family in found[:MOST_FAMILIES]:
        for _ in range(TRIES):
            strategy = elsewhere(game, family.representative, rng)
            profile = {n: [strategy[n[0]][n[1]][a] for a in twin.actions[n]] for n in twin.actions}
            if family.representative.certificate.exact:
                expected = brute_nash.is_nash(root, profile, len(game.players))
                assert is_in(found, strategy) == expected


def check(game: Any) -> bool:
    """Everything about one game; whether both solutions are complete."""
    twin = Twin(game)
    root = twin._node(game.root)
    all_nash, perfect = nash(game), subgame_perfect(game)
    check_points(game, all_nash, brute_nash.is_nash, twin)
    check_points(game, perfect, brute_nash.is_subgame_perfect, twin)
    if all_nash.complete:
        check_elsewhere(game, all_nash, twin, 0)
    here, there = families(all_nash), families(perfect)
    if brute_nash.count_pure(root) <= MOST_PURE:
        for profile in brute_nash.pure_profiles(root):
            if brute_nash.is_nash(root, profile, len(game.players)):
                assert is_in(here, labelled(twin, profile))
                if brute_nash.is_subgame_perfect(root, profile, len(game.players)):
                    assert is_in(there, labelled(twin, profile))
    for e in points(perfect):
        assert is_in(here, e.strategy) or not all_nash.complete
    for e in points(dt.solve(game)):
        assert is_in(there, e.strategy) or not perfect.complete
        regret = dt.certify(game, e.strategy, concept="subgame-perfect").regret
        assert regret == 0 or (not e.certificate.exact and regret < NEAR)
    return bool(all_nash.complete and perfect.complete)


@pytest.mark.parametrize(("draw", "seed"), REGULAR)
def test_the_definition_the_sequential_ones_and_what_is_found(draw: Draw, seed: int) -> None:
    game = draw(seed)
    assert not small(game) or check(game) or (draw, seed) in BENT


@pytest.mark.slow
@pytest.mark.parametrize(("draw", "seed"), LONG)
def test_the_definition_and_what_is_found_in_many_games(draw: Draw, seed: int) -> None:
    game = draw(seed)
    if small(game):
        check(game)


def same_payoffs(game: Any, one: Any, two: Any) -> None:
    assert len(one) == len(two)
    for player in game.players:
        assert one.envelope()[player] == pytest.approx(two.envelope()[player], abs=1e-9)


def against_others(game: Any, most: int) -> None:
    """Two players: the sequence form; three: the strategic form."""
    found = nash(game)
    if len(game.players) == 2:
        other = dt.solve(game, "nash")
        same_payoffs(game, found, other)
        here, there = families(found), families(other)
        assert all(is_in(here, e.strategy) for e in points(other))
        assert all(is_in(there, e.strategy) for e in points(found))
        return
    form = game.strategic_form()
    if max(form.shape) <= MOST_PLANS and len(form) <= most:
        other = dt.solve(form)
        if other.complete and found.complete:
            same_payoffs(game, found, other)


@pytest.mark.parametrize(("draw", "seed"), REGULAR)
def test_as_many_components_and_the_same_payoffs_by_other_forms(draw: Draw, seed: int) -> None:
    game = draw(seed)
    if small(game):
        against_others(game, MOST_PROFILES)


@pytest.mark.slow
@pytest.mark.parametrize(("draw", "seed"), LONG)
def test_as_many_components_and_the_same_payoffs_in_many_games(draw: Draw, seed: int) -> None:
    game = draw(seed)
    if small(game):
        against_others(game, 2 * MOST_PROFILES)
