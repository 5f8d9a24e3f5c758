"""How strong bilateral pledges must be for a coalition to respond as one would like."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.restoring import restoring_penalty
from deterrence.errors import InputError, unknown
from deterrence.guarantee.coalition import TECHNOLOGIES
from deterrence.oped.coalition_response import Coalition
from deterrence.oped.coalitions import read_numbers, read_rules, read_sizes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["pledges_needed"]

Progress = Callable[[int, int], Any]
RULES = ("individual", "majority", "unanimity")


def pledges_needed(
    target: float,
    scenario: Any = "ksc",
    guarantors: Iterable[int] = (1, 2, 3, 5, 10, 30),
    rules: Iterable[str] = RULES,
    *,
    technology: str = "best-shot",
    changes: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Find the strength of bilateral pledges with which a response has a given probability.

    A response is that anybody acts, or that the vote passes.

    Parameters
    ----------
    target : float
        Its probability after an attack, between 0 and 1, both left out.
    scenario, guarantors, technology, changes
        As for `compare_coalitions`. Under "summation" a response may be small: one of many.
    rules : iterable of str
        Of "individual", "majority" and "unanimity".
    progress : callable, optional
        Called with how many coalitions are done, and of how many.

    Returns
    -------
    pandas.DataFrame
        Indexed by n and rule. bilateral, the strength above which every symmetric equilibrium in
        which votes matter reaches the target; enough, whether a strength of one or less does;
        probability and cutpoint, how each guarantor then behaves, its cost counted for the whole
        force where it bears that.

    Raises
    ------
    LabelError, ParameterError, InputError
        For what does not exist or is out of range, and for the rule "lead".

    Notes
    -----
    See `restoring_penalty`. Above one no pledge is strong enough: breaking one's word cannot cost
    as much.

    Examples
    --------
    >>> table = pledges_needed(0.9, "ksc", [1, 30], ["individual"])
    >>> table["enough"].tolist()
    [True, False]
    """
    import pandas as pd

    if technology not in TECHNOLOGIES:
        raise unknown("technology", technology, TECHNOLOGIES)
    chosen = read_rules(rules)
    if "lead" in chosen:
        raise InputError("rule 'lead' has two cutpoints; ask for " + ", ".join(RULES) + ".")
    numbers = read_numbers(scenario, changes or {})
    keys, rows = [], []
    pairs = list(itertools.product(read_sizes(guarantors), chosen))
    for n, rule in pairs:
        game = Coalition(n, rule, technology, numbers, 0.0).game()
        found = restoring_penalty(game, target, "shirking")
        strength = found.secure[1] / numbers["a"]
        keys.append((n, rule))
        rows.append((strength, strength <= 1, found.probability, found.cutpoint))
        if progress is not None:
            progress(len(rows), len(pairs))
    return pd.DataFrame(
        rows,
        index=pd.MultiIndex.from_tuples(keys, names=["n", "rule"]),
        columns=["bilateral", "enough", "probability", "cutpoint"],
    )
