"""Sets that are products of many parts: their envelopes, and what is said of them."""

from fractions import Fraction

import pytest

import deterrence as dt
from deterrence.equilibrium import blocks, factored, path_cells
from deterrence.equilibrium.certificate import certify

LOW, HIGH = Fraction(1, 5), Fraction(4, 5)


def pairs(count: int) -> dt.Game:
    """As many pairs, of which chance draws one; each can hit with any probability in [LOW, HIGH].

    One of a pair hits or does not, indifferent as long as the other, who does not see it, stays
    out; the other stays out if the probability of a hit is between the two. Z knows nothing, so
    that the pairs are no subgames, and prefers "good" whatever they do.
    """
    movers = [name for n in range(count) for name in (f"I{n}", f"J{n}")]
    players = [*movers, "Z"]
    branches = {str(n): (Fraction(1, count), pair(n, players)) for n in range(count)}
    return dt.Game(players, dt.Chance(branches))


def pair(n: int, players: list[str]) -> dt.Move:
    one, other = f"I{n}", f"J{n}"

    def end(hit: bool, mine: int, theirs: Fraction, last: int) -> dt.Outcome:
        paid = dict.fromkeys(players, Fraction(0)) | {one: mine, other: theirs, "Z": last}
        return dt.Outcome(paid, ["hit"] if hit else [])

    choices = {}
    for hit in (True, False):
        # "up" pays the other the hit less HIGH, "down" LOW less the hit
        moves = {
            "stay out": (0, Fraction(0)),
            "up": (-hit, hit - HIGH),
            "down": (int(hit), LOW - hit),
        }
        choices["hit" if hit else "miss"] = dt.Move(
            other,
            (other,),
            {
                move: dt.Move(
                    "Z",
                    "nothing",
                    {
                        "good": end(hit, mine, theirs, 1),
                        "bad": end(hit, mine, theirs, 0),
                    },
                )
                for move, (mine, theirs) in moves.items()
            },
        )
    return dt.Move(one, (one,), choices)


@pytest.mark.parametrize("count", [2, 7])
def test_every_pair_may_hit_as_often_as_it_can(count: int) -> None:
    """Seven pairs are 128 corners; that all hit with HIGH is an equilibrium by hand."""
    game = pairs(count)
    found = dt.solve(game)
    assert found.complete
    assert found.envelope_is_exact
    assert found.most_and_least("hit") == pytest.approx((float(LOW), float(HIGH)))
    strategy = {f"I{n}": {(f"I{n}",): {"hit": HIGH, "miss": 1 - HIGH}} for n in range(count)}
    strategy |= {f"J{n}": {(f"J{n}",): "stay out"} for n in range(count)}
    assert certify(game, strategy | {"Z": {"nothing": "good"}}).holds


def test_corners_that_are_not_looked_at_make_no_exact_envelope(monkeypatch) -> None:
    monkeypatch.setattr(blocks, "MOST_SPANNING", 100)
    found = dt.solve(pairs(7))
    assert found.complete
    assert not found.envelope_is_exact


@pytest.mark.parametrize(("most", "exact"), [(16, True), (8, False)])
def test_the_same_for_nash_equilibria(monkeypatch, most: int, exact: bool) -> None:
    monkeypatch.setattr(path_cells, "MOST_CORNERS", most)
    found = dt.solve(pairs(4), concept="nash")
    assert found.complete
    assert found.envelope_is_exact is exact
    if exact:
        assert found.most_and_least("hit") == pytest.approx((float(LOW), float(HIGH)))


@pytest.mark.parametrize("merged", [0, 60])
def test_a_public_choice_that_cuts_a_family_askew(monkeypatch, merged: int) -> None:
    """A stays in if two indifferent players hit often enough together: x + y >= 6/5.

    That both miss then has probability (1 - x)(1 - y) up to 4/25, inside the cut and at none of its
    corners, where one of the two hits for sure.
    """
    ends = {
        (one, two): dt.Outcome(
            {"A": one + two, "B": 0, "C": 0}, [] if one or two else ["both miss"]
        )
        for one in (0, 1)
        for two in (0, 1)
    }
    second = {
        one: dt.Move("C", "unseen", {two: ends[one, two] for two in (0, 1)}) for one in (0, 1)
    }
    inside = dt.Move("B", "in", second)
    out = dt.Outcome({"A": Fraction(6, 5), "B": 0, "C": 0})
    monkeypatch.setattr(factored, "MOST_MERGED", merged)  # as if the part were large
    found = dt.solve(dt.Game(list("ABC"), dt.Move("A", "start", {"out": out, "in": inside})))
    _, high = found.envelope().get("miss", (0.0, 0.0))
    assert not (found.complete and found.envelope_is_exact and high < 4 / 25 - 1e-9)
