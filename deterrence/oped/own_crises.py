"""Claims that variants of the crisis answer: trust, an offer, a ladder, many guarantors, terms."""

from __future__ import annotations

import functools
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.games.tree import Game
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.open_door import door_values, open_door_game
from deterrence.guarantee.settlement import after_settlement
from deterrence.oped.bargaining import bargaining_range
from deterrence.oped.coalitions import coalition_rows
from deterrence.oped.orders import Holding
from deterrence.oped.own_families import Answer, Family, Row, compared, solved
from deterrence.oped.own_points import SCENARIO, Values

__all__ = ["CRISES", "DOOR", "LATER", "MEMBERS", "MENU", "TRUSTS", "UPGRADE"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

CRISIS = ("types", "challenge", "finding", "response")
TRUSTS = (Fraction(1, 4), Fraction(3, 4))  # Ukraine's prior that the Guarantor is resolved
MENU = {"weak": {"strength": "0.2"}, "strong": {"strength": "0.9"}}
RUNGS = 2
DOOR = {"upgrade": "0.5", "regrowth": "0.3"}
UPGRADE = "nato"
LATER = 0.9  # weight of the later period
MEMBERS = 10
NEVER = 1e-9  # a probability that counts as 0
NOWHERE = float("nan")  # where no equilibrium was found
_OFFER = "Offer, challenge, finding and response, Ukraine's preparation fixed"


def _last(rows: Floats) -> Bools:
    return np.asarray(rows[:, -1] == 1)


def _sets(text: str) -> Answer:
    """Of rows that are two sets' ends and completeness."""
    return Answer(text, lambda rows: compared(rows, 0, 2), _last)


# --- trust ---------------------------------------------------------------------------------------


@functools.cache
def _trusting() -> Game:
    return after_settlement("both types", own_trust=True)


def _trust(values: Values) -> Row:
    low, high = (solved(_trusting(), {**values, "trust": trust}) for trust in TRUSTS)
    ends = [s.envelope()["Ukraine"] for s in (low, high)]
    return (*ends[0], *ends[1], float(low.complete and high.complete))


# --- the offer -----------------------------------------------------------------------------------


@functools.cache
def _offered() -> Game:
    stages = (CRISIS[0], "offer", *CRISIS[1:])
    return guarantee_game(stages, menu=MENU, fixed={"settlement": "accept"})


def _reveals(values: Values) -> Row:
    """Whether some equilibrium tells the types apart, whether all do, and completeness."""
    solution = solved(_offered(), values)
    told = [_tells(one) for one in solution.equilibria]
    ends = (float(any(told)), float(all(told))) if told else (NOWHERE, NOWHERE)
    return (*ends, float(solution.complete))


def _tells(equilibrium: Any) -> bool:
    """Whether the strong offer is made, and more likely by the resolved type."""
    play = equilibrium.strategy["Guarantor"]
    resolved, irresolute = (float(play[(kind,)]["strong"]) for kind in ("resolved", "irresolute"))
    return resolved > irresolute + NEVER


def _told(column: int, shown_by: int) -> Answer:
    """Of some or of all equilibria, which one equilibrium may show to be true, or false."""

    def holds(rows: Floats) -> Holding:
        return Holding.plain(rows[:, column] == 1, np.isfinite(rows[:, column]))

    return Answer(_OFFER, holds, _last, lambda rows: np.asarray(rows[:, column] == shown_by))


# --- the ladder ----------------------------------------------------------------------------------


@functools.cache
def _ladder() -> Game:
    fixed = {"settlement": "accept"}
    return guarantee_game((*CRISIS, "escalation"), rungs=RUNGS, fixed=fixed)


def _climbs(values: Values) -> Row:
    solution = solved(_ladder(), values)
    ignored = max((_ignored(one) for one in solution.equilibria), default=NOWHERE)
    most = solution.envelope()
    down = most["backdown-Guarantor"][1] if "backdown-Guarantor" in most else 0.0
    return ignored, down, float(solution.complete)


def _ignored(equilibrium: Any) -> float:
    """The largest probability with which a probe is met with nothing, where there is one."""
    play = equilibrium.strategy["Guarantor"]
    seen = [set_ for set_ in play if "probe" in set_]
    return max((float(play[set_].get("nothing", 0)) for set_ in seen), default=0.0)


def _climbed(rows: Floats) -> Holding:
    climbs = np.asarray((rows[:, :2] <= NEVER).all(axis=1))
    return Holding.plain(climbs, np.isfinite(rows[:, 0]))


# --- the coalition -------------------------------------------------------------------------------


def _many(values: Values) -> Row:
    """Least and most of the probability that anybody responds, of many and of one."""
    numbers = {name: float(value) for name, value in values.items()}
    ends: list[float] = []
    whole = True
    for n in (MEMBERS, 1):
        rows, complete = coalition_rows(numbers, [n], ("individual",), "summation", 0.0)
        responses = [row["response"] for row in rows if row["pivotal"]]
        ends += [min(responses), max(responses)]
        whole = whole and complete
    return (*ends, float(whole))


# --- the war, the door ---------------------------------------------------------------------------


def _conceded(values: Values) -> Row:
    """The most that Ukraine concedes, with cover in the war too and without."""
    stakes: dict[str, Any] = {name: x for name, x in values.items() if name != "terms"}
    ends: list[float] = []
    whole = True
    for covered in (True, False):
        found = bargaining_range(
            SCENARIO,
            points=9,
            stages=CRISIS,
            accepted_by=["both types"],
            covered_war=covered,
            **stakes,
        )
        whole = whole and found.complete
        ends += [
            max((high for _, high in found.acceptable("Ukraine", way)), default=0.0)
            for way in ("worst", "best")
        ]
    return (*ends, float(whole))


@functools.cache
def _door() -> Game:
    return open_door_game()


def _window(values: Values) -> Row:
    ends: list[float] = []
    whole = True
    for upgrade in ("0", DOOR["upgrade"]):
        at = door_values(
            arrangement(SCENARIO),
            arrangement(UPGRADE),
            upgrade=upgrade,
            regrowth=DOOR["regrowth"],
            later=repr(LATER),
            **values,
        )
        solution = solved(_door(), at)
        ends += solution.envelope().get("attack-today", (0.0, 0.0))
        whole = whole and solution.complete
    return (*ends, float(whole))


CRISES = (
    Family(
        "trust",
        "priors that differ",
        _trust,
        {"C05": _sets("The six stages after a settlement, priors that differ")},
        6,
    ),
    Family(
        "offer",
        "an offer from a menu",
        _reveals,
        {"C22": _told(0, 1), "C22-always": _told(1, 0)},
        12,
    ),
    Family(
        "ladder",
        "a ladder of two rungs",
        _climbs,
        {
            "C30": Answer(
                "Challenge, finding, response and a ladder of two rungs, Ukraine's preparation "
                "fixed",
                _climbed,
                _last,
                lambda rows: np.asarray((rows[:, :2] > NEVER).any(axis=1)),
            )
        },
        4,
    ),
    Family(
        "coalition",
        "ten guarantors against one",
        _many,
        {
            "C39": _sets(
                f"{MEMBERS} guarantors against one with the same whole stake, contributions that "
                "add up"
            )
        },
        48,
    ),
    Family(
        "war",
        "terms and cover in the war",
        _conceded,
        {"C41": _sets("Terms from 0 to 1, Ukraine's preparation fixed, no test")},
        4,
    ),
    Family(
        "door",
        "an open door",
        _window,
        {
            "C42": _sets(
                "Membership in prospect with probability 0 or 1/2, Russia stronger by 0.3 later"
            )
        },
        12,
    ),
)
