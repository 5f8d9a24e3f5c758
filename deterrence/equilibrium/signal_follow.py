"""What follows an action and an answer to it, solved once for each belief that is asked for."""

from __future__ import annotations

import functools
from collections import Counter
from dataclasses import replace
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.signal_continuations import Answer, Continuations, read
from deterrence.equilibrium.signal_joint import Sending, Supports, bits_of, joint_supports
from deterrence.equilibrium.signal_relevance import nobody_minds
from deterrence.equilibrium.signal_shape import Signal
from deterrence.equilibrium.signal_trees import After, after
from deterrence.equilibrium.signal_values import solve_part
from deterrence.games.tree import Game

__all__ = ["Follow"]

Belief = tuple[Fraction, ...]
ONE, OTHER, BOTH = 1, 2, 3  # types that are believed possible, as bits


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
        given: list[dict[int, int]] | None = None
        if isinstance(answer, tuple):
            within = within | {self._answering(action, tree): (1 << len(answer)) - 1}
            bounded = self._bounded(action, answer, within[tree.game.structure.set_of[0]])
            if bounded is not None:
                given = [bits_of(tree.game, row) | within for row in bounded]
                if not given:
                    return Continuations(tree, (), (), ()), left
        solved = solve_part(tree.game, self.budget, left, within, given, self.record)
        if solved is None:
            if not isinstance(answer, tuple):  # of mixtures there may be none
                left.append(f"what follows {action!r}" + (f", {answer!r}" if answer else ""))
                return None, left
            return (None if left else Continuations(tree, (), (), ())), left
        return read(tree, solved, belief), left

    def _bounded(self, action: str, answers: tuple[str, ...], types: int) -> list[Supports] | None:
        """What may be played behind several answers, by the bounds on each."""
        own = self.game.structure.sets[self.signal.answers[action] or 0]
        player = self.game.players.index(own.player)
        behind = []
        for answer in answers:
            found, left = self.believing(action, answer, types)
            sending = None if found is None or left else Sending.answered(found, player)
            if sending is None:
                return None
            behind.append(sending)
        return joint_supports(behind, 0.5, self.record)

    def _answering(self, action: str, tree: After) -> int:
        """The set of the one who answers, in what follows."""
        own = self.game.structure.sets[self.signal.answers[action] or 0]
        sets = tree.game.structure.sets
        return next(s.index for s in sets if (s.player, s.knows) == (own.player, own.knows))
