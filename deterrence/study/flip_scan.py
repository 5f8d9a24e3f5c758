"""Whether a conclusion holds along lines through a point, by solutions or by regimes."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from deterrence.errors import InputError, unknown
from deterrence.games.tree import Game
from deterrence.study.conclusions import Conclusion
from deterrence.study.flip_search import Line, Place
from deterrence.study.points import Progress, solve_points
from deterrence.study.present import Present
from deterrence.study.sweeping import sweep

__all__ = ["Scanning"]

METHODS = ("points", "regimes")


class Scanning:
    """Decides a conclusion at places on the lines, and counts what it took.

    Parameters
    ----------
    game : Game
    here : Present
    conclusion : Conclusion
    method : str
        Of the scan.
    concept, store, jobs, progress
        As for `solve_points`.

    Attributes
    ----------
    why : str
        Why the first point without a value has none.
    value : float
        The outcome at the present point.
    incomplete : int
        At how many solved points more equilibria may exist.
    """

    def __init__(
        self,
        game: Game,
        here: Present,
        conclusion: Conclusion,
        method: str,
        concept: str | None,
        store: str | os.PathLike[str] | None,
        jobs: int | None,
        progress: Progress | None,
    ) -> None:
        if method not in METHODS:
            raise unknown("method", method, METHODS)
        quantal = conclusion.end == "quantal"
        if method == "regimes" and (quantal or concept not in (None, "sequential")):
            raise InputError(
                "a scan by regimes is for all sequential equilibria; use method='points' for other "
                "concepts and for the quantal end."
            )
        self.game, self.here, self.conclusion = game, here, conclusion
        self.method, self.store, self.jobs = method, store, jobs
        self.concept = "quantal" if quantal else concept
        self.tell = progress or (lambda done, total: None)
        self.done = self.incomplete = self.failed = 0
        self.why = ""
        self.value = float("nan")

    @property
    def sequential(self) -> bool:
        """Whether it is about all sequential equilibria, whose regions can be derived."""
        return self.concept in (None, "sequential")

    def scan(self, lines: Sequence[Line]) -> None:
        """Fill in the truth along each line."""
        if self.method == "points":
            places = [(line.name, v) for line in lines for v in line.values if v != line.present]
            first = (lines[0].name, lines[0].present)
            truth = self.decide([first, *places], 0)
            for line in lines:
                line.truth = {v: truth.get((line.name, v), truth[first]) for v in line.values}
                line.solved = set(line.values)
            return
        for line in lines:
            line.truth = dict(zip(line.values, self._by_regimes(line), strict=True))

    def _by_regimes(self, line: Line) -> Iterable[bool | None]:
        grid = sweep(
            self.game,
            {line.name: line.values},
            fixed=self.here.at,
            method="regimes",
            jobs=self.jobs,
            progress=self.tell,
        )
        side = grid.most if self.conclusion.end == "most" else grid.least
        values: list[float] = side.sel(outcome=self.conclusion.outcome).values.tolist()
        self.value = values[line.values.index(line.present)]
        return [None if x != x else self.conclusion.of(x) for x in values]

    def decide(self, places: Sequence[Place], later: int) -> Mapping[Place, bool | None]:
        """The truth at some places, each solved; `later` more are expected after these."""
        total = self.done + len(places) + later
        results = solve_points(
            self.game,
            [self.here.moved(name, value) for name, value in places],
            concept=self.concept,
            store=self.store,
            jobs=self.jobs,
            progress=lambda done, _: self.tell(self.done + done, total),
        )
        self.done += len(places)
        found: dict[Place, bool | None] = {}
        for place, result in zip(places, results, strict=True):
            number = self.conclusion.number(result)
            found[place] = None if number is None else self.conclusion.of(number)
            if number is None:
                self.failed += 1
                self.why = self.why or result.error or result.status
                continue
            self.incomplete += not result.complete
            if place[1] == self.here.value(place[0]):
                self.value = number
        return found

    def status(self, scan: int) -> str:
        """What the record rests on."""
        how = "solved" if self.method == "points" else "evaluated by regimes"
        text = [
            f"{scan} values {how} along each range, {self.done:,} points solved in all; a flip and "
            f"its return within one step, 1/{scan - 1} of the range, may be missed."
        ]
        if self.incomplete:
            text.append(f"At {self.incomplete:,} points more equilibria may exist.")
        if self.failed:
            text.append(f"{self.failed:,} points have no value, the first because: {self.why}")
        return " ".join(text)
