"""Ambiguity of the trigger: the two numbers behind it, and which findings hang together.

Trigger ambiguity and the threshold enter the game through two numbers alone, the chances that a
probe and that an attack are found covered, conditions aside. Raising trigger ambiguity moves both
towards one half, so that what it does is told apart by holding one of them.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import ParameterError
from deterrence.games.numbers import exact, shown
from deterrence.guarantee.payoffs import PREPARATIONS

__all__ = ["COVERED", "HONOURS", "Trigger", "chances_of_cover", "finding_group", "trigger_for"]

# the branches whose probabilities may be ambiguous
COVERED = "covered"
HONOURS = "aid honours"

HALF = Fraction(1, 2)


@dataclass(frozen=True)
class Trigger:
    """How vague it is when the guarantee applies, in instruments and in chances.

    Attributes
    ----------
    trigger_ambiguity, threshold : fractions.Fraction
        The two instruments.
    probe, attack : fractions.Fraction
        The chance that a probe and that an attack are found covered, conditions aside.
    """

    trigger_ambiguity: Fraction
    threshold: Fraction
    probe: Fraction
    attack: Fraction

    def __str__(self) -> str:
        return (
            f"trigger ambiguity {float(self.trigger_ambiguity):.4g} and threshold "
            f"{float(self.threshold):.4g}: a probe is covered with chance {float(self.probe):.4g}, "
            f"an attack with {float(self.attack):.4g}"
        )


def _chance(severity: Fraction, ambiguity: Fraction, threshold: Fraction) -> Fraction:
    if ambiguity == 0:
        return Fraction(int(severity >= threshold))
    steepness = (1 - ambiguity) / (2 * ambiguity)
    return min(Fraction(1), max(Fraction(0), HALF + steepness * (severity - threshold)))


def chances_of_cover(values: Mapping[str, Any]) -> Trigger:
    """The chances that a probe and that an attack are found covered, at an arrangement's numbers.

    Parameters
    ----------
    values : mapping
        With ``trigger_ambiguity``, ``threshold`` and ``sigma``, as `Scenario.values` gives them.

    Returns
    -------
    Trigger
        With Ukraine restrained and its defence kept; conditions multiply the chances.

    Raises
    ------
    ParameterError
        If one of the three is missing, or is no probability or severity.

    Examples
    --------
    >>> import deterrence as dt
    >>> print(dt.chances_of_cover(dt.arrangement("oped").values()))
    trigger ambiguity 0.5 and threshold 0.5: a probe is covered with chance 0.4, an attack with 0.75
    """
    names = ("trigger_ambiguity", "threshold", "sigma")
    if missing := [name for name in names if name not in values]:
        raise ParameterError(f"{', '.join(missing)} missing; give all of {', '.join(names)}.")
    ambiguity, threshold, sigma = (exact(values[name], name) for name in names)
    _check(ambiguity, "trigger_ambiguity", closed=True)
    _check(threshold, "threshold", closed=False)
    _check(sigma, "sigma", closed=False)
    return Trigger(
        ambiguity,
        threshold,
        _chance(sigma, ambiguity, threshold),
        _chance(Fraction(1), ambiguity, threshold),
    )


def trigger_for(probe: Any, attack: Any, *, sigma: Any) -> Trigger:
    """The trigger ambiguity and threshold at which probe and attack have wanted chances of cover.

    With ``k = (attack - probe) / (1 - sigma)``, the slope of the chance in severity, they are
    ``1 / (1 + 2 k)`` and ``1 - (attack - 1/2) / k``. Where several pairs do, one is given: two coin
    tosses go with any threshold (1/2 is taken), and an attack that is surely covered may lie
    beyond the uncertain band.

    Parameters
    ----------
    probe, attack : number
        Wanted chances, in [0, 1].
    sigma : number
        Severity of a probe, in (0, 1).

    Returns
    -------
    Trigger

    Raises
    ------
    ParameterError
        If no pair in range gives them. There is one where an attack is likelier than not to be
        covered and ``probe < (1 - sigma) / 2 + sigma attack`` or ``attack = 1``, and for two coin
        tosses.

    Examples
    --------
    >>> import deterrence as dt
    >>> held = dt.trigger_for("0.2", "0.75", sigma="0.3")
    >>> held.trigger_ambiguity, held.threshold
    (Fraction(7, 18), Fraction(15, 22))
    """
    wanted, most, severity = exact(probe, "probe"), exact(attack, "attack"), exact(sigma, "sigma")
    _check(wanted, "probe", closed=True)
    _check(most, "attack", closed=True)
    _check(severity, "sigma", closed=False)
    if wanted == most == HALF:
        return Trigger(Fraction(1), HALF, HALF, HALF)
    bound = (1 - severity) / 2 + severity * most
    if most <= HALF:
        raise ParameterError(
            f"an attack is to be covered with chance {shown(most)}; a threshold below the severity "
            "of an attack makes it likelier than not. Ask for more than 1/2, or for 1/2 twice."
        )
    if wanted >= bound and most == 1:  # beyond the band, whatever its width
        slope = (2 * wanted - 1) / severity
        return Trigger(1 / (1 + 2 * slope), severity / 2, wanted, most)
    if wanted >= bound:
        raise ParameterError(
            f"a probe is to be covered with chance {shown(wanted)}; with an attack at "
            f"{shown(most)} and a probe of severity {shown(severity)} a threshold above 0 takes "
            f"less than {shown(bound)}."
        )
    slope = (most - wanted) / (1 - severity)
    return Trigger(1 / (1 + 2 * slope), 1 - (most - HALF) / slope, wanted, most)


def _check(value: Fraction, name: str, *, closed: bool) -> None:
    inside = 0 <= value <= 1 if closed else 0 < value < 1
    if not inside:
        between = "between 0 and 1" if closed else "strictly between 0 and 1"
        raise ParameterError(f"{name} is {shown(value)}; it lies {between}.")


def finding_group(history: tuple[Any, ...]) -> Hashable:
    """What a draw is about: the preparation, and the challenge that is found covered or not.

    The chance of a finding depends on these alone, not on anybody's type or on what the Guarantor
    did before, so that all such findings share one unknown probability. Whether aid honours the
    pledge against an attack is a draw for each type of Guarantor: what falling short leads to,
    force or nothing, differs by type, and so does the branch that Russia fears.

    Parameters
    ----------
    history : tuple
        Labels on the way to the draw.

    Returns
    -------
    tuple of str
        Names the group.
    """
    prepared = tuple(label for label in history if label in PREPARATIONS)
    last = history[-1] if history else ""
    if last == "probe":
        return (*prepared, "probe")
    if last == COVERED:
        types = [k for k in ("irresolute", "resolved") if any(k in label for label in history)]
        return (*prepared, *types[:1], "aid after probe" if "probe" in history else "aid")
    return (*prepared, "attack after probe" if "probe" in history else "attack")
