"""A drawing of a game tree, or of a part of it, with what an equilibrium plays."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import InputError
from deterrence.games.numbers import plain
from deterrence.games.structure import CHANCE, MOVE, OUTCOME, InformationSet
from deterrence.games.tree import Game
from deterrence.show.styles import INK, axes_of, line_colour_of
from deterrence.show.tree_layout import Layout, lay_out

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["tree"]

COLUMN, ROW = 2.1, 0.36  # inches
LONGEST_FORMULA = 24  # characters
UNPLAYED = "#AAAAAA"


def tree(
    game: Game,
    root: Sequence[str] = (),
    depth: int | None = None,
    *,
    equilibrium: Equilibrium | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw a game tree from left to right.

    Dashed lines join nodes that a player cannot tell apart; a dashed ring says that some of those
    are not in the drawing.

    Parameters
    ----------
    game : Game
        With numbers or formulas.
    root : sequence of str, optional
        The history at which the drawing starts; the beginning by default.
    depth : int, optional
        How many steps are drawn.
    equilibrium : Equilibrium, optional
        Its probabilities stand at the branches, and what it does not play is grey.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    LabelError
        For a history that does not exist.
    LimitError
        If there is more than one can read; the message says what would fit.
    InputError
        If `equilibrium` is no equilibrium.
    """
    if equilibrium is not None and not isinstance(equilibrium, Equilibrium):
        raise InputError(
            f"give one equilibrium, not {type(equilibrium).__name__}; of a solution, one of "
            "solution.equilibria."
        )
    layout = lay_out(game, root, depth)
    width = 1.5 + COLUMN * (layout.columns - 1) + 0.55 * len(game.players)
    ax = axes_of(ax, width, 0.9 + ROW * layout.rows)
    drawing = _Drawing(ax, game, layout, equilibrium)
    drawing.draw()
    return ax


@dataclass(frozen=True, eq=False)
class _Drawing:
    ax: Axes
    game: Game
    layout: Layout
    equilibrium: Equilibrium | None

    def draw(self) -> None:
        s = self.game.structure
        for own in s.sets:
            self._information_set(own)
        for node in self.layout.nodes[1:]:
            self._branch(node)
        for node in self.layout.nodes:
            if node in self.layout.cut:
                self._cut(node)
            if s.kind[node] == OUTCOME:
                self._end(node)
            else:
                self._node(node)
        self._frame()

    def _at(self, node: int) -> tuple[float, float]:
        column, row = self.layout.places[node]
        return float(column), -row

    def _colour(self, player: str) -> str:
        return line_colour_of(self.game.players.index(player))

    # -- branches -----------------------------------------------------------------------------

    def _branch(self, node: int) -> None:
        s = self.game.structure
        above = s.parent[node]
        (x0, y0), (x1, y1) = self._at(above), self._at(node)
        probability = self._probability(node)
        played = probability is None or probability > 0
        # an elbow leaves room for the label on its level part
        bend = x0 + 0.22
        self.ax.plot(
            [x0, bend, x1],
            [y0, y1, y1],
            color=INK if played else UNPLAYED,
            linewidth=2.4 if probability and s.kind[above] == MOVE else 1.0,
            zorder=2,
        )
        self.ax.text(
            bend + 0.03,
            y1 + 0.06,
            self._branch_text(node, probability),
            fontsize="x-small",
            va="bottom",
            ha="left",
            color="black" if played else "#777777",
            zorder=4,
        )

    def _probability(self, node: int) -> Any:
        """Of a move, what the equilibrium plays; None where nothing is known of it."""
        s = self.game.structure
        above = s.parent[node]
        if s.kind[above] != MOVE or self.equilibrium is None:
            return None
        own = s.sets[s.set_of[above]]
        strategy = self.equilibrium.strategy
        if own.player not in strategy or own.knows not in strategy[own.player]:
            return None  # behind a branch of chance that is impossible at the equilibrium's point
        return strategy[own.player][own.knows].get(s.label[node])

    def _branch_text(self, node: int, probability: Any) -> str:
        s, numbers = self.game.structure, self.game.numbers
        places = s.chance[node]
        if places is not None:
            shown = [_number(numbers[place]) for place in places]
            if len(set(shown)) == 1:
                return f"{s.label[node]}  [{shown[0]}]"
            pairs = zip(s.players, shown, strict=True)
            return f"{s.label[node]}  [" + ", ".join(f"{p} {t}" for p, t in pairs) + "]"
        return str(s.label[node]) + ("" if probability is None else f"  {_number(probability)}")

    # -- nodes --------------------------------------------------------------------------------

    def _node(self, node: int) -> None:
        s = self.game.structure
        x, y = self._at(node)
        if s.kind[node] == CHANCE:
            self.ax.plot([x], [y], "D", markersize=6, color="white", markeredgecolor=INK, zorder=5)
            return
        own = s.sets[s.set_of[node]]
        self.ax.plot([x], [y], "o", markersize=7, color=self._colour(own.player), zorder=5)
        if not set(own.nodes) <= set(self.layout.nodes):
            self.ax.plot(
                [x],
                [y],
                "o",
                markersize=14,
                markerfacecolor="none",
                zorder=4,
                markeredgecolor=self._colour(own.player),
                linestyle="none",
            )[0].set_label("set goes on")

    def _end(self, node: int) -> None:
        s, numbers = self.game.structure, self.game.numbers
        x, y = self._at(node)
        for i, place in enumerate(s.payoffs[node] or ()):
            self.ax.annotate(
                _number(numbers[place]),
                (x, y),
                xytext=(5 + 38 * i, 0),
                textcoords="offset points",
                va="center",
                ha="left",
                fontsize="x-small",
                color=self._colour(s.players[i]),
                annotation_clip=False,
            )

    def _cut(self, node: int) -> None:
        x, y = self._at(node)
        self.ax.annotate(
            f"... {self.layout.cut[node]} more",
            (x, y),
            xytext=(9, 0),
            textcoords="offset points",
            va="center",
            fontsize="x-small",
            style="italic",
        )

    def _information_set(self, own: InformationSet) -> None:
        from matplotlib.patches import FancyArrowPatch

        inside = [node for node in own.nodes if node in self.layout.places]
        for one, other in itertools.pairwise(inside):
            self.ax.add_patch(
                FancyArrowPatch(
                    self._at(one),
                    self._at(other),
                    arrowstyle="-",
                    linestyle=(0, (4, 2)),
                    connectionstyle="arc3,rad=0.12",
                    color=self._colour(own.player),
                    linewidth=1.2,
                    zorder=1,
                    label=str(own),
                )
            )

    # -- frame --------------------------------------------------------------------------------

    def _frame(self) -> None:
        from matplotlib.lines import Line2D

        self.ax.set_axis_off()
        self.ax.set_xlim(-0.15, self.layout.columns - 1 + 0.27 * len(self.game.players))
        self.ax.set_ylim(-self.layout.rows + 0.4, 0.7)
        handles = [
            Line2D([], [], marker="o", linestyle="none", color=self._colour(p), label=p)
            for p in self.game.players
        ]
        handles.append(
            Line2D([], [], marker="D", linestyle="none", color="white", markeredgecolor=INK)
        )
        handles[-1].set_label("chance")
        self.ax.legend(
            handles=handles,
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=len(handles),
            frameon=False,
            fontsize="small",
            borderaxespad=0,
        )


def _number(value: Any) -> str:
    """An exact fraction if short, else digits; a formula if short, else that there is one."""
    if isinstance(value, Fraction):
        exact = plain(value)
        return exact if len(exact) <= 6 else f"{float(value):.3g}"
    text = str(value)
    return text if len(text) <= LONGEST_FORMULA else "formula"
