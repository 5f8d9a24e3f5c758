"""Conditions that are not linear in realisation weights: roots where isolated, else slices."""

from __future__ import annotations

import random
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.cells import Outcome
from deterrence.equilibrium.conditions import System
from deterrence.equilibrium.polynomials import (
    Polynomial,
    add_scaled,
    constant_of,
    real_roots,
    substitute,
    times,
)

__all__ = ["eliminate", "rationalised", "solve_nonlinear"]

MOST_ROOT_VARIABLES = 6
MOST_SLICES, ENOUGH_SLICES = 60, 4
TOLERANCE = Fraction(1, 10**12)

Values = dict[Any, Fraction]
Solve = Callable[[System, Outcome], None]


def solve_nonlinear(system: System, outcome: Outcome, solve_linear: Solve) -> None:
    """Isolated solutions as roots; a family of positive dimension by slices, not complete.

    Parameters
    ----------
    system : System
        Already collected and linearised; its monomials are not independent.
    outcome : Outcome
        Takes the cells found, the reason if there are none, or what was left undecided.
    solve_linear : callable
        Solves a system whose monomials are independent.
    """
    equations = [g for _, g in system.equalities] + _sums(system)
    eliminated: list[tuple[Any, Polynomial]] = []
    roots: list[Values] | None = None
    if not any(v[0] == "t" for v in system.variables):
        eliminated, equations, rest = eliminate(equations, system.variables)
        if any(constant_of(e) is not None for e in equations):
            roots = []
        elif len(rest) <= MOST_ROOT_VARIABLES:
            roots = real_roots(equations, rest)
    if roots is None:
        _slices(system, outcome, solve_linear)
        return
    for root in roots:
        values, is_exact = rationalised(equations, root)
        for v, form in reversed(eliminated):
            values[v] = constant_of(substitute(form, values)) or Fraction(0)
        _accept(system, values, outcome, is_exact)
    if not outcome.cells:
        outcome.reason = outcome.reason or "no root of the conditions is a probability"


def _sums(system: System) -> list[Polynomial]:
    """Probabilities and beliefs that sum to one."""
    found = []
    for family in system.simplices():
        rest = [v for v in family if v not in system.fixed]
        taken = sum((system.fixed.get(v, Fraction(0)) for v in family), Fraction(0))
        if rest:
            found.append({**{(v,): Fraction(1) for v in rest}, (): taken - 1})
    return found


def _accept(system: System, values: Values, outcome: Outcome, is_exact: bool) -> None:
    """Keep a root if it is a profile that meets the inequalities."""
    if any(x < -TOLERANCE or (v[0] != "m" and x <= TOLERANCE) for v, x in values.items()):
        return
    gains = dict(system.gains)
    gains.update({tag: Fraction(0) for tag, _ in system.equalities if tag is not None})
    for tag, g in system.inequalities:
        gain = constant_of(substitute(g, values)) or Fraction(0)
        if gain < -TOLERANCE:
            return
        if tag is not None:
            gains[tag] = gain if abs(gain) > TOLERANCE else Fraction(0)
    fixed = {**system.fixed, **{v: max(x, Fraction(0)) for v, x in values.items()}}
    for family in system.simplices():
        total = sum((fixed[v] for v in family), Fraction(0))
        fixed.update({v: fixed[v] / total for v in family})
    system.gains = gains
    outcome.cells.append(system.cell((), fixed, is_exact))


def _slices(system: System, outcome: Outcome, solve_linear: Solve) -> None:
    """Show a family of positive dimension by slices on which its conditions are linear.

    The slices' equilibria are exact; that nothing else is there is not claimed.
    """
    rng, found = random.Random(0), 0
    for _ in range(MOST_SLICES):
        found += _one_slice(system, outcome, solve_linear, rng)
        if found >= ENOUGH_SLICES:
            break
    kind = "is shown by slices only" if found else "could be neither found nor excluded"
    outcome.unresolved.append(f"a nonlinear family of positive dimension {kind}")


def _one_slice(system: System, outcome: Outcome, solve_linear: Solve, rng: random.Random) -> int:
    """Fix one source of variables after the other until the rest is linear, and solve that."""
    cut = system
    for source in _sources(system, rng):
        cut = cut.fixing(_sample(cut, source, rng))
        if not cut.collect():
            return 0
        cut.linearise()
        if cut.independent():
            trial = Outcome()
            solve_linear(system.fixing(cut.fixed), trial)
            outcome.cells.extend(trial.cells)
            return len(trial.cells)
    return 0


def _sources(system: System, rng: random.Random) -> list[list[Any]]:
    """Variables that vary together: a set's mixture, a class's beliefs, a player's trembles."""
    groups: dict[Any, list[Any]] = {}
    for v in system.variables:
        kind, k, _ = v
        source = (kind, system.reduced.mover[k] if kind == "t" else k)
        groups.setdefault(source, []).append(v)
    names = sorted(groups)
    rng.shuffle(names)
    return [groups[name] for name in names]


def _sample(system: System, source: list[Any], rng: random.Random) -> Values:
    weights = {v: Fraction(rng.randint(1, 12)) for v in source}
    if source[0][0] == "t":
        return weights
    family = system.family(source[0])
    left = 1 - sum((system.fixed.get(v, Fraction(0)) for v in family), Fraction(0))
    total = sum(weights.values(), Fraction(0))
    return {v: w * left / total for v, w in weights.items()}


def rationalised(
    system: list[Polynomial], root: dict[Any, Fraction]
) -> tuple[dict[Any, Fraction], bool]:
    """The root in short fractions if those solve the system exactly, and whether they do."""
    short = {v: x.limit_denominator(10**9) for v, x in root.items()}
    if all(constant_of(substitute(e, short)) == 0 for e in system):
        return short, True
    return root, False


def eliminate(
    system: list[Polynomial], variables: list[Any]
) -> tuple[list[tuple[Any, Polynomial]], list[Polynomial], list[Any]]:
    """Solve the linear equations first: fewer unknowns are left for the roots."""
    eliminated: list[tuple[Any, Polynomial]] = []
    system, rest = list(system), list(variables)
    progress = True
    while progress:
        progress = False
        for n, equation in enumerate(system):
            if constant_of(equation) is None and all(len(m) <= 1 for m in equation):
                variable = max(m[0] for m in equation if m)
                scale = -1 / equation[(variable,)]
                form = {m: c * scale for m, c in equation.items() if m != (variable,)}
                others = system[:n] + system[n + 1 :]
                system = [_replace(e, variable, form) for e in others]
                eliminated.append((variable, form))
                rest.remove(variable)
                progress = True
                break
    return eliminated, [e for e in system if e], rest


def _replace(polynomial: Polynomial, variable: Any, form: Polynomial) -> Polynomial:
    result: Polynomial = {}
    for monomial, coefficient in polynomial.items():
        term: Polynomial = {tuple(v for v in monomial if v != variable): coefficient}
        for _ in range(monomial.count(variable)):
            term = times(term, form)
        add_scaled(result, Fraction(1), term)
    return result
