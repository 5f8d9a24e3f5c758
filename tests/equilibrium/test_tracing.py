"""Traced arithmetic: exact at the point of reference, the same formula elsewhere."""

import operator
import pickle
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deterrence.equilibrium.tracing import Program, Tape, largest, smallest

FRACTIONS = st.fractions(min_value=-5, max_value=5, max_denominator=9)
OPERATIONS = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "least": smallest,
    "most": largest,
}


@st.composite
def formulas(draw):
    """Steps of a calculation: an operation and two earlier numbers, or a constant."""
    steps = []
    for n in range(3, draw(st.integers(4, 12))):
        if draw(st.booleans()) and n > 3:
            steps.append(("constant", draw(FRACTIONS), None))
        else:
            places = st.integers(0, n - 1)
            steps.append((draw(st.sampled_from(list(OPERATIONS))), draw(places), draw(places)))
    return steps


def calculated(steps, inputs):
    numbers = list(inputs)
    for kind, one, two in steps:
        numbers.append(one if kind == "constant" else OPERATIONS[kind](numbers[one], numbers[two]))
    return numbers[-1]


@given(formulas(), st.tuples(*[FRACTIONS] * 3), st.tuples(*[FRACTIONS] * 3))
def test_the_value_is_exact_and_the_program_does_the_same_elsewhere(steps, here, there):
    tape = Tape()
    traced = [tape.input(k, value) for k, value in enumerate(here)]
    try:
        result = calculated(steps, traced)
        exact = calculated(steps, here)
        elsewhere = calculated(steps, there)
    except ZeroDivisionError:
        return
    if isinstance(result, Fraction):
        assert result == exact
        return
    assert result.value == exact
    points = {k: np.array([float(a), float(b)]) for k, (a, b) in enumerate(zip(here, there))}  # noqa: B905
    (column,) = Program(tape, [tape.place(result)])(points)
    both = np.broadcast_to(np.asarray(column, dtype=float), (2,))
    np.testing.assert_allclose(both, [float(exact), float(elsewhere)], rtol=1e-9, atol=1e-9)


def test_what_is_written_once_is_not_written_again():
    tape = Tape()
    x, y = tape.input(0, Fraction(2)), tape.input(1, Fraction(3))
    size = len(tape.rows)
    assert (x * y).place == (y * x).place
    assert len(tape.rows) == size + 1
    assert (x + 0).place == x.place
    assert (x * 1).place == x.place
    assert tape.rows[(x - x).place] == ("constant", 0)


def test_a_zero_that_is_none_elsewhere_is_remembered():
    tape = Tape()
    x, y = tape.input(0, Fraction(2)), tape.input(1, Fraction(2))
    assert not tape.zeros
    difference = x - y
    assert not difference
    assert tape.zeros == [difference.place]
    assert x == y
    assert set(tape.zeros) == {difference.place}
    assert x == x
    assert len(set(tape.zeros)) == 1


def test_tapes_merge():
    one, two = Tape(), Tape()
    x = one.input(0, Fraction(1, 2))
    first = x * x + 1
    y, z = two.input(1, Fraction(3)), two.input(0, Fraction(7))
    second = (z * z) * y
    new = one.merged(two)
    points = {0: np.array([2.0, 3.0]), 1: np.array([5.0, 7.0])}
    a, b = Program(one, [first.place, new[second.place]])(points)
    assert a.tolist() == [5.0, 10.0]
    assert b.tolist() == [20.0, 63.0]


@pytest.mark.parametrize("other", ["a", 0.5, None])
def test_only_exact_numbers_mix(other):
    x = Tape().input(0, Fraction(1))
    with pytest.raises(TypeError):
        x + other


def test_a_chain_longer_than_python_nests_calls_is_worked_out():
    tape = Tape()
    one, total = tape.input(0, Fraction(1)), tape.input(1, Fraction(0))
    for n in range(1, 3000):
        total = total + one / n if n % 2 else total - one / n
    exact = sum((Fraction((-1) ** (n + 1), n) for n in range(1, 3000)), Fraction(0))
    assert total.value == exact


def test_what_is_used_twice_is_worked_out_once():
    # doubled sixty times: without memory there are 2**60 ways through
    tape = Tape()
    number = tape.input(0, Fraction(1, 3))
    for _ in range(60):
        number = number + number
    assert number.value == Fraction(2**60, 3)


def test_a_tape_that_was_pickled_goes_on_with_the_same_places():
    tape = Tape()
    x, y = tape.input(0, Fraction(1, 2)), tape.input(1, Fraction(1, 3))
    total = x * y + Fraction(2, 7)
    copy = pickle.loads(pickle.dumps(tape))
    assert copy.rows == tape.rows
    again = copy.input(0, Fraction(1, 2)) * copy.input(1, Fraction(1, 3)) + Fraction(2, 7)
    assert again.place == total.place
    assert len(copy.rows) == len(tape.rows)
