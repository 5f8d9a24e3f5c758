"""The documented table over 200 draws, solved again and compared."""

import csv
from pathlib import Path

import pytest

import deterrence as dt
from deterrence.oped.comparison import compare

TABLE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "data"


def documented() -> dict[str, dict[str, float]]:
    with (TABLE / "arrangements-200-draws.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {r.pop("arrangement"): {k: float(x) for k, x in r.items()} for r in rows}


def agrees(name: str) -> None:
    found = compare({name: dt.arrangement(name)}, draws=200, rng=0).to_frame().iloc[0]
    expected = documented()[name]
    computed = {str(k): float(x) for k, x in found.items() if str(k) in expected}
    assert len(computed) >= len(expected) - 1  # "complete" need not be a column of a single row
    for column, value in computed.items():
        assert value == pytest.approx(expected[column], abs=1e-9), (name, column)


def test_one_row_is_solved_again() -> None:
    agrees("istanbul_ua")


@pytest.mark.slow
@pytest.mark.parametrize("name", [n for n in documented() if n != "istanbul_ua"])
def test_every_other_row_is_solved_again(name: str) -> None:
    agrees(name)


def test_a_wrong_row_would_be_seen() -> None:
    rows = documented()
    assert rows["nato"] != rows["budapest"]
    assert len(rows) == 17
