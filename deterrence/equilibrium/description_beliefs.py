"""The beliefs of a block, each with the information sets that share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.reduced_block import Atom, BeliefClass

__all__ = ["SharedBelief", "shared_beliefs"]

Points = tuple[tuple[tuple[Fraction, int], ...], ...]  # of a belief: (share, node) of each


@dataclass(frozen=True)
class SharedBelief:
    """Information sets of several nodes that hold one belief in every consistent assessment."""

    belief: BeliefClass
    members: tuple[tuple[int, Points], ...]  # information sets, each with its nodes by point


def _ways(block: SolvedBlock) -> dict[int, tuple[tuple[Atom, ...], ...]]:
    """The moves inside the block on the way to each node of each of its sets of several nodes."""
    s, inside = block.game.structure, set(block.block.sets)

    def way(node: int) -> tuple[Atom, ...]:
        found = []
        while (above := s.parent[node]) >= 0:
            if s.set_of[above] in inside:
                found.append((s.set_of[above], s.children[above].index(node)))
            node = above
        return tuple(found)

    def compute() -> dict[int, tuple[tuple[Atom, ...], ...]]:
        several = [k for k in block.block.sets if len(s.sets[k].nodes) > 1]
        return {k: tuple(way(n) for n in s.sets[k].nodes) for k in several}

    found: dict[int, tuple[tuple[Atom, ...], ...]] = s.remember(("ways", block.block.sets), compute)
    return found


def shared_beliefs(block: SolvedBlock) -> list[SharedBelief]:
    """All beliefs of a block: those that open choices depend on, then the others."""
    reduced, ways = block.reduced, _ways(block)
    classes = {(c.monomials, c.constants): c for c in reduced.classes}
    members: dict[Any, list[tuple[int, Points]]] = {key: [] for key in classes}
    for k in ways:
        if k in reduced.open:
            o = reduced.open[k]
            key, points = (o.belief.monomials, o.belief.constants), o.points
        else:
            key, points = _settled(block, k, ways[k])
            classes.setdefault(key, BeliefClass(len(classes), *key))
        members.setdefault(key, []).append((k, points))
    return [SharedBelief(c, tuple(members[key])) for key, c in classes.items() if members[key]]


def _settled(block: SolvedBlock, k: int, ways: Sequence[Sequence[Atom]]) -> tuple[Any, Points]:
    """The belief at a set with one choice left, as `reduce_block` has it at the open ones."""
    s, settled = block.game.structure, block.reduced.settled
    own = s.sets[k]
    luck = block.reach[s.players.index(own.player)]
    grouped: dict[frozenset[Atom], list[int]] = {}
    for node, way in zip(own.nodes, ways, strict=True):
        others = (m for m in way if s.sets[m[0]].player != own.player and settled.get(m[0]) != m[1])
        grouped.setdefault(frozenset(others), []).append(node)
    order = sorted(grouped, key=sorted)
    common = frozenset.intersection(*order)
    weights = [sum((luck[n] for n in grouped[m]), Fraction(0)) for m in order]
    points = tuple(
        tuple((luck[n] / w, n) for n in grouped[m]) for m, w in zip(order, weights, strict=True)
    )
    return (tuple(m - common for m in order), tuple(w / weights[0] for w in weights)), points
