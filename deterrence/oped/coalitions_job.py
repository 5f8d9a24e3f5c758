"""One guarantor or thirty, and by which rule: computed, drawn and written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.coalition import RULES
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.coalition_pledges import RULES as PLEDGED
from deterrence.oped.coalition_pledges import pledges_needed
from deterrence.oped.coalition_trees import exact_sizes, solve_coalition_trees
from deterrence.oped.coalitions import (
    NUMBERS,
    OUTCOMES,
    CoalitionComparison,
    compare_coalitions,
    read_rules,
    read_sizes,
    read_strength,
)
from deterrence.oped.driver_files import Files, rows_of
from deterrence.oped.inputs import read_changes, scenario_or_file
from deterrence.oped.steps import Steps
from deterrence.oped.wide_tables import changed_text, ends_text, grid_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FoundCoalitions", "find_coalitions"]

WIDTH = 100  # characters
ROWS = 6  # of the picture, for its height
SHOWN = ("response", "force", "free-riding", "attack", "Guarantors", "Ukraine", "Russia")
TECHNOLOGY = {"summation": "forces add up", "best-shot": "one who acts sends the whole force"}
READING = (
    "Response (anybody acts), force (share of the whole) and free-riding (some act, not all) are "
    "what follows an attack, whether or not there is one. Least to most over the symmetric "
    "equilibria in which votes matter. All together have the stake, the force and the costs of one "
    "Guarantor; each one's cost of force is its own secret."
)


@dataclass(frozen=True, eq=False)
class FoundCoalitions:
    """What coalitions of several sizes and rules lead to.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
    comparison : CoalitionComparison
    outcomes : tuple of str
        Those that are shown.
    target : float or None
        The probability of a response that pledges are to bring about.
    pledges : pandas.DataFrame or None
        From `pledges_needed`.
    trees : pandas.DataFrame or None
        From `solve_coalition_trees`.
    files : Files
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    comparison: CoalitionComparison
    outcomes: tuple[str, ...]
    target: float | None
    pledges: pd.DataFrame | None
    trees: pd.DataFrame | None
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every set of equilibria that was asked for is."""
        trees = self.trees is None or bool(self.trees["complete"].all())
        return self.comparison.complete and trees

    @property
    def status(self) -> str:
        """Which sets these are."""
        text = "All symmetric Bayesian equilibria in cutpoints"
        text = text if self.comparison.complete else "NOT all symmetric equilibria were found"
        aside = int((~self.comparison.table["pivotal"]).sum())
        if aside:
            text += (
                f"; {aside} more exist only because no single vote matters (nobody votes for a "
                "response because nobody else does) and are left out of the table above"
            )
        if self.trees is not None:
            open_ = int((~self.trees["complete"].astype(bool)).sum())
            text += ". " + (
                f"{open_} of {len(self.trees)} trees are NOT solved completely"
                if open_
                else "All trees are solved completely"
            )
        return text + "."

    def text(self) -> str:
        """The table, with how to read it."""
        found = self.comparison
        own = f"; each one's own pledge has strength {found.bilateral:g}" if found.bilateral else ""
        head = (
            f"{changed_text(self.scenario.label, self.changes)}: an attack met by guarantors who "
            f"are alike, by rule; {TECHNOLOGY[found.technology]}{own}."
        )
        parts = [textwrap.fill(head, WIDTH), grid_text(_ends_table(_flat(found), self.outcomes))]
        parts += [textwrap.fill(READING, WIDTH), *self._pledges(), *self._trees()]
        parts += [textwrap.fill(self.status, WIDTH), self.files.sentence()]
        return "\n\n".join(part for part in parts if part)

    def _pledges(self) -> list[str]:
        if self.pledges is None:
            return []
        head = (
            f"Own pledges with which a response has probability {self.target:g} or more, in every "
            "such equilibrium; above 1 no pledge is strong enough:"
        )
        columns = self.pledges["bilateral"].unstack("rule").map(lambda x: f"{x:.3f}")
        return [textwrap.fill(head, WIDTH), grid_text(columns.reset_index())]

    def _trees(self) -> list[str]:
        if self.trees is None:
            return []
        head = (
            "Trees in which a cost of force has one of two values: all sequential equilibria, also "
            "those in which guarantors alike behave differently; Russia's type is known."
        )
        names = [c.removesuffix(" (least)") for c in map(str, self.trees) if "(least)" in c]
        table = _ends_table(self.trees, names)
        table = table.assign(complete=self.trees["complete"].map({True: "yes", False: "no"}).values)
        return [textwrap.fill(head, WIDTH), grid_text(table)]

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        found = self.comparison
        return {
            "scenario": self.scenario.id,
            "at": {name: float(x) for name, x in self.changes.items()},
            "technology": found.technology,
            "bilateral": found.bilateral,
            "equilibria": rows_of(found.table.reset_index()),
            "target": self.target,
            "pledges": None if self.pledges is None else rows_of(self.pledges.reset_index()),
            "trees": None if self.trees is None else rows_of(self.trees.reset_index()),
            "complete": self.complete,
            "status": self.status,
            **self.files.document(),
        }


def _flat(found: CoalitionComparison) -> pd.DataFrame:
    envelope = found.envelope()
    names = (f"{pair[0]} ({pair[1]})" for pair in envelope.columns.to_list())
    return envelope.set_axis(list(names), axis=1)


def _ends_table(table: pd.DataFrame, outcomes: Iterable[str]) -> pd.DataFrame:
    shown = table.index.to_frame(index=False)
    for name in outcomes:
        pairs = zip(table[f"{name} (least)"], table[f"{name} (most)"], strict=True)
        shown[name] = [ends_text(least, most) for least, most in pairs]
    return shown


def find_coalitions(
    scenario: str = "ksc",
    *,
    guarantors: Iterable[int] = (),
    rules: Iterable[str] = (),
    technology: str = "summation",
    bilateral: str = "0",
    changes: Iterable[str] = (),
    target: str | None = None,
    trees: bool = False,
    outcomes: Iterable[str] = (),
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundCoalitions:
    """Compare coalitions of several sizes and rules under a scenario.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    guarantors : iterable of int
        1, 2, 3, 5, 10 and 30 if there are none.
    rules : iterable of str
        All of them if there are none.
    technology, bilateral
        As for `compare_coalitions`.
    changes : iterable of str
        Each "name=number".
    target : str, optional
        A probability of a response, for which the pledges needed are looked for.
    trees : bool
        Whether the trees of up to three guarantors are solved as well.
    outcomes : iterable of str
        Which are shown; the first one is drawn.
    output, data : str, optional
        Where the picture, of a single outcome, and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundCoalitions

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    """
    files = Files(output, data)
    shown = _shown_outcomes(outcomes, files)
    chosen, moved = scenario_or_file(scenario), read_changes(changes)
    values = chosen.values(**moved)
    sizes = read_sizes(tuple(guarantors) or NUMBERS)
    named = read_rules(tuple(rules) or RULES)
    read_strength(bilateral, "--bilateral")
    wanted = None if target is None else _probability(target)
    pledged = _pledged(named) if wanted is not None else ()
    small = exact_sizes(sizes) if trees else []
    steps = steps or Steps(quiet=True)
    with steps.step(f"Solving {len(sizes) * len(named)} coalitions") as report:
        comparison = compare_coalitions(
            chosen,
            sizes,
            named,
            technology=technology,
            bilateral=bilateral,
            changes=moved,
            progress=report,
        )
    needed = solved = None
    if wanted is not None:
        with steps.step("Looking for the pledges needed") as report:
            needed = pledges_needed(
                wanted,
                chosen,
                sizes,
                pledged,
                technology=technology,
                changes=moved,
                progress=report,
            )
    if trees:
        with steps.step(f"Solving {3 * len(small) * len(named)} trees") as report:
            own = exact(bilateral, "--bilateral")
            solved = solve_coalition_trees(values, small, named, technology, own, report)
    _write(files, comparison.table, shown[0])
    return FoundCoalitions(chosen, moved, comparison, shown, wanted, needed, solved, files)


def _shown_outcomes(outcomes: Iterable[str], files: Files) -> tuple[str, ...]:
    """The outcomes to be shown, of which a picture takes one."""
    shown = tuple(dict.fromkeys(outcomes)) or SHOWN
    for name in shown:
        if name not in OUTCOMES:
            raise unknown("outcome", name, OUTCOMES)
    if files.picture is not None and len(shown) > 1 and shown != SHOWN:
        raise InputError("the picture shows one outcome; give --outcome once.")
    return shown


def _write(files: Files, table: pd.DataFrame, outcome: str) -> None:
    from deterrence.show.coalition_curves import coalitions as draw

    files.write(table.reset_index(), lambda ax: draw(table, ax, outcome=outcome), ROWS)


def _probability(text: str) -> float:
    number = exact(text, "--target")
    if not 0 < number < 1:
        raise InputError(f"--target {text}: give a probability between 0 and 1, 0.9 for instance.")
    return float(number)


def _pledged(rules: tuple[str, ...]) -> tuple[str, ...]:
    """The rules under which pledges are looked for; a lead has two cutpoints and no single one."""
    chosen = tuple(rule for rule in rules if rule in PLEDGED)
    if not chosen:
        raise InputError(f"--target needs a rule of {', '.join(PLEDGED)}; give one by --rule.")
    return chosen
