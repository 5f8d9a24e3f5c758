"""Many points of one game, solved in parallel and kept as they are finished."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.errors import InputError, LabelError, ParameterError, unknown
from deterrence.games.nodes import Outcome
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.study.results import PointResult, PointResults, outcome_labels
from deterrence.study.run_request import check_run
from deterrence.study.running import run
from deterrence.study.store import Store, key_of

__all__ = [
    "PointResult",
    "PointResults",
    "check_game",
    "check_names",
    "exact_values",
    "others_of",
    "solve_points",
]

Progress = Callable[[int, int], Any]


def solve_points(
    game: Game,
    points: Iterable[Mapping[str, Any]],
    *,
    concept: str | None = None,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> PointResults:
    """Solve one game at many points.

    Parameters
    ----------
    game : Game
        With formulas.
    points : iterable of mapping of str to number
        Each gives all parameters that are left in the formulas; tied names may stand for their
        members.
    concept : str, optional
        As for `solve`.
    store : path, optional
        A file of JSON lines to which every point is added when it is finished. A run with the same
        game and the same file goes on where the last one stopped, however that ended. A point that
        failed is kept as such.
    jobs : int, optional
        How many processes; all cores by default, unless `joblib.parallel_config` says otherwise,
        which also moves the work to threads, Dask or Ray.
    progress : callable, optional
        Called with (done, total) at the start and after each point. It may raise KeyboardInterrupt
        to stop the run.

    Returns
    -------
    PointResults
        In the order of `points`. A point that could not be solved has its error there.

    Raises
    ------
    InputError
        Before any work, for processes that are no number, or progress that cannot be called.
    ParameterError
        Before any work, for a name that the game does not have, one that is missing, or a value
        that is no number.
    LabelError
        Before any work, for an unknown concept.
    FileError
        If `store` belongs to another game.

    Notes
    -----
    When the run is stopped, by Ctrl-C for instance, the workers are ended, finished points stay
    in the store, and the exception goes on to the caller.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize = sympy.Symbol("prize")
    >>> attack = dt.Outcome({"Russia": prize - 1}, ["attack"])
    >>> game = dt.Game(["Russia"], dt.Move("Russia", (), {
    ...     "attack": attack, "refrain": dt.Outcome({"Russia": 0})}))
    >>> found = solve_points(game, [{"prize": "0.5"}, {"prize": 2}], jobs=1)
    >>> [result.most["attack"] for result in found]
    [0.0, 1.0]
    """
    check_game(game, concept)
    check_run(jobs, progress, store)
    exact_points = [_exact_point(game, n, point) for n, point in enumerate(points)]
    with Store(store, game, concept) as kept:
        wanted = {key_of(point): point for point in exact_points}
        todo = {key: point for key, point in wanted.items() if key not in kept.found}
        done, total = len(wanted) - len(todo), len(wanted)
        tell = progress or (lambda done, total: None)
        tell(done, total)
        # closed here and now if anything is raised, so that no worker outlives the call
        with closing(run(game, list(todo.values()), concept, jobs)) as results:
            for result in results:
                kept.add(result)
                done += 1
                tell(done, total)
        found = tuple(kept.found[key_of(point)] for point in exact_points)
    return PointResults(outcome_labels(game), found)


def check_game(game: Game, concept: str | None) -> None:
    """Raise before any work if there is no game, or no such concept."""
    if not isinstance(game, Game):
        raise InputError(f"give a Game with formulas, not {type(game).__name__}.")
    trivial = Game(["Nobody"], Outcome({"Nobody": 0}))
    try:
        solve(trivial, concept)
    except LabelError:
        raise
    except Exception:  # a concept that exists and does not apply here is each point's own matter
        return


def check_names(game: Game, names: Iterable[str], where: str) -> None:
    """Raise ParameterError unless `names` are parameters of the game and leave none open."""
    given = list(names)
    known = set(game.parameters) | set(game.ranges) | set(game.tied)
    for name in given:
        if name not in known:
            raise ParameterError(f"{where}: {unknown('parameter', name, sorted(known))}")
    covered = {member for name in given for member in game.tied.get(name, (name,))}
    missing = [name for name in game.parameters if name not in covered]
    if missing:
        raise ParameterError(
            f"{where}: no number for {', '.join(missing)}. Give one for each parameter that is "
            "left in the formulas."
        )


def _exact_point(game: Game, number: int, point: Mapping[str, Any]) -> dict[str, Fraction]:
    where = f"point {number}"
    if not isinstance(point, Mapping):
        raise ParameterError(f"{where} is {point!r}; give a mapping from parameter to number.")
    check_names(game, point, where)
    return exact_values(point, where)


def exact_values(values: Mapping[str, Any], where: str) -> dict[str, Fraction]:
    """The numbers as fractions; ParameterError for what is no number."""
    try:
        return {name: exact(value, name) for name, value in values.items()}
    except InputError as error:
        raise ParameterError(f"{where}: {error}") from None


def others_of(game: Game, varying: Iterable[str], fixed: Mapping[str, Any]) -> dict[str, Fraction]:
    """What `fixed` says of parameters that do not vary; ParameterError for what is no number.

    A tied name some of whose members vary stands for the others.
    """
    moved = {member for name in varying for member in (name, *game.tied.get(name, ()))}
    found: dict[str, Any] = {}
    for name, value in fixed.items():
        members = game.tied.get(name, ())
        if name not in moved and moved.intersection(members):
            found |= {m: value for m in members if m not in moved and m not in fixed}
        elif name not in moved:
            found[name] = value
    return exact_values(found, "fixed")
