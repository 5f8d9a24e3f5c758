"""The two kinds of work behind a map that are sent to other processes."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import pickle
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.games.tree import Game
from deterrence.study.atlas import Answer, Atlas, Question, answer
from deterrence.study.mapping import ChunkPlays, evaluate
from deterrence.study.mesh import Chunk, Mesh
from deterrence.study.points_as_arrays import NumbersOverPoints
from deterrence.study.running import parallel, workers_of
from deterrence.study.working import packed

__all__ = ["Workers"]

ASKED_AT_ONCE = 2
_LAST: dict[str, Any] = {}  # in a worker: what it works on, by digest


@dataclass(frozen=True)
class Workers:
    """Solves and evaluates, here or in other processes.

    Attributes
    ----------
    game : Game
        With formulas in what varies.
    axes : tuple of str
    budget : int
    jobs : int or None
        As for `solve_points`.
    """

    game: Game
    axes: tuple[str, ...]
    budget: int
    jobs: int | None

    def solve(self, questions: Sequence[Question]) -> Iterator[Answer]:
        """Answers in the order of the questions, each as soon as it is there."""
        workers = workers_of(self.jobs, len(questions) // ASKED_AT_ONCE)
        if workers <= 1:
            numbers = NumbersOverPoints(self.game, self.axes)
            yield from (answer(numbers, question, self.budget) for question in questions)
            return
        bytes_ = packed(self.game)
        digest = hashlib.sha256(bytes_).hexdigest()
        batches = [
            questions[n : n + ASKED_AT_ONCE] for n in range(0, len(questions), ASKED_AT_ONCE)
        ]
        tasks = [(_answers_afar, (digest, bytes_, self.axes, self.budget, b)) for b in batches]
        with contextlib.closing(parallel(tasks, workers, ordered=True)) as answered:
            for some in answered:
                yield from some

    def evaluate(self, atlas: Atlas, mesh: Mesh, chunks: Sequence[Chunk]) -> Iterator[ChunkPlays]:
        """Plays at all chunks, in the order in which they are finished."""
        workers = workers_of(self.jobs, len(chunks))
        if workers <= 1:
            yield from (evaluate(atlas, chunk, mesh.at(chunk.places)) for chunk in chunks)
            return
        bytes_ = _packed_atlas(atlas)
        digest = hashlib.sha256(bytes_).hexdigest()
        tasks = [(_evaluated_afar, (digest, bytes_, mesh, chunk)) for chunk in chunks]
        yield from parallel(tasks, workers, ordered=False)


def _answers(
    numbers: NumbersOverPoints, budget: int, questions: Iterable[Question]
) -> list[Answer]:
    return [answer(numbers, question, budget) for question in questions]


def _answers_afar(
    digest: str, game: bytes, axes: Sequence[str], budget: int, questions: Sequence[Question]
) -> list[Answer]:
    gc.set_threshold(200_000, 20, 20)
    if digest not in _LAST:
        _LAST.clear()
        _LAST[digest] = NumbersOverPoints(pickle.loads(game), axes)
    return _answers(_LAST[digest], budget, questions)


def _packed_atlas(atlas: Atlas) -> bytes:
    """The atlas without compiled formulas, which every process makes for itself."""
    return pickle.dumps(atlas)


def _evaluated_afar(digest: str, atlas: bytes, mesh: Mesh, chunk: Chunk) -> ChunkPlays:
    if digest not in _LAST:
        _LAST.clear()
        _LAST[digest] = pickle.loads(atlas)
    return evaluate(_LAST[digest], chunk, mesh.at(chunk.places))
