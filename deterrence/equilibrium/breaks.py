"""What becomes of an equilibrium between two points of a game with formulas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import sympy

from deterrence.equilibrium.explaining import Explanation

__all__ = ["Break", "Change"]


@dataclass(frozen=True)
class Break:
    """One constraint that fails at some point of the way.

    Attributes
    ----------
    kind : {"incentive", "probability", "belief", "surface"}
        As for `Constraint`: somebody gains by playing otherwise, or a probability or belief that
        the equilibrium needs leaves the range from 0 to 1, or an equation fails.
    player : str
        Empty where no consistent beliefs support the choices at several information sets at once.
    knows : hashable
    deviation : str
        What the player would rather do; for a probability, the action.
    share : sympy.Expr
        The share of the way at which it breaks: it fails just beyond.
    point : dict of str to number
        The parameters there, those that change only.
    exact : bool
        Whether `share` is exact; otherwise it is narrowed down to 1e-12.
    gain : sympy.Expr or None
        What is at least zero while the constraint holds, as a function of the share ``t``; None if
        no formula was found.
    """

    kind: str
    player: str
    knows: Any
    deviation: str
    share: Any
    point: Mapping[str, Any]
    exact: bool
    gain: Any

    def __str__(self) -> str:
        where = ", ".join(f"{name} = {_told(x)}" for name, x in self.point.items())
        about = "" if self.exact else "about "
        what = {
            "incentive": f"{self.player} at {self.knows!r} gains by {self.deviation}",
            "probability": f"{self.player} at {self.knows!r} can no longer play {self.deviation} "
            "with a probability between 0 and 1 that leaves the others indifferent",
            "belief": f"{self.player} at {self.knows!r} would need an impossible {self.deviation}",
        }.get(self.kind, f"an equation fails at {self.player} {self.knows!r}")
        if not self.player:
            what = "no consistent beliefs support the choices"
        return f"beyond {about}{where} ({float(self.share):.4g} of the way) {what}"


@dataclass(frozen=True)
class Change:
    """What becomes of an equilibrium between two points.

    Attributes
    ----------
    start, end : dict of str to number
        The parameters that differ.
    holds : tuple of bool
        Whether it is an equilibrium at the start and at the end.
    breaks : tuple of Break
        Constraints that fail on the way, the first to fail first; those of the branch that lasts
        longest where mixing has several solutions.
    adapts : bool
        Whether mixing probabilities were let follow the parameters, with the same choices played;
        otherwise the profile is kept as it is.
    at_end : Explanation or None
        Of the profile as it is, at the end.
    """

    start: Mapping[str, Any]
    end: Mapping[str, Any]
    holds: tuple[bool, bool]
    breaks: tuple[Break, ...]
    adapts: bool
    at_end: Explanation | None

    def __str__(self) -> str:
        way = ", ".join(
            f"{n} from {_told(x)} to {_told(self.end[n])}" for n, x in self.start.items()
        )
        if not self.holds[0]:
            return f"It is no equilibrium at the start already; use explain there ({way})."
        if not self.breaks:
            kept = "an equilibrium with these choices" if self.adapts else "the equilibrium"
            return f"Nothing breaks: {kept} remains with {way}."
        lines = [f"With {way}:"]
        lines.extend(f"  {b}." for b in self.breaks)
        if self.holds[1]:
            lines.append("  At the end it is an equilibrium again.")
        return "\n".join(lines)


def _told(x: Any) -> str:
    number = sympy.nsimplify(x) if isinstance(x, (int, Fraction)) else sympy.sympify(x)
    short = str(number)
    return short if number.is_Rational and len(short) <= 9 else f"{float(number):.6g}"
