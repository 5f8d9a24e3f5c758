"""Exact arithmetic that is written down as it happens, to be done again over arrays.

A solver at one point takes its branches by exact comparison. With traced numbers for input the same
run also says by which formula each result came about, and a `Program` evaluates these formulas at
many other points, where a separate test then says whether the results hold.
"""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

__all__ = ["Program", "Tape", "Traced", "largest", "plain", "replayed", "smallest"]

Number = int | Fraction
_ADD, _SUB, _MUL, _DIV, _MIN, _MAX = range(6)
_EXACT = (operator.add, operator.sub, operator.mul, operator.truediv, min, max)
_ARRAYS = (np.add, np.subtract, np.multiply, np.divide, np.minimum, np.maximum)


class Tape:
    """Operations in order; each is written once.

    Attributes
    ----------
    rows : list of tuple
        (operation, place, place), a constant, or an input.
    zeros : list of int
        Places of numbers that somebody found to be zero, and left out, though they need not be
        zero elsewhere. What was found holds where they are zero, too.
    """

    def __init__(self) -> None:
        self.rows: list[tuple[Any, ...]] = []
        self.zeros: list[int] = []
        self._constants: dict[tuple[int, int], Traced] = {}

    @functools.cached_property
    def _places(self) -> dict[tuple[Any, ...], int]:
        return {row: n for n, row in enumerate(self.rows)}

    def __getstate__(self) -> dict[str, Any]:
        return {"rows": self.rows, "zeros": self.zeros, "_constants": {}}

    def input(self, name: int, value: Fraction) -> Traced:
        """An input and its value at the point of reference."""
        return Traced(self, self._place(("input", name)), value)

    def constant(self, value: Number) -> Traced:
        """A number that is the same everywhere."""
        key = (value.numerator, value.denominator)  # a fraction's own hash is slow
        known = self._constants.get(key)
        if known is None:
            exact = Fraction(value)
            known = self._constants[key] = Traced(self, self._place(("constant", exact)), exact)
        return known

    def place(self, number: Any) -> int:
        """Where a number stands."""
        return (number if isinstance(number, Traced) else self.constant(number)).place

    def result(self, operation: int, one: Traced, two: Traced) -> Traced:
        """One operation; constants are worked out, and neutral elements leave no trace."""
        a, b = self.rows[one.place], self.rows[two.place]
        if a[0] == b[0] == "constant":
            return self.constant(_EXACT[operation](one.value, two.value))
        short = _neutral(operation, one, two, a, b)
        if short is not None:
            return short
        p, q = one.place, two.place
        if p > q and operation in (_ADD, _MUL, _MIN, _MAX):
            p, q = q, p
        return Traced(self, self._place((operation, p, q)), None, (operation, one, two))

    def merged(self, other: Tape) -> list[int]:
        """Write down what another tape holds; for each of its places the place here."""
        new: list[int] = []
        for row in other.rows:
            moved = (row[0], new[row[1]], new[row[2]]) if isinstance(row[0], int) else row
            if row[0] in (_ADD, _MUL, _MIN, _MAX):
                moved = (row[0], *sorted(moved[1:]))
            new.append(self._place(moved))
        return new

    def _place(self, row: tuple[Any, ...]) -> int:
        place = self._places.get(row)
        if place is None:
            place = self._places[row] = len(self.rows)
            self.rows.append(row)
        return place


def _neutral(
    operation: int, one: Traced, two: Traced, a: tuple[Any, ...], b: tuple[Any, ...]
) -> Traced | None:
    left = a[1] if a[0] == "constant" else None
    right = b[1] if b[0] == "constant" else None
    if operation == _ADD and left == 0:
        return two
    if operation in (_ADD, _SUB) and right == 0:
        return one
    if operation == _SUB and one.place == two.place:
        return one.tape.constant(0)
    if operation == _MUL and (left == 0 or right == 1):
        return one
    if operation == _MUL and (right == 0 or left == 1):
        return two
    if operation == _DIV and (right == 1 or left == 0):
        return one
    if operation == _DIV and one.place == two.place:
        return one.tape.constant(1)
    if operation in (_MIN, _MAX) and one.place == two.place:
        return one
    return None


class Traced:
    """A number at the point of reference and its place on the tape.

    It is compared, hashed and tested by its value.
    """

    __slots__ = ("_how", "_value", "place", "tape")

    def __init__(
        self,
        tape: Tape,
        place: int,
        value: Fraction | None,
        how: tuple[int, Traced, Traced] | None = None,
    ) -> None:
        self.tape, self.place, self._value, self._how = tape, place, value, how

    @property
    def value(self) -> Fraction:
        """The number at the point of reference; most are never asked for."""
        return self._worked_out() if self._value is None else self._value

    def _worked_out(self) -> Fraction:
        stack = [self]  # chains of operations are longer than Python nests calls
        while stack:
            last = stack[-1]
            if last._how is None:  # an input, a constant, or worked out meanwhile
                stack.pop()
                continue
            operation, *operands = last._how
            open_ = [x for x in operands if x._value is None]
            if open_:
                stack += open_
            else:
                one, two = operands
                last._value, last._how = _EXACT[operation](one._value, two._value), None
        return cast(Fraction, self._value)

    def _with(self, operation: int, other: Any, *, turned: bool = False) -> Any:
        if not isinstance(other, Traced):
            if not isinstance(other, (int, Fraction)):
                return NotImplemented
            if other == 1 and not turned and operation in (_MUL, _DIV):
                return self
            if other == 0 and operation == _ADD:
                return self
            other = self.tape.constant(other)
        pair = (other, self) if turned else (self, other)
        return self.tape.result(operation, *pair)

    def __add__(self, other: Any) -> Any:
        return self._with(_ADD, other)

    __radd__ = __add__

    def __sub__(self, other: Any) -> Any:
        return self._with(_SUB, other)

    def __rsub__(self, other: Any) -> Any:
        return self._with(_SUB, other, turned=True)

    def __mul__(self, other: Any) -> Any:
        return self._with(_MUL, other)

    __rmul__ = __mul__

    def __truediv__(self, other: Any) -> Any:
        return self._with(_DIV, other)

    def __rtruediv__(self, other: Any) -> Any:
        return self._with(_DIV, other, turned=True)

    def __neg__(self) -> Any:
        return self._with(_SUB, 0, turned=True)

    def __abs__(self) -> Fraction:
        return abs(self.value)

    def __float__(self) -> float:
        return float(self.value)

    def __bool__(self) -> bool:
        if not self.value and self.tape.rows[self.place][0] != "constant":
            self.tape.zeros.append(self.place)
        return bool(self.value)

    def __hash__(self) -> int:
        return hash(self.value)

    def __eq__(self, other: object) -> bool:
        same = bool(self.value == plain(other))
        if same and isinstance(other, (Traced, int, Fraction)):
            bool(self - other)  # remembered as a zero unless they are one number
        return same

    def __lt__(self, other: Any) -> bool:
        return bool(self.value < plain(other))

    def __le__(self, other: Any) -> bool:
        return bool(self.value <= plain(other))

    def __gt__(self, other: Any) -> bool:
        return bool(self.value > plain(other))

    def __ge__(self, other: Any) -> bool:
        return bool(self.value >= plain(other))

    def __repr__(self) -> str:
        return f"Traced({self.value})"


def plain(x: Any) -> Any:
    """The value at the point of reference, without a trace."""
    return x.value if isinstance(x, Traced) else x


def smallest(one: Any, two: Any) -> Any:
    """The lesser of two numbers, written down if one is traced."""
    return _pick(_MIN, one, two)


def largest(one: Any, two: Any) -> Any:
    """The greater of two numbers, written down if one is traced."""
    return _pick(_MAX, one, two)


def _pick(operation: int, one: Any, two: Any) -> Any:
    if isinstance(one, Traced):
        return one._with(operation, two)
    if isinstance(two, Traced):
        return two._with(operation, one)
    return _EXACT[operation](one, two)


class Program:
    """Some results of a tape, to be evaluated over arrays.

    Parameters
    ----------
    tape : Tape
    places : sequence of int
        Of the results, see `Tape.place`.
    """

    def __init__(self, tape: Tape, places: Sequence[int]) -> None:
        new = {old: n for n, old in enumerate(_needed(tape, places))}
        self.rows = [_moved(tape.rows[old], new) for old in new]
        self.results = [new[p] for p in places]
        self._taken: dict[int, list[int]] = {}
        for k, n in enumerate(self.results):
            self._taken.setdefault(n, []).append(k)
        self._spent = _last_uses(self.rows)

    @property
    def inputs(self) -> list[int]:
        """The inputs that matter."""
        return [row[1] for row in self.rows if row[0] == "input"]

    def __call__(self, inputs: Mapping[int, Any]) -> list[NDArray[np.float64] | float]:
        """The results, each a number or an array; not finite where a divisor is zero.

        Parameters
        ----------
        inputs : mapping of int to float or ndarray
        """
        found: list[Any] = [None] * len(self.results)
        self.run(inputs, found.__setitem__)
        return found

    def run(self, inputs: Mapping[int, Any], take: Callable[[int, Any], object]) -> None:
        """Hand over every result when it is there; what nobody keeps takes no memory.

        Parameters
        ----------
        inputs : mapping of int to float or ndarray
        take : callable
            Called with the number of a result, and the result.
        """
        values: list[Any] = [None] * len(self.rows)
        with np.errstate(all="ignore"):
            for n, row in enumerate(self.rows):
                kind = row[0]
                if kind == "input":
                    values[n] = inputs[row[1]]
                elif kind == "constant":
                    values[n] = row[1]
                else:
                    values[n] = _ARRAYS[kind](values[row[1]], values[row[2]])
                for k in self._taken.get(n, ()):
                    take(k, values[n])
                for spent in self._spent[n]:
                    values[spent] = None


def replayed(
    tape: Tape,
    places: Sequence[int],
    inputs: Sequence[Any],
    least: Callable[[Any, Any], Any],
    most: Callable[[Any, Any], Any],
) -> dict[int, Any]:
    """Results of a tape, computed again with numbers of another kind.

    Parameters
    ----------
    tape : Tape
    places : sequence of int
    inputs : sequence
        By the name of an input; they must add, multiply and divide.
    least, most : callable
        The lesser and the greater of two numbers.

    Returns
    -------
    dict of int to number
        By place, of what was needed on the way, too.
    """
    operations = (*_EXACT[:4], least, most)
    found: dict[int, Any] = {}
    for n in _needed(tape, places):
        row = tape.rows[n]
        if row[0] == "input":
            found[n] = inputs[row[1]]
        elif row[0] == "constant":
            found[n] = row[1]
        else:
            found[n] = operations[row[0]](found[row[1]], found[row[2]])
    return found


def _needed(tape: Tape, places: Iterable[int]) -> list[int]:
    seen, stack = set(places), list(places)
    while stack:
        row = tape.rows[stack.pop()]
        if row[0] not in ("input", "constant"):
            for p in row[1:]:
                if p not in seen:
                    seen.add(p)
                    stack.append(p)
    return sorted(seen)


def _moved(row: tuple[Any, ...], new: dict[int, int]) -> tuple[Any, ...]:
    if row[0] == "constant":
        return ("constant", float(row[1]))
    return row if row[0] == "input" else (row[0], new[row[1]], new[row[2]])


def _last_uses(rows: Sequence[tuple[Any, ...]]) -> list[tuple[int, ...]]:
    """By row, the values that nothing needs afterwards, perhaps its own."""
    last = list(range(len(rows)))
    for n, row in enumerate(rows):
        if isinstance(row[0], int):
            for p in row[1:]:
                last[p] = n
    found: list[tuple[int, ...]] = [()] * len(rows)
    for place, n in enumerate(last):
        found[n] += (place,)
    return found
