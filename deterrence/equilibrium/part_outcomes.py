"""What the parts of a game contribute to outcomes: payoffs and event probabilities, as rows."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from deterrence.equilibrium.blocks import SolvedBlock
from deterrence.equilibrium.decomposition import Block, Choice, End, Part
from deterrence.equilibrium.outcomes import distinct, leaves, outcome_names
from deterrence.equilibrium.payoff_scale import payoff_scales
from deterrence.games.tree import Game

__all__ = ["PartOutcomes"]

Floats = NDArray[np.float64]
TIE = 1e-9
MOST_OPTIONS = 20_000


class PartOutcomes:
    """Rows of outcomes that independent blocks, and public choices above them, contribute."""

    def __init__(
        self, game: Game, blocks: Sequence[SolvedBlock], reach: Sequence[Sequence[Fraction]]
    ) -> None:
        self.game, self.blocks, self.reach = game, blocks, reach
        self.straight = True  # until a public choice cuts a family where it is not straight
        self._places = {id(b.block): n for n, b in enumerate(blocks)}

    def place(self, block: Block) -> int:
        """Where a block stands among those that are solved."""
        return self._places[id(block)]

    def _solved(self, block: Block) -> SolvedBlock:
        return self.blocks[self.place(block)]

    def may_tie(self, choice: Choice) -> bool:
        """Whether at some equilibrium of what follows two actions may be equally good."""
        try:
            return self._options(choice) is None
        except OverflowError:
            return True

    def _options(self, part: Part) -> Floats | None:
        """Least and most contributions (rows: options; axis 1: low, high); None at a tie."""
        if isinstance(part, End):
            row = self._end(part)
            return np.stack([row, row])[None]
        if isinstance(part, Block):
            return self._block_options(part) if self.is_affine(part) else None
        columns = []
        for parts in part.parts:
            column = self._sum_options(parts)
            if column is None:
                return None
            columns.append(column)
        return self._choice_options(part, columns)

    def is_affine(self, block: Block) -> bool:
        """Whether the corners of every family of a block bound its outcomes."""
        b = self._solved(block)
        return all(b.affine(n) for n in range(len(b.cells)))

    def _block_options(self, block: Block) -> Floats:
        b = self._solved(block)
        rows = []
        for cell in range(len(b.cells)):
            table = b.outcomes(cell)
            rows.append(np.stack([table.min(axis=0), table.max(axis=0)]))
        return np.array(rows)

    def _sum_options(self, parts: Sequence[Part]) -> Floats | None:
        total = np.zeros((1, 2, len(outcome_names(self.game))))
        for part in parts:
            options = self._options(part)
            if options is None:
                return None
            if len(total) * len(options) > MOST_OPTIONS:
                raise OverflowError
            total = (total[:, None] + options[None]).reshape(-1, *total.shape[1:])
        return total

    def _choice_options(self, choice: Choice, columns: list[Floats]) -> Floats | None:
        s = self.game.structure
        i = s.players.index(s.sets[choice.set].player)
        slack = TIE * payoff_scales(self.game)[i]
        floors = [column[:, 0, i].min() for column in columns]
        kept = []
        for a, column in enumerate(columns):
            floor = max((f for b, f in enumerate(floors) if b != a), default=-np.inf)
            possible = column[column[:, 1, i] >= floor - slack]
            for other in columns[a + 1 :]:
                rest = max((f for f in floors), default=-np.inf)
                low = np.maximum(possible[:, 0, i][:, None], other[:, 0, i][None])
                high = np.minimum(possible[:, 1, i][:, None], other[:, 1, i][None])
                if ((high >= low - slack) & (high >= rest - slack)).any():
                    return None
            kept.append(possible)
        return np.concatenate(kept)

    def _end(self, end: End) -> Floats:
        table = leaves(self.game, end.nodes, (), self.reach)
        return np.asarray(table.evaluate(np.zeros((1, table.width)))[0])

    def _no_rows(self) -> Floats:
        return np.zeros((0, len(outcome_names(self.game))))

    def extremes(self, parts: Sequence[Part]) -> Floats:
        """Outcome rows whose hull is that of all equilibria's outcomes, one for each point.

        None where some part has no equilibrium that was found, since the whole has none then.
        """
        total = np.zeros((1, len(outcome_names(self.game))))
        for part in parts:
            rows = self._rows(part)
            if len(total) * len(rows) > MOST_OPTIONS:
                total = np.stack([total.min(axis=0), total.max(axis=0)])
                rows = np.stack([rows.min(axis=0), rows.max(axis=0)])
            total = (total[:, None] + rows[None]).reshape(-1, total.shape[1])
        return total

    def _rows(self, part: Part) -> Floats:
        if isinstance(part, End):
            return self._end(part)[None]
        if isinstance(part, Block):
            b = self._solved(part)
            if not b.cells:
                return self._no_rows()
            return distinct(np.concatenate([b.outcomes(n) for n in range(len(b.cells))]))
        s = self.game.structure
        i = s.players.index(s.sets[part.set].player)
        columns = []
        for parts in part.parts:
            total = np.zeros((1, len(outcome_names(self.game))))
            for p in parts:
                total = self._summed(total, self._rows(p))
            columns.append(total)
        if not all(map(len, columns)):
            return self._no_rows()
        floors = [c[:, i].min() for c in columns]
        kept = []
        slack = TIE * payoff_scales(self.game)[i]
        for a, column in enumerate(columns):
            floor = max((f for b, f in enumerate(floors) if b != a), default=-np.inf)
            kept.append(column[column[:, i] >= floor - slack])
            kept.extend(self._boundary(part.parts[a], i, floor))
            cut = column[:, i].min() < floor - slack and column[:, i].max() > floor + slack
            self.straight = self.straight and not (cut and self._bends(part.parts[a]))
        return np.concatenate(kept)

    def _summed(self, total: Floats, rows: Floats) -> Floats:
        """All sums of two rows; of too many, only what bounds them."""
        if len(total) * len(rows) > MOST_OPTIONS:
            total, rows = distinct(total), distinct(rows)
        if len(total) * len(rows) > MOST_OPTIONS:
            self.straight = False
            total, rows = (np.stack([r.min(axis=0), r.max(axis=0)]) for r in (total, rows))
        return np.asarray((total[:, None] + rows[None]).reshape(-1, total.shape[1]))

    def _bends(self, parts: Sequence[Part]) -> bool:
        """Whether what is worth at least so much may be no polytope: several parts vary there."""
        if any(isinstance(p, Choice) for p in parts):
            return True
        blocks = [self._solved(p) for p in parts if isinstance(p, Block)]
        return len(blocks) > 1 or any(b.varied(n) > 1 for b in blocks for n in range(len(b.cells)))

    def _boundary(self, parts: Sequence[Part], player: int, floor: float) -> list[Floats]:
        """Outcomes of a flat continuation where it is just worth `floor`, inside its families."""
        blocks = [p for p in parts if isinstance(p, Block)]
        if len(blocks) != 1 or any(isinstance(p, Choice) for p in parts):
            return []
        ends = sum(
            (self._end(p) for p in parts if isinstance(p, End)),
            np.zeros(len(outcome_names(self.game))),
        )
        b = self._solved(blocks[0])
        level = floor - float(ends[player])
        rows = [b.outcomes_at(cell, player, level) for cell in range(len(b.cells))]
        return [row + ends for row in rows if len(row)]
