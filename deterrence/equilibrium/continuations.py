"""What the sender's types get in all continuations of a signalling stage, family by family."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import prod
from typing import Any

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.plays import centre
from deterrence.equilibrium.polynomials import Polynomial, add_scaled, substitute, times
from deterrence.equilibrium.subset_description import affine_dimension
from deterrence.games.structure import CHANCE, OUTCOME

__all__ = ["Continuations", "Interval", "Piece"]

Vector = tuple[Fraction, ...]
Interval = tuple[Fraction, Fraction]  # least and most
Term = tuple[tuple[int, int], ...]  # (group, coordinate) pairs, one for each group at most
Pair = tuple[Fraction, Fraction]

MOST_CORNERS = 4096  # products of extreme points looked at together
MOST_PIECES = 3000  # of a family whose payoffs are products, before it is left undecided
SURE = Fraction(1, 10**12)  # of the payoff span, where roots were rounded


@dataclass(frozen=True, eq=False)
class Piece:
    """Continuations with one support: types' payoffs, affine in each of several polytopes.

    Attributes
    ----------
    belief : frozenset of int
        The types that the common belief holds possible.
    corners : tuple of tuple of vectors
        Extreme points of each polytope.
    terms : dict
        By product of coordinates, its coefficient in each type's payoff.
    whole : bool
        Whether every point of the polytopes is a continuation; if not, only `samples` are known to
        be, and the polytopes contain all.
    samples : tuple of vectors
        Types' payoffs at some continuations.
    exact : bool
    count : int
        Number of types.
    """

    belief: frozenset[int]
    corners: tuple[tuple[Vector, ...], ...]
    terms: dict[Term, Vector]
    whole: bool
    samples: tuple[Vector, ...]
    exact: bool
    count: int

    def at(self, point: Sequence[Vector]) -> Vector:
        """Types' payoffs at a point of each polytope."""
        total = [Fraction(0)] * self.count
        for term, row in self.terms.items():
            weight = prod((point[g][j] for g, j in term), start=Fraction(1))
            if weight:
                total = [x + weight * c for x, c in zip(total, row, strict=True)]
        return tuple(total)


class Continuations:
    """All continuations of a stage: sequential equilibria of the game in which a type is chosen.

    Parameters
    ----------
    solution : Solution
        Of `continuation_game`.
    sender : str
    count : int
        Number of types.
    """

    def __init__(self, solution: Any, sender: str, count: int) -> None:
        self.complete = bool(solution.complete)
        (block,) = solution.source.factored.blocks
        self.pieces = [_Reading(block, n, sender, count).piece() for n in range(len(block.cells))]
        numbers = [x for p in self.pieces for row in p.samples for x in row]
        self.span = (max(numbers) - min(numbers)) if numbers else Fraction(0)
        self.exact = all(p.exact for p in self.pieces)

    # -- one type ---------------------------------------------------------------------------

    def bounds(self, t: int, belief: frozenset[int] | None = None) -> tuple[Interval, bool] | None:
        """Least and most payoff of a type, and whether both are attained and surely the ends.

        Parameters
        ----------
        t : int
        belief : frozenset of int, optional
            Only continuations whose belief holds no other types possible.

        Returns
        -------
        ((least, most), sure) or None
            None if there is no such continuation.
        """
        chosen = [p for p in self.pieces if belief is None or p.belief <= belief]
        if not chosen:
            return None
        sure = self.complete and self.exact
        values: list[Fraction] = []
        for p in chosen:
            points = _products(p.corners, _involved(p, (t,)))
            if points is None or not p.whole:
                sure = False
                values.extend(row[t] for row in p.samples)
            else:
                values.extend(p.at(x)[t] for x in points)
        return (min(values), max(values)), sure

    # -- two types --------------------------------------------------------------------------

    def meets(self, t: int, least: Fraction, other: int, most: Fraction) -> bool | None:
        """Whether some continuation gives `t` at least `least` and `other` at most `most`.

        Returns
        -------
        bool or None
            None if that is undecided: families are missing, or payoffs in one are products whose
            range the subdivision does not settle.
        """
        answers = []
        for p in self.pieces:
            answer = _meets(p, t, least, other, most)
            if answer is True and p.exact:
                return True
            if not p.exact:
                answer = self._rounded(p, t, least, other, most)
                if answer is True:
                    return True
            answers.append(answer)
        if None in answers or not self.complete:
            return None
        return False

    def _rounded(
        self, p: Piece, t: int, least: Fraction, other: int, most: Fraction
    ) -> bool | None:
        """The answer where it does not hang on rounding."""
        slack = SURE * (self.span or Fraction(1))
        strict = _meets(p, t, least + slack, other, most - slack)
        return strict if strict == _meets(p, t, least - slack, other, most + slack) else None


class _Reading:
    """A cell of the solved continuation, read for what the types get."""

    def __init__(self, block: SolvedBlock, place: int, sender: str, count: int) -> None:
        self.block, self.place, self.cell, self.count = block, place, block.cells[place], count
        self.game = block.game
        self.sender = self.game.players.index(sender)
        self.chooser = self.game.structure.set_of[0]

    def piece(self) -> Piece:
        support = self.cell.supports[self.chooser]
        belief = frozenset(t for t in range(self.count) if support >> t & 1)
        rows = [self._value(child) for child in self.game.structure.children[0]]
        groups = [list(g.corners) for g in self.cell.groups]
        whole = True
        terms: dict[Term, Vector] = {}
        for t, row in enumerate(rows):
            for monomial, coefficient in row.items():
                term = self._term(monomial)
                if term is None:
                    whole = False
                    term = self._relaxed(monomial, groups)
                column = terms.setdefault(term, (Fraction(0),) * self.count)
                terms[term] = tuple(x + coefficient * (k == t) for k, x in enumerate(column))
        corners = tuple(tuple(g) for g in groups)
        samples = self._samples(rows)
        return Piece(belief, corners, terms, whole, samples, self.cell.exact, self.count)

    def _value(self, node: int) -> Polynomial:
        """The sender's payoff from a node on, in the others' mixing probabilities."""
        s, numbers = self.game.structure, self.game.numbers
        if s.kind[node] == OUTCOME:
            return {(): numbers[(s.payoffs[node] or ())[self.sender]]}
        total: Polynomial = {}
        if s.kind[node] == CHANCE:
            for c in s.children[node]:
                add_scaled(total, numbers[(s.chance[c] or ())[self.sender]], self._value(c))
            return {m: c for m, c in total.items() if c}
        k = s.set_of[node]
        actions = self._actions(k)
        if len(actions) == 1 or s.players.index(s.sets[k].player) == self.sender:
            # the sender is indifferent over its later support, so any action of it will do
            return self._value(s.children[node][actions[0]])
        for a in actions:
            inner = self._value(s.children[node][a])
            known = substitute({(("p", k, a),): Fraction(1)}, self.cell.fixed)
            add_scaled(total, Fraction(1), times(known, inner))
        return total

    def _actions(self, k: int) -> list[int]:
        if k in self.block.reduced.settled:
            return [self.block.reduced.settled[k]]
        support = self.cell.supports[k]
        return [a for a in range(support.bit_length()) if support >> a & 1]

    def _term(self, monomial: tuple[Any, ...]) -> Term | None:
        """The coordinates whose product a monomial is; None if it is none."""
        parts: dict[int, list[Any]] = {}
        for v in monomial:
            group = self._group(v)
            if group is None:
                return None
            parts.setdefault(group, []).append(v)
        term = []
        for g, variables in sorted(parts.items()):
            key = tuple(sorted(variables))
            if key not in self.cell.groups[g].monomials:
                return None
            term.append((g, self.cell.groups[g].monomials.index(key)))
        return tuple(term)

    def _group(self, variable: Any) -> int | None:
        whole = self.cell.parents.get(variable, (None,))[0]
        for g, group in enumerate(self.cell.groups):
            if whole in group.monomials:
                return g
        return None

    def _relaxed(self, monomial: tuple[Any, ...], groups: list[list[Vector]]) -> Term:
        """A coordinate of its own in [0, 1]: what is known of any product of probabilities."""
        unit: list[Vector] = [(Fraction(0),), (Fraction(1),)]
        key = ("relaxed", monomial)
        known: dict[Any, int] = self.__dict__.setdefault("_known", {})
        if key not in known:
            known[key] = len(groups)
            groups.append(unit)
        return ((known[key], 0),)

    def _samples(self, rows: Sequence[Polynomial]) -> tuple[Vector, ...]:
        """Types' payoffs at the family's centre and extreme points."""
        found = []
        for location in self.block.points(self.place) or [centre(self.cell)]:
            plays = self.block.play(self.place, location)
            if plays is None:
                continue
            mixed = {v: plays[v[1]].probabilities[v[2]] for row in rows for m in row for v in m}
            values = [substitute(row, mixed).get((), Fraction(0)) for row in rows]
            found.append(tuple(values))
        return tuple(dict.fromkeys(found))


def _involved(p: Piece, types: Sequence[int]) -> list[int]:
    """The polytopes on which these types' payoffs depend."""
    found = {g for term, row in p.terms.items() if any(row[t] for t in types) for g, _ in term}
    return sorted(g for g in found if len(p.corners[g]) > 1)


def _products(
    corners: Sequence[Sequence[Vector]], involved: Sequence[int]
) -> list[tuple[Vector, ...]] | None:
    """Products of the extreme points of some polytopes, any point of the others; None if many."""
    if prod(len(corners[g]) for g in involved) > MOST_CORNERS:
        return None
    rows = [c if g in involved else c[:1] for g, c in enumerate(corners)]
    return list(itertools.product(*rows))


def _meets(p: Piece, t: int, least: Fraction, other: int, most: Fraction) -> bool | None:
    if any(row[t] >= least and row[other] <= most for row in p.samples):
        return True
    involved = _involved(p, (t, other))

    def image(point: Sequence[Vector]) -> Pair:
        values = p.at(point)
        return values[t] - least, most - values[other]

    answer = _subdivided(list(p.corners), involved, image)
    return answer if p.whole or answer is False else None


def _subdivided(
    corners: list[Sequence[Vector]], involved: list[int], image: Callable[[Any], Pair]
) -> bool | None:
    """Whether a map that is affine in each polytope takes both values to zero or more."""
    pieces, undecided = [corners], False
    for count in itertools.count():
        if not pieces:
            return None if undecided else False
        if count > MOST_PIECES:
            return None
        piece = pieces.pop(0)
        points = _products(piece, involved)
        if points is None:
            undecided = True
            continue
        images = [image(x) for x in points]
        if any(x >= 0 and y >= 0 for x, y in images):
            return True
        if not _hull_meets(images):
            continue  # the hull of the corners' images holds the image
        if len(involved) <= 1 or _edge_meets(piece, involved, image):
            return True
        halves = _halves(piece, involved)
        undecided = undecided or not halves
        pieces.extend(halves)
    return None


def _hull_meets(images: Sequence[Pair]) -> bool:
    """Whether the convex hull meets the quadrant of two numbers that are at least zero."""
    distinct = list(dict.fromkeys(images))
    return any(x >= 0 and y >= 0 for x, y in distinct) or any(
        _segment_meets(p, q) for p, q in itertools.combinations(distinct, 2)
    )


def _segment_meets(p: Pair, q: Pair) -> bool:
    low, high = Fraction(0), Fraction(1)
    for a, b in zip(p, q, strict=True):
        if a < 0 and b < 0:
            return False
        if a < 0:
            low = max(low, a / (a - b))
        elif b < 0:
            high = min(high, a / (a - b))
    return low <= high


def _edge_meets(
    corners: Sequence[Sequence[Vector]], involved: Sequence[int], image: Callable[[Any], Pair]
) -> bool:
    """Whether the answer is yes where one polytope varies and the others stand at corners."""
    for g in involved:
        rest = [h for h in involved if h != g]
        for point in _products(corners, rest) or []:
            images = [image((*point[:g], x, *point[g + 1 :])) for x in corners[g]]
            if _hull_meets(images):
                return True
    return False


def _halves(
    corners: Sequence[Sequence[Vector]], involved: Sequence[int]
) -> list[list[Sequence[Vector]]]:
    """Two pieces, cut across the longest edge of a simplex; none if no polytope is one."""
    best: tuple[Fraction, int, int, int] | None = None
    for g in involved:
        if affine_dimension([tuple(c) for c in corners[g]]) != len(corners[g]) - 1:
            continue
        for i, j in itertools.combinations(range(len(corners[g])), 2):
            pairs = zip(corners[g][i], corners[g][j], strict=True)
            length = sum(((x - y) ** 2 for x, y in pairs), Fraction(0))
            if best is None or length > best[0]:
                best = (length, g, i, j)
    if best is None:
        return []
    _, g, i, j = best
    pairs = zip(corners[g][i], corners[g][j], strict=True)
    middle = tuple((x + y) / 2 for x, y in pairs)
    found = []
    for k in (i, j):
        cut = [middle if n == k else c for n, c in enumerate(corners[g])]
        found.append([*corners[:g], cut, *corners[g + 1 :]])
    return found
