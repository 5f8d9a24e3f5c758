"""How long peace lasts: by arrangement, along one parameter, or with one change."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.guarantee.catalogue import arrangements
from deterrence.guarantee.parameters import TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.axes import axis_of
from deterrence.oped.driver_files import Files, rows_of
from deterrence.oped.inputs import read_changes, scenario_or_file
from deterrence.oped.long_run_contrast import contrast_long_run
from deterrence.oped.long_run_effects import vary_long_run
from deterrence.oped.steps import Steps
from deterrence.oped.survival import QUANTILES, SIDES, Survival, long_run_values, survival
from deterrence.oped.survival_along import KNOWN, READING, VariedSurvival
from deterrence.oped.survival_contrast import FoundContrast
from deterrence.oped.wide_tables import changed_text, ends_text, grid_text
from deterrence.study.running import workers_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FoundSurvival", "find_survival"]

WIDTH = 100  # characters
NAMES = (*KNOWN, *TIED)
ASKED = (1, 5, 10)  # years
MOST_DRAWN = 7  # arrangements in one picture
FEWEST = 30  # draws that tell what drives a result
DRIVERS = 8  # shown
CONTRASTED = 50  # draws
ROWS = 6  # of the picture, for its height
OF_DRAWS = (
    "Either end is the median of the draws; in brackets, the 5 % quantile of the least to the 95 % "
    "quantile of the most. Draws from ranges are no probabilities of anything in the world."
)


@dataclass(frozen=True, eq=False)
class FoundSurvival:
    """How likely peace is to last, by arrangement.

    Attributes
    ----------
    scenarios : mapping of str to Scenario
    changes : mapping of str to fractions.Fraction
    record : Survival
    seed : int or None
    files : Files
    """

    scenarios: Mapping[str, Scenario]
    changes: Mapping[str, Fraction]
    record: Survival
    seed: int | None
    files: Files

    @property
    def complete(self) -> bool:
        """Whether all pure equilibria were found everywhere."""
        return self.record.complete

    @property
    def years(self) -> list[int]:
        """Those that are shown."""
        return _shown(int(self.record.grid["year"][-1]))

    def text(self) -> str:
        """The probability of an attack by year, with how to read it."""
        record = self.record
        at = (
            f"over {len(record.stakes):,} draws of the stakes, seed {self.seed}"
            if record.drawn
            else "at default stakes"
        )
        chosen = list(self.scenarios.values())
        who = chosen[0].label if len(chosen) == 1 else f"{len(chosen)} arrangements"
        head = f"{changed_text(who, self.changes)}: the probability of an attack by year, {at}."
        parts = [textwrap.fill(head, WIDTH), grid_text(self._table())]
        parts += [textwrap.fill(f"{READING} {OF_DRAWS}" if record.drawn else READING, WIDTH)]
        parts += [self._drivers()] if self._driven else []
        parts += [textwrap.fill(self.status, WIDTH), self.files.sentence()]
        return "\n\n".join(part for part in parts if part)

    def _table(self) -> pd.DataFrame:
        import pandas as pd

        frame = self.record.to_frame(self.years)
        shown = pd.DataFrame({"arrangement": frame.index})
        for year in self.years:
            title = f"attack in {year} y"
            cells = [_cells(frame, title, *ends) for ends in self._ends()]
            shown[title] = [
                f"{middle} ({'; '.join(rest)})" if rest else middle
                for middle, *rest in zip(*cells, strict=True)
            ]
        if not self.record.drawn:
            shown["equilibria"] = frame["equilibria"].astype(int).to_numpy()
        if not self.complete:
            words = {0.0: "no", 1.0: "yes"}  # over draws, the share where it is
            shown["complete"] = [words.get(x, f"{x:.0%}") for x in frame["complete"].astype(float)]
        return shown

    def _ends(self) -> list[tuple[str, str]]:
        """The columns of the table between which a probability lies."""
        if not self.record.drawn:
            return [("least", "most")]
        return [("least, median", "most, median"), ("least, 5 %", "most, 95 %")]

    @property
    def _driven(self) -> bool:
        """Whether it can be told what drives the result."""
        return self.record.drawn and len(self.record.stakes) >= FEWEST

    def _drivers(self) -> str:
        year = self.years[-1]
        frame = self.record.drivers(year).head(DRIVERS)
        head = (
            f"What drives an attack within {year} years: rank correlations of stakes with it over "
            "the draws, sizes averaged over arrangements; the largest first."
        )
        sizes = ", ".join(f"{name} {x:.2f}" for name, x in frame["mean"].items())
        return textwrap.fill(f"{head} {sizes}.", WIDTH)

    @property
    def status(self) -> str:
        """Which set this is."""
        grid = self.record.grid
        count, known = int(grid["complete"].size), int(grid["complete"].sum())
        if known == count:
            alone = int(grid["unique"].sum())
            return (
                f"All pure equilibria found at {count:,} of {count:,} points; alone at {alone:,}."
            )
        return (
            f"NOT all pure equilibria were found at {count - known:,} of {count:,} points, or "
            "there was none; more may exist there."
        )

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        grid, drawn = self.record.grid, self.record.drawn
        quantiles = QUANTILES if drawn else None
        return {
            "scenarios": list(self.scenarios),
            "at": {name: float(x) for name, x in self.changes.items()},
            "draws": len(self.record.stakes) if drawn else None,
            "seed": self.seed,
            "years": [int(y) for y in grid["year"].values],
            "curves": {
                name: {side: _curve(grid[side].sel(arrangement=name), quantiles) for side in SIDES}
                for name in self.scenarios
            },
            "table": rows_of(self.record.to_frame(self.years).reset_index()),
            "drivers": rows_of(self.record.drivers(self.years[-1]).reset_index())
            if self._driven
            else None,
            "complete": self.complete,
            "status": self.status,
            **self.files.document(),
        }


def _cells(frame: pd.DataFrame, title: str, low: str, high: str) -> list[str]:
    pairs = zip(frame[f"{title} ({low})"], frame[f"{title} ({high})"], strict=True)
    return [ends_text(*pair, digits=2) for pair in pairs]


def _curve(curve: Any, quantiles: Mapping[str, float] | None) -> Any:
    """The probability that peace lasts, by year; over draws, its quantiles."""
    if quantiles is None:
        return [_finite(x) for x in curve.isel(draw=0).values]
    return {
        title: [_finite(x) for x in curve.quantile(q, dim="draw").values]
        for title, q in quantiles.items()
    }


def _finite(value: Any) -> float | None:
    number = float(value)
    return number if number == number else None


def find_survival(
    scenarios: Iterable[str] = (),
    *,
    years: int = 10,
    changes: Iterable[str] = (),
    against: Iterable[str] = (),
    over: str | None = None,
    size: int | None = None,
    draws: int | None = None,
    seed: int | None = None,
    levels: int | None = None,
    war: str = "returns",
    memory: bool = True,
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundSurvival | VariedSurvival | FoundContrast:
    """Find how long peace lasts.

    Parameters
    ----------
    scenarios : iterable of str
        Arrangements' names or files; all real arrangements if there are none. One of them where a
        parameter is varied or a change is asked about, the op-ed's if there is none.
    years : int
        How far.
    changes : iterable of str
        Each "name=number", of instruments, stakes and those of the long run.
    against : iterable of str
        What is changed, as `changes`: then the two settings are contrasted over draws.
    over : str, optional
        "NAME" or "NAME=LOW:HIGH": vary this parameter.
    size : int, optional
        How many of its values; 5 by default.
    draws, seed : int, optional
        Draws of the stakes, and their seed, 0 by default.
    levels : int, optional
        As for `long_run_game`; 3 by default, 1 for a contrast.
    war, memory
        As for `survival`; `memory` is its `reputation`.
    output, data : str, optional
        Where the picture, of up to seven arrangements, and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundSurvival, VariedSurvival or FoundContrast

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    """
    files = Files(output, data)
    fixed, changed = read_changes(changes, NAMES), read_changes(against, NAMES)
    chosen = _chosen(tuple(scenarios), one=over is not None or bool(changed))
    _check(files, chosen, over, size, changed, draws, seed)
    for scenario in chosen.values():
        long_run_values(scenario, {**fixed, **changed})
    asked = _Asked(chosen, fixed, years, levels, war, memory, files, steps or Steps(quiet=True))
    if over is not None:
        return _varied(asked, *axis_of(over, size, KNOWN))
    if changed:
        return _contrasted(asked, changed, CONTRASTED if draws is None else draws, seed or 0)
    return _survived(asked, draws, None if draws is None else seed or 0)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What all questions about the long run have in common."""

    scenarios: Mapping[str, Scenario]
    changes: Mapping[str, Fraction]
    years: int
    levels: int | None
    war: str
    memory: bool
    files: Files
    steps: Steps

    @property
    def only(self) -> Scenario:
        return next(iter(self.scenarios.values()))

    def levels_or(self, default: int) -> int:
        return default if self.levels is None else self.levels


def _varied(asked: _Asked, name: str, values: tuple[Fraction, ...]) -> VariedSurvival:
    if name in asked.changes:
        raise InputError(f"{name} is set by --at and varied by --over; leave one of them out.")
    with asked.steps.step(f"Solving the long run at {len(values)} values of {name}") as report:
        table = vary_long_run(
            asked.only,
            name,
            values,
            asked.changes,
            years=_shown(asked.years),
            levels=asked.levels_or(3),
            war=asked.war,
            reputation=asked.memory,
            progress=report,
        )
    asked.files.write(table.reset_index(), None, 1)
    return VariedSurvival(asked.only, asked.changes, table, asked.files)


def _contrasted(
    asked: _Asked, changed: Mapping[str, Fraction], draws: int, seed: int
) -> FoundContrast:
    after = {**asked.changes, **changed}
    with asked.steps.step(f"Solving two long runs at {draws} draws of the stakes") as report:
        record = contrast_long_run(
            asked.only,
            asked.changes,
            after,
            year=asked.years,
            draws=draws,
            rng=seed,
            levels=asked.levels_or(1),
            war=asked.war,
            memory=(asked.memory, asked.memory),
            progress=report,
        )
    asked.files.write(record.points.reset_index(), None, 1)
    return FoundContrast(asked.only, asked.changes, after, record, seed, asked.files)


def _survived(asked: _Asked, draws: int | None, seed: int | None) -> FoundSurvival:
    points = len(asked.scenarios) * (draws or 1)
    with asked.steps.step(f"Solving the long run at {points:,} points") as report:
        found = survival(
            asked.scenarios,
            asked.years,
            draws=draws,
            rng=seed,
            changes=asked.changes,
            levels=asked.levels_or(3),
            war=asked.war,
            reputation=asked.memory,
            jobs=workers_of(None, points),
            progress=report,
        )
    from deterrence.show.survival_curves import survival_curves as draw

    table = found.to_frame(_shown(asked.years)).reset_index()
    asked.files.write(table, lambda ax: draw(found.grid, ax), ROWS)
    return FoundSurvival(asked.scenarios, asked.changes, found, seed, asked.files)


def _shown(years: int) -> list[int]:
    """Those that analysts ask for, as far as that goes, and the last."""
    return sorted({*(y for y in ASKED if y <= years), years})


def _chosen(names: tuple[str, ...], *, one: bool) -> dict[str, Scenario]:
    if one and len(names) > 1:
        raise InputError(
            f"one arrangement at a time with --over or --against, not {len(names)}; name one."
        )
    if not names and not one:
        return dict(arrangements())
    chosen: dict[str, Scenario] = {}
    for name in names or ("oped",):
        scenario = scenario_or_file(name)
        if scenario.id in chosen:
            raise InputError(f"{scenario.id} is there twice; name each arrangement once.")
        chosen[scenario.id] = scenario
    return chosen


def _check(
    files: Files,
    chosen: Mapping[str, Scenario],
    over: str | None,
    size: int | None,
    changed: Mapping[str, Fraction],
    draws: int | None,
    seed: int | None,
) -> None:
    """Refuse what does not go together."""
    if over is not None and changed:
        raise InputError("--over and --against are two questions; ask one at a time.")
    if size is not None and over is None:
        raise InputError("a number of values needs a line: give --over NAME.")
    if over is not None and draws is not None:
        raise InputError("--over takes the stakes as they are; leave --draws out.")
    if seed is not None and draws is None and not changed:
        raise InputError("a seed without draws has no effect; say how many draws by --draws.")
    if files.picture is None:
        return
    if over is not None or changed:
        raise InputError("there is no picture with --over or --against; take --data instead.")
    if len(chosen) > MOST_DRAWN:
        raise InputError(
            f"{len(chosen)} arrangements cannot be told apart in one picture; name 1 to "
            f"{MOST_DRAWN} of them."
        )
