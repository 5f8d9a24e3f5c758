"""The best instruments of one scenario, searched, drawn and written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import FileError, InputError, ParameterError, unknown
from deterrence.games.numbers import exact
from deterrence.guarantee.catalogue import NAMES, arrangements
from deterrence.guarantee.parameters import PARAMETERS, TIED
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import check_counts, scenario_or_file
from deterrence.oped.maps import RESOLUTION, check_format, check_writable, place_of
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas
from deterrence.study.designing import design

if TYPE_CHECKING:
    from deterrence.games.tree import Game
    from deterrence.study.design_record import Design, Optimum

__all__ = ["MadeDesign", "make_design"]

Pair = tuple[Fraction, Fraction]
INSET = Fraction(1, 100)  # of an open range, whose ends are no values
CSV = ".csv"


@dataclass(frozen=True, eq=False)
class MadeDesign:
    """A design and its files.

    Attributes
    ----------
    scenario : Scenario
    record : Design
    picture, data : pathlib.Path or None
    """

    scenario: Scenario
    record: Design
    picture: Path | None
    data: Path | None

    @property
    def verified(self) -> bool:
        """Whether complete solutions agree wherever they were made."""
        return self.record.is_verified

    def text(self) -> str:
        """What was found."""
        files = [f"Written: {path}." for path in (self.picture, self.data) if path]
        return "\n".join([f"{self.scenario.label}.", self.record.summary(), *files])

    def document(self) -> dict[str, Any]:
        """The design, ready for JSON."""
        record = self.record
        return {
            "scenario": self.scenario.id,
            "goal": record.goal,
            "over": {name: list(pair) for name, pair in record.over.items()},
            "robust": record.robust,
            "optima": {rule: _document(optimum) for rule, optimum in record.optima.items()},
            "audited": record.audited,
            "missed": record.missed,
            "verified": record.is_verified,
            "picture": None if self.picture is None else str(self.picture),
            "data": None if self.data is None else str(self.data),
        }


def _document(optimum: Optimum) -> dict[str, Any]:
    regret = optimum.regret
    return {
        "instruments": dict(optimum.instruments),
        "value": _number(optimum.value),
        "kind": optimum.kind,
        "binding": [one.text for one in optimum.binding],
        "attained": optimum.attained,
        "near": dict(optimum.near),
        "near_value": _number(optimum.near_value),
        "play": optimum.play,
        "outcome": dict(optimum.outcome),
        "flat": list(optimum.flat),
        "verified": optimum.is_verified,
        "grid_value": _number(optimum.grid_value),
        "worst_stakes": dict(optimum.worst_stakes),
        "regret": None
        if regret is None
        else [
            {name: x if name == "allowed" else _number(x) for name, x in row.items()}
            for row in regret.to_dict("records")
        ],
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def make_design(
    scenario: str = "oped",
    *,
    best_for: Sequence[str] = ("Guarantor",),
    over: Sequence[str] = ("strength", "ambiguity"),
    at_most: Sequence[str] = (),
    stakes: Sequence[str] = (),
    samples: int = 16,
    robust: bool = False,
    grid: int | None = None,
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> MadeDesign:
    """Search the best instruments of a scenario; draw and write what is asked for.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file. The picture of an arrangement has all of them marked.
    best_for : sequence of str
        Players, each "NAME" or "NAME=WEIGHT".
    over : sequence of str
        Instruments, each "NAME" or "NAME=LOW:HIGH".
    at_most : sequence of str
        Required probabilities, each "EVENT=NUMBER".
    stakes : sequence of str
        What may be misjudged, as `over`.
    samples, robust, grid
        As for `deterrence.design`.
    output : str, optional
        A picture of the goal over two instruments.
    data : str, optional
        The goal on the grid, as .csv.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    MadeDesign
    """
    steps = steps or Steps(quiet=True)
    picture = None if output is None else check_writable(check_format(output))
    numbers = None if data is None else _csv(data)
    instruments = _ranges(over, "--over")
    if picture is not None and len(instruments) != 2:
        raise InputError(
            f"a picture shows two instruments, not {len(instruments)}; leave out --output."
        )
    chosen = scenario_or_file(scenario)
    game = formulas(chosen)
    moved = _ranges(stakes, "--stake")
    check_counts(chosen, (*instruments, *moved))
    _check_parts(game, {**instruments, **moved})
    with steps.step("Searching the best instruments") as report:
        record = design(
            game,
            _numbers(best_for, "--best-for", "1"),
            instruments,
            at_most=_numbers(at_most, "--at-most", ""),
            fixed=chosen.values(),
            stakes=moved or None,
            samples=samples,
            robust=robust,
            grid=grid,
            progress=report,
        )
    if numbers is not None:
        _write(record, numbers)
    if picture is not None:
        _draw(record, chosen, picture)
    return MadeDesign(chosen, record, picture, numbers)


def _csv(path: str) -> Path:
    place = check_writable(path)
    if place.suffix.lower() != CSV:
        raise FileError(f"the data {path!r} are written as CSV; end the name in {CSV}.")
    return place


def _pairs(texts: Sequence[str], option: str) -> list[tuple[str, str]]:
    """NAME=VALUE, the value empty if there is none."""
    found: dict[str, str] = {}
    for text in texts:
        name, _, value = (part.strip() for part in text.partition("="))
        if name in found:
            raise InputError(f"{option}: {name!r} is there twice; give it once.")
        found[name] = value
    return list(found.items())


def _numbers(texts: Sequence[str], option: str, default: str) -> dict[str, Fraction]:
    found = {}
    for name, text in _pairs(texts, option):
        if not text and not default:
            raise InputError(f"{option}: {name} needs a number; write {name}=0.1 for instance.")
        found[name] = exact(text or default, f"{option}: {name}")
    return found


def _ranges(texts: Sequence[str], option: str) -> dict[str, Pair]:
    found = {}
    for name, text in _pairs(texts, option):
        if name not in (*PARAMETERS, *TIED):
            raise ParameterError(f"{option}: {unknown('parameter', name, (*PARAMETERS, *TIED))}")
        parameter = PARAMETERS[TIED.get(name, (name,))[0]]
        inset = (parameter.high - parameter.low) * INSET if parameter.open else Fraction(0)
        low, high = parameter.low + inset, parameter.high - inset
        if text:
            ends = text.split(":")
            if len(ends) != 2:
                raise ParameterError(f"{option}: {text!r} is no range; write {name}=LOW:HIGH.")
            low, high = (exact(end, f"an end of {name}") for end in ends)
        found[name] = low, high
    return found


def _check_parts(game: Game, names: dict[str, Pair]) -> None:
    for name in names:
        if not set(TIED.get(name, (name,))) & set(game.parameters):
            raise ParameterError(
                f"{name} plays no part in this game, whose stages are not all there. It depends "
                f"on: {', '.join(game.parameters)}."
            )


def _write(record: Design, path: Path) -> None:
    """The goal on the grid: one row for each point."""
    import pandas as pd

    lines = np.meshgrid(*record.surface.axes.values(), indexing="ij")
    columns = {name: line.ravel() for name, line in zip(record.surface.axes, lines, strict=True)}
    values = {
        f"value ({rule})": np.where(np.isfinite(row), row, np.nan).ravel()
        for rule, row in record.surface.values.items()
    }
    pd.DataFrame({**columns, **values}).to_csv(path, index=False)


def _draw(record: Design, scenario: Scenario, path: Path) -> None:
    """Both rules side by side, with the arrangements on them if the scenario is one."""
    from matplotlib.figure import Figure  # without pyplot, so that no display is asked for

    from deterrence.show.design_surface import design_surface

    x, y = record.over
    shown = dict(arrangements()) if scenario.id in NAMES else {scenario.id: scenario}
    marked = [
        (name, place_of(one.values(), x), place_of(one.values(), y)) for name, one in shown.items()
    ]
    figure = Figure(figsize=(7.5 * len(record.optima), 6), layout="constrained")
    figure.suptitle(f"{scenario.label}: what instruments are worth")
    for n, rule in enumerate(record.optima):
        ax = figure.add_subplot(1, len(record.optima), n + 1)
        design_surface(record, ax, selection=rule, markers=marked)
    figure.savefig(path, dpi=RESOLUTION)
