"""Whether one change makes an attack likelier in the long run, as text and plain values."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.guarantee.codings import figure
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.driver_files import Files, rows_of
from deterrence.oped.long_run_contrast import LongRunContrast
from deterrence.oped.wide_tables import grid_text

__all__ = ["FoundContrast"]

WIDTH = 100  # characters
WORDS = {
    "same": "as likely",
    "more": "more likely",
    "more at both ends": "more likely at both ends",
    "less": "less likely",
    "less at both ends": "less likely at both ends",
    "mixed": "neither",
}
READING = (
    "More or less likely: whichever pure stationary Markov perfect equilibria are compared. At "
    "both ends: the least and the most over them move so, but the sets overlap. Neither: they move "
    "in different directions. Shares of draws from ranges are no probabilities of anything in the "
    "world."
)


@dataclass(frozen=True, eq=False)
class FoundContrast:
    """Whether one change makes an attack likelier, over draws of the stakes.

    Attributes
    ----------
    scenario : Scenario
    before, after : mapping of str to fractions.Fraction
        What is set in either setting.
    record : LongRunContrast
    seed : int
    files : Files
    """

    scenario: Scenario
    before: Mapping[str, Fraction]
    after: Mapping[str, Fraction]
    record: LongRunContrast
    seed: int
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every draw was solved completely in both settings."""
        return bool(self.record.points["complete"].all())

    @property
    def status(self) -> str:
        """How many draws the shares are of."""
        points = self.record.points
        known = int(points["complete"].sum())
        missing = "" if known == len(points) else "; the others have no verdict"
        return f"{known} of {len(points)} draws solved completely in both settings{missing}."

    def text(self) -> str:
        """The verdicts' shares, with how to read them."""
        import pandas as pd

        before, after = (_numbers(setting) for setting in (self.before, self.after))
        head = (
            f"{self.scenario.label}: attacks within {self.record.year} years with {after}, "
            f"compared with {before}; all other stakes are drawn, seed {self.seed}."
        )
        parts = [textwrap.fill(head, WIDTH)]
        if self.record.points["complete"].any():
            shares = self.record.shares()
            shown = pd.DataFrame({"attacks": list(WORDS.values())})
            for column in ("share", "standard error"):
                shown[column] = [f"{shares[column][verdict]:.0%}" for verdict in WORDS]
            parts += [grid_text(shown), textwrap.fill(READING, WIDTH)]
        parts += [textwrap.fill(self.status, WIDTH), self.files.sentence()]
        return "\n\n".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        some = bool(self.record.points["complete"].any())
        return {
            "scenario": self.scenario.id,
            "at": {name: float(x) for name, x in self.before.items()},
            "against": {name: float(x) for name, x in self.after.items()},
            "year": self.record.year,
            "draws": len(self.record.points),
            "seed": self.seed,
            "shares": rows_of(self.record.shares().reset_index()) if some else [],
            "complete": self.complete,
            "status": self.status,
            **self.files.document(),
        }


def _numbers(setting: Mapping[str, Fraction]) -> str:
    return ", ".join(f"{name} {figure(x)}" for name, x in setting.items()) or "its own numbers"
