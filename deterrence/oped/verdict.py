"""The verdict on one claim: its word, its share, and what delimits it."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from deterrence.errors import InputError
from deterrence.guarantee.parameters import PARAMETERS
from deterrence.oped.box_share import Share
from deterrence.oped.claim_list import Claim
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.claim_statements import place
from deterrence.oped.deciding import Deciding, Inequality
from deterrence.oped.limiting import Limits, limits_of
from deterrence.oped.orders import Holding
from deterrence.oped.own_points import more_stakes
from deterrence.oped.settings import BOXES

__all__ = ["NO_SHARE", "READING", "UNFITTED", "WIDTH", "Verdict", "verdict_of"]

HOLDS, FAILS = 0.95, 0.05  # a share between the two is a region
LIVE = {"C02"}  # claims that hold where the predicate is true somewhere and false elsewhere
FEWEST = 20  # points at which a claim must be judged before there is a verdict
WIDTH = 96  # characters
NO_SHARE = Share(float("nan"), float("nan"), float("nan"), 0, 0)
DECIDED = "Decided most by (how much oftener it holds in the highest third than in the lowest):"
UNFITTED = "no rule: fewer than 20 points on one side, or none is right at 70% of other points"
READING = {
    "shared": "x(s) is x in two simple plays under the guarantee s (docs/reference/claims.md).",
    "own": "Said of simple plays of the companion (docs/reference/claims.md).",
}


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the model says about one claim.

    Attributes
    ----------
    claim : Claim
    word : str
        "holds" (at 95 % of the plausible box or more), "fails" (at 5 % or less), "holds where"
        (in between), "not judged" (at fewer than 20 points), or "described".
    shares : mapping of str to Share
        By box.
    points : mapping of str to Holding
        By box.
    note : str
        How it was found.
    seed : int
        Of the draw.
    """

    claim: Claim
    word: str
    shares: Mapping[str, Share]
    points: Mapping[str, Holding]
    note: str = ""
    seed: int = 0

    @functools.cached_property
    def limits(self) -> Limits:
        """What decides the claim, if it is a region; worked out when it is asked for."""
        if self.word != "holds where":
            return Limits()
        return limits_of(self.claim, self.points["plausible"], self.seed)

    @property
    def deciding(self) -> tuple[Deciding, ...]:
        """The stakes that matter most, over the plausible box."""
        return self.limits.deciding

    @property
    def inequality(self) -> Inequality | None:
        """What delimits "holds where".

        None for other verdicts, where the claim holds, or fails, at too few points, and where no
        rule is right at 70 % of other points.
        """
        return self.limits.inequality

    @property
    def incentives(self) -> Inequality | None:
        """The same in incentives and stakes alone.

        None unless `inequality` speaks of simple plays, and this is right at 70 % or more.
        """
        return self.limits.incentives

    def at(self, **given: float) -> bool:
        """Whether the claim holds at some stakes by its inequality.

        Parameters
        ----------
        **given
            Stakes, as in ``at(phi=0.3, m_force=1)``; the others have their defaults.

        Returns
        -------
        bool
            What the inequality says; how often it is right is its `agrees`.

        Raises
        ------
        InputError
            If there is no inequality, or for a stake that is no number.
        ParameterError
            For an unknown stake (near misses are offered).
        """
        if self.inequality is None:
            raise InputError(f"{self.claim.id} has no inequality; its verdict is {self.word!r}.")
        return place(self.inequality, self.claim, given)

    @property
    def main(self) -> Share:
        """That of the plausible box; not a number where there is none."""
        return self.shares.get("plausible", NO_SHARE)

    @property
    def near_border(self) -> bool:
        """Whether another word is within two standard errors of the share."""
        return "plausible" in self.shares and self.main.near(FAILS, HOLDS)

    def meaning(self, stake: str) -> str:
        """What a stake that is drawn for this claim is, in a sentence."""
        return {**PARAMETERS, **more_stakes(self.claim.id)}[stake].meaning

    def document(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        claim = self.claim
        return {
            "id": claim.id,
            "origin": claim.origin,
            "claim": claim.says,
            "question": claim.asks,
            "form": claim.form,
            "predicate": claim.predicate,
            "order": claim.order,
            "reading": claim.reading,
            "compared": list(claim.settings),
            "verdict": self.word,
            "near_border": self.near_border,
            "shares": {
                box: {k: _plain(v) for k, v in vars(share).items()}
                for box, share in self.shares.items()
            },
            "decided_by": [vars(one) for one in self.deciding],
            "holds_where": None if self.inequality is None else self.inequality.document(),
            "holds_where_in_incentives": None
            if self.incentives is None
            else self.incentives.document(),
            "note": self.note,
        }

    def __str__(self) -> str:
        claim = self.claim
        lines = [f"{claim.id} ({claim.origin}): {claim.says}", f"  Asked: {claim.asks}"]
        if claim.judged == "none":
            named = ", ".join(claim.settings)
            lines.append(f"  Described, without a verdict: see `deterrence arrangements {named}`.")
            return "\n".join(lines)
        order = {"points": "", None: ""}.get(claim.order, f" Order: {claim.order}.")
        reading = f" Reading of ambiguity: {claim.reading}." if claim.reading else ""
        lines += textwrap.wrap(
            f"Judged by: {claim.predicate}{order}{reading}",
            WIDTH,
            initial_indent="  ",
            subsequent_indent="    ",
        )
        near = "; within two standard errors of the border" if self.near_border else ""
        lines.append(f"  Verdict: {self.word}{near}.")
        lines += [f"  {box}: {share}{_moved(share)}" for box, share in self.shares.items()]
        if self.deciding:
            lines.append(f"  {DECIDED}")
            lines += [f"    {one}: {self.meaning(one.stake)}" for one in self.deciding]
        if self.inequality is not None:
            where = f"Holds where: {self.inequality}."
            lines += textwrap.wrap(where, WIDTH, initial_indent="  ", subsequent_indent="    ")
            if self.inequality.plays:
                lines.append(f"    {READING[claim.judged]}")
        elif self.word == "holds where":
            lines.append(f"  Holds where: {UNFITTED}.")
        if self.incentives is not None:
            where = f"In incentives alone: {self.incentives}."
            lines += textwrap.wrap(where, WIDTH, initial_indent="  ", subsequent_indent="    ")
        if self.note:
            lines += textwrap.wrap(self.note, WIDTH, initial_indent="  ", subsequent_indent="    ")
        return "\n".join(lines)


def _moved(share: Share) -> str:
    """In what part of the box something moves, where that says more than the share."""
    return "" if np.isnan(share.moves) else f"; something moves at {share.moves:.1%}"


def _plain(value: Any) -> Any:
    return None if isinstance(value, float) and not np.isfinite(value) else value


def verdict_of(claim: Claim, kept: ClaimPoints) -> Verdict:
    """The verdict on a claim.

    Parameters
    ----------
    claim : Claim
    kept : ClaimPoints
    """
    points = {box: kept.found[claim.id, box] for box in BOXES if (claim.id, box) in kept.found}
    if claim.judged == "none":
        return Verdict(claim, "described", {}, {})
    shares = {box: Share.of(found) for box, found in points.items()}
    note = kept.notes.get(
        claim.id, kept.notes.get("shared", "") if claim.judged == "shared" else ""
    )
    main = shares.get("plausible")
    if main is None or main.judged < FEWEST:
        return Verdict(claim, "not judged", shares, points, note)
    return Verdict(claim, _word(claim, main.share), shares, points, note, kept.seed)


def _word(claim: Claim, share: float) -> str:
    if claim.id in LIVE:
        return "holds" if FAILS < share < HOLDS else "fails"
    if share >= HOLDS:
        return "holds"
    return "fails" if share <= FAILS else "holds where"
