"""What a check of an assessment finds: a certificate, and the gains in it."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.games.numbers import plain

__all__ = ["Certificate", "Deviation", "Finding"]

CONCEPTS = ("sequential", "no-signalling", "perfect-bayesian", "subgame-perfect", "nash")
WITH_BELIEFS = ("sequential", "no-signalling", "perfect-bayesian")
NAMES = {
    "nash": "Nash",
    "perfect-bayesian": "perfect Bayesian",
    "no-signalling": "no-signalling perfect Bayesian",
}

Place = tuple[str, Any]


@dataclass(frozen=True)
class Deviation:
    """What a player gains by playing otherwise.

    Attributes
    ----------
    player : str
    knows : hashable
        The information set at which it gains, given its belief there; where a whole strategy is
        compared, the first at which it plays otherwise.
    plan : tuple of (knows, action)
        Where it plays otherwise, first to last, and what.
    gain : fractions.Fraction
    value, best : fractions.Fraction
        Its payoff as it plays, and with the plan.
    """

    player: str
    knows: Any
    plan: tuple[tuple[Any, str], ...]
    gain: Fraction
    value: Fraction
    best: Fraction

    def __str__(self) -> str:
        steps = [f"{a!r}" if k == self.knows else f"{a!r} at {k!r}" for k, a in self.plan]
        return (
            f"{self.player} at {self.knows!r} gains {plain(self.gain)} by playing "
            f"{', '.join(steps)} ({plain(self.best)} instead of {plain(self.value)})"
        )


@dataclass(frozen=True)
class Certificate:
    """What a check from scratch found.

    Attributes
    ----------
    concept : str
        "sequential", "no-signalling", "perfect-bayesian", "subgame-perfect" or "nash".
    regret : fractions.Fraction
        The largest gain that the concept forbids: at an information set given the beliefs, by
        whatever the player does from there on (sequential, no-signalling, perfect-bayesian); by a
        whole strategy (nash), in any subgame (subgame-perfect).
    exact : bool
        Whether payoffs, profile and witness are rational numbers and nothing was rounded.
    witness : Witness or None
        The trembles behind the beliefs.
    holds : bool
        Whether the profile is an equilibrium of this concept. Where the check is not `exact`,
        gains up to 1e-9 of a player's payoff span and beliefs off by up to 1e-9 are let pass.
    reasons : tuple of str
        Why it is not, if it is not.
    places : tuple of (player, knows)
        Where each reason arises.
    deviations : tuple of Deviation
        The gains among the reasons.
    """

    concept: str
    regret: Fraction
    exact: bool
    witness: Any
    holds: bool
    reasons: tuple[str, ...]
    places: tuple[Place, ...]
    deviations: tuple[Deviation, ...] = ()

    def __str__(self) -> str:
        name = f"{NAMES.get(self.concept, self.concept)} equilibrium"
        if not self.holds:
            more = len(self.reasons) - 1
            rest = f" ({more} more reason{'s' if more > 1 else ''}.)" if more else ""
            return f"Not a {name}: {self.reasons[0]}{rest}"
        how = "exactly" if self.exact else "up to rounding"
        most = f"no gain exceeds {float(self.regret):.2g}" if self.regret else "no deviation gains"
        trembles = ", and trembles give the beliefs" if self.concept == "sequential" else ""
        return f"A {name}, {how}: {most}{trembles}."


@dataclass(frozen=True)
class Finding:
    """Something that keeps an assessment from being an equilibrium."""

    place: Place
    reason: str
