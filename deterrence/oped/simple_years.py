"""Simple plays of the long run: best replies in turn, for many points at once.

Written from the specification of the long run, apart from its trees and every solver. Each play
starts from a Russia of one mind: one that never attacks, always does, or does while the guarantee
is in force and its word unbroken, be it against all governments or against one kind. The Guarantor
answers an attack in every state as pays it most if Russia goes on like that; Russia attacks in
every state where that pays most against such answers; and so on, a few times. Where nothing changes
any more the play is an equilibrium; elsewhere it is a guess.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import product

import numpy as np
from numpy.typing import NDArray

from deterrence.oped.cutoffs import RESPONSES, Contest, cover, guarantor_worth, prevails

__all__ = ["KINDS", "MINDS", "RUSSIANS", "SimpleYears"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Values = Mapping[str, Floats]

ROUNDS = 6  # of best replies
STEPS = 30  # of policy iteration, which ends by itself
STANDS = ("alive", "broken", "expired")  # the guarantee's, "broken" if alive with a broken word
GOVERNMENTS = ("resolved", "irresolute")
RUSSIANS = ("revisionist", "security")
KINDS = tuple(product(STANDS, GOVERNMENTS))
# where Russia attacks at first: in these states of the guarantee, against these governments
MINDS = {
    "never": ((), ()),
    "always": (STANDS, GOVERNMENTS),
    "while its word is good": (("alive",), GOVERNMENTS),
    "while its word is good, if resolved": (("alive",), ("resolved",)),
    "while its word is good, if irresolute": (("alive",), ("irresolute",)),
}
SIZES = ("m0", "m_pi", "m_aid", "m_force")  # in units of Russia's strength
OWED, NOT_OWED = 0, 1
FORCE = 2
BETTER = 1e-12


@dataclass(frozen=True, eq=False)
class SimpleYears:
    """The long run of one type of Russia at many points.

    Parameters
    ----------
    x : mapping of str to ndarray, shape (points,)
        Every instrument and stake, those of the long run too.
    russia : {"revisionist", "security"}
    levels : int
        Steps in which Russia rebuilds.
    remembers : bool
        Whether a broken word costs less to break again.

    Notes
    -----
    States are those of peace by level, then of war, each by what is left of the guarantee and by
    government: six for each. Arrays by state have the points first. Where Russia has prevailed all
    is worth 0, so that no state stands for it.
    """

    x: Values
    russia: str
    levels: int = 2
    remembers: bool = True

    # -- a year

    @property
    def points(self) -> int:
        """How many."""
        return len(self.x["phi"])

    @property
    def peaceful(self) -> int:
        """How many states are of peace."""
        return (self.levels + 1) * len(KINDS)

    @cached_property
    def aging(self) -> Floats:
        """How guarantee and government are a year later: shape (points, 6, 6)."""
        x, zero = self.x, np.zeros(self.points)
        new = {"resolved": x["phi"], "irresolute": 1 - x["phi"]}
        rows = []
        for stand, government in KINDS:
            ends = {stand: 1 - x["h_end"], "expired": x["h_end"]}
            ends = {"expired": zero + 1} if stand == "expired" else ends
            stays = (1 - x["h_gov"]) * np.array([[government == g] for g in GOVERNMENTS])
            next_ = {g: x["h_gov"] * new[g] + stays[n] for n, g in enumerate(GOVERNMENTS)}
            rows.append([ends.get(s, zero) * next_[g] for s, g in KINDS])
        return np.moveaxis(np.array(rows), 2, 0)

    @cached_property
    def calm(self) -> Floats:
        """Where a state leads without an attack: shape (points, states, states)."""
        size, k = self.peaceful + len(KINDS), len(KINDS)
        found = np.zeros((self.points, size, size))
        up = np.minimum(1, self.levels / self.x["recon_y"])[:, None, None]
        for level in range(self.levels + 1):
            here = slice(level * k, (level + 1) * k)
            if level == self.levels:
                found[:, here, here] = self.aging
                continue
            found[:, here, here] = (1 - up) * self.aging
            found[:, here, (level + 1) * k : (level + 2) * k] = up * self.aging
        ended = self.x["r_peace"][:, None, None]
        found[:, self.peaceful :, :k] = ended * self.aging
        found[:, self.peaceful :, self.peaceful :] = (1 - ended) * self.aging
        return found

    def _at(self, state: int) -> Values:
        """The stakes of the crisis in a state of peace."""
        level, (stand, _) = state // len(KINDS), KINDS[state % len(KINDS)]
        x, zero = dict(self.x), np.zeros(self.points)
        grown = 1 + x["recon"] * level / self.levels if self.levels else 1 + zero
        x |= {name: x[name] / grown for name in SIZES}
        held = ("v", "y", f"b_{self.russia}")
        x |= {name: x[name] * (1 - x["kept"]) for name in held}
        x["terms"] = zero
        if stand == "expired":
            x |= dict.fromkeys(("strength", "automaticity", "presence"), zero)
        if stand == "broken":
            x["a"] = x["a"] * (1 - x["spent"])
        return x

    @cached_property
    def _crisis(self) -> dict[str, Floats]:
        """By state of peace, whether something is owed, and response: what an attack brings.

        "lost" is Russia's chance; "Guarantor" and "Russia" what is paid. "found", shape (points,
        states, 2), is how likely something is owed, or nothing is, where the Guarantor decides.
        """
        direct, states = Contest(), range(self.peaceful)
        at = [self._at(n) for n in states]
        lost = np.array([[prevails(x, r) for r in RESPONSES] for x in at])
        costs = [0 * self.x["c_A"], self.x["c_A"], self.x["c_F"]]
        gains = np.array(
            [
                [x[f"b_{self.russia}"] * p - x["c_0"] - c for p, c in zip(row, costs, strict=True)]
                for x, row in zip(at, lost, strict=True)
            ]
        )
        worth = np.array(
            [
                [
                    [
                        guarantor_worth(x, KINDS[n % len(KINDS)][1], r, direct, covered=covered)
                        for r in RESPONSES
                    ]
                    for covered in (True, False)
                ]
                for n, x in zip(states, at, strict=True)
            ]
        )
        covered = np.array(
            [
                cover(x, direct) * (KINDS[n % len(KINDS)][0] != "expired")
                for n, x in zip(states, at, strict=True)
            ]
        )
        automatic = np.array([x["automaticity"] for x in at])
        return {
            "lost": np.moveaxis(lost, 2, 0),
            "Russia": np.moveaxis(gains, 2, 0),
            "Guarantor": np.moveaxis(worth, 3, 0),
            "found": np.moveaxis(
                np.array([covered * (1 - automatic), 1 - covered]), (2, 0), (0, 2)
            ),
            "automatic": (covered * automatic).T,
        }

    @cached_property
    def _after(self) -> Floats:
        """Where an attack leads among the states of war: shape (points, states, 2, 3, 6)."""
        k = len(KINDS)
        after = np.zeros((self.points, self.peaceful, 2, 3, k))
        short = np.stack(
            [1 + 0 * self.x["phi"], 1 - self.x["response_ambiguity"], 0 * self.x["phi"]]
        )
        for n, owed, r in product(range(self.peaceful), (OWED, NOT_OWED), range(3)):
            place = n % k
            step = self.aging[:, place]
            if self.remembers and owed == OWED and KINDS[place][0] == "alive":
                broken = self.aging[:, place + len(GOVERNMENTS)]
                step = step + short[r][:, None] * (broken - step)
            after[:, n, owed, r] = (1 - self._crisis["lost"][:, n, r])[:, None] * step
        return after

    @cached_property
    def _upkeep(self) -> Floats:
        """What the Guarantor pays for its presence in a year, by state of peace."""
        yearly = -(1 - self.x["delta_G"]) * self.x["c_pi"] * self.x["presence"]
        here = np.array([KINDS[n % len(KINDS)][0] != "expired" for n in range(self.peaceful)])
        return np.asarray(yearly[:, None] * here)

    # -- a play

    def _met(self, answers: NDArray[np.intp]) -> Floats:
        """How likely each case and response is at an attack: shape (points, states, 2, 3)."""
        chosen = answers[..., None] == np.arange(3)
        odds = self._crisis["found"][..., None] * chosen
        odds[:, :, OWED, FORCE] += self._crisis["automatic"]
        return np.asarray(odds)

    def _attacked(self, answers: NDArray[np.intp]) -> tuple[Floats, Floats, Floats]:
        """What an attack pays Russia and the Guarantor, and where it leads, by state of peace."""
        met = self._met(answers)
        russia = (met * self._crisis["Russia"][:, :, None]).sum(axis=(2, 3))
        guarantor = (met * self._crisis["Guarantor"]).sum(axis=(2, 3)) + self._upkeep
        step = np.einsum("pncr,pncrk->pnk", met, self._after)
        return russia, guarantor, step

    def _values(self, attacks: Bools, paid: Floats, calm: Floats, step: Floats, by: str) -> Floats:
        """What states are worth where the same is played for ever."""
        move, now = self.calm.copy(), np.zeros(self.calm.shape[:2])
        size = self.peaceful
        now[:, :size] = np.where(attacks, paid, calm)
        move[:, :size][attacks] = 0
        move[:, :size, size:] += attacks[..., None] * step
        matrix = np.eye(move.shape[1]) - self.x[by][:, None, None] * move
        return np.asarray(np.linalg.solve(matrix, now[..., None])[..., 0])

    def _challenges(self, attacks: Bools, answers: NDArray[np.intp]) -> Bools:
        """In which states of peace Russia attacks, best against these answers."""
        paid, _, step = self._attacked(answers)
        delta, size = self.x["delta_R"][:, None], self.peaceful
        for _ in range(STEPS):
            worth = self._values(attacks, paid, 0 * paid, step, "delta_R")
            now = paid + delta * np.einsum("pnk,pk->pn", step, worth[:, size:])
            wait = delta * np.einsum("pnk,pk->pn", self.calm[:, :size], worth)
            better = np.where(abs(now - wait) <= BETTER, attacks, now > wait)
            if (better == attacks).all():
                break
            attacks = better
        return attacks

    def _answers(self, attacks: Bools, answers: NDArray[np.intp]) -> NDArray[np.intp]:
        """What the Guarantor does, best where Russia attacks like that."""
        for _ in range(STEPS):
            _, paid, step = self._attacked(answers)
            worth = self._values(attacks, paid, self._upkeep, step, "delta_G")
            later = np.einsum("pncrk,pk->pncr", self._after, worth[:, self.peaceful :])
            each = self._crisis["Guarantor"] + self.x["delta_G"][:, None, None, None] * later
            kept = np.take_along_axis(each, answers[..., None], axis=3)[..., 0]
            better = np.where(each.max(axis=3) > kept + BETTER, each.argmax(axis=3), answers)
            if (better == answers).all():
                break
            answers = better
        return answers

    def play(self, mind: str) -> tuple[Bools, NDArray[np.intp], Bools]:
        """Where Russia attacks, what the Guarantor answers, and at which points that is steady.

        Parameters
        ----------
        mind : str
            Of `MINDS`.
        """
        attacks = np.broadcast_to(self._first(mind), (self.points, self.peaceful)).copy()
        answers = self._crisis["Guarantor"].argmax(axis=3)
        steady = np.zeros(self.points, dtype=bool)
        for _ in range(ROUNDS):
            before, answers = answers, self._answers(attacks, answers)
            again = self._challenges(attacks, answers)
            steady = (again == attacks).all(axis=1) & (before == answers).all(axis=(1, 2))
            attacks = again
            if steady.all():
                break
        return attacks, answers, steady

    def _first(self, mind: str) -> Bools:
        """The states of peace in which a Russia of that mind attacks at first."""
        stands, governments = MINDS[mind]
        once = [stand in stands and government in governments for stand, government in KINDS]
        return np.array(once * (self.levels + 1))

    def at_once(self) -> Floats:
        """What an attack pays Russia in its year: shape (points, states of peace).

        The Guarantor answers by what that pays it in the same year.
        """
        return self._attacked(self._crisis["Guarantor"].argmax(axis=3))[0]

    def peace(self, attacks: Bools, years: int) -> Floats:
        """The probability of no attack within 0, 1, ... years: shape (points, years + 1)."""
        size, move = self.peaceful, self.calm.copy()
        move[:, :size][attacks] = 0
        now = np.zeros(self.calm.shape[:2])
        now[:, 0], now[:, 1] = self.x["phi"], 1 - self.x["phi"]
        left = [np.ones(self.points)]
        for _ in range(years):
            now = np.einsum("pn,pnm->pm", now, move)
            left.append(now.sum(axis=1))
        return np.array(left).T

    def ukraine(self, attacks: Bools, answers: NDArray[np.intp]) -> Floats:
        """What the long run is worth to Ukraine at its start, which keeps its defence."""
        met, lost = self._met(answers), self._crisis["lost"][:, :, None]
        upkeep = -((1 - self.x["delta_U"]) * self.x["c_d"])[:, None] + np.zeros(attacks.shape)
        left = (1 - self.x["kept"])[:, None]
        hit = -(met * lost).sum(axis=(2, 3)) * left - self.x["c_U"][:, None]
        *_, step = self._attacked(answers)
        worth = self._values(attacks, hit + upkeep, upkeep, step, "delta_U")
        return np.asarray(self.x["phi"] * worth[:, 0] + (1 - self.x["phi"]) * worth[:, 1])
