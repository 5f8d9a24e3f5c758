"""What would have to be different for a conclusion to change, one assumption at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, LimitError
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.study.conclusions import Conclusion, conclusion_of
from deterrence.study.ends import Pair
from deterrence.study.flip_formulas import MOST_NODES, threshold_in
from deterrence.study.flip_scan import Scanning
from deterrence.study.flip_search import Line, scan_values, search
from deterrence.study.points import Progress
from deterrence.study.present import Present, present
from deterrence.study.run_request import check_run, check_solved

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Flip", "Flips", "flips"]

TOLERANCE = Fraction(1, 10**6)
BELOW, ABOVE = -1, 1


@dataclass(frozen=True)
class Flip:
    """The nearest change of a conclusion on one side of the present value.

    Attributes
    ----------
    near, far : fractions.Fraction
        Both solved: the conclusion is as at present at the first, the other way at the second.
    formula : sympy.Expr or None
        The value between them at which a condition or the outcome binds exactly, if one was found.
    binds : str
        Whose condition it is: player, information set and deviation; empty without a formula.
    value : float
        Where it flips: the exact value, else the nearest one that was found to flip it.
    """

    near: Fraction
    far: Fraction
    formula: Any = None
    binds: str = ""

    @property
    def value(self) -> float:
        """Where it flips: the exact value, else the nearest one that was found to flip it."""
        return float(self.far if self.formula is None else self.formula)


@dataclass(frozen=True, eq=False)
class Flips:
    """Nearest flips of a conclusion, one parameter at a time.

    Attributes
    ----------
    conclusion : Conclusion
    value : float
        Its outcome at the point, at its end.
    holds : bool
        Whether it is true at the point.
    at : mapping of str to fractions.Fraction
        The present value of what varies.
    ranges : mapping of str to (low, high)
    found : mapping of str to (Flip or None, Flip or None)
        By parameter: below the present value, and above it.
    changes : mapping of str to int
        How often the conclusion changes along the scan of each range.
    unknown : mapping of str to int
        At how many values of each range the game has no solution.
    complete : bool
        Whether all sets of equilibria that were solved are complete, and every point has one.
    status : str
        What it rests on, and how narrow a flip may have been missed.
    seconds : float
    """

    conclusion: Conclusion
    value: float
    holds: bool
    at: Mapping[str, Fraction]
    ranges: Mapping[str, Pair]
    found: Mapping[str, tuple[Flip | None, Flip | None]] = field(repr=False)
    changes: Mapping[str, int]
    unknown: Mapping[str, int]
    complete: bool
    status: str
    seconds: float

    def nearest(self, name: str) -> Flip | None:
        """The nearer of a parameter's two flips; None if there is none in its range."""
        present = float(self.at[name])
        both = [flip for flip in self.found[name] if flip is not None]
        return min(both, key=lambda flip: abs(flip.value - present), default=None)

    def share(self, name: str) -> float:
        """Distance to the nearest flip as a share of the range; infinite without one."""
        flip, (low, high) = self.nearest(name), self.ranges[name]
        if flip is None:
            return float("inf")
        return abs(flip.value - float(self.at[name])) / float(high - low)

    @property
    def parameters(self) -> tuple[str, ...]:
        """Those that flip it soonest first, by share of the range; those that cannot, last."""
        return tuple(sorted(self.at, key=self.share))

    def to_frame(self) -> pd.DataFrame:
        """One row for each parameter, in the order of `parameters`.

        Returns
        -------
        pandas.DataFrame
            parameter, present, low, high (of the range); below and above, the nearest values that
            flip the conclusion, not a number where none does; nearest, distance, share (of the
            range) and direction ("down", "up" or ""); changes along the range; formula and
            binds of the nearest, texts, empty where it is not known exactly; unknown.
        """
        import pandas as pd

        return pd.DataFrame([self._row(name) for name in self.parameters])

    def _row(self, name: str) -> dict[str, Any]:
        missing = float("nan")
        below, above = (flip.value if flip else missing for flip in self.found[name])
        nearest, present = self.nearest(name), float(self.at[name])
        value = nearest.value if nearest else missing
        formula = "" if nearest is None or nearest.formula is None else str(nearest.formula)
        return {
            "parameter": name,
            "present": present,
            "low": float(self.ranges[name][0]),
            "high": float(self.ranges[name][1]),
            "below": below,
            "above": above,
            "nearest": value,
            "distance": abs(value - present),
            "share": self.share(name) if nearest else missing,
            "direction": ("down" if value < present else "up") if nearest else "",
            "changes": self.changes[name],
            "formula": formula,
            "binds": nearest.binds if nearest else "",
            "unknown": self.unknown[name],
        }

    def __repr__(self) -> str:
        held = "holds" if self.holds else "does not hold"
        count = sum(self.nearest(name) is not None for name in self.at)
        return (
            f"<{self.conclusion} {held}; {count} of {len(self.at)} parameters can flip it alone. "
            f"{self.status}>"
        )


def flips(
    game: Game,
    conclusion: Conclusion | tuple[str, str, str, Any] | str,
    over: Mapping[str, Any] | Iterable[str] | None = None,
    *,
    at: Mapping[str, Any],
    scan: int = 33,
    tolerance: Any = TOLERANCE,
    method: str = "points",
    exact_values: bool | None = None,
    concept: str | None = None,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Flips:
    """The nearest change in each assumption that flips a conclusion, the others as they are.

    Parameters
    ----------
    game : Game
        With formulas.
    conclusion : Conclusion, (outcome, end, relation, threshold), or str
        For instance ``("attack", "most", "<", 0.5)`` or "most attack < 0.5": the attack has a
        probability below one half in every equilibrium.
    over : mapping of str to (low, high), or iterable of str, optional
        The parameters to change, all if missing, and their ranges where these are not the game's.
        A tied name moves all its members.
    at : mapping of str to number
        The point: a number for every parameter.
    scan : int, optional
        Values tried along each range, its ends among them.
    tolerance : number, optional
        Halving stops when the two values around a flip are this close, as a share of the range.
    method : {"points", "regimes"}, optional
        How the scan is made: every point solved, or as `sweep` does by regimes, for fine scans.
        What is reported is solved point by point in both.
    exact_values : bool, optional
        Whether the binding condition of each flip is looked for; by default for trees of at most
        200 nodes, since it takes seconds a flip in larger ones.
    concept, store, jobs, progress
        As for `solve_points`.

    Returns
    -------
    Flips

    Raises
    ------
    InputError
        If the conclusion is none, or `scan` or `tolerance` cannot be one.
    ParameterError
        For names that are unknown or have no range, and numbers missing or out of range.
    LabelError
        For an unknown outcome, end, relation, method or concept.
    LimitError
        If the point itself cannot be solved; before any work, for more than 262,144 points of the
        scan.

    Notes
    -----
    About scan times parameters solutions, then two times log2(1 / (scan times tolerance)) for each
    parameter that flips the conclusion. A change and a change back between two neighbours of the
    scan are not seen. Exact values are the ends of regions of equilibria (see `region`) and the
    solutions of outcome = threshold; one is given if no other lies between the two solved ones.

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
    >>> at = {"prize": "0.3", "pain": "0.7"}
    >>> found = flips(game, "most attack < 0.5", at=at, scan=5, jobs=1)
    >>> found.to_frame()[["parameter", "nearest", "direction", "formula"]].values.tolist()
    [['pain', 0.3, 'down', '3/10'], ['prize', 0.7, 'up', '7/10']]
    """
    began = time.perf_counter()
    check_run(jobs, progress, store)
    wanted, here = conclusion_of(game, conclusion), present(game, at, over)
    width = _checked(scan, tolerance, len(here.ranges))
    small = len(game.structure) <= MOST_NODES
    scanning = Scanning(game, here, wanted, method, concept, store, jobs, progress)
    derive = (small if exact_values is None else exact_values) and scanning.sequential
    lines = [Line(n, here.value(n), scan_values(here, n, scan)) for n in here.ranges]
    scanning.scan(lines)
    holds = lines[0].truth[lines[0].present]
    if holds is None:
        raise LimitError(f"the point itself has no value: {scanning.why} Give another one.")
    search(lines, here, scanning.decide, width)
    return Flips(
        wanted,
        scanning.value,
        holds,
        {line.name: line.present for line in lines},
        here.ranges,
        {line.name: _both(game, here, wanted, line, derive=derive) for line in lines},
        {line.name: line.changes() for line in lines},
        {line.name: line.unknown() for line in lines},
        not scanning.incomplete and not scanning.failed,
        scanning.status(scan),
        time.perf_counter() - began,
    )


def _checked(scan: Any, tolerance: Any, lines: int) -> Fraction:
    if isinstance(scan, bool) or not isinstance(scan, int) or scan < 2:
        raise InputError(f"scan = {scan!r}; give a whole number of values, 2 or more.")
    what = f"scan = {scan:,} along {lines} ranges"
    check_solved(scan * lines, what, "Take fewer values, or name fewer parameters in over.")
    width = exact(tolerance, "tolerance")
    if not 0 < width < 1:
        raise InputError(f"tolerance = {tolerance!r}; give a share of the range between 0 and 1.")
    return width


def _both(
    game: Game, here: Present, conclusion: Conclusion, line: Line, *, derive: bool
) -> tuple[Flip | None, Flip | None]:
    found: list[Flip | None] = []
    for direction in (BELOW, ABOVE):
        bracket = line.bracket(direction)
        if bracket is None:
            found.append(None)
            continue
        near, far = bracket.near, bracket.far
        exact = threshold_in(game, here, line.name, (near, far), conclusion) if derive else None
        found.append(Flip(near, far, exact.value, exact.binds) if exact else Flip(near, far))
    return found[0], found[1]
