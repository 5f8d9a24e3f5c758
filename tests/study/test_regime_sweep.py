"""Sweeps by regimes against complete solutions of every point."""

import json
import os
import subprocess
import sys
import textwrap
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
import xarray as xr

import deterrence as dt
from deterrence.errors import FileError, InputError, LabelError, LimitError
from deterrence.guarantee.parameters import defaults
from deterrence.study import learning, mesh, regime_sweep
from tests.study.small_games import chicken, fragile, lottery, pay

ROOT = Path(__file__).resolve().parents[2]


def tenths(low, high, count=11):
    return [Fraction(low) + Fraction(high - low) * k / (count - 1) for k in range(count)]


def assert_same(by_regimes, by_points):
    np.testing.assert_allclose(by_regimes["least"], by_points["least"], rtol=0, atol=1e-9)
    np.testing.assert_allclose(by_regimes["most"], by_points["most"], rtol=0, atol=1e-9)
    assert (by_regimes["regime"] == by_points["regime"]).all()
    assert (by_regimes["regimes"] == by_points["regimes"]).all()


def both(game, axes, **more):
    one = dt.sweep(game, axes, method="regimes", audit=40, jobs=1, **more)
    return one, dt.sweep(game, axes, method="points", jobs=1, **more)


def test_every_point_is_as_when_it_is_solved_alone_on_borders_and_corners_too():
    # prize 0 and pain 0 are ties inside and at the end of the ranges
    one, two = both(chicken(), {"prize": tenths(-1, 2, 13), "pain": tenths(0, 2)})
    assert_same(one, two)
    assert one.attrs["missed"] == 0
    assert len(np.unique(two["regime"])) > 3


def test_points_where_branches_are_impossible_have_a_tree_of_their_own():
    one, two = both(lottery(), {"luck": tenths(0, 1)})
    assert_same(one, two)
    certain = one.sel(luck=0)
    assert certain["most"].sel(outcome="loss").item() == 0


def test_an_event_called_like_a_player_is_no_payoff():
    prize = sympy.Symbol("prize")
    root = dt.Move("Russia", (), {"go": pay(prize, -3, "Russia"), "stay": pay(0, 0)})
    game = dt.Game(("Russia", "Guarantor"), root)
    one, two = both(game, {"prize": [Fraction(-1), Fraction(1)]})
    assert_same(one, two)
    assert one["most"].sel(outcome="Russia").values.tolist() == [0, 1]  # the payoff
    assert one["most"].sel(outcome="Russia (event)").values.tolist() == [0, 1]
    assert one["most"].sel(outcome="Guarantor").values.tolist() == [0, -3]
    assert one["regime"].values.tolist() == ["no event", "Russia"]


def test_a_point_without_a_value_stays_empty():
    one, two = both(fragile(), {"prize": tenths(0, 2)})
    assert_same(one, two)
    assert one["regime"].sel(prize=1).item() == ""
    assert np.isnan(one["most"].sel(prize=1, outcome="Russia"))


def test_the_crisis_with_private_types_over_its_tied_ambiguity():
    game = dt.guarantee_game(["types", "challenge", "finding", "response"])
    values = {name: value for name, value in defaults().items() if name in game.ranges}
    axes = {"strength": tenths(0, 1, 9), "ambiguity": tenths(0, 1, 9)}
    one, two = both(game, axes, fixed=values, classify=["attack", "force"])
    assert_same(one, two)
    assert len(np.unique(two["regime"])) > 3


def test_public_choices_above_independent_parts():
    game = dt.guarantee_game(["types", "preparation", "challenge", "finding", "response"])
    values = {name: value for name, value in defaults().items() if name in game.ranges}
    axes = {"strength": tenths(0, 1, 6), "c_d": ["0.011", "0.05", "0.149"]}
    one, two = both(game, axes, fixed=values)
    assert_same(one, two)
    assert len(np.unique(two["regime"])) > 3


def random_game(seed):
    """A signalling tree whose payoffs are random and linear in two parameters."""
    rng = np.random.default_rng(seed)
    x, y = sympy.symbols("x y")

    def number():
        a, b, c = (int(k) for k in rng.integers(-5, 6, 3))
        return a + b * x + c * y

    def answered(kind, sent):
        choices = {a: pay(number(), number(), a, sent) for a in ("yield", "fight")}
        return dt.Move("Guarantor", (sent,), choices)

    def sender(kind):
        choices = {s: answered(kind, s) for s in ("threaten", "wait")}
        return dt.Move("Russia", (kind,), choices)

    root = dt.Chance({"bold": ("1/3", sender("bold")), "meek": ("2/3", sender("meek"))})
    return dt.Game(("Russia", "Guarantor"), root, ranges={"x": (-1, 1), "y": (-1, 1)})


@pytest.mark.parametrize("seed", range(3))
def test_random_signalling_games(seed):
    # away from round numbers, at which random integers tie
    steps = [Fraction(2 * k - 15, 15) + Fraction(1, 97) for k in range(15)]
    axes = {"x": steps, "y": steps}
    one = dt.sweep(random_game(seed), axes, method="regimes", audit=225, jobs=1)
    assert_same(one, dt.sweep(random_game(seed), axes, method="points", jobs=1))
    assert one.attrs["missed"] == 0


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3, 60))
def test_more_random_signalling_games(seed):
    test_random_signalling_games(seed)


# --- what the data set says ----------------------------------------------------------------------


def test_each_play_is_told_in_words_and_where_it_exists():
    axes = {"prize": tenths(-1, 2, 13)}
    grid = dt.sweep(chicken(), axes, fixed={"pain": 1}, method="regimes", jobs=1)
    assert grid["exists"].dims == ("play", "prize")
    taken = grid["exists"].sel(play="Russia: attack; Guarantor: nothing")
    assert taken.values.tolist() == [prize >= 0 for prize in grid["prize"].values]
    mixed = grid["exists"].sel(play="Russia: attack or refrain; Guarantor: force or nothing")
    assert mixed.values.tolist() == taken.values.tolist()
    assert (grid["plays"] == grid["exists"].sum("play")).all()


def test_many_points_go_by_regimes_unless_asked_otherwise():
    axes = {"prize": tenths(-1, 2, 61), "pain": tenths(0, 2, 41)}
    grid = dt.sweep(chicken(), axes, jobs=1, audit=10)
    assert "by regimes" in grid.attrs["computed"]
    assert "complete" not in grid
    assert grid.attrs["audited"] == 10
    few = dt.sweep(chicken(), {"prize": [0, 1]}, fixed={"pain": 1}, jobs=1)
    assert few["complete"].all()


@pytest.mark.parametrize(
    ("missed", "points", "bound"), [(0, 100, 1 - 0.05 ** (1 / 100)), (3, 3, 1.0), (0, 1, 0.95)]
)
def test_what_an_audit_bounds(missed, points, bound):
    # none of n missed: the share p with (1 - p) ** n = 0.05
    assert regime_sweep.Audit(points, missed, 0, 0).bound == pytest.approx(bound)


def test_what_learning_lost_is_found_by_the_audit_and_repaired(monkeypatch):
    whole = learning.Learning.run
    lost = []

    def forgetful(self):
        found = whole(self)
        for sheet in self.atlas.sheets.values():
            for chart in sheet.charts:
                drop = chart.cells[0][0] if len(chart.names) > 2 else None
                lost.append(drop)
                chart.cells = [cell for cell in chart.cells if cell[0] != drop]
                chart._programs.clear()
        return found

    monkeypatch.setattr(learning.Learning, "run", forgetful)
    axes = {"prize": tenths(-1, 2, 13), "pain": tenths(0, 2)}
    grid = dt.sweep(chicken(), axes, method="regimes", audit=60, jobs=1)
    assert any(lost)
    monkeypatch.undo()
    assert_same(grid, dt.sweep(chicken(), axes, method="points", jobs=1))


def test_a_miss_that_cannot_be_repaired_is_reported(monkeypatch):
    monkeypatch.setattr(learning.Learning, "ask", lambda self, where: 0)
    monkeypatch.setattr(learning.Learning, "run", lambda self: None)
    monkeypatch.setattr(regime_sweep, "MOST_EDGES", 0)
    one = {"prize": [Fraction(1, 3)], "pain": [Fraction(1, 3)]}
    monkeypatch.setattr(regime_sweep._Mapping, "_evaluated", lambda self, places: _nothing(self))
    grid = dt.sweep(chicken(), one, method="regimes", audit=1, jobs=1)
    assert grid.attrs["missed"] == 1
    assert grid.attrs["share_wrong_at_most"] == 1
    assert "1 points without any play" in grid.attrs["audit"]


def _nothing(mapping):
    from deterrence.study.mapping import Grid

    return Grid.empty(mapping.mesh.shape, 4)


# --- many processes, stopped runs ----------------------------------------------------------------

AXES = {"prize": tenths(-1, 2, 31), "pain": tenths(0, 2, 31)}


def test_the_same_bit_for_bit_on_any_number_of_processes(monkeypatch):
    monkeypatch.setattr(mesh, "CHUNK", 100)
    one = dt.sweep(chicken(), AXES, method="regimes", audit=20, jobs=1)
    two = dt.sweep(chicken(), AXES, method="regimes", audit=20, jobs=2)
    xr.testing.assert_identical(one, two)


def test_a_stopped_run_keeps_its_chunks_and_goes_on(monkeypatch, tmp_path):
    monkeypatch.setattr(mesh, "CHUNK", 100)
    store = tmp_path / "map"
    seen = []

    def stop(done, total):
        seen.append(done)
        if done > total / 2:
            raise KeyboardInterrupt

    def sweep(progress):
        return dt.sweep(
            chicken(), AXES, method="regimes", audit=5, jobs=1, store=store, progress=progress
        )

    with pytest.raises(KeyboardInterrupt):
        sweep(stop)
    kept = len(list(store.glob("*/*.npz")))
    assert kept == len(seen) - 1 > 3
    evaluated = []
    again = sweep(lambda done, total: evaluated.append(done))
    assert evaluated[1] > sum(evaluated[:1]) + 100  # the first news is of what was kept and more
    xr.testing.assert_identical(again, dt.sweep(chicken(), AXES, method="regimes", audit=5, jobs=1))
    with pytest.raises(FileError, match="another map"):
        dt.sweep(chicken(), AXES, method="regimes", audit=6, jobs=1, store=store)


def test_a_killed_run_goes_on(tmp_path):
    script = tmp_path / "run.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys
            from fractions import Fraction
            import deterrence as dt
            from deterrence.study import mesh
            from tests.study.small_games import chicken

            mesh.CHUNK = 100
            axes = {{"prize": [Fraction(k, 10) - 1 for k in range(31)],
                    "pain": [Fraction(k, 15) for k in range(31)]}}

            def tell(done, total):
                print(done, flush=True)
                if done > 300 and "slow" in sys.argv:
                    import time; time.sleep(60)

            grid = dt.sweep(chicken(), axes, method="regimes", audit=5, jobs=1,
                            store={str(tmp_path / "map")!r}, progress=tell)
            print(float(grid["most"].sum()))
            """
        )
    )
    command = [sys.executable, str(script)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [*command, "slow"], stdout=subprocess.PIPE, text=True, env=environment
    ) as run:
        while int(run.stdout.readline()) <= 300:
            pass
        run.kill()
    kept = {file: file.stat().st_mtime_ns for file in tmp_path.glob("map/*/*.npz")}
    assert len(kept) >= 3
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert all(file.stat().st_mtime_ns == when for file, when in kept.items())
    total = float(dt.sweep(chicken(), AXES, method="regimes", audit=5, jobs=1)["most"].sum())
    assert float(done.stdout.split()[-1]) == total


def test_a_store_of_something_else_is_refused(tmp_path):
    file = tmp_path / "file"
    file.write_text("a")
    with pytest.raises(FileError, match="is a file"):
        dt.sweep(chicken(), AXES, method="regimes", store=file)
    with pytest.raises(FileError, match="something else"):
        dt.sweep(chicken(), AXES, method="regimes", store=tmp_path)
    broken = tmp_path / "map"
    dt.sweep(chicken(), AXES, method="regimes", audit=5, jobs=1, store=broken)
    next(broken.glob("*/*.npz")).write_bytes(b"nothing")
    with pytest.raises(FileError, match="not what this package wrote"):
        dt.sweep(chicken(), AXES, method="regimes", audit=5, jobs=1, store=broken)


def test_bad_requests():
    with pytest.raises(LabelError, match="regimes"):
        dt.sweep(chicken(), AXES, method="regime")
    with pytest.raises(InputError, match="audit"):
        dt.sweep(chicken(), AXES, method="regimes", audit=0)
    with pytest.raises(InputError, match="sequential"):
        dt.sweep(chicken(), AXES, "quantal", method="regimes")


def test_a_data_set_that_fills_the_memory_is_refused_before_any_work():
    steps = [Fraction(k, 7000) for k in range(7000)]
    with pytest.raises(LimitError, match="adaptive_sweep"):
        dt.sweep(chicken(), {"prize": steps, "pain": steps}, progress=lambda done, total: 1 / 0)


def test_attributes_fit_every_file_format():
    grid = dt.sweep(chicken(), {"prize": [0, 1]}, fixed={"pain": 1}, method="regimes", jobs=1)
    assert all(isinstance(value, (str, int, float)) for value in grid.attrs.values())
    assert json.loads(grid.attrs["fixed"]) == {"pain": "1"}


def split(p, q):
    """Chance calls one kind with p, another with q, and nobody with the rest; only q attacks."""

    def kind(name, gain):
        return dt.Move("Russia", (name,), {"attack": pay(gain, 0, "attack"), "refrain": pay(0, 0)})

    calm = (1 - p - q, pay(0, 0))
    chances = {"one": (p, kind("one", -1)), "two": (q, kind("two", 1)), "none": calm}
    return dt.Game(["Russia", "Guarantor"], dt.Chance(chances), ranges={"p": (0, 1), "q": (0, 1)})


def test_where_chances_exceed_one_there_is_no_game():
    game = split(*sympy.symbols("p q"))
    values = [Fraction(k, 10) for k in range(11)]  # on p + q = 1 floats miss it either way
    one, two = both(game, {"p": values, "q": values})
    assert_same(one, two)
    p, q = np.meshgrid(range(11), range(11), indexing="ij")
    attacks = np.where(p + q <= 10, q / 10, np.nan)  # by hand
    np.testing.assert_allclose(one["most"].sel(outcome="attack"), attacks, atol=1e-12)
    boxes = dt.adaptive_sweep(game, {"p": (0, 1), "q": (0, 1)}, 16, audit=40, jobs=1)
    assert boxes.attrs["missed"] == 0
    far = boxes.lower.values.sum(axis=1) > 1.2
    assert np.isnan(boxes["most"].values[far]).all()
    best = dt.design(game, {"attack": 1}, ["p", "q"], jobs=1, audit=2).best
    assert best.value == pytest.approx(1)
    assert best.instruments["q"] == pytest.approx(1)


def test_a_branch_that_one_player_alone_thinks_impossible_is_no_game():
    p = sympy.Symbol("p")
    attack = dt.Move("Russia", (), {"attack": pay(1, 0, "attack"), "refrain": pay(0, 0)})
    chance = dt.Chance(
        {
            "a": ({"Russia": p, "Guarantor": "1/2"}, attack),
            "b": ({"Russia": 1 - p, "Guarantor": "1/2"}, pay(0, 0)),
        }
    )
    one, two = both(dt.Game(["Russia", "Guarantor"], chance), {"p": tenths(0, 1)})
    assert_same(one, two)
    assert [bool(x) for x in one["regime"] == ""] == [True] + [False] * 9 + [True]
