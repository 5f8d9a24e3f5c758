"""A maximal Nash subset described: what is fixed in it, what varies, and by which relations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import gcd, lcm

import numpy as np

from deterrence.equilibrium.description_record import Description, Key, Range
from deterrence.games.assessment import Labelled
from deterrence.games.strategic import StrategicGame

__all__ = ["affine_dimension", "describe_subset"]

Mixture = tuple[Fraction, ...]
Form = dict[int, Fraction]  # coefficient by action; the constant stands at CONSTANT
CONSTANT = -1
SAME = Fraction(1, 10**12)  # probabilities this near to each other are one, where rounded


def affine_dimension(points: Sequence[Mixture], tolerance: Fraction | None = None) -> int:
    """Dimension of the convex hull of some points; with a tolerance, up to rounding."""
    first, *others = points
    rows = [[x - y for x, y in zip(p, first, strict=True)] for p in others]
    if not rows:
        return 0
    if tolerance is not None:
        return int(np.linalg.matrix_rank(np.array(rows, dtype=float), tol=float(tolerance)))
    rank = 0
    for column in range(len(first)):
        pivot = next((k for k in range(rank, len(rows)) if rows[k][column]), None)
        if pivot is None:
            continue
        rows[rank], rows[pivot] = rows[pivot], rows[rank]
        head = rows[rank]
        for k in range(rank + 1, len(rows)):
            if rows[k][column]:
                factor = rows[k][column] / head[column]
                rows[k] = [x - factor * y for x, y in zip(rows[k], head, strict=True)]
        rank += 1
    return rank


def describe_subset(
    game: StrategicGame, sides: Sequence[Sequence[Mixture]], tolerance: Fraction | None = None
) -> Description:
    """What the equilibria of a maximal Nash subset of a two-player game share.

    Parameters
    ----------
    game : StrategicGame
    sides : sequence of sequence of tuple of fractions.Fraction
        The extreme strategies of each player.
    tolerance : fractions.Fraction, optional
        Where the strategies are rounded.

    Returns
    -------
    Description
        The relations are those that keep the *other* player's replies optimal: a player's own
        payoff does not depend on which of its strategies in the subset it plays.
    """
    fixed: dict[Key, Fraction] = {}
    free: dict[Key, Range] = {}
    relations: list[str] = []
    supports = {}
    for k, (player, points) in enumerate(zip(game.players, sides, strict=True)):
        side = _Side(game, k, points, tolerance)
        for action, label in enumerate(game.actions[player]):
            key = ("strategy", player, (), label)
            low, high = side.ranges[action]
            if low == high:
                fixed[key] = low
            else:
                free[key] = (low, high)
        relations.extend(side.relations())
        played = (a for a, (_, high) in zip(game.actions[player], side.ranges, strict=True) if high)
        supports[player] = Labelled(f"information set of {player}", {(): tuple(played)})
    return Description(Labelled("player", supports), fixed, free, tuple(relations))


class _Side:
    """The strategies of one player in a maximal Nash subset."""

    def __init__(
        self,
        game: StrategicGame,
        player: int,
        points: Sequence[Mixture],
        tolerance: Fraction | None,
    ) -> None:
        self.game, self.player, self.points, self.tolerance = game, player, points, tolerance
        self.dimension = affine_dimension(points, tolerance)
        self.ranges = [self._range(column) for column in zip(*points, strict=True)]

    def _range(self, column: Sequence[Fraction]) -> Range:
        low, high = min(column), max(column)
        return (low, low) if self.tolerance is not None and high - low <= SAME else (low, high)

    def relations(self) -> Iterator[str]:
        """Equations, then inequalities, that do not follow from the others."""
        if not self.dimension:
            return
        total: Form = dict.fromkeys(range(len(self.ranges)), Fraction(1))
        total = self._known({**total, CONSTANT: Fraction(-1)})
        rows, tight = self._replies()
        always = [k for k, at in enumerate(tight) if at == set(range(len(self.points)))]
        known = _Echelon([total])
        lead = rows[always[0]]
        for k in always[1:]:
            form = self._known(_difference(lead, rows[k]))
            if known.add(form):
                yield _sentence(_shortest(form, total), "=", self._name)
        told = [
            {n for n, point in enumerate(self.points) if not point[a]}
            for a in range(len(self.ranges))
        ]
        for k, at in enumerate(tight):
            if k in always or at in told or not self._facet(at):
                continue
            told.append(at)
            form = self._known(_difference(lead, rows[k]))
            yield _sentence(_shortest(form, total), ">=", self._name)

    def _facet(self, at: set[int]) -> bool:
        points = [self.points[n] for n in sorted(at)]
        return bool(points) and affine_dimension(points, self.tolerance) == self.dimension - 1

    def _replies(self) -> tuple[list[Mixture], list[set[int]]]:
        """The other player's payoffs by its action, and the points at which each is best."""
        payoffs = self.game.payoffs[self.game.players[1 - self.player]]
        rows = [tuple(row) for row in (payoffs.T if self.player == 0 else payoffs)]
        span = max(map(max, rows)) - min(map(min, rows))
        slack = 2 * self.tolerance * span if self.tolerance else Fraction(0)
        tight: list[set[int]] = [set() for _ in rows]
        for n, point in enumerate(self.points):
            values = [
                sum((p * x for p, x in zip(point, r, strict=True) if p), Fraction(0)) for r in rows
            ]
            best = max(values)
            for k, value in enumerate(values):
                if best - value <= slack:
                    tight[k].add(n)
        return rows, tight

    def _known(self, form: Form) -> Form:
        """The form with numbers in place of what is fixed."""
        found = {CONSTANT: form.get(CONSTANT, Fraction(0))}
        for a, c in form.items():
            if a != CONSTANT and c:
                low, high = self.ranges[a]
                if low == high:
                    found[CONSTANT] += c * low
                else:
                    found[a] = c
        return found

    def _name(self, action: int) -> str:
        player = self.game.players[self.player]
        return f"P[{player} | ()]({self.game.actions[player][action]})"


def _difference(one: Mixture, two: Mixture) -> Form:
    return {a: x - y for a, (x, y) in enumerate(zip(one, two, strict=True))}


def _added(form: Form, factor: Fraction, other: Mapping[int, Fraction]) -> Form:
    found = dict(form)
    for a, c in other.items():
        found[a] = found.get(a, Fraction(0)) + factor * c
    return {a: c for a, c in found.items() if c or a == CONSTANT}


class _Echelon:
    """Linear equations, each new to those before it."""

    def __init__(self, forms: Iterable[Form]) -> None:
        self.rows: list[tuple[int, Form]] = []
        for form in forms:
            self.add(form)

    def add(self, form: Form) -> bool:
        """Whether the equation says anything new; if so it is kept."""
        for lead, row in self.rows:
            if form.get(lead):
                form = _added(form, -form[lead] / row[lead], row)
        lead_new = min((a for a, c in form.items() if a != CONSTANT and c), default=None)
        if lead_new is None:
            return False
        self.rows.append((lead_new, form))
        return True


def _shortest(form: Form, total: Form) -> Form:
    """The form plus that multiple of ``total = 0`` which leaves the fewest terms."""
    options = [form]
    options += [_added(form, -form[a], total) for a in form if a != CONSTANT and form[a]]
    return min(options, key=lambda f: (len(f), sorted(f)))


def _sentence(form: Form, sign: str, name: Callable[[int], str]) -> str:
    """``form >= 0`` or ``form = 0`` with positive terms on both sides."""
    whole = lcm(*(c.denominator for c in form.values()))
    numbers = {a: int(c * whole) for a, c in form.items()}
    divisor = gcd(*numbers.values())
    terms = sorted((a, c) for a, c in numbers.items() if a != CONSTANT and c)
    constant = Fraction(numbers[CONSTANT], divisor)
    left = [(name(a), Fraction(c, divisor)) for a, c in terms if c > 0]
    right = [(name(a), Fraction(-c, divisor)) for a, c in terms if c < 0]
    if not left:
        left, right, constant = right, left, -constant
        sign = {">=": "<=", "=": "="}[sign]
    if len(left) == 1 and not right:
        constant, left = constant / left[0][1], [(left[0][0], Fraction(1))]
    nothing = Fraction(0)
    sides = _sum(left, max(constant, nothing)), _sum(right, max(-constant, nothing))
    return f"{sides[0]} {sign} {sides[1]}"


def _sum(terms: Sequence[tuple[str, Fraction]], constant: Fraction) -> str:
    parts = [name if c == 1 else f"{c}*{name}" for name, c in terms]
    if constant or not parts:
        parts.append(str(constant))
    return " + ".join(parts)
