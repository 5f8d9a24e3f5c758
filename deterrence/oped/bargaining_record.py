"""The answer to which terms are acceptable to whom."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.errors import unknown
from deterrence.guarantee.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["BargainingRange", "Row"]

WIDTH = 88  # characters
Intervals = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Row:
    """The terms that one side accepts.

    Attributes
    ----------
    accepted_by : str
        The types of Russia that accept, which is what is then known of it.
    who : str
        "Ukraine", "Russia, revisionist", "Russia, security", or "all" of these that accept.
    selection : {"best", "worst"}
        Whether the best equilibrium follows for that side or the worst. For all together: whether
        one equilibrium is acceptable to all, or every one.
    intervals : tuple of (float, float)
        Closed; a boundary lies within 2^-20 of each end inside the range that was looked at.
    """

    accepted_by: str
    who: str
    selection: str
    intervals: Intervals


@dataclass(frozen=True, eq=False)
class BargainingRange:
    """The acceptable terms, by side and by what follows.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
        The numbers that differ from the scenario's.
    stages : tuple of str
        Of the game after the settlement.
    between : (float, float)
        The terms that were looked at.
    war : mapping of str to float
        What the war is worth to each side.
    rows : tuple of Row
    complete : bool
        Whether every solution was complete, and its least and most payoffs exact.
    settled_by_corners : bool
        Whether, where no corner of the set of equilibria is acceptable to all, no mixture is.
    solved : int
        How many games were solved.
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    stages: tuple[str, ...]
    between: tuple[float, float]
    war: Mapping[str, float]
    rows: tuple[Row, ...]
    complete: bool
    settled_by_corners: bool
    solved: int

    def acceptable(
        self, who: str = "all", selection: str = "best", accepted_by: str = "both types"
    ) -> Intervals:
        """The intervals of terms in one row.

        Parameters
        ----------
        who, selection, accepted_by : str
            As in `Row`.

        Returns
        -------
        tuple of (float, float)
            Empty where nothing is acceptable.

        Raises
        ------
        LabelError
            If there is no such row.
        """
        rows = {(row.accepted_by, row.who, row.selection): row.intervals for row in self.rows}
        for name, given, place in (
            ("set of types that accept", accepted_by, 0),
            ("side", who, 1),
            ("selection", selection, 2),
        ):
            known = tuple(dict.fromkeys(key[place] for key in rows))
            if given not in known:
                raise unknown(name, given, known)
        if (accepted_by, who, selection) not in rows:
            raise unknown("side", who, [key[1] for key in rows if key[0] == accepted_by])
        return rows[accepted_by, who, selection]

    def to_frame(self) -> pd.DataFrame:
        """One row for each interval.

        Returns
        -------
        pandas.DataFrame
            Columns accepted_by, who, selection, from, to; both ends are not a number where nothing
            is acceptable.
        """
        import pandas as pd

        nothing = ((float("nan"), float("nan")),)
        rows = [
            {
                "accepted_by": row.accepted_by,
                "who": row.who,
                "selection": row.selection,
                "from": low,
                "to": high,
            }
            for row in self.rows
            for low, high in row.intervals or nothing
        ]
        return pd.DataFrame(rows)

    def __str__(self) -> str:
        changed = ", ".join(f"{name} {float(x):g}" for name, x in self.changes.items())
        head = (
            f"{self.scenario.label}{f' ({changed})' if changed else ''}: acceptable terms, the "
            f"share that Russia keeps, from {self.between[0]:g} to {self.between[1]:g}"
        )
        best_of = {
            (row.who, row.accepted_by): _text(self.acceptable(row.who, "best", row.accepted_by))
            for row in self.rows
        }
        wide = 2 + max(22, *map(len, best_of.values()))
        lines = [f"{'':<22}{'best equilibrium':<{wide}}worst equilibrium"]
        for types in dict.fromkeys(row.accepted_by for row in self.rows):
            lines.append(f"accepted by {types}")
            for who in dict.fromkeys(r.who for r in self.rows if r.accepted_by == types):
                worst = _text(self.acceptable(who, "worst", types))
                lines.append(f"  {who:<20}{best_of[who, types]:<{wide}}{worst}")
        return "\n".join([*textwrap.wrap(head, WIDTH), *lines, *textwrap.wrap(self._note(), WIDTH)])

    def _note(self) -> str:
        whole = "all complete" if self.complete else "NOT all complete: more may be acceptable"
        open_ = "" if self.settled_by_corners else "; a mixture might be acceptable to all"
        return f"{self.solved:,} games solved, {whole}{open_}."


def _text(intervals: Intervals) -> str:
    return ", ".join(f"{low:.4f} to {high:.4f}" for low, high in intervals) or "none"
