"""Pure equilibria of a coalition after an attack, by trying every strategy on formulas of its own.

Shares nothing with the package: payoffs are written out again from the model's description, and
each guarantor's plan (what each of its two types does, for each thing it may have seen) is tried.
"""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product

TYPES = ("resolved", "irresolute")
Plan = dict[tuple[str, ...], bool]  # (type,) or (type, what the leader did): acts, or votes yes


def payoff(
    x: dict[str, Fraction], shares: list[Fraction], rule: str, best: bool, kinds, acts, i: int
) -> Fraction:
    """What an attack gives guarantor i, presence apart, with Ukraine's defence kept."""
    n = len(shares)
    shirks = not acts[i]
    if rule in ("majority", "unanimity"):
        passes = 2 * sum(acts) > n if rule == "majority" else all(acts)
        force, part = (Fraction(1), shares[i]) if passes else (Fraction(0), Fraction(0))
        shirks = shirks and not passes
    elif best:
        force, part = Fraction(any(acts)), Fraction(acts[i])
    else:
        force = sum((s for s, a in zip(shares, acts, strict=True) if a), Fraction(0))
        part = shares[i] if acts[i] else Fraction(0)
    m = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"] + (x["m_aid"] + x["m_force"]) * force
    stake = x["v"] + x["y"] * x["presence"]
    got = -shares[i] * (stake / (1 + m) + x["strength"] * x["a"] * (1 - force))
    got -= shares[i] * x["bilateral"] * x["a"] * shirks
    return got - part * x[f"k_{kinds[i]}"]


def profiles(n: int, rule: str) -> Iterator[tuple[Plan, ...]]:
    def plans(i: int) -> list[Plan]:
        seen = [()] if rule != "lead" or i == 0 else [("act",), ("stand aside",)]
        keys = [(kind, *news) for kind in TYPES for news in seen]
        return [
            dict(zip(keys, does, strict=True)) for does in product([True, False], repeat=len(keys))
        ]

    return product(*(plans(i) for i in range(n)))


def played(plans, kinds, rule: str, change=None) -> list[bool]:
    acts: list[bool] = []
    for i, kind in enumerate(kinds):
        news: tuple[str, ...] = ()
        if rule == "lead" and i:
            news = ("act" if acts[0] else "stand aside",)
        does = plans[i][kind, *news]
        if change is not None and change[0] == i and change[1] == (kind, *news):
            does = not does
        acts.append(does)
    return acts


def pure_equilibria(x, shares, rule: str, best: bool) -> set[tuple]:
    """Sequential equilibria in pure strategies: no change at any information set gains.

    After a choice of the leader that nobody makes, its type does not matter to the others.
    """
    n = len(shares)
    return {
        tuple(tuple(sorted(plan.items())) for plan in plans)
        for plans in profiles(n, rule)
        if all(
            _content(x, shares, rule, best, plans, i, seen) for i in range(n) for seen in plans[i]
        )
    }


def _content(x, shares, rule, best, plans, i, seen) -> bool:
    gain = Fraction(0)
    for kinds in product(TYPES, repeat=len(shares)):
        if kinds[i] != seen[0]:
            continue
        odds = Fraction(1)
        for j, kind in enumerate(kinds):
            # off the path the leader's type is left as it is: the others do not mind it
            odds *= x["phi"] if kind == "resolved" else 1 - x["phi"]
            odds = odds if j != i else odds / (x["phi"] if kind == "resolved" else 1 - x["phi"])
        forced = plans
        if len(seen) == 2:
            leader = dict.fromkeys(plans[0], seen[1] == "act")
            forced = (leader, *plans[1:])
        now, other = played(forced, kinds, rule), played(forced, kinds, rule, (i, seen))
        gain += odds * (
            payoff(x, shares, rule, best, kinds, other, i)
            - payoff(x, shares, rule, best, kinds, now, i)
        )
    return gain <= 0
