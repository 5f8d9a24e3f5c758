"""Trees in Gambit's .efg format."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.errors import InputError
from deterrence.games.gambit_labels import BETWEEN, Labels, label_text, normalised
from deterrence.games.gambit_tokens import LARGEST_ID, MOST_PLAYERS, Tokens
from deterrence.games.gambit_writing import braced, check_numeric, free_text, written_number
from deterrence.games.laying_flat import MOST_NODES
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.structure import CHANCE, OUTCOME, InformationSet, Structure
from deterrence.games.tree import Game

__all__ = ["efg_text", "read_efg"]

# Gambit keeps a file's comment, so that these hold for what it saves, too.
KNOWLEDGE = f"Information sets are labelled with what the player knows, separated by '{BETWEEN}'."
EVENTS = (
    "Outcomes are labelled with their events, separated by '; ', a share below one in "
    "parentheses; '#' and a number tell apart outcomes of the same events."
)

# Short files can stand for large games: an outcome is described once and named often.
MOST_PAYOFFS = 8_000_000  # nodes times players
MOST_NUMBERS = 1_000_000  # different ones
MOST_BITS = 13_000  # of a number; Python prints no more than 4,300 digits
MOST_EVENTS = 3_000_000  # at all outcomes together
MOST_HISTORY = 1_200_000_000  # characters in the histories of all nodes together ...
STEP = 50  # ... where a step counts as much as this, besides its label

_AS_GAMBIT_NAMES = re.compile(r"_[0-9]++")  # what Gambit calls an outcome without a label
_TELLS_APART = re.compile(r"(?:^|(?<=.) )#[0-9]++\Z", re.DOTALL)
_SHARE = re.compile(r"(.*) \((-?[0-9]{1,2000}(?:/[1-9][0-9]{0,2000})?)\)", re.DOTALL)

_CHANCE = -1  # in place of a player's number
_Payoffs = tuple[Fraction, ...]
_Weights = Mapping[str, Fraction]
_NONE: _Weights = {}


# --- reading


@dataclass(slots=True, eq=False)
class _Set:
    """An information set or a chance move, as the file describes it."""

    player: int
    number: int
    start: int
    label: str
    given: tuple[str, ...]
    actions: tuple[str, ...]
    odds: _Payoffs | None
    knows: Hashable = None


@dataclass(slots=True, eq=False)
class _Described:
    """An outcome, as the file describes it."""

    start: int
    label: str
    payoffs: _Payoffs
    events: _Weights
    node: Outcome | None = None


@dataclass(slots=True, eq=False)
class _Above:
    """A node whose subtrees are being read, and what was met on the way to it."""

    own: _Set | None
    left: int
    history: int
    payoffs: _Payoffs | None
    events: _Weights

    @property
    def action(self) -> str:
        """The one whose subtree comes next."""
        return "" if self.own is None else self.own.actions[-self.left]


def read_efg(tokens: Tokens) -> Game:
    """The tree in a file.

    Parameters
    ----------
    tokens : Tokens
        At the file's first word.

    Returns
    -------
    Game

    Raises
    ------
    FileError
        With line and column, unless the file is a tree as Gambit reads it.
    RecallError
        If a player forgets.
    """
    return _Reader(tokens).game()


class _Reader:
    def __init__(self, tokens: Tokens) -> None:
        self.tokens = tokens
        self.sets: dict[tuple[int, int], _Set] = {}
        self.outcomes: dict[int, _Described] = {}
        self.numbers: dict[Fraction, Fraction] = {}
        self.nodes: list[_Set | Outcome] = []  # in preorder
        self.history = self.events = 0  # so far
        self.start = 0  # of the node that is being read

    def game(self) -> Game:
        tokens = self.tokens
        tokens.header("2")
        self.players = tokens.players()
        comment = tokens.comment()
        self.with_events, self.with_knowledge = EVENTS in comment, KNOWLEDGE in comment
        self.zeros = dict.fromkeys(self.players, Fraction(0))
        self.nothing = Outcome(self.zeros)
        self._nodes()
        self._name_sets()
        return Game(self.players, self._root())

    # from tokens to nodes in preorder

    def _nodes(self) -> None:
        above = [_Above(None, 1, 0, None, _NONE)]
        while above:
            last = above[-1]
            history = last.history + STEP + len(last.action)
            self._count(history)
            letter = self._letter(above)
            if letter == "t":
                self.nodes.append(self._leaf(last))
                last.left -= 1
            else:
                own = self._chance_move() if letter == "c" else self._move()
                payoffs, events = self._passing(last)
                self.nodes.append(own)
                last.left -= 1
                above.append(_Above(own, len(own.actions), history, payoffs, events))
            while above and not above[-1].left:
                above.pop()

    def _count(self, history: int) -> None:
        if len(self.nodes) >= MOST_NODES:
            raise self.tokens.error(f"the tree has more than {MOST_NODES:,} nodes.")
        if (len(self.nodes) + 1) * len(self.players) > MOST_PAYOFFS:
            raise self.tokens.error(
                f"nodes times players are more than {MOST_PAYOFFS:,}, the most that are read."
            )
        self.history += history
        if self.history > MOST_HISTORY:
            raise self.tokens.error(
                "the tree is too deep for its size, or its labels too long: all histories together "
                "cannot be kept. A chain of moves may be some 4,800 long, a bushy tree have a "
                "million nodes."
            )

    def _letter(self, above: Sequence[_Above]) -> str:
        """The first word of a node, and its label."""
        tokens, last = self.tokens, above[-1]
        if tokens.kind != "symbol" or tokens.value not in ("c", "p", "t"):
            missing = sum(a.left for a in above)
            after = f" below {last.action!r}" if last.own else ""
            raise tokens.error(
                f"here should be a node{after}, starting with c, p or t and a space, not "
                f"{tokens.found}. At least {missing:,} more must follow."
            )
        letter, self.start = tokens.value, tokens.start
        tokens.advance()
        tokens.take("text", "the node's label in quotes, which may be empty")
        return letter

    def _move(self) -> _Set:
        tokens, count = self.tokens, len(self.players)
        start = tokens.start
        player = tokens.whole("the player's number")
        if not 1 <= player <= count:
            raise tokens.error(f"there is no player {player}; they are 1 to {count}.", start)
        return self._set(player - 1, f"information set of {self.players[player - 1]!r}")

    def _chance_move(self) -> _Set:
        return self._set(_CHANCE, "chance move")

    def _set(self, player: int, what: str) -> _Set:
        """The set at a node: described here, or before, or both."""
        tokens = self.tokens
        start = tokens.start
        number = tokens.whole(f"the number of the {what}")
        before = self.sets.get((player, number))
        if tokens.kind != "text":
            if before is None:
                raise tokens.error(
                    f"{what} {number} is not described before, so here should be its label in "
                    f"quotes, and its actions in braces, not {tokens.found}.",
                    start if tokens.kind == "number" else None,
                )
            return before
        found = self._described(player, number, f"{what} {number}")
        if before is not None:
            self._check_same(before, found, f"{what} {number}")
            return before
        self.sets[player, number] = found
        return found

    def _described(self, player: int, number: int, what: str) -> _Set:
        tokens = self.tokens
        start = tokens.start
        label = tokens.label(f"the label of {what}")
        tokens.take("{", f"a brace '{{' and the actions of {what}")
        given: list[str] = []
        odds: list[Fraction] = []
        while not given or tokens.kind != "}":
            given.append(tokens.label(f"an action of {what}"))
            if player == _CHANCE:
                odds.append(self._probability(f"the probability of {given[-1]!r}"))
        tokens.advance()
        if player == _CHANCE:
            self._check_sum(odds, what, start)
        actions = normalised(given)
        return _Set(
            player,
            number,
            start,
            label,
            tuple(given),
            actions,
            tuple(odds) if player == _CHANCE else None,
        )

    def _probability(self, what: str) -> Fraction:
        start = self.tokens.start
        number = self.tokens.number(what)
        if not 0 <= number <= 1:
            raise self.tokens.error(f"{what} lies between 0 and 1.", start)
        return self._kept(number)

    def _check_sum(self, odds: Sequence[Fraction], what: str, start: int) -> None:
        total = Fraction(0)
        for p in odds:
            total += p
            if total > 1 or total.denominator.bit_length() > MOST_BITS:
                break
        if total != 1:
            raise self.tokens.error(
                f"the probabilities of {what} do not sum to exactly one. Write them as fractions: "
                "1/3 and 2/3, not 0.33 and 0.67.",
                start,
            )

    def _check_same(self, before: _Set, now: _Set, what: str) -> None:
        for old, new, of in (
            (before.label, now.label, "label"),
            (before.given, now.given, "actions"),
            (before.odds, now.odds, "probabilities"),
        ):
            if old != new and not (of == "actions" and before.actions == now.given):
                line, column = self.tokens.line_and_column(before.start)
                raise self.tokens.error(
                    f"the {of} of {what} are not those given in line {line}, column {column}. "
                    "Repeat them, or leave out the description after the first.",
                    now.start,
                )

    # outcomes

    def _outcome(self) -> _Described | None:
        """The outcome at a node, None for the one of nothing."""
        tokens = self.tokens
        start = tokens.start
        number = tokens.whole("the outcome's number, 0 for none")
        before = self.outcomes.get(number)
        if tokens.kind != "text":
            if before is None and number != 0:
                raise tokens.error(
                    f"outcome {number} is not described before, so its label in quotes and its "
                    f"payoffs in braces must follow, not {tokens.found}.",
                    None if tokens.kind == "unfinished" else start,
                )
            return before
        if number == 0:
            raise tokens.error(
                "outcome 0 stands for none, and has neither label nor payoffs. Give another number."
            )
        start, named = tokens.start, f"outcome {number}"
        label = tokens.label(f"the label of {named}")
        tokens.take("{", f"a brace '{{' and the payoffs of {named}")
        payoffs = tuple(map(self._kept, tokens.payoffs(self.players, named=named)))
        if before is not None:
            if (before.label, before.payoffs) != (label, payoffs):
                line, column = tokens.line_and_column(before.start)
                raise tokens.error(
                    f"label or payoffs of {named} are not those given in line {line}, column "
                    f"{column}. Repeat them, or leave out the description after the first.",
                    start,
                )
            return before
        found = _Described(start, label, payoffs, self._events_in(label))
        self.outcomes[number] = found
        return found

    def _events_in(self, label: str) -> _Weights:
        if self.with_events:
            return _events(label)
        return {} if not label or _AS_GAMBIT_NAMES.fullmatch(label) else {label: Fraction(1)}

    def _leaf(self, above: _Above) -> Outcome:
        described = self._outcome()
        if above.payoffs is None and not above.events:
            if described is None:
                return self.nothing
            self._count_events(len(described.events))
            if described.node is None:
                described.node = self._made(described.payoffs, described.events)
            return described.node
        payoffs, events = self._together(above, described)
        self._count_events(len(events))
        return self._made(payoffs, events)

    def _made(self, payoffs: _Payoffs | None, events: _Weights) -> Outcome:
        if payoffs is None:
            return Outcome(self.zeros, events)
        return Outcome(dict(zip(self.players, payoffs, strict=True)), events)

    def _passing(self, above: _Above) -> tuple[_Payoffs | None, _Weights]:
        """What a node where the game goes on hands down."""
        return self._together(above, self._outcome())

    def _together(
        self, above: _Above, described: _Described | None
    ) -> tuple[_Payoffs | None, _Weights]:
        if described is None:
            return above.payoffs, above.events
        events = described.events
        if above.events:
            events = {**above.events, **events}
        if above.payoffs is None:
            return described.payoffs, events
        pairs = zip(above.payoffs, described.payoffs, strict=True)
        return tuple(self._kept(a + b if b else a) for a, b in pairs), events

    def _kept(self, number: Fraction) -> Fraction:
        """The same number, held once."""
        found = self.numbers.setdefault(number, number)
        if found is number:
            if max(number.numerator.bit_length(), number.denominator.bit_length()) > MOST_BITS:
                raise self.tokens.error(
                    f"a number at this node has more than {MOST_BITS:,} binary digits (payoffs on "
                    "the way to an outcome are added). Round it.",
                    self.start,
                )
            if len(self.numbers) > MOST_NUMBERS:
                raise self.tokens.error(
                    f"the tree has more than {MOST_NUMBERS:,} different numbers.", self.start
                )
        return found

    def _count_events(self, count: int) -> None:
        self.events += count
        if self.events > MOST_EVENTS:
            raise self.tokens.error(
                f"the outcomes have more than {MOST_EVENTS:,} events together; every named outcome "
                "is an event at all nodes below. Take away labels."
            )

    # from preorder to a game

    def _name_sets(self) -> None:
        by_player: defaultdict[int, list[_Set]] = defaultdict(list)
        for own in self.sets.values():
            by_player[own.player].append(own)
        for player, sets in by_player.items():
            if player == _CHANCE:
                continue
            name = self.players[player]
            count = Counter(own.label for own in sets)
            names = {f"{name}:{own.number}": own for own in sets}
            for own in sets:
                unique = own.label and count[own.label] == 1
                if unique and names.get(own.label, own) is own:
                    own.knows = _parts(own.label) if self.with_knowledge else own.label
                else:
                    own.knows = f"{name}:{own.number}"

    def _root(self) -> Node:
        waiting: list[Node] = []
        for node in reversed(self.nodes):
            if isinstance(node, Outcome):
                waiting.append(node)
                continue
            below = [waiting.pop() for _ in node.actions]
            if node.odds is None:
                choices = dict(zip(node.actions, below, strict=True))
                waiting.append(Move(self.players[node.player], node.knows, choices))
            else:
                branches = zip(node.odds, below, strict=True)
                waiting.append(Chance(dict(zip(node.actions, branches, strict=True))))
        return waiting[0]


def _parts(label: str) -> tuple[str, ...]:
    """What the label of an information set says that the player knows."""
    return () if label == "()" else tuple(label.split(BETWEEN))


def _events(label: str) -> dict[str, Fraction]:
    """The events that the label of an outcome lists, with their weights."""
    listed = _TELLS_APART.sub("", label)
    found = {}
    for item in listed.split("; ") if listed else ():
        share = _SHARE.fullmatch(item)
        if share:
            found[share[1]] = Fraction(share[2])
        else:
            found[item] = Fraction(1)
    return found


# --- writing


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
            share = weight != 1 or _SHARE.fullmatch(text)
            number = written_number(weight, f"the weight of {quoted}")
            items.append(f"{text} ({number})" if share else text)
        listed = "; ".join(items)
        self.listed[listed] += 1
        count = self.listed[listed]
        alone = listed and count == 1 and not _TELLS_APART.search(listed)
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
        isinstance(own.knows, tuple) and _parts(text) == own.knows
        if text
        else own.knows == f"{own.player}:{number}"
        for own, text, number in zip(s.sets, texts, numbers, strict=True)
    )
