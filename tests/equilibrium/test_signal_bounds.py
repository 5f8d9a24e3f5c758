"""What the signal's solver concludes from points alone: hulls, tolerances, points between."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import deterrence as dt
from deterrence.equilibrium.certificate import certify
from deterrence.equilibrium.signal_deterrence import _below
from deterrence.equilibrium.signal_intervals import against, lower_edge, upper_edge
from deterrence.equilibrium.signal_values import Solved
from deterrence.equilibrium.signalled import solve_signalled

MOVERS = ("First", "Second", "Third", "Fourth")
ROUNDED = 0.1 + 0.2  # one step of a float above .3


@pytest.mark.parametrize("turned", [False, True])
def test_points_at_the_same_belief_but_for_rounding(turned: bool) -> None:
    """The lower of two points stays, whichever of them rounding puts first."""
    points = np.array([[0.0, 0.3, ROUNDED, 1.0], [0.0, 5.0, -5.0, 0.0]])
    if turned:
        points[1, 1:3] = points[1, 2:0:-1]
    assert [line[:2] for line in lower_edge(points)] == [(0.0, 0.0), (0.3, -5.0)]
    assert [line[:2] for line in upper_edge(points)] == [(0.0, 0.0), (0.3, 5.0)]


def test_a_lower_point_opens_the_hull_before_it() -> None:
    """From (0, 0) to (1, -5) the way passes under (1/2, -2), which (1, 5) had left a corner."""
    points = np.array([[0.0, 0.5, 1.0 - 1e-14, 1.0], [0.0, -2.0, 5.0, -5.0]])
    assert lower_edge(points) == [(0.0, 0.0, 1.0 - 1e-14, -5.0)]


def test_what_is_concluded_from_such_points() -> None:
    """Levels 2/5 and 0 are above (.3, -5); at .3 a family gets 5 and at .6 it gets -5."""
    assert _below(np.array([[0.3, ROUNDED], [5.0, -5.0]]), (0.4, 0.0))
    family = np.array([[0.3, ROUNDED, 0.6], [-5.0, 5.0, -5.0]])
    assert against(family, [(0.0, 0.0, 1.0, 0.0)]) == "some"


# --- families of which no listed point stays ---


def ends(*payoffs: Any) -> dt.Outcome:
    return dt.Outcome(dict(zip(MOVERS, payoffs, strict=True)))


def with_a_gap() -> dt.Game:
    """Second goes on only if Third, to whom all is one, plays x often enough, but not too often.

    After "a", x pays Second 1 and y costs it 1, against 1/10 if it stays out; y alone is worth
    something, 1, to type s, which gets 35/100 for "c". With x of probability q, "on" is best from
    q = 11/20, and "c" no better than 1 - q up to q = 13/20. Type t always prefers "b".
    """

    def a(kind: str) -> dt.Move:
        first = {"x": 0, "y": 1, "out": "1/5"} if kind == "s" else dict.fromkeys(("x", "y"), -100)
        third = {"x": ends(first["x"], 1, 0, 0), "y": ends(first["y"], -1, 0, 0)}
        on = dt.Move("Third", "on", third)
        return dt.Move("Second", "a", {"on": on, "out": ends(first.get("out", -100), "1/10", 0, 0)})

    def plain(sent: str, first: Any) -> dt.Move:
        return dt.Move("Fourth", sent, {"u": ends(first, 0, 0, 1), "w": ends(first, 0, 0, 0)})

    worth = {"s": {"b": -50, "c": "7/20"}, "t": {"b": 1, "c": -100}}
    sent = {
        kind: dt.Move("First", kind, {"a": a(kind), **{m: plain(m, x) for m, x in row.items()}})
        for kind, row in worth.items()
    }
    return dt.Game(MOVERS, dt.Chance({kind: ("1/2", node) for kind, node in sent.items()}))


def test_a_family_that_stays_only_between_its_points() -> None:
    """At q = 0 and q = 1/2 Second stays out, at q = 1 type s plays "c"; at q = 3/5 all is well."""
    game = with_a_gap()
    strategy = {
        "First": {"s": "a", "t": "b"},
        "Second": {"a": "on"},
        "Third": {"on": {"x": "3/5", "y": "2/5"}},
        "Fourth": {"b": "u", "c": "u"},
    }
    believed = {"Fourth": {"c": {("s", "c"): 1, ("t", "c"): 0}}}
    assert certify(game, strategy, believed).holds
    found = solve_signalled(game, "First")
    assert not found.complete
    assert "a family of which points that are not listed may stay" in found.left


def test_points_that_do_not_bound_a_family(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sets are then not called complete, although what the points show is found."""

    def ask(kind: str) -> dt.Move:
        meals = {"l": pay(1 + (kind == "s"), 0), "r": pay(1, 0)}
        return dt.Move("First", kind, {"a": dt.Move("Second", "a", meals), "b": pay(0, 0)})

    game = dt.Game(("First", "Second"), dt.Chance({k: ("1/2", ask(k)) for k in "st"}))
    whole = solve_signalled(game, "First")
    assert whole.complete
    assert whole.most_and_least("First") == (1, 1.5)
    monkeypatch.setattr(Solved, "spanned", lambda *_: False)
    found = solve_signalled(game, "First")
    assert "a family whose points do not bound what it pays" in found.left
    assert found.most_and_least("First") == (1, 1.5)


def pay(first: int, second: int) -> dt.Outcome:
    return dt.Outcome({"First": first, "Second": second})
