"""The formulas of the coalition: what an attack met by some of the guarantors is worth to whom.

Balance, stakes and pledges are those of the guarantee game, of which each guarantor has a share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from sympy import Add, Expr, Integer, Symbol

from deterrence.guarantee.payoffs import (
    PREPARATIONS,
    a,
    balance,
    c_0,
    c_d,
    c_F,
    c_pi,
    c_q,
    c_U,
    m_aid,
    m_force,
    presence,
    strength,
    t,
    v,
    w,
    y,
)

__all__ = ["ONE", "ZERO", "Attack", "Member", "coalition_events", "coalition_payoffs"]

ZERO, ONE = Integer(0), Integer(1)


@dataclass(frozen=True)
class Member:
    """One guarantor.

    Attributes
    ----------
    name : str
    share : sympy.Expr
        Of everything that the one Guarantor of the guarantee game has: its stake, its force, what
        force costs, what breaking its word costs.
    bilateral : sympy.Symbol
        The strength of its own pledge.
    phi : sympy.Expr
        The probability that it is resolved.
    costs : mapping of str to sympy.Symbol
        What force costs the whole of a Guarantor of that type.
    """

    name: str
    share: Expr
    bilateral: Expr
    phi: Expr
    costs: Mapping[str, Expr]


@dataclass(frozen=True)
class Attack:
    """How an attack was met.

    Attributes
    ----------
    force : sympy.Expr
        The share of the whole force that is used, and of the joint pledge that is honoured.
    spent : mapping of str to sympy.Expr
        The part of the whole cost of force that each guarantor bears, of those that bear any.
    shirkers : frozenset of str
        Those who owe something for their own pledge.
    acting : frozenset of str
        Those who take part in the response.
    """

    force: Expr
    spent: Mapping[str, Expr]
    shirkers: frozenset[str]
    acting: frozenset[str]


@cache
def _prevails(force: Expr, keeps_defence: bool) -> Expr:
    held = balance("nothing", keeps_defence=keeps_defence, surprise=True)
    return 1 / (1 + held + (m_aid + m_force) * force)


def coalition_payoffs(
    members: tuple[Member, ...],
    kinds: Mapping[str, str],
    russia: str,
    preparation: str,
    attack: Attack | None,
) -> dict[str, Expr]:
    """Each player's payoff from one whole play.

    Parameters
    ----------
    members : tuple of Member
    kinds : mapping of str to str
        The type of each guarantor.
    russia : str
        Russia's type.
    preparation : str
        One of the guarantee game's.
    attack : Attack or None
        How the attack was met; None where there was none.

    Returns
    -------
    dict of str to sympy.Expr
    """
    paid = {one.name: _guarantor(one, kinds[one.name], preparation, attack) for one in members}
    return {
        **paid,
        "Ukraine": _ukraine(preparation, attack),
        "Russia": _russia(russia, preparation, attack),
    }


def _guarantor(member: Member, kind: str, preparation: str, attack: Attack | None) -> Expr:
    upkeep = -member.share * c_pi * presence
    if attack is None:
        return upkeep
    lost = _prevails(attack.force, PREPARATIONS[preparation].keeps_defence)
    joint = -member.share * ((v + y * presence) * lost + strength * a * (1 - attack.force))
    own = -member.share * member.bilateral * a if member.name in attack.shirkers else ZERO
    return Add(upkeep, joint, own, -attack.spent.get(member.name, ZERO) * member.costs[kind])


def _russia(kind: str, preparation: str, attack: Attack | None) -> Expr:
    prepared = PREPARATIONS[preparation]
    if attack is None:
        return -t if prepared.provocative else ZERO
    prize = Symbol(f"b_{kind}") * _prevails(attack.force, prepared.keeps_defence)
    return prize - c_0 - c_F * attack.force


def _ukraine(preparation: str, attack: Attack | None) -> Expr:
    prepared = PREPARATIONS[preparation]
    parts = [-c_d if prepared.keeps_defence else ZERO, -c_q if prepared.provocative else ZERO]
    if attack is None:
        return Add(*parts, w if prepared.provocative else ZERO)
    return Add(*parts, -_prevails(attack.force, prepared.keeps_defence), -c_U)


def coalition_events(
    members: tuple[Member, ...], preparation: str, attack: Attack | None
) -> dict[str, Expr]:
    """What one whole play counts as, each with the share of it that counts.

    Parameters
    ----------
    members : tuple of Member
    preparation : str
    attack : Attack or None

    Returns
    -------
    dict of str to sympy.Expr
    """
    prepared = PREPARATIONS[preparation]
    acting = frozenset() if attack is None else attack.acting
    happened = {
        "provocation": prepared.provocative,
        "defence-kept": prepared.keeps_defence,
        "attack": attack is not None,
        "response": bool(acting),
        "abandonment": attack is not None and not acting,
        "free-riding": 0 < len(acting) < len(members),
        "all-act": len(acting) == len(members),
        "entanglement": prepared.provocative and bool(acting),
        "great-power-war": bool(acting),
    }
    weights: dict[str, Expr] = {name: ONE for name, so in happened.items() if so}
    if attack is not None and attack.force != 1:
        weights["shortfall"] = 1 - attack.force
    return weights
