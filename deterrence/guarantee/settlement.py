"""What follows a settlement, with Russia's types as players, and the war where there is none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from sympy import Integer, Symbol

from deterrence.errors import InputError, unknown
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.tree import Game
from deterrence.guarantee.crisis import PLAYERS, guarantee_game
from deterrence.guarantee.payoffs import PRIORS, war_payoffs
from deterrence.guarantee.stage_input import NEUTRAL, STAGES, TYPES

__all__ = ["ACCEPTED_BY", "after_settlement", "name_of", "war_game"]

# who of Russia's types accepts, which is what everybody then knows of Russia
ACCEPTED_BY = {
    "both types": TYPES["Russia"],
    "revisionist only": ("revisionist",),
    "security only": ("security",),
}


def name_of(kind: str) -> str:
    """The player that one type of Russia is.

    Parameters
    ----------
    kind : {"revisionist", "security"}

    Returns
    -------
    str
    """
    return f"Russia, {kind}"


def after_settlement(
    accepted_by: str = "both types",
    stages: Iterable[str] = STAGES,
    fixed: Mapping[str, Any] | None = None,
    *,
    own_trust: bool = False,
    rungs: int = 1,
) -> Game:
    """The game that follows a settlement at `terms`, each type of Russia a player of its own.

    The types are told apart so that what a settlement is worth to each of them can be read off:
    a type's payoff is that of Russia where it is drawn, and 0 where it is not. The equilibria are
    those of the game in which Russia is one player.

    Parameters
    ----------
    accepted_by : {"both types", "revisionist only", "security only"}
        What acceptance says about Russia: nothing, so that the prior holds, or its type.
    stages : iterable of str, default all after the settlement
        As for `guarantee_game`. Without "types" Russia is revisionist and the Guarantor resolved.
    fixed : mapping, optional
        As for `guarantee_game`. Where it fixes Russia's type, only that type is there to accept.
    own_trust : bool, default False
        Whether Ukraine has its own probability that the Guarantor is resolved, the parameter
        ``trust``, in place of ``phi``, which all others have and know to differ.
    rungs : int, default 1
        As for `guarantee_game`.

    Returns
    -------
    Game
        Players: "Guarantor", "Ukraine", and "Russia, revisionist" or "Russia, security" or both.

    Raises
    ------
    LabelError
        For an unknown stage, or an unknown word in `accepted_by`.
    InputError
        If the only type that accepts is one that Russia cannot have, or with `own_trust` where the
        Guarantor's type is known to all.

    Examples
    --------
    >>> after_settlement("security only", ["types", "challenge", "response"]).players
    ('Guarantor', 'Ukraine', 'Russia, security')
    """
    if accepted_by not in ACCEPTED_BY:
        raise unknown("set of types that accept", accepted_by, ACCEPTED_BY)
    played = (stages,) if isinstance(stages, str) else tuple(stages)
    ways = dict(fixed or {})
    types = dict(ways.pop("types", {}))
    possible = _possible(played, types)
    kinds = tuple(kind for kind in ACCEPTED_BY[accepted_by] if kind in possible)
    if not kinds:
        raise InputError(
            f"accepted by {accepted_by}: Russia is known to be {possible[0]} here. Ask for that "
            "type, or for both."
        )
    if len(kinds) == 1:
        types["Russia"] = kinds[0]
    ways |= {"types": types, "settlement": "accept"}
    game = guarantee_game(played, fixed=ways, rungs=rungs)
    players = (*PLAYERS[:2], *(name_of(kind) for kind in kinds))
    root = _split(game.root, kinds, kinds[0])
    ranges = dict(game.ranges)
    if own_trust:
        root = _trusting(root, players)
        ranges["trust"] = (Fraction(0), Fraction(1))
    return Game(players, root, ranges=ranges, tied=game.tied)


def _trusting(root: Node, players: tuple[str, ...]) -> Node:
    """The same tree, whose types Ukraine draws with its own probabilities."""
    if not isinstance(root, Chance) or not any("resolved" in x for x in root.choices):
        raise InputError(
            "own_trust: the Guarantor's type is known to all here, so that trust has no place. "
            "Play the stage 'types', with the Guarantor's not fixed."
        )
    own = {Symbol("phi"): Symbol("trust")}
    return Chance(
        {
            label: ({p: odds.xreplace(own) if p == "Ukraine" else odds for p in players}, node)
            for label, (odds, node) in root.choices.items()
        }
    )


def _possible(played: tuple[str, ...], fixed: Mapping[str, str]) -> tuple[str, ...]:
    """The types that Russia may have."""
    if "Russia" in fixed:
        return (fixed["Russia"],)
    return TYPES["Russia"] if "types" in played else (NEUTRAL["Russia"],)


def _split(node: Node, kinds: tuple[str, ...], kind: str) -> Node:
    """The same tree, in which Russia's moves and payoffs are those of the type that was drawn."""
    if isinstance(node, Chance):
        return Chance(
            {
                label: (odds, _split(below, kinds, _drawn(label, kind)))
                for label, (odds, below) in node.choices.items()
            }
        )
    if isinstance(node, Move):
        player = name_of(kind) if node.player == "Russia" else node.player
        below = {action: _split(then, kinds, kind) for action, then in node.choices.items()}
        return Move(player, node.knows, below)
    others = {player: worth for player, worth in node.payoffs.items() if player != "Russia"}
    own = {name_of(k): node.payoffs["Russia"] if k == kind else Integer(0) for k in kinds}
    return Outcome({**others, **own}, node.events)


def _drawn(label: str, kind: str) -> str:
    """The type of Russia after a branch of chance, which may have drawn something else."""
    return next((k for k in TYPES["Russia"] if k in label.split(", ")), kind)


def war_game(*, covered: bool = False) -> Game:
    """The war that goes on where a settlement is refused.

    Parameters
    ----------
    covered : bool, default False
        Whether the guarantee covers the war itself, too. Then the Guarantor, knowing its type, goes
        on aiding, or uses force: that costs it what force costs and Russia c_F, and adds m_force to
        the balance, while aid alone leaves the share 1 - response_ambiguity of the pledge
        unhonoured, at the cost of not honouring it.

    Returns
    -------
    Game
        Players: "Guarantor", "Ukraine" and both types of Russia, each with what the war is worth to
        it if it is drawn: their payoffs are no averages. Events: "war-goes-on", "force".
    """
    if not covered:
        return _game(_fought())
    kinds = TYPES["Guarantor"]
    moves = {
        kind: (
            PRIORS[kind],
            Move("Guarantor", (kind,), {"aid": _aided(), "force": _forced(kind)}),
        )
        for kind in kinds
    }
    return _game(Chance(moves))


def _game(root: Node) -> Game:
    game = guarantee_game(["types"], fixed={"settlement": "fight"})  # for its ranges
    players = (*PLAYERS[:2], *(name_of(kind) for kind in TYPES["Russia"]))
    return Game(players, root, ranges=game.ranges, tied=game.tied)


def _fought(force: bool = False) -> Outcome:
    forms = {kind: war_payoffs(kind) for kind in TYPES["Russia"]}
    payoffs = {
        **{player: forms["revisionist"][player] for player in PLAYERS[:2]},
        **{name_of(kind): form["Russia"] for kind, form in forms.items()},
    }
    if force:  # on top of the aid that is given anyway
        aid = Symbol("m_aid") * Symbol("g")
        payoffs = {p: x.xreplace({aid: aid + Symbol("m_force")}) for p, x in payoffs.items()}
        for kind in TYPES["Russia"]:
            payoffs[name_of(kind)] -= Symbol("c_F")
    return Outcome(payoffs, ["war-goes-on", *(["force"] if force else [])])


def _aided() -> Outcome:
    war = _fought()
    broken = Symbol("strength") * Symbol("a") * (1 - Symbol("response_ambiguity"))
    return Outcome({**war.payoffs, "Guarantor": war.payoffs["Guarantor"] - broken}, war.events)


def _forced(kind: str) -> Outcome:
    war = _fought(force=True)
    spent = Symbol(f"k_{kind}")
    return Outcome({**war.payoffs, "Guarantor": war.payoffs["Guarantor"] - spent}, war.events)
