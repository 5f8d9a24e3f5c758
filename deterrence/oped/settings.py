"""The guarantees that the claims compare, and the sample of stakes that they share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from deterrence.errors import InputError
from deterrence.guarantee.catalogue import arrangement
from deterrence.guarantee.parameters import PARAMETERS, Parameter

__all__ = [
    "BASE",
    "BOXES",
    "REPLICATES",
    "SETTINGS",
    "Box",
    "draw",
    "sample",
    "stakes",
    "values_at",
]

Floats = NDArray[np.float64]
Column = float | Callable[[Mapping[str, Floats]], Floats]
REPLICATES = 8  # independent scramblings; their spread is the sampling error


def _holding_the_probe(given: Mapping[str, Floats]) -> Floats:
    """The threshold at which cover of a probe is what it is under BASE, at trigger ambiguity 0.4.

    F(s) = 1/2 + (1 - alpha_t)(s - tau)/(2 alpha_t) is 1/4 + s/2 at (1/2, 1/2), and
    1/2 + 3/4 (s - tau) at alpha_t = 2/5; they agree at s = sigma for tau = (1 + sigma)/3.
    """
    return np.asarray((1 + given["sigma"]) / 3)


# what each guarantee changes in BASE, which is the op-ed's proposal as coded; some change a stake
# instead, to take one effect of an instrument away
SETTINGS: dict[str, dict[str, Column]] = {
    "base": {},
    "none": {"strength": 0.0},
    "weak": {"strength": 0.2},
    "firm": {"strength": 0.7},
    "strong": {"strength": 0.9},
    "strong, clear": {"strength": 0.9, "response_ambiguity": 0.1},
    "strong, somewhat vague": {"strength": 0.9, "response_ambiguity": 0.5},
    "clear": {"response_ambiguity": 0.1},
    "somewhat vague": {"response_ambiguity": 0.5},
    "sharp trigger": {"trigger_ambiguity": 0.4},
    "vague trigger": {"trigger_ambiguity": 0.9},
    "sharp trigger, attack held": {"trigger_ambiguity": 0.4, "threshold": 2 / 3},
    "sharp trigger, probe held": {"trigger_ambiguity": 0.4, "threshold": _holding_the_probe},
    "unconditional": {"conditionality": 0.0},
    "strict": {"conditionality": 0.9},
    "strong, unconditional": {"strength": 0.9, "conditionality": 0.0},
    "strong, strict": {"strength": 0.9, "conditionality": 0.9},
    "defence": {"defence_condition": 0.9},
    "strong, defence": {"strength": 0.9, "defence_condition": 0.9},
    "absent": {"presence": 0.0},
    "present": {"presence": 0.9},
    "bare": {"presence": 0.0, "strength": 0.0},
    "present, weight only": {"presence": 0.9, "y": 0.0},
    "present, tripwire only": {"presence": 0.9, "m_pi": 0.0},
    "front low": {"m0": 0.55},
    "front high": {"m0": 1.15},
    "bare, front low": {"presence": 0.0, "strength": 0.0, "m0": 0.55},
    "bare, front high": {"presence": 0.0, "strength": 0.0, "m0": 1.15},
    "automatic": {"automaticity": 0.5},
}
_BASE = "oped"


@cache
def _base() -> dict[str, float]:
    return {name: float(value) for name, value in arrangement(_BASE).instruments.items()}


class _Base(Mapping[str, float]):
    """The op-ed's instruments, read when they are needed."""

    def __getitem__(self, name: str) -> float:
        return _base()[name]

    def __iter__(self) -> Any:
        return iter(_base())

    def __len__(self) -> int:
        return len(_base())


BASE: Mapping[str, float] = _Base()


@dataclass(frozen=True)
class Box:
    """Where stakes are drawn from.

    Attributes
    ----------
    name : str
    width : float
        Of each range, as a share of the plausible one; the default stays where it is.
    """

    name: str
    width: float

    def range_of(self, p: Parameter) -> tuple[float, float]:
        """The range of a parameter."""
        low, high, middle = float(p.low), float(p.high), float(p.default)
        return middle - self.width * (middle - low), middle + self.width * (high - middle)


BOXES = {"plausible": Box("plausible", 1.0), "half as wide": Box("half as wide", 0.5)}


@cache
def stakes() -> tuple[str, ...]:
    """The stakes that are drawn: all but those of the ladder of escalation."""
    return tuple(
        name
        for name, p in PARAMETERS.items()
        if p.kind == "stake" and getattr(p, "stage", "") != "escalation"
    )


def draw(count: int, box: Box, *, seed: int = 0) -> dict[str, Floats]:
    """Stakes from a box, evenly spread.

    Parameters
    ----------
    count : int
        A multiple of 8: Owen-scrambled Sobol points in 8 independent scramblings, one after the
        other. Powers of two fill the box most evenly.
    box : Box
    seed : int

    Returns
    -------
    dict of str to ndarray, shape (count,)

    Raises
    ------
    InputError
        If `count` is no positive multiple of 8, or `seed` no whole number from 0 on.
    """
    from scipy.stats import qmc

    if count <= 0 or count % REPLICATES:
        raise InputError(f"{count} points cannot be drawn; give a positive multiple of 8.")
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)) or seed < 0:
        raise InputError(f"seed = {seed!r}; give a whole number from 0 on.")
    names = stakes()
    seeds = np.random.SeedSequence(seed).spawn(REPLICATES)
    parts = []
    for one in seeds:
        sobol = qmc.Sobol(len(names), rng=np.random.default_rng(one))
        size = count // REPLICATES
        parts.append(sobol.random_base2(int(np.ceil(np.log2(size))))[:size])
    unit = np.concatenate(parts)
    ends = np.array([box.range_of(PARAMETERS[name]) for name in names])
    values = ends[:, 0] + unit * (ends[:, 1] - ends[:, 0])
    return {name: values[:, n].round(7) for n, name in enumerate(names)}


@cache
def sample(count: int, box: str, seed: int) -> Mapping[str, Floats]:
    """The points of `draw`, kept; `box` is a name of `BOXES`."""
    return MappingProxyType(draw(count, BOXES[box], seed=seed))


def values_at(setting: str, drawn: Mapping[str, Floats]) -> dict[str, Floats]:
    """Every parameter under a setting, at points of a sample.

    Parameters
    ----------
    setting : str
        One of `SETTINGS`.
    drawn : mapping of str to ndarray, shape (points,)

    Returns
    -------
    dict of str to ndarray, shape (points,)
    """
    size = len(next(iter(drawn.values())))
    found = {name: np.full(size, value) for name, value in BASE.items()}
    found |= {name: np.asarray(column) for name, column in drawn.items()}
    for name, change in SETTINGS[setting].items():
        found[name] = change(found) if callable(change) else np.full(size, change)
    return {name: column.round(7) for name, column in found.items()}
