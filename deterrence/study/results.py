"""What is kept of a solved point: enough for tables, maps and regimes, small enough for a file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, overload

from deterrence.equilibrium.outcomes import label_of, outcome_names
from deterrence.games.tree import Game

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["PointResult", "PointResults", "outcome_labels"]


def outcome_labels(game: Game) -> dict[str, str]:
    """Names of a game's outcomes, as in `Solution.envelope`, each with its kind.

    Parameters
    ----------
    game : Game
        With numbers or formulas.

    Returns
    -------
    dict of str to {"payoff", "event"}
        Players, then events; where the players' chance differs, an event has one name by player,
        and one that is called like a player is told apart.
    """
    return {label_of(game, kind, name): kind.split()[0] for kind, name in outcome_names(game)}


@dataclass(frozen=True)
class PointResult:
    """The solution at one point, in short.

    Attributes
    ----------
    point : mapping of str to fractions.Fraction
        The numbers that were put into the game.
    complete : bool
        Whether the set of equilibria is complete; False where the point failed.
    components : int
        Connected components of the set.
    least, most : mapping of str to float
        The envelope: over all equilibria, by player (payoff) and event (probability). Empty where
        no equilibrium was found.
    outcomes : tuple of mapping
        The distinct outcomes; see `Solution.outcomes`.
    capped : bool
        Whether there were too many outcomes to keep all. Those kept hold every pattern of what
        never, sometimes and always happens, as far as room allows; the envelope counts all.
    seconds : float
    status : str
        The solver's sentence; empty where the point failed.
    error : str
        Why the point failed; empty where it did not.
    """

    point: Mapping[str, Fraction]
    complete: bool
    components: int
    least: Mapping[str, float]
    most: Mapping[str, float]
    outcomes: tuple[Mapping[str, float], ...]
    capped: bool
    seconds: float
    status: str
    error: str


@dataclass(frozen=True, eq=False)
class PointResults(Sequence[PointResult]):
    """Solutions at many points, in the order in which the points were given.

    Attributes
    ----------
    names : mapping of str to {"payoff", "event"}
        The outcomes that were read off.
    results : tuple of PointResult
    """

    names: Mapping[str, str]
    results: tuple[PointResult, ...]

    @property
    def complete(self) -> bool:
        """Whether every point is solved, and every set complete."""
        return all(result.complete for result in self.results)

    @property
    def failed(self) -> tuple[PointResult, ...]:
        """The points that could not be solved."""
        return tuple(result for result in self.results if result.error)

    def to_frame(self) -> pd.DataFrame:
        """One row for each point.

        Returns
        -------
        pandas.DataFrame
            The parameters; complete, components; "attack (least)" and "attack (most)" for every
            outcome, not a number where the point failed; outcomes (how many are kept), capped,
            seconds, status, error.
        """
        import pandas as pd

        return pd.DataFrame([self._row(result) for result in self.results])

    def _row(self, result: PointResult) -> dict[str, Any]:
        row: dict[str, Any] = {name: float(value) for name, value in result.point.items()}
        row |= {"complete": result.complete, "components": result.components}
        for name in self.names:
            row[f"{name} (least)"] = result.least.get(name, float("nan"))
            row[f"{name} (most)"] = result.most.get(name, float("nan"))
        row |= {"outcomes": len(result.outcomes), "capped": result.capped}
        return row | {"seconds": result.seconds, "status": result.status, "error": result.error}

    @overload
    def __getitem__(self, place: int) -> PointResult: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[PointResult]: ...
    def __getitem__(self, place: int | slice) -> PointResult | Sequence[PointResult]:
        return self.results[place]

    def __len__(self) -> int:
        return len(self.results)

    def __iter__(self) -> Iterator[PointResult]:
        return iter(self.results)

    def __repr__(self) -> str:
        whole = sum(result.complete for result in self.results)
        return (
            f"<{len(self):,} points: {whole:,} with the complete set, "
            f"{len(self.failed):,} failed, {sum(r.seconds for r in self.results):.1f} s>"
        )
