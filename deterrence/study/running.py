"""Many points at once through joblib, each result handed over as soon as it is there."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Generator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.games.tree import Game
from deterrence.study.results import PointResult
from deterrence.study.working import packed, solve_point, solve_points_of

__all__ = ["run"]

LARGEST_BATCH = 16  # points that are lost at most, by worker, when a run is killed
BATCHES_BY_WORKER = 8  # so that no worker is left with a long last batch

Point = Mapping[str, Fraction]


class _StoppedError(Exception):
    """Thrown into joblib when nobody wants the other results."""


def run(
    game: Game, points: Sequence[Point], concept: str | None, jobs: int | None
) -> Generator[PointResult, None, None]:
    """Solve points in parallel; results come in the order in which they are finished.

    Parameters
    ----------
    game : Game
    points : sequence of mapping
    concept : str or None
    jobs : int or None
        As joblib's `n_jobs`; None for what `joblib.parallel_config` says, else all cores.

    Yields
    ------
    PointResult

    Notes
    -----
    Closing the iterator early, as an exception in the caller does, ends the workers.
    """
    import joblib

    jobs = _default_jobs() if jobs is None else jobs
    workers = min(joblib.effective_n_jobs(jobs), len(points))
    if workers <= 1:
        yield from (solve_point(game, concept, point) for point in points)
        return
    bytes_ = packed(game)
    digest = hashlib.sha256(bytes_).hexdigest()
    tasks = [
        joblib.delayed(solve_points_of)(digest, bytes_, concept, batch)
        for batch in _batches(points, workers)
    ]
    yield from _finished(tasks, workers)


def _default_jobs() -> int | None:
    """All cores, unless `joblib.parallel_config` is in force and says how many."""
    from joblib.parallel import get_active_backend

    return None if get_active_backend()[1] is not None else -1


def _batches(points: Sequence[Point], workers: int) -> list[list[Point]]:
    size = len(points) // (workers * BATCHES_BY_WORKER)
    size = max(1, min(LARGEST_BATCH, size))
    return [list(points[k : k + size]) for k in range(0, len(points), size)]


def _finished(tasks: list[Any], workers: int) -> Generator[PointResult, None, None]:
    from joblib import Parallel
    from joblib.parallel import get_active_backend

    if getattr(get_active_backend()[0], "supports_return_generator", False):
        results = Parallel(workers, batch_size=1, return_as="generator_unordered")(tasks)
        try:
            for batch in results:
                yield from batch
        except GeneratorExit:
            # ends the workers; closing would too, with a warning about what is meant
            with contextlib.suppress(_StoppedError):
                results.throw(_StoppedError())
            raise
        return
    # some backends give back lists only: hand them a few tasks at a time, so that little is lost
    for start in range(0, len(tasks), workers):
        for batch in Parallel(workers, batch_size=1)(tasks[start : start + workers]):
            yield from batch
