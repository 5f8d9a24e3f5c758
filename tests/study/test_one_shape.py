"""Several games as one: with its selector at 1 it is each of them, to the last number."""

from fractions import Fraction

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import InputError
from deterrence.study.one_shape import one_shape, selectors
from tests.games.random_trees import EVENTS, PLAYERS, branches, contents, own_odds, rngs, trees
from tests.study.small_games import chicken, lottery, pay, signalling

x = sympy.Symbol("x")


def renumbered(node, rng):
    """The same tree with other payoffs, chances and event weights, some of them formulas."""
    if isinstance(node, dt.Outcome):
        payoffs = {p: rng.randint(-9, 9) + rng.choice((0, 0, x, x**2)) for p in PLAYERS}
        names = rng.sample(EVENTS, rng.randint(0, 3))
        return dt.Outcome(payoffs, {e: rng.choice((Fraction(1, 3), 1)) for e in names})
    below = {label: renumbered(child, rng) for label, _, child in branches(node)}
    if isinstance(node, dt.Move):
        return dt.Move(node.player, node.knows, below)
    odds = own_odds(rng, len(below))
    return dt.Chance(dict(zip(below, zip(odds, below.values(), strict=True), strict=True)))


def selected(games, label, **more):
    """The merged game where one game is meant."""
    merged = one_shape(games)
    marks = {s.name: int(s.name == f"is [{label}]") for s in selectors(tuple(games))}
    return merged.at({n: v for n, v in marks.items() if n in merged.parameters}, **more)


def told(game):
    """What a tree says, without events of weight zero, which say nothing."""
    found = contents(game.root)
    return {
        history: (what[0], what[1], {e: w for e, w in what[2].items() if w})
        if what[0] == "outcome"
        else what
        for history, what in found.items()
    }


@settings(max_examples=25, deadline=None)
@given(trees(own_odds), rngs, st.integers(1, 3), st.fractions(-2, 2, max_denominator=9))
def test_where_a_selector_is_one_it_is_that_game(tree, rng, others, value):
    trees_ = [tree, *(renumbered(tree, rng) for _ in range(others))]
    games = {f"game {n}": dt.Game(PLAYERS, t, ranges={"x": (-2, 2)}) for n, t in enumerate(trees_)}
    for label, game in games.items():
        found, truth = selected(games, label, x=value), game.at(x=value)
        assert told(found) == told(truth)
        sets = [(s.player, s.knows, s.actions, s.nodes) for s in truth.information_sets]
        assert [(s.player, s.knows, s.actions, s.nodes) for s in found.information_sets] == sets


@settings(max_examples=5, deadline=None)
@given(st.lists(st.integers(0, 200), min_size=2, max_size=3, unique=True), st.data())
def test_its_solution_is_that_of_the_game(seeds, data):
    games = {f"seed {n}": signalling(n) for n in seeds}
    point = {n: data.draw(st.fractions(-1, 1, max_denominator=97)) for n in "xy"}
    for label, game in games.items():
        found, truth = dt.solve(selected(games, label, **point)), dt.solve(game.at(point))
        assert found.complete == truth.complete
        assert found.envelope() == truth.envelope()


def test_players_keep_their_own_chance():
    def game(mine, ours):
        branches = {"up": ({"Russia": mine, "Guarantor": ours}, pay(1, 2, "war"))}
        branches["down"] = ({"Russia": 1 - mine, "Guarantor": 1 - ours}, pay(0, 0))
        return dt.Game(("Russia", "Guarantor"), dt.Chance(branches))

    half, third, quarter = Fraction(1, 2), Fraction(1, 3), Fraction(1, 4)
    games = {"apart": game(half, third), "alike": game(quarter, quarter)}
    for label, mine, ours in (("apart", half, third), ("alike", quarter, quarter)):
        odds = selected(games, label).root.choices["up"][0]
        assert odds == {"Russia": mine, "Guarantor": ours}


def test_ranges_and_tied_names_of_all_are_kept():
    merged = one_shape({"one": chicken().at(prize=1), "two": chicken()})
    assert merged.ranges == chicken().ranges
    assert merged.tied == chicken().tied
    assert set(merged.parameters) == {"prize", "pain", "is [two]"}


def one_move(player="Russia", knows=(), labels=("a", "b"), end=None):
    choices = dict.fromkeys(labels, end or pay(0, 0))
    return dt.Game(("Russia", "Guarantor"), dt.Move(player, knows, choices))


@pytest.mark.parametrize(
    ("other", "what"),
    [
        (one_move(player="Guarantor"), "knows"),
        (one_move(knows=("more",)), "knows"),
        (one_move(labels=("a", "c")), "choices"),
        (one_move(labels=("b", "a")), "choices"),
        (lottery(), "choices"),
        (dt.Game(("Russia", "Guarantor"), pay(0, 0)), "ends"),
        (one_move(end=one_move(knows=1).root.choices["a"]), None),
        (one_move(labels=("a",)), "choices"),
        (dt.Game(("Russia",), dt.Outcome({"Russia": 1})), "players"),
        (dt.Game(("Guarantor", "Russia"), one_move().root), "players"),
    ],
)
def test_other_shapes_are_refused(other, what):
    if what is None:  # the same shape after all
        one_shape({"one": one_move(), "other": other})
        return
    with pytest.raises(InputError, match=what) as error:
        one_shape({"one": one_move(), "other": other})
    assert "differ in numbers" in str(error.value)


def test_no_game_is_refused():
    with pytest.raises(InputError, match="give one at least"):
        one_shape({})
