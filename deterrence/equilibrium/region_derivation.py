"""What the equations and inequalities of one pattern of play amount to."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import sympy

from deterrence.equilibrium.closed_forms import Solved, solve_equations, substituted
from deterrence.equilibrium.incentives import Incentives, Pattern, pattern_of
from deterrence.equilibrium.positivity import follows_from
from deterrence.equilibrium.region_freedoms import eliminated, groups
from deterrence.equilibrium.region_record import Branch, Constraint
from deterrence.equilibrium.region_weights import normalised
from deterrence.equilibrium.signs import Assumptions
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import InputError, LimitError, ParameterError, unknown
from deterrence.games.tree import Game

__all__ = ["Derivation", "pattern_in"]

NEAR = sympy.Rational(1, 10**6)  # to zero: what is further off is never zero


def pattern_in(game: Game, equilibrium: Equilibrium) -> Pattern:
    """The equilibrium's pattern at the information sets of the game with formulas."""
    if not isinstance(game, Game) or not game.parameters:
        raise InputError("a region is that of a game with formulas; this one has no parameters.")
    if not isinstance(equilibrium, Equilibrium):
        raise InputError(
            f"give one equilibrium, next(iter(dt.solve(game.at(...)))) for instance, not "
            f"{equilibrium!r}; dt.regions takes a whole solution."
        )
    if equilibrium.concept in ("nash", "quantal"):
        raise InputError(
            f"a region is that of a sequential equilibrium; this is a {equilibrium.concept} one. "
            "Take one from dt.solve(game.at(...))."
        )
    if equilibrium.witness is None:
        raise InputError(
            "a region follows the trembles behind beliefs, and no trembles give those of this "
            "equilibrium. Take one of dt.solve(game, 'sequential'), or dt.explain_change with its "
            "strategy."
        )
    at, whole = equilibrium.game.structure, game.structure
    pattern = pattern_of(equilibrium.assessment.probabilities, equilibrium.witness)
    if len(at) != len(whole) or {(s.player, s.knows) for s in at.sets} != set(whole.by_name):
        removed = len(whole) - len(at)
        raise InputError(
            f"the equilibrium is of a tree that differs from this game ({removed} nodes less). "
            "Where chance branches are impossible at its point, give those parameters their "
            "numbers first: dt.region(game.at(name=0), equilibrium)."
        )
    support: list[Any] = [None] * len(whole.sets)
    order: list[Any] = [None] * len(whole.sets)
    for s in at.sets:
        other = whole.by_name[s.player, s.knows]
        place = [other.actions.index(a) for a in s.actions]
        support[other.index] = tuple(sorted(place[a] for a in pattern.support[s.index]))
        row = dict(zip(place, pattern.order[s.index], strict=True))
        order[other.index] = tuple(row[a] for a in range(len(place)))
    return Pattern(tuple(support), tuple(order))


class Derivation:
    """What the equations and inequalities of one pattern amount to.

    Parameters
    ----------
    incentives : Incentives
    assume : iterable of sympy relational

    Attributes
    ----------
    known : Assumptions
        With what holds of probabilities.
    """

    def __init__(self, incentives: Incentives, assume: Iterable[Any]) -> None:
        self.incentives = incentives
        self.comparisons = incentives.comparisons()
        classes = normalised(incentives)
        self.change = {t: value for group in classes for t, value in group.items()}
        self.weights = {
            t for value in self.change.values() for t in value.free_symbols & set(self.change)
        }
        self.mixing = set(incentives.mixing.values())
        self.known = Assumptions(
            [*_assumed(assume, incentives.game), *_positive(incentives)],
            incentives.game.ranges,
            positive=self.weights | self.mixing | {p for p in incentives.chances if p.is_Symbol},
        )

    def branches(self) -> list[Branch]:
        """One for each solution of the equations in which what is mixed has a probability."""
        gains = [c.gain for c in self.comparisons if c.equal]
        equations = [substituted(gain, self.change)[0] for gain in gains]
        solutions = solve_equations(equations, self.mixing | self.weights, self.weights)
        found = [self._branch(s) for s in solutions if self._is_mixed(s)]
        return [branch for branch in found if branch is not None]

    def _is_mixed(self, solved: Solved) -> bool:
        """Whether no probability or weight that has to be positive is zero throughout."""
        shares = [p for row in self.incentives.choice for p in row.values()]
        shares += self.change.values()
        return all(substituted(p, solved.values)[0] != 0 for p in shares)

    def _branch(self, solved: Solved) -> Branch | None:
        """Constraints of one solution of the equations; None if one of them never holds."""
        _check_roots(solved)
        free = (self.mixing | self.weights) - set(solved.values)
        free -= {r.unknown for r in solved.roots}
        demanded, implied = [], []
        for constraint in self._constraints(solved):
            e = constraint.expression
            if constraint.kind != "surface" and e.is_number and e < 0:
                return None
            if constraint.kind == "surface" and self._never_zero(e):
                return None
            if constraint.kind != "surface" and self.known.sign(e) in (0, 1):
                implied.append(constraint)
            else:
                demanded.append(constraint)
        demanded, more = self._without_followers(_by_each_other(demanded))
        freedoms = []
        for group, constraints in groups(free, demanded):
            told = {x: self._meaning(x) for x in sorted(group, key=str)}
            freedoms.append(eliminated(told, constraints, self.known, self._clean))
        loose = free.difference(*(freedom.unknowns for freedom in freedoms))
        return Branch(
            strategy=self._strategy(solved),
            believe=functools.partial(self._beliefs, solved),
            constraints=tuple(c for c in demanded if not c.expression.free_symbols & free),
            implied=(*implied, *more),
            freedoms=tuple(freedoms),
            roots=solved.roots,
            loose={x: self._meaning(x) for x in sorted(loose, key=str)},
        )

    def _never_zero(self, equation: Any) -> bool:
        """Whether an equation cannot hold; ends of ranges are inside, those of assumptions not."""
        if equation.is_number:
            return bool(equation != 0)
        sign = self.known.sign(equation)
        if sign not in (1, -1):
            return False
        strict = set().union(self.known.positive, *(f.free_symbols for f in self.known.forms))
        return (
            bool(equation.free_symbols & strict) or self.known.sign(equation - sign * NEAR) == sign
        )

    def _put_in(self, solved: Solved) -> dict[Any, Any]:
        """What to put in for mixing probabilities and for weights of trembles."""
        values = dict(solved.values)
        for t, value in self.change.items():
            top, bottom = substituted(value, solved.values)
            values[t] = top / bottom
        return values

    def _constraints(self, solved: Solved) -> Iterator[Constraint]:
        values = self._put_in(solved)
        for c in self.comparisons:
            if not c.equal:
                gain = self._cleaned(*substituted(c.gain, values))
                deviation = c.set.actions[c.other]
                yield Constraint("incentive", c.set.player, c.set.knows, deviation, gain)
        sets = self.incentives.structure.sets
        for s, row in zip(sets, self.incentives.choice, strict=True):
            for a, share in row.items() if len(row) > 1 else ():
                value = self._cleaned(*substituted(share, solved.values))
                yield Constraint("probability", s.player, s.knows, s.actions[a], value)
        for equation in solved.conditions:
            yield Constraint("surface", "", (), "", equation)
        for t, value in self.change.items():
            if value.free_symbols & self.weights:
                value = self._clean(values[t])
                where = sets[self.incentives.place(t)]
                yield Constraint("belief", where.player, where.knows, self._meaning(t), value)

    def _clean(self, expression: Any) -> Any:
        """The expression without factors that are known to be positive, or squares."""
        top, bottom = sympy.fraction(
            expression if expression.is_polynomial() else sympy.together(expression)
        )
        return self._cleaned(sympy.expand(top), bottom)

    def _cleaned(self, top: Any, bottom: Any) -> Any:
        if top == 0:
            return top
        rest = []
        for part, direction in ((top, 1), (bottom, -1)):
            coefficient, factors = sympy.factor_list(part)
            rest.append(sympy.sign(coefficient))
            for factor, power in factors:
                if power % 2:
                    known = self.known.sign(factor)
                    rest.append(known if known in (1, -1) else factor**direction)
        found = sympy.Mul(*rest)
        if found == -1 and not self._never_zero(top):  # it holds at the end of a range
            return top / bottom
        return found

    def _without_followers(
        self, constraints: Sequence[Constraint]
    ) -> tuple[list[Constraint], list[Constraint]]:
        """Constraints apart from those that others imply."""
        kept: list[Constraint] = []
        dropped: list[Constraint] = []
        for k, c in enumerate(constraints):
            others = [*kept, *constraints[k + 1 :]]
            if c.kind != "surface" and any(self._follows(c, o) for o in others):
                dropped.append(c)
            else:
                kept.append(c)
        known = self.known.generators()
        for c in list(kept):
            plain = [o.expression for o in kept if o is not c and o.kind != "surface"]
            plain = [e for e in plain if e.is_polynomial()]
            if c.kind == "surface" or not c.expression.is_polynomial():
                continue
            if not self.known.refuted(c.expression, plain) and follows_from(
                c.expression, plain, known
            ):
                kept.remove(c)
                dropped.append(c)
        return kept, dropped

    def _follows(self, one: Constraint, other: Constraint) -> bool:
        if other.kind == "surface" or not one.expression.is_polynomial():
            return False
        if not other.expression.is_polynomial():
            return False
        return self.known.follows(one.expression, other.expression)

    def _meaning(self, x: Any) -> str:
        for (place, action), t in self.incentives.trembles.items():
            if t == x:
                s = self.incentives.structure.sets[place]
                return f"share of trembles of {s} to {s.actions[action]}"
        for (place, action), p in self.incentives.mixing.items():
            if p == x:
                s = self.incentives.structure.sets[place]
                return f"probability of {s.actions[action]} at {s}"
        return str(x)

    def _strategy(self, solved: Solved) -> dict[tuple[str, Hashable, str], Any]:
        found = {}
        for s, row in zip(self.incentives.structure.sets, self.incentives.choice, strict=True):
            for a, label in enumerate(s.actions):
                top, bottom = substituted(row.get(a, sympy.Integer(0)), solved.values)
                found[s.player, s.knows, label] = sympy.factor(top) / bottom
        return found

    def _beliefs(self, solved: Solved) -> dict[tuple[str, Hashable, Any], Any]:
        found = {}
        structure = self.incentives.structure
        values = self._put_in(solved)
        for (player, knows), row in self.incentives.beliefs().items():
            for node, value in row.items():
                top, bottom = substituted(value, values)
                found[player, knows, structure.history(node)] = sympy.factor(top / bottom)
        return found


def _by_each_other(constraints: Sequence[Constraint]) -> list[Constraint]:
    """Constraints without factors that another of them says are not negative."""
    split = [_factors(c.expression) for c in constraints]
    alone = {}
    for c, (sign, factors) in zip(constraints, split, strict=True):
        if len(factors) == 1 and c.kind != "surface":
            alone[factors[0]] = sign
    found = []
    for c, (sign, factors) in zip(constraints, split, strict=True):
        if c.kind == "surface" or not factors:
            found.append(c)
            continue
        rest = factors
        if len(factors) > 1:
            rest = [f for f in factors if f not in alone and -f not in alone]
            for f in set(factors) - set(rest):
                sign *= alone[f] if f in alone else -alone[-f]
        if not rest:
            rest, sign = factors, _factors(c.expression)[0]
        below = [f for f in rest if len(rest) > 1 and c.expression.has(1 / f)]
        above = sympy.Mul(sign, *(f for f in rest if f not in below))
        found.append(replace(c, expression=above / sympy.Mul(*below)))
    return found


def _factors(expression: Any) -> tuple[int, list[Any]]:
    """The sign in front, and the factors above and below, each once."""
    sign, found = 1, []
    for factor in sympy.Mul.make_args(expression):
        if factor.is_number:
            sign *= int(sympy.sign(factor))
        else:
            found.append(factor.as_base_exp()[0] if factor.is_Pow else factor)
    return sign, found


def _assumed(assume: Iterable[Any], game: Game) -> list[Any]:
    """Assumptions in the game's own symbols, whatever was said of symbols of the same names."""
    own = {x.name: x for e in game.numbers for x in getattr(e, "free_symbols", ())}
    found = []
    for relation in [assume] if isinstance(assume, sympy.Basic) else assume:
        used: set[Any] = getattr(relation, "free_symbols", set())
        for x in used:
            if x.name not in own:
                raise ParameterError(f"assume: {unknown('parameter', x.name, game.parameters)}")
        found.append(relation.xreplace({x: own[x.name] for x in used}) if used else relation)
    return found


def _positive(incentives: Incentives) -> list[Any]:
    """Chance probabilities that are linear, as inequalities."""
    return [
        sympy.Gt(p, 0)
        for p in incentives.chances
        if p.is_polynomial() and sympy.Poly(p).total_degree() == 1
    ]


def _check_roots(solved: Solved) -> None:
    """LimitError if probabilities are roots of polynomials that depend on each other."""
    if len(solved.roots) > 1:
        raise LimitError(
            f"{len(solved.roots)} mixing probabilities have no closed form and depend on each "
            "other. Give numbers to some parameters first: game.at(name=value)."
        )
