"""Each claim that the shared sample can judge, as a predicate of what happens at a point."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.cutoffs import best_answer, margins, war_payoffs
from deterrence.oped.evidence import Ends, Evidence
from deterrence.oped.orders import TOLERANCE, Holding, both, ordered, when

__all__ = ["PREDICATES", "Predicate", "consent"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Predicate = Callable[[Evidence], Holding]
PREDICATES: dict[str, Predicate] = {}
RUSSIANS = ("Russia, revisionist", "Russia, security")
STRENGTHS = ("none", "weak", "base", "firm", "strong")  # in order of strength
RARE = 0.05  # an attack that is less likely than this counts as deterred
LIKELY = 0.5
SOLIDARITY = 0.05  # what full strength is worth to Ukraine in itself, in C34


def claim(name: str) -> Callable[[Predicate], Predicate]:
    """Put a predicate into the table, under the claim's name."""

    def put(function: Predicate) -> Predicate:
        PREDICATES[name] = function
        return function

    return put


def _at_most(e: Evidence, outcome: str, low: str, high: str, order: str = "ends") -> Holding:
    """An outcome is no larger under one setting than under another."""
    return ordered(e.ends(outcome, low), e.ends(outcome, high), order)


def _moves_only(part: Holding) -> Holding:
    """A claim that something does happen: where nothing moves it fails."""
    return Holding(part.strict, part.strict, part.known)


# --- the settlement ------------------------------------------------------------------------------


def _gain(e: Evidence, who: str, setting: str, **changes: float) -> Ends:
    """What a settlement under a guarantee is worth more than the war."""
    x = e.values(setting) | {n: np.full(len(e), v) for n, v in changes.items()}
    return e.ends(who, setting) - war_payoffs(x)[who]


def consent(e: Evidence, setting: str, **changes: float) -> tuple[Bools, Bools]:
    """Where Ukraine and both types of Russia may accept the terms that were drawn.

    Each may accept where the settlement is no worse than the war in its own best equilibrium;
    since Russia's types accept together, acceptance says nothing about its type.

    Returns
    -------
    holds, known : ndarray of bool, shape (points,)
    """
    gains = [_gain(e, who, setting, **changes) for who in ("Ukraine", *RUSSIANS)]
    with np.errstate(invalid="ignore"):
        holds = np.logical_and.reduce([gain.most >= -TOLERANCE for gain in gains])
    return holds, np.logical_and.reduce([gain.known for gain in gains])


@claim("C01")
def _(e: Evidence) -> Holding:
    return ordered(_gain(e, "Ukraine", "none"), _gain(e, "Ukraine", "base"), "ends")


@claim("C02")
def _(e: Evidence) -> Holding:
    gain = _gain(e, "Ukraine", "base")
    return Holding.plain(gain.least >= -TOLERANCE, gain.known)


@claim("C03")
def _(e: Evidence) -> Holding:
    low, high = _gain(e, "Ukraine", "front low"), _gain(e, "Ukraine", "front high")
    return _moves_only(ordered(high, low, "ends"))


@claim("C04")
def _(e: Evidence) -> Holding:
    gains = [_gain(e, "Ukraine", s) for s in ("bare", "bare, front low", "bare, front high")]
    with np.errstate(invalid="ignore"):
        refuses = np.logical_and.reduce([gain.most < -TOLERANCE for gain in gains])
    return Holding.plain(refuses, np.logical_and.reduce([gain.known for gain in gains]))


@claim("C21")
def _(e: Evidence) -> Holding:
    without, support = _gain(e, "Ukraine", "base", g=0.0), _gain(e, "Ukraine", "base", g=1.0)
    return _moves_only(ordered(support, without, "all"))


@claim("C34")
def _(e: Evidence) -> Holding:
    gain = _gain(e, "Ukraine", "base")
    felt = gain + SOLIDARITY * e.values("base")["strength"]
    same = (gain.most >= 0) == (felt.most >= 0)
    same &= (gain.least >= 0) == (felt.least >= 0)
    return Holding.plain(same, gain.known)


@claim("C35")
def _(e: Evidence) -> Holding:
    (before, one), (after, two) = consent(e, "none"), consent(e, "base")
    known = one & two
    return Holding((~before | after) & known, ~before & after & known, known)


@claim("C36")
def _(e: Evidence) -> Holding:
    (before, one), (after, two) = consent(e, "base", g=0.0), consent(e, "base", g=1.0)
    known = one & two
    return Holding((~before | after) & known, ~before & after & known, known)


@claim("C40")
def _(e: Evidence) -> Holding:
    gains = [(_gain(e, who, "strong"), _gain(e, who, "none")) for who in RUSSIANS]
    return both(*(ordered(strong, none, "ends") for strong, none in gains))


# --- deterrence ----------------------------------------------------------------------------------


@claim("C06")
def _(e: Evidence) -> Holding:
    attack = e.ends("attack", "bare")
    return Holding.plain(attack.least >= LIKELY - TOLERANCE, attack.known)


@claim("C07")
def _(e: Evidence) -> Holding:
    return _at_most(e, "attack", "strong", "none")


@claim("C07-conditions")
def _(e: Evidence) -> Holding:
    return _at_most(e, "attack", "unconditional", "strict")


@claim("C15")
def _(e: Evidence) -> Holding:
    """Where no answer to an attack changes between no pledge and a strong one."""
    before, after = e.values("none"), e.values("strong")
    unmoved = np.logical_and.reduce(
        [
            best_answer(before, kind, covered=True) == best_answer(after, kind, covered=True)
            for kind in ("resolved", "irresolute")
        ]
    )
    weak, strong = e.ends("attack", "none"), e.ends("attack", "strong")
    same = np.isclose(weak.least, strong.least, rtol=0, atol=TOLERANCE)
    same &= np.isclose(weak.most, strong.most, rtol=0, atol=TOLERANCE)
    return when(unmoved, Holding.plain(same, weak.known & strong.known))


@claim("C18")
def _(e: Evidence) -> Holding:
    left = e.ends("unanswered attack", "strong")
    with np.errstate(invalid="ignore"):
        answered = Holding.plain(left.most <= TOLERANCE, left.known)
    return both(_at_most(e, "attack", "strong", "none"), answered)


@claim("C27")
def _(e: Evidence) -> Holding:
    return both(
        _at_most(e, "attack", "automatic", "base"), _at_most(e, "entrapment", "base", "automatic")
    )


@claim("C31")
def _(e: Evidence) -> Holding:
    weak, strong = e.ends("attack", "weak"), e.ends("attack", "strong")
    with np.errstate(invalid="ignore"):
        deters = (strong.most <= RARE) & (weak.most > RARE)
    return Holding.plain(deters, weak.known & strong.known)


@claim("C31-both")
def _(e: Evidence) -> Holding:
    weak, strong = _gain(e, "Ukraine", "weak"), _gain(e, "Ukraine", "strong")
    with np.errstate(invalid="ignore"):
        trusted = (strong.least >= -TOLERANCE) & (weak.least < -TOLERANCE)
    return both(PREDICATES["C31"](e), Holding.plain(trusted, weak.known & strong.known))


@claim("C32")
def _(e: Evidence) -> Holding:
    return both(
        _at_most(e, "attack", "present, weight only", "absent"),
        _at_most(e, "attack", "present, tripwire only", "absent"),
    )


@claim("C32-together")
def _(e: Evidence) -> Holding:
    return _at_most(e, "attack", "present", "absent")


# --- what it costs the Guarantor -----------------------------------------------------------------


@claim("C09")
def _(e: Evidence) -> Holding:
    return _moves_only(_at_most(e, "Guarantor", "strong", "none"))


@claim("C10")
def _(e: Evidence) -> Holding:
    return _moves_only(_at_most(e, "entrapment", "none", "strong"))


@claim("C11")
def _(e: Evidence) -> Holding:
    return _moves_only(_at_most(e, "provocation", "none", "strong, unconditional"))


@claim("C11-conditions")
def _(e: Evidence) -> Holding:
    return _at_most(e, "provocation", "strong, strict", "strong, unconditional")


@claim("C12")
def _(e: Evidence) -> Holding:
    """At the worst and at the best equilibrium, some strength inside beats both ends."""
    ends = [e.ends("Guarantor", s) for s in STRENGTHS]
    known = np.logical_and.reduce([one.known for one in ends])
    return Holding.plain(
        _inside([one.least for one in ends]) & _inside([one.most for one in ends]), known
    )


def _inside(worth: Sequence[Floats]) -> Bools:
    inner = np.maximum.reduce(worth[1:-1])
    return np.asarray((inner > worth[0] + TOLERANCE) & (inner > worth[-1] + TOLERANCE))


@claim("C13")
def _(e: Evidence) -> Holding:
    return _at_most(e, "Guarantor", "automatic", "base")


@claim("C14")
def _(e: Evidence) -> Holding:
    """Where both types prefer an answer to none by their own payoffs, nothing is abandoned."""
    x = margins(e.values("base"))
    credible = np.logical_and.reduce(
        [
            np.maximum(
                x[f"{kind}: aid beats nothing, owed"], x[f"{kind}: force beats nothing, owed"]
            )
            > TOLERANCE
            for kind in ("resolved", "irresolute")
        ]
    )
    abandoned = e.ends("abandonment", "base")
    with np.errstate(invalid="ignore"):
        return when(credible, Holding.plain(abandoned.most <= TOLERANCE, abandoned.known))


# --- vagueness -----------------------------------------------------------------------------------


@claim("C23")
def _(e: Evidence) -> Holding:
    return _at_most(e, "Guarantor", "clear", "base")


@claim("C23-middle")
def _(e: Evidence) -> Holding:
    ends = [e.ends("Guarantor", s) for s in ("clear", "somewhat vague", "base")]
    known = np.logical_and.reduce([one.known for one in ends])
    return Holding.plain(
        _inside([one.least for one in ends]) & _inside([one.most for one in ends]), known
    )


@claim("C24")
def _(e: Evidence) -> Holding:
    return _at_most(e, "probe", "base", "clear")


@claim("C24-trigger")
def _(e: Evidence) -> Holding:
    return _at_most(e, "probe", "vague trigger", "sharp trigger")


@claim("C24-attack-held")
def _(e: Evidence) -> Holding:
    return _at_most(e, "probe", "base", "sharp trigger, attack held")


@claim("C24-probe-held")
def _(e: Evidence) -> Holding:
    return _at_most(e, "probe", "base", "sharp trigger, probe held")


@claim("C25")
def _(e: Evidence) -> Holding:
    return both(
        _at_most(e, "Guarantor", "strong, clear", "strong, somewhat vague"),
        _at_most(e, "attack", "strong, somewhat vague", "strong, clear"),
    )


@claim("C28")
def _(e: Evidence) -> Holding:
    return both(
        _at_most(e, "Guarantor", "vague trigger", "sharp trigger"),
        _at_most(e, "attack", "sharp trigger", "vague trigger"),
    )


# --- what Ukraine does ---------------------------------------------------------------------------


@claim("C26")
def _(e: Evidence) -> Holding:
    """Where a strong pledge crowds defence out, a defence condition brings some of it back."""
    crowded = _at_most(e, "defence-kept", "strong", "none")
    restored = _at_most(e, "defence-kept", "strong", "strong, defence")
    return when(crowded.strict, _moves_only(restored))


@claim("C26-crowding")
def _(e: Evidence) -> Holding:
    return _moves_only(_at_most(e, "defence-kept", "strong", "none"))


@claim("C26-condition")
def _(e: Evidence) -> Holding:
    return _at_most(e, "defence-kept", "base", "defence")


@claim("C29")
def _(e: Evidence) -> Holding:
    small = e.ends("force at a probe", "base")
    ignored = e.ends("abandonment", "base")
    with np.errstate(invalid="ignore"):
        fits = (small.most <= TOLERANCE) & (ignored.most <= TOLERANCE)
    return Holding.plain(fits, small.known & ignored.known)


@claim("C44")
def _(e: Evidence) -> Holding:
    return _moves_only(_at_most(e, "provocation", "strong", "none"))
