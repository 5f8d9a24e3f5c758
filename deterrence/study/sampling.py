"""All equilibria at a cloud of points in any number of parameters, by regimes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import FileError, InputError, unknown
from deterrence.games.tree import Game
from deterrence.study.atlas import Answer, Atlas, Question
from deterrence.study.learnt_formulas import LearntStore
from deterrence.study.map_workers import Workers
from deterrence.study.one_shape import one_shape, selectors
from deterrence.study.points import solve_points
from deterrence.study.points_as_arrays import NO_VALUE
from deterrence.study.regime_sweep import Audit
from deterrence.study.results import PointResults, outcome_labels
from deterrence.study.running import parallel, workers_of
from deterrence.study.sample_columns import (
    Envelope,
    evaluate_columns,
    packed_columns,
    unpacked_columns,
)
from deterrence.study.sample_learning import CALM, CloudLearning
from deterrence.study.sample_record import Sample
from deterrence.study.sample_table import table_of
from deterrence.study.store import digest_of
from deterrence.study.version import package_version

__all__ = ["Sample", "Sampling"]

Floats = NDArray[np.float64]
Progress = Callable[[int, int], Any]
TOGETHER = 2048  # points evaluated at once
MOST_ALONE = 2000  # points on a border, or without a play, that are solved one by one


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
        self.names, self.columns = table_of(whole, points)
        self.labels = tuple(after)
        self.game = one_shape(after)
        self.player = _player(whole, self.game, chooser)
        axes, self.rows = self._rows()
        self.atlas = Atlas(self.game, axes, ends=False)
        self.strata = self.atlas.numbers.strata(self.rows)
        self.workers = Workers(self.game, axes, 200_000, jobs)
        self.folder = None if store is None else _folder(store)
        self.learnt = LearntStore(
            None if self.folder is None else self.folder / "learnt.jsonl", self._digest()
        )
        self._audits = int(rng.integers(2**62))
        self._learning: CloudLearning | None = None

    def __len__(self) -> int:
        return len(self.columns)

    def _rows(self) -> tuple[tuple[str, ...], Floats]:
        """Every point under every action: first all points after the first, and so on."""
        size, marks = len(self.columns), np.eye(len(self.labels))[:, 1:]
        blocks = [np.column_stack([self.columns, np.tile(mark, (size, 1))]) for mark in marks]
        names = (*self.names, *(s.name for s in selectors(self.labels)))
        # a selector is in no formula where its game has the numbers of the first
        known = {*self.game.parameters, *self.game.ranges, *self.game.tied}
        used = [n for n, name in enumerate(names) if name in known]
        return tuple(names[n] for n in used), np.vstack(blocks)[:, used]

    def _digest(self) -> str:
        text = hashlib.sha256(digest_of(self.game, None).encode())
        text.update(repr((package_version(), self.names)).encode())
        text.update(np.ascontiguousarray(self.columns).tobytes())
        return text.hexdigest()[:32]

    # -- learning -----------------------------------------------------------------------------

    def learn(self, budget: int, progress: Progress | None = None, *, calm: int = CALM) -> int:
        """Learn plays until every point has one and random points bring nothing new.

        Parameters
        ----------
        budget : int
            Complete solutions at most, beside those that a store has.
        progress : callable, optional
            Called with (complete solutions made now, the most); learning may end earlier.
        calm : int
            How many random points in a row must bring nothing new.

        Returns
        -------
        int
            How many complete solutions were made in all.
        """
        learning = self._ready(progress)
        learning.run(budget, calm)
        return learning.solved

    def _ready(self, progress: Progress | None) -> CloudLearning:
        tell = progress or (lambda done, total: None)
        if self._learning is None:
            self._learning = CloudLearning(
                self.atlas, self.rows, self.strata, self.workers.solve, self.rng, self._keep, tell
            )
            for row, block, formulas in self.learnt.lessons(self._learning.has):
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
        return Sample.of(names, len(self), solved, self._told(self._envelopes(names), progress))

    def _told(self, envelopes: Iterator[Envelope], progress: Progress | None) -> Iterator[Envelope]:
        done = 0
        for envelope in envelopes:
            yield envelope
            done += len(envelope.places)
            if progress is not None:
                progress(done, len(self))

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
        """What an envelope depends on, beside the points."""
        text = hashlib.sha256(digest_of(self.whole, None).encode())
        text.update(repr((self.atlas.digest(), self.player, TOGETHER)).encode())
        return text.hexdigest()[:16]

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

    # -- solving alone ------------------------------------------------------------------------

    def settle(
        self, sample: Sample, most: int = MOST_ALONE, progress: Progress | None = None
    ) -> Sample:
        """Solve the whole game where what was learnt does not serve.

        That is where a condition holds with equality, so that mixtures may exist that exist nowhere
        else, and where no equilibrium is known though the game has numbers.

        Parameters
        ----------
        sample : Sample
            From `evaluate`.
        most : int, optional
            Points at most, the first ones.
        progress : callable, optional
            Called with (points done, all points to solve).

        Returns
        -------
        Sample
        """
        valued = (self.strata.reshape(len(self.labels), len(self)) != NO_VALUE).all(axis=0)
        places = np.flatnonzero((sample.edge | ~sample.known) & valued)[:most]
        return sample.with_solved(places.tolist(), self._solved(places, progress))

    def audit(
        self, sample: Sample, count: int, progress: Progress | None = None
    ) -> tuple[Sample, list[int]]:
        """Compare with complete solutions of the whole game at random points.

        The points depend on the seed and on what was learnt: once something is learnt from an
        audit the next one has other points, and so it does in a run that goes on from a store.

        Parameters
        ----------
        sample : Sample
            From `evaluate`, or from `settle`; points that were solved alone are not drawn.
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
        rng = np.random.default_rng([self._audits, int(self._version(), 16)])
        drawn = np.flatnonzero(sample.known & ~sample.alone)
        places = rng.choice(drawn, min(count, len(drawn)), replace=False)
        results = list(zip(places.tolist(), self._solved(places, progress), strict=True))
        wrong = {place: result for place, result in results if sample.differs(place, result)}
        incomplete = sum(not result.complete for _, result in results)
        audit = Audit(len(places), len(wrong), 0, incomplete)
        return sample.with_solved(wrong, wrong.values(), audit), list(wrong)

    def _solved(self, places: NDArray[np.intp], progress: Progress | None) -> PointResults:
        store = None if self.folder is None else self.folder / "audit.jsonl"
        points = [self.point(place) for place in places.tolist()]
        return solve_points(self.whole, points, jobs=self.jobs, progress=progress, store=store)

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


def _player(whole: Game, after: Game, chooser: str) -> int:
    """The place of who chooses."""
    if after.players != whole.players:
        raise InputError(
            f"the game is of {', '.join(whole.players)}, what follows of "
            f"{', '.join(after.players)}. Give both the same players in the same order."
        )
    if chooser not in whole.players:
        raise unknown("player", chooser, whole.players)
    return whole.players.index(chooser)


def _folder(store: str | os.PathLike[str]) -> Path:
    """The folder of a store, made if need be."""
    folder = Path(store)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise FileError(
            f"the store {folder} cannot be used: {error}. A sample is kept in a folder; give "
            "another path."
        ) from error
    return folder


_LAST: dict[str, Atlas] = {}


def _evaluated_afar(digest: str, atlas: bytes, *call: Any) -> Envelope:
    if digest not in _LAST:
        _LAST.clear()
        _LAST[digest] = unpacked_columns(atlas)
    return evaluate_columns(_LAST[digest], *call)
