"""The guarantee game as a tree: who moves when, knowing what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

from sympy import Expr, Integer, Mul

from deterrence.errors import unknown
from deterrence.games.nodes import Chance, Move, Outcome
from deterrence.games.tree import Game
from deterrence.guarantee import parameters
from deterrence.guarantee.cover import cover, disaster, findings, honoured, latitude
from deterrence.guarantee.events import events, war_events
from deterrence.guarantee.menu import read_menu
from deterrence.guarantee.payoffs import (
    ATTACK,
    ATTACK_AFTER_PROBE,
    PREPARATIONS,
    PRIORS,
    PROBE,
    Challenge,
    Crisis,
    Guarantee,
    Reply,
    payoffs,
    war_payoffs,
)
from deterrence.guarantee.stage_input import (
    EVERY_STAGE,
    LABELS,
    LEFT_OUT,
    STAGES,
    TYPES,
    played,
    rung_count,
    settled,
)

__all__ = ["EVERY_STAGE", "PLAYERS", "STAGES", "guarantee_game"]

PLAYERS = ("Guarantor", "Ukraine", "Russia")
READINGS = ("latitude", "vague")
OWED = {"probe": "aid", "attack": "force"}  # the response that needs no decision

Node = Move | Chance | Outcome
Then = Callable[[str], Node]


def guarantee_game(
    stages: Iterable[str] = STAGES,
    *,
    fixed: Mapping[str, Any] | None = None,
    response_reading: str = "latitude",
    finding_seen: bool = False,
    menu: Mapping[str, Mapping[str, Any]] | None = None,
    rungs: int = 1,
) -> Game:
    """The game between the Guarantor, Ukraine and Russia, with formulas for numbers.

    A player's `knows` is what it has seen, in order: its own type first, then the offer, what
    Ukraine and Russia said to a settlement, the preparation, the challenge, the finding (the
    Guarantor's alone), the response, the attack after a probe and the rungs climbed. A stage that
    is fixed or left out is no news to anybody and leaves no label in `knows`.

    Parameters
    ----------
    stages : iterable of str, optional
        The stages that are played, of "types", "offer", "settlement", "preparation", "challenge",
        "finding", "response", "test" and "escalation"; by default all of them but the offer, the
        settlement and the escalation. Left out, a stage is neutral. Types: a resolved Guarantor
        and a revisionist Russia, known to all. Offer: the guarantee is given. Settlement: there is
        peace, and no terms were conceded for it. Preparation: Ukraine keeps its defence and is
        restrained. Challenge: Russia attacks. Finding: every challenge is covered, so conditions
        do not bite. Response: the Guarantor does nothing, nor does anything happen automatically.
        Test: Russia stops after a probe. Escalation: arms decide at once.
    fixed : mapping of str to str, optional
        Stages played in one way only, known to all and without a move, whether named in `stages`
        or not: ``{"preparation": "keep, provocative"}``. Types are fixed for one player or for
        both: ``{"types": {"Guarantor": "resolved"}}``. A fixed response is given to every
        challenge, covered or not, and leaves nothing to automaticity. ``{"settlement": "accept"}``
        is what follows a settlement at `terms`, with no move about it; ``{"settlement": "fight"}``
        is the war that goes on. The escalation cannot be fixed.
    response_reading : {"latitude", "vague"}
        What response ambiguity means. "latitude": aid honours that share of the pledge against
        an attack, as everybody knows. "vague": chance draws whether it honours all of it or none,
        with that probability; the Guarantor alone sees which, before it responds.
    finding_seen : bool, default False
        Whether Russia sees the finding on its probe before it stops or attacks.
    menu : mapping of str to mapping of str to number or formula, optional
        The guarantees that the Guarantor may offer, 2 to 12 of them, by label. Each entry sets
        instruments for all that follows; those that it leaves out stay symbols, so that ``{}`` is
        the guarantee as it is. Only with the stage "offer", played or fixed.
    rungs : int, default 1
        How many rungs the ladder of the stage "escalation" has, at most 8.

    Returns
    -------
    Game
        Its parameters are those of `parameters`; put numbers in with ``game.at(...)``.
        Instruments that every entry of a menu sets are none of them.

    Raises
    ------
    LabelError
        For an unknown stage, type, action, finding, reading or instrument; near misses are
        offered.
    ParameterError
        For a number on the menu that is out of range, or none.
    InputError
        If `fixed`, its entry for the types, `menu` or `rungs` is not what it should be, or if one
        of the last two has no effect.
    LimitError
        For a menu or a ladder that is too long.

    Notes
    -----
    Chance draws both types at once ("resolved, revisionist"), and the finding together with
    automaticity: "not covered", "covered", where the Guarantor decides, or "covered, automatic",
    where the owed response (aid to a probe, force to an attack) needs no decision. The Guarantor
    remembers which: after an automatic response its `knows` holds "automatic" before the response.
    Russia sees the response and not how it came about.

    The Guarantor makes its offer knowing its type, and all see the offer. Presence costs both types
    the same; strength makes a broken pledge dear, for both. In the settlement Ukraine says "accept"
    or "fight", then Russia, where Ukraine accepted. Either refusal ends the game with the payoffs
    of the war ("war-goes-on"). Where both accept ("settlement"), Russia gains the share `terms`,
    and 1 - `terms` of the prize is left for what follows. The war does not depend on the
    guarantee, which begins with peace, except that presence is paid for in any case.

    The escalation follows aid or force against an attack; where the Guarantor does nothing there is
    nobody to escalate against. Russia and the Guarantor climb in turn, Russia first: the one whose
    turn it is backs down or climbs the next rung ("escalate", "step up"). Climbing rung n ends in
    disaster with probability n f. Where no rung is left, the one whose turn it is backs down or
    holds, and arms decide as they do without the stage. If Russia backs down it gives up the
    attack, if the Guarantor does it withdraws what it sent, so that Ukraine is met alone and a
    pledge that covered the attack is wholly broken.

    The event "shortfall" is weighted by the share of the pledge left unhonoured (divide by the
    probability of "covered-attack" for the mean over covered attacks), "entrapment" by one or
    zero: whether this type of Guarantor, at strength 0 and by its payoff from that response alone,
    would strictly have preferred nothing or aid to the force used. An offer that was made is an
    event too: "offer-" and its label.

    Examples
    --------
    >>> game = guarantee_game(["challenge", "response"])
    >>> [(s.player, s.knows) for s in game.information_sets]
    [('Russia', ()), ('Guarantor', ('probe',)), ('Guarantor', ('attack',))]
    >>> menu = {"weak": {"strength": "0.2"}, "strong": {"strength": "0.8", "presence": "0.7"}}
    >>> guarantee_game(["types", "offer", "challenge", "response"], menu=menu).at(phi="1/2")
    <Game: Guarantor, Ukraine, Russia; 117 nodes, 14 information sets, formulas in 24 parameters>
    """
    named, ways = played(stages), {} if fixed is None else fixed
    if response_reading not in READINGS:
        raise unknown("reading of response ambiguity", response_reading, READINGS)
    offers = read_menu(menu, needed="offer" in named or "offer" in ways)
    layout = _Layout(
        settled=settled(named, ways, offers),
        menu=offers,
        rungs=rung_count(rungs, named),
        vague=response_reading == "vague",
        finding_seen=bool(finding_seen),
    )
    ranges = {**parameters.ranges(), "terms": (0, 1)}  # terms are agreed on: any share can be
    return Game(PLAYERS, layout.types(), ranges=ranges, tied=parameters.TIED)


@dataclass(frozen=True)
class _Path:
    """How the play came here, and what each player has seen."""

    crisis: Crisis
    guarantor: tuple[str, ...] = ()
    ukraine: tuple[str, ...] = ()
    russia: tuple[str, ...] = ()

    def seen(self, *labels: str, by: tuple[str, ...] = ("guarantor", "ukraine", "russia")) -> _Path:
        return replace(self, **{player: getattr(self, player) + labels for player in by})

    def known_to(self, player: str) -> tuple[str, ...]:
        known: tuple[str, ...] = getattr(self, player.lower())
        return known

    def met(self, reply: Reply) -> _Path:
        crisis = replace(self.crisis, replies=(*self.crisis.replies, reply))
        return replace(self, crisis=crisis)

    def climbed(self) -> _Path:
        *before, last = self.crisis.replies
        higher = replace(last, climbs=last.climbs + 1)
        return replace(self, crisis=replace(self.crisis, replies=(*before, higher)))

    def ended(self, end: str) -> Outcome:
        """The outcome, where the last challenge ended in some way."""
        *before, last = self.crisis.replies
        broken = Integer(1) if end == "Guarantor" and last.covered else last.unhonoured
        replies = (*before, replace(last, end=end, unhonoured=broken))
        return _outcome(replace(self.crisis, replies=replies))


@dataclass(frozen=True)
class _Layout:
    """The stages in their order; each method gives the node from which its stage is played."""

    settled: Mapping[str, str]
    menu: Mapping[str, Guarantee]
    rungs: int
    vague: bool
    finding_seen: bool

    def label(self, stage: str, label: str) -> tuple[str, ...]:
        """The news in a label: none where the stage is settled."""
        return () if stage in self.settled else (label,)

    def move(
        self,
        stage: str,
        player: str,
        path: _Path,
        then: Then,
        labels: Iterable[str] | None = None,
    ) -> Node:
        if stage in self.settled:
            return then(self.settled[stage])
        choices = {label: then(label) for label in labels or LABELS[stage]}
        return Move(player, path.known_to(player), choices)

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
            return self.offer(path)

        return _draw(odds, then)

    def offer(self, path: _Path) -> Node:
        def then(label: str) -> Node:
            if label == LEFT_OUT:
                return self.settlement(path)
            news = self.label("offer", label)
            crisis = replace(path.crisis, guarantee=self.menu[label], offered="".join(news))
            return self.settlement(replace(path.seen(*news), crisis=crisis))

        return self.move("offer", "Guarantor", path, then, self.menu)

    def settlement(self, path: _Path) -> Node:
        if "settlement" not in self.settled:
            return self.consent(
                path, "Ukraine", lambda agreed: self.consent(agreed, "Russia", self.peace)
            )
        way = self.settled["settlement"]
        if way == "fight":
            return _war(path.crisis)
        return self.preparation(path) if way == LEFT_OUT else self.peace(path)

    def consent(self, path: _Path, who: str, then: Callable[[_Path], Node]) -> Node:
        """One side accepts the settlement, which all see, or fights on."""
        choices = {"accept": then(path.seen("accept")), "fight": _war(path.crisis)}
        return Move(who, path.known_to(who), choices)

    def peace(self, path: _Path) -> Node:
        return self.preparation(replace(path, crisis=replace(path.crisis, at_terms=True)))

    def preparation(self, path: _Path) -> Node:
        def then(label: str) -> Node:
            prepared = replace(path.crisis, preparation=PREPARATIONS[label])
            seen = path.seen(*self.label("preparation", label))
            return self.challenge(replace(seen, crisis=prepared))

        return self.move("preparation", "Ukraine", path, then)

    def challenge(self, path: _Path) -> Node:
        def then(label: str) -> Node:
            if label == "refrain":
                return _outcome(path.crisis)
            seen = path.seen(*self.label("challenge", label))
            return self.finding(seen, PROBE if label == "probe" else ATTACK)

        return self.move("challenge", "Russia", path, then)

    def finding(self, path: _Path, challenge: Challenge) -> Node:
        guarantee = path.crisis.guarantee
        covered = cover(challenge, path.crisis.preparation, guarantee)
        if "finding" in self.settled:
            covered = Integer(self.settled["finding"] == "covered")
        automatic = Integer(0) if "response" in self.settled else guarantee.automaticity
        odds = findings(covered, automatic)
        return _draw(odds, lambda label: self.found(path, challenge, label))

    def found(self, path: _Path, challenge: Challenge, label: str) -> Node:
        finding, *automatic = label.split(", ")
        seen = path.seen(*self.label("finding", finding), by=self.told)
        if automatic:
            seen = seen.seen(*automatic, by=("guarantor",))
            return self.answered(seen, _reply(seen, challenge, True, OWED[challenge.kind]))
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

        return _draw(latitude(path.crisis.guarantee.response_ambiguity), then)

    def response(
        self, path: _Path, challenge: Challenge, *, covered: bool, aid_honours: Expr | None = None
    ) -> Node:
        def then(label: str) -> Node:
            share = aid_honours if label == "aid" else None
            return self.answered(path, _reply(path, challenge, covered, label, share))

        return self.move("response", "Guarantor", path, then)

    def answered(self, path: _Path, reply: Reply) -> Node:
        path = path.met(reply).seen(*self.label("response", reply.response))
        if reply.challenge.kind == "probe":
            return self.test(path)
        engaged = "escalation" not in self.settled and reply.response != "nothing"
        return self.ladder(path, 1) if engaged else _outcome(path.crisis)

    def test(self, path: _Path) -> Node:
        def then(label: str) -> Node:
            if label == "stop":
                return _outcome(path.crisis)
            return self.finding(path.seen(*self.label("test", label)), ATTACK_AFTER_PROBE)

        return self.move("test", "Russia", path, then)

    def ladder(self, path: _Path, rung: int) -> Node:
        """One side backs down or climbs to a rung; where there is none, it backs down or holds."""
        player, climb = (("Guarantor", "step up"), ("Russia", "escalate"))[rung % 2]
        choices: dict[str, Node] = {"back down": path.ended(player)}
        if rung > self.rungs:
            choices["hold"] = path.ended("contest")
        else:
            higher = path.climbed().seen(climb)
            choices[climb] = _draw(disaster(rung), lambda label: self.shaken(higher, rung, label))
        return Move(player, path.known_to(player), choices)

    def shaken(self, path: _Path, rung: int, label: str) -> Node:
        return path.ended(label) if label == "disaster" else self.ladder(path, rung + 1)


def _draw(odds: Mapping[str, Expr], then: Then) -> Node:
    if len(odds) == 1:
        return then(*odds)
    return Chance({label: (probability, then(label)) for label, probability in odds.items()})


def _reply(
    path: _Path, challenge: Challenge, covered: bool, response: str, share: Expr | None = None
) -> Reply:
    """What met a challenge; `share` is what it honours of the pledge, where that was drawn."""
    done = honoured(challenge, response, path.crisis.guarantee) if share is None else share
    return Reply(challenge, covered, response, 1 - done if covered else Integer(0))


def _outcome(crisis: Crisis) -> Outcome:
    return Outcome(payoffs(crisis), events(crisis))


def _war(crisis: Crisis) -> Outcome:
    return Outcome(war_payoffs(crisis.russia, crisis.guarantee.presence), war_events(crisis))
