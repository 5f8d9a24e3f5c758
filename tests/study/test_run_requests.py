"""How a run is asked for: checked before any work, in the same words everywhere."""

import pathlib

import numpy as np
import pytest
import sympy
from scipy.stats import qmc

import deterrence as dt
from deterrence.errors import (
    DeterrenceError,
    FileError,
    InputError,
    LimitError,
    ParameterError,
)
from deterrence.study import run_request
from tests.study.small_games import chicken

AXES = {"prize": [0, 1], "pain": [1]}


def crisis():
    """Chicken with ranges."""
    game = chicken()
    return dt.Game(game.players, game.root, ranges={"prize": (0, 2), "pain": (0, 2)})


CALLS = {
    "sweep": lambda **more: dt.sweep(chicken(), AXES, **more),
    "regimes": lambda **more: dt.sweep(chicken(), AXES, method="regimes", **more),
    "adaptive": lambda **more: dt.adaptive_sweep(
        chicken(), {"prize": (0, 1)}, 4, **{"fixed": {"pain": 1}, **more}
    ),
    "sample": lambda **more: dt.sample(chicken(), {"prize": [0.5], "pain": [1]}, **more),
    "design": lambda **more: dt.design(chicken(), "Russia", **{"over": ["prize"], **more}),
    "shares": lambda **more: dt.shares(crisis(), samples=2, **more),
    "sensitivity": lambda **more: dt.sensitivity(crisis(), "attack", samples=2, **more),
    "flips": lambda **more: dt.flips(
        crisis(), "most attack < 0.5", scan=2, **{"at": {"prize": 1, "pain": 1}, **more}
    ),
    "swings": lambda **more: dt.swings(crisis(), "attack", **more),
    "thresholds": lambda **more: dt.thresholds(
        crisis(), "prize", resolution=4, **{"fixed": {"pain": 1}, **more}
    ),
}
WRONG = [
    ({"jobs": 0}, "jobs = 0"),
    ({"jobs": "two"}, "number of processes"),
    ({"jobs": 1.5}, "number of processes"),
    ({"progress": 5}, "cannot be called"),
    ({"rng": "seed"}, "whole number of at least 0"),
    ({"rng": -1}, "whole number of at least 0"),
    ({"fixed": [("prize", 1)]}, "mapping from name to number"),
    ({"store": 5}, "is no path"),
    ({"over": 5}, "give names, or a mapping from name to"),
    ({"stakes": 5}, "stakes is 5; give names, or a mapping from name to"),
    ({"at": [("prize", 1)]}, "give a mapping from (name|parameter) to number"),
]
TAKES = {
    "sweep": {"jobs", "progress", "fixed", "store"},
    "regimes": {"jobs", "progress", "fixed", "store", "rng"},
    "adaptive": {"jobs", "progress", "fixed", "rng"},
    "sample": {"jobs", "progress", "fixed", "store", "rng"},
    "design": {"jobs", "progress", "fixed", "rng", "over", "stakes"},
    "shares": {"jobs", "progress", "rng", "store", "over"},
    "sensitivity": {"jobs", "progress", "rng", "store", "over"},
    "flips": {"jobs", "progress", "store", "over", "at"},
    "swings": {"jobs", "progress", "over", "at"},
    "thresholds": {"jobs", "progress", "fixed", "rng"},
}
CASES = [(call, more, told) for call in CALLS for more, told in WRONG if set(more) <= TAKES[call]]


@pytest.mark.parametrize(("call", "more", "message"), CASES)
def test_what_cannot_be_done_is_refused(call, more, message):
    with pytest.raises(DeterrenceError, match=message):
        CALLS[call](**more)


def test_all_that_a_call_takes_is_tried():
    for call, takes in TAKES.items():
        assert set().union(*(more for name, more, _ in CASES if name == call)) == takes


HUGE = 2**20
SIZES = {
    "shares": (lambda: dt.shares(crisis(), samples=HUGE), "fewer samples"),
    "uniform": (lambda: dt.shares(crisis(), samples=HUGE, sampler="uniform"), "fewer samples"),
    "sensitivity": (lambda: dt.sensitivity(crisis(), "attack", samples=HUGE), "fewer samples"),
    "regimes": (
        lambda: dt.sensitivity(crisis(), "attack", samples=64 * HUGE, method="regimes"),
        "fewer samples",
    ),
    "flips": (
        lambda: dt.flips(crisis(), "most attack < 0.5", at={"prize": 1, "pain": 1}, scan=HUGE),
        "fewer values",
    ),
    "design": (
        lambda: dt.design(
            crisis(), "Russia", ["prize"], stakes=["pain"], fixed={"pain": 1}, samples=HUGE
        ),
        "at most 10,000 .* Take fewer samples",
    ),
    "robust": (  # few enough draws, but not at a million points of the grid
        lambda: dt.design(
            crisis(), "Russia", ["prize"], stakes=["pain"], robust=True, samples=20, grid=10**6
        ),
        "coarser grid",
    ),
}


@pytest.mark.parametrize("call", SIZES)
def test_what_no_machine_holds_is_refused_before_any_work(call, monkeypatch):
    def works(*given, **more):
        raise AssertionError("work was begun")

    for name in ("ends", "flip_scan", "shares"):
        monkeypatch.setattr(f"deterrence.study.{name}.solve_points", works)
    monkeypatch.setattr(qmc, "Sobol", works)
    ask, advice = SIZES[call]
    with pytest.raises(LimitError, match=advice):
        ask()


def test_the_largest_sizes_are_allowed_still():
    run_request.check_solved(run_request.MOST_SOLVED, "points", "")
    with pytest.raises(LimitError, match="262,145 points; at most 262,144"):
        run_request.check_solved(run_request.MOST_SOLVED + 1, "points", "")


NO_NAMES = {
    "outcome": lambda: dt.sensitivity(crisis(), 5),
    "of": lambda: dt.swings(crisis(), "attack", of=5),
    "classify": lambda: dt.shares(crisis(), classify=5),
    "select": lambda: dt.design(crisis(), "Russia", ["prize"], select=5),
    "name": lambda: dt.thresholds(crisis(), ["prize"], fixed={"pain": 1}),
}


@pytest.mark.parametrize("what", NO_NAMES)
def test_what_is_no_name_is_refused(what):
    with pytest.raises(InputError, match=f"{what} = .*; give (a|the) name"):
        NO_NAMES[what]()


@pytest.mark.parametrize("call", [dt.shares, lambda game: dt.thresholds(game, "prize")])
def test_what_is_no_game_is_refused(call):
    with pytest.raises(InputError, match="give a Game with formulas"):
        call(5)


def test_an_axis_that_has_no_length_is_refused():
    for given in ((x for x in (0, 1)), np.array(1.0), 1, ()):
        with pytest.raises(ParameterError, match="list of values"):
            dt.sweep(chicken(), {"prize": given, "pain": [1]})


def test_boxes_stay_inside_the_ranges_of_the_game():
    game = chicken()
    bounded = dt.Game(game.players, game.root, ranges={"prize": (0, 1), "pain": (0, 1)})
    with pytest.raises(ParameterError, match="beyond what the game allows"):
        dt.adaptive_sweep(bounded, {"prize": (0, 2)}, 4, fixed={"pain": 1})


def test_a_requirement_is_a_mapping():
    with pytest.raises(ParameterError, match="at_most is"):
        dt.design(chicken(), "Russia", ["prize"], at_most=["attack"])


def test_a_bound_on_an_event_is_a_probability():
    with pytest.raises(InputError, match="give a probability"):
        dt.design(chicken(), "Russia", ["prize"], at_most={"attack": 2})


# -- stores ----------------------------------------------------------------------------------


def attacker():
    """One player and no chance: nothing of the game itself tells one order of axes from another."""
    prize, pain = sympy.symbols("prize pain")
    attack = dt.Outcome({"Russia": prize - 2 * pain}, ["attack"])
    return dt.Game(
        ["Russia"], dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})})
    )


LINE = [k / 10 + 0.03 for k in range(11)]


def mapped(names, path):
    return dt.sweep(
        attacker(), dict.fromkeys(names, LINE), method="regimes", store=path, audit=20, jobs=1
    )


def test_a_store_does_not_serve_the_same_axes_in_another_order(tmp_path):
    # by hand: an attack where the prize exceeds twice the pain
    grid = mapped(("prize", "pain"), tmp_path / "one")
    with pytest.raises(FileError, match="another map"):
        mapped(("pain", "prize"), tmp_path / "one")
    other = mapped(("pain", "prize"), tmp_path / "two")
    for found in (grid, other):
        attacks = found.most.sel(outcome="attack").transpose("prize", "pain").values == 1
        assert (attacks == (np.array(LINE)[:, None] > 2 * np.array(LINE)[None, :])).all()


def test_a_damaged_chunk_is_named_with_what_to_do(tmp_path):
    mapped(("prize", "pain"), tmp_path)
    (chunk, *_) = sorted(pathlib.Path(tmp_path).glob("*/*.npz"))
    chunk.write_bytes(chunk.read_bytes()[:100])
    with pytest.raises(FileError, match="Delete that file"):
        mapped(("prize", "pain"), tmp_path)


def test_nobody_is_told_to_delete_a_file_that_is_no_store(tmp_path):
    notes = tmp_path / "notes.txt"
    notes.write_text("dear diary\n")
    with pytest.raises(FileError, match="give another path"):
        dt.sweep(chicken(), AXES, store=notes, jobs=1)
    assert notes.read_text() == "dear diary\n"


# -- tied names ------------------------------------------------------------------------------


def test_a_tied_name_that_is_fixed_leaves_a_member_free():
    one, two = sympy.symbols("one two")
    attack = dt.Outcome({"Russia": 1 - one - two, "Us": -one}, ["attack"])
    game = dt.Game(
        ["Russia", "Us"],
        dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0, "Us": -one})}),
        ranges={"one": (0, 1), "two": (0, 1)},
        tied={"both": ("one", "two")},
    )
    # by hand: with two = 1/2 Russia attacks where one < 1/2, so that the best is to stand there
    goal = {"attack": -1, "Us": "0.1"}
    found = dt.design(game, goal, ["one"], fixed={"both": "0.5"}, select="best", jobs=1)
    assert found.best.instruments["one"] == pytest.approx(0.5, abs=1e-6)
    assert found.best.value == pytest.approx(-0.05, abs=1e-9)
    boxes = dt.adaptive_sweep(game, {"one": (0, 1)}, 64, fixed={"both": "0.5"}, jobs=1)
    border = boxes.isel(box=boxes.border.values)
    assert border.lower.min().item() <= 0.5 <= border.upper.max().item()
    assert dt.adaptive_sweep(game, {"one": (0, 1)}, 4, fixed={"both": "0.2"}, jobs=1).box.size


def test_a_cost_without_a_value_is_never_taken(recwarn):
    strength = sympy.Symbol("strength")
    alone = dt.Move("Us", (), {"only": dt.Outcome({"Us": strength})})
    game = dt.Game(["Us"], alone, ranges={"strength": (0, 1)})
    found = dt.design(game, "Us", ["strength"], cost=sympy.log(strength), select="best", jobs=1)
    assert np.isfinite(found.best.value)
    assert not [w for w in recwarn if issubclass(w.category, RuntimeWarning)]
