"""Every documented number computed again and compared with what the pages say."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

from deterrence.oped.computations import Value
from deterrence.oped.documented import Documented, pages_folder, read_numbers
from deterrence.oped.steps import Steps

__all__ = ["Finding", "Reproduction", "reproduce"]


@dataclass(frozen=True)
class Finding:
    """One documented number, and what was computed.

    Attributes
    ----------
    number : Documented
    found : number, bool, str or None
        None where the computation failed.
    problems : tuple of str
        What is wrong; empty if nothing.
    seconds : float
    """

    number: Documented
    found: Value | None
    problems: tuple[str, ...]
    seconds: float


@dataclass(frozen=True)
class Reproduction:
    """All documented numbers, and what was computed.

    Attributes
    ----------
    findings : tuple of Finding
    left_out : tuple of str
        Numbers that were not computed this time, because they take minutes.
    pages : pathlib.Path or None
        The checkout whose pages were read; None where only the list of numbers is there.
    """

    findings: tuple[Finding, ...]
    left_out: tuple[str, ...]
    pages: Path | None

    @property
    def agrees(self) -> bool:
        """Whether everything computed is as documented."""
        return not any(finding.problems for finding in self.findings)

    def text(self) -> str:
        """A line for each number, and how it went altogether."""
        return "\n".join([*map(_line, self.findings), "", self._summary()])

    def _summary(self) -> str:
        wrong = sum(bool(finding.problems) for finding in self.findings)
        sentences = [f"{len(self.findings) - wrong} of {len(self.findings)} numbers agree."]
        if self.left_out:
            sentences.append(f"{len(self.left_out)} that take minutes were left out.")
        if self.pages is None:
            sentences.append("The pages are not installed; compared with the list of numbers only.")
        return " ".join(sentences)

    def document(self) -> dict[str, Any]:
        """Everything as plain values, ready for JSON."""
        return {
            "agrees": self.agrees,
            "pages": self.pages is not None,
            "left_out": list(self.left_out),
            "numbers": [
                {
                    "id": finding.number.id,
                    "documented": finding.number.value,
                    "computed": finding.found,
                    "tolerance": finding.number.tolerance,
                    "agrees": not finding.problems,
                    "problems": list(finding.problems),
                    "pages": [quotation.page for quotation in finding.number.quoted],
                    "seconds": finding.seconds,
                }
                for finding in self.findings
            ],
        }


def reproduce(
    *,
    quick: bool = False,
    numbers: Iterable[Documented] | None = None,
    steps: Steps | None = None,
) -> Reproduction:
    """Compute documented numbers again.

    Parameters
    ----------
    quick : bool
        Leave out those that take minutes.
    numbers : iterable of Documented, optional
        All of the package's own by default.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    Reproduction
    """
    steps = steps or Steps(quiet=True)
    everything = tuple(read_numbers() if numbers is None else numbers)
    chosen = [number for number in everything if not (quick and number.slow)]
    left_out = tuple(number.id for number in everything if quick and number.slow)
    pages, findings = pages_folder(), []
    with steps.step(f"Computing {len(chosen)} documented numbers") as report:
        for done, number in enumerate(chosen, start=1):
            findings.append(_finding(number, pages))
            report(done, len(chosen))
    return Reproduction(tuple(findings), left_out, pages)


def _finding(number: Documented, pages: Path | None) -> Finding:
    start = perf_counter()
    found, problems = None, [] if pages is None else number.missing_from(pages)
    try:
        found = number.compute()
    except Exception as error:  # one number that fails must not hide the others
        problems.append(f"{type(error).__name__}: {error}")
    else:
        if not number.agrees(found):
            problems.append(f"documented {number.value}, computed {found}")
    return Finding(number, found, tuple(problems), perf_counter() - start)


def _line(finding: Finding) -> str:
    if finding.problems:
        return "\n".join(f"WRONG  {finding.number.id}: {text}" for text in finding.problems)
    pages = ", ".join(sorted({quotation.page for quotation in finding.number.quoted}))
    found = " ".join(str(finding.found).split())  # a table stands in one line
    return f"ok     {finding.number.id}: {found}" + (f"  ({pages})" if pages else "")
