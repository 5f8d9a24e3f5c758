"""What a solver returns: a set of equilibria, which set it is, and why it is complete."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, overload

from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.certificate_record import Certificate
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.consistency_record import Witness
from deterrence.errors import CertificateError, NoEquilibriumError, unknown
from deterrence.games.assessment import Assessment, Labelled
from deterrence.games.tree import Game

__all__ = ["Component", "Equilibrium", "Family", "Solution"]


@dataclass(frozen=True, eq=False)
class Equilibrium:
    """One assessment, certified when it is first looked at.

    Attributes
    ----------
    game : Game
        With numbers; what `solve` was given, without impossible chance branches.
    concept : str
    component : int
        The connected component of the solution that it belongs to.
    assessment : Assessment
        Strategies and beliefs by place rather than by label.
    witness : Witness
        The trembles behind the beliefs.
    """

    game: Game
    concept: str
    component: int
    assessment: Assessment
    witness: Witness

    @property
    def strategy(self) -> Labelled:
        """``strategy[player][knows][action]``: a probability."""
        return self.assessment.strategy

    @property
    def beliefs(self) -> Labelled:
        """``beliefs[player][knows][history]``: a probability."""
        return self.assessment.beliefs

    @property
    def payoffs(self) -> Labelled:
        """``payoffs[player]``: expected payoff, with the player's own chance probabilities."""
        return self.assessment.payoffs

    def probability(self, event: str, by: str | None = None) -> Fraction:
        """The probability of an event; `by` says by whose chance where they differ."""
        return self.assessment.probability(event, by)

    @functools.cached_property
    def certificate(self) -> Certificate:
        """What a check from scratch found."""
        return check(
            self.game,
            self.assessment.probabilities,
            self.assessment.node_beliefs,
            self.witness,
            self.concept,
            exact=self.witness.exact,
        )

    def summary(self) -> str:
        """The equilibrium in sentences."""
        from deterrence.equilibrium.wording import equilibrium_text

        return equilibrium_text(self)

    def __repr__(self) -> str:
        pay = ", ".join(f"{p} {float(x):.4g}" for p, x in self.payoffs.items())
        return f"<{self.concept} equilibrium of component {self.component}: {pay}>"


def certified(
    game: Game,
    concept: str,
    component: int,
    probabilities: Sequence[tuple[Fraction, ...]],
    witness: Witness,
) -> Equilibrium:
    """An equilibrium whose certificate holds; CertificateError if it does not."""
    beliefs = beliefs_from(game, probabilities, witness)
    found = Equilibrium(
        game, concept, component, Assessment(game, tuple(probabilities), tuple(beliefs)), witness
    )
    if not found.certificate.holds:
        raise CertificateError(
            "the independent check refuses what the solver found: "
            f"{found.certificate.reasons[0]} Please report this game."
        )
    return found


@dataclass(frozen=True, eq=False)
class Family:
    """All equilibria with one support.

    Attributes
    ----------
    supports : Labelled
        ``supports[player][knows]``: the actions played with positive probability.
    fixed : dict
        Quantities that are the same throughout: ``{("strategy", player, knows, action): value}``
        and ``{("belief", player, knows, history): value}``.
    free : dict
        The others, with their least and most values: projections of the family, not a box. The
        `relations` say which values go together.
    relations : tuple of str
        Exact equations and inequalities that tie the free quantities to each other.
    dimension : int
        Of the family, beliefs that no condition mentions not counted.
    """

    source: Any
    component: int
    cells: tuple[int, ...]

    @functools.cached_property
    def representative(self) -> Equilibrium:
        """A certified point inside the family."""
        found: Equilibrium = self.source.equilibrium(self.component, self.source.centre(self.cells))
        return found

    @functools.cached_property
    def points(self) -> tuple[Equilibrium, ...]:
        """The representative and the extreme points, certified.

        Of more than some hundred extreme points only those that differ from the representative in
        one of the parts that vary on their own; `envelope` looks at more.
        """
        return tuple(
            self.source.equilibrium(self.component, picks)
            for picks in self.source.picks(self.cells)
        )

    @functools.cached_property
    def _description(self) -> Any:
        from deterrence.equilibrium.description import describe

        return describe(self)

    @property
    def supports(self) -> Labelled:
        """``supports[player][knows]``: the actions played with positive probability."""
        found: Labelled = self._description.supports
        return found

    @property
    def fixed(self) -> dict[tuple[Any, ...], Fraction]:
        """What is the same throughout the family."""
        return dict(self._description.fixed)

    @property
    def free(self) -> dict[tuple[Any, ...], tuple[Fraction, Fraction]]:
        """What varies: least and most, as projections."""
        return dict(self._description.free)

    @property
    def relations(self) -> tuple[str, ...]:
        """Exact relations among what varies."""
        return tuple(self._description.relations)

    @property
    def dimension(self) -> int:
        """Dimension of the family."""
        return int(self.source.dimension(self.cells))

    def __repr__(self) -> str:
        return f"<family of dimension {self.dimension} in component {self.component}>"


@dataclass(frozen=True, eq=False)
class Component:
    """A connected union of families.

    Attributes
    ----------
    index : int
    """

    source: Any
    index: int

    @functools.cached_property
    def families(self) -> Sequence[Family]:
        """The families, computed when looked at."""
        return _Families(self.source, self.index)

    @property
    def representative(self) -> Equilibrium:
        """A certified equilibrium of the component."""
        return self.families[0].representative

    def outcome(self) -> dict[str, tuple[float, float]]:
        """Least and most of each payoff and event probability over the component."""
        return dict(self.source.component_outcome(self.index))

    def __repr__(self) -> str:
        return f"<component {self.index}: {len(self.families):,} families>"


class _Lazy(Sequence[Any]):
    """A sequence whose members are made when looked at."""

    def __init__(self, source: Any) -> None:
        self.source = source

    def _make(self, n: int) -> Any:
        raise NotImplementedError

    @overload
    def __getitem__(self, n: int) -> Any: ...
    @overload
    def __getitem__(self, n: slice) -> Sequence[Any]: ...
    def __getitem__(self, n: int | slice) -> Any:
        if isinstance(n, slice):
            return [self._make(k) for k in range(*n.indices(len(self)))]
        if not -len(self) <= n < len(self):
            raise IndexError(f"{n} is out of range: there are {len(self):,}.")
        return self._make(n % len(self))

    def __len__(self) -> int:
        raise NotImplementedError

    def __repr__(self) -> str:
        return f"<{len(self):,} {type(self).__name__.strip('_').lower()}>"


class _Families(_Lazy):
    def __init__(self, source: Any, component: int) -> None:
        super().__init__(source)
        self.component = component
        self.keys = source.keys(component)
        self.made: dict[int, Family] = {}

    def __len__(self) -> int:
        return len(self.keys)

    def _make(self, n: int) -> Family:
        if n not in self.made:
            self.made[n] = Family(self.source, self.component, tuple(self.keys[n]))
        return self.made[n]


class _Components(_Lazy):
    def __init__(self, source: Any) -> None:
        super().__init__(source)
        self.made: dict[int, Component] = {}

    def __len__(self) -> int:
        return int(self.source.component_count)

    def _make(self, n: int) -> Component:
        if n not in self.made:
            self.made[n] = Component(self.source, n)
        return self.made[n]


class _Equilibria(_Lazy):
    """Representatives and extreme points of all families, one component after the other."""

    def __init__(self, source: Any, components: Sequence[Component]) -> None:
        super().__init__(source)
        self.components = components

    def __len__(self) -> int:
        return int(self.source.point_count)

    def __iter__(self) -> Iterator[Equilibrium]:
        for component in self.components:
            for family in component.families:
                for picks in self.source.picks(family.cells):
                    yield self.source.equilibrium(component.index, picks)

    def _make(self, n: int) -> Equilibrium:
        for component in self.components:
            for family in component.families:
                count = self.source.points_in(family.cells)
                if n < count:
                    found: Equilibrium = family.points[n]
                    return found
                n -= count
        raise IndexError(n)


@dataclass(frozen=True, eq=False)
class Solution:
    """A set of equilibria.

    ``len(solution)`` is the number of connected components, ``solution[i]`` the certified
    representative of component ``i``.

    Attributes
    ----------
    game : Game
        As solved: with numbers, without impossible chance branches.
    concept : str
    complete : bool
        True only if every support was solved or excluded for a recorded reason.
    status : str
        The sentence for the user: which set this is, and by what proof.
    seconds : float
        What it cost.
    record : dict of str to int
        How many branches of the search each reason ended.
    left : tuple of str
        What was not decided.
    components : sequence of Component
    equilibria : sequence of Equilibrium
        Every family's representative and its `points`. Made and certified when looked at, since
        independent continuations multiply.
    """

    game: Game
    concept: str
    complete: bool
    status: str
    seconds: float
    source: Any = field(repr=False)
    record: dict[str, int] = field(default_factory=dict, repr=False)
    left: tuple[str, ...] = ()

    @functools.cached_property
    def components(self) -> Sequence[Component]:
        """The connected components."""
        return _Components(self.source)

    @functools.cached_property
    def equilibria(self) -> Sequence[Equilibrium]:
        """Representatives and extreme points."""
        return _Equilibria(self.source, self.components)

    def __len__(self) -> int:
        return len(self.components)

    def __getitem__(self, n: int) -> Equilibrium:
        return self.components[n].representative

    def __iter__(self) -> Iterator[Equilibrium]:
        return (self[n] for n in range(len(self)))

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most of every payoff and event probability over the whole set.

        Exact if `envelope_is_exact`; otherwise some family multiplies two quantities that one
        condition ties, or has more than a thousand corners, and values may lie beyond these.

        Returns
        -------
        dict
            By event name, and by player for payoffs.
        """
        return dict(self.source.envelope())

    @property
    def envelope_is_exact(self) -> bool:
        """Whether the corners of the families bound what happens inside them."""
        return bool(getattr(self.source, "affine", True))

    def outcomes(self) -> list[dict[str, float]]:
        """The distinct outcomes at the corners of the set: payoffs and event probabilities.

        Every equilibrium's outcome is one of these or a mixture of them (if `envelope_is_exact`);
        for sets without continua on the path they are exactly the equilibrium outcomes. Where
        independent parts have more than 20,000 combinations, rows of the least and of the most of
        each stand for them: they bound every outcome, and need be none.
        """
        return list(self.source.outcomes())

    def most_and_least(self, name: str) -> tuple[float, float]:
        """Least and most of one event's probability or one player's payoff.

        Raises
        ------
        NoEquilibriumError
            If no equilibrium was found.
        LabelError
            For an unknown event or player.
        """
        envelope = self.envelope()
        if not envelope:
            raise NoEquilibriumError(f"no equilibrium was found. {self.status}")
        if name not in envelope:
            raise unknown("event or player", name, envelope)
        return envelope[name]

    def summary(self) -> str:
        """The solution in sentences."""
        from deterrence.equilibrium.wording import solution_text

        return solution_text(self)

    def to_latex(self) -> str:
        """The components as a LaTeX table."""
        from deterrence.equilibrium.wording import solution_latex

        return solution_latex(self)

    def _repr_html_(self) -> str:
        from deterrence.equilibrium.wording import solution_html

        return solution_html(self)

    def save(self, path: Any, most: int = 1000) -> None:
        """Write the solution with its certificates' witnesses, to be checked again by `load`.

        Parameters
        ----------
        path : str or path
            A JSON file.
        most : int
            At most this many equilibria are written (the first of every component first).
        """
        from deterrence.equilibrium.storage import save

        save(self, path, most)

    def __repr__(self) -> str:
        kind = "complete" if self.complete else "NOT complete"
        return (
            f"<Solution: {len(self)} component{'s' if len(self) != 1 else ''} of {self.concept} "
            f"equilibria, {kind}, {self.seconds:.2f} s>"
        )
