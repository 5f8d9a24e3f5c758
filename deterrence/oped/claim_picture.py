"""The picture of one claim: where it holds along the two stakes that matter most."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from deterrence.errors import InputError
from deterrence.oped.claim_statements import drawn_for
from deterrence.oped.deciding import deciding
from deterrence.oped.verdict import Verdict
from deterrence.oped.verdicts import Claims
from deterrence.show.claim_pictures import claim_points

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_claim"]

WIDTH = 56  # characters of a line


def draw_claim(verdict: Verdict, verdicts: Claims, ax: Axes | None = None) -> Axes:
    """Draw a claim's points over its two deciding stakes.

    Parameters
    ----------
    verdict : Verdict
    verdicts : Claims
        That it belongs to.
    ax : matplotlib.axes.Axes, optional

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    InputError
        If the claim has no points: a description, or one that could not be judged.
    """
    found = verdict.points.get("plausible")
    if found is None or not found.known.any():
        raise InputError(
            f"{verdict.claim.id} has no points to draw; it is {verdict.word}. Draw another claim."
        )
    known = found.known
    drawn = drawn_for(verdict.claim, len(known), "plausible", verdicts.kept.seed)
    stakes = {name: column[known] for name, column in drawn.items()}
    first, second = [one.stake for one in deciding(found.holds[known], stakes)][:2]
    names = _label(verdict, first), _label(verdict, second)
    ax = claim_points(stakes[first], stakes[second], found.holds[known], names=names, ax=ax)
    ax.set_title(_title(verdict), loc="left", fontsize=9)
    return ax


def _title(verdict: Verdict) -> str:
    """The claim's words and the verdict, with the rule that delimits it."""
    claim, rule = verdict.claim, verdict.inequality
    words = f"Verdict: {verdict.word}; true at {verdict.main.share:.0%} of the plausible box"
    lines = [f"{claim.id}: {claim.says}", words]
    lines += [] if rule is None else [f"Rule: {rule.text}"]
    return "\n".join(textwrap.fill(line, WIDTH) for line in lines)


def _label(verdict: Verdict, stake: str) -> str:
    """A stake's name, and what it is."""
    meaning = verdict.meaning(stake)
    return textwrap.fill(f"{stake}: {meaning[0].lower()}{meaning[1:].rstrip('.')}", WIDTH)
