"""A game solved over a grid of parameters."""

from __future__ import annotations

import itertools
import json
import math
import os
from collections.abc import Collection, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, LimitError, ParameterError, unknown
from deterrence.games.generators import generator
from deterrence.games.tree import Game
from deterrence.study.points import (
    Progress,
    check_game,
    check_names,
    exact_values,
    others_of,
    solve_points,
)
from deterrence.study.regimes import SEPARATOR, Classifier, classifier, regimes_at
from deterrence.study.results import PointResults, outcome_labels
from deterrence.study.run_request import check_fixed, check_run
from deterrence.study.store import digest_of
from deterrence.study.version import package_version

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["sweep"]

# names in the data set for what is no parameter
RESERVED = {"outcome", "kind", "components", "complete", "least", "most", "regime", "regimes"}
RESERVED |= {"capped", "seconds", "error", "play", "plays", "exists"}
METHODS = ("points", "regimes")
MOST_NUMBERS = 2**28  # in a data set by regimes: 2 GiB
MOST_POINTS = 2_000  # solved one by one, unless asked for


def sweep(
    game: Game,
    axes: Mapping[str, Sequence[Any]],
    concept: str | None = None,
    *,
    fixed: Mapping[str, Any] | None = None,
    classify: Classifier | Sequence[str] | None = None,
    method: str | None = None,
    audit: int = 200,
    rng: int | np.random.Generator = 0,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> xr.Dataset:
    """Solve a game at every point of a grid.

    Parameters
    ----------
    game : Game
        With formulas.
    axes : mapping of str to sequence of number
        The values of each parameter; tied names move all their members.
    concept : str, optional
        As for `solve`.
    fixed : mapping of str to number, optional
        The other parameters. An axis goes before it: what an axis sets, itself or as a member of a
        tied name, is not taken from here, so that all defaults may be given.
    classify : callable or sequence of str, optional
        What tells regimes apart: events for `regime_of`, all of them by default, or a function
        from an outcome to a label.
    method : {"points", "regimes"}, optional
        "points": every point is solved. "regimes": the plays are found by complete solutions at
        few points, their conditions are evaluated at all points, and complete solutions at others
        audit the result; for sequential equilibria only. By default "points" up to 2,000 points.
    audit : int, optional
        By regimes: how many points of the grid are solved completely and compared, half of them
        drawn from all points and half from those beside a border.
    rng : int or numpy.random.Generator, optional
        By regimes: the seed for the choice of points. The same seed gives the same data set, bit
        for bit, on any number of processes.
    store, jobs, progress
        As for `solve_points`. By regimes the store is a folder, and progress counts points
        evaluated, from 0 again where an audit had something to repair.

    Returns
    -------
    xarray.Dataset
        On the axes: regimes (how many) and regime (their labels, sorted, with " | " between
        them). On the axes and outcome: least and most, payoffs by player and probabilities by
        event; the coordinate kind says which is which. By points also components, complete,
        capped, seconds and error. By regimes also plays (how many), and on play and the axes
        exists: which plays, told in words by the coordinate, are part of some equilibrium. Its
        attributes say how many points were audited and how many of these missed something; it
        never calls itself complete.

    Raises
    ------
    ParameterError
        Before any work, for names that the game does not have or lacks, values out of range, and
        values given twice.
    LabelError
        Before any work, for an unknown concept, event or method.
    LimitError
        By regimes, before any work, if the data set would be larger than 2 GiB.

    Notes
    -----
    A point that cannot be solved has no regime, ``nan`` in its envelope, and says why in error.
    By regimes, a label must depend only on which events never, sometimes and always happen; one
    that looks at other numbers is told of one point for each such pattern in a piece of the grid.
    A map of a million points of the guarantee game's crisis takes some hundred complete solutions
    and then a few microseconds a point; see the benchmarks.
    Floats are taken as the decimals that they print as; at decimal strings or fractions like
    ``"0.3"`` arithmetic is quicker than at 0.30000000000000004.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize = sympy.Symbol("prize")
    >>> attack = dt.Outcome({"Russia": prize - 1}, ["attack"])
    >>> game = dt.Game(["Russia"], dt.Move("Russia", (), {
    ...     "attack": attack, "refrain": dt.Outcome({"Russia": 0})}))
    >>> grid = sweep(game, {"prize": [0, 1, 2]}, jobs=1)
    >>> grid.most.sel(outcome="attack").values.tolist()
    [0.0, 1.0, 1.0]
    >>> grid.regimes.values.tolist()
    [1, 3, 1]
    """
    check_game(game, concept)
    check_run(jobs, progress, store)
    check_fixed(fixed)
    label = classifier(game, classify)
    values = _values(axes)
    others = others_of(game, values, fixed or {})
    _check_corners(game, values, others)
    size = math.prod(map(len, values.values()))
    if _method(method, concept, size) == "regimes":
        return _by_regimes(game, values, others, label, concept, audit, rng, store, jobs, progress)
    points = [
        {**others, **dict(zip(values, place, strict=True))}
        for place in itertools.product(*values.values())
    ]
    found = solve_points(game, points, concept=concept, store=store, jobs=jobs, progress=progress)
    return _dataset(found, values, others, label, concept)


def _method(method: str | None, concept: str | None, size: int) -> str:
    """Which of `METHODS` to use."""
    if method is not None and method not in METHODS:
        raise unknown("method", method, METHODS)
    if method == "regimes" and concept not in (None, "sequential"):
        raise InputError(
            f"a sweep by regimes is for sequential equilibria, not {concept!r}: use "
            "method='points', with fewer points."
        )
    if method is None:
        many = size > MOST_POINTS and concept in (None, "sequential")
        method = "regimes" if many else "points"
    return method


def _by_regimes(
    game: Game,
    axes: Mapping[str, Sequence[Fraction]],
    others: Mapping[str, Fraction],
    label: Classifier,
    concept: str | None,
    audit: int,
    rng: int | np.random.Generator,
    store: str | os.PathLike[str] | None,
    jobs: int | None,
    progress: Progress | None,
) -> xr.Dataset:
    from deterrence.study.map_dataset import map_dataset
    from deterrence.study.map_store import MapStore
    from deterrence.study.regime_sweep import check_audit, map_regimes

    check_audit(audit)
    random = generator(rng)
    size = 2 * math.prod(map(len, axes.values())) * len(outcome_labels(game))
    if size > MOST_NUMBERS:
        raise LimitError(
            f"the data set would hold {size:,} numbers, {size * 8 / 2**30:,.1f} GiB; at most "
            f"{MOST_NUMBERS:,} are held. Sweep pieces of the grid, or use adaptive_sweep, which "
            "keeps points only where something changes."
        )
    head = {
        "game": digest_of(game, concept),
        # a list, since places in the grid follow the order of the axes
        "axes": [[name, [str(x) for x in values]] for name, values in axes.items()],
        "fixed": {name: str(value) for name, value in others.items()},
        "audit": audit,
        "rng": "generator" if isinstance(rng, np.random.Generator) else int(rng or 0),
        "version": package_version(),
    }
    found = map_regimes(
        game.at(dict(others)) if others else game,
        axes,
        label,
        audit=audit,
        rng=random,
        jobs=jobs,
        store=MapStore(store, head),
        progress=progress or (lambda done, total: None),
    )
    return map_dataset(found, game, axes, _attributes(others, concept))


def _values(axes: Mapping[str, Sequence[Any]]) -> dict[str, list[Fraction]]:
    if not isinstance(axes, Mapping) or not axes:
        raise ParameterError(f"axes are a mapping from parameter to values, not {axes!r}.")
    found = {}
    for name, given in axes.items():
        if name in RESERVED:
            raise ParameterError(f"{name!r} is taken; a parameter on an axis needs another name.")
        if not _is_list(given):
            raise ParameterError(f"the axis {name!r} needs a list of values, not {given!r}.")
        numbers = [exact_values({name: value}, f"the axis {name!r}")[name] for value in given]
        if len(set(numbers)) < len(numbers):
            raise ParameterError(f"the axis {name!r} has a value twice: {list(given)}.")
        found[name] = numbers
    return found


def _is_list(given: Any) -> bool:
    """Whether this holds values."""
    try:
        return isinstance(given, Collection) and not isinstance(given, str) and len(given) > 0
    except TypeError:  # an array without dimensions has a length that it does not tell
        return False


def _check_corners(
    game: Game, axes: Mapping[str, Sequence[Fraction]], others: Mapping[str, Fraction]
) -> None:
    """Raise ParameterError for names and values that would fail everywhere or out of range.

    What goes wrong at some points only, a formula without a value for instance, is their own error.
    """
    check_names(game, [*others, *axes], "sweep")
    for end in (min, max):
        corner = {name: end(values) for name, values in axes.items()}
        try:
            game.at({**others, **corner})
        except ParameterError:
            raise
        except Exception:
            continue


def _dataset(
    found: PointResults,
    axes: Mapping[str, Sequence[Fraction]],
    others: Mapping[str, Fraction],
    label: Classifier,
    concept: str | None,
) -> xr.Dataset:
    import xarray as xr

    shape, dims = tuple(map(len, axes.values())), tuple(axes)
    regimes = [regimes_at(result.outcomes, label) for result in found]

    def laid_out(column: list[Any], *more: int) -> Any:
        return np.array(column).reshape(*shape, *more)

    by_outcome = (*dims, "outcome")
    return xr.Dataset(
        {
            "components": (dims, laid_out([result.components for result in found])),
            "complete": (dims, laid_out([result.complete for result in found])),
            "least": (by_outcome, laid_out([_row(r.least, found) for r in found], -1)),
            "most": (by_outcome, laid_out([_row(r.most, found) for r in found], -1)),
            "regime": (dims, laid_out([SEPARATOR.join(names) for names in regimes])),
            "regimes": (dims, laid_out([len(names) for names in regimes])),
            "capped": (dims, laid_out([result.capped for result in found])),
            "seconds": (dims, laid_out([result.seconds for result in found])),
            "error": (dims, laid_out([result.error for result in found])),
        },
        coords={
            **{name: [float(value) for value in values] for name, values in axes.items()},
            "outcome": list(found.names),
            "kind": ("outcome", list(found.names.values())),
        },
        attrs=_attributes(others, concept),
    )


def _row(named: Mapping[str, float], found: PointResults) -> list[float]:
    return [named.get(name, float("nan")) for name in found.names]


def _attributes(others: Mapping[str, Fraction], concept: str | None) -> dict[str, str]:
    """Text only, so that any file format for data sets can hold them."""
    return {
        "computed": "deterrence.sweep: every grid point solved; least and most are over all "
        "equilibria found, which are all there are where complete is true",
        "concept": concept or "the usual one for the game",
        "fixed": json.dumps({name: str(value) for name, value in others.items()}),
        "version": package_version(),
    }
