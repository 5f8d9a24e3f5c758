"""The model held against observation."""

from __future__ import annotations

import functools
import math
import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from deterrence.errors import FileError, unknown
from deterrence.oped.claim_points import ClaimPoints
from deterrence.oped.measures import MEASURES, Spread
from deterrence.oped.observations import SIGNS, Observation, read_observations

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["Compared", "Observed", "compared", "held_against", "observed"]

BOX = "plausible"
FEWEST = 20  # points
MOVES = 0.005  # a mean that moves by less than this does not move
VACUOUS = 0.9  # of all that is possible: nothing could contradict a spread that wide
WIDTH = 96  # characters
WORDS = (
    "agrees",
    "within the spread",
    "depends on the equilibrium",
    "mismatch",
    "not judged",
    "silent",
)


@dataclass(frozen=True)
class Compared:
    """One observation, and what the model yields.

    Attributes
    ----------
    observation : Observation
    yields : Spread or None
        Over the plausible box; None where the model is silent.
    word : str
        "agrees": the observed range meets the model's means, least to most over equilibria; of a
        direction: both means move so. "within the spread": it meets only the range from the 5 %
        quantile of the least to the 95 % quantile of the most. "depends on the equilibrium": of a
        direction, one of the two means moves so. "mismatch": none of these. "not judged": at fewer
        than 20 points. "silent": nothing in the model corresponds.
    finding : str
        In a sentence.
    """

    observation: Observation
    yields: Spread | None
    word: str
    finding: str

    @property
    def formula(self) -> str:
        """What corresponds to it in the model, in words."""
        measure = self.observation.measure
        return "" if measure is None else MEASURES[measure].formula

    @property
    def vacuous(self) -> bool:
        """Whether the model's spread covers nearly all that is possible."""
        if self.yields is None or self.observation.direction is not None:
            return False
        kind = MEASURES[str(self.observation.measure)].kind
        return kind == "share" and self.yields.high - self.yields.low >= VACUOUS

    def __str__(self) -> str:
        o = self.observation
        lines = [f"{o.name}: {self.word}"]
        told = [f"{o.what}: {o.observed}, {o.unit} [{o.status}; {o.source}]."]
        told += [f"In the model: {self.formula}."] if self.formula else []
        told += [self.finding, *([o.caveat] if o.caveat else [])]
        for text in told:
            lines += textwrap.wrap(text, WIDTH, initial_indent="  ", subsequent_indent="    ")
        return "\n".join(lines)


def compared(observation: Observation, spread: Spread | None) -> Compared:
    """Hold an observation against what the model yields.

    Parameters
    ----------
    observation : Observation
    spread : Spread or None
        Of its measure.

    Returns
    -------
    Compared
    """
    if observation.measure is None:
        return Compared(observation, None, "silent", observation.silent)
    ends = () if spread is None else (spread.least, spread.most, spread.low, spread.high)
    if spread is None or spread.points < FEWEST or not all(map(math.isfinite, ends)):
        points = 0 if spread is None else spread.points
        said = f"The model says something at only {points:,} points, too few to judge."
        return Compared(observation, spread, "not judged", said)
    word = _signed(observation, spread) if observation.direction else _met(observation, spread)
    found = Compared(observation, spread, word, "")
    return Compared(observation, spread, word, _sentence(found))


def _met(observation: Observation, spread: Spread) -> str:
    low, high = observation.interval
    if spread.least <= high and low <= spread.most:
        return "agrees"
    return "within the spread" if spread.low <= high and low <= spread.high else "mismatch"


def _signed(observation: Observation, spread: Spread) -> str:
    sign = SIGNS[str(observation.direction)]
    moves = [sign * spread.least, sign * spread.most]
    if min(moves) > MOVES:
        return "agrees"
    return "depends on the equilibrium" if max(moves) > MOVES else "mismatch"


def _sentence(found: Compared) -> str:
    spread, observation = found.yields, found.observation
    assert spread is not None  # only what is judged has a sentence
    mean = _span(spread.least, spread.most)
    if observation.direction is not None:
        end = {
            "agrees": "as observed",
            "depends on the equilibrium": "as observed in some equilibria only",
            "mismatch": "not as observed",
        }[found.word]
        return f"On average over the box it moves by {mean}, {end}."
    end = {
        "agrees": "which meets what was observed",
        "within the spread": "which misses what was observed; single points of the box meet it",
        "mismatch": "which misses what was observed, at nearly all points of the box",
    }[found.word]
    tail = ", so wide that no observation could contradict it" if found.vacuous else ""
    spans = f"The model yields {mean} on average over the box, {end}"
    return f"{spans}; 5 to 95 % of the box lie in {_span(spread.low, spread.high)}{tail}."


def _span(low: float, high: float) -> str:
    one, other = f"{low + 0.0:.3g}", f"{high + 0.0:.3g}"
    return one if one == other else f"{one} to {other}"


class Observed(Mapping[str, Compared]):
    """All observations held against the model; prints as a table.

    Parameters
    ----------
    rows : iterable of Compared
    sample : str
        How the model's numbers were found.
    """

    def __init__(self, rows: Iterable[Compared], sample: str = "") -> None:
        self.rows = {row.observation.name: row for row in rows}
        self.sample = sample

    def __getitem__(self, name: str) -> Compared:
        if name not in self.rows:
            raise unknown("observation", name, self.rows)
        return self.rows[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def mismatches(self) -> tuple[str, ...]:
        """The observations that the model does not meet."""
        return tuple(name for name, row in self.rows.items() if row.word == "mismatch")

    def counts(self) -> dict[str, int]:
        """How many observations have which word."""
        found = Counter(row.word for row in self.rows.values())
        return {word: found[word] for word in WORDS if found[word]}

    def to_frame(self) -> pd.DataFrame:
        """One row for each observation.

        Returns
        -------
        pandas.DataFrame
            Indexed by observation: what, observed, from, to (the observed range; missing at a
            direction), unit, status, source; formula, settings; least, most (means over the box),
            low, high (quantiles), points; verdict, vacuous, finding, caveat.
        """
        import pandas as pd

        rows = {name: _row(row) for name, row in self.rows.items()}
        return pd.DataFrame.from_dict(rows, orient="index").rename_axis("observation")

    def summary(self) -> str:
        """Every observation at length."""
        return "\n\n".join([*map(str, self.rows.values()), self.legend])

    def __str__(self) -> str:
        head = ("", "observed", "means", "5 to 95 %", "verdict")
        rows = [head, *(_cells(row) for row in self.rows.values())]
        widths = [max(len(row[k]) for row in rows) for k in range(len(head))]
        lines = ["  ".join(f"{c:<{w}}" for c, w in zip(r, widths, strict=True)) for r in rows]
        return "\n".join([*(line.rstrip() for line in lines), "", self.legend])

    __repr__ = __str__

    @property
    def legend(self) -> str:
        """How to read the table."""
        counts = ", ".join(f"{word} {n}" for word, n in self.counts().items())
        text = (
            f"{counts}. means: over the plausible box of the stakes, of the least and of the most "
            "over all equilibria; 5 to 95 %: quantiles over its points. agrees: the observed range "
            "meets the means. within the spread: only the quantiles. The box is judgement and no "
            "sample of cases, so that agreement confirms little; a mismatch needs a reason. "
            f"{self.sample}"
        )
        return textwrap.fill(text.strip(), WIDTH)


def _cells(row: Compared) -> tuple[str, ...]:
    spans, spread = ("", ""), row.yields
    if spread is not None and spread.points:
        spans = (_span(spread.least, spread.most), _span(spread.low, spread.high))
    return row.observation.name, row.observation.observed, *spans, row.word


def _row(row: Compared) -> dict[str, Any]:
    nan = float("nan")
    o, spread = row.observation, row.yields or Spread(nan, nan, nan, nan, 0)
    low, high = (nan, nan) if o.direction is not None else o.interval
    settings = () if o.measure is None else MEASURES[o.measure].settings
    return {
        "what": o.what,
        "observed": o.observed,
        "from": low,
        "to": high,
        "unit": o.unit,
        "status": o.status,
        "source": o.source,
        "formula": row.formula,
        "settings": ", ".join(settings),
        **vars(spread),
        "verdict": row.word,
        "vacuous": row.vacuous,
        "finding": row.finding,
        "caveat": o.caveat,
    }


def held_against(kept: ClaimPoints, observations: Iterable[Observation] | None = None) -> Observed:
    """Every observation held against a computed sample.

    Parameters
    ----------
    kept : ClaimPoints
        With a summary of the plausible box.
    observations : iterable of Observation, optional
        Those of the package by default.

    Raises
    ------
    FileError
        If there is no such summary.
    """
    if BOX not in kept.summaries:
        raise FileError(
            "the points of the claims come without a summary. Compute them again with `deterrence "
            "claims --compute`."
        )
    chosen = read_observations() if observations is None else observations
    measures = kept.summaries[BOX].measures
    rows = [compared(one, measures.get(one.measure or "")) for one in chosen]
    return Observed(rows, kept.notes.get("shared", ""))


@functools.cache
def observed() -> Observed:
    """What has been observed, held against what the model yields over the plausible ranges.

    The empirical regularities that are known of guarantees and every number that the calibration
    lists, each with what corresponds to it in the model. Rows that the model says nothing about
    are there with the reason.

    Returns
    -------
    Observed
        A mapping from observation to `Compared`. Nothing was tuned to agree. ``deterrence
        claims --compute`` computes the model's numbers again.

    Examples
    --------
    >>> observed()["pledges_honoured"].observation.interval
    (0.22, 0.75)
    >>> observed()["russia_casualties"].word
    'silent'
    """
    return held_against(ClaimPoints.read())
