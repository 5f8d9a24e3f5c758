"""Subgame-perfect equilibria of trees with known sets."""

import sys
from fractions import Fraction
from pathlib import Path

import deterrence as dt

sys.path.insert(0, str(Path(__file__).resolve().parent))

from test_logit import entry

STAGE = {("c", "c"): (2, 2), ("c", "d"): (0, 3), ("d", "c"): (3, 0), ("d", "d"): (1, 1)}


def test_the_chain_store_shares():
    found = dt.solve(entry(), "subgame-perfect")
    assert found.complete
    assert [dict(e.payoffs) for e in found] == [{"E": 1, "I": 1}]
    assert found[0].certificate.concept == "subgame-perfect"


def at_once(history, ends):
    """A moves, then B without seeing it."""
    inner = {a: dt.Move("B", history, {b: ends(a, b) for b in "cd"}) for a in "cd"}
    return dt.Move("A", history, inner)


def twice():
    """The prisoners' dilemma played twice, the first result seen by both."""

    def second(a, b):
        def end(c, d):
            one, two = STAGE[a, b], STAGE[c, d]
            return dt.Outcome({"A": one[0] + two[0], "B": one[1] + two[1]})

        return at_once((a, b), end)

    return dt.Game(["A", "B"], at_once((), second))


def test_a_dilemma_played_twice_has_one():
    found = dt.solve(twice(), "subgame-perfect")
    assert found.complete
    assert [dict(e.payoffs) for e in found] == [{"A": 2, "B": 2}]
    for s in twice().information_sets:
        assert found[0].strategy[s.player][s.knows]["d"] == 1


def test_an_ultimatum_with_a_tie_has_two():
    """Whole shares of 2; who is offered nothing is indifferent. Offers of 0 and of 1 survive."""

    def offer(share):
        return dt.Move(
            "Responder",
            (share,),
            {
                "accept": dt.Outcome({"Proposer": 2 - share, "Responder": share}),
                "reject": dt.Outcome({"Proposer": 0, "Responder": 0}),
            },
        )

    game = dt.Game(
        ["Proposer", "Responder"], dt.Move("Proposer", (), {str(k): offer(k) for k in range(3)})
    )
    found = dt.solve(game, "subgame-perfect")
    assert found.complete
    # accepting 0 with probability q pays the proposer 2 q; offering 1 pays 1: equal at q = 1/2
    assert found.envelope()["Proposer"] == (1.0, 2.0)
    for equilibrium in found.equilibria:
        q = equilibrium.strategy["Responder"][(0,)]["accept"]
        offers = equilibrium.strategy["Proposer"][()]
        assert offers["2"] == 0
        assert offers["0"] == 0 or q >= Fraction(1, 2)
        assert offers["1"] == 0 or q <= Fraction(1, 2)
        assert dt.certify(game, equilibrium.strategy, concept="subgame-perfect").holds


def horse():
    """Selten's horse: C,c (1,1,1); C,d,L (4,4,0); C,d,R (0,0,1); D,L (3,3,2); D,R (0,0,0)."""

    def end(*pay):
        return dt.Outcome(dict(zip("123", pay, strict=True)))

    after_d = dt.Move("3", (), {"L": end(3, 3, 2), "R": end(0, 0, 0)})
    after_c = dt.Move("3", (), {"L": end(4, 4, 0), "R": end(0, 0, 1)})
    two = dt.Move("2", (), {"c": end(1, 1, 1), "d": after_c})
    return dt.Game(["1", "2", "3"], dt.Move("1", (), {"C": two, "D": after_d}))


def test_in_seltens_horse_every_nash_equilibrium_is_subgame_perfect():
    """Selten 1975: D with L and c at least 1/3, and C with c and L at most 1/4."""
    game = horse()
    for concept in ("nash", "subgame-perfect"):
        found = dt.solve(game, concept)
        assert found.complete
        assert [dict(e.payoffs) for e in found] == [
            {"1": 1, "2": 1, "3": 1},
            {"1": 3, "2": 3, "3": 2},
        ]
        first, second = (c.families[0] for c in found.components)
        assert first.free["strategy", "3", (), "L"] == (0, Fraction(1, 4))
        assert second.free["strategy", "2", (), "c"] == (Fraction(1, 3), 1)
    assert [len(e.empty_threats) for e in found] == [0, 1]
