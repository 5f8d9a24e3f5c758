"""Which constraint breaks on the way from one point of a game with formulas to another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import sympy

from deterrence.equilibrium.breaks import Break, Change
from deterrence.equilibrium.explaining import Explanation, explain
from deterrence.equilibrium.parameter_regions import Branch, Constraint, Region, region
from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import InputError, LimitError, ParameterError
from deterrence.games.numbers import exact
from deterrence.games.tree import Game

__all__ = ["explain_change"]

STEPS = 32  # points at which a profile is judged on the way, where no formula says where it breaks
FINE = Fraction(1, 10**12)  # how far a break is then narrowed down

T = sympy.Symbol("t", real=True)


def explain_change(
    game: Game,
    profile: Equilibrium | Mapping[str, Mapping[Any, Any]],
    start: Mapping[str, Any],
    end: Mapping[str, Any],
    *,
    beliefs: Mapping[str, Mapping[Any, Mapping[Any, Any]]] | None = None,
    concept: str | None = None,
) -> Change:
    """Which constraint breaks first on the straight way from one point to another.

    Parameters
    ----------
    game : Game
        With formulas.
    profile : Equilibrium or mapping
        A sequential equilibrium of the game at `start`: the choices played are kept, and mixing
        probabilities and beliefs follow the parameters. Or a strategy profile as for `certify`,
        or an equilibrium of another concept: strategies are kept as they are.
    start, end : mapping of str to number
        The parameters; all of them in `start`, in `end` those that differ may do.
    beliefs : mapping, optional
        For a strategy profile, as for `explain`.
    concept : str, optional
        For a strategy profile; "sequential" by default.

    Returns
    -------
    Change

    Raises
    ------
    ParameterError
        If a parameter has no number, or nothing changes.
    LimitError
        If a mixed equilibrium's conditions are too many, or its mixing probabilities have no closed
        form; give ``equilibrium.strategy`` to keep it as it is.

    Notes
    -----
    The constraints of an equilibrium are those of `region`, with the share of the way put in: a
    break is an exact root where that is a polynomial. A strategy profile (and a pure equilibrium
    whose beliefs off the path are too many for `region`) is judged at 32 points of the way; each
    break is then narrowed down by halving.

    Examples
    --------
    >>> import sympy
    >>> from deterrence.games.nodes import Move, Outcome
    >>> cost = sympy.Symbol("cost")
    >>> reply = {"fight": Outcome({"Entrant": -1, "Incumbent": 1 - cost}),
    ...          "share": Outcome({"Entrant": 1, "Incumbent": 0})}
    >>> stay = Outcome({"Entrant": 0, "Incumbent": 2})
    >>> root = Move("Entrant", (), {"out": stay, "enter": Move("Incumbent", "entry", reply)})
    >>> game = Game(["Entrant", "Incumbent"], root)
    >>> profile = {"Entrant": {(): "out"}, "Incumbent": {"entry": "fight"}}
    >>> print(explain_change(game, profile, {"cost": 0}, {"cost": 2}))
    With cost from 0 to 2:
      beyond cost = 1 (0.5 of the way) Incumbent at 'entry' gains by share.
    """
    way = _Way(game, start, end)
    if isinstance(profile, Equilibrium) and profile.concept == "sequential":
        try:
            return _along_region(way, profile)
        except LimitError:
            if any(p not in (0, 1) for row in profile.assessment.probabilities for p in row):
                raise
            return _Kept(way, profile.strategy, beliefs, concept).change()
    if isinstance(profile, Equilibrium):
        concept = concept or profile.concept
        return _Kept(way, profile.strategy, beliefs, concept).change()
    return _Kept(way, profile, beliefs, concept).change()


class _Way:
    """The straight way between two points."""

    def __init__(self, game: Game, start: Mapping[str, Any], end: Mapping[str, Any]) -> None:
        if not isinstance(game, Game) or not game.parameters:
            raise InputError(
                "a change is that of a game with formulas; this one has no parameters. Compare two "
                "games with dt.explain."
            )
        self.game = game
        self.start = self._point(start)
        self.end = {**self.start, **self._point(end)}
        missing = [name for name in game.parameters if name not in self.start]
        if missing:
            raise ParameterError(f"start: give numbers for {', '.join(missing[:8])}, too.")
        self.changing = [n for n in game.parameters if self.start[n] != self.end[n]]
        if not self.changing:
            raise ParameterError("start and end are the same point. Change a parameter.")

    def _point(self, given: Mapping[str, Any]) -> dict[str, Fraction]:
        point = {}
        for name, value in given.items():
            for member in self.game.tied.get(name, (name,)):
                point[member] = exact(value, f"{name}")
        self.game.at(point)  # names and ranges
        return {name: x for name, x in point.items() if name in self.game.parameters}

    def at(self, share: Fraction) -> dict[str, Fraction]:
        """The point at a share of the way."""
        return {
            name: x + share * (self.end[name] - x) if name in self.changing else x
            for name, x in self.start.items()
        }

    def shown(self, share: Any) -> dict[str, Any]:
        """The parameters that change, at a share of the way."""
        return {
            name: sympy.nsimplify(self.start[name])
            + share * sympy.nsimplify(self.end[name] - self.start[name])
            for name in self.changing
        }

    @property
    def ends(self) -> tuple[dict[str, Fraction], dict[str, Fraction]]:
        """The parameters that change, at the start and at the end."""
        return (
            {name: self.start[name] for name in self.changing},
            {name: self.end[name] for name in self.changing},
        )


# --- an equilibrium that adapts ------------------------------------------------------------------


def _along_region(way: _Way, equilibrium: Equilibrium) -> Change:
    still = {name: x for name, x in way.start.items() if name not in way.changing}
    found = region(way.game.at(still), equilibrium)
    if any(branch.roots for branch in found.branches):
        raise LimitError(
            "the mixing probabilities have no closed form. Give the profile itself, "
            "equilibrium.strategy, to keep it as it is, or evaluate dt.region(...).contains."
        )
    lines = [_Line(way, found, branch) for branch in found.branches]
    good = [line for line in lines if line.holds(sympy.Integer(0))]
    breaks = max((line.breaks() for line in good), key=_first, default=())
    ends = (bool(good), any(line.holds(sympy.Integer(1)) for line in lines))
    return Change(*way.ends, ends, breaks, adapts=True, at_end=None)


def _first(breaks: Sequence[Break]) -> float:
    return float(breaks[0].share) if breaks else 2.0


class _Line:
    """One branch of a region, on the way."""

    def __init__(self, way: _Way, found: Region, branch: Branch) -> None:
        self.way = way
        self.put_in = _by_symbol(way.shown(T), found)
        self.needed = [(c, self._of(found, c)) for c in (*branch.constraints, *branch.implied)]
        self.freedoms = [
            [[(c, self._of(found, c)) for c in option.constraints] for option in f.options]
            for f in branch.freedoms
        ]

    def _of(self, found: Region, c: Constraint) -> Any:
        return sympy.together(found.spelled(c.expression).subs(self.put_in))

    def holds(self, share: Any) -> bool:
        """Whether all constraints hold at a share of the way."""
        return not any(self._failing(share))

    def _failing(self, share: Any) -> Iterator[tuple[Constraint, Any]]:
        for c, f in self.needed:
            if not _fine(c, f, share):
                yield c, f
        for options in self.freedoms:
            lists = [[(c, f) for c, f in o if not _fine(c, f, share)] for o in options]
            if lists and all(lists):
                yield from min(lists, key=len)

    def breaks(self) -> tuple[Break, ...]:
        """The constraints that fail on the way, each where it first does."""
        edges = {sympy.Integer(0), sympy.Integer(1)}
        every = [*self.needed, *(p for options in self.freedoms for o in options for p in o)]
        for _, f in every:
            edges |= _roots(f)
        found: dict[tuple[Any, ...], Break] = {}
        for low, high in pairwise(sorted(edges, key=float)):
            middle = sympy.nsimplify((low + high) / 2)
            for c, f in self._failing(middle):
                key = (c.kind, c.player, c.knows, c.deviation)
                if key not in found:
                    point = {n: sympy.simplify(x) for n, x in self.way.shown(low).items()}
                    found[key] = Break(*key, low, point, exact=True, gain=f)
        return tuple(found.values())


def _by_symbol(values: Mapping[str, Any], found: Region) -> dict[Any, Any]:
    symbols = {x for k in found.game.numbers for x in getattr(k, "free_symbols", ())}
    return {x: values[x.name] for x in symbols if x.name in values}


def _fine(c: Constraint, f: Any, share: Any) -> bool:
    value = f.subs(T, share)
    if value.has(sympy.nan, sympy.zoo, sympy.oo):
        return False
    if not value.is_Rational:
        value = sympy.N(value, 40)
        value = sympy.Integer(0) if abs(value) < sympy.Float(10) ** -30 else value
    return bool(value == 0) if c.kind == "surface" else bool(value >= 0)


def _roots(f: Any) -> set[Any]:
    """Where a function of the share may change its sign, between 0 and 1."""
    found = set()
    for part in sympy.fraction(sympy.together(f)):
        if not part.has(T):
            continue
        if not part.is_polynomial(T):
            raise LimitError(
                f"the constraint {f} >= 0 is no polynomial along the way. Give the profile itself, "
                "equilibrium.strategy, or evaluate dt.region(...).contains."
            )
        found |= {x for x in sympy.real_roots(sympy.Poly(part, T)) if 0 < x < 1}
    return found


# --- a profile that is kept as it is -------------------------------------------------------------


class _Kept:
    """A strategy profile judged along the way."""

    def __init__(self, way: _Way, profile: Any, beliefs: Any, concept: str | None) -> None:
        self.way, self.profile, self.beliefs, self.concept = way, profile, beliefs, concept
        self.known: dict[Fraction, Explanation] = {}

    def at(self, share: Fraction) -> Explanation:
        """The profile at a share of the way."""
        if share not in self.known:
            point = self.way.game.at(self.way.at(share))
            self.known[share] = explain(point, self.profile, self.beliefs, self.concept)
        return self.known[share]

    def change(self) -> Change:
        """Judge the profile at points of the way, and narrow down where each gain begins."""
        shares = [Fraction(n, STEPS) for n in range(STEPS + 1)]
        found: dict[tuple[Any, ...], Break] = {}
        for low, high in pairwise(shares):
            for key in _wrongs(self.at(high)):
                if key not in found and key not in _wrongs(self.at(low)):
                    found[key] = self._narrowed(key, low, high)
        ends = (bool(self.at(shares[0]).holds), bool(self.at(shares[-1]).holds))
        breaks = tuple(sorted(found.values(), key=lambda b: (float(b.share), not b.player)))
        return Change(*self.way.ends, ends, breaks, adapts=False, at_end=self.at(shares[-1]))

    def _narrowed(self, key: tuple[Any, ...], low: Fraction, high: Fraction) -> Break:
        def fails(share: Fraction) -> bool:
            return key in _wrongs(self.at(share))

        share, is_exact = _edge(fails, low, high)
        at = sympy.nsimplify(share)
        kind, player, knows, deviation = key
        point = self.way.shown(at)
        return Break(kind, player, knows, deviation, at, point, is_exact, None)


def _wrongs(e: Explanation) -> set[tuple[Any, ...]]:
    """What is wrong, by where and what; not by how much."""
    found: set[tuple[Any, ...]] = {
        ("incentive", d.player, d.knows, ", ".join(a for _, a in d.plan)) for d in e.deviations
    }
    if e.inconsistency:
        found.add(("belief", "", "", "consistent beliefs"))
    return found


def _edge(
    fails: Callable[[Fraction], bool], low: Fraction, high: Fraction
) -> tuple[Fraction, bool]:
    """Where something begins to fail, and whether that is exact.

    Halving; then the simplest fraction in between, which is exact if it holds there and just
    beyond it does not.
    """
    while high - low > FINE:
        middle = (low + high) / 2
        low, high = (low, middle) if fails(middle) else (middle, high)
    simple = _simplest(low, high)
    if not fails(simple) and fails(simple + FINE / 10**6):
        return simple, True
    return low, False


def _simplest(low: Fraction, high: Fraction) -> Fraction:
    """The fraction of least denominator from `low` to `high`."""
    whole = -(-low.numerator // low.denominator)
    if whole <= high:
        return Fraction(whole)
    base = Fraction(low.numerator // low.denominator)
    return base + 1 / _simplest(1 / (high - base), 1 / (low - base))
