"""Vertices of best-response polyhedra: whole numbers, floats with bounds, and all ways to edges."""

import itertools
from fractions import Fraction

import numpy as np
import pytest

from deterrence.equilibrium import best_responses, bounded_rays
from deterrence.equilibrium.best_responses import best_response_vertices, unpack
from deterrence.equilibrium.bounded_rays import DoubtError, bounded_vertices, exact_points


def shares(points):
    return [tuple(Fraction(int(x), int(sum(row))) for x in row) for row in points]


def by_definition(matrix):
    """Vertices from the definition: strategies that are alone in having these labels."""
    m, n = matrix.shape
    found = set()
    for size in range(1, min(m, n) + 1):
        for played in itertools.combinations(range(n), size):
            for best in itertools.combinations(range(m), size):
                square = matrix[np.ix_(best, played)].astype(float)
                system = np.block([[square, -np.ones((size, 1))], [np.ones((1, size)), 0]])
                if abs(np.linalg.det(system)) < 1e-9:
                    continue
                solution = np.linalg.solve(system, [0] * size + [1])
                pays = matrix[:, played] @ solution[:-1]
                if solution[:-1].min() > -1e-9 and pays.max() <= solution[-1] + 1e-6:
                    y = np.zeros(n)
                    y[list(played)] = solution[:-1]
                    found.add(tuple(np.round(y, 6) + 0.0))
    return found


@pytest.mark.parametrize("most", [3, 1000])
def test_vertices_are_those_of_the_definition(most):
    rng = np.random.default_rng(most)
    for _ in range(30):
        matrix = rng.integers(0, most, rng.integers(1, 5, 2))
        found = {
            tuple(float(round(x, 6)) for x in row)
            for row in shares(best_response_vertices(matrix).points)
        }
        assert found == by_definition(matrix)


def labelled(vertices, size):
    return sorted(map(tuple, unpack(vertices.tight, size).tolist()))


# far apart, close together, and close to ties
MATRICES = {
    "spread": lambda rng, shape: rng.integers(0, 1000, shape),
    "close": lambda rng, shape: 10**9 + rng.integers(0, 1000, shape),
    "nearly tied": lambda rng, shape: (
        rng.integers(0, 3, shape) * 10**14 + rng.integers(-1, 2, shape)
    ),
    "long": lambda rng, shape: rng.integers(0, 10**17, shape).astype(object) * 10**4 + 7,
}


@pytest.mark.parametrize("kind", MATRICES)
def test_floats_with_bounds_find_the_same_or_doubt(kind):
    rng = np.random.default_rng(11)
    certain = 0
    for _ in range(40):
        shape = tuple(rng.integers(2, 9, 2))
        matrix = MATRICES[kind](rng, shape)
        whole = best_response_vertices(matrix.astype(object))
        try:
            found = bounded_vertices(matrix, 10**6)
        except DoubtError:
            continue
        certain += 1
        assert labelled(found, sum(shape)) == labelled(whole, sum(shape))
        points = exact_points(matrix, found, np.arange(len(found)))
        assert sorted(shares(points)) == sorted(shares(whole.points))
    assert certain > (5 if kind == "nearly tied" else 35)


def test_many_ties_are_doubted():
    with pytest.raises(DoubtError):
        bounded_vertices(np.random.default_rng(0).integers(0, 3, (12, 12)), 10**6)


def test_without_bounds_floats_would_go_wrong(monkeypatch):
    """The bounds are needed: with none of them the same games come out differently."""
    monkeypatch.setattr(bounded_rays, "UNIT", 0.0)
    rng, wrong = np.random.default_rng(11), 0
    for _ in range(40):
        matrix = MATRICES["nearly tied"](rng, (6, 6))
        whole = best_response_vertices(matrix.astype(object))
        wrong += labelled(bounded_vertices(matrix, 10**6), 12) != labelled(whole, 12)
    assert wrong


@pytest.mark.parametrize("most", [2, 3, 30, 1000])
def test_edges_looked_up_by_name_are_those_found_by_comparing(most, monkeypatch):
    rng = np.random.default_rng(most)
    for _ in range(15):
        matrix = rng.integers(0, most, rng.integers(4, 9, 2))
        compared = labelled(best_response_vertices(matrix), sum(matrix.shape))
        monkeypatch.setattr(best_responses, "MOST_COMPARED", 0)
        assert labelled(best_response_vertices(matrix), sum(matrix.shape)) == compared
        monkeypatch.undo()
