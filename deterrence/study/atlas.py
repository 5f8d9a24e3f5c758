"""All plays of a game over a region of parameters: charts, one for each block and stratum.

Charts are learnt from complete solutions at some points. A chart never claims a play that is not
there, since its conditions suffice for one; what it may lack shows at other points that are solved
completely: one for every set of plays that it reports, and two beside every border between such
sets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import solve_block
from deterrence.equilibrium.decomposition import Block, Choice, End, Part, decompose
from deterrence.equilibrium.outcomes import outcome_names
from deterrence.equilibrium.reduction import chance_reach
from deterrence.equilibrium.tracing import Program, Tape
from deterrence.games.structure import Structure
from deterrence.games.tree import Game
from deterrence.study.charts import Chart, Formulas, Found, PlayName, exact_plays, formulas_of
from deterrence.study.combining import blocks_of, combined
from deterrence.study.points_as_arrays import NumbersOverPoints, Stratum

__all__ = ["Answer", "Atlas", "Question", "Sheet", "answer", "rounded"]

Floats = NDArray[np.float64]
SAME = 1e-7  # outcomes closer than this are the same
DIGITS = 7  # of the coordinates of points that are solved exactly


@dataclass(frozen=True, eq=False)
class Question:
    """Whether what a chart says of a block at a point is all there is.

    Attributes
    ----------
    stratum : Stratum
    row : ndarray, shape (axes,)
        The point.
    block : int
    charted : dict of PlayName to ndarray, shape (2, outcomes)
        The plays that are known there, with the least and most of their outcomes.
    about : PlayName or None
        Ask about this play only, which is much quicker to answer.
    """

    stratum: Stratum
    row: Floats
    block: int
    charted: dict[PlayName, Floats]
    about: PlayName | None = None


@dataclass(frozen=True, eq=False)
class Answer:
    """What a complete solution of one block at one point says about its chart.

    Attributes
    ----------
    missing : int
        Plays that the chart did not have there and that it can take over.
    wrong : int
        Plays that it had and that are not there, or with another outcome.
    left : tuple of str
        What the solution itself left undecided.
    formulas : Formulas
        Of what was missing.
    """

    missing: int
    wrong: int
    left: tuple[str, ...]
    formulas: Formulas


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
    varying : list of int
        Places of the numbers that depend on the point.
    """

    game: Game
    parts: tuple[Part, ...]
    blocks: list[Block]
    charts: list[Chart]
    varying: list[int]
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
        for k in self.varying:
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
    ends : bool
        As for `NumbersOverPoints`.
    """

    def __init__(self, game: Game, axes: Sequence[str], *, ends: bool = True) -> None:
        self.numbers = NumbersOverPoints(game, axes, ends=ends)
        self.sheets: dict[Stratum, Sheet] = {}
        self.incomplete: list[str] = []

    def sheet(self, stratum: Stratum, row: Floats) -> Sheet:
        """The charts of a stratum; `row` is a point of it."""
        if stratum not in self.sheets:
            game = self.numbers.at(row)
            parts = decompose(game.structure)
            blocks = blocks_of(parts)
            charts = [Chart() for _ in blocks]
            self.sheets[stratum] = Sheet(game, parts, blocks, charts, self.numbers.varying)
        return self.sheets[stratum]

    # -- learning -----------------------------------------------------------------------------

    def questions(
        self, stratum: Stratum, block: int, points: Floats, about: Sequence[PlayName | None]
    ) -> list[Question]:
        """What to ask complete solutions of one block at points of a stratum."""
        plays = self.sheets[stratum].charts[block].plays(self.numbers.values(points), len(points))
        return [
            Question(stratum, row, block, _charted(plays, n), name)
            for n, (row, name) in enumerate(zip(points, about, strict=True))
        ]

    def learn(self, question: Question, answer: Answer) -> None:
        """Take over what the charts lacked."""
        self.sheets[question.stratum].charts[question.block].add(answer.formulas)
        self.incomplete += [reason for reason in answer.left if reason not in self.incomplete]

    # -- evaluating ---------------------------------------------------------------------------

    def families(self) -> dict[Stratum, int]:
        """How many families are known, in strata where a block is all there is to solve."""
        return {
            stratum: len(sheet.charts[0].cells)
            for stratum, sheet in self.sheets.items()
            if len(sheet.blocks) == 1 and not any(isinstance(p, Choice) for p in sheet.parts)
        }

    def plays(self, stratum: Stratum, points: Floats, since: int = 0) -> list[Found]:
        """Every play at points of one stratum.

        With `since`, only the families from that one on: where a single block is all there is,
        what is known of earlier ones stays.
        """
        sheet, size = self.sheets[stratum], len(points)
        values = self.numbers.values(points)
        places = {id(b): n for n, b in enumerate(sheet.blocks)}
        return combined(
            sheet.structure,
            sheet.parts,
            lambda end: sheet.end(end, values, size),
            lambda block: sheet.charts[places[id(block)]].plays(values, size, since),
            size,
        )

    def digest(self) -> str:
        """What tells this atlas from others of the same game."""
        text = hashlib.sha256()
        for stratum, sheet in sorted(self.sheets.items()):
            for chart in sheet.charts:
                text.update(repr((stratum, chart.tape.rows, chart.cells_as_numbers)).encode())
        return text.hexdigest()[:16]

    def plays_of_block(
        self,
        stratum: Stratum,
        points: Floats,
        block: int,
        since: int = 0,
        among: Collection[PlayName] | None = None,
    ) -> dict[PlayName, int]:
        """Where each play of one block exists, as sets of points, see `Chart.exists`."""
        chart = self.sheets[stratum].charts[block]
        return chart.exists(self.numbers.values(points), len(points), since, among)


def _charted(plays: Sequence[Found], n: int) -> dict[PlayName, Floats]:
    return {
        play.name: np.stack([play.low[:, n], play.high[:, n]]) for play in plays if play.exists[n]
    }


def answer(numbers: NumbersOverPoints, question: Question, budget: int) -> Answer:
    """Solve a block completely at a point and compare with what its chart says.

    Parameters
    ----------
    numbers : NumbersOverPoints
    question : Question
    budget : int
        As for `solve`.
    """
    game = numbers.at(question.row)
    block = blocks_of(decompose(game.structure))[question.block]
    within = None if question.about is None else _supports(game.structure, question.about)
    solved = solve_block(game, block, chance_reach(game), budget, within)
    exact, charted = exact_plays(game, solved), question.charted
    if question.about is not None:
        charted = {name: ends for name, ends in charted.items() if name == question.about}
    other = [
        name
        for name in exact
        if name in charted and not np.allclose(charted[name], exact[name], rtol=0, atol=SAME)
    ]
    missing = [name for name in exact if name not in charted]
    wrong = [name for name in charted if name not in exact]
    formulas = formulas_of(game, solved, numbers.varying, [*missing, *other])
    learnable = len({name for name, _ in formulas.cells})
    return Answer(learnable, len(wrong) + len(other), tuple(solved.left), formulas)


def _supports(structure: Structure, name: PlayName) -> dict[int, int]:
    """The supports of a play by information set, as bits."""
    found = {}
    for player, knows, played in name:
        own = structure.by_name[player, knows]
        found[own.index] = sum(1 << a for a, x in enumerate(own.actions) if x in played)
    return found


def rounded(points: Floats) -> Floats:
    """Points with few enough digits for quick exact arithmetic."""
    return np.round(points, DIGITS)
