"""One parameter at a time: what an outcome is when it alone moves through its range."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.study.ends import (
    Floats,
    Model,
    SolvedModel,
    checked_ends,
    checked_outcomes,
    evaluated,
    varied,
)
from deterrence.study.points import Progress
from deterrence.study.run_request import check_fixed, check_run

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Swings", "swings"]


@dataclass(frozen=True, eq=False)
class Swings:
    """Outcomes at a point, and with one parameter at either end of its range.

    Attributes
    ----------
    outcomes, ends, parameters : tuple of str
        The axes of the arrays.
    at : mapping of str to fractions.Fraction
        The point.
    ranges : mapping of str to (low, high)
    base : ndarray, shape (outcomes, ends)
        At the point.
    low, high : ndarray, shape (outcomes, ends, parameters)
        With this parameter at its low end, and at its high end, the others as in the point.
    complete : bool
        Whether every point has its complete set of equilibria; False for a model that was given.
    status : str
    """

    outcomes: tuple[str, ...]
    ends: tuple[str, ...]
    parameters: tuple[str, ...]
    at: Mapping[str, Fraction]
    ranges: Mapping[str, tuple[Fraction, Fraction]]
    base: Floats
    low: Floats
    high: Floats
    complete: bool
    status: str

    @property
    def width(self) -> Floats:
        """How far apart the three values lie, (outcomes, ends, parameters)."""
        three = np.stack(
            [self.low, self.high, np.broadcast_to(self.base[..., None], self.low.shape)]
        )
        return np.asarray(np.ptp(three, axis=0))

    def to_frame(self) -> pd.DataFrame:
        """One row for each outcome, end and parameter, the widest first.

        Returns
        -------
        pandas.DataFrame
            outcome, of, parameter, from and to (the range), at low, base, at high.
        """
        import pandas as pd

        width = self.width
        rows = [
            {
                "outcome": outcome,
                "of": end,
                "parameter": self.parameters[k],
                "from": float(self.ranges[self.parameters[k]][0]),
                "to": float(self.ranges[self.parameters[k]][1]),
                "at low": self.low[i, j, k],
                "base": self.base[i, j],
                "at high": self.high[i, j, k],
            }
            for i, outcome in enumerate(self.outcomes)
            for j, end in enumerate(self.ends)
            for k in np.argsort(-width[i, j], kind="stable")
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        what = ", ".join(self.outcomes)
        return f"<Swings of {what} by {len(self.parameters)} parameters. {self.status}>"


def swings(
    game: Game,
    outcome: str | Iterable[str],
    over: Mapping[str, Any] | Iterable[str] | None = None,
    *,
    at: Mapping[str, Any] | None = None,
    of: str | Iterable[str] = ("least", "most"),
    concept: str | None = None,
    model: Model | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Swings:
    """Outcomes with one parameter at a time moved to either end of its range.

    Parameters
    ----------
    game : Game
        With formulas.
    outcome, over, of, concept, model
        As for `sensitivity`.
    at : mapping of str to number, optional
        The point from which parameters are moved; the middle of its range for each that is
        missing. Names that do not vary are passed over, so that all defaults may be given.
    jobs, progress
        As for `solve_points`.

    Returns
    -------
    Swings

    Raises
    ------
    ParameterError
        If a parameter is unknown, left open, without a range, or out of it in `at`.
    LabelError
        For an unknown outcome or end.
    LimitError
        If a point cannot be solved, or has no equilibrium that was found.

    Notes
    -----
    The game is solved at 2 times parameters + 1 points. Interactions do not show, nor what happens
    between the ends of a range; `sensitivity` sees both.

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
    >>> found = swings(game, "attack", at={"prize": "0.7", "pain": "0.2"}, of="most", jobs=1)
    >>> found.parameters, found.base[0, 0], found.low[0, 0], found.high[0, 0]
    (('pain', 'prize'), np.float64(1.0), array([1., 0.]), array([0., 1.]))
    """
    check_run(jobs, progress)
    check_fixed(at, "at")
    outcomes, ends = checked_outcomes(game, outcome), checked_ends(of)
    ranges = varied(game, over)
    base = _base(game, ranges, at or {})
    model = SolvedModel(game, ends, concept, jobs, progress) if model is None else model
    points = {}
    for k, (name, (low, high)) in enumerate(ranges.items()):
        points[name] = np.full(2 * len(ranges) + 1, float(base[name]))
        points[name][2 * k + 1 : 2 * k + 3] = float(low), float(high)
    found = evaluated(model, points, outcomes, ends)
    return Swings(
        outcomes,
        ends,
        tuple(ranges),
        base,
        ranges,
        base=found.values[:, :, 0],
        low=found.values[:, :, 1::2],
        high=found.values[:, :, 2::2],
        complete=found.incomplete == 0,
        status=found.caveat,
    )


def _base(
    game: Game, ranges: Mapping[str, tuple[Fraction, Fraction]], at: Mapping[str, Any]
) -> dict[str, Fraction]:
    """The point, checked against the ranges."""
    known = set(game.parameters) | set(game.ranges) | set(game.tied)
    for name in at:
        if name not in known:
            raise ParameterError(str(unknown("parameter", name, sorted(known))))
    base = {}
    for name, (low, high) in ranges.items():
        try:
            base[name] = exact(at[name], name) if name in at else (low + high) / 2
        except InputError as error:
            raise ParameterError(f"at: {error}") from None
        if not low <= base[name] <= high:
            raise ParameterError(
                f"at: {name} = {float(base[name]):g} is out of its range, {float(low):g} to "
                f"{float(high):g}; give a value inside, or another range in over."
            )
    return base
