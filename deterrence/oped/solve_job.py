"""One game solved, in words and as a document: a scenario, or a game from a file of Gambit's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.games.reading import read_game
from deterrence.games.strategic import StrategicGame
from deterrence.games.tree import Game
from deterrence.guarantee.codings import figure
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import changes_of, is_gambit, read_changes, scenario_or_file
from deterrence.oped.maps import check_writable
from deterrence.oped.steps import Steps
from deterrence.oped.trees import formulas
from deterrence.show.document import MOST, solution_document

__all__ = ["Solved", "solve_file", "solve_scenario"]


@dataclass(frozen=True, eq=False)
class Solved:
    """A game and all its equilibria.

    Attributes
    ----------
    title : str
    changes : mapping of str to fractions.Fraction
        What was set otherwise than in the file.
    solution : Solution
    """

    title: str
    changes: Mapping[str, Fraction]
    solution: Solution

    @property
    def complete(self) -> bool:
        """Whether the set of equilibria is complete."""
        return self.solution.complete

    def text(self) -> str:
        """The solution in words."""
        changed = ", ".join(f"{name} {figure(value)}" for name, value in self.changes.items())
        head = self.title + (f", with {changed}" if changed else "")
        return f"{head}\n\n{self.solution.summary()}"

    def document(self, most: int = MOST) -> dict[str, Any]:
        """The solution as plain values, ready for JSON."""
        return solution_document(self.solution, most)


def solve_file(
    path: str,
    changes: Iterable[str] = (),
    concept: str | None = None,
    *,
    save: str | None = None,
    most: int = MOST,
    steps: Steps | None = None,
) -> Solved:
    """Solve the game in a file.

    Parameters
    ----------
    path : str
        A scenario (.toml), or a game of Gambit's: a tree (.efg) or one in strategic form (.nfg).
    changes : iterable of str
        Each "name=number".
    concept, save, most, steps
        As for `solve_scenario`.

    Returns
    -------
    Solved
    """
    if not is_gambit(path):
        scenario = scenario_or_file(path)
        return solve_scenario(
            scenario, changes_of(scenario, changes), concept, save=save, most=most, steps=steps
        )
    game = read_game(path)
    if isinstance(game, Game):
        numbers = read_changes(changes, (*game.parameters, *game.tied))
        game = game.at(numbers)
    else:
        numbers = read_changes(changes, ())
    return _solved(Path(path).name, game, numbers, concept, save, most, steps)


def solve_scenario(
    scenario: Scenario,
    changes: Mapping[str, Fraction] | None = None,
    concept: str | None = None,
    *,
    save: str | None = None,
    most: int = MOST,
    steps: Steps | None = None,
) -> Solved:
    """Solve a scenario, with some numbers changed.

    Parameters
    ----------
    scenario : Scenario
    changes : mapping of str to fractions.Fraction, optional
    concept : str, optional
        As for `solve`.
    save : str, optional
        Where the solution is written, with at most `most` equilibria.
    most : int
    steps : Steps, optional
        Where progress is shown; nowhere by default.

    Returns
    -------
    Solved
    """
    numbers = dict(changes or {})
    game = formulas(scenario).at(scenario.values(**numbers))
    return _solved(scenario.label, game, numbers, concept, save, most, steps)


def _solved(
    title: str,
    game: Game | StrategicGame,
    changes: Mapping[str, Fraction],
    concept: str | None,
    save: str | None,
    most: int,
    steps: Steps | None,
) -> Solved:
    if save is not None:
        check_writable(save)
    with (steps or Steps(quiet=True)).step(f"Solving: {title}") as report:
        solution = solve(game, concept)
        report(1, 1)
    if save is not None:
        solution.save(save, most)
    return Solved(title, changes, solution)
