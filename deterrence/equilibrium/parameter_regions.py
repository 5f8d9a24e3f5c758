"""Where in the space of parameters an equilibrium lives: its support, put into the formulas.

The mixing probabilities follow from indifference; what each player could gain by a deviation is
then a formula in the parameters, and the region is where none of these is negative. Beliefs off
the path that nothing fixes are eliminated: some belief serves wherever one of finitely many does,
the least, the most, or one that makes a deviation exactly as good.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import sympy
from numpy.typing import NDArray

from deterrence.equilibrium.closed_forms import Root, Solved, numerator, roots, solve_equations
from deterrence.equilibrium.incentives import Comparison, Incentives, Pattern, pattern_of
from deterrence.equilibrium.signs import Assumptions
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import InputError, LimitError, ParameterError, unknown
from deterrence.games.arrays import array_function
from deterrence.games.tree import Game

__all__ = ["Branch", "Constraint", "Freedom", "Option", "Region", "region"]

MOST_FREE = 2  # unknowns eliminated together
EDGE = 1e-12  # by how much a constraint may fail in floats


@dataclass(frozen=True)
class Constraint:
    """One inequality that delimits a region.

    Attributes
    ----------
    kind : {"incentive", "probability", "belief", "surface"}
        An incentive constraint, a mixing probability or a belief between zero and one, or an
        equation that must hold exactly.
    player : str
    knows : hashable
    deviation : str
        The action that is not to be better; for a probability, the action.
    expression : sympy.Expr
        At least zero inside the region (zero exactly, for a surface).
    """

    kind: str
    player: str
    knows: Hashable
    deviation: str
    expression: Any

    def __str__(self) -> str:
        where = f"{self.player} {self.knows!r}"
        if self.kind == "surface":
            return f"{self.expression} = 0"
        if self.kind == "incentive":
            return f"{where} does not gain by {self.deviation}: {self.expression} >= 0"
        what = self.deviation if self.kind == "belief" else f"probability of {self.deviation}"
        return f"{where}, {what}: {self.expression} >= 0"

    def thresholds(self, name: str) -> list[Any]:
        """Where the constraint binds, solved for one parameter.

        Parameters
        ----------
        name : str

        Returns
        -------
        list of sympy.Expr
            Empty if the parameter is not in it; each root for a quadratic.

        Raises
        ------
        InputError
            Above the second degree, or where the parameter stands inside a function.
        """
        found = [x for x in self.expression.free_symbols if x.name == name]
        if not found:
            return []
        parts = sympy.fraction(sympy.together(self.expression))  # a pole is an edge, too
        factors = [f for part in parts for f, _ in sympy.factor_list(part)[1]]
        factors = [f for f in factors if f.has(found[0])]
        if any(not f.is_polynomial(found[0]) or sympy.degree(f, found[0]) > 2 for f in factors):
            raise InputError(
                f"the constraint {self.expression} >= 0 has no closed form for {name}; evaluate "
                "Region.contains over its values."
            )
        return [x for f in factors for x in roots(f, found[0])]


@dataclass(frozen=True)
class Option:
    """One value of what the equations leave free, and what is then demanded.

    Attributes
    ----------
    values : dict of sympy.Symbol to sympy.Expr
    constraints : tuple of Constraint
    """

    values: dict[Any, Any]
    constraints: tuple[Constraint, ...]


@dataclass(frozen=True)
class Freedom:
    """Unknowns that nothing fixes, and the options for them, of which one must do.

    Attributes
    ----------
    unknowns : dict of sympy.Symbol to str
        Each with the sentence that says what it is.
    options : tuple of Option
    """

    unknowns: dict[Any, str]
    options: tuple[Option, ...]


@dataclass(frozen=True)
class Branch:
    """One solution of the equations of mixing.

    Attributes
    ----------
    strategy : dict
        ``{(player, knows, action): formula}``, in the parameters and in the unknowns of
        `freedoms`.
    beliefs : dict
        ``{(player, knows, history): formula}``.
    constraints : tuple of Constraint
        All of them are demanded.
    implied : tuple of Constraint
        Those that follow from the assumptions, proved by a sign argument or a linear program.
    freedoms : tuple of Freedom
        Of each, one option is demanded.
    roots : tuple of Root
        Unknowns that are given by a polynomial only.
    """

    strategy: dict[tuple[str, Hashable, str], Any]
    beliefs: dict[tuple[str, Hashable, Any], Any]
    constraints: tuple[Constraint, ...]
    implied: tuple[Constraint, ...]
    freedoms: tuple[Freedom, ...]
    roots: tuple[Root, ...] = ()


class Region:
    """The part of parameter space in which an equilibrium's support supports an equilibrium.

    Attributes
    ----------
    game : Game
        With formulas.
    pattern : Pattern
    branches : tuple of Branch
        The region is where one of them holds.
    notes : tuple of str
        What is not exact, if anything.
    """

    def __init__(
        self, incentives: Incentives, branches: Sequence[Branch], notes: Sequence[str] = ()
    ) -> None:
        self.game, self.pattern = incentives.game, incentives.pattern
        self.branches, self.notes = tuple(branches), tuple(notes)
        self._incentives = incentives

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What every option of some branch demands."""
        return tuple(dict.fromkeys(c for branch in self.branches for c in branch.constraints))

    def thresholds(self, name: str) -> list[Any]:
        """Where the region may end, solved for one parameter, over all constraints.

        Parameters
        ----------
        name : str

        Returns
        -------
        list of sympy.Expr
        """
        if name not in self.game.parameters:
            raise ParameterError(str(unknown("parameter", name, self.game.parameters)))
        every = [
            *self.constraints,
            *(
                c
                for branch in self.branches
                for freedom in branch.freedoms
                for option in freedom.options
                for c in option.constraints
            ),
        ]
        found = [self._incentives.spelled(x) for c in every for x in c.thresholds(name)]
        return list(dict.fromkeys(sympy.factor(x) for x in found))

    def spelled(self, expression: Any) -> Any:
        """An expression of the region in the parameters themselves."""
        return self._incentives.spelled(expression)

    def summary(self) -> str:
        """The profile and what delimits the region, in lines."""
        lines = []
        for n, branch in enumerate(self.branches, 1):
            if len(self.branches) > 1:
                lines.append(f"Branch {n}")
            for (player, knows, action), value in branch.strategy.items():
                if value != 0:
                    share = "" if value == 1 else f" with probability {value}"
                    lines.append(f"  {player} {knows!r} plays {action}{share}")
            lines += [f"  where {constraint}" for constraint in branch.constraints]
            for freedom in branch.freedoms:
                lines += _told(freedom)
            lines.append(f"  ({len(branch.implied)} constraints follow from the assumptions.)")
        return "\n".join(lines)

    def __repr__(self) -> str:
        count = sum(len(branch.constraints) for branch in self.branches)
        return f"<Region: {count} constraints in {len(self.branches)} branch(es)>"

    def contains(self, points: Mapping[str, Any] | None = None, /, **more: Any) -> Any:
        """Whether points lie in the region.

        Parameters
        ----------
        points : mapping of str to array_like, optional
            Numbers for every parameter, all of shapes that fit each other.
        **more
            The same, as keywords.

        Returns
        -------
        ndarray of bool, or bool
        """
        values, shape = self._values({**(points or {}), **more})
        with np.errstate(all="ignore"):
            inside = np.zeros(shape, dtype=bool)
            for tests in self._tests:
                inside |= tests.hold(values, shape)
        return bool(inside) if shape == () else inside

    def _values(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[int, ...]]:
        point: dict[str, Any] = {}
        for name, value in given.items():
            point.update(dict.fromkeys(self.game.tied.get(name, (name,)), value))
        for name in point:
            if name not in self.game.parameters:
                raise ParameterError(str(unknown("parameter", name, self.game.parameters)))
        missing = [name for name in self.game.parameters if name not in point]
        if missing:
            raise ParameterError(f"give numbers for {', '.join(missing[:8])}, too.")
        arrays = {name: np.asarray(value, dtype=float) for name, value in point.items()}
        shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
        return arrays, shape

    @functools.cached_property
    def _tests(self) -> list[_Tests]:
        return [_Tests(self._incentives, branch) for branch in self.branches]


def _told(freedom: Freedom) -> list[str]:
    names = ", ".join(freedom.unknowns.values())
    lines = [f"  for some {names}: one of"]
    for option in freedom.options:
        told = ", ".join(map(str, option.values.values()))
        wanted = "; ".join(map(str, option.constraints)) or "always possible"
        lines.append(f"    {told}: {wanted}")
    return lines


class _Tests:
    """The conditions of a branch, compiled for arrays of points."""

    def __init__(self, incentives: Incentives, branch: Branch) -> None:
        self.branch = branch
        flat = [c.expression for c in branch.constraints]
        self.base = len(flat)
        self.options: list[list[slice]] = []
        for freedom in branch.freedoms:
            slices = []
            for option in freedom.options:
                start = len(flat)
                flat += [c.expression for c in option.constraints]
                slices.append(slice(start, len(flat)))
            self.options.append(slices)
        self.exactly = [c.kind == "surface" for c in branch.constraints]
        self.rows = Arrays(incentives, flat, [r.unknown for r in branch.roots])
        self.polynomials = [
            Arrays(incentives, sympy.Poly(r.polynomial, r.unknown).all_coeffs(), [])
            for r in branch.roots
        ]

    def hold(self, values: Mapping[str, Any], shape: tuple[int, ...]) -> NDArray[np.bool_]:
        """At which points every condition holds."""
        if not self.polynomials:
            return self._hold(self.rows(values, shape))
        found = np.zeros(shape, dtype=bool)
        coefficients = np.stack(self.polynomials[0](values, shape), axis=-1)
        for root in _real_roots(coefficients):
            found |= (root >= 0) & (root <= 1) & self._hold(self.rows(values, shape, root))
        return found

    def _hold(self, rows: Sequence[NDArray[np.float64]]) -> NDArray[np.bool_]:
        fine = np.ones(rows[0].shape if rows else (), dtype=bool)
        for row, exactly in zip(rows, self.exactly, strict=False):
            fine &= np.abs(row) <= EDGE if exactly else row >= -EDGE
        for slices in self.options:
            some = np.zeros_like(fine)
            for part in slices:
                here = np.ones_like(fine)
                for row in rows[part]:
                    here &= row >= -EDGE
                some |= here
            fine &= some
        return fine


def _real_roots(coefficients: NDArray[np.float64]) -> Iterator[NDArray[np.float64]]:
    """Real roots of many polynomials, highest power first; NaN where one is not real."""
    lead = coefficients[..., :1]
    degree = coefficients.shape[-1] - 1
    companion = np.zeros((*coefficients.shape[:-1], degree, degree))
    companion[..., 0, :] = -coefficients[..., 1:] / lead
    companion[..., range(1, degree), range(degree - 1)] = 1
    bad = ~np.isfinite(companion).all(axis=(-1, -2))
    companion[bad] = 0
    values = np.linalg.eigvals(companion)
    real = np.where(np.abs(values.imag) <= 1e-9 * (1 + np.abs(values.real)), values.real, np.nan)
    real[bad] = np.nan
    yield from np.moveaxis(real, -1, 0)


class Arrays:
    """Expressions in formula symbols, compiled for arrays of parameters."""

    def __init__(
        self, incentives: Incentives, expressions: Sequence[Any], unknowns: Sequence[Any]
    ) -> None:
        self.names = incentives.game.parameters
        symbols = [sympy.Symbol(name) for name in self.names]
        table = incentives.formulas
        used = set().union(*(e.free_symbols for e in expressions)) if expressions else set()
        formulas = [f for f in table if f in used]
        self.formulas = array_function(_own(incentives), [table[f] for f in formulas])
        self.function = array_function([*_own(incentives), *formulas, *unknowns], expressions)
        self.count = len(expressions), symbols

    def __call__(
        self, values: Mapping[str, Any], shape: tuple[int, ...], *unknowns: Any
    ) -> list[NDArray[np.float64]]:
        given = [values[name] for name in self.names]
        inner = self.formulas(*given)
        found = self.function(*given, *inner, *unknowns)
        return [np.broadcast_to(np.asarray(row, dtype=float), shape) for row in found]


def _own(incentives: Incentives) -> list[Any]:
    """The parameters' own symbols, in order."""
    by_name = {}
    for value in incentives.game.numbers:
        for x in getattr(value, "free_symbols", ()):
            by_name[x.name] = x
    return [by_name[name] for name in incentives.game.parameters]


# --- deriving a region ---------------------------------------------------------------------------


def region(game: Game, equilibrium: Equilibrium, assume: Iterable[Any] = ()) -> Region:
    """Where in parameter space an equilibrium lives.

    Parameters
    ----------
    game : Game
        With formulas.
    equilibrium : Equilibrium
        Of this game at some point.
    assume : iterable of sympy relational, optional
        Linear inequalities that hold throughout, such as ``cost < prize``; constraints that follow
        from them and from the game's ranges are set apart.

    Returns
    -------
    Region
        Of the equilibrium's support and order of trembles; other beliefs off the path of the same
        order are covered. Closed: an edge where a mixing probability becomes 0 belongs to it.

    Raises
    ------
    InputError
        If the game has no formulas, the equilibrium is of another tree, or an assumption is no
        linear inequality.
    LimitError
        If more than two beliefs off the path depend on each other.

    Notes
    -----
    Indifference is solved for the mixing probabilities, by elimination; what remains of a belief
    off the path is eliminated by trying its ends and every value at which a constraint binds. A
    constraint is set apart only if a sign argument or a linear program proves it. Seconds for trees
    of tens of nodes; it grows with the number of distinct payoffs.
    """
    pattern = _pattern_in(game, equilibrium)
    incentives = Incentives(game, pattern)
    comparisons = incentives.comparisons()
    groups = _normalised(incentives)
    change = {t: value for group in groups for t, value in group.items()}
    comparisons = [
        Comparison(c.set, c.action, c.other, c.gain.xreplace(change), c.equal) for c in comparisons
    ]
    weights = {t for value in change.values() for t in value.free_symbols & set(change)}
    mixing = set(incentives.mixing.values())
    known = Assumptions(
        [*assume, *_positive(incentives)],
        game.ranges,
        positive=weights | mixing | {p for p in incentives.chances if p.is_Symbol},
    )
    equations = [c.gain for c in comparisons if c.equal]
    derivation = _Derivation(incentives, comparisons, known, change, weights)
    branches = [derivation.branch(s) for s in solve_equations(equations, mixing | weights, weights)]
    return Region(incentives, branches, tuple(derivation.notes))


def _positive(incentives: Incentives) -> list[Any]:
    """Chance probabilities that are linear, as inequalities."""
    return [
        sympy.Gt(p, 0)
        for p in incentives.chances
        if p.is_polynomial() and sympy.Poly(p).total_degree() == 1
    ]


def _pattern_in(game: Game, equilibrium: Equilibrium) -> Pattern:
    """The equilibrium's pattern at the information sets of the game with formulas."""
    if not isinstance(game, Game) or not game.parameters:
        raise InputError("a region is that of a game with formulas; this one has no parameters.")
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


def _normalised(incentives: Incentives) -> list[dict[Any, Any]]:
    """Weights of trembles, each class of those that stand for each other on a scale of its own.

    Only ratios matter within a class, so its weights may sum to one. Where beliefs compare products
    that classes do not balance, the classes are joined, which leaves one weight too many: that is
    harmless.
    """
    trembles = list(incentives.trembles.values())
    leader = {t: t for t in trembles}

    def find(t: Any) -> Any:
        while leader[t] != t:
            t = leader[t]
        return t

    monomials = [
        [[t for t in row if t in leader] for row in rows] for rows in incentives.deviations
    ]
    for rows in monomials:
        for one, two in itertools.pairwise(rows):
            left = sorted((t for t in one if t not in two), key=incentives.kind)
            right = sorted((t for t in two if t not in one), key=incentives.kind)
            for t, u in zip(left, right, strict=False):
                leader[find(t)] = find(u)
    if not _balanced(monomials, find):
        for t in trembles:
            leader[find(t)] = find(trembles[0])
    found = []
    for head in {find(t) for t in trembles}:
        *first, last = sorted((t for t in trembles if find(t) == head), key=str)
        shares = {**{t: t for t in first}, last: 1 - sum(first)}
        # shares of arrivals rather than of trembles, so that they are beliefs where types are
        # independent
        found.append({t: share / incentives.prior(t) for t, share in shares.items()})
    return found


def _balanced(monomials: Sequence[Sequence[Sequence[Any]]], find: Callable[[Any], Any]) -> bool:
    """Whether all nodes of each information set have as many trembles of every class."""
    return all(
        len({tuple(sorted(str(find(t)) for t in row)) for row in rows}) <= 1 for rows in monomials
    )


class _Derivation:
    """What the equations and inequalities of one pattern amount to."""

    def __init__(
        self,
        incentives: Incentives,
        comparisons: Sequence[Comparison],
        known: Assumptions,
        change: Mapping[Any, Any],
        weights: set[Any],
    ) -> None:
        self.incentives, self.comparisons, self.known = incentives, comparisons, known
        self.change, self.weights = change, weights
        self.notes: list[str] = []

    def branch(self, solved: Solved) -> Branch:
        """Constraints of one solution of the equations."""
        unknowns = set(self.incentives.mixing.values()) | self.weights
        free = unknowns - set(solved.values) - {r.unknown for r in solved.roots}
        demanded, implied = [], []
        for constraint in self._constraints(solved):
            if self.known.sign(constraint.expression) in (0, 1) and constraint.kind != "surface":
                implied.append(constraint)
            else:
                demanded.append(constraint)
        demanded, more = self._without_followers(demanded)
        implied += more
        together = _groups(free, demanded)
        held = tuple(c for c in demanded if not c.expression.free_symbols & free)
        freedoms = []
        for group, constraints in together:
            freedoms.append(self._freedom(group, constraints))
        return Branch(
            strategy=self._strategy(solved),
            beliefs=self._beliefs(solved),
            constraints=held,
            implied=tuple(implied),
            freedoms=tuple(freedoms),
            roots=solved.roots,
        )

    def _constraints(self, solved: Solved) -> Iterator[Constraint]:
        for c in self.comparisons:
            if not c.equal:
                gain = self._clean(c.gain.xreplace(solved.values))
                deviation = c.set.actions[c.other]
                yield Constraint("incentive", c.set.player, c.set.knows, deviation, gain)
        sets = self.incentives.structure.sets
        for s, row in zip(sets, self.incentives.choice, strict=True):
            for a, share in row.items() if len(row) > 1 else ():
                value = self._clean(share.xreplace(solved.values))
                yield Constraint("probability", s.player, s.knows, s.actions[a], value)
        for equation in solved.conditions:
            yield Constraint("surface", "", (), "", equation)
        for t, value in self.change.items():
            if value.free_symbols & self.weights & set(solved.values):
                value = self._clean(value.xreplace(solved.values))
                where = self.incentives.structure.sets[self.incentives.place(t)]
                yield Constraint("belief", where.player, where.knows, self._meaning(t), value)

    def _clean(self, expression: Any) -> Any:
        """The expression without factors that are known to be positive."""
        top, bottom = sympy.fraction(sympy.together(expression))
        top = sympy.expand(top)
        if top == 0:
            return top
        rest = []
        for part, direction in ((top, 1), (bottom, -1)):
            coefficient, factors = sympy.factor_list(part)
            rest.append(sympy.sign(coefficient))
            for factor, power in factors:
                known = self.known.sign(factor)
                rest.append(known**power if known in (1, -1) else factor ** (direction * power))
        return sympy.Mul(*rest)

    def _freedom(self, group: set[Any], constraints: Sequence[Constraint]) -> Freedom:
        told = {x: self._meaning(x) for x in sorted(group, key=str)}
        ends = [*group, *(1 - x for x in group)]
        if len(group) > MOST_FREE:
            raise LimitError(
                f"{len(group)} beliefs off the path depend on each other; at most {MOST_FREE} are "
                "eliminated. Give numbers to some parameters first: game.at(name=value)."
            )
        options = []
        for values in self._candidates(group, [c.expression for c in constraints], ends):
            rows = []
            for c in constraints:
                e = self._clean(c.expression.xreplace(values))
                if self.known.sign(e) not in (0, 1):
                    rows.append(Constraint(c.kind, c.player, c.knows, c.deviation, e))
            if any(self._never(c.expression) for c in rows):
                continue
            for x in values:
                for e in (values[x], 1 - values[x]):
                    e = self._clean(e)
                    if self.known.sign(e) not in (0, 1):
                        rows.append(Constraint("probability", "", (), told[x], e))
            options.append(Option(values, tuple(dict.fromkeys(rows))))
            if not rows:
                return Freedom(told, (options[-1],))
        return Freedom(told, _without_implied(options))

    def _without_followers(
        self, constraints: Sequence[Constraint]
    ) -> tuple[list[Constraint], list[Constraint]]:
        """Constraints apart from those that another one implies by more than nothing."""
        kept: list[Constraint] = []
        dropped: list[Constraint] = []
        for k, c in enumerate(constraints):
            others = [*kept, *constraints[k + 1 :]]
            if c.kind != "surface" and any(self._follows(c, o) for o in others):
                dropped.append(c)
            else:
                kept.append(c)
        return kept, dropped

    def _follows(self, one: Constraint, other: Constraint) -> bool:
        if other.kind == "surface" or not one.expression.is_polynomial():
            return False
        if not other.expression.is_polynomial():
            return False
        difference = sympy.expand(one.expression - other.expression)
        return self.known.sign(difference) in (0, 1)

    def _never(self, expression: Any) -> bool:
        return bool(expression.is_number and expression < 0)

    def _candidates(
        self, group: set[Any], expressions: Sequence[Any], ends: Sequence[Any]
    ) -> Iterator[dict[Any, Any]]:
        if len(group) == 1:
            (x,) = group
            slopes = {self.known.sign(sympy.diff(e, x)) for e in expressions}
            if slopes <= {0, 1}:
                yield {x: sympy.Integer(1)}
                return
            if slopes <= {0, -1}:
                yield {x: sympy.Integer(0)}
                return
            yield {x: sympy.Integer(0)}
            yield {x: sympy.Integer(1)}
            for e in expressions:
                equation = numerator(e)
                if sympy.degree(equation, x) > 2:
                    raise LimitError("a belief off the path enters with the third power.")
                for value in roots(equation, x):
                    yield {x: value}
            return
        every = [*expressions, *ends]
        for k, one in enumerate(every):
            for two in every[k + 1 :]:
                for solved in solve_equations([one, two], group):
                    if set(solved.values) == group and not solved.conditions:
                        yield solved.values

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
                value = row.get(a, sympy.Integer(0)).xreplace(solved.values)
                found[s.player, s.knows, label] = self.incentives.spelled(sympy.factor(value))
        return found

    def _beliefs(self, solved: Solved) -> dict[tuple[str, Hashable, Any], Any]:
        found = {}
        structure = self.incentives.structure
        for (player, knows), row in self.incentives.beliefs().items():
            for node, value in row.items():
                value = sympy.factor(value.xreplace(self.change).xreplace(solved.values))
                found[player, knows, structure.history(node)] = self.incentives.spelled(value)
        return found


def _groups(
    free: set[Any], constraints: Sequence[Constraint]
) -> list[tuple[set[Any], list[Constraint]]]:
    """Free unknowns that occur together, with the constraints that they occur in."""
    groups: list[tuple[set[Any], list[Constraint]]] = []
    for c in constraints:
        here = c.expression.free_symbols & free
        if here:
            joined = [g for g in groups if g[0] & here]
            groups = [g for g in groups if not g[0] & here]
            rows = [row for _, rows in joined for row in rows]
            groups.append((here.union(*(g for g, _ in joined)), [*rows, c]))
    return groups


def _without_implied(options: Sequence[Option]) -> tuple[Option, ...]:
    """Options none of which demands all that another does, and more."""
    kept: list[Option] = []
    for option in sorted(options, key=lambda o: len(o.constraints)):
        wanted = {c.expression for c in option.constraints}
        if not any({c.expression for c in k.constraints} <= wanted for k in kept):
            kept.append(option)
    return tuple(kept)
