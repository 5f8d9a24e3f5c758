"""Which differences between arrangements are robust, and which arrangement is best where."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, unknown
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.deciding import Deciding, Inequality, deciding, delimits, judged
from deterrence.oped.evidence import Ends
from deterrence.oped.orders import TOLERANCE, ordered

if TYPE_CHECKING:
    import pandas as pd

    from deterrence.study.regime_sweep import Audit

__all__ = ["EQUILIBRIA", "ROBUST", "Decided", "Ranking"]

Floats = np.ndarray[Any, np.dtype[np.float64]]
Bools = np.ndarray[Any, np.dtype[np.bool_]]
EQUILIBRIA = ("worst", "best")
ROBUST = 0.95  # of the draws
OFTEN = 0.5
ERRORS = 3.0  # standard errors; with some 25 stakes one in 15 arrangements passes by chance
RARELY = 0.05  # an arrangement that is best in fewer draws, or fails to be, is not explained
WANTED = ("defence-kept", *PLAYERS)  # the more the better; of any other event the less the better


@dataclass(frozen=True)
class Decided:
    """Where in the stakes one arrangement is best.

    Attributes
    ----------
    arrangement : str
    share : float
        Of the draws in which it is among the best.
    stakes : tuple of Deciding
        Of the three that matter most, those beyond three standard errors.
    inequality : Inequality or None
        None where it is best, or not best, at fewer than 20 draws, and where it does no better at
        the draws that it was not fitted to than a coin, within two standard errors.
    """

    arrangement: str
    share: float
    stakes: tuple[Deciding, ...]
    inequality: Inequality | None

    def __str__(self) -> str:
        stakes = ", ".join(map(str, self.stakes)) or "no stake beyond sampling error"
        text = f"{self.arrangement} ({self.share:.0%}): {stakes}"
        return text if self.inequality is None else f"{text}; where {self.inequality}"


@dataclass(frozen=True, eq=False)
class Ranking:
    """Arrangements over draws of the stakes.

    Attributes
    ----------
    scenarios : mapping of str to Scenario
    outcomes : tuple of str
        Events (probabilities), then players (payoffs).
    stakes : mapping of str to ndarray, shape (draws,)
    least, most : ndarray, shape (arrangements, draws, outcomes)
        Over the equilibria that are known; not a number where none is.
    status : str
        How it was found and how far it can be trusted.
    audit : Audit or None
    """

    scenarios: Mapping[str, Scenario]
    outcomes: tuple[str, ...]
    stakes: Mapping[str, np.ndarray[Any, np.dtype[np.float64]]]
    least: np.ndarray[Any, np.dtype[np.float64]]
    most: np.ndarray[Any, np.dtype[np.float64]]
    status: str
    audit: Audit | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """The arrangements."""
        return tuple(self.scenarios)

    @property
    def draws(self) -> int:
        """How many."""
        return int(self.least.shape[1])

    @property
    def unknown(self) -> int:
        """At how many draws and arrangements no equilibrium is known."""
        return int(np.isnan(self.least[:, :, 0]).sum())

    def ends(self, outcome: str, name: str) -> Ends:
        """Both ends of an outcome under an arrangement, by draw.

        Raises
        ------
        LabelError
            For an outcome or an arrangement that is not there.
        """
        if name not in self.scenarios:
            raise unknown("arrangement", name, self.scenarios)
        n, k = self.names.index(name), self._place(outcome)
        return Ends(self.least[n, :, k], self.most[n, :, k])

    def _place(self, outcome: str) -> int:
        if outcome not in self.outcomes:
            raise unknown("outcome", outcome, self.outcomes)
        return self.outcomes.index(outcome)

    # -- pairs --------------------------------------------------------------------------------

    def pairs(self, outcome: str) -> pd.DataFrame:
        """In which share of the draws one arrangement is at or below another, at both ends.

        Parameters
        ----------
        outcome : str

        Returns
        -------
        pandas.DataFrame
            Arrangements by arrangements: the row's least at or below the column's least, and its
            most at or below the column's most, within one millionth.
        """
        import pandas as pd

        ends = [self.ends(outcome, name) for name in self.names]
        table = [[_share(one, other) for other in ends] for one in ends]
        return pd.DataFrame(table, index=list(self.names), columns=list(self.names))

    def robust(self, outcomes: Iterable[str] | None = None) -> pd.DataFrame:
        """Every two arrangements, and whether their difference is robust.

        Parameters
        ----------
        outcomes : iterable of str, optional
            All by default.

        Returns
        -------
        pandas.DataFrame
            A row for each outcome and pair: outcome, lower, higher (the arrangements, so that the
            first is the one more often at or below), share (of draws in which it is, at both
            ends), back (in which the other is), moves (in which it is and one end is below),
            least and most (mean differences, higher less lower), verdict: "open" where share is
            less than 95 %; "alike" where back is not; else "robust" if it moves in half of the
            draws or more, and "one way" if in fewer: rarely different, and then so.
        """
        import pandas as pd

        rows = []
        for outcome in self.outcomes if outcomes is None else outcomes:
            table = self.pairs(outcome).to_numpy()
            for i, j in itertools.combinations(range(len(self.names)), 2):
                i, j = (i, j) if not table[i, j] < table[j, i] else (j, i)
                rows.append(self._pair(outcome, i, j, float(table[i, j]), float(table[j, i])))
        return pd.DataFrame(rows)

    def _pair(self, outcome: str, i: int, j: int, share: float, back: float) -> dict[str, Any]:
        low, high = (self.ends(outcome, self.names[k]) for k in (i, j))
        found = ordered(low, high, "ends")
        known, moves = found.known, _mean(found.strict[found.known])
        verdict = "open"
        if share >= ROBUST:
            differs = "robust" if moves >= OFTEN else "one way"
            verdict = "alike" if back >= ROBUST else differs
        return {
            "outcome": outcome,
            "lower": self.names[i],
            "higher": self.names[j],
            "share": share,
            "back": back,
            "moves": moves,
            "least": _mean((high.least - low.least)[known]),
            "most": _mean((high.most - low.most)[known]),
            "verdict": verdict,
        }

    # -- the best -----------------------------------------------------------------------------

    def scores(
        self, criterion: str, equilibrium: str = "worst"
    ) -> np.ndarray[Any, np.dtype[np.float64]]:
        """How good each arrangement is at each draw; the higher the better.

        Parameters
        ----------
        criterion : str
            An outcome. Of a player's payoff and of "defence-kept" more is better, of any other
            event less.
        equilibrium : {"worst", "best"}
            By this criterion.

        Returns
        -------
        ndarray, shape (arrangements, draws)
        """
        if equilibrium not in EQUILIBRIA:
            raise unknown("equilibrium", equilibrium, EQUILIBRIA)
        k = self._place(criterion)
        if criterion in WANTED:
            return np.asarray((self.least if equilibrium == "worst" else self.most)[:, :, k])
        return np.asarray(-(self.most if equilibrium == "worst" else self.least)[:, :, k])

    def winners(
        self, criterion: str, equilibrium: str = "worst"
    ) -> tuple[np.ndarray[Any, np.dtype[np.bool_]], np.ndarray[Any, np.dtype[np.bool_]]]:
        """Which arrangements are among the best at each draw, and where all are known.

        Returns
        -------
        best : ndarray of bool, shape (arrangements, draws)
        known : ndarray of bool, shape (draws,)
        """
        scores = self.scores(criterion, equilibrium)
        known = np.isfinite(scores).all(axis=0)
        with np.errstate(invalid="ignore"):
            best = scores >= scores.max(axis=0) - TOLERANCE
        return np.asarray(best & known), np.asarray(known)

    def best(self, criterion: str = "attack") -> pd.DataFrame:
        """In which share of the draws each arrangement is best.

        Parameters
        ----------
        criterion : str
            As for `scores`.

        Returns
        -------
        pandas.DataFrame
            By arrangement, for the worst and for the best equilibrium: "best (worst)", the share
            of draws in which it is among the best, "alone (worst)", in which no other is, and
            "loss (worst)", by how much it falls short of the best on average; and the same for
            the best equilibrium. The first column orders the rows.
        """
        import pandas as pd

        columns = {}
        for equilibrium in EQUILIBRIA:
            best, known = self.winners(criterion, equilibrium)
            if not known.any():
                raise InputError("at no draw are all arrangements known; raise `solutions`.")
            best = best[:, known]
            scores = self.scores(criterion, equilibrium)[:, known]
            columns[f"best ({equilibrium})"] = best.mean(axis=1)
            columns[f"alone ({equilibrium})"] = (best & (best.sum(axis=0) == 1)).mean(axis=1)
            columns[f"loss ({equilibrium})"] = (scores.max(axis=0) - scores).mean(axis=1)
        frame = pd.DataFrame(columns, index=pd.Index(list(self.names), name="arrangement"))
        return frame.sort_values("best (worst)", ascending=False, kind="stable")

    def decided(self, criterion: str = "attack", equilibrium: str = "worst") -> tuple[Decided, ...]:
        """Which stakes decide where each arrangement is among the best.

        Parameters
        ----------
        criterion, equilibrium
            As for `scores`.

        Returns
        -------
        tuple of Decided
            Those that are best in 5 to 95 % of the draws, the most frequent first.
        """
        best, known = self.winners(criterion, equilibrium)
        stakes = {name: column[known] for name, column in self.stakes.items()}
        found = []
        for name, row in zip(self.names, best[:, known], strict=True):
            share = float(row.mean()) if len(row) else 0.0
            if RARELY < share < 1 - RARELY:
                stated = _beyond_error(row, stakes)
                found.append(Decided(name, share, stated, _beyond_chance(row, stakes)))
        return tuple(sorted(found, key=lambda one: -one.share))

    def __repr__(self) -> str:
        return f"<Ranking: {len(self.names)} arrangements over {self.draws:,} draws; {self.status}>"


def _beyond_error(holds: Bools, stakes: Mapping[str, Floats]) -> tuple[Deciding, ...]:
    """Of two shares over a third of the draws each, where both are the overall one."""
    share, third = float(holds.mean()), max(1, len(holds) // 3)
    bound = ERRORS * (2 * share * (1 - share) / third) ** 0.5
    return tuple(one for one in deciding(holds, stakes) if abs(one.difference) > bound)


def _beyond_chance(holds: Bools, stakes: Mapping[str, Floats]) -> Inequality | None:
    """By more than two standard errors of the share of as many coins."""
    found = delimits(holds, stakes, {})
    bound = 0.5 + 1 / judged(len(holds)) ** 0.5 if len(holds) > 1 else 1.0
    return found if found is not None and found.agrees > bound else None


def _share(one: Ends, other: Ends) -> float:
    found = ordered(one, other, "ends")
    return _mean(found.holds[found.known])


def _mean(column: NDArray[Any]) -> float:
    return float(column.mean()) if len(column) else float("nan")
