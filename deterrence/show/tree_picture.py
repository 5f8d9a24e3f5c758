"""A drawing of a game tree, or of a part of it, with what an equilibrium plays."""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.equilibrium.solution import Equilibrium
from deterrence.errors import InputError
from deterrence.games.structure import CHANCE, OUTCOME, InformationSet
from deterrence.games.tree import Game
from deterrence.show.styles import INK, axes_of, line_colour_of
from deterrence.show.tree_layout import Layout, lay_out
from deterrence.show.tree_text import branch_text, payoff_texts, played

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["tree"]

ROW, NARROWEST, LETTER = 0.36, 1.7, 0.068  # inches: a row, a column at least, a letter
BEND = 0.2  # of a column
UNPLAYED = "#AAAAAA"
RING: dict[str, Any] = {"s": 160, "linestyles": "dashed", "linewidths": 1.0}


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
    texts = {node: branch_text(game, node, equilibrium) for node in layout.nodes[1:]}
    column = max([NARROWEST, *(0.75 + LETTER * len(text) for text in texts.values())])
    payoff = LETTER * _longest_payoff(game, layout) + 0.12
    left = 0.3 + LETTER * max(map(len, game.players))
    width = left + column * (layout.columns - 1) + payoff * len(game.players)
    ax = axes_of(ax, width, 0.9 + ROW * layout.rows)
    _Drawing(ax, game, layout, equilibrium, texts, payoff).draw()
    ax.set_xlim(-left / column, layout.columns - 1 + payoff * len(game.players) / column)
    return ax


def _longest_payoff(game: Game, layout: Layout) -> int:
    shown = [text for node in layout.nodes for text in payoff_texts(game, node)]
    return max(map(len, shown), default=4)


@dataclass(frozen=True, eq=False)
class _Drawing:
    ax: Axes
    game: Game
    layout: Layout
    equilibrium: Equilibrium | None
    texts: Mapping[int, str]
    payoff_width: float  # inches

    def draw(self) -> None:
        s = self.game.structure
        for own in s.sets:
            self._information_set(own)
        for node in self.layout.nodes[1:]:
            self._branch(node)
        for node in self.layout.nodes:
            if s.kind[node] == OUTCOME:
                self._end(node)
            elif s.kind[node] == CHANCE:
                self._chance(node)
            else:
                self._move(node)
            if node in self.layout.cut:
                text = f"... {self.layout.cut[node]} more"
                self._write(node, text, (10, 0), va="center", style="italic")
        self._frame()

    def _at(self, node: int) -> tuple[float, float]:
        column, row = self.layout.places[node]
        return float(column), -row

    def _colour(self, player: str) -> str:
        return line_colour_of(self.game.players.index(player))

    def _write(self, node: int, text: str, offset: tuple[float, float], **style: Any) -> None:
        """Text next to a node; the offset is in points."""
        style = {"fontsize": "x-small", "annotation_clip": False, "zorder": 6, **style}
        place = self._at(node)
        self.ax.annotate(text, place, xytext=offset, textcoords="offset points", **style)

    def _branch(self, node: int) -> None:
        s = self.game.structure
        (x0, y0), (x1, y1) = self._at(s.parent[node]), self._at(node)
        probability = played(self.game, node, self.equilibrium)
        dead = probability == 0
        bend = x0 + BEND  # an elbow leaves room for the text on its level part
        (line,) = self.ax.plot([x0, bend, x1], [y0, y1, y1], color=UNPLAYED if dead else INK)
        line.set(linewidth=2.4 if probability else 1.0, zorder=2)
        self.ax.annotate(
            self.texts[node],
            (bend, y1),
            xytext=(2, 2.5),
            textcoords="offset points",
            fontsize="x-small",
            color="#707070" if dead else "black",
            zorder=4,
        )

    def _chance(self, node: int) -> None:
        x, y = self._at(node)
        self.ax.plot([x], [y], "D", markersize=6, color="white", markeredgecolor=INK, zorder=5)

    def _move(self, node: int) -> None:
        x, y = self._at(node)
        own = self.game.structure.sets[self.game.structure.set_of[node]]
        colour = self._colour(own.player)
        self.ax.plot([x], [y], "o", markersize=7, color=colour, zorder=5)
        first = node == self.layout.nodes[0]
        # below the branch that leads here, where nothing else is written
        offset, up = ((-11, 0), "center") if first else ((-6, -3), "top")
        self._write(node, own.player, offset, ha="right", va=up, color=colour)
        if self._goes_on(own):
            self.ax.scatter([x], [y], facecolors="none", edgecolors=colour, zorder=4, **RING)

    def _goes_on(self, own: InformationSet) -> bool:
        """Whether some of the nodes that the player cannot tell apart are not drawn."""
        return not set(own.nodes) <= set(self.layout.nodes)

    def _end(self, node: int) -> None:
        for i, text in enumerate(payoff_texts(self.game, node)):
            offset = (5 + 72 * self.payoff_width * i, 0.0)
            colour = self._colour(self.game.players[i])
            self._write(node, text, offset, va="center", color=colour)

    def _information_set(self, own: InformationSet) -> None:
        from matplotlib.patches import FancyArrowPatch

        inside = [node for node in own.nodes if node in self.layout.places]
        for one, other in itertools.pairwise(inside):
            # sets that cross each other bulge differently
            bulge = 0.1 + 0.06 * (own.index % 3)
            link = FancyArrowPatch(
                self._at(one),
                self._at(other),
                arrowstyle="-",
                linestyle=(0, (4, 2)),
                connectionstyle=f"arc3,rad={bulge}",
                color=self._colour(own.player),
                linewidth=1.2,
                zorder=1,
                label=str(own),
            )
            self.ax.add_patch(link)

    def _frame(self) -> None:
        self.ax.set_axis_off()
        self.ax.set_ylim(-self.layout.rows + 0.4, 0.7)
        self.ax.legend(
            handles=self._handles(),
            loc="lower left",
            bbox_to_anchor=(0, 1.0),
            ncols=len(self.game.players) + 2,
            frameon=False,
            fontsize="small",
            borderaxespad=0,
            handletextpad=0.3,
            columnspacing=1.2,
        )

    def _handles(self) -> list[Any]:
        from matplotlib.lines import Line2D

        s = self.game.structure
        nothing: dict[str, Any] = {"linestyle": "none"}
        handles: list[Any] = [
            Line2D([], [], marker="o", color=self._colour(p), label=p, **nothing)
            for p in self.game.players
        ]
        if any(s.kind[node] == CHANCE for node in self.layout.nodes):
            diamond = Line2D([], [], marker="D", color="white", markeredgecolor=INK, **nothing)
            diamond.set_label("chance")
            handles.append(diamond)
        owns = {s.set_of[node] for node in self.layout.nodes if s.set_of[node] >= 0}
        if any(self._goes_on(s.sets[own]) for own in owns):
            ring = self.ax.scatter([], [], facecolors="none", edgecolors=INK, **RING)
            ring.set_label("not told from nodes outside the drawing")
            handles.append(ring)
        return handles
