"""What decides where a claim holds: the stakes that matter, and a rule that delimits it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Condition", "Deciding", "Inequality", "deciding", "delimits", "judged", "unfitted"]

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]
Bools = NDArray[np.bool_]
Ints = NDArray[np.intp]
SHOWN = 3  # stakes
CUTS = 9  # thresholds tried along each stake at first
FINER = 199  # and then along those that the rule has
MOST = 3  # conditions
BEAM = 12  # rules of each length that are carried on
FEWEST = 20  # points on either side, before anything is fitted
FEWEST_UNFITTED = 10  # before a rule that nothing was fitted for is judged
FOLDS = 4
SIGNS = (" > ", " >= ", " <= ", " = ")
EARNS = 0.01  # what a further condition has to add, out of sample


@dataclass(frozen=True)
class Deciding:
    """How much more often a claim holds where a stake is high.

    Attributes
    ----------
    stake : str
    difference : float
        Share in the highest third of its values less the share in the lowest.
    """

    stake: str
    difference: float

    def __str__(self) -> str:
        return f"{self.stake} ({self.difference:+.0%})"


@dataclass(frozen=True)
class Condition:
    """One quantity on one side of a number.

    Attributes
    ----------
    quantity : str
        A stake, or a statement, which is true where its number is above 0.
    above : bool
        Whether the quantity is above the cut, or not above it.
    cut : float or None
        None for a statement.
    """

    quantity: str
    above: bool
    cut: float | None = None

    @property
    def compares(self) -> bool:
        """Whether it is a statement that compares numbers."""
        return any(sign in self.quantity for sign in SIGNS)

    def __str__(self) -> str:
        if self.cut is None:
            return (
                self.quantity
                if self.above and self.compares
                else f"{'' if self.above else 'not '}[{self.quantity}]"
            )
        return f"{self.quantity} {'>' if self.above else '<='} {self.cut:.3g}"

    def at(self, numbers: Mapping[str, Floats]) -> Bools:
        """Where it is true."""
        higher = np.asarray(numbers[self.quantity]) > (self.cut or 0.0)
        return higher if self.above else ~higher


@dataclass(frozen=True)
class Inequality:
    """Up to three conditions that tell where a claim holds.

    Attributes
    ----------
    text : str
    agrees : float
        Share of points that nothing was fitted to and that it places rightly, where the claim
        holds and where it fails counted alike: 1/2 is what chance would be right at.
    conditions : tuple of Condition
    joins : tuple of str
        "and" or "or" between them, the first two first.
    fitted : bool
        Whether it was chosen among others at other points of the box.
    plays : bool
        Whether it speaks of simple plays.
    """

    text: str
    agrees: float
    conditions: tuple[Condition, ...] = ()
    joins: tuple[str, ...] = ()
    fitted: bool = True
    plays: bool = False

    def __str__(self) -> str:
        where = "other points" if self.fitted else "points, nothing being fitted"
        return f"{self.text} (right at {self.agrees:.0%} of {where}, both sides counted alike)"

    def at(self, numbers: Mapping[str, Floats]) -> Bools:
        """Where the rule says that the claim holds.

        Parameters
        ----------
        numbers : mapping of str to ndarray, shape (points,)
            By quantity.
        """
        first, *others = (one.at(numbers) for one in self.conditions)
        return _read(first, others, self.joins)

    def document(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        rule = {"conditions": [vars(one) for one in self.conditions], "joins": list(self.joins)}
        told = {"text": self.text, "agrees": self.agrees, "fitted": self.fitted}
        return {**told, "simple_plays": self.plays, **rule}


def _read(first: Bools, others: Iterable[Bools], joins: Sequence[str]) -> Bools:
    for join, other in zip(joins, others, strict=True):
        first = first & other if join == "and" else first | other
    return first


def deciding(holds: Bools, stakes: Mapping[str, Floats]) -> tuple[Deciding, ...]:
    """The three stakes along which the share changes most.

    Parameters
    ----------
    holds : ndarray of bool, shape (points,)
    stakes : mapping of str to ndarray, shape (points,)
    """
    third = max(1, len(holds) // 3)
    found = []
    for name, column in stakes.items():
        order = np.argsort(column, kind="stable")
        low, high = holds[order[:third]].mean(), holds[order[-third:]].mean()
        found.append(Deciding(name, float(high - low)))
    found.sort(key=lambda one: -abs(one.difference))
    return tuple(found[:SHOWN])


def judged(points: int) -> int:
    """At how many points `delimits` judges what it found at the others."""
    return points - 2 * points // 3


def delimits(
    holds: Bools, stakes: Mapping[str, Floats], statements: Mapping[str, Floats]
) -> Inequality | None:
    """The rule of up to three conditions that best tells where a claim holds.

    Two thirds of the points, drawn with a fixed seed, are for finding it: four times a quarter of
    them is left out, to see how many conditions pay; then that many are found at all of these. The
    last third is for saying how often the rule is right.

    Parameters
    ----------
    holds : ndarray of bool, shape (points,)
    stakes : mapping of str to ndarray, shape (points,)
        Nine thresholds are tried along each, and finer ones where one serves.
    statements : mapping of str to ndarray, shape (points,)
        Where positive, the name is true. Where two do equally well, the earlier is taken, and
        either before any stake.

    Returns
    -------
    Inequality or None
        None where the claim holds, or fails, at fewer than 20 points.
    """
    if min(holds.sum(), (~holds).sum()) < FEWEST:
        return None
    order = np.random.default_rng(0).permutation(len(holds))
    count = len(order) - judged(len(order))
    fitted, kept = order[:count], order[count:]
    tried, where = _tried(stakes, statements, fitted)
    if not tried:
        return None
    rights = []
    for fold in np.array_split(fitted, FOLDS):
        rules = _search(where, holds, np.setdiff1d(fitted, fold))
        rights.append([_right(rule.where(where)[fold], holds[fold]) for rule in rules])
    rule = _search(where, holds, fitted)[_length(np.array(rights))]
    chosen = [tried[row] for row in rule.rows]
    truths = list(where[list(rule.rows)])
    for n, condition in enumerate(chosen):
        if condition.cut is not None:
            column = stakes[condition.quantity]
            for cut in _cuts(column[fitted], FINER):
                finer = replace(condition, cut=cut)
                other = [*truths[:n], finer.at({condition.quantity: column}), *truths[n + 1 :]]
                if _scored(other, rule, holds, fitted) > _scored(truths, rule, holds, fitted):
                    chosen[n], truths = finer, other
    text = _text(chosen, rule.joins)
    return Inequality(text, _scored(truths, rule, holds, kept), tuple(chosen), rule.joins)


def _length(rights: Floats) -> int:
    """One less than the conditions of the shortest rule that is as right as the best.

    By the rule of one standard error (Breiman, Friedman, Olshen and Stone 1984, section 3.4.3), of
    the difference over the folds; `rights` has shape (folds, lengths).
    """
    told = rights - EARNS * np.arange(MOST)
    short = told[:, [told.mean(axis=0).argmax()]] - told
    error = short.std(axis=0, ddof=1) / np.sqrt(len(short))
    return int(np.argmax(short.mean(axis=0) <= error))


def unfitted(statement: str, holds: Bools, statements: Mapping[str, Floats]) -> Inequality | None:
    """A statement as a rule that was written down before, judged at all points.

    Parameters
    ----------
    statement : str
        One of `statements`.
    holds : ndarray of bool, shape (points,)
    statements : mapping of str to ndarray, shape (points,)

    Returns
    -------
    Inequality or None
        None where the claim holds, or fails, at fewer than 10 points.
    """
    if min(holds.sum(), (~holds).sum()) < FEWEST_UNFITTED:
        return None
    condition = Condition(statement, above=True)
    return Inequality(
        str(condition), _right(condition.at(statements), holds), (condition,), fitted=False
    )


def _scored(truths: Sequence[Bools], rule: _Rule, holds: Bools, among: Ints) -> float:
    where = _read(truths[0], truths[1:], rule.joins)
    return _right(where[among], holds[among])


def _cuts(column: Floats, count: int) -> list[float]:
    """Thresholds that part a column evenly, as they are written."""
    levels = np.quantile(column, np.linspace(0, 1, count + 2)[1:-1])
    return list(dict.fromkeys(float(f"{level:.2g}") for level in levels))


def _tried(
    stakes: Mapping[str, Floats], statements: Mapping[str, Floats], fitted: Ints
) -> tuple[list[Condition], Bools]:
    """Single conditions, then their opposites, and where each is true: (conditions, points)."""
    seen: dict[bytes, tuple[Condition, Bools]] = {}
    for condition, column in _singles(stakes, statements, fitted):
        where = condition.at({condition.quantity: column})
        here = where[fitted]
        if here.any() and not here.all():
            seen.setdefault(np.packbits(here ^ here[0]).tobytes(), (condition, where))
    conditions = [condition for condition, _ in seen.values()]
    true = np.array([where for _, where in seen.values()], dtype=bool)
    opposite = [replace(condition, above=False) for condition in conditions]
    return [*conditions, *opposite], np.concatenate([true, ~true])


def _singles(
    stakes: Mapping[str, Floats], statements: Mapping[str, Floats], fitted: Ints
) -> Iterator[tuple[Condition, Floats]]:
    for name, column in statements.items():
        yield Condition(name, above=True), column
    for name, column in stakes.items():
        for cut in _cuts(column[fitted], CUTS):
            yield Condition(name, above=True, cut=cut), column


@dataclass(frozen=True)
class _Rule:
    """Conditions by row, read from the left."""

    rows: tuple[int, ...]
    joins: tuple[str, ...]

    def where(self, true: Bools) -> Bools:
        """Where it says yes, of the points of the table that it is read in."""
        return _read(true[self.rows[0]], true[list(self.rows[1:])], self.joins)


def _search(true: Bools, holds: Bools, among: Ints) -> list[_Rule]:
    """The best rule of each length, by extending the best few of the length before.

    The second half of `true` is the opposite of the first.
    """
    true, yes = true[:, among], holds[among]
    weight = np.where(yes, 0.5 / max(1, yes.sum()), -0.5 / max(1, (~yes).sum()))
    table = true[: len(true) // 2].astype(np.float32)
    alone = _gains(table, weight[:, None])
    beam = [_Rule((int(n),), ()) for n in _best(alone.ravel())]
    found = [beam[0]]
    while len(found) < MOST:
        now = np.array([rule.where(true) for rule in beam]).T
        both = _gains(table, weight[:, None] * now)
        beam = _longer(beam, np.stack([both, weight @ now + alone - both]))
        found.append(beam[0])
    return found


def _gains(table: Singles, weight: Floats) -> Floats:
    """The weight, shape (points, rules), of the points at each condition and each opposite."""
    here = table @ weight.astype(np.float32)
    return np.concatenate([here, weight.sum(axis=0) - here])


def _longer(beam: list[_Rule], scores: Floats) -> list[_Rule]:
    """The best rules with one condition more; scores have shape (2, conditions, rules)."""
    longer = []
    for place in _best(scores.ravel()):
        join, row, at = np.unravel_index(place, scores.shape)
        old = beam[at]
        longer.append(_Rule((*old.rows, int(row)), (*old.joins, ("and", "or")[join])))
    return longer


def _best(scores: NDArray[np.floating]) -> Ints:
    """Places of the best few; equal ones, up to rounding, in their order."""
    rounded = -scores.round(6)
    least = np.partition(rounded, BEAM)[BEAM] if len(rounded) > BEAM else np.inf
    (near,) = np.nonzero(rounded <= least)
    return near[np.argsort(rounded[near], kind="stable")][:BEAM]


def _text(conditions: Sequence[Condition], joins: Sequence[str]) -> str:
    text = str(conditions[0])
    for n, (join, condition) in enumerate(zip(joins, conditions[1:], strict=True)):
        if n and join != joins[n - 1]:
            text = f"({text})"
        text = f"{text} {join} {condition}"
    return text


def _right(where: Bools, holds: Bools) -> float:
    """Share placed rightly, both sides counted alike."""
    parts = [where[holds].mean() if holds.any() else 1.0]
    parts += [(~where[~holds]).mean() if not holds.all() else 1.0]
    return float(np.mean(parts))
