"""Which supports can hold a stationary Markov perfect equilibrium: depth first, with bounds."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.markov_bounds import Mask, bounds_of, excluded
from deterrence.equilibrium.markov_form import MarkovForm

__all__ = ["Support", "SupportSearch"]

Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Support:
    """What may be played, and where that is settled.

    Attributes
    ----------
    open : ndarray of bool
        By action.
    settled : ndarray of bool
        By information set: whether all of its open actions are played.
    """

    open: Mask
    settled: Flags


@dataclass
class SupportSearch:
    """The search over supports.

    Attributes
    ----------
    form : MarkovForm
    budget : int
        Branches that may still be looked at.
    record : Counter of str
        How many branches each reason ended.
    """

    form: MarkovForm
    budget: int
    record: Counter[str] = field(default_factory=Counter)

    @property
    def spent(self) -> bool:
        """Whether the budget ran out before the search was over."""
        return self.budget < 0

    def root(self) -> Support | None:
        """What the bounds leave open at the start."""
        form = self.form
        whole = Support(np.ones(len(form.owner), bool), np.zeros(len(form.spots), bool))
        return self._narrowed(whole)

    def pure(self, root: Support) -> Iterator[Support]:
        """Every support in which nobody mixes that the bounds do not exclude."""
        return self._leaves(root, mixing=False)

    def mixed(self, root: Support) -> Iterator[Support]:
        """Every support in which somebody mixes that the bounds do not exclude."""
        for leaf in self._leaves(root, mixing=True):
            if leaf.open.sum() > len(leaf.settled):
                yield leaf

    def _leaves(self, root: Support, *, mixing: bool) -> Iterator[Support]:
        stack = [root]
        while stack:
            support = stack.pop()
            place = self._undecided(support)
            if place is None:
                yield support
                continue
            for choice in self._choices(support, place, mixing=mixing):
                self.budget -= 1
                if self.spent:
                    return
                if (smaller := self._narrowed(choice)) is not None:
                    stack.append(smaller)
                else:
                    self.record["excluded by bounds on values"] += 1

    def _undecided(self, support: Support) -> int | None:
        """An open information set of the first state that has one: the last one in its stage."""
        counts = np.bincount(self.form.owner, support.open, minlength=len(support.settled))
        places = np.flatnonzero((counts > 1) & ~support.settled)
        if not len(places):
            return None
        states = self._states[places]
        return int(places[states == states.min()][-1])

    @functools.cached_property
    def _states(self) -> NDArray[np.intp]:
        """By information set, the place of its state."""
        nodes = [spot.below[0, 0] for spot in self.form.spots]
        return np.searchsorted(self.form.roots, nodes, side="right") - 1

    def _choices(self, support: Support, place: int, *, mixing: bool) -> Iterator[Support]:
        actions = self.form.spots[place].actions
        allowed = actions[support.open[actions]]
        for size in range(len(allowed) if mixing else 1, 0, -1):
            for subset in itertools.combinations(allowed, size):
                open_, settled = support.open.copy(), support.settled.copy()
                open_[actions] = False
                open_[list(subset)] = True
                settled[place] = True
                yield Support(open_, settled)

    def _narrowed(self, support: Support) -> Support | None:
        """The support without what is worse whatever the rest; None if nothing can be left."""
        form, open_ = self.form, support.open.copy()
        while True:
            bounds = bounds_of(form, open_)
            if np.any(bounds.low > bounds.high + 1e-9 * (1 + np.abs(bounds.high))):
                return None  # somebody would get less than its best action gives
            gone = excluded(form, bounds, open_)
            if not gone.any():
                return Support(open_, support.settled)
            if support.settled[form.owner[gone]].any():
                return None
            open_ &= ~gone
            if not np.all(np.bincount(form.owner, open_, minlength=len(form.spots))):
                return None
