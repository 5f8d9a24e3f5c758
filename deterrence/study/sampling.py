"""All equilibria at a cloud of points in any number of parameters, by regimes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError
from deterrence.games.tree import Game
from deterrence.study.atlas import Answer, Atlas, Question
from deterrence.study.learnt_formulas import LearntStore
from deterrence.study.map_workers import Workers
from deterrence.study.one_shape import one_shape, selectors
from deterrence.study.points import check_names, solve_points
from deterrence.study.points_as_arrays import NO_VALUE
from deterrence.study.regime_sweep import Audit
from deterrence.study.results import PointResult, outcome_labels
from deterrence.study.running import parallel, workers_of
from deterrence.study.sample_columns import (
    Envelope,
    evaluate_columns,
    packed_columns,
    unpacked_columns,
)
from deterrence.study.sample_learning import CloudLearning
from deterrence.study.store import digest_of
from deterrence.study.version import package_version

__all__ = ["Sample", "Sampling"]

Floats = NDArray[np.float64]
Progress = Callable[[int, int], Any]
DIGITS = 7  # of a point's coordinates, so that exact arithmetic stays quick
TOGETHER = 2048  # points evaluated at once
SAME = 1e-7  # outcomes closer than this are the same


@dataclass(frozen=True, eq=False)
class Sample:
    """What happens at every point of a cloud, over all equilibria.

    Attributes
    ----------
    outcomes : tuple of str
        Payoffs by player and probabilities by event.
    least, most : ndarray, shape (points, outcomes)
        Not a number where no equilibrium is known.
    solved : int
        Complete solutions of parts of the game that the rest was learnt from.
    audit : Audit or None
        Complete solutions of the whole game, compared.
    """

    outcomes: tuple[str, ...]
    least: Floats
    most: Floats
    solved: int
    audit: Audit | None = None

    @property
    def unknown(self) -> int:
        """Points at which no equilibrium is known."""
        return int(np.isnan(self.least[:, 0]).sum())

    @property
    def status(self) -> str:
        """How it was found and how far it can be trusted, in a sentence."""
        audited = "not audited" if self.audit is None else str(self.audit)
        return (
            f"{len(self.least):,} points from {self.solved:,} complete solutions of parts of the "
            f"game; at {self.unknown:,} no equilibrium is known; {audited}."
        )


class Sampling:
    """All equilibria of a game that begins with a public choice, at many points.

    What follows each action is one game with other numbers, so that plays learnt after one action
    serve all. Plays are learnt from complete solutions at some points, and their conditions
    evaluated at all; an audit compares with complete solutions of the whole game.

    Parameters
    ----------
    whole : Game
        With formulas; the truth that the audit compares with.
    after : mapping of str to Game
        By action of the choice, the game that follows it; the shapes are the same. One entry
        where nobody chooses.
    chooser : str
        Who chooses, without private information, seen by all.
    points : mapping of str to ndarray, shape (points,)
        Values of every parameter.
    rng : numpy.random.Generator
    jobs : int or None
        As for `solve_points`.
    store : path, optional
        A folder where what is learnt and evaluated is kept, so that a run that was stopped goes on.

    Raises
    ------
    InputError
        If the games have not one shape, columns differ in length, or a value is not finite.
    ParameterError
        For a parameter that is unknown or missing.
    """

    def __init__(
        self,
        whole: Game,
        after: Mapping[str, Game],
        chooser: str,
        points: Mapping[str, Any],
        *,
        rng: np.random.Generator,
        jobs: int | None = None,
        store: str | os.PathLike[str] | None = None,
    ) -> None:
        self.whole, self.rng, self.jobs = whole, rng, jobs
        self.names, self.columns = _table(whole, points)
        self.labels = tuple(after)
        self.game = one_shape(after)
        self.player = whole.players.index(chooser)
        axes = (*self.names, *(s.name for s in selectors(self.labels)))
        self.atlas = Atlas(self.game, axes, ends=False)
        self.rows = self._rows()
        self.strata = self.atlas.numbers.strata(self.rows)
        self.workers = Workers(self.game, axes, 200_000, jobs)
        self.folder = None if store is None else Path(store)
        if self.folder is not None:
            self.folder.mkdir(parents=True, exist_ok=True)
        self.learnt = LearntStore(
            None if self.folder is None else self.folder / "learnt.jsonl", self._digest()
        )
        self._learning: CloudLearning | None = None

    def __len__(self) -> int:
        return len(self.columns)

    def _rows(self) -> Floats:
        """Every point under every action: first all points after the first, and so on."""
        size, others = len(self.columns), len(self.labels) - 1
        marks = np.vstack([np.zeros(others), np.eye(others)]) if others else np.zeros((1, 0))
        return np.vstack(
            [np.column_stack([self.columns, np.tile(mark, (size, 1))]) for mark in marks]
        )

    def _digest(self) -> str:
        text = hashlib.sha256(digest_of(self.game, None).encode())
        text.update(repr((package_version(), self.names)).encode())
        text.update(np.ascontiguousarray(self.columns).tobytes())
        return text.hexdigest()[:32]

    # -- learning -----------------------------------------------------------------------------

    def learn(self, budget: int, progress: Progress | None = None) -> int:
        """Learn plays until every point has one and random points bring nothing new.

        Parameters
        ----------
        budget : int
            Complete solutions at most, beside those that a store has.
        progress : callable, optional
            Called with (points and actions with a play, all of them).

        Returns
        -------
        int
            How many complete solutions were made in all.
        """
        learning = self._ready(progress)
        learning.run(budget)
        return learning.solved

    def _ready(self, progress: Progress | None) -> CloudLearning:
        tell = progress or (lambda done, total: None)
        if self._learning is None:
            self._learning = CloudLearning(
                self.atlas, self.rows, self.strata, self.workers.solve, self.rng, self._keep, tell
            )
            for row, block, formulas in self.learnt.lessons():
                self._learning.recall(int(self.strata[row]), block, row, formulas)
        self._learning.tell = tell
        return self._learning

    def _keep(self, row: int, question: Question, answer: Answer) -> None:
        self.learnt.add(row, question.block, answer.formulas)

    # -- evaluating ---------------------------------------------------------------------------

    def evaluate(self, progress: Progress | None = None) -> Sample:
        """The envelope over all known equilibria at every point.

        Parameters
        ----------
        progress : callable, optional
            Called with (points done, all points).
        """
        solved = self._ready(None).solved
        names = tuple(outcome_labels(self.whole))
        sample = Sample(
            names,
            np.full((len(self), len(names)), np.nan),
            np.full((len(self), len(names)), np.nan),
            solved,
        )
        done = 0
        for envelope in self._envelopes(names):
            sample.least[envelope.places] = envelope.least
            sample.most[envelope.places] = envelope.most
            done += len(envelope.places)
            if progress is not None:
                progress(done, len(self))
        return sample

    def _envelopes(self, names: Sequence[str]) -> Iterator[Envelope]:
        folder = None if self.folder is None else self.folder / f"evaluated-{self._version()}"
        if folder is not None:
            folder.mkdir(exist_ok=True)
        todo = []
        for places in self._parts():
            file = None if folder is None else folder / f"{int(places[0]):09d}.npz"
            if file is not None and file.exists():
                yield Envelope.read(file)
            else:
                todo.append((places, file))
        for envelope, file in zip(
            self._evaluated([places for places, _ in todo], names),
            [file for _, file in todo],
            strict=True,
        ):
            if file is not None:
                envelope.write(file)
            yield envelope

    def _version(self) -> str:
        learnt = [len(chart.cells) for s in self.atlas.sheets.values() for chart in s.charts]
        return "-".join(map(str, learnt)) or "nothing"

    def _parts(self) -> list[NDArray[np.intp]]:
        """Points that share their strata under all actions, a few at a time."""
        laid = self.strata.reshape(len(self.labels), len(self))
        some = np.flatnonzero((laid != NO_VALUE).all(axis=0))
        keys = laid[:, some].T
        _, which = np.unique(keys, axis=0, return_inverse=True)
        found = []
        for k in range(int(which.max(initial=-1)) + 1):
            own = some[which.ravel() == k]
            found += [own[n : n + TOGETHER] for n in range(0, len(own), TOGETHER)]
        return found

    def _evaluated(
        self, parts: Sequence[NDArray[np.intp]], names: Sequence[str]
    ) -> Iterator[Envelope]:
        laid = self.strata.reshape(len(self.labels), len(self))
        rows = self.rows.reshape(len(self.labels), len(self), -1)
        calls = [
            (places, [int(s) for s in laid[:, places[0]]], rows[:, places]) for places in parts
        ]
        workers = workers_of(self.jobs, len(calls))
        if workers <= 1:
            for places, strata, own in calls:
                yield evaluate_columns(self.atlas, places, strata, own, self.player, names)
            return
        digest, packed = packed_columns(self.atlas)
        tasks = [(_evaluated_afar, (digest, packed, *call, self.player, names)) for call in calls]
        yield from parallel(tasks, workers, ordered=True)

    # -- auditing -----------------------------------------------------------------------------

    def audit(
        self, sample: Sample, count: int, progress: Progress | None = None
    ) -> tuple[Sample, list[int]]:
        """Compare with complete solutions of the whole game at random points.

        Parameters
        ----------
        sample : Sample
            From `evaluate`.
        count : int
            Points.
        progress : callable, optional
            Called with (points done, all points to audit).

        Returns
        -------
        sample : Sample
            With its audit; the true numbers at the points where it was wrong.
        wrong : list of int
            These points.
        """
        known = np.flatnonzero(~np.isnan(sample.least[:, 0]))
        places = self.rng.choice(known, min(count, len(known)), replace=False)
        store = None if self.folder is None else self.folder / "audit.jsonl"
        results = solve_points(
            self.whole, map(self.point, places), jobs=self.jobs, progress=progress, store=store
        )
        least, most, wrong, incomplete = sample.least.copy(), sample.most.copy(), [], 0
        for place, result in zip(places.tolist(), results, strict=True):
            incomplete += not result.complete
            ends = _ends(result, sample.outcomes)
            here = np.stack([sample.least[place], sample.most[place]])
            if ends is None or not np.allclose(here, ends, rtol=0, atol=SAME):
                wrong.append(place)
                if ends is not None:
                    least[place], most[place] = ends
        audit = Audit(len(places), len(wrong), 0, incomplete)
        return Sample(sample.outcomes, least, most, sample.solved, audit), wrong

    def point(self, place: int) -> dict[str, Fraction]:
        """One point with exact numbers."""
        row = self.columns[place]
        return {n: Fraction(repr(float(x))) for n, x in zip(self.names, row, strict=True)}

    def ask(self, places: Sequence[int]) -> int:
        """Learn at some points, after every action; how many plays were missing."""
        learning = self._ready(None)
        rows = [place + a * len(self) for place in places for a in range(len(self.labels))]
        asked = [
            ((stratum, block), row)
            for row in rows
            for stratum, block in learning.states
            if stratum == self.strata[row]
        ]
        return learning.ask(asked)


def _table(game: Game, points: Mapping[str, Any]) -> tuple[tuple[str, ...], Floats]:
    check_names(game, points, "points")
    names = tuple(points)
    columns = [np.asarray(points[name], dtype=float).ravel() for name in names]
    if len({len(column) for column in columns}) != 1 or not len(columns[0]):
        sizes = ", ".join(f"{n}: {len(c)}" for n, c in zip(names, columns, strict=True))
        raise InputError(f"every parameter needs as many values as there are points: {sizes}.")
    table = np.column_stack(columns)
    if not np.isfinite(table).all():
        bad = names[int(np.flatnonzero(~np.isfinite(table).all(axis=0))[0])]
        raise InputError(f"{bad} has values that are no finite numbers. Leave such points out.")
    for name, column in zip(names, columns, strict=True):
        for extreme in {float(column.min()), float(column.max())}:
            game.at({name: Fraction(repr(extreme))})  # out of range is an error before any work
    return names, table.round(DIGITS)


def _ends(result: PointResult, names: Sequence[str]) -> Floats | None:
    if not result.least:
        return None
    return np.array([[one[name] for name in names] for one in (result.least, result.most)])


_LAST: dict[str, Atlas] = {}


def _evaluated_afar(digest: str, atlas: bytes, *call: Any) -> Envelope:
    if digest not in _LAST:
        _LAST.clear()
        _LAST[digest] = unpacked_columns(atlas)
    return evaluate_columns(_LAST[digest], *call)
