"""Checks an assessment from scratch, with its own walk of the tree; shares no code with solvers."""

from __future__ import annotations

import itertools
import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from numbers import Rational, Real
from typing import Any

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.games.numbers import exact, plain
from deterrence.games.strategic import StrategicGame
from deterrence.games.structure import MOVE, InformationSet, Structure
from deterrence.games.tree import Game

__all__ = ["Certificate", "Deviation", "Reading", "certify", "check"]

CONCEPTS = ("sequential", "no-signalling", "perfect-bayesian", "subgame-perfect", "nash")
TOLERANCE = Fraction(1, 10**9)  # of beliefs, and of a player's payoff span, where not exact
_WITH_BELIEFS = ("sequential", "no-signalling", "perfect-bayesian")
_CHANCE = -1  # moves instead of a player
_START = -1  # instead of the action taken last

Place = tuple[str, Any]
Pair = tuple[int, int]  # numerator and denominator, not reduced


@dataclass(frozen=True)
class Deviation:
    """What a player gains by playing otherwise.

    Attributes
    ----------
    player : str
    knows : hashable
        The information set at which it gains, given its belief there; where a whole strategy is
        compared, the first at which it plays otherwise.
    plan : tuple of (knows, action)
        Where it plays otherwise, first to last, and what.
    gain : fractions.Fraction
    value, best : fractions.Fraction
        Its payoff as it plays, and with the plan.
    """

    player: str
    knows: Any
    plan: tuple[tuple[Any, str], ...]
    gain: Fraction
    value: Fraction
    best: Fraction

    def __str__(self) -> str:
        steps = [f"{a!r}" if k == self.knows else f"{a!r} at {k!r}" for k, a in self.plan]
        return (
            f"{self.player} at {self.knows!r} gains {plain(self.gain)} by playing "
            f"{', '.join(steps)} ({plain(self.best)} instead of {plain(self.value)})"
        )


@dataclass(frozen=True)
class Certificate:
    """What a check from scratch found.

    Attributes
    ----------
    concept : str
        "sequential", "no-signalling", "perfect-bayesian", "subgame-perfect" or "nash".
    regret : fractions.Fraction
        The largest gain that the concept forbids: at an information set given the beliefs, by
        whatever the player does from there on (sequential, no-signalling, perfect-bayesian); by a
        whole strategy (nash), in any subgame (subgame-perfect).
    exact : bool
        Whether payoffs, profile and witness are rational numbers and nothing was rounded.
    witness : Witness or None
        The trembles behind the beliefs.
    holds : bool
        Whether the profile is an equilibrium of this concept. Where the check is not `exact`,
        gains up to 1e-9 of a player's payoff span and beliefs off by up to 1e-9 are let pass.
    reasons : tuple of str
        Why it is not, if it is not.
    places : tuple of (player, knows)
        Where each reason arises.
    deviations : tuple of Deviation
        The gains among the reasons.
    """

    concept: str
    regret: Fraction
    exact: bool
    witness: Any
    holds: bool
    reasons: tuple[str, ...]
    places: tuple[Place, ...]
    deviations: tuple[Deviation, ...] = ()

    def __str__(self) -> str:
        names = {
            "nash": "Nash",
            "perfect-bayesian": "perfect Bayesian",
            "no-signalling": "no-signalling perfect Bayesian",
        }
        name = f"{names.get(self.concept, self.concept)} equilibrium"
        if not self.holds:
            more = len(self.reasons) - 1
            rest = f" ({more} more reason{'s' if more > 1 else ''}.)" if more else ""
            return f"Not a {name}: {self.reasons[0]}{rest}"
        how = "exactly" if self.exact else "up to rounding"
        most = f"no gain exceeds {float(self.regret):.2g}" if self.regret else "no deviation gains"
        trembles = ", and trembles give the beliefs" if self.concept == "sequential" else ""
        return f"A {name}, {how}: {most}{trembles}."


def certify(
    game: Game | StrategicGame,
    strategy: Mapping[str, Mapping[Any, Any]],
    beliefs: Mapping[str, Mapping[Any, Mapping[Any, Any]]] | None = None,
    concept: str | None = None,
    *,
    witness: Any = None,
) -> Certificate:
    """Check anybody's profile of a game.

    Parameters
    ----------
    game : Game or StrategicGame
        With numbers for all parameters.
    strategy : mapping
        ``{player: {knows: {action: probability}}}``; ``{player: {knows: action}}`` where the
        player does not mix. Actions left out have probability zero. In strategic form
        ``{player: {action: probability}}`` will do.
    beliefs : mapping, optional
        ``{player: {knows: {history: probability}}}``, a history being the tuple of labels from
        the root. Needed at information sets of several nodes at which play does not arrive, for
        the concepts that judge them; where it arrives, Bayes' rule fills in.
    concept : str, optional
        "sequential" (the default for trees), "perfect-bayesian" (weak: any beliefs off the path),
        "no-signalling" (beliefs signal nothing that the one who acts does not know; for games in
        stages with observed actions and independent types, Fudenberg and Tirole 1991),
        "subgame-perfect" or "nash" (the default in strategic form).
    witness : Witness, optional
        Trembles behind the beliefs, in the order of `Game.information_sets` (of ``game.at()``
        where chance branches have probability zero); looked for if not given.

    Returns
    -------
    Certificate

    Raises
    ------
    ParameterError
        If a parameter of the game has no number.
    LabelError
        For a player, information set, action or history that does not exist.
    InputError
        If probabilities are missing, negative or do not sum to one, or beliefs are missing.
    """
    if isinstance(game, StrategicGame):
        strategy = {player: _in_tree(rows) for player, rows in strategy.items()}
        concept, game = concept or "nash", game.tree
    concept = _known("sequential" if concept is None else concept)
    reading = Reading(game)
    profile, stated = reading.strategy(strategy), reading.beliefs(beliefs or {})
    assessment = _Assessment(reading.game, profile, reading.exact)
    refusals: list[_Finding] = []
    if concept in _WITH_BELIEFS:
        assessment.believe(stated)
        if concept == "sequential" and witness is None:
            witness, refusals = _search(assessment)
    return _certificate(assessment, concept, witness, refusals)


def _in_tree(rows: Any) -> Any:
    """A mixed action as a choice where nothing is known: ``{action: p}`` or an action alone."""
    whole = isinstance(rows, Mapping) and set(rows) == {()}
    return rows if whole else {(): rows}


def check(
    game: Game,
    strategy: Sequence[Sequence[Fraction]],
    beliefs: Sequence[Sequence[Fraction] | None] | None,
    witness: Any,
    concept: str = "sequential",
    *,
    exact: bool = True,
) -> Certificate:
    """Check a profile given by information set, as solvers hold it.

    Parameters
    ----------
    game : Game
        With numbers, and without chance branches of probability zero.
    strategy : sequence of sequence of fractions.Fraction
        By information set and action.
    beliefs : sequence of sequence of fractions.Fraction, or None
        By information set and node; None at a set of one node, or for Bayes' rule where play
        arrives. Not used for "subgame-perfect" and "nash".
    witness : Witness or None
        For "sequential"; can be left out only if play arrives at every set of several nodes.
    concept : str, optional
    exact : bool, optional
        Whether the profile is meant exactly; if not, tolerances apply.

    Returns
    -------
    Certificate
    """
    assessment = _Assessment(game, strategy, exact and game.exact)
    if _known(concept) in _WITH_BELIEFS:
        assessment.believe({k: row for k, row in enumerate(beliefs or ()) if row is not None})
    return _certificate(assessment, concept, witness, [])


def _known(concept: str) -> str:
    if concept not in CONCEPTS:
        raise unknown("concept", concept, CONCEPTS)
    return concept


def _search(assessment: _Assessment) -> tuple[Any, list[_Finding]]:
    """Trembles behind the beliefs, or why there are none."""
    if any(assessment.against_bayes()):
        return None, []  # which the check will say
    from deterrence.equilibrium.consistency import Refusal, find_witness

    found = find_witness(
        assessment.game,
        [row.fractions() for row in assessment.strategy],
        {place: row.fractions() for place, row in enumerate(assessment.beliefs)},
        tolerance=Fraction(0) if assessment.exact else TOLERANCE,
    )
    if not isinstance(found, Refusal):
        return found, []
    s = assessment.game.structure.sets[found.proof[-1].information_set]
    return None, [_Finding((s.player, s.knows), found.reason)]


def _certificate(
    assessment: _Assessment, concept: str, witness: Any, refusals: list[_Finding]
) -> Certificate:
    """The findings on an assessment, and what they amount to."""
    findings, is_exact = list(refusals), assessment.exact
    if concept in _WITH_BELIEFS:
        findings.extend(assessment.against_bayes())
    if concept == "no-signalling" and not findings:
        findings.extend(_signals(assessment))
    if concept == "sequential" and witness is not None:
        is_exact = is_exact and bool(getattr(witness, "exact", True))
        findings.extend(_Limits(assessment, witness).against(is_exact))
    elif concept == "sequential" and not findings:
        findings.extend(assessment.without_witness())
    gains = list(_gains(assessment, concept))
    counted = [gain for gain in gains if gain.counts(assessment)]
    findings.extend(gain.finding(assessment) for gain in counted)
    return Certificate(
        concept=concept,
        regret=max((gain.amount for gain in gains), default=Fraction(0)),
        exact=is_exact,
        witness=witness if concept == "sequential" else None,
        holds=not findings,
        reasons=tuple(finding.reason for finding in findings),
        places=tuple(finding.place for finding in findings),
        deviations=tuple(gain.deviation(assessment) for gain in counted),
    )


def _signals(assessment: _Assessment) -> Iterator[_Finding]:
    """Beliefs that change by what their subject does not do, or not by Bayes' rule where due."""
    from deterrence.games.updating import signals

    for s, reason in signals(
        assessment.game,
        [row.fractions() for row in assessment.strategy],
        [row.fractions() for row in assessment.beliefs],
        Fraction(0) if assessment.exact else TOLERANCE,
    ):
        yield _Finding((s.player, s.knows), reason)


def _gains(assessment: _Assessment, concept: str) -> Iterator[_Gain]:
    """Every gain that the concept forbids."""
    found: Iterable[_Gain | None]
    if concept in _WITH_BELIEFS:
        found = (_gain_at(assessment, s) for s in assessment.game.structure.sets)
    elif concept == "subgame-perfect":
        found = (
            assessment.view(player).gain([(node, 1)], 1, node)
            for node, movers in assessment.shape.subgames
            for player in sorted(movers)
        )
    else:
        players = range(len(assessment.game.players))
        found = (assessment.view(player).gain([(0, 1)], 1, 0) for player in players)
    return (gain for gain in found if gain is not None)


def _gain_at(assessment: _Assessment, s: InformationSet) -> _Gain | None:
    belief = assessment.beliefs[s.index]
    roots = [(node, share) for node, share in zip(s.nodes, belief.shares, strict=True) if share]
    return assessment.view(assessment.shape.owner[s.index]).gain(roots, belief.total, s)


@dataclass(frozen=True)
class _Finding:
    """Something that keeps an assessment from being an equilibrium."""

    place: Place
    reason: str


@dataclass(frozen=True)
class _Gain:
    """What a player gains by changing its strategy, and where it changes it."""

    player: int
    best: Fraction
    kept: Fraction
    changes: tuple[tuple[InformationSet, str], ...]
    since: InformationSet | int  # an information set, or the root of a subgame

    @property
    def amount(self) -> Fraction:
        return self.best - self.kept

    def counts(self, assessment: _Assessment) -> bool:
        """Whether rounding cannot explain it."""
        return assessment.exact or self.amount > TOLERANCE * assessment.view(self.player).span

    def deviation(self, assessment: _Assessment) -> Deviation:
        at, _ = self._where(assessment.game.structure)
        plan = tuple((s.knows, a) for s, a in self.changes)
        return Deviation(at.player, at.knows, plan, self.amount, self.kept, self.best)

    def finding(self, assessment: _Assessment) -> _Finding:
        steps = [f"{a!r}" if s is self.since else f"{a!r} at {s.knows!r}" for s, a in self.changes]
        shown = ", ".join(steps[:3]) + (", ..." if len(steps) > 3 else "")
        at, where = self._where(assessment.game.structure)
        gained = f"{plain(self.amount)} ({plain(self.best)} instead of {plain(self.kept)})"
        return _Finding((at.player, at.knows), f"{where}: playing {shown} gains {gained}.")

    def _where(self, structure: Structure) -> tuple[InformationSet, str]:
        if isinstance(self.since, InformationSet):
            return self.since, str(self.since)
        history = structure.histories[self.since]
        subgame = f" in the subgame after {history}" if history else ""
        return self.changes[0][0], structure.players[self.player] + subgame


class _Shape:
    """What the check needs of a structure, learnt once."""

    def __init__(self, structure: Structure) -> None:
        players = {player: k for k, player in enumerate(structure.players)}
        self.owner = [players[s.player] for s in structure.sets]
        # actions are numbered through all information sets
        self.first = list(itertools.accumulate((len(s.actions) for s in structure.sets), initial=0))
        self.mover = [
            self.owner[structure.set_of[node]] if kind == MOVE else _CHANCE
            for node, kind in enumerate(structure.kind)
        ]
        self.step = [(-1, -1)] * len(structure)  # the set and the action that lead to a node
        for s in structure.sets:
            for node in s.nodes:
                for k, child in enumerate(structure.children[node]):
                    self.step[child] = (s.index, k)
        self.upwards = [node for node, below in enumerate(structure.children) if below][::-1]
        self.doubtful = [s for s in structure.sets if len(s.nodes) > 1]
        self.ways = self._ways(structure)
        self.subgames = self._subgames(structure)

    def _ways(self, structure: Structure) -> list[int]:
        """Nodes on the way to sets of several nodes, in preorder, without the root."""
        found: set[int] = set()
        for s in self.doubtful:
            for member in s.nodes:
                node = member
                while node > 0 and node not in found:
                    found.add(node)
                    node = structure.parent[node]
        return sorted(found)

    def _subgames(self, structure: Structure) -> list[tuple[int, frozenset[int]]]:
        """Nodes whose subtree no information set leaves, with the players who move there."""
        size = len(structure)
        end = list(range(1, size + 1))  # of the subtree, which preorder keeps together
        low, high = list(range(size)), list(range(size))  # of the sets that the subtree meets
        movers: list[frozenset[int]] = [frozenset()] * size
        for node in self.upwards:
            if self.mover[node] != _CHANCE:
                nodes = structure.sets[structure.set_of[node]].nodes
                low[node], high[node] = nodes[0], nodes[-1]
                movers[node] = frozenset({self.mover[node]})
            for child in structure.children[node]:
                end[node] = max(end[node], end[child])
                low[node], high[node] = min(low[node], low[child]), max(high[node], high[child])
                movers[node] |= movers[child]
        return [
            (node, movers[node])
            for node in range(size)
            if movers[node] and node == low[node] and high[node] < end[node]
        ]


class _Row:
    """Probabilities as whole shares of their total."""

    __slots__ = ("shares", "total")

    def __init__(self, pairs: Sequence[Pair]) -> None:
        common = math.lcm(*(bottom for _, bottom in pairs))
        self.shares = tuple(top * (common // bottom) for top, bottom in pairs)
        self.total = sum(self.shares)

    def fractions(self) -> tuple[Fraction, ...]:
        return tuple(Fraction(share, self.total) for share in self.shares)


def _row(numbers: Sequence[Fraction], size: int, is_exact: bool, what: str) -> _Row:
    """Probabilities checked, and brought to sum to one where that is a matter of rounding."""
    if len(numbers) != size:
        raise InputError(f"{what}: {len(numbers)} given where there are {size}.")
    row = _Row([(p.numerator, p.denominator) for p in numbers])
    if min(row.shares) < 0:
        raise InputError(f"{what}: {plain(min(numbers))} is negative.")
    common = math.lcm(*(p.denominator for p in numbers))
    off = abs(row.total - common)
    if off and (is_exact or off > TOLERANCE * common):
        raise InputError(
            f"{what} sum to {plain(Fraction(row.total, common))}, not to 1. Write them exactly, as "
            "fractions or decimal strings."
        )
    return row


class _Assessment:
    """A strategy profile, with beliefs where the concept asks for them."""

    def __init__(self, game: Game, strategy: Sequence[Sequence[Fraction]], is_exact: bool) -> None:
        structure = game.structure
        self.game, self.exact = game, is_exact
        self.shape: _Shape = structure.remember("certificate", lambda: _Shape(structure))
        self.strategy = [
            _row(row, len(s.actions), is_exact, f"probabilities at {s}")
            for s, row in zip(structure.sets, strategy, strict=True)
        ]
        self.beliefs: list[_Row] = []
        self._views: dict[int, _View] = {}
        self._reached: dict[int, dict[int, Pair]] = {}

    def view(self, player: int) -> _View:
        if player not in self._views:
            self._views[player] = _View(self, player)
        return self._views[player]

    def believe(self, stated: Mapping[int, Sequence[Fraction]]) -> None:
        """Take beliefs; Bayes' rule fills in where play arrives and none are stated."""
        missing = []
        for s in self.game.structure.sets:
            row = _Row([(1, 1)])
            if s.index in stated:
                row = _row(stated[s.index], len(s.nodes), self.exact, f"beliefs at {s}")
            elif len(s.nodes) > 1:
                row = self._bayes(s)
                if not row.total:
                    missing.append(str(s))
            self.beliefs.append(row)
        if missing:
            raise InputError(
                f"play does not arrive at {'; '.join(missing)}, so Bayes' rule gives no beliefs "
                "there. State them: beliefs={player: {knows: {history: probability}}}."
            )

    def against_bayes(self) -> Iterator[_Finding]:
        """Sets at which play arrives and the beliefs are not those of Bayes' rule."""
        for s in self.shape.doubtful:
            right = self._bayes(s)
            if right.total:
                yield from self.against(s, right, "Bayes' rule gives", self.exact)

    def without_witness(self) -> Iterator[_Finding]:
        """Sets whose beliefs trembles would have to explain."""
        for s in self.shape.doubtful:
            if not self._bayes(s).total:
                reason = f"{s}: play does not arrive, and no trembles are given for the beliefs."
                yield _Finding((s.player, s.knows), reason)

    def against(
        self, s: InformationSet, right: _Row, source: str, is_exact: bool
    ) -> Iterator[_Finding]:
        """The first node of a set whose belief is not the right one."""
        held = self.beliefs[s.index]
        bound = 0 if is_exact else TOLERANCE * (held.total * right.total)
        for node, mine, share in zip(s.nodes, held.shares, right.shares, strict=True):
            if abs(mine * right.total - share * held.total) > bound:
                history = self.game.structure.histories[node]
                given, due = Fraction(mine, held.total), Fraction(share, right.total)
                reason = f"{s}: the belief in {history} is {plain(given)}; {source} {plain(due)}."
                yield _Finding((s.player, s.knows), reason)
                return

    def whose(self, s: InformationSet) -> int:
        """The player whose chance probabilities count at a set; anybody if all agree."""
        return 0 if self.game.structure.symmetric_chance else self.shape.owner[s.index]

    def chance(self, node: int, player: int) -> Pair:
        """The probability of the chance branch to a node."""
        number = self.game.numbers[(self.game.structure.chance[node] or ())[player]]
        return number.numerator, number.denominator

    def _bayes(self, s: InformationSet) -> _Row:
        """Beliefs by Bayes' rule, of total zero where play does not arrive."""
        reach = self._reach(self.whose(s))
        return _Row([reach.get(node, (0, 1)) for node in s.nodes])

    def _reach(self, player: int) -> dict[int, Pair]:
        """How likely play arrives, on the ways to sets of several nodes; only where it can."""
        if player not in self._reached:
            reach = {0: (1, 1)}
            for node in self.shape.ways:
                above = reach.get(self.game.structure.parent[node])
                if above is not None:
                    top, bottom = self._probability(node, player)
                    if top:
                        reach[node] = above[0] * top, above[1] * bottom
            self._reached[player] = reach
        return self._reached[player]

    def _probability(self, node: int, player: int) -> Pair:
        place, k = self.shape.step[node]
        if place < 0:
            return self.chance(node, player)
        return self.strategy[place].shares[k], self.strategy[place].total


class _Limits:
    """The beliefs that a witness gives, and whether it is one."""

    def __init__(self, assessment: _Assessment, witness: Any) -> None:
        self.assessment, self.shape = assessment, assessment.shape
        self.order, self.weights = witness.order, witness.weights
        self._found: dict[int, dict[int, tuple[int, Pair]]] = {}

    def against(self, is_exact: bool) -> Iterator[_Finding]:
        """Where the witness is none, or gives other beliefs."""
        sets = self.assessment.game.structure.sets
        wrong = [s for s in sets if not self._fits(s, is_exact)]
        for s in wrong:
            yield _Finding(
                (s.player, s.knows),
                f"{s}: the witness needs, for each action, order 0 and its probability where it is "
                "played, else a positive whole order and a positive weight.",
            )
        for s in () if wrong else self.shape.doubtful:
            yield from self.assessment.against(s, self._limit(s), "the trembles give", is_exact)

    def _fits(self, s: InformationSet, is_exact: bool) -> bool:
        if max(len(self.order), len(self.weights)) > len(self.shape.owner):
            return False
        row = self.assessment.strategy[s.index]
        order, weights = self.order[s.index : s.index + 1], self.weights[s.index : s.index + 1]
        sizes = [len(given) for given in (*order, *weights)]
        return sizes == [len(s.actions)] * 2 and all(
            self._allowed(share, row.total, k, weight, is_exact)
            for share, k, weight in zip(row.shares, order[0], weights[0], strict=True)
        )

    def _allowed(self, share: int, total: int, k: Any, weight: Any, is_exact: bool) -> bool:
        if not isinstance(k, int) or not isinstance(weight, (int, Fraction)) or weight <= 0:
            return False
        if not share:
            return k > 0
        off = abs(weight.numerator * total - share * weight.denominator)
        bound = 0 if is_exact else TOLERANCE * (total * weight.denominator)
        return k == 0 and off <= bound

    def _limit(self, s: InformationSet) -> _Row:
        found = self._along(self.assessment.whose(s))
        least = min(found[node][0] for node in s.nodes)
        return _Row([found[n][1] if found[n][0] == least else (0, 1) for n in s.nodes])

    def _along(self, player: int) -> dict[int, tuple[int, Pair]]:
        """Total order and product of weights, on the ways to sets of several nodes."""
        if player not in self._found:
            found = {0: (0, (1, 1))}
            for node in self.shape.ways:
                order, (top, bottom) = found[self.assessment.game.structure.parent[node]]
                place, k = self.shape.step[node]
                if place < 0:
                    p, q = self.assessment.chance(node, player)
                else:
                    order += self.order[place][k]
                    weight = self.weights[place][k]
                    p, q = weight.numerator, weight.denominator
                found[node] = order, (top * p, bottom * q)
            self._found[player] = found
        return self._found[player]


class _View:
    """The tree as one player weighs it, in whole numbers.

    Going down an edge multiplies a weight by the edge's factor. The factors are such that all
    outcomes below a node come out on one scale: the true weights times the node's scale.
    """

    def __init__(self, assessment: _Assessment, player: int) -> None:
        self.structure, self.shape = assessment.game.structure, assessment.shape
        self.strategy, self.player = assessment.strategy, player
        self._set_payoffs(assessment.game)
        self._set_factors(assessment)

    def _set_payoffs(self, game: Game) -> None:
        places = [None if p is None else p[self.player] for p in self.structure.payoffs]
        payoffs = {k: game.numbers[k] for k in set(places) if k is not None}
        self.unit = math.lcm(*(p.denominator for p in payoffs.values()))
        whole = {k: p.numerator * (self.unit // p.denominator) for k, p in payoffs.items()}
        self.payoff = [None if k is None else whole[k] for k in places]
        self.span = (max(payoffs.values()) - min(payoffs.values())) or Fraction(1)

    def _set_factors(self, assessment: _Assessment) -> None:
        size = len(self.structure)
        self.factor, self.scale = [1] * size, [1] * size
        for node in self.shape.upwards:
            children = self.structure.children[node]
            row = self._weights(assessment, node)
            shares = row.shares if row else (1,) * len(children)
            live = [self.scale[c] for c, p in zip(children, shares, strict=True) if p]
            common = math.lcm(*live)
            for child, share in zip(children, shares, strict=True):
                self.factor[child] = share * (common // self.scale[child])
            self.scale[node] = common * row.total if row else common

    def _weights(self, assessment: _Assessment, node: int) -> _Row | None:
        """The probabilities at a node; None where the player itself moves, and may do anything."""
        mover = self.shape.mover[node]
        if mover == self.player:
            return None
        if mover != _CHANCE:
            return self.strategy[self.structure.set_of[node]]
        return _Row([assessment.chance(c, self.player) for c in self.structure.children[node]])

    def gain(
        self, roots: Sequence[tuple[int, int]], total: int, since: InformationSet | int
    ) -> _Gain | None:
        """The best gain over the strategy of a player who is at the roots with these weights.

        By backward induction over the player's later sets, each with the weights that its nodes
        then have; perfect recall gives every set one own action before it.
        """
        common = math.lcm(*(self.scale[node] for node, _ in roots))
        before, sums = self._explore([(n, w * (common // self.scale[n])) for n, w in roots])
        best: defaultdict[int, Any] = defaultdict(int, sums)
        kept: defaultdict[int, Any] = defaultdict(int, sums)
        for place in reversed(before):
            actions = range(self.shape.first[place], self.shape.first[place + 1])
            best[before[place]] += max(best[a] for a in actions)
            kept[before[place]] += self._played(place, [kept[a] for a in actions])
        if best[_START] == kept[_START]:
            return None
        unit = Fraction(1, total * common * self.unit)
        changes = tuple(self._changes(before, best))
        return _Gain(self.player, best[_START] * unit, kept[_START] * unit, changes, since)

    def _explore(
        self, roots: list[tuple[int, int]]
    ) -> tuple[dict[int, int], defaultdict[int, int]]:
        """The own action before each own set, and payoffs summed by the last own action."""
        mover, first, payoff, factor = self.shape.mover, self.shape.first, self.payoff, self.factor
        children, set_of, player = self.structure.children, self.structure.set_of, self.player
        before: dict[int, int] = {}  # parents first
        sums: defaultdict[int, int] = defaultdict(int)
        stack = [(node, weight, _START) for node, weight in roots]
        while stack:
            node, weight, last = stack.pop()
            value = payoff[node]
            if value is not None:
                sums[last] += weight * value
            elif mover[node] == player:
                before[set_of[node]] = last
                for action, child in enumerate(children[node], first[set_of[node]]):
                    stack.append((child, weight * factor[child], action))
            else:
                below = children[node]
                stack += [(child, weight * factor[child], last) for child in below if factor[child]]
        return before, sums

    def _played(self, place: int, values: list[Any]) -> Any:
        """The value of the mix at a set; at an equilibrium without a fraction."""
        row = self.strategy[place]
        used = [k for k, share in enumerate(row.shares) if share]
        if all(values[k] == values[used[0]] for k in used):
            return values[used[0]]
        return Fraction(1, row.total) * sum(row.shares[k] * values[k] for k in used)

    def _changes(
        self, before: dict[int, int], best: Mapping[int, Any]
    ) -> Iterator[tuple[InformationSet, str]]:
        """Where a best plan must leave the strategy, and for which action, first to last."""
        plan = {_START}
        for place, last in before.items():
            if last not in plan:
                continue
            first, shares = self.shape.first[place], self.strategy[place].shares
            values = [best[first + k] for k in range(len(shares))]
            top = max(values)
            used = [k for k, share in enumerate(shares) if share]
            good = [k for k in used if values[k] == top]
            if len(good) < len(used):
                s, good = self.structure.sets[place], good[:1] or [values.index(top)]
                yield s, s.actions[good[0]]
            plan.update(first + k for k in good)


class Reading:
    """Strategies and beliefs in the public form, read for a game."""

    def __init__(self, game: Game) -> None:
        if not isinstance(game, Game):
            raise InputError(f"a certificate is for a Game, not for {type(game).__name__}.")
        if game.parameters:
            given = ", ".join(f"{name}=..." for name in game.parameters[:3])
            more = ", ..." if len(game.parameters) > 3 else ""
            raise ParameterError(
                f"a certificate needs numbers, but {', '.join(game.parameters)} "
                f"{'have' if len(game.parameters) > 1 else 'has'} none. Use "
                f"game.at({given}{more})."
            )
        self.whole, self.game = game, game.at()
        self.exact = self.game.exact

    def strategy(self, given: Any) -> list[tuple[Fraction, ...]]:
        """Probabilities by information set and action."""
        rows = {s.index: self._choice(s, row) for s, row in self._by_set(given, "strategy")}
        sets = self.game.structure.sets
        missing = [str(s) for s in sets if s.index not in rows and len(s.actions) > 1]
        if missing:
            shown = "; ".join(missing[:5]) + ("; ..." if len(missing) > 5 else "")
            raise InputError(f"the strategy says nothing about {shown}. Give a choice at each set.")
        return [rows.get(s.index, (Fraction(1),)) for s in sets]

    def beliefs(self, given: Any) -> dict[int, tuple[Fraction, ...]]:
        """Probabilities by information set and node, where any are given."""
        return {s.index: self._belief(s, row) for s, row in self._by_set(given, "beliefs")}

    def _by_set(self, given: Any, what: str) -> Iterator[tuple[InformationSet, Any]]:
        """What is given at each set, without sets that only impossible branches reach."""
        there, anywhere = self.game.structure.by_name, self.whole.structure.by_name
        if not isinstance(given, Mapping):
            raise InputError(f"{what}: give a mapping from player to mapping, not {given!r}.")
        for player, rows in given.items():
            if player not in self.game.players:
                raise unknown("player", player, self.game.players)
            if not isinstance(rows, Mapping):
                raise InputError(f"{what} of {player}: give a mapping by `knows`, not {rows!r}.")
            for knows, row in rows.items():
                if (player, knows) not in anywhere:
                    own = [k for p, k in anywhere if p == player]
                    raise unknown(f"information set of {player}", knows, own)
                if (player, knows) in there:
                    yield there[player, knows], row

    def _choice(self, s: InformationSet, row: Any) -> tuple[Fraction, ...]:
        if not isinstance(row, (Mapping, str)):
            raise InputError(f"strategy at {s}: give an action or a mapping from it, not {row!r}.")
        chosen = {row: 1} if isinstance(row, str) else row
        for action in chosen:
            if action not in s.actions:
                raise unknown(f"action of {s}", action, s.actions)
        return tuple(self._number(chosen.get(a, 0), f"probability of {a!r}") for a in s.actions)

    def _belief(self, s: InformationSet, row: Any) -> tuple[Fraction, ...]:
        if not isinstance(row, Mapping):
            raise InputError(f"beliefs at {s}: give a mapping from history to number, not {row!r}.")
        numbers = {h: self._number(p, f"belief in {h}") for h, p in row.items()}
        histories = [self.game.structure.histories[node] for node in s.nodes]
        whole = self.whole.structure
        known = {whole.histories[node] for node in whole.by_name[s.player, s.knows].nodes}
        for history, number in numbers.items():
            if history not in known:
                raise unknown(f"history at {s}", history, sorted(known, key=str))
            if number and history not in histories:
                raise InputError(f"beliefs at {s}: chance never leads to {history}.")
        return tuple(numbers.get(history, Fraction(0)) for history in histories)

    def _number(self, value: Any, what: str) -> Fraction:
        number = exact(value, what)
        rounded = isinstance(value, Real) and not isinstance(value, Rational)
        if (rounded or getattr(value, "is_Float", False)) and number.denominator > 1:
            self.exact = False
        return number
