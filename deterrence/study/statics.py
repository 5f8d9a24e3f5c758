"""Comparative statics: how outcomes answer to each parameter, at both ends of the set."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.games.slopes import Slope, evaluate_with_slopes, largest_slope, smallest_slope
from deterrence.games.structure import Structure
from deterrence.games.tree import Game
from deterrence.study.ends import checked_outcomes
from deterrence.study.play_slopes import EVERYWHERE, SlopedPlay, sloped_plays
from deterrence.study.present import Present, present
from deterrence.study.results import outcome_labels

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Derivative", "Statics", "statics"]

SAME = Fraction(1, 10**9)
LEFT, RIGHT = -1, 1
ENDS = ("least", "most")


@dataclass(frozen=True)
class Derivative:
    """How fast one outcome changes with one parameter.

    Attributes
    ----------
    left, right : fractions.Fraction or None
        The derivative from either side. None beyond the range, and where it is not known.
    why : {"", "border", "branch", "kink"}
        Why there is no derivative: some equilibrium that matters need not go on when the parameter
        moves, an impossible branch of chance becomes possible then, or the two sides differ.
    value : fractions.Fraction or None
        The derivative; at an end of the range, the one from inside.
    sign : {"+", "-", "0", "?"}
    """

    left: Fraction | None
    right: Fraction | None
    why: str

    @property
    def value(self) -> Fraction | None:
        """The derivative; at an end of the range, the one from inside."""
        if self.why:
            return None
        return self.right if self.left is None else self.left

    @property
    def sign(self) -> str:
        """One of "+", "-", "0", and "?" where there is no derivative."""
        if self.value is None:
            return "?"
        return "0" if not self.value else "+" if self.value > 0 else "-"


@dataclass(frozen=True, eq=False)
class Statics:
    """Derivatives of outcomes at a point, for each play and for both ends of the set.

    Attributes
    ----------
    outcomes, parameters : tuple of str
    at : mapping of str to fractions.Fraction
    values : mapping of (outcome, end) to float
        The envelope at the point.
    ends : mapping of (outcome, end, parameter) to Derivative
        Of the least and of the most over all equilibria.
    plays : tuple of mapping of (outcome, parameter) to Derivative
        By play; continua of outcomes have an entry for each corner.
    names : tuple of str
        What each play does on the path.
    complete : bool
        Whether the set of equilibria is complete.
    status : str
    seconds : float
    """

    outcomes: tuple[str, ...]
    parameters: tuple[str, ...]
    at: Mapping[str, Fraction] = field(repr=False)
    values: Mapping[tuple[str, str], float]
    ends: Mapping[tuple[str, str, str], Derivative] = field(repr=False)
    plays: tuple[Mapping[tuple[str, str], Derivative], ...] = field(repr=False)
    names: tuple[str, ...] = field(repr=False)
    complete: bool
    status: str
    seconds: float

    def to_frame(self) -> pd.DataFrame:
        """One row for each outcome and parameter.

        Returns
        -------
        pandas.DataFrame
            outcome, parameter; least and most, the derivatives of the ends (not a number where
            there is none), sign least and sign most; agree, whether both have one known sign;
            why, where there is no derivative; plays, the signs that occur among all plays.
        """
        import pandas as pd

        rows = [self._row(outcome, name) for outcome in self.outcomes for name in self.parameters]
        return pd.DataFrame(rows)

    def _row(self, outcome: str, name: str) -> dict[str, Any]:
        low, high = (self.ends[outcome, end, name] for end in ENDS)
        why = [f"{end}: {d.why}" for end, d in zip(ENDS, (low, high), strict=True) if d.why]
        return {
            "outcome": outcome,
            "parameter": name,
            "least": _number(low.value),
            "most": _number(high.value),
            "sign least": low.sign,
            "sign most": high.sign,
            "agree": low.sign == high.sign != "?",
            "why": "; ".join(why),
            "plays": "".join(sorted({play[outcome, name].sign for play in self.plays})),
        }

    def plays_frame(self) -> pd.DataFrame:
        """One row for each play, outcome and parameter.

        Returns
        -------
        pandas.DataFrame
            play, outcome, parameter, derivative, sign, why.
        """
        import pandas as pd

        rows = [
            {
                "play": name,
                "outcome": outcome,
                "parameter": parameter,
                "derivative": _number(d.value),
                "sign": d.sign,
                "why": d.why,
            }
            for name, play in zip(self.names, self.plays, strict=True)
            for (outcome, parameter), d in play.items()
        ]
        return pd.DataFrame(rows)

    def __repr__(self) -> str:
        return (
            f"<Derivatives of {', '.join(self.outcomes)} to {len(self.parameters)} parameters over "
            f"{len(self.plays)} plays. {self.status}>"
        )


def statics(
    game: Game,
    outcomes: str | Iterable[str] | None = None,
    over: Mapping[str, Any] | Iterable[str] | None = None,
    *,
    at: Mapping[str, Any],
    budget: int = 200_000,
) -> Statics:
    """Derivatives of outcomes to parameters at a point, with signs that hold at both ends.

    All sequential equilibria are solved; what each play leads to is a formula of the game's numbers
    (as in sweeps by regimes), and these are formulas of the parameters. Both are differentiated
    exactly, from either side.

    Parameters
    ----------
    game : Game
        With formulas.
    outcomes : str or iterable of str, optional
        Events, for their probabilities, or players, for their payoffs; all if missing.
    over : mapping of str to (low, high), or iterable of str, optional
        The parameters; all if missing. A tied name moves all its members.
    at : mapping of str to number
        The point: a number for every parameter.
    budget : int
        As for `solve`.

    Returns
    -------
    Statics

    Raises
    ------
    ParameterError
        For names that are unknown or have no range, and numbers missing or out of range.
    LabelError
        For an unknown outcome.
    InputError
        If a formula has no derivative at the point.
    LimitError
        If independent parts multiply beyond 4,000 plays.

    Notes
    -----
    Inside a regime every condition of an equilibrium that is not an identity holds strictly, and
    the derivative exists but for kinks of the formulas. Where a condition holds with equality and
    moves with the parameter, the point lies on a border: equilibria may appear or vanish on one
    side, and no derivative of an end that hangs on such a play is given ("border"), nor where a
    branch of chance has probability zero at the point only ("branch"). Families found as roots of
    polynomials have no formula and count as borders. Irrational functions (exp, log)
    are taken in floats. The cost is one complete solution and about as much again.

    Examples
    --------
    >>> import deterrence as dt, sympy
    >>> prize, pain = sympy.symbols("prize pain")
    >>> attack = dt.Outcome({"Russia": prize - 2 * pain}, ["attack"])
    >>> game = dt.Game(
    ...     ["Russia"],
    ...     dt.Move("Russia", (), {"attack": attack, "refrain": dt.Outcome({"Russia": 0})}),
    ...     ranges={"prize": (0, 1), "pain": (0, 1)},
    ... )
    >>> found = statics(game, "Russia", at={"prize": "0.7", "pain": "0.2"})
    >>> found.to_frame()[["parameter", "least", "most", "sign least", "agree"]].values.tolist()
    [['pain', -2.0, -2.0, '-', True], ['prize', 1.0, 1.0, '+', True]]
    """
    began = time.perf_counter()
    here = present(game, at, over)
    labels = list(outcome_labels(game))
    wanted = checked_outcomes(game, labels if outcomes is None else outcomes)
    numbers = _with_rates(game, here)
    solved = game.at(here.at)
    plays, left = sloped_plays(solved, numbers, budget)
    gone = _chances_that_open(game, numbers)
    places = _places(list(outcome_labels(solved)), wanted)
    names = tuple(here.ranges)
    rows = [_Reader(here, [play], gone) for play in plays]
    every = _Reader(here, plays, gone)
    return Statics(
        wanted,
        names,
        here.at,
        {(o, end): every.value(places[o], end) for o in wanted for end in ENDS},
        {(o, end, n): every.of(places[o], end, n) for o in wanted for end in ENDS for n in names},
        tuple({(o, n): r.of(places[o], "least", n) for o in wanted for n in names} for r in rows),
        tuple(_told(solved.structure, play) for play in plays),
        complete=not left,
        status=_status(left, plays),
        seconds=time.perf_counter() - began,
    )


def _number(x: Fraction | None) -> float:
    return float("nan") if x is None else float(x)


def _with_rates(game: Game, here: Present) -> list[Slope]:
    """The game's numbers, differentiated in both directions of everything that varies."""
    rates: dict[str, dict[Any, Fraction]] = {}
    for name in here.ranges:
        for member in here.members(name):
            own = rates.setdefault(member, {})
            own |= {(name, side): Fraction(side) for side in (LEFT, RIGHT)}
    return evaluate_with_slopes(game.table, here.at, rates)


def _chances_that_open(game: Game, numbers: Sequence[Slope]) -> frozenset[Any]:
    """Directions in which an impossible branch of chance becomes possible."""
    places = {k for row in game.structure.chance if row is not None for k in row}
    return frozenset(d for k in places if not numbers[k].value for d in numbers[k].rates)


def _places(labels: Sequence[str], wanted: Iterable[str]) -> dict[str, int | None]:
    """Where each outcome stands at the point; None for what cannot happen there."""
    found: dict[str, int | None] = {}
    for name in wanted:
        plain = name.partition(" (event for ")[0]
        either = [n for n, label in enumerate(labels) if label in (name, plain)]
        found[name] = either[0] if either else None
    return found


class _Reader:
    """Reads derivatives of the least and the most over some plays."""

    def __init__(self, here: Present, plays: Sequence[SlopedPlay], gone: frozenset[Any]) -> None:
        self.here, self.plays, self.gone = here, plays, gone

    def value(self, place: int | None, end: str) -> float:
        if place is None:
            return 0.0
        pick = min if end == "least" else max
        return float(pick(play.outcome[place].value for play in self.plays))

    def of(self, place: int | None, end: str, name: str) -> Derivative:
        sides = [side for side in (LEFT, RIGHT) if self._inside(name, side)]
        directions = [(name, side) for side in sides]
        best = self._best(place, end)
        if not self.gone.isdisjoint(directions):
            return Derivative(None, None, "branch")
        if any(p.borders is EVERYWHERE or not p.borders.isdisjoint(directions) for p in best):
            return Derivative(None, None, "border")
        pick = smallest_slope if end == "least" else largest_slope
        rates = pick(*(play.outcome[place] for play in best)).rates if place is not None else {}
        found = {side: side * rates.get((name, side), Fraction(0)) for side in sides}
        why = "kink" if len(set(found.values())) > 1 else ""
        return Derivative(found.get(LEFT), found.get(RIGHT), why)

    def _best(self, place: int | None, end: str) -> list[SlopedPlay]:
        """The plays that attain an end, up to rounding of those without a formula."""
        if place is None:
            return []
        values = [play.outcome[place].value for play in self.plays]
        best = min(values) if end == "least" else max(values)
        near = [p for p, v in zip(self.plays, values, strict=True) if abs(v - best) <= SAME]
        return near

    def _inside(self, name: str, side: int) -> bool:
        """Whether the range goes on to this side."""
        low, high = self.here.ranges[name]
        return self.here.value(name) > low if side == LEFT else self.here.value(name) < high


def _told(s: Structure, play: SlopedPlay) -> str:
    parts = []
    for k, bits in play.name:
        own = s.sets[k]
        played = [x for a, x in enumerate(own.actions) if bits >> a & 1]
        parts.append(f"{own.player} {own.knows!r}: {' or '.join(played)}")
    return "; ".join(parts)


def _status(left: Sequence[str], plays: Sequence[SlopedPlay]) -> str:
    whole = "The set of equilibria is complete."
    text = [whole if not left else f"More equilibria may exist: {left[0]}."]
    unknown = sum(play.borders is EVERYWHERE for play in plays)
    if unknown:
        text.append(f"{unknown} plays have no formula.")
    return " ".join(text)
