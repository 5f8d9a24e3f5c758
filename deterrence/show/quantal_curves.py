"""A branch of quantal responses: probabilities against precision."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, unknown
from deterrence.show.styles import BESIDE, INK, axes_of, line_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from deterrence.equilibrium.logit_path import QuantalPath

__all__ = ["quantal_path"]

MOST = 12  # curves that can be told apart
USUAL = 8  # that are drawn of many
COLOURS = 7  # of `line_of`, before they come again
MARKED = 9  # markers on a curve


def quantal_path(
    path: QuantalPath,
    ax: Axes | None = None,
    *,
    actions: Iterable[tuple[str, Any, str]] | None = None,
) -> Axes:
    """Draw the probabilities of actions along a branch of quantal response equilibria.

    Precision runs on a logarithmic axis; uniform play, at precision 0, lies off its left end.
    Where precision turns, the curves bend back, and each such place has a ring on every curve and
    a dotted line.

    Parameters
    ----------
    path : QuantalPath
        From `quantal_path`.
    ax : matplotlib.axes.Axes, optional
    actions : iterable of (player, knows, action), optional
        What to draw, of ``path.labels``, 12 at most. If missing, all, or where there are more than
        8 the 8 whose probabilities change most along the path.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If `path` is none, has no point at a positive precision, or too many actions are given.
    LabelError
        For an unknown action.
    """
    columns = _columns(_checked(path), actions)
    names = [_name(path.labels[column]) for column in columns]
    ax = axes_of(ax, 8.4, max(4.2, 0.22 * sum(2 + name.count("\n") for name in names)))
    shown = path.precision > 0
    xs = path.precision[shown]
    for n, column in enumerate(columns):
        ys = np.exp(path.log_probabilities[shown, column])
        ax.plot(xs, ys, label=names[n], **_style(n, len(xs)))
    _mark_turns(ax, path, columns)
    _frame(ax, xs, len(columns), len(path.labels))
    return ax


def _checked(path: Any) -> QuantalPath:
    from deterrence.equilibrium.logit_path import QuantalPath

    if not isinstance(path, QuantalPath):
        raise InputError(
            f"give a path from quantal_path, not {type(path).__name__}; a solution by "
            "solve(game, 'quantal') has one as solution.path."
        )
    if not path.labels or not np.any(path.precision > 0):
        raise InputError(
            "the path has nothing to draw: no choice, or no point at a positive precision. Follow "
            "it further, for instance with to= left out."
        )
    return path


def _columns(path: QuantalPath, actions: Iterable[tuple[str, Any, str]] | None) -> list[int]:
    """What to draw, in the order of the path's labels unless an order is given."""
    if actions is None:
        moved = np.ptp(path.probabilities, axis=0)
        return sorted(np.argsort(-moved, kind="stable")[:USUAL].tolist())
    chosen = list(actions)
    if not 1 <= len(chosen) <= MOST:
        raise InputError(f"{len(chosen)} actions are given; draw 1 to {MOST} in one picture.")
    for action in chosen:
        if action not in path.labels:
            raise unknown("choice", action, path.labels)
    return [path.labels.index(action) for action in chosen]


def _style(n: int, points: int) -> dict[str, Any]:
    """Colour and marker, and dashes from where these come again; markers do not coincide."""
    every = max(1, points // MARKED)
    dashes = "--" if n >= COLOURS else "-"
    return {**line_of(n), "linestyle": dashes, "markevery": (n % every, every)}


def _name(choice: tuple[str, Any, str]) -> str:
    player, knows, action = choice
    if knows == ():
        return f"{player}: {action}"
    seen = ", ".join(map(str, knows)) if isinstance(knows, tuple) else str(knows)
    return f"{player}: {action}\n  knowing {seen}"


def _mark_turns(ax: Axes, path: QuantalPath, columns: list[int]) -> None:
    for n, turn in enumerate(path.turning_points):
        ax.axvline(turn.precision, color=INK, linewidth=0.7, linestyle=":", zorder=0.5)
        ys = np.exp(turn.log_probabilities[columns])
        ax.scatter(
            np.full(len(ys), turn.precision),
            ys,
            s=34,
            facecolors="none",
            edgecolors=INK,
            linewidths=0.8,
            zorder=3,
            label="turning point" if n == 0 else None,
        )


def _frame(ax: Axes, xs: Any, drawn: int, whole: int) -> None:
    ax.set_xscale("log")
    if xs.min() < xs.max():
        ax.set_xlim(float(xs.min()), float(xs.max()))
    ax.set_ylim(-0.03, 1.03)
    ax.set_xlabel("precision")
    ax.set_ylabel("probability")
    ax.legend(
        title=None if drawn == whole else f"{drawn} of {whole} actions", handlelength=2.6, **BESIDE
    )
