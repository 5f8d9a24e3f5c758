"""Where each play of a scenario goes on, in closed form, and whose condition ends it."""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.parameter_regions import Region, region
from deterrence.equilibrium.region_table import region_table
from deterrence.equilibrium.solution import Component, Solution
from deterrence.errors import InputError, LimitError, unknown
from deterrence.games.tree import Game
from deterrence.guarantee.codings import figure
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.assumptions import assumptions_of, with_the_rest_fixed
from deterrence.oped.driver_files import Files
from deterrence.oped.inputs import changes_of, scenario_or_file
from deterrence.oped.play_regions import PlayRegion
from deterrence.oped.regimes import REGIMES, challenge_regime
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["FoundRegions", "find_regions"]

WIDTH = 100  # characters
NEVER = 1e-9  # outcomes are sums of floats
SEARCHED = 100  # families of a component, for one in which an event happens
DIGITS = 9  # outcomes that agree so far are one play


@dataclass(frozen=True, eq=False)
class FoundRegions:
    """The plays at a point of a scenario, and where each goes on.

    Attributes
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction
    over : tuple of str
        What stays a symbol.
    plays : tuple of PlayRegion
    solution : Solution
        At the point.
    latex : bool
        Whether the text is a LaTeX table.
    files : Files
    """

    scenario: Scenario
    changes: Mapping[str, Fraction]
    over: tuple[str, ...]
    plays: tuple[PlayRegion, ...]
    solution: Solution
    latex: bool
    files: Files

    @property
    def complete(self) -> bool:
        """Whether all equilibria of the point are known and every play has its conditions."""
        return self.solution.complete and all(play.region is not None for play in self.plays)

    def text(self) -> str:
        """Each play with its conditions, or the table for LaTeX."""
        if self.latex:
            return region_table(self.named(), solve_for=self.over).to_latex()
        set_to = ", ".join(f"{name} {figure(value)}" for name, value in self.changes.items())
        head = (
            f"{self.scenario.label}{f', with {set_to}' if set_to else ''}: plays at this point "
            f"({len(self.plays)}), and where each goes on over {' and '.join(self.over)}, all else "
            "as it is. One equilibrium stands for each: where a condition off the path of play "
            "breaks, another one may go on with the same play."
        )
        blocks = ["\n".join(self._told(n, play)) for n, play in enumerate(self.plays, 1)]
        parts = [textwrap.fill(head, WIDTH), *blocks, textwrap.fill(self.solution.status, WIDTH)]
        return "\n\n".join(part for part in [*parts, self.files.sentence()] if part)

    def _told(self, n: int, play: PlayRegion) -> list[str]:
        if play.region is None:
            lines = [play.problem]
        else:
            lines = play.ends(self.over[0]) if len(self.over) == 1 else play.lines(self.over)
        wrapped = [
            textwrap.fill(line, WIDTH, initial_indent="   ", subsequent_indent="      ")
            for line in lines
        ]
        return [textwrap.fill(f"{n}. {play.title}", WIDTH, subsequent_indent="   "), *wrapped]

    def named(self) -> dict[str, Region]:
        """The regions by number and title."""
        return {
            f"{n}. {play.title}": play.region
            for n, play in enumerate(self.plays, 1)
            if play.region is not None
        }

    def to_frame(self) -> pd.DataFrame:
        """A row for each condition: play, title, branch, condition, on_path, about."""
        import pandas as pd

        rows = [
            {"play": n, "title": play.title, **row}
            for n, play in enumerate(self.plays, 1)
            for row in play.conditions(self.over)
        ]
        columns = ["play", "title", "branch", "condition", "on_path", "about"]
        return pd.DataFrame(rows, columns=columns)

    def document(self) -> dict[str, Any]:
        """The same as plain values, ready for JSON."""
        return {
            "scenario": self.scenario.id,
            "over": list(self.over),
            "plays": [self._entry(play) for play in self.plays],
            "complete": self.complete,
            "status": self.solution.status,
            **self.files.document(),
        }

    def _entry(self, play: PlayRegion) -> dict[str, Any]:
        single = play.region is not None and len(self.over) == 1
        return {
            "title": play.title,
            "components": play.components,
            "outcome": {name: list(ends) for name, ends in play.outcome.items()},
            "intervals": play.intervals(self.over[0]) if single else None,
            "conditions": play.conditions(self.over),
            "latex": self._latex(play),
            "problem": play.problem or None,
        }

    def _latex(self, play: PlayRegion) -> str | None:
        if play.region is None:
            return None
        return region_table({play.title: play.region}, solve_for=self.over).to_latex()


def find_regions(
    scenario: str = "oped",
    *,
    changes: Iterable[str] = (),
    over: Iterable[str] = ("strength",),
    events: Iterable[str] = (),
    latex: bool = False,
    output: str | None = None,
    data: str | None = None,
    steps: Steps | None = None,
) -> FoundRegions:
    """Give for each play at a point the conditions under which its equilibrium goes on.

    Parameters
    ----------
    scenario : str
        An arrangement's name or a file.
    changes : iterable of str
        Each "name=number": the point, where it is not the scenario's own.
    over : iterable of str
        Instruments and stakes that stay symbols.
    events : iterable of str
        Only plays in which all of these happen.
    latex : bool
        Whether the text is a LaTeX table.
    output, data : str, optional
        Where the picture over two parameters, and the table (CSV) are written.
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    FoundRegions

    Raises
    ------
    InputError
        If something is wrong with what was given, before any work.

    Notes
    -----
    Many components can have one outcome and differ in what would be done off the path; the first
    of them stands for all.
    """
    files = Files(output, data)
    chosen, free = scenario_or_file(scenario), tuple(dict.fromkeys(over)) or ("strength",)
    if files.picture is not None and len(free) != 2:
        raise InputError("a picture needs two parameters; give --over twice.")
    moved, named = changes_of(chosen, changes), tuple(events)
    values = chosen.values(**moved)
    game = with_the_rest_fixed(chosen, assumptions_of(chosen, free), moved)
    _check_events(game, named)
    steps = steps or Steps(quiet=True)
    with steps.step("Solving the point"):
        solution = solve(formulas(chosen).at(values))
    groups = _groups(solution, named)
    plays = []
    with steps.step(f"Deriving the regions of {len(groups)} plays") as report:
        for done, group in enumerate(groups, 1):
            plays.append(_play(game, group, named))
            report(done, len(groups))
    found = FoundRegions(chosen, moved, free, tuple(plays), solution, latex, files)
    _write(found, values)
    return found


def _check_events(game: Game, events: Iterable[str]) -> None:
    for event in events:
        if event not in game.structure.event_names:
            raise unknown("event", event, game.structure.event_names)


def _groups(solution: Solution, events: Iterable[str]) -> list[list[Component]]:
    """Components by what they lead to."""
    found: dict[Any, list[Component]] = {}
    for component in solution.components:
        outcome = component.outcome()
        if all(outcome.get(event, (0.0, 0.0))[1] > NEVER for event in events):
            key = tuple((name, *(round(x, DIGITS) for x in ends)) for name, ends in outcome.items())
            found.setdefault(key, []).append(component)
    return list(found.values())


def _play(game: Game, group: list[Component], events: tuple[str, ...]) -> PlayRegion:
    outcome = group[0].outcome()
    # a component can hold several outcomes, some of them without the event
    members = (family.representative for family in itertools.islice(group[0].families, SEARCHED))
    happens = (e for e in members if all(e.probability(event) > 0 for event in events))
    equilibrium = next(happens, group[0].representative)
    derived, problem = None, ""
    try:
        derived = region(game, equilibrium)
    except (InputError, LimitError) as error:
        problem = str(error)
    return PlayRegion(_title(outcome), outcome, len(group), equilibrium, derived, problem)


def _title(outcome: Mapping[str, tuple[float, float]]) -> str:
    """The regime, and the events that happen with their probabilities."""
    regime = REGIMES[challenge_regime({name: most for name, (_, most) in outcome.items()})]
    told = [
        f"{name} {least:.3g}" if most - least < NEVER else f"{name} {least:.3g} to {most:.3g}"
        for name, (least, most) in outcome.items()
        if name not in PLAYERS and most > NEVER
    ]
    return f"{regime}: {', '.join(told)}" if told else regime


def _write(found: FoundRegions, values: Mapping[str, Fraction]) -> None:
    from deterrence.show.region_picture import regions as draw

    frame, named = found.to_frame(), found.named()
    if found.files.picture is None or not named:
        found.files.write(frame, None, 1)
        return
    x, y = found.over
    game = next(iter(named.values())).game
    rest = {name: value for name, value in values.items() if name in game.parameters}
    found.files.write(frame, lambda ax: draw(named, x, y, rest, ax=ax), 2 * len(named) + 8)
