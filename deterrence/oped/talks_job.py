"""When Ukraine should talk, at each balance or over draws of the stakes, computed and written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.guarantee.longrun_parameters import LONG_RUN
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.scenario import Scenario, check_in_range
from deterrence.guarantee.timing import TIMING, balances
from deterrence.oped.driver_files import Files, rows_of
from deterrence.oped.inputs import read_changes, scenario_or_file
from deterrence.oped.steps import Steps
from deterrence.oped.talks import DEADLINES, OFFERS, SIDES, Timing, when_to_talk
from deterrence.oped.talks_draws import draw_talks
from deterrence.oped.wide_tables import changed_text, grid_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["DrawnTalks", "FoundTalks", "find_talks"]

WIDTH = 100  # characters
NAMES = (*PARAMETERS, *LONG_RUN, *TIMING, *TIED)
POINTS, DRAWN_POINTS = 15, 4
LEVELS, DRAWN_LEVELS = 1, 0
LONGEST = 1000  # months
ROWS = 7  # of the picture, for its height
TITLES = {"guarantee": "this guarantee on offer", "none": "no guarantee on offer"}
COLUMNS = {"guarantee": "with", "none": "without"}
READING = (
    "With and without: this guarantee on offer, and none. "
    "Balance: m0, Ukraine's strength where Russia's is 1. Terms: the share that Russia would keep. "
    "War: what war for ever at this balance is worth to Ukraine. Now: what settling now is worth. "
    "Best: what it is worth to choose the month. 1 is what Ukraine loses if Russia prevails."
)
CONCEPT = (
    "The peace that follows is worth what its stationary Markov perfect equilibria in pure "
    "strategies say, the {side} of them for Ukraine."
)


@dataclass(frozen=True, eq=False)
class FoundTalks:
    """At which balances Ukraine settles, and what it costs to be pushed.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
    record : Timing
    files : Files
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    record: Timing
    files: Files

    @property
    def complete(self) -> bool:
        """Whether all pure equilibria were found of every peace, and the choices are unique."""
        return self.record.complete

    @property
    def status(self) -> str:
        """Which sets these are."""
        if self.complete:
            return "All pure equilibria of every peace were found; the months chosen are unique."
        return (
            "NOT all pure equilibria of every peace were found, or the choice of the month is not "
            "unique: other answers may exist."
        )

    def text(self) -> str:
        """Where Ukraine settles now, what waiting is worth, and what being pushed costs."""
        head = (
            f"{changed_text(self.scenario.label, self.changes)}: at which balances Ukraine settles "
            "now, with this guarantee on offer and with none."
        )
        notes = [f"{READING} {CONCEPT.format(side=self.record.side)}"]
        parts = [textwrap.fill(head, WIDTH), *self._regions(), grid_text(self._balances())]
        parts += [textwrap.fill(note, WIDTH) for note in notes]
        parts += [self._pushed(), textwrap.fill(self.status, WIDTH), self.files.sentence()]
        return "\n\n".join(part for part in parts if part)

    def _regions(self) -> list[str]:
        lines = []
        for offer in OFFERS:
            found = self.record.region(offer)
            count = self.record.grid.sizes["balance"]
            where = f": {', '.join(f'{m:.3g}' for m in found)}" if 0 < len(found) < count else ""
            title = TITLES[offer].capitalize()
            told = f"{title}: Ukraine settles now at {len(found)} of {count} balances{where}."
            lines.append(textwrap.fill(told, WIDTH))
        return ["\n".join(lines)]

    def _balances(self) -> pd.DataFrame:
        import pandas as pd

        grid = self.record.grid
        shown = pd.DataFrame({"balance": [f"{m:.3g}" for m in grid["balance"].values]})
        for name, title in (("terms", "terms"), ("fight", "war")):
            shown[title] = [f"{x:.3f}" for x in grid[name].values]
        for offer in OFFERS:
            one = grid.sel(offer=offer)
            for name, title in (("settle", "now"), ("value", "best")):
                shown[f"{COLUMNS[offer]}: {title}"] = [f"{x:.3f}" for x in one[name].values]
            shown[f"{COLUMNS[offer]}: settles"] = [
                "yes" if x else "no" for x in one["stops"].values
            ]
        return shown

    def _pushed(self) -> str:
        import pandas as pd

        push = self.record.grid["push"]
        head = "What being made to settle costs Ukraine (mean over balances, most), by deadline:"
        shown = pd.DataFrame({"within": [f"{m} months" for m in push["months"].values]})
        for offer in OFFERS:
            one = push.sel(offer=offer)
            pairs = zip(one.mean("balance").values, one.max("balance").values, strict=True)
            shown[TITLES[offer]] = [f"{mean:.3f}, {most:.3f}" for mean, most in pairs]
        return f"{head}\n\n{grid_text(shown)}"

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "at": {name: float(x) for name, x in self.changes.items()},
            "side": self.record.side,
            "settles": {offer: list(self.record.region(offer)) for offer in OFFERS},
            "balances": rows_of(self.record.to_frame().reset_index()),
            "complete": self.complete,
            "status": self.status,
            **self.files.document(),
        }


@dataclass(frozen=True, eq=False)
class DrawnTalks:
    """When to talk over draws of the stakes.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
    table : pandas.DataFrame
        From `draw_talks`.
    draws, months, seed : int
    files : Files
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    table: pd.DataFrame
    draws: int
    months: int
    seed: int
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every draw was solved, completely."""
        return len(self.table) == self.draws and bool(self.table["complete"].all())

    @property
    def status(self) -> str:
        """How many draws the means are of."""
        if not len(self.table):
            return f"NONE of {self.draws} draws has a peace with an equilibrium that was found."
        known = int(self.table["complete"].sum())
        return f"{len(self.table)} of {self.draws} draws solved, {known} of them completely."

    def text(self) -> str:
        """How often Ukraine settles now, and what being pushed costs."""
        import pandas as pd

        head = (
            f"{changed_text(self.scenario.label, self.changes)}: when Ukraine talks, over "
            f"{self.draws} draws of the stakes, seed {self.seed}."
        )
        rows = {
            "settles now, share of balances": "settles",
            f"made to settle within {self.months} months, cost": "push",
        }
        shown = pd.DataFrame({"mean over draws": list(rows)})
        if len(self.table):
            for offer in OFFERS:
                means = [self.table[f"{name} ({offer})"].mean() for name in rows.values()]
                shown[TITLES[offer]] = [f"{x:.3f}" for x in means]
        note = "Draws from ranges are no probabilities of anything in the world."
        parts = [textwrap.fill(head, WIDTH), grid_text(shown), note]
        parts += [textwrap.fill(self.status, WIDTH), self.files.sentence()]
        return "\n\n".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "at": {name: float(x) for name, x in self.changes.items()},
            "draws": self.draws,
            "seed": self.seed,
            "months": self.months,
            "rows": rows_of(self.table.reset_index()),
            "complete": self.complete,
            "status": self.status,
            **self.files.document(),
        }


def find_talks(
    scenario: str = "oped",
    *,
    changes: Iterable[str] = (),
    side: str = "least",
    points: int | None = None,
    deadlines: Iterable[int] = (),
    draws: int | None = None,
    seed: int | None = None,
    levels: int | None = None,
    war: str = "returns",
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundTalks | DrawnTalks:
    """Find when Ukraine settles, with a guarantee on offer and without.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    changes : iterable of str
        Each "name=number", of instruments, stakes, those of the long run and those of the talks.
    side : {"least", "most"}
        Which equilibrium of the peace Ukraine counts on.
    points : int, optional
        Balances; 15 by default, 4 over draws.
    deadlines : iterable of int
        Months within which Ukraine is made to settle; 0, 3, 6, 12 and 24 by default, 0 over draws.
    draws, seed : int, optional
        Draws of the stakes, and their seed, 0 by default.
    levels, war
        As for `when_to_talk`; no levels over draws by default.
    output, data : str, optional
        Where the picture and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundTalks or DrawnTalks

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    NoEquilibriumError
        If no equilibrium was found of a peace that would follow.
    """
    files = Files(output, data)
    chosen, fixed = scenario_or_file(scenario), read_changes(changes, NAMES)
    months = tuple(dict.fromkeys(deadlines)) or (DEADLINES if draws is None else (0,))
    count = points or (POINTS if draws is None else DRAWN_POINTS)
    _check(chosen, fixed, side, count, months, files, draws, seed)
    steps = steps or Steps(quiet=True)
    if draws is not None:
        with steps.step(f"Solving {draws} draws") as report:
            table = draw_talks(
                chosen,
                draws,
                seed or 0,
                fixed,
                side=side,
                points=count,
                months=months[0],
                levels=DRAWN_LEVELS if levels is None else levels,
                war=war,
                progress=report,
            )
        files.write(table.reset_index(), None, 1)
        return DrawnTalks(chosen, fixed, table, draws, months[0], seed or 0, files)
    with steps.step(f"Solving the peace at {count} balances, twice") as report:
        record = when_to_talk(
            chosen,
            fixed,
            side=side,
            points=count,
            deadlines=months,
            levels=LEVELS if levels is None else levels,
            war=war,
            progress=report,
        )
    _write(files, record)
    return FoundTalks(chosen, fixed, record, files)


def _write(files: Files, record: Timing) -> None:
    from deterrence.show.stopping import stopping as draw

    files.write(record.to_frame().reset_index(), lambda ax: draw(record.grid, ax), ROWS)


def _check(
    scenario: Scenario,
    fixed: Mapping[str, Fraction],
    side: str,
    points: int,
    months: tuple[int, ...],
    files: Files,
    draws: int | None,
    seed: int | None,
) -> None:
    """Refuse what does not go together, or is out of range."""
    if side not in SIDES:
        raise unknown("side", side, SIDES)
    balances(points)
    scenario.values(**{n: x for n, x in fixed.items() if n in (*PARAMETERS, *TIED)})
    known = {**LONG_RUN, **TIMING}
    for name in known.keys() & fixed.keys():
        check_in_range(known[name], fixed[name])
    if any(not 0 <= m <= LONGEST for m in months):
        raise InputError(f"a deadline is 0 to {LONGEST:,} months.")
    if seed is not None and draws is None:
        raise InputError("a seed without draws has no effect; say how many draws by --draws.")
    if draws is not None and len(months) > 1:
        raise InputError("over draws one deadline is asked about; give --deadline once.")
    if draws is not None and files.picture is not None:
        raise InputError("there is no picture over draws; take --data instead.")
