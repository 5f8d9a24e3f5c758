"""The nearest values at which a conclusion changes: a scan of each range, then bisection."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from deterrence.study.present import Present

__all__ = ["Bracket", "Line", "scan_values", "search"]

Place = tuple[str, Fraction]
Decide = Callable[[Sequence[Place], int], Mapping[Place, bool | None]]


@dataclass(frozen=True)
class Bracket:
    """Two values of one parameter, solved, of which one flips the conclusion.

    Attributes
    ----------
    near, far : fractions.Fraction
        The conclusion is as at present at the first, the other way at the second.
    """

    near: Fraction
    far: Fraction


@dataclass(eq=False)
class Line:
    """What is known along one parameter.

    Attributes
    ----------
    name : str
    present : fractions.Fraction
    values : list of fractions.Fraction
        Of the scan, in order; the present value is one.
    truth : dict of fractions.Fraction to bool or None
        Whether the conclusion holds; None where a point has no solution.
    solved : set of fractions.Fraction
        Values whose truth comes from solving the point itself.
    """

    name: str
    present: Fraction
    values: list[Fraction]
    truth: dict[Fraction, bool | None] = field(default_factory=dict)
    solved: set[Fraction] = field(default_factory=set)

    def bracket(self, direction: int) -> Bracket | None:
        """The nearest change below (-1) or above (+1) the present value."""
        known = sorted(v for v, held in self.truth.items() if held is not None)
        side = [v for v in known if (v - self.present) * direction > 0]
        near = self.present
        for value in side if direction > 0 else reversed(side):
            if self.truth[value] != self.truth[self.present]:
                return Bracket(near, value)
            near = value
        return None

    def changes(self) -> int:
        """How often the conclusion changes between neighbours over the whole range."""
        held = [self.truth[v] for v in sorted(self.truth) if self.truth[v] is not None]
        return sum(a != b for a, b in itertools.pairwise(held))

    def unknown(self) -> int:
        """At how many values nothing is known."""
        return sum(held is None for held in self.truth.values())


def scan_values(here: Present, name: str, scan: int) -> list[Fraction]:
    """Evenly spaced values of a range with its ends, and the present one."""
    low, high = here.ranges[name]
    steps = [low + (high - low) * Fraction(k, scan - 1) for k in range(scan)]
    return sorted({*steps, here.value(name)})


def search(lines: Iterable[Line], here: Present, decide: Decide, tolerance: Fraction) -> None:
    """Halve the nearest changes of all lines at once until they are narrow.

    Parameters
    ----------
    lines : iterable of Line
        With the truth along the scan.
    here : Present
    decide : callable
        Solves (parameter, value) places; takes also how many more are to be expected afterwards.
    tolerance : fractions.Fraction
        Width of a bracket, as a share of the range.
    """
    every = list(lines)
    while True:
        wanted: dict[Place, Line] = {}
        open_ = 0
        for line in every:
            low, high = here.ranges[line.name]
            for direction in (-1, 1):
                values, halvings = _next(line, direction, (high - low) * tolerance)
                wanted |= {(line.name, v): line for v in values}
                open_ += halvings
        if not wanted:
            return
        answers = decide(list(wanted), open_)
        for place, line in wanted.items():
            line.truth[place[1]] = answers[place]
            line.solved.add(place[1])


def _next(line: Line, direction: int, width: Fraction) -> tuple[list[Fraction], int]:
    """What to solve for one change, and how many halvings are left after that."""
    bracket = line.bracket(direction)
    if bracket is None:
        return [], 0
    unsolved = [v for v in (bracket.near, bracket.far) if v not in line.solved]
    if unsolved:
        return unsolved, 0
    middle = (bracket.near + bracket.far) / 2
    gap = abs(bracket.far - bracket.near)
    if gap <= width or middle in line.truth:  # a middle without a solution ends the halving
        return [], 0
    return [middle], max(0, (int(gap / width)).bit_length() - 1)
