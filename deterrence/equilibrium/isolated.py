"""All isolated Nash equilibria of a strategic game with three or more players, each proved."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from math import prod
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.description_record import Description
from deterrence.equilibrium.mixed_profiles import MixedEquilibrium, certified_profile
from deterrence.equilibrium.root_refinement import Refined
from deterrence.equilibrium.search_record import EQUILIBRIUM, OPEN, ROOT, UNDECIDED, Record
from deterrence.equilibrium.solution import Solution
from deterrence.equilibrium.subdivision import Limits, subdivide
from deterrence.equilibrium.subset_description import describe_subset
from deterrence.errors import InputError
from deterrence.games.strategic import StrategicGame

__all__ = ["IsolatedSolution", "solve_isolated"]

ROUNDED = Fraction(1, 10**30)  # share of the payoff span that the check lets pass
WIDEST = 2**500  # payoff spans, in units of the least common denominator, that floats scale safely
TOO_MANY = "more support profiles than the budget allows"
TOO_WIDE = "payoffs that differ by a factor beyond the range of the search's floating point"
SPENT = "the budget ended before every cell was decided"
NOT_A_POINT = (
    "cells in which solutions are neither excluded nor proved to be isolated (a continuum, or a "
    "solution at which the conditions are singular)"
)
NO_SIGN = "a solution at which a probability or a gain is too close to zero to tell its sign"


class IsolatedSolution(Solution):
    """Isolated equilibria of a game of several players.

    As `Solution`; every component is one equilibrium.
    """

    @property
    def search(self) -> Record:
        """The subdivision, cell by cell: what proves each solution and that there is no other."""
        found: Record = self.source.search
        return found


def solve_isolated(game: StrategicGame, budget: int = 200_000) -> IsolatedSolution:
    """All isolated Nash equilibria of a game, each proved to exist and to be alone in a box.

    Parameters
    ----------
    game : StrategicGame
    budget : int, optional
        Cells that the subdivision may look at.

    Returns
    -------
    IsolatedSolution
        Complete if every cell of every support profile was excluded or lies in a box with exactly
        one solution of the conditions of indifference; there are then no other equilibria.
        Continua and solutions at which these conditions are singular leave it incomplete.

    Raises
    ------
    InputError
        If `game` is not a StrategicGame.

    Notes
    -----
    For each profile of supports, the product of its simplices is halved until a cell is decided.
    A cell is excluded if an action played is worse than another one throughout, or if a weighted
    sum of gains that is zero at an equilibrium has one sign throughout; both are decided at the
    vertices of the cell, since gains are multilinear. Else Krawczyk's test [1]_ shows that a box
    around the cell holds exactly one solution. All roundings are bounded; what floats do not
    decide at a solution, its probabilities and the gains of actions not played, is decided in
    exact arithmetic. The number of support profiles is the product of ``2**m - 1`` over the
    numbers of actions: 343 for 3x3x3 and 243 for 2x2x2x2x2.

    References
    ----------
    .. [1] R. Krawczyk, "Newton-Algorithmen zur Bestimmung von Nullstellen mit Fehlerschranken",
       Computing 4 (1969), 187-201; A. Neumaier, *Interval Methods for Systems of Equations*
       (Cambridge 1990), section 5.1.

    Examples
    --------
    >>> from deterrence.games.strategic import StrategicGame
    >>> import numpy as np
    >>> share = [[[0, 3], [3, 3]], [[2, 2], [2, 2]]]  # of one who waits, of one who acts
    >>> volunteer = StrategicGame(
    ...     {name: np.moveaxis(share, 0, k) for k, name in enumerate("ABC")},
    ...     {name: ["wait", "act"] for name in "ABC"},
    ... )
    >>> solution = solve_isolated(volunteer)
    >>> len(solution), solution.complete
    (7, True)
    >>> print(*(round(float(e.strategy["A"][()]["wait"]), 3) for e in solution))
    1.0 1.0 0.0 1.0 0.333 0.333 0.577
    """
    start = time.perf_counter()
    if not isinstance(game, StrategicGame):
        raise InputError(f"solve_isolated takes a StrategicGame, not {game!r}.")
    payoffs = [_python_integers(u) for u in game.as_integers().values()]
    search, left = _search(payoffs, game.shape, budget)
    source = Source(game, payoffs, search)
    return IsolatedSolution(
        game=cast(Any, game),
        concept="nash",
        complete=not left,
        status=_status(game, source, left),
        seconds=time.perf_counter() - start,
        source=source,
        record=_counts(search),
        left=left,
    )


def _search(
    payoffs: Sequence[NDArray[Any]], shape: Sequence[int], budget: int
) -> tuple[Record, tuple[str, ...]]:
    if prod(2**m - 1 for m in shape) > budget:
        return Record(tuple(shape), (), ()), (TOO_MANY,)
    if any(int(u.max() - u.min()) > WIDEST for u in payoffs):
        return Record(tuple(shape), (), ()), (TOO_WIDE,)
    limits = Limits(budget)
    search = subdivide(payoffs, limits)
    for n, root in enumerate(search.roots):
        if root.verdict == UNDECIDED:
            decided = Refined(payoffs, search, n).verdict()
            search.roots[n] = dataclasses.replace(root, verdict=decided)
    return search, (SPENT,) if limits.stopped else tuple(_undecided(search))


def _python_integers(numbers: NDArray[Any]) -> NDArray[Any]:
    found = np.empty(numbers.shape, dtype=object)
    for place in np.ndindex(numbers.shape):
        found[place] = int(numbers[place])
    return found


def _undecided(search: Record) -> Iterator[str]:
    if OPEN in search.fate:
        yield NOT_A_POINT
    if any(root.verdict == UNDECIDED for root in search.roots):
        yield NO_SIGN


def _counts(search: Record) -> dict[str, int]:
    verdicts = [root.verdict for root in search.roots if root.verdict != EQUILIBRIUM]
    others = {f"solutions of a support: {v}": verdicts.count(v) for v in dict.fromkeys(verdicts)}
    return {**search.counts(), **others}


def _status(game: StrategicGame, source: Source, left: Sequence[str]) -> str:
    search, count = source.search, source.component_count
    head = f"{count:,} isolated Nash equilibri{'um' if count == 1 else 'a'}"
    how = "exact numbers"
    if game.floats:
        how = "exact, floats taken as the decimals that they print as"
    if left:
        return f"Not complete: {head} found ({how}), but not decided: {'; '.join(left)}."
    cells = sum(number for number in search.counts().values())
    boxes = search.fate.count(ROOT)
    return (
        f"Complete: {head}. The {len(search.supports):,} support profiles were divided into "
        f"{cells:,} cells: {boxes:,} lie in boxes with exactly one solution by Krawczyk's test, "
        f"the others hold none ({how})."
    )


class Source:
    """Answers the records of a Solution from proven roots; a cell is the place of a root."""

    affine = True

    def __init__(self, game: StrategicGame, payoffs: Sequence[Any], search: Record) -> None:
        self.game, self.payoffs, self.search = game, payoffs, search
        self.places = [n for n, r in enumerate(search.roots) if r.verdict == EQUILIBRIUM]
        self.places.sort(key=self._size)
        self._kept: dict[int, MixedEquilibrium] = {}

    def _size(self, place: int) -> tuple[int, int]:
        """Pure equilibria come first, then by the number of actions played."""
        number = self.search.support[self.search.roots[place].node]
        return sum(map(len, self.search.supports[number])), number

    @property
    def component_count(self) -> int:
        """Number of equilibria."""
        return len(self.places)

    @property
    def point_count(self) -> int:
        """Number of equilibria."""
        return len(self.places)

    def keys(self, component: int) -> list[tuple[int]]:
        """The one family of a component."""
        return [(component,)]

    def centre(self, cells: Sequence[int]) -> int:
        """The only point of a family."""
        return cells[0]

    def picks(self, cells: Sequence[int]) -> Iterator[int]:
        """The only point of a family."""
        yield cells[0]

    def points_in(self, cells: Sequence[int]) -> int:
        """One."""
        return 1

    def dimension(self, cells: Sequence[int]) -> int:
        """Zero."""
        return 0

    def description(self, cells: Sequence[int]) -> Description:
        """The probabilities, all fixed."""
        profile = self.equilibrium(cells[0], cells[0]).profile
        return describe_subset(self.game, [[row] for row in profile])

    def equilibrium(self, component: int, pick: int) -> MixedEquilibrium:
        """A certified equilibrium."""
        if pick not in self._kept:
            refined = Refined(self.payoffs, self.search, self.places[pick])
            profile = tuple(tuple(row) for row in refined.probabilities())
            tolerance = None if refined.exact is not None else ROUNDED
            self._kept[pick] = certified_profile(self.game, component, profile, tolerance)
        return self._kept[pick]

    def is_exact(self, pick: int) -> bool:
        """Whether an equilibrium is rational and given exactly."""
        return self.equilibrium(pick, pick).certificate.exact

    # -- outcomes -----------------------------------------------------------------------------

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most payoffs over the set."""
        rows = [self.component_outcome(n) for n in range(self.component_count)]
        if not rows:
            return {}
        return {
            player: (min(row[player][0] for row in rows), max(row[player][1] for row in rows))
            for player in self.game.players
        }

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """The payoffs of an equilibrium, as least and most."""
        payoffs = self.equilibrium(n, n).payoffs
        return {player: (float(x), float(x)) for player, x in payoffs.items()}

    def outcomes(self) -> list[dict[str, float]]:
        """The distinct payoffs."""
        rows = [tuple(self.equilibrium(n, n).payoffs.values()) for n in range(len(self.places))]
        return [
            dict(zip(self.game.players, map(float, row), strict=True))
            for row in dict.fromkeys(rows)
        ]
