"""What has been observed of guarantees, and what corresponds to it in the model."""

from __future__ import annotations

import functools
import tomllib
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from deterrence.errors import FileError
from deterrence.oped.measures import MEASURES

__all__ = ["CALIBRATION", "Observation", "read_observations"]

CALIBRATION = Path(__file__).with_name("calibration.toml")
SIGNS = {"rises": 1, "falls": -1}


class Observation(BaseModel):
    """Something observed, with its source.

    Attributes
    ----------
    name : str
    what : str
    value, low, high : float or None
        A number, and its range.
    cases : int or None
        How many cases a share was counted over.
    direction : {"rises", "falls"} or None
        Where only a sign is claimed.
    unit : str
    status : str
        READ in the source, or REMEMBERED with how surely.
    source : str
    measure : str or None
        One of `MEASURES`.
    caveat : str
        Why the two may differ in meaning.
    silent : str
        Why the model has nothing to say, where it has no measure.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    what: str
    value: float | None = None
    low: float | None = None
    high: float | None = None
    cases: int | None = None
    direction: Literal["rises", "falls"] | None = None
    unit: str
    status: str
    source: str
    measure: str | None = None
    caveat: str = ""
    silent: str = ""

    @model_validator(mode="after")
    def _whole(self) -> Observation:
        if (self.measure is None) != bool(self.silent):
            raise ValueError(f"{self.name} needs either a measure or why there is none")
        if self.measure is not None and self.measure not in MEASURES:
            raise ValueError(f"{self.name}: no measure {self.measure!r}")
        numbers = self.value is not None or (self.low is not None and self.high is not None)
        if numbers == (self.direction is not None):
            raise ValueError(f"{self.name} needs either a number or a direction")
        return self

    @property
    def interval(self) -> tuple[float, float]:
        """What was observed, as a range: the one given, that of sampling error, or the number.

        Sampling error is Wilson's interval at 95 %. A direction is the half line on its side of 0.
        """
        if self.direction is not None:
            return (0.0, float("inf")) if self.direction == "rises" else (-float("inf"), 0.0)
        ends = [x for x in (self.low, self.value, self.high) if x is not None]
        if self.cases is None or self.low is not None:
            return min(ends), max(ends)
        from scipy.stats import binomtest

        assert self.value is not None  # the validator asks for a number
        found = binomtest(round(self.value * self.cases), self.cases).proportion_ci(method="wilson")
        return float(found.low), float(found.high)

    @property
    def observed(self) -> str:
        """The number and its range, as text."""
        if self.direction is not None:
            return self.direction
        low, high = self.interval
        span = "" if low == high else f"{low:.4g} to {high:.4g}"
        if self.value is None:
            return span
        return f"{self.value:.4g}" + (f" ({span})" if span else "")


@functools.cache
def read_observations(path: Path = CALIBRATION) -> tuple[Observation, ...]:
    """All observations, in the order of the file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    tuple of Observation

    Raises
    ------
    FileError
        If the file cannot be read, or a row is no observation.
    """
    try:
        rows = tomllib.loads(path.read_text(encoding="utf-8"))["observation"]
        found = tuple(Observation(**row) for row in rows)
    except (OSError, tomllib.TOMLDecodeError, KeyError, ValidationError, TypeError) as error:
        raise FileError(f"{path} holds no observations: {error}") from error
    names = [one.name for one in found]
    if len(set(names)) != len(names):
        raise FileError(f"{path}: a name stands twice; give every observation its own.")
    return found
