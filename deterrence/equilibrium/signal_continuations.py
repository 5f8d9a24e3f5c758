"""All continuations of a branch behind a signal: what they pay, at every belief asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_trees import After
from deterrence.equilibrium.signal_values import Key, Solved, worth_at
from deterrence.games.assessment import Assessment

__all__ = ["Answer", "Branch", "Continuations", "Point", "read"]

Belief = tuple[Fraction, ...]
Answer = str | tuple[str, ...] | None  # one, a mixture of several, or nobody answers
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Branch:
    """One continuation behind an action or an answer that is not taken."""

    tree: After
    assessment: Assessment


@dataclass(frozen=True, eq=False)
class Point:
    """A continuation and what it pays.

    Attributes
    ----------
    branch : callable
        Gives the continuation.
    payoffs : ndarray, shape (types, players)
    beliefs : ndarray, shape (types,)
    """

    branch: Callable[[], Branch]
    payoffs: Floats
    beliefs: Floats


@dataclass(frozen=True, eq=False)
class Continuations:
    """All continuations of a branch: what they pay, at every point of every family.

    Attributes
    ----------
    families : tuple of (Solved, key)
    payoffs : tuple of ndarray, shape (types, players, points)
        By family, what each type's play leads to.
    beliefs : tuple of ndarray, shape (types, points)
    """

    tree: After
    families: tuple[tuple[Solved, Key], ...]
    payoffs: tuple[Floats, ...]
    beliefs: tuple[Floats, ...]
    whatever: bool = False  # they are the same at every belief

    def branch(self, family: int, point: int) -> Branch:
        """The continuation at a point of a family."""
        solved, key = self.families[family]
        return Branch(self.tree, solved.at(key, point))

    def point(self, family: int, place: int) -> Point:
        """One of the points that are listed."""
        pay, belief = self.payoffs[family][..., place], self.beliefs[family][:, place]
        return Point(lambda: self.branch(family, place), pay, belief)

    def between(self, family: int, one: int, two: int, share: Fraction) -> Point | None:
        """A point on the way from one to another; None where the way may leave the family."""
        solved, key = self.families[family]
        assessment = solved.between(key, one, two, share)
        if assessment is None:
            return None
        tree = self.tree.game
        mixed = {k: np.array([row], dtype=float) for k, row in enumerate(assessment.probabilities)}
        roots = tree.structure.children[0]
        worth = worth_at(tree, mixed, roots)
        pay = np.stack([worth[r][:, 0] for r in roots])
        belief = self.beliefs[family][:, one]
        if self.tree.chosen:
            belief = mixed[tree.structure.set_of[0]][0]
        return Point(lambda: Branch(self.tree, assessment), pay, belief)

    def bounded(self, family: int) -> bool:
        """Whether the points of a family bound what each player gets."""
        solved, key = self.families[family]
        return solved.spanned(key)

    def apart(self, family: int) -> bool:
        """Whether what the types get varies apart from the belief, so that hulls bound it."""
        solved, key = self.families[family]
        return not self.tree.chosen or solved.apart(key, self.tree.game.structure.set_of[0])

    @functools.cached_property
    def spanned(self) -> bool:
        """Whether the points of every family bound what it pays."""
        return all(solved.spanned(key) for solved, key in self.families)


def read(tree: After, solved: Solved, belief: Sequence[Fraction]) -> Continuations:
    """What the families of a solved branch pay, at a belief where the type is not chosen."""
    s, payoffs, beliefs = tree.game.structure, [], []
    roots = s.children[0]
    for key in solved.keys:
        mixed = solved.mixed(key, (0,))
        worth = worth_at(tree.game, mixed, roots)
        shape = (len(tree.game.players), solved.size(key))
        payoffs.append(np.stack([np.broadcast_to(worth[r], shape) for r in roots]))
        if tree.chosen:
            beliefs.append(mixed[s.set_of[0]].T)
        else:
            given = np.array([float(x) for x in belief])
            beliefs.append(np.tile(given[:, None], (1, solved.size(key))))
    families = tuple((solved, key) for key in solved.keys)
    return Continuations(tree, families, tuple(payoffs), tuple(beliefs))
