"""All Nash equilibria of a two-player game, degenerate or not: points, and continua as such."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, cast

import numpy as np

from deterrence.equilibrium.best_responses import MOST_RAYS
from deterrence.equilibrium.description_record import Description
from deterrence.equilibrium.extremes import (
    Extremes,
    extreme_equilibria,
    normalised,
    normalised_floats,
)
from deterrence.equilibrium.lemke_howson import one_equilibrium
from deterrence.equilibrium.mixed_profiles import MixedEquilibrium, Mixture, certified_profile
from deterrence.equilibrium.nash_subsets import components, maximal_subsets
from deterrence.equilibrium.solution import Solution
from deterrence.equilibrium.subset_description import affine_dimension, describe_subset
from deterrence.equilibrium.subset_source import MIDDLE, Pick, SubsetSource, mean
from deterrence.errors import InputError, LimitError
from deterrence.games.numbers import exact
from deterrence.games.strategic import StrategicGame

__all__ = ["BimatrixSolution", "solve_bimatrix"]

LEAST_TOLERANCE, MOST_TOLERANCE = Fraction(1, 10**12), Fraction(1, 100)


class BimatrixSolution(Solution):
    """All equilibria of a two-player game.

    As `Solution`; the families of a component are its maximal Nash subsets, which may overlap, and
    `equilibria` lists every extreme equilibrium once.
    """

    @functools.cached_property
    def equilibria(self) -> Sequence[MixedEquilibrium]:
        """Every extreme equilibrium, and the middle of every maximal Nash subset not a point."""
        return _Listed(self.source, self.source.listed(middles=True))

    @functools.cached_property
    def extreme(self) -> Sequence[MixedEquilibrium]:
        """Every extreme equilibrium, once."""
        return _Listed(self.source, self.source.listed(middles=False))


def solve_bimatrix(
    game: StrategicGame, tol: float | None = None, budget: int = MOST_RAYS
) -> BimatrixSolution:
    """All Nash equilibria of a two-player game.

    Parameters
    ----------
    game : StrategicGame
        With two players.
    tol : float, optional
        Compute in floats: differences up to this share of a player's payoff span count as zero.
        Without it everything is exact, and payoffs given as floats are the decimals they print as.
    budget : int, optional
        How many vertices a best-response polyhedron may have.

    Returns
    -------
    BimatrixSolution
        Complete, unless floats leave a comparison open: closer than `tol`, yet not equal. Of a game
        with too many vertices one exact equilibrium, and not complete.

    Raises
    ------
    InputError
        If the game has not two players, or `tol` does not lie between 1e-12 and 0.01.
    LimitError
        If a component has more than 100,000 maximal Nash subsets, or a game is too large for the
        path to one equilibrium, too (about 200 by 200 actions).

    Notes
    -----
    All vertices of both best-response polyhedra are found by double description; the completely
    labelled pairs are the extreme equilibria. Maximal bicliques of these are the maximal Nash
    subsets, each the product of two polytopes. The number of vertices grows exponentially: about
    1,000 for each player at 10 by 10 actions, 5,000 at 12 by 12, 50,000 at 15 by 15. Since whole
    numbers grow with the game, signs beyond 8 by 8 actions are decided by floats with bounds on
    their errors (Higham 2002), and by whole numbers where these leave doubts; the equilibria
    themselves are solved for exactly.

    Where there are more vertices than `budget`, or soon more than 2,000 in a game of a size for
    which twice `budget` are expected (from 17 by 17 on), the answer is one equilibrium by the path
    of Lemke and Howson (1964), in whole numbers.

    Examples
    --------
    >>> from deterrence.games.strategic import StrategicGame
    >>> entry = StrategicGame(
    ...     {"Challenger": [[0, 0], [-1, 1]], "Defender": [[2, 2], [-1, 0]]},
    ...     {"Challenger": ["stay", "attack"], "Defender": ["fight", "yield"]},
    ... )
    >>> solution = solve_bimatrix(entry)
    >>> len(solution), len(solution.extreme), solution.complete
    (2, 3, True)
    >>> threat = solution.components[0].families[0]
    >>> threat.relations
    ('P[Defender | ()](fight) >= 1/2',)
    """
    start = time.perf_counter()
    if not isinstance(game, StrategicGame) or len(game.players) != 2:
        raise InputError(f"solve_bimatrix takes a StrategicGame of two players, not {game!r}.")
    tolerance = None if tol is None else _tolerance(tol)
    try:
        floats = None if tol is None else float(tol)
        extremes = extreme_equilibria(*_normalised(game, tolerance), floats, budget)
    except LimitError as refusal:
        return _one(game, str(refusal), start)
    source = Source(game, extremes, tolerance)
    left = _left(extremes)
    return BimatrixSolution(
        game=cast(Any, game),
        concept="nash",
        complete=not left,
        status=_status(game, source, left),
        seconds=time.perf_counter() - start,
        source=source,
        record=_record(extremes),
        left=left,
    )


def _one(game: StrategicGame, refusal: str, start: float) -> BimatrixSolution:
    """One equilibrium, exact, of a game too large for all of them."""
    found = one_equilibrium(*game.as_integers().values())
    extremes = Extremes(
        x=np.array([found.x], dtype=object),
        y=np.array([found.y], dtype=object),
        pairs=[(0, 0)],
        vertices=(1, 1),
        dropped=(0, 0),
        simple=False,
        doubtful=0,
    )
    how = f"the end of the path of Lemke and Howson after {_count(found.steps, 'step')}"
    exactly = "exact, floats taken as the decimals that they print as" if game.floats else "exact"
    return BimatrixSolution(
        game=cast(Any, game),
        concept="nash",
        complete=False,
        status=f"Not complete: one equilibrium, {how} ({exactly}). Others not sought: {refusal}",
        seconds=time.perf_counter() - start,
        source=Source(game, extremes, None),
        record={"steps of the path of Lemke and Howson": found.steps},
        left=(f"all other equilibria: {refusal}",),
    )


@functools.lru_cache(maxsize=8, typed=True)
def _tolerance(tol: float) -> Fraction:
    tolerance = exact(tol, "tol")
    if not LEAST_TOLERANCE <= tolerance <= MOST_TOLERANCE:
        raise InputError(
            f"tol = {tol!r}: give a share of the payoffs' span between 1e-12 and 0.01, or leave it "
            "out for exact arithmetic."
        )
    return tolerance


def _normalised(game: StrategicGame, tolerance: Fraction | None) -> tuple[Any, Any]:
    if tolerance is None or not game.floats:
        arrays = list(game.as_integers().values())
    else:
        arrays = list(game.as_floats().values())
    change = normalised if tolerance is None else normalised_floats
    return change(arrays[0], 0), change(arrays[1], 1)


def _left(extremes: Extremes) -> tuple[str, ...]:
    if not extremes.doubtful:
        return ()
    count = f"{extremes.doubtful:,} comparison{'s' if extremes.doubtful > 1 else ''}"
    return (f"{count} closer than the tolerance but not equal; solve without `tol` to decide",)


def _record(extremes: Extremes) -> dict[str, int]:
    pairs = extremes.vertices[0] * extremes.vertices[1]
    return {
        "strictly dominated actions": sum(extremes.dropped),
        "pairs of vertices with a reply that is not best": pairs - len(extremes.pairs),
    }


def _status(game: StrategicGame, source: Source, left: Sequence[str]) -> str:
    extremes = source.extremes
    count = _count(source.component_count, "connected component") + " of Nash equilibria"
    extreme = _count(len(extremes.pairs), "extreme equilibrium", "extreme equilibria")
    subsets = _count(len(source.subsets), "maximal Nash subset")
    vertices = f"all {extremes.vertices[0]:,} and {extremes.vertices[1]:,} vertices"
    proof = f"{extreme} in {subsets}, from {vertices} of the best-response polyhedra"
    if source.tolerance is not None:
        share = f"{float(source.tolerance):g} of the payoff span"
        how = f"in floating point, up to a tolerance of {share}"
    elif game.floats:
        how = "exact, floats taken as the decimals that they print as"
    else:
        how = "exact numbers"
    if left:
        return f"Not complete: {count} found: {proof} ({how}), but not decided: {'; '.join(left)}."
    return f"Complete: {count}: {proof} ({how})."


def _count(n: int, one: str, several: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else several or one + 's'}"


class Source(SubsetSource):
    """Answers the records of a Solution from extreme equilibria and maximal Nash subsets."""

    def __init__(self, game: StrategicGame, extremes: Extremes, tolerance: Fraction | None) -> None:
        super().__init__([maximal_subsets(pairs) for pairs in components(extremes.pairs)])
        self.game, self.extremes, self.tolerance = game, extremes, tolerance
        self._kept: dict[tuple[int, Pick], MixedEquilibrium] = {}

    def listed(self, *, middles: bool) -> list[tuple[int, Pick]]:
        """Points of all families, each once, by component."""
        found = []
        for component, places in enumerate(self._of):
            seen: set[tuple[int, int]] = set()
            for k in places:
                for pick in self.picks((k,)):
                    at = pick[1:]
                    if middles if at == MIDDLE else at not in seen:
                        found.append((component, pick))
                    seen.add(at)
        return found

    def dimension(self, cells: Sequence[int]) -> int:
        """Dimension of a family."""
        return sum(affine_dimension(side, self.tolerance) for side in self._sides(cells[0]))

    def description(self, cells: Sequence[int]) -> Description:
        """What is fixed in a family and what varies."""
        return describe_subset(self.game, self._sides(cells[0]), self.tolerance)

    def equilibrium(self, component: int, picks: Pick) -> MixedEquilibrium:
        """A certified equilibrium."""
        key = (component, picks)
        if key not in self._kept:
            place, a, b = picks
            if (a, b) == MIDDLE:
                profile = tuple(mean(side) for side in self._sides(place))
            else:
                profile = self._mixtures(0)[a], self._mixtures(1)[b]
            self._kept[key] = certified_profile(
                self.game,
                component,
                profile,
                self.tolerance,
                functools.partial(self._extreme, component, place),
            )
        return self._kept[key]

    def _extreme(self, component: int, place: int) -> tuple[MixedEquilibrium, ...]:
        subset = self.subsets[place]
        pairs = ((a, b) for a in subset.first for b in subset.second)
        return tuple(self.equilibrium(component, (place, a, b)) for a, b in pairs)

    def _sides(self, place: int) -> tuple[list[Mixture], list[Mixture]]:
        subset = self.subsets[place]
        first, second = self._mixtures(0), self._mixtures(1)
        return [first[a] for a in subset.first], [second[b] for b in subset.second]

    def _mixtures(self, player: int) -> list[Mixture]:
        return self._second if player else self._first

    @functools.cached_property
    def _first(self) -> list[Mixture]:
        return [_mixture(row) for row in self.extremes.x.tolist()]

    @functools.cached_property
    def _second(self) -> list[Mixture]:
        return [_mixture(row) for row in self.extremes.y.tolist()]

    # -- outcomes -----------------------------------------------------------------------------

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most payoffs over the set; on a subset they are linear on each side."""
        return self._between([row for rows in self._payoffs for row in rows])

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most payoffs over a component."""
        return self._between(self._payoffs[n])

    def outcomes(self) -> list[dict[str, float]]:
        """The distinct payoffs at extreme equilibria."""
        rows = dict.fromkeys(row for rows in self._payoffs for row in rows)
        return [dict(zip(self.game.players, map(float, row), strict=True)) for row in rows]

    def _between(self, rows: Sequence[tuple[Fraction, ...]]) -> dict[str, tuple[float, float]]:
        columns = zip(*rows, strict=True)
        return {
            player: (float(min(column)), float(max(column)))
            for player, column in zip(self.game.players, columns, strict=True)
        }

    @functools.cached_property
    def _payoffs(self) -> list[list[tuple[Fraction, ...]]]:
        """By component, the payoffs at its extreme equilibria."""
        found: list[list[tuple[Fraction, ...]]] = [[] for _ in self._of]
        for component, pick in self.listed(middles=False):
            payoffs = self.equilibrium(component, pick).payoffs
            found[component].append(tuple(payoffs.values()))
        return found


def _mixture(row: Sequence[Any]) -> Mixture:
    """Exact probabilities: whole numbers by their sum, floats as the decimals they print as."""
    if not isinstance(row[0], float):
        total = sum(row)
        return tuple(Fraction(x, total) for x in row)
    shares = [exact(x) if x else Fraction(0) for x in row]
    most = max(range(len(row)), key=row.__getitem__)
    shares[most] += 1 - sum(shares)
    return tuple(shares)


class _Listed(Sequence[Any]):
    """Equilibria made and certified when looked at."""

    def __init__(self, source: Source, picks: list[tuple[int, Pick]]) -> None:
        self.source, self.picks = source, picks

    def __len__(self) -> int:
        return len(self.picks)

    def __getitem__(self, n: Any) -> Any:
        if isinstance(n, slice):
            return [self.source.equilibrium(*pick) for pick in self.picks[n]]
        return self.source.equilibrium(*self.picks[n])

    def __repr__(self) -> str:
        return f"<{len(self):,} equilibria>"
