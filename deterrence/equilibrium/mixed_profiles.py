"""Mixed profiles of strategic games: what they pay, and whether anybody gains by a deviation.

The check uses the game's exact payoffs and the probabilities alone; it shares no code with solvers.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.certificate_record import Certificate
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import CertificateError, unknown
from deterrence.games.assessment import Assessment, Labelled
from deterrence.games.numbers import plain
from deterrence.games.strategic import StrategicGame

__all__ = ["MixedEquilibrium", "action_values", "certified_profile", "check_profile"]

Mixture = tuple[Fraction, ...]
WHERE = ()  # what a player knows when it moves


def action_values(game: StrategicGame, profile: Sequence[Mixture], player: int) -> list[Fraction]:
    """What each action of a player pays against the mixtures of the others.

    Parameters
    ----------
    game : StrategicGame
    profile : sequence of tuple of fractions.Fraction
        By player and action.
    player : int
        Place among the game's players.

    Returns
    -------
    list of fractions.Fraction
    """
    table = game.payoffs[game.players[player]]
    for axis in reversed(range(len(profile))):
        if axis != player:
            used = [k for k, p in enumerate(profile[axis]) if p]
            weights = np.array([profile[axis][k] for k in used], dtype=object)
            table = np.tensordot(np.take(table, used, axis=axis), weights, axes=([axis], [0]))
    return list(table)


def check_profile(
    game: StrategicGame, profile: Sequence[Mixture], tolerance: Fraction | None = None
) -> Certificate:
    """Check from scratch whether a mixed profile is a Nash equilibrium.

    Parameters
    ----------
    game : StrategicGame
    profile : sequence of tuple of fractions.Fraction
        By player and action.
    tolerance : fractions.Fraction, optional
        Gains up to this share of a player's payoff span are let pass; none where it is missing.

    Returns
    -------
    Certificate
        Its regret is exact for the profile as given; `exact` says that no tolerance was used.
    """
    reasons: list[tuple[str, str]] = []
    regret = Fraction(0)
    shape = tuple(len(mixture) for mixture in profile)
    if shape != game.shape:
        reasons.append(
            (game.players[0], f"{shape} probabilities for a game of shape {game.shape}.")
        )
    for player, mixture in zip(game.players, profile, strict=False):
        if min(mixture, default=Fraction(0)) < 0 or sum(mixture) != 1:
            reasons.append(
                (player, f"{player}: the probabilities are negative or do not sum to 1.")
            )
    if not reasons:
        for k, player in enumerate(game.players):
            values = action_values(game, profile, k)
            kept = sum((p * v for p, v in zip(profile[k], values, strict=True) if p), Fraction(0))
            best = max(values)
            regret = max(regret, best - kept)
            if best - kept > (tolerance * _span(game, player) if tolerance else 0):
                action = game.actions[player][values.index(best)]
                gained = f"{plain(best - kept)} ({plain(best)} instead of {plain(kept)})"
                reasons.append((player, f"{player}: playing {action!r} gains {gained}."))
    return Certificate(
        concept="nash",
        regret=regret,
        exact=tolerance is None,
        witness=None,
        holds=not reasons,
        reasons=tuple(reason for _, reason in reasons),
        places=tuple((player, WHERE) for player, _ in reasons),
    )


def _span(game: StrategicGame, player: str) -> Fraction:
    payoffs = game.payoffs[player]
    return Fraction(payoffs.max() - payoffs.min()) or Fraction(1)


class MixedEquilibrium(Equilibrium):
    """A Nash equilibrium of a strategic game.

    Parameters
    ----------
    game : StrategicGame
    component : int
        The connected component of the solution that it belongs to.
    profile : tuple of tuple of fractions.Fraction
        By player and action.
    tolerance : fractions.Fraction, optional
        Of the check; none where the profile is exact.
    extreme : callable, optional
        Gives the extreme points of the maximal Nash subset.

    Attributes
    ----------
    profile : tuple of tuple of fractions.Fraction
    """

    def __init__(
        self,
        game: StrategicGame,
        component: int,
        profile: tuple[Mixture, ...],
        tolerance: Fraction | None = None,
        extreme: Callable[[], tuple[MixedEquilibrium, ...]] | None = None,
    ) -> None:
        given = {"game": game, "concept": "nash", "component": component, "profile": profile}
        self.__dict__.update(given, _tolerance=tolerance, _extreme=extreme)

    game: Any
    profile: tuple[Mixture, ...]

    @functools.cached_property
    def strategy(self) -> Labelled:
        """``strategy[player][()][action]``: a probability."""
        return Labelled(
            "player",
            {
                p: Labelled(
                    f"information set of {p}",
                    {WHERE: Labelled("action", dict(zip(self.game.actions[p], row, strict=True)))},
                )
                for p, row in zip(self.game.players, self.profile, strict=True)
            },
        )

    @property
    def beliefs(self) -> Labelled:
        """Empty for every player: nobody sees anything."""
        empty = {p: Labelled(f"information set of {p}", {}) for p in self.game.players}
        return Labelled("player", empty)

    @functools.cached_property
    def payoffs(self) -> Labelled:
        """``payoffs[player]``: expected payoff."""
        found = {}
        for k, player in enumerate(self.game.players):
            values = action_values(self.game, self.profile, k)
            row = zip(self.profile[k], values, strict=True)
            found[player] = sum((p * v for p, v in row if p), Fraction(0))
        return Labelled("player", found)

    def probability(self, event: str, by: str | None = None) -> Fraction:
        """An error: a strategic game names no events."""
        raise unknown("event", event, ())

    @functools.cached_property
    def certificate(self) -> Certificate:
        """What a check from scratch found."""
        return check_profile(self.game, self.profile, self.__dict__["_tolerance"])

    @functools.cached_property
    def extreme(self) -> tuple[MixedEquilibrium, ...]:
        """The extreme points of its maximal Nash subset; itself where it stands alone."""
        make = self.__dict__["_extreme"]
        return (self,) if make is None else make()

    @functools.cached_property
    def assessment(self) -> Assessment:
        """The same in the tree in which one player moves after the other, unseen."""
        tree = self.game.tree
        place = {player: k for k, player in enumerate(self.game.players)}
        rows = [self.profile[place[s.player]] for s in tree.structure.sets]
        beliefs: list[Mixture] = []
        arrivals: Mixture = (Fraction(1),)
        for row in rows:  # players move in the order of the sets
            beliefs.append(arrivals)
            arrivals = tuple(a * p for a in arrivals for p in row)
        return Assessment(tree, tuple(rows), tuple(beliefs))

    @functools.cached_property
    def witness(self) -> Witness:
        """Trembles of first order towards every unplayed action."""
        return Witness(
            tuple(tuple(int(not p) for p in row) for row in self.profile),
            tuple(tuple(p or Fraction(1) for p in row) for row in self.profile),
            exact=self.__dict__["_tolerance"] is None,
        )


def certified_profile(
    game: StrategicGame,
    component: int,
    profile: tuple[Mixture, ...],
    tolerance: Fraction | None = None,
    extreme: Callable[[], tuple[MixedEquilibrium, ...]] | None = None,
) -> MixedEquilibrium:
    """A mixed equilibrium whose certificate holds; CertificateError if it does not."""
    found = MixedEquilibrium(game, component, profile, tolerance, extreme)
    if not found.certificate.holds:
        raise CertificateError(
            "the independent check refuses what the solver found: "
            f"{found.certificate.reasons[0]} Please report this game."
        )
    return found
