"""What `design` returns: the best instruments by each rule, and what that rests on."""

from __future__ import annotations

import html
import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import unknown

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Binding", "Check", "Design", "Optimum", "Surface"]

Floats = NDArray[np.float64]
RULES = {
    "best": "by the best equilibrium",
    "worst": "by the worst equilibrium",
}


@dataclass(frozen=True)
class Binding:
    """What keeps an optimum from going further.

    Attributes
    ----------
    kind : {"bound", "border", "requirement"}
        The bound of an instrument; a border at which the set of plays changes; a required
        probability or payoff.
    text : str
    instrument : str
        Of a bound, or along which the border is crossed; empty for a requirement.
    ended, begun : tuple of str
        Beyond the border, plays that exist no longer, and plays that exist only there.
    incentive : str
        Which incentive condition or probability gives way at the border, where it was found.
    """

    kind: str
    text: str
    instrument: str = ""
    ended: tuple[str, ...] = ()
    begun: tuple[str, ...] = ()
    incentive: str = ""


@dataclass(frozen=True)
class Check:
    """A complete solution at one point beside what the search had there.

    Attributes
    ----------
    point : mapping of str to float
        Instruments, and stakes where these vary.
    searched, solved : float
        The goal, as the search had it and by the complete solution.
    complete : bool
        Whether the set of equilibria is complete.
    """

    point: Mapping[str, float]
    searched: float
    solved: float
    complete: bool

    @property
    def agrees(self) -> bool:
        """Whether the two are the same up to floats, by a complete solution."""
        same = self.searched == self.solved or abs(self.searched - self.solved) <= 1e-7
        return bool(self.complete and same)


@dataclass(frozen=True, eq=False)
class Optimum:
    """The best instruments by one selection rule.

    Attributes
    ----------
    selection : {"best", "worst"}
        Whether an instrument is judged by the best or by the worst of its equilibria.
    instruments : mapping of str to float
        Where the highest value is, or is approached; one of them if there are several, see `flat`.
        Empty if nothing meets the requirements.
    value : float
        The goal there; not a number if nothing meets the requirements.
    kind : {"interior", "corner", "border", "requirement", "none"}
        "corner": bounds of instruments bind; "border": a border of regimes does; "requirement": a
        required probability or payoff; "none": no point meets the requirements.
    binding : tuple of Binding
    attained : bool
        Whether the value is had at the point itself. If not, instruments near it come as close as
        one likes: `near` is one such point.
    near : mapping of str to float
    near_value : float
    limit_value : float
        Exactly at `instruments`, by a complete solution, if the value is not attained and the
        point has short fractions; else not a number.
    play : str
        The selected play, in words, at `near`.
    outcome : mapping of str to float
        Payoffs and probabilities in that play.
    flat : tuple of str
        Instruments along which the value does not change nearby.
    verified : tuple of Check
    exact : mapping of str to fractions.Fraction
        The instruments in fractions, where these were solved completely.
    grid_value : float
        The highest value on the fine grid.
    grid_point : mapping of str to float
    worst_stakes : mapping of str to float
        Of a robust design: the stakes at which it does worst.
    regret : pandas.DataFrame or None
        By draw of the stakes: value of this design there, highest value there ("optimum") and
        their difference ("regret"); "allowed" is False where the design breaks a requirement.
    """

    selection: str
    instruments: Mapping[str, float]
    value: float
    kind: str
    binding: tuple[Binding, ...] = ()
    attained: bool = False
    near: Mapping[str, float] = field(default_factory=dict)
    near_value: float = float("nan")
    limit_value: float = float("nan")
    play: str = ""
    outcome: Mapping[str, float] = field(default_factory=dict)
    flat: tuple[str, ...] = ()
    verified: tuple[Check, ...] = ()
    exact: Mapping[str, Fraction] = field(default_factory=dict)
    grid_value: float = float("nan")
    grid_point: Mapping[str, float] = field(default_factory=dict)
    worst_stakes: Mapping[str, float] = field(default_factory=dict)
    regret: pd.DataFrame | None = None

    @property
    def found(self) -> bool:
        """Whether some point meets the requirements."""
        return self.kind != "none"

    @property
    def gain(self) -> float:
        """By how much the value exceeds the best on the fine grid; never negative."""
        return self.value - self.grid_value

    @property
    def is_verified(self) -> bool:
        """Whether every complete solution made at the end agrees with the search."""
        return bool(self.verified) and all(check.agrees for check in self.verified)

    def summary(self) -> str:
        """The optimum in sentences."""
        return "\n".join(self._sentences())

    def _sentences(self) -> Iterator[str]:
        rule = RULES[self.selection]
        if not self.found:
            yield f"Judged {rule}: no point of the grid meets the requirements."
            return
        yield f"Judged {rule}: {self.value:.6g} at {_shown(self.instruments)} ({self.kind})."
        if not self.attained:
            there = "" if np.isnan(self.limit_value) else f" ({self._limit()})"
            yield (
                f"Approached, not attained: exactly there the goal is lower{there}; at "
                f"{_shown(self.near, 7)} it is {self.near_value:.6g}."
            )
        yield from (f"Binding: {one.text}." for one in self.binding)
        if self.flat:
            yield f"Nearby the value does not depend on {', '.join(self.flat)}."
        if self.play:
            yield f"Play: {self.play}."
        yield self._checked()
        if self.worst_stakes:
            yield f"It does worst at {_shown(self.worst_stakes)}."
        if self.regret is not None and len(self.regret):
            yield self._regretted()

    def _limit(self) -> str:
        failed = self.limit_value == -np.inf
        return "the requirements fail" if failed else f"{self.limit_value:.6g}"

    def _checked(self) -> str:
        agrees = "agrees" if self.is_verified else "does NOT agree"
        return (
            f"A complete solution {agrees}. Best on the grid: {self.grid_value:.6g}, "
            f"{self.gain:.2g} below."
        )

    def _regretted(self) -> str:
        table = self.regret
        assert table is not None
        broken = int((~table["allowed"]).sum())
        text = (
            f"Regret over {len(table)} draws of the stakes: mean {table['regret'].mean():.4g}, "
            f"most {table['regret'].max():.4g}"
        )
        return f"{text}; at {broken} the requirements fail." if broken else f"{text}."

    def __repr__(self) -> str:
        return f"<{self.selection}: {self.value:.6g} at {_shown(self.instruments)}, {self.kind}>"


@dataclass(frozen=True, eq=False)
class Surface:
    """The goal on the fine grid.

    Attributes
    ----------
    axes : mapping of str to ndarray
        The values of each instrument.
    values : mapping of {"best", "worst"} to ndarray, one axis by instrument
        Minus infinity where the requirements fail.
    """

    axes: Mapping[str, Floats]
    values: Mapping[str, Floats]


@dataclass(frozen=True, eq=False)
class Design:
    """The instruments that are best for a goal, by each selection rule.

    Attributes
    ----------
    goal : str
    over : mapping of str to (float, float)
        The instruments and their bounds.
    fixed : mapping of str to float
    robust : bool
        Whether the goal is the least over the draws of the stakes.
    optima : mapping of str to Optimum
        By selection rule.
    surface : Surface
    draws : pandas.DataFrame
        The stakes that were drawn or given; empty if none vary.
    audited, missed : int
        Points of the grid that were solved completely, and those of them at which the search had
        another value.
    solved : int
        Blocks of the game that were solved completely to learn its plays.
    seconds : float
    """

    goal: str
    over: Mapping[str, tuple[float, float]]
    fixed: Mapping[str, float]
    robust: bool
    optima: Mapping[str, Optimum]
    surface: Surface
    draws: pd.DataFrame
    audited: int
    missed: int
    solved: int
    seconds: float

    def __getitem__(self, selection: str) -> Optimum:
        if selection not in self.optima:
            raise unknown("selection rule", selection, self.optima)
        return self.optima[selection]

    @property
    def best(self) -> Optimum:
        """Judged by the best equilibrium."""
        return self["best"]

    @property
    def worst(self) -> Optimum:
        """Judged by the worst equilibrium."""
        return self["worst"]

    @property
    def is_verified(self) -> bool:
        """Whether the audit missed nothing and every optimum is verified."""
        found = [optimum for optimum in self.optima.values() if optimum.found]
        return not self.missed and all(optimum.is_verified for optimum in found)

    def summary(self) -> str:
        """The design in sentences."""
        over = ", ".join(f"{n} in {a:g} to {b:g}" for n, (a, b) in self.over.items())
        what = "Best worst case over the stakes" if self.robust else "Design"
        parts = [f"{what}: {self.goal}, over {over}."]
        for optimum in self.optima.values():
            text = optimum.summary().split("\n")
            parts += textwrap.wrap(text[0], 100)
            parts += [
                line
                for sentence in text[1:]
                for line in textwrap.wrap(
                    sentence, 100, initial_indent="  ", subsequent_indent="    "
                )
            ]
        parts.append(
            f"Audit: {self.audited} points of the grid solved completely, {self.missed} differed."
        )
        return "\n".join(parts)

    def to_frame(self) -> pd.DataFrame:
        """One row for each selection rule.

        Returns
        -------
        pandas.DataFrame
            The instruments, value, kind, attained, verified, grid value, gain.
        """
        import pandas as pd

        rows = [
            {
                "selection": rule,
                **{name: o.instruments.get(name, float("nan")) for name in self.over},
                "value": o.value,
                "kind": o.kind,
                "attained": o.attained,
                "verified": o.is_verified,
                "grid value": o.grid_value,
                "gain": o.gain,
            }
            for rule, o in self.optima.items()
        ]
        return pd.DataFrame(rows)

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(self.summary())}</pre>"

    def __repr__(self) -> str:
        return f"<Design for {self.goal}: {', '.join(map(repr, self.optima.values()))}>"


def _shown(point: Mapping[str, float], digits: int = 6) -> str:
    return ", ".join(f"{name} = {value:.{digits}g}" for name, value in point.items())
