"""Claims that a companion of the game judges, each at its own draws of the stakes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import numpy as np

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.games.tree import Game
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.longrun_parameters import LONG_RUN, long_run_defaults
from deterrence.guarantee.open_door import door_values, open_door_game
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.settlement import after_settlement
from deterrence.guarantee.timing import TIMING
from deterrence.oped.bargaining import bargaining_range
from deterrence.oped.coalitions import coalition_rows
from deterrence.oped.evidence import Ends
from deterrence.oped.long_run_points import solve_long_run
from deterrence.oped.orders import Holding, ordered
from deterrence.oped.settings import Box, draw
from deterrence.oped.talks import when_to_talk
from deterrence.study.running import parallel, workers_of

__all__ = ["OWN", "Judge"]

Values = dict[str, Fraction]
Found = tuple[tuple[float, float], tuple[float, float], bool]  # two sets' ends, and completeness
# from points, box, seed and processes to where the claim holds, and how that was found
Judge = Callable[[int, Box, int, "int | None"], tuple[Holding, str]]
OWN: dict[str, Judge] = {}

SCENARIO = "oped"
CRISIS = ("types", "challenge", "finding", "response")
MENU = {"weak": {"strength": "0.2"}, "strong": {"strength": "0.9"}}
RUNGS = 2
TERM = 10  # years
HAZARD = 0.01
DOOR = {"upgrade": "0.5", "regrowth": "0.3"}
MEMBERS = 10
STAKES = {name for name, p in PARAMETERS.items() if p.kind == "stake"}
SETTLED = ("h_start", "h_end", "kept")  # of the long run, what the arrangement and the terms set
PUSHED = 0.001  # of a payoff
NOWHERE = float("nan")


def _points(
    count: int, box: Box, seed: int, *, more: Mapping[str, Any] | None = None
) -> list[Values]:
    """The stakes as in the shared sample, the op-ed's instruments, and other stakes drawn alike."""
    drawn = draw(count, box, seed=seed)
    base = arrangement(SCENARIO).values()
    rng = np.random.default_rng([seed, 1])
    others = {}
    for name, p in (more or {}).items():
        low, high, middle = float(p.low), float(p.high), float(p.default)
        low, high = middle - box.width * (middle - low), middle + box.width * (high - middle)
        others[name] = rng.uniform(low, high, count).round(7)
    return [
        base
        | {n: Fraction(repr(float(column[k]))) for n, column in drawn.items()}
        | {n: Fraction(repr(float(column[k]))) for n, column in others.items()}
        for k in range(count)
    ]


def _judged(
    one: Callable[[Values], Found], points: list[Values], jobs: int | None, *, strict: bool = True
) -> tuple[Holding, int]:
    """Where the first set lies at or below the second, by "ends"; how many were not complete.

    With `strict` it fails where nothing moves.
    """
    found = _each(one, points, jobs)
    low = Ends(*(np.array([f[0][side] for f in found], dtype=float) for side in (0, 1)))
    high = Ends(*(np.array([f[1][side] for f in found], dtype=float) for side in (0, 1)))
    part = ordered(low, high, "ends")
    part = Holding(part.strict, part.strict, part.known) if strict else part
    return part, sum(not f[2] for f in found)


def _each(one: Callable[[Values], Any], points: list[Values], jobs: int | None) -> list[Any]:
    workers = workers_of(jobs, len(points))
    if workers <= 1:
        return [one(point) for point in points]
    return list(parallel([(one, (point,)) for point in points], workers, ordered=True))


def _said(text: str, points: int, incomplete: int) -> str:
    whole = "every set complete" if not incomplete else f"{incomplete} sets not complete"
    return f"{text}; {points} draws of the stakes, {whole}."


def own(name: str) -> Callable[[Judge], Judge]:
    """Put a judge into the table, under its claim's name."""

    def put(judge: Judge) -> Judge:
        OWN[name] = judge
        return judge

    return put


def _solved(game: Game, values: Mapping[str, Any]) -> Solution:
    return solve(game.at({name: values[name] for name in game.parameters}))


# --- trust ---------------------------------------------------------------------------------------


@functools.cache
def _trusting() -> Game:
    return after_settlement("both types", own_trust=True)


def _trust(values: Values) -> Found:
    low, high = (_solved(_trusting(), {**values, "trust": Fraction(t)}) for t in ("1/4", "3/4"))
    ends = [s.envelope()["Ukraine"] for s in (low, high)]
    return ends[0], ends[1], low.complete and high.complete


@own("C05")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found, incomplete = _judged(_trust, _points(count, box, seed), jobs)
    return found, _said("The six stages after a settlement, priors that differ", count, incomplete)


# --- the offer -----------------------------------------------------------------------------------


@functools.cache
def _offered() -> Game:
    return guarantee_game(
        (CRISIS[0], "offer", *CRISIS[1:]), menu=MENU, fixed={"settlement": "accept"}
    )


def _reveals(values: Values) -> tuple[bool, bool, bool]:
    """Whether some equilibrium tells the types apart, whether all do, and completeness."""
    solution = _solved(_offered(), values)
    told = [_tells(one) for one in solution.equilibria]
    return any(told), bool(told) and all(told), solution.complete


def _tells(equilibrium: Any) -> bool:
    """Whether the strong offer is made, and more likely by the resolved type."""
    play = equilibrium.strategy["Guarantor"]
    resolved, irresolute = (float(play[(kind,)]["strong"]) for kind in ("resolved", "irresolute"))
    return resolved > irresolute + 1e-9


def _offers(count: int, box: Box, seed: int, jobs: int | None, which: int) -> tuple[Holding, str]:
    found = _each(_reveals, _points(count, box, seed), jobs)
    holds, complete = (np.array([f[k] for f in found]) for k in (which, 2))
    text = "Offer, challenge, finding and response, Ukraine's preparation fixed"
    known = complete | (holds if which == 0 else ~holds)  # what one equilibrium shows is shown
    return Holding.plain(holds & known, known), _said(text, count, int((~complete).sum()))


@own("C22")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    return _offers(count, box, seed, jobs, 0)


@own("C22-always")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    return _offers(count, box, seed, jobs, 1)


# --- the ladder ----------------------------------------------------------------------------------


@functools.cache
def _ladder() -> Game:
    fixed = {"settlement": "accept"}
    return guarantee_game((*CRISIS, "escalation"), rungs=RUNGS, fixed=fixed)


def _climbs(values: Values) -> tuple[bool, bool]:
    solution = _solved(_ladder(), values)
    ignored = max((_ignored(one) for one in solution.equilibria), default=NOWHERE)
    most = solution.envelope()
    down = most["backdown-Guarantor"][1] if "backdown-Guarantor" in most else 0.0
    return bool(ignored <= 1e-9 and down <= 1e-9), solution.complete


def _ignored(equilibrium: Any) -> float:
    """The largest probability with which a probe is met with nothing, where there is one."""
    play = equilibrium.strategy["Guarantor"]
    seen = [set_ for set_ in play if "probe" in set_]
    return max((float(play[set_].get("nothing", 0)) for set_ in seen), default=0.0)


@own("C30")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found = _each(_climbs, _points(count, box, seed), jobs)
    holds, complete = (np.array([f[k] for f in found]) for k in (0, 1))
    text = "Challenge, finding, response and a ladder of two rungs, Ukraine's preparation fixed"
    return Holding.plain(holds & complete, complete | ~holds), _said(
        text, count, int((~complete).sum())
    )


# --- the coalition -------------------------------------------------------------------------------


def _many(values: Values) -> Found:
    numbers = {name: float(value) for name, value in values.items()}
    ends, whole = [], True
    for n in (MEMBERS, 1):
        rows, complete = coalition_rows(numbers, [n], ("individual",), "summation", 0.0)
        responses = [row["response"] for row in rows if row["pivotal"]]
        ends.append((min(responses), max(responses)))
        whole = whole and complete
    return ends[0], ends[1], whole


@own("C39")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found, incomplete = _judged(_many, _points(count, box, seed), jobs)
    text = f"{MEMBERS} guarantors against one with the same whole stake, contributions that add up"
    return found, _said(text, count, incomplete)


# --- the war, the door ---------------------------------------------------------------------------


def _conceded(values: Values) -> Found:
    """The most that Ukraine concedes, with cover in the war too and without."""
    stakes: dict[str, Any] = {name: x for name, x in values.items() if name != "terms"}
    ends, whole = [], True
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
        most = [
            max((high for _, high in found.acceptable("Ukraine", way)), default=0.0)
            for way in ("worst", "best")
        ]
        ends.append((most[0], most[1]))
    return ends[0], ends[1], whole


@own("C41")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found, incomplete = _judged(_conceded, _points(count, box, seed), jobs)
    text = "Terms from 0 to 1, Ukraine's preparation fixed, no test"
    return found, _said(text, count, incomplete)


@functools.cache
def _door() -> Game:
    return open_door_game()


def _window(values: Values) -> Found:
    ends, whole = [], True
    for upgrade in ("0", DOOR["upgrade"]):
        at = door_values(
            arrangement(SCENARIO),
            arrangement("nato"),
            upgrade=upgrade,
            regrowth=DOOR["regrowth"],
            **{n: x for n, x in values.items() if n not in LONG_RUN},
        )
        solution = _solved(_door(), at)
        ends.append(solution.envelope().get("attack-today", (0.0, 0.0)))
        whole = whole and solution.complete
    return ends[0], ends[1], whole


@own("C42")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found, incomplete = _judged(_window, _points(count, box, seed), jobs)
    text = "Membership in prospect with probability 0 or 1/2, Russia stronger by 0.3 later"
    return found, _said(text, count, incomplete)


# --- the long run --------------------------------------------------------------------------------


def _years(count: int, box: Box, seed: int) -> list[Values]:
    """Points of the long run: what the settlement gave stays Russia's."""
    settled = long_run_defaults(arrangement(SCENARIO))
    fixed = {name: settled[name] for name in ("h_start", "h_end")}
    own = {name: p for name, p in LONG_RUN.items() if name not in (*fixed, "kept")}
    drawn = _points(count, box, seed, more=own)
    return [values | fixed | {"kept": values["terms"]} for values in drawn]


def _curve(values: Values, *, reputation: bool = True) -> tuple[Any, Any, bool]:
    found = solve_long_run(values, TERM, levels=2, reputation=reputation)
    return found.least, found.most, found.complete


def _attack_by_term(values: Values, **how: Any) -> tuple[tuple[float, float], bool]:
    least, most, complete = _curve(values, **how)
    return (1 - float(most[TERM]), 1 - float(least[TERM])), complete


def _hazards(values: Values) -> tuple[list[bool], bool]:
    """Whether the hazard moves, in the curve of least and in that of most survival."""
    least, most, complete = _curve(values)
    moves = []
    for curve in (least, most):
        with np.errstate(invalid="ignore", divide="ignore"):
            yearly = 1 - curve[1:] / curve[:-1]
        first, last = yearly[0], yearly[TERM - 1]
        moves.append(bool(np.isfinite(last) and abs(first - last) > HAZARD))
    return moves, complete and bool(np.isfinite(least).all())


def _hazard_moves(values: Values) -> tuple[bool, bool]:
    moves, complete = _hazards(values)
    return all(moves), complete


def _hazard_stays(values: Values) -> tuple[bool, bool]:
    """With nothing that changes over the years."""
    moves, complete = _hazards(values | dict.fromkeys(("recon", "h_end", "h_gov"), Fraction(0)))
    return not any(moves), complete


@own("C08")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found = _each(_hazard_moves, _years(count, box, seed), jobs)
    holds, complete = (np.array([f[k] for f in found]) for k in (0, 1))
    text = "The long run with two steps of rebuilding, the curves of least and of most survival"
    return Holding.plain(holds, complete), _said(text, count, int((~complete).sum()))


@own("C08-mechanisms")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found = _each(_hazard_stays, _years(count, box, seed), jobs)
    holds, complete = (np.array([f[k] for f in found]) for k in (0, 1))
    text = "The long run without rebuilding, expiry and elections, the same two curves"
    return Holding.plain(holds & complete, complete), _said(text, count, int((~complete).sum()))


def _remembered(values: Values) -> Found:
    known, first = _attack_by_term(values)
    forgotten, second = _attack_by_term(values, reputation=False)
    return known, forgotten, first and second


@own("C33")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found, incomplete = _judged(_remembered, _years(count, box, seed), jobs, strict=False)
    text = "The long run with and without memory of a broken word"
    return found, _said(text, count, incomplete)


def _lasting(values: Values) -> Found:
    """Attack where the guarantee lasts and nothing changes, and where it may end."""
    steady, first = _attack_by_term(values | {"h_end": Fraction(0), "h_gov": Fraction(0)})
    ends, second = _attack_by_term(values)
    return steady, ends, first and second


@own("C43")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    found, incomplete = _judged(_lasting, _years(count, box, seed), jobs, strict=False)
    text = "The long run with expiry and elections, and with neither"
    return found, _said(text, count, incomplete)


# --- when to talk --------------------------------------------------------------------------------


def _pushed(values: Values) -> tuple[bool, bool]:
    changes = {n: x for n, x in values.items() if n in LONG_RUN or n in TIMING or n in STAKES}
    changes = {n: x for n, x in changes.items() if n not in ("m0", "terms", *SETTLED)}
    found = when_to_talk(arrangement(SCENARIO), changes, points=9, deadlines=(0,))
    push = found.grid["push"].sel(offer="guarantee", months=0)
    here = push.sel(balance=float(values["m0"]), method="nearest")
    return bool(float(here) > PUSHED), found.complete


@own("C37")
def _(count: int, box: Box, seed: int, jobs: int | None) -> tuple[Holding, str]:
    more = {n: p for n, p in (LONG_RUN | TIMING).items() if n not in SETTLED}
    found = _each(_pushed, _points(count, box, seed, more=more), jobs)
    holds, complete = (np.array([f[k] for f in found]) for k in (0, 1))
    text = "Ukraine's stopping problem from the balance drawn, in the worst peace for it"
    return Holding.plain(holds, complete), _said(text, count, int((~complete).sum()))
