"""Checks an assessment from scratch, with its own walk of the tree; shares no code with solvers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.certificate_assessment import TOLERANCE, Assessment
from deterrence.equilibrium.certificate_gains import gains_in
from deterrence.equilibrium.certificate_reading import Reading
from deterrence.equilibrium.certificate_record import CONCEPTS, WITH_BELIEFS, Certificate, Finding
from deterrence.equilibrium.certificate_trembles import Limits
from deterrence.errors import unknown
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["certify", "check"]


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
    assessment = Assessment(reading.game, profile, reading.exact)
    refusals: list[Finding] = []
    if concept in WITH_BELIEFS:
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
    assessment = Assessment(game, strategy, exact and game.exact)
    if _known(concept) in WITH_BELIEFS:
        assessment.believe({k: row for k, row in enumerate(beliefs or ()) if row is not None})
    return _certificate(assessment, concept, witness, [])


def _known(concept: str) -> str:
    if concept not in CONCEPTS:
        raise unknown("concept", concept, CONCEPTS)
    return concept


def _search(assessment: Assessment) -> tuple[Any, list[Finding]]:
    """Trembles behind the beliefs, or why there are none."""
    if any(assessment.against_bayes()):
        return None, []  # which the check will say
    from deterrence.equilibrium.consistency import find_witness
    from deterrence.equilibrium.consistency_record import Refusal

    found = find_witness(
        assessment.game,
        [row.fractions() for row in assessment.strategy],
        {place: row.fractions() for place, row in enumerate(assessment.beliefs)},
        tolerance=Fraction(0) if assessment.exact else TOLERANCE,
    )
    if not isinstance(found, Refusal):
        return found, []
    s = assessment.game.structure.sets[found.proof[-1].information_set]
    return None, [Finding((s.player, s.knows), found.reason)]


def _certificate(
    assessment: Assessment, concept: str, witness: Any, refusals: list[Finding]
) -> Certificate:
    """The findings on an assessment, and what they amount to."""
    findings, is_exact = list(refusals), assessment.exact
    if concept in WITH_BELIEFS:
        findings.extend(assessment.against_bayes())
    if concept == "no-signalling" and not findings:
        findings.extend(_signals(assessment))
    if concept == "sequential" and witness is not None:
        is_exact = is_exact and bool(getattr(witness, "exact", True))
        findings.extend(Limits(assessment, witness).against(is_exact))
    elif concept == "sequential" and not findings:
        findings.extend(assessment.without_witness())
    structure = assessment.game.structure
    gains = list(gains_in(assessment, concept))
    counted = [gain for gain in gains if gain.counts(assessment.exact)]
    findings.extend(gain.finding(structure) for gain in counted)
    return Certificate(
        concept=concept,
        regret=max((gain.amount for gain in gains), default=Fraction(0)),
        exact=is_exact,
        witness=witness if concept == "sequential" else None,
        holds=not findings,
        reasons=tuple(finding.reason for finding in findings),
        places=tuple(finding.place for finding in findings),
        deviations=tuple(gain.deviation(structure) for gain in counted),
    )


def _signals(assessment: Assessment) -> Iterator[Finding]:
    """Beliefs that change by what their subject does not do, or not by Bayes' rule where due."""
    from deterrence.games.updating import signals

    for s, reason in signals(
        assessment.game,
        [row.fractions() for row in assessment.strategy],
        [row.fractions() for row in assessment.beliefs],
        Fraction(0) if assessment.exact else TOLERANCE,
    ):
        yield Finding((s.player, s.knows), reason)
