import math

import pytest

from deterrence.oped.comparison import OUTCOMES
from deterrence.oped.table import comparison_text, told_apart
from tests.oped.small import comparison, result

SAME = {"attack": 0.6, "Russia": -0.004}


def test_a_cell_holds_one_number_or_two() -> None:
    most = {"attack": 0.61, "Russia": 0.25}
    text = comparison_text(comparison({"a": (result(SAME, most),), "b": (result(SAME),)}))
    assert [line.split() for line in text.splitlines() if line.startswith(("a ", "b "))] == [
        ["a", "60-61", "0.00", "to", "0.25", "Label", "of", "a"],
        ["b", "60", "0.00", "Label", "of", "b"],
    ]


@pytest.mark.parametrize(
    ("probability", "cell"),
    [(0.0, "0"), (1e-12, "0"), (0.004, "<1"), (0.5, "50"), (0.996, ">99"), (1.0, "100")],
)
def test_a_rare_event_is_told_from_one_that_never_happens(probability: float, cell: str) -> None:
    text = comparison_text(comparison({"a": (result({"attack": probability}),)}))
    row = next(line for line in text.splitlines() if line.startswith("a "))
    assert row.split()[1] == cell


def test_a_wide_table_fits_on_a_page() -> None:
    row = {name: -0.123 if name in ("Guarantor", "Ukraine", "Russia") else 0.5 for name in OUTCOMES}
    most = {name: value + 0.25 for name, value in row.items()}
    results = {f"arrangement_{n}": (result(row, most),) * 3 for n in range(4)}
    for drawn in (False, True):
        text = comparison_text(comparison(results, drawn=drawn))
        assert max(map(len, text.splitlines())) <= 100
        assert all(name in text for name in (*OUTCOMES, *results))


def test_rows_that_are_not_told_apart_are_named() -> None:
    other = {"attack": 0.6, "Russia": 0.3}
    found = comparison({n: (result(SAME),) for n in "ab"} | {"c": (result(other),)})
    assert told_apart(found) == (
        "Not told apart by any outcome in the table: a and b. Alike in all events, told apart by "
        "payoffs: a, b and c."
    )
    last = comparison({"a": (result(SAME),), "b": (result({"attack": 0.0, "Russia": 0.0}),)})
    assert told_apart(last) == "Every two rows differ in some outcome of the table."
    assert told_apart(comparison({"a": (result(SAME),)})) == ""


def test_over_draws_the_sentence_speaks_of_sampling_error() -> None:
    rows = {name: (result(SAME),) * 4 for name in "ab"}
    assert told_apart(comparison(rows, drawn=True)) == (
        "Not told apart by any outcome in the table, within sampling error over 4 paired draws: "
        "a and b."
    )
    rows["b"] = (result({"attack": 0.0, "Russia": 0.0}),) * 4
    assert told_apart(comparison(rows, drawn=True)) == (
        "Every two rows differ in some outcome of the table, by more than sampling error over 4 "
        "paired draws (5% for all comparisons together)."
    )


def test_what_is_not_complete_is_marked_and_explained() -> None:
    open_ = result(SAME)
    open_ = open_.__class__(**{**vars(open_), "complete": False, "status": "Not complete: why."})
    text = comparison_text(comparison({"a": (result(SAME),), "b": (open_,)}))
    assert "\nb*  " in text
    assert text.endswith("more may exist than the rows marked * show:\n  b: Not complete: why.")


def test_a_gap_is_a_question_mark() -> None:
    text = comparison_text(
        comparison({"a": (result({"attack": 0.5}),), "b": (result({"attack": math.nan}),)})
    )
    assert next(line for line in text.splitlines() if line.startswith("b ")).split()[1] == "?"
