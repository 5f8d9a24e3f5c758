"""One block solved: its families, what excludes the rest, how the families hang together."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import prod

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.cells import Cell, Outcome
from deterrence.equilibrium.components import connected_components
from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.outcomes import Leaves, leaves
from deterrence.equilibrium.payoff_scale import payoff_ranges
from deterrence.equilibrium.plays import (
    Location,
    Play,
    centre,
    corners,
    has_few_corners,
    mixtures,
    play,
)
from deterrence.equilibrium.profiles import solve_support
from deterrence.equilibrium.reduced_block import Reduced
from deterrence.equilibrium.reduction import reduce_block
from deterrence.equilibrium.supports import Search, SupportProfile
from deterrence.games.tree import Game

__all__ = ["SolvedBlock", "solve_block", "solved_supports"]

MOST_SPANNING = 1024  # corners whose outcomes are worked out for one family
TOGETHER = 256  # points at once
MOST_CELLS = 1500  # families of one part; ties everywhere would multiply them without end


@dataclass(eq=False)
class SolvedBlock:
    """All sequential equilibria of a block.

    Attributes
    ----------
    cells : list of Cell
        One for each support (and belief support) that holds equilibria.
    components : list of list of int
        Places in `cells`.
    raw, visited : int
        Supports in all, and branches of the search looked at.
    excluded : dict
        How many branches each reason ended.
    left : list of str
        What could not be decided; empty if the set is complete.
    """

    game: Game
    reduced: Reduced
    cells: list[Cell]
    components: list[list[int]]
    raw: int
    visited: int
    excluded: dict[str, int]
    left: list[str]
    reach: Sequence[Sequence[Fraction]]
    _plays: dict[tuple[int, Location], dict[int, Play] | None] = field(default_factory=dict)
    _points: dict[int, list[Location]] = field(default_factory=dict)
    _outcomes: dict[int, NDArray[np.float64]] = field(default_factory=dict)
    _affine: dict[int, bool] = field(default_factory=dict)

    @property
    def block(self) -> Block:
        """The information sets and entries."""
        return self.reduced.block

    def play(self, cell: int, location: Location) -> dict[int, Play] | None:
        """What is played at a point of a family."""
        key = (cell, location)
        if key not in self._plays:
            self._plays[key] = play(self.game, self.reduced, self.cells[cell], location)
        return self._plays[key]

    def points(self, cell: int) -> list[Location]:
        """The family's centre, then its extreme points; of many, those of `corners`."""
        if cell not in self._points:
            middle, ends = centre(self.cells[cell]), corners(self.cells[cell])
            # beliefs that hang together need trembles; an end has those of its way to the middle
            if self.cells[cell].chosen and self.play(cell, middle) is None:
                self._points[cell] = [p for p in ends if self.play(cell, p) is not None]
            else:
                self._points[cell] = [middle, *ends]
        return self._points[cell]

    def spanning(self, cell: int) -> list[Location]:
        """Points whose outcomes bound those of the family, where `affine` says so.

        They are its points, or if those leave out corners, all corners of what is played on the
        path, with everything else in the middle.
        """
        own = self.cells[cell]
        if has_few_corners(own) or not self._spanned(cell):
            return self.points(cell)
        moving = self._moving(cell)
        several = [g.corners if n in moving else (g.centre,) for n, g in enumerate(own.groups)]
        return [centre(own), *itertools.product(*several)]

    def varied(self, cell: int) -> int:
        """How many groups vary on the path."""
        groups = self.cells[cell].groups
        return sum(len(groups[n].corners) > 1 for n in self._moving(cell))

    def _spanned(self, cell: int) -> bool:
        """Whether `spanning` has all corners of what is played."""
        own = self.cells[cell]
        if has_few_corners(own):
            return True
        groups = (own.groups[n] for n in self._moving(cell))
        return not own.chosen and prod(len(g.corners) for g in groups) <= MOST_SPANNING

    def _moving(self, cell: int) -> set[int]:
        """The groups with probabilities of choices that are made where play arrives."""
        own, settled = self.cells[cell], self.reduced.settled
        possible = dict(own.supports)
        possible |= {k: 1 << a for k, a in settled.items()}
        arrived = {
            k
            for way in self._leaves().moves()
            if all(possible.get(k, -1) >> a & 1 for k, a in way)
            for k, _ in way
        }
        return {
            n
            for n, g in enumerate(own.groups)
            if any(v[0] == "p" and v[1] in arrived for m in g.monomials for v in m)
        }

    def outcomes(self, cell: int) -> NDArray[np.float64]:
        """Contributions to payoffs and events at each of the points of `spanning`."""
        if cell not in self._outcomes:
            self._outcomes[cell] = self._at_points(cell, self.spanning(cell))
        return self._outcomes[cell]

    def outcomes_at(self, cell: int, player: int, level: float) -> NDArray[np.float64]:
        """Contributions where a player's payoff crosses `level` on the family's edges."""
        column, points = self.outcomes(cell)[:, player], self.spanning(cell)
        crossings = []
        if column.min() < level < column.max():
            for n in np.flatnonzero(column < level):
                for m in np.flatnonzero(column > level):
                    differing = [x != y for x, y in zip(points[n], points[m], strict=True)]
                    if sum(differing) == 1:  # along such a step payoffs are affine
                        t = Fraction((level - column[n]) / (column[m] - column[n]))
                        crossings.append(_between(points[n], points[m], t))
        return self._at_points(cell, crossings)

    def affine(self, cell: int) -> bool:
        """Whether the points of `spanning` bound the outcomes of a family.

        They do if all corners are among them and outcomes are multi-affine, which they are unless a
        play multiplies two quantities of one polytope whose product is not one of its coordinates.
        """
        if cell not in self._affine:
            self._affine[cell] = self._is_affine(cell) and self._spanned(cell)
        return self._affine[cell]

    def _is_affine(self, cell: int) -> bool:
        several = [g for g in self.cells[cell].groups if len(g.corners) > 1]
        crowded = []
        for g in several:
            mixing = {v[1:] for m in g.monomials for v in m if v[0] == "p"}
            if len({k for k, _ in mixing}) > 1:
                crowded.append((mixing, set(g.monomials)))
        if not crowded:
            return True
        for path in self._leaves().moves():
            for mixing, coordinates in crowded:
                inside = tuple(sorted(("p", *atom) for atom in path if atom in mixing))
                if len(inside) > 1 and inside not in coordinates:
                    return False
        return True

    def _at_points(self, cell: int, points: Sequence[Location]) -> NDArray[np.float64]:
        table = self._leaves()
        if len(points) > TOGETHER:
            starts = range(0, len(points), TOGETHER)
            return np.concatenate([self._at_points(cell, points[k : k + TOGETHER]) for k in starts])
        rows = np.tile(self._pure_row(cell), (len(points), 1))
        atoms, probabilities = mixtures(self.cells[cell], points)
        rows[:, [table.offsets[k] + a for k, a in atoms]] = probabilities
        return table.evaluate(rows)

    def _pure_row(self, cell: int) -> NDArray[np.float64]:
        """Probabilities at the sets that do not mix."""
        table = self._leaves()
        row = np.zeros(table.width)
        for k, a in self.reduced.settled.items():
            row[table.offsets[k] + a] = 1.0
        for k, support in self.cells[cell].supports.items():
            if support & (support - 1) == 0:
                row[table.offsets[k] + support.bit_length() - 1] = 1.0
        return row

    def _leaves(self) -> Leaves:
        if not hasattr(self, "_table"):
            self._table = leaves(self.game, self.block.entries, self.block.sets, self.reach)
        return self._table


def solve_block(
    game: Game,
    block: Block,
    reach: Sequence[Sequence[Fraction]],
    budget: int,
    within: Mapping[int, int] | None = None,
    *,
    given: Sequence[SupportProfile] | None = None,
    plays_only: bool = False,
) -> SolvedBlock:
    """All sequential equilibria of a block, with the reason behind each excluded support.

    With `within`, supports by information set as bits, only those that have these supports.
    With `given`, only those supports, one for every set of the block, that somebody else found to
    be possible. With `plays_only`, all that is played, but of beliefs that come to the same only
    some.
    """
    reduced = reduce_block(game, block, reach)
    search = Search(reduced, payoff_ranges(game), budget, within or {})
    profiles = search.profiles() if given is None else _still_open(reduced, given)
    cells, left = solved_supports(
        search,
        profiles,
        lambda profile: solve_support(reduced, profile, plays_only=plays_only),
    )
    found = SolvedBlock(
        game,
        reduced,
        cells,
        connected_components(cells),
        search.raw,
        search.visited,
        search.excluded,
        left,
        reach,
    )
    lost = [n for n in range(len(cells)) if not found.points(n)] if _tied(cells) else []
    if lost:
        found.left.append(f"{len(lost)} families without exact trembles")
    return found


def solved_supports(
    search: Search,
    profiles: Iterable[SupportProfile],
    solve: Callable[[SupportProfile], Outcome],
) -> tuple[list[Cell], list[str]]:
    """The cells of supports, those that the search comes to or given ones, and what is left open.

    What excludes a support without cells is counted in the search's record.
    """
    cells: list[Cell] = []
    left: list[str] = []
    for profile in profiles:
        outcome = solve(profile)
        cells.extend(outcome.cells)
        left.extend(outcome.unresolved)
        if len(cells) >= MOST_CELLS:
            left.append(f"the search stopped at {MOST_CELLS:,} families of one part")
            break
        if not outcome.cells and not outcome.unresolved:
            search.excluded[outcome.reason] = search.excluded.get(outcome.reason, 0) + 1
    if not search.finished:
        left.append(f"the search stopped after {search.visited:,} branches")
    return cells, left


def _still_open(reduced: Reduced, given: Sequence[SupportProfile]) -> Iterator[SupportProfile]:
    """The given supports at the sets that are open, unless they play what was dropped."""
    for profile in given:
        alive = all(profile[k] == 1 << a for k, a in reduced.settled.items())
        if alive and all(profile[k] >> a & 1 == 0 for k, a in reduced.dropped):
            yield {k: profile[k] for k in reduced.open}


def _between(one: Location, two: Location, t: Fraction) -> Location:
    return tuple(
        tuple(x + t * (y - x) for x, y in zip(p, q, strict=True))
        for p, q in zip(one, two, strict=True)
    )


def _tied(cells: Sequence[Cell]) -> bool:
    return any(cell.chosen for cell in cells)
