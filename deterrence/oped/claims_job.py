"""All claims judged again: by the shared sample first, then those with a sample of their own."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deterrence.oped.claim_list import claim_of
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.claim_sample import ClaimSample
from deterrence.oped.orders import Holding
from deterrence.oped.own_samples import OWN
from deterrence.oped.predicates import PREDICATES
from deterrence.oped.settings import BOXES
from deterrence.oped.steps import Steps
from deterrence.oped.verdicts import Claims, Verdict

__all__ = ["FULL", "QUICK", "ClaimsJob", "Effort", "compute_claims"]


@dataclass(frozen=True)
class Effort:
    """How much is computed.

    Attributes
    ----------
    points : int
        Of the shared sample, in each box.
    solutions : int
        Complete solutions of parts of the game that plays are learnt from, at most.
    audited : int
        Complete solutions of the whole game that it is compared with.
    own : int
        Points of each box for claims with a sample of their own.
    boxes : tuple of str
    """

    points: int
    solutions: int
    audited: int
    own: int
    boxes: tuple[str, ...] = tuple(BOXES)


FULL = Effort(points=2048, solutions=4000, audited=200, own=64)
QUICK = Effort(points=64, solutions=160, audited=16, own=8, boxes=("plausible",))


@dataclass(frozen=True, eq=False)
class ClaimsJob:
    """Verdicts, and how they are shown.

    Attributes
    ----------
    verdicts : Claims
    shown : tuple of str
        The claims that were asked for; all if empty.
    """

    verdicts: Claims
    shown: tuple[str, ...] = ()

    @property
    def complete(self) -> bool:
        """Whether every claim that can be judged is judged."""
        return all(v.word != "not judged" for v in self._chosen().values())

    def _chosen(self) -> dict[str, Verdict]:
        return {name: self.verdicts[name] for name in self.shown or self.verdicts}

    def text(self) -> str:
        """One claim at length, or the table of all."""
        if self.shown:
            return "\n\n".join(str(verdict) for verdict in self._chosen().values())
        notes = [f"{name}: {note}" for name, note in self.verdicts.kept.notes.items()]
        return "\n".join([str(self.verdicts), "", *notes])

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "claims": [verdict.document() for verdict in self._chosen().values()],
            "notes": dict(self.verdicts.kept.notes),
            "complete": self.complete,
        }


def compute_claims(
    effort: Effort = FULL,
    *,
    seed: int = 0,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    steps: Steps | None = None,
) -> ClaimPoints:
    """Judge every claim at the points of its sample.

    Parameters
    ----------
    effort : Effort
    seed : int
    store : path, optional
        A folder in which everything finished is kept; a run that was stopped goes on from there.
    jobs : int or None
        As for `solve_points`.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    ClaimPoints

    Notes
    -----
    The shared sample takes about ten minutes on two cores, the quick one less than one.
    """
    steps = steps or Steps(quiet=True)
    folder = None if store is None else Path(store)
    shared = _shared(effort, seed, folder, jobs, steps)
    own = _own(effort, seed, folder, jobs, steps)
    return shared.joined(own)


def _shared(
    effort: Effort, seed: int, folder: Path | None, jobs: int | None, steps: Steps
) -> ClaimPoints:
    place = None if folder is None else folder / "shared"
    sample = ClaimSample(effort.points, seed=seed, boxes=effort.boxes, jobs=jobs, store=place)
    sampling = sample.sampling
    with steps.step(f"Learning what is played at {len(sampling):,} points") as report:
        sampling.learn(effort.solutions, report)
    with steps.step("Evaluating all points") as report:
        found = sampling.evaluate(report)
    with steps.step("Auditing") as report:
        found, _ = sampling.audit(found, effort.audited, report)
    evidence = sample.evidence(found)
    holdings = {
        (name, box): predicate(one)
        for box, one in evidence.items()
        for name, predicate in PREDICATES.items()
    }
    return ClaimPoints(holdings, seed, {"shared": found.status})


def _own(
    effort: Effort, seed: int, folder: Path | None, jobs: int | None, steps: Steps
) -> ClaimPoints:
    holdings: dict[tuple[str, str], Holding] = {}
    notes: dict[str, str] = {}
    for name, judge in OWN.items():
        claim = claim_of(name)
        with steps.step(f"{name}: {claim.says}") as report:
            for n, box in enumerate(effort.boxes):
                report(n, len(effort.boxes))
                holdings[name, box], notes[name] = judge(effort.own, BOXES[box], seed, jobs)
    return ClaimPoints(holdings, seed, notes)
