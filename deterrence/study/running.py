"""Many points at once through joblib, each result handed over as soon as it is there."""

from __future__ import annotations

import contextlib
import hashlib
import warnings
from collections.abc import Callable, Generator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.games.tree import Game
from deterrence.study.results import PointResult
from deterrence.study.run_request import check_run
from deterrence.study.working import packed, solve_point, solve_points_of

__all__ = ["parallel", "run", "workers_of"]

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
    workers = workers_of(jobs, len(points))
    if workers <= 1:
        yield from (solve_point(game, concept, point) for point in points)
        return
    bytes_ = packed(game)
    digest = hashlib.sha256(bytes_).hexdigest()
    tasks = [
        (solve_points_of, (digest, bytes_, concept, batch)) for batch in _batches(points, workers)
    ]
    with contextlib.closing(parallel(tasks, workers, ordered=False)) as batches:
        for batch in batches:
            yield from batch


def workers_of(jobs: int | None, tasks: int) -> int:
    """How many processes to use: all cores unless `jobs` or `joblib.parallel_config` says less.

    Parameters
    ----------
    jobs : int or None
        As joblib's `n_jobs`; None for what `joblib.parallel_config` says, else all cores.
    tasks : int
        More processes than tasks are of no use.
    """
    import joblib

    check_run(jobs)
    jobs = _default_jobs() if jobs is None else jobs
    return min(int(joblib.effective_n_jobs(jobs)), tasks)


def _default_jobs() -> int | None:
    """All cores, unless `joblib.parallel_config` is in force and says how many."""
    from joblib.parallel import get_active_backend

    return None if get_active_backend()[1] is not None else -1


def _batches(points: Sequence[Point], workers: int) -> list[list[Point]]:
    size = len(points) // (workers * BATCHES_BY_WORKER)
    size = max(1, min(LARGEST_BATCH, size))
    return [list(points[k : k + size]) for k in range(0, len(points), size)]


def parallel(
    tasks: Sequence[tuple[Callable[..., Any], tuple[Any, ...]]], workers: int, *, ordered: bool
) -> Generator[Any, None, None]:
    """Results of calls in other processes, each as soon as it is there.

    Parameters
    ----------
    tasks : sequence of (function, arguments)
    workers : int
    ordered : bool
        Whether results come in the order of the tasks, or as they are finished.

    Notes
    -----
    Closing the iterator early, as an exception in the caller does, ends the workers.
    """
    from joblib import Parallel, delayed
    from joblib.parallel import get_active_backend

    # A worker that has grown is replaced between tasks, and nothing is lost. The warning comes from
    # a thread of the executor, at any time until the last result, so that only a filter of the
    # whole process meets it; to take it back here could undo one that the caller set meanwhile.
    warnings.filterwarnings("ignore", "A worker stopped while some jobs", UserWarning)
    calls = [delayed(function)(*arguments) for function, arguments in tasks]
    if getattr(get_active_backend()[0], "supports_return_generator", False):
        kind = "generator" if ordered else "generator_unordered"
        results = Parallel(workers, batch_size=1, return_as=kind)(calls)
        try:
            for result in results:  # noqa: UP028 - `yield from` would close it, with a warning
                yield result
        except GeneratorExit:
            # ends the workers; closing would too, with a warning about what is meant
            with contextlib.suppress(_StoppedError):
                results.throw(_StoppedError())
            raise
        return
    # some backends give back lists only: hand them a few tasks at a time, so that little is lost
    for start in range(0, len(calls), workers):
        yield from Parallel(workers, batch_size=1)(calls[start : start + workers])
