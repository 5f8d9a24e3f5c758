"""The formulas of the guarantee game: what a play is, the balance, and payoffs.

Each formula is written once and built once: equal arguments give the same object, which keeps the
building and compiling of the tree fast.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from sympy import Add, Expr, Integer, Symbol, symbols

__all__ = [
    "AS_IT_IS",
    "ATTACK",
    "ATTACK_AFTER_PROBE",
    "PREPARATIONS",
    "PRIORS",
    "PROBE",
    "Challenge",
    "Crisis",
    "Guarantee",
    "Preparation",
    "Reply",
    "balance",
    "payoffs",
    "prevails",
    "unpledged",
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
# of the escalation
f, c_b, D_R, D_G, D_U = symbols("f c_b D_R D_G D_U")

ZERO, ONE = Integer(0), Integer(1)

PRIORS: dict[str, Expr] = {
    "resolved": phi,
    "irresolute": 1 - phi,
    "revisionist": rho,
    "security": 1 - rho,
}


@dataclass(frozen=True)
class Guarantee:
    """What is pledged: every instrument, as a symbol, a number or a formula."""

    strength: Expr = strength
    trigger_ambiguity: Expr = trigger_ambiguity
    response_ambiguity: Expr = response_ambiguity
    threshold: Expr = threshold
    conditionality: Expr = conditionality
    defence_condition: Expr = defence_condition
    automaticity: Expr = automaticity
    presence: Expr = presence


AS_IT_IS = Guarantee()


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
    """A challenge, the finding on it, the response that met it, and how it ended.

    Attributes
    ----------
    challenge : Challenge
    covered : bool
    response : str
        "nothing", "aid" or "force".
    unhonoured : sympy.Expr
        The share of the pledge left unhonoured; 0 where nothing was owed.
    end : str
        "contest" where arms decide; "Russia" or "Guarantor" where one of them backed down, or
        "disaster".
    climbs : int
        Rungs of escalation that were climbed.
    """

    challenge: Challenge
    covered: bool
    response: str
    unhonoured: Expr
    end: str = "contest"
    climbs: int = 0


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
    guarantee : Guarantee
        The one in force.
    offered : str
        Its label, where the Guarantor picked it from a menu.
    """

    guarantor: str
    russia: str
    preparation: Preparation = PREPARATIONS["keep, restrained"]
    replies: tuple[Reply, ...] = ()
    at_terms: bool = False
    guarantee: Guarantee = AS_IT_IS
    offered: str = ""

    @property
    def conceded(self) -> Expr:
        """The share that Russia holds before anything is decided here."""
        return terms if self.at_terms else ZERO


# challenges and responses, which everybody sees, and how each ended
Public = tuple[tuple[Challenge, str, str], ...]
Owed = tuple[tuple[Challenge, str, str, Expr], ...]  # with the share of the pledge left unhonoured


# The contest


@cache
def balance(
    response: str, *, keeps_defence: bool, surprise: bool, presence: Expr = presence
) -> Expr:
    """What stands against Russia, in units of Russia's own strength."""
    own = m0 * (1 + m_d) if keeps_defence else m0
    sent = {"nothing": ZERO, "aid": m_aid, "force": m_aid + m_force}[response]
    return own + m_pi * presence + sent + (ZERO if surprise else m_w)


@cache
def prevails(
    response: str, *, keeps_defence: bool, surprise: bool, presence: Expr = presence
) -> Expr:
    """Russia's chance of prevailing."""
    against = balance(response, keeps_defence=keeps_defence, surprise=surprise, presence=presence)
    return 1 / (1 + against)


# Payoffs: a sum over challenges, and what holds whatever the challenges


@dataclass(frozen=True)
class _Setting:
    """What the payoffs of all depend on, beside the challenges."""

    preparation: Preparation
    presence: Expr
    conceded: Expr

    def lost(self, challenge: Challenge, response: str, end: str) -> Expr:
        """The share that Russia wins on average of what a challenge is about."""
        if end in ("Russia", "disaster"):
            return ZERO
        met_with = "nothing" if end == "Guarantor" else response  # which is withdrawn then
        return (1 - self.conceded) * prevails(
            met_with,
            keeps_defence=self.preparation.keeps_defence,
            surprise=challenge.surprise,
            presence=self.presence,
        )


@cache
def _russia(kind: str, here: _Setting, met: Public) -> Expr:
    cost = {"nothing": ZERO, "aid": c_A, "force": c_F}
    prize = Symbol(f"b_{kind}")
    parts = [
        challenge.size * (prize * here.lost(challenge, response, end) - c_0 - cost[response])
        + {"Russia": -c_b, "disaster": -D_R}.get(end, ZERO)
        for challenge, response, end in met
    ]
    provoked = -t if here.preparation.provocative and _peaceful(met) else ZERO
    return Add(prize * here.conceded, *parts, provoked)


@cache
def _ukraine(here: _Setting, met: Public) -> Expr:
    parts = [
        challenge.size * (-here.lost(challenge, response, end) - c_U)
        - (D_U if end == "disaster" else ZERO)
        for challenge, response, end in met
    ]
    upkeep = -c_d if here.preparation.keeps_defence else ZERO
    provoking = -c_q if here.preparation.provocative else ZERO
    gain = w if here.preparation.provocative and _peaceful(met) else ZERO
    return Add(-here.conceded, *parts, upkeep, provoking, gain)


@cache
def _guarantor(kind: str, here: _Setting, binding: Expr, met: Owed) -> Expr:
    parts = [
        challenge.size * (_worth(kind, here, challenge, response, end) - binding * a * unhonoured)
        + {"Guarantor": -c_b, "disaster": -D_G}.get(end, ZERO)
        for challenge, response, end, unhonoured in met
    ]
    return Add(-v * here.conceded, *parts, -c_pi * here.presence)


@cache
def _worth(kind: str, here: _Setting, challenge: Challenge, response: str, end: str) -> Expr:
    """What a response is worth to the Guarantor, for each unit of size, had it pledged nothing."""
    spend = {"nothing": ZERO, "aid": k_A, "force": Symbol(f"k_{kind}")}[response]
    return -(v + y * here.presence) * here.lost(challenge, response, end) - spend


def unpledged(crisis: Crisis, challenge: Challenge, response: str) -> Expr:
    """What a response would be worth to the Guarantor, each unit of size, without a pledge.

    Arms decide in this comparison: what an escalation might have led to is left out.
    """
    return _worth(crisis.guarantor, _setting(crisis), challenge, response, "contest")


def _setting(crisis: Crisis) -> _Setting:
    return _Setting(crisis.preparation, crisis.guarantee.presence, crisis.conceded)


def _peaceful(met: Public) -> bool:
    return all(challenge.kind != "attack" for challenge, *_ in met)


def payoffs(crisis: Crisis) -> dict[str, Expr]:
    """Each player's payoff from one whole play.

    Parameters
    ----------
    crisis : Crisis

    Returns
    -------
    dict of str to sympy.Expr
    """
    here = _setting(crisis)
    public: Public = tuple((r.challenge, r.response, r.end) for r in crisis.replies)
    owed: Owed = tuple((r.challenge, r.response, r.end, r.unhonoured) for r in crisis.replies)
    return {
        "Guarantor": _guarantor(crisis.guarantor, here, crisis.guarantee.strength, owed),
        "Ukraine": _ukraine(here, public),
        "Russia": _russia(crisis.russia, here, public),
    }


@cache
def war_payoffs(russia: str, presence: Expr = presence) -> Mapping[str, Expr]:
    """Each player's payoff where there is no settlement and the war goes on.

    Presence is paid for here too: its cost is sunk, whatever happens.

    Parameters
    ----------
    russia : str
        Its type.
    presence : sympy.Expr
        That of the guarantee.

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
