"""The trembles behind beliefs: an order and a weight for every action, or a proof of none.

Kreps and Wilson (1982, lemmas A1 and A2): an assessment is consistent if and only if every action
has an order, zero exactly where it is played, and a positive weight, its probability where it is
played, such that at each information set the believed nodes are those whose paths have the least
total order, and their beliefs are in the proportion of the products of weights along the paths.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from deterrence.errors import InputError, LimitError
from deterrence.games.numbers import plain
from deterrence.games.structure import MOVE, Structure
from deterrence.games.tree import Game

__all__ = ["Comparison", "Refusal", "Witness", "beliefs_from", "find_witness"]

Vector = dict[int, int]  # sparse; zeros are left out
Strategy = Sequence[Sequence[Fraction]]
Root = tuple[Fraction, int]  # (base, degree): the positive number whose power is the base

_ONE: Root = (Fraction(1), 1)
_SCALES = (*range(1, 13), 60, 2520, 10**6)  # tried in turn to make an order integer
_BITS = 120  # of an irrational weight
_ROUNDS = 20  # of the perceptron, before a linear program is called
_ZERO = 1e-9  # in the floats of a linear program, whose answers are then checked exactly
_UNDECIDED = (
    "the order of the trembles could not be decided: rounding spoilt the linear program. Give "
    "beliefs at fewer information sets, or a smaller game."
)


@dataclass(frozen=True)
class Witness:
    """Trembles that give an assessment's beliefs: an action of order k has probability w e^k.

    Attributes
    ----------
    order : tuple of tuple of int
        By information set and action; zero exactly where the action is played.
    weights : tuple of tuple of fractions.Fraction
        Likewise; the probability where the action is played.
    exact : bool
        Whether the beliefs follow exactly; if not, a weight is an irrational root, rounded.
    """

    order: tuple[tuple[int, ...], ...]
    weights: tuple[tuple[Fraction, ...], ...]
    exact: bool = True


@dataclass(frozen=True)
class Comparison:
    """Two nodes of one information set, and how often a proof counts them.

    Attributes
    ----------
    information_set : int
    node : int
    other : int
        A believed node.
    believed : bool
        Whether `node` is believed too, so that both paths need the same order.
    times : int
        The factor on `node` minus `other`.
    """

    information_set: int
    node: int
    other: int
    believed: bool
    times: int


@dataclass(frozen=True)
class Refusal:
    """No trembles give these beliefs.

    Attributes
    ----------
    reason : str
        Why, in a sentence.
    proof : tuple of Comparison
        For the order: the comparisons, added up, put no action's order on the positive side,
        while they should make more than zero. For the weights: the comparisons' actions cancel,
        while their odds do not multiply to one.
    about : {"order", "weights"}
    """

    reason: str
    proof: tuple[Comparison, ...]
    about: Literal["order", "weights"]


@dataclass(frozen=True)
class _Demand:
    """What one node's belief, compared with a believed node's, asks of the trembles."""

    information_set: int
    node: int
    other: int
    actions: Vector  # unplayed actions on the way to the node, minus those to the other
    ratio: Fraction | None  # what the weights of `actions` multiply to; None if not believed

    @property
    def hopeless(self) -> bool:
        """Whether no order meets the demand, since unplayed actions have positive orders."""
        signs = set(self.actions.values())
        return 1 not in signs if self.ratio is None else len(signs) == 1

    @property
    def must_fall(self) -> bool:
        """Whether a hopeless demand fails because the node's order is the greater."""
        return self.ratio is not None and 1 in self.actions.values()

    def comparison(self, times: int) -> Comparison:
        believed = self.ratio is not None
        return Comparison(self.information_set, self.node, self.other, believed, times)


def find_witness(
    game: Game,
    strategy: Strategy,
    beliefs: Mapping[int, Sequence[Fraction]],
    *,
    tolerance: Fraction = Fraction(0),
) -> Witness | Refusal:
    """Trembles under which these beliefs are the limit of Bayes' rule, or why there are none.

    Parameters
    ----------
    game : Game
        With numbers.
    strategy : sequence of sequence of fractions.Fraction
        Probabilities by information set and action, in the order of `InformationSet.actions`.
    beliefs : mapping of int to sequence of fractions.Fraction
        By index of information set, then node. Sets left out are unconstrained.
    tolerance : fractions.Fraction, optional
        How far odds that the strategy or other beliefs fix may be off, for rounded numbers.

    Returns
    -------
    Witness or Refusal

    Raises
    ------
    LimitError
        If rounding kept the linear program from deciding; not seen on any game so far.
    """
    demands = _demands(game, strategy, beliefs)
    for demand in demands:
        if demand.hopeless:
            return _no_order(game, [demand.comparison(-1 if demand.must_fall else 1)])
    ties = [demand for demand in demands if demand.ratio is not None]
    gaps = [demand for demand in demands if demand.ratio is None]
    trembles = _Trembles({action for demand in demands for action in demand.actions})
    for place, tie in enumerate(ties):
        if not trembles.admit(tie, tolerance):
            return _no_weights(game, beliefs, ties[: place + 1])
    order = _order(trembles, ties, gaps)
    if order is None:
        return _no_order(game, _contradiction(ties, gaps))
    return _witness(strategy, order, trembles)


def beliefs_from(
    game: Game, strategy: Strategy, witness: Witness
) -> tuple[tuple[Fraction, ...], ...]:
    """The beliefs at every information set that the trembles of a witness give.

    Parameters
    ----------
    game : Game
        With numbers.
    strategy : sequence of sequence of fractions.Fraction
    witness : Witness

    Returns
    -------
    tuple of tuple of fractions.Fraction
        By information set and node.
    """
    order = [k for row in witness.order for k in row]
    weights = [
        w if k else p
        for ks, ws, ps in zip(witness.order, witness.weights, strategy, strict=True)
        for k, w, p in zip(ks, ws, ps, strict=True)
    ]
    branches = _branches(game.structure)
    return tuple(
        _limit(game, branches[s.index], order, weights) if len(s.nodes) > 1 else (Fraction(1),)
        for s in game.structure.sets
    )


def _limit(
    game: Game, branches: _Branches, order: Sequence[int], weights: Sequence[Fraction]
) -> tuple[Fraction, ...]:
    orders = [sum(order[a] for a in actions) for actions in branches.actions]
    least = min(orders)
    shares = [
        math.prod((weights[a] for a in actions), start=Fraction(*branches.luck(game, k)))
        if orders[k] == least
        else Fraction(0)
        for k, actions in enumerate(branches.actions)
    ]
    total = sum(shares)
    return tuple(share / total for share in shares)


@dataclass(frozen=True)
class _Branches:
    """The paths to an information set's nodes, without what all of them share.

    Perfect recall puts the mover's own actions among the shared.
    """

    player: int
    nodes: tuple[int, ...]
    actions: tuple[tuple[int, ...], ...]  # numbered through all information sets
    chance: tuple[tuple[int, ...], ...]  # nodes below chance moves

    def luck(self, game: Game, k: int) -> tuple[int, int]:
        """How likely the mover thinks chance on the way to node k, as a ratio."""
        numbers, chance, top, bottom = game.numbers, game.structure.chance, 1, 1
        for below in self.chance[k]:
            p = numbers[(chance[below] or ())[self.player]]
            top, bottom = top * p.numerator, bottom * p.denominator
        return top, bottom


def _branches(structure: Structure) -> dict[int, _Branches]:
    """Information sets of several nodes, by index."""
    found: dict[int, _Branches] = structure.remember(
        "consistency", lambda: _find_branches(structure)
    )
    return found


def _find_branches(structure: Structure) -> dict[int, _Branches]:
    players = {player: k for k, player in enumerate(structure.players)}
    actions, chance = _paths(structure)
    return {
        s.index: _Branches(
            players[s.player],
            s.nodes,
            _unshared([actions[node] for node in s.nodes]),
            _unshared([chance[node] for node in s.nodes]),
        )
        for s in structure.sets
        if len(s.nodes) > 1
    }


def _paths(structure: Structure) -> tuple[list[tuple[int, ...]], list[tuple[int, ...]]]:
    """On the way to each node: the numbered actions, and the nodes below chance moves."""
    first = list(itertools.accumulate((len(s.actions) for s in structure.sets), initial=0))
    actions: list[tuple[int, ...]] = [()] * len(structure)
    chance: list[tuple[int, ...]] = [()] * len(structure)
    for node, children in enumerate(structure.children):
        place = structure.set_of[node]
        for k, child in enumerate(children):
            moved = structure.kind[node] == MOVE
            actions[child] = (*actions[node], first[place] + k) if moved else actions[node]
            chance[child] = chance[node] if moved else (*chance[node], child)
    return actions, chance


def _unshared(paths: Sequence[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    shared = set(paths[0]).intersection(*paths)
    return tuple(tuple(step for step in path if step not in shared) for path in paths)


def _demands(
    game: Game, strategy: Strategy, beliefs: Mapping[int, Sequence[Fraction]]
) -> list[_Demand]:
    """What the beliefs ask of the trembles, without what every order grants."""
    played = [p for probabilities in strategy for p in probabilities]
    idle = {action for action, p in enumerate(played) if not p}
    branches = _branches(game.structure)
    demands: list[_Demand] = []
    for place, belief in beliefs.items():
        if place in branches:
            comparison = _Comparing(game, place, branches[place], belief, played)
            demands.extend(comparison.demands(idle))
    return demands


class _Comparing:
    """The nodes of one information set, each compared with the first that is believed."""

    def __init__(
        self,
        game: Game,
        place: int,
        branches: _Branches,
        belief: Sequence[Fraction],
        played: Sequence[Fraction],
    ) -> None:
        self.game, self.place, self.branches = game, place, branches
        self.belief, self.played = belief, played
        believed = [k for k, p in enumerate(belief) if p]
        if not believed:
            raise InputError(f"the beliefs at {game.structure.sets[place]} are zero everywhere.")
        self.other = believed[0]

    def demands(self, idle: set[int]) -> Iterator[_Demand]:
        unplayed = [idle.intersection(path) for path in self.branches.actions]
        nodes, other = self.branches.nodes, self.other
        for k, p in enumerate(self.belief):
            more, less = unplayed[k] - unplayed[other], unplayed[other] - unplayed[k]
            if k != other and (p or less or not more):
                vector = {**dict.fromkeys(more, 1), **dict.fromkeys(less, -1)}
                ratio = self._ratio(k) if p else None
                yield _Demand(self.place, nodes[k], nodes[other], vector, ratio)

    def _ratio(self, k: int) -> Fraction:
        """What the weights of unplayed actions must make of the odds of node k to the other."""
        one, two = self.belief[k], self.belief[self.other]
        top, bottom = self._reach(self.other)
        under, over = self._reach(k)
        return Fraction(
            one.numerator * two.denominator * top * over,
            one.denominator * two.numerator * bottom * under,
        )

    def _reach(self, k: int) -> tuple[int, int]:
        """The probability of chance and the played actions, as a ratio of whole numbers."""
        top, bottom = self.branches.luck(self.game, k)
        for action in self.branches.actions[k]:
            if p := self.played[action]:
                top, bottom = top * p.numerator, bottom * p.denominator
        return top, bottom


class _Trembles:
    """Weights of unplayed actions as products of powers of unknowns; orders likewise, as sums.

    Each tie is one equation in monomials. Whole-number changes of the unknowns turn it into an
    equation in one unknown, which has one positive root: the tie can be met unless nothing is
    left to choose, and by rational weights if any meet it.
    """

    def __init__(self, actions: Iterable[int]) -> None:
        self.powers: dict[int, Vector] = {a: {a: 1} for a in actions}
        self.factors: dict[int, Root] = dict.fromkeys(self.powers, _ONE)

    def admit(self, tie: _Demand, tolerance: Fraction) -> bool:
        """Meet one more tie; whether that is possible."""
        row, value = self.sum(tie.actions), (tie.ratio or Fraction(1), 1)
        for action, power in tie.actions.items():
            value = _times(value, self.factors[action], -power)
        if not row:
            return abs(value[0] - 1) <= tolerance
        while len(row) > 1:
            row = self._shorten(row)
        ((unknown, power),) = row.items()
        self._fix(unknown, _root(value, power))
        return True

    def sum(self, actions: Vector) -> Vector:
        """The order of a product of actions in terms of the unknowns' orders."""
        total: Vector = {}
        for action, power in actions.items():
            _add(total, self.powers[action], power)
        return total

    def _shorten(self, row: Vector) -> Vector:
        """Take into the unknown of least power whatever it divides of the others."""
        least = min(row, key=lambda unknown: (abs(row[unknown]), unknown))
        taken = {u: power // row[least] for u, power in row.items() if u != least}
        for powers in self.powers.values():
            if least in powers:
                _add(powers, taken, -powers[least])
        rest = {u: power % row[least] for u, power in row.items() if power % row[least]}
        return {least: row[least], **rest}

    def _fix(self, unknown: int, value: Root) -> None:
        for action, powers in self.powers.items():
            if unknown in powers:
                self.factors[action] = _times(self.factors[action], value, powers.pop(unknown))


def _add(total: Vector, vector: Vector, times: int) -> None:
    for key, entry in vector.items():
        new = total.get(key, 0) + times * entry
        if new:
            total[key] = new
        else:
            total.pop(key, None)


def _times(one: Root, other: Root, power: int) -> Root:
    degree = math.lcm(one[1], other[1])
    base = one[0] ** (degree // one[1]) * other[0] ** (power * (degree // other[1]))
    return _simple(base, degree)


def _root(value: Root, degree: int) -> Root:
    """The positive number whose power `degree`, which may be negative, is `value`."""
    base = value[0] if degree > 0 else 1 / value[0]
    return _simple(base, value[1] * abs(degree))


def _simple(base: Fraction, degree: int) -> Root:
    for d in range(degree, 1, -1):
        if degree % d == 0:
            top, bottom = _floor_root(base.numerator, d), _floor_root(base.denominator, d)
            if top**d == base.numerator and bottom**d == base.denominator:
                return _simple(Fraction(top, bottom), degree // d)
    return base, degree


def _floor_root(number: int, degree: int) -> int:
    """The largest whole number whose power does not exceed `number`, by Newton's method."""
    if number < 2:
        return number
    guess = 1 << -(-number.bit_length() // degree)
    while True:
        better = ((degree - 1) * guess + number // guess ** (degree - 1)) // degree
        if better >= guess:
            return guess
        guess = better


def _rounded(value: Root) -> Fraction:
    base, degree = value
    shift = _BITS + base.denominator.bit_length()  # so that small numbers keep their digits
    scaled = (base.numerator << (shift * degree)) // base.denominator
    return Fraction(_floor_root(scaled, degree), 1 << shift)


def _order(
    trembles: _Trembles, ties: Sequence[_Demand], gaps: Sequence[_Demand]
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
    solution = _linear_program(total, matrix, [1] * len(forms), equal=False)
    if solution is None:
        return None
    for scale in _SCALES:  # rounding cannot spoil strict inequalities if it is fine enough
        point = {name: round(scale * x) for name, x in zip(names, solution, strict=True)}
        if all(_dot(form, point) > 0 for form in forms):
            return point
    raise LimitError(_UNDECIDED)


def _dot(form: Vector, point: Vector) -> int:
    return sum(entry * point[name] for name, entry in form.items())


def _linear_program(
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
        raise LimitError(_UNDECIDED)
    return [float(x) for x in found.x]


def _witness(strategy: Strategy, order: Mapping[int, int], trembles: _Trembles) -> Witness:
    orders: list[tuple[int, ...]] = []
    weights: list[tuple[Fraction, ...]] = []
    exact, first = True, 0
    for probabilities in strategy:
        actions = range(first, first + len(probabilities))
        first = actions.stop
        orders.append(
            tuple(0 if p else order.get(a, 1) for a, p in zip(actions, probabilities, strict=True))
        )
        roots = [
            (p, 1) if p else trembles.factors.get(a, _ONE)
            for a, p in zip(actions, probabilities, strict=True)
        ]
        weights.append(tuple(r if degree == 1 else _rounded((r, degree)) for r, degree in roots))
        exact = exact and all(degree == 1 for _, degree in roots)
    return Witness(tuple(orders), tuple(weights), exact)


def _contradiction(ties: Sequence[_Demand], gaps: Sequence[_Demand]) -> list[Comparison]:
    """Comparisons that add up to a demand which no positive orders can meet (Farkas)."""
    signed = [(gap, 1) for gap in gaps] + [(tie, sign) for tie in ties for sign in (1, -1)]
    vectors = [{a: sign * entry for a, entry in d.actions.items()} for d, sign in signed]
    actions = sorted({a for vector in vectors for a in vector})
    vectors += [{a: 1} for a in actions]  # that an order is positive
    counted = [int(d.ratio is None) for d, _ in signed] + [1] * len(actions)
    matrix = [[vector.get(a, 0) for vector in vectors] for a in actions]
    sides = [0] * len(actions) + [1]
    solution = _linear_program([1] * len(vectors), [*matrix, counted], sides, equal=True)
    used = [k for k, x in enumerate(solution or ()) if x > _ZERO]
    times = _relation([vectors[k] for k in used])
    if times is None or min(times) <= 0 or not any(counted[k] for k in used):
        raise LimitError(_UNDECIDED)
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


def _no_order(game: Game, proof: Sequence[Comparison]) -> Refusal:
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


def _no_weights(
    game: Game, beliefs: Mapping[int, Sequence[Fraction]], ties: Sequence[_Demand]
) -> Refusal:
    """The refusal where the last tie contradicts those before it."""
    times = _relation([tie.actions for tie in ties])
    if times is None:
        raise LimitError(_UNDECIDED)
    used = [(tie, t) for tie, t in zip(ties, times, strict=True) if t]
    excess = math.prod(((tie.ratio or Fraction(1)) ** t for tie, t in used), start=Fraction(1))
    last, power = used[-1]
    s = game.structure.sets[last.information_set]
    belief = dict(zip(s.nodes, beliefs[s.index], strict=True))
    odds = belief[last.node] / belief[last.other]
    right, degree = _times((odds, 1), _root((excess, 1), power), -1)
    histories = game.structure.histories
    what = (
        f"at {s}, the odds of {histories[last.node]} to {histories[last.other]} are {plain(odds)}"
    )
    must = plain(right) if degree == 1 else f"{float(_rounded((right, degree))):.6g}"
    others = dict.fromkeys(str(game.structure.sets[tie.information_set]) for tie, _ in used[:-1])
    source = f"the beliefs at {' and '.join(others)} make" if others else "Bayes' rule makes"
    reason = f"no weights of trembles fit: {what}, but {source} them {must}."
    return Refusal(reason, tuple(tie.comparison(t) for tie, t in used), "weights")
