"""Regime shares: in how much of the ranges each regime is possible, and in how much it is sure."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.games.generators import generator
from deterrence.games.tree import Game
from deterrence.study.ends import Pair, varied
from deterrence.study.points import Progress, solve_points
from deterrence.study.regimes import Classifier, classifier, regimes_at
from deterrence.study.results import PointResult, PointResults
from deterrence.study.run_request import check_run, check_solved

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Share", "Shares", "shares"]

DIGITS = 10**6  # steps through each range, so that points have short fractions
SAMPLERS = ("sobol", "uniform")


@dataclass(frozen=True)
class Share:
    """How many of the draws have a property.

    Attributes
    ----------
    yes, unknown, draws : int
        `unknown` are draws at which the solution is not complete, or failed, and does not settle
        it.
    value : float
        The share of draws that are known to have it.
    """

    yes: int
    unknown: int
    draws: int

    @property
    def value(self) -> float:
        """The share of draws that are known to have it."""
        return self.yes / self.draws

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """The interval of Clopper and Pearson (1934), with all that is unknown on either side.

        Parameters
        ----------
        level : float
        """
        from scipy.stats import beta

        tail, n = (1 - level) / 2, self.draws
        most = self.yes + self.unknown
        low = float(beta.ppf(tail, self.yes, n - self.yes + 1)) if self.yes else 0.0
        high = float(beta.ppf(1 - tail, most + 1, n - most)) if most < n else 1.0
        return low, high


@dataclass(frozen=True, eq=False)
class Shares:
    """In which share of the ranges each regime is there, and is the only one.

    Attributes
    ----------
    exists, only : mapping of str to Share
        By regime: some equilibrium has it; all equilibria have it.
    several : Share
        Draws with more than one regime.
    ranges : mapping of str to (low, high)
    points : PointResults
        The draws, solved.
    status : str
    seconds : float
    """

    exists: Mapping[str, Share]
    only: Mapping[str, Share]
    several: Share
    ranges: Mapping[str, Pair]
    points: PointResults
    status: str
    seconds: float

    def to_frame(self, level: float = 0.95) -> pd.DataFrame:
        """One row for each regime, the most frequent first.

        Parameters
        ----------
        level : float
            Confidence of the intervals.

        Returns
        -------
        pandas.DataFrame
            regime; exists, exists low, exists high; only, only low, only high; unknown.

        Raises
        ------
        InputError
            If the level is not between 0 and 1.
        """
        import pandas as pd

        if not 0 < level < 1:
            raise InputError(f"level = {level!r}; give a share between 0 and 1, 0.95 say.")
        rows = []
        for name in sorted(self.exists, key=lambda name: (-self.exists[name].yes, name)):
            row: dict[str, Any] = {"regime": name}
            for what, share in (("exists", self.exists[name]), ("only", self.only[name])):
                low, high = share.interval(level)
                row |= {what: share.value, f"{what} low": low, f"{what} high": high}
            rows.append(row | {"unknown": self.exists[name].unknown})
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        return f"<{len(self.exists)} regimes. {self.status}>"


def shares(
    game: Game,
    over: Mapping[str, Any] | Sequence[str] | None = None,
    *,
    classify: Classifier | Sequence[str] | None = None,
    samples: int = 128,
    sampler: str = "sobol",
    rng: int | np.random.Generator | None = None,
    concept: str | None = None,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Shares:
    """The share of draws from the ranges at which each regime exists, and is the only one.

    Parameters
    ----------
    game : Game
        With formulas; fix what does not vary with ``game.at``.
    over : mapping of str to (low, high), or iterable of str, optional
        As for `sensitivity`.
    classify : callable or sequence of str, optional
        What tells regimes apart, as for `sweep`.
    samples : int, optional
        How many draws; a power of two for the sequence of Sobol.
    sampler : {"sobol", "uniform"}, optional
        A scrambled sequence of Sobol (`scipy.stats.qmc.Sobol`), or independent draws.
    rng : int or numpy.random.Generator, optional
        The seed; 0 if missing.
    concept, store, jobs, progress
        As for `solve_points`. To go on with a store, give the same seed.

    Returns
    -------
    Shares

    Raises
    ------
    ParameterError
        If a parameter is unknown, left open, or without a range.
    LabelError
        For an unknown sampler, concept or event.
    InputError
        If `samples` cannot be one.
    LimitError
        Before any work, for more than 262,144 draws.

    Notes
    -----
    Ranges are taken as uniform and independent: shares of draws are no probabilities of anything in
    the world. The intervals are exact for independent draws; for a scrambled sequence, whose error
    is usually smaller, they are a guide that usually errs on the wide side. No draw is left out:
    one that is not solved completely, and could have the regime or lack it, widens the interval.
    Draws are rounded to a millionth of the ranges.

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
    >>> found = shares(game, samples=64, jobs=1)
    >>> found.to_frame().round(1)[["regime", "exists"]].values.tolist()  # half and half
    [['attack', 0.5], ['no event', 0.5]]
    """
    began = time.perf_counter()
    check_run(jobs, progress, store)
    ranges, label = varied(game, over), classifier(game, classify)
    points = _points(ranges, _checked(samples, sampler), sampler, generator(rng))
    found = solve_points(game, points, concept=concept, store=store, jobs=jobs, progress=progress)
    regimes = [frozenset(regimes_at(result.outcomes, label)) for result in found]
    names = sorted(frozenset().union(*regimes))
    whole = [_whole(result) for result in found]
    return Shares(
        exists={name: _exists(name, regimes, whole) for name in names},
        only={name: _only(name, regimes, whole) for name in names},
        several=Share(
            sum(len(r) > 1 for r in regimes),
            sum(len(r) < 2 and not w for r, w in zip(regimes, whole, strict=True)),
            len(regimes),
        ),
        ranges=ranges,
        points=found,
        status=_status(found, sampler),
        seconds=time.perf_counter() - began,
    )


def _checked(samples: Any, sampler: str) -> int:
    if sampler not in SAMPLERS:
        raise unknown("sampler", sampler, SAMPLERS)
    if isinstance(samples, bool) or not isinstance(samples, int) or samples < 1:
        raise InputError(f"samples = {samples!r}; give a whole number of draws, 1 or more.")
    if sampler == "sobol" and samples & (samples - 1):
        raise InputError(
            f"samples = {samples}: give a power of two, as the sequence of Sobol is even for "
            "these only. From Python, sampler='uniform' takes any number."
        )
    check_solved(samples, f"samples = {samples:,}", "Take fewer samples.")
    return samples


def _points(
    ranges: Mapping[str, Pair], samples: int, sampler: str, random: np.random.Generator
) -> list[dict[str, Fraction]]:
    from scipy.stats import qmc

    size = len(ranges)
    if sampler == "sobol":
        unit = qmc.Sobol(size, rng=random).random(samples)
    else:
        unit = random.random((samples, size))
    steps = np.round(unit * DIGITS).astype(int).tolist()
    return [
        {
            name: low + (high - low) * Fraction(k, DIGITS)
            for (name, (low, high)), k in zip(ranges.items(), row, strict=True)
        }
        for row in steps
    ]


def _whole(result: PointResult) -> bool:
    """Whether the point's regimes are all there are."""
    return result.complete and not result.capped


def _exists(name: str, regimes: Sequence[frozenset[str]], whole: Sequence[bool]) -> Share:
    yes = sum(name in r for r in regimes)
    unknown = sum(name not in r and not w for r, w in zip(regimes, whole, strict=True))
    return Share(yes, unknown, len(regimes))


def _only(name: str, regimes: Sequence[frozenset[str]], whole: Sequence[bool]) -> Share:
    yes = sum(r == {name} and w for r, w in zip(regimes, whole, strict=True))
    unknown = sum(r <= {name} and not w for r, w in zip(regimes, whole, strict=True))
    return Share(yes, unknown, len(regimes))


def _status(found: PointResults, sampler: str) -> str:
    how = "of a scrambled sequence of Sobol" if sampler == "sobol" else "drawn independently"
    text = f"From {len(found):,} points {how}"
    open_ = sum(not _whole(result) for result in found)
    if not open_:
        return f"{text}, each with its complete set of equilibria."
    failed = f", {len(found.failed):,} of which failed" if found.failed else ""
    return f"{text}; at {open_:,} the set is not complete{failed}, which widens the intervals."
