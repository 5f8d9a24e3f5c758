"""Stationary Markov perfect equilibria of small stochastic games, by trying every pure profile.

Written apart from the package: its own walk of nested nodes, exact arithmetic, elimination by
sympy. Stages are given as the nested nodes that the game was built from.
"""

import itertools
from fractions import Fraction

import sympy

import deterrence as dt


def pure_equilibria(players, stages, discount):
    """Give every pure stationary equilibrium as {(state, player, knows): action}."""
    sets = {}
    for state, root in stages.items():
        _collect(state, root, sets)
    names = list(sets)
    found = []
    for picks in itertools.product(*(sets[name] for name in names)):
        profile = dict(zip(names, picks, strict=True))
        if _is_equilibrium(players, stages, discount, profile):
            found.append(profile)
    return found


def _collect(state, node, sets):
    if isinstance(node, dt.Move):
        sets.setdefault((state, node.player, node.knows), list(node.choices))
        for child in node.choices.values():
            _collect(state, child, sets)
    elif isinstance(node, dt.Chance):
        for _, child in node.choices.values():
            _collect(state, child, sets)


def values(players, stages, discount, profile):
    """Give {state: {player: value}} under a pure profile, exactly."""
    states = list(stages)
    rows = {s: _line(s, stages[s], profile) for s in states}
    found = {s: {} for s in states}
    for p in players:
        d = sympy.Rational(Fraction(discount))
        matrix = sympy.eye(len(states)) - d * sympy.Matrix(
            [[_rational(rows[s][1].get(t, 0)) for t in states] for s in states]
        )
        now = sympy.Matrix([_rational(rows[s][0][p]) for s in states])
        for s, x in zip(states, matrix.LUsolve(now), strict=True):
            found[s][p] = Fraction(int(x.p), int(x.q))
    return found


def _rational(x):
    x = Fraction(x)
    return sympy.Rational(x.numerator, x.denominator)


def _line(state, node, profile):
    """Expected payoffs by player and next states' probabilities."""
    if isinstance(node, dt.Move):
        return _line(state, node.choices[profile[state, node.player, node.knows]], profile)
    if isinstance(node, dt.Chance):
        now, step = {}, {}
        for p, child in node.choices.values():
            a, b = _line(state, child, profile)
            for k, x in a.items():
                now[k] = now.get(k, 0) + Fraction(p) * x
            for k, x in b.items():
                step[k] = step.get(k, 0) + Fraction(p) * x
        return now, step
    now = {k: Fraction(x) for k, x in node.payoffs.items()}
    if isinstance(node, dt.Outcome):
        return now, {}
    steps = node.next if isinstance(node.next, dict) else {node.next: 1}
    return now, {k: Fraction(x) for k, x in steps.items()}


def _is_equilibrium(players, stages, discount, profile):
    """Whether no single change of an action gains in any state, at any node of perfect information.

    Moves at once are judged where the others play as they do: a set of several nodes is judged at
    the node that the profile picks in its stage.
    """
    worth = values(players, stages, discount, profile)
    d = Fraction(discount)

    def total(state, node, player):
        now, step = _line(state, node, profile)
        return now[player] + d * sum((p * worth[t][player] for t, p in step.items()), Fraction(0))

    def best(state, node, on_path):
        if isinstance(node, dt.Outcome | dt.Onward):
            return True
        if isinstance(node, dt.Chance):
            return all(best(state, child, on_path) for _, child in node.choices.values())
        key = (state, node.player, node.knows)
        mine = total(state, node.choices[profile[key]], node.player)
        if on_path or not _shared(stages[state], node):
            for child in node.choices.values():
                if total(state, child, node.player) > mine:
                    return False
        return all(
            best(state, child, on_path and a == profile[key]) for a, child in node.choices.items()
        )

    return all(best(s, root, True) for s, root in stages.items())


def _shared(root, node):
    """Whether another node has the same information set."""
    count, stack = 0, [root]
    while stack:
        n = stack.pop()
        if isinstance(n, dt.Move):
            count += n.player == node.player and n.knows == node.knows
            stack.extend(n.choices.values())
        elif isinstance(n, dt.Chance):
            stack.extend(child for _, child in n.choices.values())
    return count > 1
