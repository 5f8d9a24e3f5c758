"""The page of verdicts and its pictures, made from the points at which the claims were judged."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any


def claims_lines() -> Iterator[str]:
    """All claims in one table, then one by one."""
    import deterrence as dt

    found = dt.claims()
    yield "```{image} _claims/all.svg"
    yield ":alt: For each claim the share of the plausible box of the stakes in which it holds."
    yield "```"
    yield ""
    yield found.legend
    yield ""
    yield "| claim | verdict | share | something moves | half the box |"
    yield "| --- | --- | --- | --- | --- |"
    for name, verdict in found.items():
        link = f"[{name}](#{name.lower()}) {verdict.claim.says}"
        mark = " *" if verdict.near_border else ""
        yield f"| {link} | {verdict.word}{mark} | {_cells(verdict)} |"
    yield ""
    yield f"The shared sample: {found.kept.notes.get('shared', '')}"
    yield ""
    for name, verdict in found.items():
        yield from _one(name, verdict)


def _cells(verdict: Any) -> str:
    main, half = (verdict.shares.get(box) for box in ("plausible", "half as wide"))
    if main is None or not main.judged:
        return " | | "
    moves = "" if math.isnan(main.moves) else f"{main.moves:.1%}"
    cells = [f"{main.share:.1%} ± {main.error:.1%}", moves]
    return " | ".join([*cells, f"{half.share:.1%}" if half and half.judged else ""])


def _one(name: str, verdict: Any) -> Iterator[str]:
    from deterrence.oped.descriptions import described
    from deterrence.oped.verdict import UNFITTED

    claim = verdict.claim
    yield f"## {name}"
    yield ""
    yield f"**{claim.says}** ({claim.origin}; {claim.form}) {claim.asks}"
    yield ""
    if claim.judged == "none":
        named = ", ".join(f"`{setting}`" for setting in claim.settings)
        yield f"Described, without a verdict: {named} in {{doc}}`arrangements-compared`."
        yield ""
        yield described(claim)
        yield ""
        return
    order = f" Order of sets: *{claim.order}*." if claim.order not in (None, "points") else ""
    reading = f" Reading of ambiguity: {claim.reading}." if claim.reading else ""
    yield f"*Judged by:* {claim.predicate}{order}{reading}"
    yield ""
    near = ", within two standard errors of the border" if verdict.near_border else ""
    yield f"*Verdict:* **{verdict.word}**{near}."
    yield ""
    for box, share in verdict.shares.items():
        moves = "" if math.isnan(share.moves) else f"; something moves at {share.moves:.1%}"
        yield f"- {box}: {share}{moves}"
    if verdict.deciding:
        yield f"- decided most by: {', '.join(map(str, verdict.deciding))}"
    if verdict.inequality is not None:
        yield f"- holds where: {verdict.inequality}"
    elif verdict.word == "holds where":
        yield f"- holds where: {UNFITTED}"
    if verdict.incentives is not None:
        yield f"- in incentives alone: {verdict.incentives}"
    if claim.judged == "own" and verdict.note:
        yield f"- {verdict.note}"
    yield ""
    if any(share.judged for share in verdict.shares.values()):
        yield f"```{{image}} _claims/{name}.svg"
        yield f":alt: Points of two stakes at which {name} holds, as rings, and fails, as crosses."
        yield ":width: 60%"
        yield "```"
        yield ""


def write_claim_pictures(folder: Path) -> None:
    """Draw the picture of all verdicts, and that of every claim that has points."""
    from matplotlib.figure import Figure

    import deterrence as dt
    from deterrence.oped.claim_picture import draw_claim

    folder.mkdir(exist_ok=True)
    found = dt.claims()

    def keep(name: str, size: tuple[float, float], draw: Any) -> None:
        figure = Figure(figsize=size, layout="constrained")
        draw(figure.add_subplot())
        figure.savefig(folder / f"{name}.svg", metadata={"Date": None})

    keep("all", (7.5, 9.5), lambda ax: dt.plots.verdicts(found.to_frame(), ax))
    for name, verdict in found.items():
        if any(share.judged for share in verdict.shares.values()):
            keep(name, (5.0, 4.0), lambda ax, v=verdict: draw_claim(v, found, ax))
