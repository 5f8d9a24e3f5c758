"""Whether something that may follow an action which is not sent deters every type from it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.signal_branches import Behind
from deterrence.equilibrium.signal_continuations import Answer, Branch, Continuations, Point
from deterrence.equilibrium.signal_intervals import lower_edge
from deterrence.equilibrium.signal_units import SAME

__all__ = ["deters"]

Floats = NDArray[np.float64]
Levels = tuple[float, ...]
MOST_TRIED = 40  # candidates for a continuation that deters
MOST_GIVEN = 40  # sets of answers


def deters(behind: Behind, action: str, levels: Levels) -> list[Branch] | None:
    """Some belief and continuation after an action in which no type gets more than `levels`.

    None if there is none, or if that was not decided, which `behind.left` then says. Where one
    player answers first, mixtures of its answers are among what may follow.
    """
    at = behind.signal.answers[action]
    every = () if at is None else behind.game.structure.sets[at].actions
    single: Sequence[str | None] = every or (None,)
    prior = behind.signal.prior[behind.signal.sender]
    one, two = (Fraction(1), Fraction(0)), (Fraction(0), Fraction(1))
    for belief, answer in itertools.product((one, two, prior), single):  # soon solved
        found = behind.some(action, answer, belief)
        deterring = found and _corner(behind, action, answer, found, levels)
        if deterring:
            return deterring
    open_question = 2 ** len(every) > MOST_GIVEN
    for given in _answers(every):
        if given and len(given) > 1 and not _mixed_may(behind, action, every, levels):
            break
        if given and not behind.may_be_given(action, given):
            continue
        mixed: Answer = given[0] if given and len(given) == 1 else given
        found = behind.continuations(action, mixed, None)
        if found is None:
            open_question = True
            continue
        deterring = _corner(behind, action, mixed, found, levels)
        deterring = deterring or _inside(behind, action, mixed, found, levels)
        if deterring:
            return deterring
        open_question = open_question or bool(_reaching(behind, found, levels))
    if open_question:
        behind.left.append(f"whether anything deters {action!r}")
    return None


def _answers(every: Sequence[str]) -> Iterator[tuple[str, ...] | None]:
    """What may be answered, one answer before several."""
    if not every:
        yield None
    most = len(every) if 2 ** len(every) <= MOST_GIVEN else 1
    for n in range(1, most + 1):
        yield from itertools.combinations(every, n)


def _mixed_may(behind: Behind, action: str, every: Sequence[str], levels: Levels) -> bool:
    """Whether mixtures of answers might pay no type more, by the hull of what all answers pay."""
    i = behind.game.players.index(behind.signal.sender)
    known = [behind.continuations(action, answer, None) for answer in every]
    found = [one for one in known if one is not None]
    if len(found) < len(known) or not all(one.spanned for one in found):
        return True
    points = np.concatenate([pay[:, i] for one in found for pay in one.payoffs], axis=1)
    if all(one.apart(n) for one in found for n in range(len(one.families))):
        return _below(points, levels)
    return bool(np.all(points.min(axis=1) <= np.array(levels) + SAME))


def _corner(
    behind: Behind, action: str, answer: Answer, found: Continuations, levels: Levels
) -> list[Branch] | None:
    """At one of the points that are listed; certain beliefs first, which solve fastest."""
    i = behind.game.players.index(behind.signal.sender)
    rows = []
    for n, pay in enumerate(found.payoffs):
        fits = np.all(pay[:, i] <= np.array(levels)[:, None] + SAME, axis=0)
        rows += [(n, int(place)) for place in np.flatnonzero(fits)]
    rows.sort(key=lambda row: -float(found.beliefs[row[0]][:, row[1]].max()))
    for n, place in rows[:MOST_TRIED]:
        deterring = _held(behind, action, answer, found, found.point(n, place))
        if deterring is not None:
            return deterring
    return None


def _inside(
    behind: Behind, action: str, answer: Answer, found: Continuations, levels: Levels
) -> list[Branch] | None:
    """Between two points of a family that reaches below the levels, the best ways first."""
    i = behind.game.players.index(behind.signal.sender)
    ways = [
        (slack, n, pair, share)
        for n in _reaching(behind, found, levels)
        for slack, pair, share in _crossings(found.payoffs[n][:, i], levels)
    ]
    ways.sort(key=lambda way: -way[0])
    for _, n, (one, two), share in ways[:MOST_TRIED]:
        point = found.between(n, one, two, Fraction(share).limit_denominator(10**9))
        if point is not None and np.all(point.payoffs[:, i] <= np.array(levels) + SAME):
            deterring = _held(behind, action, answer, found, point)
            if deterring is not None:
                return deterring
    return None


def _crossings(points: Floats, levels: Levels) -> list[tuple[float, tuple[int, int], float]]:
    """Pairs of points on whose way neither type gets more than its level: by how much, and where.

    `points` has shape (types, points). On the way payoffs are taken to be straight.
    """
    one, two = np.triu_indices(points.shape[1], 1)
    slope = points[:, two] - points[:, one]
    gap = np.array(levels)[:, None] + SAME - points[:, one]
    share = np.divide(gap, slope, out=np.zeros_like(gap), where=np.abs(slope) > SAME)
    high = np.where(slope > SAME, share, 1.0).min(axis=0, initial=1.0)
    low = np.where(slope < -SAME, share, 0.0).max(axis=0, initial=0.0)
    flat = np.where(np.abs(slope) <= SAME, gap, 0.0).min(axis=0)
    middle = (low + high) / 2
    slack = (gap - middle * slope).min(axis=0)
    fits = np.flatnonzero((low <= high) & (flat >= 0))
    best = fits[np.argsort(-slack[fits], kind="stable")][:MOST_TRIED].tolist()
    return [(float(slack[n]), (int(one[n]), int(two[n])), float(middle[n])) for n in best]


def _reaching(behind: Behind, found: Continuations, levels: Levels) -> list[int]:
    """Families in which, as far as their points tell, no type might get more."""
    i = behind.game.players.index(behind.signal.sender)
    rows = []
    for n, pay in enumerate(found.payoffs):
        low = bool(np.all(pay[:, i].min(axis=1) <= np.array(levels) + SAME))
        if not found.bounded(n) or (low and (not found.apart(n) or _below(pay[:, i], levels))):
            rows.append(n)
    return rows


def _below(points: Floats, levels: Levels) -> bool:
    """Whether the hull of points reaches below both levels."""
    first, second = levels[0] + SAME, levels[1] + SAME
    for x, y, to_x, to_y in lower_edge(points):
        if x <= first:
            share = 1.0 if to_x <= first else (first - x) / (to_x - x)
            if min(y, y + share * (to_y - y)) <= second:
                return True
    return False


def _held(
    behind: Behind, action: str, answer: Answer, found: Continuations, point: Point
) -> list[Branch] | None:
    """The point, with continuations of the other answers that make its own best there."""
    at = behind.signal.answers[action]
    if at is None or answer is None:
        return [point.branch()]
    own = behind.game.structure.sets[at]
    i = behind.game.players.index(own.player)
    worth = float((point.payoffs[:, i] * point.beliefs).sum())
    branch = point.branch()
    belief = behind.signal.prior[own.player]
    if found.tree.chosen:
        belief = tuple(branch.assessment.probabilities[found.tree.game.structure.set_of[0]])
    branches = [branch]
    for other in own.actions:
        if other != answer and not (isinstance(answer, tuple) and other in answer):
            least = behind.least(action, other, belief)
            if least is None or least[0] > worth + SAME:
                return None
            branches.append(least[1])
    return branches
