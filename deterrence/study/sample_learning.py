"""Plays learnt from complete solutions at some points of a cloud, until every point has one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from deterrence.study.atlas import Answer, Atlas, Question
from deterrence.study.bitsets import unpacked
from deterrence.study.charts import Formulas
from deterrence.study.points_as_arrays import NO_VALUE, Stratum

__all__ = ["CALM", "CloudLearning", "Place"]

Floats = NDArray[np.float64]
Places = NDArray[np.intp]
Place = tuple[Stratum, int]  # a block of a stratum
Solve = Callable[[Sequence[Question]], Iterable[Answer]]
Keep = Callable[[int, Question, Answer], object]
FIRST = 4
AT_ONCE = 96  # questions about one block in one round; between rounds formulas are compiled again
RANDOM = 0.5  # of the questions of a round: points that have a play already, for what else is there
CALM = 30  # random questions in a row about a block without news; then it counts as known
EVALUATED = 16_384  # points at once
BARREN = 48  # questions about points without a play in a row that bring none; then they are left


@dataclass(eq=False)
class _State:
    """What is known of one block: the points of its stratum, and which have a play."""

    points: Places
    have: NDArray[np.bool_]
    cells: int = 0
    calm: int = 0
    barren: int = 0
    asked: set[int] = field(default_factory=set)


class CloudLearning:
    """Ask complete solutions until all points have a play and random ones bring nothing new.

    Parameters
    ----------
    atlas : Atlas
    rows : ndarray, shape (points, axes)
    strata : ndarray of int, shape (points,)
    solve : callable
        From questions to their answers, in order.
    rng : numpy.random.Generator
    keep : callable
        Told the number of the point, the question and its answer, before the next is asked.
    tell : callable
        Told (complete solutions of this run, the most that it makes) after each.
    """

    def __init__(
        self,
        atlas: Atlas,
        rows: Floats,
        strata: NDArray[np.int64],
        solve: Solve,
        rng: np.random.Generator,
        keep: Keep,
        tell: Callable[[int, int], object],
    ) -> None:
        self.atlas, self.rows, self.strata = atlas, rows, strata
        self.solve, self.rng, self.keep, self.tell = solve, rng, keep, tell
        self.solved = self.wrong = 0
        self.states: dict[Place, _State] = {}
        for stratum in np.unique(strata[strata != NO_VALUE]).tolist():
            own = np.flatnonzero(strata == stratum)
            sheet = atlas.sheet(stratum, rows[own[0]])
            for block in range(len(sheet.blocks)):
                self.states[stratum, block] = _State(own, np.zeros(len(own), dtype=bool))

    def run(self, budget: int, calm: int = CALM) -> None:
        """Learn until nothing is open, or `budget` more questions were asked.

        Parameters
        ----------
        budget : int
        calm : int
            Random questions in a row about a block without news before it counts as known.
        """
        self._look()
        start, limit = self.solved, self.solved + budget
        self.tell(0, budget)
        while self.solved < limit:
            asked = [
                (place, row)
                for place, state in self.states.items()
                for row in self._some(state, calm)
            ]
            if not asked:
                break
            self.ask(asked[: limit - self.solved], lambda: self.tell(self.solved - start, budget))
        self.tell(self.solved - start, self.solved - start)

    def has(self, point: int, block: int) -> bool:
        """Whether there is such a block at a point."""
        in_range = 0 <= point < len(self.strata)
        return in_range and (int(self.strata[point]), block) in self.states

    def recall(self, stratum: Stratum, block: int, point: int, formulas: Formulas) -> None:
        """Take over what was learnt about a point at another time."""
        self.atlas.sheets[stratum].charts[block].add(formulas)
        state = self.states[stratum, block]
        state.asked.add(point)
        state.calm = 0 if formulas.cells else state.calm + 1
        self.solved += 1

    def ask(
        self, asked: Iterable[tuple[Place, int]], after: Callable[[], object] = lambda: None
    ) -> int:
        """Solve blocks at points of the cloud, with a call after each; how many plays were new."""
        questions, told = self._questions(asked)
        missing = 0
        for (place, point), question, answer in zip(
            told, questions, self.solve(questions), strict=True
        ):
            self.keep(point, question, answer)
            self.atlas.learn(question, answer)
            missing += answer.missing
            self._note(self.states[place], point, answer, charted=bool(question.charted))
            after()
        self._look()
        return missing

    def _questions(
        self, asked: Iterable[tuple[Place, int]]
    ) -> tuple[list[Question], list[tuple[Place, int]]]:
        """What to ask, by block: what is known of many points takes as long as that of one."""
        points: dict[Place, list[int]] = {}
        for place, point in asked:
            points.setdefault(place, []).append(point)
            self.states[place].asked.add(point)
        questions: list[Question] = []
        told: list[tuple[Place, int]] = []
        for place, own in points.items():
            questions += self.atlas.questions(*place, self.rows[own], [None] * len(own))
            told += [(place, point) for point in own]
        return questions, told

    def _note(self, state: _State, point: int, answer: Answer, *, charted: bool) -> None:
        self.solved += 1
        self.wrong += answer.wrong
        if charted:
            state.calm = 0 if answer.missing else state.calm + 1
        else:
            state.barren = 0 if answer.missing else state.barren + 1

    def _some(self, state: _State, calm: int) -> list[int]:
        """Points to ask about: some without a play, some anywhere."""
        if not state.cells and not state.asked:
            return [int(n) for n in self.rng.permutation(state.points)[:FIRST]]
        new = ~np.isin(state.points, list(state.asked))
        chosen: list[int] = []
        if state.barren < BARREN:
            empty = state.points[new & ~state.have]
            chosen += self.rng.permutation(empty)[: round(AT_ONCE * (1 - RANDOM))].tolist()
        if state.calm < calm:
            chosen += self.rng.permutation(state.points[new])[: round(AT_ONCE * RANDOM)].tolist()
        return list(dict.fromkeys(chosen))

    def _look(self) -> None:
        """Evaluate what is new at the points that have no play yet."""
        for (stratum, block), state in self.states.items():
            chart = self.atlas.sheets[stratum].charts[block]
            if len(chart.cells) == state.cells:
                continue
            open_ = np.flatnonzero(~state.have)
            for start in range(0, len(open_), EVALUATED):
                part = open_[start : start + EVALUATED]
                values = self.atlas.numbers.values(self.rows[state.points[part]])
                for bits in chart.exists(values, len(part), state.cells).values():
                    state.have[part] |= unpacked(bits, len(part))
            state.cells = len(chart.cells)
