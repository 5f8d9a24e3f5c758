"""Trees written in Gambit's .efg format."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError
from deterrence.games.efg_labels import EVENTS, KNOWLEDGE, SHARE, TELLS_APART, parts_of
from deterrence.games.gambit_labels import Labels, label_text
from deterrence.games.gambit_tokens import LARGEST_ID, MOST_PLAYERS
from deterrence.games.gambit_writing import braced, check_numeric, free_text, written_number
from deterrence.games.structure import CHANCE, OUTCOME, InformationSet, Structure
from deterrence.games.tree import Game

__all__ = ["efg_text"]


def efg_text(game: Game, title: str = "", comment: str = "") -> str:
    """A tree as the text of an .efg file.

    Parameters
    ----------
    game : Game
        With numbers.
    title, comment : str, optional

    Returns
    -------
    str

    Raises
    ------
    InputError
        For formulas, and for labels that Gambit cannot hold.
    """
    return _Writer(game).text(title, comment)


class _Writer:
    def __init__(self, game: Game) -> None:
        check_numeric(game)
        if len(game.players) > MOST_PLAYERS:
            raise InputError(
                f"the game has {len(game.players)} players; at most {MOST_PLAYERS} are read again."
            )
        self.game, self.s, self.numbers = game, game.structure, game.numbers
        self.labels = Labels()
        self.written = [""] * len(game.numbers)
        self.listed: Counter[str] = Counter()  # labels of outcomes so far

    def text(self, title: str, comment: str) -> str:
        free_text(comment, "comment")
        s, numbers = self.s, _set_numbers(self.s)
        texts = _set_texts(s)
        tuples = _are_tuples(s, texts, numbers)
        sets = [self._set(own, numbers[own.index], texts[own.index]) for own in s.sets]
        ends = self._ends()
        players = self.labels.distinct(s.players, "player")
        own_words = comment.replace(KNOWLEDGE, "").replace(EVENTS, "").strip()
        notes = [own_words] if own_words else []
        notes += [self._reweighted()] if not s.symmetric_chance else []
        notes += [KNOWLEDGE] if tuples else []
        notes += [EVENTS] if s.event_names else []
        lines = [
            f"EFG 2 R {free_text(title, 'title')} {braced(players)}",
            free_text("\n".join(notes), "comment"),
            "",
        ]
        chance = 0
        for node, kind in enumerate(s.kind):
            if kind == OUTCOME:
                lines.append(f't "" {ends[node]}')
            elif kind == CHANCE:
                chance += 1
                lines.append(f'c "" {chance} "" {self._odds(node)} 0')
            else:
                lines.append(f'p "" {sets[s.set_of[node]]} 0')
        return "\n".join([*lines, ""])

    def _set(self, own: InformationSet, number: int, text: str) -> str:
        player = self.s.players.index(own.player) + 1
        label = self.labels.quoted(text, f"information set of {own.player}") if text else '""'
        actions = self.labels.distinct(own.actions, "action")
        return f"{player} {number} {label} {braced(actions)}"

    def _odds(self, node: int) -> str:
        s = self.s
        below = s.children[node]
        labels = self.labels.distinct((s.label[child] for child in below), "chance branch")
        odds = (self._number((s.chance[child] or ())[0], "a probability") for child in below)
        return braced(f"{label} {p}" for label, p in zip(labels, odds, strict=True))

    def _number(self, place: int, what: str) -> str:
        if not self.written[place]:
            self.written[place] = written_number(self.numbers[place], what)
        return self.written[place]

    # outcomes

    def _ends(self) -> dict[int, str]:
        """The outcome at each node where the game ends; equal ones are one."""
        s = self.s
        ratios = None if s.symmetric_chance else self._ratios()
        found: dict[tuple[Any, ...], str] = {}
        ends = {}
        for node, places in enumerate(s.payoffs):
            if places is None:
                continue
            events = tuple((s.events[node] or {}).items())
            key = (places, ratios[node] if ratios else None, events)
            if key not in found:
                payoffs = ", ".join(self._payoffs(places, ratios[node] if ratios else None))
                label = self._event_label(events)
                found[key] = f"{len(found) + 1} {label} {{ {payoffs} }}"
            ends[node] = found[key]
        return ends

    def _payoffs(self, places: Sequence[int], ratios: Sequence[Fraction] | None) -> Iterator[str]:
        for i, place in enumerate(places):
            what = f"a payoff of {self.s.players[i]}"
            if ratios is None or ratios[i] == 1:
                yield self._number(place, what)
            else:
                yield written_number(self.numbers[place] * ratios[i], f"{what}, reweighted,")

    def _ratios(self) -> list[tuple[Fraction, ...]]:
        """At each node, how likely chance leads there for each player, relative to the first."""
        s, numbers = self.s, self.numbers
        ratios = [(Fraction(1),) * len(s.players)] * len(s)
        for node in range(1, len(s)):
            places, above = s.chance[node], ratios[s.parent[node]]
            ratios[node] = above
            if places is not None and any(k != places[0] for k in places):
                first = numbers[places[0]]  # zero for all players or for none
                if first:
                    pairs = zip(above, places, strict=True)
                    ratios[node] = tuple(r * numbers[k] / first for r, k in pairs)
        return ratios

    def _reweighted(self) -> str:
        first, *others = self.s.players
        return (
            f"The players' chance probabilities differ. Written are those of {first}; at each "
            f"outcome the payoff of {', '.join(others)} is multiplied by how likely chance leads "
            f"there in that player's eyes, relative to {first}'s, which changes no preference."
        )

    def _event_label(self, events: Sequence[tuple[str, int]]) -> str:
        """A label that lists events, and that no other outcome has."""
        if not self.s.event_names:
            return '""'
        items = []
        for name, place in events:
            weight = self.numbers[place]
            text = label_text(name)
            quoted = self.labels.quoted(name, "event")
            if "; " in text or not isinstance(name, str):
                raise InputError(
                    f"the event {quoted} cannot stand in a file of Gambit's, where a semicolon and "
                    "a space separate events. Rename it."
                )
            share = weight != 1 or SHARE.fullmatch(text)
            number = written_number(weight, f"the weight of {quoted}")
            items.append(f"{text} ({number})" if share else text)
        listed = "; ".join(items)
        self.listed[listed] += 1
        count = self.listed[listed]
        alone = listed and count == 1 and not TELLS_APART.search(listed)
        return self.labels.quoted(listed if alone else f"{listed} #{count}".strip(), "outcome")


def _set_texts(s: Structure) -> list[str]:
    """The label of each information set; none where it would not be read as what it is."""
    texts = [label_text(own.knows) for own in s.sets]
    count = Counter((own.player, text) for own, text in zip(s.sets, texts, strict=True))
    return [
        "" if count[own.player, text] > 1 or _number_in(own, text) is not None else text
        for own, text in zip(s.sets, texts, strict=True)
    ]


def _number_in(own: InformationSet, text: str) -> int | None:
    """The number in a name that `read_efg` gives, "Russia:3"."""
    player, _, digits = text.rpartition(":")
    if player != own.player or not re.fullmatch(r"0|-?[1-9][0-9]{0,9}", digits):
        return None
    number = int(digits)
    return number if abs(number) <= LARGEST_ID else None


def _set_numbers(s: Structure) -> list[int]:
    """A number for each information set, its own among those of its player."""
    numbers: list[int | None] = []
    taken: set[tuple[str, int]] = set()
    for own in s.sets:
        number = _number_in(own, label_text(own.knows))
        if number is not None and (own.player, number) in taken:
            number = None
        if number is not None:
            taken.add((own.player, number))
        numbers.append(number)
    last: Counter[str] = Counter()
    found = []
    for own, number in zip(s.sets, numbers, strict=True):
        if number is None:
            last[own.player] += 1
            while (own.player, last[own.player]) in taken:
                last[own.player] += 1
            number = last[own.player]
        found.append(number)
    return found


def _are_tuples(s: Structure, texts: Sequence[str], numbers: Sequence[int]) -> bool:
    """Whether every label can be read as what the player knows, where it has one."""
    return any(texts) and all(
        isinstance(own.knows, tuple) and parts_of(text) == own.knows
        if text
        else own.knows == f"{own.player}:{number}"
        for own, text, number in zip(s.sets, texts, numbers, strict=True)
    )
