"""One arrangement under three readings of ambiguity, side by side and never mixed up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.ambiguous import solve_ambiguous
from deterrence.equilibrium.ambiguous_moves import ambiguous_moves, attitudes_of
from deterrence.equilibrium.ambiguous_opening import OpenedSolution, solve_opening
from deterrence.equilibrium.ambiguous_record import SAME_AS, AmbiguousSolution
from deterrence.equilibrium.concepts import solve
from deterrence.equilibrium.solution import Solution
from deterrence.errors import InputError, unknown
from deterrence.games.tree import Game
from deterrence.guarantee.ambiguity import COVERED, HONOURS, finding_group
from deterrence.guarantee.crisis import PLAYERS
from deterrence.guarantee.scenario import Scenario
from deterrence.oped.inputs import scenario_of
from deterrence.oped.trees import formulas

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DRAWN",
    "PROPER",
    "RESPONSE",
    "RISK",
    "SEEN",
    "SHOWN",
    "Line",
    "Readings",
    "ambiguity_readings",
]

SHOWN = (
    "attack",
    "probe",
    "provocation",
    "force",
    "abandonment",
    "shortfall",
    "entrapment",
    "defence-kept",
    *PLAYERS,
)

RISK = "1 risk: latitude"
DRAWN = "1 risk: response drawn"
SEEN = "2 information: finding seen"
PROPER = "3 ambiguity proper: trigger"
RESPONSE = "3 ambiguity proper: response"
READINGS = {
    RISK: "Russia does not see findings; their probabilities are known to all.",
    DRAWN: "as the first, but whether aid honours the pledge against an attack is drawn, and the "
    "Guarantor alone sees which.",
    SEEN: "as the first, but Russia sees the finding on its probe before it goes on.",
    PROPER: "as the first, but findings have intervals of probability",
    RESPONSE: "as the second, but the chance that aid honours the pledge is an interval",
}
AMBIGUOUS = {PROPER: COVERED, RESPONSE: HONOURS}

Found = Solution | AmbiguousSolution | OpenedSolution


@dataclass(frozen=True, eq=False)
class Line:
    """An arrangement under one reading.

    Attributes
    ----------
    reading : str
        Its name.
    solution : Solution, AmbiguousSolution or OpenedSolution
    note : str
        What the reading changes.
    """

    reading: str
    solution: Found
    note: str

    @property
    def complete(self) -> bool:
        """Whether all equilibria are there."""
        return self.solution.complete

    def ends(self, name: str) -> tuple[float, float]:
        """Least and most of an event (0 where the game has no such event) or a payoff.

        Where the set is not complete, bounds from outside: what is missing lies inside. Not a
        number where a payoff is left open, or where no equilibrium was found.
        """
        if isinstance(self.solution, Solution):
            envelope = self.solution.envelope()
        else:
            envelope = self.solution.envelope(outer=not self.complete)
        unknown_ends = (float("nan"),) * 2
        if not envelope:
            return unknown_ends  # no equilibrium keeps its signs
        return envelope.get(name, unknown_ends if name in PLAYERS else (0.0, 0.0))


@dataclass(frozen=True, eq=False)
class Readings:
    """One set of numbers under three readings of ambiguity.

    Attributes
    ----------
    scenario : Scenario
    lines : mapping of str to Line
        By name of the reading.
    names : tuple of str
        The events and payoffs shown.
    """

    scenario: Scenario
    lines: Mapping[str, Line]
    names: tuple[str, ...]

    def __getitem__(self, reading: str) -> Line:
        if reading not in self.lines:
            raise unknown("reading", reading, self.lines)
        return self.lines[reading]

    @property
    def complete(self) -> bool:
        """Whether all equilibria are there under every reading."""
        return all(line.complete for line in self.lines.values())

    def to_frame(self) -> pd.DataFrame:
        """The table.

        Returns
        -------
        pandas.DataFrame
            Indexed by reading: "attack (least)", "attack (most)" and so on, and complete.
            Events under ambiguity proper are counted with the middle of every interval. Where a
            set is not complete these are bounds from outside.
        """
        import pandas as pd

        rows = {
            reading: {
                f"{name} ({side})": end
                for name in self.names
                for side, end in zip(("least", "most"), line.ends(name), strict=True)
            }
            | {"complete": line.complete}
            for reading, line in self.lines.items()
        }
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("reading")

    def summary(self) -> str:
        """The table in text, one column for each reading."""
        return "\n".join(self._text())

    def __str__(self) -> str:
        return self.summary()

    def _text(self) -> Iterator[str]:
        width = max(len(reading) for reading in self.lines) + 2
        yield f"{self.scenario.label}: the same numbers under three readings of ambiguity"
        yield f"{'':<14}" + "".join(f"{reading:>{width}}" for reading in self.lines)
        for name in self.names:
            cells = (_ends(line.ends(name)) for line in self.lines.values())
            yield f"{name:<14}" + "".join(f"{cell:>{width}}" for cell in cells)
        whole = ("complete" if line.complete else "bounds" for line in self.lines.values())
        yield f"{'':<14}" + "".join(f"{word:>{width}}" for word in whole)
        yield (
            "Events: probability, under ambiguity proper with the middle of every interval. "
            "Players: expected payoff as each sees it.\n"
            "Least to most over all equilibria; 'bounds': the true least and most lie inside."
        )
        for reading, line in self.lines.items():
            yield f"{reading}: {line.note}"
        if any(reading in AMBIGUOUS for reading in self.lines):
            yield f"Ambiguity proper: {SAME_AS[0].lower()}{SAME_AS[1:]}"

    def __repr__(self) -> str:
        kind = "complete" if self.complete else "NOT complete"
        return f"<Readings of {self.scenario.id}: {', '.join(self.lines)}; {kind}>"


def _ends(ends: tuple[float, float]) -> str:
    low, high = ends
    if low != low:
        return "open"
    return f"{low:.3f}" if high - low < 5e-4 else f"{low:.3f} to {high:.3f}"


def ambiguity_readings(
    scenario: Scenario | str | None = None,
    *,
    half_width: Any = "0.1",
    attitudes: Any = 1,
    show: Iterable[str] = SHOWN,
    readings: Iterable[str] = tuple(READINGS),
    most: int = 256,
    **changes: Any,
) -> Readings:
    """Solve one arrangement under risk, information and ambiguity proper, with the same numbers.

    1. *Risk*: findings are drawn with known probabilities, and Russia does not see them. Once as
       the game has it (aid honours a known share of the pledge against an attack), once with
       what aid honours drawn too, seen by the Guarantor alone.
    2. *Information*: the same as the first, but Russia sees the finding on its probe.
    3. *Ambiguity proper*: the probability of every finding is known only to lie within
       `half_width` of that number, or, the response being drawn, the probability that aid honours
       the pledge; each player has an attitude (alpha-maxmin).

    Parameters
    ----------
    scenario : Scenario or str, optional
        The op-ed's proposal by default.
    half_width : number, or callable
        Of the intervals; a function of the finding's history gives each its own.
    attitudes : number, or mapping of str to number
        Weight on one's own worst case, in [0, 1]; for everybody, or by player.
    show : iterable of str
        Events and players.
    readings : iterable of str
        Some of the lines of the table, by name; all by default.
    most : int
        As for `solve_ambiguous`.
    **changes
        Parameters set otherwise, as for `Scenario.values`.

    Returns
    -------
    Readings

    Raises
    ------
    InputError
        If an interval leaves (0, 1), a finding has a third branch (automaticity above 0), nothing
        is drawn that could be ambiguous, or an attitude is no weight.
    LabelError
        For an unknown event or reading.

    Notes
    -----
    Ambiguity proper takes about three complete solutions of what follows each preparation. Where
    Russia sees the finding the whole tree has many more components, and takes a minute.
    """
    chosen = scenario_of(scenario)
    names = tuple((show,) if isinstance(show, str) else show)
    numbers = chosen.values(**changes)
    base = formulas(chosen)
    for name in names:
        if name not in (*SHOWN, *base.structure.event_names):
            raise unknown("event or player", name, (*SHOWN, *base.structure.event_names))
    asked = (readings,) if isinstance(readings, str) else tuple(readings)
    games = {reading: _game(chosen, reading).at(numbers) for reading in asked}
    for reading in (r for r in asked if r in AMBIGUOUS):  # before anything is solved
        _check_proper(games[reading], AMBIGUOUS[reading], half_width, attitudes)
    lines = {}
    for reading, game in games.items():
        note, found = READINGS[reading], None
        if reading in AMBIGUOUS:
            found = _proper(game, AMBIGUOUS[reading], half_width, attitudes, most)
            note += (
                f"; half-width {_said(half_width)}, weight on one's own worst case "
                f"{_said(attitudes)}."
            )
        lines[reading] = Line(reading, solve(game) if found is None else found, note)
    return Readings(chosen, lines, names)


def _game(scenario: Scenario, reading: str) -> Game:
    """The game under a reading, with formulas."""
    if reading not in READINGS:
        raise unknown("reading", reading, READINGS)
    return formulas(
        scenario,
        response_reading="vague" if reading in (DRAWN, RESPONSE) else "latitude",
        finding_seen=reading == SEEN,
    )


def _check_proper(game: Game, branch: str, half_width: Any, attitudes: Any) -> None:
    """Refuse what cannot be solved; a width by history is read where it is used."""
    if branch not in game.structure.label:
        raise InputError(
            f"nothing is drawn at these numbers that could be {branch!r}: its probability is 0 or "
            "1, or its stage is left out. Leave this reading out, or change the number."
        )
    attitudes_of(game, attitudes)
    if not callable(half_width):
        ambiguous_moves(game, (branch,), half_width, None)


def _proper(
    game: Game, branch: str, half_width: Any, attitudes: Any, most: int
) -> AmbiguousSolution | OpenedSolution:
    """Ukraine opens in public; where its preparation is fixed, what follows is the game."""
    if ("Ukraine", ()) not in game.structure.by_name:
        return solve_ambiguous(game, branch, half_width, attitudes, groups=finding_group, most=most)
    return solve_opening(
        game, "Ukraine", branch, half_width, attitudes, groups=finding_group, most=most
    )


def _said(given: Any) -> str:
    if isinstance(given, Mapping):
        return ", ".join(f"{player} {weight}" for player, weight in given.items())
    return "by history" if callable(given) else str(given)
