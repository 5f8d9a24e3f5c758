"""What a region of parameters is made of: inequalities, each tied to what it blocks."""

from __future__ import annotations

import functools
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import sympy

from deterrence.equilibrium.closed_forms import Root, roots
from deterrence.equilibrium.formula_pieces import has_pieces, pieces
from deterrence.errors import InputError, LimitError

Beliefs = dict[tuple[str, Hashable, Any], Any]

__all__ = ["Branch", "Constraint", "Freedom", "Option"]


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
        The information set, by what the player knows there.
    deviation : str
        The action that is not to be better; for a probability, the action.
    expression : sympy.Expr
        At least zero inside the region (zero exactly, for a surface).
    when : tuple of sympy relational
        Where the expression is this one, if a formula with a least or a most in it was branched.
    """

    kind: str
    player: str
    knows: Hashable
    deviation: str
    expression: Any
    when: tuple[Any, ...] = ()

    def __str__(self) -> str:
        sign = "= 0" if self.kind == "surface" else ">= 0"
        about = self.about()
        where = f", where {' and '.join(map(str, self.when))}" if self.when else ""
        return f"{about}{': ' if about else ''}{self.expression} {sign}{where}"

    def about(self) -> str:
        """Whose constraint it is, and what it blocks."""
        where = f"{self.player} {self.knows!r}" if self.player else ""
        if self.kind == "surface":
            return "indifference without a free probability"
        if self.kind == "incentive":
            return f"{where} does not gain by {self.deviation}"
        what = self.deviation if self.kind == "belief" else f"probability of {self.deviation}"
        return ", ".join(x for x in (where, what) if x)

    def changed(self, names: Mapping[Any, Any]) -> Constraint:
        """The same with other symbols."""
        return replace(self, expression=self.expression.xreplace(dict(names)))

    def pieces(self) -> tuple[Constraint, ...]:
        """Itself by piece: no least, most or case distinction is left in the expressions.

        Returns
        -------
        tuple of Constraint
            Their `when` says which of them applies where.
        """
        if not has_pieces(self.expression):
            return (self,)
        return tuple(
            replace(self, expression=found, when=(*self.when, *when))
            for when, (found,) in pieces([self.expression])
        )

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
                f"the constraint {_short(self.expression)} >= 0 has no closed form for {name}; ask "
                "for Region.interval, with numbers for the other parameters."
            )
        return [x for f in factors for x in roots(f, found[0])]


def _short(expression: Any, most: int = 200) -> str:
    text = str(expression)
    return text if len(text) <= most else f"{text[:most]} ..."


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

    def changed(self, names: Mapping[Any, Any]) -> Option:
        """The same with other symbols."""
        values = {x.xreplace(names): v.xreplace(names) for x, v in self.values.items()}
        return Option(values, tuple(c.changed(names) for c in self.constraints))


@dataclass(frozen=True)
class Freedom:
    """Unknowns that nothing fixes, what is demanded of them, and that with them eliminated.

    Attributes
    ----------
    unknowns : dict of sympy.Symbol to str
        Each with the sentence that says what it is.
    constraints : tuple of Constraint
        The region is where some value of the unknowns satisfies all of them.
    write : callable
        Gives the options.
    system : sympy.Matrix or None
        The constraints and bounds as rows ``[coefficients..., constant]``, if they are linear in
        `variables`.
    variables : tuple of sympy.Symbol
        The unknowns, or their products with the first of them (see `scaled`).
    bounds : int
        How many of the last rows say only that unknowns are probabilities.
    scaled : bool
        Whether all variables but the first are products with the first.
    strict : bool
        Whether the unknowns have to be inside their bounds, not on them.
    """

    unknowns: dict[Any, str]
    constraints: tuple[Constraint, ...]
    write: Callable[[], tuple[Option, ...]]
    system: Any = None
    variables: tuple[Any, ...] = ()
    bounds: int = 0
    scaled: bool = False
    strict: bool = False

    @functools.cached_property
    def options(self) -> tuple[Option, ...]:
        """Of which one must do; LimitError where there are too many to write down."""
        return self.write()

    def few(self, most: int) -> tuple[Option, ...] | None:
        """The options, None if they are more than some number or do not say it all."""
        try:
            return None if self.strict or len(self.options) > most else self.options
        except LimitError:
            return None

    def _changed_options(self, names: Mapping[Any, Any]) -> tuple[Option, ...]:
        return tuple(o.changed(names) for o in self.options)

    def changed(self, names: Mapping[Any, Any]) -> Freedom:
        """The same with other symbols."""
        return replace(
            self,
            unknowns={x.xreplace(names): told for x, told in self.unknowns.items()},
            constraints=tuple(c.changed(names) for c in self.constraints),
            write=functools.partial(self._changed_options, names),
            system=None if self.system is None else self.system.xreplace(names),
            variables=tuple(x.xreplace(names) for x in self.variables),
        )

    def every(self) -> list[Constraint]:
        """The constraints of all options."""
        return [c for option in self.options for c in option.constraints]

    def lines(self, most: int = 3) -> list[str]:
        """What is demanded, in lines: the options if they are few, else the constraints."""
        names = ", ".join(f"{x} = {told}" for x, told in self.unknowns.items())
        options = self.few(most)
        if options is None:
            head = f"for some {names} in (0, 1)"
            return [head, *(f"  {c.expression} >= 0 ({c.about()})" for c in self.constraints)]
        lines = [f"for some {names}, one of"]
        for option in options:
            told = ", ".join(f"{x} = {value}" for x, value in option.values.items())
            wanted = "; ".join(map(str, option.constraints)) or "always possible"
            lines.append(f"  {told}: {wanted}")
        return lines


@dataclass(frozen=True)
class Branch:
    """One solution of the equations of mixing.

    Attributes
    ----------
    strategy : dict
        ``{(player, knows, action): formula}``, in the parameters and in the unknowns of
        `freedoms`.
    believe : callable
        Gives the `beliefs`.
    constraints : tuple of Constraint
        All of them are demanded.
    implied : tuple of Constraint
        Those that follow from the assumptions or from the others, proved by a sign argument or a
        linear program. What is not among them may still follow.
    freedoms : tuple of Freedom
        Of each, one option is demanded.
    roots : tuple of Root
        Unknowns that are given by a polynomial only.
    loose : dict of sympy.Symbol to str
        Unknowns that no condition mentions, each with what it is: any value does.
    """

    strategy: dict[tuple[str, Hashable, str], Any]
    believe: Callable[[], Beliefs]
    constraints: tuple[Constraint, ...]
    implied: tuple[Constraint, ...]
    freedoms: tuple[Freedom, ...]
    roots: tuple[Root, ...] = ()
    loose: dict[Any, str] = field(default_factory=dict)

    @functools.cached_property
    def beliefs(self) -> Beliefs:
        """``{(player, knows, history): formula}``, computed when looked at."""
        return self.believe()

    def _changed_beliefs(self, names: Mapping[Any, Any]) -> Beliefs:
        return {key: value.xreplace(names) for key, value in self.beliefs.items()}

    def changed(self, names: Mapping[Any, Any]) -> Branch:
        """The same with other symbols."""
        return Branch(
            {key: value.xreplace(names) for key, value in self.strategy.items()},
            functools.partial(self._changed_beliefs, names),
            tuple(c.changed(names) for c in self.constraints),
            tuple(c.changed(names) for c in self.implied),
            tuple(f.changed(names) for f in self.freedoms),
            tuple(
                Root(r.unknown.xreplace(names), r.polynomial.xreplace(names)) for r in self.roots
            ),
            {x.xreplace(names): told for x, told in self.loose.items()},
        )

    def expressions(self) -> list[Any]:
        """All formulas that stand in it, eliminated unknowns not."""
        found = [*self.strategy.values(), *self.beliefs.values()]
        found += [c.expression for c in self.constraints]
        found += [c.expression for f in self.freedoms for c in f.constraints]
        return found + [r.polynomial for r in self.roots]

    def unknowns(self) -> list[Any]:
        """Symbols that are no parameters."""
        free = [x for freedom in self.freedoms for x in freedom.unknowns]
        return [*free, *self.loose, *(r.unknown for r in self.roots)]
