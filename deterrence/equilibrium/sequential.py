"""All sequential equilibria of a finite tree with perfect recall (Kreps and Wilson 1982)."""

from __future__ import annotations

import functools
import time
from collections.abc import Iterator, Sequence
from typing import Any

from deterrence.equilibrium.factored import Factored, Pick, factor
from deterrence.equilibrium.outcomes import distinct, rows_by_name, spans_of
from deterrence.equilibrium.solution import Equilibrium, Solution, certified
from deterrence.errors import LimitError
from deterrence.games.tree import Game

__all__ = ["Source", "ready", "solve_sequential", "status_of"]

MOST_ACTIONS = 12
LARGEST = 10**150


def solve_sequential(game: Game, budget: int = 200_000) -> Solution:
    """All sequential equilibria, as families and connected components.

    Parameters
    ----------
    game : Game
        With numbers for all parameters.
    budget : int
        Branches of the search for supports, for each block.

    Returns
    -------
    Solution
        Complete when every support was solved or excluded for a recorded reason.

    Raises
    ------
    ParameterError
        If parameters have no numbers.
    LimitError
        If an information set has more than 12 actions.

    Notes
    -----
    Continuations after public moves of players without private information are solved apart.
    Choices that no belief supports are dropped, never the nodes behind them. Supports are built
    depth first; a branch ends when no belief and continuation can support it. The conditions of
    each support that is left are linear in realisation weights in most games and are solved
    exactly; nonlinear ones go to a Groebner basis with isolated roots. The cost grows with the
    number of supports that survive the bounds, exponentially in the worst case.
    """
    start = time.perf_counter()
    game = ready(game)
    factored = factor(game, budget)
    source = Source(game, factored)
    undecided = [*factored.left, *(reason for b in factored.blocks for reason in b.left)]
    left = tuple(dict.fromkeys(undecided))
    record: dict[str, int] = {}
    for b in factored.blocks:
        for reason, count in b.excluded.items():
            record[reason] = record.get(reason, 0) + count
    seconds = time.perf_counter() - start
    return Solution(
        game=game,
        concept="sequential",
        complete=not left,
        status=status_of(game, factored, left, "sequential"),
        seconds=seconds,
        source=source,
        record=record,
        left=left,
    )


def ready(game: Game) -> Game:
    """The game with numbers, without impossible branches, small enough."""
    game = game.with_numbers()
    if any(abs(x) > LARGEST for x in game.numbers):
        raise LimitError(
            "a payoff is larger than 1e150 in absolute value; the search uses floating point for "
            "its bounds. Measure payoffs in another unit."
        )
    for s in game.structure.sets:
        if len(s.actions) > MOST_ACTIONS:
            raise LimitError(
                f"{s.player} has {len(s.actions)} actions at {s.knows!r}; the search for all "
                f"sequential equilibria takes at most {MOST_ACTIONS} at one information set. "
                "Merge actions or split the move in two."
            )
    return game


def status_of(game: Game, factored: Factored, left: Sequence[str], name: str) -> str:
    """The sentence that says which set was found, and by what proof."""
    raw = sum(b.raw for b in factored.blocks)
    solved = sum(len(b.cells) for b in factored.blocks)
    count = factored.component_count
    blocks = len(factored.blocks)
    numbers = "exact numbers" if game.exact else "numbers rounded where a formula is irrational"
    if game.floats and game.exact:
        numbers = "floats taken as the decimals that they print as"
    apart = f" in {blocks} parts solved apart" if blocks > 1 else ""
    head = f"{count:,} connected component{'s' if count != 1 else ''} of {name} equilibria"
    if left:
        reasons = "; ".join(reason.rstrip(".") for reason in left)
        return f"Not complete: {head} found ({numbers}), but not decided: {reasons}."
    if raw == 0:
        return f"Complete: {head}, by backward induction alone ({numbers})."
    return (
        f"Complete: {head}. Of {raw:,} supports{apart}, {solved:,} hold equilibria; every other "
        f"one was excluded for a recorded reason ({numbers})."
    )


class Source:
    """Answers the records of a Solution from its factored form."""

    def __init__(self, game: Game, factored: Factored) -> None:
        self.game, self.factored = game, factored
        self._kept: dict[tuple[int, tuple[Pick, ...]], Equilibrium] = {}

    @property
    def affine(self) -> bool:
        """Whether every family's corners bound its outcomes."""
        return self.factored.affine

    @property
    def component_count(self) -> int:
        """Number of components."""
        return self.factored.component_count

    def component(self, n: int) -> tuple[int, ...]:
        """Block components of component `n`."""
        return self.factored.component(n)

    def cells(self, component: tuple[int, ...]) -> list[list[int]]:
        """Block cells of a component."""
        return self.factored.cells(component)

    def centre(self, cells: Sequence[int]) -> tuple[Pick, ...]:
        """The middle of a family."""
        return self.factored.centre(cells)

    def picks(self, cells: Sequence[int]) -> Iterator[tuple[Pick, ...]]:
        """The points of a family."""
        return self.factored.picks(cells)

    def points_in(self, cells: Sequence[int]) -> int:
        """How many points a family lists."""
        return self.factored.points_in(cells)

    @functools.cached_property
    def point_count(self) -> int:
        """How many points all families list."""
        return self.factored.point_count

    def keys(self, component: int) -> Sequence[Sequence[int]]:
        """The families of a component."""
        return self.factored.keys(self.factored.component(component))

    def dimension(self, cells: Sequence[int]) -> int:
        """Dimension of a family."""
        return sum(
            b.cells[cell].dimension for b, cell in zip(self.factored.blocks, cells, strict=False)
        )

    def equilibrium(self, component: int, picks: tuple[Pick, ...]) -> Equilibrium:
        """A certified equilibrium."""
        key = (component, picks)
        if key not in self._kept:
            found = self._make(component, picks)
            if len(self._kept) > 10_000:
                self._kept.clear()
            self._kept[key] = found
        return self._kept[key]

    def _make(self, component: int, picks: tuple[Pick, ...]) -> Equilibrium:
        probabilities, witness = self.factored.assemble(picks)
        return certified(self.game, "sequential", component, probabilities, witness)

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most over the set, by event or player."""
        return spans_of(self.game, self._extremes)

    def outcomes(self) -> list[dict[str, float]]:
        """Distinct outcome rows, by event or player."""
        return rows_by_name(self.game, self._extremes)

    @functools.cached_property
    def _extremes(self) -> Any:
        return distinct(self.factored.extremes)

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most over a component, from the points of its families."""
        chosen = self.factored.cells(self.factored.component(n))
        return spans_of(self.game, self.factored.restricted(chosen).extremes)
