"""What decides where a claim holds: the stakes that matter, and an inequality that delimits it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Deciding", "Inequality", "deciding", "delimits"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
SHOWN = 3  # stakes
CUTS = 31  # thresholds tried along each number
PAIRED = 14  # single conditions that are tried in pairs
FEWEST = 20  # points on either side, before anything is fitted


@dataclass(frozen=True)
class Deciding:
    """How much more often a claim holds where a stake is high.

    Attributes
    ----------
    stake : str
    difference : float
        Share in the highest third of its values less the share in the lowest.
    """

    stake: str
    difference: float

    def __str__(self) -> str:
        return f"{self.stake} ({self.difference:+.0%})"


@dataclass(frozen=True)
class Inequality:
    """One condition, or two together, that tells where a claim holds.

    Attributes
    ----------
    text : str
    agrees : float
        Share of points that it was not fitted to and places rightly, where the claim holds and
        where it fails counted alike.
    """

    text: str
    agrees: float

    def __str__(self) -> str:
        return f"{self.text} (right at {self.agrees:.0%} of other points)"


def deciding(holds: Bools, stakes: Mapping[str, Floats]) -> tuple[Deciding, ...]:
    """The three stakes along which the share changes most.

    Parameters
    ----------
    holds : ndarray of bool, shape (points,)
    stakes : mapping of str to ndarray, shape (points,)
    """
    third = max(1, len(holds) // 3)
    found = []
    for name, column in stakes.items():
        order = np.argsort(column, kind="stable")
        low, high = holds[order[:third]].mean(), holds[order[-third:]].mean()
        found.append(Deciding(name, float(high - low)))
    found.sort(key=lambda one: -abs(one.difference))
    return tuple(found[:SHOWN])


@dataclass(frozen=True, eq=False)
class _Condition:
    text: str
    where: Bools


def delimits(
    holds: Bools, stakes: Mapping[str, Floats], margins: Mapping[str, Floats]
) -> Inequality | None:
    """The condition, or pair of conditions, that best tells where a claim holds.

    Fitted at every other point and judged at the rest.

    Parameters
    ----------
    holds : ndarray of bool, shape (points,)
    stakes : mapping of str to ndarray, shape (points,)
        Any threshold is tried.
    margins : mapping of str to ndarray, shape (points,)
        Named differences: positive is what is tried.

    Returns
    -------
    Inequality or None
        None where the claim holds, or fails, at fewer than 20 points.
    """
    if min(holds.sum(), (~holds).sum()) < FEWEST:
        return None
    fitted = np.arange(len(holds)) % 2 == 0
    singles = sorted(
        _conditions(stakes, margins, fitted), key=lambda c: -_right(c.where, holds, fitted)
    )
    best = singles[: 4 * PAIRED]
    distinct = list({c.text.split(" >=")[0].split(" <")[0]: c for c in reversed(best)}.values())
    tried = [singles[0], *_pairs(distinct[::-1][:PAIRED])]
    chosen = max(tried, key=lambda c: _right(c.where, holds, fitted) - 0.01 * (c is not tried[0]))
    return Inequality(chosen.text, _right(chosen.where, holds, ~fitted))


def _conditions(
    stakes: Mapping[str, Floats], margins: Mapping[str, Floats], fitted: Bools
) -> Iterator[_Condition]:
    for name, column in margins.items():
        if 0 < (column > 0).sum() < len(column):
            yield _Condition(f"[{name}]", column > 0)
            yield _Condition(f"not [{name}]", column <= 0)
    for name, column in stakes.items():
        for cut in np.unique(np.quantile(column[fitted], np.linspace(0, 1, CUTS)[1:-1]).round(3)):
            yield _Condition(f"{name} >= {cut:.3g}", column >= cut)
            yield _Condition(f"{name} < {cut:.3g}", column < cut)


def _pairs(singles: list[_Condition]) -> Iterator[_Condition]:
    for one, two in itertools.combinations(singles, 2):
        yield _Condition(f"{one.text} and {two.text}", one.where & two.where)
        yield _Condition(f"{one.text} or {two.text}", one.where | two.where)


def _right(where: Bools, holds: Bools, among: Bools) -> float:
    """Share placed rightly, both sides counted alike."""
    yes, no = holds & among, ~holds & among
    parts = [where[yes].mean() if yes.any() else 1.0, (~where[no]).mean() if no.any() else 1.0]
    return float(np.mean(parts))
