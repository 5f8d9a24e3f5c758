"""One scenario solved, in words and as a document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.guarantee.codings import figure
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.maps import check_writable
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas
from deterrence.show.document import MOST, solution_document

__all__ = ["SolvedScenario", "solve_scenario"]


@dataclass(frozen=True, eq=False)
class SolvedScenario:
    """A scenario and all its equilibria.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
        What was set otherwise than in the scenario.
    solution : Solution
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    solution: Solution

    @property
    def complete(self) -> bool:
        """Whether the set of equilibria is complete."""
        return self.solution.complete

    def text(self) -> str:
        """The solution in words."""
        changed = ", ".join(f"{name} {figure(value)}" for name, value in self.changes.items())
        head = self.scenario.label + (f", with {changed}" if changed else "")
        return f"{head}\n\n{self.solution.summary()}"

    def document(self, most: int = MOST) -> dict[str, Any]:
        """The solution as plain values, ready for JSON."""
        return solution_document(self.solution, most)


def solve_scenario(
    scenario: Scenario,
    changes: Mapping[str, Fraction] | None = None,
    concept: str | None = None,
    *,
    save: str | None = None,
    most: int = MOST,
    steps: Steps | None = None,
) -> SolvedScenario:
    """Solve a scenario, with some numbers changed.

    Parameters
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction, optional
    concept : str, optional
        As for `solve`.
    save : str, optional
        Where the solution is written, with at most `most` equilibria.
    most : int
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    SolvedScenario
    """
    changes, steps = dict(changes or {}), steps or Steps(quiet=True)
    if save is not None:
        check_writable(save)
    game = formulas(scenario).at(scenario.values(**changes))
    with steps.step(f"Solving: {scenario.label}") as report:
        solution = solve(game, concept)
        report(1, 1)
    if save is not None:
        solution.save(save, most)
    return SolvedScenario(scenario, changes, solution)
