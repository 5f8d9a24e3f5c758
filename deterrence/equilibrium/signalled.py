"""Games that begin with a signal: one player with a private type moves publicly, others follow.

The continuation depends on that move only through what others then believe about the type. The
tree is therefore taken apart: which actions are sent is fixed first, what follows those that are
not sent need only deter, and so need only what follows an answer that is not given.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.certificate import certify
from deterrence.equilibrium.certificate_record import Certificate
from deterrence.equilibrium.decomposition import Choice
from deterrence.equilibrium.outcomes import outcome_names
from deterrence.equilibrium.sequential import ready
from deterrence.equilibrium.signal_branches import Behind
from deterrence.equilibrium.signal_continuations import Branch
from deterrence.equilibrium.signal_deterrence import deters
from deterrence.equilibrium.signal_families import Family, Part, family_of
from deterrence.equilibrium.signal_patterns import Patterns
from deterrence.equilibrium.signal_record import SignalledEquilibrium, SignalledSolution
from deterrence.equilibrium.signal_shape import signal_of
from deterrence.equilibrium.signal_units import SAME, Units
from deterrence.games.assessment import Assessment
from deterrence.games.tree import Game

__all__ = ["solve_signalled"]

Belief = tuple[Fraction, ...]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Labels = dict[str, dict[Any, Any]]
MOST_CERTIFIED = 5  # points of a family that are tried
MOST_ROWS = 50  # of a family that is supported in part


def solve_signalled(game: Game, sender: str, budget: int = 200_000) -> SignalledSolution:
    """All sequential equilibria of a game in which a player with a private type moves publicly.

    Parameters
    ----------
    game : Game
        With numbers. The sender has two types and the same actions for each, which others observe.
        Before it only chance and, in public, players without private information have moved.
    sender : str
    budget : int
        Branches of the search for supports, for each part.

    Returns
    -------
    SignalledSolution
        Sequential equilibria (Kreps and Wilson 1982), as families of what is played on the path,
        each with a certified representative. Complete when every pattern of signals and answers
        was solved or excluded; `record` counts by what, `left` says what was not. Off the path one
        continuation that deters is given, where there may be many. Where what the types get
        settles the belief whatever is answered, mixtures of equally good answers are left out:
        they average what is listed.

    Raises
    ------
    LabelError
        For an unknown player.
    InputError
        If the game does not begin with a signal of that player; the message says why.
    ParameterError
        If the game has formulas; put numbers in first.
    LimitError
        If there are more than 400 patterns of signals and answers, an information set has more
        than 12 actions, or a payoff is above 1e150 in absolute value.

    Notes
    -----
    For each set of actions that are sent, and of answers to them where one player without private
    information answers first, the rest of the tree is cut away and the remainder solved for all
    its equilibria, pooling, separating and semi-separating alike. An equilibrium stays if at its
    beliefs some continuation of each answer cut away pays the one who answers no more, and if for
    each action cut away some belief and continuation pay no type more. The former are solved at
    the belief itself; the latter with the type chosen by somebody without a stake, which covers
    every belief at once, and with every mixture of answers that may be best. Where several actions
    are sent, what follows each at every belief bounds what the types may get; only combinations
    that the bounds leave are solved together. What follows may hold a signal of another player,
    whose types are part of the remainder. Of beliefs off the path that come to the same for every
    choice one is solved. Comparisons of payoffs in floats let 1e-9 of about a player's span pass,
    whatever the unit. Families are judged at the points that are listed; `left` says where that
    does not settle all of a family. Cost: what follows each action and set of answers, solved at
    the beliefs that are certain and at all others, and the remainder for each pattern.

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
    found = _Solver(Units(game), sender, budget)
    equilibria = tuple(found.equilibria())
    left = tuple(dict.fromkeys(found.behind.left))
    seconds = time.perf_counter() - start
    record = dict(found.behind.record)
    return SignalledSolution(game, sender, equilibria, not left, left, seconds, record)


class _Solver:
    def __init__(self, units: Units, sender: str, budget: int) -> None:
        self.units, self.game = units, units.game()
        self.signal = signal_of(self.game, sender)
        self.behind = Behind(self.game, self.signal, budget)
        self.patterns = Patterns(self.game, self.signal, self.behind, budget)

    def equilibria(self) -> Iterator[SignalledEquilibrium]:
        """Every family that stays, with a certified representative; what is alike only once."""
        for part in self.patterns.parts():
            seen = set()
            for key in part.solved.keys:
                family = family_of(self.game, self.signal, part, key, self.behind.left)
                if family is None:
                    continue
                shown = family.shown(part.solved.alone(key).extremes)
                if shown in seen:
                    continue
                seen.add(shown)
                if (found := self.judged(part, family)) is not None:
                    yield found
                else:
                    self.behind.record["families that what was cut away upsets"] += 1

    # -- one family

    def judged(self, part: Part, family: Family) -> SignalledEquilibrium | None:
        """The family, if it stays, in all its points or, which `left` then says, in some."""
        verdict = "all" if self.steady(part, family) else self.over_beliefs(part, family)
        spanned = part.solved.spanned(family.key)
        if not spanned:
            self.behind.left.append("a family whose points do not bound what it pays")
        elif verdict == "none":
            return None
        stays = self.stays(part, family)
        rows = part.solved.alone(family.key).extremes
        alike = bool(np.ptp(rows, axis=0).max() <= SAME)
        if verdict == "some" and not (alike and stays.any()):
            self.behind.left.append("a family along which beliefs vary, judged in its corners only")
        if self.wide(part, family) and not (alike and stays.any()):
            self.behind.left.append("a family in which both types' payoffs vary, by its corners")
        if not stays.any():
            if spanned and self.between(part, family):
                self.behind.left.append("a family of which points that are not listed may stay")
            return None
        if not stays.all() and not alike:
            self.behind.left.append("a family of which only a part is supported")
            rows = self.supported_rows(part, family, stays)
        certified = self.certified(part, family, stays)
        if certified is None:
            return None
        assessment, whole, certificate = certified
        self.check_ties(part, family, assessment)
        names = [name for _, name in outcome_names(part.solved.game)]
        span = zip(rows.min(axis=0).tolist(), rows.max(axis=0).tolist(), strict=True)
        cut = {name: (0.0, 0.0) for _, name in outcome_names(self.game)}  # events cut away
        return SignalledEquilibrium(
            self.sent(part, assessment),
            {a: self.exact_belief(part, assessment, a) for a in part.sent},
            self.units.restored({**cut, **dict(zip(names, span, strict=True))}),
            certificate,
            whole,
        )

    def check_ties(self, part: Part, family: Family, assessment: Assessment) -> None:
        """Public choices before the signal must not be ties, unless nothing hangs on them."""
        alone = part.solved.alone(family.key)
        for one in alone.parts:
            if isinstance(one, Choice) and alone.may_tie(one):
                rows = []
                for a in range(len(part.solved.game.structure.sets[one.set].actions)):
                    shares = list(assessment.probabilities)
                    shares[one.set] = tuple(Fraction(a == b) for b in range(len(shares[one.set])))
                    other = Assessment(part.solved.game, shares, assessment.node_beliefs)
                    rows.append(_outcomes(other))
                if any(row != rows[0] for row in rows):
                    self.behind.left.append("mixtures before the signal, of what is equally good")

    def wide(self, part: Part, family: Family) -> bool:
        """Whether corners leave open if what is not sent is deterred throughout the family."""
        if not bool((np.ptp(family.levels, axis=1) > SAME).all()):
            return False  # with nothing unsent all is deterred at the least levels
        if self.deterred(part, family.levels.min(axis=1)) is not None:
            return False
        return self.deterred(part, family.levels.max(axis=1)) is not None

    def over_beliefs(self, part: Part, family: Family) -> str:
        """Whether answers that were cut away are worth no more at all of a family's beliefs."""
        found = {
            self.behind.over(a, other, np.stack([family.beliefs[a][0], family.answered[a]]))
            for a in part.sent
            for other in self.cut(part, a)
        }
        if "none" in found:
            return "none"
        return "some" if "some" in found else "all"

    def supported_rows(self, part: Part, family: Family, stays: Bools) -> Floats:
        """The outcomes at the points of a family that stay."""
        points = np.flatnonzero(stays & family.inside)[:MOST_ROWS].tolist()
        whole = [_outcomes(part.solved.at(family.key, n)) for n in points]
        return np.array([[float(x) for x in row] for row in whole])

    def steady(self, part: Part, family: Family) -> bool:
        """Whether the beliefs at which what was cut away is judged are the same throughout."""
        cut = [a for a in part.sent if self.cut(part, a)]
        return all(float(np.ptp(family.beliefs[a], axis=1).max()) <= SAME for a in cut)

    def cut(self, part: Part, action: str) -> tuple[str, ...]:
        """Answers that were cut away."""
        at = self.signal.answers[action]
        every = () if at is None else self.game.structure.sets[at].actions
        return tuple(other for other in every if other not in part.answers[action])

    def stays(self, part: Part, family: Family) -> Bools:
        """At which points what was cut away is not worth taking."""
        found = np.ones(family.levels.shape[1], dtype=bool)
        for row in self.content(part, family):
            found &= row
        for n in np.flatnonzero(found).tolist():
            found[n] = self.deterred(part, family.levels[:, n]) is not None
        return found

    def content(self, part: Part, family: Family) -> list[Bools]:
        """For each answer that was cut away, at which points it is worth no more.

        Nowhere, as far as is known, if there are no bounds on what follows it, which `left` says.
        """
        found = []
        for action in part.sent:
            for other in self.cut(part, action):
                floor = self.behind.floor(action, other, family.beliefs[action][0])
                least = np.inf if floor is None else floor
                found.append(family.answered[action] >= least - SAME)
        return found

    def between(self, part: Part, family: Family) -> bool:
        """Whether a family none of whose points stays may do so between them.

        Each point may fail for a reason of its own. What the family pays is most at some point,
        so that a condition that fails at every point fails throughout.
        """
        possible = all(row.any() for row in self.content(part, family))
        return possible and self.deterred(part, family.levels.max(axis=1)) is not None

    def deterred(self, part: Part, worth: Floats) -> list[Branch] | None:
        """Continuations that deter actions that are not sent, where the types get so much."""
        levels = tuple(round(x, 12) for x in worth.tolist())
        found: list[Branch] = []
        for action in self.signal.answers:
            if action not in part.sent:
                deterring = self.deterring(action, levels)
                if deterring is None:
                    return None
                found += deterring
        return found

    def behind_point(self, part: Part, family: Family, n: int) -> list[Branch] | None:
        """Continuations of all that was cut away, exactly at the beliefs of a point."""
        found = self.deterred(part, family.levels[:, n])
        if found is None:
            return None
        for action in part.sent:
            for other in self.cut(part, action):
                least = self.behind.least(action, other, self.belief(part, family, action, n))
                if least is None or least[0] > family.answered[action][n] + SAME:
                    return None
                found.append(least[1])
        return found

    def deterring(self, action: str, levels: tuple[float, ...]) -> list[Branch] | None:
        known: dict[Any, list[Branch] | None] = self.__dict__.setdefault("_known", {})
        if (action, levels) not in known:
            known[action, levels] = deters(self.behind, action, levels)
        return known[action, levels]

    def belief(self, part: Part, family: Family, action: str, n: int) -> Belief:
        """The belief at a point, exactly; certain ones and the prior without assembling it."""
        near = family.beliefs[action][:, n]
        for k, x in enumerate(near):
            if x == 1:
                return tuple(Fraction(t == k) for t in range(len(near)))
        if all(len(part.solved.game.structure.sets[k].actions) == 1 for k in part.own):
            return self.signal.prior[self.signal.sender]
        place = n if family.inside[n] else family.middle
        return self.exact_belief(part, part.solved.at(family.key, place), action)

    def exact_belief(self, part: Part, assessment: Assessment, action: str) -> Belief:
        place = part.solved.game.structure.sets[part.own[0]].actions.index(action)
        prior = self.signal.prior[self.signal.sender]
        odds = [
            p * assessment.probabilities[k][place] for p, k in zip(prior, part.own, strict=True)
        ]
        return tuple(x / sum(odds, Fraction(0)) for x in odds)

    # -- what is returned

    def certified(
        self, part: Part, family: Family, stays: Bools
    ) -> tuple[Assessment, tuple[Labels, Labels], Certificate] | None:
        """A point of the family with an assessment of the whole tree whose certificate holds."""
        reason = "it stays only where not all its actions are sent"
        for n in np.flatnonzero(stays & family.inside)[:MOST_CERTIFIED].tolist():
            branches = self.behind_point(part, family, n)
            if branches is None:
                reason = "an answer that was cut away pays more than its bound"
                continue
            assessment = part.solved.at(family.key, n)
            whole = self.whole(assessment, branches)
            certificate = certify(self.units.original, *whole)
            if certificate.holds:
                return assessment, whole, certificate
            reason = certificate.reasons[0]
        self.behind.left.append(f"an equilibrium that is not certified: {reason}")
        return None

    def sent(self, part: Part, assessment: Assessment) -> dict[Any, tuple[str, ...]]:
        sets = part.solved.game.structure.sets
        return {
            sets[k].knows: tuple(
                a for a, p in zip(sets[k].actions, assessment.probabilities[k], strict=True) if p
            )
            for k in part.own
        }

    def whole(self, assessment: Assessment, branches: Sequence[Branch]) -> tuple[Labels, Labels]:
        """Strategy and beliefs of the whole tree, from the part and what was cut away."""
        strategy: Labels = {p: {} for p in self.game.players}
        beliefs: Labels = {p: {} for p in self.game.players}
        for branch in reversed(branches):  # an answer stands before those that it beats
            _take(strategy, beliefs, branch.assessment, branch.tree.history)
        _take(strategy, beliefs, assessment, tuple)
        return strategy, beliefs


def _outcomes(assessment: Assessment) -> list[Fraction]:
    names = assessment.game.structure.event_names
    return [*assessment.payoffs.values(), *(assessment.probability(name) for name in names)]


def _take(strategy: Labels, beliefs: Labels, assessment: Assessment, history: Any) -> None:
    for s in assessment.game.structure.sets:
        if s.player in strategy:
            strategy[s.player][s.knows] = dict(assessment.strategy[s.player][s.knows])
            rows: Mapping[Any, Any] = assessment.beliefs[s.player][s.knows]
            beliefs[s.player][s.knows] = {history(h): p for h, p in rows.items()}
