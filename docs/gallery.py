"""The pictures of the reference, drawn from the games of the guides when the pages are built."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import deterrence as dt
from deterrence.oped import guide_games as games

PICTURES: dict[str, Callable[[Any], Any]] = {}
SIZES = {"regions": (9.5, 5.0), "phase_map": (9.0, 4.6)}
SIZE = (8.0, 3.6)


def picture(draw: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Put a function that draws into given axes into the gallery, under its own name."""
    PICTURES[draw.__name__] = draw
    return draw


def even(low: float, high: float, count: int) -> list[float]:
    return [low + (high - low) * k / (count - 1) for k in range(count)]


def grid() -> Any:
    axes = {"prize": even(-1, 2, 31), "pain": even(0, 2, 21)}
    return dt.sweep(games.two_at_once(), axes, classify=["attack", "force"], jobs=1)


@picture
def phase_map(ax: Any) -> None:
    dt.plots.phase_map(grid(), "prize", "pain", ax=ax)


@picture
def slices(ax: Any) -> None:
    dt.plots.slices(grid(), "prize", ["attack", "force"], {"pain": 1}, ax=ax)


@picture
def design_surface(ax: Any) -> None:
    game = games.priced_attack()
    found = dt.design(game, "Guarantor", ["strength", "prize"], grid=40, jobs=1)
    dt.plots.design_surface(found, ax=ax)


@picture
def regions(ax: Any) -> None:
    game, payoffs = games.unilateral_deterrence(), games.CREDIBILITY
    solution = dt.solve(game.at(payoffs, p_ch="0.5", p_def="0.6"))
    named = {}
    for equilibrium in solution:
        demand = [equilibrium.strategy["Challenger"][(k,)]["demand"] for k in ("hard", "soft")]
        if demand == [1, 0]:
            named["hard alone demands"] = dt.region(game, equilibrium, games.ordered_payoffs())
    numbers = {name: float(value) for name, value in payoffs.items()}
    dt.plots.regions(named, "p_def", "p_ch", numbers, ax=ax)


@picture
def sensitivity(ax: Any) -> None:
    found = dt.sensitivity(games.resolve_and_cost(), "attack", of="most", samples=128, jobs=1)
    dt.plots.sensitivity(found, ax)


@picture
def tornado(ax: Any) -> None:
    found = dt.swings(games.resolve_and_cost(), "Russia", at=games.CRISIS, of="most", jobs=1)
    dt.plots.tornado(found, ax)


@picture
def flips(ax: Any) -> None:
    game = games.resolve_and_cost()
    dt.plots.flips(dt.flips(game, "most attack < 0.5", at=games.CRISIS, scan=9, jobs=1), ax)


@picture
def shares(ax: Any) -> None:
    dt.plots.shares(dt.shares(games.two_at_once(), classify=["attack"], jobs=1), ax)


@picture
def statics(ax: Any) -> None:
    at = {**games.CRISIS, "resolve": "0.2"}
    dt.plots.statics(dt.statics(games.resolve_and_cost(), "Russia", at=at), ax)


def write_pictures(folder: Path) -> None:
    """Draw all pictures, as SVG.

    Parameters
    ----------
    folder : pathlib.Path
    """
    from matplotlib.figure import Figure

    folder.mkdir(exist_ok=True)
    for name, draw in PICTURES.items():
        figure = Figure(figsize=SIZES.get(name, SIZE), layout="constrained")
        draw(figure.add_subplot())
        figure.savefig(folder / f"{name}.svg")
