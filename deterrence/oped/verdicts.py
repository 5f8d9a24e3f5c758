"""Verdicts on the op-ed's claims, from the points at which they hold."""

from __future__ import annotations

import functools
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.oped.box_share import Share
from deterrence.oped.claim_list import Claim, claim_of, read_claims
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.claim_statements import drawn_for, place
from deterrence.oped.deciding import Deciding, Inequality
from deterrence.oped.limiting import Limits, limits_of
from deterrence.oped.orders import Holding
from deterrence.oped.own_points import MORE
from deterrence.oped.settings import BOXES, stakes

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Claims", "Share", "Verdict", "claims", "verdict_of"]

Floats = NDArray[np.float64]
HOLDS, FAILS = 0.95, 0.05  # a share between the two is a region
LIVE = {"C02"}  # claims that hold where the predicate is true somewhere and false elsewhere
FEWEST = 20  # points at which a claim must be judged before there is a verdict
WIDTH = 96  # characters
NO_SHARE = Share(float("nan"), float("nan"), float("nan"), 0, 0)
UNFITTED = "no rule: fewer than 20 points on one side, or none is right at 70% of other points"
READING = {
    "shared": "x(s) is x in two simple plays under the guarantee s, defined with the claims.",
    "own": "This is said of simple plays of the claim's companion, defined with the claims.",
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
    def near_border(self) -> bool:
        """Whether another word is within two standard errors of the share."""
        main = self.shares.get("plausible")
        return main is not None and main.near(FAILS, HOLDS)

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
        lines += [f"  {box}: {share}" for box, share in self.shares.items()]
        if self.deciding:
            lines.append(f"  Decided most by: {', '.join(map(str, self.deciding))}.")
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


class Claims(Mapping[str, Verdict]):
    """The verdicts on all claims, in the order of the op-ed; prints as a table.

    Parameters
    ----------
    kept : ClaimPoints
    """

    def __init__(self, kept: ClaimPoints) -> None:
        self.kept = kept
        self._known: dict[str, Verdict] = {}

    def __getitem__(self, name: str) -> Verdict:
        claim = claim_of(name)
        if claim.id not in self._known:
            self._known[claim.id] = verdict_of(claim, self.kept)
        return self._known[claim.id]

    def __iter__(self) -> Iterator[str]:
        return iter(read_claims())

    def __len__(self) -> int:
        return len(read_claims())

    def within(self, **ranges: tuple[float, float]) -> Claims:
        """The verdicts where some stakes lie in ranges of your own.

        Parameters
        ----------
        **ranges
            By stake, the least and the most: ``within(phi=(0.2, 0.4), m_force=(1, 2))``. They are
            parts of the plausible ranges; fewer points are left to judge by. A stake of the long
            run restricts the claims that the long run judges.

        Returns
        -------
        Claims

        Raises
        ------
        ParameterError
            For a stake that is not drawn (near misses are offered).
        InputError
            For what is no range.
        """
        known = {*stakes(), *(name for more in MORE.values() for name in more)}
        for name, given in ranges.items():
            if name not in known:
                raise ParameterError(str(unknown("stake", name, known)))
            _check_range(name, given)
        found = {
            (claim, box): _inside(claim_of(claim), points, box, self.kept.seed, ranges)
            for (claim, box), points in self.kept.found.items()
        }
        return Claims(ClaimPoints(found, self.kept.seed, self.kept.notes))

    def changes(self, other: Claims) -> pd.DataFrame:
        """The claims whose verdict is another one there.

        Parameters
        ----------
        other : Claims
            From `within`, say.

        Returns
        -------
        pandas.DataFrame
            Indexed by claim: says, verdict and share here, and there.
        """
        import pandas as pd

        here, there = self.to_frame(), other.to_frame()
        differ = here["verdict"] != there["verdict"]
        return pd.DataFrame(
            {
                "says": here["says"],
                "here": here["verdict"],
                "share here": here["share"],
                "there": there["verdict"],
                "share there": there["share"],
            }
        )[differ]

    def to_frame(self) -> pd.DataFrame:
        """One row for each claim.

        Returns
        -------
        pandas.DataFrame
            Indexed by claim: origin, claim, form, verdict; share, error, strict and judged over
            the plausible box, share over the box half as wide; decided by; holds where, and the
            same in incentives alone.
        """
        import pandas as pd

        rows = {name: _row(verdict) for name, verdict in self.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("claim")

    def __str__(self) -> str:
        lines = [f"{'':<16}{'verdict':<13}{'share':>7}{'+/-':>7}{'moves':>7}{'half':>7}  claim"]
        for name, verdict in self.items():
            main, half = (
                verdict.shares.get(box, NO_SHARE) for box in ("plausible", "half as wide")
            )
            numbers = [main.share, main.error, main.moves, half.share]
            cells = "".join(f"{'' if np.isnan(x) else f'{x:.1%}':>7}" for x in numbers)
            word = f"{verdict.word}{' *' if verdict.near_border else ''}"
            lines.append(f"{name:<16}{word:<13}{cells}  {verdict.claim.says}")
        return "\n".join([*lines, "", self.legend])

    __repr__ = __str__

    @property
    def legend(self) -> str:
        """How to read the table."""
        text = (
            "share: of the plausible box of the stakes, in which the claim's predicate is true over"
            " all equilibria, with its standard error; moves: the share in which it is true and "
            "something changes, left out where that is the share itself; half: the share of a box "
            "half as wide. A claim holds at 95 % or more, fails at 5 % or less, and otherwise "
            "holds where an inequality says; C02, that war and settlement are both live, holds in "
            "between. *: another word is within two standard errors. Ranges are judgement: a share "
            "of the box is no probability of anything in the world."
        )
        return textwrap.fill(text, WIDTH)


def _check_range(name: str, given: Any) -> None:
    try:
        low, high = map(float, given)
    except (TypeError, ValueError):
        low, high = 1.0, 0.0
    if not low <= high:
        raise InputError(f"{name} = {given!r}; give (least, most), two numbers in order.")


def _inside(
    claim: Claim,
    points: Holding,
    box: str,
    seed: int,
    ranges: Mapping[str, tuple[float, float]],
) -> Holding:
    """The same points, of which only those in the ranges of what was drawn count."""
    drawn = drawn_for(claim, len(points.known), box, seed)
    known = points.known.copy()
    for name, (low, high) in ranges.items():
        if name not in drawn:
            continue
        known &= (drawn[name] >= float(low)) & (drawn[name] <= float(high))
    return Holding(points.holds & known, points.strict & known, known)


def _row(verdict: Verdict) -> dict[str, Any]:
    main, half = (verdict.shares.get(box, NO_SHARE) for box in ("plausible", "half as wide"))
    return {
        "origin": verdict.claim.origin,
        "says": verdict.claim.says,
        "form": verdict.claim.form,
        "verdict": verdict.word,
        "share": main.share,
        "error": main.error,
        "strict": main.strict,
        "judged": main.judged,
        "share, half as wide": half.share,
        "decided by": ", ".join(map(str, verdict.deciding)),
        "holds where": "" if verdict.inequality is None else str(verdict.inequality),
        "in incentives alone": "" if verdict.incentives is None else str(verdict.incentives),
    }


@functools.cache
def claims() -> Claims:
    """The op-ed's claims and their verdicts, as they were computed for this version.

    Returns
    -------
    Claims
        A mapping from claim to `Verdict`. ``deterrence claims --compute`` computes them again.

    Examples
    --------
    >>> claims()["C07"].claim.says
    'Without guarantees a deal invites a new attack.'
    """
    return Claims(ClaimPoints.read())
