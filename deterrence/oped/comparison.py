"""Arrangements side by side: what each leads to, over all its equilibria and over drawn stakes."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from deterrence.errors import InputError, unknown
from deterrence.guarantee.catalogue import arrangements
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.scenario import Scenario
from deterrence.guarantee.scenario_tree import ScenarioTree
from deterrence.oped.alike import alike
from deterrence.oped.draws import draw_stakes
from deterrence.oped.trees import formulas
from deterrence.study.points import solve_points
from deterrence.study.results import PointResult

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

    from deterrence.games.tree import Game

__all__ = ["EVENTS", "OUTCOMES", "Comparison", "compare"]

EVENTS = (
    "attack",
    "probe",
    "force",
    "abandonment",
    "shortfall",
    "entrapment",
    "provocation",
    "defence-kept",
)
OUTCOMES = (*EVENTS, *PLAYERS)
QUANTILES = {"5 %": 0.05, "median": 0.5, "95 %": 0.95}

Progress = Callable[[int, int], Any]


@dataclass(frozen=True, eq=False)
class Comparison:
    """What some arrangements lead to.

    Attributes
    ----------
    scenarios : mapping of str to Scenario
    outcomes : tuple of str
        Events (probabilities) and players (payoffs), in the order of the table's columns.
    results : mapping of str to tuple of PointResult
        By arrangement: one solution at default stakes, or one for each draw.
    drawn : bool
        Whether the stakes were drawn.
    """

    scenarios: Mapping[str, Scenario]
    outcomes: tuple[str, ...]
    results: Mapping[str, tuple[PointResult, ...]]
    drawn: bool

    @property
    def draws(self) -> int:
        """How many points each arrangement was solved at."""
        return max((len(row) for row in self.results.values()), default=0)

    @property
    def complete(self) -> bool:
        """Whether every point is solved, and every set of equilibria complete."""
        return all(result.complete for row in self.results.values() for result in row)

    @property
    def incomplete(self) -> dict[str, tuple[int, str]]:
        """By arrangement, how many of its points are not complete, and why the first is not."""
        found = {}
        for name, row in self.results.items():
            if open_ := [result.error or result.status for result in row if not result.complete]:
                found[name] = len(open_), open_[0]
        return found

    @functools.cached_property
    def rows(self) -> np.ndarray[Any, np.dtype[np.float64]]:
        """Least of every outcome, then most: by arrangement, draw and number."""
        import numpy as np

        return np.array([[self._row(r) for r in row] for row in self.results.values()], dtype=float)

    def _row(self, result: PointResult) -> list[float]:
        # a stage that is left out takes its events with it: they cannot happen
        absent = 0.0 if result.least else float("nan")
        return [side.get(o, absent) for side in (result.least, result.most) for o in self.outcomes]

    def alike(self, outcomes: Iterable[str] | None = None) -> list[tuple[str, ...]]:
        """Groups of arrangements that these outcomes (all, by default) do not tell apart."""
        chosen = [
            self._place(name) for name in self.outcomes if outcomes is None or name in outcomes
        ]
        columns = chosen + [k + len(self.outcomes) for k in chosen]
        return alike(list(self.results), self.rows[:, :, columns])

    def _place(self, outcome: str) -> int:
        if outcome not in self.outcomes:
            raise unknown("outcome", outcome, self.outcomes)
        return self.outcomes.index(outcome)

    def to_frame(self) -> pd.DataFrame:
        """The table, one row for each arrangement.

        Returns
        -------
        pandas.DataFrame
            At default stakes: "attack (least)" and "attack (most)" for every outcome, components,
            complete. Over draws: for least and for most of every outcome the median and the 5 %
            and 95 % quantiles, "attack (least, median)" for instance; single, the share of draws
            in which all equilibria have one outcome; complete, the share in which the set is
            complete. Numbers are missing where a point could not be solved.
        """
        import pandas as pd

        frame = pd.DataFrame([self._line(n) for n in range(len(self.results))])
        frame.index = pd.Index(list(self.results), name="arrangement")
        return frame

    def _line(self, n: int) -> dict[str, Any]:
        import numpy as np

        results, width = tuple(self.results.values())[n], len(self.outcomes)
        line: dict[str, Any] = {}
        for k, outcome in enumerate(self.outcomes):
            for side, column in (("least", k), ("most", k + width)):
                values = self.rows[n, :, column]
                if not self.drawn:
                    line[f"{outcome} ({side})"] = float(values[0])
                    continue
                known = values[np.isfinite(values)]
                for title, q in QUANTILES.items():
                    found = float(np.quantile(known, q)) if len(known) else float("nan")
                    line[f"{outcome} ({side}, {title})"] = found
        if not self.drawn:
            return line | {"components": results[0].components, "complete": results[0].complete}
        single = sum(r.complete and len(r.outcomes) == 1 and not r.capped for r in results)
        whole = sum(r.complete for r in results)
        return line | {"single": single / len(results), "complete": whole / len(results)}

    def __repr__(self) -> str:
        at = f"over {self.draws:,} draws of the stakes" if self.drawn else "at default stakes"
        whole = "complete" if self.complete else "NOT complete"
        return f"<Comparison: {len(self.results)} arrangements {at}, {whole}>"


def compare(
    scenarios: Mapping[str, Scenario] | None = None,
    outcomes: Sequence[str] = OUTCOMES,
    *,
    draws: int | None = None,
    rng: int | np.random.Generator | None = None,
    concept: str | None = None,
    store: str | os.PathLike[str] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Solve arrangements and set their outcomes side by side.

    Parameters
    ----------
    scenarios : mapping of str to Scenario, optional
        The real arrangements by default.
    outcomes : sequence of str
        Events and players.
    draws : int, optional
        Solve at this many draws of all stakes instead of at default stakes. Every arrangement gets
        the same draws, so that comparisons are paired; a scenario's own stakes are not used then.
    rng : int or numpy.random.Generator, optional
        The seed of the draws; 0 is one.
    concept : str, optional
        As for `solve`.
    store : path, optional
        A file to which points are added as they are solved, and from which a stopped run goes on;
        see `solve_points`. Scenarios with other stages have files of their own beside it. To go on
        with draws, give the same seed.
    jobs : int, optional
        How many processes; all cores by default.
    progress : callable, optional
        Called with (done, total).

    Returns
    -------
    Comparison

    Raises
    ------
    LabelError
        For an outcome that no scenario's game has.
    InputError
        If there is nothing to compare, or `draws` or the seed cannot be one.
    """
    chosen = dict(arrangements() if scenarios is None else scenarios)
    if not chosen:
        raise InputError("there is nothing to compare; give at least one scenario.")
    if draws is None and rng is not None:
        raise InputError("a seed without draws has no effect; say how many draws, or leave it out.")
    stakes = [{}] if draws is None else draw_stakes(draws, rng)
    groups = _by_tree(chosen)
    games = {tree: formulas(chosen[names[0]]) for tree, names in groups.items()}
    _check_outcomes(outcomes, games.values())
    found: dict[str, tuple[PointResult, ...]] = {}
    for n, (tree, names) in enumerate(groups.items()):
        points = [chosen[name].values() | drawn for drawn in stakes for name in names]
        results = solve_points(
            games[tree],
            points,
            concept=concept,
            store=_own_store(store, n),
            jobs=jobs,
            progress=_shifted(progress, len(found) * len(stakes), len(chosen) * len(stakes)),
        )
        found |= {name: tuple(results[k :: len(names)]) for k, name in enumerate(names)}
    in_order = {name: found[name] for name in chosen}
    return Comparison(chosen, tuple(outcomes), in_order, drawn=draws is not None)


def _by_tree(scenarios: Mapping[str, Scenario]) -> dict[ScenarioTree, list[str]]:
    """Names by the symbolic game that serves them; usually one serves all."""
    groups: dict[ScenarioTree, list[str]] = {}
    for name, scenario in scenarios.items():
        groups.setdefault(scenario.tree, []).append(name)
    return groups


def _check_outcomes(outcomes: Sequence[str], games: Iterable[Game]) -> None:
    known = dict.fromkeys([*OUTCOMES, *(e for g in games for e in g.structure.event_names)])
    for outcome in outcomes:
        if outcome not in known:
            raise unknown("outcome", outcome, known)


def _own_store(store: str | os.PathLike[str] | None, n: int) -> Path | None:
    if store is None or n == 0:
        return None if store is None else Path(store)
    path = Path(store)
    return path.with_name(f"{path.stem}-{n + 1}{path.suffix}")


def _shifted(progress: Progress | None, before: int, total: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, _: progress(before + done, total)
