"""One point solved, in whatever process: the part of a study that is sent to the workers."""

from __future__ import annotations

import copy
import gc
import pickle
import time
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.games.formulas import FormulaTable
from deterrence.games.tree import Game
from deterrence.study.regimes import pattern_of
from deterrence.study.results import PointResult, outcome_labels

__all__ = ["MOST_OUTCOMES", "packed", "solve_point", "solve_points_of"]

MOST_OUTCOMES = 64

Point = Mapping[str, Fraction]

_LAST: dict[str, Game] = {}  # in a worker: the game that it works on, by its digest


def packed(game: Game) -> bytes:
    """The game as bytes, without what it can compute again: compiled formulas cannot be sent."""
    plain = copy.copy(game)
    plain.__dict__.pop("root", None)
    plain.table = FormulaTable(game.table.entries)
    return pickle.dumps(plain)


def solve_points_of(
    digest: str, game: bytes, concept: str | None, points: Sequence[Point]
) -> list[PointResult]:
    """Solve some points; the game is unpacked and compiled once in each worker."""
    # solving makes many small objects and no cycles to speak of: collect less often
    gc.set_threshold(200_000, 20, 20)
    if digest not in _LAST:
        _LAST.clear()
        _LAST[digest] = pickle.loads(game)
    return [solve_point(_LAST[digest], concept, point) for point in points]


def solve_point(game: Game, concept: str | None, point: Point) -> PointResult:
    """Solve one point; what goes wrong there is part of the result.

    Parameters
    ----------
    game : Game
        With formulas that `point` completes.
    concept : str or None
    point : mapping of str to fractions.Fraction

    Returns
    -------
    PointResult
    """
    start = time.perf_counter()
    try:
        found = _solved(game, concept, point)
    except Exception as error:  # one bad point must not cost the others
        found = _nothing(f"{type(error).__name__}: {error}")
    return PointResult(point=dict(point), seconds=time.perf_counter() - start, **found)


def _nothing(error: str) -> dict[str, Any]:
    return {
        "complete": False,
        "components": 0,
        "least": {},
        "most": {},
        "outcomes": (),
        "capped": False,
        "status": "",
        "error": error,
    }


def _solved(game: Game, concept: str | None, point: Point) -> dict[str, Any]:
    names = outcome_labels(game)
    solution = solve(game.at(point), concept)
    outcomes = [_under_all_names(outcome, names) for outcome in solution.outcomes()]
    envelope = solution.envelope()
    least = {name: low for name, (low, _) in envelope.items()}
    most = {name: high for name, (_, high) in envelope.items()}
    return {
        "complete": solution.complete,
        "components": len(solution),
        "least": _under_all_names(least, names) if envelope else {},
        "most": _under_all_names(most, names) if envelope else {},
        "outcomes": tuple(_kept(outcomes, game.structure.event_names)),
        "capped": len(outcomes) > MOST_OUTCOMES,
        "status": solution.status,
        "error": "",
    }


def _under_all_names(found: Mapping[str, float], names: Iterable[str]) -> dict[str, float]:
    """The same numbers under the names that the formula game has.

    Branches of chance that are impossible at a point are not part of the game there: events that
    happen only behind them have probability zero, and chance on which the players differ may be
    gone with them, so that one number stands for all players.
    """
    return {name: float(found.get(name, found.get(_plain(name), 0.0))) for name in names}


def _plain(name: str) -> str:
    return name.partition(" (event for ")[0]


def _kept(
    outcomes: Sequence[dict[str, float]], events: Iterable[str]
) -> Sequence[dict[str, float]]:
    """At most `MOST_OUTCOMES`, one of each pattern first, so that no regime is lost."""
    if len(outcomes) <= MOST_OUTCOMES:
        return outcomes
    names = tuple(events)
    first: dict[tuple[int, ...], int] = {}
    for place, outcome in enumerate(outcomes):
        first.setdefault(pattern_of(outcome, names), place)
    chosen = dict.fromkeys([*first.values(), *range(len(outcomes))])
    return [outcomes[place] for place in sorted(list(chosen)[:MOST_OUTCOMES])]
