"""All equilibria of many games of one shape, as arrays."""

from __future__ import annotations

import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError
from deterrence.games.payoff_arrays import floats_of
from deterrence.games.strategic import StrategicGame

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["Batch"]

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, eq=False, repr=False)
class Batch:
    """Equilibria of many games; what `solve_batch` returns.

    Attributes
    ----------
    payoffs : mapping of str to ndarray
        By player, the payoffs as they were given: games first, then one axis for each player.
    actions : mapping of str to tuple of str
    strategies : mapping of str to ndarray of float64, shape (games, slots, actions)
        By player, the probability of each action in each equilibrium of each game; a game's
        equilibria come first, and NaN fills the slots that are left. Off by at most 1e-9.
    count : ndarray of int32, shape (games,)
        How many equilibria are listed.
    degenerate : ndarray of bool, shape (games,)
        Two players: whether some mixed strategy has more best responses than actions that it
        plays, so that there may be continua; the listed equilibria are their extreme points. Three
        players: whether some equilibrium is not regular: an action not played that pays as much as
        those played, a double root, or a continuum.
    complete : ndarray of bool, shape (games,)
        Two players: whether all extreme equilibria are listed. Three: whether every equilibrium is
        listed or lies in a box of mixes with listed corners; all of any such box are equilibria.
    """

    payoffs: Mapping[str, NDArray[Any]]
    actions: Mapping[str, tuple[str, ...]]
    strategies: Mapping[str, Floats]
    count: NDArray[np.int32]
    degenerate: Bools
    complete: Bools

    @property
    def players(self) -> tuple[str, ...]:
        """The players' names."""
        return tuple(self.payoffs)

    @property
    def shape(self) -> tuple[int, ...]:
        """The numbers of actions."""
        return tuple(len(labels) for labels in self.actions.values())

    def __len__(self) -> int:
        """How many games."""
        return len(self.count)

    def game(self, k: int) -> StrategicGame:
        """One of the games.

        Raises
        ------
        InputError
            If there is no such game.
        """
        k = self._place(k)
        return StrategicGame({p: self.payoffs[p][k] for p in self.players}, self.actions)

    def solution(self, k: int) -> Solution:
        """The exact solution of one of the games, each equilibrium certified; see `solve`."""
        return solve(self.game(k), "nash")

    def regret(self) -> Floats:
        """What the player who gains most by a deviation gains, by game and slot.

        Computed in floats from the payoffs as given and the strategies alone, so that it shows
        their rounding: about 1e-9 of the payoffs at most.

        Returns
        -------
        ndarray, shape (games, slots)
            NaN where there is no equilibrium.
        """
        worst = np.full(next(iter(self.strategies.values())).shape[:2], -np.inf)
        axes = string.ascii_lowercase[: len(self.players)]
        for own, player in zip(axes, self.players, strict=True):
            operands = [floats_of(self.payoffs[player], player)]
            terms = ["K" + axes]
            for axis, other in zip(axes, self.players, strict=True):
                if axis != own:
                    operands.append(self.strategies[other])
                    terms.append("KS" + axis)
            values = np.einsum(",".join(terms) + "->KS" + own, *operands)
            kept = (values * self.strategies[player]).sum(axis=-1)
            worst = np.maximum(worst, values.max(axis=-1) - kept)
        return worst

    def to_dataset(self) -> xr.Dataset:
        """The same as an xarray.Dataset, which can be saved.

        Returns
        -------
        xarray.Dataset
            Dimensions "game", "equilibrium" and, for each player, "A action" with its labels.
            Variables "payoff of A", "strategy of A", "count", "degenerate" and "complete".
            Fractions are written as text.
        """
        import xarray as xr

        axes = [f"{p} action" for p in self.players]
        data: dict[str, Any] = {}
        for player, axis in zip(self.players, axes, strict=True):
            payoffs = self.payoffs[player]
            payoffs = payoffs.astype(str) if payoffs.dtype == object else payoffs
            data[f"payoff of {player}"] = (("game", *axes), payoffs)
            data[f"strategy of {player}"] = (
                ("game", "equilibrium", axis),
                self.strategies[player],
            )
        for name in ("count", "degenerate", "complete"):
            data[name] = ("game", getattr(self, name))
        labels = {a: list(self.actions[p]) for a, p in zip(axes, self.players, strict=True)}
        kind = "extreme equilibria" if len(self.players) == 2 else "equilibria"
        return xr.Dataset(data, labels, {"concept": "nash", "equilibria": kind})

    def _place(self, k: int) -> int:
        if not isinstance(k, (int, np.integer)) or not -len(self) <= k < len(self):
            raise InputError(f"game {k!r}: the batch has games 0 to {len(self) - 1:,}.")
        return int(k)

    def __repr__(self) -> str:
        size = " x ".join(str(n) for n in self.shape)
        games = f"{len(self):,} game{'' if len(self) == 1 else 's'}"
        kind = "extreme equilibria" if len(self.players) == 2 else "equilibria"
        total = int(self.count.sum())
        most = int(self.count.max())
        lines = [
            f"<Batch: {games} of {size} between {', '.join(self.players)}",
            f"  {total:,} {kind}, at most {most} in a game",
            f"  {int(self.degenerate.sum()):,} degenerate, "
            f"{int((~self.complete).sum()):,} not complete>",
        ]
        return "\n".join(lines)
