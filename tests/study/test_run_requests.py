"""How a run is asked for: checked before any work, in the same words everywhere."""

import pathlib

import numpy as np
import pytest
import sympy

import deterrence as dt
from deterrence.errors import DeterrenceError, FileError, InputError, ParameterError
from tests.study.small_games import chicken

AXES = {"prize": [0, 1], "pain": [1]}
CALLS = {
    "sweep": lambda **more: dt.sweep(chicken(), AXES, **more),
    "regimes": lambda **more: dt.sweep(chicken(), AXES, method="regimes", **more),
    "adaptive": lambda **more: dt.adaptive_sweep(
        chicken(), {"prize": (0, 1)}, 4, **{"fixed": {"pain": 1}, **more}
    ),
    "sample": lambda **more: dt.sample(chicken(), {"prize": [0.5], "pain": [1]}, **more),
    "design": lambda **more: dt.design(chicken(), "Russia", ["prize"], **more),
    "shares": lambda **more: dt.shares(chicken(), samples=2, **more),
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
]
TAKES = {
    "sweep": {"jobs", "progress", "fixed", "store"},
    "regimes": {"jobs", "progress", "fixed", "store", "rng"},
    "adaptive": {"jobs", "fixed", "rng"},
    "sample": {"jobs", "progress", "fixed", "store", "rng"},
    "design": {"jobs", "progress", "fixed", "rng"},
    "shares": {"jobs", "progress", "rng", "store"},
}


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(("more", "message"), WRONG)
def test_what_cannot_be_done_is_refused(call, more, message):
    if not set(more) <= TAKES[call]:
        return
    with pytest.raises(DeterrenceError, match=message):
        CALLS[call](**more)


def test_an_axis_that_has_no_length_is_refused():
    with pytest.raises(ParameterError, match="list of values"):
        dt.sweep(chicken(), {"prize": (x for x in (0, 1)), "pain": [1]})


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
