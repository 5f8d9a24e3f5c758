"""The guarantee game as a tree: who moves when, knowing what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from sympy import Expr, Integer, Mul

from deterrence.errors import InputError, unknown
from deterrence.games.tree import Chance, Game, Move, Outcome
from deterrence.guarantee import parameters
from deterrence.guarantee.payoffs import (
    ATTACK,
    ATTACK_AFTER_PROBE,
    LATITUDE,
    PREPARATIONS,
    PRIORS,
    PROBE,
    Challenge,
    Crisis,
    Reply,
    cover,
    events,
    findings,
    honoured,
    payoffs,
    war_payoffs,
)

__all__ = ["EVERY_STAGE", "PLAYERS", "STAGES", "guarantee_game"]

PLAYERS = ("Guarantor", "Ukraine", "Russia")
STAGES = ("types", "preparation", "challenge", "finding", "response", "test")  # by default
EVERY_STAGE = ("types", "settlement", *STAGES[1:])  # in the order of play
READINGS = ("latitude", "vague")
TYPES = {"Guarantor": ("resolved", "irresolute"), "Russia": ("revisionist", "security")}
LABELS = {
    "settlement": ("accept", "fight"),
    "preparation": tuple(PREPARATIONS),
    "challenge": ("refrain", "probe", "attack"),
    "finding": ("covered", "not covered"),
    "response": ("nothing", "aid", "force"),
    "test": ("stop", "attack"),
}
# what a stage that is left out amounts to; a type is settled under its player's name
NEUTRAL = {
    "Guarantor": "resolved",
    "Russia": "revisionist",
    "settlement": "not played",  # peace without terms
    "preparation": "keep, restrained",
    "challenge": "attack",
    "finding": "covered",
    "response": "nothing",
    "test": "stop",
}
OWED = {"probe": "aid", "attack": "force"}  # the response that needs no decision

Node = Move | Chance | Outcome
Then = Callable[[str], Node]


def guarantee_game(
    stages: Iterable[str] = STAGES,
    *,
    fixed: Mapping[str, Any] | None = None,
    response_reading: str = "latitude",
    finding_seen: bool = False,
) -> Game:
    """The game between the Guarantor, Ukraine and Russia, with formulas for numbers.

    A player's `knows` is what it has seen, in order: its own type first, then what Ukraine and
    Russia said to a settlement, the preparation, the challenge, the finding (the Guarantor's
    alone), the response and the attack after a probe. A stage that is fixed or left out is no news
    to anybody and leaves no label in `knows`.

    Parameters
    ----------
    stages : iterable of str, optional
        The stages that are played, of "types", "settlement", "preparation", "challenge",
        "finding", "response" and "test"; by default all of them but the settlement. Left out, a
        stage is neutral. Types: a resolved Guarantor and a revisionist Russia, known to all.
        Settlement: there is peace, and no terms were conceded for it. Preparation: Ukraine keeps
        its defence and is restrained. Challenge: Russia attacks. Finding: every challenge is
        covered, so conditions do not bite. Response: the Guarantor does nothing, nor does anything
        happen automatically. Test: Russia stops after a probe.
    fixed : mapping of str to str, optional
        Stages played in one way only, known to all and without a move, whether named in `stages`
        or not: ``{"preparation": "keep, provocative"}``. Types are fixed for one player or for
        both: ``{"types": {"Guarantor": "resolved"}}``. A fixed response is given to every
        challenge, covered or not, and leaves nothing to automaticity. ``{"settlement": "accept"}``
        is what follows a settlement at `terms`, with no move about it; ``{"settlement": "fight"}``
        is the war that goes on.
    response_reading : {"latitude", "vague"}
        What response ambiguity means. "latitude": aid honours that share of the pledge against
        an attack, as everybody knows. "vague": chance draws whether it honours all of it or none,
        with that probability; the Guarantor alone sees which, before it responds.
    finding_seen : bool, default False
        Whether Russia sees the finding on its probe before it stops or attacks.

    Returns
    -------
    Game
        Its parameters are those of `parameters`; put numbers in with ``game.at(...)``.

    Raises
    ------
    LabelError
        For an unknown stage, type, action, finding or reading; near misses are offered.
    InputError
        If `fixed`, or its entry for the types, is no mapping.

    Notes
    -----
    Chance draws both types at once ("resolved, revisionist"), and the finding together with
    automaticity: "not covered", "covered", where the Guarantor decides, or "covered, automatic",
    where the owed response (aid to a probe, force to an attack) needs no decision. The Guarantor
    remembers which: after an automatic response its `knows` holds "automatic" before the response.
    Russia sees the response and not how it came about.

    In the settlement Ukraine says "accept" or "fight", then Russia, where Ukraine accepted. Either
    refusal ends the game with the payoffs of the war ("war-goes-on"). Where both accept
    ("settlement"), Russia gains the share `terms`, and 1 - `terms` of the prize is left for what
    follows. The war does not depend on the guarantee, which begins with peace, except that
    presence is paid for in any case.

    The event "shortfall" is weighted by the share of the pledge left unhonoured (divide by the
    probability of "covered-attack" for the mean over covered attacks), "entrapment" by one or
    zero: whether this type of Guarantor, at strength 0 and by its payoff from that response alone,
    would strictly have preferred nothing or aid to the force used.

    Examples
    --------
    >>> game = guarantee_game(["challenge", "response"])
    >>> [(s.player, s.knows) for s in game.information_sets]
    [('Russia', ()), ('Guarantor', ('probe',)), ('Guarantor', ('attack',))]
    """
    played = _stages(stages)
    if response_reading not in READINGS:
        raise unknown("reading of response ambiguity", response_reading, READINGS)
    layout = _Layout(
        settled=_settled(played, {} if fixed is None else fixed),
        vague=response_reading == "vague",
        finding_seen=bool(finding_seen),
    )
    ranges = {**parameters.ranges(), "terms": (0, 1)}  # terms are agreed on: any share can be
    return Game(PLAYERS, layout.types(), ranges=ranges, tied=parameters.TIED)


def _stages(stages: Iterable[str]) -> frozenset[str]:
    played = (stages,) if isinstance(stages, str) else tuple(stages)
    for stage in played:
        if stage not in EVERY_STAGE:
            raise unknown("stage", stage, EVERY_STAGE)
    return frozenset(played)


def _settled(played: frozenset[str], fixed: Mapping[str, Any]) -> dict[str, str]:
    """Every stage, and every player's type, that one value is known for, with that value."""
    left_out = {name for name in NEUTRAL if ("types" if name in TYPES else name) not in played}
    settled = {name: label for name, label in NEUTRAL.items() if name in left_out}
    if not isinstance(fixed, Mapping):
        raise InputError(
            f"stages are fixed by name, not by {fixed!r}: give for example "
            "{'preparation': 'keep, restrained'}."
        )
    for stage, value in fixed.items():
        if stage not in EVERY_STAGE:
            raise unknown("stage", stage, EVERY_STAGE)
        if stage == "types":
            settled.update(_types(value))
        elif value not in LABELS[stage]:
            raise unknown(stage, value, LABELS[stage])
        else:
            settled[stage] = value
    return settled


def _types(given: Any) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise InputError(
            f"types are fixed by player, not by {given!r}: give for example "
            "{'types': {'Guarantor': 'resolved', 'Russia': 'revisionist'}}, one of them or both."
        )
    for player, kind in given.items():
        if player not in TYPES:
            raise unknown("player with a type", player, TYPES)
        if kind not in TYPES[player]:
            raise unknown(f"type of {player}", kind, TYPES[player])
    return dict(given)


@dataclass(frozen=True)
class _Path:
    """How the play came here, and what each player has seen."""

    crisis: Crisis
    guarantor: tuple[str, ...] = ()
    ukraine: tuple[str, ...] = ()
    russia: tuple[str, ...] = ()

    def seen(self, *labels: str, by: tuple[str, ...] = ("guarantor", "ukraine", "russia")) -> _Path:
        return replace(self, **{player: getattr(self, player) + labels for player in by})

    def met(self, reply: Reply) -> _Path:
        crisis = replace(self.crisis, replies=(*self.crisis.replies, reply))
        return replace(self, crisis=crisis)


@dataclass(frozen=True)
class _Layout:
    """The stages in their order; each method gives the node from which its stage is played."""

    settled: Mapping[str, str]
    vague: bool
    finding_seen: bool

    def label(self, stage: str, label: str) -> tuple[str, ...]:
        """The news in a label: none where the stage is settled."""
        return () if stage in self.settled else (label,)

    def move(self, stage: str, player: str, knows: tuple[str, ...], then: Then) -> Node:
        if stage in self.settled:
            return then(self.settled[stage])
        return Move(player, knows, {label: then(label) for label in LABELS[stage]})

    def types(self) -> Node:
        drawn = [player for player in TYPES if player not in self.settled]
        draws = {", ".join(kinds): kinds for kinds in product(*(TYPES[p] for p in drawn))}
        odds = {label: Mul(*(PRIORS[kind] for kind in kinds)) for label, kinds in draws.items()}

        def then(label: str) -> Node:
            kinds = {**self.settled, **dict(zip(drawn, draws[label], strict=True))}
            guarantor, russia = kinds["Guarantor"], kinds["Russia"]
            path = _Path(
                Crisis(guarantor, russia),
                guarantor=self.label("Guarantor", guarantor),
                russia=self.label("Russia", russia),
            )
            return self.settlement(path)

        return _draw(odds, then)

    def settlement(self, path: _Path) -> Node:
        if "settlement" not in self.settled:
            return self.consent(
                path, "ukraine", lambda agreed: self.consent(agreed, "russia", self.peace)
            )
        way = self.settled["settlement"]
        if way == "fight":
            return _war(path)
        return self.peace(path) if way == "accept" else self.preparation(path)

    def consent(self, path: _Path, who: str, then: Callable[[_Path], Node]) -> Node:
        """One side accepts the settlement, which all see, or fights on."""
        accepted = then(path.seen("accept"))
        return Move(who.capitalize(), getattr(path, who), {"accept": accepted, "fight": _war(path)})

    def peace(self, path: _Path) -> Node:
        return self.preparation(replace(path, crisis=replace(path.crisis, at_terms=True)))

    def preparation(self, path: _Path) -> Node:
        def then(label: str) -> Node:
            prepared = replace(path.crisis, preparation=PREPARATIONS[label])
            seen = path.seen(*self.label("preparation", label))
            return self.challenge(replace(seen, crisis=prepared))

        return self.move("preparation", "Ukraine", path.ukraine, then)

    def challenge(self, path: _Path) -> Node:
        def then(label: str) -> Node:
            if label == "refrain":
                return _outcome(path)
            seen = path.seen(*self.label("challenge", label))
            return self.finding(seen, PROBE if label == "probe" else ATTACK)

        return self.move("challenge", "Russia", path.russia, then)

    def finding(self, path: _Path, challenge: Challenge) -> Node:
        covered = cover(challenge, path.crisis.preparation)
        if "finding" in self.settled:
            covered = Integer(self.settled["finding"] == "covered")
        odds = findings(covered, automatic="response" not in self.settled)
        return _draw(odds, lambda label: self.found(path, challenge, label))

    def found(self, path: _Path, challenge: Challenge, label: str) -> Node:
        finding, *automatic = label.split(", ")
        seen = path.seen(*self.label("finding", finding), by=self.told)
        if automatic:
            seen = seen.seen(*automatic, by=("guarantor",))
            return self.answered(seen, _reply(challenge, True, OWED[challenge.kind]))
        return self.latitude(seen, challenge, covered=finding == "covered")

    @property
    def told(self) -> tuple[str, ...]:
        return ("guarantor", "russia") if self.finding_seen else ("guarantor",)

    def latitude(self, path: _Path, challenge: Challenge, *, covered: bool) -> Node:
        """Draw, where the reading is vague, whether aid will honour the pledge."""
        may_aid = self.settled.get("response", "aid") == "aid"
        if not (self.vague and may_aid and covered and challenge.kind == "attack"):
            return self.response(path, challenge, covered=covered)

        def then(label: str) -> Node:
            share = Integer(label == "aid honours")
            seen = path.seen(label, by=("guarantor",))
            return self.response(seen, challenge, covered=covered, aid_honours=share)

        return _draw(LATITUDE, then)

    def response(
        self, path: _Path, challenge: Challenge, *, covered: bool, aid_honours: Expr | None = None
    ) -> Node:
        def then(label: str) -> Node:
            share = aid_honours if label == "aid" else None
            return self.answered(path, _reply(challenge, covered, label, share))

        return self.move("response", "Guarantor", path.guarantor, then)

    def answered(self, path: _Path, reply: Reply) -> Node:
        path = path.met(reply).seen(*self.label("response", reply.response))
        return self.test(path) if reply.challenge.kind == "probe" else _outcome(path)

    def test(self, path: _Path) -> Node:
        def then(label: str) -> Node:
            if label == "stop":
                return _outcome(path)
            return self.finding(path.seen(*self.label("test", label)), ATTACK_AFTER_PROBE)

        return self.move("test", "Russia", path.russia, then)


def _draw(odds: Mapping[str, Expr], then: Then) -> Node:
    if len(odds) == 1:
        return then(*odds)
    return Chance({label: (probability, then(label)) for label, probability in odds.items()})


def _reply(challenge: Challenge, covered: bool, response: str, share: Expr | None = None) -> Reply:
    """What met a challenge; `share` is what it honours of the pledge, where that was drawn."""
    done = honoured(challenge, response) if share is None else share
    return Reply(challenge, covered, response, 1 - done if covered else Integer(0))


def _outcome(path: _Path) -> Outcome:
    return Outcome(payoffs(path.crisis), events(path.crisis))


def _war(path: _Path) -> Outcome:
    return Outcome(war_payoffs(path.crisis.russia), ("war-goes-on",))
