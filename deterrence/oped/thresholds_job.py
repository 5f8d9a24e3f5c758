"""Where along one instrument or stake of a scenario the outcome changes."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.guarantee.scenario import Scenario
from deterrence.oped.assumptions import assumptions_of
from deterrence.oped.driver_files import Files, rows_of, table_text
from deterrence.oped.inputs import scenario_or_file
from deterrence.oped.regimes import REGIMES, challenge_regime
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas
from deterrence.study.regimes import SEPARATOR
from deterrence.study.thresholds import thresholds

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FoundThresholds", "find_thresholds"]

WIDTH = 100  # characters
SHOWN = ["from", "to", "regime", "attack (least)", "attack (most)"]


@dataclass(frozen=True, eq=False)
class FoundThresholds:
    """The intervals of one parameter in which nothing changes.

    Attributes
    ----------
    scenario : Scenario
    name : str
    table : pandas.DataFrame
        From `deterrence.thresholds`.
    files : Files
    """

    scenario: Scenario
    name: str
    table: pd.DataFrame
    files: Files

    @property
    def whole(self) -> bool:
        """Whether the audit missed nothing."""
        return "missed 0:" in str(self.table.attrs["audit"])

    def text(self) -> str:
        """The intervals, with how to read them."""
        shown = self.table[[name for name in SHOWN if name in self.table]].copy()
        shown["regime"] = [
            SEPARATOR.join(REGIMES[name] for name in text.split(SEPARATOR))
            for text in shown["regime"]
        ]
        head = (
            f"{self.scenario.label}: over {self.name.replace('_', ' ')}, everything else as in the "
            f"scenario, the set of plays changes {len(self.table) - 1} times."
        )
        note = (
            f"Each threshold lies between two rows, {self.table.attrs['width']:.2g} apart at most. "
            f"Several regimes in a row exist side by side. {self.table.attrs['audit']}."
        )
        parts = [
            textwrap.fill(head, WIDTH),
            table_text(shown),
            textwrap.fill(note, WIDTH),
            self.files.sentence(),
        ]
        return "\n\n".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "parameter": self.name,
            "intervals": rows_of(self.table),
            "width": self.table.attrs["width"],
            "audit": self.table.attrs["audit"],
            **self.files.document(),
        }


def find_thresholds(
    scenario: str = "oped",
    *,
    over: str = "strength",
    resolution: int = 2**20,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundThresholds:
    """Find where along one parameter of a scenario the set of plays changes.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    over : str
        An instrument or a stake.
    resolution : int
        As for `deterrence.thresholds`.
    data : str, optional
        Where the table (CSV) is written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundThresholds
    """
    files = Files(None, data)
    chosen = scenario_or_file(scenario)
    game, ranges = formulas(chosen), assumptions_of(chosen, [over])
    steps = steps or Steps(quiet=True)
    with steps.step(f"Looking along {over}") as report:
        table = thresholds(
            game,
            over,
            ranges[over],
            fixed=chosen.values(),
            classify=challenge_regime,
            resolution=resolution,
            progress=report,
        )
    files.write(table, lambda ax: None, 1)
    return FoundThresholds(chosen, over, table, files)
