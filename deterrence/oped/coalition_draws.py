"""Coalitions over drawn stakes: what holds of them whatever the stakes, and how often."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.guarantee.coalition import RULES, TECHNOLOGIES
from deterrence.oped.coalitions import (
    OUTCOMES,
    coalition_rows,
    read_numbers,
    read_rules,
    read_sizes,
    read_strength,
)
from deterrence.oped.draws import draw_stakes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["draw_coalitions"]

SET = (("set", "equilibria"), ("set", "complete"))


def draw_coalitions(
    draws: int,
    pledges: Mapping[str, tuple[Any, Any]],
    *,
    rng: int | None = None,
    scenario: Any = "ksc",
    guarantors: Iterable[int] = (1, 2, 3, 30),
    rules: Iterable[str] = RULES,
    technology: str = "summation",
) -> pd.DataFrame:
    """Solve coalitions at the same drawn stakes under several pledges.

    Parameters
    ----------
    draws : int
        Of all stakes, independently and uniformly over their ranges.
    pledges : mapping of str to (number, number)
        By a name of one's own, the strengths of the joint obligation and of each one's own pledge.
    rng : int, optional
        A seed; 0 is one.
    scenario : str or Scenario
        Where the instruments other than strength come from.
    guarantors, rules, technology
        As for `compare_coalitions`.

    Returns
    -------
    pandas.DataFrame
        Indexed by draw, pledge, n and rule. For every outcome of `CoalitionComparison.table` the
        pair (outcome, "least") and (outcome, "most") over the symmetric equilibria in which votes
        matter, and ("set", "complete") and ("set", "equilibria").

    Raises
    ------
    LabelError, ParameterError, InputError
        For what does not exist or is out of range.

    Examples
    --------
    >>> table = draw_coalitions(2, {"joint": (0.5, 0)}, rng=0, guarantors=[1, 30])
    >>> table.shape
    (16, 20)
    """
    import pandas as pd

    if technology not in TECHNOLOGIES:
        raise unknown("technology", technology, TECHNOLOGIES)
    sizes, chosen = read_sizes(guarantors), read_rules(rules)
    strengths = _read_pledges(pledges)
    keys: list[tuple[int, str, int, str]] = []
    rows: list[list[float]] = []
    for number, stakes in enumerate(draw_stakes(draws, rng)):
        for name, (joint, own) in strengths.items():
            numbers = read_numbers(scenario, {**stakes, "strength": joint})
            for n, rule in itertools.product(sizes, chosen):
                found, complete = coalition_rows(numbers, [n], (rule,), technology, own)
                keys.append((number, name, n, rule))
                rows.append([*_ends(found), complete])
    return pd.DataFrame(
        rows,
        index=pd.MultiIndex.from_tuples(keys, names=["draw", "pledge", "n", "rule"]),
        columns=pd.MultiIndex.from_tuples(
            [*itertools.product(OUTCOMES, ("least", "most")), *SET], names=["outcome", "end"]
        ),
    ).astype({SET[1]: bool})


def _read_pledges(given: Any) -> dict[str, tuple[float, float]]:
    if not isinstance(given, Mapping) or not given:
        raise InputError(
            f"pledges = {given!r}; give the two strengths by name: {{'both': (0.5, 0.5)}}."
        )
    read = {}
    for name, pair in given.items():
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise InputError(f"pledge {name!r}: {pair!r}; give two strengths, joint and own.")
        read[str(name)] = read_strength(pair[0], "strength"), read_strength(pair[1], "bilateral")
    return read


def _ends(rows: list[dict[str, Any]]) -> list[float]:
    """Least and most over the equilibria in which votes matter, and how many these are.

    There is always one: it solves a continuous equation on [0, 1].
    """
    seen = [row for row in rows if row["pivotal"]]
    by_outcome = ([row[outcome] for row in seen] for outcome in OUTCOMES)
    return [*(end for values in by_outcome for end in (min(values), max(values))), len(seen)]
