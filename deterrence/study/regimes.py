"""Regimes: outcomes told apart by which events never, sometimes or always happen on the path."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from deterrence.errors import InputError, unknown
from deterrence.games.tree import Game
from deterrence.study.run_request import list_of

__all__ = ["SEPARATOR", "classifier", "pattern_of", "regime_of", "regimes_at"]

Outcome = Mapping[str, float]
Classifier = Callable[[Outcome], str]

SEPARATOR = " | "  # between the regimes of one point, where they are written as one text
ALMOST = 1e-9  # outcomes are sums of floats: closer to 0 or 1 than this is 0 or 1


def pattern_of(outcome: Outcome, events: Iterable[str]) -> tuple[int, ...]:
    """For each event 0 if it never happens, 2 if it always does, 1 in between.

    Parameters
    ----------
    outcome : mapping of str to float
        Probabilities by event, as in `Solution.outcomes`.
    events : iterable of str
        The events to look at. One that the outcome does not hold cannot happen: at some points of
        a formula game branches of probability zero take their events with them.

    Returns
    -------
    tuple of int

    Examples
    --------
    >>> pattern_of({"attack": 0.25, "aid": 1.0}, ["attack", "aid", "force"])
    (1, 2, 0)
    """
    return tuple(_grade(_probability(outcome, event)) for event in events)


def _grade(probability: float) -> int:
    return int(probability > ALMOST) + int(probability >= 1 - ALMOST)


def _probability(outcome: Outcome, event: str) -> float:
    """The event's probability, by any one player where their chance differs.

    A branch of chance is possible for all players or for none, so that they agree on what is
    impossible, and with it on what is certain.
    """
    for name in (f"{event} (event)", event):  # the first where a player is called like it
        if name in outcome:
            return float(outcome[name])
    by_player = (p for name, p in outcome.items() if name.startswith(f"{event} (event for "))
    return float(next(by_player, 0.0))


def regime_of(outcome: Outcome, events: Iterable[str]) -> str:
    """A short label of what happens on the path: always, and sometimes.

    Parameters
    ----------
    outcome : mapping of str to float
        Probabilities by event, as in `Solution.outcomes`.
    events : iterable of str
        The events to tell outcomes apart by, in the order of the label.

    Returns
    -------
    str

    Examples
    --------
    >>> regime_of({"probe": 1.0, "attack": 0.25, "aid": 0.0}, ["probe", "attack", "aid"])
    'probe; sometimes attack'
    >>> regime_of({}, ["probe"])
    'no event'
    """
    names = tuple(events)
    grades = pattern_of(outcome, names)
    always = [name for name, grade in zip(names, grades, strict=True) if grade == 2]
    sometimes = [name for name, grade in zip(names, grades, strict=True) if grade == 1]
    parts = [", ".join(always)] if always else []
    if sometimes:
        parts.append("sometimes " + ", ".join(sometimes))
    return "; ".join(parts) or "no event"


def regimes_at(
    outcomes: Iterable[Outcome], classify: Classifier | Sequence[str]
) -> tuple[str, ...]:
    """The distinct regimes of some outcomes, sorted.

    Parameters
    ----------
    outcomes : iterable of mapping
        For instance `Solution.outcomes()`.
    classify : callable or sequence of str
        From an outcome to its label; or the events for `regime_of`.

    Returns
    -------
    tuple of str

    Raises
    ------
    InputError
        If a label is empty, is not a text, or holds the separator between regimes.

    Examples
    --------
    >>> regimes_at([{"attack": 0.0}, {"attack": 1.0}, {"attack": 0.0}], ["attack"])
    ('attack', 'no event')
    """
    label = classify if callable(classify) else _by_events(tuple(classify))
    return tuple(sorted({_checked(label(outcome)) for outcome in outcomes}))


def _by_events(events: tuple[str, ...]) -> Classifier:
    return lambda outcome: regime_of(outcome, events)


def _checked(label: Any) -> str:
    if not isinstance(label, str) or not label.strip() or SEPARATOR in label:
        raise InputError(
            f"a regime's label is {label!r}; give a text that is not empty and does not hold "
            f"{SEPARATOR!r}, which stands between the regimes of one point."
        )
    return label


def classifier(game: Game, classify: Classifier | Sequence[str] | None) -> Classifier:
    """A function from an outcome of `game` to its label.

    Parameters
    ----------
    game : Game
    classify : callable, sequence of str, or None
        A function, used as it is; names of events for `regime_of`; or None for all events.

    Returns
    -------
    callable

    Raises
    ------
    LabelError
        For an event that the game does not have; near misses are offered.
    """
    if classify is None:
        return _by_events(game.structure.event_names)
    if callable(classify):
        return classify
    events = list_of(classify, "classify")
    for event in events:
        if event not in game.structure.event_names:
            raise unknown("event", event, game.structure.event_names)
    return _by_events(events)
