"""Orders of trembles that make linear forms positive or zero, if there are any."""

from __future__ import annotations

from collections.abc import Sequence

from deterrence.equilibrium.consistency_demands import Demand, Vector
from deterrence.equilibrium.consistency_weights import Trembles
from deterrence.errors import LimitError

__all__ = ["cheapest_point", "order_of"]

_SCALES = (*range(1, 13), 60, 2520, 10**6)  # tried in turn to make an order integer
_ROUNDS = 20  # of the perceptron, before a linear program is called
UNDECIDED = (
    "the order of the trembles could not be decided: rounding spoilt the linear program. Give "
    "beliefs at fewer information sets, or a smaller game."
)


def order_of(
    trembles: Trembles, ties: Sequence[Demand], gaps: Sequence[Demand]
) -> dict[int, int] | None:
    """Positive whole orders of the unplayed actions that meet the demands, if there are any."""
    if all(sum(t.actions.values()) == 0 for t in ties) and all(
        sum(g.actions.values()) > 0 for g in gaps
    ):
        return dict.fromkeys(trembles.powers, 1)
    forms = [*trembles.powers.values(), *(trembles.sum(gap.actions) for gap in gaps)]
    if not all(forms):
        return None
    unknowns = _nudged(forms) or _positive(forms)
    if unknowns is None:
        return None
    return {a: _dot(powers, unknowns) for a, powers in trembles.powers.items()}


def _nudged(forms: Sequence[Vector]) -> Vector | None:
    """What a few rounds of the perceptron find for `_positive`, without a linear program."""
    point = {name: 1 for form in forms for name in form}
    for _ in range(_ROUNDS):
        wrong = [form for form in forms if _dot(form, point) <= 0]
        if not wrong:
            return point
        for form in wrong:
            if _dot(form, point) <= 0:  # an earlier nudge may have put it right
                for name, entry in form.items():
                    point[name] += entry
    return None


def _positive(forms: Sequence[Vector]) -> Vector | None:
    """Whole numbers at which linear forms are all positive, or None if there are none."""
    names = sorted({name for form in forms for name in form})
    matrix = [[form.get(name, 0) for name in names] for form in forms]
    total = [sum(column) for column in zip(*matrix, strict=True)]
    solution = cheapest_point(total, matrix, [1] * len(forms), equal=False)
    if solution is None:
        return None
    for scale in _SCALES:  # rounding cannot spoil strict inequalities if it is fine enough
        point = {name: round(scale * x) for name, x in zip(names, solution, strict=True)}
        if all(_dot(form, point) > 0 for form in forms):
            return point
    raise LimitError(UNDECIDED)


def _dot(form: Vector, point: Vector) -> int:
    return sum(entry * point[name] for name, entry in form.items())


def cheapest_point(
    costs: Sequence[int],
    matrix: Sequence[Sequence[int]],
    sides: Sequence[int],
    *,
    equal: bool,
) -> list[float] | None:
    """A cheapest point of matrix x = sides and x >= 0, or of matrix x >= sides, if any."""
    import numpy as np
    from scipy.optimize import linprog

    rows, bounds = np.array(matrix, dtype=float), np.array(sides, dtype=float)
    if equal:
        found = linprog(costs, A_eq=rows, b_eq=bounds, bounds=(0, None), method="highs-ds")
    else:
        found = linprog(costs, A_ub=-rows, b_ub=-bounds, bounds=(None, None), method="highs-ds")
    if found.status == 2:
        return None
    if found.status != 0 or found.x is None:
        raise LimitError(UNDECIDED)
    return [float(x) for x in found.x]
