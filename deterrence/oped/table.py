"""A comparison of arrangements as text that fits on a page."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from typing import TYPE_CHECKING

from deterrence.guarantee.crisis import PLAYERS
from deterrence.oped.alike import ERROR_RATE
from deterrence.oped.comparison import Comparison

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["comparison_text", "told_apart"]

WIDTH = 100  # characters
GAP = "  "
DIGITS = 2  # of a payoff

DEFAULT = """\
At default stakes. A cell holds the least and the most over all equilibria, or one number where \
they agree: events in percent of crises, payoffs (Guarantor, Ukraine, Russia) as numbers. The \
codings behind the rows are judgement, read as +/- 0.15, and so are the stakes."""
DRAWN = """\
Over {draws:,} draws of the stakes, the same for each row. A cell is the median of the least to \
the median of the most over all equilibria; in brackets, the 5 % quantile of the least and the \
95 % quantile of the most. Events are in percent of crises, payoffs are numbers. "single" is the \
share of draws, in percent, in which all equilibria lead to the same outcome. Draws are even over \
ranges that are judgement: shares of draws are no probabilities of anything in the world."""

LEGEND = {
    "attack": "Russia attacks, at once or after a probe",
    "probe": "Russia first tries a smaller challenge",
    "force": "the Guarantor uses force",
    "abandonment": "a covered attack is met with nothing",
    "shortfall": "share of the pledge that is owed after an attack and not honoured",
    "entrapment": "provoked by Ukraine, force that this Guarantor, unpledged, would not use",
    "provocation": "Ukraine provokes",
    "defence-kept": "Ukraine keeps up its own defence",
}


def comparison_text(comparison: Comparison) -> str:
    """The table and what it does not tell apart, with how to read them.

    Parameters
    ----------
    comparison : Comparison

    Returns
    -------
    str
    """
    parts = [_caption(comparison), _legend(comparison), *_blocks(comparison)]
    parts += [textwrap.fill(told_apart(comparison), WIDTH), _whole(comparison)]
    return "\n\n".join(part for part in parts if part)


def told_apart(comparison: Comparison) -> str:
    """In a sentence or two, which rows are not told apart."""
    if len(comparison.results) < 2:
        return ""
    within, beyond = _how(comparison)
    by_all = comparison.alike()
    events = [name for name in comparison.outcomes if name not in PLAYERS]
    by_events = [g for g in comparison.alike(events) if g not in by_all] if events else []
    first = (
        f"Not told apart by any outcome in the table{within}: {_listed(by_all)}."
        if by_all
        else f"Every two rows differ in some outcome of the table{beyond}."
    )
    if not by_events:
        return first
    return f"{first} Alike in all events{within}, told apart by payoffs: {_listed(by_events)}."


def _how(comparison: Comparison) -> tuple[str, str]:
    if not comparison.drawn:
        return "", ""
    over = f"sampling error over {comparison.draws:,} paired draws"
    rate = f" ({ERROR_RATE:.0%} for all comparisons together)"
    return f", within {over}", f", by more than {over}{rate}"


def _listed(groups: Sequence[Sequence[str]]) -> str:
    return "; ".join(f"{', '.join(g[:-1])} and {g[-1]}" for g in groups)


def _caption(comparison: Comparison) -> str:
    text = DRAWN.format(draws=comparison.draws) if comparison.drawn else DEFAULT
    return textwrap.fill(text, WIDTH)


def _legend(comparison: Comparison) -> str:
    width = max(map(len, LEGEND))
    lines = [f"{o:<{width}}{GAP}{LEGEND[o]}" for o in comparison.outcomes if o in LEGEND]
    return "\n".join(lines)


def _whole(comparison: Comparison) -> str:
    wrong = comparison.incomplete
    if not wrong:
        return ""
    of = f" of {comparison.draws:,} draws" if comparison.drawn else ""
    lines = ["NOT complete, so that more may exist than the rows marked * show:"]
    for name, (count, reason) in wrong.items():
        text = f"{name} ({count:,}{of}): {reason}" if of else f"{name}: {reason}"
        lines.append(textwrap.fill(text, WIDTH, initial_indent="  ", subsequent_indent="    "))
    return "\n".join(lines)


def _blocks(comparison: Comparison) -> list[str]:
    """The table in pieces as wide as a page, each with the names of the rows."""
    frame, wrong = comparison.to_frame(), comparison.incomplete
    names = ["", *(f"{name}*" if name in wrong else name for name in frame.index)]
    columns = [[o, *_cells(frame, o, drawn=comparison.drawn)] for o in comparison.outcomes]
    if comparison.drawn:
        columns.append(["single", *(_percent(x) for x in frame["single"])])
    widest = max(map(len, names))
    blocks: list[list[list[str]]] = [[]]
    used = widest
    for column in columns:
        width = len(GAP) + max(map(len, column))
        if used + width > WIDTH and blocks[-1]:
            blocks.append([])
            used = widest
        blocks[-1].append(column)
        used += width
    labels = ["", *(scenario.label for scenario in comparison.scenarios.values())]
    if used + len(GAP) + max(map(len, labels)) > WIDTH:
        blocks.append([])
    return [
        _lines(names, block, labels if n == len(blocks) else None)
        for n, block in enumerate(blocks, start=1)
    ]


def _lines(
    names: Sequence[str], block: Sequence[Sequence[str]], labels: Sequence[str] | None
) -> str:
    first, widths = max(map(len, names)), [max(map(len, column)) for column in block]
    lines = []
    for n, name in enumerate(names):
        cells = (f"{column[n]:>{width}}" for column, width in zip(block, widths, strict=True))
        label = [labels[n]] if labels else []
        lines.append(GAP.join([f"{name:<{first}}", *cells, *label]).rstrip())
    return "\n".join(lines)


def _cells(frame: pd.DataFrame, outcome: str, *, drawn: bool) -> list[str]:
    figure = _payoff if outcome in PLAYERS else _percent
    to = " to " if outcome in PLAYERS else "-"

    def column(what: str) -> list[str]:
        return [figure(x) for x in frame[f"{outcome} ({what})"]]

    if not drawn:
        return _joined(column("least"), column("most"), to)
    middle = _joined(column("least, median"), column("most, median"), to)
    ends = zip(column("least, 5 %"), column("most, 95 %"), strict=True)
    return [
        m if m == low == high else f"{m} [{low}{to}{high}]"
        for m, (low, high) in zip(middle, ends, strict=True)
    ]


def _joined(low: Sequence[str], high: Sequence[str], to: str) -> list[str]:
    return [a if a == b else f"{a}{to}{b}" for a, b in zip(low, high, strict=True)]


def _payoff(value: float) -> str:
    # adding 0.0 turns a rounded -0.0 into 0.0
    return "?" if math.isnan(value) else f"{round(value, DIGITS) + 0.0:.{DIGITS}f}"


def _percent(value: float) -> str:
    if math.isnan(value):
        return "?"
    share = 100 * value
    if 0 < share < 1 and value > 1e-9:
        return "<1"
    return ">99" if 99 < share < 100 - 1e-7 else f"{share:.0f}"
