"""Weights of trembles on a common scale: only their ratios matter to beliefs."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from deterrence.equilibrium.incentives import Incentives
from deterrence.equilibrium.links import Links

__all__ = ["normalised"]


def normalised(incentives: Incentives) -> list[dict[Any, Any]]:
    """Weights of trembles, each class of those that stand for each other on a scale of its own.

    Only ratios matter within a class, so its weights may sum to one. Where beliefs compare products
    that classes do not balance, the classes are joined, which leaves one weight too many: that is
    harmless.
    """
    trembles = list(incentives.trembles.values())
    links: Links[Any] = Links()
    known = set(trembles)
    monomials = [[[t for t in row if t in known] for row in rows] for rows in incentives.deviations]
    for rows in monomials:
        for one, two in itertools.pairwise(rows):
            left = sorted((t for t in one if t not in two), key=incentives.kind)
            right = sorted((t for t in two if t not in one), key=incentives.kind)
            for t, u in zip(left, right, strict=False):
                links.join((t, u))
    if not _balanced(monomials, links):
        links.join(trembles)
    found = []
    for together in links.groups(trembles):
        *first, last = sorted(together, key=str)
        shares = {**{t: t for t in first}, last: 1 - sum(first)}
        # shares of arrivals rather than of trembles, so that they are beliefs where types are
        # independent
        found.append({t: share / incentives.prior(t) for t, share in shares.items()})
    return found


def _balanced(monomials: Sequence[Sequence[Sequence[Any]]], links: Links[Any]) -> bool:
    """Whether all nodes of each information set have as many trembles of every class."""
    return all(
        len({tuple(sorted(str(links.head(t)) for t in row)) for row in rows}) <= 1
        for rows in monomials
    )
