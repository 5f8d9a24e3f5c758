"""All equilibria of a tree by the choices made where play arrives: Nash and subgame-perfect.

For Nash the game is one stage. For subgame-perfect equilibria each subgame is solved first, and
what it pays takes its place; where a family of its equilibria pays differently at different points,
its probabilities stay unknowns of the stages above.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.path_cells import PathCell
from deterrence.equilibrium.path_conditions import Conditions, Supports, Worth
from deterrence.equilibrium.path_factors import Polytope
from deterrence.equilibrium.path_search import PathSearch
from deterrence.equilibrium.path_solving import solve_system
from deterrence.equilibrium.path_system import System
from deterrence.equilibrium.polynomials import Polynomial, constant_of, substitute
from deterrence.equilibrium.stages import Stage
from deterrence.errors import LimitError
from deterrence.games.tree import Game

__all__ = ["PathSolver"]

MOST_CELLS = 20_000
ROUNDING = Fraction(1, 10**12)


@dataclass(frozen=True, eq=False)
class _Pattern:
    """A stage with its supports, and what the subgames below pay where that is settled."""

    stage: Stage
    supports: Supports
    settled: Worth


@dataclass(frozen=True, eq=False)
class _Part:
    """A family of equilibria of a subgame.

    Attributes
    ----------
    cell : PathCell
        Of the stages in `patterns`.
    patterns : tuple of _Pattern
        The subgame's own stage, and those below whose payoffs vary with it.
    below : tuple of PathCell
        Families of the subgames whose payoffs are settled.
    pays : tuple of fractions.Fraction, or None
        By player; None where it differs within the family.
    """

    cell: PathCell
    patterns: tuple[_Pattern, ...]
    below: tuple[PathCell, ...]
    pays: tuple[Fraction, ...] | None

    @property
    def whole(self) -> PathCell:
        return self.cell.with_parts(self.below)


@dataclass
class PathSolver:
    """Solves stage after stage, inner ones first.

    Attributes
    ----------
    game : Game
        With numbers.
    stages : sequence of Stage
        Inner ones first, the root's last.
    budget : int
        Branches of all searches together.
    visited, supports, solved : int
        Branches looked at; choices of supports tried; those that hold equilibria.
    excluded : dict
        How many each reason ended.
    left : list of str
        What was not decided.
    """

    game: Game
    stages: Sequence[Stage]
    budget: int
    visited: int = 0
    supports: int = 0
    solved: int = 0
    excluded: dict[str, int] = field(default_factory=dict)
    left: list[str] = field(default_factory=list)

    def cells(self) -> list[PathCell]:
        """The families of equilibria of the whole game.

        Raises
        ------
        LimitError
            If there are more than 20,000, or a player has too many plans after a deviation.
        """
        found: dict[int, list[_Part]] = {}
        for stage in self.stages:
            inner = [found.pop(root) for root in stage.inner]
            found[stage.root] = self._stage(stage, inner)
        return [part.whole for part in found[0]]

    def _stage(self, stage: Stage, inner: Sequence[list[_Part]]) -> list[_Part]:
        """All families of one subgame, from those of the subgames in which its stage ends."""
        parts: list[_Part] = []
        for choice in itertools.product(*map(_by_payoffs, inner)):
            for patterns, cell in self._solve(stage, choice):
                pays = self._pays(patterns, cell)
                for members in itertools.product(*choice):
                    below = tuple(
                        other
                        for member in members
                        for other in (
                            (member.cell, *member.below)
                            if member.pays is not None
                            else member.below
                        )
                    )
                    parts.append(_Part(cell, patterns, below, pays))
                    if len(parts) > MOST_CELLS:
                        raise LimitError(
                            f"more than {MOST_CELLS:,} families of equilibria: independent parts "
                            "of the game multiply. Solve for 'sequential', which leaves them "
                            "apart, or solve the subgames one by one."
                        )
        return parts

    def _solve(
        self, stage: Stage, choice: Sequence[Sequence[_Part]]
    ) -> Iterator[tuple[tuple[_Pattern, ...], PathCell]]:
        """Families of a stage, given what the subgames below pay or which of their families."""
        settled: dict[int, Sequence[Polynomial]] = {}
        varying: list[_Pattern] = []
        is_exact = True
        for root, parts in zip(stage.inner, choice, strict=True):
            pays = parts[0].pays
            is_exact = is_exact and all(part.cell.exact for part in parts)
            if pays is None:
                varying.extend(parts[0].patterns)
            else:
                settled[root] = [{(): x} if x else {} for x in pays]
        search = PathSearch(
            self.game, stage, self._bounds(stage, settled), self.budget - self.visited
        )
        for supports in search.supports():
            self.supports += 1
            patterns = (_Pattern(stage, supports, settled), *varying)
            system = self._system(patterns, Fraction(0) if is_exact else ROUNDING)
            if system is None:
                self._exclude("a choice that is played or not has no reason", 1)
                continue
            every = {k: v for pattern in patterns for k, v in pattern.supports.items()}
            outcome = solve_system(system, every)
            self.left.extend(outcome.left)
            self.solved += bool(outcome.cells)
            if not outcome.cells and not outcome.left:
                self._exclude(outcome.reason, 1)
            for cell in outcome.cells:
                yield patterns, cell
        self.visited += search.visited
        for reason, count in search.excluded.items():
            self._exclude(reason, count)
        if not search.finished:
            self.left.append(f"the search stopped after {self.visited:,} branches")

    def _exclude(self, reason: str, count: int) -> None:
        self.excluded[reason] = self.excluded.get(reason, 0) + count

    def _system(self, patterns: Sequence[_Pattern], slack: Fraction) -> System | None:
        """The conditions of some stages together; None if one without unknowns fails."""
        played = {
            k: actions
            for pattern in patterns
            for k, actions in pattern.supports.items()
            if len(actions) > 1
        }
        actions = [len(s.actions) for s in self.game.structure.sets]
        system: System | None = System((), (), played, actions, {}, slack)
        for conditions in self._conditions(patterns):
            if system is not None:
                system = system.adding(conditions.gaps(), {})
        return system

    def _conditions(self, patterns: Sequence[_Pattern]) -> list[Conditions]:
        """Of each stage, inner ones first, so that what they pay is known above."""
        worth: dict[int, list[Polynomial]] = {}
        found = []
        for pattern in sorted(patterns, key=lambda p: -p.stage.root):
            ends = {root: worth[root] for root in pattern.stage.inner if root in worth}
            conditions = Conditions(
                self.game, pattern.stage, pattern.supports, {**pattern.settled, **ends}
            )
            found.append(conditions)
            root = pattern.stage.root
            players = range(len(self.game.players))
            worth[root] = [conditions.value(root, i) for i in players]
        return found

    def _pays(self, patterns: Sequence[_Pattern], cell: PathCell) -> tuple[Fraction, ...] | None:
        """What a family pays each player; None where that differs within it."""
        conditions = self._conditions(patterns)[-1]
        found = []
        for i in range(len(self.game.players)):
            value = substitute(conditions.value(patterns[0].stage.root, i), cell.fixed)
            constant = constant_of(value)
            if constant is None:
                constant = _everywhere(cell, value)
            if constant is None:
                return None
            found.append(constant)
        return tuple(found)

    def _bounds(self, stage: Stage, settled: Worth) -> dict[int, Any]:
        """What the subgames below may pay."""
        s, players = self.game.structure, range(len(self.game.players))
        found = {}
        for root in stage.inner:
            if root in settled:
                row = [float(settled[root][i].get((), Fraction(0))) for i in players]
                found[root] = (row, row)
            else:
                paid = [s.payoffs[n] for n in Stage(root, ()).nodes(s) if s.payoffs[n] is not None]
                rows = [[float(self.game.numbers[p[i]]) for p in paid if p] for i in players]
                found[root] = ([min(r) for r in rows], [max(r) for r in rows])
        return found


def _by_payoffs(parts: Sequence[_Part]) -> list[list[_Part]]:
    """Families that pay the same, together; each whose payoffs vary stands alone."""
    groups: dict[Any, list[_Part]] = {}
    for n, part in enumerate(parts):
        groups.setdefault(part.pays if part.pays is not None else n, []).append(part)
    return list(groups.values())


def _everywhere(cell: PathCell, value: Mapping[Any, Fraction]) -> Fraction | None:
    """The value of a polynomial on a family if it is the same throughout.

    Sought where the polynomial is a sum over coordinates of single polytopes.
    """
    total = value.get((), Fraction(0))
    left = {m for m in value if m}
    for factor in cell.factors:
        if not isinstance(factor, Polytope):
            continue
        g = factor.group
        terms = [(n, value[m]) for n, m in enumerate(g.monomials) if m in value]
        left -= set(g.monomials)
        if terms:
            sums = {sum((c * corner[n] for n, c in terms), Fraction(0)) for corner in g.corners}
            if len(sums) > 1:
                return None
            total += sums.pop()
    return None if left else total
