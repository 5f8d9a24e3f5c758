"""What is returned of games of many who are alike: all their cutpoints."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.threshold_certificate import CutpointCertificate
from deterrence.games.collective_action import ContributionGame, VotingGame

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Cutpoint", "ThresholdEquilibria"]

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Cutpoint:
    """One symmetric equilibrium.

    Attributes
    ----------
    game : ContributionGame or VotingGame
    cutpoint : float
        A player acts, or votes yes, if its cost is at most this.
    probability : float
        That a player does so.
    bracket : (float, float)
        Probabilities between which this is the only equilibrium.
    pivotal : bool
        False if it is an equilibrium only because no single vote changes anything.
    certificate : CutpointCertificate
    """

    game: ContributionGame | VotingGame
    cutpoint: float
    probability: float
    bracket: tuple[float, float]
    pivotal: bool
    certificate: CutpointCertificate

    @property
    def numbers(self) -> Floats:
        """The probabilities that 0, 1, ..., n act or vote yes; shape (n + 1,)."""
        from scipy.stats import binom

        n = self.game.n
        return np.asarray(binom.pmf(np.arange(n + 1), n, self.probability))

    @property
    def response(self) -> float:
        """The probability that enough act, or vote yes."""
        from scipy.stats import binom

        return float(binom.sf(self.game.needed - 1, self.game.n, self.probability))

    def __repr__(self) -> str:
        return (
            f"<cutpoint {self.cutpoint:.6g}: each acts with probability {self.probability:.6g}, "
            f"enough of {self.game.n:,} with {self.response:.6g}>"
        )


@dataclass(frozen=True, eq=False)
class ThresholdEquilibria:
    """All symmetric equilibria of a game of many who are alike, by rising probability of acting.

    Attributes
    ----------
    game : ContributionGame or VotingGame
    equilibria : tuple of Cutpoint
    complete : bool
        True only if every other probability of acting was excluded, and each equilibrium shown to
        be the only one in its bracket.
    left : tuple of (float, float)
        Probabilities between which nothing was decided.
    record : dict of str to int
        How many intervals each reason ended.
    seconds : float
        What it cost.
    """

    game: ContributionGame | VotingGame
    equilibria: tuple[Cutpoint, ...]
    complete: bool
    left: tuple[tuple[float, float], ...]
    record: dict[str, int] = field(repr=False)
    seconds: float

    def __len__(self) -> int:
        return len(self.equilibria)

    def __getitem__(self, n: int) -> Cutpoint:
        return self.equilibria[n]

    def __iter__(self) -> Iterator[Cutpoint]:
        return iter(self.equilibria)

    @property
    def status(self) -> str:
        """Which set this is, in one sentence."""
        count = len(self.equilibria)
        several = "equilibrium" if count == 1 else "equilibria"
        if self.complete:
            return (
                f"Complete: {count} symmetric {several} in cutpoints; each is the only one in its "
                "bracket, and outside of these there is none."
            )
        spans = ", ".join(f"[{low:.9g}, {high:.9g}]" for low, high in self.left[:3])
        return (
            f"Not complete: {count} symmetric {several} in cutpoints found; what lies at "
            f"probabilities of acting in {spans} was not decided."
        )

    def table(self) -> pd.DataFrame:
        """The equilibria as a table.

        Returns
        -------
        pandas.DataFrame
            Columns cutpoint, probability, response, pivotal, gain (by the certificate).
        """
        import pandas as pd

        names = ["cutpoint", "probability", "response", "pivotal", "gain"]
        rows = [
            (e.cutpoint, e.probability, e.response, e.pivotal, e.certificate.gain) for e in self
        ]
        return pd.DataFrame(rows, columns=names)

    def summary(self) -> str:
        """The set in sentences."""
        return "\n".join([self.status, *(f"  {point!r}" for point in self)])

    def __str__(self) -> str:
        return self.summary()
