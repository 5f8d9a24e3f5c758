"""Questions about settlement that one draw of the stakes answers with yes or no."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from deterrence.oped.bargaining_record import BargainingRange, Intervals
from deterrence.oped.settlement_draws import PLAUSIBLE, SIDE, DrawnStakes, Ends

__all__ = ["QUESTIONS"]

LENGTH = 1e-5  # of a difference between sets of terms that counts


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


def _ukraine(draw: DrawnStakes, **changes: Any) -> Intervals:
    return draw.terms(**changes).acceptable("Ukraine", "worst")


def _all(draw: DrawnStakes, **changes: Any) -> Intervals:
    return draw.terms(**changes).acceptable("all", "worst")


def _none_at_any_balance(draw: DrawnStakes) -> bool:
    return not any(
        draw.terms(strength=0, m0=m0).acceptable("Ukraine", "best")
        for m0 in ("0.5", "0.65", "0.85", "1", "1.2")
    )


def _rises(before: Ends, after: Ends) -> bool:
    """Both ends at least as high, and one of them higher."""
    return all(b >= a - 1e-9 for a, b in zip(before, after, strict=True)) and any(
        b > a + 1e-9 for a, b in zip(before, after, strict=True)
    )


def _opened(draw: DrawnStakes, event: str, interim: str) -> bool:
    """Whether the chance of an upgrade raises that of an event."""
    return _rises(draw.door(event, interim, "0"), draw.door(event, interim, "0.5"))


NONE: dict[str, Any] = {"strength": 0}
# a pledge that force alone honours, and all other terms that there are
FULL: dict[str, Any] = {"strength": 1, "response_ambiguity": 0, "between": (0, 1)}
ANY: dict[str, Any] = {"between": (0, 1)}
Answer = Callable[[DrawnStakes], bool]
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
        lambda d: d.ends("attack", "accepted", **NONE)[1] > 1e-9,
    ),
    (
        "C07",
        "the pledge makes an attack after the settlement less likely",
        lambda d: _rises(d.ends("attack", "accepted"), d.ends("attack", "accepted", **NONE)),
    ),
    (
        "C07",
        "the pledge makes an attack after the settlement more likely",
        lambda d: _rises(d.ends("attack", "accepted", **NONE), d.ends("attack", "accepted")),
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
        lambda d: _opened(d, "attack-today", "nato_limbo"),
    ),
    (
        "C42",
        "words alone: it makes an attack at any time more likely",
        lambda d: _opened(d, "attack", "nato_limbo"),
    ),
    (
        "C42",
        "the op-ed's guarantee meanwhile: an open door makes an attack today more likely",
        lambda d: _opened(d, "attack-today", "oped"),
    ),
    (
        "C42",
        "the op-ed's guarantee meanwhile: it makes an attack at any time more likely",
        lambda d: _opened(d, "attack", "oped"),
    ),
    # the game with all stages, the test among them, at the drawn terms
    (
        "C01",
        "all stages: only with the pledge Ukraine accepts the drawn terms, whatever follows",
        lambda d: d.whole("Ukraine")[0] >= 0 > d.whole("Ukraine", **NONE)[0],
    ),
    (
        "C01",
        "all stages: only without the pledge it does so",
        lambda d: d.whole("Ukraine", **NONE)[0] >= 0 > d.whole("Ukraine")[0],
    ),
    (
        "C06",
        "all stages: without a pledge the settlement may be followed by an attack",
        lambda d: d.whole("attack", **NONE)[1] > 1e-9,
    ),
    (
        "C06",
        "all stages: with the pledge it may be, too",
        lambda d: d.whole("attack")[1] > 1e-9,
    ),
    (
        "C07",
        "all stages: the pledge makes an attack after the settlement less likely",
        lambda d: _rises(d.whole("attack"), d.whole("attack", **NONE)),
    ),
    (
        "C07",
        "all stages: the pledge makes an attack after the settlement more likely",
        lambda d: _rises(d.whole("attack", **NONE), d.whole("attack")),
    ),
    (
        "C40",
        "all stages: only without the pledge a revisionist Russia accepts, whatever follows",
        lambda d: d.whole(SIDE, **NONE)[0] >= 0 > d.whole(SIDE)[0],
    ),
    (
        "C40",
        "all stages: only with the pledge it does so",
        lambda d: d.whole(SIDE)[0] >= 0 > d.whole(SIDE, **NONE)[0],
    ),
)


def _gain(draw: DrawnStakes, **changes: Any) -> float:
    """By how much aid in the war adds to the terms that all accept."""
    return _length(_all(draw, g=2, **changes)) - _length(_all(draw, g=0, **changes))
