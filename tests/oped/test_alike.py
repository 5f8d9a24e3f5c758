import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from deterrence.oped.alike import alike


def test_one_draw_is_compared_exactly() -> None:
    rows = np.array([[[0.0, 1.0]], [[0.0, 1.0 + 1e-12]], [[0.0, 1.0 + 1e-6]], [[0.0, 1.0]]])
    assert alike(["a", "b", "c", "d"], rows) == [("a", "b", "d")]


def test_a_row_without_numbers_is_like_no_other() -> None:
    rows = np.array([[[np.nan]], [[np.nan]], [[0.0]], [[0.0]]])
    assert alike(["a", "b", "c", "d"], rows) == [("c", "d")]


def test_what_differs_the_same_way_in_every_draw_is_told_apart() -> None:
    noise = np.random.default_rng(0).random((200, 1))
    # far apart from draw to draw, and yet the difference is the same in each
    assert alike(["a", "b"], np.array([noise, noise + 0.001])) == []


def test_what_differs_by_chance_is_not_told_apart() -> None:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(2, 400, 3))
    assert alike(["a", "b"], rows) == [("a", "b")]
    rows[1, :, 2] += 1  # by hand: ten standard errors of a difference, sqrt(2 / 400)
    assert alike(["a", "b"], rows) == []


def test_a_rare_difference_is_within_sampling_error() -> None:
    rows = np.zeros((2, 200, 1))
    rows[1, :3, 0] = 1
    assert alike(["a", "b"], rows) == [("a", "b")]


def test_draws_without_numbers_are_left_out_of_both() -> None:
    rows = np.zeros((2, 4, 1))
    rows[0, 0], rows[1, 1] = np.nan, np.nan
    assert alike(["a", "b"], rows) == [("a", "b")]
    rows[1, 1:] = [[np.nan], [1], [1]]
    assert alike(["a", "b"], rows) == []


@given(st.lists(st.integers(0, 3), min_size=1, max_size=8))
def test_with_one_draw_groups_are_the_classes_of_equal_rows(values: list[int]) -> None:
    names = [f"row {n}" for n in range(len(values))]
    groups = alike(names, np.array(values, dtype=float).reshape(-1, 1, 1))
    expected = (
        [n for n, v in zip(names, values, strict=True) if v == value]
        for value in dict.fromkeys(values)
    )
    assert [list(group) for group in groups] == [row for row in expected if len(row) > 1]
