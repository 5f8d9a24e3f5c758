"""Maximal Nash subsets in realisation plans, shown as behaviour strategies on the tree."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.description_record import Description, Range, labelled
from deterrence.equilibrium.hulls import hull_of
from deterrence.equilibrium.multilinear import independent
from deterrence.equilibrium.nash_subsets import Subset
from deterrence.equilibrium.outcomes import distinct, rows_by_name, spans_of
from deterrence.equilibrium.polynomials import Polynomial
from deterrence.equilibrium.polytope import Row, value_at
from deterrence.equilibrium.relation_text import sentence, shortest
from deterrence.equilibrium.reply_polyhedra import ReplyVertices
from deterrence.equilibrium.sequence_form import SequenceForm, Sequences
from deterrence.equilibrium.subset_description import affine_dimension
from deterrence.equilibrium.subset_source import MIDDLE, Pick, SubsetSource, mean
from deterrence.equilibrium.tree_profiles import TreeEquilibrium, certified_tree_profile
from deterrence.games.structure import Structure
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
        return spans_of(self.game, np.concatenate(self._rows))

    def component_outcome(self, n: int) -> dict[str, tuple[float, float]]:
        """Least and most over a component."""
        return spans_of(self.game, self._rows[n])

    def outcomes(self) -> list[dict[str, float]]:
        """Distinct rows of payoffs and event probabilities at extreme equilibria."""
        return rows_by_name(self.game, distinct(np.concatenate(self._rows)))

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


def relations_of(form: SequenceForm, k: int, plans: Sequence[Plan]) -> Iterator[str]:
    """What ties one side's probabilities to each other: the hull of its extreme plans.

    Products of a player's probabilities along its own way to a choice are what is tied.
    """
    sequences, structure = form.sequences[k], form.game.structure
    if len(plans) == 1:
        return
    ways: list[tuple[tuple[int, int], ...]] = [()] * len(sequences)
    for place, s in enumerate(sequences.sets):
        for a, sequence in enumerate(sequences.actions(place)):
            ways[sequence] = (*ways[sequences.before[place]], (s.index, a))
    fixed = {n: plans[0][n] for n, column in enumerate(zip(*plans, strict=True)) if _one(column)}
    shares = _certain(form, k, plans)

    def polynomial(row: Row) -> Polynomial:
        found: Polynomial = {(): row.get(-1, Fraction(0))}
        for n, c in row.items():
            if n >= 0:
                monomial = tuple(atom for atom in ways[n] if shares.get(atom) != 1)
                number = c * fixed.get(n, Fraction(1))
                key = () if n in fixed else monomial
                found[key] = found.get(key, Fraction(0)) + number
        return {m: c for m, c in found.items() if c}

    sums = [polynomial(row) for row in _sums(sequences)]
    sums = [row for row in sums if row]
    equal, least = hull_of(plans)
    known = independent(sums)
    for row in map(polynomial, equal):
        if row and len(independent([*known, row])) > len(known):
            known.append(row)
            yield from _told(structure, shortest(row, sums), "=")
    vanishing = [_zeros({n: Fraction(1)}, plans) for n in range(len(plans[0]))]
    for facet in least:
        if _zeros(facet, plans) not in vanishing:  # that no probability is negative needs no words
            yield from _told(structure, shortest(polynomial(facet), sums), ">=")


def _one(column: Sequence[Fraction]) -> bool:
    return min(column) == max(column)


def _zeros(row: Row, plans: Sequence[Plan]) -> list[bool]:
    """The plans at which a form is zero."""
    return [not value_at(row, plan) for plan in plans]


def _certain(form: SequenceForm, k: int, plans: Sequence[Plan]) -> dict[tuple[int, int], Fraction]:
    """Probabilities that are the same in all plans."""
    found = {}
    sequences = form.sequences[k]
    for place, s in enumerate(sequences.sets):
        for a, sequence in enumerate(sequences.actions(place)):
            between = _range(plans, sequences.before[place], sequence)
            if between is not None and between[0] == between[1]:
                found[s.index, a] = between[0]
    return found


def _sums(sequences: Sequences) -> Iterator[Row]:
    """The parts of a mix sum to what it is part of."""
    for place, before in enumerate(sequences.before):
        row: Row = {n: Fraction(1) for n in sequences.actions(place)}
        if before:
            row[before] = Fraction(-1)
        else:
            row[-1] = Fraction(-1)
        yield row


def _told(structure: Structure, row: Polynomial, sign: str) -> Iterator[str]:
    def name(atom: Any) -> str:
        s = structure.sets[atom[0]]
        return f"P[{s.player} | {s.knows!r}]({s.actions[atom[1]]})"

    text = sentence(row, sign, name)
    if text:
        yield text
