"""How n guarantors that are alike respond to an attack, by rule, and what that is worth to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.lead_thresholds import LeadEquilibrium, lead_equilibria
from deterrence.equilibrium.threshold import threshold_equilibria
from deterrence.equilibrium.threshold_record import Cutpoint
from deterrence.errors import InputError
from deterrence.games.collective_action import ContributionGame, StepDensity, VotingGame

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

__all__ = ["Coalition", "Reaction"]


@dataclass(frozen=True, eq=False)
class Reaction:
    """One symmetric equilibrium of the guarantors after an attack.

    Attributes
    ----------
    acting : ndarray, shape (n + 1,)
        The probabilities that 0, 1, ..., n take part in the response.
    force : ndarray, shape (n + 1,)
        The share of the whole force that is then used.
    guarantors : float
        What all guarantors together get from the attack, presence apart.
    pivotal : bool
        False if it is an equilibrium only because no single vote matters.
    """

    acting: Floats
    force: Floats
    guarantors: float
    pivotal: bool


@dataclass(frozen=True)
class Coalition:
    """n guarantors with equal shares, under one rule.

    Everything is counted for the whole: n times what is one member's. Members' costs of force are
    independent. With probability phi a cost is uniform over the lower half of the range between
    ``k_resolved`` and ``k_irresolute``, else over the upper half.

    Attributes
    ----------
    n : int
    rule, technology : str
        As for `coalition_game`.
    numbers : mapping of str to float
        Every parameter of the guarantee game.
    bilateral : float
        The strength of each one's own pledge.
    """

    n: int
    rule: str
    technology: str
    numbers: Mapping[str, float]
    bilateral: float

    def prevails(self, force: Any) -> Any:
        """Russia's chance where this share of the whole force is used."""
        x = self.numbers
        held = x["m0"] * (1 + x["m_d"]) + x["m_pi"] * x["presence"]
        return 1 / (1 + held + (x["m_aid"] + x["m_force"]) * force)

    def worth(self, force: Any) -> Any:
        """What an attack so met is worth to all members, their costs and own pledges apart."""
        x = self.numbers
        stake = x["v"] + x["y"] * x["presence"]
        return -stake * self.prevails(force) - x["strength"] * x["a"] * (1 - force)

    @property
    def cost(self) -> StepDensity:
        """The distribution of one member's cost, times n where it bears that of the whole force."""
        x = self.numbers
        low, high = sorted((x["k_resolved"], x["k_irresolute"]))
        if low == high:
            raise InputError(
                f"k_resolved and k_irresolute are both {low:g}; a range of costs needs two ends."
            )
        times = self.n if self.best_shot else 1
        edges = [times * low, times * (low + high) / 2, times * high]
        return StepDensity(edges, [x["phi"], 1 - x["phi"]])

    @property
    def votes(self) -> bool:
        """Whether all act or nobody does."""
        return self.rule in ("majority", "unanimity")

    @property
    def best_shot(self) -> bool:
        """Whether one who acts sends the whole force."""
        return self.technology == "best-shot" and not self.votes

    @property
    def shirking(self) -> float:
        """What not honouring its own pledge costs a member, times n."""
        return self.bilateral * self.numbers["a"]

    def game(self) -> ContributionGame | VotingGame:
        """The game among the members after an attack."""
        import numpy as np

        if self.votes:
            needed = self.n if self.rule == "unanimity" else self.n // 2 + 1
            benefit = float(self.worth(1.0) - self.worth(0.0))
            return VotingGame(needed, self.n, benefit, self.cost, self.shirking)
        values = np.asarray(self.worth(self.force)).tolist()
        return ContributionGame(values, self.cost, self.shirking)

    @property
    def force(self) -> Floats:
        """The share of the whole force where 0, 1, ..., n act."""
        import numpy as np

        acting = np.arange(self.n + 1)
        return np.asarray(acting > 0, dtype=float) if self.best_shot else acting / self.n

    def reactions(self) -> tuple[list[Reaction], bool]:
        """All symmetric equilibria after an attack, and whether the set is complete."""
        game = self.game()
        if isinstance(game, ContributionGame) and self.rule == "lead" and self.n > 1:
            led = lead_equilibria(game)
            return [self._led(game, one) for one in led], led.complete
        found = threshold_equilibria(game)
        if isinstance(game, VotingGame):
            return [self._voted(game, point) for point in found], found.complete
        return [self._acted(game, point) for point in found], found.complete

    def _acted(self, game: ContributionGame, point: Cutpoint) -> Reaction:
        acting = point.numbers
        return self._reaction(game, acting, _spent(self.cost, point.probability), point.pivotal)

    def _led(self, game: ContributionGame, one: LeadEquilibrium) -> Reaction:
        after = [_spent(self.cost, point.probability) for point in (one.after_act, one.after_none)]
        others = one.probability * after[0] + (1 - one.probability) * after[1]
        leader = _spent(self.cost, one.probability)
        spent = (leader + (self.n - 1) * others) / self.n
        return self._reaction(game, one.numbers, spent, True)

    def _reaction(
        self, game: ContributionGame, acting: Floats, spent: float, pivotal: bool
    ) -> Reaction:
        import numpy as np

        aside = 1 - np.arange(self.n + 1) / self.n
        worth = acting @ (np.asarray(game.values) - game.shirking * aside)
        return Reaction(acting, self.force, float(worth) - spent, pivotal)

    def _voted(self, game: VotingGame, point: Cutpoint) -> Reaction:
        import numpy as np
        from scipy.stats import binom

        yes = np.arange(self.n + 1)
        passed = point.response
        acting = np.concatenate([[1 - passed], np.zeros(self.n - 1), [passed]])
        failed = yes < game.needed
        shirkers = float((point.numbers * (1 - yes / self.n))[failed].sum())
        # a member's cost is borne where the vote passes, more likely so with its own vote
        for_it = _spent(self.cost, point.probability)
        against = _spent(self.cost, 1.0) - for_it
        others, q = self.n - 1, point.probability
        with_vote = float(binom.sf(game.needed - 2, others, q))
        without = float(binom.sf(game.needed - 1, others, q))
        spent = for_it * with_vote + against * without
        worth = passed * self.worth(1.0) + (1 - passed) * self.worth(0.0)
        total = float(worth) - game.shirking * shirkers - spent
        return Reaction(acting, self.force, total, point.pivotal)


def _spent(cost: StepDensity, probability: float) -> float:
    """The mean of the costs up to a quantile, over all types: others count as nothing."""
    import numpy as np

    steps = np.cumsum([0.0, *cost.weights])
    nodes = np.append(steps[steps < probability], probability)
    return float(np.trapezoid(cost.ppf(nodes), nodes))
