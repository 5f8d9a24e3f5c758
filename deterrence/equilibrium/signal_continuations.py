"""All continuations of a branch behind a signal: what they pay, at every belief asked for."""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_relevance import nobody_minds
from deterrence.equilibrium.signal_shape import Signal
from deterrence.equilibrium.signal_trees import After, after
from deterrence.equilibrium.signal_values import Key, Solved, solve_part, worth_at
from deterrence.games.assessment import Assessment
from deterrence.games.tree import Game

__all__ = ["Answer", "Branch", "Continuations", "Follow", "Point"]

Belief = tuple[Fraction, ...]
Answer = str | tuple[str, ...] | None  # one, a mixture of several, or nobody answers
Floats = NDArray[np.float64]
ONE, OTHER, BOTH = 1, 2, 3  # types that are believed possible, as bits


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


class Follow:
    """Solves what follows an action and an answer, once for each belief that is asked for."""

    def __init__(self, game: Game, signal: Signal, budget: int) -> None:
        self.game, self.signal, self.budget = game, signal, budget
        self.record: Counter[str] = Counter()
        self.believing = functools.cache(self._believing)
        self.at_every_belief = functools.cache(self._at_every_belief)
        self.at_belief = functools.cache(self._at_belief)
        self.irrelevant = functools.cache(self._irrelevant)

    def _at_belief(
        self, action: str, answer: Answer, belief: Belief
    ) -> tuple[Continuations | None, list[str]]:
        """All continuations at a belief, and what was not decided."""
        if self.irrelevant(action) and belief != self.signal.prior[self.signal.sender]:
            return self._whatever(action)
        if Fraction(1) in belief:
            return self.believing(action, answer, 1 << belief.index(Fraction(1)))
        return self._solved(action, answer, self._tree(action, answer, belief), {}, belief)

    def _believing(
        self, action: str, answer: Answer, types: int
    ) -> tuple[Continuations | None, list[str]]:
        """All continuations at beliefs in which just these types, as bits, are possible.

        A type that is not believed is not impossible: others may come to believe in it later.
        """
        if self.irrelevant(action):
            return self._whatever(action)
        tree = self._tree(action, answer, None)
        within = {tree.game.structure.set_of[0]: types}
        return self._solved(action, answer, tree, within, ())

    def _at_every_belief(
        self, action: str, answer: Answer
    ) -> tuple[Continuations | None, list[str]]:
        """All continuations at all beliefs."""
        if self.irrelevant(action):
            return self._whatever(action)
        every = [self.believing(action, answer, types) for types in (ONE, OTHER, BOTH)]
        left = [reason for _, reasons in every for reason in reasons]
        found = [one for one, _ in every if one is not None]
        if len(found) < len(every):
            return None, left
        joined: Any = [
            tuple(row for one in found for row in getattr(one, name))
            for name in ("families", "payoffs", "beliefs")
        ]
        return Continuations(found[0].tree, *joined), left

    def _irrelevant(self, action: str) -> bool:
        """Whether the type matters to nobody who moves after an action."""
        answered = self.signal.answers[action] is not None
        return not answered and nobody_minds(self.game, self.signal, action)

    def _whatever(self, action: str) -> tuple[Continuations | None, list[str]]:
        """All continuations, found at the prior, where they are the same at every belief."""
        found, left = self.at_belief(action, None, self.signal.prior[self.signal.sender])
        return found and replace(found, whatever=True), left

    def _tree(self, action: str, answer: Answer, belief: Belief | None) -> After:
        kept: dict[tuple[str, Any], Any] = {}
        at = self.signal.answers[action]
        if at is not None and answer is not None:
            own = self.game.structure.sets[at]
            kept[own.player, own.knows] = (answer,) if isinstance(answer, str) else answer
        weights = self.signal.weights[self.signal.sender]
        return after(self.game, self.signal.sets, weights, action, kept, belief)

    def _solved(
        self,
        action: str,
        answer: Answer,
        tree: After,
        within: dict[int, int],
        belief: Belief,
    ) -> tuple[Continuations | None, list[str]]:
        left: list[str] = []
        if isinstance(answer, tuple):
            within = within | {self._answering(action, tree): (1 << len(answer)) - 1}
        solved = solve_part(tree.game, self.budget, left, within, None, self.record)
        if solved is None:
            if not isinstance(answer, tuple):  # of mixtures there may be none
                left.append(f"what follows {action!r}" + (f", {answer!r}" if answer else ""))
                return None, left
            return (None if left else Continuations(tree, (), (), ())), left
        return _read(tree, solved, belief), left

    def _answering(self, action: str, tree: After) -> int:
        """The set of the one who answers, in what follows."""
        own = self.game.structure.sets[self.signal.answers[action] or 0]
        sets = tree.game.structure.sets
        return next(s.index for s in sets if (s.player, s.knows) == (own.player, own.knows))


def _read(tree: After, solved: Solved, belief: Sequence[Fraction]) -> Continuations:
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
