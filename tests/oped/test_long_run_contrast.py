import numpy as np
import pandas as pd
import pytest

import deterrence as dt
from deterrence.errors import InputError
from deterrence.oped import long_run_contrast
from deterrence.oped.long_run_contrast import LongRunContrast, contrast_long_run
from deterrence.oped.long_run_points import LongRunPoint, solve_long_run
from deterrence.oped.survival import draw_long_run, long_run_values


def point(low, high, complete=True):
    """Give a long run whose attack within one year has this least and most probability."""
    curves = np.array([1, 1 - high]), np.array([1, 1 - low])
    return LongRunPoint(*curves, {}, {}, complete, False)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        ((0.2, 0.4), (0.2, 0.4), "same"),
        ((0.2, 0.4), (0.4, 0.5), "more"),
        ((0.4, 0.5), (0.2, 0.4), "less"),
        ((0.2, 0.4), (0.3, 0.5), "more at both ends"),
        ((0.3, 0.5), (0.3, 0.4), "less at both ends"),
        ((0.3, 0.4), (0.2, 0.5), "mixed"),
    ],
)
def test_sets_are_compared_by_their_ends(monkeypatch, one, other, verdict):
    answers = [point(*one), point(*other)]
    monkeypatch.setattr(long_run_contrast, "solve_long_run", lambda *a, **k: answers.pop(0))
    found = contrast_long_run(dt.arrangement("nato"), {}, {}, year=1, draws=1, rng=0)
    assert found.points["verdict"].tolist() == [verdict]
    assert found.shares().loc[verdict, "share"] == 1
    assert found.shares()["share"].sum() == 1


def test_the_same_stakes_are_used_before_and_after():
    scenario = dt.arrangement("nato")
    found = contrast_long_run(
        scenario, {"h_gov": 0}, {"h_gov": "0.4"}, year=3, draws=2, rng=5, levels=0
    )
    stakes = draw_long_run(2, 5, {"h_gov": 0})[1]
    assert "h_gov" not in stakes
    after = solve_long_run(long_run_values(scenario, {"h_gov": "0.4"}) | stakes, 3, levels=0)
    assert found.points.loc[1, "most, after"] == 1 - after.least[3]
    assert repr(found).startswith("<LongRunContrast: attacks within 3 years")


def test_draws_that_are_not_complete_do_not_count():
    rows = [
        {"complete": True, "verdict": "more"},
        {"complete": True, "verdict": "same"},
        {"complete": False, "verdict": "less"},
    ]
    found = LongRunContrast(pd.DataFrame(rows), 5)
    assert found.shares().loc["more"].tolist() == [0.5, pytest.approx(np.sqrt(0.25 / 2))]
    assert found.shares().loc["less", "share"] == 0
    assert "more 50%" in repr(found)
    none = LongRunContrast(pd.DataFrame(rows[2:]), 5)
    assert "none of 1" in repr(none)
    with pytest.raises(InputError, match="no draw"):
        none.shares()
