"""How documented numbers are computed, each under the name that the list of numbers uses."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.games.tree import Game
from deterrence.guarantee.catalogue import arrangement, arrangements
from deterrence.oped.inputs import read_changes
from deterrence.oped.long_run_contrast import LongRunContrast, contrast_long_run
from deterrence.oped.long_run_effects import LongRunDesign, design_long_run
from deterrence.oped.maps import regime_counts, scenario_map
from deterrence.oped.survival import Survival, survival
from deterrence.oped.talks_draws import draw_talks
from deterrence.oped.trees import formulas

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COMPUTATIONS", "Value"]

Value = int | float | bool | str
COMPUTATIONS: dict[str, Callable[..., Value]] = {}


def computation(function: Callable[..., Value]) -> Callable[..., Value]:
    """Put a function into the registry, under its own name."""
    COMPUTATIONS[function.__name__] = function
    return function


@functools.lru_cache(maxsize=64)
def _solved(scenario: str, changes: tuple[str, ...]) -> Solution:
    return solve(_game(scenario, changes))


def _game(scenario: str, changes: tuple[str, ...]) -> Game:
    chosen = arrangement(scenario)
    return formulas(chosen).at(chosen.values(**read_changes(changes)))


def _solution(scenario: str, changes: Mapping[str, Any] | None) -> Solution:
    texts = tuple(f"{name}={value}" for name, value in (changes or {}).items())
    return _solved(scenario, texts)


@computation
def arrangement_count() -> int:
    """How many real arrangements there are."""
    return len(arrangements())


@computation
def nodes(scenario: str) -> int:
    """Nodes of an arrangement's game; branches that are impossible there are not counted."""
    return len(_game(scenario, ()))


@computation
def information_sets(scenario: str) -> int:
    """Information sets of an arrangement's game."""
    return len(_game(scenario, ()).information_sets)


@computation
def envelope(
    scenario: str, outcome: str, side: str, changes: Mapping[str, Any] | None = None
) -> float:
    """Least or most of an outcome over all equilibria of an arrangement."""
    least, most = _solution(scenario, changes).most_and_least(outcome)
    return {"least": least, "most": most}[side]


@computation
def components(scenario: str, changes: Mapping[str, Any] | None = None) -> int:
    """Connected components of an arrangement's equilibria."""
    return len(_solution(scenario, changes))


@computation
def complete(scenario: str, changes: Mapping[str, Any] | None = None) -> bool:
    """Whether all equilibria of an arrangement are known."""
    return _solution(scenario, changes).complete


@computation
def map_points(regime: str, scenario: str = "oped", size: int = 17) -> int:
    """At how many points of a map there are equilibria of a kind."""
    return _map_counts(scenario, size)[regime]


@functools.lru_cache(maxsize=4)
def _map_counts(scenario: str, size: int) -> dict[str, int]:
    return regime_counts(scenario_map(arrangement(scenario), size=size))


@computation
def long_run_mean(scenario: str, year: int, side: str, draws: int, seed: int) -> float:
    """The mean over draws of the least or most probability of an attack within so many years."""
    return float(_survival(scenario, draws, seed).attacked(year)[side].mean())


@functools.lru_cache(maxsize=32)
def _survival(scenario: str, draws: int, seed: int) -> Survival:
    return survival({scenario: arrangement(scenario)}, 10, draws=draws, rng=seed, levels=1)


@computation
def long_run_contrast_share(
    scenario: str,
    verdict: str,
    year: int,
    draws: int,
    seed: int,
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    window: bool = False,
    memory_before: bool = True,
) -> float:
    """In which share of draws a change of the long run makes attacks more, less or as likely."""
    settings = tuple(
        tuple((n, str(x)) for n, x in (given or {}).items()) for given in (before, after)
    )
    found = _contrast(scenario, *settings, year, draws, seed, window, memory_before)
    return float(found.shares()["share"].to_dict()[verdict])


Setting = tuple[tuple[str, str], ...]


@functools.lru_cache(maxsize=32)
def _contrast(
    scenario: str,
    before: Setting,
    after: Setting,
    year: int,
    draws: int,
    seed: int,
    window: bool,
    memory_before: bool,
) -> LongRunContrast:
    return contrast_long_run(
        arrangement(scenario),
        dict(before),
        dict(after),
        year=year,
        draws=draws,
        rng=seed,
        window=window,
        memory=(memory_before, True),
    )


@computation
def talks_mean(scenario: str, column: str, draws: int, seed: int) -> float:
    """The mean over draws of a column of the stopping problem's table."""
    return float(_talks(scenario, draws, seed)[column].mean())


@computation
def talks_reversed(scenario: str, draws: int, seed: int) -> int:
    """At how many draws Ukraine settles at more balances without the guarantee than with it."""
    found = _talks(scenario, draws, seed)
    return int((found["settles (none)"] > found["settles (guarantee)"]).sum())


@functools.lru_cache(maxsize=4)
def _talks(scenario: str, draws: int, seed: int) -> pd.DataFrame:
    return draw_talks(arrangement(scenario), draws, seed)


@computation
def best_duration(scenario: str, player: str) -> float:
    """The duration in years that is best for a player at worst, of 5, 10, 20 and no end."""
    return _design(scenario).best(player)[1]


@functools.lru_cache(maxsize=4)
def _design(scenario: str) -> LongRunDesign:
    strengths = ["0.2", "0.4", "0.6", "0.8", "1"]
    return design_long_run(arrangement(scenario), strengths, [5, 10, 20, None])
