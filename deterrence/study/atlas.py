"""All plays of a game over a region of parameters: charts, one for each block and stratum.

Charts are learnt from complete solutions at some points. A chart never claims a play that is not
there, since its conditions suffice for one; what it may lack shows at other points that are solved
completely: one for every set of plays that it reports, and two beside every border between such
sets.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.decomposition import Block, End, Part, decompose
from deterrence.equilibrium.outcomes import outcome_names
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.tracing import Program, Tape
from deterrence.games.structure import Structure
from deterrence.games.tree import Game
from deterrence.study.charts import SAME, Chart, Found, PlayName, exact_plays, solved_block
from deterrence.study.combining import blocks_of, combined
from deterrence.study.points_as_arrays import NumbersOverPoints, Stratum

__all__ = ["Atlas", "Check", "Sheet"]

Floats = NDArray[np.float64]
DIGITS = 7  # of the coordinates of points that are solved exactly


@dataclass(frozen=True, eq=False)
class Check:
    """What a complete solution of one block at one point says about its chart.

    Attributes
    ----------
    missing : tuple of PlayName
        Plays that the chart did not have there.
    wrong : tuple of PlayName
        Plays that it had and that are not there, or with another outcome.
    complete : bool
        Whether the solution itself is complete.
    """

    missing: tuple[PlayName, ...]
    wrong: tuple[PlayName, ...]
    complete: bool


@dataclass(eq=False)
class Sheet:
    """The charts of one stratum.

    Attributes
    ----------
    game : Game
        At some point of the stratum, for its shape.
    parts : tuple of Part
    blocks : list of Block
    charts : list of Chart
        By block.
    """

    game: Game
    parts: tuple[Part, ...]
    blocks: list[Block]
    charts: list[Chart]
    _ends: dict[int, Program] = field(default_factory=dict)

    @property
    def structure(self) -> Structure:
        """The tree that all points of the stratum share."""
        return self.game.structure

    def end(self, end: End, values: Mapping[int, Any], size: int) -> Floats:
        """What outcomes without further moves contribute."""
        if id(end) not in self._ends:
            self._ends[id(end)] = self._end_program(end)
        rows = self._ends[id(end)](values)
        return np.stack([np.broadcast_to(np.asarray(r, dtype=float), (size,)) for r in rows])

    def __getstate__(self) -> dict[str, Any]:
        return {**self.__dict__, "_ends": {}}  # by identity, which a copy does not share

    def _end_program(self, end: End) -> Program:
        tape, s = Tape(), self.structure
        numbers: list[Any] = list(self.game.numbers)
        for k in self.charts[0].varying if self.charts else ():
            numbers[k] = tape.input(k, numbers[k])
        traced: Any = _Numbers(s, numbers)
        reach = chance_reach(traced)
        total: list[Any] = [0] * len(outcome_names(self.game))
        for n, (kind, name) in enumerate(outcome_names(self.game)):
            for node in end.nodes:
                events = s.events[node] or {}
                if kind == "payoff":
                    i = s.players.index(name)
                    total[n] += reach[i][node] * numbers[(s.payoffs[node] or ())[i]]
                elif name in events:
                    i = 0 if kind == "event" else s.players.index(kind.split(" for ")[1])
                    total[n] += reach[i][node] * numbers[events[name]]
        return Program(tape, [tape.place(x) for x in total])


@dataclass(frozen=True)
class _Numbers:
    structure: Structure
    numbers: list[Any]


class Atlas:
    """The plays of a formula game over the space of some of its parameters.

    Parameters
    ----------
    game : Game
        With formulas in what varies only.
    axes : sequence of str
    budget : int
        As for `solve`.
    """

    def __init__(self, game: Game, axes: Sequence[str], budget: int = 200_000) -> None:
        self.numbers = NumbersOverPoints(game, axes)
        self.budget = budget
        self.sheets: dict[Stratum, Sheet] = {}
        self.incomplete: list[str] = []

    def sheet(self, stratum: Stratum, row: Floats) -> Sheet:
        """The charts of a stratum; `row` is a point of it."""
        if stratum not in self.sheets:
            game = self.numbers.at(row)
            parts = decompose(game.structure)
            blocks = blocks_of(parts)
            charts = [Chart(self.numbers.varying) for _ in blocks]
            self.sheets[stratum] = Sheet(game, parts, blocks, charts)
        return self.sheets[stratum]

    # -- learning -----------------------------------------------------------------------------

    def check(self, stratum: Stratum, row: Floats, block: int) -> Check:
        """Solve a block completely at a point and learn what its chart lacks there."""
        sheet = self.sheets[stratum]
        game = self.numbers.at(row)
        solved = solved_block(game, sheet.blocks[block], self.budget)
        check = self._compare(sheet, row, block, game, solved)
        if check.missing:
            sheet.charts[block].learn(game, solved, check.missing)
        for reason in solved.left:
            if reason not in self.incomplete:
                self.incomplete.append(reason)
        return check

    def _compare(
        self, sheet: Sheet, row: Floats, block: int, game: Game, solved: SolvedBlock
    ) -> Check:
        exact = exact_plays(game, solved)
        values = self.numbers.values(row[None])
        charted = {f.name: f for f in sheet.charts[block].plays(values, 1)}
        missing = [name for name in exact if name not in charted]
        wrong = [name for name in charted if name not in exact]
        for name in set(exact) & set(charted):
            have = np.stack([charted[name].low[:, 0], charted[name].high[:, 0]])
            if not np.allclose(have, exact[name], rtol=0, atol=SAME):
                missing.append(name)
                wrong.append(name)
        return Check(tuple(missing), tuple(wrong), not solved.left)

    # -- evaluating ---------------------------------------------------------------------------

    def plays(
        self,
        stratum: Stratum,
        points: Floats,
        cells: Callable[[int], Sequence[int] | None] = lambda block: None,
    ) -> list[Found]:
        """Every play at points of one stratum; `cells` says which families of a block to try."""
        sheet, size = self.sheets[stratum], len(points)
        values = self.numbers.values(points)
        places = {id(b): n for n, b in enumerate(sheet.blocks)}

        def block(part: Block) -> list[Found]:
            n = places[id(part)]
            return sheet.charts[n].plays(values, size, cells(n))

        return combined(
            sheet.structure, sheet.parts, lambda e: sheet.end(e, values, size), block, size
        )

    def signatures(self, stratum: Stratum, points: Floats, block: int) -> list[bytes]:
        """The set of plays of one block at each point, as bits."""
        chart = self.sheets[stratum].charts[block]
        if not chart.cells:
            return [b""] * len(points)
        valid = chart.valid(self.numbers.values(points), len(points), range(len(chart.cells)))
        names = sorted(set(chart.names), key=repr)
        rows = [
            np.logical_or.reduce([valid[n] for n, x in enumerate(chart.names) if x == name])
            for name in names
        ]
        return [row.tobytes() for row in np.packbits(np.stack(rows, axis=1), axis=1)]


def rounded(points: Floats) -> Floats:
    """Points with few enough digits for quick exact arithmetic."""
    return np.round(points, DIGITS)
