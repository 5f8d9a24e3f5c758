"""Why a profile is not an equilibrium: who gains where and by what, and what beliefs break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.certificate import certify, check
from deterrence.equilibrium.certificate_assessment import TOLERANCE
from deterrence.equilibrium.certificate_reading import Reading
from deterrence.equilibrium.certificate_record import (
    CONCEPTS,
    NAMES,
    WITH_BELIEFS,
    Certificate,
    Deviation,
)
from deterrence.equilibrium.consistency import find_witness
from deterrence.equilibrium.consistency_record import Comparison, Refusal, Witness
from deterrence.equilibrium.supporting import (
    Beliefs,
    Consistent,
    OwnBeliefs,
    Rows,
    consistent_beliefs,
    own_beliefs,
)
from deterrence.errors import unknown
from deterrence.games.assessment import Assessment, Labelled
from deterrence.games.numbers import plain
from deterrence.games.observed_actions import stages_of
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["Explanation", "explain"]

MOST_TOLD = 5


@dataclass(frozen=True)
class Explanation:
    """Whether a profile is an equilibrium, and what keeps it from being one.

    Attributes
    ----------
    concept : str
    holds : bool or None
        None if it could not be decided whether consistent beliefs support the profile.
    deviations : tuple of Deviation
        Who gains by playing otherwise, at each information set where somebody does.
    whatever_believed : tuple of (player, knows)
        Sets off the path at which no belief supports the choice: one of the deviations listed for
        the set is better under any.
    faults : tuple of str
        Beliefs that break Bayes' rule where play arrives; for "no-signalling" also elsewhere, or
        that signal what their subject does not know.
    inconsistency : str
        For "sequential": why no trembles give the beliefs; empty if some do.
    demands : tuple of str
        The demands on trembles that contradict each other.
    beliefs : Labelled or None
        The beliefs that were judged: those given, else those that support the profile best.
    certificate : Certificate
        Of the profile with these beliefs.
    """

    concept: str
    holds: bool | None
    deviations: tuple[Deviation, ...]
    whatever_believed: tuple[tuple[str, Any], ...]
    faults: tuple[str, ...]
    inconsistency: str
    demands: tuple[str, ...]
    beliefs: Labelled | None
    certificate: Certificate

    def __str__(self) -> str:
        name = f"{NAMES.get(self.concept, self.concept)} equilibrium"
        if self.holds:
            return f"A {name}: no player gains by playing otherwise anywhere that counts."
        lines = [f"Not a {name}." if self.holds is False else f"Not known to be a {name}."]
        lines.extend(f"  {d}{self._given(d)}." for d in self.deviations[:MOST_TOLD])
        if len(self.deviations) > MOST_TOLD:
            lines.append(f"  ({len(self.deviations) - MOST_TOLD} more deviations gain.)")
        lines.extend(f"  {fault}" for fault in self.faults[:MOST_TOLD])
        if self.inconsistency:
            lines.append(f"  {self.inconsistency}")
        lines.extend(f"    {demand}" for demand in self.demands[:MOST_TOLD])
        return "\n".join(lines)

    def _given(self, d: Deviation) -> str:
        if self.beliefs is None or self.concept not in WITH_BELIEFS:
            return ""
        if (d.player, d.knows) in self.whatever_believed:
            return ", and no belief there rules out every such gain"
        held = {h: p for h, p in self.beliefs[d.player][d.knows].items() if p}
        if len(held) == 1:
            return "" if len(self.beliefs[d.player][d.knows]) == 1 else _sure(held)
        told = ", ".join(f"{'/'.join(map(str, h))} {plain(p)}" for h, p in held.items())
        return f", believing {told}"


def _sure(held: Mapping[Any, Any]) -> str:
    (history,) = held
    return f", believing in {'/'.join(map(str, history))}"


def explain(
    game: Game | StrategicGame,
    strategy: Mapping[str, Mapping[Any, Any]],
    beliefs: Mapping[str, Mapping[Any, Mapping[Any, Any]]] | None = None,
    concept: str | None = None,
) -> Explanation:
    """Why a profile is not an equilibrium, or that it is one.

    Parameters
    ----------
    game : Game or StrategicGame
        With numbers for all parameters.
    strategy : mapping
        As for `certify`.
    beliefs : mapping, optional
        As for `certify`. Where none are given off the path, beliefs are looked for that support
        the profile; if there are none, the explanation says which choices no belief supports, or
        that those which do are not consistent.
    concept : str, optional
        As for `certify`.

    Returns
    -------
    Explanation
        ``print`` it.

    Raises
    ------
    ParameterError, LabelError, InputError
        As for `certify`.

    Examples
    --------
    >>> from deterrence.games.nodes import Move, Outcome
    >>> reply = {"fight": Outcome({"Entrant": -1, "Incumbent": -1}),
    ...          "share": Outcome({"Entrant": 1, "Incumbent": 1})}
    >>> stay = Outcome({"Entrant": 0, "Incumbent": 2})
    >>> root = Move("Entrant", (), {"out": stay, "enter": Move("Incumbent", "entry", reply)})
    >>> game = Game(["Entrant", "Incumbent"], root)
    >>> print(explain(game, {"Entrant": {(): "out"}, "Incumbent": {"entry": "fight"}}))
    Not a sequential equilibrium.
      Incumbent at 'entry' gains 2 by playing 'share' (1 instead of -1).
    """
    if isinstance(game, StrategicGame) or concept in ("nash", "subgame-perfect"):
        return _judged(certify(game, strategy, beliefs, concept))
    concept = concept or "sequential"
    if concept not in WITH_BELIEFS:
        raise unknown("concept", concept, CONCEPTS)
    reading = Reading(game)
    rows, given = reading.strategy(strategy), reading.beliefs(beliefs or {})
    own = own_beliefs(reading.game, rows, given, exact=reading.exact)
    profile = _Profile(reading.game, rows, own, reading.exact)
    if concept == "perfect-bayesian" or own.hopeless:
        return profile.judged(concept, own.beliefs, None)
    if concept == "no-signalling" and not own.chosen:
        return profile.judged(concept, own.beliefs, None)
    if concept == "no-signalling":
        return profile.not_signalling()
    return profile.sequential(sought=bool(own.chosen), given=bool(given))


class _Profile:
    """Strategies by information set, with beliefs that support them set by set."""

    def __init__(self, game: Game, rows: Rows, own: OwnBeliefs, exact: bool) -> None:
        self.game, self.rows, self.own, self.exact = game, rows, own, exact

    def sequential(self, sought: bool, given: bool) -> Explanation:
        """With the beliefs as they are, or where none are given, with consistent ones."""
        plain_one = self.judged("perfect-bayesian", self.own.beliefs, None)
        if sought and not given and plain_one.holds:
            found = self._consistent()
            if found.beliefs is not None:
                return self.judged("sequential", found.beliefs, found.witness)
            told = (
                f"Some belief supports each choice; whether consistent ones do is open: "
                f"{found.undecided}."
                if found.undecided
                else "Some belief supports each choice, but no trembles give beliefs that support "
                "all of them."
            )
            return self._inconsistent(plain_one, None if found.undecided else False, told)
        witness = self._witness()
        if isinstance(witness, Witness) or plain_one.faults:
            trembles = witness if isinstance(witness, Witness) else None
            return self.judged("sequential", self.own.beliefs, trembles)
        open_ = sought and plain_one.holds
        found_open = None if open_ else False
        return self._inconsistent(plain_one, found_open, witness.reason, witness.proof)

    def not_signalling(self) -> Explanation:
        """With consistent beliefs where there are any, else with those chosen set by set."""
        found = self._consistent()
        beliefs = self.own.beliefs if found.beliefs is None else found.beliefs
        one = self.judged("no-signalling", beliefs, None)
        if one.holds or one.deviations:
            return one
        stages = stages_of(self.game)
        few = stages.length <= 2 or all(len(row) <= 2 for row in stages.priors.values())
        decided = few and not found.undecided
        return replace(one, holds=False if decided else None)

    def _consistent(self) -> Consistent:
        if not self.exact:
            return Consistent(None, undecided="numbers are rounded; give them as fractions")
        return consistent_beliefs(self.game, self.rows)

    def _witness(self) -> Witness | Refusal:
        beliefs = dict(enumerate(self.own.beliefs))
        bound = Fraction(0) if self.exact else TOLERANCE
        return find_witness(self.game, self.rows, beliefs, tolerance=bound)

    def _inconsistent(
        self,
        one: Explanation,
        holds: bool | None,
        told: str,
        proof: Sequence[Comparison] = (),
    ) -> Explanation:
        demands = tuple(self._demand(c) for c in proof)
        return replace(one, concept="sequential", holds=holds, inconsistency=told, demands=demands)

    def judged(self, concept: str, beliefs: Beliefs, witness: Witness | None) -> Explanation:
        """The profile with these beliefs."""
        certificate = check(self.game, self.rows, beliefs, witness, concept, exact=self.exact)
        sets = self.game.structure.sets
        lost = tuple((sets[k].player, sets[k].knows) for k in self.own.hopeless)
        held = Assessment(self.game, tuple(self.rows), beliefs).beliefs
        return replace(_judged(certificate), beliefs=held, whatever_believed=lost)

    def _demand(self, c: Comparison) -> str:
        s, histories = self.game.structure, self.game.structure.histories
        own = s.sets[c.information_set]
        one, two = ("/".join(map(str, histories[n])) for n in (c.node, c.other))
        if c.believed:
            return f"{own.player} at {own.knows!r}: {one} takes mistakes as rare as {two}."
        return f"{own.player} at {own.knows!r}: {one} takes rarer mistakes than {two}."


def _judged(certificate: Certificate) -> Explanation:
    return Explanation(
        concept=certificate.concept,
        holds=certificate.holds,
        deviations=certificate.deviations,
        whatever_believed=(),
        faults=_faults(certificate),
        inconsistency="",
        demands=(),
        beliefs=None,
        certificate=certificate,
    )


def _faults(certificate: Certificate) -> tuple[str, ...]:
    """Reasons that are about beliefs alone, trembles not among them."""
    count = len(certificate.reasons) - len(certificate.deviations)
    about = certificate.reasons[:count]
    if certificate.concept == "sequential":
        return tuple(r for r in about if "Bayes' rule gives" in r)
    return about
