"""What a player knows at an information set, told by labels; situations drawn together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from deterrence.equilibrium.wording_phrases import label_text
from deterrence.games.structure import InformationSet, Structure

__all__ = ["View", "after_text", "role_text", "steps_to", "view_at"]

Seen = tuple[str, ...]


@dataclass(frozen=True)
class View:
    """What a player knows at an information set: who it is, then what it has seen."""

    player: str
    kind: str  # its private information, empty if it has none
    seen: tuple[tuple[str, int], ...]  # labels, with the information set of the move or -1


def view_at(structure: Structure, s: InformationSet) -> View:
    """What the player of an information set knows there, in labels."""
    found: View = structure.remember(("view", s.index), lambda: _compute_view(structure, s))
    return found


def _compute_view(structure: Structure, s: InformationSet) -> View:
    """What `knows` holds, matched with the labels on the way: types first, then what was seen."""
    steps = steps_to(structure, s.nodes[0])
    if isinstance(s.knows, tuple):
        return _matched(s.player, s.knows, steps)
    others = [steps_to(structure, n) for n in s.nodes]
    seen = [
        (label_text(label), k)
        for place, (label, k) in enumerate(steps)
        if k >= 0 and all(other[place : place + 1] == [(label, k)] for other in others)
    ]
    return View(s.player, label_text(s.knows), tuple(seen))


def _matched(player: str, knows: Sequence[Any], steps: Sequence[tuple[Any, int]]) -> View:
    kind: list[str] = []
    seen: list[tuple[str, int]] = []
    at = 0
    for element in knows:
        place = next((k for k in range(at, len(steps)) if steps[k][0] == element), None)
        mover = -1 if place is None else steps[place][1]
        at = at if place is None else place + 1
        if mover >= 0 or seen:
            seen.append((label_text(element), mover))
        else:
            kind.append(label_text(element))
    return View(player, ", ".join(kind), tuple(seen))


def steps_to(structure: Structure, node: int) -> list[tuple[Any, int]]:
    """The labels on the way to a node, each with the information set that chose it, or -1."""
    found: list[tuple[Any, int]] = []
    while (above := structure.parent[node]) >= 0:
        found.append((structure.label[node], structure.set_of[above]))
        node = above
    return found[::-1]


def role_text(player: str, kind: str) -> str:
    """A player, with its type if it has one."""
    return f"{label_text(player)} ({kind})" if kind else label_text(player)


def after_text(afters: Sequence[Seen], before: str = "") -> str:
    """The situations in which the same is said; nothing where it is at the start."""
    some = [_alternatives(box) for box in _boxes([a for a in afters if a])]
    if not some:
        return ""
    shown = f"after {some[0]}" if len(some) == 1 else f"after ({') or ('.join(some)})"
    start = "at first and " if () in afters else ""
    return f"{before}{start}{shown}," + ("" if before else " ")


def _boxes(afters: Iterable[Seen]) -> list[tuple[Seen, ...]]:
    """Situations that differ in one thing only drawn together, with its alternatives."""
    boxes: list[tuple[Seen, ...]]
    boxes = [tuple((label,) for label in seen) for seen in dict.fromkeys(afters)]
    while pair := next(
        ((x, y) for x, y in itertools.combinations(boxes, 2) if _differences(x, y) == 1), None
    ):
        x, y = pair
        boxes[boxes.index(x)] = tuple(
            a if a == b else tuple(dict.fromkeys(a + b)) for a, b in zip(x, y, strict=True)
        )
        boxes.remove(y)
    return boxes


def _differences(x: Sequence[Seen], y: Sequence[Seen]) -> int:
    if len(x) != len(y):
        return -1
    return sum(a != b for a, b in zip(x, y, strict=True))


def _alternatives(box: Sequence[Seen]) -> str:
    return ", ".join(" or ".join(labels) for labels in box)
