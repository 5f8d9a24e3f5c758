"""The formulas of the guarantee game: the balance, cover, payoffs, and what counts as an event.

Each formula is written once and built once: equal arguments give the same object, which keeps the
building and compiling of the tree fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sympy import Add, Expr, Gt, Integer, Max, Min, Or, Piecewise, Rational, Symbol, symbols
from sympy.logic.boolalg import Boolean

__all__ = [
    "ATTACK",
    "ATTACK_AFTER_PROBE",
    "LATITUDE",
    "PREPARATIONS",
    "PRIORS",
    "PROBE",
    "Challenge",
    "Crisis",
    "Preparation",
    "Reply",
    "cover",
    "events",
    "findings",
    "honoured",
    "payoffs",
    "prevails",
    "war_payoffs",
]

strength, trigger_ambiguity, response_ambiguity, threshold = symbols(
    "strength trigger_ambiguity response_ambiguity threshold"
)
conditionality, defence_condition, automaticity, presence = symbols(
    "conditionality defence_condition automaticity presence"
)
m0, m_d, m_pi, m_aid, m_force, m_w = symbols("m0 m_d m_pi m_aid m_force m_w")
v, y, a, c_pi = symbols("v y a c_pi")
c_d, c_q, w, t, sigma, phi, rho = symbols("c_d c_q w t sigma phi rho")
# the capitals are those of the model: A for aid, F for force, U for Ukraine
k_A, c_0, c_A, c_F, c_U = symbols("k_A c_0 c_A c_F c_U")  # noqa: N816
# of a settlement, and of the war that goes on without one
terms, g, k_w, c_wU, c_wR = symbols("terms g k_w c_wU c_wR")  # noqa: N816

ZERO, ONE = Integer(0), Integer(1)

PRIORS: dict[str, Expr] = {
    "resolved": phi,
    "irresolute": 1 - phi,
    "revisionist": rho,
    "security": 1 - rho,
}


# whether aid will be taken to honour the pledge against an attack, where that is vague
LATITUDE: dict[str, Expr] = {
    "aid honours": response_ambiguity,
    "aid falls short": 1 - response_ambiguity,
}


@dataclass(frozen=True)
class Preparation:
    """What Ukraine does before any challenge.

    Attributes
    ----------
    keeps_defence : bool
    provocative : bool
    """

    keeps_defence: bool
    provocative: bool


PREPARATIONS = {
    "keep, restrained": Preparation(keeps_defence=True, provocative=False),
    "keep, provocative": Preparation(keeps_defence=True, provocative=True),
    "neglect, restrained": Preparation(keeps_defence=False, provocative=False),
    "neglect, provocative": Preparation(keeps_defence=False, provocative=True),
}


@dataclass(frozen=True)
class Challenge:
    """What Russia does, whatever the answer.

    Attributes
    ----------
    kind : str
        "probe" or "attack".
    severity : sympy.Expr
        What the finding measures against the threshold.
    size : sympy.Expr
        The part of the prize that it decides.
    surprise : bool
        Whether it comes unannounced.
    """

    kind: str
    severity: Expr
    size: Expr
    surprise: bool = True


PROBE = Challenge("probe", sigma, sigma)
ATTACK = Challenge("attack", ONE, ONE)
# as severe as any attack, but only the rest is left to decide
ATTACK_AFTER_PROBE = Challenge("attack", ONE, 1 - sigma, surprise=False)


@dataclass(frozen=True)
class Reply:
    """A challenge, the finding on it, and the response that met it.

    Attributes
    ----------
    challenge : Challenge
    covered : bool
    response : str
        "nothing", "aid" or "force".
    unhonoured : sympy.Expr
        The share of the pledge left unhonoured; 0 where nothing was owed.
    """

    challenge: Challenge
    covered: bool
    response: str
    unhonoured: Expr


@dataclass(frozen=True)
class Crisis:
    """One whole play.

    Attributes
    ----------
    guarantor, russia : str
        Their types.
    preparation : Preparation
        Before Ukraine has moved, and where it does not: defence kept, restrained.
    replies : tuple of Reply
        None where Russia refrained, two where an attack followed a probe.
    at_terms : bool
        Whether it follows a settlement, in which Russia gained the terms.
    """

    guarantor: str
    russia: str
    preparation: Preparation = PREPARATIONS["keep, restrained"]
    replies: tuple[Reply, ...] = ()
    at_terms: bool = False

    @property
    def conceded(self) -> Expr:
        """The share that Russia holds before anything is decided here."""
        return terms if self.at_terms else ZERO


Public = tuple[tuple[Challenge, str], ...]  # challenges and responses, which everybody sees
Owed = tuple[tuple[Challenge, str, Expr], ...]  # with the share of the pledge left unhonoured


# Chance


@cache
def trigger(severity: Expr) -> Expr:
    """The probability that a challenge of some severity is found covered, conditions aside."""
    sharp = Piecewise((ONE, severity >= threshold), (ZERO, True))
    # a width that is never 0, because some evaluators compute both cases whichever holds
    width = 2 * (trigger_ambiguity + Piecewise((ONE, trigger_ambiguity <= 0), (ZERO, True)))
    band = Rational(1, 2) + (1 - trigger_ambiguity) * (severity - threshold) / width
    # sympy's own attempts to decide which of these is larger are slow, and vain without numbers
    clipped = Min(ONE, Max(ZERO, band, evaluate=False), evaluate=False)
    return Piecewise((sharp, trigger_ambiguity <= 0), (clipped, True))


@cache
def cover(challenge: Challenge, preparation: Preparation) -> Expr:
    """The probability that a challenge is found covered."""
    kept = 1 - conditionality if preparation.provocative else ONE
    met = ONE if preparation.keeps_defence else 1 - defence_condition
    return kept * met * trigger(challenge.severity)


@cache
def findings(covered: Expr, *, automatic: bool) -> Mapping[str, Expr]:
    """The probability of each finding, given that of cover.

    Parameters
    ----------
    covered : sympy.Expr
    automatic : bool
        Whether automaticity has a say.

    Returns
    -------
    mapping of str to sympy.Expr
        "covered" leaves a decision to the Guarantor, "covered, automatic" leaves none.
    """
    undecided = covered * automaticity if automatic else ZERO
    probabilities = {
        "covered": covered - undecided,
        "covered, automatic": undecided,
        "not covered": 1 - covered,
    }
    return MappingProxyType({label: p for label, p in probabilities.items() if p != 0})


# The contest


@cache
def balance(response: str, *, keeps_defence: bool, surprise: bool) -> Expr:
    """What stands against Russia, in units of Russia's own strength."""
    own = m0 * (1 + m_d) if keeps_defence else m0
    sent = {"nothing": ZERO, "aid": m_aid, "force": m_aid + m_force}[response]
    return own + m_pi * presence + sent + (ZERO if surprise else m_w)


@cache
def prevails(response: str, *, keeps_defence: bool, surprise: bool) -> Expr:
    """Russia's chance of prevailing."""
    return 1 / (1 + balance(response, keeps_defence=keeps_defence, surprise=surprise))


# Payoffs: a sum over challenges, and what holds whatever the challenges


@cache
def _russia(kind: str, preparation: Preparation, met: Public, conceded: Expr) -> Expr:
    cost = {"nothing": ZERO, "aid": c_A, "force": c_F}
    prize = Symbol(f"b_{kind}")
    parts = [
        challenge.size
        * (
            prize * (1 - conceded) * _prevails(challenge, response, preparation)
            - c_0
            - cost[response]
        )
        for challenge, response in met
    ]
    provoked = -t if preparation.provocative and _peaceful(met) else ZERO
    return Add(prize * conceded, *parts, provoked)


@cache
def _ukraine(preparation: Preparation, met: Public, conceded: Expr) -> Expr:
    parts = [
        challenge.size * (-(1 - conceded) * _prevails(challenge, response, preparation) - c_U)
        for challenge, response in met
    ]
    upkeep = -c_d if preparation.keeps_defence else ZERO
    provoking = -c_q if preparation.provocative else ZERO
    gain = w if preparation.provocative and _peaceful(met) else ZERO
    return Add(-conceded, *parts, upkeep, provoking, gain)


@cache
def _guarantor(kind: str, keeps_defence: bool, met: Owed, conceded: Expr) -> Expr:
    parts = [
        challenge.size
        * (
            _unpledged(kind, response, keeps_defence, challenge.surprise, conceded)
            - strength * a * unhonoured
        )
        for challenge, response, unhonoured in met
    ]
    return Add(-v * conceded, *parts, -c_pi * presence)


@cache
def _unpledged(
    kind: str, response: str, keeps_defence: bool, surprise: bool, conceded: Expr
) -> Expr:
    """What a response is worth to the Guarantor, for each unit of size, had it pledged nothing."""
    spend = {"nothing": ZERO, "aid": k_A, "force": Symbol(f"k_{kind}")}[response]
    lost = prevails(response, keeps_defence=keeps_defence, surprise=surprise)
    return -(v + y * presence) * (1 - conceded) * lost - spend


def _prevails(challenge: Challenge, response: str, preparation: Preparation) -> Expr:
    return prevails(response, keeps_defence=preparation.keeps_defence, surprise=challenge.surprise)


def _peaceful(met: Public) -> bool:
    return all(challenge.kind != "attack" for challenge, _ in met)


def honoured(challenge: Challenge, response: str) -> Expr:
    """The share of the pledge that a response honours.

    Aid to a probe is proportionate, so it honours all; against an attack, response ambiguity is
    the latitude to count it.
    """
    aid = ONE if challenge.kind == "probe" else response_ambiguity
    return {"nothing": ZERO, "aid": aid, "force": ONE}[response]


def payoffs(crisis: Crisis) -> dict[str, Expr]:
    """Each player's payoff from one whole play.

    Parameters
    ----------
    crisis : Crisis

    Returns
    -------
    dict of str to sympy.Expr
    """
    prepared = crisis.preparation
    public: Public = tuple((r.challenge, r.response) for r in crisis.replies)
    owed: Owed = tuple((r.challenge, r.response, r.unhonoured) for r in crisis.replies)
    return {
        "Guarantor": _guarantor(crisis.guarantor, prepared.keeps_defence, owed, crisis.conceded),
        "Ukraine": _ukraine(prepared, public, crisis.conceded),
        "Russia": _russia(crisis.russia, prepared, public, crisis.conceded),
    }


@cache
def war_payoffs(russia: str) -> Mapping[str, Expr]:
    """Each player's payoff where there is no settlement and the war goes on.

    Presence is paid for here too: its cost is sunk, whatever happens.

    Parameters
    ----------
    russia : str
        Its type.

    Returns
    -------
    mapping of str to sympy.Expr
    """
    lost = 1 / (1 + m0 * (1 + m_d) + m_aid * g)
    return MappingProxyType(
        {
            "Guarantor": -v * lost - k_w * g - c_pi * presence,
            "Ukraine": -lost - c_wU,
            "Russia": Symbol(f"b_{russia}") * lost - c_wR,
        }
    )


# Events


def events(crisis: Crisis) -> dict[str, Expr]:
    """What one whole play counts as, each with the share of it that counts.

    Shortfall counts by the share of the pledge left unhonoured. Entrapment counts in full or not
    at all, by the stakes: it is entanglement in which this type of Guarantor, by its payoff from
    that response alone, would at strength 0 have strictly preferred nothing or aid. What the
    response does to Russia's later choice is left out of that comparison. Of several uses of force
    in one crisis, one such is enough.

    Parameters
    ----------
    crisis : Crisis

    Returns
    -------
    dict of str to sympy.Expr
    """
    replies = crisis.replies
    attacks = [reply for reply in replies if reply.challenge.kind == "attack"]
    owed = [reply for reply in attacks if reply.covered]
    responses = {reply.response for reply in replies}
    happened = {
        "settlement": crisis.at_terms,
        "provocation": crisis.preparation.provocative,
        "defence-kept": crisis.preparation.keeps_defence,
        "probe": any(reply.challenge.kind == "probe" for reply in replies),
        "attack": bool(attacks),
        "nothing": "nothing" in responses,
        "aid": "aid" in responses,
        "force": "force" in responses,
        "covered-attack": bool(owed),
        "abandonment": any(reply.response == "nothing" for reply in owed),
        "entanglement": crisis.preparation.provocative and "force" in responses,
        "great-power-war": any(reply.response == "force" for reply in attacks),
    }
    weights: dict[str, Expr] = {name: ONE for name, so in happened.items() if so}
    if owed:
        weights["shortfall"] = owed[0].unhonoured  # there is one attack at most
    if happened["entanglement"]:
        forced = frozenset(r.challenge.surprise for r in replies if r.response == "force")
        keeps_defence = crisis.preparation.keeps_defence
        weights["entrapment"] = _unwilling(crisis.guarantor, keeps_defence, forced, crisis.conceded)
    return {name: weight for name, weight in weights.items() if weight != 0}


@cache
def _unwilling(kind: str, keeps_defence: bool, surprises: frozenset[bool], conceded: Expr) -> Expr:
    """One if, without a pledge, a Guarantor would have used less than force at one of these."""
    better = [
        _better(kind, less, keeps_defence, surprise, conceded)
        for surprise in sorted(surprises)
        for less in ("nothing", "aid")
    ]
    return Piecewise((ONE, Or(*better)), (ZERO, True), evaluate=False)  # evaluating is slow


@cache
def _better(kind: str, less: str, keeps_defence: bool, surprise: bool, conceded: Expr) -> Boolean:
    """Whether a lesser response beats force; left as it is, since deciding it needs numbers."""
    one, force = (
        _unpledged(kind, response, keeps_defence, surprise, conceded)
        for response in (less, "force")
    )
    return Gt(one, force, evaluate=False)
