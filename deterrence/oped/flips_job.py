"""What flips a conclusion on a scenario, found and written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from deterrence.guarantee.scenario import Scenario
from deterrence.oped.assumptions import assumptions_of
from deterrence.oped.driver_files import Files, rows_of, table_text
from deterrence.oped.inputs import scenario_or_file
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas
from deterrence.study.conclusions import conclusion_of
from deterrence.study.flips import Flips, flips

__all__ = ["FoundFlips", "find_flips"]

WIDTH = 100  # characters
SHOWN = ["parameter", "present", "low", "high", "below", "above", "share", "direction"]


@dataclass(frozen=True, eq=False)
class FoundFlips:
    """Nearest flips of a conclusion on a scenario.

    Attributes
    ----------
    scenario : Scenario
    record : Flips
    files : Files
    """

    scenario: Scenario
    record: Flips
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every set of equilibria is complete."""
        return self.record.complete

    def text(self) -> str:
        """The nearest flips in a table, with how to read it."""
        record = self.record
        held = "holds" if record.holds else "does not hold"
        able = [name for name in record.parameters if record.nearest(name) is not None]
        head = (
            f"{self.scenario.label}: {record.conclusion} {held}; the outcome is "
            f"{record.value:.3g}. {len(able)} of {len(record.at)} assumptions flip this alone, "
            "each within its own range and the others as they are. Below and above are the nearest "
            "values that do; share is the way to the nearer one, as a share of the range."
        )
        parts = [textwrap.fill(head, WIDTH)]
        if able:
            frame = record.to_frame()
            parts.append(table_text(frame[frame["parameter"].isin(able)][SHOWN]))
            parts += [_binding(record, able)]
        unable = [name for name in record.parameters if name not in able]
        if unable:
            parts.append(textwrap.fill(f"No value flips it of: {', '.join(unable)}.", WIDTH))
        parts += [textwrap.fill(record.status, WIDTH), self.files.sentence()]
        return "\n\n".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        record = self.record
        return {
            "scenario": self.scenario.id,
            "conclusion": str(record.conclusion),
            "value": record.value,
            "holds": record.holds,
            "parameters": rows_of(record.to_frame()),
            "complete": record.complete,
            "status": record.status,
            **self.files.document(),
        }


def _binding(record: Flips, able: Iterable[str]) -> str:
    """Exact values and whose condition holds with equality there, a line each."""
    exact = {name: record.nearest(name) for name in able}
    return "\n".join(
        textwrap.fill(f"{name} = {flip.formula}: {flip.binds}.", WIDTH, subsequent_indent="  ")
        for name, flip in exact.items()
        if flip is not None and flip.formula is not None
    )


def find_flips(
    scenario: str = "oped",
    conclusion: str = "most attack < 0.5",
    *,
    over: Iterable[str] = (),
    scan: int = 17,
    tolerance: Any = "0.0001",
    method: str = "points",
    exact_values: bool | None = None,
    output: str | None = None,
    data: str | None = None,
    store: str | None = None,
    concept: str | None = None,
    steps: Steps | None = None,
) -> FoundFlips:
    """Find the nearest change in each assumption of a scenario that flips a conclusion.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    conclusion : str
        As for `deterrence.flips`.
    over : iterable of str
        Instruments and stakes; all that the game has if there are none.
    scan, tolerance, method, exact_values, store, concept
        As for `deterrence.flips`.
    output, data : str, optional
        Where the picture and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundFlips
    """
    files = Files(output, data)
    chosen = scenario_or_file(scenario)
    game, ranges = formulas(chosen), assumptions_of(chosen, over)
    read = conclusion_of(game, conclusion)
    steps = steps or Steps(quiet=True)
    with steps.step(f"Moving {len(ranges)} assumptions, one at a time") as report:
        record = flips(
            game,
            read,
            ranges,
            at=chosen.values(),
            scan=scan,
            tolerance=tolerance,
            method=method,
            exact_values=exact_values,
            concept=concept,
            store=store,
            progress=report,
        )
    from deterrence.show.flip_dots import flips as draw

    files.write(record.to_frame(), lambda ax: draw(record, ax), len(ranges))
    return FoundFlips(chosen, record, files)
