"""The sample that the claims share: the same stakes under every guarantee, solved by regimes."""

from __future__ import annotations

import functools
import os
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import DeterrenceError
from deterrence.games.tree import Game
from deterrence.guarantee.payoffs import PREPARATIONS
from deterrence.guarantee.settlement import after_settlement, name_of
from deterrence.oped.answered import with_answers
from deterrence.oped.evidence import Evidence
from deterrence.oped.settings import BOXES, SETTINGS, draw, values_at
from deterrence.study.points import solve_points
from deterrence.study.results import outcome_labels
from deterrence.study.sampling import Sample, Sampling

__all__ = ["ClaimSample", "after_preparation", "settled_game", "solved_evidence"]

Floats = NDArray[np.float64]


@functools.cache
def settled_game() -> Game:
    """The six stages after a settlement that both types of Russia accepted, each a player."""
    return with_answers(after_settlement())


@functools.cache
def after_preparation() -> Mapping[str, Game]:
    """The same game after each preparation of Ukraine's."""
    return {way: with_answers(after_settlement(fixed={"preparation": way})) for way in PREPARATIONS}


class ClaimSample:
    """Stakes drawn from boxes, under some guarantees, and the sampling of all of them together.

    Parameters
    ----------
    count : int
        Points of each box, a multiple of 8.
    seed : int
    settings : sequence of str
        Of `SETTINGS`; all by default.
    boxes : sequence of str
        Of `BOXES`; both by default.
    jobs : int or None
        As for `solve_points`.
    store : path, optional
        Where what is learnt is kept.
    """

    def __init__(
        self,
        count: int,
        *,
        seed: int = 0,
        settings: Sequence[str] = tuple(SETTINGS),
        boxes: Sequence[str] = tuple(BOXES),
        jobs: int | None = None,
        store: str | os.PathLike[str] | None = None,
    ) -> None:
        self.count, self.settings, self.boxes = count, tuple(settings), tuple(boxes)
        # both boxes from the same points of the unit cube
        self.drawn = {name: draw(count, BOXES[name], seed=seed) for name in self.boxes}
        whole = settled_game()
        columns = [
            values_at(setting, self.drawn[box]) for box in self.boxes for setting in self.settings
        ]
        points = {n: np.concatenate([c[n] for c in columns]) for n in whole.parameters}
        self.sampling = Sampling(
            whole,
            after_preparation(),
            "Ukraine",
            points,
            rng=np.random.default_rng(seed),
            jobs=jobs,
            store=store,
        )

    def evidence(self, sample: Sample) -> dict[str, Evidence]:
        """By box, what was found."""
        laid = {box: n * len(self.settings) for n, box in enumerate(self.boxes)}
        return {
            box: _evidence(
                self.drawn[box],
                sample.outcomes,
                {
                    setting: (
                        sample.least[_rows(first + k, self.count)],
                        sample.most[_rows(first + k, self.count)],
                    )
                    for k, setting in enumerate(self.settings)
                },
            )
            for box, first in laid.items()
        }


def _rows(block: int, count: int) -> slice:
    return slice(block * count, (block + 1) * count)


def _evidence(
    drawn: Mapping[str, Floats],
    outcomes: Sequence[str],
    found: Mapping[str, tuple[Floats, Floats]],
) -> Evidence:
    """The payoffs of Russia's types become those given the type."""
    rho = drawn["rho"]
    by = np.ones((len(rho), len(outcomes)))
    for kind, prior in (("revisionist", rho), ("security", 1 - rho)):
        by[:, list(outcomes).index(name_of(kind))] = prior
    least = {setting: low / by for setting, (low, _) in found.items()}
    most = {setting: high / by for setting, (_, high) in found.items()}
    return Evidence(drawn, tuple(outcomes), least, most)


def solved_evidence(
    drawn: Mapping[str, Floats], settings: Sequence[str], *, jobs: int | None = None
) -> Evidence:
    """The same by complete solutions of the whole game at every point.

    Stakes may lie outside their plausible ranges here.

    Parameters
    ----------
    drawn : mapping of str to ndarray, shape (points,)
        Every stake.
    settings : sequence of str
    jobs : int or None
        As for `solve_points`.

    Raises
    ------
    DeterrenceError
        If a point could not be solved.
    """
    within = settled_game()
    game = Game(within.players, within.root, tied=within.tied)
    names = tuple(outcome_labels(game))
    drawn = {name: np.asarray(column, dtype=float) for name, column in drawn.items()}
    columns = [values_at(setting, drawn) for setting in settings]
    size = len(drawn["phi"])
    points = [
        {n: repr(float(x[n][k])) for n in game.parameters} for x in columns for k in range(size)
    ]
    results = solve_points(game, points, jobs=jobs)
    if results.failed:
        raise DeterrenceError(f"a point of the claims was not solved: {results.failed[0].error}")
    least, most = (
        np.array([[getattr(r, side)[n] for n in names] for r in results])
        for side in ("least", "most")
    )
    found = {
        setting: (least[_rows(k, size)], most[_rows(k, size)]) for k, setting in enumerate(settings)
    }
    return _evidence(drawn, names, found)
