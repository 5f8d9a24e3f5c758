"""The map of one scenario, made and written."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.guarantee.catalogue import NAMES, arrangements
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.comparison import compare
from deterrence.oped.inputs import check_counts, scenario_or_file
from deterrence.oped.maps import (
    READING,
    check_format,
    check_size,
    check_writable,
    draw_map,
    is_whole,
    map_sentences,
    map_title,
    markers,
    regime_counts,
    scenario_map,
    write_map,
)
from deterrence.oped.steps import Steps

if TYPE_CHECKING:
    import xarray as xr

__all__ = ["MadeMap", "make_map"]


@dataclass(frozen=True, eq=False)
class MadeMap:
    """A map and its files.

    Attributes
    ----------
    scenario : Scenario
    dataset : xarray.Dataset
    picture, data : pathlib.Path
    """

    scenario: Scenario
    dataset: xr.Dataset
    picture: Path
    data: Path

    @property
    def complete(self) -> bool:
        """Whether all is solved completely; by regimes, whether the audit missed nothing."""
        return is_whole(self.dataset)

    def text(self) -> str:
        """What the map shows."""
        return map_sentences(self.dataset, self.picture, self.data)

    def document(self) -> dict[str, Any]:
        """The map's files and what is on it, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "picture": str(self.picture),
            "data": str(self.data),
            "axes": [str(name) for name in self.dataset["regime"].dims],
            "points": int(self.dataset["regime"].size),
            "complete": "complete" in self.dataset and self.complete,
            "audit": self.dataset.attrs.get("audit"),
            "regimes": regime_counts(self.dataset),
            "reading": READING,
        }


def make_map(
    scenario: str = "oped",
    *,
    size: int = 17,
    x: str = "ambiguity",
    y: str = "strength",
    output: str = "deterrence-map.png",
    data: str | None = None,
    store: str | None = None,
    method: str | None = None,
    concept: str | None = None,
    steps: Steps | None = None,
) -> MadeMap:
    """Solve a scenario over two parameters; write the picture and its numbers.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file. A map of an arrangement has all of them marked.
    size, x, y, store, method, concept
        As for `scenario_map`.
    output : str
        The picture.
    data : str, optional
        The numbers; by default beside the picture, as .csv; as NetCDF if it ends in .nc.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    MadeMap
    """
    steps = steps or Steps(quiet=True)
    picture = check_writable(check_format(output))
    numbers = check_writable(picture.with_suffix(".csv") if data is None else data)
    check_size(size)
    chosen = scenario_or_file(scenario)
    check_counts(chosen, (x, y))
    with steps.step(f"Solving the {size * size:,} points of the map") as report:
        dataset = scenario_map(
            chosen, x, y, size, concept=concept, method=method, store=store, progress=report
        )
    write_map(dataset, numbers)
    shown = dict(arrangements()) if chosen.id in NAMES else {chosen.id: chosen}
    with steps.step(f"Solving {len(shown)} marked on it") as report:
        marked = markers(compare(shown, concept=concept, progress=report), x, y)
    draw_map(dataset, picture, map_title(chosen), marked)
    return MadeMap(chosen, dataset, picture, numbers)
