"""Whether one change makes an attack likelier in the long run, over draws of the stakes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import scenario_of
from deterrence.oped.long_run_points import LongRunPoint, solve_long_run
from deterrence.oped.survival import check_years, draw_long_run, long_run_values

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

__all__ = ["LongRunContrast", "contrast_long_run"]

TOLERANCE = 1e-6  # of a probability: less is no difference
VERDICTS = ("same", "more", "less", "more at both ends", "less at both ends", "mixed")

Progress = Callable[[int, int], Any]


@dataclass(frozen=True, eq=False)
class LongRunContrast:
    """Two settings of the long run, side by side at each draw of the stakes.

    Attributes
    ----------
    points : pandas.DataFrame
        A row for each draw: least and most probability of an attack within `year` years in each of
        the two settings ("least, before", ...), whether both are complete, and the verdict.
    year : int
    """

    points: pd.DataFrame
    year: int

    def shares(self) -> pd.DataFrame:
        """Each verdict's share of the draws that are complete, with its standard error.

        The verdicts: "same" (both ends equal), "more" (after the change least is at or above most
        before, so whichever equilibria are compared), "less" (the reverse), "more at both ends"
        and "less at both ends" (least and most both move so, but the two sets overlap), "mixed".
        """
        import numpy as np
        import pandas as pd

        known = self.points[self.points["complete"]]
        n = len(known)
        if not n:
            raise InputError("no draw was solved completely; take other stakes or levels=0.")
        rows = {v: float((known["verdict"] == v).mean()) for v in VERDICTS}
        errors = {v: float(np.sqrt(p * (1 - p) / n)) for v, p in rows.items()}
        return pd.DataFrame({"share": rows, "standard error": errors}).rename_axis("attacks")

    def __repr__(self) -> str:
        known = int(self.points["complete"].sum())
        if not known:
            return f"<LongRunContrast: none of {len(self.points)} draws complete>"
        shares = self.shares()["share"]
        said = ", ".join(f"{v} {p:.0%}" for v, p in shares.items() if p > 0)
        return f"<LongRunContrast: attacks within {self.year} years: {said} of {known} draws>"


def contrast_long_run(
    scenario: Scenario | str,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    *,
    year: int = 10,
    draws: int = 50,
    rng: int | np.random.Generator | None = None,
    levels: int = 1,
    war: str = "returns",
    window: bool = False,
    memory: tuple[bool, bool] = (True, True),
    progress: Progress | None = None,
) -> LongRunContrast:
    """Compare two settings of the long run under an arrangement, at draws of all other stakes.

    Parameters
    ----------
    scenario : Scenario or str
    before, after : mapping of str to number
        What is set in the one and in the other, ``{"h_gov": 0}`` and ``{"h_gov": "0.4"}`` say.
    year : int
        Attacks are counted up to the end of this year.
    draws : int
    rng : int or numpy.random.Generator, optional
    levels, war, window
        As for `long_run_game`.
    memory : tuple of bool
        Whether there is memory of a broken word, before and after.
    progress : callable, optional
        Called with how many draws are done, and of how many.

    Returns
    -------
    LongRunContrast

    Raises
    ------
    ParameterError
        For an unknown name, or a number out of range.

    Notes
    -----
    Costs two long runs for each draw, 0.5 s each or so. The verdicts compare sets of pure
    equilibria; a draw at which one of the two sets is not complete has none.
    """
    import pandas as pd

    chosen = scenario_of(scenario)
    check_years((year,))
    fixed = {**before, **after}
    rows = []
    drawn = draw_long_run(draws, rng, fixed)
    for n, stakes in enumerate(drawn):
        one, other = (
            solve_long_run(
                long_run_values(chosen, setting) | stakes,
                year,
                levels=levels,
                war=war,
                window=window,
                reputation=past,
            )
            for setting, past in ((before, memory[0]), (after, memory[1]))
        )
        rows.append(_row(one, other, year))
        if progress is not None:
            progress(n + 1, len(drawn))
    return LongRunContrast(pd.DataFrame(rows).rename_axis("draw"), year)


def _row(one: LongRunPoint, other: LongRunPoint, year: int) -> dict[str, Any]:
    low, high = (1 - float(one.most[year]), 1 - float(one.least[year]))
    low_after, high_after = (1 - float(other.most[year]), 1 - float(other.least[year]))
    return {
        "least, before": low,
        "most, before": high,
        "least, after": low_after,
        "most, after": high_after,
        "complete": one.complete and other.complete,
        "verdict": _verdict(low, high, low_after, high_after),
    }


def _verdict(low: float, high: float, low_after: float, high_after: float) -> str:
    down, up = low_after - low, high_after - high
    if abs(down) <= TOLERANCE and abs(up) <= TOLERANCE:
        return "same"
    if low_after >= high - TOLERANCE:
        return "more"
    if high_after <= low + TOLERANCE:
        return "less"
    if min(down, up) >= -TOLERANCE:
        return "more at both ends"
    if max(down, up) <= TOLERANCE:
        return "less at both ends"
    return "mixed"
