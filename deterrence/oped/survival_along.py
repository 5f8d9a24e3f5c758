"""What one parameter does to the long run, as text and plain values."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.guarantee.longrun_parameters import LONG_RUN
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.driver_files import Files, rows_of
from deterrence.oped.wide_tables import changed_text, ends_text, grid_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KNOWN", "READING", "VariedSurvival"]

WIDTH = 100  # characters
KNOWN = {**PARAMETERS, **LONG_RUN}
READING = (
    "Least to most over all stationary Markov perfect equilibria in pure strategies, one number "
    "where they agree; where there is none, over mixed ones that were found."
)


@dataclass(frozen=True, eq=False)
class VariedSurvival:
    """What one parameter does to the long run under an arrangement.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
    table : pandas.DataFrame
        From `vary_long_run`.
    files : Files
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    table: pd.DataFrame
    files: Files

    @property
    def complete(self) -> bool:
        """Whether all pure equilibria were found everywhere."""
        return bool(self.table["complete"].all())

    def text(self) -> str:
        """A row for each value, with how to read it."""
        import pandas as pd

        name, table = str(self.table.index.name), self.table
        head = f"{changed_text(self.scenario.label, self.changes)}: the long run along {name}."
        shown = pd.DataFrame({name: [f"{x:.4g}" for x in table.index]})
        for column in [c for c in map(str, table) if c.endswith(" (least)")]:
            title = column.removesuffix(" (least)")
            pairs = zip(table[column], table[f"{title} (most)"], strict=True)
            shown[title] = [ends_text(*pair, digits=2) for pair in pairs]
        shown["equilibria"] = table["equilibria"].to_numpy()
        if not self.complete:
            shown["complete"] = ["yes" if known else "no" for known in table["complete"]]
        meaning = KNOWN[TIED.get(name, (name,))[0]].meaning
        parts = [head, grid_text(shown), f"{name}: {meaning}", READING, self.status]
        wrapped = [part if "\n" in part else textwrap.fill(part, WIDTH) for part in parts]
        return "\n\n".join(part for part in (*wrapped, self.files.sentence()) if part)

    @property
    def status(self) -> str:
        """Which set this is."""
        open_ = int((~self.table["complete"].astype(bool)).sum())
        if not open_:
            return "All pure equilibria were found at every value."
        return f"NOT all pure equilibria were found at {open_} of {len(self.table)} values."

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "at": {name: float(x) for name, x in self.changes.items()},
            "over": str(self.table.index.name),
            "rows": rows_of(self.table.reset_index()),
            "complete": self.complete,
            "status": self.status,
            **self.files.document(),
        }
