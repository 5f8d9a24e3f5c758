"""What may delimit where a claim holds: statements on incentives and on the two simple plays."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.cutoffs import war_payoffs
from deterrence.oped.evidence import Ends
from deterrence.oped.incentives import incentives
from deterrence.oped.orders import TOLERANCE
from deterrence.oped.predicates import LIKELY, RARE
from deterrence.oped.settings import sample, values_at
from deterrence.oped.simple_plays import played, simple_plays

__all__ = ["SETTLED", "compared", "statements", "statements_of_sample"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Named = dict[str, Floats]
FEW = 64  # points, to see which incentives a guarantee moves
SETTLED = "both plays are equilibria"


def statements(settings: tuple[str, ...], drawn: Mapping[str, Floats]) -> tuple[Named, Named]:
    """What may delimit a claim on some guarantees; where positive, the name is true.

    Parameters
    ----------
    settings : tuple of str
        Of `SETTINGS`: the guarantees.
    drawn : mapping of str to ndarray, shape (points,)
        Every stake.

    Returns
    -------
    plays : dict of str to ndarray, shape (points,)
        On the two simple plays. ``attack(strong) > attack(none)`` compares the probability of an
        attack under two guarantees, at both ends of the two plays: no less at either, and more at
        one; with ``>=``, no less at either; with ``=``, the same at both. What compares with a
        number is true of both plays; ``others`` are the other guarantees that the claim compares. A
        probability has its event's name, a payoff its owner's.
    incentives : dict of str to ndarray, shape (points,)
        Those of `incentives`; where they differ between the guarantees, the name ends in whose.
    """
    return _joined(settings, {s: _Under.of(s, drawn) for s in settings})


def statements_of_sample(settings: tuple[str, ...], count: int, seed: int) -> tuple[Named, Named]:
    """The same at points drawn from the plausible box; what a guarantee gives is kept."""
    return _joined(settings, {s: _kept(s, count, seed) for s in settings})


@dataclass(frozen=True, eq=False)
class _Under:
    """The two simple plays and the incentives under one guarantee."""

    ends: Mapping[str, Ends]  # of the two plays, by outcome
    war: Mapping[str, Floats]
    incentives: Mapping[str, Floats]
    settled: Bools  # whether both are equilibria

    @classmethod
    def of(cls, setting: str, drawn: Mapping[str, Floats]) -> _Under:
        x = values_at(setting, drawn)
        plays = simple_plays(x)
        one, other = (played(play) for play in plays.values())
        ends = {n: Ends(np.minimum(one[n], other[n]), np.maximum(one[n], other[n])) for n in one}
        steady = [after.settled() for play in plays.values() for after in play.values()]
        named = incentives(x, plays["quiet"]["keep, restrained"])
        return cls(ends, war_payoffs(x), named, np.logical_and.reduce(steady))

    def named(self) -> dict[str, Ends]:
        """Payoffs, each also less that of the war, and probabilities, by short names."""
        found = {name.removeprefix("Russia, "): ends for name, ends in self.ends.items()}
        gains = {
            f"{who.removeprefix('Russia, ')} beyond the war": self.ends[who] - war
            for who, war in self.war.items()
        }
        return found | gains


@functools.lru_cache(maxsize=64)
def _kept(setting: str, count: int, seed: int) -> _Under:
    return _Under.of(setting, sample(count, "plausible", seed))


def _joined(settings: tuple[str, ...], under: Mapping[str, _Under]) -> tuple[Named, Named]:
    named = {s: one.named() for s, one in under.items()}
    plays: Named = {}
    for outcome in named[settings[0]]:
        plays |= compared(outcome, {s: ends[outcome] for s, ends in named.items()})
    for s, one in under.items():
        plays[f"{SETTLED} ({s})"] = np.where(one.settled, 1.0, -1.0)
    alike = _alike(settings)
    alone = {
        name if name in alike else f"{name} ({s})": column
        for s, one in under.items()
        for name, column in one.incentives.items()
    }
    return plays, alone


def compared(outcome: str, ends: Mapping[str, Ends]) -> Named:
    """What can be said of an outcome of simple plays, by what they are compared on.

    Parameters
    ----------
    outcome : str
    ends : mapping of str to Ends
        Least and most over the plays, by guarantee.
    """
    found = {}
    for one, other in permutations(ends, 2):
        low, high = _apart(ends[one], ends[other])
        weakly = np.minimum(low, high) + TOLERANCE
        strictly = np.minimum(weakly, np.maximum(low, high) - TOLERANCE)
        found[f"{outcome}({one}) > {outcome}({other})"] = strictly
        found[f"{outcome}({one}) >= {outcome}({other})"] = weakly
        if (one, other) in list(combinations(ends, 2)):
            same = np.maximum(abs(low), abs(high))
            found[f"{outcome}({one}) = {outcome}({other})"] = TOLERANCE - same
    for one in ends if len(ends) > 2 else ():
        rest = [ends[s] for s in ends if s != one]
        best = Ends(np.max([e.least for e in rest], axis=0), np.max([e.most for e in rest], axis=0))
        found[f"max {outcome}(others) > {outcome}({one})"] = (
            np.minimum(*_apart(best, ends[one])) - TOLERANCE
        )
    for one, e in ends.items():
        found[f"{outcome}({one}) > 0"] = e.least - TOLERANCE
        found[f"{outcome}({one}) <= 0"] = TOLERANCE - e.most
        found[f"the plays differ in {outcome}({one})"] = e.most - e.least - TOLERANCE
        if outcome == "attack":
            found[f"attack({one}) >= {LIKELY:g}"] = e.least - LIKELY + TOLERANCE
            found[f"attack({one}) <= {RARE:g}"] = RARE + TOLERANCE - e.most
    return found


def _apart(one: Ends, other: Ends) -> tuple[Floats, Floats]:
    return one.least - other.least, one.most - other.most


@functools.cache
def _alike(settings: tuple[str, ...]) -> frozenset[str]:
    """The incentives that are the same under all of these, for whatever stakes."""
    few = sample(FEW, "plausible", 0)
    first, *others = (incentives(values_at(s, few)) for s in settings)
    return frozenset(
        n for n, column in first.items() if all((column == o[n]).all() for o in others)
    )
