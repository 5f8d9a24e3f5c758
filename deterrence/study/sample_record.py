"""What happens at every point of a cloud, over all equilibria."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deterrence.study.regime_sweep import Audit
from deterrence.study.results import PointResult
from deterrence.study.sample_columns import Envelope

__all__ = ["Sample"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
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
    edge : ndarray of bool, shape (points,)
        Where a condition holds with equality, so that equilibria may exist that exist nowhere
        else, and the point was not solved alone.
    alone : ndarray of bool, shape (points,)
        Where the whole game was solved completely, and the numbers are from there.
    solved : int
        Complete solutions of parts of the game that the rest was learnt from.
    audit : Audit or None
        Complete solutions of the whole game, compared.
    """

    outcomes: tuple[str, ...]
    least: Floats
    most: Floats
    edge: Bools
    alone: Bools
    solved: int
    audit: Audit | None = None

    @classmethod
    def of(
        cls, outcomes: tuple[str, ...], size: int, solved: int, envelopes: Iterable[Envelope]
    ) -> Sample:
        """Envelopes of some points put together; nothing is known of the others."""
        found = cls(
            outcomes,
            np.full((size, len(outcomes)), np.nan),
            np.full((size, len(outcomes)), np.nan),
            np.zeros(size, dtype=bool),
            np.zeros(size, dtype=bool),
            solved,
        )
        for envelope in envelopes:
            found.least[envelope.places] = envelope.least
            found.most[envelope.places] = envelope.most
            found.edge[envelope.places] = envelope.edge
        return found

    @property
    def unknown(self) -> int:
        """Points at which no equilibrium is known."""
        return int((~self.known).sum())

    @property
    def known(self) -> Bools:
        """Where some equilibrium is known, shape (points,)."""
        return ~np.isnan(self.least[:, 0])

    @property
    def status(self) -> str:
        """How it was found and how far it can be trusted, in a sentence."""
        alone, edge = int(self.alone.sum()), int(self.edge.sum())
        audited = "not audited" if self.audit is None else str(self.audit)
        return (
            f"{len(self.least):,} points from {self.solved:,} complete solutions of parts of the "
            f"game, {alone:,} of them alone; at {edge:,} a condition holds with equality, so "
            f"that more may exist; at {self.unknown:,} no equilibrium is known; {audited}."
        )

    def differs(self, place: int, result: PointResult) -> bool:
        """Whether a complete solution at a point says something else."""
        if not result.least:
            return bool(self.known[place])
        here = np.stack([self.least[place], self.most[place]])
        return not np.allclose(here, _ends(result, self.outcomes), rtol=0, atol=SAME)

    def with_solved(
        self, places: Iterable[int], results: Iterable[PointResult], audit: Audit | None = None
    ) -> Sample:
        """The same with solutions of the whole game at some points in place of what was there.

        One that is not complete widens what was there, and leaves the point as it was otherwise.
        """
        found = replace(
            self,
            least=self.least.copy(),
            most=self.most.copy(),
            edge=self.edge.copy(),
            alone=self.alone.copy(),
            audit=audit or self.audit,
        )
        for place, result in zip(places, results, strict=True):
            if result.least:
                found._enter(place, _ends(result, self.outcomes), complete=result.complete)
        return found

    def _enter(self, place: int, ends: Floats, *, complete: bool) -> None:
        if not complete:
            ends[0] = np.fmin(ends[0], self.least[place])
            ends[1] = np.fmax(ends[1], self.most[place])
        self.least[place], self.most[place] = ends
        self.alone[place] |= complete
        self.edge[place] &= not complete


def _ends(result: PointResult, names: Iterable[str]) -> Floats:
    names = list(names)
    return np.array([[one[name] for name in names] for one in (result.least, result.most)])
