"""Verdicts on the op-ed's claims, from the points at which they hold."""

from __future__ import annotations

import functools
import os
import textwrap
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from deterrence.errors import InputError, ParameterError, unknown
from deterrence.oped.claim_list import Claim, claim_of, read_claims
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.claim_statements import drawn_for
from deterrence.oped.orders import Holding
from deterrence.oped.own_points import MORE
from deterrence.oped.settings import stakes
from deterrence.oped.verdict import NO_SHARE, WIDTH, Verdict, verdict_of

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Claims", "claims"]


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
        limits: dict[str, tuple[float, float]] = {}
        for name, given in ranges.items():
            if name not in known:
                raise ParameterError(str(unknown("stake", name, sorted(known))))
            limits[name] = _range_of(name, given)
        found = {
            (claim, box): _inside(claim_of(claim), points, box, self.kept.seed, limits)
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

        Raises
        ------
        InputError
            If `other` holds no verdicts.
        """
        import pandas as pd

        if not isinstance(other, Claims):
            raise InputError(f"{other!r} are no verdicts; give what dt.claims() or within gives.")
        rows = {
            name: (here.claim.says, here.word, here.main.share, there.word, there.main.share)
            for name, here in self.items()
            if (there := other[name]).word != here.word
        }
        columns = ["says", "here", "share here", "there", "share there"]
        found = pd.DataFrame.from_dict(rows, orient="index", columns=columns)
        return found.rename_axis("claim")

    def to_frame(self, names: Iterable[str] = ()) -> pd.DataFrame:
        """One row for each claim.

        Parameters
        ----------
        names : iterable of str
            Some claims; all if there are none.

        Returns
        -------
        pandas.DataFrame
            Indexed by claim: origin, claim, form, verdict; share, error, strict and judged over
            the plausible box, share over the box half as wide; decided by; holds where, and the
            same in incentives alone.
        """
        import pandas as pd

        if isinstance(names, str) or not isinstance(names, Iterable):
            raise InputError(f"names = {names!r}; give claims by name: ['C07', 'C33'].")
        chosen = [claim_of(name).id for name in names] or list(self)
        rows = {name: _row(self[name]) for name in chosen}
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


def _range_of(name: str, given: Any) -> tuple[float, float]:
    try:
        if isinstance(given, str):
            raise TypeError
        low, high = map(float, given)
    except (TypeError, ValueError, OverflowError):
        low, high = 1.0, 0.0
    if not low <= high:
        raise InputError(f"{name} = {given!r}; give (least, most), two numbers in order.")
    return low, high


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


def claims(points: str | os.PathLike[str] | None = None) -> Claims:
    """The op-ed's claims and their verdicts, as they were computed for this version.

    Parameters
    ----------
    points : path, optional
        Points of your own, from ``deterrence claims --compute --save PATH``.

    Returns
    -------
    Claims
        A mapping from claim to `Verdict`. ``deterrence claims --compute`` computes them again.

    Raises
    ------
    FileError
        If the file holds no such points.

    Examples
    --------
    >>> claims()["C07"].claim.says
    'Without guarantees a deal invites a new attack.'
    """
    return _kept_claims() if points is None else Claims(ClaimPoints.read(points))


@functools.cache
def _kept_claims() -> Claims:
    return Claims(ClaimPoints.read())
