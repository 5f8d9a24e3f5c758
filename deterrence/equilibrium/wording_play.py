"""A strategy profile in words: who does what after what, and what is believed."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.wording_phrases import counted, label_text, number_text, plain_text
from deterrence.equilibrium.wording_record import Row
from deterrence.equilibrium.wording_situations import (
    Seen,
    View,
    after_text,
    role_text,
    steps_to,
    view_at,
)
from deterrence.games.structure import CHANCE, MOVE, InformationSet, Structure

__all__ = ["Told"]

MOST_SETS = 100  # information sets told
MOST_ASPECTS = 3  # of the past on which a belief is told apart
Profile = Sequence[Sequence[Fraction]]


class Told:
    """A strategy profile told by who does what after what."""

    def __init__(self, structure: Structure, profile: Profile) -> None:
        self.structure, self.profile = structure, profile
        self.weight = _arrivals(structure, profile)
        self.reached = [any(n in self.weight for n in s.nodes) for s in structure.sets]
        self.arrived = [s for s in structure.sets if self.reached[s.index]]

    @property
    def path(self) -> tuple[Any, ...]:
        """What is played where play arrives."""
        return tuple((s.index, tuple(self.profile[s.index])) for s in self.arrived)

    def play(self) -> Iterator[Row]:
        """What each type of each player does where play arrives."""
        if not self.arrived:
            yield Row("play", "nobody has a move")
        yield from self._by_role(self.arrived[:MOST_SETS], lambda s: f"plays {self._choice(s)}")
        if len(self.arrived) > MOST_SETS:
            yield Row("and so on", f"{len(self.arrived) - MOST_SETS:,} more information sets")

    def beliefs(self, beliefs: Profile, *, unexpected: bool) -> Iterator[Row]:
        """What is inferred where play arrives, and after each signal that could have been sent."""
        sets = [s for s in self.structure.sets if unexpected or self.reached[s.index]]
        fresh = [s for s in sets if len(s.nodes) > 1 and self._tells(s)]
        fresh = [s for s in fresh if not self._unchanged(s, beliefs)]
        rows = self._by_role(fresh[:MOST_SETS], lambda s: self._belief(s, beliefs[s.index]))
        yield from (Row(f"{row.label} believes", row.text) for row in rows)

    def threats(self, most: int) -> Iterator[Row]:
        """What would be done after one step off the path, in about so many characters."""
        off = [s for s in self.structure.sets if not self.reached[s.index]]
        near = [s for s in off if self._near(s)]
        shown: list[str] = []
        told = 0
        for role, said in self._situations(near[:MOST_SETS], self._choice).items():
            for choice, afters in said.items():
                text = f"{role_text(*role)}{after_text(afters, ', ')} would play {choice}"
                if not shown or len("; ".join([*shown, text])) <= most:
                    shown.append(text)
                    told += len(afters)
        if told < len(off):
            shown.append(f"{counted(len(off) - told, 'more information set')}")
        if off:
            yield Row("off the path", "; ".join(shown))

    def _by_role(
        self, sets: Iterable[InformationSet], say: Callable[[InformationSet], str]
    ) -> Iterator[Row]:
        """What is said at each set, by role; situations and types that are alike together."""
        alike: dict[tuple[str, str], list[str]] = {}
        for (player, kind), said in self._situations(sets, say).items():
            text = "; ".join(after_text(afters) + what for what, afters in said.items())
            alike.setdefault((player, text), []).append(kind)
        for (player, text), kinds in alike.items():
            yield Row(role_text(player, " or ".join(kinds)), text)

    def _situations(
        self, sets: Iterable[InformationSet], say: Callable[[InformationSet], str]
    ) -> dict[tuple[str, str], dict[str, list[Seen]]]:
        """By role and by what is said: after what."""
        found: dict[tuple[str, str], dict[str, list[Seen]]] = {}
        for s in sets:
            view = view_at(self.structure, s)
            said = found.setdefault((view.player, view.kind), {})
            said.setdefault(say(s), []).append(self._seen(view))
        return found

    def _choice(self, s: InformationSet) -> str:
        played = [(a, p) for a, p in zip(s.actions, self.profile[s.index], strict=True) if p]
        if len(played) == 1:
            return label_text(played[0][0])
        if len(played) == 2:
            (first, p), (second, _) = played
            return (
                f"{label_text(first)} with probability {number_text(p)}, else {label_text(second)}"
            )
        return ", ".join(f"{label_text(a)} with probability {number_text(p)}" for a, p in played)

    def _seen(self, view: View) -> Seen:
        """What tells a situation apart: not what was bound to happen."""
        return tuple(label for label, k in view.seen if not self._foregone(view, label, k))

    def _foregone(self, view: View, label: str, k: int) -> bool:
        if k < 0:
            return False
        s = self.structure.sets[k]
        row = zip(s.actions, self.profile[k], strict=True)
        if not any(p == 1 and label_text(a) == label for a, p in row):
            return False
        if s.player == view.player:
            return (view.player, view.kind) not in self._turning
        return sum(self.weight.get(n, 0) for n in s.nodes) == 1

    @functools.cached_property
    def _turning(self) -> set[tuple[str, str]]:
        """Roles that mix before they move again: their own moves tell their situations apart."""
        found = set()
        for s in self.arrived:
            view = view_at(self.structure, s)
            own = (k for _, k in view.seen if k >= 0 and self.structure.sets[k].player == s.player)
            if any(max(self.profile[k]) < 1 for k in own):
                found.add((view.player, view.kind))
        return found

    def _tells(self, s: InformationSet) -> bool:
        """Whether there is something to infer: play arrives, or one move by a knower leads here."""
        if self.reached[s.index]:
            view = view_at(self.structure, s)
            moves = [(label, k) for label, k in view.seen if k >= 0]
            others = [m for m in moves if self.structure.sets[m[1]].player != s.player]
            return any(not self._foregone(view, *move) for move in others)
        several = {self.structure.set_of[n] for n in self._decisions(s)}
        return len(several) > 1 and self._near(s)

    def _near(self, s: InformationSet) -> bool:
        """Whether one move off the path leads to an information set, and then at most chance."""
        return any(n in self.weight for n in self._decisions(s))

    def _decisions(self, s: InformationSet) -> list[int]:
        """The last move before each node."""
        found = []
        for member in s.nodes:
            node = self.structure.parent[member]
            while node >= 0 and self.structure.kind[node] == CHANCE:
                node = self.structure.parent[node]
            found.append(node)
        return found

    def _unchanged(self, s: InformationSet, beliefs: Profile) -> bool:
        """Whether the player believed the same when it moved last."""
        steps = steps_to(self.structure, s.nodes[0])
        own = [k for _, k in steps if k >= 0 and self.structure.sets[k].player == s.player]
        if not own:
            return False
        before = self.structure.sets[own[-1]]
        return self._held(s, beliefs[s.index]) == self._held(before, beliefs[before.index])

    def _belief(self, s: InformationSet, belief: Sequence[Fraction]) -> str:
        return self._held(s, belief) + ("" if self.reached[s.index] else " (unexpected)")

    def _held(self, s: InformationSet, belief: Sequence[Fraction]) -> str:
        """A belief by what the player does not know: aspect by aspect where there are several."""
        histories = [self.structure.histories[n] for n in s.nodes]
        lengths = {len(h) for h in histories}
        places = [k for k in range(min(lengths)) if len({h[k] for h in histories}) > 1]
        if len(lengths) > 1 or len(places) > MOST_ASPECTS:
            whole = [", ".join(map(label_text, h)) for h in histories]
            return _shares(whole, belief)
        aspects = [_distinct([h[k] for h in histories]) for k in places]
        brief = len(aspects) > 1
        return ", ".join(_shares(a, belief, brief=brief) for a in aspects)


def _arrivals(structure: Structure, profile: Profile) -> dict[int, Fraction]:
    """Nodes at which play may arrive, weighted as if all chance branches were equally likely."""
    found = {0: Fraction(1)}
    for node, children in enumerate(structure.children):
        if node not in found or not children:
            continue
        row: Sequence[Fraction] = [Fraction(1, len(children))] * len(children)
        if structure.kind[node] == MOVE:
            row = profile[structure.set_of[node]]
        found.update({c: found[node] * p for c, p in zip(children, row, strict=True) if p})
    return found


def _distinct(labels: Sequence[Any]) -> list[str]:
    """Labels without the parts that all of them share, as in "tough, rich" and "weak, rich"."""
    texts = [plain_text(label) for label in labels]
    parts = [text.split(", ") for text in texts]
    if len({len(p) for p in parts}) > 1 or len(parts[0]) == 1:
        return [label_text(label) for label in labels]
    kept = [k for k in range(len(parts[0])) if len({p[k] for p in parts}) > 1]
    return [", ".join(p[k] for k in kept) for p in parts]


def _shares(labels: Sequence[str], belief: Sequence[Fraction], *, brief: bool = False) -> str:
    """How likely each label is; in brief, one of two is enough."""
    total: dict[str, Fraction] = {}
    for label, p in zip(labels, belief, strict=True):
        total[label] = total.get(label, Fraction(0)) + p
    held = [f"{label} {number_text(p)}" for label, p in total.items() if p]
    if len(held) == 1:
        return f"surely {next(label for label, p in total.items() if p)}"
    if len(held) == 2:
        second = next(label for label, p in reversed(total.items()) if p)
        return held[0] if brief and len(total) == 2 else f"{held[0]}, else {second}"
    return ", ".join(held)
