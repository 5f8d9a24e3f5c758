"""Games that begin with a signal: one player with a private type moves publicly, others follow.

The continuation depends on that move only through what others then believe about the type. The
tree is therefore taken apart: which actions are sent is fixed first, what follows those that are
not sent need only deter, and so need only what follows an answer that is not given.
"""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.blocks import SolvedBlock, solve_block
from deterrence.equilibrium.certificate import Certificate, certify
from deterrence.equilibrium.consistency import beliefs_from
from deterrence.equilibrium.decomposition import Block, Choice, decompose
from deterrence.equilibrium.factored import Factored, factor
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.sequential import ready
from deterrence.equilibrium.signal_trees import After, Kept, after, pruned, worths
from deterrence.equilibrium.signalling import NotAStage, Stage, first_observers
from deterrence.equilibrium.signalling import _Stages as Stages
from deterrence.errors import InputError, LimitError, unknown
from deterrence.games.assessment import Assessment
from deterrence.games.structure import MOVE
from deterrence.games.tree import Game

__all__ = ["SignalledEquilibrium", "SignalledSolution", "solve_signalled"]

Belief = tuple[Fraction, ...]
MOST_POINTS = 20_000  # of all families of one part
MOST_PARTS = 400


@dataclass(frozen=True, eq=False)
class SignalledEquilibrium:
    """One sequential equilibrium of a game that begins with a signal.

    Attributes
    ----------
    sent : dict
        By what the sender knows, the actions that it plays with positive probability.
    beliefs : dict
        By action sent, the belief about the sender's type, in the order of `sent`.
    outcomes : dict of str to (float, float)
        Least and most of every payoff and event over the family that it stands for.
    certificate : Certificate
        Of the assessment of the whole tree, by code that shares nothing with the solver.
    assessment : tuple
        Its strategy and beliefs, by player and what the player knows.
    """

    sent: dict[Any, tuple[str, ...]]
    beliefs: dict[str, Belief]
    outcomes: dict[str, tuple[float, float]]
    certificate: Certificate
    assessment: tuple[dict[str, dict[Any, Any]], dict[str, dict[Any, Any]]]


@dataclass(frozen=True, eq=False)
class SignalledSolution:
    """All sequential equilibria of a game that begins with a signal, up to what is not sent.

    Attributes
    ----------
    equilibria : tuple of SignalledEquilibrium
        One for each family of what is played on the path; none twice.
    complete : bool
        Whether every pattern and every belief was decided.
    left : tuple of str
        What was not, if anything.
    seconds : float
    """

    game: Game
    sender: str
    equilibria: tuple[SignalledEquilibrium, ...]
    complete: bool
    left: tuple[str, ...]
    seconds: float

    def most_and_least(self, outcome: str) -> tuple[float, float]:
        """Least and most of a payoff or an event's probability over all of them."""
        rows = [one.outcomes for one in self.equilibria]
        if not rows:
            raise InputError("no equilibrium was found; see `left`.")
        if any(outcome not in row for row in rows):
            raise unknown("outcome", outcome, rows[0])
        return min(row[outcome][0] for row in rows), max(row[outcome][1] for row in rows)

    def __str__(self) -> str:
        found = f"{len(self.equilibria)} families of sequential equilibria"
        if self.complete:
            return f"Complete: {found}, every pattern of {self.sender}'s signal decided."
        return f"Not complete: {found}, but not decided: {'; '.join(self.left)}."


def solve_signalled(game: Game, sender: str, budget: int = 200_000) -> SignalledSolution:
    """All sequential equilibria of a game in which a player with a private type moves publicly.

    Parameters
    ----------
    game : Game
        With numbers. The sender's first move has the same actions for each type. Others observe
        it. Before it only chance and players without private information have moved.
    sender : str
    budget : int
        Branches of the search for supports, for each part.

    Returns
    -------
    SignalledSolution
        Sequential equilibria (Kreps and Wilson 1982), as families of what is played on the path,
        each with a certified representative. Complete when every pattern of signals and answers
        was solved or excluded; `left` says what was not. Off the path one continuation that deters
        is given, where there may be many.

    Raises
    ------
    InputError
        If the game does not begin with a signal of that player; the message says why.
    LimitError
        If there are too many patterns.

    Notes
    -----
    For each set of actions that are sent, and of answers to them where one player without private
    information answers first, the rest of the tree is cut away and the remainder solved for all
    its equilibria, pooling, separating and semi-separating alike. An equilibrium stays if at its
    beliefs some continuation of each answer cut away pays the one who answers no more, and if for
    each action cut away some belief and continuation pay no type more. The former are solved at
    the belief itself; the latter with the type chosen by somebody without a stake, which covers
    every belief at once. Cost: one solution of the remainder for each set of answers.

    Examples
    --------
    >>> import deterrence as dt
    >>> stages = ["types", "settlement", "challenge", "finding", "response"]
    >>> game = dt.guarantee_game(stages).at(dt.arrangement("oped").values())
    >>> found = solve_signalled(game, "Russia")
    >>> found.complete, found.most_and_least("settlement")
    (True, (1.0, 1.0))
    """
    start = time.perf_counter()
    game = ready(game)
    found = _Solver(game, sender, budget)
    equilibria = tuple(found.equilibria())
    left = tuple(dict.fromkeys(found.left))
    seconds = time.perf_counter() - start
    return SignalledSolution(game, sender, equilibria, not left, left, seconds)


@dataclass
class _Point:
    """An equilibrium of a part of the tree, with what decides whether it stays."""

    assessment: Assessment
    worth: list[list[Fraction]]


@dataclass
class _Branch:
    """A continuation behind an action or an answer that is not taken."""

    tree: After
    point: _Point


@dataclass
class _Part:
    """The tree with only some signals and answers, solved."""

    sent: tuple[str, ...]
    answers: dict[str, tuple[str, ...]]
    game: Game
    factored: Factored
    kept: Kept = field(default_factory=dict)


class _Solver:
    def __init__(self, game: Game, sender: str, budget: int) -> None:
        if sender not in game.players:
            raise unknown("player", sender, game.players)
        self.game, self.sender, self.budget = game, sender, budget
        self.left: list[str] = []
        s = game.structure
        self.sets = _first_sets(game, sender)
        self.actions = s.sets[self.sets[0]].actions
        self.stages = {a: st for a in self.actions if (st := _stage(game, self.sets, a))}
        self.answering = {a: _answering(game, st) for a, st in self.stages.items()}
        reach = chance_reach(game)[s.players.index(sender)]
        self.weights = [_shares([reach[n] for n in s.sets[k].nodes]) for k in self.sets]
        self._least: dict[Any, tuple[Fraction, _Branch] | None] = {}
        self._open: dict[Any, list[_Branch]] = {}

    # -- which parts there are

    def equilibria(self) -> Iterator[SignalledEquilibrium]:
        """Every family that stays, with a certified representative."""
        for part in self.parts():
            for points in self.families(part):
                kept = [(p, b) for p in points if (b := self.supported(part, p)) is not None]
                found = self.judged(part, points, kept)
                if found is not None:
                    yield found

    def parts(self) -> Iterator[_Part]:
        ends = tuple(a for a in self.actions if a not in self.stages)
        choices = [
            (sent, combination)
            for n in range(len(self.stages) + 1)
            for sent in itertools.combinations(self.stages, n)
            if sent or ends
            for combination in itertools.product(
                *(self.answer_sets(a, alone=len(sent) == 1 and not ends) for a in sent)
            )
        ]
        if len(choices) > MOST_PARTS:
            raise LimitError(
                f"{len(choices):,} patterns of signals and answers; at most {MOST_PARTS} are "
                "solved. Fix the answer, or take actions off the menu."
            )
        for sent, combination in choices:
            part = self.part(sent, ends, dict(zip(sent, combination, strict=True)))
            if part is not None:
                yield part

    def answer_sets(self, action: str, *, alone: bool) -> list[tuple[str, ...]]:
        """Sets of answers; all at once where the belief is the prior, which the solver factors."""
        at = self.answering[action]
        if at is None:
            return [()]
        every = self.game.structure.sets[at].actions
        if alone:
            return [every]
        return [c for n in range(1, len(every) + 1) for c in itertools.combinations(every, n)]

    def part(
        self, sent: tuple[str, ...], ends: tuple[str, ...], answers: dict[str, tuple[str, ...]]
    ) -> _Part | None:
        s = self.game.structure
        kept: dict[tuple[str, Any], Any] = {
            (self.sender, s.sets[k].knows): (*sent, *ends) for k in self.sets
        }
        must = {}
        for action, given in answers.items():
            at = self.answering[action]
            if at is not None:
                own = s.sets[at]
                kept[own.player, own.knows] = given
                must[own.player, own.knows] = given
        game = pruned(self.game, kept)
        several = len(sent) + len(ends) > 1
        solved = self.solve(game, must if several else {}, sent if several else ())
        return None if solved is None else _Part(sent, answers, game, solved, kept)

    def solve(self, game: Game, must: Kept, sent: tuple[str, ...]) -> Factored | None:
        """All equilibria; if actions are compared, those in which answers are given as they must."""
        if not sent:
            solved = factor(game, self.budget)
            self.left += [*solved.left, *(r for b in solved.blocks for r in b.left)]
            return solved if all(b.cells for b in solved.blocks) else None
        s, reach = game.structure, chance_reach(game)
        parts = decompose(s)
        blocks = [
            self.block(game, block, reach, _within(game, must)) for block in _blocks_of(parts)
        ]
        if not all(b.cells for b in blocks):
            return None
        solved = Factored(game, parts, blocks, reach)
        if any(isinstance(p, Choice) and solved.may_tie(p) for p in parts):
            self.left.append("mixtures before the signal, where continuations may be equally good")
        return solved

    def block(self, game: Game, block: Block, reach: Any, within: dict[int, int]) -> SolvedBlock:
        mine = {k: bits for k, bits in within.items() if k in block.sets}
        found = solve_block(game, block, reach, self.budget, mine)
        self.left += found.left
        return found

    # -- families and whether they stay

    def families(self, part: _Part) -> Iterator[list[_Point]]:
        solved = part.factored
        if solved.point_count > MOST_POINTS:
            self.left.append(f"{solved.point_count:,} points of families with one pattern")
            return
        for n in range(solved.component_count):
            for key in solved.keys(solved.component(n)):
                points = [_point(part.game, solved, picks) for picks in solved.picks(key)]
                if all(self.uses(part, p) for p in points):
                    yield points

    def uses(self, part: _Part, point: _Point) -> bool:
        """Whether every action of the part is sent; those with fewer belong to smaller parts."""
        rows = [point.assessment.probabilities[k] for k in self.own(part.game)]
        actions = part.game.structure.sets[self.own(part.game)[0]].actions
        return all(any(row[actions.index(a)] for row in rows) for a in part.sent)

    def own(self, game: Game) -> list[int]:
        knows = [self.game.structure.sets[k].knows for k in self.sets]
        return [_place(game, self.sender, known) for known in knows]

    def levels(self, game: Game, point: _Point) -> Belief:
        """What each type gets."""
        i = game.players.index(self.sender)
        s = game.structure
        return tuple(
            sum(
                (w * point.worth[n][i] for w, n in zip(ws, s.sets[k].nodes, strict=True)),
                Fraction(0),
            )
            for ws, k in zip(self.weights, self.own(game), strict=True)
        )

    def belief(self, part: _Part, point: _Point, action: str) -> Belief:
        """What others believe about the type after an action that is sent."""
        game, s = part.game, part.game.structure
        own, prior = self.own(game), chance_reach(game)[0]
        place = s.sets[own[0]].actions.index(action)
        return _shares(
            [
                sum((prior[n] for n in s.sets[k].nodes), Fraction(0))
                * point.assessment.probabilities[k][place]
                for k in own
            ]
        )

    def supported(self, part: _Part, point: _Point) -> list[_Branch] | None:
        """Continuations that deter what was cut away; None if there are none, or unknown."""
        found: list[_Branch] = []
        for action in part.sent:
            at = self.answering[action]
            if at is None:
                continue
            worth = self.answered(part, point, at)
            belief = self.belief(part, point, action)
            for other in self.game.structure.sets[at].actions:
                if other in part.answers[action]:
                    continue
                least = self.least(action, other, belief)
                if least is None or least[0] > worth:
                    return None
                found.append(least[1])
        levels = self.levels(part.game, point)
        for action in self.stages:
            if action not in part.sent:
                deterring = self.deterring(action, levels)
                if deterring is None:
                    return None
                found += deterring
        return found

    def answered(self, part: _Part, point: _Point, at: int) -> Fraction:
        """What the one who answers expects."""
        own = self.game.structure.sets[at]
        k = _place(part.game, own.player, own.knows)
        i = part.game.players.index(own.player)
        nodes = part.game.structure.sets[k].nodes
        beliefs = point.assessment.node_beliefs[k]
        return sum(
            (b * point.worth[n][i] for b, n in zip(beliefs, nodes, strict=True)), Fraction(0)
        )

    # -- what was cut away

    def branch(self, action: str, answer: str | None, belief: Belief | None) -> After:
        kept: dict[tuple[str, Any], Any] = {}
        at = self.answering[action]
        if at is not None and answer is not None:
            own = self.game.structure.sets[at]
            kept[own.player, own.knows] = (answer,)
        return after(self.game, self.sets, self.weights, action, kept, belief)

    def continuations(
        self, action: str, answer: str | None, belief: Belief | None
    ) -> list[_Branch]:
        """All continuations at a belief, or, without one, at every belief."""
        key = action, answer, belief
        if key not in self._open:
            sure = belief is not None and Fraction(1) in belief
            tree = self.branch(action, answer, None if sure else belief)
            game = tree.game
            parts, reach = decompose(game.structure), chance_reach(game)
            within = {}
            if sure and belief is not None:  # the others' type is not impossible, only not believed
                within[game.structure.set_of[0]] = 1 << belief.index(Fraction(1))
            blocks = [self.block(game, b, reach, within) for b in _blocks_of(parts)]
            solved = Factored(game, parts, blocks, reach)
            if all(b.cells for b in blocks) and solved.point_count <= MOST_POINTS:
                self._open[key] = [
                    _Branch(tree, _point(game, solved, picks))
                    for n in range(solved.component_count)
                    for cells in solved.keys(solved.component(n))
                    for picks in solved.picks(cells)
                ]
            else:
                self.left.append(f"what follows {action!r}")
                self._open[key] = []
        return self._open[key]

    def least(self, action: str, answer: str, belief: Belief) -> tuple[Fraction, _Branch] | None:
        """The continuation of an answer that pays the one who answers least, at a belief."""
        key = action, answer, belief
        if key not in self._least:
            at = self.answering[action]
            rows = self.continuations(action, answer, belief)
            if at is None or not rows:
                self._least[key] = None
            else:
                player = self.game.structure.sets[at].player
                i = self.game.players.index(player)
                worst = min(rows, key=lambda b: b.point.worth[0][i])
                self._least[key] = worst.point.worth[0][i], worst
        return self._least[key]

    def deterring(self, action: str, levels: Belief) -> list[_Branch] | None:
        """Some belief and continuation after an action in which no type gets more than now."""
        at = self.answering[action]
        answers: Sequence[str | None] = (
            (None,) if at is None else self.game.structure.sets[at].actions
        )
        near = False
        for answer in answers:
            for row in self.continuations(action, answer, None):
                if all(v <= w for v, w in zip(self.types_get(row), levels, strict=True)):
                    others = self.answer_holds(action, answer, row)
                    if others is not None:
                        return [row, *others]
                    near = True
        if near or self.mixed_may_deter(action, answers, levels):
            self.left.append(f"whether anything deters {action!r}")
        return None

    def types_get(self, row: _Branch) -> Belief:
        game, i = row.tree.game, row.tree.game.players.index(self.sender)
        return tuple(row.point.worth[c][i] for c in game.structure.children[0])

    def mixed_may_deter(self, action: str, answers: Sequence[str | None], levels: Belief) -> bool:
        """Whether each type alone is deterred somewhere, so that corners do not decide."""
        rows = [self.types_get(r) for a in answers for r in self.continuations(action, a, None)]
        return bool(rows) and all(min(r[t] for r in rows) <= w for t, w in enumerate(levels))

    def answer_holds(self, action: str, answer: str | None, row: _Branch) -> list[_Branch] | None:
        """Continuations of the other answers that make this one best at the row's belief."""
        at = self.answering[action]
        if at is None or answer is None:
            return []
        own = self.game.structure.sets[at]
        i = self.game.players.index(own.player)
        belief = row.point.assessment.probabilities[row.tree.game.structure.set_of[0]]
        found = []
        for other in own.actions:
            if other != answer:
                least = self.least(action, other, tuple(belief))
                if least is None or least[0] > row.point.worth[0][i]:
                    return None
                found.append(least[1])
        return found

    # -- what is returned

    def judged(
        self, part: _Part, points: list[_Point], kept: list[tuple[_Point, list[_Branch]]]
    ) -> SignalledEquilibrium | None:
        if not kept:
            self.check_excluded(part, points)
            return None
        rows = [_outcomes(p.assessment) for p, _ in kept]
        if len(kept) < len(points) and not _same([_outcomes(p.assessment) for p in points]):
            self.left.append("a family of which only a part is supported")
        if not self.one_belief(part, points) and not _same(rows):
            self.left.append("a family along which beliefs vary, looked at in its corners only")
        for point, branches in kept:
            strategy, beliefs = self.whole(part, point, branches)
            certificate = certify(self.game, strategy, beliefs)
            if certificate.holds:
                break
        else:
            self.left.append(f"an equilibrium that is not certified: {certificate.reasons[0]}")
            return None
        names = rows[0]
        return SignalledEquilibrium(
            self.sent(part, point),
            {a: self.belief(part, point, a) for a in part.sent},
            {n: (min(r[n] for r in rows), max(r[n] for r in rows)) for n in names},
            certificate,
            (strategy, beliefs),
        )

    def check_excluded(self, part: _Part, points: list[_Point]) -> None:
        """Corners exclude a family where the beliefs are the same throughout."""
        if not self.one_belief(part, points):
            self.left.append("a family along which beliefs vary, excluded in its corners only")

    def one_belief(self, part: _Part, points: list[_Point]) -> bool:
        cut = any(
            at is not None and set(part.answers[a]) != set(self.game.structure.sets[at].actions)
            for a, at in self.answering.items()
            if a in part.sent
        )
        return not cut or all(
            len({self.belief(part, p, a) for p in points}) == 1 for a in part.sent
        )

    def sent(self, part: _Part, point: _Point) -> dict[Any, tuple[str, ...]]:
        sets = part.game.structure.sets
        return {
            sets[k].knows: tuple(
                a
                for a, p in zip(sets[k].actions, point.assessment.probabilities[k], strict=True)
                if p
            )
            for k in self.own(part.game)
        }

    def whole(
        self, part: _Part, point: _Point, branches: list[_Branch]
    ) -> tuple[dict[str, dict[Any, Any]], dict[str, dict[Any, Any]]]:
        """Strategy and beliefs of the whole tree, from the part and what was cut away."""
        strategy: dict[str, dict[Any, Any]] = {p: {} for p in self.game.players}
        beliefs: dict[str, dict[Any, Any]] = {p: {} for p in self.game.players}
        for b in reversed(branches):
            _take(strategy, beliefs, b.point.assessment, b.tree.history)
        _take(strategy, beliefs, point.assessment, tuple)
        return strategy, beliefs


# -- the signal


def _first_sets(game: Game, sender: str) -> list[int]:
    """The sender's information sets before which it has not moved."""
    s, found = game.structure, []
    for own in s.sets:
        if own.player == sender and not _moved_before(game, own.nodes[0], sender):
            found.append(own.index)
    if not found:
        raise InputError(f"{sender} never moves, so that it sends no signal.")
    if len({s.sets[k].actions for k in found}) > 1 or len(found) < 2:
        known = ", ".join(repr(s.sets[k].knows) for k in found[:6])
        raise InputError(
            f"{sender}'s first move is no signal: it needs one information set for each of two or "
            f"more types, with the same actions; here they are {known}."
        )
    return found


def _moved_before(game: Game, node: int, player: str) -> bool:
    s = game.structure
    while (node := s.parent[node]) >= 0:
        if s.kind[node] == MOVE and s.sets[s.set_of[node]].player == player:
            return True
    return False


def _stage(game: Game, sets: Sequence[int], action: str) -> Stage | None:
    """What others see of an action; None where nobody moves after it."""
    found = Stages(game.structure).stage(sets[0], action)
    if isinstance(found, NotAStage):
        raise InputError(f"{found}; only a move that all observe is a signal.")
    if len(found.sets) == 1 and not first_observers(game, found):
        return None
    if set(found.sets) != set(sets):
        raise InputError(
            f"{found.player} playing {action!r} is observed by players who know more than that: "
            "the types are not all alike to them."
        )
    return found


def _answering(game: Game, stage: Stage) -> int | None:
    """The one information set that all plays come to next, if its owner's choice is public."""
    seen = first_observers(game, stage)
    if len(seen) != 1:
        return None
    (at,) = seen
    own = game.structure.sets[at]
    stages = [Stages(game.structure).stage(at, a) for a in own.actions]
    if len(own.actions) < 2 or any(isinstance(st, NotAStage) or len(st.sets) > 1 for st in stages):
        return None
    return at


# -- small things


def _shares(numbers: Sequence[Fraction]) -> Belief:
    total = sum(numbers, Fraction(0))
    return tuple(x / total for x in numbers)


def _place(game: Game, player: str, knows: Any) -> int:
    return next(s.index for s in game.structure.sets if (s.player, s.knows) == (player, knows))


def _within(game: Game, must: Kept) -> dict[int, int]:
    """The sets at which several answers must all be given, as bits."""
    return {
        s.index: (1 << len(s.actions)) - 1
        for s in game.structure.sets
        if len(s.actions) > 1 and (s.player, s.knows) in must
    }


def _blocks_of(parts: Sequence[Any]) -> list[Block]:
    found: list[Block] = []
    for part in parts:
        if isinstance(part, Block):
            found.append(part)
        elif isinstance(part, Choice):
            found += [b for column in part.parts for b in _blocks_of(column)]
    return found


def _point(game: Game, solved: Factored, picks: Any) -> _Point:
    probabilities, witness = solved.assemble(picks)
    beliefs = beliefs_from(game, probabilities, witness)
    return _Point(Assessment(game, probabilities, beliefs), worths(game, probabilities))


def _outcomes(assessment: Assessment) -> dict[str, float]:
    names = assessment.game.structure.event_names
    events = {name: float(assessment.probability(name)) for name in names}
    return {**{p: float(x) for p, x in assessment.payoffs.items()}, **events}


def _same(rows: Sequence[Mapping[str, float]]) -> bool:
    return all(abs(row[n] - rows[0].get(n, 0.0)) < 1e-9 for row in rows for n in row)


def _take(
    strategy: dict[str, dict[Any, Any]],
    beliefs: dict[str, dict[Any, Any]],
    assessment: Assessment,
    history: Any,
) -> None:
    for s in assessment.game.structure.sets:
        if s.player not in strategy:
            continue
        strategy[s.player][s.knows] = dict(assessment.strategy[s.player][s.knows])
        rows = assessment.beliefs[s.player][s.knows]
        beliefs[s.player][s.knows] = {history(h): p for h, p in rows.items()}
