"""D1 and the intuitive criterion over a whole solution: which off-path beliefs they leave."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.continuations import Continuations, Interval
from deterrence.equilibrium.deviators import Finding, compare
from deterrence.equilibrium.refinement import Refinement, Verdict
from deterrence.equilibrium.sequential import solve_sequential
from deterrence.equilibrium.signalling import (
    NotAStage,
    Stage,
    continuation_game,
    first_observers,
    stages,
    why_not,
)
from deterrence.equilibrium.solution import certified
from deterrence.errors import CertificateError, InputError
from deterrence.games.assessment import Assessment

__all__ = ["judge"]

CONCEPTS = ("sequential", "no-signalling", "perfect-bayesian")
MOST_POINTS = 256  # of a family, searched for a survivor
Weights = tuple[tuple[Fraction, ...], ...]
Place = tuple[Any, ...]  # ("belief", player, knows, history)


def judge(solution: Any, criterion: str, *, p: Any = None, budget: int = 200_000) -> Refinement:
    """Apply "D1" or "intuitive"; see `refine`.

    Parameters
    ----------
    solution : Solution
    criterion : str
    p : None
    budget : int

    Returns
    -------
    Refinement
    """
    if solution.concept not in CONCEPTS:
        raise InputError(
            f"{criterion} judges beliefs off the path, and a solution for {solution.concept!r} "
            "holds none. Solve the tree for concept='sequential'."
        )
    structure = solution.game.structure
    found = stages(structure)
    if not any(isinstance(s, Stage) for s in found):
        why = next((f" For example {s}." for s in found if isinstance(s, NotAStage)), "")
        raise InputError(
            f"{criterion} applies to public actions of a player whose information those who move "
            f"later lack, and this game has none.{why}"
        )
    judged = _Judge(solution, criterion, budget)
    verdicts = tuple(judged.verdicts())
    return Refinement(solution, criterion, verdicts, tuple(judged.refused))


class _Judge:
    def __init__(self, solution: Any, criterion: str, budget: int) -> None:
        self.solution, self.criterion, self.budget = solution, criterion, budget
        self.game = solution.game
        self.refused: dict[str, None] = {}
        self._continuations: dict[tuple[Stage, Weights], Continuations] = {}
        self._findings: dict[Any, Finding] = {}

    def verdicts(self) -> Iterator[Verdict]:
        for component in self.solution.components:
            for n, family in enumerate(component.families):
                yield self.verdict(component.index, n, family)

    def verdict(self, component: int, n: int, family: Any) -> Verdict:
        middle = family.representative
        tested = list(self.unreached(middle.assessment))
        findings = [self.finding(s, family) for s in tested]
        judged = _Family(self, family, findings)
        survives, example, reasons, condition = judged.outcome()
        return Verdict(component, n, survives, reasons, condition, example, {}, tuple(findings))

    def unreached(self, assessment: Assessment) -> Iterator[Stage]:
        """Signalling stages whose action nobody plays; the others are refused with a reason."""
        s = self.game.structure
        for found in stages(s):
            members = (
                found.sets
                if isinstance(found, Stage)
                else (s.by_name[found.player, found.knows].index,)
            )
            rows = [assessment.probabilities[k] for k in members]
            if any(
                row[s.sets[k].actions.index(found.action)]
                for k, row in zip(members, rows, strict=True)
            ):
                continue
            reason = why_not(found, assessment) if isinstance(found, Stage) else found.reason
            if isinstance(found, Stage) and reason is None:
                yield found
            else:
                told = str(found) if isinstance(found, NotAStage) else f"{found}: {reason}"
                self.refused[told] = None

    def finding(self, stage: Stage, family: Any) -> Finding:
        middle = family.representative.assessment
        weights = tuple(middle.node_beliefs[k] for k in stage.sets)
        payoffs = self.payoffs(stage, family)
        key = (stage, weights, payoffs)
        if key not in self._findings:
            continuations = self.continuations(stage, weights)
            self._findings[key] = compare(stage, self.criterion, continuations, payoffs)
        return self._findings[key]

    def payoffs(self, stage: Stage, family: Any) -> tuple[Interval, ...]:
        """What the types get in equilibrium: least and most over the family's points."""
        rows = [type_payoffs(stage, e.assessment) for e in family.points]
        found = tuple((min(column), max(column)) for column in zip(*rows, strict=True))
        if self.solution.envelope_is_exact or family.dimension == 0:
            return found
        # inside the family payoffs may lie beyond those at its corners
        i = self.game.structure.players.index(stage.player)
        numbers = [self.game.numbers[k[i]] for k in self.game.structure.payoffs if k is not None]
        return ((min(numbers), max(numbers)),) * len(found)

    def continuations(self, stage: Stage, weights: Weights) -> Continuations:
        if (stage, weights) not in self._continuations:
            game, _ = continuation_game(self.game, stage, weights)
            solved = solve_sequential(game, self.budget)
            self._continuations[stage, weights] = Continuations(
                solved, stage.player, len(stage.sets)
            )
        return self._continuations[stage, weights]


def type_payoffs(stage: Stage, assessment: Assessment) -> tuple[Fraction, ...]:
    """What each type of the sender expects at its information set in equilibrium."""
    s = assessment.game.structure
    i = s.players.index(stage.player)
    values = assessment.node_values()
    found = []
    for k in stage.sets:
        rows = zip(s.sets[k].nodes, assessment.node_beliefs[k], strict=True)
        found.append(sum((b * values[n][i] for n, b in rows), Fraction(0)))
    return tuple(found)


class _Family:
    """How much of one family survives what was found at its stages."""

    def __init__(self, judge: _Judge, family: Any, findings: Sequence[Finding]) -> None:
        self.judge, self.family, self.findings = judge, family, findings
        self.game = judge.game

    def outcome(self) -> tuple[str, Any, tuple[str, ...], tuple[str, ...]]:
        """Survives, an example, reasons and the condition on those that stay."""
        if self.judge.criterion == "intuitive":
            return self._intuitive()
        open_findings = [f for f in self.findings if f.pruned or f.undecided]
        if not open_findings:
            return "all", self.family.representative, (), ()
        against = [f for f in open_findings if self._certainly_against(f)]
        if against:
            return "none", None, tuple(self._reason(f) for f in against), ()
        reasons = tuple(self._reason(f) for f in open_findings)
        if any(len({*f.pruned, *f.undecided}) == len(f.payoffs) for f in open_findings):
            return "undecided", None, reasons, ()  # nobody is surely left to be believed
        places = [place for f in open_findings for place in self._places(f)]
        if all(self.family.fixed.get(place) == 0 for place in places):
            return "all", self.family.representative, reasons, ()
        example = self._survivor(open_findings, places)
        if example is None or any(f.undecided for f in open_findings):
            return "undecided", example, reasons, ()
        return "some", example, reasons, tuple(_condition(place) for place in places)

    def _intuitive(self) -> tuple[str, Any, tuple[str, ...], tuple[str, ...]]:
        reasons = tuple(self._reason(f) for f in self.findings if f.removes)
        if reasons:
            return "none", None, reasons, ()
        doubtful = tuple(self._reason(f) for f in self.findings if f.removes is None)
        if doubtful:
            return "undecided", None, doubtful, ()
        return "all", self.family.representative, (), ()

    def _reason(self, finding: Finding) -> str:
        return f"at {finding.stage}, {'; '.join(finding.sentences()) or 'not decided'}"

    def _places(self, finding: Finding) -> list[Place]:
        """The beliefs that must be zero: of those who first observe the action."""
        s = self.game.structure
        out = {*finding.pruned, *finding.undecided}
        found: list[Place] = []
        for k, rows in first_observers(self.game, finding.stage).items():
            if any(row for t, row in enumerate(rows) if t not in out):
                found.extend(
                    ("belief", s.sets[k].player, s.sets[k].knows, s.histories[n])
                    for t in sorted(out)
                    for n in rows[t]
                )
        return found

    def _certainly_against(self, finding: Finding) -> bool:
        """Whether every equilibrium of the family believes in a pruned type."""
        sure = dataclasses.replace(finding, undecided=frozenset())
        return any(
            self.family.fixed.get(place, 0) > 0 or self.family.free.get(place, (0, 0))[0] > 0
            for place in self._places(sure)
        )

    def _survivor(self, findings: Sequence[Finding], places: Sequence[Place]) -> Any:
        """A certified equilibrium of the family without those beliefs; None if none is found."""
        points = list(itertools.islice(self.family.points, MOST_POINTS))
        retrembled = (self._retrembled(e, findings) for e in points)
        for found in itertools.chain(points, retrembled):
            if found is not None and self._excludes(found, places):
                return found
        return None

    def _excludes(self, equilibrium: Any, places: Sequence[Place]) -> bool:
        beliefs = equilibrium.beliefs
        return all(beliefs[player][knows][h] == 0 for _, player, knows, h in places)

    def _retrembled(self, equilibrium: Any, findings: Sequence[Finding]) -> Any:
        """The same strategies, with excluded types' mistakes infinitely less likely; certified."""
        witness = equilibrium.witness
        if witness is None or self.judge.solution.concept != "sequential":
            return None
        far = 1 + sum(max(row) for row in witness.order)
        order = [list(row) for row in witness.order]
        for f in findings:
            for t in {*f.pruned, *f.undecided}:
                k = f.stage.sets[t]
                order[k][self.game.structure.sets[k].actions.index(f.stage.action)] += far
        changed = dataclasses.replace(witness, order=tuple(tuple(row) for row in order))
        rows = equilibrium.assessment.probabilities
        try:
            return certified(self.game, "sequential", equilibrium.component, rows, changed)
        except CertificateError:
            return None


def _condition(place: Place) -> str:
    _, player, knows, history = place
    return f"belief[{player} | {knows!r}]{history!r} = 0"
