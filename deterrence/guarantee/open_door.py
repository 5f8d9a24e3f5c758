"""An open door: a guarantee that may be upgraded later, unless there is a challenge before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from types import MappingProxyType
from typing import Any

from sympy import Expr, Symbol, sympify

from deterrence.errors import InputError, LabelError
from deterrence.games.nodes import Chance, Move, Node, Outcome
from deterrence.games.numbers import exact
from deterrence.games.tree import Game
from deterrence.guarantee.crisis import guarantee_game
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.guarantee.scenario import Scenario

__all__ = ["UPGRADED", "door_values", "open_door_game"]

STAGES = ("types", "challenge", "finding", "response")
UPGRADED = MappingProxyType(
    {name: f"upgraded_{name}" for name, p in PARAMETERS.items() if p.kind == "instrument"}
)
BALANCE = tuple(name for name in PARAMETERS if name.startswith("m") and name != "m_d")


def open_door_game(stages: Iterable[str] = STAGES, fixed: Mapping[str, Any] | None = None) -> Game:
    """Two periods after a settlement: Russia may wait, and then the guarantee may be upgraded.

    Today the interim guarantee is in force, and Russia refrains, probes or attacks as in
    `guarantee_game`. Any challenge today closes the door, and nothing follows it. If Russia
    refrains, the guarantee is upgraded with the probability ``upgrade``, which all see, and Russia
    chooses again, under the upgraded guarantee or under the interim one.

    Parameters
    ----------
    stages : iterable of str
        Of both periods, of "types", "challenge", "finding", "response" and "test". Types are drawn
        once. The challenge must be played.
    fixed : mapping, optional
        As for `guarantee_game`; Ukraine's preparation is the same in both periods.

    Returns
    -------
    Game
        Its parameters are those of `guarantee_game` at ``terms``, and ``upgrade``; ``upgraded_``
        before the name of each instrument; ``regrowth``, by which share Russia is stronger later;
        ``exclusion``, what the upgrade costs Russia as such; and ``later``, the weight of the later
        period. Events are those of `guarantee_game`, and "attack-today", "attack-later",
        "probe-today", "probe-later", "upgraded".

    Raises
    ------
    LabelError
        For an unknown stage, or one that is not played twice here.
    InputError
        If the challenge is left out or fixed, so that Russia does not choose.

    Notes
    -----
    Payoffs are averages: today weighs 1 - ``later``, and a challenge today decides both periods. So
    waiting for an attack costs Russia the share 1 - ``later`` of what it brings, and a Russia that
    waits does so for ``regrowth``. After Powell (2006), where power shifts; here what closes the
    window is the upgrade.
    """
    played = (stages,) if isinstance(stages, str) else tuple(stages)
    for stage in ("preparation", "settlement"):
        if stage in played:
            raise LabelError(
                f"the stage {stage!r} is not played here: give its way in fixed, or leave it out."
            )
    ways = dict(fixed or {})
    once = guarantee_game(played, fixed={**ways, "settlement": "accept"})
    if "challenge" not in played or "challenge" in ways:
        raise InputError("an open door is about when Russia challenges: play that stage, unfixed.")
    root = once.root
    if isinstance(root, Chance):
        kinds = {label: (p, _today(node)) for label, (p, node) in root.choices.items()}
        twice: Node = Chance(kinds)
    else:
        twice = _today(root)
    shares = dict.fromkeys(("upgrade", "later"), (0, 1))
    instruments = {new: once.ranges[old] for old, new in UPGRADED.items()}
    return Game(once.players, twice, ranges={**once.ranges, **instruments, **shares})


def _today(start: Node) -> Node:
    """The first period, from Russia's move on; `start` is also what is played later."""
    assert isinstance(start, Move)
    refrained = start.choices["refrain"]
    assert isinstance(refrained, Outcome)
    upgrade = Symbol("upgrade")
    waiting = Chance(
        {
            "upgraded": (upgrade, _later(start, refrained, upgraded=True)),
            "not upgraded": (1 - upgrade, _later(start, refrained, upgraded=False)),
        }
    )
    choices = {
        action: waiting if action == "refrain" else _marked(node)
        for action, node in start.choices.items()
    }
    return Move(start.player, start.knows, choices)


def _marked(node: Node) -> Node:
    """The same tree, whose challenges are those of today."""
    if isinstance(node, Chance):
        return Chance({label: (p, _marked(then)) for label, (p, then) in node.choices.items()})
    if isinstance(node, Move):
        choices = {action: _marked(then) for action, then in node.choices.items()}
        return Move(node.player, node.knows, choices)
    return Outcome(node.payoffs, _dated(node, "today"))


def _dated(end: Outcome, when: str) -> dict[str, Any]:
    events = dict(end.events) if isinstance(end.events, Mapping) else dict.fromkeys(end.events, 1)
    return {**events, **{f"{n}-{when}": events[n] for n in ("attack", "probe") if n in events}}


def _later(node: Node, refrained: Outcome, *, upgraded: bool) -> Node:
    """The second period, whose players know whether there was an upgrade."""
    if isinstance(node, Chance):
        branches = {
            label: (_changed(p, upgraded), _later(then, refrained, upgraded=upgraded))
            for label, (p, then) in node.choices.items()
        }
        return Chance(branches)
    if isinstance(node, Move):
        status = "upgraded" if upgraded else "not upgraded"
        assert isinstance(node.knows, tuple)
        choices = {a: _later(n, refrained, upgraded=upgraded) for a, n in node.choices.items()}
        return Move(node.player, (*node.knows, "later", status), choices)
    later = Symbol("later")
    payoffs = {
        player: (1 - later) * refrained.payoffs[player] + later * _changed(worth, upgraded)
        for player, worth in node.payoffs.items()
    }
    if upgraded:
        payoffs["Russia"] -= later * Symbol("exclusion")
    events = {name: _changed(w, upgraded) for name, w in _dated(node, "later").items()}
    return Outcome(payoffs, {**events, **({"upgraded": 1} if upgraded else {})})


def _changed(formula: Any, upgraded: bool) -> Expr:
    """A formula of the first period with the numbers of the second."""
    growth = 1 + Symbol("regrowth")
    change = {Symbol(name): Symbol(name) / growth for name in BALANCE}  # Russia's strength is one
    if upgraded:
        change |= {Symbol(old): Symbol(new) for old, new in UPGRADED.items()}
    found: Expr = sympify(formula).xreplace(change)
    return found


def door_values(
    interim: Scenario,
    upgraded: Scenario,
    *,
    upgrade: Any,
    regrowth: Any = 0,
    exclusion: Any = 0,
    later: Any = Fraction(9, 10),
    **changes: Any,
) -> dict[str, Fraction]:
    """A number for every parameter of `open_door_game`.

    Parameters
    ----------
    interim, upgraded : Scenario
        The instruments of today, with all stakes, and those of the upgrade.
    upgrade, regrowth, exclusion, later : number
        See `open_door_game`. They are assumptions: no source gives them.
    **changes
        As for `Scenario.values` of the interim guarantee.

    Returns
    -------
    dict of str to fractions.Fraction
    """
    door = {"upgrade": upgrade, "regrowth": regrowth, "exclusion": exclusion, "later": later}
    instruments = {new: upgraded.instruments[old] for old, new in UPGRADED.items()}
    numbers = {name: exact(value, name) for name, value in door.items()}
    return {**interim.values(**changes), **instruments, **numbers}
