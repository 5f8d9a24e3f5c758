"""Perfect Bayesian equilibria: strategies with beliefs that need no trembles behind them."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.certificate import Certificate, check
from deterrence.equilibrium.consistency import Witness, find_witness
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
    """Beliefs at all sets: those given, else by Bayes' rule, else in the proportions of chance.

    The last are at sets where the choice is the same whatever is believed.
    """
    s, numbers = game.structure, game.numbers
    found = []
    for own in s.sets:
        if own.index in beliefs or len(own.nodes) == 1:
            found.append(beliefs.get(own.index, (Fraction(1),)))
            continue
        player = s.players.index(own.player)
        luck = [Fraction(1)] * len(own.nodes)
        reach = [Fraction(1)] * len(own.nodes)
        for j, member in enumerate(own.nodes):
            node = member
            while (above := s.parent[node]) >= 0:
                places = s.chance[node]
                if places is not None:
                    luck[j] *= numbers[places[player]]
                else:
                    reach[j] *= rows[s.set_of[above]][s.children[above].index(node)]
                node = above
        weights = [x * y for x, y in zip(luck, reach, strict=True)]
        weights = weights if any(weights) else luck
        total = sum(weights, Fraction(0))
        found.append(tuple(w / total for w in weights))
    return tuple(found)
