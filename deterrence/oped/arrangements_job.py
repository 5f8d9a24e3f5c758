"""The real arrangements: one with its solution, or all side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from deterrence.errors import InputError
from deterrence.guarantee.catalogue import arrangement, arrangements
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.comparison import Comparison, compare
from deterrence.oped.driver_files import Files
from deterrence.oped.introduction import introduction
from deterrence.oped.maps import check_writable
from deterrence.oped.ranking_job import Ranked, rank
from deterrence.oped.records import comparison_document, scenario_document
from deterrence.oped.solve_job import Solved, solve_scenario
from deterrence.oped.steps import Steps
from deterrence.oped.table import comparison_text
from deterrence.show.document import MOST

__all__ = ["Arrangement", "Table", "look_at"]

DEFAULT_SEED = 0


@dataclass(frozen=True, eq=False)
class Arrangement:
    """A real arrangement with its solution, introduced to a newcomer.

    Attributes
    ----------
    scenario : Scenario
    solved : Solved
    """

    scenario: Scenario
    solved: Solved

    @property
    def complete(self) -> bool:
        """Whether the set of equilibria is complete."""
        return self.solved.complete

    def text(self) -> str:
        """What it is, how to read on, and the solution in words."""
        return f"{introduction(self.scenario)}\n\n{self.solved.solution.summary()}"

    def document(self, most: int = MOST) -> dict[str, Any]:
        """The solution as plain values, and what was solved."""
        return {"arrangement": scenario_document(self.scenario), **self.solved.document(most)}


@dataclass(frozen=True, eq=False)
class Table:
    """Arrangements side by side.

    Attributes
    ----------
    comparison : Comparison
    seed : int or None
        Of the draws.
    """

    comparison: Comparison
    seed: int | None

    @property
    def complete(self) -> bool:
        """Whether every set of equilibria is complete."""
        return self.comparison.complete

    def text(self) -> str:
        """The table, and how to read it."""
        seed = "" if self.seed is None else f"\n\nSeed of the draws: {self.seed}."
        return comparison_text(self.comparison) + seed

    def document(self, most: int = MOST) -> dict[str, Any]:
        """The table as plain values, ready for JSON; it lists no equilibria."""
        return {"seed": self.seed, **comparison_document(self.comparison)}


def look_at(
    name: str | None = None,
    *,
    draws: int | None = None,
    seed: int | None = None,
    store: str | None = None,
    csv: str | None = None,
    concept: str | None = None,
    best: str | None = None,
    robust: bool = False,
    output: str | None = None,
    steps: Steps | None = None,
) -> Arrangement | Table | Ranked:
    """One arrangement with its solution, or all in a table, or ranked.

    Parameters
    ----------
    name : str, optional
        The arrangement; with draws, a store or a table's file it is a table of one row.
    draws, store, concept
        As for `compare`.
    seed : int, optional
        Of the draws; 0 by default.
    csv : str, optional
        Where the table is written too.
    best, robust, output
        As for `rank`, which is asked if one of them is there; its store is a folder.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    Arrangement, Table or Ranked
    """
    if best is not None or robust or output is not None:
        if name is not None or concept is not None:
            raise InputError("--best, --robust and --output rank all arrangements; give no other.")
        return rank(
            best,
            robust=robust,
            draws=draws,
            seed=seed,
            store=store,
            files=Files(output, csv),
            steps=steps,
        )
    if seed is not None and draws is None:
        raise InputError("a seed without draws has no effect; say how many draws.")
    chosen = dict(arrangements()) if name is None else {name: arrangement(name)}
    if name is not None and draws is None and store is None and csv is None:
        return Arrangement(chosen[name], solve_scenario(chosen[name], concept=concept, steps=steps))
    if csv is not None:
        check_writable(csv)
    seed = DEFAULT_SEED if draws is not None and seed is None else seed
    steps = steps or Steps(quiet=True)
    with steps.step(_title(len(chosen), draws)) as report:
        found = compare(
            chosen, draws=draws, rng=seed, concept=concept, store=store, progress=report
        )
    if csv is not None:
        found.to_frame().to_csv(csv, lineterminator="\n")
    return Table(found, seed)


def _title(count: int, draws: int | None) -> str:
    rows = f"{count} arrangement{'s' if count > 1 else ''}"
    return f"Solving {rows}" + (f" at {draws:,} draws of the stakes" if draws else "")
