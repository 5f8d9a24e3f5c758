"""Unknowns that nothing fixes, eliminated: some value serves wherever one of finitely many does.

Conditions that are linear in them leave a polytope, and a polytope has a point if and only if one
of its corners exists: a corner is where as many conditions hold with equality as there are
unknowns. Products with one unknown count as unknowns of their own.
"""

from __future__ import annotations

import functools
import itertools
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sympy

from deterrence.equilibrium.closed_forms import numerator, roots, solve_equations
from deterrence.equilibrium.region_record import Constraint, Freedom, Option
from deterrence.equilibrium.region_rows import meeting, row_of, stated_alone, unscaled
from deterrence.equilibrium.signs import Assumptions
from deterrence.errors import LimitError

__all__ = ["eliminated", "groups"]

MOST_CORNERS = 20_000  # tested in floats
MOST_WRITTEN = 150  # corners written as formulas
Clean = Callable[[Any], Any]


def groups(
    free: set[Any], constraints: Sequence[Constraint]
) -> list[tuple[set[Any], list[Constraint]]]:
    """Free unknowns that occur together, with the constraints that they occur in."""
    found: list[tuple[set[Any], list[Constraint]]] = []
    for c in constraints:
        here = c.expression.free_symbols & free
        if here:
            joined = [g for g in found if g[0] & here]
            found = [g for g in found if not g[0] & here]
            rows = [row for _, rows in joined for row in rows]
            found.append((here.union(*(g for g, _ in joined)), [*rows, c]))
    return found


def eliminated(
    told: dict[Any, str], constraints: Sequence[Constraint], known: Assumptions, clean: Clean
) -> Freedom:
    """What a group of unknowns leaves of its constraints.

    Parameters
    ----------
    told : dict of sympy.Symbol to str
        The unknowns, each with what it is; between zero and one.
    constraints : sequence of Constraint
    known : Assumptions
    clean : callable
        Takes factors of known sign out of an expression.

    Returns
    -------
    Freedom

    Raises
    ------
    LimitError
        If the constraints are neither linear in the unknowns, after products with one of them are
        taken for unknowns, nor in at most two unknowns and of low degree; or if there are more
        than 20,000 corners.
    """
    work = _Group(told, list(constraints), known, clean)
    linear = work.linear()
    if linear is None:
        found = work.options(work.candidates())  # at once: it may be refused
        return Freedom(told, tuple(constraints), functools.partial(tuple, found))
    system, variables, bounds, scaled = linear
    corners = math.comb(system.rows, len(variables))
    if corners > MOST_CORNERS:
        raise LimitError(
            f"{len(told)} beliefs off the path depend on each other with {corners:,} corners; "
            f"at most {MOST_CORNERS:,} are tried. Give numbers to some parameters first: "
            "game.at(name=value)."
        )
    write = functools.partial(work.at_corners, system, variables, bounds, scaled)
    strict = work.degenerate(system, variables, bounds)
    return Freedom(told, tuple(constraints), write, system, variables, bounds, scaled, strict)


class _Group:
    """One group of unknowns and its constraints."""

    def __init__(
        self,
        told: dict[Any, str],
        constraints: list[Constraint],
        known: Assumptions,
        clean: Clean,
    ) -> None:
        self.told, self.unknowns, self.constraints = told, list(told), constraints
        self.known, self.clean = known, clean
        self.forms = [_polynomial(c.expression, known, set(told)) for c in constraints]

    # -- linear conditions --------------------------------------------------------------------

    def linear(self) -> tuple[Any, tuple[Any, ...], int, bool] | None:
        """Rows ``[coefficients, constant]``, variables, the count of bounds, and whether scaled."""
        own = [n for n, c in enumerate(self.constraints) if c.kind == "incentive"]
        limits = [n for n, c in enumerate(self.constraints) if c.kind != "incentive"]
        order = [*own, *limits]
        forms = [self.forms[n] for n in order]
        forms += self._ends([self.forms[n] for n in limits])
        bounds = len(forms) - len(own)
        for head in (None, *self.unknowns):
            variables = self._variables(head)
            rows = [row_of(f, self.unknowns, head, variables) for f in forms]
            if all(row is not None for row in rows):
                return sympy.Matrix(rows), tuple(variables), bounds, head is not None
        return None

    def _variables(self, head: Any) -> list[Any]:
        if head is None:
            return self.unknowns
        return [head, *(x for x in self.unknowns if x != head)]

    def _ends(self, limits: Sequence[Any]) -> list[Any]:
        """Bounds that no constraint states."""
        capped = {x for f in limits for x in self.unknowns if sympy.expand(f).coeff(x) == -1}
        return [*self.unknowns, *(1 - x for x in self.unknowns if x not in capped)]

    def at_corners(
        self, system: Any, variables: Sequence[Any], bounds: int, scaled: bool
    ) -> tuple[Option, ...]:
        """An option for every corner; LimitError if they are too many to write down."""
        fixed, rest = self._dominated(system, variables, bounds)
        forms = [
            sympy.expand(
                sum(a * x for a, x in zip(row[:-1], variables, strict=True)).xreplace(fixed)
                + row[-1]
            )
            for row in system.tolist()
        ]
        rows = [
            [*(f.coeff(x) for x in rest), f.xreplace(dict.fromkeys(rest, sympy.Integer(0)))]
            for f in dict.fromkeys(f for f in forms if f.free_symbols & set(rest))
        ]
        count = math.comb(len(rows), len(rest))
        if count > MOST_WRITTEN:
            raise LimitError(
                f"beliefs off the path leave {count} options; at most {MOST_WRITTEN} are written "
                "down. Ask for Region.interval or Region.contains, with numbers."
            )
        corners = (meeting(chosen) for chosen in itertools.combinations(rows, len(rest)))
        return self.options(
            unscaled(values, variables) if scaled else values
            for corner in corners
            if corner is not None
            for values in [_with(fixed, dict(zip(rest, corner, strict=True)))]
        )

    def _dominated(
        self, system: Any, variables: Sequence[Any], bounds: int
    ) -> tuple[dict[Any, Any], list[Any]]:
        """Variables that may as well be at an end, and the others.

        If no condition suffers when weight moves from one unknown to another, the first need not
        have any.
        """
        rest = list(variables)
        fixed: dict[Any, Any] = {}
        own = system[: system.rows - bounds, :]
        limits = system[system.rows - bounds :, :]
        place = {x: k for k, x in enumerate(variables)}
        if any(len({abs(c) for c in row[:-1]} - {0, 1}) for row in limits.tolist()):
            return fixed, rest  # shares that are not plain: no common scale
        for row in limits.tolist():
            shared = [x for x in rest if row[place[x]] == -1 and row[-1] == 1]
            if not shared or any(c == 1 for c in row[:-1]):
                continue
            if not stated_alone(limits.tolist(), row, [place[x] for x in shared]):
                continue
            gains = {x: [own[n, place[x]] for n in range(own.rows)] for x in shared}
            kept = self._undominated({**gains, None: [sympy.Integer(0)] * own.rows})
            for x in shared:
                if x not in kept:
                    fixed[x] = sympy.Integer(0)
                    rest.remove(x)
            if None not in kept:  # nothing need be left over
                last = [x for x in shared if x in kept][-1]
                fixed[last] = sympy.Add(1, *(-x for x in shared if x in kept and x != last))
                rest.remove(last)
        return fixed, rest

    def _undominated(self, gains: dict[Any, list[Any]]) -> list[Any]:
        kept = list(gains)
        for x in list(gains):
            others = [y for y in kept if y is not x]
            if any(
                all(
                    self.known.sign(sympy.expand(b - a)) in (0, 1)
                    for a, b in zip(gains[x], gains[y], strict=True)
                )
                for y in others
            ):
                kept.remove(x)
        return kept

    def degenerate(self, system: Any, variables: Sequence[Any], bounds: int) -> bool:
        """Whether some condition vanishes at a corner of the bounds, whatever the parameters."""
        split = system.rows - bounds
        count = len(variables)
        if math.comb(bounds, count) > MOST_WRITTEN:
            return True
        for chosen in itertools.combinations(range(split, system.rows), count):
            rows = system.extract(list(chosen), list(range(count + 1)))
            if rows.free_symbols or rows[:, :-1].det() == 0:
                continue
            corner = rows[:, :-1].solve(-rows[:, -1])
            if any(
                v.is_number and v < 0 for v in system[split:, :-1] * corner + system[split:, -1]
            ):
                continue
            values = system[:split, :-1] * corner + system[:split, -1]
            if any(sympy.expand(v) == 0 for v in values):
                return True
        return False

    # -- what the candidates leave ------------------------------------------------------------

    def options(self, candidates: Iterable[dict[Any, Any]]) -> tuple[Option, ...]:
        """The candidates that are possible, with what each demands."""
        found = []
        for values in candidates:
            rows = self._demanded(values)
            if rows is None:
                continue
            found.append(Option(values, tuple(dict.fromkeys(rows))))
            if not rows:
                return (found[-1],)
        return _without_implied(found)

    def _demanded(self, values: dict[Any, Any]) -> list[Constraint] | None:
        """Constraints at a value of the unknowns that are not implied; None if one fails."""
        rows = []
        own = [(c, c.expression) for c in self.constraints]
        ends = [
            (Constraint("belief", "", (), self.told[x], end), end)
            for x in self.unknowns
            for end in (x, 1 - x)
        ]
        for c, expression in (*own, *ends):
            value = sympy.sympify(expression.xreplace(values))
            if value.has(sympy.nan, sympy.zoo, sympy.oo):
                return None
            value = self.clean(value)
            sign = self.known.sign(value)
            if sign == -1 and value.is_number:
                return None
            if sign not in (0, 1):
                rows.append(Constraint(c.kind, c.player, c.knows, c.deviation, value))
        return rows

    def candidates(self) -> Iterator[dict[Any, Any]]:
        """Where conditions that are not linear can bind first, for one or two unknowns."""
        highest = max(
            sympy.degree(f, x) if f.has(x) else 0 for f in self.forms for x in self.unknowns
        )
        count = len(self.unknowns)
        if count == 1 and highest <= 2:
            yield from self._one()
        elif count == 2 and highest <= 1:
            yield from self._two()
        else:
            what = (
                "a belief off the path enters with its third power"
                if count == 1
                else f"{count} beliefs off the path enter each other's conditions in products"
            )
            raise LimitError(
                f"{what}; that is not eliminated. Give numbers to some parameters first: "
                "game.at(name=value)."
            )

    def _one(self) -> Iterator[dict[Any, Any]]:
        (x,) = self.unknowns
        yield {x: sympy.Integer(0)}
        yield {x: sympy.Integer(1)}
        for f in self.forms:
            if f.has(x):
                for value in roots(numerator(f), x):
                    yield {x: value}

    def _two(self) -> Iterator[dict[Any, Any]]:
        # linear in each unknown: along a curve where one condition binds, an unknown has no turning
        # point, so that the least of one of them is where two bind
        every = [*self.forms, *self.unknowns, *(1 - x for x in self.unknowns)]
        for one, two in itertools.combinations(every, 2):
            for solved in solve_equations([one, two], self.unknowns):
                if set(solved.values) == set(self.unknowns) and not solved.conditions:
                    yield solved.values


def _polynomial(expression: Any, known: Assumptions, unknowns: set[Any]) -> Any:
    """An expression of the same sign without unknowns in its denominator."""
    top, bottom = sympy.fraction(sympy.together(expression))
    if not bottom.free_symbols & unknowns:
        return sympy.expand(expression)
    sign = known.sign(bottom)
    return sympy.expand(top * (sign if sign in (1, -1) else bottom))


def _with(fixed: dict[Any, Any], corner: dict[Any, Any]) -> dict[Any, Any]:
    return {**{x: v.xreplace(corner) for x, v in fixed.items()}, **corner}


def _without_implied(options: Sequence[Option]) -> tuple[Option, ...]:
    """Options none of which demands all that another does, and more."""
    kept: list[Option] = []
    for option in sorted(options, key=lambda o: len(o.constraints)):
        wanted = {c.expression for c in option.constraints}
        if not any({c.expression for c in k.constraints} <= wanted for k in kept):
            kept.append(option)
    return tuple(kept)
