"""What the labels in an .efg file say, where this package wrote it."""

from __future__ import annotations

import re
from fractions import Fraction

from deterrence.games.gambit_labels import BETWEEN

__all__ = ["events_of", "parts_of"]

# Gambit keeps a file's comment, so that these hold for what it saves, too.
KNOWLEDGE = f"Information sets are labelled with what the player knows, separated by '{BETWEEN}'."
EVENTS = (
    "Outcomes are labelled with their events, separated by '; ', a share below one in "
    "parentheses; '#' and a number tell apart outcomes of the same events."
)

TELLS_APART = re.compile(r"(?:^|(?<=.) )#[0-9]++\Z", re.DOTALL)
SHARE = re.compile(r"(.*) \((-?[0-9]{1,2000}(?:/[1-9][0-9]{0,2000})?)\)", re.DOTALL)


def parts_of(label: str) -> tuple[str, ...]:
    """What the label of an information set says that the player knows."""
    return () if label == "()" else tuple(label.split(BETWEEN))


def events_of(label: str) -> dict[str, Fraction]:
    """The events that the label of an outcome lists, with their weights."""
    listed = TELLS_APART.sub("", label)
    found = {}
    for item in listed.split("; ") if listed else ():
        share = SHARE.fullmatch(item)
        if share:
            found[share[1]] = Fraction(share[2])
        else:
            found[item] = Fraction(1)
    return found
