"""In which share of the ranges each regime of a scenario exists, computed and written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deterrence.errors import InputError
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.assumptions import assumptions_of, with_the_rest_fixed
from deterrence.oped.driver_files import Files, rows_of, table_text
from deterrence.oped.inputs import scenario_or_file
from deterrence.oped.regimes import REGIMES, challenge_regime
from deterrence.oped.steps import Steps
from deterrence.study.shares import Shares, shares

__all__ = ["FoundShares", "find_shares"]

WIDTH = 100  # characters
READING = (
    "exists: the share of draws with an equilibrium in the regime; only: with all equilibria in "
    "it; low and high: 95 % confidence. Ranges are taken as uniform and independent, and are "
    "judgement: these are no probabilities of anything in the world."
)


@dataclass(frozen=True, eq=False)
class FoundShares:
    """The shares of a scenario's regimes.

    Attributes
    ----------
    scenario : Scenario
    record : Shares
    files : Files
    """

    scenario: Scenario
    record: Shares
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every draw has its complete set of equilibria."""
        return all(result.complete for result in self.record.points)

    def text(self) -> str:
        """The shares in a table, with how to read it."""
        frame = self.record.to_frame()
        frame["regime"] = [REGIMES.get(name, name) for name in frame["regime"]]
        several = self.record.several
        head = (
            f"{self.scenario.label}: {len(self.record.ranges)} numbers drawn from their ranges. "
            f"More than one regime exists at {several.yes:,} of {several.draws:,} draws."
        )
        parts = [
            textwrap.fill(head, WIDTH),
            table_text(frame.drop(columns="unknown")),
            textwrap.fill(READING, WIDTH),
            textwrap.fill(self.record.status, WIDTH),
            self.files.sentence(),
        ]
        return "\n\n".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        several = self.record.several
        return {
            "scenario": self.scenario.id,
            "over": {name: [float(x) for x in ends] for name, ends in self.record.ranges.items()},
            "draws": several.draws,
            "several": several.value,
            "regimes": rows_of(self.record.to_frame()),
            "complete": self.complete,
            "status": self.record.status,
            **self.files.document(),
        }


def find_shares(
    scenario: str = "oped",
    *,
    over: Iterable[str] = (),
    events: Iterable[str] = (),
    samples: int = 64,
    seed: int = 0,
    output: str | None = None,
    data: str | None = None,
    store: str | None = None,
    concept: str | None = None,
    steps: Steps | None = None,
) -> FoundShares:
    """Say in which share of the ranges each regime of a scenario exists, and is the only one.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    over : iterable of str
        Instruments and stakes that are drawn; all that the game has if there are none.
    events : iterable of str
        What tells draws apart; `REGIMES` if there are none.
    samples, seed, store, concept
        As for `deterrence.shares`.
    output, data : str, optional
        Where the picture and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundShares

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    """
    files = Files(output, data)
    chosen = scenario_or_file(scenario)
    ranges = assumptions_of(chosen, over)
    if seed < 0:
        raise InputError(f"seed = {seed}; give a whole number from 0 on.")
    steps = steps or Steps(quiet=True)
    with steps.step(f"Solving {samples:,} draws") as report:
        record = shares(
            with_the_rest_fixed(chosen, ranges),
            ranges,
            classify=tuple(events) or challenge_regime,
            samples=samples,
            rng=seed,
            concept=concept,
            store=store,
            progress=report,
        )
    from deterrence.show.share_bars import shares as draw

    files.write(record.to_frame(), lambda ax: draw(record, ax, names=REGIMES), len(record.exists))
    return FoundShares(chosen, record, files)
