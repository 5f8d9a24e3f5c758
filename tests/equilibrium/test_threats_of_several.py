"""Threats that several players carry out together, against closed forms."""

from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.equilibrium.path_nash import solve_by_paths
from deterrence.equilibrium.stages import stages_of

HALF = Fraction(1, 2)


def end(*pay):
    return dt.Outcome(dict(zip("ABC", pay, strict=True)))


def joint_threat(stay, worth, others=0):
    """A stays or goes; then B and C choose at once; `worth[b, c]` is A's."""
    ends = {
        b: dt.Move("C", "after", {c: end(worth[b, c], others, others) for c in "lr"}) for b in "lr"
    }
    leave = dt.Move("B", "after", ends)
    return dt.Game(["A", "B", "C"], dt.Move("A", "first", {"stay": end(stay, 2, 2), "go": leave}))


def family_of(game, action, concept="nash"):
    found = dt.solve(game, concept)
    families = [f for c in found.components for f in c.families]
    kept = [f for f in families if f.supports["A"]["first"] == (action,)]
    return found, kept


def test_one_product_bends_the_threat():
    """Going pays 2 P(l) P(l); staying pays 1: deterred where the product is at most one half."""
    worth = {(b, c): 2 * (b == c == "l") for b in "lr" for c in "lr"}
    found, (family,) = family_of(joint_threat(1, worth), "stay")
    assert found.complete
    assert family.dimension == 2
    assert family.free["strategy", "B", "after", "l"] == (0, 1)
    assert family.free["strategy", "C", "after", "l"] == (0, 1)
    products = [
        e.strategy["B"]["after"]["l"] * e.strategy["C"]["after"]["l"] for e in family.points
    ]
    assert max(products) == HALF
    assert all(e.certificate.holds for e in family.points)
    assert family.relations == ("1 >= 2*P[B | 'after'](l)*P[C | 'after'](l)",) or (
        "P[B | 'after'](l)*P[C | 'after'](l) <= 1/2" in family.relations
    )


def test_a_range_that_stops_short():
    """Going pays 2 + 2 P(l) for B's l less 3 for C's l: C must play l with at least 1/3."""
    worth = {(b, c): 2 + 2 * (b == "l") - 3 * (c == "l") for b in "lr" for c in "lr"}
    found, (family,) = family_of(joint_threat(1, worth), "stay")
    assert found.complete
    assert family.free["strategy", "C", "after", "l"] == (Fraction(1, 3), 1)
    assert family.free["strategy", "B", "after", "l"] == (0, 1)


def test_the_same_with_a_product():
    """1 + 2 P(B l) (1 - P(C l)) + 1 - 3 P(C l) <= 1: with B at r, C's l is at least 1/3."""
    worth = {(b, c): 2 + 2 * (b == "l" and c == "r") - 3 * (c == "l") for b in "lr" for c in "lr"}
    found, (family,) = family_of(joint_threat(1, worth), "stay")
    assert found.complete
    assert family.free["strategy", "C", "after", "l"] == (Fraction(1, 3), 1)
    assert family.free["strategy", "B", "after", "l"] == (0, 1)
    # with B at l: 2 + 2 (1 - q) - 3 q <= 1, so q is at least 3/5
    at = {
        e.strategy["C"]["after"]["l"] for e in family.points if e.strategy["B"]["after"]["l"] == 1
    }
    assert min(at) == Fraction(3, 5)


def test_a_threat_that_fails_whatever_they_do():
    worth = {(b, c): 2 + (b == c) for b in "lr" for c in "lr"}
    found, kept = family_of(joint_threat(1, worth), "stay")
    assert found.complete
    assert kept == []


def test_a_threat_that_only_just_holds():
    """Going pays 1 where B and C choose the same, else 3: the two corners alone deter."""
    worth = {(b, c): 1 + 2 * (b != c) for b in "lr" for c in "lr"}
    found, kept = family_of(joint_threat(1, worth), "stay")
    assert kept
    for family in kept:
        for e in family.points:
            assert e.certificate.holds
            assert e.strategy["B"]["after"] == e.strategy["C"]["after"]
    # two parts that do not touch; that they are two is not claimed
    assert not found.complete


def test_only_those_that_they_would_carry_out_are_subgame_perfect():
    """B and C play a game of their own after A goes: matching pays both 1."""
    ends = {
        b: dt.Move("C", "after", {c: end(3 * (b != c), int(b == c), int(b == c)) for c in "lr"})
        for b in "lr"
    }
    root = dt.Move("A", "first", {"stay": end(1, 2, 2), "go": dt.Move("B", "after", ends)})
    game = dt.Game(["A", "B", "C"], root)
    found = dt.solve(game, "subgame-perfect")
    assert found.complete
    # (l, l) and (r, r) leave A nothing; mixing evenly, A gets 3/2 and goes
    kinds = sorted((e.strategy["A"]["first"]["stay"], e.strategy["B"]["after"]["l"]) for e in found)
    assert kinds == [(0, HALF), (1, 0), (1, 1)]
    assert all(e.certificate.concept == "subgame-perfect" for e in found)


def test_payoffs_of_a_subgame_that_vary_stay_unknown_above():
    """B is indifferent after A goes, and chooses whether A gets 0 or 2; staying pays A 1.

    C lets play come to B. What A and C would play otherwise is a game of matching, in which both
    gain by it: two pure equilibria and a mixed one.
    """
    reply = dt.Move("B", "after", {"low": end(0, 1, 2), "high": end(2, 1, 2)})
    hidden = {
        a: dt.Move("C", "hidden", {c: end(int(a == c), 0, int(a == c)) for c in "xy"}) for a in "xy"
    }
    go = dt.Move("C", "which", {"on": reply, "off": dt.Move("A", "again", hidden)})
    root = dt.Move("A", "first", {"stay": end(1, 0, 5), "go": go})
    game = dt.Game(["A", "B", "C"], root)
    found = solve_by_paths(
        game.with_numbers(), "subgame-perfect", stages_of(game.structure), 10_000
    )
    assert found.complete
    assert len(found) == 3
    assert all(c.outcome()["A"] == (1.0, 2.0) for c in found.components)
    for e in found.equilibria:
        high, goes = e.strategy["B"]["after"]["high"], e.strategy["A"]["first"]["go"]
        assert e.certificate.holds
        assert high >= HALF or goes == 0
        assert high <= HALF or goes == 1
    kinds = {e.strategy["C"]["hidden"]["x"] for e in found}
    assert kinds == {0, HALF, 1}


@pytest.mark.parametrize("concept", ["nash", "subgame-perfect"])
def test_a_budget_that_runs_out_is_told(concept):
    worth = {(b, c): 2 * (b == c == "l") for b in "lr" for c in "lr"}
    found = dt.solve(joint_threat(1, worth, 0), concept, budget=1)
    assert not found.complete
    assert "stopped after" in found.left[0]
