"""How long peace lasts under each arrangement: survival curves over equilibria and stakes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.games.numbers import exact
from deterrence.guarantee.catalogue import arrangements
from deterrence.guarantee.longrun import long_run_game
from deterrence.guarantee.longrun_parameters import LONG_RUN, long_run_defaults
from deterrence.guarantee.scenario import Scenario, check_in_range
from deterrence.guarantee.stage_input import TYPES
from deterrence.oped.draws import draw_stakes, draw_within
from deterrence.oped.inputs import scenario_of
from deterrence.oped.long_run_points import LongRunPoint, solve_long_run

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    import xarray as xr

__all__ = ["Survival", "draw_long_run", "long_run_values", "survival"]

MOST_YEARS = 100
ASKED = (1, 5, 10)  # years that analysts ask for
SIDES = ("least", "most")
QUANTILES = {"5 %": 0.05, "median": 0.5, "95 %": 0.95}
# not drawn: when an arrangement begins and ends is a fact about it; what Russia keeps, no stake
NOT_DRAWN = ("h_start", "h_end", "kept")

Progress = Callable[[int, int], Any]


@dataclass(frozen=True, eq=False)
class Survival:
    """Survival curves of peace.

    Attributes
    ----------
    grid : xarray.Dataset
        Dimensions arrangement, draw and year (0 to the last). `least` and `most`: the probability
        that no attack has come by the end of the year, least and most over the equilibria.
        `Guarantor`, `Ukraine`, `Russia` (with a dimension side): discounted payoffs.
        By arrangement and draw: `equilibria` (a product over Russia's types), `complete` (all pure
        ones were found, and at least one), `unique` (no other, mixed ones included).
    stakes : pandas.DataFrame
        What was drawn, a row for each draw; empty at default stakes.
    """

    grid: xr.Dataset
    stakes: pd.DataFrame

    @property
    def drawn(self) -> bool:
        """Whether the stakes were drawn."""
        return len(self.stakes.columns) > 0

    @property
    def complete(self) -> bool:
        """Whether all pure equilibria were found everywhere."""
        return bool(self.grid["complete"].all())

    def attacked(self, year: int) -> xr.Dataset:
        """The probability of an attack within so many years, least and most over equilibria."""
        last = int(self.grid["year"][-1])
        if not 1 <= year <= last:
            raise InputError(f"year {year} is not one of 1 to {last}; solve for more years.")
        peace = self.grid[["least", "most"]].sel(year=year, drop=True)
        return (1 - peace).rename({"least": "most", "most": "least"})

    def to_frame(self, years: Iterable[int] = ASKED) -> pd.DataFrame:
        """The table: a row for each arrangement.

        Parameters
        ----------
        years : iterable of int
            Those that lie beyond the last year are left out.

        Returns
        -------
        pandas.DataFrame
            At default stakes "attack in 5 y (least)" and "(most)"; over draws their quantiles,
            "attack in 5 y (least, median)"; then equilibria (the mean number), complete and unique
            (shares of draws).
        """
        import pandas as pd

        columns: dict[str, Any] = {}
        for year in [y for y in years if y <= int(self.grid["year"][-1])]:
            at = self.attacked(year)
            for side in SIDES:
                if not self.drawn:
                    columns[f"attack in {year} y ({side})"] = at[side].isel(draw=0).values
                    continue
                for title, q in QUANTILES.items():
                    found = at[side].quantile(q, dim="draw")
                    columns[f"attack in {year} y ({side}, {title})"] = found.values
        for name in ("equilibria", "complete", "unique"):
            columns[name] = self.grid[name].mean("draw").values
        index = pd.Index(self.grid["arrangement"].values, name="arrangement")
        return pd.DataFrame(columns, index=index)

    def hazards(self) -> xr.Dataset:
        """The probability of an attack in each year, given none before, least and most.

        From the mean curves over the draws; missing where peace is over.
        """
        mean = self.grid[["least", "most"]].mean("draw")
        before = mean.shift(year=1)
        found = (1 - mean / before.where(before > 0)).isel(year=slice(1, None))
        return found.rename({"least": "of the least curve", "most": "of the most curve"})

    def drivers(self, year: int = 10) -> pd.DataFrame:
        """Spearman's rank correlation of each drawn stake with an attack's probability.

        Parameters
        ----------
        year : int

        Returns
        -------
        pandas.DataFrame
            A row for each stake, a column for each arrangement and the "mean" of their absolute
            values, by which rows are sorted; for the middle between least and most. Missing where
            the probability does not vary.

        Raises
        ------
        InputError
            At default stakes.
        """
        import numpy as np
        import pandas as pd
        from scipy.stats import rankdata

        if len(self.stakes) < 3 or not self.drawn:
            raise InputError("what drives the result needs draws of the stakes; give draws=200.")
        at = self.attacked(year)
        middle = ((at["least"] + at["most"]) / 2).values
        ranks = np.column_stack([rankdata(self.stakes[name]) for name in self.stakes])
        rows = {}
        for name, column in zip(self.grid["arrangement"].values, middle, strict=True):
            known = np.isfinite(column)
            rows[str(name)] = _correlations(ranks[known], rankdata(column[known]))
        frame = pd.DataFrame(rows, index=list(self.stakes.columns)).rename_axis("stake")
        frame["mean"] = frame.abs().mean(axis=1)
        return frame.sort_values("mean", ascending=False)

    def __repr__(self) -> str:
        sizes = self.grid.sizes
        at = f"over {sizes['draw']:,} draws of the stakes" if self.drawn else "at default stakes"
        whole = "all pure equilibria" if self.complete else "NOT all pure equilibria"
        return (
            f"<Survival: {sizes['arrangement']} arrangements, {sizes['year'] - 1} years, {at}, "
            f"{whole}>"
        )


def _correlations(ranks: np.ndarray[Any, Any], column: np.ndarray[Any, Any]) -> list[float]:
    import numpy as np

    if len(column) < 3 or np.ptp(column) == 0:
        return [float("nan")] * ranks.shape[1]
    return [float(np.corrcoef(ranks[:, k], column)[0, 1]) for k in range(ranks.shape[1])]


def long_run_values(
    scenario: Scenario, changes: Mapping[str, Any] | None = None
) -> dict[str, Fraction]:
    """Every parameter of the long run under an arrangement, with some changed.

    Parameters
    ----------
    scenario : Scenario
    changes : mapping of str to number, optional
        Of instruments, stakes and those of the long run; tied names set their members.

    Returns
    -------
    dict of str to fractions.Fraction

    Raises
    ------
    ParameterError
        For an unknown name or a number out of range.
    """
    given = dict(changes or {})
    own = {name: exact(given.pop(name), name) for name in list(given) if name in LONG_RUN}
    for name, value in own.items():
        check_in_range(LONG_RUN[name], value)
    fixed = long_run_defaults(scenario)
    return fixed | scenario.values(**given) | own


def survival(
    scenarios: Mapping[str, Scenario] | Iterable[Scenario | str] | Scenario | str | None = None,
    years: int = 10,
    *,
    draws: int | None = None,
    rng: int | np.random.Generator | None = None,
    changes: Mapping[str, Any] | None = None,
    levels: int = 3,
    war: str = "returns",
    reputation: bool = True,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Survival:
    """How likely peace is to have lasted, year by year, under each arrangement.

    Parameters
    ----------
    scenarios : Scenario, str, iterable of these, or mapping of str to Scenario; optional
        One or more, a real arrangement by its name: ``["oped", "nato"]``. All real arrangements by
        default.
    years : int
        1 to 100.
    draws : int, optional
        Solve at this many draws of all stakes from their ranges, the same for every arrangement,
        instead of at default stakes.
    rng : int or numpy.random.Generator, optional
        A seed (0 is one) or a generator, for the draws.
    changes : mapping of str to number, optional
        Parameters that are set for every arrangement, ``{"h_gov": 0}`` for instance; they are not
        drawn.
    levels, war, reputation
        As for `long_run_game`.
    jobs : int, optional
        Processes, by joblib; one by default.
    progress : callable, optional
        Called with how many points are done, and of how many.

    Returns
    -------
    Survival

    Raises
    ------
    InputError
        If `years`, `draws` or the seed cannot be one, or there is no scenario.
    ParameterError
        For an unknown name among the changes, or a number out of range.

    Notes
    -----
    Costs 0.2 to 1 s for each arrangement and draw. The equilibria are all pure stationary Markov
    perfect ones (see `Survival.grid` for where that is so); where there is none, mixed ones that
    were found. Shares over draws are no probabilities of anything in the world: the ranges are
    judgement.
    """
    import pandas as pd
    from joblib import Parallel, delayed

    chosen = _named_scenarios(scenarios)
    check_years((years,))
    if draws is None and rng is not None:
        raise InputError("a seed without draws has no effect; say how many draws, or leave it out.")
    fixed = dict(changes or {})
    stakes = [{}] if draws is None else draw_long_run(draws, rng, fixed)
    points = [long_run_values(s, fixed) | drawn for s in chosen.values() for drawn in stakes]
    tasks = (
        delayed(solve_long_run)(point, years, levels=levels, war=war, reputation=reputation)
        for point in points
    )
    found: list[LongRunPoint] = []
    for result in Parallel(n_jobs=jobs or 1, return_as="generator")(tasks):
        found.append(result)
        if progress is not None:
            progress(len(found), len(points))
    rows = [{name: float(x) for name, x in drawn.items()} for drawn in stakes]
    return Survival(_grid(list(chosen), len(stakes), years, found), pd.DataFrame(rows))


def check_years(given: Any) -> tuple[int, ...]:
    """The years, if there are some and each is a whole number that is not too large."""
    years = tuple(given) if isinstance(given, Iterable) and not isinstance(given, str) else ()
    for year in years:
        if isinstance(year, bool) or not isinstance(year, int) or not 1 <= year <= MOST_YEARS:
            raise InputError(f"years = {year!r}; give a whole number from 1 to {MOST_YEARS}.")
    if not years:
        raise InputError(f"years = {given!r}; give one or more, (1, 5, 10) say.")
    return years


def _named_scenarios(given: Any) -> dict[str, Scenario]:
    """Scenarios by name; all real arrangements where nothing is given."""
    if given is None:
        return dict(arrangements())
    if isinstance(given, (str, Scenario)):
        given = [given]
    if isinstance(given, Iterable) and not isinstance(given, Mapping):
        chosen = [scenario_of(one) for one in given]
        given = {one.id: one for one in chosen}
    if not isinstance(given, Mapping) or not given:
        raise InputError(
            f"there is no arrangement to solve in {given!r}; give one or more, by name: "
            "['oped', 'nato']."
        )
    return {str(name): scenario_of(scenario) for name, scenario in given.items()}


def draw_long_run(
    draws: int, rng: int | np.random.Generator | None, fixed: Mapping[str, Any]
) -> list[dict[str, Fraction]]:
    """Draws of the stakes that matter; those that are fixed are left out, so that others stay."""
    import numpy as np

    try:
        one, other = np.random.default_rng(rng).spawn(2)
    except (TypeError, ValueError):
        raise InputError(f"seed = {rng!r}; give a whole number from 0 on.") from None
    crisis = draw_stakes(draws, one)
    ours = [p for p in LONG_RUN.values() if p.name not in NOT_DRAWN]
    years = draw_within(ours, draws, other)
    used = {"rho", *(n for kind in TYPES["Russia"] for n in long_run_game(russia=kind).parameters)}
    return [
        {name: x for name, x in (a | b).items() if name in used and name not in fixed}
        for a, b in zip(crisis, years, strict=True)
    ]


def _grid(names: list[str], draws: int, years: int, points: list[LongRunPoint]) -> xr.Dataset:
    import numpy as np
    import xarray as xr

    shape = (len(names), draws)
    curves = {
        side: np.array([getattr(p, side) for p in points]).reshape(*shape, years + 1)
        for side in SIDES
    }
    players = {
        player: np.array([p.payoffs[player] for p in points]).reshape(*shape, 2)
        for player in points[0].payoffs
    }
    counts = np.array([np.prod(list(p.equilibria.values())) for p in points]).reshape(shape)
    flags = {
        name: np.array([getattr(p, name) for p in points]).reshape(shape)
        for name in ("complete", "unique")
    }
    over = ("arrangement", "draw")
    return xr.Dataset(
        {side: ((*over, "year"), table) for side, table in curves.items()}
        | {player: ((*over, "side"), table) for player, table in players.items()}
        | {"equilibria": (over, counts)}
        | {name: (over, table) for name, table in flags.items()},
        coords={
            "arrangement": names,
            "draw": np.arange(draws),
            "year": np.arange(years + 1),
            "side": list(SIDES),
        },
    )
