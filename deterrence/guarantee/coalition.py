"""The coalition: several guarantors in place of one, and a rule by which they respond."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any

from sympy import Add, Expr, Integer, Mul, Rational, Symbol

from deterrence.errors import InputError, LimitError, unknown
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.guarantee import parameters
from deterrence.guarantee.coalition_payoffs import (
    ONE,
    Attack,
    Member,
    coalition_events,
    coalition_payoffs,
)
from deterrence.guarantee.payoffs import PREPARATIONS, PRIORS

__all__ = ["RULES", "STAGES", "TECHNOLOGIES", "coalition_game"]

RULES = ("individual", "lead", "majority", "unanimity")
VOTES = ("majority", "unanimity")
TECHNOLOGIES = ("summation", "best-shot")
STAGES = ("types", "preparation", "challenge", "response")
PLAYED = ("types", "challenge", "response")
CHALLENGES = ("refrain", "attack")
KINDS = {"Guarantor": ("resolved", "irresolute"), "Russia": ("revisionist", "security")}
OWN = ("bilateral", "phi", "k_resolved", "k_irresolute")
BILATERAL = "bilateral"
MOST_GUARANTORS = 8  # types and responses together number 4 to the power of them

Then = Callable[[tuple[str, ...]], Node]


def coalition_game(
    n: int,
    rule: str = "individual",
    *,
    stages: Iterable[str] = PLAYED,
    fixed: Mapping[str, Any] | None = None,
    technology: str = "summation",
    shares: Iterable[Any] | str | None = None,
    own: Iterable[str] = (),
    fallback: bool = False,
) -> Game:
    """The game between several guarantors, Ukraine and Russia, with formulas for numbers.

    Russia, knowing its type, refrains or attacks. The guarantors "Guarantor 1", "Guarantor 2", ...,
    each knowing its own type only, then respond by the rule. Every attack is covered: whether it
    is answered is what the rule decides. With one guarantor and no bilateral pledge the numbers
    are those of `guarantee_game` where the responses are force or nothing.

    Parameters
    ----------
    n : int
        How many guarantors, 1 to 8.
    rule : {"individual", "lead", "majority", "unanimity"}
        "individual": all decide at once, each for itself, whether to act. "lead": Guarantor 1
        decides first, the others see it and decide at once. "majority" (more than half),
        "unanimity": all vote at once; if enough vote yes there is a joint response in which all
        take part, else nobody acts.
    stages : iterable of str, default types, challenge and response
        Those that are played, of "types", "preparation", "challenge" and "response". Left out, a
        stage is neutral: resolved guarantors and a revisionist Russia, known to all; Ukraine keeps
        its defence and is restrained; Russia attacks; nobody acts.
    fixed : mapping, optional
        Stages played in one way only, known to all: ``{"preparation": "neglect, restrained"}``,
        ``{"challenge": "attack"}``, ``{"types": {"Guarantor 1": "irresolute"}}``.
    technology : {"summation", "best-shot"}
        How the forces of those who act add up. "summation": each sends its share of the force at
        its share of the cost, so that all together send what the one Guarantor would. "best-shot":
        whoever acts sends all of it and bears all of its cost; a second adds nothing. A joint
        response by vote is the whole force, each bearing its share of the cost, either way.
    shares : iterable of numbers, "symbols", or None
        Each guarantor's share of the stake, the force, its cost, the cost of presence, and the
        cost of breaking one's word. By default ``1/n`` each. With "symbols", parameters
        ``share_1`` up to the last but one, the last being what is left.
    own : iterable of str
        Which of "bilateral", "phi", "k_resolved", "k_irresolute" each guarantor has a parameter of
        its own for: ``bilateral_1``, ``bilateral_2``, ...
    fallback : bool
        Whether, after a vote that fails, all see the votes and then decide at once, each for
        itself, whether to act after all; who then stands aside shirks, however it voted.

    Returns
    -------
    Game
        Its parameters are those of `parameters`, and ``bilateral``, the strength of each one's own
        pledge, in [0, 1].

    Raises
    ------
    LabelError
        For an unknown rule, technology, stage, type, preparation or name in `own`.
    InputError
        If `n` is no number of guarantors, `shares` are not one positive number for each that
        together make 1, or there is a fallback without a vote.
    LimitError
        Above eight guarantors; `deterrence.threshold_equilibria` takes thousands that are alike.

    Notes
    -----
    With share ``s``, force ``x`` used (the sum of the shares of those who act, or 1 if anybody
    does) and Russia's chance ``p = 1 / (1 + M)``, ``M = m0 (1 + m_d d) + m_pi pi + (m_aid +
    m_force) x``, an attack gives a guarantor::

        - s (v + y pi) p - s strength a (1 - x) - [shirks] s bilateral a - cost

    The joint obligation is a blame that all share, for the part of the pledge that is not honoured;
    the bilateral one is each one's own, whatever the others do. Who does not act shirks; under a
    vote without fallback, who votes no where the vote fails. Russia gets ``b p - c_0 - c_F x``,
    Ukraine ``- p - c_U``.

    The guarantors' types are drawn after Russia's move, of which they are independent and which
    Russia does not see either way; this keeps the tree small.

    Examples
    --------
    >>> game = coalition_game(2, "lead")
    >>> [(s.player, s.knows) for s in game.information_sets if s.player == "Guarantor 2"][0]
    ('Guarantor 2', ('resolved', 'act'))
    """
    layout = _layout(n, rule, stages, fixed, technology, shares, own, fallback)
    players = (*(one.name for one in layout.members), "Ukraine", "Russia")
    unit = (exact(0), exact(1))
    used = [str(s) for one in layout.members for s in one.share.free_symbols]
    every = [f"{name}_{k + 1}" for name in OWN for k in range(n)]
    known = parameters.ranges()
    ranges = {name: known.get(name.rpartition("_")[0], unit) for name in every}
    ranges |= dict.fromkeys([*used, BILATERAL], unit)
    return Game(players, layout.preparation(), ranges={**ranges, **known})


def _layout(
    n: int,
    rule: str,
    stages: Iterable[str],
    fixed: Mapping[str, Any] | None,
    technology: str,
    shares: Any,
    own: Iterable[str],
    fallback: bool,
) -> _Layout:
    _check_count(n)
    if rule not in RULES:
        raise unknown("rule", rule, RULES)
    if technology not in TECHNOLOGIES:
        raise unknown("technology", technology, TECHNOLOGIES)
    members = _members(n, shares, (own,) if isinstance(own, str) else tuple(own))
    settled = _settled([one.name for one in members], stages, {} if fixed is None else fixed)
    if fallback and rule not in VOTES:
        raise InputError(f"rule {rule!r} has no vote that could fail; leave fallback out.")
    return _Layout(members, rule, technology, settled, bool(fallback))


def _check_count(n: Any) -> None:
    if isinstance(n, bool) or not isinstance(n, int) or n < 1:
        raise InputError(f"n = {n!r}; give a whole number of guarantors, from 1 on.")
    if n > MOST_GUARANTORS:
        raise LimitError(
            f"{n} guarantors make too large a tree: {MOST_GUARANTORS} at most. For many that are "
            "alike use threshold_equilibria."
        )


# The guarantors


def _members(n: int, shares: Any, own: tuple[str, ...]) -> tuple[Member, ...]:
    for name in own:
        if name not in OWN:
            raise unknown("parameter that each guarantor can have for itself", name, OWN)

    def symbol(name: str, k: int) -> Expr:
        return Symbol(f"{name}_{k + 1}" if name in own else name)

    return tuple(
        Member(
            f"Guarantor {k + 1}",
            share,
            symbol(BILATERAL, k),
            symbol("phi", k),
            {kind: symbol(f"k_{kind}", k) for kind in KINDS["Guarantor"]},
        )
        for k, share in enumerate(_shares(n, shares))
    )


def _shares(n: int, given: Any) -> list[Expr]:
    if given is None:
        return [Rational(1, n)] * n
    if given == "symbols":
        free = [Symbol(f"share_{k + 1}") for k in range(n - 1)]
        return [*free, Add(ONE, *(-share for share in free))]
    if isinstance(given, str) or not isinstance(given, Iterable):
        raise InputError(f"shares = {given!r}; give {n} numbers, or 'symbols'.")
    numbers = [exact(share, "share") for share in given]
    if len(numbers) != n or min(numbers) <= 0 or sum(numbers) != 1:
        raise InputError(
            f"shares = {', '.join(map(str, numbers))}; give {n} positive numbers that together "
            "make 1, as fractions ('1/3') where decimals do not."
        )
    return [Rational(x.numerator, x.denominator) for x in numbers]


# Stages


def _settled(names: list[str], stages: Iterable[str], fixed: Any) -> dict[str, str]:
    """Every stage, and every player's type, that one value is known for, with that value."""
    played = (stages,) if isinstance(stages, str) else tuple(stages)
    for stage in played:
        if stage not in STAGES:
            raise unknown("stage", stage, STAGES)
    kinds = {**dict.fromkeys(names, "Guarantor"), "Russia": "Russia"}
    neutral = {"preparation": "keep, restrained", "challenge": "attack", "response": "nothing"}
    settled = {stage: way for stage, way in neutral.items() if stage not in played}
    if "types" not in played:
        settled |= {player: KINDS[role][0] for player, role in kinds.items()}
    if not isinstance(fixed, Mapping):
        raise InputError(f"stages are fixed by name, not by {fixed!r}: {{'challenge': 'attack'}}.")
    ways = {"preparation": tuple(PREPARATIONS), "challenge": CHALLENGES}
    for stage, way in fixed.items():
        if stage == "types":
            settled |= _types(way, kinds)
        elif stage not in ways:
            raise unknown("stage to fix", stage, ("types", *ways))
        elif way not in ways[stage]:
            raise unknown(stage, way, ways[stage])
        else:
            settled[stage] = way
    return settled


def _types(given: Any, kinds: Mapping[str, str]) -> dict[str, str]:
    if not isinstance(given, Mapping):
        raise InputError(
            f"types are fixed by player, not by {given!r}: {{'types': {{'Russia': 'security'}}}}."
        )
    for player, kind in given.items():
        if player not in kinds:
            raise unknown("player with a type", player, kinds)
        if kind not in KINDS[kinds[player]]:
            raise unknown(f"type of {player}", kind, KINDS[kinds[player]])
    return dict(given)


# The tree


@dataclass(frozen=True)
class _Path:
    """How the play came to the response."""

    preparation: str
    russia: str
    kinds: Mapping[str, str]


@dataclass(frozen=True)
class _Layout:
    """The stages in their order; each method gives the node from which its stage is played."""

    members: tuple[Member, ...]
    rule: str
    technology: str
    settled: Mapping[str, str]
    fallback: bool

    def news(self, stage: str, label: str) -> tuple[str, ...]:
        """The news in a label: none where the stage is settled."""
        return () if stage in self.settled else (label,)

    def preparation(self) -> Node:
        if "preparation" in self.settled:
            return self.russia(self.settled["preparation"])
        return Move("Ukraine", (), {label: self.russia(label) for label in PREPARATIONS})

    def russia(self, preparation: str) -> Node:
        if "Russia" in self.settled:
            return self.challenge(preparation, self.settled["Russia"])
        return Chance(
            {kind: (PRIORS[kind], self.challenge(preparation, kind)) for kind in KINDS["Russia"]}
        )

    def challenge(self, preparation: str, russia: str) -> Node:
        knows = (*self.news("Russia", russia), *self.news("preparation", preparation))
        ways = {label: self.challenged(preparation, russia, label) for label in CHALLENGES}
        if "challenge" in self.settled:
            return ways[self.settled["challenge"]]
        return Move("Russia", knows, ways)

    def challenged(self, preparation: str, russia: str, label: str) -> Node:
        if label == "refrain":
            neutral = {one.name: KINDS["Guarantor"][0] for one in self.members}
            return self.outcome(_Path(preparation, russia, neutral), None)
        return self.guarantors(preparation, russia)

    def guarantors(self, preparation: str, russia: str) -> Node:
        """Draw the types of the guarantors."""
        drawn = [one for one in self.members if one.name not in self.settled]
        if "response" in self.settled:  # nobody acts, so types are of no account
            drawn = []
        draws = list(product(KINDS["Guarantor"], repeat=len(drawn)))

        def then(kinds: tuple[str, ...]) -> Node:
            known = {one.name: self.settled.get(one.name, "resolved") for one in self.members}
            names = (one.name for one in drawn)
            known |= dict(zip(names, kinds, strict=True))
            return self.response(_Path(preparation, russia, known))

        if not drawn:
            return then(())
        odds = {kinds: Mul(*map(_prior, drawn, kinds)) for kinds in draws}
        return Chance({", ".join(kinds): (odds[kinds], then(kinds)) for kinds in draws})

    def response(self, path: _Path) -> Node:
        if "response" in self.settled:
            return self.outcome(path, self.acted(()))
        if self.rule in VOTES:
            return self.decide(path, ("yes", "no"), (), lambda votes: self.counted(path, votes))
        return self.each(path, ())

    def each(self, path: _Path, votes: tuple[str, ...]) -> Node:
        """Let each decide for itself, after a vote that failed or without one."""
        return self.decide(
            path,
            ("act", "stand aside"),
            votes,
            lambda done: self.outcome(path, self.acted(self.named("act", done))),
        )

    def decide(
        self,
        path: _Path,
        labels: tuple[str, str],
        votes: tuple[str, ...],
        then: Then,
        done: tuple[str, ...] = (),
    ) -> Node:
        if len(done) == len(self.members):
            return then(done)
        one = self.members[len(done)]
        knows = (
            *self.news(one.name, path.kinds[one.name]),
            *self.news("preparation", path.preparation),
            *(done[:1] if self.rule == "lead" else votes),
        )
        ways = {label: self.decide(path, labels, votes, then, (*done, label)) for label in labels}
        return Move(one.name, knows, ways)

    def named(self, label: str, done: tuple[str, ...]) -> tuple[str, ...]:
        """Those who did what the label says."""
        pairs = zip(self.members, done, strict=True)
        return tuple(one.name for one, chosen in pairs if chosen == label)

    def counted(self, path: _Path, votes: tuple[str, ...]) -> Node:
        every = [one.name for one in self.members]
        yes = self.named("yes", votes)
        if len(yes) >= (len(every) if self.rule == "unanimity" else len(every) // 2 + 1):
            spent = {one.name: one.share for one in self.members}
            return self.outcome(path, Attack(ONE, spent, frozenset(), frozenset(every)))
        if self.fallback:
            return self.each(path, votes)
        return self.outcome(
            path, Attack(Integer(0), {}, frozenset(every) - frozenset(yes), frozenset())
        )

    def acted(self, willing: tuple[str, ...]) -> Attack:
        acting = [one for one in self.members if one.name in willing]
        if self.technology == "best-shot":
            force, spent = Integer(bool(acting)), {one.name: ONE for one in acting}
        else:
            force = Add(*(one.share for one in acting))
            spent = {one.name: one.share for one in acting}
        others = frozenset(one.name for one in self.members) - frozenset(willing)
        return Attack(force, spent, others, frozenset(willing))

    def outcome(self, path: _Path, attack: Attack | None) -> Outcome:
        return Outcome(
            coalition_payoffs(self.members, path.kinds, path.russia, path.preparation, attack),
            coalition_events(self.members, path.preparation, attack),
        )


def _prior(member: Member, kind: str) -> Expr:
    return member.phi if kind == "resolved" else 1 - member.phi
