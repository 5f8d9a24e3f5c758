"""Beliefs that support a given strategy profile: any off the path, or consistent ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.equilibrium.bayesian_profiles import whole_beliefs
from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.certificate_record import Deviation
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.decomposition import Block
from deterrence.equilibrium.plays import centre, play
from deterrence.equilibrium.polytope import Row, extreme_points
from deterrence.equilibrium.profiles import solve_support
from deterrence.equilibrium.reduced_block import Reduced
from deterrence.equilibrium.reduction import chance_reach, reduce_block
from deterrence.games.assessment import Assessment
from deterrence.games.structure import InformationSet
from deterrence.games.tree import Game

__all__ = ["Consistent", "OwnBeliefs", "consistent_beliefs", "own_beliefs"]

Rows = Sequence[tuple[Fraction, ...]]
Beliefs = tuple[tuple[Fraction, ...], ...]


@dataclass(frozen=True)
class OwnBeliefs:
    """Beliefs chosen set by set.

    Attributes
    ----------
    beliefs : tuple of tuple of fractions.Fraction
        By information set and node.
    chosen : frozenset of int
        The sets off the path at which none were given.
    hopeless : dict of int to tuple of Deviation
        Sets off the path at which no belief supports the strategy, each with plans of which one
        is better under every belief.
    """

    beliefs: Beliefs
    chosen: frozenset[int]
    hopeless: dict[int, tuple[Deviation, ...]]


def own_beliefs(
    game: Game,
    rows: Rows,
    given: Mapping[int, tuple[Fraction, ...]] | None = None,
    *,
    exact: bool = True,
) -> OwnBeliefs:
    """At every set off the path a belief that makes the strategy best from there on, if any does.

    Plans that are better under the beliefs tried so far are collected until a belief makes none of
    them better; there are finitely many.

    Parameters
    ----------
    game : Game
        With numbers, and without impossible chance branches.
    rows : sequence of tuple of fractions.Fraction
        Probabilities by information set and action.
    given : mapping, optional
        Beliefs that stay as they are.
    exact : bool, optional
        Whether the profile is meant exactly.
    """
    given = dict(given or {})
    structure = game.structure
    reached = Assessment(game, tuple(rows), whole_beliefs(game, rows, {})).reached
    open_sets = {
        s.index: s
        for s in structure.sets
        if len(s.nodes) > 1 and s.index not in given and not reached(s.player, s.knows)
    }
    search = _Search(game, rows, given, open_sets, exact)
    while search.step():
        pass
    hopeless = {k: tuple(d) for k, d in search.hopeless.items()}
    return OwnBeliefs(search.beliefs, frozenset(open_sets), hopeless)


class _Search:
    def __init__(
        self,
        game: Game,
        rows: Rows,
        given: dict[int, tuple[Fraction, ...]],
        open_sets: dict[int, InformationSet],
        exact: bool,
    ) -> None:
        self.game, self.rows, self.open, self.exact = game, rows, open_sets, exact
        self.held = given
        self.losses: dict[int, list[list[Fraction]]] = {}
        self.plans: dict[int, list[Deviation]] = {}
        self.hopeless: dict[int, list[Deviation]] = {}
        self.values = self._values(rows)

    @property
    def beliefs(self) -> Beliefs:
        """Those chosen so far, with Bayes' rule."""
        return whole_beliefs(self.game, self.rows, self.held)

    def step(self) -> bool:
        """Add the plans that are better under the present beliefs; whether any belief changed."""
        held = self.beliefs
        concept = "perfect-bayesian"
        certificate = check(self.game, self.rows, held, None, concept, exact=self.exact)
        changed = False
        for deviation in certificate.deviations:
            own = self.game.structure.by_name[deviation.player, deviation.knows]
            if own.index not in self.open or own.index in self.hopeless:
                continue
            self.losses.setdefault(own.index, []).append(self._loss(own, deviation))
            self.plans.setdefault(own.index, []).append(deviation)
            changed = self._choose(own) or changed
        return changed

    def _choose(self, own: InformationSet) -> bool:
        """A belief under which no plan found so far is better; False if there is none."""
        size = len(own.nodes)
        total: Row = {-1: Fraction(-1), **{j: Fraction(1) for j in range(size)}}
        rows = [dict(enumerate(loss)) for loss in self.losses[own.index]]
        corners = extreme_points(size, [total], rows)
        if not corners:
            self.hopeless[own.index] = self.plans[own.index]
            return False
        count = Fraction(len(corners))
        self.held[own.index] = tuple(
            sum(c, Fraction(0)) / count for c in zip(*corners, strict=True)
        )
        return True

    def _loss(self, own: InformationSet, deviation: Deviation) -> list[Fraction]:
        """By node, what the strategy pays more than the plan."""
        rows = list(self.rows)
        for knows, action in deviation.plan:
            other = self.game.structure.by_name[deviation.player, knows]
            rows[other.index] = tuple(Fraction(int(a == action)) for a in other.actions)
        player = self.game.players.index(deviation.player)
        instead = self._values(rows)
        return [self.values[n][player] - instead[n][player] for n in own.nodes]

    def _values(self, rows: Rows) -> list[tuple[Fraction, ...]]:
        beliefs = whole_beliefs(self.game, rows, {})
        return Assessment(self.game, tuple(rows), beliefs).node_values()


@dataclass(frozen=True)
class Consistent:
    """Consistent beliefs that support a strategy profile.

    Attributes
    ----------
    beliefs : tuple of tuple of fractions.Fraction, or None
        None if there are none, or it is undecided.
    witness : Witness or None
    undecided : str
        Why it could not be decided, if so.
    """

    beliefs: Beliefs | None
    witness: Witness | None = None
    undecided: str = ""


def consistent_beliefs(game: Game, rows: Rows) -> Consistent:
    """Beliefs that trembles give and that make every choice of a strategy profile best.

    Parameters
    ----------
    game : Game
        With numbers, and without impossible chance branches.
    rows : sequence of tuple of fractions.Fraction
        Some belief supports each choice.
    """
    whole = Block(tuple(range(len(game.structure.sets))), (0,))
    reduced = reduce_block(game, whole, chance_reach(game))
    support = [sum(1 << a for a, p in enumerate(row) if p) for row in rows]
    if any(support[k] != 1 << a for k, a in reduced.settled.items()) or _plays_dropped(
        reduced, rows
    ):
        return Consistent(None)
    profile = {k: support[k] for k in reduced.open}
    mixing = {
        ("p", k, a): p for k in profile for a, p in enumerate(rows[k]) if p and support[k] != 1 << a
    }
    outcome = solve_support(reduced, profile, mixing)
    for cell in outcome.cells:
        plays = play(game, reduced, cell, centre(cell))
        if plays is not None:
            found = [plays[k] for k in range(len(rows))]
            witness = Witness(tuple(r.order for r in found), tuple(r.weights for r in found))
            return Consistent(beliefs_from(game, rows, witness), witness)
    reason = "; ".join(outcome.unresolved)
    if outcome.cells and not reason:
        reason = "no exact trembles were found for beliefs that would do"
    return Consistent(None, None, reason)


def _plays_dropped(reduced: Reduced, rows: Rows) -> bool:
    return any(rows[k][a] for k, a in reduced.dropped)
