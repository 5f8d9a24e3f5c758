"""The envelope of outcomes over all known plays after a public choice, at some points."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import FileError
from deterrence.study.atlas import Atlas
from deterrence.study.charts import PlayName
from deterrence.study.combining import best_choice
from deterrence.study.points_as_arrays import Stratum
from deterrence.study.results import outcome_labels

__all__ = ["Envelope", "evaluate_columns", "packed_columns", "unpacked_columns"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Envelope:
    """The least and the most of every outcome at some points.

    Attributes
    ----------
    places : ndarray of int, shape (points,)
    least, most : ndarray, shape (points, outcomes)
        Not a number where no play is known after some action.
    """

    places: NDArray[np.intp]
    least: Floats
    most: Floats

    def write(self, path: Path) -> None:
        """Keep it; the file appears under its name when it is whole."""
        working = path.with_suffix(".part")
        with open(working, "wb") as file:
            np.savez(file, places=self.places, least=self.least, most=self.most)
        os.replace(working, path)

    @classmethod
    def read(cls, path: Path) -> Envelope:
        """One that was kept."""
        try:
            with np.load(path, allow_pickle=False) as rows:
                return cls(rows["places"], rows["least"], rows["most"])
        except (OSError, ValueError, KeyError) as error:
            raise FileError(
                f"{path} is not what this package wrote: {error}. Delete that file."
            ) from error


def evaluate_columns(
    atlas: Atlas,
    places: NDArray[np.intp],
    strata: Sequence[Stratum],
    rows: Floats,
    player: int,
    names: Sequence[str],
) -> Envelope:
    """All known plays at points that share their strata.

    Parameters
    ----------
    atlas : Atlas
        Of the game after an action.
    places : ndarray of int, shape (points,)
    strata : sequence of int
        By action.
    rows : ndarray, shape (actions, points, axes)
    player : int
        Who chooses the action.
    names : sequence of str
        Of the outcomes.
    """
    size = len(places)
    columns = [atlas.plays(s, own) for s, own in zip(strata, rows, strict=True)]
    labels: list[PlayName] = [((str(n), (), ()),) for n in range(len(columns))]
    there = [
        np.logical_or.reduce([play.exists for play in column] or [np.zeros(size, dtype=bool)])
        for column in columns
    ]
    known = np.logical_and.reduce(there)
    least = np.full((size, len(names)), np.nan)
    most = least.copy()
    orders = [_order(atlas, s, names) for s in strata]
    for play in best_choice(columns, labels, player, size):
        order = orders[int(play.name[0][0])]
        for here, outcome in play.ends:
            mine = here & known
            laid = _laid_out(outcome, order, mine)
            least[mine] = np.fmin(least[mine], laid)
            most[mine] = np.fmax(most[mine], laid)
    return Envelope(places, least, most)


def _order(atlas: Atlas, stratum: Stratum, names: Sequence[str]) -> list[int | None]:
    """For each outcome its row after an action; None: it cannot happen there."""
    game = atlas.sheets[stratum].game
    rows = {label: n for n, label in enumerate(outcome_labels(game))}
    return [rows.get(name) for name in names]


def _laid_out(outcome: Floats, order: Sequence[int | None], here: NDArray[np.bool_]) -> Floats:
    nothing = np.zeros(int(here.sum()))
    return np.stack([nothing if n is None else outcome[n][here] for n in order], axis=1)


def packed_columns(atlas: Atlas) -> tuple[str, bytes]:
    """The atlas as bytes, and a digest of them."""
    data = pickle.dumps(atlas)
    return hashlib.sha256(data).hexdigest(), data


def unpacked_columns(data: bytes) -> Atlas:
    """An atlas that was packed, in another process."""
    atlas = pickle.loads(data)
    assert isinstance(atlas, Atlas)
    return atlas
