import pandas as pd
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError


def table(rows: list[tuple[int, str, float, bool]]) -> pd.DataFrame:
    made = pd.DataFrame(rows, columns=["n", "rule", "response", "pivotal"])
    made["equilibrium"] = range(len(rows))
    return made.set_index(["n", "rule", "equilibrium"])


def test_lines_pass_through_the_numbers_and_bars_reach_the_most() -> None:
    ax = dt.plots.coalitions(
        table(
            [
                (1, "individual", 0.9, True),
                (30, "individual", 0.2, True),
                (30, "individual", 0.6, True),
                (30, "individual", 0.0, False),
            ]
        )
    )
    line = ax.get_lines()[0]
    assert line.get_xdata().tolist() == [1, 30]
    assert line.get_ydata().tolist() == [0.9, 0.2]
    ((low, high),) = [path.vertices[:, 1] for path in ax.collections[0].get_paths()]
    assert (low, high) == (0.2, 0.6)
    assert [t.get_text() for t in ax.get_xticklabels()] == ["1", "30"]


def test_lines_that_coincide_are_both_seen() -> None:
    rows = [(n, rule, 0.5, True) for rule in ("majority", "unanimity") for n in (1, 30)]
    ax = dt.plots.coalitions(table(rows))
    first, second = (ax.get_lines()[k] for k in (0, 2))
    assert {*first.get_ydata(), *second.get_ydata()} == {0.5}  # where they are, not beside it
    assert first.get_zorder() < second.get_zorder()
    assert first.get_linewidth() > second.get_linewidth() + 0.5
    assert [t.get_text() for t in ax.get_legend().get_texts()] == ["majority", "unanimity"]


def test_an_outcome_of_a_comparison_into_axes_of_ones_own() -> None:
    import matplotlib.pyplot as plt

    _, mine = plt.subplots()
    found = dt.compare_coalitions("ksc", [1, 3], ["individual", "majority"])
    ax = dt.plots.coalitions(found.table, mine, outcome="great-power-war")
    assert ax is mine
    assert ax.get_ylabel() == "great-power-war"
    with pytest.raises(LabelError, match="response"):
        dt.plots.coalitions(found.table, outcome="pivotal")


@pytest.mark.parametrize("given", [3, pd.DataFrame({"response": [1.0]})])
def test_what_is_no_such_table(given: object) -> None:
    with pytest.raises(InputError, match="compare_coalitions"):
        dt.plots.coalitions(given)
