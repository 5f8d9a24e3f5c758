"""The stakes of the long run, and how long an arrangement lasts."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from deterrence.errors import InputError
from deterrence.guarantee.parameters import Parameter, defaults, table_of
from deterrence.guarantee.scenario import Scenario

if TYPE_CHECKING:
    import pandas as pd

__all__ = [
    "DURATIONS",
    "LONG_RUN",
    "expiry",
    "long_run_defaults",
    "long_run_parameters",
    "stake",
]

_JUDGED = "starting value with its plausible range; judgement, not observation"
_YEARLY = "probability in a year"
_FACTOR = "weight of next year's payoffs"


def stake(
    name: str, meaning: str, default: str, low: str, high: str, unit: str, symbol: str = ""
) -> Parameter:
    """A stake that is judged: its meaning, default and range."""
    span = Fraction(low), Fraction(high)
    return Parameter(
        name, symbol or name, meaning, unit, *span, Fraction(default), "stake", _JUDGED
    )


LONG_RUN: dict[str, Parameter] = {
    p.name: p
    for p in (
        stake("delta_G", "The Guarantor's discount factor.", "0.92", "0.8", "0.98", _FACTOR),
        stake("delta_U", "Ukraine's discount factor.", "0.92", "0.8", "0.98", _FACTOR),
        stake("delta_R", "Russia's discount factor.", "0.92", "0.8", "0.98", _FACTOR),
        stake(
            "recon",
            "How much stronger Russia is against Ukraine and its partners once it has rebuilt its "
            "forces, as a share of its strength now.",
            "0.5",
            "0",
            "1.5",
            "share of Russia's strength now",
        ),
        stake(
            "recon_y",
            "How many years rebuilding takes in the mean, in peace.",
            "8",
            "4",
            "15",
            "years",
        ),
        stake(
            "h_gov",
            "Probability that the Guarantor gets a new government, whose type is drawn anew.",
            "0.2",
            "0",
            "0.4",
            _YEARLY,
        ),
        stake(
            "h_start",
            "Probability that a guarantee that is still to come takes effect.",
            "0.5",
            "0",
            "1",
            _YEARLY,
        ),
        stake(
            "h_end",
            "Probability that the guarantee expires; an arrangement's duration sets it.",
            "0.05",
            "0",
            "1",
            _YEARLY,
        ),
        stake(
            "r_peace",
            "Probability that peace returns to a war that Russia does not win.",
            "0.3",
            "0.1",
            "0.6",
            _YEARLY,
        ),
        stake(
            "spent",
            "The share of what breaking one's word can cost that is gone once it was broken.",
            "0.5",
            "0",
            "1",
            "share, 0 to 1",
        ),
        stake(
            "kept",
            "What Russia keeps by the settlement, which is then no longer at stake.",
            "0",
            "0",
            "1",
            "share of the prize",
        ),
    )
}

# years that the texts' words are taken to mean; None for no end. Judgement.
AT_PLEASURE = 10  # of what has no end in its text and binds nobody either
BINDING = Fraction(2, 5)  # from an executive agreement on; a declaration is below
DURATIONS: dict[str, int | None] = {
    "open": None,
    "decades": 25,
    "long": 20,
    "until Ukraine is in NATO": 15,
    "not stated": 10,
}


def expiry(scenario: Scenario) -> Fraction:
    """The yearly probability that an arrangement expires: one over its duration in years.

    Parameters
    ----------
    scenario : Scenario
        Its fact "duration_y" is a number of years or one of the words of `DURATIONS`; without that
        fact it is taken as "not stated". What is "open" and no more than a declaration by its
        coding "legal" lasts at pleasure, which is taken as 10 years.

    Returns
    -------
    fractions.Fraction

    Raises
    ------
    InputError
        If the fact is neither.

    Examples
    --------
    >>> from deterrence.guarantee.catalogue import arrangement
    >>> expiry(arrangement("bilateral")), expiry(arrangement("nato"))
    (Fraction(1, 10), Fraction(0, 1))
    """
    fact = scenario.facts.get("duration_y")
    value = "not stated" if fact is None else fact.value
    years = DURATIONS.get(value, 0) if isinstance(value, str) else value
    if years is None:
        return Fraction(1, AT_PLEASURE) if _binds_nobody(scenario) else Fraction(0)
    if years < 1:
        raise InputError(
            f"the duration of {scenario.id} is {value!r}; give years, 1 or more, or one of "
            f"{', '.join(DURATIONS)}."
        )
    return 1 / Fraction(years)


def _binds_nobody(scenario: Scenario) -> bool:
    legal = scenario.codings.get("legal")
    return legal is not None and Fraction(legal.value) < BINDING


def long_run_defaults(scenario: Scenario | None = None) -> dict[str, Fraction]:
    """Every parameter of the long run's game at its default.

    Parameters
    ----------
    scenario : Scenario, optional
        Its instruments, stakes and duration; the op-ed's instruments by default.

    Returns
    -------
    dict of str to fractions.Fraction
        A new dictionary, safe to change.
    """
    own = {name: parameter.default for name, parameter in LONG_RUN.items()}
    if scenario is None:
        return defaults() | own
    return scenario.values() | own | {"h_end": expiry(scenario)}


def long_run_parameters() -> pd.DataFrame:
    """The stakes of the long run as a table, in the form of `parameters`.

    Returns
    -------
    pandas.DataFrame

    Examples
    --------
    >>> print(*long_run_parameters().loc["recon", ["low", "default", "high"]])
    0.0 0.5 1.5
    """
    return table_of(LONG_RUN.values())
