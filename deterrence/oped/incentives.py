"""What may delimit where a claim holds: incentives and the simple play, under what it compares."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.oped.cutoffs import (
    RESPONSES,
    Contest,
    attack_margins,
    guarantor_worth,
    margins,
    russia_worth,
    war_payoffs,
)
from deterrence.oped.deciding import Inequality
from deterrence.oped.orders import TOLERANCE
from deterrence.oped.predicates import LIKELY, RARE
from deterrence.oped.settings import SETTINGS, sample, stakes, values_at
from deterrence.oped.simple_play import After, play, prepared

__all__ = ["EQUILIBRIUM", "incentives", "place", "statements", "statements_of_sample"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Named = dict[str, Floats]
Values = Mapping[str, Floats]
PROBE = Contest("probe")
PAID = ("Ukraine", "Guarantor", "revisionist", "security")  # payoffs
FEW = 64  # points, to see which incentives a guarantee moves
EQUILIBRIUM = "the simple play is an equilibrium"


def incentives(x: Values, after: After | None = None) -> dict[str, Floats]:
    """Named differences; where one is positive, what its name says is true.

    All but Ukraine's are for a Ukraine that keeps its defence and is restrained.

    Parameters
    ----------
    x : mapping of str to ndarray, shape (points,)
        Every instrument and stake.
    after : After, optional
        What follows that preparation, if it is at hand.

    Returns
    -------
    dict of str to ndarray, shape (points,)
    """
    found = margins(x)
    found |= {f"{name}, at a probe": m for name, m in attack_margins(x, PROBE).items()}
    after = After(x, "keep, restrained") if after is None else after
    for kind in ("revisionist", "security"):
        worth = after.russia(kind)
        for response in ("nothing", "aid", "force"):
            found[f"{kind}: probe pays against {response}"] = russia_worth(x, kind, response, PROBE)
        found[f"{kind}: probe pays"] = worth["probe"]
        found[f"{kind}: probe pays more than attack"] = worth["probe"] - worth["attack"]
        rest = after.rest_worth(kind)
        for guarantor, column in rest.items():
            found[f"{kind}: attack after a probe pays if {guarantor}"] = column
        mean = x["phi"] * rest["resolved"] + (1 - x["phi"]) * rest["irresolute"]
        found[f"{kind}: attack after a probe pays at the prior"] = mean
    return found | _signals(x, after)


def _signals(x: Values, after: After) -> dict[str, Floats]:
    """Whether an answer to a probe pays a type of Guarantor if no attack follows that one alone."""
    found, sigma = {}, x["sigma"]
    for kind in ("resolved", "irresolute"):
        spared = -(1 - sigma) * after.met[kind, after.rest].worth
        for covered, words in ((True, "owed"), (False, "not owed")):
            worth = np.stack(
                [guarantor_worth(x, kind, r, PROBE, covered=covered) for r in RESPONSES]
            )
            for n, response in ((1, "aid"), (2, "force")):
                other = np.delete(worth, n, axis=0).max(axis=0)
                name = f"{kind}: {response} at a probe pays if it averts the attack, {words}"
                found[name] = sigma * (worth[n] - other) + spared
    return found


def statements(settings: Sequence[str], drawn: Mapping[str, Floats]) -> tuple[Named, Named]:
    """What may delimit a claim about some guarantees; where positive, the name is true.

    Parameters
    ----------
    settings : sequence of str
        Of `SETTINGS`: the guarantees compared.
    drawn : mapping of str to ndarray, shape (points,)
        Every stake.

    Returns
    -------
    plays : dict of str to ndarray, shape (points,)
        About the simple play, in which the Guarantor foresees: ``attack(strong) > attack(none)``
        compares its probability of an attack under two guarantees. A probability has its event's
        name, a payoff its owner's.
    incentives : dict of str to ndarray, shape (points,)
        Those of `incentives`; where they differ between the guarantees, the name ends in whose.
    """
    return _joined(settings, {s: _Under.of(s, drawn) for s in settings})


def statements_of_sample(settings: Sequence[str], count: int, seed: int) -> tuple[Named, Named]:
    """The same at points drawn from the plausible box; what a guarantee gives is kept."""
    return _joined(settings, {s: _kept(s, count, seed) for s in settings})


def place(rule: Inequality, settings: Sequence[str], given: Mapping[str, float]) -> bool:
    """What a rule says at some stakes, the others being at their defaults.

    Raises
    ------
    ParameterError
        For an unknown stake.
    InputError
        For what is no number.
    """
    names = stakes()
    for name, value in given.items():
        if name not in names:
            raise ParameterError(str(unknown("stake", name, names)))
        if not isinstance(value, (int, float, np.number)) or not np.isfinite(value):
            raise InputError(f"{name} = {value!r} is no number; give one like 0.3.")
    drawn = {name: np.array([float(given.get(name, PARAMETERS[name].default))]) for name in names}
    named = [s for s in settings if s in SETTINGS]
    plays, alone = statements(named, drawn) if named else ({}, {})
    return bool(rule.at({**drawn, **plays, **alone})[0])


@dataclass(frozen=True, eq=False)
class _Under:
    """The simple play and the incentives under one guarantee."""

    play: Mapping[str, Floats]
    incentives: Mapping[str, Floats]
    settled: Bools  # whether that play is an equilibrium

    @classmethod
    def of(cls, setting: str, drawn: Mapping[str, Floats]) -> _Under:
        x = values_at(setting, drawn)
        after = prepared(x)
        foresight = {way: one.foreseeing() for way, one in after.items()}
        happens = _named(play(foresight), war_payoffs(x))
        settled = np.logical_and.reduce([one.settled() for one in foresight.values()])
        return cls(happens, incentives(x, after["keep, restrained"]), settled)


def _named(happens: Mapping[str, Floats], war: Mapping[str, Floats]) -> dict[str, Floats]:
    """Payoffs, each also less that of the war, and probabilities, by short names."""
    found = {who.removeprefix("Russia, "): happens[who] for who in war}
    gains = {
        f"{who.removeprefix('Russia, ')} beyond the war": happens[who] - war[who] for who in war
    }
    return found | gains | {name: happens[name] for name in happens if name not in war}


@functools.lru_cache(maxsize=64)
def _kept(setting: str, count: int, seed: int) -> _Under:
    return _Under.of(setting, sample(count, "plausible", seed))


def _joined(settings: Sequence[str], under: Mapping[str, _Under]) -> tuple[Named, Named]:
    plays: Named = {}
    for outcome in under[settings[0]].play:
        plays |= _compared(outcome, {s: under[s].play[outcome] for s in settings})
    for s, one in under.items():
        plays[f"{EQUILIBRIUM} ({s})"] = np.where(one.settled, 1.0, -1.0)
    alike = _alike(tuple(settings))
    alone = {
        name if name in alike else f"{name} ({s})": column
        for s, one in under.items()
        for name, column in one.incentives.items()
    }
    return plays, alone


def _compared(outcome: str, column: Mapping[str, Floats]) -> dict[str, Floats]:
    """What can be said of an outcome of the simple play under some guarantees."""
    found = {}
    for one, other in permutations(column, 2):
        apart = column[one] - column[other] - TOLERANCE
        found[f"{outcome}({one}) > {outcome}({other})"] = apart
    for one in column if len(column) > 2 else ():
        rest = np.max([column[s] for s in column if s != one], axis=0)
        found[f"max {outcome}(others) > {outcome}({one})"] = rest - column[one] - TOLERANCE
    for one in column:
        if outcome == "attack":
            found[f"attack({one}) >= {LIKELY:g}"] = column[one] - LIKELY + TOLERANCE
            found[f"attack({one}) > {RARE:g}"] = column[one] - RARE - TOLERANCE
        if outcome not in PAID:
            found[f"{outcome}({one}) > 0"] = column[one] - TOLERANCE
    return found


@functools.cache
def _alike(settings: tuple[str, ...]) -> frozenset[str]:
    """The incentives that are the same under all of these, for whatever stakes."""
    few = sample(FEW, "plausible", 0)
    first, *others = (incentives(values_at(s, few)) for s in settings)
    return frozenset(
        n for n, column in first.items() if all((column == o[n]).all() for o in others)
    )
