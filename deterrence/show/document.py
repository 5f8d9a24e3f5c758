"""A solution as a document of plain values, ready for JSON."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Hashable, Iterator, Mapping
from typing import Any

from deterrence.equilibrium.solution import Equilibrium, Solution
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game

__all__ = ["MOST", "solution_document"]

MOST = 200  # equilibria listed unless asked for more: there can be billions
BETWEEN = " / "  # between the labels of one information set or history


def solution_document(solution: Solution, most: int = MOST) -> dict[str, Any]:
    """What was found, certified equilibria with it.

    Parameters
    ----------
    solution : Solution
    most : int
        At most this many equilibria are listed; where there are more, one of every component comes
        first.

    Returns
    -------
    dict
        concept, complete, status, players, equilibria, shown, total, components, seconds. An
        information set is named by what the player knows, with " / " between the labels ("()"
        where it knows nothing), or by player and number where that is not unique; a history by
        its labels.
    """
    names = set_names(solution.game)
    shown = [_entry(e, names) for e in itertools.islice(_listed(solution, most), most)]
    return {
        "concept": solution.concept,
        "complete": solution.complete,
        "status": solution.status,
        "players": list(solution.game.players),
        "equilibria": shown,
        "shown": len(shown),
        "total": _count(solution),
        "components": len(solution),
        "seconds": solution.seconds,
    }


def _count(solution: Solution) -> int:
    # not len(): that is limited to what a machine can address, and families multiply
    return int(solution.equilibria.__len__())


def _listed(solution: Solution, most: int) -> Iterator[Equilibrium]:
    if _count(solution) <= most:
        yield from solution.equilibria
        return
    seen = set()
    for equilibrium in itertools.chain(itertools.islice(solution, most), solution.equilibria):
        assessment = equilibrium.assessment
        key = (equilibrium.component, assessment.probabilities, assessment.node_beliefs)
        if key not in seen:
            seen.add(key)
            yield equilibrium


def set_names(game: Game | StrategicGame) -> dict[tuple[str, Hashable], str]:
    """A text for each information set, unique among those of its player."""
    sets = game.structure.sets
    count = Counter((s.player, _joined(s.knows)) for s in sets)
    number: Counter[str] = Counter()
    names = {}
    for s in sets:
        number[s.player] += 1
        label = _joined(s.knows)
        unique = count[s.player, label] == 1
        names[s.player, s.knows] = label if unique else f"{s.player}:{number[s.player]}"
    return names


def _joined(labels: Hashable) -> str:
    parts = labels if isinstance(labels, tuple) else (labels,)
    return BETWEEN.join(map(str, parts)) or "()"


def _entry(equilibrium: Equilibrium, names: Mapping[tuple[str, Hashable], str]) -> dict[str, Any]:
    certificate = equilibrium.certificate
    return {
        "component": equilibrium.component,
        "strategy": _by_set(equilibrium.strategy, names),
        "beliefs": _by_set(equilibrium.beliefs, names),
        "payoffs": {player: float(x) for player, x in equilibrium.payoffs.items()},
        "events": _events(equilibrium),
        "regret": _finite(certificate.regret),
        "exact": bool(certificate.exact),
    }


def _by_set(
    table: Mapping[str, Any], names: Mapping[tuple[str, Hashable], str]
) -> dict[str, dict[str, dict[str, float]]]:
    return {
        player: {
            names[player, knows]: {
                label if isinstance(label, str) else _joined(label): float(probability)
                for label, probability in row.items()
            }
            for knows, row in rows.items()
        }
        for player, rows in table.items()
    }


def _events(equilibrium: Equilibrium) -> dict[str, float]:
    """By event; by event and player, named as in envelopes, where their chance differs."""
    assessment, s = equilibrium.assessment, equilibrium.game.structure
    if s.symmetric_chance:
        return {name: float(p) for name, p in assessment.events().items()}
    return {
        f"{name} (event for {player})": float(p)
        for player in s.players
        for name, p in assessment.events(player).items()
    }


def _finite(number: Any) -> float | None:
    """JSON has no infinity and no NaN."""
    value = float(number)
    return value if math.isfinite(value) else None
