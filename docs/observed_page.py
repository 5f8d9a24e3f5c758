"""The page that holds the model against observation, made from the computed sample."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

Table = Callable[[Any, Any], Iterator[str]]


def observed_lines(table: Table, text: Callable[[str], str]) -> Iterator[str]:
    """One table of all observations, the mismatches, and each row's finding."""
    import deterrence as dt

    found = dt.observed()
    yield found.legend
    yield ""
    head = ("Observation", "Observed", "Means", "5 to 95 %", "Verdict")
    yield from table(head, (_row(row, text) for row in found.values()))
    yield "## What does not fit"
    yield ""
    yield from (f"- [`{name}`](#{name}): {text(found[name].finding)}" for name in found.mismatches)
    if not found.mismatches:
        yield "Nothing that could be judged."
    yield ""
    yield "## One by one"
    yield ""
    for name, row in found.items():
        yield from _one(name, row, text)


def _row(row: Any, text: Callable[[str], str]) -> tuple[str, ...]:
    spread, cells = row.yields, ("", "")
    if spread is not None and spread.points:
        cells = (_span(spread.least, spread.most), _span(spread.low, spread.high))
    o = row.observation
    return f"[{text(o.what)}](#{o.name})", f"{o.observed}, {text(o.unit)}", *cells, row.word


def _span(low: float, high: float) -> str:
    one, other = f"{low + 0.0:.3g}", f"{high + 0.0:.3g}"
    return one if one == other else f"{one} to {other}"


def _one(name: str, row: Any, text: Callable[[str], str]) -> Iterator[str]:
    o = row.observation
    yield f"({name})="
    yield f"### {text(o.what)}"
    yield ""
    yield f"`{name}`. Observed: {o.observed}, {text(o.unit)}. {text(o.source)}; {text(o.status)}."
    yield ""
    if row.formula:
        yield f"In the model: {text(row.formula)}."
        yield ""
    yield f"**{row.word}**. {text(row.finding)} {text(o.caveat)}".rstrip()
    yield ""
