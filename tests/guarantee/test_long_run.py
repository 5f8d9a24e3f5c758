from fractions import Fraction

import numpy as np
import pytest

import deterrence as dt
from deterrence.equilibrium.markov import solve_markov
from deterrence.errors import InputError, LabelError, ParameterError
from deterrence.guarantee.longrun import OVER, Year, long_run_game
from deterrence.guarantee.longrun_parameters import LONG_RUN, expiry, long_run_defaults
from deterrence.guarantee.scenario import Sourced
from deterrence.oped.draws import draw_stakes, draw_within
from tests.oracles import long_run_stopping


def drawn(seed):
    """Give every parameter of the long run at a drawn point, instruments too."""
    generator = np.random.default_rng(seed)
    ours = [p for p in LONG_RUN.values() if p.name != "kept"]
    (years,) = draw_within(ours, 1, generator)
    (stakes,) = draw_stakes(1, generator)
    names = ("strength", "trigger_ambiguity", "response_ambiguity", "automaticity", "presence")
    tools = {name: Fraction(f"{generator.random():.6f}") for name in names}
    return long_run_defaults() | stakes | years | tools


@pytest.mark.parametrize("seed", range(12))
def test_where_wars_do_not_end_russia_stops_as_value_iteration_says(seed):
    values = drawn(seed)
    russia, levels = ("revisionist", "security")[seed % 2], seed % 4
    game = long_run_game(levels=levels, russia=russia, war="absorbing").at(values)
    solution = dt.solve(game)
    assert solution.complete
    (e,) = solution
    x = {name: float(value) for name, value in values.items()}
    curve, worth = long_run_stopping.survival(x, russia, levels, 12)
    assert e.survival("attack", 12) == pytest.approx(curve, abs=1e-9)
    assert float(e.payoffs["Russia"]) == pytest.approx(worth, abs=1e-9)


def test_the_drawn_points_differ_in_what_happens():
    curves = set()
    for seed in (1, 3, 4, 10):
        x = {name: float(value) for name, value in drawn(seed).items()}
        russia, levels = ("revisionist", "security")[seed % 2], seed % 4
        curves.add(round(long_run_stopping.survival(x, russia, levels, 12)[0][-1], 3))
    assert {0.0, 1.0} < curves  # at once, never, and sometimes


def payoffs(solution):
    return sorted(tuple(round(float(x), 9) for x in e.payoffs.values()) for e in solution)


def test_a_word_that_costs_as_much_as_before_leaves_no_trace():
    values = long_run_defaults(dt.arrangement("nato")) | {"spent": 0}
    with_past = solve_markov(long_run_game(levels=1).at(values), mixing=False)
    without = solve_markov(long_run_game(levels=1, reputation=False).at(values), mixing=False)
    assert set(payoffs(without)) <= set(payoffs(with_past))


def test_rebuilding_that_adds_nothing_is_no_rebuilding():
    values = long_run_defaults(dt.arrangement("bilateral")) | {"recon": 0}
    some = solve_markov(long_run_game(levels=2).at(values), mixing=False)
    none = solve_markov(long_run_game(levels=0).at(values), mixing=False)
    assert payoffs(some) == payoffs(none)


def test_a_peace_that_nobody_breaks_costs_presence_once():
    values = long_run_defaults(dt.arrangement("nato"))
    found = solve_markov(long_run_game().at(values), mixing=False)
    peaceful = [e for e in found if e.survival("attack", 50)[-1] == 1]
    # the one-crisis cost of presence, Ukraine's of its defence, and nothing for Russia
    (e,) = peaceful
    assert float(e.payoffs["Guarantor"]) == pytest.approx(-0.05 * 0.7, abs=1e-12)
    assert float(e.payoffs["Ukraine"]) == pytest.approx(-0.05, abs=1e-12)
    assert e.payoffs["Russia"] == 0


@pytest.mark.parametrize("response", ["nothing", "aid", "force"])
def test_what_russia_holds_by_the_settlement_is_no_longer_at_stake(response):
    x = long_run_defaults(dt.arrangement("nato")) | {"kept": Fraction(3, 10)}
    x |= {"trigger_ambiguity": Fraction(9, 10)}  # so that an attack may be found not covered
    game = long_run_game(levels=2, war="absorbing").at(x)
    s = game.stages.structure
    start = str(Year(False, 1, "alive", "resolved", "kept"))
    node = s.histories.index((start, "attack", "not covered", response))
    paid = [game.stages.numbers[k] for k in s.payoffs[node]]
    sent = {"nothing": 0, "aid": x["m_aid"], "force": x["m_aid"] + x["m_force"]}[response]
    own = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
    russian = 1 + x["recon"] / 2
    lost = russian / (russian + own + sent) * Fraction(7, 10)
    spend = {"nothing": 0, "aid": x["k_A"], "force": x["k_resolved"]}[response]
    cost = {"nothing": 0, "aid": x["c_A"], "force": x["c_F"]}[response]
    upkeep = (1 - x["delta_G"]) * x["c_pi"] * x["presence"]
    assert paid == [
        -(x["v"] + x["y"] * x["presence"]) * lost - spend - upkeep,
        -lost - x["c_U"] - (1 - x["delta_U"]) * x["c_d"],
        x["b_revisionist"] * lost - x["c_0"] - cost,
    ]


def test_years_are_states_and_their_text_says_what_all_know():
    game = long_run_game(levels=1)
    year = Year(False, 0, "alive", "resolved", "kept")
    assert str(year) == "peace, level 0, guarantee alive, resolved, word kept"
    assert str(year) in game.states
    assert OVER in game.states
    # peace: 2 levels, war; alive with the word kept or broken, or expired; 2 governments; the end
    assert len(game) == (2 + 1) * 3 * 2 + 1
    assert set(game.events) >= {"attack", "force", "abandonment", "shortfall"}
    phi = game.start[str(year)]
    assert str(phi) == "phi"


def test_ukraine_chooses_its_defence_where_it_may():
    values = long_run_defaults(dt.arrangement("ksc"))
    sets = long_run_game(levels=0, defence=True).at(values).stages.information_sets
    assert {s.player for s in sets} == {"Guarantor", "Ukraine", "Russia"}
    assert ("keep",) in {s.knows[1] for s in sets if s.player == "Russia"}
    solution = solve_markov(long_run_game(levels=0, defence=True).at(values), mixing=False)
    assert solution.pure_complete
    assert len(solution) >= 1


def test_a_covered_attack_met_with_nothing_breaks_the_word():
    values = long_run_defaults(dt.arrangement("nato"))
    game = long_run_game(levels=0).at(values)
    s = game.stages.structure
    kept = str(Year(False, 0, "alive", "resolved", "kept"))
    for node, kind in enumerate(s.kind):
        history = s.history(node)
        if kind == "outcome" and history[:3] == (kept, "attack", "covered"):
            steps = {str(game.states[n]): p for n, p in game.transitions(node).items() if p}
            broken = sum(p for state, p in steps.items() if "broken" in state)
            share = broken / (1 - steps[OVER])
            owed = {"nothing": 1, "aid": 1 - values["response_ambiguity"], "force": 0}
            assert share == owed[history[3]] * (1 - values["h_end"])


def test_a_guarantee_that_never_comes_is_none():
    values = long_run_defaults(dt.arrangement("nato"))
    bare = values | {"strength": 0, "presence": 0, "automaticity": 0, "h_end": 0}
    waiting = long_run_game(levels=1, window=True).at(values | {"h_start": 0, "spent": 0})
    assert "peace, level 0, guarantee to come, resolved" in waiting.states
    none = long_run_game(levels=1, reputation=False).at(bare)
    one, other = (solve_markov(game, mixing=False) for game in (waiting, none))
    assert set(payoffs(other)) == set(payoffs(one))


def test_a_guarantee_that_comes_for_sure_begins_after_a_year():
    values = long_run_defaults(dt.arrangement("nato")) | {"h_start": 1}
    game = long_run_game(levels=0, war="absorbing", window=True).at(values)
    (e,) = dt.solve(game)
    path = e.path(1)
    to_come = [name for name in path.columns if "to come" in name]
    assert path.loc[0, to_come].sum() == pytest.approx(1)
    assert path.loc[1, to_come].sum() == pytest.approx(0)


def test_durations_become_yearly_hazards():
    def named(**facts):
        scenario = dt.arrangement("nato")
        return type(scenario)(
            **{
                name: getattr(scenario, name)
                for name in ("id", "label", "summary", "codings", "instruments", "stakes")
            },
            facts={n: Sourced(v, "judgement") for n, v in facts.items()},
        )

    assert expiry(named(duration_y=Fraction(20))) == Fraction(1, 20)
    assert expiry(named(duration_y="decades")) == Fraction(1, 25)
    assert expiry(named()) == Fraction(1, 10)
    assert expiry(dt.arrangement("nato")) == 0
    assert expiry(dt.arrangement("adhoc")) == Fraction(1, 10)  # open, but binds nobody
    for wrong in ("a while", Fraction(0)):
        with pytest.raises(InputError, match="duration"):
            expiry(named(duration_y=wrong))
    assert all(0 <= expiry(s) <= 1 for s in dt.arrangements().values())


def test_the_table_of_stakes_holds_its_ranges():
    frame = dt.long_run_parameters()
    assert list(frame.index) == list(LONG_RUN)
    assert (frame["low"] <= frame["default"]).all()
    assert (frame["default"] <= frame["high"]).all()
    with pytest.raises(ParameterError, match="recon"):
        long_run_game(levels=1).at(recon=-1)


def test_wrong_options_are_refused_with_advice():
    with pytest.raises(InputError, match="levels"):
        long_run_game(levels=-1)
    with pytest.raises(LabelError, match="revisionist"):
        long_run_game(russia="revisionst")
    with pytest.raises(LabelError, match="absorbing"):
        long_run_game(war="for ever")
