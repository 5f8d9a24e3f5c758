"""What drives an outcome of a scenario, computed and written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.errors import InputError, ParameterError
from deterrence.guarantee.parameters import TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.assumptions import assumptions_of, with_the_rest_fixed
from deterrence.oped.driver_files import Files, rows_of, table_text
from deterrence.oped.inputs import scenario_or_file
from deterrence.oped.steps import Steps
from deterrence.study.ends import ENDS, checked_ends, checked_outcomes
from deterrence.study.sensitivity import Sensitivity, check_samples, sensitivity
from deterrence.study.swings import Swings, swings

__all__ = ["FoundDrivers", "find_drivers"]

WIDTH = 100  # characters
INDICES = (
    "Shares of its variance when all of these vary over their ranges, uniformly and independently: "
    "first, of each alone; total, with all its interactions. Errors are standard errors. Ranges "
    "are judgement."
)
MOVED = "Its values when one assumption alone goes to either end of its range."


@dataclass(frozen=True, eq=False)
class FoundDrivers:
    """What moves one outcome of a scenario.

    Attributes
    ----------
    scenario : Scenario
    record : Sensitivity or Swings
    files : Files
    """

    scenario: Scenario
    record: Sensitivity | Swings
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every point has its complete set of equilibria."""
        return self.record.complete

    def text(self) -> str:
        """The table, with how to read it."""
        (outcome,) = self.record.outcomes
        ends = " and ".join(ENDS[end] for end in self.record.ends)
        how = INDICES if isinstance(self.record, Sensitivity) else MOVED
        parts = [
            textwrap.fill(f"{self.scenario.label}: what drives {outcome}, {ends}. {how}", WIDTH),
            table_text(self.record.to_frame()),
            textwrap.fill(self.record.status, WIDTH),
            self.files.sentence(),
        ]
        return "\n\n".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "outcome": self.record.outcomes[0],
            "of": list(self.record.ends),
            "kind": "indices" if isinstance(self.record, Sensitivity) else "swings",
            "parameters": rows_of(self.record.to_frame()),
            "complete": self.complete,
            "status": self.record.status,
            **self.files.document(),
        }


def find_drivers(
    scenario: str = "oped",
    outcome: str = "attack",
    *,
    of: Iterable[str] = (),
    over: Iterable[str] = (),
    samples: int = 16,
    seed: int = 0,
    one_at_a_time: bool = False,
    store: str | None = None,
    output: str | None = None,
    data: str | None = None,
    concept: str | None = None,
    steps: Steps | None = None,
) -> FoundDrivers:
    """Sobol indices of an outcome to a scenario's assumptions, or its swings.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    outcome : str
        An event or a player.
    of : iterable of str
        Ends, as for `deterrence.sensitivity`; "least" and "most" if there are none.
    over : iterable of str
        Instruments and stakes; all that the game has if there are none.
    samples, seed
        As for `deterrence.sensitivity`.
    one_at_a_time : bool
        Swings from the scenario's own numbers instead, drawn as a tornado.
    store : str, optional
        As for `deterrence.sensitivity`; swings have none.
    output, data : str, optional
        Where the picture and the table (CSV) are written.
    concept : str, optional
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundDrivers

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    """
    files = Files(output, data)
    chosen = scenario_or_file(scenario)
    ranges = assumptions_of(chosen, over)
    ends = checked_ends(tuple(dict.fromkeys(of)) or ("least", "most"))
    check_samples(samples)
    if one_at_a_time and store is not None:
        raise InputError("--store goes with indices; swings are few points. Leave it out.")
    if seed < 0:
        raise InputError(f"seed = {seed}; give a whole number from 0 on.")
    game = with_the_rest_fixed(chosen, ranges)
    checked_outcomes(game, outcome)
    points = 2 * len(ranges) + 1 if one_at_a_time else samples * (len(ranges) + 2)
    steps = steps or Steps(quiet=True)
    record: Sensitivity | Swings
    with steps.step(f"Solving {points:,} points") as report:
        if one_at_a_time:
            base = {name: _present(chosen, name) for name in ranges}
            record = swings(
                game, outcome, ranges, at=base, of=ends, concept=concept, progress=report
            )
        else:
            record = sensitivity(
                game,
                outcome,
                ranges,
                of=ends,
                samples=samples,
                rng=seed,
                concept=concept,
                store=store,
                progress=report,
            )
    _write(files, record, len(ranges) * len(ends))
    return FoundDrivers(chosen, record, files)


def _present(scenario: Scenario, name: str) -> Any:
    """The scenario's number; for a tied name that of its members, if they have one."""
    values = scenario.values()
    members = TIED.get(name, (name,))
    if len({values[member] for member in members}) > 1:
        raise ParameterError(
            f"{name} stands for {', '.join(members)}, which differ in this scenario. Vary them "
            "apart."
        )
    return values[members[0]]


def _write(files: Files, record: Sensitivity | Swings, rows: int) -> None:
    from deterrence.show.sensitivity_bars import sensitivity as bars
    from deterrence.show.sensitivity_bars import tornado

    if isinstance(record, Swings):
        files.write(record.to_frame(), lambda ax: tornado(record, ax), rows)
    elif np.all(np.isfinite(record.total), axis=2).any():
        files.write(record.to_frame(), lambda ax: bars(record, ax), rows)
    else:
        files.write(record.to_frame(), None, rows)
