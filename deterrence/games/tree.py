"""Games in extensive form: any number of players, chance, information sets, formulas."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.errors import GameError, InputError, ParameterError, unknown
from deterrence.games.chance_checks import check_probabilities
from deterrence.games.formulas import FormulaTable
from deterrence.games.laying_flat import Builder
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.numbers import exact, is_float, shown
from deterrence.games.structure import (
    MOVE,
    OUTCOME,
    InformationSet,
    Structure,
    check_perfect_recall,
)

if TYPE_CHECKING:
    from deterrence.games.strategic import StrategicGame

__all__ = ["Game"]


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
        builder = Builder(names)
        structure = builder.build(root)
        check_perfect_recall(structure)
        self._set(structure, FormulaTable(builder.table.entries))
        self.floats = builder.table.floats
        self.ranges.update(_check_ranges(ranges or {}))
        self.tied.update(_check_tied(tied or {}))
        check_probabilities(structure, self.numbers, self.exact)

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
        check_probabilities(game.structure, game.numbers, game.exact)
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
