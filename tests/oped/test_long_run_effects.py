import numpy as np
import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.oped.long_run_points import solve_long_run
from deterrence.oped.survival import long_run_values

FEW = {"levels": 0, "war": "absorbing"}


def test_each_row_is_the_long_run_at_that_value():
    scenario = dt.arrangement("bilateral")
    frame = dt.vary_long_run(scenario, "h_end", ["0.05", "0.2"], {"m0": "0.9"}, years=[2], **FEW)
    assert list(frame.index) == [0.05, 0.2]
    for value in frame.index:
        point = solve_long_run(long_run_values(scenario, {"h_end": value, "m0": "0.9"}), 2, **FEW)
        row = frame.loc[value]
        assert row["attack in 2 y (least)"] == 1 - point.most[2]
        assert row["attack in 2 y (most)"] == 1 - point.least[2]
        assert (row["Ukraine (least)"], row["Ukraine (most)"]) == point.payoffs["Ukraine"]
        assert row["complete"] == point.complete
    with pytest.raises(ParameterError, match="h_ende"):
        dt.vary_long_run(scenario, "h_ende", [0])
    with pytest.raises(ParameterError, match="out of range"):
        dt.vary_long_run(scenario, "recon", [9])


def test_an_expiry_that_is_sure_leaves_the_peace_of_no_guarantee_from_the_next_year_on():
    scenario = dt.arrangement("nato")
    frame = dt.vary_long_run(scenario, "h_end", [0, 1], years=[1, 5], **FEW)
    bare = {"strength": 0, "presence": 0, "automaticity": 0}
    point = solve_long_run(long_run_values(scenario, bare), 5, **FEW)
    # an attack that waits for the end comes in the second year
    assert frame.loc[1.0, "attack in 5 y (least)"] == pytest.approx(1 - point.most[4])


def test_memory_and_none_are_the_two_games():
    scenario = dt.arrangement("nato")
    frame = dt.reputation_effect(scenario, levels=0, years=[5])
    for title, memory in (("memory", True), ("no memory", False)):
        point = solve_long_run(long_run_values(scenario), 5, levels=0, reputation=memory)
        assert frame.loc[title, "Guarantor (least)"] == point.payoffs["Guarantor"][0]
        assert frame.loc[title, "attack in 5 y (most)"] == 1 - point.least[5]


@pytest.fixture(scope="module")
def design():
    return dt.design_long_run(
        dt.arrangement("oped"), ["0", "0.5", "1"], [5, None], {"h_gov": 0}, levels=0
    )


def test_the_best_design_is_the_largest_of_its_side(design):
    table = design.grid["Guarantor"].sel(side="least")
    strength, years = design.best()
    assert float(table.sel(strength=strength, years=years)) == pytest.approx(float(table.max()))
    strength, years = design.best("Ukraine", "most")
    table = design.grid["Ukraine"].sel(side="most")
    assert float(table.sel(strength=strength, years=years)) == pytest.approx(float(table.max()))
    assert "3 strengths by 2 durations" in repr(design)


def test_a_cell_of_the_design_is_the_long_run_there(design):
    values = long_run_values(dt.arrangement("oped"), {"strength": "0.5", "h_end": 0, "h_gov": 0})
    point = solve_long_run(values, 10, levels=0)
    cell = design.grid.sel(strength=0.5, years=np.inf)
    assert tuple(cell["Guarantor"].values) == point.payoffs["Guarantor"]
    assert tuple(cell["attacked"].values) == (1 - point.most[10], 1 - point.least[10])


def test_wrong_designs_are_refused(design):
    with pytest.raises(LabelError, match="side"):
        design.best(side="middle")
    with pytest.raises(LabelError, match="player"):
        design.best("Nato")
    with pytest.raises(InputError, match="at least one"):
        dt.design_long_run(dt.arrangement("oped"), [], [5])
    for years in (0, 1.5):
        with pytest.raises(InputError, match="durations"):
            dt.design_long_run(dt.arrangement("oped"), ["0.5"], [years])


def test_where_no_pure_equilibrium_exists_mixed_ones_are_looked_for(monkeypatch):
    from deterrence.oped import long_run_points

    calls = []

    def solve(game, budget, *, mixing=True):
        calls.append(mixing)
        found = long_run_points_solve(game, budget, mixing=False)
        if not mixing:  # as if there were none
            return type(found)(game, False, True, "none", 0.0, ())
        return found

    long_run_points_solve = long_run_points.solve_markov
    monkeypatch.setattr(long_run_points, "solve_markov", solve)
    point = solve_long_run(long_run_values(dt.arrangement("nato")), 3, **FEW)
    assert calls == [False, True] * 2
    assert np.isfinite(point.least).all()


def test_where_nothing_is_found_the_point_says_so(monkeypatch):
    from deterrence.oped import long_run_points

    def nothing(game, budget, *, mixing=True):
        from deterrence.equilibrium.markov_solution import MarkovSolution

        return MarkovSolution(game, False, False, "none", 0.0, ())

    monkeypatch.setattr(long_run_points, "solve_markov", nothing)
    point = solve_long_run(long_run_values(dt.arrangement("nato")), 3, **FEW)
    assert np.isnan(point.least).all()
    assert not point.complete
    assert np.isnan(point.payoffs["Russia"][0])


@pytest.mark.parametrize("years", [(), (0,), (1.5,), (101,), 5])
def test_years_are_checked_before_anything_is_solved(monkeypatch, years):
    from deterrence.oped import long_run_effects

    monkeypatch.setattr(long_run_effects, "solve_long_run", None)
    with pytest.raises(InputError, match="years ="):
        dt.vary_long_run("nato", "h_end", ["0"], years=years)
    with pytest.raises(InputError, match="years ="):
        dt.reputation_effect("nato", years=years)
    with pytest.raises(InputError, match="no value of h_end"):
        dt.vary_long_run("nato", "h_end", [])


def test_a_hazard_can_fall_with_nothing_that_changes_over_time():
    """Who attacks at all does so at once, and among those that are left nobody does."""
    still = {"recon": 0, "h_end": 0, "h_gov": 0}
    found = solve_long_run(long_run_values(dt.arrangement("oped"), still), 10, levels=1)
    for curve in (found.least, found.most):
        assert 0 < curve[1] < 0.99
        assert curve[1:] == pytest.approx(np.full(10, curve[1]), abs=1e-12)
