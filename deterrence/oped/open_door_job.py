"""Whether the prospect of a better guarantee brings an attack forward, computed and written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import ParameterError
from deterrence.games.tree import Game
from deterrence.guarantee.codings import figure
from deterrence.guarantee.open_door import door_values, open_door_game
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.driver_files import Files, rows_of
from deterrence.oped.inputs import read_changes, scenario_or_file
from deterrence.oped.steps import Steps
from deterrence.oped.wide_tables import ends_text, grid_text
from deterrence.study.sweeping import sweep
from deterrence.study.thresholds import thresholds

if TYPE_CHECKING:
    import pandas as pd
    import xarray as xr
    from matplotlib.axes import Axes

__all__ = ["FoundDoor", "look_through_the_door"]

WIDTH = 100  # characters
ROWS = 9  # of the picture, for its height
DATED = ("attack-today", "attack-later")
SHOWN = ("attack", *DATED, "probe-today", "probe-later")
ASSUMED = {"regrowth": Fraction(3, 10), "exclusion": Fraction(0), "later": Fraction(9, 10)}
MOST = Fraction(10)  # of what has no end of its own
MEANINGS = {
    "upgrade": "the probability of the upgrade",
    "regrowth": "by which share Russia is stronger later",
    "exclusion": "what the upgrade costs Russia as such",
    "later": "the weight of what is later",
}
READING = (
    "Russia may attack or probe today, under the interim guarantee, and close the door with that; "
    "or wait, and choose again when the guarantee was upgraded or not. Ukraine keeps its defence "
    "and is restrained; there is no test of a response. Least to most over all sequential "
    "equilibria and over the interval."
)


@dataclass(frozen=True, eq=False)
class FoundDoor:
    """Which upgrades bring an attack forward.

    Attributes
    ----------
    interim, upgraded : Scenario
    changes : mapping of str to fractions.Fraction
    assumed : mapping of str to fractions.Fraction
        Regrowth, exclusion and the weight of what is later.
    table : pandas.DataFrame
        From `deterrence.thresholds`.
    drawn : xarray.Dataset or None
        The map over regrowth and upgrade, if a picture was asked for.
    files : Files
    """

    interim: Scenario
    upgraded: Scenario
    changes: Mapping[str, Fraction]
    assumed: Mapping[str, Fraction]
    table: pd.DataFrame
    drawn: xr.Dataset | None
    files: Files

    @property
    def complete(self) -> bool:
        """Whether the audit missed nothing, and every point that is drawn is solved completely."""
        drawn = self.drawn is None or bool(self.drawn["complete"].all())
        return "missed 0:" in str(self.table.attrs["audit"]) and drawn

    @property
    def status(self) -> str:
        """How the intervals were found."""
        width, audit = self.table.attrs["width"], self.table.attrs["audit"]
        told = f"Borders lie between two rows, {width:.2g} apart at most. {audit}."
        if self.drawn is not None:
            known, count = int(self.drawn["complete"].sum()), self.drawn["complete"].size
            told += f" Of the picture's {count} points {known} are solved completely."
        return told

    def text(self) -> str:
        """The intervals of the upgrade's probability, with how to read them."""
        import pandas as pd

        changes = "".join(f", {name} {figure(x)}" for name, x in self.changes.items())
        assumed = ", ".join(f"{n} {figure(x)} ({MEANINGS[n]})" for n, x in self.assumed.items())
        head = (
            f"{self.interim.label} now, and perhaps {self.upgraded.label} later: what Russia does, "
            f"by the probability of the upgrade. Assumed: {assumed}{changes}."
        )
        shown = pd.DataFrame({"upgrade": self._intervals()})
        for name in self._events():
            pairs = zip(self.table[f"{name} (least)"], self.table[f"{name} (most)"], strict=True)
            shown[name] = [ends_text(*pair) for pair in pairs]
        parts = [head, grid_text(shown), READING, self._sentence(), self.status]
        wrapped = [part if "\n" in part else textwrap.fill(part, WIDTH) for part in parts]
        return "\n\n".join(part for part in (*wrapped, self.files.sentence()) if part)

    def _intervals(self) -> list[str]:
        pairs = zip(self.table["from"], self.table["to"], strict=True)
        return [ends_text(float(low), float(high)) for low, high in pairs]

    def _events(self) -> list[str]:
        return [name for name in SHOWN if f"{name} (most)" in self.table]

    def _sentence(self) -> str:
        """From which probability on an attack today is likelier than it was at first."""
        if "attack-today (least)" not in self.table:
            return ""
        least, most = (self.table[f"attack-today ({end})"].to_numpy() for end in ("least", "most"))
        later = [n for n in range(1, len(self.table)) if least[n] > most[0]]
        if not later:
            return "No probability of the upgrade makes an attack today surely likelier."
        start = float(self.table["from"].iloc[later[0]])
        return (
            f"From an upgrade with probability {start:.3f} on an attack today is likelier than "
            f"without: {ends_text(least[later[0]], most[later[0]])}, against "
            f"{ends_text(least[0], most[0])}."
        )

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "interim": self.interim.id,
            "upgraded": self.upgraded.id,
            "at": {name: float(x) for name, x in self.changes.items()},
            "assumed": {name: float(x) for name, x in self.assumed.items()},
            "intervals": rows_of(self.table),
            "width": self.table.attrs["width"],
            "complete": self.complete,
            "status": self.status,
            **self.files.document(),
        }


def look_through_the_door(
    interim: str = "nato_limbo",
    upgraded: str = "nato",
    *,
    changes: Iterable[str] = (),
    size: int = 17,
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundDoor:
    """Find which probabilities of an upgrade bring an attack forward.

    Parameters
    ----------
    interim, upgraded : str
        Arrangements' names or files: in force now, and perhaps later.
    changes : iterable of str
        Each "name=number": instruments of the interim guarantee, stakes, and "regrowth",
        "exclusion" and "later", which are 0.3, 0 and 0.9 otherwise.
    size : int
        Points along each side of the picture.
    output, data : str, optional
        Where the picture, over regrowth and upgrade, and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundDoor

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    """
    files = Files(output, data)
    now, later = scenario_or_file(interim), scenario_or_file(upgraded)
    given = read_changes(changes, (*PARAMETERS, *TIED, *ASSUMED))
    assumed = {name: given.pop(name, default) for name, default in ASSUMED.items()}
    _check(assumed)
    game = open_door_game()
    values = door_values(now, later, upgrade=0, **assumed, **given)
    fixed = {name: values[name] for name in game.parameters if name != "upgrade"}
    steps = steps or Steps(quiet=True)
    with steps.step("Looking along the probability of the upgrade") as report:
        table = thresholds(game, "upgrade", fixed=fixed, classify=DATED, progress=report)
    drawn = None
    if files.picture is not None:
        with steps.step(f"Solving the {size * size} points of the picture") as report:
            drawn = _map(game, fixed, size, report)
    title = f"{now.label} now, {later.label} in prospect"
    files.write(table, None if drawn is None else (lambda ax: _draw(drawn, title, ax)), ROWS)
    return FoundDoor(now, later, given, assumed, table, drawn, files)


def _draw(drawn: Any, title: str, ax: Axes) -> None:
    from deterrence.show.phase_map import phase_map

    phase_map(drawn, ax=ax)
    ax.set_title(title, loc="left", fontsize=10)


def _check(assumed: Mapping[str, Fraction]) -> None:
    for name, value in assumed.items():
        high = 1 if name == "later" else MOST
        if not 0 <= value <= high:
            raise ParameterError(
                f"{name} = {figure(value)} is out of range; it lies between 0 and {high}. Its "
                f"meaning: {MEANINGS[name]}."
            )


def _map(game: Game, fixed: Mapping[str, Fraction], size: int, report: Any) -> xr.Dataset:
    steps = [Fraction(k, size - 1) for k in range(size)]
    rest = {name: x for name, x in fixed.items() if name != "regrowth"}
    return sweep(
        game,
        {"regrowth": steps, "upgrade": steps},
        fixed=rest,
        classify=DATED,
        method="points",
        progress=report,
    )
