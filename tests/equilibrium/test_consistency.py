"""Beliefs and the trembles behind them, against Bayes' rule, enumeration and checked proofs."""

from __future__ import annotations

import itertools
import math
import random
from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.equilibrium import consistency_order
from deterrence.equilibrium.consistency import beliefs_from, find_witness
from deterrence.equilibrium.consistency_record import Refusal, Witness
from deterrence.errors import InputError
from tests.equilibrium.known_games import double_deviation, pay, two_observers

PLAYERS = ("A", "B", "C")
Rows = tuple[tuple[Fraction, ...], ...]


# --- random games -----------------------------------------------------------------------------


def random_game(rng: random.Random, depth: int = 4, most_actions: int = 3) -> dt.Game:
    """Perfect recall by construction: `knows` holds what the player did and knew before."""
    sizes: dict[Any, int] = {}

    def outcome() -> dt.Outcome:
        return dt.Outcome({p: Fraction(rng.randint(-6, 6), rng.randint(1, 4)) for p in PLAYERS})

    def chance(left: int, past: Mapping[str, Any]) -> dt.Chance:
        odds = {p: Fraction(rng.randint(1, 5), 6) for p in PLAYERS}
        if rng.random() < 0.7:
            odds = dict.fromkeys(PLAYERS, odds["A"])
        rest = {p: 1 - q for p, q in odds.items()}
        return dt.Chance({"l": (odds, node(left, past)), "r": (rest, node(left, past))})

    def node(left: int, past: Mapping[str, Any]) -> Any:
        if left == 0 or (left < depth and rng.random() < 0.15):
            return outcome()
        if rng.random() < 0.2:
            return chance(left - 1, past)
        player = rng.choice(PLAYERS)
        knows = (past[player], rng.choice("xxy"))
        size = sizes.setdefault((player, knows), rng.randint(2, most_actions))
        return dt.Move(
            player,
            knows,
            {a: node(left - 1, {**past, player: (knows, a)}) for a in "abc"[:size]},
        )

    return dt.Game(PLAYERS, node(depth, dict.fromkeys(PLAYERS)))


def random_strategy(rng: random.Random, game: dt.Game, least: int = 0) -> Rows:
    rows = []
    for s in game.information_sets:
        shares = [rng.choice((least, least, rng.randint(1, 4))) for _ in s.actions]
        if not sum(shares):
            shares[rng.randrange(len(shares))] = 1
        rows.append(tuple(Fraction(share, sum(shares)) for share in shares))
    return tuple(rows)


def random_witness(rng: random.Random, strategy: Rows) -> Witness:
    return Witness(
        tuple(tuple(0 if p else rng.randint(1, 4) for p in row) for row in strategy),
        tuple(
            tuple(p or Fraction(rng.randint(1, 9), rng.randint(1, 9)) for p in row)
            for row in strategy
        ),
    )


# --- independent arguments --------------------------------------------------------------------


def steps(game: dt.Game, node: int) -> list[tuple[int, int, int]]:
    """(parent's information set, or -1; the action's place; the node) on the way to a node."""
    s, found = game.structure, []
    while node > 0:
        above = s.parent[node]
        place = s.set_of[above]
        action = s.sets[place].actions.index(s.label[node]) if place >= 0 else -1
        found.append((place, action, node))
        node = above
    return found


def played(
    game: dt.Game, strategy: Sequence[Sequence[Fraction]], node: int, player: str
) -> Fraction:
    """The probability of chance and of the played actions on the way, in the player's view."""
    k, product = game.players.index(player), Fraction(1)
    for place, action, below in steps(game, node):
        if place < 0:
            product *= game.numbers[game.structure.chance[below][k]]
        elif strategy[place][action]:
            product *= strategy[place][action]
    return product


def proves(
    game: dt.Game,
    strategy: Sequence[Sequence[Fraction]],
    beliefs: Mapping[int, Sequence[Fraction]],
    refusal: Refusal,
) -> bool:
    """Whether a refusal's comparisons, read off the tree anew, add up to a contradiction."""
    total: dict[tuple[int, int], int] = {}
    product, strict = Fraction(1), False
    for c in refusal.proof:
        s = game.information_sets[c.information_set]
        belief = dict(zip(s.nodes, beliefs[s.index], strict=True))
        assert belief[c.other] > 0
        assert c.believed == (belief[c.node] > 0)
        for node, sign in ((c.node, 1), (c.other, -1)):
            for place, action, _ in steps(game, node):
                if place >= 0 and not strategy[place][action]:
                    total[place, action] = total.get((place, action), 0) + sign * c.times
            if c.believed:
                weight = belief[node] / played(game, strategy, node, s.player)
                product *= weight ** (sign * c.times)
        if not c.believed:
            assert c.times > 0
            strict = True
    if refusal.about == "weights":
        return not any(total.values()) and product != 1 and not strict
    return max(total.values(), default=0) <= 0 and (strict or min(total.values()) < 0)


def supports(game: dt.Game, order: Mapping[tuple[int, int], int]) -> tuple[frozenset[int], ...]:
    """The nodes of least total order in each set."""
    found = []
    for s in game.information_sets:
        totals = [sum(order.get((p, a), 0) for p, a, _ in steps(game, n)) for n in s.nodes]
        found.append(frozenset(k for k, t in enumerate(totals) if t == min(totals)))
    return tuple(found)


# --- properties -------------------------------------------------------------------------------

randoms = st.integers(0, 2**32).map(random.Random)  # their draws are more varied than st.randoms


@given(randoms)
def test_where_everything_is_played_beliefs_are_those_of_bayes(rng: random.Random) -> None:
    game = random_game(rng)
    strategy = random_strategy(rng, game, least=1)
    beliefs = beliefs_from(game, strategy, random_witness(rng, strategy))
    for s in game.information_sets:
        reach = [played(game, strategy, node, s.player) for node in s.nodes]
        assert beliefs[s.index] == tuple(r / sum(reach) for r in reach)


@given(randoms)
def test_beliefs_that_trembles_give_are_found_again(rng: random.Random) -> None:
    game = random_game(rng)
    strategy = random_strategy(rng, game)
    beliefs = beliefs_from(game, strategy, random_witness(rng, strategy))
    found = find_witness(game, strategy, dict(enumerate(beliefs)))
    assert isinstance(found, Witness)
    assert found.exact
    assert beliefs_from(game, strategy, found) == beliefs
    for order, weights, row in zip(found.order, found.weights, strategy, strict=True):
        assert all((k == 0) == (p > 0) for k, p in zip(order, row, strict=True))
        assert all(w > 0 and w == (p or w) for w, p in zip(weights, row, strict=True))


def test_the_linear_program_alone_finds_orders_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(consistency_order, "_ROUNDS", 0)  # of what is tried before it
    for seed in range(100):
        rng = random.Random(seed)
        game = random_game(rng)
        strategy = random_strategy(rng, game)
        beliefs = beliefs_from(game, strategy, random_witness(rng, strategy))
        found = find_witness(game, strategy, dict(enumerate(beliefs)))
        assert isinstance(found, Witness)
        assert beliefs_from(game, strategy, found) == beliefs


@given(randoms)
def test_other_beliefs_are_explained_or_refuted(rng: random.Random) -> None:
    game = random_game(rng)
    strategy = random_strategy(rng, game)
    stated = dict(enumerate(beliefs_from(game, strategy, random_witness(rng, strategy))))
    several = [s for s in game.information_sets if len(s.nodes) > 1]
    assume(several)
    for s in rng.sample(several, min(len(several), 2)):
        shares = [rng.choice((0, 1, 2)) for _ in s.nodes]
        shares[rng.randrange(len(shares))] += 1
        stated[s.index] = tuple(Fraction(share, sum(shares)) for share in shares)
    for s in rng.sample(several, len(several) // 2):  # beliefs may be partial
        del stated[s.index]
    found = find_witness(game, strategy, stated)
    if isinstance(found, Refusal):
        assert proves(game, strategy, stated, found)
    elif found.exact:
        beliefs = beliefs_from(game, strategy, found)
        assert all(beliefs[place] == row for place, row in stated.items())


@given(randoms)
def test_certain_beliefs_against_every_small_order(rng: random.Random) -> None:
    game = random_game(rng, depth=3, most_actions=2)
    strategy = random_strategy(rng, game)
    unplayed = [(k, a) for k, row in enumerate(strategy) for a, p in enumerate(row) if not p]
    assume(len(unplayed) <= 5)
    reached = {
        supports(game, dict(zip(unplayed, orders, strict=True)))
        for orders in itertools.product((1, 2, 3), repeat=len(unplayed))
    }
    sure = [rng.randrange(len(s.nodes)) for s in game.information_sets]
    stated = {
        s.index: tuple(Fraction(int(k == sure[s.index])) for k in range(len(s.nodes)))
        for s in game.information_sets
    }
    found = find_witness(game, strategy, stated)
    if isinstance(found, Refusal):
        assert tuple(frozenset({k}) for k in sure) not in reached
        assert proves(game, strategy, stated, found)
    else:
        assert beliefs_from(game, strategy, found) == tuple(stated.values())


# --- games worked by hand ---------------------------------------------------------------------


def rows(game: dt.Game, choices: Mapping[tuple[str, Any], Sequence[Any]]) -> Rows:
    return tuple(tuple(map(Fraction, choices[s.player, s.knows])) for s in game.information_sets)


def index(game: dt.Game, player: str, knows: Any) -> int:
    return game.structure.by_name[player, knows].index


OBSERVED = {
    ("One", ("t1",)): (1, 0),
    ("One", ("t2",)): (1, 0),
    ("Two", ("b",)): (1, 0),
    ("Three", ("b",)): (1, 0),
}


@pytest.mark.parametrize(
    ("two", "three", "about"),
    [
        ((Fraction(2, 3), Fraction(1, 3)), (Fraction(2, 3), 0, Fraction(1, 3), 0), None),
        ((1, 0), (1, 0, 0, 0), None),
        ((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 3), 0, Fraction(2, 3), 0), "weights"),
        ((1, 0), (0, 0, 1, 0), "order"),
        ((1, 0), (Fraction(1, 2), 0, Fraction(1, 2), 0), "order"),
    ],
)
def test_two_observers_of_one_message_share_a_belief(
    two: Sequence[Any], three: Sequence[Any], about: str | None
) -> None:
    game = two_observers()
    strategy = rows(game, OBSERVED)
    stated = {
        index(game, "Two", ("b",)): tuple(map(Fraction, two)),
        index(game, "Three", ("b",)): tuple(map(Fraction, three)),
    }
    found = find_witness(game, strategy, stated)
    if about is None:
        assert isinstance(found, Witness)
        assert stated.items() <= dict(enumerate(beliefs_from(game, strategy, found))).items()
    else:
        assert isinstance(found, Refusal)
        assert found.about == about
        assert proves(game, strategy, stated, found)
        assert "Three ('b',)" in found.reason
        assert "('t2', 'b', 'stop')" in found.reason


def test_the_refusal_of_weights_says_what_the_odds_would_have_to_be() -> None:
    game = two_observers()
    two, three = (
        (Fraction(1, 2), Fraction(1, 2)),
        (Fraction(1, 3), Fraction(0), Fraction(2, 3), Fraction(0)),
    )
    stated = {index(game, "Two", ("b",)): two, index(game, "Three", ("b",)): three}
    found = find_witness(game, rows(game, OBSERVED), stated)
    assert isinstance(found, Refusal)
    assert found.reason == (
        "no weights of trembles fit: at Three ('b',), the odds of ('t2', 'b', 'stop') to "
        "('t1', 'b', 'stop') are 2, but the beliefs at Two ('b',) make them 1."
    )


@pytest.mark.parametrize(("belief", "possible"), [((0, 0, 1), False), ((1, 0, 0), True)])
def test_two_mistakes_are_rarer_than_one(belief: Sequence[int], possible: bool) -> None:
    game = double_deviation()
    strategy = rows(game, {("One", ()): (1, 0), ("Two", ()): (1, 0), ("Three", ("b",)): (1, 0)})
    stated = {index(game, "Three", ("b",)): tuple(map(Fraction, belief))}
    assert game.structure.histories[game.information_sets[-1].nodes[-1]] == ("b", "b")
    found = find_witness(game, strategy, stated)
    assert isinstance(found, Witness) == possible
    if isinstance(found, Refusal):
        assert proves(game, strategy, stated, found)
        assert len(found.proof) == 1


def test_on_the_path_the_refusal_is_bayes() -> None:
    game = two_observers()
    strategy = rows(game, {**OBSERVED, ("One", ("t1",)): (0, 1), ("One", ("t2",)): (0, 1)})
    stated = {index(game, "Two", ("b",)): (Fraction(1, 3), Fraction(2, 3))}
    found = find_witness(game, strategy, stated)
    assert isinstance(found, Refusal)
    assert "Bayes' rule makes them 1" in found.reason
    assert isinstance(find_witness(game, strategy, stated, tolerance=Fraction(1)), Witness)


def told(sets: Mapping[str, Sequence[str]]) -> dt.Game:
    """First and Second move unseen, and may stay out; of some pairs Third is told a name."""
    three = ("First", "Second", "Third")
    pairs = {tuple(pair.split()): name for name, both in sets.items() for pair in both}
    firsts = dict.fromkeys(["out", *(one for one, _ in pairs)])
    seconds = dict.fromkeys(["out", *(two for _, two in pairs)])

    def third(pair: tuple[str, str]) -> Any:
        end = pay(three, 0, 0, 0)
        return dt.Move("Third", pairs[pair], {"l": end, "r": end}) if pair in pairs else end

    def second(one: str) -> Any:
        return dt.Move("Second", (), {two: third((one, two)) for two in seconds})

    return dt.Game(three, dt.Move("First", (), {one: second(one) for one in firsts}))


@pytest.mark.parametrize(("odds", "is_exact"), [(4, True), (2, False), (Fraction(9, 49), True)])
def test_weights_are_rational_where_any_are(odds: Any, is_exact: bool) -> None:
    game = told({"1": ["a out", "out b"], "2": ["c out", "out d"], "3": ["a b", "c d"]})
    strategy = tuple(
        (Fraction(1), *[Fraction(0)] * (len(s.actions) - 1)) for s in game.information_sets
    )
    stated = {index(game, "Third", k): (Fraction(1, 2), Fraction(1, 2)) for k in "12"}
    stated[index(game, "Third", "3")] = (
        Fraction(odds) / (1 + Fraction(odds)),
        1 / (1 + Fraction(odds)),
    )
    found = find_witness(game, strategy, stated)
    assert isinstance(found, Witness)
    assert found.exact == is_exact
    beliefs = beliefs_from(game, strategy, found)
    for place, row in stated.items():
        off = max(abs(p - q) for p, q in zip(beliefs[place], row, strict=True))
        assert off == 0 if is_exact else 0 <= off < Fraction(1, 10**30)
    a, c = (found.weights[0][game.information_sets[0].actions.index(x)] for x in "ac")
    assert math.isclose(a / c, math.sqrt(odds))


@pytest.mark.parametrize(
    "sets",
    [
        # the first of each pair believed: k(a) < k(b) < k(c) < k(a)
        {"x": ["a p", "b p"], "y": ["b q", "c q"], "z": ["c r", "a r"]},
        # k(a) < k(c) and k(b) < k(d), but k(c) + k(d) < k(a) + k(b)
        {"x": ["a out", "c out"], "y": ["out b", "out d"], "z": ["c d", "a b"]},
    ],
)
def test_three_sets_contradict_where_no_two_do(sets: Mapping[str, Sequence[str]]) -> None:
    game = told(sets)
    strategy = tuple(
        (Fraction(1), *[Fraction(0)] * (len(s.actions) - 1)) for s in game.information_sets
    )
    stated = {}
    for name, pairs in sets.items():
        s = game.structure.by_name["Third", name]
        first = tuple(pairs[0].split())
        stated[s.index] = tuple(
            Fraction(int(game.structure.histories[n] == first)) for n in s.nodes
        )
    found = find_witness(game, strategy, stated)
    assert isinstance(found, Refusal)
    assert {(c.information_set, c.times) for c in found.proof} == {(k, 1) for k in stated}
    assert proves(game, strategy, stated, found)
    for place in stated:
        rest = {k: row for k, row in stated.items() if k != place}
        assert isinstance(find_witness(game, strategy, rest), Witness)


def test_players_hold_their_own_view_of_chance() -> None:
    both = ("One", "Two")
    end = dt.Outcome({"One": 0, "Two": 0})

    def two() -> Any:
        return dt.Move("Two", (), {"l": end, "r": end})

    game = dt.Game(
        both,
        dt.Chance(
            {
                "x": ({"One": Fraction(1, 2), "Two": Fraction(1, 5)}, two()),
                "y": ({"One": Fraction(1, 2), "Two": Fraction(4, 5)}, two()),
            }
        ),
    )
    strategy = ((Fraction(1), Fraction(0)),)
    found = find_witness(game, strategy, {0: (Fraction(1, 5), Fraction(4, 5))})
    assert isinstance(found, Witness)
    assert beliefs_from(game, strategy, found) == ((Fraction(1, 5), Fraction(4, 5)),)
    assert isinstance(find_witness(game, strategy, {0: (Fraction(1, 2), Fraction(1, 2))}), Refusal)


def test_beliefs_must_be_somewhere() -> None:
    game = two_observers()
    with pytest.raises(InputError, match=r"Two \('b',\) are zero everywhere"):
        find_witness(
            game, rows(game, OBSERVED), {index(game, "Two", ("b",)): (Fraction(0), Fraction(0))}
        )
