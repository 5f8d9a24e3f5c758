"""What follows from an assessment, against a second evaluation on the nested tree."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given

import deterrence as dt
from deterrence.errors import InputError, LabelError
from deterrence.games.assessment import Assessment, Labelled
from tests.games.random_trees import (
    EVENTS,
    PLAYERS,
    History,
    Node,
    Place,
    Rng,
    branches,
    own_odds,
    per_player,
    places,
    rngs,
    shares,
    trees,
    walk,
)

Strategy = Mapping[Place, Mapping[str, Fraction]]


# --- the second evaluation: recursion over the nested nodes, nothing of the package's but those


def steps(node: Node, by: str, strategy: Strategy) -> list[tuple[Fraction, Any, Node]]:
    """(probability, label, node) of whatever comes next, with one player's chance."""
    if isinstance(node, dt.Chance):
        return [(per_player(p)[by], label, below) for label, p, below in branches(node)]
    if isinstance(node, dt.Move):
        row = strategy[node.player, node.knows]
        return [(row[action], action, below) for action, below in node.choices.items()]
    return []


def payoff(node: Node, player: str, strategy: Strategy) -> Fraction:
    if isinstance(node, dt.Outcome):
        return Fraction(node.payoffs[player])
    return sum(
        (p * payoff(n, player, strategy) for p, _, n in steps(node, player, strategy)), Fraction(0)
    )


def share(node: Node, event: str, by: str, strategy: Strategy) -> Fraction:
    if isinstance(node, dt.Outcome):
        assert isinstance(node.events, Mapping)
        return Fraction(node.events.get(event, 0))
    return sum(
        (p * share(n, event, by, strategy) for p, _, n in steps(node, by, strategy)), Fraction(0)
    )


def arrival(node: Node, history: History, by: str, strategy: Strategy) -> Fraction:
    if not history:
        return Fraction(1)
    (found,) = (x for x in steps(node, by, strategy) if x[1] == history[0])
    return found[0] * arrival(found[2], history[1:], by, strategy)


def differs(root: Node) -> bool:
    """Whether the players disagree about some chance move."""
    return any(
        len(set(per_player(p).values())) > 1
        for _, node in walk(root)
        if isinstance(node, dt.Chance)
        for _, p, _ in branches(node)
    )


# --- drawn assessments


def sides(rng: Rng, root: Node) -> tuple[Strategy, Assessment]:
    """A profile with zeros in it, by name and as an assessment."""
    game = dt.Game(PLAYERS, root)
    strategy = {
        (s.player, s.knows): dict(zip(s.actions, shares(rng, len(s.actions), 0), strict=True))
        for s in game
    }
    rows = [tuple(strategy[s.player, s.knows].values()) for s in game]
    beliefs = [tuple(shares(rng, len(s.nodes), 0)) for s in game]
    return strategy, Assessment(game, rows, beliefs)


@given(trees(odds=own_odds), rngs)
def test_payoffs_use_each_player_s_own_chance(root: Node, rng: Rng) -> None:
    strategy, a = sides(rng, root)
    assert dict(a.payoffs) == {p: payoff(root, p, strategy) for p in PLAYERS}
    assert a.node_values()[0] == tuple(a.payoffs.values())


@given(trees(odds=own_odds), rngs)
def test_values_from_every_node_on(root: Node, rng: Rng) -> None:
    strategy, a = sides(rng, root)
    nodes = dict(walk(root))
    for history, values in zip(a.game.structure.histories, a.node_values(), strict=True):
        assert values == tuple(payoff(nodes[history], p, strategy) for p in PLAYERS)


@given(trees(odds=own_odds), rngs)
def test_reach(root: Node, rng: Rng) -> None:
    strategy, a = sides(rng, root)
    for history, _ in walk(root):
        for player in PLAYERS:
            expected = arrival(root, history, player, strategy)
            assert a.reach(history, by=player) == expected
            assert a.reach(list(history), by=player) == expected
    for (player, knows), histories in places(root).items():
        arrives = any(arrival(root, h, "Ann", strategy) > 0 for h in histories)
        assert a.reached(player, knows) == arrives


@given(trees(odds=own_odds), rngs)
def test_events_are_weighted(root: Node, rng: Rng) -> None:
    strategy, a = sides(rng, root)
    named = {e for _, node in walk(root) if isinstance(node, dt.Outcome) for e in node.events}
    for player in PLAYERS:
        expected = {e: share(root, e, player, strategy) for e in named}
        assert a.events(by=player) == expected
        for event in named:
            assert a.probability(event, by=player) == expected[event]
    for event in set(EVENTS) - named:
        with pytest.raises(LabelError, match=f"unknown event '{event}'"):
            a.probability(event, by="Ann")


@given(trees(odds=own_odds), rngs)
def test_whose_chance_must_be_said_where_it_differs(root: Node, rng: Rng) -> None:
    strategy, a = sides(rng, root)
    named = a.game.structure.event_names
    if differs(root):
        for ask in (a.events, lambda: a.reach(())) if named else (lambda: a.reach(()),):
            with pytest.raises(InputError, match="say by whose"):
                ask()
        for event in named:
            with pytest.raises(InputError, match="by='Ann'"):
                a.probability(event)
    else:
        assert a.reach(()) == 1
        assert a.events() == {e: share(root, e, "Cy", strategy) for e in named}


@given(trees(), rngs)
def test_strategies_and_beliefs_are_read_by_label(root: Node, rng: Rng) -> None:
    strategy, a = sides(rng, root)
    for (player, knows), histories in places(root).items():
        assert dict(a.strategy[player][knows]) == strategy[player, knows]
        belief = a.beliefs[player][knows]
        assert set(belief) == set(histories)
        assert sum(belief.values()) == 1
        s = a.game.structure.by_name[player, knows]
        for n, p in zip(s.nodes, a.node_beliefs[s.index], strict=True):
            assert belief[a.game.structure.histories[n]] == p
    assert list(a.strategy) == list(a.beliefs) == list(PLAYERS)


@given(trees(), rngs)
def test_probabilities_of_outcomes_sum_to_one(root: Node, rng: Rng) -> None:
    _, a = sides(rng, root)
    ends = [h for h, node in walk(root) if isinstance(node, dt.Outcome)]
    assert sum(a.reach(h) for h in ends) == 1


@given(trees(odds=own_odds), rngs)
def test_an_event_at_every_outcome_is_certain(root: Node, rng: Rng) -> None:
    _, a = sides(rng, everywhere(root))
    assert [a.probability("any", by=p) for p in PLAYERS] == [1, 1, 1]


def everywhere(node: Node) -> Node:
    if isinstance(node, dt.Outcome):
        return dt.Outcome(node.payoffs, "any")
    if isinstance(node, dt.Move):
        below = {a: everywhere(n) for a, n in node.choices.items()}
        return dt.Move(node.player, node.knows, below)
    return dt.Chance({label: (p, everywhere(n)) for label, p, n in branches(node)})


# --- by hand


def quarrel() -> Assessment:
    """Ann thinks rain has probability 1/4, Bob 1/2. In the rain Ann stays with probability 1/3;
    when it is dry she goes. Going in the rain counts for a half."""
    wet = {
        "stay": dt.Outcome({"Ann": 3, "Bob": 0}),
        "go": dt.Outcome({"Ann": 0, "Bob": 4}, {"trip": "1/2"}),
    }
    dry = {
        "stay": dt.Outcome({"Ann": 1, "Bob": 1}),
        "go": dt.Outcome({"Ann": 2, "Bob": 2}, ["trip", "sun"]),
    }
    root = dt.Chance(
        {
            "rain": ({"Ann": "1/4", "Bob": "1/2"}, dt.Move("Ann", ("rain",), wet)),
            "dry": ({"Ann": "3/4", "Bob": "1/2"}, dt.Move("Ann", ("dry",), dry)),
        }
    )
    third = Fraction(1, 3)
    one = (Fraction(1),)
    return Assessment(dt.Game(["Ann", "Bob"], root), [(third, 1 - third), (0, 1)], [one, one])


def test_a_quarrel_about_the_weather() -> None:
    a = quarrel()
    # Ann: 1/4 (1/3 3 + 2/3 0) + 3/4 2 = 7/4; Bob: 1/2 (2/3 4) + 1/2 2 = 7/3
    assert dict(a.payoffs) == {"Ann": Fraction(7, 4), "Bob": Fraction(7, 3)}
    # a trip: Ann 1/4 2/3 1/2 + 3/4 = 5/6; Bob 1/2 2/3 1/2 + 1/2 = 2/3
    assert a.probability("trip", by="Ann") == Fraction(5, 6)
    assert a.probability("trip", by="Bob") == Fraction(2, 3)
    assert a.events(by="Bob") == {"trip": Fraction(2, 3), "sun": Fraction(1, 2)}
    assert a.reach(("rain", "go"), by="Bob") == Fraction(1, 3)
    assert a.strategy["Ann"][("rain",)]["stay"] == Fraction(1, 3)
    assert a.beliefs["Ann"][("rain",)] == {("rain",): 1}
    assert len(a.strategy["Bob"]) == 0


@pytest.mark.parametrize(
    ("ask", "words"),
    [
        (lambda a: a.probability("trip"), ["differ", "by='Ann'"]),
        (lambda a: a.events(), ["differ"]),
        (lambda a: a.reach(()), ["differ"]),
        (lambda a: a.probability("trip", by="Anne"), ["unknown player 'Anne'", "'Ann'"]),
        (lambda a: a.probability("trips", by="Ann"), ["'trips'", "Did you mean 'trip'"]),
        (lambda a: a.reach(("rain", "goes"), by="Ann"), ["unknown history", "('rain', 'go')"]),
        (lambda a: a.reached("Ann", ("snow",)), ["unknown information set of Ann", "('dry',)"]),
        (lambda a: a.strategy["Cy"], ["unknown player 'Cy'", "'Ann', 'Bob'"]),
        (lambda a: a.strategy["Ann"][("rains",)], ["Ann", "Did you mean", "('rain',)"]),
        (lambda a: a.strategy["Ann"][["rain"]], ["unknown information set of Ann"]),
        (lambda a: a.strategy["Ann"][("rain",)]["stays"], ["unknown action", "'stay'"]),
        (lambda a: a.beliefs["Ann"][("rain",)][("dry",)], ["unknown history", "('rain',)"]),
        (lambda a: a.payoffs["ann"], ["unknown player 'ann'", "'Ann'"]),
    ],
)
def test_a_wrong_label_gets_an_answer(ask: Any, words: list[str]) -> None:
    with pytest.raises(InputError) as caught:
        ask(quarrel())
    assert all(word in str(caught.value) for word in words), str(caught.value)


def test_labels_read_like_a_mapping() -> None:
    found = Labelled("action", {"stay": Fraction(1, 3), "go": Fraction(2, 3)})
    assert repr(found) == "{'stay': 1/3, 'go': 2/3}"
    assert "stay" in found
    assert "leave" not in found
    assert found.get("leave", 0) == 0
    assert found == {"stay": Fraction(1, 3), "go": Fraction(2, 3)}
    with pytest.raises(KeyError):
        found["leave"]
    with pytest.raises(TypeError):
        found["stay"] = 1  # type: ignore[index]


def test_branches_that_fell_away_are_not_part_of_the_assessment() -> None:
    p = sympy.Symbol("p")
    root = dt.Chance(
        {
            "rain": (p, dt.Move("Ann", "here", {"go": dt.Outcome({"Ann": 5}, "trip")})),
            "dry": (1 - p, dt.Move("Ann", "here", {"go": dt.Outcome({"Ann": 1})})),
        }
    )
    game = dt.Game(["Ann"], root).at(p=0)
    a = Assessment(game, [(Fraction(1),)], [(Fraction(1),)])
    assert dict(a.payoffs) == {"Ann": 1}
    assert dict(a.beliefs["Ann"]["here"]) == {("dry",): 1}
    with pytest.raises(LabelError, match="unknown history"):
        a.reach(("rain",))


# --- corners


def test_chance_that_is_equal_at_a_point_needs_no_player() -> None:
    p, q = sympy.symbols("p q")
    root = dt.Chance(
        {
            "rain": ({"Ann": p, "Bob": q}, dt.Outcome({"Ann": 0, "Bob": 0}, "wet")),
            "dry": ({"Ann": 1 - p, "Bob": 1 - q}, dt.Outcome({"Ann": 1, "Bob": 1})),
        }
    )
    game = dt.Game(["Ann", "Bob"], root).at(p="1/3", q="1/3")
    assert Assessment(game, [], []).probability("wet") == Fraction(1, 3)


def test_an_information_set_asked_for_with_a_list() -> None:
    with pytest.raises(LabelError):
        quarrel().reached("Ann", ["rain"])
