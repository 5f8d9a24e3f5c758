"""What follows a signal that is not sent, or an answer that is not given."""

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
from deterrence.equilibrium.signal_values import Solved, solve_part, worth_at
from deterrence.games.assessment import Assessment
from deterrence.games.tree import Game

__all__ = ["Behind", "Branch"]

Belief = tuple[Fraction, ...]
Floats = NDArray[np.float64]
SAME = 1e-9
MOST_TRIED = 40  # candidates for a continuation that deters


@dataclass(frozen=True, eq=False)
class Branch:
    """One continuation behind an action or an answer that is not taken."""

    tree: After
    assessment: Assessment


@dataclass(frozen=True, eq=False)
class _Continuations:
    """All continuations of a branch: what they pay, at every point of every family.

    Attributes
    ----------
    payoffs : tuple of ndarray, shape (types, players, points)
        By family, what each type's play leads to.
    beliefs : tuple of ndarray, shape (types, points)
    """

    tree: After
    solved: Solved
    payoffs: tuple[Floats, ...]
    beliefs: tuple[Floats, ...]

    def branch(self, family: int, point: int) -> Branch:
        return Branch(self.tree, self.solved.at(self.solved.keys[family], point))


class Behind:
    """What was cut away from a game that begins with a signal.

    Attributes
    ----------
    left : list of str
        What could not be decided.
    """

    def __init__(self, game: Game, signal: Signal, budget: int) -> None:
        self.game, self.signal, self.budget = game, signal, budget
        self.left: list[str] = []
        self.continuations = functools.cache(self._continuations)
        self.least = functools.cache(self._least)

    def _continuations(
        self, action: str, answer: str | None, belief: Belief | None
    ) -> _Continuations | None:
        """All continuations at a belief, or, without one, at every belief."""
        kept: dict[tuple[str, Any], Any] = {}
        at = self.signal.answers[action]
        if at is not None and answer is not None:
            own = self.game.structure.sets[at]
            kept[own.player, own.knows] = (answer,)
        sure = belief is not None and Fraction(1) in belief
        weights = self.signal.weights[self.signal.sender]
        tree = after(self.game, self.signal.sets, weights, action, kept, None if sure else belief)
        within = {}
        if sure and belief is not None:  # the other type is not impossible, only not believed
            within[tree.game.structure.set_of[0]] = 1 << belief.index(Fraction(1))
        solved = solve_part(tree.game, self.budget, self.left, within)
        if solved is None:
            self.left.append(f"what follows {action!r}" + (f", {answer!r}" if answer else ""))
            return None
        return self._read(tree, solved, belief)

    def _read(self, tree: After, solved: Solved, belief: Belief | None) -> _Continuations:
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
                given = np.array([float(x) for x in belief or ()])
                beliefs.append(np.tile(given[:, None], (1, solved.size(key))))
        return _Continuations(tree, solved, tuple(payoffs), tuple(beliefs))

    def _least(self, action: str, answer: str, belief: Belief) -> tuple[float, Branch] | None:
        """The continuation of an answer that pays the one who answers least, at a belief."""
        found = self.continuations(action, answer, belief)
        at = self.signal.answers[action]
        if found is None or at is None:
            return None
        i = self.game.players.index(self.game.structure.sets[at].player)
        best = (np.inf, 0, 0)
        for n, (pay, q) in enumerate(zip(found.payoffs, found.beliefs, strict=True)):
            row = (pay[:, i] * q).sum(axis=0)
            best = min(best, (float(row.min()), n, int(row.argmin())))
        return best[0], found.branch(best[1], best[2])

    def deters(self, action: str, levels: tuple[float, ...]) -> list[Branch] | None:
        """Some belief and continuation after an action in which no type gets more than `levels`.

        None if there is none, or if that was not decided, which `left` then says.
        """
        at = self.signal.answers[action]
        sets = self.game.structure.sets
        answers: Sequence[str | None] = (None,) if at is None else sets[at].actions
        open_question = False
        for answer in answers:
            found = self.continuations(action, answer, None)
            if found is None:
                open_question = True
                continue
            near = self._near(found, levels)
            for n, point in near[:MOST_TRIED]:
                others = self._answer_holds(action, answer, found, n, point)
                if others is not None:
                    return [found.branch(n, point), *others]
            open_question = open_question or bool(near) or self._may(found, levels)
        if open_question:
            self.left.append(f"whether anything deters {action!r}")
        return None

    def _near(self, found: _Continuations, levels: tuple[float, ...]) -> list[tuple[int, int]]:
        """Points of families where no type gets more; pure beliefs first, which solve fastest."""
        i = self.game.players.index(self.signal.sender)
        rows = []
        for n, pay in enumerate(found.payoffs):
            fits = np.all(pay[:, i] <= np.array(levels)[:, None] + SAME, axis=0)
            rows += [(n, int(point)) for point in np.flatnonzero(fits)]
        return sorted(rows, key=lambda row: -float(found.beliefs[row[0]][:, row[1]].max()))

    def _may(self, found: _Continuations, levels: tuple[float, ...]) -> bool:
        """Whether inside some family no type might get more, though in its corners some does."""
        i = self.game.players.index(self.signal.sender)
        return any(
            bool(np.all(pay[:, i].min(axis=1) <= np.array(levels) + SAME)) for pay in found.payoffs
        )

    def _answer_holds(
        self, action: str, answer: str | None, found: _Continuations, n: int, point: int
    ) -> list[Branch] | None:
        """Continuations of the other answers that make this one best at the point's belief."""
        at = self.signal.answers[action]
        if at is None or answer is None:
            return []
        own = self.game.structure.sets[at]
        i = self.game.players.index(own.player)
        worth = float((found.payoffs[n][:, i, point] * found.beliefs[n][:, point]).sum())
        chooser = found.tree.game.structure.set_of[0]
        belief = tuple(found.branch(n, point).assessment.probabilities[chooser])
        branches = []
        for other in own.actions:
            if other != answer:
                least = self.least(action, other, belief)
                if least is None or least[0] > worth + SAME:
                    return None
                branches.append(least[1])
        return branches
