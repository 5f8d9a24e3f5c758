"""The record of a subdivision, followed by other code: what it proves, and what is noticed."""

import copy
import sys
from pathlib import Path

import numpy as np
import pytest

from deterrence.equilibrium import search_record
from deterrence.equilibrium.isolated import solve_isolated
from deterrence.equilibrium.strategic_nash import _by_supports

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "oracles"), str(HERE)]

from replay_subdivision import Replay, ReplayError  # noqa: E402
from several_players import game, near_tables, random_tables  # noqa: E402

SHAPES = [(2, 2, 2), (3, 3, 3), (2, 2, 2, 2), (2, 3, 4), (2, 2, 2, 2, 2)]


@pytest.mark.parametrize("shape", SHAPES, ids=str)
def test_the_record_proves_the_set_to_somebody_else(shape):
    for seed in range(2):
        solution = solve_isolated(found := game(random_tables([13, seed], shape)))
        by_support = Replay(found, solution.search).check()
        assert sum(map(len, by_support.values())) == len(solution)
        for e in solution:
            support = tuple(tuple(a for a, p in enumerate(r) if p) for r in e.profile)
            inside = [
                all(low <= p <= high for p, (low, high) in zip(e.profile[k], row, strict=True))
                for row_of in by_support[support]
                for k, row in enumerate(row_of)
            ]
            assert sum(map(all, zip(*[iter(inside)] * len(shape), strict=True))) == 1


def test_the_record_of_games_with_ties_proves_the_set_too():
    replayed = 0
    for seed in range(40):
        solution = solve_isolated(found := game(random_tables([17, seed], (2, 2, 2), 6)))
        if solution.complete:
            by_support = Replay(found, solution.search).check()
            assert sum(map(len, by_support.values())) == len(solution)
            replayed += 1
    assert replayed > 20


@pytest.mark.slow
@pytest.mark.parametrize(
    ("shape", "most", "count"),
    [((2, 2, 2), 10, 1000), ((2, 2, 2), 10**17, 300), ((3, 3, 3), 1000, 60), ((2, 2, 3), 3, 300)],
    ids=str,
)
def test_many_records_are_replayed(shape, most, count):
    for seed in range(count):
        solution = solve_isolated(found := game(random_tables([19, seed], shape, most)))
        if solution.complete:
            by_support = Replay(found, solution.search).check()
            assert sum(map(len, by_support.values())) == len(solution)


def tampered(record):
    """Records that leave out or add an equilibrium in different ways."""
    for number, root in enumerate(record.roots):
        if root.verdict != search_record.EQUILIBRIUM:
            continue
        judged = copy.deepcopy(record)
        object.__setattr__(judged.roots[number], "verdict", search_record.NOT_EQUILIBRIUM)
        yield judged
        nodes = [n for n, leaf in record.leaves.items() if leaf.root == number]
        for fate in (search_record.OPEN, search_record.SEPARATED, search_record.DOMINATED):
            dropped = copy.deepcopy(record)
            for node in nodes:
                dropped.fate[node] = fate
                dropped.detail[node] = (0, 0, 1)
                dropped.weights[node] = np.ones(sum(m - 1 for m in record.shape))
                del dropped.leaves[node]
            yield dropped
    missing = copy.deepcopy(record)
    missing.roots.pop()
    yield missing


def test_a_root_dropped_from_the_record_is_noticed():
    found = game(random_tables([13, 0], (2, 2, 2)))
    record = solve_isolated(found).search
    Replay(found, record).check()
    count = 0
    for changed in tampered(record):
        with pytest.raises((ReplayError, IndexError)):
            Replay(found, changed).check()
        count += 1
    assert count >= 5


def test_a_support_left_out_or_a_half_is_noticed():
    found = game(random_tables([13, 0], (2, 2, 2)))
    record = solve_isolated(found).search
    split = record.fate.index(search_record.SPLIT)
    for node in (0, record.parent.index(split)):
        changed = copy.deepcopy(record)
        changed.parent[node] = len(record.parent)  # hangs nowhere
        with pytest.raises(ReplayError):
            Replay(found, changed).check()


@pytest.mark.parametrize("digits", [9, 14])
def test_the_record_of_games_close_to_ties_proves_the_set(digits):
    """Small whole payoffs, moved by so little that floats do not tell all signs."""
    replayed = 0
    for seed in range(20):
        solution = solve_isolated(found := game(near_tables([43, seed], (2, 2, 2), digits)))
        if solution.complete:
            by_support = Replay(found, solution.search).check()
            assert sum(map(len, by_support.values())) == len(solution)
            assert all(e.certificate.holds for e in solution)
            replayed += 1
    assert replayed > 10


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 2, 2), (2, 1, 3), (3,), (2, 2, 1, 2)], ids=str)
def test_players_with_one_action_and_one_player_alone(shape):
    solution = solve_isolated(found := game(random_tables(41, shape)))
    assert solution.complete
    by_support = Replay(found, solution.search).check()
    assert sum(map(len, by_support.values())) == len(solution)
    other = _by_supports(found, 200_000)
    assert sorted(map(tuple, (map(tuple, e.assessment.probabilities) for e in other))) == sorted(
        e.profile for e in solution
    )
