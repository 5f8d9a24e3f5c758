"""The solver against two methods that share nothing with it, on the crisis continuation.

Cells of beliefs (tests/oracles/crisis_cells.py) find every equilibrium outcome, mixed ones too; the
agent quantal response path (tests/oracles/agent_quantal.py) ends in one of them.
"""

import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

import deterrence as dt
from deterrence.games.tree import Game

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "oracles"))

import agent_quantal
import crisis_cells

PREPARATIONS = {
    (1, 0): "keep, restrained",
    (1, 1): "keep, provocative",
    (0, 0): "neglect, restrained",
    (0, 1): "neglect, provocative",
}
EVENTS = ("probe", "attack", "nothing", "aid", "force")
PLAYERS = ("Guarantor", "Ukraine", "Russia")
POINTS = 200
Row = NDArray[np.float64]


@pytest.fixture(scope="module")
def games() -> dict[tuple[int, int], Game]:
    return {
        key: dt.guarantee_game(fixed={"preparation": label}) for key, label in PREPARATIONS.items()
    }


def draw(seed: int) -> tuple[dict[str, float], tuple[int, int]]:
    rng = np.random.default_rng([20221230, seed])
    point = {name: round(x, 6) for name, x in crisis_cells.random_point(rng).items()}
    return point, (int(rng.integers(2)), int(rng.integers(2)))


def solved(game: Game, point: Mapping[str, float]) -> Any:
    known = {*game.parameters, *game.ranges}
    return dt.solve(game.at({k: Fraction(repr(x)) for k, x in point.items() if k in known}))


def row(outcome: Mapping[str, float]) -> Row:
    return np.array([outcome[name] for name in (*EVENTS, *PLAYERS)])


def hulls(outcomes: list[dict[str, Any]]) -> list[tuple[Row, Row]]:
    names = [*EVENTS, *(f"payoff {p[0]}" for p in PLAYERS)]
    return [
        (
            np.array([o["hull"][name][0] for name in names]),
            np.array([o["hull"][name][1] for name in names]),
        )
        for o in outcomes
    ]


@pytest.mark.parametrize("block", range(10))
def test_the_set_of_outcomes_is_that_of_the_cells_of_beliefs(
    games: dict[tuple[int, int], Game], block: int
) -> None:
    for seed in range(block * POINTS // 10, (block + 1) * POINTS // 10):
        point, preparation = draw(seed)
        expected = hulls(crisis_cells.outcomes(point, *preparation))
        solution = solved(games[preparation], point)
        assert solution.complete, (seed, solution.status)
        found = [row(outcome) for outcome in solution.outcomes()]
        for low, high in expected:
            inside = [r for r in found if (r >= low - 1e-7).all() and (r <= high + 1e-7).all()]
            assert inside, f"seed {seed}: an outcome of the cells is missing: {low}, {high}"
            assert np.min(inside, axis=0) == pytest.approx(low, abs=1e-6)
            assert np.max(inside, axis=0) == pytest.approx(high, abs=1e-6)
        for r in found:
            assert any(
                (r >= low - 1e-7).all() and (r <= high + 1e-7).all() for low, high in expected
            ), f"seed {seed}: the cells know nothing of {r}"


@pytest.mark.parametrize("seed", range(12))
def test_the_quantal_path_ends_in_the_set(games: dict[tuple[int, int], Game], seed: int) -> None:
    point, preparation = draw(1000 + seed)
    path = agent_quantal.trace(crisis_cells.build_tree(point, *preparation), 1e6)
    assert path.reached
    ends = path.events()
    limit = np.array([ends.get(name, 0.0) for name in EVENTS])
    rows = [r[: len(EVENTS)] for r in map(row, solved(games[preparation], point).outcomes())]
    # continua on the path are intervals between rows; all others are points
    gaps = [float(np.abs(r - limit).max()) for r in rows]
    hull = np.clip(limit, np.min(rows, axis=0), np.max(rows, axis=0))
    assert min(gaps) < 1e-3 or (len(rows) > 1 and np.abs(hull - limit).max() < 1e-3)


def test_a_missing_outcome_would_be_seen(games: dict[tuple[int, int], Game]) -> None:
    """The comparison can fail: another point's outcomes do not pass for this one's."""
    (one, preparation), (other, _) = draw(0), draw(1)
    expected = hulls(crisis_cells.outcomes(other, *preparation))
    found = [row(outcome) for outcome in solved(games[preparation], one).outcomes()]
    assert not any(
        (r >= low - 1e-7).all() and (r <= high + 1e-7).all()
        for low, high in expected
        for r in found
    )
