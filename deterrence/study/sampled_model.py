"""The outcomes of a game over many points by regimes, as a model for `sensitivity`."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping

import numpy as np

from deterrence.errors import InputError, LimitError
from deterrence.games.tree import Game
from deterrence.study.ends import Floats, column
from deterrence.study.points import Progress
from deterrence.study.public_choice import columns_of
from deterrence.study.sampled import SOLUTIONS, run_sampling
from deterrence.study.sampling import Sampling

__all__ = ["SampledModel"]

AUDITED = 200  # points


class SampledModel:
    """A model that learns plays from complete solutions at few points; see `sample`.

    Parameters
    ----------
    game : Game
        With formulas.
    ends : sequence of str
        "least" and "most".
    concept : str or None
        Only sequential equilibria are found so.
    rng : numpy.random.Generator
    jobs, progress
        As for `sample`.
    store : path, optional
        As for `sample`: a folder.

    Attributes
    ----------
    basis : str
        What the numbers rest on, once there are some.

    Raises
    ------
    InputError
        For another end or concept.
    """

    def __init__(
        self,
        game: Game,
        ends: Iterable[str],
        concept: str | None,
        rng: np.random.Generator,
        jobs: int | None = None,
        progress: Progress | None = None,
        store: str | os.PathLike[str] | None = None,
    ) -> None:
        self.game, self.ends, self.rng = game, tuple(ends), rng
        self.jobs, self.progress, self.store = jobs, progress, store
        self.basis = ""
        if "quantal" in self.ends or concept not in (None, "sequential"):
            raise InputError(
                "by regimes the least and most over all sequential equilibria are found, nothing "
                "else: use method='points', with fewer samples."
            )

    def __call__(self, values: Mapping[str, Floats]) -> dict[str, Floats]:
        """Every outcome at every end, by `column`; LimitError where none is known."""
        chooser, after = columns_of(self.game)
        sampling = Sampling(
            self.game, after, chooser, values, rng=self.rng, jobs=self.jobs, store=self.store
        )
        found = run_sampling(sampling, SOLUTIONS, AUDITED, self.progress)
        if found.unknown:
            place = int(np.flatnonzero(~found.known)[0])
            where = ", ".join(f"{n} = {float(x):g}" for n, x in sampling.point(place).items())
            raise LimitError(
                f"at {found.unknown} of {len(sampling)} points no equilibrium is known, the first "
                f"at {where}. Leave such points out with narrower ranges."
            )
        self.basis = found.status
        return {
            column(name, end): getattr(found, end)[:, n]
            for n, name in enumerate(found.outcomes)
            for end in self.ends
        }
