"""Every play at one point with the derivatives of its outcome, from the formulas it follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from deterrence.equilibrium.blocks import solve_block
from deterrence.equilibrium.decomposition import Block, Choice, Part, decompose
from deterrence.equilibrium.outcomes import outcome_names
from deterrence.equilibrium.parametric import CellFormulas, End, PlayKey, TracedBlock, play_key
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.tracing import Tape, replayed
from deterrence.errors import LimitError
from deterrence.games.slopes import Slope, as_slope, largest_slope, smallest_slope
from deterrence.games.tree import Game

__all__ = ["SlopedPlay", "sloped_plays"]

MOST_PLAYS = 4000
FAMILIES = 3  # that lead to one outcome of one play; any one of them serves
DIGITS = 9  # outcomes that agree to so many are one
EVERYWHERE = None  # no formula: nothing can be said in any direction

Borders = frozenset[Any] | None


@dataclass(frozen=True, eq=False)
class SlopedPlay:
    """A play, or one corner of a continuum of outcomes.

    Attributes
    ----------
    name : PlayKey
        (information set, actions as bits) of the sets on the path.
    outcome : tuple of Slope
        Payoffs and events, as in `outcome_names`.
    borders : frozenset of directions, or None
        In which directions a condition that holds with equality is left; None for all, where no
        formula is known.
    """

    name: PlayKey
    outcome: tuple[Slope, ...]
    borders: Borders


def sloped_plays(
    game: Game, numbers: Sequence[Slope], budget: int = 200_000
) -> tuple[list[SlopedPlay], list[str]]:
    """Solve a game completely at one point, and differentiate what every play leads to.

    Parameters
    ----------
    game : Game
        At the point, with numbers.
    numbers : sequence of Slope
        The same numbers with their derivatives, by place.
    budget : int
        As for `solve`.

    Returns
    -------
    plays : list of SlopedPlay
    left : list of str
        What the solution left undecided.

    Raises
    ------
    LimitError
        If independent parts multiply beyond 4,000 plays.
    """
    combining = _Combining(game, numbers, budget)
    return combining.parts(decompose(game.structure)), combining.left


@dataclass(frozen=True)
class _Numbers:
    """What `chance_reach` needs of a game."""

    structure: Any
    numbers: Sequence[Any]


class _Combining:
    def __init__(self, game: Game, numbers: Sequence[Slope], budget: int) -> None:
        self.game, self.numbers, self.budget = game, numbers, budget
        self.left: list[str] = []
        self.reach = chance_reach(game)
        sloped: Any = _Numbers(game.structure, [x if x.rates else x.value for x in numbers])
        self.sloped_reach: list[list[Any]] = chance_reach(sloped)
        self.varying = [k for k, x in enumerate(numbers) if x.rates]

    def parts(self, parts: Iterable[Part]) -> list[SlopedPlay]:
        total: list[SlopedPlay] | None = None
        for part in parts:
            options = self.part(part)
            if total is not None and len(total) * len(options) > MOST_PLAYS:
                raise LimitError(
                    f"independent parts have {len(total) * len(options):,} combinations of plays; "
                    f"at most {MOST_PLAYS:,} are differentiated. Fix a stage, or look at one part."
                )
            pairs = [(a, b) for a in total or [] for b in options]
            total = options if total is None else [_together(a, b) for a, b in pairs]
        return total or []

    def part(self, part: Part) -> list[SlopedPlay]:
        if isinstance(part, Block):
            return self._block(part)
        if isinstance(part, Choice):
            return self._choice(part)
        return [SlopedPlay((), tuple(self._ended(part.nodes)), frozenset())]

    # -- outcomes without further moves -------------------------------------------------------

    def _ended(self, nodes: Iterable[int]) -> list[Slope]:
        s, total = self.game.structure, []
        every = list(nodes)
        for kind, name in outcome_names(self.game):
            row = Slope(Fraction(0))
            for node in every:
                events = s.events[node] or {}
                if kind == "payoff":
                    i = s.players.index(name)
                    row = (
                        row + self.numbers[(s.payoffs[node] or ())[i]] * self.sloped_reach[i][node]
                    )
                elif name in events:
                    i = 0 if kind == "event" else s.players.index(kind.split(" for ")[1])
                    row = row + self.numbers[events[name]] * self.sloped_reach[i][node]
            total.append(row)
        return total

    # -- choices ------------------------------------------------------------------------------

    def _choice(self, choice: Choice) -> list[SlopedPlay]:
        """What a public choice may lead to: actions that are no worse than all others can be."""
        own = self.game.structure.sets[choice.set]
        i = self.game.structure.players.index(own.player)
        columns = [self.parts(parts) for parts in choice.parts]
        floors = [smallest_slope(*(play.outcome[i] for play in column)) for column in columns]
        found = []
        for a, column in enumerate(columns):
            here = ((choice.set, 1 << a),)
            others = floors[:a] + floors[a + 1 :]
            for play in column:
                gaps = [play.outcome[i] - floor for floor in others]
                if any(gap.value < 0 for gap in gaps):
                    continue
                borders = _joined(play.borders, *(_left_by(gap) for gap in gaps))
                if _cut(play.name, column, i, others):
                    borders = EVERYWHERE
                found.append(SlopedPlay(here + play.name, play.outcome, borders))
        return found

    # -- blocks -------------------------------------------------------------------------------

    def _block(self, block: Block) -> list[SlopedPlay]:
        solved = solve_block(self.game, block, self.reach, self.budget)
        self.left += solved.left
        tape = Tape()
        traced = TracedBlock(self.game, solved, self.varying, tape)
        taken: dict[Any, int] = {}
        cells: list[tuple[PlayKey, CellFormulas | None, Any]] = []
        for n in sorted(range(len(solved.cells)), key=lambda n: len(solved.cells[n].groups)):
            name = play_key(self.game.structure, solved, n)
            rows = solved.outcomes(n)
            key = name, tuple(rows.min(axis=0).round(DIGITS)), tuple(rows.max(axis=0).round(DIGITS))
            if taken.get(key, 0) >= FAMILIES:
                continue
            formulas = traced.cell(n)
            if formulas is not None:
                taken[key] = taken.get(key, 0) + 1
            cells.append((name, formulas, (key, rows)))
        return self._read(tape, cells, taken)

    def _read(
        self,
        tape: Tape,
        cells: Sequence[tuple[PlayKey, CellFormulas | None, Any]],
        taken: Mapping[Any, int],
    ) -> list[SlopedPlay]:
        places = [p for _, cell, _ in cells if cell is not None for p in cell.places]
        again = replayed(tape, places, self.numbers, smallest_slope, largest_slope)
        values = {place: as_slope(x) for place, x in again.items()}
        found: dict[Any, SlopedPlay] = {}
        for name, cell, (key, rows) in cells:
            if cell is None:
                if key not in taken:  # no other family of the play leads there
                    for row in rows:
                        outcome = tuple(Slope(Fraction(x).limit_denominator(10**12)) for x in row)
                        _keep(found, SlopedPlay(name, outcome, EVERYWHERE))
                continue
            for end in cell.ends:
                borders = _borders(cell, end, values)
                outcome = tuple(values[p] for p in end.outcome)
                _keep(found, SlopedPlay(name, outcome, borders))
        return list(found.values())


def _keep(found: dict[Any, SlopedPlay], play: SlopedPlay) -> None:
    """One of each outcome of a play; it goes on where some family of it does."""
    key = play.name, tuple((x.value, frozenset(x.rates.items())) for x in play.outcome)
    other = found.get(key)
    if other is not None:
        both = [b for b in (play.borders, other.borders) if b is not EVERYWHERE]
        borders: Borders = frozenset.intersection(*both) if both else EVERYWHERE
        play = SlopedPlay(play.name, play.outcome, borders)
    found[key] = play


def _together(one: SlopedPlay, two: SlopedPlay) -> SlopedPlay:
    outcome = tuple(a + b for a, b in zip(one.outcome, two.outcome, strict=True))
    return SlopedPlay(one.name + two.name, outcome, _joined(one.borders, two.borders))


def _joined(*borders: Borders) -> Borders:
    found: frozenset[Any] = frozenset()
    for own in borders:
        if own is EVERYWHERE:
            return EVERYWHERE
        found |= own
    return found


def _left_by(condition: Slope) -> frozenset[Any]:
    """Directions in which a condition that is zero does not stay zero."""
    return frozenset(condition.rates) if not condition.value else frozenset()


def _cut(name: PlayKey, column: Sequence[SlopedPlay], i: int, floors: Sequence[Slope]) -> bool:
    """Whether only a part of a continuum is good enough, so that its ends are not its corners."""
    worths = [play.outcome[i].value for play in column if play.name == name]
    return any(min(worths) < floor.value < max(worths) for floor in floors)


def _borders(cell: CellFormulas, end: End, values: Mapping[int, Slope]) -> frozenset[Any]:
    """In which directions a family, or one end of it, need not go on."""
    found: set[Any] = set()
    for place in (*cell.always, *cell.zeros, *end.exactly):
        found |= _left_by(values[place])
    for polytope in end.alternatives:
        here = [
            frozenset().union(*(_left_by(values[p]) for p in corner))
            for corner in polytope
            if all(values[p].value >= 0 for p in corner)
        ]
        if here:
            found |= frozenset.intersection(*here)
    return frozenset(found)
