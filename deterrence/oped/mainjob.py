"""What plain `deterrence` does: solve the op-ed's proposal, compare arrangements, draw the map."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.guarantee.catalogue import arrangement, arrangements
from deterrence.oped.comparison import Comparison, compare
from deterrence.oped.introduction import headed, introduction
from deterrence.oped.map_job import MadeMap
from deterrence.oped.maps import (
    READING,
    check_writable,
    draw_map,
    map_title,
    markers,
    scenario_map,
    write_map,
)
from deterrence.oped.records import comparison_document
from deterrence.oped.steps import Steps
from deterrence.oped.table import comparison_text
from deterrence.oped.trees import formulas
from deterrence.show.document import MOST, solution_document

__all__ = ["MainJob", "main_job"]

SCENARIO = "oped"
PICTURE, DATA = "deterrence-map.png", "deterrence-map.csv"
NEXT = """\
Next: `deterrence arrangements NAME` for one row of the table,
`deterrence solve FILE` for a scenario of your own, `deterrence --help` for all."""


@dataclass(frozen=True, eq=False)
class MainJob:
    """What the main job found.

    Attributes
    ----------
    solution : Solution
        All equilibria of the op-ed's proposal at default stakes.
    comparison : Comparison
        All arrangements at default stakes.
    made : MadeMap
        The map over strength and ambiguity, all else as in the proposal.
    seconds : float
    """

    solution: Solution
    comparison: Comparison
    made: MadeMap
    seconds: float

    @property
    def complete(self) -> bool:
        """Whether every set of equilibria is complete."""
        return self.solution.complete and self.comparison.complete and self.made.complete

    def text(self) -> str:
        """Everything in words."""
        parts = [
            introduction(self.made.scenario),
            self.solution.summary(),
            headed("The arrangements side by side", comparison_text(self.comparison)),
            headed("The map", self.made.text()),
            f"Done in {self.seconds:.0f} s. {NEXT}",
        ]
        return "\n\n".join(parts)

    def document(self, most: int = MOST) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "complete": self.complete,
            "reading": READING,
            "arrangement": self.made.scenario.id,
            "solution": solution_document(self.solution, most),
            "comparison": comparison_document(self.comparison),
            "map": self.made.document(),
            "seconds": self.seconds,
        }


def main_job(
    folder: str | Path = ".",
    *,
    size: int = 17,
    steps: Steps | None = None,
    jobs: int | None = None,
) -> MainJob:
    """Solve the op-ed's proposal, compare all arrangements with it, and draw the map.

    Parameters
    ----------
    folder : path
        Where the map's two files go.
    size : int
        Points along each side of the map.
    steps : Steps, optional
        Where progress is shown; nowhere by default.
    jobs : int, optional
        How many processes; all cores by default.

    Returns
    -------
    MainJob
    """
    start = perf_counter()
    steps = steps or Steps(quiet=True)
    picture, data = (check_writable(Path(folder, name)) for name in (PICTURE, DATA))
    scenario = arrangement(SCENARIO)
    with steps.step(f"Solving: {scenario.label}") as report:
        solution = solve(formulas(scenario).at(scenario.values()))
        report(1, 1)
    with steps.step(f"Solving all {len(arrangements())} arrangements") as report:
        comparison = compare(jobs=jobs, progress=report)
    with steps.step(f"Solving the {size * size} points of the map") as report:
        dataset = scenario_map(scenario, size=size, jobs=jobs, progress=report)
    write_map(dataset, data)
    draw_map(dataset, picture, map_title(scenario), markers(comparison))
    made = MadeMap(scenario, dataset, picture, data)
    return MainJob(solution, comparison, made, perf_counter() - start)
