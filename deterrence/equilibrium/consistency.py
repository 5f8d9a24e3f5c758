"""The trembles behind beliefs: an order and a weight for every action, or a proof of none.

Kreps and Wilson (1982, lemmas A1 and A2): an assessment is consistent if and only if every action
has an order, zero exactly where it is played, and a positive weight, its probability where it is
played, such that at each information set the believed nodes are those whose paths have the least
total order, and their beliefs are in the proportion of the products of weights along the paths.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from fractions import Fraction

from deterrence.equilibrium.consistency_demands import Branches, Strategy, branches_of, demands_of
from deterrence.equilibrium.consistency_order import order_of
from deterrence.equilibrium.consistency_record import Refusal, Witness
from deterrence.equilibrium.consistency_refusal import contradiction, no_order, no_weights
from deterrence.equilibrium.consistency_weights import ONE, Trembles, rounded_root
from deterrence.games.tree import Game

__all__ = ["beliefs_from", "find_witness"]


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
    demands = demands_of(game, strategy, beliefs)
    for demand in demands:
        if demand.hopeless:
            return no_order(game, [demand.comparison(-1 if demand.must_fall else 1)])
    ties = [demand for demand in demands if demand.ratio is not None]
    gaps = [demand for demand in demands if demand.ratio is None]
    trembles = Trembles({action for demand in demands for action in demand.actions})
    for place, tie in enumerate(ties):
        if not trembles.admit(tie, tolerance):
            return no_weights(game, beliefs, ties[: place + 1])
    order = order_of(trembles, ties, gaps)
    if order is None:
        return no_order(game, contradiction(ties, gaps))
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
    branches = branches_of(game.structure)
    return tuple(
        _limit(game, branches[s.index], order, weights) if len(s.nodes) > 1 else (Fraction(1),)
        for s in game.structure.sets
    )


def _limit(
    game: Game, branches: Branches, order: Sequence[int], weights: Sequence[Fraction]
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


def _witness(strategy: Strategy, order: Mapping[int, int], trembles: Trembles) -> Witness:
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
            (p, 1) if p else trembles.factors.get(a, ONE)
            for a, p in zip(actions, probabilities, strict=True)
        ]
        weights.append(
            tuple(r if degree == 1 else rounded_root((r, degree)) for r, degree in roots)
        )
        exact = exact and all(degree == 1 for _, degree in roots)
    return Witness(tuple(orders), tuple(weights), exact)
