"""Where the sets of perfect Bayesian, no-signalling and sequential equilibria differ."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.consistency import find_witness
from deterrence.equilibrium.consistency_record import Refusal
from deterrence.equilibrium.solution import Equilibrium, Family, Solution
from deterrence.equilibrium.supporting import consistent_beliefs
from deterrence.errors import InputError
from deterrence.games.numbers import plain
from deterrence.games.tree import Game

__all__ = ["ConceptComparison", "WeakFamily", "compare_concepts"]

MOST_POINTS = 40  # of a family that are looked at
SHARES = {True: "all", False: "none"}


@dataclass(frozen=True)
class WeakFamily:
    """A family of weak perfect Bayesian equilibria, held against sequential equilibrium.

    Attributes
    ----------
    component : int
        Of the perfect Bayesian solution.
    family : Family
    sequential : {"all", "some", "none", "open"}
        How many of its strategy profiles (its middle and its extreme points) consistent beliefs
        support.
    example : Equilibrium
        One whose strategies are not sequential if there is one, else the middle.
    believed : tuple of str
        The beliefs of the example that no trembles give together; empty if none was singled out.
    """

    component: int
    family: Family
    sequential: str
    example: Equilibrium
    believed: tuple[str, ...]


@dataclass(frozen=True)
class ConceptComparison:
    """Three sets of equilibria of one game, each inside the one before.

    Attributes
    ----------
    weak, sequential : Solution
    no_signalling : Solution or None
        None where the concept is not defined.
    undefined : str
        Why it is not.
    families : tuple of WeakFamily
        Of the weak set, in the order of its components.
    not_looked_at : int
        Families beyond `most`.
    """

    weak: Solution
    no_signalling: Solution | None
    sequential: Solution
    undefined: str
    families: tuple[WeakFamily, ...]
    not_looked_at: int

    @property
    def same(self) -> bool:
        """Whether all strategies that were looked at are sequential, and all were looked at."""
        return not self.not_looked_at and all(f.sequential == "all" for f in self.families)

    def __str__(self) -> str:
        return "\n".join(self._lines())

    def _lines(self) -> Iterator[str]:
        yield f"Perfect Bayesian: {_size(self.weak)}."
        if self.no_signalling is None:
            why = self.undefined.split(";")[-1].strip()
            yield f"No signalling of what one does not know: not defined, since {why}"
        elif self.no_signalling.complete:
            yield "No signalling of what one does not know: the same strategies as sequential."
        else:
            yield "No signalling of what one does not know: all sequential ones, perhaps more."
        yield f"Sequential: {_size(self.sequential)}."
        if self.same:
            yield "All strategies of the perfect Bayesian set are sequential with some beliefs."
        for n, group in itertools.groupby(self.families, key=lambda f: f.component):
            yield from _component(n, list(group))
        if self.not_looked_at:
            yield f"{self.not_looked_at:,} further families were not looked at."


def _size(solution: Solution) -> str:
    count = len(solution)
    kind = "complete" if solution.complete else "not complete"
    return f"{count:,} component{'s' if count != 1 else ''}, {kind}"


def _component(n: int, families: list[WeakFamily]) -> Iterator[str]:
    apart = [f for f in families if f.sequential in ("none", "some")]
    if not apart:
        return
    whole = sum(f.sequential == "none" for f in apart)
    told = f"{whole:,} of {len(families):,} families hold no sequential strategies"
    if whole < len(apart):
        told += f", {len(apart) - whole:,} more in part"
    yield f"Component {n} of the perfect Bayesian set: {told}."
    first = next((f for f in apart if f.believed), apart[0])
    yield f"  For example {_played(first.example)}."
    yield from (f"    {line}" for line in first.believed)


def _played(e: Equilibrium) -> str:
    parts = [
        f"{player} {knows!r} {'/'.join(f'{a}' for a, p in row.items() if p)}"
        for player, rows in e.strategy.items()
        for knows, row in rows.items()
        if len(row) > 1
    ]
    shown = "; ".join(parts[:6])
    return shown + (f"; {len(parts) - 6} more sets" if len(parts) > 6 else "")


def compare_concepts(game: Game, budget: int = 200_000, most: int = 200) -> ConceptComparison:
    """Which weak perfect Bayesian equilibria are not sequential, and by which beliefs.

    Parameters
    ----------
    game : Game
        With numbers for all parameters.
    budget : int, optional
        As for `solve`.
    most : int, optional
        Families of the weak set that are looked at.

    Returns
    -------
    ConceptComparison
        ``print`` it. Sets are compared by strategies: one is sequential if some consistent beliefs
        support it, also where others do not.

    Raises
    ------
    ParameterError, LimitError
        As for `solve`.
    """
    weak, narrow = solve(game, "perfect-bayesian", budget=budget), solve(game, budget=budget)
    between, undefined = None, ""
    try:
        between = solve(game, "no-signalling", budget=budget)
    except InputError as error:
        undefined = str(error)
    every = [(c.index, family) for c in weak.components for family in c.families]
    families = tuple(_judged(n, family) for n, family in every[:most])
    return ConceptComparison(weak, between, narrow, undefined, families, max(0, len(every) - most))


def _judged(component: int, family: Family) -> WeakFamily:
    points: dict[Any, Equilibrium] = {}
    for e in family.points[:MOST_POINTS]:
        points.setdefault(e.assessment.probabilities, e)
    words: dict[Any, str] = {}
    for rows, e in points.items():
        found = consistent_beliefs(e.game, rows)
        words[rows] = "open" if found.undecided else SHARES[found.beliefs is not None]
    kinds = set(words.values())
    word = kinds.pop() if len(kinds) == 1 else ("some" if kinds == {"all", "none"} else "open")
    example = next((points[rows] for rows, w in words.items() if w == "none"), family.points[0])
    believed = _believed(family, example) if word in ("none", "some") else ()
    return WeakFamily(component, family, word, example, believed)


def _believed(family: Family, e: Equilibrium) -> tuple[str, ...]:
    """Beliefs that bear on choices and that no trembles give together."""
    s = e.game.structure
    bearing = family.source.bearing(family.cells)
    held = {
        own.index: e.assessment.node_beliefs[own.index]
        for own in s.sets
        if own.index in bearing or e.assessment.reached(own.player, own.knows)
    }
    refusal = find_witness(e.game, e.assessment.probabilities, held)
    if not isinstance(refusal, Refusal):
        return ()
    lines = []
    for k in dict.fromkeys(c.information_set for c in refusal.proof):
        own = s.sets[k]
        believed = ", ".join(
            f"{'/'.join(map(str, s.histories[n]))} {plain(p)}"
            for n, p in zip(own.nodes, held[k], strict=True)
            if p
        )
        lines.append(f"{own.player} at {own.knows!r} believes {believed}")
    return (*lines, refusal.reason)
