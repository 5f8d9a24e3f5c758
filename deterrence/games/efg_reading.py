"""Trees read from Gambit's .efg format."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from deterrence.games.efg_labels import EVENTS, KNOWLEDGE, events_of, parts_of
from deterrence.games.gambit_labels import normalised
from deterrence.games.gambit_tokens import Tokens
from deterrence.games.laying_flat import MOST_NODES
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game

__all__ = ["read_efg"]

# Short files can stand for large games: an outcome is described once and named often.
MOST_PAYOFFS = 8_000_000  # nodes times players
MOST_NUMBERS = 1_000_000  # different ones
MOST_BITS = 13_000  # of a number; Python prints no more than 4,300 digits
MOST_EVENTS = 3_000_000  # at all outcomes together
MOST_HISTORY = 1_200_000_000  # characters in the histories of all nodes together ...
STEP = 50  # ... where a step counts as much as this, besides its label

_AS_GAMBIT_NAMES = re.compile(r"_[0-9]++")  # what Gambit calls an outcome without a label

_CHANCE = -1  # in place of a player's number
_Payoffs = tuple[Fraction, ...]
_Weights = Mapping[str, Fraction]
_NONE: _Weights = {}


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
            return events_of(label)
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
                    own.knows = parts_of(own.label) if self.with_knowledge else own.label
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
