"""Perfect Bayesian equilibria: strategies with beliefs that need no trembles behind them."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.certificate import check
from deterrence.equilibrium.certificate_record import Certificate
from deterrence.equilibrium.consistency import find_witness
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import CertificateError
from deterrence.games.assessment import Assessment
from deterrence.games.tree import Game

__all__ = ["BayesianEquilibrium", "certified_assessment", "whole_beliefs"]

Rows = Sequence[tuple[Fraction, ...]]


class BayesianEquilibrium(Equilibrium):
    """A perfect Bayesian equilibrium; beliefs off the path are its own, not those of trembles.

    Parameters
    ----------
    game : Game
    concept : str
    component : int
        The connected component of the solution that it belongs to.
    assessment : Assessment
    is_exact : bool
        Whether no number was rounded.
    """

    def __init__(
        self, game: Game, concept: str, component: int, assessment: Assessment, is_exact: bool
    ) -> None:
        given = {"game": game, "concept": concept, "component": component}
        self.__dict__.update(given, assessment=assessment, is_exact=is_exact)

    is_exact: bool

    @functools.cached_property
    def witness(self) -> Any:
        """Trembles that give the beliefs; None if there are none, which the concept allows."""
        beliefs = dict(enumerate(self.assessment.node_beliefs))
        found = find_witness(self.game, self.assessment.probabilities, beliefs)
        return found if isinstance(found, Witness) else None

    @functools.cached_property
    def certificate(self) -> Certificate:
        """What a check from scratch found."""
        return check(
            self.game,
            self.assessment.probabilities,
            self.assessment.node_beliefs,
            None,
            self.concept,
            exact=self.__dict__["is_exact"],
        )


def certified_assessment(
    game: Game,
    concept: str,
    component: int,
    rows: Rows,
    beliefs: Mapping[int, tuple[Fraction, ...]],
    is_exact: bool,
) -> BayesianEquilibrium:
    """An equilibrium whose certificate holds; CertificateError if it does not."""
    assessment = Assessment(game, tuple(rows), whole_beliefs(game, rows, beliefs))
    found = BayesianEquilibrium(game, concept, component, assessment, is_exact)
    if not found.certificate.holds:
        raise CertificateError(
            "the independent check refuses what the solver found: "
            f"{found.certificate.reasons[0]} Please report this game."
        )
    return found


def whole_beliefs(
    game: Game, rows: Rows, beliefs: Mapping[int, tuple[Fraction, ...]]
) -> tuple[tuple[Fraction, ...], ...]:
    """Beliefs at all sets: those given, else what chance and play say of the fewest mistakes.

    Where play arrives that is Bayes' rule.
    """
    players = {name: k for k, name in enumerate(game.structure.players)}
    return tuple(
        beliefs[own.index]
        if own.index in beliefs
        else _likeliest([_way(game, rows, node, players[own.player]) for node in own.nodes])
        if len(own.nodes) > 1
        else (Fraction(1),)
        for own in game.structure.sets
    )


def _way(game: Game, rows: Rows, node: int, player: int) -> tuple[int, Fraction]:
    """How many mistakes lead to a node, and how likely the rest of the way is."""
    s, mistakes, likely = game.structure, 0, Fraction(1)
    while (above := s.parent[node]) >= 0:
        places = s.chance[node]
        if places is not None:
            likely *= game.numbers[places[player]]
        elif p := rows[s.set_of[above]][s.children[above].index(node)]:
            likely *= p
        else:
            mistakes += 1
        node = above
    return mistakes, likely


def _likeliest(ways: Sequence[tuple[int, Fraction]]) -> tuple[Fraction, ...]:
    fewest = min(mistakes for mistakes, _ in ways)
    weights = [likely if mistakes == fewest else Fraction(0) for mistakes, likely in ways]
    total = sum(weights, Fraction(0))
    return tuple(w / total for w in weights)
