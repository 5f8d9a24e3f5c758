"""Small games drawn at random, with information sets of several nodes in most of them."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sympy

import deterrence as dt
from tests.games.random_trees import own_odds, shared_odds

Pay = Callable[[random.Random], int]
Seen = tuple[tuple[int, Any], ...]  # (step, label)

PARAMETERS = sympy.symbols("x y z", real=True)


def ties(rng: random.Random) -> int:
    """Few numbers, so that ties abound."""
    return rng.randint(0, 2)


def generic(rng: random.Random) -> int:
    return rng.randint(-99, 99)


@dataclass
class _Stages:
    """One game in steps: chance or a player at each, who sees some of the steps before."""

    rng: random.Random
    players: tuple[str, ...]
    pay: Pay
    own_odds: bool
    movers: list[str | None] = field(default_factory=list)  # None is chance
    seen: list[frozenset[int]] = field(default_factory=list)  # by step, what its mover sees
    actions: dict[Any, tuple[str, ...]] = field(default_factory=dict)

    def game(self, steps: int, share_ending: float) -> Any:
        rng = self.rng
        movers: list[str | None] = []
        drawn = []
        for step in range(steps):
            first = step == 0 and rng.random() < 0.7
            movers.append(None if first or rng.random() < 0.1 else rng.choice(self.players))
            drawn.append(_noticed(rng, step) if movers[-1] is not None else frozenset())
        return self.with_movers(movers, drawn, share_ending)

    def with_movers(
        self, movers: list[str | None], noticed: list[frozenset[int]], share_ending: float
    ) -> Any:
        """The game in which these move, each noticing some earlier steps beside what it knew."""
        self.ending = share_ending
        before: dict[str, frozenset[int]] = {}
        for step, mover in enumerate(movers):
            self.movers.append(mover)
            seen = frozenset()
            if mover is not None:
                mine = frozenset(k for k in range(step) if movers[k] == mover)
                seen = before.get(mover, frozenset()) | noticed[step] | mine
                before[mover] = seen
            self.seen.append(seen)
        return dt.Game(self.players, self.node(0, ()))

    def node(self, step: int, past: tuple[Any, ...]) -> Any:
        rng = self.rng
        if step == len(self.movers) or (step > 1 and rng.random() < self.ending):
            return dt.Outcome({p: self.pay(rng) for p in self.players})
        mover = self.movers[step]
        if mover is None:
            labels = ("heads", "tails")
            odds = own_odds(rng, 2) if self.own_odds else shared_odds(rng, 2)
            if self.own_odds:
                odds = [{p: row[q] for p, q in self._names()} for row in odds]
            pairs = [
                (p, self.node(step + 1, (*past, a))) for a, p in zip(labels, odds, strict=True)
            ]
            return dt.Chance(dict(zip(labels, pairs, strict=True)))
        knows: Seen = tuple((k, past[k]) for k in sorted(self.seen[step]))
        names = ("a", "b", "c")[: 3 if rng.random() < 0.2 else 2]
        names = self.actions.setdefault((mover, step, knows), names)
        choices = {a: self.node(step + 1, (*past, a)) for a in names}
        return dt.Move(mover, (step, knows), choices)

    def _names(self) -> list[tuple[str, str]]:
        return list(zip(self.players, ("Ann", "Bob", "Cy"), strict=False))


def _noticed(rng: random.Random, step: int) -> frozenset[int]:
    return frozenset(k for k in range(step) if rng.random() < 0.5)


def three_choosers(seed: int) -> Any:
    """All three players move, in any order, one of them twice in some games; chance in some.

    Even seeds have payoffs in {0, 1, 2}, odd ones generic ones.
    """
    rng = random.Random(seed)
    movers: list[str | None] = ["Ann", "Bob", "Cy"]
    rng.shuffle(movers)
    if rng.random() < 0.3:
        movers.insert(0, None)
    if rng.random() < 0.3:
        movers.append(rng.choice(("Ann", "Bob", "Cy")))
    stages = _Stages(rng, ("Ann", "Bob", "Cy"), generic if seed % 2 else ties, seed % 5 == 0)
    noticed = [_noticed(rng, step) for step in range(len(movers))]
    return stages.with_movers(movers, noticed, rng.choice((0.2, 0.5)))


def small_game(seed: int) -> Any:
    """Even seeds have payoffs in {0, 1, 2}, odd ones generic ones."""
    rng = random.Random(seed)
    players = ("Ann", "Bob", "Cy")[: 2 + (seed // 2) % 2]
    pay = generic if seed % 2 else ties
    stages = _Stages(rng, players, pay, own_odds=seed % 5 == 0)
    return stages.game(rng.choice((3, 3, 4)), rng.choice((0.2, 0.5)))


def formula(rng: random.Random) -> Any:
    """A polynomial in three parameters, of degree at most two, with small coefficients."""
    monomials = (1, *PARAMETERS, *(x * y for x in PARAMETERS for y in PARAMETERS))
    chosen = rng.sample(monomials, rng.randint(1, 3))
    return sum(rng.choice((-3, -2, -1, 1, 2, 3)) * m for m in chosen)


def formula_game(seed: int) -> Any:
    """A small tree with formulas in its payoffs; the odds of chance are numbers."""
    rng = random.Random(seed)
    players = ("Ann", "Bob", "Cy")[: 2 + (seed // 2) % 2]
    stages = _Stages(rng, players, formula, own_odds=False)
    return stages.game(rng.choice((3, 3, 4)), rng.choice((0.2, 0.5)))
