"""What one number does to the long run, what a broken word does, and which design lasts best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import scenario_of
from deterrence.oped.long_run_points import LongRunPoint, solve_long_run
from deterrence.oped.survival import check_years, long_run_values

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["LongRunDesign", "design_long_run", "reputation_effect", "vary_long_run"]

Progress = Callable[[int, int], Any]
YEARS = (1, 5, 10)
SIDES = ("least", "most")


def vary_long_run(
    scenario: Scenario | str,
    name: str,
    values: Iterable[Any],
    changes: Mapping[str, Any] | None = None,
    *,
    years: Sequence[int] = YEARS,
    levels: int = 3,
    war: str = "returns",
    reputation: bool = True,
    window: bool = False,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """What one parameter does to the long run under an arrangement.

    Parameters
    ----------
    scenario : Scenario or str
    name : str
        An instrument, a stake or a parameter of the long run: "h_end", "recon", "strength".
    values : iterable of number
    changes : mapping of str to number, optional
        Other parameters that are set throughout.
    years : sequence of int
    levels, war, reputation, window
        As for `long_run_game`.
    progress : callable, optional
        Called with how many values are done, and of how many.

    Returns
    -------
    pandas.DataFrame
        A row for each value: "attack in 5 y (least)" and "(most)" for each of the years, and
        "Guarantor (least)", ... for payoffs, over all pure equilibria; equilibria, complete,
        unique.

    Raises
    ------
    ParameterError
        For an unknown name, or a number out of range.
    """
    import pandas as pd

    numbers = [exact(value, name) for value in values]
    if not numbers:
        raise InputError(f"no value of {name} is given; give one or more.")
    asked, rows = check_years(years), []
    for value in numbers:
        point = long_run_values(scenario_of(scenario), {**(changes or {}), name: value})
        found = solve_long_run(
            point, max(asked), levels=levels, war=war, reputation=reputation, window=window
        )
        rows.append(_row(found, asked))
        if progress is not None:
            progress(len(rows), len(numbers))
    return pd.DataFrame(rows, index=pd.Index([float(x) for x in numbers], name=name))


def _row(found: LongRunPoint, years: Sequence[int]) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for year in years:
        row[f"attack in {year} y (least)"] = 1 - float(found.most[year])
        row[f"attack in {year} y (most)"] = 1 - float(found.least[year])
    for player in PLAYERS:
        for side, worth in zip(SIDES, found.payoffs[player], strict=True):
            row[f"{player} ({side})"] = worth
    count = 1
    for number in found.equilibria.values():
        count *= number
    return row | {"equilibria": count, "complete": found.complete, "unique": found.unique}


def reputation_effect(
    scenario: Scenario | str,
    changes: Mapping[str, Any] | None = None,
    *,
    years: Sequence[int] = YEARS,
    levels: int = 3,
) -> pd.DataFrame:
    """Whether the memory of a broken word deters: the long run with it and without.

    With memory a state records whether the word was broken, after which breaking it again costs
    less by the share `spent`. Without, nobody conditions on the past.

    Parameters
    ----------
    scenario : Scenario or str
    changes : mapping of str to number, optional
    years : sequence of int
    levels : int
        As for `long_run_game`.

    Returns
    -------
    pandas.DataFrame
        The rows "memory" and "no memory", the columns of `vary_long_run`.
    """
    import pandas as pd

    point, asked = long_run_values(scenario_of(scenario), changes), check_years(years)
    rows = {
        title: _row(solve_long_run(point, max(asked), levels=levels, reputation=memory), asked)
        for title, memory in (("memory", True), ("no memory", False))
    }
    return pd.DataFrame(rows.values(), index=pd.Index(list(rows), name="past"))


@dataclass(frozen=True, eq=False)
class LongRunDesign:
    """The Guarantor's choice of strength and duration, made before everything else.

    Attributes
    ----------
    grid : xarray.Dataset
        By `strength` and `years` (the mean duration, infinite for no end): least and most payoff of
        each player over the equilibria that follow, with a dimension side; `attacked`, the least
        and most probability of an attack within ten years; `complete`.
    """

    grid: xr.Dataset

    def best(self, player: str = "Guarantor", side: str = "least") -> tuple[float, float]:
        """Strength and duration that are best for a player, counting on one side of the set.

        Of equals the weakest, then the shortest.

        Parameters
        ----------
        player : str
        side : {"least", "most"}
            "least" guards against the worst equilibrium.

        Returns
        -------
        strength, years : float
        """
        if player not in PLAYERS:
            raise unknown("player", player, PLAYERS)
        if side not in SIDES:
            raise unknown("side", side, SIDES)
        table = self.grid[player].sel(side=side)
        top = float(table.max())
        near = table.values >= top - 1e-9 * max(1.0, abs(top))
        k, n = (int(x[0]) for x in near.nonzero())
        return float(self.grid["strength"][k]), float(self.grid["years"][n])

    def __repr__(self) -> str:
        strength, years = self.best()
        return (
            f"<LongRunDesign: {self.grid.sizes['strength']} strengths by "
            f"{self.grid.sizes['years']} durations; best for the Guarantor at worst: strength "
            f"{strength:g}, {years:g} years>"
        )


def design_long_run(
    scenario: Scenario | str,
    strengths: Sequence[Any],
    durations: Sequence[int | None],
    changes: Mapping[str, Any] | None = None,
    *,
    levels: int = 1,
) -> LongRunDesign:
    """What each strength and duration of a guarantee leads to, if the Guarantor moves first.

    Parameters
    ----------
    scenario : Scenario or str
        Its other instruments stay.
    strengths : sequence of number
    durations : sequence of int or None
        Mean years; None for no end.
    changes : mapping of str to number, optional
    levels : int
        As for `long_run_game`.

    Returns
    -------
    LongRunDesign

    Raises
    ------
    InputError
        If a duration is below a year, or nothing is given.
    """
    import numpy as np
    import xarray as xr

    if not strengths or not durations:
        raise InputError("give at least one strength and one duration to choose from.")
    if any(years is not None and (not isinstance(years, int) or years < 1) for years in durations):
        raise InputError(
            f"durations are whole years, 1 or more, or None for no end, not {durations!r}."
        )
    rows = [
        [_designed(scenario, changes, strength, years, levels) for years in durations]
        for strength in strengths
    ]
    over = ("strength", "years")
    table = {p: [[r.payoffs[p] for r in row] for row in rows] for p in PLAYERS}
    attacked = [[(1 - r.most[10], 1 - r.least[10]) for r in row] for row in rows]
    grid = xr.Dataset(
        {p: ((*over, "side"), np.array(values)) for p, values in table.items()}
        | {"attacked": ((*over, "side"), np.array(attacked))}
        | {"complete": (over, np.array([[r.complete for r in row] for row in rows]))},
        coords={
            "strength": [float(exact(s, "strength")) for s in strengths],
            "years": [np.inf if y is None else float(y) for y in durations],
            "side": list(SIDES),
        },
    )
    return LongRunDesign(grid)


def _designed(
    scenario: Scenario | str,
    changes: Mapping[str, Any] | None,
    strength: Any,
    years: int | None,
    levels: int,
) -> LongRunPoint:
    hazard = Fraction(0) if years is None else Fraction(1, years)
    tools = {"strength": strength, "h_end": hazard}
    return solve_long_run(
        long_run_values(scenario_of(scenario), {**(changes or {}), **tools}), 10, levels=levels
    )
