"""The map of a guarantee over two of its parameters, with real arrangements marked on it."""

from __future__ import annotations

import os
import textwrap
from collections import Counter
from collections.abc import Callable, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.errors import FileError, InputError, ParameterError, unknown
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.comparison import Comparison
from deterrence.oped.regimes import REGIMES, challenge_regime
from deterrence.oped.trees import formulas
from deterrence.study.regimes import SEPARATOR, regimes_at
from deterrence.study.sweeping import sweep

if TYPE_CHECKING:
    import xarray as xr

    from deterrence.games.tree import Game

__all__ = [
    "FORMATS",
    "Marked",
    "check_format",
    "check_size",
    "check_writable",
    "draw_map",
    "is_whole",
    "map_sentences",
    "map_title",
    "markers",
    "place_of",
    "regime_counts",
    "scenario_map",
    "write_map",
]

FORMATS = (".png", ".svg", ".pdf")
LEAST_SIZE, MOST_SIZE = 2, 10_000
WIDTH = 100  # characters
RESOLUTION = 150  # dots per inch, of a png
READING = (
    "Ambiguity is vagueness as risk: everybody knows how likely each finding is, and there is one "
    "common prior."
)

Marked = tuple[str, float, float, tuple[str, ...]]


def scenario_map(
    scenario: Scenario,
    x: str = "ambiguity",
    y: str = "strength",
    size: int = 17,
    *,
    concept: str | None = None,
    method: str | None = None,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Callable[[int, int], Any] | None = None,
) -> xr.Dataset:
    """Solve a scenario over a grid of two parameters, everything else as in the scenario.

    Parameters
    ----------
    scenario : Scenario
    x, y : str
        Instruments or stakes; "ambiguity" moves that of trigger and of response together.
    size : int
        Points along each, evenly over its range.
    concept, method, store, jobs, progress
        As for `deterrence.sweep`.

    Returns
    -------
    xarray.Dataset
        As from `sweep`; regimes are those of `challenge_regime`.

    Raises
    ------
    ParameterError
        For an unknown parameter, one that the scenario's game does not have, or twice the same.
    InputError
        If `size` is no number of points.
    """
    game = formulas(scenario)
    for name in (x, y):
        _check_axis(game, name)
    if set(TIED.get(x, (x,))) & set(TIED.get(y, (y,))):
        raise ParameterError(f"{x} and {y} move the same parameter; give two different ones.")
    return sweep(
        game,
        {y: _values(y, size), x: _values(x, size)},
        concept,
        fixed=scenario.values(),
        classify=challenge_regime,
        method=method,
        store=store,
        jobs=jobs,
        progress=progress,
    )


def _check_axis(game: Game, name: str) -> None:
    known = (*PARAMETERS, *TIED)
    if name not in known:
        raise ParameterError(str(unknown("parameter", name, known)))
    if not set(TIED.get(name, (name,))) & set(game.parameters):
        raise ParameterError(
            f"{name} plays no part in this game, whose stages are not all there. It depends on: "
            f"{', '.join(game.parameters)}."
        )


def check_size(size: int) -> None:
    """Raise InputError for what is no number of points along an axis."""
    if isinstance(size, bool) or not isinstance(size, int) or not LEAST_SIZE <= size <= MOST_SIZE:
        raise InputError(
            f"size = {size!r}; give a whole number of points from {LEAST_SIZE} to {MOST_SIZE}."
        )


def _values(name: str, size: int) -> list[Fraction]:
    check_size(size)
    parameter = PARAMETERS[TIED.get(name, (name,))[0]]
    low, high = parameter.low, parameter.high
    if parameter.open:  # its ends are no values
        return [low + (high - low) * Fraction(k + 1, size + 1) for k in range(size)]
    return [low + (high - low) * Fraction(k, size - 1) for k in range(size)]


def markers(comparison: Comparison, x: str = "ambiguity", y: str = "strength") -> list[Marked]:
    """Each arrangement's place on a map, with its own regimes.

    Where a name stands for several parameters, the place is their mean.

    Parameters
    ----------
    comparison : Comparison
        At default stakes.
    x, y : str

    Returns
    -------
    list of (label, x, y, regimes)
    """
    found = []
    for name, scenario in comparison.scenarios.items():
        regimes = regimes_at(comparison.results[name][0].outcomes, challenge_regime)
        if regimes:
            values = scenario.values()
            found.append((name, place_of(values, x), place_of(values, y), regimes))
    return found


def place_of(values: Mapping[str, Fraction], name: str) -> float:
    """Where a scenario's numbers lie along one parameter; of a tied name, their mean."""
    members = TIED.get(name, (name,))
    return float(sum((values[m] for m in members), Fraction(0)) / len(members))


def draw_map(
    dataset: xr.Dataset,
    path: str | os.PathLike[str],
    title: str,
    marked: list[Marked] | None = None,
) -> Path:
    """Draw the map into a file.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `scenario_map`.
    path : path
        Ending in one of `FORMATS`.
    title : str
    marked : list, optional
        From `markers`.

    Returns
    -------
    pathlib.Path

    Raises
    ------
    InputError
        For another ending.
    """
    from matplotlib.figure import Figure  # without pyplot, so that no display is asked for

    from deterrence.show.phase_map import phase_map

    place = check_format(path)
    y, x = dataset["regime"].dims
    figure = Figure(figsize=(11, 7), layout="constrained")
    figure.suptitle(title, fontsize="large")
    ax = phase_map(dataset, str(x), str(y), markers=marked, names=REGIMES, ax=figure.add_subplot())
    ax.set_xlabel(_axis_label(str(x)))
    ax.set_ylabel(_axis_label(str(y)))
    figure.supxlabel(_note(bool(marked)), fontsize="small", x=0.01, ha="left")
    figure.savefig(place, dpi=RESOLUTION)
    return place


def check_format(path: str | os.PathLike[str]) -> Path:
    """The path of a picture; InputError if no picture is written under such a name."""
    place = Path(path)
    if place.suffix.lower() not in FORMATS:
        raise InputError(
            f"the picture {str(path)!r} would have no known format; end its name in "
            f"{', '.join(FORMATS)}."
        )
    return place


def check_writable(path: str | os.PathLike[str]) -> Path:
    """The path; FileError, before any work, if nothing can be written there."""
    place = Path(path)
    if not place.parent.is_dir():
        raise FileError(
            f"{str(path)!r} cannot be written: there is no folder {str(place.parent)!r}."
        )
    if place.is_dir() or not os.access(place if place.exists() else place.parent, os.W_OK):
        raise FileError(f"{str(path)!r} cannot be written; give another path.")
    return place


def _axis_label(name: str) -> str:
    words = {
        "ambiguity": "ambiguity, of trigger and response (0: all clear, 1: all open)",
        "strength": "strength (1: breaking the pledge costs all that it can)",
    }
    parameter = PARAMETERS.get(name)
    return words.get(name, f"{name.replace('_', ' ')} ({parameter.unit if parameter else ''})")


def _note(marked: bool) -> str:
    discs = (
        "Discs: real arrangements, each in the colours of its own solution; they differ from the "
        "map also in what is not on its axes.\n"
        if marked
        else ""
    )
    return f"{discs}{READING} Codings and stakes are judgement, not observation."


def write_map(dataset: xr.Dataset, path: str | os.PathLike[str]) -> Path:
    """Write the map's numbers: as NetCDF where the name ends in .nc, else as CSV.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `scenario_map`.
    path : path
        CSV has a line for each point.

    Returns
    -------
    pathlib.Path
    """
    import pandas as pd

    place = Path(path)
    if place.suffix.lower() == ".nc":
        texts = {name: dataset[name].astype(str) for name in ("regime", "error") if name in dataset}
        dataset.assign(texts).to_netcdf(place, engine="scipy")
        return place
    dims = [str(name) for name in dataset["regime"].dims]
    flat = dataset.stack(point=dims)
    known = [name for name in ("regime", "components", "complete") if name in dataset]
    columns = {name: flat[name].values for name in (*dims, *known)}
    for outcome in map(str, flat["outcome"].values):
        for side in ("least", "most"):
            columns[f"{outcome} ({side})"] = flat[side].sel(outcome=outcome).values
    if "error" in dataset:
        columns["error"] = flat["error"].values
    pd.DataFrame(columns).to_csv(place, index=False, lineterminator="\n")
    return place


def is_whole(dataset: xr.Dataset) -> bool:
    """Whether every point is solved completely; by regimes, whether the audit missed nothing."""
    if "complete" in dataset:
        return bool(dataset["complete"].values.all())
    return int(dataset.attrs["missed"]) == 0 and bool((dataset["regimes"].values > 0).all())


def map_title(scenario: Scenario) -> str:
    """What the map is of."""
    return f"What the guarantee leads to: all sequential equilibria\n{scenario.label}, varied"


def map_sentences(dataset: xr.Dataset, picture: Path, data: Path) -> str:
    """What a map shows, in words.

    Parameters
    ----------
    dataset : xarray.Dataset
        From `scenario_map`.
    picture, data : pathlib.Path
        Its files.

    Returns
    -------
    str
    """
    y, x = (str(name).replace("_", " ") for name in dataset["regime"].dims)
    counts, total = regime_counts(dataset), dataset["regime"].size
    listed = "; ".join(f"{REGIMES[name]}: {counts[name]}" for name in REGIMES if counts[name])
    several = int((dataset["regimes"].values > 1).sum())
    sentences = [
        f"{picture} (numbers: {data}) shows {total:,} games that differ in {y} and {x} alone.",
        f"In how many of them there are equilibria of each kind: {listed}.",
        f"In {several:,} there are several kinds, drawn as stripes.",
        "Each arrangement's disc has the colours of its own solution, since arrangements differ "
        f"in more than these two. {READING}",
    ]
    if "audit" in dataset.attrs:
        sentences.append(
            f"Found by regimes, not point by point: {dataset.attrs['audit']}. A map is never "
            "called complete on such grounds."
        )
    elif missing := total - int(dataset["complete"].values.sum()):
        sentences.append(f"{missing:,} are NOT solved completely; crosses mark them.")
    return textwrap.fill(" ".join(sentences), WIDTH)


def regime_counts(dataset: xr.Dataset) -> dict[str, int]:
    """At how many points of the map each regime exists."""
    found = Counter(map(str, dataset["regime"].values.ravel()))
    return {
        name: sum(n for text, n in found.items() if name in text.split(SEPARATOR))
        for name in REGIMES
    }
