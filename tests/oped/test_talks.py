import pytest

import deterrence as dt
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.guarantee.timing import terms_at
from deterrence.oped.long_run_points import solve_long_run
from deterrence.oped.survival import long_run_values


@pytest.fixture(scope="module")
def found():
    return dt.when_to_talk(
        dt.arrangement("us_dec25"), points=4, deadlines=(0, 6), levels=0, war="absorbing"
    )


def test_choosing_the_month_is_worth_at_least_settling_now(found):
    grid = found.grid
    assert bool((grid["value"] >= grid["settle"] - 1e-12).all())
    assert bool((grid["stops"] == (grid["value"] <= grid["settle"] + 1e-12)).all())
    assert found.complete


def test_being_pushed_at_once_costs_the_value_of_waiting(found):
    lost = found.grid["value"] - found.grid["settle"]
    assert found.grid["push"].sel(months=0).values == pytest.approx(lost.values, abs=1e-12)
    later = found.grid["push"].sel(months=6)
    assert bool((later <= found.grid["push"].sel(months=0) + 1e-12).all())
    assert bool((later >= -1e-12).all())


def test_a_settlement_is_worth_the_peace_that_follows_less_the_terms(found):
    values = long_run_values(dt.arrangement("us_dec25"))
    m0 = dt.guarantee_game().ranges["m0"][0]
    terms = terms_at(m0, values | found.values)
    point = values | {"m0": m0, "kept": terms}
    peace = solve_long_run(point, 1, levels=0, war="absorbing").payoffs["Ukraine"][0]
    now = found.grid["settle"].sel(offer="guarantee", balance=float(m0))
    assert float(now) == pytest.approx(peace - float(terms), abs=1e-11)
    bare = point | {"strength": 0, "automaticity": 0, "presence": 0}
    peace = solve_long_run(bare, 1, levels=0, war="absorbing").payoffs["Ukraine"][0]
    now = found.grid["settle"].sel(offer="none", balance=float(m0))
    assert float(now) == pytest.approx(peace - float(terms), abs=1e-11)


def test_the_table_and_the_region_say_the_same(found):
    frame = found.to_frame()
    assert len(frame) == 8
    for offer in ("guarantee", "none"):
        stops = frame.loc[offer]
        assert tuple(stops.index[stops["stops"]]) == found.region(offer)
        expected = found.grid["push"].sel(offer=offer, months=6).values
        assert stops["push 6 m"].values == pytest.approx(expected)
    assert "guarantee: settles at" in repr(found)


def test_wrong_input_is_refused(found):
    scenario = dt.arrangement("nato")
    with pytest.raises(LabelError, match="side"):
        dt.when_to_talk(scenario, side="worst")
    with pytest.raises(LabelError, match="offer"):
        found.region("aid")
    with pytest.raises(ParameterError, match="drift = 1"):
        dt.when_to_talk(scenario, {"drift": 1})
    with pytest.raises(ParameterError, match="leave it out"):
        dt.when_to_talk(scenario, {"m0": 1})
    with pytest.raises(ParameterError, match="unknown parameter 'drif'"):
        dt.when_to_talk(scenario, {"drif": 0})


def test_over_draws_each_row_is_the_problem_at_that_draw():
    from deterrence.oped.talks_draws import draw_talks

    scenario = dt.arrangement("us_dec25")
    told = []
    frame = draw_talks(
        scenario, 2, 0, {"delta_month": "0.99"}, points=3, progress=lambda *x: told.append(x)
    )
    assert told == [(1, 2), (2, 2)]
    again = draw_talks(scenario, 1, 0, {"delta_month": "0.99"}, points=3)
    assert again.loc[0].tolist() == frame.loc[0].tolist()
    assert ((frame["settles (none)"] >= 0) & (frame["settles (none)"] <= 1)).all()
    assert (frame["push (guarantee)"] >= -1e-12).all()
    with pytest.raises(InputError, match="seed"):
        draw_talks(scenario, 1, -1)


def test_a_peace_without_a_known_equilibrium_is_said_and_left_out(monkeypatch):
    from deterrence.equilibrium.markov_solution import MarkovSolution
    from deterrence.errors import NoEquilibriumError
    from deterrence.oped import long_run_points
    from deterrence.oped.talks_draws import draw_talks

    def nothing(game, budget, *, mixing=True):
        return MarkovSolution(game, False, False, "none", 0.0, ())

    monkeypatch.setattr(long_run_points, "solve_markov", nothing)
    with pytest.raises(NoEquilibriumError, match=r"balance 0\.5 was found"):
        dt.when_to_talk(dt.arrangement("nato"), points=3)
    assert draw_talks(dt.arrangement("nato"), 2, 0, points=3).empty


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ({"deadlines": (1.5,)}, "deadline = 1.5"),
        ({"deadlines": (6, -1)}, "deadline = -1"),
        ({"deadlines": ()}, "give one or more, in months"),
        ({"deadlines": 5}, "give one or more, in months"),
        ({"points": 200}, "take fewer points"),
    ],
)
def test_nothing_is_solved_before_all_is_checked(monkeypatch, what, said):
    from deterrence.oped import talks

    monkeypatch.setattr(talks, "solve_long_run", None)
    with pytest.raises(InputError, match=said):
        dt.when_to_talk("nato", **what)


def test_an_arrangement_goes_by_its_name():
    one, other = (
        dt.when_to_talk(given, points=2, deadlines=(0,), levels=0, war="absorbing")
        for given in ("nato", dt.arrangement("nato"))
    )
    assert one.grid.equals(other.grid)
    with pytest.raises(InputError, match="is no scenario"):
        dt.when_to_talk(3)


def test_one_offer_alone_is_what_it_is_among_both(found):
    alone = dt.when_to_talk(
        dt.arrangement("us_dec25"),
        points=4,
        deadlines=(0, 6),
        levels=0,
        war="absorbing",
        offers=["guarantee"],
    )
    assert alone.grid["offer"].values.tolist() == ["guarantee"]
    for name in ("settle", "value", "push"):
        assert (alone.grid[name] == found.grid[name].sel(offer=["guarantee"])).all()
    assert alone.region() == found.region()
    assert "none" not in repr(alone)
    with pytest.raises(LabelError, match="guarantee"):
        alone.region("none")


@pytest.mark.parametrize("offers", [(), "guarantee", 3, None])
def test_offers_that_are_none(offers):
    with pytest.raises(InputError, match="one or more of guarantee, none"):
        dt.when_to_talk("oped", offers=offers)


def test_an_unknown_offer():
    with pytest.raises(LabelError, match="guarantee"):
        dt.when_to_talk("oped", offers=["garantee"])
