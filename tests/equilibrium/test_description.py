"""What is said of families, held against the certificate and against derivations by hand."""

from __future__ import annotations

import itertools
import math
import random
import re
from collections.abc import Iterator
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import deterrence as dt
from deterrence.equilibrium import description_cell
from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.consistency import find_witness
from deterrence.equilibrium.consistency_record import Witness
from deterrence.equilibrium.decomposition import Block, decompose
from deterrence.equilibrium.factored import Factored
from deterrence.equilibrium.profiles import solve_support
from deterrence.equilibrium.reduction import chance_reach, reduce_block
from deterrence.equilibrium.solution import Family
from deterrence.guarantee.parameters import defaults
from tests.equilibrium import known_games as known
from tests.equilibrium.known_games import pay

F = Fraction
B = ("b",)


def families(game: dt.Game, component: int = 0) -> list[Family]:
    return list(dt.solve(game).components[component].families)


def value(equilibrium: Any, key: tuple[Any, ...]) -> Fraction:
    kind, player, knows, label = key
    held = equilibrium.strategy if kind == "strategy" else equilibrium.beliefs
    return held[player][knows][label]


# --- relations read back ---

TERM = re.compile(r"(?:([\d/]+)\*)?((?:(?:P|belief)\[[^\]]*\]\([^)]*\)\*?)+)|([\d/]+)")
NAME = re.compile(r"(P|belief)\[(.*?) \| (.*?)\]\((.*?)\)")


def side(text: str, equilibrium: Any) -> Fraction:
    """A side of a relation at an equilibrium: sums of products, as they are written."""
    total = F(0)
    for term in text.split(" + "):
        found = TERM.fullmatch(term)
        assert found, term
        factor, names, constant = found.groups()
        numbers = [F(constant or factor or 1)]
        for kind, player, knows, label in NAME.findall(names or ""):
            numbers.append(named(equilibrium, kind, player, knows, label))
        total += math.prod(numbers, start=F(1))
    return total


def named(equilibrium: Any, kind: str, player: str, knows: str, label: str) -> Fraction:
    held = equilibrium.strategy if kind == "P" else equilibrium.beliefs
    (row,) = [row for k, row in held[player].items() if repr(k) == knows]
    if kind == "P":
        return row[label]
    by_text = {", ".join(map(str, history)): p for history, p in row.items()}
    return sum((by_text[h] for h in label.split(" or ")), F(0))


def conditions(family: Family) -> Iterator[tuple[str, str, str]]:
    for relation in family.relations:
        if found := re.fullmatch(r"(.*) (>=|<=|=) (.*)", relation):
            left, sign, right = found.groups()
            if "w[" not in relation and "history" not in relation and ";" not in relation:
                yield left, sign, right


def holds(family: Family, equilibrium: Any) -> bool:
    def check(left: str, sign: str, right: str) -> bool:
        one, two = side(left, equilibrium), side(right, equilibrium)
        return {">=": one >= two, "<=": one <= two, "=": one == two}[sign]

    return all(check(*c) for c in conditions(family))


# --- the two-type game of the issue ---


def test_the_faces_of_the_pooling_component() -> None:
    # a is best for t2 (gets 3 P(r) from b) iff P(l) >= 1/3; l is best iff belief in t1 >= 1/2
    left, mixed = families(known.separating_or_pooling())
    certain, other = ("t1", "b"), ("t2", "b")

    assert left.fixed["strategy", "Receiver", B, "l"] == 1
    assert left.free == {
        ("belief", "Receiver", B, certain): (F(1, 2), F(1)),
        ("belief", "Receiver", B, other): (F(0), F(1, 2)),
    }
    assert left.relations == ("belief[Receiver | ('b',)](t1, b) >= 1/2",)
    assert left.supports["Receiver"][B] == ("l",)

    assert mixed.fixed["belief", "Receiver", B, certain] == F(1, 2)
    assert mixed.free == {
        ("strategy", "Receiver", B, "l"): (F(1, 3), F(1)),
        ("strategy", "Receiver", B, "r"): (F(0), F(2, 3)),
    }
    assert mixed.relations == ("P[Receiver | ('b',)](l) >= 1/3",)
    assert mixed.supports["Receiver"][B] == ("l", "r")
    assert mixed.supports["Sender"]["t1",] == ("a",)


def test_the_separating_component_is_a_point() -> None:
    (only,) = families(known.separating_or_pooling(), 1)
    assert not only.free
    assert only.relations == ()
    assert only.fixed["belief", "Receiver", B, ("t2", "b")] == 1
    assert only.fixed["strategy", "Sender", ("t2",), "b"] == 1


@pytest.mark.parametrize("p", [F(0), F(1, 4), F(1, 3), F(1, 2), F(1)])
def test_a_relation_holds_exactly_where_the_certificate_does(p: Fraction) -> None:
    _, mixed = families(known.separating_or_pooling())
    e = mixed.representative
    strategy = {
        "Sender": {("t1",): "a", ("t2",): "a"},
        "Receiver": {B: {"l": p, "r": 1 - p}},
    }
    ((left, sign, right),) = conditions(mixed)
    assert (left, sign, right) == ("P[Receiver | ('b',)](l)", ">=", "1/3")
    assert dt.certify(e.game, strategy, {"Receiver": e.beliefs["Receiver"]}).holds == (p >= F(1, 3))


# --- what relations can look like ---


def test_an_equation_ties_mixing_types() -> None:
    # m is best in between, l from 2/3 on: b is a tie at 2/3, so P(b|t1) = 2 P(b|t2)
    tied = families(known.two_threats())[-1]
    assert tied.relations == ("2*P[Sender | ('t2',)](a) = P[Sender | ('t1',)](a) + 1",)
    assert tied.free["strategy", "Sender", ("t2",), "a"] == (F(1, 2), F(1))


def test_sets_that_share_a_belief_are_named() -> None:
    # with b = P(committed), fighting pays the country iff 2b - 1 >= 0
    first = families(known.pledge())[0]
    assert first.relations == (
        "belief[Country | ('strong',)](committed, strong) <= 1/2",
        "belief[Country | ('strong',)] = belief[Rival | ('strong', 'resist')], history by history",
    )


def product_game() -> dt.Game:
    """One stays out (1) or lets Two and Three, who do not care, decide: 4 after both say yes."""
    players = ("One", "Two", "Three")
    three = dt.Move("Three", ("yes",), {"yes": pay(players, 4, 0, 0), "no": pay(players, 0, 0, 0)})
    two = dt.Move("Two", ("in",), {"yes": three, "no": pay(players, 0, 0, 0)})
    return dt.Game(players, dt.Move("One", (), {"out": pay(players, 1, 0, 0), "in": two}))


def test_products_are_written_out() -> None:
    out = [f for f in families(product_game()) if f.supports["One"][()] == ("out",)]
    both = next(f for f in out if f.dimension == 2)
    assert both.relations == ("P[Two | ('in',)](yes)*P[Three | ('yes',)](yes) <= 1/4",)
    assert both.free["strategy", "Two", ("in",), "yes"] == (F(0), F(1))


def chance_after_the_message() -> dt.Game:
    """The two-type game with a coin, which the receiver does not see, after message b."""
    players = ("Sender", "Receiver")

    def answer(t: str) -> dt.Move:
        left, right = {"t1": ((0, 1), (1, 0)), "t2": ((0, 0), (3, 1))}[t]
        return dt.Move("Receiver", B, {"l": pay(players, *left), "r": pay(players, *right)})

    def sender(t: str) -> dt.Move:
        coin = dt.Chance({"heads": (F(1, 3), answer(t)), "tails": (F(2, 3), answer(t))})
        return dt.Move("Sender", (t,), {"a": pay(players, 2, 0), "b": coin})

    return dt.Game(players, dt.Chance({t: (F(1, 2), sender(t)) for t in ("t1", "t2")}))


def test_nodes_that_chance_tells_apart_are_believed_in_proportion() -> None:
    left = families(chance_after_the_message())[0]
    assert left.free["belief", "Receiver", B, ("t1", "b", "heads")] == (F(1, 6), F(1, 3))
    assert left.free["belief", "Receiver", B, ("t1", "b", "tails")] == (F(1, 3), F(2, 3))
    assert left.relations == ("belief[Receiver | ('b',)](t1, b, heads or t1, b, tails) >= 1/2",)


def judged(noticed: Any = 1, worth: tuple[int, int, int] = (1, -2, 1)) -> dt.Game:
    """One and Two stay (1 each) or stray unseen; Three, who sees that somebody strayed, judges.

    Punishing is worth 1 if it was Two alone, -2 if One alone, 1 if both. What Two does alone may
    go unnoticed, and then it gets nothing.
    """
    players = ("One", "Two", "Three")

    def judge(forgiven: tuple[Any, Any], worth: int) -> dt.Move:
        choices = {"punish": pay(players, 0, 0, worth), "forgive": pay(players, *forgiven, 0)}
        return dt.Move("Three", ("strayed",), choices)

    alone: Any = judge((0, 2), worth[0])
    if noticed < 1:
        end = pay(players, 0, 0, 0)
        alone = dt.Chance({"noticed": (noticed, alone), "unnoticed": (1 - noticed, end)})
    stayed = dt.Move("Two", (), {"stay": pay(players, 1, 1, 0), "stray": alone})
    half = (F(1, 2), F(1, 2))
    ends = {"stay": judge((2, 0), worth[1]), "stray": judge(half, worth[2])}
    strayed = dt.Move("Two", (), ends)
    return dt.Game(players, dt.Move("One", (), {"stay": stayed, "stray": strayed}))


def test_beliefs_that_trembles_tie_to_each_other() -> None:
    # two mistakes are infinitely less likely than one: with x on Two alone, x - 2 (1 - x) >= 0
    family = next(
        f
        for f in families(judged())
        if f.dimension == 1 and f.supports["Three"]["strayed",] == ("punish",)
    )
    key = ("belief", "Three", ("strayed",), ("stay", "stray"))
    assert family.free[key] == (F(2, 3), F(1))
    assert family.fixed["belief", "Three", ("strayed",), ("stray", "stray")] == 0
    assert family.relations == (
        "belief[Three | ('strayed',)](stay, stray) >= 2/3",
        "belief[Three | ('strayed',)] is in the proportions (stay, stray): w[Two | ()](stray), "
        "(stray, stay): w[One | ()](stray)",
    )


def test_odds_of_chance_are_no_part_of_a_tied_belief() -> None:
    # the condition is on beliefs, so it is 2/3 however rarely Two alone is noticed
    family = next(
        f
        for f in families(judged(noticed=F(1, 3)))
        if f.dimension == 1 and f.supports["Three"]["strayed",] == ("punish",)
    )
    assert family.relations == (
        "belief[Three | ('strayed',)](stay, stray, noticed) >= 2/3",
        "belief[Three | ('strayed',)] is in the proportions (stay, stray, noticed): "
        "w[Two | ()](stray), (stray, stay): 3*w[One | ()](stray)",
    )


def two_answers(second: str) -> dt.Game:
    """Out gives both types 1; after in, a coin says who answers, and neither cares.

    t1 gets 2 if the answer is l, and t2 if it is `second`.
    """
    players = ("Sender", "Heads", "Tails")
    good = {"t1": "l", "t2": second}

    def answer(t: str, who: str) -> dt.Move:
        ends = {x: pay(players, 2 * (x == good[t]), 0, 0) for x in ("l", "r")}
        return dt.Move(who, ("in",), ends)

    def sender(t: str) -> dt.Move:
        coin = dt.Chance({who: (F(1, 2), answer(t, who)) for who in players[1:]})
        return dt.Move("Sender", (t,), {"out": pay(players, 1, 0, 0), "in": coin})

    return dt.Game(players, dt.Chance({t: (F(1, 2), sender(t)) for t in ("t1", "t2")}))


TOTAL = "P[Heads | ('in',)](l) + P[Tails | ('in',)](l) = 1"


def test_inequalities_that_leave_no_room_are_an_equation() -> None:
    # t1 stays out iff P(l) + P'(l) <= 1, t2 iff >= 1
    out = [
        f
        for f in families(two_answers("r"))
        if all(f.supports["Sender"][t,] == ("out",) for t in ("t1", "t2"))
    ]
    both = next(f for f in out if len(f.supports["Heads"]["in",]) == 2)
    assert [r for r in both.relations if "P[" in r] == [TOTAL]
    assert both.free["strategy", "Heads", ("in",), "l"] == (F(0), F(1))


def test_an_equation_is_said_once() -> None:
    # both types are indifferent for the same reason
    mixed = next(
        f
        for f in families(two_answers("l"))
        if all(len(f.supports[who]["in",]) == 2 for who in ("Heads", "Tails"))
        and all(len(f.supports["Sender"][t,]) == 2 for t in ("t1", "t2"))
    )
    assert [r for r in mixed.relations if "=" in r and "belief" not in r] == [TOTAL]


# --- beliefs that no condition mentions ---


def one_answer(also_three: bool = False) -> dt.Game:
    """After b only one answer makes sense, so no belief matters."""
    players = ("Sender", "Two", "Three")

    def last() -> dt.Move:
        choices = {"yes": pay(players, 0, 1, 1), "no": pay(players, 0, 1, 0)}
        return dt.Move("Three", ("x",), choices)

    def sender(t: str) -> dt.Move:
        end = last() if also_three else pay(players, 0, 1, 0)
        two = dt.Move("Two", B, {"yes": end, "no": pay(players, 0, 0, 0)})
        return dt.Move("Sender", (t,), {"a": pay(players, 2, 0, 0), "b": two})

    return dt.Game(players, dt.Chance({t: (F(1, 2), sender(t)) for t in ("t1", "t2")}))


def test_an_unmentioned_belief_is_not_called_fixed() -> None:
    (only,) = families(one_answer())
    assert only.free == {
        ("belief", "Two", B, ("t1", "b")): (F(0), F(1)),
        ("belief", "Two", B, ("t2", "b")): (F(0), F(1)),
    }
    assert only.relations == ("any belief at Two ('b',) is consistent",)
    assert not only.dimension


def test_unmentioned_beliefs_that_are_one_belief() -> None:
    (only,) = families(one_answer(also_three=True))
    assert only.relations == (
        "any belief at Two ('b',) and Three ('x',) is consistent",
        "belief[Two | ('b',)] = belief[Three | ('x',)], history by history",
    )


def test_an_unmentioned_belief_without_trembles_of_its_own() -> None:
    # Three comes after either answer of Two, and sees neither that answer nor the type
    players = ("Sender", "Two", "Three")

    def two(t: str) -> dt.Move:
        def three(worth: int) -> dt.Move:
            choices = {"yes": pay(players, 0, worth, 1), "no": pay(players, 0, worth, 0)}
            return dt.Move("Three", ("x",), choices)

        return dt.Move("Two", B, {"L": three(int(t == "t1")), "R": three(int(t == "t2"))})

    def sender(t: str) -> dt.Move:
        return dt.Move("Sender", (t,), {"a": pay(players, 2, 0, 0), "b": two(t)})

    game = dt.Game(players, dt.Chance({t: (F(1, 2), sender(t)) for t in ("t1", "t2")}))
    for family in families(game):
        keys = [*family.fixed, *family.free]
        assert not any(kind == "belief" and player == "Three" for kind, player, *_ in keys)
        assert family.relations[-1] == (
            "the belief at Three ('x',) is any that trembles consistent with the other beliefs give"
        )


def test_an_unmentioned_belief_whose_trembles_a_condition_holds() -> None:
    """After b either Two or Three answers, Three more often after t2: one belief gives the other.

    Only the belief of Two matters to a choice.
    """
    players = ("Sender", "Two", "Three")

    def sender(t: str) -> dt.Move:
        two = {"L": pay(players, 0, int(t == "t1"), 0), "R": pay(players, 0, int(t == "t2"), 0)}
        three = {"yes": pay(players, 0, 0, 1), "no": pay(players, 0, 0, 0)}
        asked = F(1, 3) if t == "t1" else F(2, 3)
        answer = dt.Chance(
            {
                "two": (1 - asked, dt.Move("Two", B, two)),
                "three": (asked, dt.Move("Three", B, three)),
            }
        )
        return dt.Move("Sender", (t,), {"a": pay(players, 2, 0, 0), "b": answer})

    game = dt.Game(players, dt.Chance({t: (F(1, 2), sender(t)) for t in ("t1", "t2")}))
    for family in families(game):
        assert family.relations[-1] == (
            "the belief at Three ('b',) is any that trembles consistent with the other beliefs give"
        )
        assert not any(key[1] == "Three" and key[0] == "belief" for key in family.free)


def test_two_mistakes_cannot_be_believed_alone() -> None:
    # Three always punishes; the belief that both strayed is zero whatever the trembles
    game = judged(worth=(1, 1, 1))
    family = next(f for f in families(game) if f.supports["One"][()] == ("stay",))
    assert family.relations == (
        "the belief at Three ('strayed',) is any that trembles consistent with the other beliefs "
        "give",
    )


def any_beliefs(family: Family, rng: random.Random) -> tuple[Any, dict[int, list[Fraction]]]:
    """The representative's beliefs, with others where any are said to be consistent."""
    e = family.representative
    structure = e.game.structure
    loose = [r for r in family.relations if r.startswith("any belief") and "tie" not in r]
    beliefs = {s.index: list(e.assessment.node_beliefs[s.index]) for s in structure.sets}
    tied = [r for r in family.relations if r.startswith(("the belief at", "any belief"))]
    for s in structure.sets:
        if any(str(s) in relation for relation in tied):
            del beliefs[s.index]
    for relation in loose:
        weights = [F(rng.randint(0, 4)) for _ in range(12)]
        for s in structure.sets:
            if str(s) in relation:
                row = weights[: len(s.nodes)]
                total = sum(row) or F(1)
                beliefs[s.index] = [w / total for w in row] if any(row) else []
    return e, {k: row for k, row in beliefs.items() if row}


@pytest.fixture(scope="module")
def one_preparation() -> Any:
    game = dt.guarantee_game(fixed={"preparation": "keep, restrained"})
    return dt.solve(game.at(**defaults()))


def test_any_belief_means_any(one_preparation: Any) -> None:
    """Trembles exist for whatever is said to be free, at all such sets at once."""
    rng = random.Random(1)
    looked_at = 0
    for component in one_preparation.components:
        for family in itertools.islice(component.families, 2):
            for _ in range(3):
                e, beliefs = any_beliefs(family, rng)
                found = find_witness(e.game, e.assessment.probabilities, beliefs)
                assert isinstance(found, Witness), found
                looked_at += any("any belief" in r for r in family.relations)
    assert looked_at > 20


# --- laws ---


@st.composite
def signalling_games(draw: Any) -> dt.Game:
    """Two types, two messages, two or three answers, small payoffs."""
    answers = ("l", "m", "r")[: draw(st.integers(2, 3))]
    small = st.integers(-2, 2)
    table = {
        (who, t, m, r): draw(small)
        for who in "SR"
        for t in ("t1", "t2")
        for m in "ab"
        for r in answers
    }
    return known.signalling(
        {"t1": F(1, 2), "t2": F(1, 2)},
        lambda t, m, r: table["S", t, m, r],
        lambda t, m, r: table["R", t, m, r],
        ("a", "b"),
        answers,
    )


@settings(max_examples=40)
@given(signalling_games())
def test_points_fit_their_description(game: dt.Game) -> None:
    """Certified points meet the relations; least and most are attained, bar what is loose."""
    solution = dt.solve(game)
    for component in solution.components:
        for family in component.families:
            loose = any("any" in r for r in family.relations)
            assert all(holds(family, e) for e in family.points)
            for key, fixed in family.fixed.items():
                assert {value(e, key) for e in family.points} == {fixed}
            for key, (least, most) in family.free.items():
                seen = [value(e, key) for e in family.points]
                assert least <= min(seen) <= max(seen) <= most
                assert loose or (min(seen), max(seen)) == (least, most)


@settings(max_examples=40)
@given(signalling_games(), st.randoms(use_true_random=False))
def test_relations_are_enough(game: dt.Game, rng: random.Random) -> None:
    """Whatever meets the relations, and is played as the support says, is an equilibrium."""
    solution = dt.solve(game)
    for component in solution.components:
        for family in component.families:
            mixes = [key for key in family.free if key[0] == "strategy"]
            if len({key[1:3] for key in mixes}) != 1 or len(mixes) != 2:
                continue
            if any(kind == "belief" for kind, *_ in family.free):
                continue
            p = F(rng.randint(1, 19), 20)
            e = family.representative
            strategy = {who: {k: dict(r) for k, r in e.strategy[who].items()} for who in e.strategy}
            _, who, knows, _ = mixes[0]
            for key, share in zip(mixes, (p, 1 - p), strict=True):
                strategy[who][knows][key[3]] = share
            changed = SimpleNamespace(strategy=strategy, beliefs=e.beliefs)
            found = dt.certify(e.game, strategy, e.beliefs)
            assert found.holds == holds(family, changed), (family.relations, found.reasons)


def crowd(size: int) -> Any:
    """Players who do not care choose unseen; a last one sees nothing and has one good choice.

    The family in which all of them mix, without the search for the others.
    """
    players = (*(f"P{k}" for k in range(size)), "Last")

    def node(k: int) -> Any:
        if k == size:
            ends = {a: pay(players, *(0,) * size, worth) for a, worth in (("good", 1), ("bad", 0))}
            return dt.Move("Last", (), ends)
        return dt.Move(f"P{k}", (), {"0": node(k + 1), "1": node(k + 1)})

    game = dt.Game(players, node(0))
    reach, (part,) = chance_reach(game), decompose(game.structure)
    assert isinstance(part, Block)
    reduced = reduce_block(game, part, reach)
    cells = solve_support(reduced, dict.fromkeys(reduced.open, 0b11)).cells
    block = SolvedBlock(game, reduced, cells, [[0]], 1, 1, {}, [], reach)
    return SimpleNamespace(factored=Factored(game, (part,), [block], reach))


def test_a_belief_that_depends_on_many_independent_mixes() -> None:
    # 128 corners: those listed move one player at a time, which would give a most of 1/64
    family = Family(crowd(7), 0, (0,))
    assert family.free["belief", "Last", (), ("0",) * 7] == (F(0), F(1))
    assert family.relations[0] == (
        "belief[P1 | ()] is in the proportions (0): P[P0 | ()](0), (1): P[P0 | ()](1)"
    )
    assert "(0, 1): P[P0 | ()](0)*P[P1 | ()](1)" in family.relations[1]
    assert family.relations[-1] == "belief[Last | ()] follows from the strategies by Bayes' rule"


def test_a_range_that_was_not_found_is_said_to_be_open(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(description_cell, "MOST_TOGETHER", 100)
    relations = Family(crowd(7), 0, (0,)).relations
    assert relations[-1] == (
        "least and most of the belief at Last () may lie further apart than found"
    )


def test_a_whole_game_is_never_multiplied_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: Family) -> Any:
        raise AssertionError("the points of a product were asked for")

    solution = dt.solve(dt.guarantee_game().at(**defaults()))
    monkeypatch.setattr(Family, "points", property(refuse))
    family = solution.components[70].families[5]
    assert len(family.fixed) > 500
    # ranges by information set, however many parts the set falls into
    sets = solution.game.structure.sets
    probabilities = [k for k in (*family.fixed, *family.free) if k[0] == "strategy"]
    assert len(probabilities) == sum(len(s.actions) for s in sets)


def test_ranges_over_the_parts_are_those_over_the_points(one_preparation: Any) -> None:
    family = one_preparation.components[0].families[0]
    unmentioned = [r for r in family.relations if "consistent" in r]
    for key, (least, most) in family.free.items():
        seen = [value(e, key) for e in family.points]
        _, player, knows, _ = key
        if not any(f"{player} {knows!r}" in r for r in unmentioned):
            assert (min(seen), max(seen)) == (least, most)
    assert all(holds(family, e) for e in family.points)
