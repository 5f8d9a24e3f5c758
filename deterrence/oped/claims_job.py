"""All claims judged again: by the shared sample first, then those with a sample of their own."""

from __future__ import annotations

import os
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deterrence.errors import FileError, InputError
from deterrence.oped.claim_list import claim_of, read_claims
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.claim_sample import ClaimSample
from deterrence.oped.descriptions import described
from deterrence.oped.driver_files import Files
from deterrence.oped.maps import check_writable
from deterrence.oped.measures import Summary
from deterrence.oped.own_families import Family
from deterrence.oped.own_samples import FAMILIES, OWN, answered, count_of, rows_of
from deterrence.oped.predicates import PREDICATES
from deterrence.oped.settings import BOXES
from deterrence.oped.steps import Report, Steps
from deterrence.oped.verdict import Verdict
from deterrence.oped.verdicts import Claims, claims

__all__ = ["FULL", "QUICK", "ClaimsJob", "Effort", "compute_claims"]


WIDTH = 96  # characters


@dataclass(frozen=True)
class Effort:
    """How much is computed.

    Attributes
    ----------
    points : int
        Of the shared sample, in each box.
    solutions : int
        Complete solutions of parts of the game that plays are learnt from, at most.
    calm : int
        Random points in a row that must bring nothing new.
    alone : int
        Points that are solved one by one, where conditions hold with equality or where no
        equilibrium is known.
    audited : int
        Complete solutions of the whole game that it is compared with.
    own : int
        Of claims with a sample of their own, how many points the dearest get a multiple of; a
        third in all boxes but the plausible one. With 0 their verdicts are those that are kept,
        for the seed with which they are.
    boxes : tuple of str
    """

    points: int
    solutions: int
    calm: int
    alone: int
    audited: int
    own: int
    boxes: tuple[str, ...] = tuple(BOXES)


FULL = Effort(points=2048, solutions=6000, calm=150, alone=400, audited=200, own=40)
LEFT_OUT = (
    "claims with a sample of their own, which is kept for seed {} only; --compute solves them too."
)
QUICK = Effort(points=32, solutions=500, calm=30, alone=0, audited=16, own=0, boxes=("plausible",))


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
            return "\n\n".join(map(_told, self._chosen().values()))
        notes = [f"{name}: {note}" for name, note in self.verdicts.kept.notes.items()]
        return "\n".join([str(self.verdicts), "", *notes])

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "claims": [verdict.document() for verdict in self._chosen().values()],
            "notes": dict(self.verdicts.kept.notes),
            "complete": self.complete,
        }


def _told(verdict: Verdict) -> str:
    """A verdict at length; where there is none, what is described."""
    if verdict.claim.judged != "none":
        return str(verdict)
    text = textwrap.fill(
        described(verdict.claim), WIDTH, initial_indent="  ", subsequent_indent="    "
    )
    return f"{verdict}\n{text}"


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
    The whole effort took nine minutes on two cores that had nothing else to do, the quick one less
    than a minute.
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
        sampling.learn(effort.solutions, report, calm=effort.calm)
    with steps.step("Evaluating all points") as report:
        found = sampling.evaluate(report)
    with steps.step("Solving points that formulas do not reach") as report:
        found = sampling.settle(found, effort.alone, report)
    with steps.step("Auditing") as report:
        found, _ = sampling.audit(found, effort.audited, report)
    evidence = sample.evidence(found)
    holdings = {
        (name, box): predicate(one)
        for box, one in evidence.items()
        for name, predicate in PREDICATES.items()
    }
    summaries = {box: Summary.of(one) for box, one in evidence.items()}
    return ClaimPoints(holdings, seed, {"shared": found.status}, summaries)


def _own(
    effort: Effort, seed: int, folder: Path | None, jobs: int | None, steps: Steps
) -> ClaimPoints:
    found = ClaimPoints({}, seed)
    if not effort.own:
        kept = ClaimPoints.read()
        if seed != kept.seed:  # they belong to other stakes
            return ClaimPoints({}, seed, {"not judged here": LEFT_OUT.format(kept.seed)})
        mine = {key: part for key, part in kept.found.items() if key[0] in OWN}
        notes = {name: f"{kept.notes[name]} As kept." for name, _ in mine}
        return ClaimPoints(mine, seed, notes)
    place = None if folder is None else folder / "own"
    if place is not None:
        try:
            place.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FileError(f"{place} cannot be made: {error}.") from error
    for family in FAMILIES:
        with steps.step(f"{', '.join(family.answers)}: {family.title}") as report:
            for box in effort.boxes:
                found = found.joined(_answers(family, box, effort.own, seed, place, jobs, report))
    return found


def _answers(
    family: Family,
    box: str,
    least: int,
    seed: int,
    place: Path | None,
    jobs: int | None,
    report: Report,
) -> ClaimPoints:
    """A family of claims at the points of one box; what is in the store is not solved again."""
    count = count_of(family, least, box)
    name = f"{family.name}-{box}-{count}-{seed}.jsonl".replace(" ", "-")
    file = None if place is None else place / name
    rows = rows_of(family, count, box, seed, jobs=jobs, file=file, progress=report)
    found = answered(family, rows)
    notes = {claim: note for claim, (_, note) in found.items() if box == "plausible"}
    return ClaimPoints({(claim, box): one for claim, (one, _) in found.items()}, seed, notes)


def find_verdicts(
    claim: str | None = None,
    *,
    compute: bool = False,
    quick: bool = False,
    save: str | None = None,
    points: str | None = None,
    store: str | None = None,
    seed: int | None = None,
    output: str | None = None,
    data: str | None = None,
    jobs: int | None = None,
    steps: Steps | None = None,
) -> ClaimsJob:
    """The verdicts on one claim or on all, as kept or computed now.

    Parameters
    ----------
    claim : str, optional
        One of the claims; "C24" stands for the further questions under it, too.
    compute, quick : bool
        Compute the whole sample, or a small one.
    save : str, optional
        Where the points are written that were computed.
    points : str, optional
        A file that was so written: verdicts from these.
    store, jobs
        As for `compute_claims`.
    seed : int, optional
        Of what is computed; 0 by default.
    output, data : str, optional
        Where the picture and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    ClaimsJob

    Raises
    ------
    InputError
        For an unknown claim, or for what only computing can do without it.
    """
    shown = () if claim is None else _under(claim)
    files = Files(output, data)
    ways = {"--compute": compute, "--quick": quick, "--points": points is not None}
    if sum(ways.values()) > 1:
        named = " and ".join(name for name, given in ways.items() if given)
        raise InputError(f"{named}: give one of them.")
    if output is not None and shown and claim_of(shown[0]).judged == "none":
        raise InputError(f"{shown[0]} is described, not judged, so that nothing can be drawn.")
    given = {"--save": save, "--store": store, "--seed": seed}
    if not (compute or quick) and any(value is not None for value in given.values()):
        named = ", ".join(name for name, value in given.items() if value is not None)
        raise InputError(f"{named}: for what is computed; add --compute or --quick.")
    if compute or quick:
        if save is not None:
            check_writable(save)
        kept = compute_claims(
            QUICK if quick else FULL, seed=seed or 0, store=store, jobs=jobs, steps=steps
        )
        if save is not None:
            kept.write(save)
        verdicts = Claims(kept)
    else:
        verdicts = claims(points)
    job = ClaimsJob(verdicts, shown)
    if output or data:
        _write(job, files)
    return job


def _under(claim: str) -> tuple[str, ...]:
    """A claim and the further questions under it."""
    chosen = claim_of(claim).id
    return tuple(name for name in read_claims() if name == chosen or name.startswith(f"{chosen}-"))


def _write(job: ClaimsJob, files: Files) -> None:
    from deterrence.oped.claim_picture import draw_claim
    from deterrence.show.claim_pictures import verdicts as draw_all

    frame = job.verdicts.to_frame(job.shown)
    if job.shown:
        first = job.verdicts[job.shown[0]]
        files.write(frame.reset_index(), lambda ax: draw_claim(first, job.verdicts, ax), 7)
    else:
        files.write(frame.reset_index(), lambda ax: draw_all(frame, ax), len(frame) // 2)
