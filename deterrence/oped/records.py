"""A comparison as a document of plain values, ready for JSON."""

from __future__ import annotations

import math
from typing import Any

from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.comparison import QUANTILES, Comparison
from deterrence.oped.table import told_apart

__all__ = ["comparison_document", "scenario_document"]


def comparison_document(comparison: Comparison) -> dict[str, Any]:
    """The table and what it does not tell apart.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    dict
        complete, draws (null at default stakes), arrangements (name, label, instruments, outcomes,
        complete; components at default stakes; single over draws), alike, alike_in_events,
        sentence. An outcome has least and most: a number each, or its quantiles over the draws.
    """
    events = [name for name in comparison.outcomes if name not in PLAYERS]
    rows = comparison.to_frame().to_dict("index")
    return {
        "complete": comparison.complete,
        "draws": comparison.draws if comparison.drawn else None,
        "arrangements": [_entry(comparison, str(name), row) for name, row in rows.items()],
        "alike": [list(group) for group in comparison.alike()],
        "alike_in_events": [list(g) for g in comparison.alike(events)] if events else [],
        "sentence": told_apart(comparison),
    }


def _entry(comparison: Comparison, name: str, row: dict[Any, Any]) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "name": name,
        **scenario_document(comparison.scenarios[name]),
        "outcomes": {outcome: _sides(comparison, row, outcome) for outcome in comparison.outcomes},
    }
    if comparison.drawn:
        return entry | {"single": float(row["single"]), "complete": float(row["complete"])}
    return entry | {"components": int(row["components"]), "complete": bool(row["complete"])}


def scenario_document(scenario: Scenario) -> dict[str, Any]:
    """What an arrangement is, and the numbers that it has in the game.

    Parameters
    ----------
    scenario : Scenario

    Returns
    -------
    dict
        id, label, summary, instruments.
    """
    return {
        "id": scenario.id,
        "label": scenario.label,
        "summary": scenario.summary,
        "instruments": {name: float(value) for name, value in scenario.instruments.items()},
    }


def _sides(comparison: Comparison, row: dict[Any, Any], outcome: str) -> dict[str, Any]:
    if not comparison.drawn:
        return {side: _number(row[f"{outcome} ({side})"]) for side in ("least", "most")}
    return {
        side: {title: _number(row[f"{outcome} ({side}, {title})"]) for title in QUANTILES}
        for side in ("least", "most")
    }


def _number(value: float) -> float | None:
    """JSON has no NaN."""
    return float(value) if math.isfinite(value) else None
