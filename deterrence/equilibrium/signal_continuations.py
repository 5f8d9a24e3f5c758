"""All continuations of a branch behind a signal: what they pay, at every belief asked for."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_shape import Signal
from deterrence.equilibrium.signal_trees import After, after
from deterrence.equilibrium.signal_values import Key, Solved, solve_part, worth_at
from deterrence.games.assessment import Assessment
from deterrence.games.tree import Game

__all__ = ["Branch", "Continuations", "Follow"]

Belief = tuple[Fraction, ...]
Floats = NDArray[np.float64]
ONE, OTHER, BOTH = 1, 2, 3  # types that are believed possible, as bits


@dataclass(frozen=True, eq=False)
class Branch:
    """One continuation behind an action or an answer that is not taken."""

    tree: After
    assessment: Assessment


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

    def branch(self, family: int, point: int) -> Branch:
        """The continuation at a point of a family."""
        solved, key = self.families[family]
        return Branch(self.tree, solved.at(key, point))

    @functools.cached_property
    def spanned(self) -> bool:
        """Whether the points of every family bound what it pays."""
        return all(solved.spanned(key) for solved, key in self.families)


class Follow:
    """Solves what follows an action and an answer, once for each belief that is asked for."""

    def __init__(self, game: Game, signal: Signal, budget: int) -> None:
        self.game, self.signal, self.budget = game, signal, budget
        self.believing = functools.cache(self._believing)
        self.at_every_belief = functools.cache(self._at_every_belief)
        self.at_belief = functools.cache(self._at_belief)

    def _at_belief(
        self, action: str, answer: str | None, belief: Belief
    ) -> tuple[Continuations | None, list[str]]:
        """All continuations at a belief, and what was not decided."""
        if Fraction(1) in belief:
            return self.believing(action, answer, 1 << belief.index(Fraction(1)))
        return self._solved(action, answer, self._tree(action, answer, belief), {}, belief)

    def _believing(
        self, action: str, answer: str | None, types: int
    ) -> tuple[Continuations | None, list[str]]:
        """All continuations at beliefs in which just these types, as bits, are possible.

        A type that is not believed is not impossible: others may come to believe in it later.
        """
        tree = self._tree(action, answer, None)
        within = {tree.game.structure.set_of[0]: types}
        return self._solved(action, answer, tree, within, ())

    def _at_every_belief(
        self, action: str, answer: str | None
    ) -> tuple[Continuations | None, list[str]]:
        """All continuations at all beliefs."""
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

    def _tree(self, action: str, answer: str | None, belief: Belief | None) -> After:
        kept: dict[tuple[str, Any], Any] = {}
        at = self.signal.answers[action]
        if at is not None and answer is not None:
            own = self.game.structure.sets[at]
            kept[own.player, own.knows] = (answer,)
        weights = self.signal.weights[self.signal.sender]
        return after(self.game, self.signal.sets, weights, action, kept, belief)

    def _solved(
        self,
        action: str,
        answer: str | None,
        tree: After,
        within: dict[int, int],
        belief: Belief,
    ) -> tuple[Continuations | None, list[str]]:
        left: list[str] = []
        solved = solve_part(tree.game, self.budget, left, within)
        if solved is None:
            left.append(f"what follows {action!r}" + (f", {answer!r}" if answer else ""))
            return None, left
        return _read(tree, solved, belief), left


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
