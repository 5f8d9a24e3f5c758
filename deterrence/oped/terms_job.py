"""Which terms of a settlement are acceptable to whom, asked at one point or along a parameter."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.settlement import ACCEPTED_BY
from deterrence.oped.axes import axis_of, between_of
from deterrence.oped.bargaining import TermsQuestion, along, terms_question
from deterrence.oped.bargaining_record import BargainingRange
from deterrence.oped.driver_files import Files, rows_of
from deterrence.oped.inputs import read_changes, scenario_or_file
from deterrence.oped.steps import Steps
from deterrence.oped.wide_tables import changed_text, grid_text, intervals_text

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["ACCEPTANCES", "FoundTerms", "TermsAlong", "find_terms"]

WIDTH = 100  # characters
ACCEPTANCES = dict(zip(("both", "revisionist", "security"), ACCEPTED_BY, strict=True))
ROWS = 6  # of the picture, for its height
READING = (
    "Terms are the share of the prize that Russia keeps for good; a side accepts where what "
    "follows is worth at least as much to it as the war. Whichever: whichever equilibrium follows. "
    "Some: if the one that is best for that side follows; for all together, if one equilibrium "
    "suits all."
)
ENDS = {"worst": "whichever", "best": "some"}


@dataclass(frozen=True, eq=False)
class FoundTerms:
    """Acceptable terms at one point.

    Attributes
    ----------
    found : BargainingRange
    question : TermsQuestion
    files : Files
    """

    found: BargainingRange
    question: TermsQuestion
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every solution was, and no mixture of equilibria was left undecided."""
        return self.found.complete and self.found.settled_by_corners

    def text(self) -> str:
        """Who accepts what, with how to read it."""
        found = self.found
        head = _head(self.question)
        rows = [
            {"accepted by": row.accepted_by, "who": row.who, **_cells(self.found, row)}
            for row in found.rows
            if row.selection == "worst"
        ]
        war = "; ".join(f"{who} {worth:.3f}" for who, worth in found.war.items())
        parts = [head, _frame(rows), textwrap.fill(f"The war is worth: {war}.", WIDTH)]
        counted = f"{found.solved:,} games solved."
        status = _status(found.complete, found.settled_by_corners)
        parts += [textwrap.fill(READING, WIDTH), textwrap.fill(f"{counted} {status}", WIDTH)]
        return "\n\n".join(part for part in (*parts, self.files.sentence()) if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        found = self.found
        return {
            **_asked(self.question),
            "war": dict(found.war),
            "rows": [
                {
                    "accepted_by": row.accepted_by,
                    "who": row.who,
                    "selection": row.selection,
                    "intervals": [list(ends) for ends in row.intervals],
                }
                for row in found.rows
            ],
            "solved": found.solved,
            "complete": self.complete,
            "status": _status(found.complete, found.settled_by_corners),
            **self.files.document(),
        }


@dataclass(frozen=True, eq=False)
class TermsAlong:
    """Acceptable terms along one parameter.

    Attributes
    ----------
    table : pandas.DataFrame
        From `bargaining_ranges`.
    question : TermsQuestion
        The first of them.
    files : Files
    """

    table: pd.DataFrame
    question: TermsQuestion
    files: Files

    @property
    def complete(self) -> bool:
        """Whether every solution was, and no mixture of equilibria was left undecided."""
        return bool(self.table.attrs["complete"] and self.table.attrs["settled_by_corners"])

    def text(self) -> str:
        """What all accept at each value, and where each side stops."""
        over = str(self.table.attrs["over"])
        rows = [
            {over: f"{value:.4g}" if first else "", "accepted by": types, "who": who, **cells}
            for value, part in self.table.groupby(over, sort=False)
            for first, types, who, cells in _by_side(part)
        ]
        status = _status(self.table.attrs["complete"], self.table.attrs["settled_by_corners"])
        parts = [
            _head(self.question, over),
            _frame(rows),
            textwrap.fill(READING, WIDTH),
            textwrap.fill(status, WIDTH),
            self.files.sentence(),
        ]
        return "\n\n".join(part for part in parts if part)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        attrs = self.table.attrs
        return {
            **_asked(self.question, attrs["over"]),
            "over": attrs["over"],
            "rows": rows_of(self.table),
            "complete": self.complete,
            "status": _status(attrs["complete"], attrs["settled_by_corners"]),
            **self.files.document(),
        }


def _head(question: TermsQuestion, over: str = "") -> str:
    changes = {name: x for name, x in question.changes.items() if name != over}
    where = f" along {over}" if over else ""
    low, high = question.terms[0], question.terms[-1]
    cover = "covers" if question.covered_war else "does not cover"
    return textwrap.fill(
        f"{changed_text(question.scenario.label, changes)}: acceptable terms{where}, of those from "
        f"{float(low):g} to {float(high):g}. Sequential equilibria of the game after a settlement, "
        f"with the stages {', '.join(question.stages)}; the guarantee {cover} a war that goes on.",
        WIDTH,
    )


def _cells(found: BargainingRange, row: Any) -> dict[str, str]:
    return {
        word: intervals_text(found.acceptable(row.who, selection, row.accepted_by))
        for selection, word in ENDS.items()
    }


def _by_side(part: pd.DataFrame) -> Iterator[tuple[bool, str, str, dict[str, str]]]:
    """Each side of one value: whether it is the first, who accepts, and what."""
    for n, ((types, who), own) in enumerate(part.groupby(["accepted_by", "who"], sort=False)):
        ends = {s: own[own["selection"] == s].dropna() for s in ENDS}
        cells = {
            word: intervals_text(zip(ends[s]["from"], ends[s]["to"], strict=True))
            for s, word in ENDS.items()
        }
        yield n == 0, str(types), str(who), cells


def _frame(rows: list[dict[str, str]]) -> str:
    import pandas as pd

    frame = pd.DataFrame(rows)
    if frame["accepted by"].nunique() == 1:
        frame = frame.drop(columns="accepted by")
    return grid_text(frame)


def _status(complete: bool, by_corners: bool) -> str:
    if not complete:
        return "NOT all solved completely: more may be acceptable."
    if not by_corners:
        return "All complete, but a mixture of equilibria might be acceptable to all where none is."
    return "All solved completely."


def _asked(question: TermsQuestion, over: str = "") -> dict[str, Any]:
    return {
        "scenario": question.scenario.id,
        "at": {name: float(x) for name, x in question.changes.items() if name != over},
        "stages": list(question.stages),
        "between": [float(question.terms[0]), float(question.terms[-1])],
        "covered_war": question.covered_war,
        "trust": None if "trust" not in question.numbers else float(question.numbers["trust"]),
    }


def find_terms(
    scenario: str = "oped",
    *,
    changes: Iterable[str] = (),
    over: str | None = None,
    size: int | None = None,
    between: str = "0:1",
    points: int = 33,
    accepted_by: Iterable[str] = ("both",),
    stages: Iterable[str] = (),
    covered_war: bool = False,
    trust: str | None = None,
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundTerms | TermsAlong:
    """Find the terms that both sides accept instead of the war.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    changes : iterable of str
        Each "name=number".
    over : str, optional
        "NAME" or "NAME=LOW:HIGH": ask along this parameter.
    size : int, optional
        How many of its values; 5 by default.
    between : str
        "LOW:HIGH", the terms that are looked at.
    points : int
        As for `bargaining_range`.
    accepted_by : iterable of str
        Of "both", "revisionist" and "security": the types of Russia that accept.
    stages : iterable of str
        Of the game after the settlement; the scenario's own if there are none.
    covered_war : bool
    trust : str, optional
        As for `bargaining_range`.
    output, data : str, optional
        Where the picture, along a parameter, and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundTerms or TermsAlong

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    """
    files = Files(output, data)
    if over is None and (files.picture is not None or size is not None):
        raise InputError("a picture and a number of values need a line: give --over NAME.")
    chosen, moved = scenario_or_file(scenario), read_changes(changes)
    name, values = ("", ()) if over is None else axis_of(over, size, PARAMETERS)
    if name in moved:
        raise InputError(f"{name} is set by --at and varied by --over; leave one of them out.")
    points_of: list[dict[str, Any]] = [{**moved, name: x} for x in values] or [dict(moved)]
    questions = [
        terms_question(
            chosen,
            between=between_of(between, "--between"),
            points=points,
            stages=tuple(stages) or None,
            accepted_by=[ACCEPTANCES[who] for who in dict.fromkeys(accepted_by)],
            covered_war=covered_war,
            trust=trust,
            changes=point,
        )
        for point in points_of
    ]
    steps = steps or Steps(quiet=True)
    if not values:
        with steps.step("Solving the game after a settlement") as report:
            found = questions[0].answer(report)
        files.write(found.to_frame(), None, 1)
        return FoundTerms(found, questions[0], files)
    with steps.step(f"Solving the game after a settlement, along {name}") as report:
        line = dict(zip(map(float, values), questions, strict=True))
        table = along(name, line, report)
    _write(files, table)
    return TermsAlong(table, questions[0], files)


def _write(files: Files, table: pd.DataFrame) -> None:
    """The table, and a picture of the first types that accept."""
    from deterrence.show.bargaining_bands import bargaining_bands

    first = str(table["accepted_by"][0])
    files.write(table, lambda ax: bargaining_bands(table, first, ax=ax), ROWS)
