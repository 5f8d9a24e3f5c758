"""Nodes of one belief that make no difference to the choice there, and which of them suffice.

Where only what is played matters, it is enough to believe in one of several points between which
every choice compares alike. Beliefs that are passed over come to the same: the tremble behind one
point can carry the weight of another if both are trembles that no other belief rests on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from deterrence.equilibrium.reduced_block import Atom, BeliefClass, Expression, Reduced

__all__ = ["LikePoints"]

Monomial = frozenset[Atom]


class LikePoints:
    """Points of unreached beliefs that can stand for each other, under one support profile.

    Parameters
    ----------
    reduced : Reduced
    unplayed : dict of int to list of frozenset of Atom
        By unreached class, for each of its points what is not played on the way.
    """

    def __init__(self, reduced: Reduced, unplayed: dict[int, list[Monomial]]) -> None:
        self.reduced, self.unplayed = reduced, unplayed
        self.uses = Counter(atom for rows in unplayed.values() for row in rows for atom in row)

    def suffice(self, belief: BeliefClass, points: Collection[int]) -> bool:
        """Whether no smaller or earlier choice of believed points does all that this one does."""
        stand_ins = self._stand_ins(belief)
        return not any(stand_in != k for k, stand_in in stand_ins.items() if k in points)

    def spare(self, belief: BeliefClass) -> list[int]:
        """The points for which another one stands in."""
        return [k for k, stand_in in self._stand_ins(belief).items() if stand_in != k]

    def _stand_ins(self, belief: BeliefClass) -> dict[int, int]:
        """For each point with a tremble of its own, the first that is alike and has one, too.

        What else is not played on the way must be the same, so that any order that the one may
        have the other may have.
        """
        kinds = alike(self.reduced, belief)
        first: dict[Any, int] = {}
        found: dict[int, int] = {}
        for k, atoms in enumerate(self.unplayed[belief.index]):
            shared = frozenset(atom for atom in atoms if self.uses[atom] > 1)
            if shared != atoms:
                found[k] = first.setdefault((kinds[k], shared), k)
        return found


def alike(reduced: Reduced, belief: BeliefClass) -> Sequence[int]:
    """A number for each point of a belief, the same where all choices compare alike."""
    key = ("alike", belief.index)
    if key not in reduced.gaps:
        members = [o for o in reduced.open.values() if o.belief is belief]
        kinds: dict[Any, int] = {}
        reduced.gaps[key] = [
            kinds.setdefault(_differences(k, [o.values for o in members]), len(kinds))
            for k in range(len(belief.monomials))
        ]
    found: Sequence[int] = reduced.gaps[key]
    return found


def _differences(k: int, tables: Sequence[dict[int, tuple[Expression, ...]]]) -> Any:
    """What actions gain over the first at a point; later moves make the point one of a kind."""
    found = []
    for values in tables:
        rows = [column[k] for column in values.values()]
        if any(terms for _, terms in rows):
            return k
        found.append(tuple(constant - rows[0][0] for constant, _ in rows))
    return tuple(found)
