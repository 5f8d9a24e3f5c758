"""One parameter's values inside a region, between exact ends.

With numbers for all other parameters every condition is a function of one: its sign changes only
where a polynomial is zero. Between two such places one point decides.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy
from sympy.polys.matrices import DomainMatrix

from deterrence.equilibrium.formula_pieces import has_pieces, piece_at, pieces
from deterrence.equilibrium.region_arrays import poles
from deterrence.equilibrium.region_record import Branch, Freedom
from deterrence.errors import InputError, ParameterError
from deterrence.games.numbers import exact

if TYPE_CHECKING:
    from deterrence.equilibrium.parameter_regions import Region

__all__ = ["intervals"]

X = sympy.Dummy("x", real=True)


def intervals(
    region: Region, branches: Sequence[Branch], name: str, at: Mapping[str, Any]
) -> tuple[Any, ...]:
    """The values of a parameter inside a region.

    Parameters
    ----------
    region : Region
    branches : sequence of Branch
        In formula symbols and unknowns.
    name : str
    at : mapping of str to number

    Returns
    -------
    tuple of sympy.Set
        Intervals and single points, rising.

    Raises
    ------
    ParameterError
        If a name is unknown or a number is missing.
    InputError
        If a condition is no function of polynomials, roots, leasts and mosts.
    """
    own = region.tied(name)
    numbers = _numbers(region, own, at)
    low, high = _ends(region, own)
    polynomials = _polynomials(region, branches, _Line(own, numbers), low, high)
    ends = {e for e in (low, high) if e.is_finite}

    def inside(values: Sequence[float]) -> list[bool]:
        fixed = {x: float(number) for x, number in numbers.items()}
        held = region.contains({**fixed, **dict.fromkeys(own, np.array(values))})
        return [bool(x) for x in held]

    places = sorted(ends.union(_within(polynomials, low, high)))
    return _joined(places, low, high, inside, _undefined(region, _Line(own, numbers)))


@dataclass(frozen=True)
class _Line:
    """All parameters but one at numbers."""

    own: Sequence[str]
    numbers: Mapping[str, Any]

    def alone(self, expression: Any) -> Any:
        """An expression as a function of the one parameter."""
        change = {
            x: X if x.name in self.own else self.numbers[x.name]
            for x in expression.free_symbols
            if x.name in self.own or x.name in self.numbers
        }
        return expression.xreplace(change)


def _polynomials(
    region: Region, branches: Sequence[Branch], line: _Line, low: Any, high: Any
) -> set[Any]:
    """Polynomials of which one is zero wherever the region begins or ends."""
    formulas = {x: line.alone(formula) for x, formula in region.formulas.items()}
    found = set().union(*(_boundaries(formula) for formula in formulas.values()))
    for a, b in itertools.pairwise([low, *_within(found, low, high), high]):
        if a == b:
            continue
        middle = {X: _between(a, b)}
        change = {x: piece_at(formula, middle) for x, formula in formulas.items()}

        def here(expression: Any, change: Mapping[Any, Any] = change) -> Any:
            return line.alone(expression).xreplace(dict(change))

        for branch in branches:
            found |= _Critical(branch, here).found()
    return found


def _within(polynomials: set[Any], low: Any, high: Any) -> list[Any]:
    """The places strictly inside a range where one of the polynomials is zero, rising."""
    found = {root for f in polynomials for root in sympy.Poly(f, X).real_roots()}
    return sorted(p for p in found if low < p < high)


def _boundaries(formula: Any) -> set[Any]:
    """Polynomials of which one is zero wherever a formula passes from one piece to another."""
    found: set[Any] = set()
    if has_pieces(formula):
        for when, _ in pieces([formula]):
            for condition in when:
                for relation in condition.atoms(sympy.core.relational.Relational):
                    found |= _zeros(relation.lhs - relation.rhs, [])
    return found


def _numbers(region: Region, own: Sequence[str], at: Mapping[str, Any]) -> dict[str, Any]:
    found = {}
    for name, value in at.items():
        number = exact(value, name)
        for x in region.tied(name):
            found[x] = sympy.Rational(number.numerator, number.denominator)
    if any(x in found for x in own):
        raise ParameterError(f"{own[0]} is what is asked for; leave it out of `at`.")
    missing = [x for x in region.game.parameters if x not in found and x not in own]
    if missing:
        raise ParameterError(f"give numbers for {', '.join(missing[:8])}, too.")
    return found


def _ends(region: Region, own: Sequence[str]) -> tuple[Any, Any]:
    rows = [region.game.ranges[x] for x in own if x in region.game.ranges]
    low = max((sympy.Rational(low) for low, _ in rows), default=-sympy.oo)
    high = min((sympy.Rational(high) for _, high in rows), default=sympy.oo)
    return low, high


class _Critical:
    """Polynomials of which one is zero wherever a branch begins or ends."""

    def __init__(self, branch: Branch, alone: Callable[[Any], Any]) -> None:
        self.branch, self.alone = branch, alone
        self.roots = [(r.unknown, alone(r.polynomial)) for r in branch.roots]

    def found(self) -> set[Any]:
        """All of them."""
        found: set[Any] = set()
        for expression in self._conditions():
            found |= _zeros(self.alone(expression), self.roots)
        for freedom in self.branch.freedoms:
            found |= self._of_freedom(freedom)
        return found

    def _conditions(self) -> Iterator[Any]:
        yield from (c.expression for c in self.branch.constraints)
        for root in self.branch.roots:
            yield root.unknown
            yield 1 - root.unknown
            yield sympy.discriminant(root.polynomial, root.unknown)
        for freedom in self.branch.freedoms:
            if freedom.system is None:
                yield from (c.expression for c in freedom.every())

    def _of_freedom(self, freedom: Freedom) -> set[Any]:
        """Where corners of a polytope come, go, or change sides of a condition."""
        found: set[Any] = set()
        if freedom.system is None:
            return found
        rows, width = freedom.system.shape
        entries = sympy.Matrix(rows, width, [self.alone(e) for e in freedom.system])
        matrix = DomainMatrix.from_Matrix(entries).to_field()
        for size in (width, width - 1):
            for chosen in itertools.combinations(range(rows), size):
                minor = matrix.extract(list(chosen), list(range(size)))
                found |= _zeros(matrix.domain.to_sympy(minor.det()), self.roots)
        return found


def _zeros(expression: Any, roots: Sequence[tuple[Any, Any]]) -> set[Any]:
    """Factors in the parameter of an expression's numerator and denominator."""
    found: set[Any] = set()
    for part in sympy.fraction(sympy.together(expression)):
        part = _without_radicals(sympy.expand(part))
        for unknown, polynomial in roots:
            if part.has(unknown):
                part = sympy.resultant(part, polynomial, unknown)
        part = sympy.fraction(sympy.together(part))[0]
        if not part.is_polynomial(X) or part.free_symbols - {X}:
            raise InputError(
                "a condition of the region is no function of polynomials, roots, leasts and "
                "mosts of this parameter; evaluate Region.contains over its values."
            )
        found |= {f for f, _ in sympy.factor_list(part, X)[1] if f.has(X)}
    return found


def _without_radicals(expression: Any) -> Any:
    """An expression that is zero wherever this one is, and has no square roots."""
    radicals = [a for a in expression.atoms(sympy.Pow) if a.exp == sympy.Rational(1, 2)]
    for radical in sorted(radicals, key=lambda a: -a.count_ops()):
        if not radical.has(X):
            continue
        side = sympy.Dummy("s")
        changed = expression.xreplace({radical: side})
        expression = sympy.expand(sympy.resultant(changed, side**2 - radical.base, side))
    return expression


def _undefined(region: Region, line: _Line) -> set[Any]:
    """Places at which a number of the game has no value."""
    found: set[Any] = set()
    for formula in region.formulas.values():
        for pole in poles(formula):
            for _, (piece,) in pieces([line.alone(pole)]):
                for f in _zeros(piece, []):
                    found.update(sympy.Poly(f, X).real_roots())
    return found


def _joined(
    places: Sequence[Any],
    low: Any,
    high: Any,
    inside: Callable[[Sequence[float]], list[bool]],
    undefined: set[Any],
) -> tuple[Any, ...]:
    """Intervals between places, from points between them and at them."""
    edges = [*places]
    if not low.is_finite:
        edges.insert(0, low)
    if not high.is_finite:
        edges.append(high)
    gaps = list(itertools.pairwise(edges))
    within = inside([float(_between(a, b)) for a, b in gaps]) if gaps else []
    points = dict(zip(places, inside([float(p) for p in places]), strict=True)) if places else {}
    found: list[tuple[Any, Any]] = []
    for (a, b), held in zip(gaps, within, strict=True):
        alone = points.get(a, False) and not (found and found[-1][1] == a)
        if held and found and found[-1][1] == a and a not in undefined:
            found[-1] = (found[-1][0], b)
        elif held:
            found.append((a, b))
        elif alone:
            found.append((a, a))
    last = edges[-1]
    if points.get(last, False) and not (found and found[-1][1] == last):
        found.append((last, last))
    return tuple(sympy.Interval(a, b, a in undefined, b in undefined) for a, b in found)


def _between(a: Any, b: Any) -> Any:
    """A rational number between two places."""
    if not a.is_finite:
        return sympy.floor(b) - 1 if b.is_finite else sympy.Integer(0)
    if not b.is_finite:
        return sympy.floor(a) + 1
    middle = (a + b) / 2
    return middle if middle.is_Rational else sympy.Rational(str(middle.evalf(20)))
