"""Formulas with a least, a most or cases in them, taken apart into pieces without."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import sympy

from deterrence.errors import LimitError

__all__ = ["has_pieces", "outermost", "piece_at", "pieces"]

MOST_PIECES = 1_000
Conditions = tuple[Any, ...]
_KINDS = (sympy.Min, sympy.Max, sympy.Piecewise)


def has_pieces(expression: Any) -> bool:
    """Whether a least, a most or a case distinction stands in an expression."""
    return bool(expression.has(*_KINDS))


def outermost(expression: Any) -> list[Any]:
    """Leasts, mosts and case distinctions that stand in no other one."""
    if isinstance(expression, _KINDS):
        return [expression]
    return list(dict.fromkeys(a for part in expression.args for a in outermost(part)))


def pieces(
    expressions: Sequence[Any], possible: Callable[[Conditions], bool] | None = None
) -> list[tuple[Conditions, tuple[Any, ...]]]:
    """Expressions by piece.

    Parameters
    ----------
    expressions : sequence of sympy.Expr
    possible : callable, optional
        Whether conditions can hold together; pieces where they cannot are left out.

    Returns
    -------
    list of (tuple of sympy relational, tuple of sympy.Expr)
        Where each piece applies, and the expressions there. Together they cover everything.

    Raises
    ------
    LimitError
        If there are more than a thousand.
    """
    found = []
    for piece in _split(tuple(expressions), (), possible):
        found.append(piece)
        if len(found) > MOST_PIECES:
            raise LimitError(
                f"the formulas have more than {MOST_PIECES:,} pieces. Put numbers in for the "
                "parameters that stand in them first: game.at(name=value)."
            )
    return found


def piece_at(expression: Any, point: Mapping[Any, Any]) -> Any:
    """The piece of an expression that applies at a point, which no boundary passes through.

    Parameters
    ----------
    expression : sympy.Expr
    point : mapping of sympy.Symbol to sympy number
        For all its symbols.

    Returns
    -------
    sympy.Expr
    """
    inner = _innermost((expression,))
    while inner is not None:
        value = next(
            value
            for conditions, value in _cases(inner)
            if all(c.xreplace(dict(point)) == sympy.true for c in conditions)
        )
        expression = expression.xreplace({inner: value})
        inner = _innermost((expression,))
    return expression


def _split(
    expressions: tuple[Any, ...],
    when: Conditions,
    possible: Callable[[Conditions], bool] | None,
) -> Iterator[tuple[Conditions, tuple[Any, ...]]]:
    inner = _innermost(expressions)
    if inner is None:
        yield when, expressions
        return
    for conditions, value in _cases(inner):
        more = _together(when, conditions)
        if more is None or (possible is not None and not possible(more)):
            continue
        yield from _split(tuple(e.xreplace({inner: value}) for e in expressions), more, possible)


def _innermost(expressions: Sequence[Any]) -> Any:
    """A least, most or case distinction without another inside."""
    for e in expressions:
        for atom in sorted(e.atoms(*_KINDS), key=lambda a: (a.count_ops(), str(a))):
            if not any(part.has(*_KINDS) for part in atom.args):
                return atom
    return None


def _cases(atom: Any) -> Iterator[tuple[Conditions, Any]]:
    if isinstance(atom, sympy.Piecewise):
        before: Conditions = ()
        for value, condition in atom.args:
            yield (*before, condition), value
            before = (*before, sympy.Not(condition))
        return
    below = sympy.Le if isinstance(atom, sympy.Min) else sympy.Ge
    for value in atom.args:
        yield tuple(below(value, other) for other in atom.args if other != value), value


def _together(when: Conditions, more: Conditions) -> Conditions | None:
    """Conditions without those that always hold; None where one never does."""
    found = dict.fromkeys(when)
    for condition in more:
        if condition == sympy.false or sympy.Not(condition) in found:
            return None
        if condition != sympy.true:
            found[condition] = None
    return tuple(found)
