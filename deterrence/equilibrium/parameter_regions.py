"""Where in the space of parameters an equilibrium lives: its support, put into the formulas.

The mixing probabilities follow from indifference; what each player could gain by a deviation is
then a formula in the parameters, and the region is where none of these is negative. Beliefs off
the path that nothing fixes are eliminated: some belief serves wherever one of finitely many does,
the least, the most, or one that makes deviations exactly as good.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import sympy

from deterrence.equilibrium.formula_pieces import outermost
from deterrence.equilibrium.incentives import Incentives
from deterrence.equilibrium.region_arrays import BranchTest, Domain
from deterrence.equilibrium.region_derivation import Derivation, pattern_in
from deterrence.equilibrium.region_record import Branch, Constraint, Freedom, Option
from deterrence.equilibrium.signs import Assumptions
from deterrence.equilibrium.solution import Equilibrium, Solution
from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.tree import Game

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Branch", "Constraint", "Freedom", "Option", "Region", "region", "regions"]


COMPILED = ("_tests", "_domain")  # what is made when first asked for, and not pickled


class Region:
    """The part of parameter space in which an equilibrium's support supports an equilibrium.

    Attributes
    ----------
    game : Game
        With formulas.
    pattern : Pattern
    known : Assumptions
        What was assumed, and that probabilities are between zero and one.
    """

    def __init__(
        self, incentives: Incentives, branches: Sequence[Branch], known: Assumptions
    ) -> None:
        self.game, self.pattern = incentives.game, incentives.pattern
        self._incentives = incentives
        self._inner = tuple(branches)  # in formula symbols, which are quick to work with
        self.known = known.also(self._names())

    @functools.cached_property
    def branches(self) -> tuple[Branch, ...]:
        """Of which one holds, in the region; in parameters, and in unknowns that are named."""
        return self._in_words(self.formulas)

    def named(self) -> tuple[tuple[Branch, ...], dict[Any, Any]]:
        """The branches with a symbol for each formula with a least, a most or cases in it.

        Returns
        -------
        branches : tuple of Branch
        legend : dict of sympy.Symbol to sympy.Expr
            What these symbols stand for.
        """
        names: dict[Any, Any] = {}
        for formula in self.formulas.values():
            for part in outermost(formula):
                names.setdefault(part, sympy.Symbol(f"q{len(names) + 1}"))
        change = {x: formula.xreplace(names) for x, formula in self.formulas.items()}
        found = self._in_words(change)
        used = set().union(*(e.free_symbols for branch in found for e in branch.expressions()))
        return found, {x: part for part, x in names.items() if x in used}

    def _in_words(self, formulas: Mapping[Any, Any]) -> tuple[Branch, ...]:
        """The branches with formulas put in, and unknowns that have names."""
        found = []
        for branch in self._inner:
            names = dict(zip(branch.unknowns(), self._names(), strict=False))
            found.append(branch.changed({**formulas, **names}))
        return tuple(found)

    def _names(self) -> Iterable[Any]:
        """Symbols x1, x2, ... that no parameter has."""
        count = sum(len(branch.unknowns()) for branch in self._inner)
        names = (f"x{k}" for k in range(1, count + len(self.game.parameters) + 1))
        return [sympy.Symbol(x, positive=True) for x in names if x not in self.game.parameters]

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """What every option of some branch demands."""
        return tuple(dict.fromkeys(c for branch in self.branches for c in branch.constraints))

    def thresholds(self, name: str) -> dict[Any, tuple[Constraint, ...]]:
        """Where the region may end, solved for one parameter.

        Parameters
        ----------
        name : str
            A parameter, or a name that stands for several that go together.

        Returns
        -------
        dict of sympy.Expr to tuple of Constraint
            Each threshold with the constraints that bind there, whose player, information set and
            deviation say what changes. A formula with a least or most in it is branched; then the
            constraint's `when` says where the threshold applies.

        Raises
        ------
        ParameterError
            If the game has no such parameter.
        InputError
            Where no closed form exists.
        LimitError
            If beliefs off the path leave more options than are written down, or formulas have too
            many pieces.
        """
        tied = self.tied(name)
        freedoms = [f for branch in self.branches for f in branch.freedoms]
        found: dict[Any, list[Constraint]] = {}
        for whole in (*self.constraints, *(c for f in freedoms for c in f.every())):
            if not any(x.name in tied for x in whole.expression.free_symbols):
                continue
            for c in whole.pieces():
                for value in c.changed(_united(c.expression, tied)).thresholds(tied[0]):
                    if value.is_real is False:  # the constraint never binds
                        continue
                    found.setdefault(self.known.neat(value), []).append(c)
        return {value: tuple(dict.fromkeys(rows)) for value, rows in found.items()}

    def interval(self, name: str, at: Mapping[str, Any] | None = None) -> tuple[Any, ...]:
        """The values of one parameter inside the region, with numbers for the others.

        Parameters
        ----------
        name : str
            A parameter, or a name that stands for several that go together.
        at : mapping of str to number
            Numbers for all others, taken exactly.

        Returns
        -------
        tuple of sympy.Set
            Disjoint intervals, rising, with exact ends: rational or algebraic numbers. They are
            closed, but open where a number of the game has no value. A single point is a set of
            one number.

        Raises
        ------
        ParameterError
            If a name is unknown or a number is missing.
        InputError
            If the parameter stands inside a function that is no polynomial, root, least or most.
        """
        from deterrence.equilibrium.region_intervals import intervals

        return intervals(self, self._inner, name, at or {})

    def summary(self) -> str:
        """The profile and what delimits the region, in lines."""
        lines = []
        branches, legend = self.named()
        for n, branch in enumerate(branches, 1):
            if len(branches) > 1:
                lines.append(f"Branch {n}")
            for (player, knows, action), value in branch.strategy.items():
                if value != 0:
                    share = "" if value == 1 else f" with probability {value}"
                    lines.append(f"  {player} {knows!r} plays {action}{share}")
            lines += [f"  where {constraint}" for constraint in branch.constraints]
            lines += [f"  where {r.polynomial} = 0 gives {r.unknown}" for r in branch.roots]
            lines += [f"  {line}" for freedom in branch.freedoms for line in freedom.lines()]
            lines += [f"  for any {x} = {told}" for x, told in branch.loose.items()]
            lines.append(f"  ({len(branch.implied)} constraints follow from the assumptions.)")
        lines += [f"{symbol} = {formula}" for symbol, formula in legend.items()]
        return "\n".join(lines)

    def __repr__(self) -> str:
        count = sum(len(branch.constraints) for branch in self._inner)
        return f"<Region: {count} constraints in {len(self._inner)} branch(es)>"

    def to_frame(self, pieces: bool = False) -> pd.DataFrame:
        """Profile, condition and beliefs as a table of texts, one row for each branch or piece."""
        from deterrence.equilibrium.region_table import region_table

        return region_table([self], pieces=pieces).to_frame()

    def to_latex(self, pieces: bool = False) -> str:
        """Profile, condition and beliefs as a LaTeX table."""
        from deterrence.equilibrium.region_table import region_table

        return region_table([self], pieces=pieces).to_latex()

    def _repr_html_(self) -> str:
        from deterrence.equilibrium.region_table import region_table

        return str(region_table([self])._repr_html_())

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
            False where a parameter is out of its range, an assumption does not hold, or a number
            of the game has no finite value: there the region says nothing. Where a chance
            probability is zero the tree is another one: take that one's region.
        """
        values, shape = self._values({**(points or {}), **more})
        with np.errstate(all="ignore"):
            inside = np.zeros(shape, dtype=bool)
            for test in self._tests:
                inside |= test.hold(values, shape)
            inside &= self._domain.hold(values, shape)
        return bool(inside) if shape == () else inside

    def _values(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], tuple[int, ...]]:
        point: dict[str, Any] = {}
        for name, value in given.items():
            point.update(dict.fromkeys(self.tied(name), value))
        missing = [name for name in self.game.parameters if name not in point]
        if missing:
            raise ParameterError(f"give numbers for {', '.join(missing[:8])}, too.")
        try:
            arrays = {name: np.asarray(value, dtype=float) for name, value in point.items()}
            shape = np.broadcast_shapes(*(a.shape for a in arrays.values()))
        except (TypeError, ValueError) as error:
            raise ParameterError(
                f"no points: {error}. Give a number or an array for each parameter, all of shapes "
                "that fit each other."
            ) from None
        return arrays, shape

    def tied(self, name: str) -> tuple[str, ...]:
        """The parameters that a name stands for."""
        found = self.game.tied.get(name, (name,))
        for x in found:
            if x not in self.game.parameters:
                raise ParameterError(str(unknown("parameter", x, self.game.parameters)))
        return tuple(found)

    @property
    def formulas(self) -> dict[Any, Any]:
        """What the symbols for formulas stand for while regions are derived."""
        return self._incentives.formulas

    @property
    def chances(self) -> tuple[Any, ...]:
        """Chance probabilities with parameters in them, which are positive in the region."""
        return tuple(self.spelled(p) for p in self._incentives.chances)

    def spelled(self, expression: Any) -> Any:
        """An expression with formulas in place of the symbols that stand for them."""
        return self._incentives.spelled(expression)

    def __getstate__(self) -> dict[str, Any]:
        return {name: x for name, x in self.__dict__.items() if name not in COMPILED}

    @functools.cached_property
    def _domain(self) -> Domain:
        own = set(self.game.parameters)
        forms = [f for f in self.known.forms if {x.name for x in f.free_symbols} <= own]
        return Domain(self._incentives, forms)

    @functools.cached_property
    def _tests(self) -> list[BranchTest]:
        return [BranchTest(self._incentives, branch) for branch in self._inner]


def _united(expression: Any, tied: Sequence[str]) -> dict[Any, Any]:
    """Symbols that go together, all replaced by the first."""
    found = {x.name: x for x in expression.free_symbols}
    here = [found[name] for name in tied if name in found]
    return {x: sympy.Symbol(tied[0], **here[0].assumptions0) for x in here}


def region(game: Game, equilibrium: Equilibrium, assume: Iterable[Any] = ()) -> Region:
    """Where in parameter space an equilibrium lives.

    Parameters
    ----------
    game : Game
        With formulas.
    equilibrium : Equilibrium
        A sequential equilibrium of this game at some point.
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
        If the game has no formulas, the equilibrium is of another tree or only a Nash or a quantal
        one, or an assumption is no linear inequality.
    LimitError
        If beliefs off the path enter each other's conditions in products that are not reduced to
        linear ones, or mixing probabilities depend on each other without a closed form.

    Notes
    -----
    Indifference is solved for the mixing probabilities, by elimination. What remains of beliefs off
    the path leaves a polytope where conditions are linear in them; it is not empty if and only if
    one of its corners exists, and each corner is a condition on the parameters. A constraint is set
    apart only if a sign argument or a linear program proves it. Where a denominator in a mixing
    probability is zero, or a factor that the ranges keep from changing its sign, the formulas do
    not serve: such points may be left out, although the equilibrium exists there. Seconds for trees
    of hundreds of nodes; it grows with the number of distinct payoffs.
    """
    derivation = Derivation(Incentives(game, pattern_in(game, equilibrium)), assume)
    branches = derivation.branches()
    if not branches:
        raise InputError(
            "nowhere can the conditions of this equilibrium hold together; is it an equilibrium of "
            "this game? Compare equilibrium.game."
        )
    return Region(derivation.incentives, branches, derivation.known)


def regions(game: Game, solution: Solution, assume: Iterable[Any] = ()) -> list[Region]:
    """The regions of all families of equilibria at a point, each pattern once.

    Parameters
    ----------
    game : Game
        With formulas.
    solution : Solution
        Of this game at some point, for sequential equilibria.
    assume : iterable of sympy relational, optional
        As for :func:`deterrence.region`.

    Returns
    -------
    list of Region
        In the order of the solution.

    Raises
    ------
    InputError, LimitError
        As :func:`deterrence.region`.
    """
    if not isinstance(solution, Solution):
        raise InputError(f"give a solution, of dt.solve(game.at(...)), not {solution!r}.")
    assumed = tuple(assume)
    found: dict[Any, Equilibrium] = {}
    for component in solution.components:
        for family in component.families:
            equilibrium = family.representative
            found.setdefault(pattern_in(game, equilibrium), equilibrium)
    return [region(game, equilibrium, assumed) for equilibrium in found.values()]
