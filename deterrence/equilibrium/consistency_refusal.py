"""Why no trembles give beliefs: the demands that contradict each other."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from deterrence.equilibrium.consistency_demands import Demand, Vector
from deterrence.equilibrium.consistency_order import UNDECIDED, cheapest_point
from deterrence.equilibrium.consistency_record import Comparison, Refusal
from deterrence.equilibrium.consistency_weights import root_of, rounded_root, times_power
from deterrence.errors import LimitError
from deterrence.games.numbers import plain
from deterrence.games.tree import Game

__all__ = ["contradiction", "no_order", "no_weights"]

_ZERO = 1e-9  # in the floats of a linear program, whose answers are then checked exactly


def contradiction(ties: Sequence[Demand], gaps: Sequence[Demand]) -> list[Comparison]:
    """Comparisons that add up to a demand which no positive orders can meet (Farkas)."""
    signed = [(gap, 1) for gap in gaps] + [(tie, sign) for tie in ties for sign in (1, -1)]
    vectors = [{a: sign * entry for a, entry in d.actions.items()} for d, sign in signed]
    actions = sorted({a for vector in vectors for a in vector})
    vectors += [{a: 1} for a in actions]  # that an order is positive
    counted = [int(d.ratio is None) for d, _ in signed] + [1] * len(actions)
    matrix = [[vector.get(a, 0) for vector in vectors] for a in actions]
    sides = [0] * len(actions) + [1]
    solution = cheapest_point([1] * len(vectors), [*matrix, counted], sides, equal=True)
    used = [k for k, x in enumerate(solution or ()) if x > _ZERO]
    times = _relation([vectors[k] for k in used])
    if times is None or min(times) <= 0 or not any(counted[k] for k in used):
        raise LimitError(UNDECIDED)
    return [
        signed[k][0].comparison(signed[k][1] * t)
        for k, t in zip(used, times, strict=True)
        if k < len(signed)
    ]


def _relation(vectors: Sequence[Vector]) -> list[int] | None:
    """Whole factors, positive on the last, with which the vectors add up to zero; exact."""
    pivots: list[tuple[int, dict[int, Fraction], dict[int, Fraction]]] = []
    for place, vector in enumerate(vectors):
        row = {key: Fraction(entry) for key, entry in vector.items()}
        made = {place: Fraction(1)}  # the row as a combination of the vectors
        for key, other, made_of in pivots:
            if factor := row.get(key, Fraction(0)):
                row = _minus(row, factor, other)
                made = _minus(made, factor, made_of)
        if row:
            key, entry = next(iter(row.items()))
            pivots.append((key, _minus({}, -1 / entry, row), _minus({}, -1 / entry, made)))
        elif place == len(vectors) - 1:
            common = math.lcm(*(factor.denominator for factor in made.values()))
            return [int(made.get(k, Fraction(0)) * common) for k in range(len(vectors))]
    return None


def _minus(
    row: Mapping[int, Fraction], factor: Fraction, other: Mapping[int, Fraction]
) -> dict[int, Fraction]:
    difference = dict(row)
    for key, entry in other.items():
        difference[key] = difference.get(key, Fraction(0)) - factor * entry
    return {key: entry for key, entry in difference.items() if entry}


def no_order(game: Game, proof: Sequence[Comparison]) -> Refusal:
    """The refusal that the comparisons amount to."""
    histories, sets = game.structure.histories, game.structure.sets
    parts = []
    for c in proof:
        node, other = histories[c.node], histories[c.other]
        if c.believed:
            needs = f"{node} and {other} are both believed, so equally many trembles lead there"
        else:
            needs = f"{other} is believed and {node} is not, so more trembles lead to the latter"
        parts.append(f"at {sets[c.information_set]}, {needs}")
    end = "the paths there say otherwise" if len(parts) == 1 else "together that is impossible"
    return Refusal(f"no order of trembles fits: {'; '.join(parts)}; {end}.", tuple(proof), "order")


def no_weights(
    game: Game, beliefs: Mapping[int, Sequence[Fraction]], ties: Sequence[Demand]
) -> Refusal:
    """The refusal where the last tie contradicts those before it."""
    times = _relation([tie.actions for tie in ties])
    if times is None:
        raise LimitError(UNDECIDED)
    used = [(tie, t) for tie, t in zip(ties, times, strict=True) if t]
    excess = math.prod(((tie.ratio or Fraction(1)) ** t for tie, t in used), start=Fraction(1))
    last, power = used[-1]
    s = game.structure.sets[last.information_set]
    belief = dict(zip(s.nodes, beliefs[s.index], strict=True))
    odds = belief[last.node] / belief[last.other]
    right, degree = times_power((odds, 1), root_of((excess, 1), power), -1)
    histories = game.structure.histories
    what = (
        f"at {s}, the odds of {histories[last.node]} to {histories[last.other]} are {plain(odds)}"
    )
    must = plain(right) if degree == 1 else f"{float(rounded_root((right, degree))):.6g}"
    others = dict.fromkeys(str(game.structure.sets[tie.information_set]) for tie, _ in used[:-1])
    source = f"the beliefs at {' and '.join(others)} make" if others else "Bayes' rule makes"
    reason = f"no weights of trembles fit: {what}, but {source} them {must}."
    return Refusal(reason, tuple(tie.comparison(t) for tie, t in used), "weights")
