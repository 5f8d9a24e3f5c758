"""The records of a Solution answered from a file's contents."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from deterrence.equilibrium.description_record import Description
from deterrence.equilibrium.solution import Equilibrium
from deterrence.equilibrium.storage_form import SolutionForm, Spans

__all__ = ["StoredFamily", "StoredSource"]


@dataclass(frozen=True)
class StoredFamily:
    """A family as a file holds it.

    Attributes
    ----------
    component : int
    dimension : int
    description : Description
    members : list of int
        Places of its equilibria, the one inside first.
    """

    component: int
    dimension: int
    description: Description
    members: list[int] = field(default_factory=list)


class StoredSource:
    """Answers the records of a Solution from a file's contents.

    A pick is the place of an equilibrium, a cell that of a family.
    """

    def __init__(
        self,
        families: Sequence[StoredFamily],
        points: Sequence[Equilibrium],
        form: SolutionForm,
    ) -> None:
        self.families, self.points = families, points
        self._form = form
        self._of: list[list[int]] = [[] for _ in form.components]
        for place, family in enumerate(families):
            self._of[family.component].append(place)

    @property
    def component_count(self) -> int:
        """Number of components in the file."""
        return len(self._of)

    @property
    def point_count(self) -> int:
        """Number of equilibria in the file."""
        return len(self.points)

    def component(self, n: int) -> tuple[int, ...]:
        """A component by its place."""
        return (n,)

    def cells(self, component: tuple[int, ...]) -> list[list[int]]:
        """The families of a component."""
        return [self._of[component[0]]]

    def keys(self, component: int) -> list[tuple[int]]:
        """The families of a component."""
        return [(place,) for place in self._of[component]]

    def centre(self, cells: Sequence[int]) -> tuple[int, ...]:
        """The equilibrium inside a family."""
        return (self.families[cells[0]].members[0],)

    def picks(self, cells: Sequence[int]) -> Iterator[tuple[int, ...]]:
        """The equilibria of a family."""
        return ((place,) for place in self.families[cells[0]].members)

    def points_in(self, cells: Sequence[int]) -> int:
        """How many equilibria of a family the file holds."""
        return len(self.families[cells[0]].members)

    def dimension(self, cells: Sequence[int]) -> int:
        """Dimension of a family."""
        return self.families[cells[0]].dimension

    def equilibrium(self, component: int, picks: Sequence[int]) -> Equilibrium:
        """An equilibrium, certified when the file was read."""
        return self.points[picks[0]]

    def description(self, cells: Sequence[int]) -> Description:
        """What the file says of a family."""
        return self.families[cells[0]].description

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most over the whole set, as found before it was saved."""
        return _floats(self._form.envelope)

    def outcomes(self) -> list[dict[str, float]]:
        """Distinct outcome rows, as found before the set was saved."""
        names = self._form.outcomes.names
        return [dict(zip(names, map(float, r), strict=True)) for r in self._form.outcomes.rows]

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most over a component, as found before the set was saved."""
        return _floats(self._form.components[n])


def _floats(spans: Spans) -> dict[str, tuple[float, float]]:
    return {name: (float(low), float(high)) for name, (low, high) in spans.items()}
