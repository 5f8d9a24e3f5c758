"""Four words for what a crisis comes to, from quiet to war between great powers."""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["REGIMES", "challenge_regime"]

NEVER = 1e-9  # outcomes are sums of floats
REGIMES = {
    "quiet": "no challenge",
    "probes": "probes, but no attack",
    "attacks": "attacks, never met with force",
    "war": "attacks, some or all met with force",
}


def challenge_regime(outcome: Mapping[str, float]) -> str:
    """Which of `REGIMES` an outcome is.

    They are made so that a mixture of outcomes has a regime that one of them has: where equilibria
    form a continuum, those at its corners show all regimes there are.

    Parameters
    ----------
    outcome : mapping of str to float
        Probabilities by event, of the guarantee game.

    Returns
    -------
    str

    Examples
    --------
    >>> challenge_regime({"probe": 0.6, "attack": 0.0})
    'probes'
    """
    if outcome.get("attack", 0.0) > NEVER:
        return "war" if outcome.get("great-power-war", 0.0) > NEVER else "attacks"
    return "probes" if outcome.get("probe", 0.0) > NEVER else "quiet"
