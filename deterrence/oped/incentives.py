"""What may delimit where a claim holds: incentives and the simple play, under what it compares."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.cutoffs import (
    RESPONSES,
    Contest,
    attack_margins,
    guarantor_worth,
    margins,
    russia_worth,
    war_payoffs,
)
from deterrence.oped.orders import TOLERANCE
from deterrence.oped.predicates import LIKELY, RARE
from deterrence.oped.settings import BOXES, draw, values_at
from deterrence.oped.simple_play import After, play, prepared

__all__ = ["FORESIGHT", "incentives", "statements", "statements_of_sample"]

Floats = NDArray[np.float64]
Values = Mapping[str, Floats]
PROBE = Contest("probe")
PAID = ("Ukraine", "Guarantor", "Russia, revisionist", "Russia, security")
FEW = 64  # points, to see which incentives a guarantee moves
FORESIGHT = "with foresight, "


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


def statements(settings: Sequence[str], drawn: Mapping[str, Floats]) -> dict[str, Floats]:
    """What may delimit a claim about some guarantees; where positive, the name is true.

    Parameters
    ----------
    settings : sequence of str
        Of `SETTINGS`: the guarantees compared, which stand in brackets where they matter.
    drawn : mapping of str to ndarray, shape (points,)
        Every stake.

    Returns
    -------
    dict of str to ndarray, shape (points,)
    """
    return _joined(settings, {s: _Under.of(s, drawn) for s in settings})


def statements_of_sample(settings: Sequence[str], count: int, seed: int) -> dict[str, Floats]:
    """The same at points drawn from the plausible box; what a guarantee gives is kept."""
    return _joined(settings, {s: _kept(s, count, seed) for s in settings})


@dataclass(frozen=True, eq=False)
class _Under:
    """The simple play and the incentives under one guarantee."""

    play: Mapping[str, Floats]
    incentives: Mapping[str, Floats]

    @classmethod
    def of(cls, setting: str, drawn: Mapping[str, Floats]) -> _Under:
        x = values_at(setting, drawn)
        after = prepared(x)
        foresight = {way: one.foreseeing() for way, one in after.items()}
        found = incentives(x, after["keep, restrained"])
        both: dict[str, Floats] = {}
        for prefix, course in (("", after), (FORESIGHT, foresight)):
            happens = play(course)
            for who, war in war_payoffs(x).items():
                happens[f"{who}, beyond the war"] = happens[who] - war
            found |= {prefix + name: column for name, column in _levels(happens).items()}
            both |= {prefix + name: column for name, column in happens.items()}
        return cls(both, found)


def _levels(happens: Mapping[str, Floats]) -> dict[str, Floats]:
    """Statements about what happens."""
    found = {"attack >= 1/2": happens["attack"] - LIKELY + TOLERANCE}
    found["attack > 0.05"] = happens["attack"] - RARE - TOLERANCE
    for outcome, column in happens.items():
        if outcome.endswith("beyond the war"):
            found[f"{outcome} > 0"] = column
        elif outcome not in PAID:
            found[f"{outcome} > 0"] = column - TOLERANCE
    return found


@functools.lru_cache(maxsize=64)
def _kept(setting: str, count: int, seed: int) -> _Under:
    return _Under.of(setting, _sample(count, seed))


@functools.lru_cache(maxsize=4)
def _sample(count: int, seed: int) -> dict[str, Floats]:
    return draw(count, BOXES["plausible"], seed=seed)


def _joined(settings: Sequence[str], under: Mapping[str, _Under]) -> dict[str, Floats]:
    found = {}
    for outcome in under[settings[0]].play:
        column = {s: under[s].play[outcome] for s in settings}
        for one, other in permutations(settings, 2):
            found[f"{outcome}: {one} > {other}"] = column[one] - column[other] - TOLERANCE
        for one in settings if len(settings) > 2 else ():
            rest = np.max([column[s] for s in settings if s != one], axis=0)
            found[f"{outcome}: most of the others > {one}"] = rest - column[one] - TOLERANCE
    alike = _alike(tuple(settings))
    for s in settings:
        for statement, column in under[s].incentives.items():
            found[statement if statement in alike else f"{statement} ({s})"] = column
    return found


@functools.cache
def _alike(settings: tuple[str, ...]) -> frozenset[str]:
    """The incentives that are the same under all of these, for whatever stakes."""
    if len(settings) == 1:
        return frozenset(_kept(settings[0], FEW, 0).incentives)
    first, *others = (incentives(values_at(s, _sample(FEW, 0))) for s in settings)
    return frozenset(
        n for n, column in first.items() if all((column == o[n]).all() for o in others)
    )
