"""What the equilibria of one family share, what varies among them, and how that hangs together.

Parts solved apart are described one by one: a whole game's family is the product of theirs, and
its extreme points are never multiplied out.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.description_cell import DescribedCell
from deterrence.equilibrium.description_record import Description, Ranges, labelled, spread
from deterrence.equilibrium.description_relations import Relations

__all__ = ["describe"]


def describe(family: Any) -> Description:
    """What is the same throughout a family, what varies, and by which exact relations.

    Parameters
    ----------
    family : Family

    Returns
    -------
    Description
        Least and most values are attained, or approached, at extreme points of the family.
        Beliefs that no play reaches and no choice depends on are free from 0 to 1 where any
        belief is consistent. Where trembles tie them to other beliefs they have no range, and a
        relation says so.

    Notes
    -----
    In the relations, ``P[player | knows](action)`` is a probability of the strategy,
    ``belief[player | knows](history)`` a belief, and ``w[player | knows](action)`` the relative
    weight of the tremble towards an unplayed action.
    """
    source = family.source
    if hasattr(source, "description"):  # read from a file, which does not hold the conditions
        stored: Description = source.description(family.cells)
        return stored
    if hasattr(source, "factored"):
        return _put_together(family)
    points = [e.assessment for e in family.points]
    sets = points[0].game.structure.sets
    return labelled(
        points[0].game.structure,
        [spread([p.probabilities[s.index] for p in points]) for s in sets],
        [spread([p.node_beliefs[s.index] for p in points]) for s in sets],
        (),
        points[0].probabilities,
    )


def _put_together(family: Any) -> Description:
    """The parts' descriptions; what lies outside all parts is the same throughout."""
    factored = family.source.factored
    middle, witness = factored.assemble(factored.centre(family.cells))
    strategies = [spread([row]) for row in middle]
    beliefs = [spread([row]) for row in beliefs_from(factored.game, middle, witness)]
    relations: list[str] = []
    for block, place in zip(factored.blocks, family.cells, strict=False):
        part = _part(block, place)
        for k in block.block.sets:
            strategies[k], beliefs[k] = part.strategies[k], part.beliefs[k]
        relations.extend(part.relations)
    for tied, bits in zip(factored.tied, family.cells[len(factored.blocks) :], strict=True):
        strategies[tied.choice.set] = spread(tied.mixtures(bits))
        relations.append(tied.relation(bits))
    return labelled(factored.game.structure, strategies, beliefs, relations, middle)


@dataclass(frozen=True)
class _Part:
    """Ranges by information set, and relations, of one part of a family."""

    strategies: Mapping[int, Ranges]
    beliefs: Mapping[int, Ranges]
    relations: tuple[str, ...]


_KEPT: weakref.WeakKeyDictionary[SolvedBlock, dict[int, _Part]] = weakref.WeakKeyDictionary()


def _part(block: SolvedBlock, place: int) -> _Part:
    """The description of one cell of a block, made once: many families share it."""
    kept = _KEPT.setdefault(block, {})
    if place not in kept:
        cell = DescribedCell(block, place)
        kept[place] = _Part(cell.strategies, cell.beliefs, tuple(Relations(cell).lines()))
    return kept[place]
