"""What varies in a family of perfect Bayesian equilibria, and which beliefs support it."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any, cast

from deterrence.equilibrium.bayesian_profiles import whole_beliefs
from deterrence.equilibrium.description_record import Description, Ranges, labelled, spread
from deterrence.equilibrium.free_beliefs import FreeCell
from deterrence.equilibrium.free_blocks import FreeBlock
from deterrence.equilibrium.plan_conditions import Gap
from deterrence.equilibrium.plays import centre, corners
from deterrence.equilibrium.polynomials import Polynomial, add_scaled, substitute, times
from deterrence.equilibrium.polytope import value_at
from deterrence.equilibrium.relation_text import not_implied, sentence
from deterrence.games.assessment import Assessment
from deterrence.games.tree import Game

__all__ = ["describe_free"]

MOST_TESTED = 256  # extreme points up to which implied inequalities are sought
ANY = (Fraction(0), Fraction(1))


def describe_free(
    game: Game, blocks: Sequence[FreeBlock], cells: Sequence[int], middle: Assessment
) -> Description:
    """The description of a family, put together from its independent parts.

    Parameters
    ----------
    game : Game
    blocks : sequence of FreeBlock
    cells : sequence of int
        Of each block.
    middle : Assessment
        Inside the family.

    Returns
    -------
    Description
        Beliefs off the path that depend on what others play have no range; a relation says which
        support the choice.
    """
    strategies = [spread([row]) for row in middle.probabilities]
    beliefs = [spread([row]) for row in middle.node_beliefs]
    relations: list[str] = []
    for block, place in zip(blocks, cells, strict=True):
        part = _Part(game, block, place, middle)
        for k in block.block.sets:
            strategies[k], beliefs[k] = part.strategy(k), part.belief(k)
        relations.extend(part.relations())
    return labelled(game.structure, strategies, beliefs, relations, middle.probabilities)


class _Part:
    def __init__(self, game: Game, block: FreeBlock, place: int, middle: Assessment) -> None:
        self.game, self.block, self.place, self.middle = game, block, place, middle
        self.cell = cast(FreeCell, block.cells[place])
        self.sets, self.histories = game.structure.sets, game.structure.histories
        at = [centre(self.cell), *corners(self.cell)]
        self.plays = [block.play(place, location) or {} for location in at]
        self.open_beliefs = [block.beliefs(place, location) for location in at]
        self.constant: dict[Any, Fraction] = {
            ("p", k, a): low
            for k in block.block.sets
            for a, (low, high) in enumerate(r or ANY for r in self.strategy(k))
            if low == high
        }

    def strategy(self, k: int) -> Ranges:
        """Least and most of the probabilities at a set."""
        return spread([plays[k].probabilities for plays in self.plays])

    def belief(self, k: int) -> Ranges:
        """Least and most of the beliefs at a set; None where they depend on later play."""
        size = len(self.sets[k].nodes)
        if k in self.cell.conditions:
            if any(m for g in self._gaps(k) for p in g.at for m in p):
                return (None,) * size
            rows = {h: play.probabilities for h, play in self.plays[0].items()}
            return spread(self.block.extreme_beliefs(self.place, rows, k))
        if k in self.open_beliefs[0]:
            return spread([beliefs[k] for beliefs in self.open_beliefs])
        if size > 1 and self._unreached(k):
            return (ANY,) * size
        return spread([held[k] for held in self._all_beliefs])

    @functools.cached_property
    def _all_beliefs(self) -> list[tuple[tuple[Fraction, ...], ...]]:
        found = []
        for plays, beliefs in zip(self.plays, self.open_beliefs, strict=True):
            rows = list(self.middle.probabilities)
            for k, play in plays.items():
                rows[k] = play.probabilities
            found.append(whole_beliefs(self.game, rows, beliefs))
        return found

    def _unreached(self, k: int) -> bool:
        own = self.sets[k]
        return not self.middle.reached(own.player, own.knows)

    def _gaps(self, k: int) -> list[Gap]:
        """Conditions on the belief at a set, with what is the same throughout put in."""
        return [
            dataclasses.replace(g, at=tuple(substitute(p, self.constant) for p in g.at))
            for g in self.cell.conditions[k]
        ]

    # -- relations ----------------------------------------------------------------------------

    def relations(self) -> Iterator[str]:
        """Conditions on strategies, then on beliefs off the path."""
        yield from dict.fromkeys(self._on_strategies())
        for k in self.cell.conditions:
            yield from dict.fromkeys(self._on_belief(k))
        for k in self.block.reduced.settled:
            if len(self.sets[k].nodes) > 1 and self._unreached(k):
                yield f"any belief at {self._set(k)} supports the choice there"

    def _on_strategies(self) -> Iterator[str]:
        for group in self.cell.groups:
            if len(group.corners) == 1:
                continue
            equal = [row for tag, row in group.equalities if tag is not None]
            binding = [
                (tag, row)
                for tag, row in group.inequalities
                if any(value_at(row, c) == 0 for c in group.corners)
            ]
            kept = not_implied(group, binding) if len(group.corners) <= MOST_TESTED else binding
            for row, sign in [(r, "=") for r in equal] + [(r, ">=") for _, r in kept]:
                polynomial = {group.monomials[v] if v >= 0 else (): x for v, x in row.items() if x}
                if line := sentence(substitute(polynomial, self.constant), sign, self._name):
                    yield line

    def _on_belief(self, k: int) -> Iterator[str]:
        gaps = self._gaps(k)
        if all(not p or (not any(p) and p[()] >= 0 and not g.equal) for g in gaps for p in g.at):
            yield f"any belief at {self._set(k)} supports the choice there"
            return
        for g in gaps:
            total: Polynomial = {}
            for j, p in enumerate(g.at):
                add_scaled(total, Fraction(1), times({(("m", k, j),): Fraction(1)}, p))
            if line := sentence(total, "=" if g.equal else ">=", self._name):
                yield line

    def _name(self, variable: Any) -> str:
        kind, k, a = variable
        if kind == "m":
            history = ", ".join(map(str, self.histories[self.sets[k].nodes[a]]))
            return f"belief[{self._set(k)}]({history})"
        return f"P[{self._set(k)}]({self.sets[k].actions[a]})"

    def _set(self, k: int) -> str:
        return f"{self.sets[k].player} | {self.sets[k].knows!r}"
