"""Numbers over a box of the stakes that observations can be held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import unknown
from deterrence.oped.evidence import Ends, Evidence

__all__ = ["MEASURES", "Measure", "Spread", "Summary"]

Floats = NDArray[np.float64]
POSITIVE = 1e-9
RARE = 0.01  # a probability below this is no base for a relative change
DIGITS = 5  # of what is kept


@dataclass(frozen=True)
class Spread:
    """A number over all equilibria and a box.

    Attributes
    ----------
    least, most : float
        Over the whole box: the mean over points of the least over equilibria, and of the most. Of
        a ratio, that of the sums.
    low, high : float
        The 5 % quantile over points of the least, and the 95 % quantile of the most.
    points : int
        How many points the quantiles are over.
    """

    least: float
    most: float
    low: float
    high: float
    points: int

    @classmethod
    def of(cls, ends: Ends, whole: tuple[float, float] | None = None) -> Spread:
        """From the points; `whole` replaces the means."""
        least, most, nan = ends.least[ends.known], ends.most[ends.known], float("nan")
        if not len(least):
            return cls(nan, nan, nan, nan, 0)
        means = (float(least.mean()), float(most.mean())) if whole is None else whole
        quantiles = float(np.quantile(least, 0.05)), float(np.quantile(most, 0.95))
        return cls.rounded(*means, *quantiles, len(least))

    @classmethod
    def rounded(cls, least: float, most: float, low: float, high: float, points: int) -> Spread:
        """With as many digits as are kept."""
        least, most, low, high = (float(round(x, DIGITS)) for x in (least, most, low, high))
        return cls(least, most, low, high, points)

    def document(self) -> dict[str, Any]:
        """Plain values, ready for JSON."""
        return {
            k: None if isinstance(v, float) and np.isnan(v) else v for k, v in vars(self).items()
        }

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Spread:
        """From plain values."""
        names = ("least", "most", "low", "high")
        least, most, low, high = (
            float("nan") if given[n] is None else float(given[n]) for n in names
        )
        return cls(least, most, low, high, int(given["points"]))


@dataclass(frozen=True)
class Measure:
    """A number of the model's.

    Attributes
    ----------
    formula : str
        In words.
    settings : tuple of str
        Of `SETTINGS`: under which guarantees.
    kind : {"share", "difference", "relative"}
        In [0, 1]; in [-1, 1]; from -1 on.
    compute : callable
        From `Evidence`.
    """

    formula: str
    settings: tuple[str, ...]
    kind: str
    compute: Callable[[Evidence], Spread]


def _plain(outcome: str, setting: str) -> Callable[[Evidence], Spread]:
    return lambda e: Spread.of(e.ends(outcome, setting))


def _never(outcome: str, setting: str) -> Callable[[Evidence], Spread]:
    def compute(e: Evidence) -> Spread:
        ends = e.ends(outcome, setting)
        return Spread.of(Ends(1 - ends.most, 1 - ends.least))

    return compute


def _difference(outcome: str, setting: str, other: str) -> Callable[[Evidence], Spread]:
    def compute(e: Evidence) -> Spread:
        return Spread.of(_moves(e.ends(outcome, setting), e.ends(outcome, other)))

    return compute


def _moves(here: Ends, there: Ends) -> Ends:
    """From one set to another: the move of the least end and of the most, in order."""
    moves = np.stack([here.least - there.least, here.most - there.most])
    return Ends(moves.min(axis=0), moves.max(axis=0))


def _relative(outcome: str, setting: str, other: str) -> Callable[[Evidence], Spread]:
    def compute(e: Evidence) -> Spread:
        here, there = e.ends(outcome, setting), e.ends(outcome, other)
        known = here.known & there.known
        sums = [(x[known].sum(), y[known].sum()) for x, y in _sides(here, there)]
        whole = sorted(x / y - 1 if y > POSITIVE else float("nan") for x, y in sums)
        base = known & (there.least > RARE)
        with np.errstate(divide="ignore", invalid="ignore"):
            moves = np.stack([x / y - 1 for x, y in _sides(here, there)])
        moves[:, ~base] = np.nan
        return Spread.of(Ends(moves.min(axis=0), moves.max(axis=0)), (whole[0], whole[1]))

    return compute


def _sides(here: Ends, there: Ends) -> list[tuple[Floats, Floats]]:
    return [(here.least, there.least), (here.most, there.most)]


def _ratio(part: Ends, whole: Ends) -> Spread:
    """A share whose parts come from the same equilibrium, which is not known: bounds."""
    known = part.known & whole.known
    sums = [float(x[known].sum()) for x in (part.least, part.most, whole.least, whole.most)]
    least = sums[0] / sums[3] if sums[3] > POSITIVE else float("nan")
    most = min(1.0, sums[1] / sums[2]) if sums[2] > POSITIVE else 1.0
    some = known & (whole.least > POSITIVE)
    low, high = (np.full(len(known), np.nan) for _ in range(2))
    low[some] = part.least[some] / whole.most[some]
    high[some] = np.minimum(1, part.most[some] / whole.least[some])
    return Spread.of(Ends(low, high), (least, most if np.isfinite(least) else float("nan")))


def _other_share(spread: Spread) -> Spread:
    """Of what is left."""
    ends = (1 - spread.most, 1 - spread.least, 1 - spread.high, 1 - spread.low)
    return Spread.rounded(*ends, spread.points)


def _left(part: str, whole: str, setting: str) -> Callable[[Evidence], Spread]:
    return lambda e: _other_share(_ratio(e.ends(part, setting), e.ends(whole, setting)))


def _entrapment(e: Evidence) -> Spread:
    attack, probe = e.ends("attack", "base"), e.ends("probe", "base")
    least = np.maximum(attack.least, probe.least)  # one may follow the other
    return _ratio(
        e.ends("entrapment", "base"), Ends(least, np.minimum(1, attack.most + probe.most))
    )


def _fights_more(e: Evidence) -> Spread:
    """The rise in answers to an attack, less the fall in attacks."""
    answered = [
        _other_share(_ratio(e.ends("unanswered attack", s), e.ends("attack", s)))
        for s in ("none", "strong")
    ]
    fall = Spread.of(_moves(e.ends("attack", "none"), e.ends("attack", "strong")))
    least = answered[1].least - answered[0].most - fall.most
    most = answered[1].most - answered[0].least - fall.least
    low = answered[1].low - answered[0].high - fall.high
    high = answered[1].high - answered[0].low - fall.low
    points = min(answered[0].points, answered[1].points)
    return Spread.rounded(least, most, low, high, points)


MEASURES: dict[str, Measure] = {
    "no attack": Measure(
        "1 - P(attack) under the op-ed's guarantee", ("base",), "share", _never("attack", "base")
    ),
    "attack": Measure(
        "P(attack) under the op-ed's guarantee", ("base",), "share", _plain("attack", "base")
    ),
    "honoured": Measure(
        "1 - shortfall over covered attacks under the op-ed's guarantee: the part of what is owed "
        "that is done; the two of a ratio are bounded apart",
        ("base",),
        "share",
        _left("shortfall", "covered-attack", "base"),
    ),
    "answered": Measure(
        "Share of attacks met with aid or force under the op-ed's guarantee; the two of a ratio "
        "are bounded apart",
        ("base",),
        "share",
        _left("unanswered attack", "attack", "base"),
    ),
    "entrapment": Measure(
        "Entrapment over plays with a probe or an attack, under the op-ed's guarantee; the two of "
        "a ratio are bounded apart",
        ("base",),
        "share",
        _entrapment,
    ),
    "attack, strict against none": Measure(
        "P(attack) at conditionality 0.9 over P(attack) at strength 0, less 1",
        ("strict", "none"),
        "relative",
        _relative("attack", "strict", "none"),
    ),
    "attack, op-ed against none": Measure(
        "P(attack) under the op-ed's guarantee over P(attack) at strength 0, less 1",
        ("base", "none"),
        "relative",
        _relative("attack", "base", "none"),
    ),
    "provocation, unconditional against none": Measure(
        "P(provocation) at strength 0.9 without conditions over that at strength 0, less 1",
        ("strong, unconditional", "none"),
        "relative",
        _relative("provocation", "strong, unconditional", "none"),
    ),
    "attack, strict less none": Measure(
        "P(attack) at conditionality 0.9 less that at strength 0",
        ("strict", "none"),
        "difference",
        _difference("attack", "strict", "none"),
    ),
    "provocation, unconditional less strict": Measure(
        "P(provocation) at strength 0.9, without conditions less with strict ones",
        ("strong, unconditional", "strong, strict"),
        "difference",
        _difference("provocation", "strong, unconditional", "strong, strict"),
    ),
    "probe, some presence less none": Measure(
        "P(probe) at presence 0.5 less that at presence 0",
        ("base", "absent"),
        "difference",
        _difference("probe", "base", "absent"),
    ),
    "probe, much presence less none": Measure(
        "P(probe) at presence 0.9 less that at presence 0",
        ("present", "absent"),
        "difference",
        _difference("probe", "present", "absent"),
    ),
    "fights more than deters": Measure(
        "From strength 0 to 0.9: the rise in the share of attacks met with aid or force, less the "
        "fall in P(attack); the two are bounded apart",
        ("strong", "none"),
        "difference",
        _fights_more,
    ),
}


def spreads(evidence: Evidence) -> dict[str, Spread]:
    """Every measure whose settings are there."""
    there = set(evidence.least)
    return {n: m.compute(evidence) for n, m in MEASURES.items() if there >= set(m.settings)}


def spread_of_outcomes(evidence: Evidence) -> dict[str, dict[str, Spread]]:
    """Every outcome under every setting."""
    return {
        setting: {o: Spread.of(evidence.ends(o, setting)) for o in evidence.outcomes}
        for setting in evidence.least
    }


@dataclass(frozen=True)
class Summary:
    """A box in numbers.

    Attributes
    ----------
    measures : mapping of str to Spread
    outcomes : mapping of (str to mapping of str to Spread)
        By setting and outcome.
    """

    measures: Mapping[str, Spread]
    outcomes: Mapping[str, Mapping[str, Spread]]

    @classmethod
    def of(cls, evidence: Evidence) -> Summary:
        """From what was found at the points."""
        return cls(spreads(evidence), spread_of_outcomes(evidence))

    def outcome(self, outcome: str, setting: str) -> Spread:
        """An outcome under a setting.

        Raises
        ------
        LabelError
            For one that is not there.
        """
        if setting not in self.outcomes:
            raise unknown("setting", setting, self.outcomes)
        if outcome not in self.outcomes[setting]:
            raise unknown("outcome", outcome, self.outcomes[setting])
        return self.outcomes[setting][outcome]

    def document(self) -> dict[str, Any]:
        """Plain values, ready for JSON; an outcome as a list, since there are many."""
        return {
            "measures": {name: one.document() for name, one in self.measures.items()},
            "outcomes": {
                setting: {o: list(one.document().values()) for o, one in row.items()}
                for setting, row in self.outcomes.items()
            },
        }

    @classmethod
    def read(cls, given: Mapping[str, Any]) -> Summary:
        """From plain values."""
        fields = Spread.__dataclass_fields__
        return cls(
            {name: Spread.read(one) for name, one in given["measures"].items()},
            {
                setting: {
                    o: Spread.read(dict(zip(fields, one, strict=True))) for o, one in row.items()
                }
                for setting, row in given["outcomes"].items()
            },
        )
