"""Games: what they keep of the tree, numbers put in place of formulas, and back to nested nodes."""

import os
import pickle
import subprocess
import sys
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import GameError, LimitError, ParameterError
from deterrence.games import laying_flat
from tests.games.random_trees import (
    PLAYERS,
    History,
    Node,
    Rng,
    branches,
    contents,
    own_odds,
    per_player,
    places,
    trees,
    walk,
)

ROOT = Path(__file__).resolve().parents[2]
X, Y, P = sympy.symbols("x y p")
HALF, THIRD = Fraction(1, 2), Fraction(1, 3)


def offer(payoff: Any, **options: Any) -> dt.Game:
    """Ann takes `payoff` or nothing."""
    root = dt.Move(
        "Ann", (), {"take": dt.Outcome({"Ann": payoff}), "leave": dt.Outcome({"Ann": 0})}
    )
    return dt.Game(["Ann"], root, **options)


def taken(game: dt.Game) -> Any:
    return game.root.choices["take"].payoffs["Ann"]


def lottery(p: Any, q: Any | None = None) -> dt.Game:
    q = 1 - p if q is None else q
    branch = {"win": (p, dt.Outcome({"Ann": 1}, "won")), "lose": (q, dt.Outcome({"Ann": 0}))}
    return dt.Game(["Ann"], dt.Chance(branch))


def test_what_a_game_says_of_itself() -> None:
    root = dt.Chance(
        {
            "peace": (P, dt.Move("Bob", (), {"x": dt.Outcome({"Ann": Y, "Bob": X}, ["deal"])})),
            "war": (1 - P, dt.Outcome({"Ann": 0, "Bob": -1})),
        }
    )
    game = dt.Game(iter(["Ann", "Bob"]), root, ranges={"p": (0, 1)})
    assert game.players == ("Ann", "Bob")
    assert game.parameters == ("p", "x", "y")
    assert game.ranges == {"p": (0, 1)}
    assert len(game) == 4
    assert [(s.player, s.knows, s.actions) for s in game] == [("Bob", (), ("x",))]
    assert not game.numeric
    assert game.removed == ()
    assert repr(game) == ("<Game: Ann, Bob; 4 nodes, 1 information sets, formulas in 3 parameters>")
    assert game.at(p=0.5, x=1, y=2).parameters == ()
    assert game.at(p=0.5, x=1, y=2).numeric


def test_a_game_may_be_one_outcome() -> None:
    game = dt.Game("Ann", dt.Outcome({"Ann": 1}))
    assert game.players == ("Ann",)
    assert len(game) == 1
    assert game.at() is not None


# --- numbers


@pytest.mark.parametrize(
    ("written", "number", "floats"),
    [
        (0.1, Fraction(1, 10), True),
        (np.float64(0.1), Fraction(1, 10), True),
        ("0.1", Fraction(1, 10), False),
        ("1/3", THIRD, False),
        (THIRD, THIRD, False),
        (1, Fraction(1), False),
        (sympy.Rational(1, 3), THIRD, False),
    ],
    ids=repr,
)
def test_payoffs_are_exact_and_floats_are_flagged(
    written: Any, number: Fraction, floats: bool
) -> None:
    for game in (offer(written), offer(X).at(x=written), offer(X).at({"x": written})):
        assert taken(game) == number
        assert type(taken(game)) is Fraction
        assert game.floats is floats
        assert game.exact
        assert game.at().floats is floats


def test_floats_are_flagged_wherever_they_stand() -> None:
    assert lottery(0.25, 0.75).floats
    assert not lottery("0.25", "0.75").floats
    assert dt.Game(["Ann"], dt.Outcome({"Ann": 1}, {"half": 0.5})).floats
    assert offer(X, tied={"both": ("x",)}).at(both=0.5).floats
    assert offer(X + Y).at(x=0.5).at(y=1).floats


@settings(max_examples=30)  # each compiles formulas anew
@given(st.fractions(), st.fractions(), st.fractions(min_value=1), st.permutations("xyz"))
def test_fractions_stay_exact_through_at(
    x: Fraction, y: Fraction, z: Fraction, order: list[str]
) -> None:
    formula = (X + Y) * X / sympy.Symbol("z") - Y**3 + sympy.Rational(1, 3)
    game = offer(formula, ranges=dict.fromkeys("xyz", ("-1e99", "1e99")))
    expected = (x + y) * x / z - y**3 + THIRD
    point = {"x": x, "y": y, "z": z}
    at_once = game.at(point)
    assert taken(at_once) == expected
    assert at_once.exact
    assert not at_once.floats
    for name in order:
        game = game.at({name: point[name]})
    assert taken(game) == expected


def test_an_irrational_formula_is_rounded_and_says_so() -> None:
    game = offer(sympy.sqrt(X)).at(x=2)
    assert not game.exact
    assert float(taken(game)) == pytest.approx(2**0.5)
    assert not offer(sympy.sqrt(X) * Y).at(x=2).at(y=3).exact


def test_equal_payoffs_are_stored_once() -> None:
    game = offer(0.5)
    again = dt.Game(
        ["Ann"],
        dt.Move(
            "Ann", (), {str(k): dt.Outcome({"Ann": v}) for k, v in enumerate(["1/2", 0.5, HALF])}
        ),
    )
    assert len(game.numbers) == 2
    assert again.numbers == [HALF]


# --- at


def test_some_numbers_leave_the_others_open() -> None:
    game = offer(X * Y, ranges={"x": (0, 1), "unused": (0, 1)})
    half = game.at(x="1/2")
    assert half.parameters == ("y",)
    assert not half.numeric
    assert half.ranges == game.ranges
    assert taken(half.at(y=4)) == 2
    assert game.parameters == ("x", "y")
    assert taken(game.at({"x": 1}, y=3)) == 3
    assert taken(game.at({"x": 1}, x="1/2", y=2)) == 1  # keywords have the last word
    assert game.at().parameters == ("x", "y")
    assert game.at(unused=1).parameters == ("x", "y")  # known by its range
    assert taken(game.at(x=1, y=1).at(unused=1)) == 1


def test_tied_names_set_their_members_unless_those_are_given() -> None:
    game = offer(10 * X + Y, tied={"both": ("x", "y")}, ranges={"x": (0, 1), "y": (0, 1)})
    assert taken(game.at(both=1)) == 11
    assert taken(game.at(both=1, x=0)) == 1
    assert taken(game.at(x=0, both=1)) == 1
    with pytest.raises(ParameterError, match="x = 2 is out of range"):
        game.at(both=2)
    with pytest.raises(ParameterError, match="both: 'much' is not a finite number"):
        game.at(both="much")


def test_ranges_are_closed() -> None:
    game = offer(X, ranges={"x": ("1/3", 0.5)})
    assert taken(game.at(x=THIRD)) == THIRD
    assert taken(game.at(x="0.5")) == HALF
    with pytest.raises(ParameterError, match=r"out of range: it lies between 0\.333333 and 0\.5"):
        game.at(x=0.51)


@st.composite
def gambles(draw: Any) -> tuple[Node, dict[str, Fraction]]:
    """A tree with chance formulas p, q and r, and a point at which some of them are 0 or 1."""
    symbols = sympy.symbols("p q r")

    def odds(rng: Rng, count: int) -> list[Any]:
        s = rng.choice(symbols)
        return {1: [Fraction(1)], 2: [s, 1 - s], 3: [s / 2, s / 2, 1 - s]}[count]

    def payoffs(rng: Rng) -> dict[str, Any]:
        return {p: rng.choice((*symbols, symbols[0] * 2 + 1, THIRD)) for p in PLAYERS}

    root = draw(trees(odds=odds, payoffs=payoffs))
    return root, {s.name: draw(st.sampled_from((0, THIRD, 1))) for s in symbols}


def gamble(root: Node) -> dt.Game:
    return dt.Game(PLAYERS, root, ranges=dict.fromkeys("pqr", (0, 1)))


def number(formula: Any, point: Mapping[str, Any]) -> Fraction:
    found = sympy.sympify(formula).subs({n: sympy.Rational(str(v)) for n, v in point.items()})
    return Fraction(int(found.p), int(found.q))


def possible(root: Node, history: History, point: Mapping[str, Any]) -> bool:
    for label in history:
        ((p, below),) = [(p, below) for name, p, below in branches(root) if name == label]
        if p is not None and number(p, point) == 0:
            return False
        root = below
    return True


@given(gambles())
def test_branches_of_probability_zero_are_removed(drawn: tuple[Node, dict[str, Fraction]]) -> None:
    root, point = drawn
    game = gamble(root)
    here = game.at(point)
    kept = {history for history, _ in walk(root) if possible(root, history, point)}
    assert set(here.structure.histories) == kept
    assert all(history not in kept and history[:-1] in kept for history in outermost(here.removed))
    gone = {history for history, _ in walk(root)} - kept
    assert {h for h in gone if h[:-1] in kept} == set(outermost(here.removed))
    # the information sets that are left, with the nodes that are left
    expected = {name: kept & set(histories) for name, histories in places(root).items()}
    histories = here.structure.histories
    assert {(s.player, s.knows): {histories[n] for n in s.nodes} for s in here} == {
        name: found for name, found in expected.items() if found
    }
    # and their numbers
    nested = dict(walk(root))
    for history, node in walk(here.root):
        if isinstance(node, dt.Outcome):
            assert node.payoffs == {
                p: number(value, point) for p, value in nested[history].payoffs.items()
            }
        if isinstance(node, dt.Chance):
            assert sum(p for _, p, _ in branches(node)) == 1
    assert here.at().removed == here.removed
    assert game.removed == ()


def outermost(histories: tuple[History, ...]) -> list[History]:
    return [h for h in histories if not any(h[: len(o)] == o for o in histories if o != h)]


def test_what_was_removed_is_told_step_by_step() -> None:
    q = sympy.Symbol("q")
    inner = dt.Chance({"up": (q, dt.Outcome({"Ann": 1})), "down": (1 - q, dt.Outcome({"Ann": 2}))})
    root = dt.Chance({"left": (P, inner), "right": (1 - P, dt.Outcome({"Ann": 3}))})
    game = dt.Game(["Ann"], root)
    assert game.at(p=0).removed == (("left",),)
    assert game.at(p=1).removed == (("right",),)
    assert game.at(p=1).at(q=0).removed == (("right",), ("left", "up"))
    assert len(game.at(p=1, q=0)) == 3
    assert game.at(p="1/2", q="1/2").removed == ()


def test_zeros_that_were_written_go_when_the_game_is_used() -> None:
    game = lottery(0, 1)
    assert len(game) == 3
    assert game.at().removed == (("win",),)
    assert len(game.at()) == 2


@given(gambles())
def test_points_of_one_shape_share_it(drawn: tuple[Node, dict[str, Fraction]]) -> None:
    root, point = drawn
    game = gamble(root)
    assert game.at(point).structure is game.at(point).structure


# --- back to nested nodes


@given(trees(odds=own_odds))
def test_the_root_is_the_tree_that_was_given(root: Node) -> None:
    game = dt.Game(PLAYERS, root)
    assert contents(game.root) == contents(root)
    again = dt.Game(game.players, game.root)
    assert (again.structure.histories, again.numbers) == (game.structure.histories, game.numbers)
    for name in ("kind", "parent", "children", "set_of", "sets", "payoffs", "chance", "events"):
        assert getattr(again.structure, name) == getattr(game.structure, name)


@given(gambles())
def test_the_root_of_a_game_at_a_point(drawn: tuple[Node, dict[str, Fraction]]) -> None:
    root, point = drawn
    game = gamble(root).at(point)
    again = dt.Game(game.players, game.root)
    assert contents(again.root) == contents(game.root)
    assert again.structure.histories == game.structure.histories
    assert {(s.player, s.knows, s.nodes) for s in again} == {
        (s.player, s.knows, s.nodes) for s in game
    }


def test_the_root_keeps_formulas() -> None:
    game = lottery(P)
    assert contents(game.root) == contents(dt.Game(["Ann"], game.root).root)
    assert dt.Game(["Ann"], game.root).parameters == ("p",)
    assert per_player(game.root.choices["win"][0])["Ann"] == P


def test_a_game_can_be_pickled() -> None:
    game = pickle.loads(pickle.dumps(lottery(P)))
    assert game.at(p="1/3").root.choices["win"][0] == THIRD
    at_a_point = pickle.loads(pickle.dumps(lottery(P).at(p=0)))
    assert at_a_point.removed == (("win",),)


# --- size


def nested(levels: int) -> Node:
    """Every level leads twice to the same node object."""
    node: Node = dt.Outcome({"Ann": 1})
    for level in range(levels):
        node = dt.Move("Ann", level, {"left": node, "right": node})
    return node


def own_nested(levels: int, past: tuple[str, ...] = ()) -> Node:
    """The same tree with Ann knowing what she did, every node an object of its own."""
    if len(past) == levels:
        return dt.Outcome({"Ann": 1})
    return dt.Move("Ann", past, {a: own_nested(levels, (*past, a)) for a in ("left", "right")})


def test_a_node_used_twice_is_two_nodes() -> None:
    coin: Node = dt.Outcome({"Ann": 1})
    for _ in range(6):
        coin = dt.Chance({"heads": ("1/2", coin), "tails": ("1/2", coin)})
    assert len(dt.Game(["Ann"], coin)) == 2**7 - 1
    assert len(dt.Game(["Ann"], own_nested(6))) == 2**7 - 1


def test_deep_trees_need_no_recursion() -> None:
    depth = 2 * sys.getrecursionlimit()
    node: Node = dt.Outcome({"Ann": 1})
    for level in range(depth):
        node = dt.Move("Ann", level, {"on": node})
    game = dt.Game(["Ann"], node)
    assert len(game) == depth + 1
    assert len(game.at().information_sets) == depth
    assert isinstance(game.root, dt.Move)


def test_too_many_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying_flat, "MOST_NODES", 127)
    assert len(dt.Game(["Ann"], own_nested(6))) == 127
    with pytest.raises(LimitError, match=r"more than 127 nodes.*used twice counts twice"):
        dt.Game(["Ann"], own_nested(7))
    with pytest.raises(LimitError, match="more than 127 nodes"):
        dt.Game(["Ann"], nested(40))


def test_a_node_below_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(laying_flat, "MOST_NODES", 2000)
    choices: dict[str, Node] = {}
    loop = dt.Move("Ann", (), choices)
    choices["again"] = loop
    with pytest.raises((LimitError, GameError)):
        dt.Game(["Ann"], loop)


@pytest.mark.slow
def test_a_tree_that_explodes_fills_neither_time_nor_memory() -> None:
    """Forty levels of shared nodes: 2**41 - 1 nodes, in at most 1 GB and a minute of CPU time."""
    program = """
import resource
import deterrence as dt
from deterrence.errors import LimitError
for kind, limit in ((resource.RLIMIT_AS, 2**30), (resource.RLIMIT_CPU, 60)):
    resource.setrlimit(kind, (limit, limit))
node = dt.Outcome({"Ann": 1})
for level in range(40):
    node = dt.Move("Ann", level, {"left": node, "right": node})
try:
    dt.Game(["Ann"], node)
except LimitError as error:
    print(error)
"""
    pytest.importorskip("resource")
    done = subprocess.run(
        [sys.executable, "-c", program],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "more than 1,000,000 nodes" in done.stdout


# --- corners


def test_information_sets_are_in_preorder_when_branches_are_gone() -> None:
    def here(knows: str, payoff: int) -> Node:
        return dt.Move("Ann", knows, {"go": dt.Outcome({"Ann": payoff})})

    root = dt.Chance(
        {"a": (P, here("one", 1)), "b": (HALF, here("two", 2)), "c": (HALF - P, here("one", 3))}
    )
    game = dt.Game(["Ann"], root).at(p=0)
    assert [s.knows for s in game] == ["two", "one"]
    assert [s.knows for s in dt.Game(game.players, game.root)] == [s.knows for s in game]


@pytest.mark.parametrize("written", [np.float32(0.5), sympy.Float(0.5)], ids=repr)
def test_other_floats_are_flagged(written: Any) -> None:
    assert offer(written).floats
    assert offer(X).at(x=written).floats


def test_floats_in_formulas_are_flagged() -> None:
    assert offer(0.5 * X).floats


def test_irrational_probabilities_that_sum_to_one() -> None:
    game = lottery(1 / (1 + sympy.exp(-X)))
    for sevenths in range(1, 10):
        game.at(x=Fraction(sevenths, 7))


def test_a_game_that_was_used_can_be_pickled() -> None:
    game = lottery(P)
    game.at(p=0.5)
    assert len(pickle.loads(pickle.dumps(game))) == 3


def test_the_memory_of_a_deep_tree_grows_with_its_size() -> None:
    import tracemalloc

    def peak(depth: int) -> int:
        node: Node = dt.Outcome({"Ann": 1})
        for _ in range(depth):
            node = dt.Chance({"on": ("1/2", node), "off": ("1/2", dt.Outcome({"Ann": 0}))})
        tracemalloc.start()
        try:
            dt.Game(["Ann"], node)
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    assert peak(1200) < 6 * peak(300)
