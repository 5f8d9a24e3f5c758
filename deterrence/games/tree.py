"""Games in extensive form: any number of players, chance, information sets, formulas."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import (
    GameError,
    InputError,
    LimitError,
    ParameterError,
    ProbabilityError,
    unknown,
)
from deterrence.games.formulas import FormulaTable, has_infinity
from deterrence.games.numbers import exact, is_float, is_formula, shown
from deterrence.games.structure import (
    CHANCE,
    MOVE,
    OUTCOME,
    InformationSet,
    Structure,
    check_perfect_recall,
    check_same_actions,
)

if TYPE_CHECKING:
    from deterrence.games.strategic import StrategicGame

__all__ = ["Chance", "Game", "Move", "Outcome"]

MOST_NODES = 1_000_000
ROUNDING = 1e-12  # of probabilities that a formula makes irrational


@dataclass(frozen=True, eq=False)
class Move:
    """A player chooses.

    Parameters
    ----------
    player : str
        Who moves.
    knows : hashable
        What the player knows. Two nodes with the same player and the same `knows` are one
        information set.
    choices : mapping of str to node
        The actions, each with the node that it leads to.
    """

    player: str
    knows: Hashable
    choices: Mapping[str, Node]


@dataclass(frozen=True, eq=False)
class Chance:
    """Nature chooses.

    Parameters
    ----------
    choices : mapping of str to (probability, node)
        The probability is a number, a formula, or ``{player: number or formula}`` where the
        players' beliefs about chance differ.
    """

    choices: Mapping[str, tuple[Any, Node]]


@dataclass(frozen=True, eq=False)
class Outcome:
    """The end of a play.

    Parameters
    ----------
    payoffs : mapping of str to number or formula
        One for each player.
    events : iterable of str, or mapping of str to number or formula
        Names read off a solution. With weights in [0, 1], the share of this outcome that counts.
    """

    payoffs: Mapping[str, Any]
    events: Iterable[str] | Mapping[str, Any] = ()


Node = Move | Chance | Outcome


class _Table:
    """Formulas and numbers, each stored once."""

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self.places: dict[Any, int] = {}
        self.by_id: dict[int, int] = {}  # hashing a formula is slow, its identity is not
        self.kept: list[Any] = []
        self.floats = False

    def place(self, value: Any, what: str) -> int:
        found = self.by_id.get(id(value))
        if found is not None:
            return found
        entry = self._entry(value, what)
        place = self.places.setdefault(entry, len(self.entries))
        if place == len(self.entries):
            self.entries.append(entry)
        self.by_id[id(value)] = place
        self.kept.append(value)
        return place

    def _entry(self, value: Any, what: str) -> Any:
        if is_formula(value):
            self._check_formula(value, what)
            return value
        self.floats = self.floats or is_float(value)
        return exact(value, what)

    def _check_formula(self, value: Any, what: str) -> None:
        import sympy

        if not isinstance(value, sympy.Expr) or isinstance(value, sympy.MatrixExpr):
            raise InputError(f"{what}: {value} is not a number or a formula for one.")
        if has_infinity(value):
            raise InputError(f"{what}: {value} is not finite.")
        if not value.free_symbols and value.is_real is False:
            raise InputError(f"{what}: {value} is not a real number.")
        undefined = value.atoms(sympy.core.function.AppliedUndef)
        if undefined:
            raise InputError(f"{what}: {undefined.pop()} is a function without a definition.")
        self.floats = self.floats or bool(value.atoms(sympy.Float))


def _below(node: Any) -> list[Any]:
    """The nodes that follow, as far as the node is well formed."""
    if not isinstance(node, (Move, Chance)) or not isinstance(node.choices, Mapping):
        return []
    children = list(node.choices.values())
    if isinstance(node, Move):
        return children
    return [c[1] for c in children if isinstance(c, tuple) and len(c) == 2]


def _check_size(root: Any) -> None:
    """Count before anything is laid out: node objects used twice count twice, at no cost."""
    sizes: dict[int, int] = {}
    open_nodes: set[int] = set()
    stack = [(root, False)]
    while stack:
        node, finished = stack.pop()
        if finished:
            open_nodes.discard(id(node))
            sizes[id(node)] = 1 + sum(sizes[id(c)] for c in _below(node))
            if sizes[id(node)] > MOST_NODES:
                raise LimitError(
                    f"the tree has more than {MOST_NODES:,} nodes, the most that this package "
                    "takes. Leave out stages or merge choices (a node object used twice counts "
                    "twice)."
                )
        elif id(node) not in sizes:
            if id(node) in open_nodes:
                raise GameError(
                    "a node follows itself, so that a play would never end. Build a new node for "
                    "each stage."
                )
            open_nodes.add(id(node))
            stack.append((node, True))
            stack.extend((c, False) for c in _below(node))


class _Builder:
    """Walks nested nodes without recursion and lays them flat."""

    def __init__(self, players: tuple[str, ...]) -> None:
        self.players = players
        self.table = _Table()
        self.kind: list[str] = []
        self.parent: list[int] = []
        self.label: list[Any] = []
        self.children: list[list[int]] = []
        self.set_of: list[int] = []
        self.payoffs: list[tuple[int, ...] | None] = []
        self.chance: list[tuple[int, ...] | None] = []
        self.events: list[dict[str, int] | None] = []
        self.sets: dict[tuple[str, Hashable], int] = {}
        self.members: list[list[int]] = []
        self.actions: list[tuple[str, ...]] = []

    def build(self, root: Node) -> Structure:
        _check_size(root)
        stack: list[tuple[Any, int, Any, tuple[int, ...] | None]] = [(root, -1, None, None)]
        while stack:
            node, parent, label, chance = stack.pop()
            index = self._add(parent, label, chance)
            branches: list[tuple[Any, Any, Any]]
            if isinstance(node, Move):
                branches = self._move(node, index)
            elif isinstance(node, Chance):
                branches = self._chance(node, index)
            elif isinstance(node, Outcome):
                branches = self._outcome(node, index)
            else:
                raise GameError(
                    f"at history {self._history(index)} stands {node!r}; a node is a Move, a "
                    "Chance or an Outcome."
                )
            stack.extend((child, index, name, places) for name, places, child in reversed(branches))
        return self._finish()

    def _add(self, parent: int, label: Any, chance: tuple[int, ...] | None) -> int:
        index = len(self.kind)
        self.kind.append(OUTCOME)
        self.parent.append(parent)
        self.label.append(label)
        self.children.append([])
        self.set_of.append(-1)
        self.payoffs.append(None)
        self.chance.append(chance)
        self.events.append(None)
        if parent >= 0:
            self.children[parent].append(index)
        return index

    def _history(self, index: int) -> tuple[Any, ...]:
        labels: list[Any] = []
        while index > 0:
            labels.append(self.label[index])
            index = self.parent[index]
        return tuple(reversed(labels))

    def _move(self, node: Move, index: int) -> list[tuple[Any, None, Any]]:
        if node.player not in self.players:
            raise unknown("player", node.player, self.players)
        if not isinstance(node.choices, Mapping) or not node.choices:
            raise GameError(
                f"the move of {node.player} at {node.knows!r} has no choices; give at least one, "
                "or put the following node in its place."
            )
        try:
            place = self.sets.setdefault((node.player, node.knows), len(self.members))
        except TypeError:
            raise GameError(
                f"`knows` of {node.player} is {node.knows!r}, which cannot be hashed; use a tuple "
                "of labels."
            ) from None
        if place == len(self.members):
            self.members.append([])
            self.actions.append(tuple(node.choices))
        if tuple(node.choices) != self.actions[place]:
            check_same_actions(
                node.player,
                node.knows,
                self.actions[place],
                tuple(node.choices),
                self._history(index),
            )
        self.kind[index], self.set_of[index] = MOVE, place
        self.members[place].append(index)
        # in the order of the set's first node, so that children and actions line up
        return [(action, None, node.choices[action]) for action in self.actions[place]]

    def _chance(self, node: Chance, index: int) -> list[tuple[Any, tuple[int, ...], Any]]:
        if not isinstance(node.choices, Mapping) or not node.choices:
            raise GameError(f"the chance move at history {self._history(index)} has no branches.")
        self.kind[index] = CHANCE
        branches = []
        for label, branch in node.choices.items():
            if not isinstance(branch, tuple) or len(branch) != 2:
                raise GameError(
                    f"the chance branch {label!r} at history {self._history(index)} must be "
                    f"(probability, node), not {branch!r}."
                )
            branches.append((label, self._probabilities(branch[0], label), branch[1]))
        return branches

    def _probabilities(self, given: Any, label: Any) -> tuple[int, ...]:
        what = f"probability of {label!r}"
        if isinstance(given, Mapping):
            self._check_players(given, what)
            return tuple(self.table.place(given[p], f"{what} for {p}") for p in self.players)
        return (self.table.place(given, what),) * len(self.players)

    def _check_players(self, given: Mapping[str, Any], what: str) -> None:
        for name in given:
            if name not in self.players:
                raise unknown(f"player in {what}", name, self.players)
        missing = [p for p in self.players if p not in given]
        if missing:
            raise GameError(
                f"{what}: no number for {', '.join(missing)}; give one for each player."
            )

    def _outcome(self, node: Outcome, index: int) -> list[Any]:
        if not isinstance(node.payoffs, Mapping):
            raise GameError(
                f"payoffs at history {self._history(index)}: give a mapping from player to number, "
                f"not {node.payoffs!r}."
            )
        if tuple(node.payoffs) != self.players:  # the history is dear, so only if need be
            self._check_players(node.payoffs, f"payoffs at history {self._history(index)}")
        self.payoffs[index] = tuple(
            self.table.place(node.payoffs[p], f"payoff of {p}") for p in self.players
        )
        self.events[index] = {
            name: self._weight(name, weight) for name, weight in self._named(node, index).items()
        }
        return []

    def _named(self, node: Outcome, index: int) -> Mapping[str, Any]:
        """The events of an outcome with their weights."""
        events: Any = node.events
        if isinstance(events, str):
            events = (events,)
        try:
            named = events if isinstance(events, Mapping) else dict.fromkeys(events, 1)
        except TypeError:
            named = {None: 1}
        if any(not isinstance(name, str) for name in named):
            raise GameError(
                f"the events at history {self._history(index)} are {node.events!r}; give names, or "
                "a mapping from name to weight."
            )
        return named

    def _weight(self, name: str, weight: Any) -> int:
        place = self.table.place(weight, f"weight of event {name!r}")
        entry = self.table.entries[place]
        if isinstance(entry, Fraction) and not 0 <= entry <= 1:
            raise GameError(
                f"the weight of event {name!r} is {shown(entry)}; weights lie in [0, 1]."
            )
        return place

    def _finish(self) -> Structure:
        sets = tuple(
            InformationSet(place, player, knows, self.actions[place], tuple(self.members[place]))
            for (player, knows), place in self.sets.items()
        )
        return Structure(
            players=self.players,
            kind=self.kind,
            parent=self.parent,
            label=self.label,
            children=[tuple(c) for c in self.children],
            set_of=self.set_of,
            sets=sets,
            payoffs=self.payoffs,
            chance=self.chance,
            events=self.events,
        )


class Game:
    """A finite game in extensive form, with numbers or formulas.

    Parameters
    ----------
    players : iterable of str
        Their names, in the order of payoffs.
    root : Move, Chance or Outcome
        The tree.
    ranges : mapping of str to (low, high), optional
        Where each parameter may lie; `at` holds values to it.
    tied : mapping of str to tuple of str, optional
        Names that set others: ``{"ambiguity": ("trigger_ambiguity", "response_ambiguity")}``.

    Attributes
    ----------
    parameters : tuple of str
        Names of the free symbols.
    removed : tuple
        Histories of the chance branches of probability zero that `at` removed.
    structure : Structure
        The tree laid flat, without numbers.
    numbers : list
        Distinct payoffs, probabilities and event weights; the structure refers to places here.

    Raises
    ------
    GameError
        If the tree is not well formed: an empty move, different actions in one information set,
        a missing payoff.
    RecallError
        If a player forgets (perfect recall, Kuhn 1953).
    ProbabilityError
        If probabilities at a chance move are negative or do not sum to one.
    LimitError
        Above a million nodes.
    """

    def __init__(
        self,
        players: Iterable[str],
        root: Node,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        tied: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        names = _check_players(players)
        builder = _Builder(names)
        structure = builder.build(root)
        check_perfect_recall(structure)
        self._set(structure, FormulaTable(builder.table.entries))
        self.floats = builder.table.floats
        self.ranges.update(_check_ranges(ranges or {}))
        self.tied.update(_check_tied(tied or {}))
        check_probabilities(self)

    def _set(self, structure: Structure, table: FormulaTable) -> None:
        self.structure = structure
        self.players = structure.players
        self.table = table
        self.parameters = table.names
        self._known = set(table.names)  # also those that numbers for others have cancelled
        self.removed: tuple[tuple[Any, ...], ...] = ()
        self.floats = False
        self.exact = True
        self.ranges: dict[str, tuple[Fraction, Fraction]] = {}
        self.tied: dict[str, tuple[str, ...]] = {}

    @property
    def numbers(self) -> list[Any]:
        """Distinct payoffs, probabilities and weights."""
        return self.table.entries

    @property
    def numeric(self) -> bool:
        """Whether every payoff and probability is a rational number."""
        return self.table.numeric

    @property
    def information_sets(self) -> tuple[InformationSet, ...]:
        """All information sets, in preorder of their first nodes."""
        return self.structure.sets

    @functools.cached_property
    def root(self) -> Node:
        """The tree as nested nodes (built again from the flat form)."""
        s, numbers = self.structure, self.numbers
        built: list[Any] = [None] * len(s)
        for node in range(len(s) - 1, -1, -1):
            if s.kind[node] == OUTCOME:
                payoffs, events = s.payoffs[node], s.events[node]
                built[node] = Outcome(
                    {p: numbers[k] for p, k in zip(s.players, payoffs or (), strict=True)},
                    {name: numbers[k] for name, k in (events or {}).items()},
                )
            elif s.kind[node] == MOVE:
                own = s.sets[s.set_of[node]]
                choices = {s.label[c]: built[c] for c in s.children[node]}
                built[node] = Move(own.player, own.knows, choices)
            else:
                built[node] = Chance(
                    {s.label[c]: (self._given(s.chance[c]), built[c]) for c in s.children[node]}
                )
        root: Node = built[0]
        return root

    def _given(self, places: tuple[int, ...] | None) -> Any:
        places = places or ()
        if len(set(places)) == 1:
            return self.numbers[places[0]]
        return {p: self.numbers[k] for p, k in zip(self.players, places, strict=True)}

    def at(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> Game:
        """The game with numbers in place of some or all parameters.

        Chance branches whose probability is then zero for all players are removed, with what only
        they reach; `removed` of the result says which.

        Parameters
        ----------
        values : mapping, optional
            Numbers by parameter name; tied names set all their members, which may be given too.
        **more
            The same, as keywords.

        Returns
        -------
        Game

        Raises
        ------
        ParameterError
            For an unknown name (near misses are offered), a value out of range, NaN or infinity.
        ProbabilityError
            If probabilities do not sum to one, or one is zero for some players only.
        """
        if values is not None and not isinstance(values, Mapping):
            raise ParameterError(
                f"at() takes a mapping from parameter to number, or keywords, not {values!r}."
            )
        point = self._point({**(values or {}), **more})
        if not point and self.numeric:
            game = self._derived(self.structure, self.table)
        elif set(self.parameters) <= set(point):
            numbers, is_exact = self.table.evaluate(point)
            game = self._derived(self.structure, FormulaTable(numbers))
            game.exact = self.exact and is_exact
        else:
            game = self._derived(self.structure, self.table.substitute(point))
        game.floats = self.floats or any(is_float(v) for v in {**(values or {}), **more}.values())
        check_probabilities(game)
        return game._without_impossible_branches()

    def _point(self, values: Mapping[str, Any]) -> dict[str, Fraction]:
        given: dict[str, Any] = {}
        for name, value in values.items():
            if name in self.tied:
                self._check_value(name, value)
                given.update(dict.fromkeys(self.tied[name], value))
        given.update({n: v for n, v in values.items() if n not in self.tied})
        known = set(self.parameters) | set(self.ranges) | self._known
        for name in given:
            if name not in known:
                error = unknown("parameter", name, sorted(known | set(self.tied)))
                raise ParameterError(str(error))
        return {name: self._check_value(name, value) for name, value in given.items()}

    def _check_value(self, name: str, value: Any) -> Fraction:
        try:
            number = exact(value, name)
        except InputError as error:
            raise ParameterError(str(error)) from None
        low, high = self.ranges.get(name, (None, None))
        if low is not None and high is not None and not low <= number <= high:
            raise ParameterError(
                f"{name} = {_brief(value, number)} is out of range: it lies between {shown(low)} "
                f"and {shown(high)}."
            )
        return number

    def _derived(self, structure: Structure, table: FormulaTable) -> Game:
        game = Game.__new__(Game)
        game._set(structure, table)
        game.ranges, game.tied = self.ranges, self.tied
        game.floats, game.exact, game.removed = self.floats, self.exact, self.removed
        game._known |= self._known
        return game

    def _without_impossible_branches(self) -> Game:
        s, numbers = self.structure, self.numbers
        zero = [k for k, number in enumerate(numbers) if number == 0]
        if not zero:
            return self
        zeros = set(zero)
        gone = frozenset(
            node
            for node, places in enumerate(s.chance)
            if places is not None and all(k in zeros for k in places)
        )
        if not gone:
            return self
        smaller = s.remember(("without", gone), lambda: s.without(gone))
        game = self._derived(smaller, self.table)
        game.removed = (*self.removed, *(s.history(node) for node in sorted(gone)))
        return game

    def with_numbers(self) -> Game:
        """The game without impossible branches; ParameterError if a parameter has no number."""
        if self.parameters:
            more = ", ..." if len(self.parameters) > 8 else ""
            raise ParameterError(
                f"this game has formulas in {', '.join(self.parameters[:8])}{more}. Put numbers in "
                "first: game.at(name=value, ...)."
            )
        return self.at()

    def strategic_form(self) -> StrategicGame:
        """The reduced strategic form; see `deterrence.games.plans.strategic_form`."""
        from deterrence.games.plans import strategic_form

        return strategic_form(self)

    def __len__(self) -> int:
        return len(self.structure)

    def __iter__(self) -> Iterator[InformationSet]:
        return iter(self.structure.sets)

    def __repr__(self) -> str:
        of = f", formulas in {len(self.parameters)} parameters" if self.parameters else ""
        return (
            f"<Game: {', '.join(self.players)}; {len(self):,} nodes, "
            f"{len(self.structure.sets):,} information sets{of}>"
        )


def _brief(value: Any, number: Fraction) -> str:
    """A value as it was written, unless that is long."""
    small = abs(number) < 10**15 and number.denominator < 10**15
    return str(value) if small and len(str(value)) < 40 else shown(number)


def _check_players(players: Iterable[str]) -> tuple[str, ...]:
    if not isinstance(players, Iterable):
        raise GameError(f"players are a sequence of names, not {players!r}.")
    names = (players,) if isinstance(players, str) else tuple(players)
    if not names:
        raise GameError("a game needs at least one player.")
    if any(not isinstance(name, str) or not name for name in names):
        raise GameError(f"players are non-empty strings, not {names!r}.")
    if len(set(names)) != len(names):
        raise GameError(f"two players share a name: {names!r}.")
    return names


def _check_tied(tied: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    if not isinstance(tied, Mapping):
        raise ParameterError(f"tied is a mapping from name to a tuple of names, not {tied!r}.")
    for name, members in tied.items():
        listed = isinstance(members, Iterable) and not isinstance(members, str)
        if not listed or not all(isinstance(m, str) for m in members):
            raise ParameterError(
                f"the tied name {name!r} stands for {members!r}; give a tuple of parameter names."
            )
    return {name: tuple(members) for name, members in tied.items()}


def _check_ranges(ranges: Mapping[str, tuple[Any, Any]]) -> dict[str, tuple[Fraction, Fraction]]:
    checked = {}
    if not isinstance(ranges, Mapping):
        raise ParameterError(f"ranges are a mapping from name to (low, high), not {ranges!r}.")
    for name, pair_given in ranges.items():
        try:
            low, high = pair_given
        except (TypeError, ValueError):
            raise ParameterError(
                f"the range of {name} is {pair_given!r}; give a pair (low, high)."
            ) from None
        pair = exact(low, f"low end of {name}"), exact(high, f"high end of {name}")
        if pair[0] > pair[1]:
            raise ParameterError(f"the range of {name} is empty: {low} > {high}.")
        checked[name] = pair
    return checked


def check_probabilities(game: Game) -> None:
    """Raise ProbabilityError unless every chance move's probabilities can sum to one.

    Numbers must be in [0, 1] and sum to one for every player. Formulas that cannot be shown to
    sum to one are let through and checked when numbers are put in.
    """
    s, numbers = game.structure, game.numbers
    for branches, node in s.remember("chance moves", lambda: _chance_moves(s)):
        for k, player in enumerate(s.players):
            if k == 0 or any(places[k] != places[0] for places in branches):
                column = [numbers[places[k]] for places in branches]
                _check_column(column, player, s.history(node), game.exact)
        for child, places in zip(s.children[node], branches, strict=True):
            if any(places[0] != k for k in places):
                _check_zeros(s, child, [numbers[k] == 0 for k in places])


def _chance_moves(s: Structure) -> list[tuple[tuple[tuple[int, ...], ...], int]]:
    """The distinct tuples of probabilities, each with a node where it stands."""
    found: dict[tuple[tuple[int, ...], ...], int] = {}
    for node, kind in enumerate(s.kind):
        if kind == CHANCE:
            found.setdefault(tuple(s.chance[c] or () for c in s.children[node]), node)
    return list(found.items())


def _check_zeros(s: Structure, child: int, zero: list[bool]) -> None:
    if any(zero) and not all(zero):
        who = [p for p, z in zip(s.players, zero, strict=True) if z]
        raise ProbabilityError(
            f"the chance branch {s.history(child)} has probability zero for "
            f"{', '.join(who)} only. Sequential equilibrium needs every branch possible "
            "for all players or for none; give a small positive probability."
        )


def _check_column(column: list[Any], player: str, history: Any, is_exact: bool) -> None:
    for p in column:
        if _outside(p):
            raise ProbabilityError(
                f"a chance probability at history {history} is "
                f"{_as_number(p)} for {player}; "
                "probabilities lie in [0, 1]."
            )
    rounded = not is_exact and abs(float(sum(column)) - 1) < ROUNDING
    if sums_to_one(column) is False and not rounded:
        total = sum(column)
        text = str(float(total)) if isinstance(total, Fraction) and total < 10**15 else str(total)
        raise ProbabilityError(
            f"chance probabilities at history {history} sum to {text} for {player}, not to 1. "
            "Write them exactly, as fractions or decimal strings."
        )


def _as_number(p: Any) -> str:
    if isinstance(p, Fraction):
        return shown(p)
    return f"{float(p):g}" if p.is_real else str(p)


def _outside(p: Any) -> bool:
    """Whether a probability is surely not in [0, 1]."""
    if isinstance(p, Fraction):
        return not 0 <= p <= 1
    return not p.free_symbols and (p.is_real is False or not 0 <= float(p) <= 1)


def sums_to_one(column: list[Any]) -> bool | None:
    """Whether numbers and formulas sum to one: yes, no, or None where it cannot be shown."""
    if all(isinstance(p, Fraction) for p in column):
        return bool(sum(column) == 1)
    import sympy

    total = sympy.Add(
        *[
            sympy.Rational(p.numerator, p.denominator) if isinstance(p, Fraction) else p
            for p in column
        ]
    )
    if total.free_symbols and not total.has(sympy.Piecewise):
        total = sympy.cancel(total)
    if total.is_Rational:
        return bool(total == 1)
    return None
