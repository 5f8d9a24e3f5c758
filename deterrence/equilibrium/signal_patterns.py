"""Which actions are sent by whom, and how they are answered: the parts that are solved."""

from __future__ import annotations

import functools
import itertools
import operator
from collections.abc import Iterator, Mapping
from typing import Any

from deterrence.equilibrium.signal_branches import Behind
from deterrence.equilibrium.signal_continuations import Answer
from deterrence.equilibrium.signal_families import Part
from deterrence.equilibrium.signal_joint import Supports, bits_of, joint_supports
from deterrence.equilibrium.signal_shape import Signal
from deterrence.equilibrium.signal_trees import pruned
from deterrence.equilibrium.signal_values import solve_part
from deterrence.errors import LimitError
from deterrence.games.tree import Game

__all__ = ["Patterns"]

MOST_PARTS = 400
Given = tuple[str, ...]  # answers to an action that are given; none where nobody answers


class Patterns:
    """The patterns of signals and answers of a game that begins with a signal."""

    def __init__(self, game: Game, signal: Signal, behind: Behind, budget: int) -> None:
        self.game, self.signal, self.behind, self.budget = game, signal, behind, budget

    def parts(self) -> Iterator[Part]:
        """Every pattern that holds equilibria, with the remainder of the tree solved."""
        every, ends = tuple(self.signal.answers), self.signal.ends
        choices = [
            (sent, combination)
            for n in range(len(every) + 1)
            for sent in itertools.combinations(every, n)
            if sent or ends
            for combination in itertools.product(*map(self.answer_sets, sent))
        ]
        if len(choices) > MOST_PARTS:
            raise LimitError(
                f"{len(choices):,} patterns of signals and answers; at most {MOST_PARTS} are "
                "solved. Fix the answer, or take actions off the menu."
            )
        for sent, combination in choices:
            for senders in self.senders(sent):
                self.behind.record["patterns of signals and answers"] += 1
                part = self.part(sent, dict(zip(sent, combination, strict=True)), senders)
                if part is not None:
                    yield part

    def senders(self, sent: Given) -> list[tuple[int, ...]]:
        """Who sends what, as bits by type; nothing where the solver need not be told."""
        if not sent or len(sent) + len(self.signal.ends) < 2:
            return [()]
        actions = [a for a in self.signal.actions if a in (*sent, *self.signal.ends)]
        wanted = sum(1 << actions.index(a) for a in sent)
        every = itertools.product(range(1, 1 << len(actions)), repeat=len(self.signal.sets))
        return [row for row in every if functools.reduce(operator.or_, row) & wanted == wanted]

    def answer_sets(self, action: str) -> list[Given]:
        """The sets of answers to an action, of which all may be best at once at some belief."""
        at = self.signal.answers[action]
        if at is None:
            return [()]
        every = self.game.structure.sets[at].actions
        settled = self.behind.beliefs(action, self.game.structure.sets[at].player) is not None
        most = 1 if settled else len(every)  # averages of what is found need not be found
        sets = [c for n in range(1, most + 1) for c in itertools.combinations(every, n)]
        return [given for given in sets if self.behind.may_be_given(action, given)]

    def part(
        self,
        sent: Given,
        answers: dict[str, Given],
        senders: tuple[int, ...],
    ) -> Part | None:
        """The remainder of the tree for one pattern, solved; None if it holds no equilibria."""
        bounded = self.bounded(sent, answers, senders) if senders else None
        if bounded is not None and not bounded:
            return None
        s, sender = self.game.structure, self.signal.sender
        kept: dict[tuple[str, Any], Any] = {
            (sender, s.sets[k].knows): {*sent, *self.signal.ends} for k in self.signal.sets
        }
        must = []
        for action, given in answers.items():
            at = self.signal.answers[action]
            if at is not None:
                kept[s.sets[at].player, s.sets[at].knows] = given
                must.append((s.sets[at].player, s.sets[at].knows))
        game = pruned(self.game, kept)
        places = {(one.player, one.knows): one.index for one in game.structure.sets}
        within = {places[key]: (1 << len(kept[key])) - 1 for key in must if len(kept[key]) > 1}
        own = tuple(places[sender, s.sets[k].knows] for k in self.signal.sets)
        within |= dict(zip(own, senders, strict=False))
        supports = None if bounded is None else [bits_of(game, row) | within for row in bounded]
        behind = self.behind
        solved = solve_part(game, self.budget, behind.left, within, supports, behind.record)
        return None if solved is None else Part(sent, answers, solved, own)

    def bounded(
        self, sent: Given, answers: Mapping[str, Given], senders: tuple[int, ...]
    ) -> list[Supports] | None:
        """What may be played behind several signals, by the bounds on each; None if not bounded."""
        mixed: dict[str, Answer] = {
            a: row if len(row) > 1 else row[0] if row else None for a, row in answers.items()
        }
        actions = [a for a in self.signal.actions if a in (*sent, *self.signal.ends)]
        sendings = self.behind.sendings(mixed, actions, senders)
        if sendings is None:
            return None
        prior = float(self.signal.prior[self.signal.sender][0])
        return joint_supports(sendings, prior, self.behind.record)
