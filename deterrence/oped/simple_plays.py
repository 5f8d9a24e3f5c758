"""Two simple plays of the guarantee game: backward induction in closed form.

Written from the specification, apart from the tree and from every solver. In both the Guarantor
answers an attack by what that is worth to it, as it does in every equilibrium without ties. Russia
learns from the answer to its probe by Bayes' rule, and each type does what pays it most; so does
Ukraine. The two differ in what the Guarantor expects to follow its answer to a probe.

quiet
    What Russia would do if each type of Guarantor answered the probe by the worth of that alone.
signalling
    Russia takes force for resolve, and anything less for the lack of it.

Neither need be an equilibrium: Russia may learn something else from the answers than the Guarantor
expected. Where all are indifferent, the lesser challenge is made.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.cutoffs import (
    RESPONSES,
    Contest,
    cover,
    guarantor_worth,
    prevails,
    russia_worth,
)

__all__ = ["WAYS", "After", "played", "simple_plays"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Values = Mapping[str, Floats]
WAYS = {
    "keep, restrained": (True, False),
    "keep, provocative": (True, True),
    "neglect, restrained": (False, False),
    "neglect, provocative": (False, True),
}
AID, FORCE = 1, 2  # responses
PROBES = 1  # of refrain, probe, attack
NEVER = 1e-12  # an answer with less than this probability tells Russia nothing


@dataclass(frozen=True)
class _Met:
    """What a challenge meets from a type of Guarantor.

    `answers` has shape (3, points); the others have shape (points,): the probability that it is
    covered and met with nothing, what it is worth to that type, per unit of what is decided, and
    whether that type would use force without a pledge.
    """

    answers: Floats
    abandoned: Floats
    worth: Floats
    willing: Bools

    @classmethod
    def of(cls, x: Values, kind: str, contest: Contest, later: Floats | float = 0.0) -> _Met:
        """`later`, of shape (3, points), is what the Guarantor expects after each answer."""
        found, automatic = cover(x, contest), x["automaticity"]
        owed = AID if contest.challenge == "probe" else FORCE
        given, pay = np.zeros((3, len(found))), 0 * found
        for covered, share in ((True, found * (1 - automatic)), (False, 1 - found)):
            each = [guarantor_worth(x, kind, r, contest, covered=covered) for r in RESPONSES]
            worth = np.stack(each)
            best = (worth + later).argmax(axis=0)
            given += share * (best == np.arange(3)[:, None])
            pay += share * np.take_along_axis(worth, best[None], axis=0)[0]
            if covered:
                abandoned = share * (best == 0)
                pay += found * automatic * worth[owed]
            else:
                willing = worth.argmax(axis=0) == FORCE
        given[owed] += found * automatic
        return cls(given, abandoned, pay, willing)


class After:
    """What follows a preparation of Ukraine's.

    Parameters
    ----------
    x : mapping of str to ndarray, shape (points,)
        Every instrument and stake.
        With "trust" among them, that is Ukraine's own probability that the Guarantor is resolved.
    way : str
        Of `WAYS`.
    """

    def __init__(self, x: Values, way: str) -> None:
        self.x = x
        self.defended, self.provocative = WAYS[way]
        self.odds = {"resolved": x["phi"], "irresolute": 1 - x["phi"]}
        trust = x.get("trust", x["phi"])
        self.trusted = {"resolved": trust, "irresolute": 1 - trust}
        self.priors = {"revisionist": x["rho"], "security": 1 - x["rho"]}
        self.attack = Contest("attack", self.defended, self.provocative)
        self.probe = replace(self.attack, challenge="probe")
        self.rest = replace(self.attack, challenge="attack after a probe")
        self.met = {
            (kind, contest): _Met.of(x, kind, contest)
            for kind in self.odds
            for contest in (self.attack, self.probe, self.rest)
        }

    def expecting(self, risk: Floats) -> After:
        """The same where the Guarantor's answers to a probe weigh the attack that follows.

        Parameters
        ----------
        risk : ndarray, shape (3, points)
            The probability of that attack, by answer, as the Guarantor expects it.
        """
        sigma, other = self.x["sigma"], copy(self)
        other.met = dict(self.met)
        for kind in self.odds:
            later = (1 - sigma) / sigma * risk * self.met[kind, self.rest].worth
            other.met[kind, self.probe] = _Met.of(self.x, kind, self.probe, later)
        return other

    def settled(self) -> Bools:
        """Where Russia does what the Guarantor's answers expect, so that this is an equilibrium."""
        again = self.expecting(self.risk())
        same = [
            np.isclose(self.met[kind, self.probe].answers, again.met[kind, self.probe].answers)
            for kind in self.odds
        ]
        return np.asarray(np.logical_and.reduce(same).all(axis=0))

    def risk(self) -> Floats:
        """The probability that an attack follows a probe, by its answer: shape (3, points).

        An answer that is never given tells Russia nothing.
        """
        asked = 0 * self.x["rho"]
        followed, sure = (np.zeros((3, len(asked))) for _ in range(2))
        for kind, prior in self.priors.items():
            worth = self.russia(kind)
            probes = prior * (self._plans(worth).argmax(axis=0) == PROBES)
            attacks = worth["attack the rest"] > 0
            asked, followed = asked + probes, followed + probes * attacks
            sure = sure + prior * attacks
        some = asked > 0
        return np.where(some, followed / np.where(some, asked, 1), sure)  # else by the priors

    def risk_if_force_signals(self) -> Floats:
        """The same if Russia takes force for resolve, and anything less for the lack of it."""
        found = np.zeros((3, len(self.x["rho"])))
        for kind, prior in self.priors.items():
            rest = self.rest_worth(kind)
            seen = (rest["irresolute"], rest["irresolute"], rest["resolved"])
            found += prior * (np.stack(seen) > 0)
        return found

    def _plans(self, worth: Mapping[str, Floats]) -> Floats:
        """What refraining, probing and attacking are worth to a type of Russia."""
        return np.stack([0 * worth["probe"], worth["probe"], worth["attack"]])

    def _mean(self, contest: Contest) -> Floats:
        """The probability of each answer, over the types of Guarantor."""
        return sum(
            (odds * self.met[kind, contest].answers for kind, odds in self.odds.items()),
            start=np.zeros((3, len(self.x["phi"]))),
        )

    def rest_worth(self, kind: str) -> dict[str, Floats]:
        """What it is worth to a type of Russia to attack after a probe, by type of Guarantor."""
        x, sigma = self.x, self.x["sigma"]
        worth = np.stack([russia_worth(x, kind, r, self.rest) for r in RESPONSES])
        return {
            k: (1 - sigma) * (self.met[k, self.rest].answers * worth).sum(axis=0) + self._ended()
            for k in self.odds
        }

    def _ended(self) -> Floats:
        """What an attack is worth by ending what provokes."""
        return self.x["t"] if self.provocative else 0 * self.x["t"]

    def believed(self) -> Floats:
        """Russia's belief that the Guarantor is resolved, after each answer to a probe."""
        mean, phi = self._mean(self.probe), self.odds["resolved"]
        seen = mean > NEVER
        joint = phi * self.met["resolved", self.probe].answers
        return np.where(seen, joint / np.where(seen, mean, 1), phi)

    def russia(self, kind: str) -> dict[str, Floats]:
        """What challenges are worth to a type of Russia, refraining being worth nothing.

        "attack the rest" has shape (3, points), by the answer to the probe.
        """
        x, sigma = self.x, self.x["sigma"]
        worth = {
            contest: np.stack([russia_worth(x, kind, r, contest) for r in RESPONSES])
            for contest in (self.attack, self.probe)
        }
        rest = self.rest_worth(kind)
        believed = self.believed()
        follow = believed * rest["resolved"] + (1 - believed) * rest["irresolute"]
        probed = self._mean(self.probe)
        stop = sigma * (probed * worth[self.probe]).sum(axis=0)
        return {
            "attack": (self._mean(self.attack) * worth[self.attack]).sum(axis=0) + self._ended(),
            "probe and stop": stop,
            "attack the rest": follow,
            "probe": stop + (probed * np.maximum(follow, 0)).sum(axis=0),
        }

    def outcomes(self) -> dict[str, Floats]:
        """Payoffs, and probabilities of events."""
        x, zero = self.x, 0 * self.x["phi"]
        provoked = x["t"] if self.provocative else zero
        total = dict.fromkeys(("Ukraine", "Guarantor", *_EVENTS), zero)
        for russian, prior in self.priors.items():
            worth = self.russia(russian)
            plans = self._plans(worth)
            best = plans.argmax(axis=0)
            held = x[f"b_{russian}"] * x["terms"]
            total[f"Russia, {russian}"] = held + plans.max(axis=0) - provoked
            for kind, odds in self.odds.items():
                attacked, probed = self._attacked(kind), self._probed(kind, worth)
                for name, quiet in self._quiet().items():
                    ways = np.choose(best, [quiet, probed[name], attacked[name]])
                    weight = self.trusted[kind] if name == "Ukraine" else odds
                    total[name] = total[name] + prior * weight * ways
        fixed = {"provocation": self.provocative, "defence-kept": self.defended}
        return total | {name: zero + so for name, so in fixed.items()}

    def _quiet(self) -> dict[str, Floats]:
        """Where Russia refrains."""
        x, zero = self.x, 0 * self.x["phi"]
        upkeep = x["c_d"] if self.defended else zero
        gain = x["w"] - x["c_q"] if self.provocative else zero
        sunk = -x["v"] * x["terms"] - x["c_pi"] * x["presence"]
        ours = {"Ukraine": -x["terms"] - upkeep + gain, "Guarantor": sunk}
        return ours | dict.fromkeys(_EVENTS, zero)

    def _lost(self, contest: Contest, kind: str) -> Floats:
        """What Ukraine loses by a challenge, per unit of what it decides."""
        left = 1 - self.x["terms"]
        chance = np.stack([prevails(self.x, r, contest) for r in RESPONSES])
        met = self.met[kind, contest].answers
        return np.asarray((met * chance).sum(axis=0) * left + self.x["c_U"])

    def _attacked(self, kind: str) -> dict[str, Floats]:
        """Where Russia attacks at once."""
        met, quiet = self.met[kind, self.attack], self._quiet()
        over = self.x["w"] if self.provocative else 0.0
        forced = met.answers[FORCE] if self.provocative else 0 * met.abandoned
        return quiet | {
            "Ukraine": quiet["Ukraine"] - over - self._lost(self.attack, kind),
            "Guarantor": quiet["Guarantor"] + met.worth,
            "attack": 1 + 0 * met.abandoned,
            "abandonment": met.abandoned,
            "unanswered attack": met.answers[0],
            "entrapment": forced * ~met.willing,
        }

    def _probed(self, kind: str, worth: Mapping[str, Floats]) -> dict[str, Floats]:
        """Where Russia probes, and attacks the rest where that pays."""
        x, sigma, quiet = self.x, self.x["sigma"], self._quiet()
        first, rest = self.met[kind, self.probe], self.met[kind, self.rest]
        follows = worth["attack the rest"] > 0
        attacked = (first.answers * follows).sum(axis=0)
        over = x["w"] if self.provocative else 0.0
        lost = sigma * self._lost(self.probe, kind)
        lost = lost + attacked * ((1 - sigma) * self._lost(self.rest, kind) + over)
        pay = sigma * first.worth + attacked * (1 - sigma) * rest.worth
        return quiet | {
            "Ukraine": quiet["Ukraine"] - lost,
            "Guarantor": quiet["Guarantor"] + pay,
            "probe": 1 + 0 * sigma,
            "attack": attacked,
            "abandonment": attacked * rest.abandoned,
            "unanswered attack": attacked * rest.answers[0],
            "force at a probe": first.answers[FORCE],
            "entrapment": self._entrapped(first, rest, follows),
        }

    def _entrapped(self, first: _Met, rest: _Met, follows: Bools) -> Floats:
        """Where force is used once that would not be without a pledge."""
        if not self.provocative:
            return 0 * first.abandoned
        later = follows * rest.answers[FORCE] * ~rest.willing  # by the answer to the probe
        at_once = np.zeros_like(later)
        at_once[FORCE] = ~first.willing
        return np.asarray((first.answers * (at_once + (1 - at_once) * later)).sum(axis=0))


_EVENTS = (
    "probe",
    "attack",
    "abandonment",
    "unanswered attack",
    "force at a probe",
    "entrapment",
)


def simple_plays(x: Values) -> dict[str, dict[str, After]]:
    """What follows each preparation, in each of the two plays.

    Parameters
    ----------
    x : mapping of str to ndarray, shape (points,)
        Every instrument and stake; trigger ambiguity above 0.
    """
    short_sighted = {way: After(x, way) for way in WAYS}
    return {
        "quiet": {w: one.expecting(one.risk()) for w, one in short_sighted.items()},
        "signalling": {
            w: one.expecting(one.risk_if_force_signals()) for w, one in short_sighted.items()
        },
    }


def played(after: Mapping[str, After]) -> dict[str, Floats]:
    """What happens where Ukraine prepares as pays it most.

    Parameters
    ----------
    after : mapping of str to After
        By preparation.

    Returns
    -------
    dict of str to ndarray, shape (points,)
        Payoffs, those of Russia's types given the type, and probabilities by event.
    """
    found = [one.outcomes() for one in after.values()]
    best = np.stack([one["Ukraine"] for one in found]).argmax(axis=0)
    return {name: np.choose(best, [one[name] for one in found]) for name in found[0]}
