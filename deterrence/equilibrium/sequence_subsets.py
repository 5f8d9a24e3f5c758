"""Maximal Nash subsets in realisation plans, shown as behaviour strategies on the tree."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.description import Description, Range, labelled
from deterrence.equilibrium.factored import distinct
from deterrence.equilibrium.nash_subsets import Subset
from deterrence.equilibrium.reply_polyhedra import ReplyVertices
from deterrence.equilibrium.sequence_form import SequenceForm
from deterrence.equilibrium.subset_description import affine_dimension
from deterrence.equilibrium.subset_source import MIDDLE, Pick, SubsetSource, mean
from deterrence.equilibrium.tree_profiles import TreeEquilibrium, certified_tree_profile, labels_of
from deterrence.games.tree import Game

__all__ = ["Source"]

Plan = tuple[Fraction, ...]  # by sequence


class Source(SubsetSource):
    """Answers the records of a Solution from extreme equilibria and maximal Nash subsets."""

    def __init__(
        self, form: SequenceForm, sides: Sequence[ReplyVertices], subsets: list[list[Subset]]
    ) -> None:
        super().__init__(subsets)
        self.form, self.sides = form, sides
        self.game: Game = form.game
        self._kept: dict[tuple[int, Pick], TreeEquilibrium] = {}

    def dimension(self, cells: Sequence[int]) -> int:
        """Dimension of a family in realisation plans: irrelevant choices do not count."""
        return sum(affine_dimension(side) for side in self.plans_of(cells[0]))

    def plans_of(self, place: int) -> tuple[list[Plan], list[Plan]]:
        """The extreme realisation plans of each side of a maximal Nash subset."""
        subset = self.subsets[place]
        first = [self._plan(0, a) for a in subset.first]
        return first, [self._plan(1, b) for b in subset.second]

    def _plan(self, k: int, place: int) -> Plan:
        row = self.sides[k].plans[place].tolist()
        return tuple(Fraction(x, row[0]) for x in row)

    def equilibrium(self, component: int, picks: Pick) -> TreeEquilibrium:
        """A certified equilibrium."""
        key = (component, picks)
        if key not in self._kept:
            place, a, b = picks
            if (a, b) == MIDDLE:
                plans = [mean(side) for side in self.plans_of(place)]
            else:
                plans = [self._plan(0, a), self._plan(1, b)]
            rows = behaviour_rows(self.form, plans)
            if len(self._kept) > 10_000:
                self._kept.clear()
            self._kept[key] = certified_tree_profile(self.game, "nash", component, rows)
        return self._kept[key]

    def description(self, cells: Sequence[int]) -> Description:
        """What is fixed in a family and what varies."""
        sides = self.plans_of(cells[0])
        structure = self.game.structure
        strategies: list[Any] = [((Fraction(1), Fraction(1)),)] * len(structure.sets)
        for sequences, plans in zip(self.form.sequences, sides, strict=True):
            for place, s in enumerate(sequences.sets):
                before, actions = sequences.before[place], sequences.actions(place)
                strategies[s.index] = tuple(_range(plans, before, j) for j in actions)
        middle = behaviour_rows(self.form, [mean(side) for side in sides])
        beliefs = [(None,) * len(s.nodes) for s in structure.sets]
        relations = tuple(
            sentence for k in range(2) for sentence in relations_of(self.form, k, sides[k])
        )
        return labelled(structure, strategies, beliefs, relations, middle)

    # -- outcomes -----------------------------------------------------------------------------

    def envelope(self) -> dict[str, tuple[float, float]]:
        """Least and most over the set, by event or player; on a subset attained at corners."""
        return self._between(np.concatenate(self._rows))

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most over a component."""
        return self._between(self._rows[n])

    def outcomes(self) -> list[dict[str, float]]:
        """Distinct rows of payoffs and event probabilities at extreme equilibria."""
        names = labels_of(self.game)
        rows = distinct(np.concatenate(self._rows))
        return [dict(zip(names, map(float, row), strict=True)) for row in rows]

    def _between(self, rows: Any) -> dict[str, tuple[float, float]]:
        low, high = np.min(rows, axis=0), np.max(rows, axis=0)
        names = labels_of(self.game)
        return {n: (float(a), float(b)) for n, a, b in zip(names, low, high, strict=True)}

    @functools.cached_property
    def _rows(self) -> list[Any]:
        """By component, outcomes at its extreme equilibria."""
        tables = self.form.outcome_tables()
        plans = [side.plans.astype(float) / side.plans[:, :1].astype(float) for side in self.sides]
        found = []
        for places in self._of:
            pairs = sorted(
                {
                    (a, b)
                    for k in places
                    for a in self.subsets[k].first
                    for b in self.subsets[k].second
                }
            )
            x, y = plans[0][[a for a, _ in pairs]], plans[1][[b for _, b in pairs]]
            columns = [np.einsum("ij,ij->i", x @ table, y) for table in tables]
            found.append(np.stack(columns, axis=1))
        return found


def behaviour_rows(form: SequenceForm, plans: Sequence[Plan]) -> list[tuple[Fraction, ...]]:
    """Behaviour strategies by information set; an even mix where a player's own plan rules it out.

    Players who do not choose have one action everywhere.
    """
    rows: list[tuple[Fraction, ...]] = [(Fraction(1),)] * len(form.game.structure.sets)
    for sequences, plan in zip(form.sequences, plans, strict=True):
        for place, s in enumerate(sequences.sets):
            whole, actions = plan[sequences.before[place]], sequences.actions(place)
            even = Fraction(1, len(actions))
            rows[s.index] = tuple(plan[j] / whole if whole else even for j in actions)
    return rows


def _range(plans: Sequence[Plan], before: int, sequence: int) -> Range | None:
    """Least and most of a probability; None where every point rules the choice out."""
    shares = [plan[sequence] / plan[before] for plan in plans if plan[before]]
    if not shares:
        return None
    if len(shares) < len(plans):
        return Fraction(0), Fraction(1)  # where the choice is ruled out, it is free
    return min(shares), max(shares)


def relations_of(form: SequenceForm, k: int, plans: Sequence[Plan]) -> list[str]:
    """Relations; filled in later."""
    return []
