"""The long run: peace and war by years, with reconstitution, expiry and changes of government."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from sympy import Expr, Integer, Min, Rational, Symbol, symbols

from deterrence.errors import InputError, unknown
from deterrence.games.nodes import Chance, Move
from deterrence.games.stochastic import Onward, StochasticGame
from deterrence.guarantee import parameters
from deterrence.guarantee.cover import cover, findings, honoured
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.events import events
from deterrence.guarantee.longrun_parameters import LONG_RUN
from deterrence.guarantee.payoffs import ATTACK, PREPARATIONS, Crisis, Reply, payoffs, prevails
from deterrence.guarantee.stage_input import TYPES

__all__ = ["OVER", "Year", "long_run_game"]

OVER = "Russia prevailed"
WARS = ("returns", "absorbing")
DEFENCES = {"keep": "keep, restrained", "neglect": "neglect, restrained"}
RESPONSES = ("nothing", "aid", "force")
ZERO, ONE = Integer(0), Integer(1)

m0, m_pi, m_aid, m_force, m_w = symbols("m0 m_pi m_aid m_force m_w")
v, y, a, c_pi, c_d, phi = symbols("v y a c_pi c_d phi")
strength, presence, automaticity = symbols("strength presence automaticity")
delta_G, delta_U, delta_R = symbols("delta_G delta_U delta_R")  # noqa: N816
recon, recon_y, h_gov, h_start, h_end, r_peace, spent, kept = symbols(
    "recon recon_y h_gov h_start h_end r_peace spent kept"
)

Steps = dict["Year", Expr]


@dataclass(frozen=True, order=True)
class Year:
    """What everybody knows at the start of a year.

    Attributes
    ----------
    at_war : bool
    level : int
        How far Russia has rebuilt its forces, from 0.
    guarantee : str
        "to come", "alive" or "expired".
    government : str
        The Guarantor's: "resolved" or "irresolute".
    word : str
        "kept", "broken", or "" where that no longer matters.
    """

    at_war: bool
    level: int
    guarantee: str
    government: str
    word: str

    def __str__(self) -> str:
        what = "war" if self.at_war else f"peace, level {self.level}"
        word = f", word {self.word}" if self.word else ""
        return f"{what}, guarantee {self.guarantee}, {self.government}{word}"


def long_run_game(
    horizon: int | None = None,
    *,
    levels: int = 3,
    russia: str = "revisionist",
    war: str = "returns",
    defence: bool = False,
    reputation: bool = True,
    window: bool = False,
) -> StochasticGame:
    """The guarantee over years, with formulas for numbers.

    Every year of peace is a small tree: Ukraine keeps or neglects its defence, if it has that
    choice; Russia, who sees that, refrains or attacks; an attack is found covered or not; the
    Guarantor, who sees all that, does nothing, aids or uses force. Balance, cover and payoffs are
    those of the crisis (`guarantee_game`). What everybody knows at the start of a year is a `Year`,
    and its text is the state's label; after a war that Russia wins the state is "Russia prevailed"
    for ever.

    Parameters
    ----------
    horizon : int, optional
        Years; none by default.
    levels : int
        Steps in which Russia rebuilds, 0 to 10: with 0 it does not.
    russia : {"revisionist", "security"}
        Russia's type, which everybody knows here and which does not change.
    war : {"returns", "absorbing"}
        Whether peace can return after a war that Russia does not win.
    defence : bool
        Whether Ukraine chooses its defence each year; otherwise it keeps it. With that choice the
        search for all equilibria takes a hundred times as long, and may run out of its budget.
    reputation : bool
        Whether a word once broken costs less to break again: the state then holds the past.
    window : bool
        Whether the guarantee is still to come at the start: each year it takes effect with
        probability `h_start`, and until then it is as if there were none.

    Returns
    -------
    StochasticGame
        Its parameters are those of `parameters` and of `long_run_parameters`; ``game.at(...)`` puts
        numbers in.

    Raises
    ------
    LabelError
        For an unknown type, or an unknown fate of wars.
    InputError
        If `levels` is out of range.

    Notes
    -----
    A year's upkeep of defence and presence is their one-crisis cost times one minus the discount
    factor, so that for ever it costs as much as in the crisis. A crisis pays once, in the year of
    the attack, and in that year upkeep is paid as in any other. Rebuilding multiplies Russia's
    strength, the unit of the balance, by ``1 + recon * level / levels``. An attack ends in Russia
    prevailing with the probability of the balance, else in a war of uncertain length; peace comes
    back at level 0. A covered attack breaks the word with the share of the pledge that was not
    honoured. A change of government draws a new one.

    Examples
    --------
    >>> long_run_game(levels=1)
    <StochasticGame: Guarantor, Ukraine, Russia; 19 states, no horizon, formulas in ...
    """
    if isinstance(levels, bool) or not isinstance(levels, int) or not 0 <= levels <= 10:
        raise InputError(f"levels = {levels!r}; give a whole number from 0 to 10.")
    if russia not in TYPES["Russia"]:
        raise unknown("type of Russia", russia, TYPES["Russia"])
    if war not in WARS:
        raise unknown("fate of wars", war, WARS)
    years = _Years(levels, russia, war == "returns", bool(defence), bool(reputation), bool(window))
    return _built(years, horizon)


@cache
def _built(years: _Years, horizon: int | None) -> StochasticGame:
    begin = years.first()
    return StochasticGame(
        PLAYERS,
        years.states(),
        dict(zip(PLAYERS, (delta_G, delta_U, delta_R), strict=True)),
        horizon,
        start={str(year): odds for year, odds in years.governed(begin, ONE, new=True).items()},
        ranges=parameters.ranges() | {n: (p.low, p.high) for n, p in LONG_RUN.items()},
        tied=parameters.TIED,
    )


@dataclass(frozen=True)
class _Years:
    """The states, and the tree that is played in each."""

    levels: int
    russia: str
    returns: bool
    defence: bool
    reputation: bool
    window: bool

    @property
    def word(self) -> str:
        """What a word not broken yet is called."""
        return "kept" if self.reputation else ""

    def first(self) -> Year:
        if self.window:
            return Year(False, 0, "to come", "resolved", "")
        return Year(False, 0, "alive", "resolved", self.word)

    def states(self) -> dict[str, Any]:
        stages: dict[str, Any] = {}
        for year in self.all():
            stages[str(year)] = self.at_war(year) if year.at_war else self.peace(year)
        stages[OVER] = Onward(dict.fromkeys(PLAYERS, ZERO), OVER)
        if not self.returns:
            stages["war"] = Onward(dict.fromkeys(PLAYERS, ZERO), "war")
        return stages

    def all(self) -> Iterator[Year]:
        words = ("kept", "broken") if self.reputation and self.returns else (self.word,)
        stands = [("alive", word) for word in words] + [("expired", "")]
        if self.window:
            stands.insert(0, ("to come", ""))
        for at_war in (False, True) if self.returns else (False,):
            for level in range(1 if at_war else self.levels + 1):
                for stand, government in itertools.product(stands, TYPES["Guarantor"]):
                    yield Year(at_war, level, stand[0], government, stand[1])

    # -- how a year becomes the next

    def governed(self, year: Year, weight: Expr, *, new: bool = False) -> Steps:
        """The same year with the government that follows; a new one is drawn for certain."""
        odds = {"resolved": phi, "irresolute": 1 - phi}
        change = ONE if new else h_gov
        return {
            replace(year, government=kind): weight
            * (change * odds[kind] + (1 - change) * Integer(kind == year.government))
            for kind in TYPES["Guarantor"]
        }

    def aged(self, year: Year, weight: Expr) -> Steps:
        """The same a year later: beginning and expiry of the guarantee, and the government."""
        if year.guarantee == "expired":
            return self.governed(year, weight)
        if year.guarantee == "to come":
            begun = replace(year, guarantee="alive", word=self.word)
            waits = self.governed(year, weight * (1 - h_start))
            return waits | self.governed(begun, weight * h_start)
        alive = self.governed(year, weight * (1 - h_end))
        return alive | self.governed(replace(year, guarantee="expired", word=""), weight * h_end)

    def rebuilt(self, year: Year) -> Steps:
        if year.level == self.levels:
            return self.aged(year, ONE)
        up = _step(self.levels)
        higher = replace(year, level=year.level + 1)
        return _joined(self.aged(year, 1 - up), self.aged(higher, up))

    def beaten(self, year: Year, lost: Expr, broken: Expr) -> dict[str, Expr]:
        """Where an attack leads: Russia prevails, or war goes on with the word kept or broken."""
        if not self.returns:
            return {OVER: lost, "war": 1 - lost}
        war = replace(year, at_war=True, level=0)
        if not year.word or year.word == "broken":
            return {OVER: lost} | _named(self.aged(war, 1 - lost))
        parts = [
            self.aged(replace(war, word=word), (1 - lost) * share)
            for word, share in (("kept", 1 - broken), ("broken", broken))
            if share != 0
        ]
        return {OVER: lost} | _named(_joined(*parts))

    def at_war(self, year: Year) -> Onward:
        ended = self.aged(replace(year, at_war=False), r_peace)
        steps = _named(_joined(self.aged(year, 1 - r_peace), ended))
        return Onward(dict.fromkeys(PLAYERS, ZERO), steps)

    # -- one year of peace

    def peace(self, year: Year) -> Any:
        below = {d: self.challenge(year, d, label) for d, label in DEFENCES.items()}
        return Move("Ukraine", (), below) if self.defence else below["keep"]

    def challenge(self, year: Year, defence: str, preparation: str) -> Move:
        seen = (defence,) if self.defence else ()
        crisis = Crisis(year.government, self.russia, PREPARATIONS[preparation])
        calm = self.end(year, crisis, _named(self.rebuilt(year)))
        attack = self.finding(year, crisis, (*seen, "attack"))
        choices: dict[str, Any] = {"refrain": calm, "attack": attack}
        return Move("Russia", seen, choices)

    def finding(self, year: Year, crisis: Crisis, seen: tuple[str, ...]) -> Any:
        if year.guarantee != "alive":
            return self.response(year, crisis, seen, covered=False)
        odds = findings(cover(ATTACK, crisis.preparation), automaticity)
        return Chance(
            {label: (p, self.found(year, crisis, seen, label)) for label, p in odds.items()}
        )

    def found(self, year: Year, crisis: Crisis, seen: tuple[str, ...], label: str) -> Any:
        if label == "covered, automatic":
            return self.answered(year, crisis, "force", covered=True)
        return self.response(year, crisis, (*seen, label), covered=label == "covered")

    def response(self, year: Year, crisis: Crisis, seen: tuple[str, ...], *, covered: bool) -> Move:
        replies: dict[str, Any] = {
            r: self.answered(year, crisis, r, covered=covered) for r in RESPONSES
        }
        return Move("Guarantor", seen, replies)

    def answered(self, year: Year, crisis: Crisis, response: str, *, covered: bool) -> Onward:
        broken = 1 - honoured(ATTACK, response) if covered else ZERO
        met = replace(crisis, replies=(Reply(ATTACK, covered, response, broken),))
        lost = prevails(
            response, keeps_defence=crisis.preparation.keeps_defence, surprise=True
        ).xreplace(self.changes(year))
        return self.end(year, met, self.beaten(year, lost, broken), lost)

    def end(
        self, year: Year, crisis: Crisis, steps: Mapping[str, Expr], lost: Expr = ZERO
    ) -> Onward:
        changes = self.changes(year)
        paid = {p: _changed(f, changes) for p, f in payoffs(crisis).items()}
        paid["Ukraine"] = paid["Ukraine"] + kept * lost  # what Russia holds is lost already
        weights = {name: _changed(f, changes) for name, f in events(crisis).items()}
        return Onward(paid, steps, {n: f for n, f in weights.items() if n != "defence-kept"})

    def changes(self, year: Year) -> Mapping[Symbol, Expr]:
        """What the formulas of the crisis become in this year."""
        return _changes(year, self.levels, self.russia)


def _step(levels: int) -> Expr:
    """The probability of a step in one year, so that all of them take `recon_y` in the mean."""
    return Min(ONE, levels / recon_y, evaluate=False) if levels else ZERO


@cache
def _changes(year: Year, levels: int, russia: str) -> Mapping[Symbol, Expr]:
    rebuilt = 1 + recon * Rational(year.level, levels) if levels else ONE
    prize = Symbol(f"b_{russia}")
    changes = {m: m / rebuilt for m in (m0, m_pi, m_aid, m_force, m_w)} if year.level else {}
    changes |= {c_d: (1 - delta_U) * c_d, c_pi: (1 - delta_G) * c_pi}
    changes |= {prize: prize * (1 - kept), v: v * (1 - kept), y: y * (1 - kept)}
    if year.guarantee != "alive":
        changes |= dict.fromkeys((strength, presence, automaticity), ZERO)
    if year.word == "broken":
        changes[a] = a * (1 - spent)
    return changes


_seen: dict[Any, Expr] = {}


def _changed(formula: Expr, changes: Mapping[Symbol, Expr]) -> Expr:
    key = formula, id(changes)  # the changes of a year are built once and kept
    if key not in _seen:
        _seen[key] = formula.xreplace(changes)
    return _seen[key]


def _joined(*parts: Steps) -> Steps:
    total: Steps = {}
    for part in parts:
        for year, odds in part.items():
            total[year] = total[year] + odds if year in total else odds
    return total


def _named(steps: Steps) -> dict[str, Expr]:
    return {str(year): odds for year, odds in steps.items() if odds != 0}
