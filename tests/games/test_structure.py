"""The flat form of a tree against the nested one, and perfect recall against its definition."""

import pickle
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import deterrence as dt
from deterrence.errors import RecallError
from deterrence.games.structure import CHANCE, MOVE, OUTCOME, Structure, own_sequences
from tests.games.random_trees import (
    PLAYERS,
    History,
    Node,
    Rng,
    branches,
    own_odds,
    places,
    rngs,
    trees,
    walk,
)

KINDS = {dt.Move: MOVE, dt.Chance: CHANCE, dt.Outcome: OUTCOME}


def flat(root: Node) -> Structure:
    return dt.Game(PLAYERS, root).structure


def node_at(root: Node, history: History) -> Node:
    for label in history:
        root = {name: below for name, _, below in branches(root)}[label]
    return root


@given(trees(odds=own_odds))
def test_the_flat_tree_is_the_nested_tree(root: Node) -> None:
    s = flat(root)
    assert sorted(s.histories, key=str) == sorted((h for h, _ in walk(root)), key=str)
    for k, history in enumerate(s.histories):
        node = node_at(root, history)
        assert s.kind[k] == KINDS[type(node)]
        assert s.histories[s.parent[k]] == history[:-1] if k else s.parent[k] == -1
        assert s.label[k] == (history[-1] if history else None)
        assert {s.label[c] for c in s.children[k]} == {label for label, _, _ in branches(node)}
        assert (s.payoffs[k] is None) == (s.events[k] is None) == (s.kind[k] != OUTCOME)
        assert (s.chance[k] is not None) == (k > 0 and s.kind[s.parent[k]] == CHANCE)


@given(trees())
def test_nodes_stand_in_preorder(root: Node) -> None:
    s = flat(root)

    def below(k: int) -> Iterator[int]:
        yield k
        for child in s.children[k]:
            yield from below(child)

    assert list(below(0)) == list(range(len(s)))


@given(trees())
def test_information_sets_gather_the_nodes_at_which_a_player_knows_the_same(root: Node) -> None:
    s, expected = flat(root), places(root)
    assert {(x.player, x.knows) for x in s.sets} == set(expected)
    assert [x.index for x in s.sets] == list(range(len(s.sets)))
    assert [x.nodes[0] for x in s.sets] == sorted(x.nodes[0] for x in s.sets)
    for x in s.sets:
        assert {s.histories[n] for n in x.nodes} == set(expected[x.player, x.knows])
        assert list(x.nodes) == sorted(x.nodes)
        assert s.by_name[x.player, x.knows] is x
        for n in x.nodes:  # actions and children line up at every node
            assert s.set_of[n] == x.index
            assert tuple(s.label[c] for c in s.children[n]) == x.actions
    assert sum(len(x.nodes) for x in s.sets) == sum(i >= 0 for i in s.set_of)


def test_actions_are_in_the_order_of_the_first_node() -> None:
    """Bob, who does not see what Ann does, finds his choices listed in two orders."""
    here, there = (dt.Outcome({"Ann": k, "Bob": -k}) for k in (1, 2))
    root = dt.Move(
        "Ann",
        (),
        {
            "up": dt.Move("Bob", "blind", {"left": here, "right": there}),
            "down": dt.Move("Bob", "blind", {"right": here, "left": there}),
        },
    )
    game = dt.Game(["Ann", "Bob"], root)
    assert game.structure.by_name["Bob", "blind"].actions == ("left", "right")
    payoffs = {
        game.structure.histories[k]: [game.numbers[n] for n in row]
        for k, row in enumerate(game.structure.payoffs)
        if row
    }
    assert payoffs == {
        ("up", "left"): [1, -1],
        ("up", "right"): [2, -2],
        ("down", "left"): [2, -2],
        ("down", "right"): [1, -1],
    }


@given(trees())
def test_events_are_listed_as_they_first_appear(root: Node) -> None:
    s = flat(root)
    seen = [name for events in s.events if events for name in events]
    assert list(s.event_names) == sorted(set(seen), key=seen.index)


@given(trees(odds=own_odds))
def test_chance_is_symmetric_if_all_players_share_it(root: Node) -> None:
    differ = any(
        len(set(p.values())) > 1 for _, node in walk(root) for _, p, _ in branches(node) if p
    )
    assert flat(root).symmetric_chance == (not differ)


@given(trees(), st.data())
def test_cutting_branches_leaves_the_rest_as_it_was(root: Node, data: st.DataObject) -> None:
    s = flat(root)
    drawn = [k for k, odds in enumerate(s.chance) if odds is not None]
    assume(drawn)
    gone = frozenset(data.draw(st.sets(st.sampled_from(drawn), max_size=3)))
    smaller = s.without(gone)
    cut = [s.histories[k] for k in gone]
    kept = [
        k
        for k, h in enumerate(s.histories)
        if not any(h[: len(prefix)] == prefix for prefix in cut)
    ]
    assert smaller.histories == [s.histories[k] for k in kept]
    for name in ("kind", "label", "payoffs", "chance", "events"):
        assert getattr(smaller, name) == [getattr(s, name)[k] for k in kept]
    left = {
        (x.player, x.knows, x.actions): {s.histories[n] for n in x.nodes if n in kept}
        for x in s.sets
    }
    assert {
        (x.player, x.knows, x.actions): {smaller.histories[n] for n in x.nodes}
        for x in smaller.sets
    } == {name: histories for name, histories in left.items() if histories}
    for k, children in enumerate(smaller.children):
        assert all(smaller.parent[child] == k for child in children)
        if smaller.kind[k] == MOVE:
            assert k in smaller.sets[smaller.set_of[k]].nodes
            assert len(children) == len(smaller.sets[smaller.set_of[k]].actions)


def test_what_is_remembered_is_computed_once_and_stays_out_of_the_pickle() -> None:
    s = flat(dt.Outcome(dict.fromkeys(PLAYERS, 0)))
    calls: list[int] = []

    def compute() -> str:
        calls.append(1)
        return "learnt"

    assert [s.remember("key", compute) for _ in range(3)] == ["learnt"] * 3
    assert calls == [1]
    s.memory["open file"] = lambda: None  # nothing that could be pickled
    again = pickle.loads(pickle.dumps(s))
    assert again.memory == {}
    assert again.kind == s.kind


# --- perfect recall


def forgetful(rng: Rng, depth: int) -> Node:
    """Two actions everywhere and knowledge drawn at random, so that anything may be forgotten."""
    kind = rng.choice(("move", "move", "move", "chance", "outcome")) if depth else "outcome"
    if kind == "move":
        below = {a: forgetful(rng, depth - 1) for a in ("yes", "no")}
        return dt.Move(rng.choice(PLAYERS[:2]), rng.choice("kmn"), below)
    if kind == "chance":
        return dt.Chance({x: ("1/2", forgetful(rng, depth - 1)) for x in ("heads", "tails")})
    return dt.Outcome(dict.fromkeys(PLAYERS, 0))


def own_past(root: Node, player: str, history: History) -> list[tuple[Any, Any]]:
    """What the player knew and did on the way."""
    past, node = [], root
    for label in history:
        if isinstance(node, dt.Move) and node.player == player:
            past.append((node.knows, label))
        node = node_at(node, (label,))
    return past


def remembers(root: Node) -> bool:
    """Perfect recall as Kuhn defines it: the same past at all nodes of an information set."""
    for (player, knows), histories in places(root).items():
        pasts = [own_past(root, player, h) for h in histories]
        if any(past != pasts[0] for past in pasts):
            return False
        if any(knew == knows for past in pasts for knew, _ in past):
            return False
    return True


@given(rngs, st.integers(1, 4))
def test_perfect_recall_is_demanded_and_nothing_more(rng: Rng, depth: int) -> None:
    root = forgetful(rng, depth)
    if remembers(root):
        flat(root)
    else:
        with pytest.raises(RecallError):
            flat(root)


@given(trees())
def test_trees_in_which_players_know_their_past_are_taken(root: Node) -> None:
    assert remembers(root)
    s = flat(root)
    sequences = own_sequences(s)
    for x in s.sets:
        for n in x.nodes:
            past = [(s.sets[index].knows, action) for index, action in sequences[n]]
            assert past == own_past(root, x.player, s.histories[n])


E0 = dt.Outcome({"Ann": 0, "Bob": 0})


def later(knows: Any = "later") -> Node:
    return dt.Move("Ann", knows, {"on": E0, "off": E0})


FORGETTING = {
    "what she did": (
        dt.Move("Ann", "first", {"in": later(), "out": later()}),
        ["'later'", "'first'", "whether it chose 'in' or 'out'"],
    ),
    "what she knew": (
        dt.Chance(
            {
                "heads": ("1/2", dt.Move("Ann", "saw heads", {"go": later()})),
                "tails": ("1/2", dt.Move("Ann", "saw tails", {"go": later()})),
            }
        ),
        ["'later'", "what it knew", "'saw heads' and 'saw tails'"],
    ),
    "that she moved": (
        dt.Chance(
            {
                "heads": ("1/2", dt.Move("Ann", "first", {"go": later()})),
                "tails": ("1/2", later()),
            }
        ),
        ["'later'", "'first'", "having chosen 'go'"],
    ),
    "where she is": (
        dt.Move("Ann", "road", {"exit": E0, "on": dt.Move("Ann", "road", {"exit": E0, "on": E0})}),
        ["'road'", "twice in one play", "('on',)"],
    ),
    "behind another's move": (
        dt.Move(
            "Ann",
            "first",
            {a: dt.Move("Bob", a, {b: later() for b in ("x", "y")}) for a in ("in", "out")},
        ),
        ["'later'", "'first'", "whether it chose 'in' or 'out'", "Ann"],
    ),
}


@pytest.mark.parametrize("kind", FORGETTING)
def test_forgetting_is_refused_and_the_sets_are_named(kind: str) -> None:
    root, words = FORGETTING[kind]
    with pytest.raises(RecallError) as caught:
        dt.Game(["Ann", "Bob"], root)
    message = str(caught.value)
    assert "Ann" in message
    assert all(word in message for word in words), message


def test_a_player_may_forget_what_others_did() -> None:
    root = dt.Move("Bob", (), {b: later() for b in ("x", "y")})
    assert len(dt.Game(["Ann", "Bob"], root).information_sets) == 2
