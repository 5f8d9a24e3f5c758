"""What follows a signal that is not sent, or an answer that is not given."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Mapping, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_continuations import Branch, Continuations, Follow
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
from deterrence.equilibrium.signal_values import worth_at
from deterrence.games.tree import Game

__all__ = ["Behind"]

Belief = tuple[Fraction, ...]
Floats = NDArray[np.float64]
SAME = 1e-9
MOST_TRIED = 40  # candidates for a continuation that deters


class Behind:
    """What was cut away from a game that begins with a signal.

    Attributes
    ----------
    left : list of str
        What could not be decided.
    """

    def __init__(self, game: Game, signal: Signal, budget: int) -> None:
        self.game, self.signal = game, signal
        self.follow = Follow(game, signal, budget)
        self.left: list[str] = []
        self.least = functools.cache(self._least)
        self.edges = functools.cache(self._edges)
        self.gets = functools.cache(self._gets)

    def continuations(
        self, action: str, answer: str | None, belief: Belief | None
    ) -> Continuations | None:
        """All continuations at a belief, or, without one, at every belief."""
        if belief is None:
            found, left = self.follow.at_every_belief(action, answer)
        else:
            found, left = self.follow.at_belief(action, answer, belief)
        self.left += left
        return found

    def some(self, action: str, answer: str | None, belief: Belief) -> Continuations | None:
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
        return (
            "some" if edges is None or not self.sharp(action, answer) else against(family, edges[1])
        )

    def sharp(self, action: str, answer: str) -> bool:
        """Whether the least that an answer pays is attained, and not only a bound."""
        found = self.continuations(action, answer, None)
        return found is not None and found.spanned

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
        if not pays or any(found is None for found in every):
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
        self, answers: Mapping[str, str | None], actions: Sequence[str], senders: Sequence[int]
    ) -> list[Sending] | None:
        """What may follow each of the actions that are sent, with the answer to each.

        `senders` has, by type, the `actions` that it sends as bits. None if that is not known.
        """
        i, found = self.game.players.index(self.signal.sender), []
        for place, action in enumerate(actions):
            types = tuple(bool(row >> place & 1) for row in senders)
            if not any(types):
                continue
            if action in self.signal.ends:
                found.append(Sending.end(self._end(action)[:, 0].tolist(), types))
                continue
            bits = sum(1 << t for t, sends in enumerate(types) if sends)
            following, left = self.follow.believing(action, answers[action], bits)
            sending = following and not left and Sending.after(following, i, types)
            if not sending:
                return None
            found.append(sending)
        return found

    def deters(self, action: str, levels: tuple[float, ...]) -> list[Branch] | None:
        """Some belief and continuation after an action in which no type gets more than `levels`.

        None if there is none, or if that was not decided, which `left` then says.
        """
        at = self.signal.answers[action]
        sets = self.game.structure.sets
        answers: Sequence[str | None] = (None,) if at is None else sets[at].actions
        prior = self.signal.prior[self.signal.sender]
        one, two = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
        for belief, answer in itertools.product((one, two, prior), answers):  # soon solved
            found = self.some(action, answer, belief)
            deterring = found and self._found(action, answer, found, levels)
            if deterring:
                return deterring
        open_question = False
        for answer in answers:
            found = self.continuations(action, answer, None)
            if found is None:
                open_question = True
                continue
            deterring = self._found(action, answer, found, levels)
            if deterring:
                return deterring
            open_question = open_question or self._may(found, levels)
        if at is not None and not open_question:
            every = [self.continuations(action, answer, None) for answer in answers]
            open_question = self._mixtures_may([one for one in every if one is not None], levels)
        if open_question:
            self.left.append(f"whether anything deters {action!r}")
        return None

    def _mixtures_may(self, every: list[Continuations], levels: tuple[float, ...]) -> bool:
        """Whether mixtures of answers might pay no type more: the hull of what all answers pay."""
        i = self.game.players.index(self.signal.sender)
        points = np.concatenate([pay[:, i] for found in every for pay in found.payoffs], axis=1)
        first, second = levels[0] + SAME, levels[1] + SAME
        for x, y, to_x, to_y in lower_edge(points):
            if x <= first:
                share = 1.0 if to_x <= first else (first - x) / (to_x - x)
                if min(y, y + share * (to_y - y)) <= second:
                    return True
        return False

    def _found(
        self, action: str, answer: str | None, found: Continuations, levels: tuple[float, ...]
    ) -> list[Branch] | None:
        for n, point in self._near(found, levels)[:MOST_TRIED]:
            others = self._answer_holds(action, answer, found, n, point)
            if others is not None:
                return [found.branch(n, point), *others]
        return None

    def _near(self, found: Continuations, levels: tuple[float, ...]) -> list[tuple[int, int]]:
        """Points of families where no type gets more; pure beliefs first, which solve fastest."""
        i = self.game.players.index(self.signal.sender)
        rows = []
        for n, pay in enumerate(found.payoffs):
            fits = np.all(pay[:, i] <= np.array(levels)[:, None] + SAME, axis=0)
            rows += [(n, int(point)) for point in np.flatnonzero(fits)]
        return sorted(rows, key=lambda row: -float(found.beliefs[row[0]][:, row[1]].max()))

    def _may(self, found: Continuations, levels: tuple[float, ...]) -> bool:
        """Whether inside some family no type might get more, though in its corners some does."""
        i = self.game.players.index(self.signal.sender)
        return any(
            bool(np.all(pay[:, i].min(axis=1) <= np.array(levels) + SAME)) for pay in found.payoffs
        )

    def _answer_holds(
        self, action: str, answer: str | None, found: Continuations, n: int, point: int
    ) -> list[Branch] | None:
        """Continuations of the other answers that make this one best at the point's belief."""
        at = self.signal.answers[action]
        if at is None or answer is None:
            return []
        own = self.game.structure.sets[at]
        i = self.game.players.index(own.player)
        worth = float((found.payoffs[n][:, i, point] * found.beliefs[n][:, point]).sum())
        belief = self.signal.prior[self.signal.sender]
        if found.tree.chosen:
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
