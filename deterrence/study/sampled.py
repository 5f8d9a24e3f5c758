"""A game solved at points anywhere, in any number of parameters."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, ParameterError
from deterrence.games.generators import generator
from deterrence.games.tree import Game
from deterrence.study.points import Progress, check_game, others_of
from deterrence.study.public_choice import columns_of
from deterrence.study.regime_sweep import AUDITS, check_audit
from deterrence.study.results import outcome_labels
from deterrence.study.run_request import check_fixed, check_run
from deterrence.study.sample_record import Sample
from deterrence.study.sampling import Sampling
from deterrence.study.version import package_version

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["run_sampling", "sample"]

RESERVED = {"point", "outcome", "kind", "least", "most", "alone", "edge"}
SOLUTIONS = 4000


def sample(
    game: Game,
    points: Mapping[str, Any] | pd.DataFrame,
    *,
    fixed: Mapping[str, Any] | None = None,
    solutions: int = SOLUTIONS,
    audit: int = 200,
    rng: int | np.random.Generator = 0,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """All sequential equilibria of a game at points anywhere, by regimes.

    The plays are found by complete solutions at few of the points, their conditions are evaluated
    at all, and complete solutions at others audit the result; as `sweep` does on a grid.

    Parameters
    ----------
    game : Game
        With formulas.
    points : mapping of str to array, or pandas.DataFrame
        Values of each parameter, as many as there are points; tied names move all their members.
    fixed : mapping of str to number, optional
        The other parameters. What points set is not taken from here.
    solutions : int, optional
        How many complete solutions of parts of the game plays are learnt from at most, beside
        those that a store has and those that audits ask for.
    audit : int, optional
        How many points are solved completely and compared.
    rng : int or numpy.random.Generator, optional
        The seed for the choice of points. The same seed gives the same data set on any number of
        processes.
    store : path, optional
        A folder where what is learnt and evaluated is kept. A run with the same game and points
        goes on where the last one stopped, however that ended.
    jobs : int, optional
        As for `solve_points`.
    progress : callable, optional
        Called with (points evaluated, all points), from 0 again where an audit had something to
        repair.

    Returns
    -------
    xarray.Dataset
        On point and outcome: least and most over all equilibria, payoffs by player and
        probabilities by event; the coordinate kind says which is which. On point: the parameters
        as coordinates; alone, whether the point was solved by itself; edge, whether a condition
        holds with equality there, so that more equilibria may exist. The attributes say how many
        points were audited, how many of these missed something, the share of points that may be
        wrong at 95 % confidence, and at how many points no equilibrium is known. It never calls
        itself complete.

    Raises
    ------
    ParameterError
        Before any work, for names that the game does not have or lacks, values that are no number
        or out of range, and values given twice.
    InputError
        Before any work, for columns of different lengths, no points, values that are not finite,
        and an audit or a number of solutions below 1.
    FileError
        If `store` belongs to another question, or is no store.

    Notes
    -----
    Coordinates are rounded to seven decimals, and to seven digits below a tenth; the data set has
    them as they were used. Where conditions hold with equality, or no play is known, points are
    solved one by one, up to 2,000. Where some number of the game has no value, or nothing was
    found, the envelope is ``nan``.

    If the game begins with a choice of a player without private information that all see, and what
    follows each action differs in numbers only, what is learnt after one action serves all.

    The cost is that of the complete solutions, some hundreds for every action and way of chance
    that is left, and then a few microseconds a point and play: below some thousand points
    `solve_points` may be quicker, and is complete.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize, pain = sympy.symbols("prize pain")
    >>> attack = dt.Outcome({"Russia": prize - pain}, ["attack"])
    >>> game = dt.Game(["Russia"], dt.Move("Russia", (), {
    ...     "attack": attack, "refrain": dt.Outcome({"Russia": 0})}))
    >>> found = sample(game, {"prize": [0.2, 0.9, 0.5], "pain": [0.4, 0.4, 0.5]}, jobs=1)
    >>> found.most.sel(outcome="attack").values.tolist()
    [0.0, 1.0, 1.0]
    >>> found.least.sel(outcome="attack").values.tolist()
    [0.0, 1.0, 0.0]
    """
    check_game(game, None)
    check_audit(audit)
    check_run(jobs, progress, store)
    check_fixed(fixed)
    if isinstance(solutions, bool) or not isinstance(solutions, int) or solutions < 1:
        raise InputError(f"solutions = {solutions!r}; give how many are allowed, 1 or more.")
    game, others = _fixed(game, points, fixed or {})
    chooser, after = columns_of(game)
    columns = {name: points[name] for name in points.keys()}  # noqa: SIM118 - of a DataFrame, too
    sampling = Sampling(game, after, chooser, columns, rng=generator(rng), jobs=jobs, store=store)
    found = run_sampling(sampling, solutions, audit, progress)
    return _dataset(sampling, found, others)


def run_sampling(
    sampling: Sampling, solutions: int, audit: int, progress: Progress | None = None
) -> Sample:
    """Learn, evaluate and audit until an audit finds nothing that can be learnt.

    Parameters
    ----------
    sampling : Sampling
    solutions, audit, progress
        As for `sample`.
    """
    if progress is not None:
        progress(0, len(sampling))
    sampling.learn(solutions)
    repaired = 0
    for number in range(AUDITS):
        found = sampling.settle(sampling.evaluate(progress))
        found, wrong = sampling.audit(found, audit)
        if not wrong or number == AUDITS - 1 or not sampling.ask(wrong):
            break
        repaired += len(wrong)
    assert found.audit is not None
    return replace(found, audit=replace(found.audit, repaired=repaired))


def _fixed(
    game: Game, points: Mapping[str, Any] | pd.DataFrame, fixed: Mapping[str, Any]
) -> tuple[Game, dict[str, str]]:
    """The game with numbers in place of what does not vary, and these numbers."""
    if not hasattr(points, "keys"):
        raise ParameterError(f"points are a mapping from parameter to values, not {points!r}.")
    for name in points.keys():  # noqa: SIM118 - a DataFrame iterates over its columns, too
        if name in RESERVED:
            raise ParameterError(f"{name!r} is taken; a parameter needs another name.")
    others = others_of(game, points.keys(), fixed)
    fewer = game.at(others) if others else game
    return fewer, {name: str(value) for name, value in others.items()}


def _dataset(sampling: Sampling, found: Sample, others: Mapping[str, str]) -> xr.Dataset:
    import xarray as xr

    names = outcome_labels(sampling.whole)
    columns = zip(sampling.names, sampling.columns.T, strict=True)
    return xr.Dataset(
        {
            "least": (("point", "outcome"), found.least),
            "most": (("point", "outcome"), found.most),
            "alone": ("point", found.alone),
            "edge": ("point", found.edge),
        },
        coords={
            "point": np.arange(len(sampling)),
            **{name: ("point", column) for name, column in columns},
            "outcome": list(names),
            "kind": ("outcome", list(names.values())),
        },
        attrs=_attributes(sampling, found, others),
    )


def _attributes(sampling: Sampling, found: Sample, others: Mapping[str, str]) -> dict[str, Any]:
    """Text and numbers only, so that any file format for data sets can hold them."""
    audit = found.audit
    assert audit is not None
    notes = [str(audit)]
    if audit.repaired:
        notes.append(f"{audit.repaired:,} differences of earlier audits repaired")
    if audit.incomplete:
        notes.append(f"{audit.incomplete:,} of these solutions were not complete themselves")
    if found.alone.any():
        notes.append(f"{int(found.alone.sum()):,} points solved one by one")
    if found.edge.any():
        notes.append(f"{int(found.edge.sum()):,} points on a border, not solved one by one")
    if found.unknown:
        notes.append(f"{found.unknown:,} points without any known equilibrium")
    return {
        "computed": "deterrence.sample, by regimes: plays found by complete solutions of "
        f"{found.solved:,} parts of the game at chosen points, their conditions evaluated at all",
        "audit": "; ".join([*notes, *sampling.atlas.incomplete]),
        "audited": audit.points,
        "missed": audit.missed,
        "share_wrong_at_most": audit.bound,
        "unknown": found.unknown,
        "concept": "sequential",
        "fixed": json.dumps(dict(others)),
        "version": package_version(),
    }
