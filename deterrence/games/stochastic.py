"""Stochastic games: states, a stage game in each, and where every outcome leads."""

from __future__ import annotations

import functools
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, cast

from deterrence.errors import (
    GameError,
    InputError,
    LimitError,
    ParameterError,
    ProbabilityError,
    unknown,
)
from deterrence.games.formulas import FormulaTable
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.numbers import exact, is_formula, shown
from deterrence.games.structure import InformationSet
from deterrence.games.tree import Game

__all__ = ["Onward", "StochasticGame"]

MOST_STATES = 5_000
DEEPEST = 200  # moves in one stage
_NEXT = "next state "  # an event of the stages' tree: the share of an outcome that leads there


@dataclass(frozen=True, eq=False)
class Onward:
    """The end of a stage after which the game goes on.

    An `Outcome` in its place ends the whole game.

    Parameters
    ----------
    payoffs : mapping of str to number or formula
        One for each player, received in this period.
    next : state, or mapping of state to number or formula
        Where the game goes on, with probabilities; a single state is certain.
    events : iterable of str, or mapping of str to number or formula
        As for `Outcome`.
    """

    payoffs: Mapping[str, Any]
    next: Any
    events: Iterable[str] | Mapping[str, Any] = ()


class StochasticGame:
    """A game over periods: in each state a stage is played, which pays and leads to a state.

    Parameters
    ----------
    players : iterable of str
    states : mapping of state to stage
        A state is any hashable label. A stage is a tree of `Move`, `Chance`, `Onward` and
        `Outcome`; what a player `knows` counts within its stage. The state is known to all.
    discount : number, formula, or mapping of str to one
        The weight of the next period's payoffs against this one's, common or by player: in [0, 1),
        or [0, 1] where there is a horizon.
    horizon : int, optional
        The number of periods; None for a game without end.
    start : state, or mapping of state to number or formula, optional
        Where the game starts, the first state by default.
    ranges, tied : mapping, optional
        As for `Game`.

    Attributes
    ----------
    states : tuple
    parameters : tuple of str
        Names of the free symbols.
    stages : Game
        All stages side by side, below one chance move over states; information sets are
        ``(state, knows)``.

    Raises
    ------
    GameError
        If a stage is not well formed, or a transition leads to no state.
    ProbabilityError
        If transitions or starting probabilities are negative or do not sum to one.
    InputError
        If a discount factor or the horizon is not one.
    LimitError
        Above 5,000 states, or 200 moves one after another in a stage.

    Examples
    --------
    >>> stage = Move("Owner", (), {"wait": Onward({"Owner": 0}, "old"),
    ...                            "sell": Outcome({"Owner": 1})})
    >>> game = StochasticGame(["Owner"], {"new": stage, "old": Outcome({"Owner": 3})}, "0.5")
    >>> game
    <StochasticGame: Owner; 2 states, no horizon>
    """

    def __init__(
        self,
        players: Iterable[str],
        states: Mapping[Any, Any],
        discount: Any,
        horizon: int | None = None,
        *,
        start: Any = None,
        ranges: Mapping[str, tuple[Any, Any]] | None = None,
        tied: Mapping[str, tuple[str, ...]] | None = None,
    ) -> None:
        names = (players,) if isinstance(players, str) else tuple(players)
        self.states = _check_states(states)
        self.horizon = _check_horizon(horizon)
        self._places = {state: n for n, state in enumerate(self.states)}
        share = Fraction(1, len(self.states))
        branches: dict[Any, tuple[Fraction, Node]] = {
            s: (share, self._stage(s, states[s], 0)) for s in self.states
        }
        self.stages = Game(names, Chance(branches), ranges, tied)
        self._own = self._read_own(discount, start)
        self._check()

    @classmethod
    def from_arrays(
        cls,
        payoffs: Mapping[Any, Mapping[str, Any]],
        transitions: Mapping[Any, Mapping[Any, Any]],
        discount: Any,
        horizon: int | None = None,
        *,
        actions: Mapping[str, Any] | None = None,
        start: Any = None,
    ) -> StochasticGame:
        """A stochastic game whose players move at once, from arrays.

        Parameters
        ----------
        payoffs : mapping of state to mapping of str to array_like
            In each state an array for each player, with one axis for each player.
        transitions : mapping of state to mapping of state to array_like
            In each state the probability of each next state, as an array of the same shape.
        discount, horizon, start
            As for the class.
        actions : mapping of str to sequence of str, optional
            Labels, the same in every state; "1", "2", ... where none are given.

        Returns
        -------
        StochasticGame
        """
        from deterrence.games.stochastic_arrays import moves_at_once

        stages = {
            state: moves_at_once(state, tables, transitions.get(state, {}), actions or {})
            for state, tables in payoffs.items()
        }
        players = tuple(next(iter(payoffs.values()), {}))
        return cls(players, stages, discount, horizon, start=start)

    # -- building -----------------------------------------------------------------------------

    def _stage(self, state: Hashable, node: Any, depth: int) -> Any:
        """The stage as a tree whose outcomes carry transitions as events."""
        if depth > DEEPEST:
            raise LimitError(
                f"the stage of state {state!r} has more than {DEEPEST} moves one after another, or "
                "a node that follows itself. Spread it over several states."
            )
        if isinstance(node, Move) and isinstance(node.choices, Mapping):
            below = {a: self._stage(state, n, depth + 1) for a, n in node.choices.items()}
            return Move(node.player, (state, node.knows), below)
        if isinstance(node, Chance) and isinstance(node.choices, Mapping):
            return Chance({a: self._branch(state, b, depth) for a, b in node.choices.items()})
        if isinstance(node, (Onward, Outcome)):
            return Outcome(node.payoffs, self._events(state, node))
        return node  # Game says what is wrong with it

    def _branch(self, state: Hashable, branch: Any, depth: int) -> Any:
        if not isinstance(branch, tuple) or len(branch) != 2:
            return branch
        return branch[0], self._stage(state, branch[1], depth + 1)

    def _events(self, state: Hashable, node: Onward | Outcome) -> Mapping[str, Any]:
        given = node.events
        given = (given,) if isinstance(given, str) else given
        named = dict(given) if isinstance(given, Mapping) else dict.fromkeys(given, 1)
        for name in named:
            if isinstance(name, str) and name.startswith(_NEXT):
                raise GameError(f"an event may not be called {name!r}; choose another name.")
        if isinstance(node, Outcome):
            return named
        steps = node.next if isinstance(node.next, Mapping) else {node.next: 1}
        if not steps:
            raise GameError(
                f"an Onward in state {state!r} leads nowhere; name the next state, or use an "
                "Outcome where the game ends."
            )
        for name, odds in steps.items():
            if name not in self._places:
                raise unknown(f"next state of {state!r}", name, self.states)
            if not is_formula(odds):
                _check_share(exact(odds, what := f"probability of {name!r} after {state!r}"), what)
        return named | {f"{_NEXT}{self._places[name]}": p for name, p in steps.items()}

    def _read_own(self, discount: Any, start: Any) -> FormulaTable:
        """Discount factors by player, then starting probabilities by state."""
        shared = not isinstance(discount, Mapping)
        factors = dict.fromkeys(self.players, discount) if shared else dict(discount)
        for name in factors:
            if name not in self.players:
                raise unknown("player with a discount factor", name, self.players)
        if missing := [p for p in self.players if p not in factors]:
            raise InputError(f"no discount factor for {', '.join(missing)}; give each player one.")
        first = self.states[0] if start is None else start
        odds = dict(first) if isinstance(first, Mapping) else {first: 1}
        for name in odds:
            if name not in self._places:
                raise unknown("starting state", name, self.states)
        given = [(factors[p], f"discount factor of {p}") for p in self.players]
        given += [(odds.get(s, 0), f"probability of starting in {s!r}") for s in self.states]
        return FormulaTable([v if is_formula(v) else exact(v, what) for v, what in given])

    def _check(self) -> None:
        n = len(self.players)
        for player, factor in zip(self.players, self._own.entries[:n], strict=True):
            if not isinstance(factor, Fraction):
                continue
            last = 1 if self.horizon is not None else 0
            if not (0 <= factor < 1 or (factor == last == 1)):
                raise InputError(
                    f"the discount factor of {player} is {shown(factor)}; it lies in [0, 1), and "
                    "may be 1 only where there is a horizon."
                )
        _check_sum(self._own.entries[n:], "starting probabilities")
        s, numbers = self.stages.structure, self.stages.numbers
        for places in {_steps(events) for events in s.events if events is not None} - {()}:
            _check_sum([numbers[k] for _, k in places], f"transitions to {self._named(places)}")

    def _named(self, places: tuple[tuple[int, int], ...]) -> str:
        return ", ".join(repr(self.states[n]) for n, _ in places[:6])

    # -- looking ------------------------------------------------------------------------------

    @property
    def players(self) -> tuple[str, ...]:
        """Their names, in the order of payoffs."""
        return self.stages.players

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of the free symbols of payoffs, probabilities and discount factors."""
        return tuple(sorted({*self.stages.parameters, *self._own.names}))

    @property
    def discount(self) -> dict[str, Any]:
        """Discount factors by player."""
        return dict(zip(self.players, self._own.entries, strict=False))

    @property
    def start(self) -> dict[Hashable, Any]:
        """The probability of starting in each state."""
        return dict(zip(self.states, self._own.entries[len(self.players) :], strict=True))

    @functools.cached_property
    def events(self) -> tuple[str, ...]:
        """Every event that is named at some outcome."""
        return tuple(e for e in self.stages.structure.event_names if not e.startswith(_NEXT))

    def place(self, own: InformationSet) -> tuple[Hashable, Any]:
        """The state that an information set of `stages` belongs to, and what its player knows."""
        return cast(tuple[Hashable, Any], own.knows)

    def transitions(self, node: int) -> dict[int, Any]:
        """Where an outcome of the stages' tree leads: probabilities by place of the state."""
        events = self.stages.structure.events[node]
        return {n: self.stages.numbers[k] for n, k in _steps(events or {})}

    def at(self, values: Mapping[str, Any] | None = None, /, **more: Any) -> StochasticGame:
        """The game with numbers in place of some or all parameters; see `Game.at`.

        Parameters
        ----------
        values : mapping, optional
        **more
            The same, as keywords.

        Returns
        -------
        StochasticGame

        Raises
        ------
        ParameterError
            For an unknown name, or a value that it cannot take.
        ProbabilityError
            If probabilities then do not sum to one.
        """
        given = {**(values or {}), **more}
        own = set(self._own.names) - set(self.stages.parameters) - set(self.stages.ranges)
        game = StochasticGame.__new__(StochasticGame)
        game.__dict__.update(self.__dict__)
        game.stages = self.stages.at({n: v for n, v in given.items() if n not in own})
        spread = {m: v for n, v in given.items() for m in self.stages.tied.get(n, ())} | given
        point = {n: exact(spread[n], n) for n in self._own.names if n in spread}
        game._own = self._own.substitute(point) if point else self._own
        game._check()
        return game

    def with_numbers(self) -> StochasticGame:
        """The game without impossible branches; ParameterError if a parameter has no number."""
        if self.parameters:
            raise ParameterError(
                f"this game has formulas in {', '.join(self.parameters[:8])}. Put numbers in "
                "first: game.at(name=value, ...)."
            )
        return self.at()

    def __len__(self) -> int:
        return len(self.states)

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self.states)

    def __repr__(self) -> str:
        of = f", formulas in {len(self.parameters)} parameters" if self.parameters else ""
        until = "no horizon" if self.horizon is None else f"{self.horizon} periods"
        return (
            f"<StochasticGame: {', '.join(self.players)}; {len(self.states)} states, {until}{of}>"
        )


def _steps(events: Mapping[str, int]) -> tuple[tuple[int, int], ...]:
    """Next states by place, with the places of their probabilities among the numbers."""
    return tuple((int(e[len(_NEXT) :]), k) for e, k in events.items() if e.startswith(_NEXT))


def _check_states(states: Any) -> tuple[Hashable, ...]:
    if not isinstance(states, Mapping) or not states:
        raise GameError(
            f"states are a mapping from label to stage, with one at least, not {states!r}."
        )
    if len(states) > MOST_STATES:
        raise LimitError(
            f"{len(states):,} states are too many; at most {MOST_STATES:,} are taken. Use a "
            "coarser grid."
        )
    return tuple(states)


def _check_horizon(horizon: Any) -> int | None:
    if horizon is None:
        return None
    if isinstance(horizon, bool) or not isinstance(horizon, int) or not 1 <= horizon <= 10_000:
        raise InputError(
            f"horizon = {horizon!r}; give the number of periods, 1 to 10,000, or None for a game "
            "without end."
        )
    return horizon


def _check_share(p: Fraction, what: str) -> None:
    if not 0 <= p <= 1:
        raise ProbabilityError(
            f"{what}: {shown(p)} is no probability; probabilities lie in [0, 1]."
        )


def _check_sum(column: list[Any], what: str) -> None:
    numbers = [p for p in column if isinstance(p, Fraction)]
    for p in numbers:
        _check_share(p, what)
    if len(numbers) == len(column) and sum(numbers) != 1:
        raise ProbabilityError(
            f"{what} sum to {float(sum(numbers))}, not to 1. Write them exactly, as fractions or "
            "decimal strings."
        )
