"""When Ukraine should talk: its stopping problem, with settlements worth what solved games say."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.markov import solve_markov
from deterrence.errors import InputError, NoEquilibriumError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.scenario import Scenario, check_in_range
from deterrence.guarantee.timing import (
    TIMING,
    WAR,
    balances,
    check_deadline,
    stopping_game,
    terms_at,
    war_chance,
)
from deterrence.oped.inputs import scenario_of
from deterrence.oped.long_run_points import solve_long_run
from deterrence.oped.survival import long_run_values

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr

__all__ = ["Timing", "when_to_talk"]

Progress = Callable[[int, int], Any]
OFFERS = ("guarantee", "none")
SIDES = ("least", "most")
DEADLINES = (0, 3, 6, 12, 24)
# what a settlement without a guarantee lacks
WITHOUT = {"strength": 0, "automaticity": 0, "presence": 0}
DECIMALS = 12  # of a settlement's worth, which comes from an enclosure


@dataclass(frozen=True, eq=False)
class Timing:
    """When Ukraine settles, and what it costs to be pushed.

    Attributes
    ----------
    grid : xarray.Dataset
        By `offer` ("guarantee", "none") and `balance` (m0): `terms`, what Russia would keep;
        `settle`, what settling now is worth to Ukraine; `value`, what it is worth to choose the
        month; `fight`, what war for ever is worth at this balance; `stops`, whether it settles now;
        `push` (with a dimension `months`), what is lost where Ukraine must settle within so many
        months.
    side : str
        Which equilibrium of the peace that follows: the "least" or the "most" for Ukraine.
    values : mapping of str to fractions.Fraction
        The parameters of `TIMING` and `WAR`.
    complete : bool
        Whether all pure equilibria were found of every peace, and the stopping problems' solutions
        are unique.
    """

    grid: xr.Dataset
    side: str
    values: Mapping[str, Fraction]
    complete: bool

    def to_frame(self) -> pd.DataFrame:
        """A row for each offer and balance; losses by deadline as "push 3 m"."""
        frame = self.grid.drop_dims("months").to_dataframe(dim_order=["offer", "balance"])
        for months in self.grid["months"].values:
            frame[f"push {months} m"] = self.grid["push"].sel(months=months).to_series()
        return frame

    def region(self, offer: str = "guarantee") -> tuple[float, ...]:
        """The balances at which Ukraine settles now."""
        known = self.grid["offer"].values.tolist()
        if offer not in known:
            raise unknown("offer", offer, known)
        stops = self.grid["stops"].sel(offer=offer)
        return tuple(float(m) for m in self.grid["balance"].values[stops.values])

    def __repr__(self) -> str:
        shown = []
        for offer in self.grid["offer"].values.tolist():
            found = self.region(offer)
            where = f"{len(found)} of {self.grid.sizes['balance']} balances"
            shown.append(f"{offer}: settles at {where}")
        return f"<Timing ({self.side} for Ukraine): {'; '.join(shown)}>"


def when_to_talk(
    scenario: Scenario | str,
    changes: Mapping[str, Any] | None = None,
    *,
    side: str = "least",
    points: int = 15,
    deadlines: Sequence[int] = DEADLINES,
    offers: Sequence[str] = OFFERS,
    levels: int = 1,
    war: str = "returns",
    progress: Progress | None = None,
) -> Timing:
    """Ukraine's choice of the month in which it settles, with and without a guarantee on offer.

    Parameters
    ----------
    scenario : Scenario or str
        The guarantee on offer; an arrangement goes by its name.
    changes : mapping of str to number, optional
        Stakes and instruments, those of the long run and of `TIMING`: ``{"drift": "0.01"}``.
    side : {"least", "most"}
        Where the peace that follows has several equilibria: which is counted on.
    points : int
        Balances of the lattice, over the plausible range of m0.
    deadlines : sequence of int
        Months within which Ukraine may be made to settle.
    offers : sequence of {"guarantee", "none"}
        What may be on offer: the guarantee, or the same without strength, automaticity and
        presence; both by default.
    levels, war
        Of the peace that follows, as for `long_run_game`.
    progress : callable, optional
        Called with how many long runs are solved, and of how many.

    Returns
    -------
    Timing

    Raises
    ------
    LabelError
        For an unknown side or offer.
    ParameterError
        For an unknown name among the changes, or a number out of range.
    InputError
        If the balance moves too fast for the lattice, or deadlines are no months; before any work.
    NoEquilibriumError
        If no equilibrium was found of a peace that would follow.

    Notes
    -----
    Solves two long runs for each balance and offer (0.1 to 1 s each), then the stopping problems
    exactly.
    """
    if side not in SIDES:
        raise unknown("side", side, SIDES)
    asked = _offers(offers)
    own, rest = _split(changes or {})
    peace = long_run_values(scenario_of(scenario), rest)
    lattice, months = balances(points), _months(deadlines)
    chosen = peace | own
    needed = {name: chosen[name] for name in (*TIMING, *WAR, "m_d", "m_aid")}
    stopping_game(lattice, [0] * len(lattice), needed)  # refuses a balance that moves too fast
    worths: dict[str, list[Fraction]] = {}
    complete = True
    for offer in asked:
        tools = {} if offer == "guarantee" else {n: Fraction(x) for n, x in WITHOUT.items()}
        settled = []
        for balance in lattice:
            terms = terms_at(balance, chosen)
            point = peace | tools | {"m0": balance, "kept": terms}
            solved = solve_long_run(point, 1, levels=levels, war=war)
            complete &= solved.complete
            worth = solved.payoffs["Ukraine"][SIDES.index(side)]
            settled.append(_number(worth, balance) - terms)
            if progress is not None:
                progress(len(worths) * len(lattice) + len(settled), len(asked) * len(lattice))
        worths[offer] = settled
    solved_rows = {o: _stopped(lattice, s, needed, months) for o, s in worths.items()}
    complete &= all(whole for _, whole in solved_rows.values())
    rows = {offer: row for offer, (row, _) in solved_rows.items()}
    grid = _grid(lattice, chosen, worths, rows, months)
    return Timing(grid, side, {name: chosen[name] for name in (*TIMING, *WAR)}, complete)


def _split(changes: Mapping[str, Any]) -> tuple[dict[str, Fraction], dict[str, Any]]:
    """The timing problem's own parameters, checked, and the changes of others."""
    own = {name: parameter.default for name, parameter in TIMING.items()}
    for name in [n for n in changes if n in TIMING]:
        own[name] = exact(changes[name], name)
        check_in_range(TIMING[name], own[name])
    rest = {name: value for name, value in changes.items() if name not in TIMING}
    for name in ("m0", "terms", "kept"):
        if name in rest:
            raise ParameterError(
                f"{name} is what the timing problem varies; leave it out, and read the balance "
                "that is meant off the grid."
            )
    return own, rest


def _offers(offers: Any) -> tuple[str, ...]:
    """The offers that are asked for, each known and asked for once."""
    given = tuple(offers) if isinstance(offers, Iterable) and not isinstance(offers, str) else ()
    if not given:
        raise InputError(f"offers = {offers!r}; give one or more of {', '.join(OFFERS)}.")
    for offer in given:
        if offer not in OFFERS:
            raise unknown("offer", offer, OFFERS)
    return tuple(dict.fromkeys(given))


def _months(deadlines: Any) -> tuple[int, ...]:
    """The deadlines, if there are some and each is a number of months."""
    given = tuple(deadlines) if isinstance(deadlines, Iterable) else ()
    if not given or isinstance(deadlines, str) or None in given:
        raise InputError(f"deadlines = {deadlines!r}; give one or more, in months: (0, 12).")
    for months in given:
        check_deadline(months)
    return given


def _number(worth: float, balance: Fraction) -> Fraction:
    if worth != worth:
        raise NoEquilibriumError(
            f"no equilibrium of the peace at balance {float(balance):g} was found; try other "
            "stakes, levels=0 or war='absorbing'."
        )
    return Fraction(f"{worth:.{DECIMALS}f}")


def _stopped(
    lattice: Sequence[Fraction],
    settled: Sequence[Fraction],
    values: Mapping[str, Fraction],
    deadlines: Sequence[int],
) -> tuple[dict[str, Any], bool]:
    """Values, the stopping region, and what deadlines cost; and whether solutions are unique."""
    free = solve_markov(stopping_game(lattice, settled, values))
    best = [float(free[0].values[k]["Ukraine"]) for k in range(len(lattice))]
    row: dict[str, Any] = {
        "value": best,
        "stops": [free[0].strategy[k]["Ukraine"][()]["settle"] == 1 for k in range(len(lattice))],
        "push": [],
    }
    whole = free.complete
    for months in deadlines:
        forced = solve_markov(stopping_game(lattice, settled, values, months))
        whole &= forced.complete
        kept = [float(forced[0].values[months, k]["Ukraine"]) for k in range(len(lattice))]
        row["push"].append([a - b for a, b in zip(best, kept, strict=True)])
    return row, whole


def _grid(
    lattice: Sequence[Fraction],
    values: Mapping[str, Fraction],
    offers: Mapping[str, Sequence[Fraction]],
    rows: Mapping[str, Mapping[str, Any]],
    deadlines: tuple[int, ...],
) -> xr.Dataset:
    import xarray as xr

    both = ("offer", "balance")
    fight = [-float(war_chance(m, values) + values["c_wU"]) for m in lattice]
    return xr.Dataset(
        {
            "terms": ("balance", [float(terms_at(m, values)) for m in lattice]),
            "fight": ("balance", fight),
            "settle": (both, [[float(x) for x in own] for own in offers.values()]),
            "value": (both, [row["value"] for row in rows.values()]),
            "stops": (both, [row["stops"] for row in rows.values()]),
            "push": (("offer", "months", "balance"), [row["push"] for row in rows.values()]),
        },
        coords={
            "offer": list(offers),
            "balance": [float(m) for m in lattice],
            "months": list(deadlines),
        },
    )
