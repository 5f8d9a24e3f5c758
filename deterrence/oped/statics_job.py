"""In which direction each assumption of a scenario moves its outcomes, computed and written."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError
from deterrence.guarantee.codings import figure
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.assumptions import assumptions_of
from deterrence.oped.driver_files import Files, rows_of, table_text
from deterrence.oped.inputs import changes_of, scenario_or_file
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas
from deterrence.study.ends import checked_outcomes
from deterrence.study.statics import Statics, statics

__all__ = ["FoundStatics", "find_statics"]

WIDTH = 100  # characters
SHOWN = ["outcome", "parameter", "least", "most", "agree", "why"]
READING = (
    "least and most: derivatives of the ends of the set of equilibria; agree: both have one known "
    "sign, so that it does not hang on which equilibrium is played; why: where there is none "
    "(border: a tie, or the end of a range; branch: a branch of chance is impossible at the point "
    "only; kink: the two sides differ). "
    "Beyond the next border of a regime they say nothing."
)


@dataclass(frozen=True, eq=False)
class FoundStatics:
    """Derivatives of outcomes of a scenario.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
    record : Statics
    files : Files
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    record: Statics
    files: Files

    @property
    def complete(self) -> bool:
        """Whether the set of equilibria is complete."""
        return self.record.complete

    def text(self) -> str:
        """The derivatives that are not zero at both ends, with how to read them."""
        frame = self.record.to_frame()
        still = (frame["sign least"] == "0") & (frame["sign most"] == "0")
        set_to = ", ".join(f"{name} {figure(value)}" for name, value in self.changes.items())
        head = (
            f"{self.scenario.label}{f', with {set_to}' if set_to else ''}: how fast outcomes "
            f"change with each number alone, over {len(self.record.plays):,} plays."
        )
        parts = [textwrap.fill(head, WIDTH), self._envelope()]
        parts += [] if still.all() else [table_text(frame[~still][SHOWN])]
        parts += [_nothing(frame[still]), textwrap.fill(READING, WIDTH)]
        parts += [textwrap.fill(self.record.status, WIDTH), self.files.sentence()]
        return "\n\n".join(part for part in parts if part)

    def _envelope(self) -> str:
        values = self.record.values
        return "\n".join(
            f"{name}: {values[name, 'least']:.3g} to {values[name, 'most']:.3g}"
            for name in self.record.outcomes
        )

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "at": {name: float(value) for name, value in self.record.at.items()},
            "values": {
                name: [self.record.values[name, end] for end in ("least", "most")]
                for name in self.record.outcomes
            },
            "derivatives": rows_of(self.record.to_frame()),
            "complete": self.complete,
            "status": self.record.status,
            **self.files.document(),
        }


def _nothing(rows: Any) -> str:
    """Which numbers move an outcome nowhere."""
    lines = [
        textwrap.fill(f"Nothing moves {outcome} of: {', '.join(own['parameter'])}.", WIDTH)
        for outcome, own in rows.groupby("outcome", sort=False)
    ]
    return "\n\n".join(lines)


def find_statics(
    scenario: str = "oped",
    *,
    changes: Iterable[str] = (),
    outcomes: Iterable[str] = (),
    over: Iterable[str] = (),
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundStatics:
    """Differentiate outcomes of a scenario by its numbers.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    changes : iterable of str
        Each "name=number": the point, where it is not the scenario's own.
    outcomes : iterable of str
        Events and players; "attack" if there are none.
    over : iterable of str
        Instruments and stakes; all that the game has if there are none.
    output, data : str, optional
        Where the picture, of a single outcome, and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundStatics

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.
    """
    files = Files(output, data)
    chosen = scenario_or_file(scenario)
    moved = changes_of(chosen, changes)
    game, ranges = formulas(chosen), assumptions_of(chosen, over)
    wanted = checked_outcomes(game, tuple(dict.fromkeys(outcomes)) or ("attack",))
    if files.picture is not None and len(wanted) > 1:
        raise InputError("the picture shows one outcome; give --outcome once.")
    steps = steps or Steps(quiet=True)
    with steps.step(f"Differentiating by {len(ranges)} numbers"):
        record = statics(game, wanted, ranges, at=chosen.values(**moved))
    from deterrence.show.statics_dots import statics as draw

    some = any(d.value is not None for d in record.ends.values())
    files.write(record.to_frame(), (lambda ax: draw(record, ax)) if some else None, len(ranges))
    return FoundStatics(chosen, moved, record, files)
