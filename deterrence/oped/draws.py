"""Seeded draws of the stakes from their ranges, the same for everything that is compared."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.errors import InputError
from deterrence.guarantee.parameters import PARAMETERS, Parameter

if TYPE_CHECKING:
    import numpy as np

__all__ = ["draw_stakes", "draw_within"]

DIGITS = 6  # of a drawn number; short decimals keep exact arithmetic quick
MOST_DRAWS = 100_000


def draw_stakes(
    draws: int, rng: int | np.random.Generator | None = None
) -> list[dict[str, Fraction]]:
    """Draw every stake, independently and uniformly over its range.

    Parameters
    ----------
    draws : int
        How many; the first ones of more draws with the same seed are the same.
    rng : int or numpy.random.Generator, optional
        A seed (0 is one), or a generator. Without it the draws differ every time.

    Returns
    -------
    list of dict of str to fractions.Fraction
        Decimals with six digits, exact.

    Raises
    ------
    InputError
        If `draws` or the seed cannot be one.

    Notes
    -----
    The stakes of an optional stage come from a stream of their own, so that further stages leave
    the draws of the others as they are.

    Independent draws, because the ranges say nothing about which stakes go together. They are
    judgement: shares of draws are no probabilities of anything in the world.

    Examples
    --------
    >>> draw_stakes(3, rng=0)[:2] == draw_stakes(2, rng=0)
    True
    """
    import numpy as np

    if isinstance(draws, bool) or not isinstance(draws, int) or not 1 <= draws <= MOST_DRAWS:
        raise InputError(f"draws = {draws!r}; give a whole number from 1 to {MOST_DRAWS:,}.")
    try:
        generator = np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise InputError(f"seed = {rng!r}; give a whole number from 0 on.") from None
    stakes = [p for p in PARAMETERS.values() if p.kind == "stake"]
    stages = list(dict.fromkeys(p.stage for p in stakes if p.stage))
    streams = dict(zip(["", *stages], [generator, *generator.spawn(len(stages))], strict=True))
    drawn: list[dict[str, Fraction]] = [{} for _ in range(draws)]
    for stage, stream in streams.items():
        for row, numbers in zip(
            drawn, draw_within([p for p in stakes if p.stage == stage], draws, stream), strict=True
        ):
            row.update(numbers)
    return drawn


def draw_within(
    stakes: Sequence[Parameter], draws: int, generator: np.random.Generator
) -> list[dict[str, Fraction]]:
    """Draw some parameters, independently and uniformly over their ranges.

    Parameters
    ----------
    stakes : sequence of Parameter
    draws : int
    generator : numpy.random.Generator

    Returns
    -------
    list of dict of str to fractions.Fraction
        Decimals with six digits, exact.
    """
    import numpy as np

    low = np.array([float(p.low) for p in stakes])
    high = np.array([float(p.high) for p in stakes])
    rows = low + (high - low) * generator.random((draws, len(stakes)))
    return [
        {p.name: Fraction(f"{x:.{DIGITS}f}") for p, x in zip(stakes, row, strict=True)}
        for row in rows.tolist()
    ]
