"""What may delimit where a claim holds: incentives and the simple play, under what it compares."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.cutoffs import RESPONSES, Contest, attack_margins, guarantor_worth, margins, russia_worth, war_payoffs
from deterrence.oped.evidence import Evidence
from deterrence.oped.orders import TOLERANCE
from deterrence.oped.predicates import LIKELY, PREDICATES, RARE
from deterrence.oped.settings import BOXES, draw, values_at
from deterrence.oped.simple_play import After, simple_play

__all__ = ["FORETOLD", "incentives", "statements", "statements_of_sample"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Values = Mapping[str, Floats]
PROBE = Contest("probe")
PAID = ("Ukraine", "Guarantor", "Russia, revisionist", "Russia, security")
FEW = 64  # points, to see which incentives a guarantee moves
FORETOLD = "the simple play makes it true"


def incentives(x: Values) -> dict[str, Floats]:
    """Named differences; where one is positive, what its name says is true.

    All but Ukraine's are for a Ukraine that keeps its defence and is restrained.

    Parameters
    ----------
    x : mapping of str to ndarray, shape (points,)
        Every instrument and stake.

    Returns
    -------
    dict of str to ndarray, shape (points,)
    """
    found = margins(x)
    found |= {f"{name}, at a probe": m for name, m in attack_margins(x, PROBE).items()}
    after = After(x, "keep, restrained")
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


def statements(
    name: str, settings: Sequence[str], drawn: Mapping[str, Floats]
) -> dict[str, Floats]:
    """What may delimit a claim of the guarantee game; where positive, the name is true.

    Parameters
    ----------
    name : str
        The claim's.
    settings : sequence of str
        Of `SETTINGS`: the guarantees that it compares, which stand in brackets where they matter.
    drawn : mapping of str to ndarray, shape (points,)
        Every stake.

    Returns
    -------
    dict of str to ndarray, shape (points,)
    """
    return _joined(name, settings, drawn, {s: _Under.of(s, drawn) for s in settings})


def statements_of_sample(
    name: str, settings: Sequence[str], count: int, seed: int
) -> dict[str, Floats]:
    """The same at points drawn from the plausible box; what a guarantee gives is kept."""
    drawn = _sample(count, seed)
    return _joined(name, settings, drawn, {s: _kept(s, count, seed) for s in settings})


@dataclass(frozen=True, eq=False)
class _Under:
    """The simple play and the incentives under one guarantee."""

    play: Mapping[str, Floats]
    incentives: Mapping[str, Floats]

    @classmethod
    def of(cls, setting: str, drawn: Mapping[str, Floats]) -> _Under:
        x = values_at(setting, drawn)
        play = simple_play(x)
        found = incentives(x)
        for outcome, column in play.items():
            if outcome == "attack":
                found["attack >= 1/2"] = column - LIKELY + TOLERANCE
                found["attack > 0.05"] = column - RARE - TOLERANCE
            if outcome not in PAID:
                found[f"{outcome} > 0"] = column - TOLERANCE
        for who, war in war_payoffs(x).items():
            beyond = play[who] - war
            found[f"{who}: settlement beats the war"] = beyond
            play[f"{who}, beyond the war"] = beyond
        return cls(play, found)


@functools.lru_cache(maxsize=64)
def _kept(setting: str, count: int, seed: int) -> _Under:
    return _Under.of(setting, _sample(count, seed))


@functools.lru_cache(maxsize=4)
def _sample(count: int, seed: int) -> dict[str, Floats]:
    return draw(count, BOXES["plausible"], seed=seed)


def _joined(
    name: str, settings: Sequence[str], drawn: Mapping[str, Floats], under: Mapping[str, _Under]
) -> dict[str, Floats]:
    found = {}
    if name in PREDICATES and False:
        found[FORETOLD] = np.where(_foretold(name, drawn, under), 1.0, -1.0)
    for outcome in under[settings[0]].play:
        for one, other in permutations(settings, 2):
            apart = under[one].play[outcome] - under[other].play[outcome]
            found[f"{outcome}: {one} > {other}"] = apart - TOLERANCE
        if len(settings) > 2:
            for one in settings:
                rest = np.stack([under[s].play[outcome] for s in settings if s != one])
                apart = rest.max(axis=0) - under[one].play[outcome]
                found[f"{outcome}: most of the others > {one}"] = apart - TOLERANCE
    alike = _alike(tuple(settings))
    for s in settings:
        for statement, column in under[s].incentives.items():
            found[statement if statement in alike else f"{statement} ({s})"] = column
    return found


def _foretold(name: str, drawn: Mapping[str, Floats], under: Mapping[str, _Under]) -> Bools:
    """Whether the simple play, as if it were the only equilibrium, makes the claim true."""
    rows = {s: np.stack(list(one.play.values()), axis=1) for s, one in under.items()}
    outcomes = tuple(next(iter(under.values())).play)
    return PREDICATES[name](Evidence(drawn, outcomes, rows, rows)).holds


@functools.cache
def _alike(settings: tuple[str, ...]) -> frozenset[str]:
    """The incentives that are the same under all of these."""
    first, *others = (_kept(s, FEW, 0).incentives for s in settings)
    return frozenset(
        name for name, column in first.items() if all((column == o[name]).all() for o in others)
    )
