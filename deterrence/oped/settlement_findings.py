"""What drawn stakes say about settlement: one question each, its share of the draws, its error."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.equilibrium.concepts import solve
from deterrence.errors import InputError
from deterrence.games.tree import Game
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.open_door import door_values, open_door_game
from deterrence.oped.bargaining import bargaining_range
from deterrence.oped.bargaining_record import BargainingRange, Intervals
from deterrence.oped.draws import draw_stakes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["QUESTIONS", "settlement_answers", "settlement_findings"]

STAGES = ("types", "challenge", "finding", "response")
LENGTH = 1e-5  # of a difference between sets of terms that counts
Ends = tuple[float, float]
PLAUSIBLE: Ends = (0, 0.3)  # the terms that are looked at
SIDE = "Russia, revisionist"


@dataclass(frozen=True)
class _Draw:
    """One draw of the stakes, and what is asked of it, each computed once."""

    stakes: Mapping[str, Fraction]
    kept: dict[Any, Any]

    def terms(self, between: Ends = PLAUSIBLE, **changes: Any) -> BargainingRange:
        """The bargaining range, at the op-ed's instruments but for the changes."""
        key = ("terms", between, *sorted(changes.items()))
        if key not in self.kept:
            stakes = {name: x for name, x in self.stakes.items() if name != "terms"}
            self.kept[key] = bargaining_range(
                "oped",
                between=between,
                points=7,
                stages=STAGES,
                accepted_by=["both types"],
                **{**stakes, **changes},
            )
        found: BargainingRange = self.kept[key]
        return found

    def ends(self, event: str, way: str, **changes: Any) -> Ends:
        """Least and most of an event at the drawn terms: "accept", or "asked" by both sides."""
        key = (event, way, *sorted(changes.items()))
        if key not in self.kept:
            game = _game(way)
            values = arrangement("oped").values(**{**self.stakes, **changes})
            solved = solve(game.at({name: values[name] for name in game.parameters}))
            self.kept[key] = (*solved.most_and_least(event), solved.complete)
        least, most, complete = self.kept[key]
        if not complete:
            raise InputError(f"not solved completely: {dict(changes)}")
        return least, most

    def today(self, interim: str, upgrade: str) -> Ends:
        """Least and most of an attack today, before an open door."""
        key = ("door", interim, upgrade)
        if key not in self.kept:
            game = _game("door")
            values = door_values(
                arrangement(interim),
                arrangement("nato"),
                upgrade=upgrade,
                regrowth="0.3",
                **self.stakes,
            )
            solved = solve(game.at({name: values[name] for name in game.parameters}))
            self.kept[key] = solved.most_and_least("attack-today")
        found: Ends = self.kept[key]
        return found


_GAMES: dict[str, Game] = {}


def _game(way: str) -> Game:
    if way not in _GAMES:
        built: dict[str, Callable[[], Game]] = {
            "accept": lambda: guarantee_game(STAGES, fixed={"settlement": "accept"}),
            "asked": lambda: guarantee_game((STAGES[0], "settlement", *STAGES[1:])),
            "door": open_door_game,
        }
        _GAMES[way] = built[way]()
    return _GAMES[way]


def _length(intervals: Intervals) -> float:
    return sum(high - low for low, high in intervals)


def _covers(large: Intervals, small: Intervals) -> bool:
    """Whether one set of terms holds another."""
    shared = sum(max(0.0, min(a[1], b[1]) - max(a[0], b[0])) for a in large for b in small)
    return shared >= _length(small) - LENGTH


def _grows(before: Intervals, after: Intervals) -> bool:
    return _covers(after, before) and _length(after) > _length(before) + LENGTH


def _least(found: BargainingRange, way: str) -> float:
    """The least terms that a revisionist Russia accepts, endless if it accepts none."""
    return min((low for low, _ in found.acceptable(SIDE, way)), default=math.inf)


def _most(found: BargainingRange, way: str) -> float:
    """The most that Ukraine accepts, endlessly low if it accepts nothing."""
    return max((high for _, high in found.acceptable("Ukraine", way)), default=-math.inf)


def _ukraine(draw: _Draw, **changes: Any) -> Intervals:
    return draw.terms(**changes).acceptable("Ukraine", "worst")


def _all(draw: _Draw, **changes: Any) -> Intervals:
    return draw.terms(**changes).acceptable("all", "worst")


def _none_at_any_balance(draw: _Draw) -> bool:
    return not any(
        draw.terms(strength=0, m0=m0).acceptable("Ukraine", "best")
        for m0 in ("0.5", "0.65", "0.85", "1", "1.2")
    )


def _rises(before: Ends, after: Ends) -> bool:
    """Both ends at least as high, and one of them higher."""
    return all(b >= a - 1e-9 for a, b in zip(before, after, strict=True)) and any(
        b > a + 1e-9 for a, b in zip(before, after, strict=True)
    )


NONE: dict[str, Any] = {"strength": 0}
# a pledge that force alone honours, and all other terms that there are
FULL: dict[str, Any] = {"strength": 1, "response_ambiguity": 0, "between": (0, 1)}
ANY: dict[str, Any] = {"between": (0, 1)}
Answer = Callable[[_Draw], bool]
# claim, question, answer; every comparison changes one number, and all else is as drawn
QUESTIONS: tuple[tuple[str, str, Answer], ...] = (
    (
        "C01",
        "the pledge (strength 0 to 0.44) makes Ukraine's acceptable terms more",
        lambda d: _grows(_ukraine(d, **NONE), _ukraine(d)),
    ),
    (
        "C01",
        "it leaves them as they are",
        lambda d: (
            abs(_length(_ukraine(d)) - _length(_ukraine(d, **NONE))) <= LENGTH
            and _covers(_ukraine(d), _ukraine(d, **NONE))
        ),
    ),
    (
        "C01",
        "it makes them less, or others",
        lambda d: not _covers(_ukraine(d), _ukraine(d, **NONE)),
    ),
    (
        "C02",
        "Ukraine accepts some plausible terms and refuses others",
        lambda d: LENGTH < _length(_ukraine(d)) < PLAUSIBLE[1] - LENGTH,
    ),
    (
        "C03",
        "a better balance (m0 0.65 to 1) lowers what Russia must be given, or leaves it at 0",
        lambda d: _least(d.terms(m0="1"), "worst") <= _least(d.terms(m0="0.65"), "worst") + LENGTH,
    ),
    (
        "C03",
        "a better balance changes what all accept",
        lambda d: (
            _length(_all(d, m0="1")) != _length(_all(d, m0="0.65"))
            or not _covers(_all(d, m0="1"), _all(d, m0="0.65"))
        ),
    ),
    ("C04", "without a pledge Ukraine settles at no balance at all", _none_at_any_balance),
    (
        "C04",
        "without a pledge Ukraine refuses peace without concessions, at the drawn balance",
        lambda d: not any(low <= 0 for low, _ in _ukraine(d, **NONE)),
    ),
    (
        "C05",
        "Ukraine's own trust (0.2 to 0.75) changes what it accepts",
        lambda d: (
            abs(_length(_ukraine(d, trust="0.75")) - _length(_ukraine(d, trust="0.2"))) > LENGTH
        ),
    ),
    (
        "C06",
        "without a pledge a settlement may be followed by an attack",
        lambda d: d.ends("attack", "accept", **NONE)[1] > 1e-9,
    ),
    (
        "C07",
        "the pledge makes an attack after the settlement less likely",
        lambda d: _rises(d.ends("attack", "accept"), d.ends("attack", "accept", **NONE)),
    ),
    (
        "C07",
        "the pledge makes an attack after the settlement more likely",
        lambda d: _rises(d.ends("attack", "accept", **NONE), d.ends("attack", "accept")),
    ),
    (
        "C21",
        "aid in the war (0 to 2) lowers the most that Ukraine concedes",
        lambda d: (
            _most(d.terms(g=2, **ANY), "worst") < _most(d.terms(g=0, **ANY), "worst") - LENGTH
        ),
    ),
    (
        "C21",
        "aid in the war makes the terms that all accept fewer",
        lambda d: _length(_all(d, g=2)) < _length(_all(d, g=0)) - LENGTH,
    ),
    (
        "C21",
        "aid in the war makes the terms that all accept more",
        lambda d: _length(_all(d, g=2)) > _length(_all(d, g=0)) + LENGTH,
    ),
    (
        "C35",
        "the pledge makes a settlement at the drawn terms more likely",
        lambda d: _rises(d.ends("settlement", "asked", **NONE), d.ends("settlement", "asked")),
    ),
    (
        "C35",
        "the pledge makes a settlement at the drawn terms less likely",
        lambda d: _rises(d.ends("settlement", "asked"), d.ends("settlement", "asked", **NONE)),
    ),
    (
        "C36",
        "aid adds more agreement without the pledge than with it (substitutes)",
        lambda d: _gain(d, **NONE) > _gain(d) + LENGTH,
    ),
    (
        "C36",
        "aid adds more agreement with the pledge than without it (complements)",
        lambda d: _gain(d, **NONE) < _gain(d) - LENGTH,
    ),
    (
        "C40",
        "the pledge raises the least terms that a revisionist Russia accepts",
        lambda d: _least(d.terms(), "worst") > _least(d.terms(**NONE), "worst") + LENGTH,
    ),
    (
        "C40",
        "the pledge lowers them",
        lambda d: _least(d.terms(), "worst") < _least(d.terms(**NONE), "worst") - LENGTH,
    ),
    (
        "C41",
        "cover in the war too lowers what Russia must be given, at strength 1 and no latitude",
        lambda d: (
            _least(d.terms(**FULL, covered_war=True), "worst")
            < _least(d.terms(**FULL), "worst") - LENGTH
        ),
    ),
    (
        "C41",
        "it does so at the op-ed's own strength and latitude",
        lambda d: _least(d.terms(covered_war=True), "worst") < _least(d.terms(), "worst") - LENGTH,
    ),
    (
        "C41",
        "cover in the war too lowers the most that Ukraine concedes, at strength 1 and no latitude",
        lambda d: (
            _most(d.terms(**FULL, covered_war=True), "worst")
            < _most(d.terms(**FULL), "worst") - LENGTH
        ),
    ),
    (
        "C42",
        "words alone: an open door (0 to 0.5) makes an attack today more likely",
        lambda d: _rises(d.today("nato_limbo", "0"), d.today("nato_limbo", "0.5")),
    ),
    (
        "C42",
        "the op-ed's guarantee meanwhile: an open door makes an attack today more likely",
        lambda d: _rises(d.today("oped", "0"), d.today("oped", "0.5")),
    ),
)


def _gain(draw: _Draw, **changes: Any) -> float:
    """By how much aid in the war adds to the terms that all accept."""
    return _length(_all(draw, g=2, **changes)) - _length(_all(draw, g=0, **changes))


def settlement_answers(draws: int = 100, rng: int | np.random.Generator = 0) -> pd.DataFrame:
    """Ask every question about settlement at drawn stakes.

    Instruments are those of the op-ed's row, but for what a question changes. Terms are looked at
    over their plausible range, 0 to 0.3, or over all where the question is about the most that
    Ukraine concedes. The game after a settlement has types, a challenge, a finding and a response;
    Ukraine keeps its defence and is restrained.

    Parameters
    ----------
    draws : int
        How many stakes are drawn, uniformly over their ranges; see `draw_stakes`.
    rng : int or numpy.random.Generator
        The seed.

    Returns
    -------
    pandas.DataFrame
        A row for each draw, a column for each of `QUESTIONS`, true or false.

    Notes
    -----
    Every game is solved completely. Comparisons of sets of terms are for the worst equilibrium of
    each side; those of probabilities ask for both ends of the set of equilibria. A draw takes about
    five seconds.
    """
    import pandas as pd

    rows = []
    for stakes in draw_stakes(draws, rng):
        draw = _Draw(stakes, {})
        rows.append([answer(draw) for _, _, answer in QUESTIONS])
    return pd.DataFrame(rows, columns=[f"{claim}: {question}" for claim, question, _ in QUESTIONS])


def settlement_findings(answers: pd.DataFrame) -> pd.DataFrame:
    """The share of the draws at which each answer is yes, and its standard error.

    Parameters
    ----------
    answers : pandas.DataFrame
        From `settlement_answers`.

    Returns
    -------
    pandas.DataFrame
        Indexed by question, with the columns share and error. Shares of draws are no probabilities
        of anything in the world.
    """
    import pandas as pd

    share = answers.mean()
    return pd.DataFrame({"share": share, "error": (share * (1 - share) / len(answers)) ** 0.5})
