"""Which arrangement is best: what is drawn."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.figure import Figure

from deterrence.errors import InputError
from deterrence.show.best_dots import LARGEST, best_arrangements


def table(worst: list[float], best: list[float], names: str = "ab") -> pd.DataFrame:
    return pd.DataFrame({"best (worst)": worst, "best (best)": best}, index=list(names))


def test_discs_and_rings_stand_where_shares_are_and_are_as_large() -> None:
    tables = {"attack": table([0.75, 0.25], [0.0, 1.0]), "Ukraine": table([0.0, 1.0], [0.5, 0.5])}
    ax = best_arrangements(tables, Figure().add_subplot())
    discs, rings = ax.collections[:2]
    assert discs.get_offsets().tolist() == [[0, 0], [0, 1], [1, 1]]
    assert np.allclose(discs.get_sizes(), [0.75 * LARGEST, 0.25 * LARGEST, LARGEST])
    assert rings.get_offsets().tolist() == [[1, 0], [0, 1], [1, 1]]
    assert len(rings.get_facecolors()) == 0
    assert [t.get_text() for t in ax.get_yticklabels()] == ["a", "b"]
    assert [t.get_text() for t in ax.get_xticklabels()] == ["attack", "Ukraine"]


def test_rows_are_matched_by_name() -> None:
    tables = {"x": table([1, 0], [1, 0]), "y": table([1, 0], [1, 0], "ba")}
    discs = best_arrangements(tables, Figure().add_subplot()).collections[0]
    assert discs.get_offsets().tolist() == [[0, 0], [1, 1]]


@pytest.mark.parametrize(
    "tables",
    [
        {},
        {"x": pd.DataFrame({"best": [1]})},
        {"x": table([1, 0], [1, 0]), "y": table([1, 0], [1, 0], "ac")},
    ],
)
def test_what_cannot_be_drawn(tables: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(InputError):
        best_arrangements(tables)
