"""What follows a signal that is not sent, or an answer that is not given."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_continuations import Answer, Branch, Continuations
from deterrence.equilibrium.signal_follow import Follow
from deterrence.equilibrium.signal_intervals import (
    Line,
    against,
    floor_at,
    lower_edge,
    somewhere_best,
    upper_edge,
)
from deterrence.equilibrium.signal_joint import Sending
from deterrence.equilibrium.signal_shape import Signal
from deterrence.equilibrium.signal_units import SAME
from deterrence.equilibrium.signal_values import worth_at
from deterrence.games.tree import Game

__all__ = ["Behind"]

Belief = tuple[Fraction, ...]
Floats = NDArray[np.float64]


class Behind:
    """What was cut away from a game that begins with a signal.

    Attributes
    ----------
    left : list of str
        What could not be decided.
    record : Counter
        What was solved, and how much each reason excluded.
    """

    def __init__(self, game: Game, signal: Signal, budget: int) -> None:
        self.game, self.signal = game, signal
        self.follow = Follow(game, signal, budget)
        self.record = self.follow.record
        self.left: list[str] = []
        self.least = functools.cache(self._least)
        self.edges = functools.cache(self._edges)
        self.gets = functools.cache(self._gets)
        self.sending = functools.cache(self._sending)

    def continuations(
        self, action: str, answer: Answer, belief: Belief | None
    ) -> Continuations | None:
        """All continuations at a belief, or, without one, at every belief."""
        if belief is None:
            found, left = self.follow.at_every_belief(action, answer)
        else:
            found, left = self.follow.at_belief(action, answer, belief)
        self.left += left
        return found

    def some(self, action: str, answer: Answer, belief: Belief) -> Continuations | None:
        """Continuations at a belief; what only has to exist need not be complete."""
        return self.follow.at_belief(action, answer, belief)[0]

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

    def _edges(self, action: str, answer: str) -> tuple[list[Line], list[Line]] | None:
        """What an answer pays the one who gives it at most and at least, over all beliefs."""
        found, at = self.continuations(action, answer, None), self.signal.answers[action]
        if found is None or at is None:
            return None
        if not found.spanned:
            self.left.append(f"bounds on what follows {action!r}, {answer!r}")
            return None
        i = self.game.players.index(self.game.structure.sets[at].player)
        rows = [
            np.stack([q[0], (pay[:, i] * q).sum(axis=0)])
            for pay, q in zip(found.payoffs, found.beliefs, strict=True)
        ]
        upper = [line for row in rows for line in upper_edge(row)]
        return upper, [line for row in rows for line in lower_edge(row)]

    def over(self, action: str, answer: str, family: Floats) -> str:
        """How what a family pays the one who answers compares with another answer, see `against`.

        `family` holds the belief in the first type and the worth, shape (2, points).
        """
        edges = self.edges(action, answer)
        return "some" if edges is None else against(family, edges[1])

    def floor(self, action: str, answer: str, beliefs: Floats) -> Floats | None:
        """The least that an answer pays the one who gives it at some beliefs in the first type."""
        edges = self.edges(action, answer)
        return None if edges is None else np.array(floor_at(edges[1], beliefs.tolist()))

    def may_be_given(self, action: str, given: Sequence[str]) -> bool:
        """Whether some belief after an action might make all of these answers best at once."""
        at = self.signal.answers[action]
        if at is None:
            return True
        every = {a: self.edges(action, a) for a in self.game.structure.sets[at].actions}
        known = {a: edges for a, edges in every.items() if edges is not None}
        if not set(given) <= known.keys():
            return True
        only = self.beliefs(action, self.game.structure.sets[at].player)
        floors = [low for _, low in known.values()]
        return somewhere_best([known[a][0] for a in given], floors, only)

    def beliefs(self, action: str, player: str) -> list[float] | None:
        """All beliefs in the first type that can follow an action that is sent; None for any.

        What the types get at least and at most, whatever is believed, may settle who sends it.
        """
        mine = self.gets(action)
        offered = [self.gets(other) for other in self.signal.actions if other != action]
        others = [one for one in offered if one is not None]
        if mine is None or len(others) < len(offered):
            return None
        never = [False, False]
        always = [True, True]
        for one in others:
            for t in range(2):
                least, most = one[t]
                always[t] = always[t] and bool(mine[t, 0] > most + SAME)
                never[t] = never[t] or bool(mine[t, 1] < least - SAME)
        if not all(x or y for x, y in zip(always, never, strict=True)):
            return None  # some type may mix
        sends = [not x for x in never]
        prior = float(self.signal.prior[player][0])
        return [prior] if all(sends) else [1.0] if sends[0] else [0.0] if sends[1] else []

    def _gets(self, action: str) -> Floats | None:
        """The least and most that each type gets after an action, at any belief, (types, 2)."""
        if action in self.signal.ends:
            return self._end(action)
        i, s = self.game.players.index(self.signal.sender), self.game.structure
        at = self.signal.answers[action]
        answers: Sequence[str | None] = (None,) if at is None else s.sets[at].actions
        every = [self.continuations(action, answer, None) for answer in answers]
        pays = [pay[:, i] for found in every if found is not None for pay in found.payoffs]
        if not pays or any(found is None or not found.spanned for found in every):
            return None
        low = np.min([pay.min(axis=1) for pay in pays], axis=0)
        return np.stack([low, np.max([pay.max(axis=1) for pay in pays], axis=0)], axis=1)

    def _end(self, action: str) -> Floats:
        """The same for an action after which nobody moves."""
        i, s = self.game.players.index(self.signal.sender), self.game.structure
        ends = []
        for k, weights in zip(
            self.signal.sets, self.signal.weights[self.signal.sender], strict=True
        ):
            place = s.sets[k].actions.index(action)
            roots = [s.children[n][place] for n in s.sets[k].nodes]
            worth = worth_at(self.game, {}, roots)
            rows = zip(weights, roots, strict=True)
            ends.append([sum(float(w) * float(worth[r][i, 0]) for w, r in rows)] * 2)
        return np.array(ends)

    def sendings(
        self, answers: Mapping[str, Answer], actions: Sequence[str], senders: Sequence[int]
    ) -> list[Sending] | None:
        """What may follow each of the actions that are sent, with the answer to each.

        `senders` has, by type, the `actions` that it sends as bits. None if that is not known.
        """
        found = []
        for place, action in enumerate(actions):
            types = tuple(bool(row >> place & 1) for row in senders)
            if any(types):
                sending = self.sending(action, answers.get(action), types)
                if sending is None:
                    return None
                found.append(sending)
        return found

    def _sending(self, action: str, answer: Answer, types: tuple[bool, ...]) -> Sending | None:
        """What may follow one action that is sent."""
        if action in self.signal.ends:
            return Sending.end(self._end(action)[:, 0].tolist(), types)
        bits = sum(1 << t for t, sends in enumerate(types) if sends)
        following, left = self.follow.believing(action, answer, bits)
        if following is None or left:
            return None
        return Sending.after(following, self.game.players.index(self.signal.sender), types)
