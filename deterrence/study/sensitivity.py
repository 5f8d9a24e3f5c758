"""Global sensitivity: how much of an outcome's variance over the ranges each parameter explains."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from deterrence.errors import InputError, LimitError, unknown
from deterrence.games.generators import generator
from deterrence.games.tree import Game
from deterrence.study.ends import (
    ENDS,
    Floats,
    Model,
    SolvedModel,
    checked_ends,
    checked_outcomes,
    evaluated,
    varied,
)
from deterrence.study.points import Progress
from deterrence.study.run_request import check_run, check_solved

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Sensitivity", "check_samples", "sensitivity"]

METHODS = ("points", "regimes")
RESAMPLES = 200
ROUNDING = 1e-12
GRID = 10**6  # steps through each range, so that points have short fractions
MOST_NUMBERS = 2**27  # of all points: 1 GiB, of which there are some copies


@dataclass(frozen=True, eq=False)
class Sensitivity:
    """Sobol indices of outcomes, each for one end of the envelope or one selection.

    An index without a meaning, because the outcome does not vary, is not a number.

    Attributes
    ----------
    outcomes, ends, parameters : tuple of str
        The axes of the arrays. An end is "least" or "most", over all equilibria, or "quantal".
    first, total : ndarray, shape (outcomes, ends, parameters)
        Shares of the variance: of the parameter alone, and with all its interactions. As estimates
        they may lie outside 0 to 1 by their errors.
    first_error, total_error : ndarray, shape (outcomes, ends, parameters)
        Standard errors, by resampling the sample.
    mean, variance : ndarray, shape (outcomes, ends)
        Over the ranges, uniform and independent.
    ranges : mapping of str to (low, high)
    samples : int
    complete : bool
        Whether every point has its complete set of equilibria; False by regimes, and for a model
        that was given.
    status : str
        How many points, and whether all their sets of equilibria are complete.
    seconds : float
    """

    outcomes: tuple[str, ...]
    ends: tuple[str, ...]
    parameters: tuple[str, ...]
    first: Floats
    total: Floats
    first_error: Floats
    total_error: Floats
    mean: Floats
    variance: Floats
    ranges: Mapping[str, tuple[Fraction, Fraction]] = field(repr=False)
    samples: int
    complete: bool
    status: str
    seconds: float

    def to_frame(self) -> pd.DataFrame:
        """One row for each outcome, end and parameter, those with the largest total first.

        Returns
        -------
        pandas.DataFrame
            outcome, of, parameter, first, first error, total, total error.
        """
        import pandas as pd

        rows = [
            {
                "outcome": outcome,
                "of": end,
                "parameter": self.parameters[k],
                "first": self.first[i, j, k],
                "first error": self.first_error[i, j, k],
                "total": self.total[i, j, k],
                "total error": self.total_error[i, j, k],
            }
            for i, outcome in enumerate(self.outcomes)
            for j, end in enumerate(self.ends)
            for k in np.argsort(-self.total[i, j], kind="stable")
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        what = ", ".join(self.outcomes)
        return f"<Sobol indices of {what} to {len(self.parameters)} parameters. {self.status}>"


def sensitivity(
    game: Game,
    outcome: str | Iterable[str],
    over: Mapping[str, Any] | Iterable[str] | None = None,
    *,
    of: str | Iterable[str] = ("least", "most"),
    samples: int = 128,
    rng: int | np.random.Generator | None = None,
    concept: str | None = None,
    method: str = "points",
    model: Model | None = None,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Sensitivity:
    """Sobol indices of outcomes to parameters, over their ranges.

    Parameters are uniform in their ranges and independent. The first-order index of one is the
    share of the variance that knowing it alone would take away on average; the total index the
    share that would remain if all others were known (Sobol 1993; estimators of Saltelli et al.
    2010 and Jansen 1999, as in `scipy.stats.sobol_indices`).

    Parameters
    ----------
    game : Game
        With formulas.
    outcome : str or iterable of str
        Events, for their probabilities, or players, for their payoffs.
    over : mapping of str to (low, high), or iterable of str, optional
        The parameters that vary, those of all formulas if missing, and their ranges where these
        are not the game's. Fix others with ``game.at``. A tied name moves all its members.
    of : str or iterable of str, optional
        Which equilibria the outcome is taken from: "least" and "most" are the ends of the envelope
        over all equilibria, "quantal" the equilibrium that the logit path selects.
    samples : int, optional
        A power of two. The cost is samples times (parameters + 2) solutions of the game.
    rng : int or numpy.random.Generator, optional
        Of the sample and of the errors; 0 if missing.
    concept : str, optional
        As for `solve`, for the ends of the envelope.
    method : {"points", "regimes"}, optional
        "points": the game is solved at every point. "regimes": as by `sample`, which is quicker
        where points are many, audits 200 of them, and never calls the set of equilibria complete;
        for the ends "least" and "most" of sequential equilibria. The store is then a folder.
    model : callable, optional
        In place of solving the game at each point: takes ``{parameter: array}`` and returns
        ``{"attack (least)": array, ...}``, one number for each point.
    store : path, optional
        As for `solve_points`: every point is kept when it is finished, so that a run that was
        stopped goes on there. Give the same seed. The end "quantal" has a file of its own beside
        it, whose name ends in ".quantal". Not for a model that was given.
    jobs, progress
        As for `solve_points`.

    Returns
    -------
    Sensitivity

    Raises
    ------
    ParameterError
        If a parameter is unknown, left open, or without a range.
    LabelError
        For an unknown outcome, end or method.
    InputError
        If `samples` is no power of two of at least 2, a model returns something else, a model is
        given with a store or a method, or regimes are asked for another concept or end.
    FileError
        If `store` belongs to another game.
    LimitError
        If a point cannot be solved, or has no equilibrium that was found. Before any work, for
        more than 262,144 points that are solved one by one, or more numbers than memory holds.

    Notes
    -----
    Points are rounded to a millionth of their ranges. Errors are standard deviations over 200
    resamples of the sample, those without variation left out; they say nothing of what a small
    sample has never met.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize, pain = sympy.symbols("prize pain")
    >>> attack = dt.Outcome({"Russia": prize - pain}, ["attack"])
    >>> game = dt.Game(
    ...     ["Russia"],
    ...     dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})}),
    ...     ranges={"prize": (0, 1), "pain": (0, 1)},
    ... )
    >>> found = sensitivity(game, "attack", of="most", samples=64, jobs=1)
    >>> found.parameters, found.first.round(1)[0, 0].tolist()  # one third each, up to errors
    (('pain', 'prize'), [0.4, 0.4])
    """
    began = time.perf_counter()
    check_run(jobs, progress, store)
    outcomes, ends = checked_outcomes(game, outcome), checked_ends(of)
    ranges = varied(game, over)
    check_samples(samples)
    random = generator(rng)
    if model is not None and store is not None:
        raise InputError("a store keeps solved points; a model that is given solves none.")
    if method not in METHODS:
        raise unknown("method", method, METHODS)
    if model is not None and method != "points":
        raise InputError("a model that is given has no method; leave out one of them.")
    _check_size(samples, len(ranges), solved=model is None and method == "points")
    points = _points(ranges, samples, random)
    if method == "regimes":
        from deterrence.study.sampled_model import SampledModel

        model = SampledModel(game, ends, concept, random.spawn(1)[0], jobs, progress, store)
    if model is None:
        model = SolvedModel(game, ends, concept, jobs, progress, store)
    found = evaluated(model, points, outcomes, ends)
    flat = found.values.reshape(-1, len(ranges) + 2, samples)
    shape = (len(outcomes), len(ends), len(ranges))
    first, total, errors = _indices(flat, random)
    still = _still(found.values, axis=2)
    return Sensitivity(
        outcomes,
        ends,
        tuple(ranges),
        first=first.reshape(shape),
        total=total.reshape(shape),
        first_error=errors[0].reshape(shape),
        total_error=errors[1].reshape(shape),
        mean=flat[:, :2].mean(axis=(1, 2)).reshape(shape[:2]),
        variance=flat[:, :2].var(axis=(1, 2)).reshape(shape[:2]),
        ranges=ranges,
        samples=samples,
        complete=found.incomplete == 0,
        status=found.caveat + _constant(outcomes, ends, still),
        seconds=time.perf_counter() - began,
    )


def check_samples(samples: Any) -> None:
    """InputError unless this is a number of samples for `sensitivity`."""
    whole = isinstance(samples, int) and not isinstance(samples, bool)
    if not whole or samples < 2 or samples & (samples - 1):
        raise InputError(
            f"samples = {samples!r}: give a power of two of at least 2, as the sequence of Sobol "
            "is even for these only."
        )


def _check_size(samples: int, parameters: int, *, solved: bool) -> None:
    """LimitError for more points than can be solved, or more numbers than can be held."""
    points = samples * (parameters + 2)
    what = f"samples = {samples:,} over {parameters} parameters"
    if solved:
        advice = "Take fewer samples, name fewer parameters in over, or use method='regimes'."
        check_solved(points, what, advice)
    if points * parameters > MOST_NUMBERS:
        raise LimitError(
            f"{what}: {points * parameters:,} numbers; at most {MOST_NUMBERS:,} are held. Take "
            "fewer samples, or name fewer parameters in over."
        )


def _still(values: Floats, axis: int | tuple[int, ...]) -> Any:
    """Whether numbers are the same but for rounding, whose variance means nothing."""
    return np.ptp(values, axis=axis) <= ROUNDING * np.max(np.abs(values), axis=axis, initial=1)


def _constant(outcomes: tuple[str, ...], ends: tuple[str, ...], still: Any) -> str:
    names = [
        f"{outcome} ({ENDS[end]})"
        for i, outcome in enumerate(outcomes)
        for j, end in enumerate(ends)
        if still[i, j]
    ]
    return f" The same at all of them, so without indices: {'; '.join(names)}." if names else ""


def _points(
    ranges: Mapping[str, tuple[Fraction, Fraction]], samples: int, random: np.random.Generator
) -> dict[str, Floats]:
    """Two samples A and B, then for each parameter A with this one's values from B."""
    from scipy.stats import qmc

    count = len(ranges)
    unit = qmc.Sobol(2 * count, rng=random).random(samples).T
    a, b = np.round(unit * GRID).reshape(2, count, samples) / GRID
    mixed = np.tile(a, (count, 1, 1))
    each = np.arange(count)
    mixed[each, each] = b
    blocks = np.concatenate([a[None], b[None], mixed]).swapaxes(0, 1).reshape(count, -1)
    return {
        name: float(low) + float(high - low) * row
        for (name, (low, high)), row in zip(ranges.items(), blocks, strict=True)
    }


def _indices(
    values: Floats, random: np.random.Generator
) -> tuple[Floats, Floats, tuple[Floats, Floats]]:
    """First-order and total indices by row of values (rows, blocks, samples); standard errors."""
    samples = values.shape[2]
    first, total = _estimated(values)
    again = []
    for _ in range(RESAMPLES):
        chosen = random.integers(0, samples, samples)
        again.append(_estimated(values[:, :, chosen]))
    drawn = np.ma.masked_invalid(np.array(again))  # a resample may hold no variation
    errors = drawn.std(axis=0, ddof=1).filled(np.nan)
    return first, total, (errors[0], errors[1])


def _estimated(values: Floats) -> tuple[Floats, Floats]:
    """Indices by row; not a number where nothing varies."""
    from scipy.stats import sobol_indices

    rows, blocks, samples = values.shape
    if rows == 1:  # scipy fails on one outcome of one parameter
        first, total = _estimated(np.repeat(values, 2, axis=0))
        return first[:1], total[:1]
    known: dict[Literal["f_A", "f_B", "f_AB"], Floats]
    known = {"f_A": values[:, 0], "f_B": values[:, 1], "f_AB": values[:, 2:].swapaxes(0, 1)}
    with np.errstate(all="ignore"):
        found = sobol_indices(func=known, n=samples)
    shape = (rows, blocks - 2)
    first, total = (np.reshape(x, shape) for x in (found.first_order, found.total_order))
    still = _still(values[:, :2], axis=(1, 2))
    first[still] = total[still] = np.nan
    return first, total
