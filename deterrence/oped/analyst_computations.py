"""How the slower answers of the guide for analysts are computed, each as it is shown there."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction

from deterrence.games.tree import Game
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.crisis import guarantee_game
from deterrence.oped.arrangement_sample import compare_arrangements
from deterrence.oped.computations import Value, computation
from deterrence.oped.ranking import Ranking
from deterrence.oped.survival import survival
from deterrence.oped.talks import when_to_talk
from deterrence.study.flips import flips
from deterrence.study.sweeping import sweep

__all__ = ["answer_an_analyst"]

SCENARIO = "oped"
SURVIVAL = ("attack in 1 y (most)", "attack in 5 y (most)", "attack in 10 y (most)")
INSTRUMENTS = ("strength", "response_ambiguity", "trigger_ambiguity", "conditionality", "presence")
DRAWS, SOLUTIONS = 64, 2000


@computation
def answer_an_analyst(question: str) -> Value:
    """An answer of the guide for analysts."""
    return "\n".join(line.rstrip() for line in ANSWERS[question]().splitlines())


@functools.cache
def _game() -> tuple[Game, dict[str, Fraction]]:
    game, values = guarantee_game(), arrangement(SCENARIO).values()
    return game, {name: values[name] for name in game.parameters}


def _renewed() -> str:
    table = survival().to_frame()[list(SURVIVAL)].round(2)
    return table.rename_axis(None).to_string(header=[str(c).removesuffix(" (most)") for c in table])


def _pays() -> str:
    return _flips("least attack > 0.05", ["strength"], {"strength": Fraction(0)})


def _probe() -> str:
    return _flips("most probe > 0.5", INSTRUMENTS, {})


def _flips(conclusion: str, over: Sequence[str], changes: Mapping[str, Fraction]) -> str:
    """The nearest values at which a conclusion becomes false, within one thousandth."""
    game, at = _game()
    found = flips(
        game,
        conclusion,
        over=over,
        at={**at, **changes},
        scan=9,
        tolerance="0.001",
        exact_values=False,
        jobs=1,
    )
    frame = found.to_frame()[["parameter", "present", "nearest"]]
    return frame.round(2).to_string(index=False)


def _hurts() -> str:
    return _along("strength", "Guarantor", ["0", "0.2", "0.4", "0.6", "0.8", "1"])


def _along(name: str, outcome: str, values: list[str]) -> str:
    import pandas as pd

    game, at = _game()
    grid = sweep(game, {name: values}, fixed=at, jobs=1).sel(outcome=outcome)
    table = pd.DataFrame(
        {"least": grid.least.values, "most": grid.most.values},
        index=pd.Index(grid[name].values, name=name),
    )
    return table.round(3).to_string()


def _response() -> str:
    return _over("response_ambiguity", ["0.1", "0.5", "0.9"], "automaticity", ["0", "0.5", "1"])


def _isoquants() -> str:
    strengths, presences = (["0", "0.25", "0.5", "0.75", "1"] for _ in range(2))
    return _over("strength", strengths, "presence", presences)


def _over(row: str, rows: list[str], column: str, columns: list[str]) -> str:
    """The most of an attack over two instruments."""
    game, at = _game()
    grid = sweep(game, {row: rows, column: columns}, fixed=at, jobs=1).most.sel(outcome="attack")
    return str(grid.drop_vars(["outcome", "kind"]).to_pandas().round(2).to_string())


def _talk() -> str:
    found = when_to_talk(arrangement(SCENARIO))
    return str({offer: found.region(offer) for offer in ("guarantee", "none")})


@functools.cache
def _ranking() -> Ranking:
    return compare_arrangements(draws=DRAWS, solutions=SOLUTIONS, audited=40)


def _ranked() -> str:
    table = _ranking().best("attack")[["best (worst)", "best (best)"]]
    shown = table[(table > 0).any(axis=1)]
    return shown.rename_axis(None).round(2).to_string()


def _driven() -> str:
    return "\n".join(map(str, _ranking().decided("attack")))


ANSWERS: dict[str, Callable[[], str]] = {
    "renewed attack": _renewed,
    "attack stops paying": _pays,
    "strength hurts": _hurts,
    "vague or automatic": _response,
    "probe": _probe,
    "isoquants": _isoquants,
    "when to talk": _talk,
    "best": _ranked,
    "what drives the ranking": _driven,
}
