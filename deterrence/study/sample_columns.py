"""The envelope of outcomes over all known plays after a public choice, at some points."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import FileError
from deterrence.study.atlas import Atlas
from deterrence.study.charts import Found, PlayName
from deterrence.study.combining import best_choice
from deterrence.study.points_as_arrays import Stratum
from deterrence.study.results import outcome_labels

__all__ = ["Envelope", "evaluate_columns", "packed_columns", "unpacked_columns"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Envelope:
    """The least and the most of every outcome at some points.

    Attributes
    ----------
    places : ndarray of int, shape (points,)
    least, most : ndarray, shape (points, outcomes)
        Not a number where no play is known after some action.
    edge : ndarray of bool, shape (points,)
        Where some play, after whatever action, hangs on a condition that holds with equality.
    """

    places: NDArray[np.intp]
    least: Floats
    most: Floats
    edge: NDArray[np.bool_]

    def write(self, path: Path) -> None:
        """Keep it; the file appears under its name when it is whole."""
        working = path.with_suffix(".part")
        with open(working, "wb") as file:
            np.savez(file, places=self.places, least=self.least, most=self.most, edge=self.edge)
        os.replace(working, path)

    @classmethod
    def read(cls, path: Path) -> Envelope:
        """One that was kept."""
        try:
            with open(path, "rb") as file, np.load(file, allow_pickle=False) as rows:
                return cls(rows["places"], rows["least"], rows["most"], rows["edge"])
        except (OSError, ValueError, KeyError, BadZipFile) as error:
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
    known, edge = _known(columns, size)
    least = np.full((size, len(names)), np.nan)
    most = least.copy()
    orders = [_order(atlas, s, names) for s in strata]
    labels: list[PlayName] = [((str(n), (), ()),) for n in range(len(columns))]
    for play in best_choice(columns, labels, player, size):
        order = orders[int(play.name[0][0])]
        edge |= play.edge & known  # ties between actions, too
        for here, outcome in play.ends:
            mine = here & known
            laid = _laid_out(outcome, order, mine)
            least[mine] = np.fmin(least[mine], laid)
            most[mine] = np.fmax(most[mine], laid)
    return Envelope(places, least, most, edge)


def _known(columns: Sequence[Sequence[Found]], size: int) -> tuple[Bools, Bools]:
    """Where some play is known after every action, and where one of them is on an edge.

    Actions that nobody takes count: what may follow them decides whether others are worth taking.
    """
    known, edge = np.ones(size, dtype=bool), np.zeros(size, dtype=bool)
    for column in columns:
        there = np.zeros(size, dtype=bool)
        for play in column:
            there |= play.exists
            edge |= play.exists & play.edge
        known &= there
    return known, edge & known


def _order(atlas: Atlas, stratum: Stratum, names: Sequence[str]) -> list[int | None]:
    """For each outcome its row after an action; None: it cannot happen there."""
    game = atlas.sheets[stratum].game
    rows = {label: n for n, label in enumerate(outcome_labels(game))}
    # chance on which the players differ may be gone with an action, or with impossible branches
    return [rows.get(name, rows.get(name.partition(" (event for ")[0])) for name in names]


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
