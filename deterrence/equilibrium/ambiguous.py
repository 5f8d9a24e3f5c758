"""Equilibria where chance moves have an interval of probabilities (alpha-maxmin attitudes)."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.ambiguous_bounds import (
    Pair,
    Settling,
    relevant_moves,
    straddled_sets,
)
from deterrence.equilibrium.ambiguous_moves import (
    AmbiguousMove,
    ambiguous_moves,
    attitudes_of,
    check_branches,
    check_common,
    reduced,
)
from deterrence.equilibrium.ambiguous_record import AmbiguousSolution, Hypothesis
from deterrence.equilibrium.ambiguous_signs import (
    FAILS,
    HOLDS,
    SignCheck,
)
from deterrence.equilibrium.sequential import solve_sequential
from deterrence.errors import LimitError
from deterrence.games.tree import Game

__all__ = ["solve_ambiguous", "solve_moves"]


def solve_ambiguous(
    game: Game,
    branches: str | Iterable[str],
    half_width: Any,
    attitudes: Any = 1,
    *,
    groups: Callable[[tuple[Any, ...]], Hashable] | None = None,
    most: int = 256,
    budget: int = 200_000,
) -> AmbiguousSolution:
    """All equilibria where some chance moves have an interval of probabilities.

    At such a move a player with attitude ``a`` values what may follow at ``a`` times the worst
    plus ``1 - a`` times the best expectation over the interval (alpha-maxmin; Ghirardato,
    Maccheroni and Marinacci 2004; at ``a = 1`` Gilboa and Schmeidler 1989), backwards from the
    end of the tree, and chooses anew at each of its information sets.

    Parameters
    ----------
    game : Game
        With numbers, and chance probabilities that all players share: the middles of the
        intervals.
    branches : str or iterable of str
        Labels of chance branches. A chance move that has one is ambiguous, and the probability of
        that branch is what the interval is about.
    half_width : number, or callable
        Of the interval; a function takes the history of the move (a tuple of labels) and gives 0
        where it is not ambiguous.
    attitudes : number, or mapping of str to number
        Each player's weight on its own worst case, in [0, 1].
    groups : callable, optional
        From the history of a move to the name of its group. The moves of a group stand for one
        unknown probability, of which a player has one view. By default each is its own.
    most : int
        How many hypotheses may be solved.
    budget : int
        As for `solve`, for each hypothesis.

    Returns
    -------
    AmbiguousSolution
        Complete if every hypothesis that is not settled beforehand was solved completely and no
        component is refused only in part.

    Raises
    ------
    LabelError
        For a branch or a player that does not exist.
    InputError
        If an ambiguous move has other than two branches, an interval leaves (0, 1) (nothing is
        clipped), an attitude is no weight, or players' probabilities differ already.
    LimitError
        If there are more hypotheses than `most`.

    Notes
    -----
    *The reduction.* Where a move has two branches, its interval is independent of the others, the
    player chooses anew at each information set, and one branch is worth at least as much to the
    player as the other, its weighted worst and best cases are one probability, ``p + (1 - 2a) e``
    for the better branch. For each hypothesis about which branch that is, for each player and
    group, the game with these probabilities is solved for all sequential equilibria. On each
    component the difference between what the two branches are worth is then checked at every
    move of the group where it bears on a choice, off the path too, over the whole component; ties
    are allowed. A component that fails is not returned, but counted. **What is left is
    indistinguishable from expected utility with priors that differ by player.**

    Where moves of one group are ranked alike, it makes no difference whether they are one unknown
    probability or several. Components that rank them differently are refused.

    *What is not seen.* Where a player moves without knowing how an ambiguous move has fallen
    (`straddled`), it believes what follows by Bayes from the probability on which it acted before;
    the interval is not opened again. Updating every prior in the interval instead may lead to
    other choices there; sets of that kind are listed so that the reader can tell.

    *Cost.* One complete solution for each hypothesis: two to the number of pairs of player and
    group that bounds do not settle.
    """
    game = game.with_numbers()
    check_common(game)
    weights = attitudes_of(game, attitudes)
    names = check_branches(game, branches)
    moves = ambiguous_moves(game, names, half_width, groups)
    return solve_moves(game, moves, weights, most, budget)


def solve_moves(
    game: Game,
    moves: Sequence[AmbiguousMove],
    attitudes: Mapping[str, Fraction],
    most: int,
    budget: int,
) -> AmbiguousSolution:
    """`solve_ambiguous`, for moves and attitudes that are checked."""
    start = time.perf_counter()
    search = _Search(game, moves, attitudes, budget)
    if 2 ** len(search.open) > most:
        raise LimitError(
            f"{len(search.open)} signs are open (a player and a group of chance moves each), which "
            f"makes {2 ** len(search.open):,} hypotheses; at most {most:,} are solved. Put moves "
            "that are one unknown probability into one group, or fix part of the game."
        )
    hypotheses = tuple(search.hypotheses())
    left = tuple(_missing(hypotheses))
    return AmbiguousSolution(
        game=game,
        moves=tuple(moves),
        attitudes=attitudes,
        hypotheses=hypotheses,
        settled=search.settled,
        straddled=tuple(straddled_sets(game, moves)),
        complete=not left,
        left=left,
        seconds=time.perf_counter() - start,
    )


View = tuple[int, ...]  # signs that bear on payoffs alone


class _Search:
    """All hypotheses about signs, solved one after the other."""

    def __init__(
        self,
        game: Game,
        moves: Sequence[AmbiguousMove],
        attitudes: Mapping[str, Fraction],
        budget: int,
    ) -> None:
        self.game, self.moves, self.attitudes, self.budget = game, moves, attitudes, budget
        # who takes the middle either way needs no hypothesis
        swayed = [p for p in game.players if attitudes[p] != Fraction(1, 2)]
        self.relevant = {
            pair: rows for pair, rows in relevant_moves(game, moves).items() if pair[0] in swayed
        }
        every = {(p, m.group): self._members(m.group) for m in moves for p in swayed}
        self.pairs = {**every, **self.relevant}
        self.settled = Settling(game, moves, attitudes, self.pairs).run()
        self.open = [pair for pair in self.relevant if pair not in self.settled]
        self.watched = [
            pair for pair in every if pair not in self.relevant and pair not in self.settled
        ]

    def _members(self, group: Hashable) -> tuple[AmbiguousMove, ...]:
        return tuple(m for m in self.moves if m.group == group)

    def hypotheses(self) -> Iterator[Hypothesis]:
        """One for each pattern of the signs that bear on choices, or more for payoffs' sake."""
        for signs in itertools.product((1, -1), repeat=len(self.open)):
            pattern = {**self.settled, **dict(zip(self.open, signs, strict=True))}
            solved: dict[View, SignCheck] = {}
            anything = (1,) * len(self.watched)
            kept, refused, partly = self._judged(self._at(pattern, anything, solved), pattern)
            by_view: dict[View, list[int]] = {}
            for n in kept:
                by_view.setdefault(self._view(pattern, n, solved), []).append(n)
            for view, some in (by_view or {anything: []}).items():
                check = self._at(pattern, _assumed(view), solved)
                yield self._hypothesis(pattern, check, view, some, refused, partly)
                refused, partly = [], []  # counted once

    def _at(
        self, pattern: Mapping[Pair, int], view: View, solved: dict[View, SignCheck]
    ) -> SignCheck:
        """The game under a hypothesis, solved; its components are the same in any view."""
        if view not in solved:
            signs = {**pattern, **dict(zip(self.watched, view, strict=True))}
            game = reduced(self.game, self.moves, self.attitudes, signs)
            solved[view] = SignCheck(solve_sequential(game, self.budget))
        return solved[view]

    def _judged(
        self, check: SignCheck, signs: Mapping[Pair, int]
    ) -> tuple[list[int], list[tuple[int, str]], list[int]]:
        """Which components stand, which are refused, and which of those in part only."""
        claims = [(p[0], m, signs[p]) for p, rows in self.relevant.items() for m in rows]
        kept, refused, partly = [], [], []
        for n in range(len(check.solution)):
            verdict, culprit = check.component(n, claims)
            if verdict == HOLDS:
                kept.append(n)
                continue
            refused.append((n, _reason(verdict, culprit, signs)))
            if verdict != FAILS:
                partly.append(n)
        return kept, refused, partly

    def _view(self, pattern: Mapping[Pair, int], n: int, solved: dict[View, SignCheck]) -> View:
        """Signs on a component of those that bear on payoffs alone; 0 where it is not one sign.

        What a move is worth hangs on the signs at moves below it, so that those are found first.
        """
        assumed = (1,) * len(self.watched)
        for _ in range(len(self.watched) + 1):
            check = self._at(pattern, assumed, solved)
            view = tuple(self._sign(check, n, pair) for pair in self.watched)
            if _assumed(view) == assumed:
                return view
            assumed = _assumed(view)
        return (0,) * len(self.watched)

    def _sign(self, check: SignCheck, n: int, pair: Pair) -> int:
        for sign in (1, -1):
            claims = [(pair[0], m, sign) for m in self.pairs[pair]]
            if check.component(n, claims)[0] == HOLDS:
                return sign
        return 0

    def _hypothesis(
        self,
        pattern: Mapping[Pair, int],
        check: SignCheck,
        view: View,
        kept: Sequence[int],
        refused: Sequence[tuple[int, str]],
        partly: Sequence[int],
    ) -> Hypothesis:
        return Hypothesis(
            signs={**pattern, **dict(zip(self.watched, _assumed(view), strict=True))},
            game=check.solution.game,
            solution=check.solution,
            kept=tuple(kept),
            refused=tuple(refused),
            partly=tuple(partly),
            unsettled=frozenset(
                pair[0] for pair, sign in zip(self.watched, view, strict=True) if not sign
            ),
        )


def _assumed(view: View) -> View:
    return tuple(sign or 1 for sign in view)


def _reason(
    verdict: str, culprit: tuple[str, AmbiguousMove] | None, signs: Mapping[Pair, int]
) -> str:
    if culprit is None:
        return "no point of the component has all signs right"
    player, move = culprit
    worth = "at least" if signs[player, move.group] == 1 else "at most"
    return (
        f"the hypothesis that {player} finds the named branch worth {worth} as much as the other "
        f"at {move.group} {verdict}"
    )


def _missing(hypotheses: Sequence[Hypothesis]) -> Iterator[str]:
    yield from dict.fromkeys(reason for h in hypotheses for reason in h.solution.left)
    if partly := sum(len(h.partly) for h in hypotheses):
        yield (
            f"{partly:,} component{'s' if partly != 1 else ''} refused although the signs hold, or "
            "may hold, on part of them"
        )
