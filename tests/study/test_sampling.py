"""Samples by regimes against complete solutions of every point."""

import dataclasses
import os
import signal
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import FileError, InputError, LabelError, ParameterError
from deterrence.study import sample_learning, sampling
from deterrence.study.sampling import Sampling
from deterrence.study.working import solve_point
from tests.games.random_trees import PLAYERS, own_odds, trees
from tests.study.small_games import chicken, fragile, lottery, pay, signalling

ROOT = Path(__file__).resolve().parents[2]
prize, pain, luck, x, y = sympy.symbols("prize pain luck x y")


def sampled(whole, after, chooser, points, *, seed=0, jobs=1, store=None):
    rng = np.random.default_rng(seed)
    return Sampling(whole, after, chooser, points, rng=rng, jobs=jobs, store=store)


def alone(game, points, **more):
    return sampled(game, {"": game}, game.players[0], points, **more)


def truth(sampling, sample):
    """Every point by `dt.solve`; the least and the most of every outcome, and whether complete."""
    results = [solve_point(sampling.whole, None, sampling.point(n)) for n in range(len(sampling))]
    rows = [
        [[end.get(name, np.nan) for name in sample.outcomes] for end in (r.least, r.most)]
        for r in results
    ]
    return np.array(rows), np.array([r.complete for r in results])


def assert_true(sampling, sample):
    ends, complete = truth(sampling, sample)
    assert complete[sample.known].all()
    np.testing.assert_allclose(sample.least, ends[:, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(sample.most, ends[:, 1], rtol=0, atol=1e-9)


def cloud(count, seed=0, **ranges):
    rng = np.random.default_rng(seed)
    return {name: rng.uniform(*ends, count) for name, ends in ranges.items()}


# --- a public choice above games of one shape ----------------------------------------------------


def column(way, seen=()):
    """A bold or meek Russia threatens or waits, the guarantor answers; one type may be impossible.

    What is known beside what everybody saw of Ukraine, `seen`, is the same after both its actions.
    """
    arms = {"arm": 1, "wait": 0}[way]

    def answered(sent, bold):
        loss = ("attack", "loss") if bold else ("attack",)
        fight = pay3(bold - pain - arms, prize / 2 - arms, -pain, "attack")
        give = pay3(prize - arms * bold, -1 + arms * pain / 2, -2 + arms, *loss)
        calm = {"fight": pay3(-1, -pain, 0), "yield": pay3(0, arms - pain / 2, pain - arms)}
        choices = {"fight": fight, "yield": give} if sent == "threaten" else calm
        return dt.Move("Guarantor", (*seen, sent), choices)

    def sender(kind, bold):
        sent = {s: answered(s, bold) for s in ("threaten", "wait")}
        return dt.Move("Russia", (*seen, kind), sent)

    return dt.Chance({"bold": (luck, sender("bold", 1)), "meek": (1 - luck, sender("meek", 0))})


def pay3(russia, guarantor, ukraine, *events):
    return dt.Outcome({"Russia": russia, "Guarantor": guarantor, "Ukraine": ukraine}, events)


THREE = ("Russia", "Guarantor", "Ukraine")
RANGES = {"prize": (-1, 2), "pain": (0, 2), "luck": (0, 1)}


def armed():
    """Ukraine arms or waits, seen by all, and then the others play."""
    root = dt.Move("Ukraine", (), {way: column(way, (way,)) for way in ("arm", "wait")})
    return dt.Game(THREE, root, ranges=RANGES)


def after_arming():
    return {way: dt.Game(THREE, column(way), ranges=RANGES) for way in ("arm", "wait")}


def corners_and_more(count=20):
    """Points inside, at every corner of the ranges and on their sides."""
    inside = np.column_stack(list(cloud(count, prize=(-1, 2), pain=(0, 2), luck=(0, 1)).values()))
    corners = np.array(np.meshgrid([-1, 0, 2], [0, 1, 2], [0, 1])).reshape(3, -1).T
    sides = inside[:6].copy()
    sides[:3, 2], sides[3:, 2] = 0, 1
    return dict(zip(RANGES, np.vstack([inside, corners, sides]).T, strict=True))


def test_a_public_choice_inside_ranges_at_their_ends_and_where_branches_are_impossible():
    one = sampled(armed(), after_arming(), "Ukraine", corners_and_more())
    assert len(set(one.strata.tolist())) == 3  # luck inside, at 0 and at 1
    one.learn(400)
    raw = one.evaluate()
    assert raw.edge.any()  # at corners there are ties
    clear = ~raw.edge & raw.known
    assert clear.sum() > 15
    ends, _ = truth(one, raw)
    np.testing.assert_allclose(raw.least[clear], ends[clear, 0], rtol=0, atol=1e-9)
    np.testing.assert_allclose(raw.most[clear], ends[clear, 1], rtol=0, atol=1e-9)
    settled = one.settle(raw)
    assert_true(one, settled)
    assert not settled.edge.any()
    assert (settled.alone == raw.edge | ~raw.known).all()
    assert settled.unknown == 0
    audited, wrong = one.audit(settled, 1000)
    assert wrong == []
    assert audited.audit.points == len(one) - settled.alone.sum()  # those solved alone are exact
    assert audited.audit.missed == 0
    assert "audited" in audited.status


def test_at_most_so_many_points_are_settled():
    one = sampled(armed(), after_arming(), "Ukraine", corners_and_more())
    one.learn(400)
    raw = one.evaluate()
    some = one.settle(raw, 3)
    assert some.alone.sum() == 3
    assert some.edge.sum() + some.unknown == raw.edge.sum() + raw.unknown - 3


def at_once(worth, prize_now):
    """Chicken between Russia and the guarantor, of whatever worth to Ukraine."""

    def answer(knows, force, nothing):
        return dt.Move("Guarantor", knows, {"force": force, "nothing": nothing})

    def after(knows):
        attack = answer(knows, pay3(-pain, -1 - pain, worth), pay3(prize_now, -1, worth))
        refrain = answer(knows, pay3(0, "1/4", worth), pay3(0, 0, worth))
        return dt.Move("Russia", knows, {"attack": attack, "refrain": refrain})

    return after


def test_what_hangs_in_the_balance_after_an_action_that_nobody_takes_is_told():
    ways = {"arm": at_once(5, prize + 1), "wait": at_once(0, prize)}
    root = dt.Move("Ukraine", (), {way: after((way,)) for way, after in ways.items()})
    after = {way: dt.Game(THREE, below(()), ranges=RANGES) for way, below in ways.items()}
    whole = dt.Game(THREE, root, ranges=RANGES)
    # at a prize of 0 Russia is indifferent where Ukraine waits, which is never worth it
    one = sampled(whole, after, "Ukraine", {"prize": [0.5, 0, 0.7], "pain": [0.5, 0.5, 1]})
    one.learn(100)
    assert one.evaluate().edge.tolist() == [False, True, False]


def test_ties_between_actions_are_told():
    after = {
        a: dt.Game(("Russia",), dt.Outcome({"Russia": v}))
        for a, v in zip("ab", (prize, 0), strict=True)
    }
    root = dt.Move("Russia", (), {a: game.root for a, game in after.items()})
    one = sampled(dt.Game(("Russia",), root), after, "Russia", {"prize": [1, 0, -1]})
    assert one.evaluate().edge.tolist() == [False, True, False]


def polynomials(rng):
    return {
        p: rng.randint(-4, 4)
        + rng.randint(-3, 3) * x
        + rng.choice((y, x * y, y**2)) * rng.randint(-2, 2)
        for p in PLAYERS
    }


@settings(max_examples=25, deadline=None)
@given(trees(own_odds, polynomials), st.integers(0, 2**16))
def test_random_trees_with_random_polynomials(tree, seed):
    game = dt.Game(PLAYERS, tree, ranges={"x": (-1, 1), "y": (-1, 1)})
    points = cloud(8, seed, x=(-1, 1), y=(-1, 1))
    points = {name: np.append(column, [0, 1, -1]) for name, column in points.items()}
    points = {name: column for name, column in points.items() if name in game.parameters}
    if not points:
        return
    one = alone(game, points)
    one.learn(200)
    sample = one.settle(one.evaluate())
    ends, complete = truth(one, sample)
    differs = [
        n for n in range(len(one)) if not np.allclose(ends[n], _at(sample, n), rtol=0, atol=1e-7)
    ]
    _, wrong = one.audit(sample, 1000)
    assert sorted(wrong) == differs  # the audit tells all there is to tell
    assert not complete[differs].all() or not differs
    assert sample.unknown == 0


def _at(sample, place):
    return np.stack([sample.least[place], sample.most[place]])


@pytest.mark.parametrize("seed", range(3))
def test_signalling_after_a_public_choice(seed):
    games = {name: signalling(10 * seed + n) for n, name in enumerate(("one", "two", "three"))}

    def known(node, name):
        if isinstance(node, dt.Outcome):
            return node
        if isinstance(node, dt.Chance):
            below = {k: (p, known(child, name)) for k, (p, child) in node.choices.items()}
            return dt.Chance(below)
        below = {k: known(child, name) for k, child in node.choices.items()}
        return dt.Move(node.player, (name, node.knows), below)

    root = dt.Move("Guarantor", (), {n: known(g.root, n) for n, g in games.items()})
    whole = dt.Game(("Russia", "Guarantor"), root, ranges={"x": (-1, 1), "y": (-1, 1)})
    one = sampled(whole, games, "Guarantor", cloud(25, seed, x=(-1, 1), y=(-1, 1)))
    one.learn(600)
    assert_true(one, one.settle(one.evaluate()))


def test_players_whose_chance_differs_after_one_action_only():
    def game(mine, way, root=True):
        odds = {"Russia": mine, "Guarantor": luck}
        up = pay(prize, 1 - luck, "war")
        after = dt.Chance(
            {"up": (odds, up), "down": ({p: 1 - q for p, q in odds.items()}, pay(0, 0))}
        )
        return dt.Move("Russia", (way,) if root else (), {"go": after, "stay": pay(0, 1, "peace")})

    ways = {"apart": luck / 2, "alike": luck}
    players, ranges = ("Russia", "Guarantor"), {"prize": (-1, 1), "luck": (0, 1)}
    root = dt.Move("Guarantor", (), {w: game(m, w) for w, m in ways.items()})
    whole = dt.Game(players, root, ranges=ranges)
    after = {w: dt.Game(players, game(m, w, False), ranges=ranges) for w, m in ways.items()}
    points = cloud(12, prize=(-1, 1), luck=(0, 1))
    points["luck"][:2] = 0
    one = sampled(whole, after, "Guarantor", points)
    one.learn(200)
    sample = one.settle(one.evaluate())
    assert "war (event for Russia)" in sample.outcomes
    assert_true(one, sample)
    alike = {w: g for w, g in after.items() if w == "alike"}
    # chance is the same for all after one action, not in the whole game
    forced = sampled(whole, alike, "Guarantor", points)
    forced.learn(200)
    laid = dict(zip(sample.outcomes, forced.evaluate().most.T, strict=True))
    np.testing.assert_array_equal(laid["war (event for Russia)"], laid["war (event for Guarantor)"])
    assert laid["war (event for Russia)"].any()


def test_actions_with_the_same_numbers():
    same = chicken()
    one = sampled(same, {"a": same, "b": same}, "Russia", cloud(6, prize=(-1, 2), pain=(0, 2)))
    one.learn(100)
    assert one.evaluate().unknown == 0


# --- points without numbers, points without plays ------------------------------------------------


def test_where_nothing_is_finite_nothing_is_said_and_it_is_counted():
    one = alone(fragile(), {"prize": [1.0, 0.5, 1.5, 1.0]})
    one.learn(50)
    sample = one.settle(one.evaluate())
    assert sample.unknown == 2
    assert np.isnan(sample.least[[0, 3]]).all()
    assert np.isnan(sample.most[[0, 3]]).all()
    assert "at 2 no equilibrium is known" in sample.status
    assert not np.isnan(sample.least[[1, 2]]).any()
    audited, wrong = one.audit(sample, 10)
    assert (audited.audit.points, wrong) == (2, [])


def test_nothing_finite_anywhere():
    one = alone(fragile(), {"prize": [1.0, 1.0]})
    assert one.learn(50) == 0
    sample, wrong = one.audit(one.settle(one.evaluate()), 10)
    assert (sample.unknown, sample.audit.points, wrong) == (2, 0, [])
    assert sample.audit.bound == 1


def test_without_learning_nothing_is_known():
    one = alone(chicken(), cloud(5, prize=(0.1, 2), pain=(0.1, 2)))
    sample = one.evaluate()
    assert sample.unknown == 5
    assert sample.solved == 0
    assert one.settle(sample).unknown == 0


# --- audits --------------------------------------------------------------------------------------

MANY = cloud(40, prize=(0.1, 2), pain=(0.1, 2))  # three equilibria at every point


def robbed(one):
    """The atlas without one of its plays."""
    (sheet,) = one.atlas.sheets.values()
    chart = sheet.charts[0]
    lost = chart.names[0]
    chart.cells = [cell for cell in chart.cells if cell[0] != lost]
    chart._programs.clear()


def test_the_audit_notices_a_play_that_is_missing_and_asking_repairs_it():
    one = alone(chicken(), MANY)
    one.learn(100)
    fine = one.settle(one.evaluate())
    assert_true(one, fine)
    robbed(one)
    poor = one.evaluate()
    sample, wrong = one.audit(poor, 10)
    ends, _ = truth(one, poor)
    assert len(wrong) == sample.audit.missed == 10  # the play is part of the truth everywhere
    assert sample.audit.bound == 1
    assert "audited 10, missed 10" in sample.status
    corrected = [n for n in range(40) if np.allclose(_at(sample, n), ends[n], rtol=0, atol=1e-9)]
    assert sorted(wrong) == corrected  # there the true numbers stand, elsewhere not yet
    assert one.ask(wrong[:1]) == 1
    again = one.evaluate()
    assert_true(one, again)
    last, none = one.audit(again, 10)
    assert none == []
    assert last.audit.missed == 0
    assert last.audit.bound == pytest.approx(1 - 0.05 ** (1 / 10))


def test_an_audit_after_learning_has_other_points(monkeypatch):
    seen = []
    whole = Sampling._solved
    monkeypatch.setattr(
        Sampling,
        "_solved",
        lambda self, p, progress: seen.append(set(p)) or whole(self, p, progress),
    )
    one = alone(chicken(), MANY)
    one.learn(100)
    robbed(one)
    for _ in range(2):
        _, wrong = one.audit(one.evaluate(), 10)
    assert seen[0] == seen[1]
    one.ask(wrong[:1])
    one.audit(one.evaluate(), 10)
    assert seen[2] != seen[0]


def test_a_solution_that_is_not_complete_widens_and_settles_nothing():
    one = alone(chicken(), MANY)
    one.learn(100)
    sample = dataclasses.replace(one.evaluate(), edge=np.ones(40, dtype=bool))
    result = solve_point(chicken(), None, one.point(3))
    more = {name: value + 0.5 for name, value in result.most.items()}
    half = dataclasses.replace(result, complete=False, least=more, most=more)
    wide = sample.with_solved([3], [half])
    np.testing.assert_array_equal(wide.least, sample.least)
    np.testing.assert_allclose(wide.most[3], sample.most[3] + 0.5)
    assert wide.edge[3]
    assert not wide.alone[3]
    whole = sample.with_solved([3], [result])
    assert not whole.edge[3]
    assert whole.alone[3]
    assert not sample.alone.any()  # the one before is as it was


# --- learning ------------------------------------------------------------------------------------


def test_never_more_solutions_than_allowed():
    one = alone(chicken(), MANY)
    assert one.learn(3) == 3
    assert one.learn(2) == 5


def test_points_without_a_play_are_asked_until_all_were_asked(monkeypatch):
    # one point in forty has a play of its own: all others have been asked, and then it
    monkeypatch.setattr(sample_learning, "CALM", 0)
    rare = np.full(40, -0.5)
    rare[17] = 0.5
    for seed in range(5):
        one = alone(chicken(), {"prize": rare, "pain": np.full(40, 0.5)}, seed=seed)
        one.learn(1000)
        assert one.evaluate().unknown == 0


# --- many processes, stopped runs ----------------------------------------------------------------


def numbers(one, budget=300):
    one.learn(budget)
    sample, _ = one.audit(one.settle(one.evaluate()), 12)
    return sample


def test_the_same_bit_for_bit_on_any_number_of_processes(monkeypatch):
    monkeypatch.setattr(sampling, "TOGETHER", 7)
    found = [
        numbers(sampled(armed(), after_arming(), "Ukraine", corners_and_more(), jobs=jobs))
        for jobs in (1, 2)
    ]
    np.testing.assert_array_equal(found[0].least, found[1].least)
    np.testing.assert_array_equal(found[0].most, found[1].most)
    assert found[0].solved == found[1].solved
    assert str(found[0].audit) == str(found[1].audit)


PROGRAM = """
import os, signal, sys
from deterrence.study import sample_learning
from tests.study import test_sampling as t

left = int(sys.argv[2])
one = t.sampled(t.armed(), t.after_arming(), "Ukraine", t.corners_and_more(), store=sys.argv[1])
keep = one._keep

def counted(*lesson):
    global left
    keep(*lesson)
    left -= 1
    if not left:
        os.kill(os.getpid(), signal.SIGKILL)

one._keep = counted
t.numbers(one)
"""


def test_a_killed_run_goes_on_and_asks_nothing_twice(tmp_path):
    store = tmp_path / "kept"
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(store), "11"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
        capture_output=True,
    )
    assert run.returncode == -signal.SIGKILL, run.stderr.decode()
    file = store / "learnt.jsonl"
    first = file.read_text().splitlines()
    assert len(first) == 1 + 11
    file.write_text(file.read_text() + first[-1][:40])  # half a line, as a kill may leave it
    again = sampled(armed(), after_arming(), "Ukraine", corners_and_more(), store=store)
    found = numbers(again)
    lines = file.read_text().splitlines()
    assert lines[:12] == first
    assert len(lines) == 1 + found.solved > 12
    asked = [tuple(line.split(", ")[:2]) for line in lines[1:]]
    assert len(set(asked)) == len(asked)
    assert_true(again, found)
    whole = numbers(sampled(armed(), after_arming(), "Ukraine", corners_and_more()))
    np.testing.assert_allclose(found.least, whole.least, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found.most, whole.most, rtol=0, atol=1e-9)


def test_a_finished_run_does_no_work_again(tmp_path, monkeypatch):
    def run():
        return sampled(armed(), after_arming(), "Ukraine", corners_and_more(), store=tmp_path)

    first = numbers(run())
    before = {p: p.read_bytes() for p in tmp_path.rglob("*.*")}
    monkeypatch.setattr(sampling, "evaluate_columns", lambda *_: pytest.fail("evaluated again"))
    monkeypatch.setattr(
        "deterrence.study.atlas.solve_block", lambda *_: pytest.fail("solved again")
    )
    again = numbers(run())
    np.testing.assert_array_equal(first.least, again.least)
    assert str(first.audit) == str(again.audit)
    assert {p: p.read_bytes() for p in tmp_path.rglob("*.*")} == before


def test_what_was_evaluated_for_another_chooser_is_not_used(tmp_path):
    one = sampled(armed(), after_arming(), "Ukraine", corners_and_more(), store=tmp_path)
    one.learn(300)
    mine = one.evaluate()
    two = sampled(armed(), after_arming(), "Russia", corners_and_more(), store=tmp_path)
    two.learn(0)
    other = two.evaluate()
    fresh = sampled(armed(), after_arming(), "Russia", corners_and_more())
    fresh.learn(300)
    np.testing.assert_allclose(other.least, fresh.evaluate().least, rtol=0, atol=1e-9)
    assert not np.allclose(mine.least, other.least)


def test_a_store_of_another_question_is_refused(tmp_path):
    one = alone(chicken(), MANY, store=tmp_path)
    one.learn(5)
    before = (tmp_path / "learnt.jsonl").read_bytes()
    with pytest.raises(FileError, match=r"another sample.*Give another path, or delete it"):
        alone(chicken(), {**MANY, "pain": MANY["pain"] + 0.001}, store=tmp_path)
    with pytest.raises(FileError, match="another sample"):
        alone(lottery(), {"luck": [0.5]}, store=tmp_path)
    assert (tmp_path / "learnt.jsonl").read_bytes() == before


def test_what_is_no_store_is_refused(tmp_path):
    (tmp_path / "file").write_text("a")
    with pytest.raises(FileError, match="kept in a folder"):
        alone(chicken(), MANY, store=tmp_path / "file")
    (tmp_path / "learnt.jsonl").write_text("name,number\n1,2\n")
    with pytest.raises(FileError, match="another path"):
        alone(chicken(), MANY, store=tmp_path)
    assert (tmp_path / "learnt.jsonl").read_text() == "name,number\n1,2\n"
    (tmp_path / "learnt.jsonl").write_text("name")
    with pytest.raises(FileError, match="Give another path"):
        alone(chicken(), MANY, store=tmp_path)


@pytest.mark.parametrize(
    "broken",
    [
        "nonsense",
        "[]",
        '{"row": 1}',
        '{"row": 4000, "block": 0, "tape": [], "cells": []}',
        '{"row": -1, "block": 0, "tape": [], "cells": []}',
        '{"row": 0, "block": 7, "tape": [], "cells": []}',
        '{"row": 0, "block": 0, "tape": [["constant", "1/0"]], "cells": []}',
        '{"row": 0, "block": 0, "tape": [[0, 5, 6]], "cells": []}',
        '{"row": 0, "block": 0, "tape": [], "cells": [["a", [], [9], [], []]]}',
    ],
)
def test_a_broken_line_is_told_by_its_number(tmp_path, broken):
    one = alone(chicken(), MANY, store=tmp_path)
    one.learn(5)
    file = tmp_path / "learnt.jsonl"
    lines = file.read_text().splitlines()
    lines[3] = broken
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(FileError, match=r"line 4 of .*learnt\.jsonl.*Delete"):
        alone(chicken(), MANY, store=tmp_path).learn(5)


@pytest.mark.parametrize("broken", [b"nothing", b"PK\x03\x04 half a file"])
def test_a_broken_envelope_is_told(tmp_path, broken):
    one = alone(chicken(), MANY, store=tmp_path)
    one.learn(20)
    one.evaluate()
    (file,) = tmp_path.glob("evaluated-*/*.npz")
    file.write_bytes(broken)
    with pytest.raises(FileError, match="Delete that file"):
        one.evaluate()


# --- input ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("points", "kind", "match"),
    [
        ({"prize": [1], "pain": [np.nan]}, InputError, "pain is nan at point 0.*Leave such points"),
        ({"prize": [1, np.inf], "pain": [1, 1]}, InputError, "prize is inf at point 1"),
        ({"prize": [1, 2], "pain": [1]}, InputError, "prize: 2, pain: 1"),
        ({"prize": [], "pain": []}, InputError, "one at least"),
        ({"prize": [1]}, ParameterError, "no number for pain"),
        ({}, ParameterError, "no number for"),
        ({"prize": [1], "pian": [1]}, ParameterError, "pian"),
        ({"prize": [1], "pain": [3]}, ParameterError, "out of range"),
        ({"prize": ["much"], "pain": [1]}, ParameterError, "no number"),
        ({"prize": [None], "pain": [1]}, (ParameterError, InputError), "Leave|Give"),
        ({"both": [1], "pain": [1]}, ParameterError, "both set 'pain'"),
        ([1, 2], ParameterError, "mapping"),
    ],
)
def test_bad_points_are_refused_before_any_work(tmp_path, points, kind, match):
    with pytest.raises(kind, match=match):
        alone(chicken(), points, store=tmp_path / "kept")
    assert not (tmp_path / "kept").exists()


def test_bad_games_are_refused():
    with pytest.raises(LabelError, match="Ukrain"):
        sampled(armed(), after_arming(), "Ukrain", corners_and_more())
    with pytest.raises(InputError, match="players"):
        sampled(armed(), {"": chicken()}, "Ukraine", corners_and_more())
    with pytest.raises(InputError, match="one shape"):
        sampled(armed(), {"a": armed(), **after_arming()}, "Ukraine", corners_and_more())


def test_tied_names_move_their_members():
    one = alone(chicken(), {"both": [0.3, 1.7]})
    one.learn(50)
    assert_true(one, one.settle(one.evaluate()))


def test_numbers_are_short_but_stay_in_their_range_and_keep_their_digits():
    third = Fraction(2, 3)
    game = dt.Game(
        ("Russia", "Guarantor"),
        dt.Move("Russia", (), {"attack": pay(prize - pain, 0, "attack"), "refrain": pay(0, 0)}),
        ranges={"prize": (0, third), "pain": (0, 1)},
    )
    one = alone(game, {"prize": [float(third), 1.23456789e-8], "pain": [0.123456789, 1e-9]})
    assert one.point(0) == {"prize": Fraction(repr(float(third))), "pain": Fraction("0.1234568")}
    assert one.point(1) == {"prize": Fraction("1.234568e-8"), "pain": Fraction("1e-9")}
    one.learn(20)
    assert_true(one, one.evaluate())
    assert one.evaluate().least[:, -1].tolist() == [1, 1]
