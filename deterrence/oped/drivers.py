"""What drives a conclusion, for all arrangements in one table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError
from deterrence.guarantee.catalogue import arrangements
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.assumptions import assumptions_of, with_the_rest_fixed
from deterrence.oped.trees import formulas
from deterrence.study.conclusions import Conclusion, conclusion_of
from deterrence.study.flips import Flips, flips
from deterrence.study.sensitivity import Sensitivity, sensitivity

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["drivers_table"]

Progress = Callable[[int, int], Any]


def drivers_table(
    conclusion: Conclusion | tuple[str, str, str, Any] | str,
    scenarios: Mapping[str, Scenario] | None = None,
    *,
    over: Iterable[str] = (),
    scan: int = 9,
    tolerance: Any = "0.001",
    samples: int = 8,
    rng: int | np.random.Generator | None = None,
    concept: str | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """For each arrangement a conclusion, what flips it soonest, and what moves its outcome most.

    Parameters
    ----------
    conclusion : Conclusion, (outcome, end, relation, threshold), or str
        As for `deterrence.flips`.
    scenarios : mapping of str to Scenario, optional
        The real arrangements by default.
    over : iterable of str
        Instruments and stakes to vary; all by default.
    scan : int
        Values tried along each range, as for `deterrence.flips`.
    tolerance : number
        Of the flips, as a share of the range.
    samples : int
        A power of two, as for `deterrence.sensitivity`.
    rng : int or numpy.random.Generator, optional
        The seed of every arrangement's sample; 0 if missing.
    concept, jobs
        As for `solve_points`.
    progress : callable, optional
        Called with (done, total) arrangements.

    Returns
    -------
    pandas.DataFrame
        By arrangement: value (of the outcome at its end), holds; flip, the parameter that flips
        the conclusion soonest (empty if none does alone), at, its value there, present, its value
        now, share (of the range between them), direction; driver, the parameter with the largest
        total index, total and error (its index); complete, whether every solution was.

    Raises
    ------
    InputError
        If there is no scenario, or something is wrong with the rest as for the functions above.

    Notes
    -----
    The indices are over the ranges of what varies, the rest as in the arrangement. With all 34
    parameters and the values by default, some 600 solutions for each arrangement; with few samples
    the indices are rough, as their errors say.
    """
    chosen = dict(arrangements() if scenarios is None else scenarios)
    if not chosen:
        raise InputError("there is nothing to compare; give at least one scenario.")
    names, tell = tuple(over), progress or (lambda done, total: None)
    read = conclusion_of(formulas(next(iter(chosen.values()))), conclusion)
    rows = []
    tell(0, len(chosen))
    for n, scenario in enumerate(chosen.values(), start=1):
        ranges = assumptions_of(scenario, names)
        found = flips(
            formulas(scenario),
            read,
            ranges,
            at=scenario.values(),
            scan=scan,
            tolerance=tolerance,
            concept=concept,
            jobs=jobs,
        )
        indices = sensitivity(
            with_the_rest_fixed(scenario, ranges),
            read.outcome,
            ranges,
            of=read.end,
            samples=samples,
            rng=rng,
            concept=concept,
            jobs=jobs,
        )
        rows.append(_line(found, indices))
        tell(n, len(chosen))
    return _frame(list(chosen), rows)


def _frame(names: list[str], rows: list[dict[str, Any]]) -> pd.DataFrame:
    import pandas as pd

    return pd.DataFrame(rows, index=pd.Index(names, name="arrangement"))


def _line(found: Flips, indices: Sensitivity) -> dict[str, Any]:
    first = found.to_frame().iloc[0]
    line: dict[str, Any] = {"value": found.value, "holds": found.holds}
    flipped = bool(first["direction"])
    line |= {"flip": first["parameter"] if flipped else "", "at": first["nearest"]}
    line |= {"present": first["present"] if flipped else float("nan"), "share": first["share"]}
    line |= {"direction": first["direction"]}
    total = indices.total[0, 0]
    if np.all(np.isnan(total)):
        line |= {"driver": "", "total": float("nan"), "error": float("nan")}
    else:
        k = int(np.nanargmax(total))
        error = indices.total_error[0, 0, k]
        line |= {"driver": indices.parameters[k], "total": total[k], "error": error}
    return line | {"complete": found.complete and indices.complete}
