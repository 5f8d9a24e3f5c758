"""Which types could gain by an unreached public action, and which beliefs that leaves.

Cho and Kreps (1987) and Banks and Sobel (1987): for each type, the continuations after the action
from which it gains (D) or at which it is indifferent (D0), compared with its equilibrium payoff.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from deterrence.equilibrium.continuations import Continuations, Interval
from deterrence.equilibrium.signalling import Stage
from deterrence.games.numbers import plain

__all__ = ["Finding", "compare"]


@dataclass(frozen=True)
class Finding:
    """What a criterion says at one signalling stage, for given equilibrium payoffs of the types.

    Attributes
    ----------
    stage : Stage
    criterion : str
    payoffs : tuple of (least, most)
        The types' equilibrium payoffs; least and most agree where a family has one of them.
    gains : tuple of ((least, most) or None)
        What each type gains over its equilibrium payoff, over all continuations.
    pruned : dict of int to (int or None)
        Types that beliefs must exclude, each with the type in whose favour; None where no
        continuation at all gives the type its equilibrium payoff.
    undecided : frozenset of int
        Types of which that could not be decided.
    after : dict of int to (least, most)
        What the types left gain over all continuations that are rational for beliefs in them.
    removes : bool or None
        For the intuitive criterion: whether some type left gains in all of those.
    """

    stage: Stage
    criterion: str
    payoffs: tuple[Interval, ...]
    gains: tuple[Interval | None, ...]
    pruned: dict[int, int | None]
    undecided: frozenset[int]
    after: dict[int, Interval]
    removes: bool | None

    @property
    def kept(self) -> tuple[int, ...]:
        """The types in which beliefs may put weight."""
        return tuple(t for t in range(len(self.payoffs)) if t not in self.pruned)

    @property
    def deviators(self) -> tuple[int, ...]:
        """Types that gain whatever is done by those who exclude the pruned types."""
        return tuple(t for t, (least, _) in self.after.items() if least > 0)

    def sentences(self) -> list[str]:
        """What was found, in words."""
        name = [repr(t) for t in self.stage.types]
        lines = [
            self._pruning(name[t], None if by is None else name[by], t, by)
            for t, by in self.pruned.items()
        ]
        left = ", ".join(name[t] for t in self.kept)
        for t in self.deviators:
            least, most = self.after[t]
            how = f"{plain(least)}" if least == most else f"{plain(least)} to {plain(most)}"
            lines.append(f"believed to be {left}, {name[t]} gains {how} by {self.stage.action!r}")
        if self.undecided:
            lines.append(
                f"not decided whether beliefs may hold {self._names(self.undecided)} possible"
            )
        return lines

    def _names(self, types: Sequence[int] | frozenset[int]) -> str:
        return ", ".join(repr(self.stage.types[t]) for t in sorted(types))

    def _pruning(self, mine: str, other: str | None, t: int, by: int | None) -> str:
        own = self.gains[t]
        most = plain(own[1]) if own else "nothing"
        if other is None or by is None:
            return f"{mine} is excluded: it gets less in every continuation (by at least " + (
                f"{plain(-own[1])})" if own else "nothing)"
            )
        better = self.gains[by]
        theirs = plain(better[1]) if better else "nothing"
        return (
            f"{mine} is pruned in favour of {other}, which gains wherever {mine} gains or is "
            f"indifferent (best gains: {mine} {most}, {other} {theirs})"
        )


def compare(
    stage: Stage, criterion: str, continuations: Continuations, payoffs: Sequence[Interval]
) -> Finding:
    """What "D1" or "intuitive" says at a stage.

    Parameters
    ----------
    stage : Stage
    criterion : str
    continuations : Continuations
    payoffs : sequence of (least, most)
        The types' equilibrium payoffs.

    Returns
    -------
    Finding

    Notes
    -----
    D1: a type ``t`` is pruned if for some other ``t'`` the union of D(t) and D0(t) lies in D(t').
    Two types of which each would prune the other (both sets empty, or D(t) = D(t') without
    indifference) leave each other alone: otherwise no type might be left to be believed.
    Intuitive: a type is excluded if every continuation gives it less than its equilibrium payoff,
    and the equilibrium is removed if one of the types left gains in every continuation that is
    rational for beliefs in those.
    """
    judged = _Comparison(continuations, payoffs)
    pruned: dict[int, int | None]
    if criterion == "D1":
        pruned, undecided = judged.d1()
    else:
        pruned, undecided = judged.dominated()
    kept = [t for t in range(len(payoffs)) if t not in pruned]
    after, sure = judged.after(kept)
    removes = None
    if criterion == "intuitive":
        removes = judged.removes(kept, after, sure and not undecided)
    return Finding(
        stage, criterion, tuple(payoffs), judged.gains(), pruned, undecided, after, removes
    )


class _Comparison:
    def __init__(self, continuations: Continuations, payoffs: Sequence[Interval]) -> None:
        self.continuations, self.payoffs = continuations, payoffs
        self.types = range(len(payoffs))
        self.all = [continuations.bounds(t) for t in self.types]

    def gains(self) -> tuple[Interval | None, ...]:
        return tuple(
            None if found is None else self._gain(t, found[0]) for t, found in enumerate(self.all)
        )

    def _gain(self, t: int, values: Interval) -> Interval:
        least, most = self.payoffs[t]
        return values[0] - most, values[1] - least

    def inside(self, t: int, other: int) -> bool | None:
        """Whether `other` gains wherever `t` gains or is indifferent."""
        (low, high), (other_low, other_high) = self.payoffs[t], self.payoffs[other]
        widest = self.continuations.meets(t, low, other, other_high)
        if widest is False:
            return True
        if low == high and other_low == other_high:
            return None if widest is None else False
        narrowest = self.continuations.meets(t, high, other, other_low)
        return False if narrowest else None

    def d1(self) -> tuple[dict[int, int | None], frozenset[int]]:
        table = {
            (t, other): self.inside(t, other)
            for t in self.types
            for other in self.types
            if t != other
        }
        pruned: dict[int, int | None] = {}
        doubtful = set()
        for t in self.types:
            answers = {
                other: _only(table[t, other], table[other, t]) for other in self.types if other != t
            }
            best = [other for other, answer in answers.items() if answer]
            if best:
                # the pruning type that itself stands, rather than one that is pruned as well
                pruned[t] = min(best, key=lambda other: self._rank(table, other))
            elif None in answers.values():
                doubtful.add(t)
        return pruned, frozenset(doubtful)

    def _rank(self, table: dict[tuple[int, int], bool | None], t: int) -> int:
        return sum(bool(_only(table[t, o], table[o, t])) for o in self.types if o != t)

    def dominated(self) -> tuple[dict[int, int | None], frozenset[int]]:
        """Types that get less than in equilibrium whatever follows; none if all do."""
        out: dict[int, int | None] = {}
        doubtful = set()
        for t, found in enumerate(self.all):
            if found is None:
                doubtful.add(t)
                continue
            (_, most), sure = found
            least, highest = self.payoffs[t]
            if most < least and sure:
                out[t] = None
            elif most < highest:
                doubtful.add(t)
        if len(out) == len(self.types):
            return {}, frozenset()
        return out, frozenset(doubtful)

    def after(self, kept: Sequence[int]) -> tuple[dict[int, Interval], bool]:
        found, all_sure = {}, True
        for t in kept:
            bounds = self.continuations.bounds(t, frozenset(kept))
            if bounds is None:
                return {}, False
            found[t] = self._gain(t, bounds[0])
            all_sure = all_sure and bounds[1]
        return found, all_sure

    def removes(self, kept: Sequence[int], after: dict[int, Interval], sure: bool) -> bool | None:
        if any(least > 0 for least, _ in after.values()):
            return True if sure else None
        if len(after) != len(kept):
            return None
        fixed = all(low == high for low, high in self.payoffs)
        # a continuation at hand that leaves a type without a gain settles it, whatever is missing
        return False if fixed or all(least <= 0 for least, _ in self._least(kept)) else None

    def _least(self, kept: Sequence[int]) -> list[Interval]:
        """Least gains where the equilibrium payoff is smallest."""
        found = []
        for t in kept:
            bounds = self.continuations.bounds(t, frozenset(kept))
            if bounds is not None:
                found.append((bounds[0][0] - self.payoffs[t][0], bounds[0][1]))
        return found


def _only(one: bool | None, two: bool | None) -> bool | None:
    """Whether one inclusion holds and the other does not."""
    if one is False or two is True:
        return False
    if one is True and two is False:
        return True
    return None
