"""Which stages of the guarantee game are played, fixed or left out, checked before any work."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from deterrence.errors import InputError, LimitError, unknown
from deterrence.guarantee.payoffs import PREPARATIONS

__all__ = [
    "EVERY_STAGE",
    "LABELS",
    "LEFT_OUT",
    "STAGES",
    "TYPES",
    "played",
    "rung_count",
    "settled",
]

STAGES = ("types", "preparation", "challenge", "finding", "response", "test")  # by default
EVERY_STAGE = ("types", "offer", "settlement", *STAGES[1:], "escalation")  # in the order of play
TYPES = {"Guarantor": ("resolved", "irresolute"), "Russia": ("revisionist", "security")}
LABELS = {
    "settlement": ("accept", "fight"),
    "preparation": tuple(PREPARATIONS),
    "challenge": ("refrain", "probe", "attack"),
    "finding": ("covered", "not covered"),
    "response": ("nothing", "aid", "force"),
    "test": ("stop", "attack"),
}
LEFT_OUT = "left out"  # no label of any stage
# what a stage that is left out amounts to; a type is settled under its player's name
NEUTRAL = {
    "Guarantor": "resolved",
    "Russia": "revisionist",
    "offer": LEFT_OUT,
    "settlement": LEFT_OUT,
    "preparation": "keep, restrained",
    "challenge": "attack",
    "finding": "covered",
    "response": "nothing",
    "test": "stop",
    "escalation": LEFT_OUT,
}
MOST_RUNGS = 8


def played(stages: Iterable[str]) -> frozenset[str]:
    """The stages by name; LabelError, with near misses, for one that does not exist."""
    if not isinstance(stages, Iterable):
        raise InputError(f"stages = {stages!r}; give some of {', '.join(EVERY_STAGE)}, or a list.")
    named = (stages,) if isinstance(stages, str) else tuple(stages)
    for stage in named:
        if stage not in EVERY_STAGE:
            raise unknown("stage", stage, EVERY_STAGE)
    return frozenset(named)


def rung_count(rungs: Any, stages: frozenset[str]) -> int:
    """The rungs of the ladder, if that is what was given."""
    if isinstance(rungs, bool) or not isinstance(rungs, int) or rungs < 1:
        raise InputError(f"rungs = {rungs!r}; give a whole number from 1 to {MOST_RUNGS}.")
    if rungs > MOST_RUNGS:
        raise LimitError(f"rungs = {rungs}; at most {MOST_RUNGS} are built.")
    if rungs > 1 and "escalation" not in stages:
        raise InputError("rungs without the stage 'escalation' have no effect; play that stage.")
    return rungs


def settled(
    stages: frozenset[str], fixed: Mapping[str, Any], offers: Iterable[str]
) -> dict[str, str]:
    """Every stage, and every player's type, that one value is known for, with that value."""
    left_out = {name for name in NEUTRAL if ("types" if name in TYPES else name) not in stages}
    found = {name: label for name, label in NEUTRAL.items() if name in left_out}
    if not isinstance(fixed, Mapping):
        raise InputError(
            f"stages are fixed by name, not by {fixed!r}: give for example "
            "{'preparation': 'keep, restrained'}."
        )
    labels = {**LABELS, "offer": tuple(offers)}
    for stage, value in fixed.items():
        if stage not in EVERY_STAGE:
            raise unknown("stage", stage, EVERY_STAGE)
        if stage == "escalation":
            raise InputError(
                "the escalation has moves of both sides, so that it cannot be fixed by one label; "
                "play it or leave it out."
            )
        if stage == "types":
            found.update(_types(value))
        elif value not in labels[stage]:
            raise unknown(stage, value, labels[stage])
        else:
            found[stage] = value
    return found


def _types(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise InputError(
            f"types are fixed by player, not by {given!r}: give for example "
            "{'types': {'Guarantor': 'resolved', 'Russia': 'revisionist'}}, one of them or both."
        )
    for player, kind in given.items():
        if player not in TYPES:
            raise unknown("player with a type", player, TYPES)
        if kind not in TYPES[player]:
            raise unknown(f"type of {player}", kind, TYPES[player])
    return dict(given)
