"""Games with continua of equilibria: what a subdivision left open is solved support by support.

Support profiles in which the subdivision proved that there is no equilibrium are passed over, those
in which it proved every one are taken as they are. The others are solved exactly as a tree in which
nobody sees anything, where every Nash equilibrium is sequential and conversely.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, cast

import numpy as np

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.cells import Cell
from deterrence.equilibrium.components import connected_components
from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.decomposition import Block, decompose
from deterrence.equilibrium.description import describe
from deterrence.equilibrium.description_record import Description
from deterrence.equilibrium.factored import Factored
from deterrence.equilibrium.isolated import IsolatedSolution
from deterrence.equilibrium.mixed_profiles import MixedEquilibrium, certified_profile
from deterrence.equilibrium.plays import centre, mixtures
from deterrence.equilibrium.polynomials import constant_of, substitute
from deterrence.equilibrium.profiles import solve_support
from deterrence.equilibrium.reduced_block import Reduced
from deterrence.equilibrium.reduction import chance_reach, reduce_block
from deterrence.equilibrium.search_record import OPEN, UNDECIDED
from deterrence.equilibrium.sequential import Source
from deterrence.equilibrium.solution import Family, Solution
from deterrence.equilibrium.supports import SupportProfile
from deterrence.games.strategic import StrategicGame

__all__ = ["FamilySource", "solve_open_supports"]

ROUNDED = Fraction(1, 10**9)  # share of the payoff span that the check lets pass at rounded roots
SAME = 1e-9  # probabilities found by two methods
DISAGREE = "a proven equilibrium does not solve the conditions of its support"


def solve_open_supports(game: StrategicGame, isolated: IsolatedSolution) -> Solution | None:
    """All Nash equilibria, from a subdivision that left some support profiles open.

    Parameters
    ----------
    game : StrategicGame
    isolated : IsolatedSolution
        Of this game, with the whole search done.

    Returns
    -------
    Solution or None
        None if the game's tree falls into several parts.
    """
    start = time.perf_counter()
    tree = game.tree.with_numbers()
    parts = decompose(tree.structure)
    if len(parts) != 1 or not isinstance(parts[0], Block):
        return None
    reach = chance_reach(tree)
    work = _Work(tree, reduce_block(tree, parts[0], reach), isolated)
    work.run()
    record = isolated.search
    counts = {**isolated.record, "supports solved as polynomial systems": work.solved}
    raw = len(record.supports)
    components = connected_components(work.cells)
    left = list(dict.fromkeys(work.left))
    block = SolvedBlock(
        tree, work.reduced, work.cells, components, raw, work.solved, counts, left, reach
    )
    factored = Factored(tree, parts, [block], reach)
    return Solution(
        game=cast(Any, game),
        concept="nash",
        complete=not left,
        status=_status(game, len(components), raw, work.solved, left),
        seconds=isolated.seconds + time.perf_counter() - start,
        source=FamilySource(game, factored),
        record=counts,
        left=tuple(left),
    )


class FamilySource(Source):
    """Answers as the tree's source does, with mixed profiles and without beliefs."""

    def __init__(self, strategic: StrategicGame, factored: Factored) -> None:
        super().__init__(factored.game, factored)
        self.strategic = strategic
        self._profiles: dict[Any, MixedEquilibrium] = {}

    def equilibrium(self, component: int, picks: Any) -> Any:
        """A certified equilibrium."""
        key = (component, picks)
        if key not in self._profiles:
            rows, witness = self.factored.assemble(picks)
            by_player = dict(zip((s.player for s in self.game.structure.sets), rows, strict=True))
            profile = tuple(by_player[player] for player in self.strategic.players)
            tolerance = None if witness.exact else ROUNDED
            found = certified_profile(self.strategic, component, profile, tolerance)
            self._profiles[key] = found
        return self._profiles[key]

    def description(self, cells: Sequence[int]) -> Description:
        """What is fixed in a family of strategies and what varies."""
        whole = describe(Family(Source(self.game, self.factored), 0, tuple(cells)))
        return Description(
            whole.supports,
            {key: x for key, x in whole.fixed.items() if key[0] == "strategy"},
            {key: x for key, x in whole.free.items() if key[0] == "strategy"},
            tuple(r for r in whole.relations if not r.startswith("belief[")),
        )


def _status(game: StrategicGame, count: int, raw: int, solved: int, left: Sequence[str]) -> str:
    head = f"{count:,} connected component{'s' if count != 1 else ''} of Nash equilibria"
    numbers = "floats taken as the decimals that they print as" if game.floats else "exact numbers"
    if left:
        return f"Not complete: {head} found ({numbers}), but not decided: {'; '.join(left)}."
    return (
        f"Complete: {head}. Of {raw:,} support profiles, {raw - solved:,} were decided by "
        f"subdivision, with proofs in boxes, and {solved:,} by solving their conditions "
        f"({numbers})."
    )


class _Work:
    def __init__(self, tree: Any, reduced: Reduced, isolated: IsolatedSolution) -> None:
        self.reduced, self.isolated = reduced, isolated
        place = {player: k for k, player in enumerate(isolated.game.players)}
        self.sets = {place[s.player]: k for k, s in enumerate(tree.structure.sets)}
        self.cells: list[Cell] = []
        self.left: list[str] = []
        self.solved = 0

    def run(self) -> None:
        """One support profile after the other."""
        record = self.isolated.search
        fates: dict[int, bool] = {}
        for support, fate in zip(record.support, record.fate, strict=True):
            fates[support] = fates.get(support, False) or fate == OPEN
        proven: dict[int, list[int]] = {}
        for root in record.roots:
            if root.verdict == UNDECIDED:
                fates[record.support[root.node]] = True
        for number, place in enumerate(self.isolated.source.places):
            support = record.support[record.roots[place].node]
            proven.setdefault(support, []).append(number)
        for support, undecided in fates.items():
            if undecided or support in proven:
                self._one(record.supports[support], proven.get(support, []), undecided)

    def _one(self, played: Sequence[Sequence[int]], proven: list[int], undecided: bool) -> None:
        profile = self._bits(played)
        if profile is None:  # an action that is never a best reply: cut by the reduction
            if proven:
                self.left.append(DISAGREE)
            return
        found: list[Cell] = []
        complete = not undecided
        if undecided:
            outcome = solve_support(self.reduced, profile)
            found, complete = outcome.cells, not outcome.unresolved
            self.solved += 1
            self.left.extend(outcome.unresolved)
        for number in proven:
            if not any(self._is_at(cell, number) for cell in found):
                if undecided and complete:
                    self.left.append(DISAGREE)
                self._add_root(profile, number)
        self.cells.extend(found)

    def _bits(self, played: Sequence[Sequence[int]]) -> SupportProfile | None:
        """A support profile as the tree's solver has it; None if it plays what is cut there."""
        found: SupportProfile = {}
        for k, actions in enumerate(played):
            place = self.sets[k]
            if place not in self.reduced.open:
                if list(actions) != [self.reduced.settled[place]]:
                    return None
            elif set(actions) <= set(self.reduced.open[place].actions):
                found[place] = sum(1 << a for a in actions)
            else:
                return None
        return found

    def _is_at(self, cell: Cell, number: int) -> bool:
        """Whether a cell is one point, and near to a proven equilibrium."""
        if cell.dimension:
            return False
        profile = self._probabilities(number)
        atoms, rows = mixtures(cell, [centre(cell)])
        near = [float(profile.get(atom, 1)) for atom in atoms]
        return bool(np.abs(rows[0] - near).max(initial=0.0) < SAME)

    def _probabilities(self, number: int) -> dict[tuple[int, int], Fraction]:
        """Of a proven equilibrium: by set and action, where more than one is played."""
        profile = self.isolated.source.equilibrium(number, number).profile
        return {
            (self.sets[k], a): p
            for k, row in enumerate(profile)
            for a, p in enumerate(row)
            if 0 < p < 1
        }

    def _add_root(self, profile: SupportProfile, number: int) -> None:
        """A proven equilibrium as a cell of its own."""
        reached = {
            c.index: [
                n
                for n, m in enumerate(c.monomials)
                if all(profile.get(k, 0) >> a & 1 for k, a in m)
            ]
            for c in self.reduced.classes
        }
        system = System(self.reduced, profile, reached, frozenset(), {}, {})
        if not system.collect():
            self.left.append(DISAGREE)
            return
        system.linearise()
        values: dict[Any, Fraction] = {
            ("p", *atom): p for atom, p in self._probabilities(number).items()
        }
        system.gains.update({tag: Fraction(0) for tag, _ in system.equalities if tag is not None})
        for tag, gain in system.inequalities:
            if tag is not None:
                system.gains[tag] = constant_of(substitute(gain, values)) or Fraction(0)
        exact = self.isolated.source.is_exact(number)
        self.cells.append(system.cell((), values, exact))
