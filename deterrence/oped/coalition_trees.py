"""The exact trees of two or three guarantors, with every sequential equilibrium, alike or not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.concepts import solve
from deterrence.errors import InputError
from deterrence.guarantee.coalition import coalition_game
from deterrence.guarantee.stage_input import TYPES

if TYPE_CHECKING:
    import pandas as pd

    from deterrence.equilibrium.solution import Solution

__all__ = ["MOST_EXACT", "exact_sizes", "solve_coalition_trees"]

MOST_EXACT = 3  # guarantors
SIDES = ("least", "most")
Progress = Callable[[int, int], Any]


def exact_sizes(sizes: Iterable[int]) -> list[int]:
    """Those numbers of guarantors whose trees are solved.

    Raises
    ------
    InputError
        If there is none.
    """
    chosen = [n for n in sizes if n <= MOST_EXACT]
    if not chosen:
        raise InputError(
            f"trees are solved for up to {MOST_EXACT} guarantors; ask for 1, 2 or 3 of them."
        )
    return chosen


def solve_coalition_trees(
    values: Mapping[str, Fraction],
    sizes: Iterable[int],
    rules: Iterable[str],
    technology: str,
    bilateral: Fraction,
    progress: Progress | None = None,
) -> pd.DataFrame:
    """Solve the tree of every coalition, where costs of force have two values.

    Parameters
    ----------
    values : mapping of str to fractions.Fraction
        Every parameter of the guarantee game.
    sizes : iterable of int
    rules : iterable of str
    technology : str
        As for `coalition_game`.
    bilateral : fractions.Fraction
        Strength of each one's own pledge.
    progress : callable, optional
        Called with how many trees are solved, and of how many.

    Returns
    -------
    pandas.DataFrame
        Indexed by n and rule: "response (least)" and "(most)" over all sequential equilibria, so
        too of force and free-riding, which are what follows an attack, and of attacks by each type
        of Russia, where its type is known; complete.
    """
    import pandas as pd

    pairs = [(n, rule) for n in sizes for rule in rules]
    rows = []
    for k, (n, rule) in enumerate(pairs):
        row: dict[str, float] = {}
        complete = True
        for m, fixed in enumerate(_ways()):
            game = coalition_game(n, rule, technology=technology, fixed=fixed)
            solved = solve(game.at({**values, "bilateral": bilateral}))
            row |= _after(solved) if "challenge" in fixed else _before(solved, fixed)
            complete = complete and solved.complete
            if progress is not None:
                progress(3 * k + m + 1, 3 * len(pairs))
        rows.append({**row, "complete": complete})
    index = pd.MultiIndex.from_tuples(pairs, names=["n", "rule"])
    return pd.DataFrame(rows, index=index)


def _ways() -> list[dict[str, Any]]:
    """What is fixed: an attack, then Russia's types in turn, which the guarantors do not mind."""
    known = [{"types": {"Russia": kind}} for kind in TYPES["Russia"]]
    return [{**known[0], "challenge": "attack"}, *known]


def _after(solved: Solution) -> dict[str, float]:
    ends = {name: solved.most_and_least(name) for name in ("response", "shortfall")}
    ends["force"] = (1 - ends["shortfall"][1], 1 - ends.pop("shortfall")[0])
    free = solved.envelope().get("free-riding", (0.0, 0.0))  # no event of a single guarantor
    ends["free-riding"] = (float(free[0]), float(free[1]))
    return _flat(ends)


def _before(solved: Solution, fixed: Mapping[str, Any]) -> dict[str, float]:
    return _flat({f"attack, {fixed['types']['Russia']}": solved.most_and_least("attack")})


def _flat(ends: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    return {
        f"{name} ({side})": float(value)
        for name, pair in ends.items()
        for side, value in zip(SIDES, pair, strict=True)
    }
