"""Stationary profiles block by block: states that lead to each other are searched together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import numpy as np

from deterrence.equilibrium.markov_form import MarkovForm
from deterrence.equilibrium.markov_mixed import mixed_profiles
from deterrence.equilibrium.markov_parts import Floats
from deterrence.equilibrium.markov_search import SupportSearch

__all__ = ["BlockSearch"]


class BlockSearch:
    """The search for stationary profiles that may be equilibria.

    Parameters
    ----------
    form : MarkovForm
    budget : int
        Branches to look at in all.
    mixing : bool
        Whether to look at supports that mix.

    Attributes
    ----------
    record : Counter of str
        How many branches each reason ended.
    spent : bool
        Whether the budget ran out before the search was over.
    doubtful : int
        Supports that mix and that the bounds do not exclude.
    branched : bool
        Whether the bounds alone did not decide everything.
    """

    def __init__(self, form: MarkovForm, budget: int, *, mixing: bool) -> None:
        self.form, self.budget, self.mixing = form, budget, mixing
        self.record: Counter[str] = Counter()
        self.spent = self.branched = False
        self.doubtful = 0

    def profiles(self) -> Iterator[Floats]:
        """Candidates: probabilities of every action."""
        form = self.form
        values = np.zeros((len(form.roots), form.pay.shape[1]))
        yield from self._from(0, np.zeros(len(form.owner)), values)

    def _from(self, n: int, play: Floats, values: Floats) -> Iterator[Floats]:
        """Candidates that continue what is played in the first blocks."""
        if n == len(self.form.blocks):
            yield play
            return
        states = self.form.blocks[n]
        block, actions = self.form.within(states, values)
        for part in self._of(block):
            whole, worth = play.copy(), values.copy()
            whole[actions] = part
            worth[states] = block.values(part)
            yield from self._from(n + 1, whole, worth)
            if self.spent:
                return

    def _of(self, block: MarkovForm) -> Iterator[Floats]:
        if not block.spots:
            yield np.zeros(0)
            return
        search = SupportSearch(block, self.budget)
        root = search.root()
        if root is None:
            self.record["continuations without an equilibrium in a block"] += 1
            return
        self.branched |= bool(root.open.sum() > len(block.spots))
        for leaf in search.pure(root):
            self._settle(search)
            yield leaf.open.astype(float)
            search.budget = self.budget
        if self.mixing and not search.spent:
            for leaf in search.mixed(root):
                self.doubtful += 1
                self._settle(search)
                yield from mixed_profiles(block, leaf)
                search.budget = self.budget
        self._settle(search)

    def _settle(self, search: SupportSearch) -> None:
        """Take over what a search in a block has used and recorded."""
        self.budget = search.budget
        self.spent |= search.spent
        self.record += search.record
        search.record.clear()
